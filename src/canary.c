/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * canary.c - stage 5: values that only locket knows, around each secret.
 *
 * Knows:    bytes of slack.  Never touches a secret's.
 * Promises: what is placed is found intact; any changed byte is found.
 * Proved:   all functions (that SipHash cannot be predicted is its authors'
 *           claim).   Tests: tests/unit/test_canary.c
 */
#include "canary.h"

struct locket_sip {
        uint64_t v0, v1, v2, v3;
};

/*@ // splits at which the two halves of 64 bits are turned
    predicate turn_ok(integer split, integer rest) =
         (split == 0x8000000000000 && rest == 0x2000)
      || (split == 0x1000000000000 && rest == 0x10000)
      || (split == 0x800000000000  && rest == 0x20000)
      || (split == 0x80000000000   && rest == 0x200000)
      || (split == 0x100000000     && rest == 0x100000000);
*/

/* a + b modulo 2^64, in a form that never overflows; compilers see the plain
 * addition. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures sum: \result == a + b || \result == a + b - 0x10000000000000000;
*/
LOCKET_INLINE uint64_t locket_sip_add(uint64_t a, uint64_t b)
{
        if (b > UINT64_MAX - a) {
                return b - (UINT64_MAX - a) - 1u;
        }
        return a + b;
}

/* ${x} rotated left by 64 - n bits, ${split} being 2^n: a rotation that is a
 * division, so that nothing is shifted out. */
/*@ requires pair: turn_ok(split, rest);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures turned: \result == x / split + (x % split) * rest;
*/
LOCKET_INLINE uint64_t locket_sip_turn(uint64_t x, uint64_t split, uint64_t rest)
{
        return x / split + (x % split) * rest;
}

#define LOCKET_TURN(x, bits) \
        locket_sip_turn((x), (uint64_t)1 << (64 - (bits)), (uint64_t)1 << (bits))

/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INLINE struct locket_sip locket_sip_round(struct locket_sip s)
{
        s.v0 = locket_sip_add(s.v0, s.v1);
        s.v1 = LOCKET_TURN(s.v1, 13) ^ s.v0;
        s.v0 = LOCKET_TURN(s.v0, 32);
        s.v2 = locket_sip_add(s.v2, s.v3);
        s.v3 = LOCKET_TURN(s.v3, 16) ^ s.v2;
        s.v0 = locket_sip_add(s.v0, s.v3);
        s.v3 = LOCKET_TURN(s.v3, 21) ^ s.v0;
        s.v2 = locket_sip_add(s.v2, s.v1);
        s.v1 = LOCKET_TURN(s.v1, 17) ^ s.v2;
        s.v2 = LOCKET_TURN(s.v2, 32);
        return s;
}

/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INLINE struct locket_sip locket_sip_word(struct locket_sip s, uint64_t word)
{
        s.v3 = s.v3 ^ word;
        s = locket_sip_round(s);
        s.v0 = s.v0 ^ word;
        return s;
}

struct locket_canary locket_canary_make(uint64_t key_low, uint64_t key_high, uint64_t at,
                                        uint64_t generation)
{
        const uint64_t length = (uint64_t)16 << 56;
        struct locket_canary canary;
        struct locket_sip s;

        s.v0 = key_low ^ 0x736f6d6570736575u;
        s.v1 = key_high ^ 0x646f72616e646f83u; /* ...6d, and 0xee for 128 bits */
        s.v2 = key_low ^ 0x6c7967656e657261u;
        s.v3 = key_high ^ 0x7465646279746573u;
        s = locket_sip_word(s, at);
        s = locket_sip_word(s, generation);
        s = locket_sip_word(s, length);
        s.v2 = s.v2 ^ 0xeeu;
        s = locket_sip_round(locket_sip_round(locket_sip_round(s)));
        canary.low = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
        s.v1 = s.v1 ^ 0xddu;
        s = locket_sip_round(locket_sip_round(locket_sip_round(s)));
        canary.high = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
        if (canary.low < (uint64_t)1 << 56) {
                canary.low += (uint64_t)1 << 56; /* the byte below the secret */
        }
        if (canary.high % 256u == 0) {
                canary.high += 1u; /* the byte after it */
        }
        return canary;
}

