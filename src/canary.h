/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * canary.h - stage 5: values that only locket knows, around each secret.
 *
 * On a secret's pages lo .. hi:
 *
 *    lo          user-16      user         end              hi
 *    | slack: 0  | canary     | the secret | canary, then 0 | guard
 *
 * The canary is 128 bits, unpredictable, and another one for each allocation.
 * Below the secret stand its 16 bytes, after it as many of them as there is
 * room for before the guard.  The byte on either side of the secret is never
 * zero, so that a string that is one byte too long is always found.
 */
#ifndef LOCKET_CANARY_H
#define LOCKET_CANARY_H

#include "config.h"
#include "spec.h"

/* The bytes of low stand at user-8 .. user-1 and, if there is room, at end+8;
 * those of high at user-16 .. user-9 and from end on; least byte first. */
struct locket_canary {
        uint64_t low;
        uint64_t high;
};

/*@ // a word without its ${i} least bytes
    logic integer word_rest(integer word, integer i) =
      i <= 0 ? word : word_rest(word, i - 1) / 256;

    // its byte ${i}, 0 to 7, least byte first
    logic integer word_byte(integer word, integer i) = word_rest(word, i) % 256;

    // byte ${i} of a canary, counted from the lowest address; past its 16
    // bytes, the zero that slack holds
    logic integer canary_byte(integer low, integer high, integer i) =
      i < 8 ? word_byte(high, i) : i < 16 ? word_byte(low, i - 8) : 0;

    predicate canary_below_ok{L}(unsigned char *b, integer lo, integer user,
                                 integer low, integer high) =
         (\forall integer i; lo <= i < user - 16 ==> b[i] == 0)
      && (\forall integer i; user - 16 <= i < user ==>
            b[i] == canary_byte(low, high, i - (user - 16)));

    predicate canary_after_ok{L}(unsigned char *b, integer end, integer hi,
                                 integer low, integer high) =
      \forall integer i; end <= i < hi ==> b[i] == canary_byte(low, high, i - end);

    // The canary after a cell's secret is one word, over and over, whose last
    // byte stands at the end: the byte of it that is n bytes before the end.
    logic integer fill_byte(integer word, integer n) = word_byte(word, 7 - (n - 1) % 8);

    predicate filled_ok{L}(unsigned char *b, integer lo, integer hi, integer word) =
      \forall integer i; lo <= i < hi ==> b[i] == fill_byte(word, hi - i);
*/

/**
 * locket_canary_make(key_low, key_high, at, generation):
 * The canary of the secret at offset ${at}: SipHash-1-3 with 128 bits of
 * result (Aumasson and Bernstein, 2012) of ${at} and ${generation} under the
 * key.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures before: canary_byte(\result.low, \result.high, 15) != 0;
    ensures after:  canary_byte(\result.low, \result.high, 0) != 0;
*/
LOCKET_INTERNAL struct locket_canary locket_canary_make(uint64_t key_low, uint64_t key_high,
                                                        uint64_t at, uint64_t generation);

/**
 * locket_canary_place(b, user, end, hi, canary):
 * Write ${canary} below ${user} and from ${end} to ${hi}.
 */
/*@ requires range: 16 <= user <= end <= hi;
    requires valid: \valid(b + (user - 16 .. user - 1)) && \valid(b + (end .. hi - 1));
    requires open:  access_is(user - 16, user, LOCKET_READ_WRITE) &&
                    access_is(end, hi, LOCKET_READ_WRITE);
    terminates \true;
    exits      \false;
    assigns    b[user - 16 .. user - 1], b[end .. hi - 1];
    ensures below:  canary_below_ok(b, user - 16, user, canary.low, canary.high);
    ensures after:  canary_after_ok(b, end, hi, canary.low, canary.high);
*/
LOCKET_INTERNAL void locket_canary_place(unsigned char *b, size_t user, size_t end, size_t hi,
                                         struct locket_canary canary);

/**
 * locket_canary_below(b, lo, user, canary):
 * 1 if the slack from ${lo} is zero and the canary below ${user} is intact.
 * The time depends on the numbers alone.
 */
