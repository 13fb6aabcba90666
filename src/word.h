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

static inline uint32_t locket_load(const uint32_t *word)
{
        return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void locket_store(uint32_t *word, uint32_t value)
{
        __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void locket_size_store(size_t *word, size_t value)
{
        __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* The same for a pointer to tables. */
static inline void *locket_pointer_load(void *const *word)
{
        return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Set the pointer to ${to} if it is NULL: 1 if this thread did. */
static inline int locket_pointer_claim(void **word, void *to)
{
        void *none = NULL;

        return __atomic_compare_exchange_n(word, &none, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Set the word to ${to} if it is ${from}: 1 if this thread did. */
static inline int locket_claim(uint32_t *word, uint32_t from, uint32_t to)
{
        return __atomic_compare_exchange_n(word, &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

#endif