/*@ // a shift to the left multiplies: by two, by four, ... by 2^56
    logic integer shifted(integer x, integer n) = x << n;
    lemma shift_twice: \forall integer x; shifted(x, 1) == 2 * x &&
      shifted(shifted(x, 1), 1) == shifted(x, 2) && shifted(shifted(x, 2), 2) == shifted(x, 4) &&
      shifted(shifted(x, 4), 4) == shifted(x, 8);
    lemma shift_once: \forall integer x; shifted(x, 8) == 0x100 * x;
    lemma shift_again: \forall integer x; shifted(shifted(x, 8), 8) == shifted(x, 16) &&
      shifted(shifted(x, 16), 8) == shifted(x, 24) &&
      shifted(shifted(x, 24), 8) == shifted(x, 32) &&
      shifted(shifted(x, 32), 8) == shifted(x, 40) &&
      shifted(shifted(x, 40), 8) == shifted(x, 48) &&
      shifted(shifted(x, 48), 8) == shifted(x, 56);
    lemma shift_8:  \forall integer x; (x << 8) == 0x100 * x;
    lemma shift_16: \forall integer x; (x << 16) == 0x10000 * x;
    lemma shift_24: \forall integer x; (x << 24) == 0x1000000 * x;
    lemma shift_32: \forall integer x; (x << 32) == 0x100000000 * x;
    lemma shift_40: \forall integer x; (x << 40) == 0x10000000000 * x;
    lemma shift_48: \forall integer x; (x << 48) == 0x1000000000000 * x;
    lemma shift_56: \forall integer x; (x << 56) == 0x100000000000000 * x;

    // a word and its bytes say the same
    logic integer word_of(integer b0, integer b1, integer b2, integer b3,
                          integer b4, integer b5, integer b6, integer b7) =
      b0 + 0x100 * b1 + 0x10000 * b2 + 0x1000000 * b3 + 0x100000000 * b4 +
      0x10000000000 * b5 + 0x1000000000000 * b6 + 0x100000000000000 * b7;
    predicate word_is(integer w, integer b0, integer b1, integer b2, integer b3,
                      integer b4, integer b5, integer b6, integer b7) =
      word_byte(w, 0) == b0 && word_byte(w, 1) == b1 && word_byte(w, 2) == b2 &&
      word_byte(w, 3) == b3 && word_byte(w, 4) == b4 && word_byte(w, 5) == b5 &&
      word_byte(w, 6) == b6 && word_byte(w, 7) == b7;
    lemma word_bytes: \forall integer w, b0, b1, b2, b3, b4, b5, b6, b7;
      0 <= w < 0x10000000000000000 ==>
      0 <= b0 < 256 ==> 0 <= b1 < 256 ==> 0 <= b2 < 256 ==> 0 <= b3 < 256 ==>
      0 <= b4 < 256 ==> 0 <= b5 < 256 ==> 0 <= b6 < 256 ==> 0 <= b7 < 256 ==>
      (word_is(w, b0, b1, b2, b3, b4, b5, b6, b7) <==>
       w == word_of(b0, b1, b2, b3, b4, b5, b6, b7));

    // the next byte
    lemma word_next: \forall integer w, i; 0 <= w < 0x10000000000000000 && 0 <= i < 8 ==>
      word_rest(w, i + 1) == word_rest(w, i) / 256;

    predicate word_at{L}(unsigned char *b, integer at, integer w) =
      word_is(w, b[at], b[at + 1], b[at + 2], b[at + 3],
                 b[at + 4], b[at + 5], b[at + 6], b[at + 7]);

    lemma word_at_each{L}: \forall unsigned char *b, integer at, w, i;
      word_at(b, at, w) ==>
      (i == at || i == at + 1 || i == at + 2 || i == at + 3 ||
       i == at + 4 || i == at + 5 || i == at + 6 || i == at + 7) ==>
      b[i] == word_byte(w, i - at);
    lemma word_at_byte{L}: \forall unsigned char *b, integer at, w, i;
      word_at(b, at, w) ==> at <= i < at + 8 ==> b[i] == word_byte(w, i - at);
    lemma word_at_all{L}: \forall unsigned char *b, integer at, w;
      (\forall integer i; at <= i < at + 8 ==> b[i] == word_byte(w, i - at)) ==>
      word_at(b, at, w);

    // the canary below a secret is two words
    lemma below_words{L}: \forall unsigned char *b, integer lo, user, low, high;
      lo <= user - 16 ==>
      zeroed(b, lo, user - 16) && word_at(b, user - 16, high) && word_at(b, user - 8, low) ==>
      canary_below_ok(b, lo, user, low, high);
    lemma below_slack{L}: \forall unsigned char *b, integer lo, user, low, high;
      canary_below_ok(b, lo, user, low, high) ==> zeroed(b, lo, user - 16);
    lemma below_high{L}: \forall unsigned char *b, integer lo, user, low, high;
      canary_below_ok(b, lo, user, low, high) ==> word_at(b, user - 16, high);
    lemma below_low{L}: \forall unsigned char *b, integer lo, user, low, high;
      canary_below_ok(b, lo, user, low, high) ==> word_at(b, user - 8, low);

    // one byte more
    lemma after_less{L}: \forall unsigned char *b, integer end, i, j, low, high;
      canary_after_ok(b, end, j, low, high) ==> j == i + 1 ==>
      canary_after_ok(b, end, i, low, high);
    lemma after_last{L}: \forall unsigned char *b, integer end, i, j, low, high;
      canary_after_ok(b, end, j, low, high) ==> end <= i ==> j == i + 1 ==>
      b[i] == canary_byte(low, high, i - end);
    lemma after_more{L}: \forall unsigned char *b, integer end, i, j, low, high;
      canary_after_ok(b, end, i, low, high) ==> j == i + 1 ==>
      b[i] == canary_byte(low, high, i - end) ==>
      canary_after_ok(b, end, j, low, high);
*/

