/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * word.c - the few words that are read or written without a lock.
 *
 * Knows:    the compiler's atomic operations.
 * Promises: a reader sees what was stored before the word was.
 * Assumed:  the contracts of word.h.   Tests: tests/unit/test_fork.c
 */
#include "word.h"

uint32_t locket_load(const uint32_t *word)
{
        return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

void locket_store(uint32_t *word, uint32_t value)
{
        __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

void locket_size_store(size_t *word, size_t value)
{
        __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

size_t locket_size_load(const size_t *word)
{
        return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

int locket_int_load(const int *word)
{
        return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

void locket_int_store(int *word, int value)
{
        __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

uint16_t locket_short_load(const uint16_t *word)
{
        return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

void locket_short_store(uint16_t *word, uint16_t value)
{
        __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

uint32_t locket_add(uint32_t *word, uint32_t more)
{
        return __atomic_add_fetch(word, more, __ATOMIC_SEQ_CST);
}

uint32_t locket_swap(uint32_t *word, uint32_t value)
{
        return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

int locket_claim(uint32_t *word, uint32_t from, uint32_t to)
{
        return __atomic_compare_exchange_n(word, &from, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

struct locket_home *locket_home_load(struct locket_home *const *word)
{
        return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

int locket_home_claim(struct locket_home **word, struct locket_home *to)
{
        struct locket_home *none = NULL;

        return __atomic_compare_exchange_n(word, &none, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