/*@ requires range: lo + 16 <= user;
    requires valid: \valid_read(b + (lo .. user - 1));
    requires open:  readable(lo, user);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures intact: \result == 1 <==> canary_below_ok(b, lo, user, canary.low, canary.high);
*/
LOCKET_INTERNAL int locket_canary_below(const unsigned char *b, size_t lo, size_t user,
                                        struct locket_canary canary);

/**
 * locket_canary_after(b, end, hi, canary):
 * 1 if the canary from ${end} on and the slack up to ${hi} are intact.  The
 * time depends on the numbers alone.
 */
/*@ requires range: end <= hi;
    requires valid: \valid_read(b + (end .. hi - 1));
    requires open:  readable(end, hi);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures intact: \result == 1 <==> canary_after_ok(b, end, hi, canary.low, canary.high);
*/
LOCKET_INTERNAL int locket_canary_after(const unsigned char *b, size_t end, size_t hi,
                                        struct locket_canary canary);

/**
 * locket_canary_stop(word, bytes):
 * ${word}, but that the byte that stands first when it fills ${bytes} bytes is
 * not zero, nor is the last one: a string that is one byte too long is always
 * found.
 */
/*@ requires bytes: bytes <= 65536;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures last:   word_byte(\result, 7) != 0;
    ensures first:  bytes % 8 == 0 ==> word_byte(\result, 0) != 0;
*/
LOCKET_INTERNAL uint64_t locket_canary_stop(uint64_t word, size_t bytes);

/**
 * locket_canary_words(key_low, key_high, number):
 * Two words that nobody can guess who has not the key, whatever others he has
 * seen: SipHash-1-3 with 128 bits of result of ${number}.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL struct locket_canary locket_canary_words(uint64_t key_low, uint64_t key_high,
                                                         uint64_t number);

/**
 * locket_canary_fill(b, lo, hi, word):
 * Write ${word}, over and over, from ${hi} down to ${lo}.
 */
/*@ requires range: lo <= hi;
    requires valid: \valid(b + (lo .. hi - 1));
    requires open:  access_is(lo, hi, LOCKET_READ_WRITE);
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1];
    ensures filled: filled_ok(b, lo, hi, word);
*/
LOCKET_INTERNAL void locket_canary_fill(unsigned char *b, size_t lo, size_t hi, uint64_t word);

/**
 * locket_canary_filled(b, lo, hi, word):
 * 1 if that is what stands there.  The time depends on the numbers alone.
 */
/*@ requires range: lo <= hi;
    requires valid: \valid_read(b + (lo .. hi - 1));
    requires open:  readable(lo, hi);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures intact: \result == 1 <==> filled_ok(b, lo, hi, word);
*/
LOCKET_INTERNAL int locket_canary_filled(const unsigned char *b, size_t lo, size_t hi,
                                         uint64_t word);

/**
 * locket_canary_vacant(b, lo, hi, word):
 * 1 if the cell ${lo} .. ${hi}, of whole words, is zero, but for ${word} at its
 * end.
 */
/*@ requires range: lo + 8 <= hi;
    requires words: (hi - lo) % 8 == 0;
    requires valid: \valid_read(b + (lo .. hi - 1));
    requires open:  readable(lo, hi);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures intact: \result == 1 <==> zeroed(b, lo, hi - 8) && filled_ok(b, hi - 8, hi, word);
*/
LOCKET_INTERNAL int locket_canary_vacant(const unsigned char *b, size_t lo, size_t hi,
                                         uint64_t word);

/**
 * locket_canary_zero(b, lo, hi):
 * 1 if the bytes ${lo} .. ${hi} - 1 of ${b} are all zero, else 0.  The time
 * depends on the numbers alone.
 */
/*@ requires range: lo <= hi;
    requires valid: \valid_read(b + (lo .. hi - 1));
    requires open:  readable(lo, hi);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures zero:   \result == 1 <==> zeroed(b, lo, hi);
*/
LOCKET_INTERNAL int locket_canary_zero(const unsigned char *b, size_t lo, size_t hi);

#endif