/* 1 if b[at .. at + 7] are the bytes of ${word}, least byte first.  Compilers
 * see one load. */
/*@ requires range: at + 8 <= SIZE_MAX;
    requires valid: \valid_read(b + (at .. at + 7));
    requires open:  readable(at, at + 8);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool: \result == 0 || \result == 1;
    ensures same: \result == 1 <==> word_at(b, at, word);
*/
LOCKET_INLINE int locket_canary_same(const unsigned char *b, size_t at, uint64_t word)
{
        const unsigned char *p = b + at;
        const uint64_t found = (uint64_t)p[0] + ((uint64_t)p[1] << 8) + ((uint64_t)p[2] << 16) +
                               ((uint64_t)p[3] << 24) + ((uint64_t)p[4] << 32) +
                               ((uint64_t)p[5] << 40) + ((uint64_t)p[6] << 48) +
                               ((uint64_t)p[7] << 56);

        /*@ assert sum: found == word_of(b[at], b[at + 1], b[at + 2], b[at + 3],
                                         b[at + 4], b[at + 5], b[at + 6], b[at + 7]); */
        return found == word;
}

/* Write ${word} to b[at .. at + 7], least byte first. */
/*@ requires range: at + 8 <= SIZE_MAX;
    requires valid: \valid(b + (at .. at + 7));
    requires open:  access_is(at, at + 8, LOCKET_READ_WRITE);
    terminates \true;
    exits      \false;
    assigns    b[at .. at + 7];
    ensures written: word_at(b, at, word);
*/
LOCKET_INLINE void locket_canary_write(unsigned char *b, size_t at, uint64_t word)
{
        const uint64_t w1 = word / 256u, w2 = w1 / 256u, w3 = w2 / 256u, w4 = w3 / 256u;
        const uint64_t w5 = w4 / 256u, w6 = w5 / 256u, w7 = w6 / 256u;

        b[at] = (unsigned char)(word % 256u);
        b[at + 1] = (unsigned char)(w1 % 256u);
        b[at + 2] = (unsigned char)(w2 % 256u);
        b[at + 3] = (unsigned char)(w3 % 256u);
        b[at + 4] = (unsigned char)(w4 % 256u);
        b[at + 5] = (unsigned char)(w5 % 256u);
        b[at + 6] = (unsigned char)(w6 % 256u);
        b[at + 7] = (unsigned char)(w7 % 256u);
}

/* Where the canary that begins at ${end} ends: 16 bytes on, or at ${hi}. */
/*@ requires range: end <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures full: hi - end >= 16 ==> \result == end + 16;
    ensures cut:  hi - end < 16 ==> \result == hi;
*/
LOCKET_INLINE size_t locket_canary_end(size_t end, size_t hi)
{
        return hi - end < LOCKET_CANARY_BYTES ? hi : end + LOCKET_CANARY_BYTES;
}

