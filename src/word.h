/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * word.h - the few words that are read or written without a lock.
 *
 * A reader sees what was stored before the word was.  The proof takes them for
 * plain reads and writes.
 */
#ifndef LOCKET_WORD_H
#define LOCKET_WORD_H

#include "config.h"

struct locket_home;

/** locket_load(word): The value of ${word}. */
/*@ requires valid: \valid_read(word);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures value: \result == *word;
*/
LOCKET_INTERNAL uint32_t locket_load(const uint32_t *word);

/** locket_store(word, value): Set ${word} to ${value}. */
/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures value: *word == value;
*/
LOCKET_INTERNAL void locket_store(uint32_t *word, uint32_t value);

/** locket_size_store(word, value): The same for a size. */
/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures value: *word == value;
*/
LOCKET_INTERNAL void locket_size_store(size_t *word, size_t value);

/** locket_size_load(word): The same for a size. */
/*@ requires valid: \valid_read(word);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures value: \result == *word;
*/
LOCKET_INTERNAL size_t locket_size_load(const size_t *word);

/** locket_int_load(word), locket_int_store(word, value): The same for an
 * int: the state of a slot says what its other words mean. */
/*@ requires valid: \valid_read(word);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures value: \result == *word;
*/
LOCKET_INTERNAL int locket_int_load(const int *word);

/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures value: *word == value;
*/
LOCKET_INTERNAL void locket_int_store(int *word, int value);

/** locket_short_load(word), locket_short_store(word, value): The same for the
 * state of a cell. */
/*@ requires valid: \valid_read(word);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures value: \result == *word;
*/
LOCKET_INTERNAL uint16_t locket_short_load(const uint16_t *word);

/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures value: *word == value;
*/
LOCKET_INTERNAL void locket_short_store(uint16_t *word, uint16_t value);

/** locket_add(word, more): Add ${more} to ${word}, modulo 2^32; what it is then.
 * locket_swap(word, value): Set ${word} to ${value}; what it was.
 * Both, locket_claim and locket_load have one order for all threads: of two
 * threads that each change a word and then load the other's, one sees. */
/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures sum:   \result == (\old(*word) + more) % 4294967296 && *word == \result;
*/
LOCKET_INTERNAL uint32_t locket_add(uint32_t *word, uint32_t more);

/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures swapped: \result == \old(*word) && *word == value;
*/
LOCKET_INTERNAL uint32_t locket_swap(uint32_t *word, uint32_t value);

/** locket_claim(word, from, to): Set ${word} to ${to} if it is ${from}: 1 if
 * this thread did. */
/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures claimed: \result == 1 ==> \old(*word) == from && *word == to;
    ensures taken:   \result == 0 ==> *word == \old(*word);
    ensures bool:    \result == 0 || \result == 1;
*/
LOCKET_INTERNAL int locket_claim(uint32_t *word, uint32_t from, uint32_t to);

/** locket_home_load(word), locket_home_claim(word, to): The same for the
 * pointer to the tables, which is set once; ${word} is NULL before. */
/*@ requires valid: \valid_read(word);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures value: \result == *word;
*/
LOCKET_INTERNAL struct locket_home *locket_home_load(struct locket_home *const *word);

/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures claimed: \result == 1 ==> \old(*word) == \null && *word == to;
    ensures taken:   \result == 0 ==> *word == \old(*word);
    ensures bool:    \result == 0 || \result == 1;
*/
LOCKET_INTERNAL int locket_home_claim(struct locket_home **word, struct locket_home *to);

#endif