void locket_canary_place(unsigned char *b, size_t user, size_t end, size_t hi,
                         struct locket_canary canary)
{
        const size_t most = locket_canary_end(end, hi);
        uint64_t word = canary.high;
        size_t i;

        locket_canary_write(b, user - 8, canary.low);
        locket_canary_write(b, user - 16, canary.high);
        /*@ assert below: canary_below_ok(b, user - 16, user, canary.low, canary.high); */
        /*@ loop invariant range: end <= i <= most;
            loop invariant high:  i - end <= 8 ==> word == word_rest(canary.high, i - end);
            loop invariant low:   i - end > 8 ==> word == word_rest(canary.low, i - end - 8);
            loop invariant after: canary_after_ok(b, end, i, canary.low, canary.high);
            loop assigns i, word, b[end .. hi - 1];
            loop variant most - i;
        */
        for (i = end; i < most; i++) {
                if (i - end == 8) {
                        word = canary.low;
                }
                /*@ assert byte: word % 256 == canary_byte(canary.low, canary.high, i - end); */
                b[i] = (unsigned char)(word % 256u);
                /*@ assert kept: canary_after_ok(b, end, i, canary.low, canary.high); */
                /*@ assert stored: b[i] == canary_byte(canary.low, canary.high, i - end); */
                word = word / 256u;
        }
        /*@ loop invariant range: most <= i <= hi;
            loop invariant after: canary_after_ok(b, end, i, canary.low, canary.high);
            loop assigns i, b[end .. hi - 1];
            loop variant hi - i;
        */
        for (i = most; i < hi; i++) {
                b[i] = 0;
        }
}

int locket_canary_below(const unsigned char *b, size_t lo, size_t user,
                        struct locket_canary canary)
{
        int low = locket_canary_same(b, user - 8, canary.low);
        int high = locket_canary_same(b, user - 16, canary.high);
        int slack = locket_canary_zero(b, lo, user - 16);

        return low + high + slack == 3;
}

int locket_canary_after(const unsigned char *b, size_t end, size_t hi,
                        struct locket_canary canary)
{
        const size_t most = locket_canary_end(end, hi);
        uint64_t word = canary.high;
        size_t bad = 0;
        size_t i;

        /*@ loop invariant range: end <= i <= most;
            loop invariant high:  i - end <= 8 ==> word == word_rest(canary.high, i - end);
            loop invariant low:   i - end > 8 ==> word == word_rest(canary.low, i - end - 8);
            loop invariant count: 0 <= bad <= i - end;
            loop invariant found: bad == 0 <==>
                                    canary_after_ok(b, end, i, canary.low, canary.high);
            loop assigns i, word, bad;
            loop variant most - i;
        */
        for (i = end; i < most; i++) {
                if (i - end == 8) {
                        word = canary.low;
                }
                /*@ assert byte: word % 256 == canary_byte(canary.low, canary.high, i - end); */
                bad += b[i] != word % 256u;
                word = word / 256u;
        }
        if (most < hi) {
                bad += !locket_canary_zero(b, most, hi);
        }
        return bad == 0;
}

/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures one:     \result == x || \result == y;
    ensures greater: \result >= x && \result >= y;
*/
LOCKET_INLINE unsigned char locket_canary_max(unsigned char x, unsigned char y)
{
        return x > y ? x : y;
}

/* The greatest of the ${n} bytes from b[i] on: 0 if they are all zero.  ${n} is
 * a constant wherever this is inlined, so that gcc vectorises the loop at -O2;
 * a maximum is one vector instruction, and of four only one waits for the
 * last step's. */
/*@ requires range: i + n <= SIZE_MAX;
    requires four:  n % 4 == 0;
    requires valid: \valid_read(b + (i .. i + n - 1));
    requires open:  readable(i, i + n);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures zero: \result == 0 <==> zeroed(b, i, i + n);
*/
LOCKET_INLINE unsigned char locket_canary_most(const unsigned char *b, size_t i, size_t n)
{
        const size_t q = n / 4;
        const size_t i1 = i + q, i2 = i1 + q, i3 = i2 + q;
        unsigned char most = 0;
        size_t j;

        /*@ loop invariant range: 0 <= j <= q;
            loop invariant zero:  most == 0 <==> zeroed(b, i, i + j) && zeroed(b, i1, i1 + j) &&
                                                 zeroed(b, i2, i2 + j) && zeroed(b, i3, i3 + j);
            loop assigns j, most;
            loop variant q - j;
        */
        for (j = 0; j < q; j++) {
                const unsigned char a = locket_canary_max(b[i + j], b[i1 + j]);
                const unsigned char c = locket_canary_max(b[i2 + j], b[i3 + j]);

                most = locket_canary_max(most, locket_canary_max(a, c));
        }
        /*@ assert quarters: i1 == i + q && i2 == i1 + q && i3 == i2 + q && i + n == i3 + q; */
        return most;
}

/* How many blocks of ${n} bytes that cover lo .. hi, n or more, have a byte
 * that is not zero.  The last block ends at hi, and may look at some bytes
 * twice. */
/*@ requires range: 0 < n <= hi - lo;
    requires four:  n % 4 == 0;
    requires valid: \valid_read(b + (lo .. hi - 1));
    requires open:  readable(lo, hi);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures zero: \result == 0 <==> zeroed(b, lo, hi);
*/
LOCKET_INLINE size_t locket_canary_blocks(const unsigned char *b, size_t lo, size_t hi, size_t n)
{
        size_t bad = 0;
        size_t i = lo;

        /*@ loop invariant range: lo <= i < hi;
            loop invariant count: 0 <= bad <= i - lo;
            loop invariant zero:  bad == 0 <==> zeroed(b, lo, i);
            loop assigns i, bad;
            loop variant hi - i;
        */
        while (hi - i > n) {
                bad += locket_canary_most(b, i, n) != 0;
                i += n;
        }
        bad += locket_canary_most(b, hi - n, n) != 0;
        return bad;
}

int locket_canary_zero(const unsigned char *b, size_t lo, size_t hi)
{
        size_t bad = 0;
        size_t i;

        if (hi - lo >= LOCKET_BLOCK) {
                return locket_canary_blocks(b, lo, hi, LOCKET_BLOCK) == 0;
        }
        if (hi - lo >= LOCKET_SMALL_BLOCK) {
                return locket_canary_blocks(b, lo, hi, LOCKET_SMALL_BLOCK) == 0;
        }
        /*@ loop invariant range: lo <= i <= hi;
            loop invariant count: 0 <= bad <= i - lo;
            loop invariant zero:  bad == 0 <==> zeroed(b, lo, i);
            loop assigns i, bad;
            loop variant hi - i;
        */
        for (i = lo; i < hi; i++) {
                bad += b[i] != 0;
        }
        return bad == 0;
}

/* ----------------------------------------------------- one word, over and over */

/*@ // what the byte counts that stands first of so many
    predicate unit_ok(integer u) =
      u == 1 || u == 0x100 || u == 0x10000 || u == 0x1000000 || u == 0x100000000 ||
      u == 0x10000000000 || u == 0x1000000000000 || u == 0x100000000000000;

    // a byte less than a word below k, whole words before the end
    lemma fill_part: \forall integer w, n, j; 0 <= n ==> n % 8 == 0 ==> 1 <= j <= 8 ==>
      fill_byte(w, n + j) == word_byte(w, 8 - j);
    lemma fill_at: \forall integer w, k, hi, j; k <= hi ==> (hi - k) % 8 == 0 ==>
      k - 8 <= j < k ==> fill_byte(w, hi - j) == word_byte(w, 8 - (k - j));

    // what is filled is filled from any place on,
    lemma fill_above{L}: \forall unsigned char *b, integer i, k, hi, w;
      filled_ok(b, i, hi, w) ==> i <= k ==> filled_ok(b, k, hi, w);

    // and some bytes below, a word at most
    predicate low_ok{L}(unsigned char *b, integer lo, integer to, integer k, integer w) =
      \forall integer j; lo <= j < to ==> b[j] == word_byte(w, 8 - (k - j));
    lemma fill_low{L}: \forall unsigned char *b, integer i, k, hi, w;
      k - 8 <= i <= k <= hi ==> (hi - k) % 8 == 0 ==>
      filled_ok(b, i, hi, w) ==> low_ok(b, i, k, k, w);
    lemma fill_more{L}: \forall unsigned char *b, integer i, k, hi, w;
      k - 8 <= i <= k <= hi ==> (hi - k) % 8 == 0 ==>
      low_ok(b, i, k, k, w) ==> filled_ok(b, k, hi, w) ==> filled_ok(b, i, hi, w);

    // a whole word
    lemma low_word{L}: \forall unsigned char *b, integer i, k, w;
      k == i + 8 ==> low_ok(b, i, k, k, w) ==> word_at(b, i, w);
    lemma word_low{L}: \forall unsigned char *b, integer i, k, w;
      k == i + 8 ==> word_at(b, i, w) ==> low_ok(b, i, k, k, w);
    // one byte more of it
    lemma low_less{L}: \forall unsigned char *b, integer lo, k, t, i, w;
      low_ok(b, lo, t, i, w) ==> t == k + 1 ==> low_ok(b, lo, k, i, w);
    lemma low_last{L}: \forall unsigned char *b, integer lo, k, t, i, w;
      low_ok(b, lo, t, i, w) ==> lo <= k ==> t == k + 1 ==> b[k] == word_byte(w, 8 - (i - k));
    lemma low_more{L}: \forall unsigned char *b, integer lo, k, t, i, w;
      low_ok(b, lo, k, i, w) ==> t == k + 1 ==> b[k] == word_byte(w, 8 - (i - k)) ==>
      low_ok(b, lo, t, i, w);

    lemma zero_word{L}: \forall unsigned char *b, integer i;
      word_at(b, i, 0) <==> zeroed(b, i, i + 8);
*/

/* What the byte counts in a word that stands first when words fill ${bytes}
 * bytes, the last one whole. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures unit:  unit_ok(\result);
    ensures whole: bytes % 8 == 0 ==> \result == 1;
*/
LOCKET_INLINE uint64_t locket_canary_unit(size_t bytes)
{
        switch (bytes % 8u) {
        case 0:
                return 1;
        case 7:
                return 0x100;
        case 6:
                return 0x10000;
        case 5:
                return 0x1000000;
        case 4:
                return 0x100000000;
        case 3:
                return 0x10000000000;
        case 2:
                return 0x1000000000000;
        default:
                return 0x100000000000000;
        }
}

uint64_t locket_canary_stop(uint64_t word, size_t bytes)
{
        const uint64_t unit = locket_canary_unit(bytes);

        if (word / unit % 256u == 0) {
                word += unit;
        }
        if (word < (uint64_t)1 << 56) {
                word += (uint64_t)1 << 56;
        }
        return word;
}

void locket_canary_fill(unsigned char *b, size_t lo, size_t hi, uint64_t word)
{
        uint64_t rest = word;
        size_t i = hi;
        size_t k;

        /*@ loop invariant range:  lo <= i <= hi;
            loop invariant words:  (hi - i) % 8 == 0;
            loop invariant filled: filled_ok(b, i, hi, word);
            loop assigns i, b[lo .. hi - 1];
            loop variant i - lo;
        */
        while (i - lo >= 8u) {
                i -= 8u;
                locket_canary_write(b, i, word);
                /*@ assert above: filled_ok(b, i + 8, hi, word); */
                /*@ assert low:   low_ok(b, i, i + 8, i + 8, word); */
        }
        if (i == lo) {
                return;
        }
        /*@ loop invariant range: i - lo <= k <= 8;
            loop invariant rest:  rest == word_rest(word, k - (i - lo));
            loop assigns k, rest;
            loop variant 8 - k;
        */
        for (k = i - lo; k < 8u; k++) {
                rest = rest / 256u;
        }
        /*@ loop invariant range:  lo <= k <= i;
            loop invariant rest:   rest == word_rest(word, 8 - (i - k));
            loop invariant below:  low_ok(b, lo, k, i, word);
            loop invariant filled: filled_ok(b, i, hi, word);
            loop assigns k, rest, b[lo .. hi - 1];
            loop variant i - k;
        */
        for (k = lo; k < i; k++) {
                /*@ assert byte: rest % 256 == word_byte(word, 8 - (i - k)); */
                b[k] = (unsigned char)(rest % 256u);
                /*@ assert kept: low_ok(b, lo, k, i, word); */
                /*@ assert stored: b[k] == word_byte(word, 8 - (i - k)); */
                rest = rest / 256u;
        }
        /*@ assert low: low_ok(b, lo, i, i, word); */
}

int locket_canary_filled(const unsigned char *b, size_t lo, size_t hi, uint64_t word)
{
        uint64_t rest = word;
        size_t bad = 0;
        size_t i = hi;
        size_t k;

        /*@ loop invariant range:  lo <= i <= hi;
            loop invariant words:  (hi - i) % 8 == 0;
            loop invariant count:  0 <= bad <= hi - i;
            loop invariant filled: bad == 0 <==> filled_ok(b, i, hi, word);
            loop assigns i, bad;
            loop variant i - lo;
        */
        while (i - lo >= 8u) {
                i -= 8u;
                bad += !locket_canary_same(b, i, word);
                /*@ assert low:  low_ok(b, i, i + 8, i + 8, word) <==> word_at(b, i, word); */
                /*@ assert word: filled_ok(b, i, hi, word) <==>
                                   low_ok(b, i, i + 8, i + 8, word) &&
                                   filled_ok(b, i + 8, hi, word); */
        }
        if (i == lo) {
                return bad == 0;
        }
        /*@ loop invariant range: i - lo <= k <= 8;
            loop invariant rest:  rest == word_rest(word, k - (i - lo));
            loop assigns k, rest;
            loop variant 8 - k;
        */
        for (k = i - lo; k < 8u; k++) {
                rest = rest / 256u;
        }
        /*@ loop invariant range:  lo <= k <= i;
            loop invariant rest:   rest == word_rest(word, 8 - (i - k));
            loop invariant count:  0 <= bad <= hi - i + k - lo;
            loop invariant filled: bad == 0 <==>
                                     filled_ok(b, i, hi, word) && low_ok(b, lo, k, i, word);
            loop assigns k, rest, bad;
            loop variant i - k;
        */
        for (k = lo; k < i; k++) {
                /*@ assert byte: rest % 256 == word_byte(word, 8 - (i - k)); */
                bad += b[k] != rest % 256u;
                rest = rest / 256u;
        }
        /*@ assert all: filled_ok(b, lo, hi, word) <==>
                          filled_ok(b, i, hi, word) && low_ok(b, lo, i, i, word); */
        return bad == 0;
}

int locket_canary_vacant(const unsigned char *b, size_t lo, size_t hi, uint64_t word)
{
        const size_t gap = hi - 8u;
        size_t bad = !locket_canary_same(b, gap, word);
        size_t i;

        /*@ assert end: filled_ok(b, hi, hi, word); */
        /*@ assert low: low_ok(b, gap, hi, hi, word) <==> word_at(b, gap, word); */
        /*@ assert word: filled_ok(b, gap, hi, word) <==> low_ok(b, gap, hi, hi, word); */
        /*@ assert gap: bad == 0 <==> filled_ok(b, gap, hi, word); */
        if (gap - lo >= LOCKET_SMALL_BLOCK) {
                bad += !locket_canary_zero(b, lo, gap);
                return bad == 0;
        }
        /*@ loop invariant range: lo <= i <= gap;
            loop invariant words: (gap - i) % 8 == 0;
            loop invariant count: 0 <= bad <= 1 + i - lo;
            loop invariant zero:  bad == 0 <==>
                                    zeroed(b, lo, i) && filled_ok(b, gap, hi, word);
            loop assigns i, bad;
            loop variant gap - i;
        */
        for (i = lo; i < gap; i += 8u) {
                bad += !locket_canary_same(b, i, 0);
        }
        return bad == 0;
}

struct locket_canary locket_canary_words(uint64_t key_low, uint64_t key_high, uint64_t number)
{
        const uint64_t length = (uint64_t)8 << 56;
        struct locket_canary canary;
        struct locket_sip s;

        s.v0 = key_low ^ 0x736f6d6570736575u;
        s.v1 = key_high ^ 0x646f72616e646f83u; /* ...6d, and 0xee for 128 bits */
        s.v2 = key_low ^ 0x6c7967656e657261u;
        s.v3 = key_high ^ 0x7465646279746573u;
        s = locket_sip_word(s, number);
        s = locket_sip_word(s, length);
        s.v2 = s.v2 ^ 0xeeu;
        s = locket_sip_round(locket_sip_round(locket_sip_round(s)));
        canary.low = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
        s.v1 = s.v1 ^ 0xddu;
        s = locket_sip_round(locket_sip_round(locket_sip_round(s)));
        canary.high = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
        return canary;
}
