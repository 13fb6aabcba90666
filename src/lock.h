/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lock.h - stage 8: one owner at a time.
 *
 * The mutex, and the few words that are read or written without it.  What a
 * lock gives is assumed by the proof: whoever holds it is alone.
 *
 * Order, outermost first: home, arena (lower index first), spans.  No lock is
 * held while a handler of the caller's runs.
 */
#ifndef LOCKET_LOCK_H
#define LOCKET_LOCK_H

#include "config.h"

#include <pthread.h>

struct locket_lock {
        pthread_mutex_t mutex;
};

/* What a lock in static memory begins as. */
#define LOCKET_LOCK_NEW { PTHREAD_MUTEX_INITIALIZER }

/* Make a lock, or make it anew in a child, where its owner is gone. */
static inline void locket_lock_init(struct locket_lock *lock)
{
        (void)pthread_mutex_init(&lock->mutex, NULL); /* cannot fail without attributes */
}

static inline void locket_lock_take(struct locket_lock *lock)
{
        (void)pthread_mutex_lock(&lock->mutex); /* cannot fail: made, and not recursive */
}

static inline void locket_lock_drop(struct locket_lock *lock)
{
        (void)pthread_mutex_unlock(&lock->mutex); /* cannot fail: ours */
}

/* A word that is read without the lock: what was stored before it is seen. */
static inline uint32_t locket_load(const uint32_t *word)
{
        return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Set the word to ${to} if it is ${from}: 1 if this thread did. */
static inline int locket_claim(uint32_t *word, uint32_t from, uint32_t to)
{
        return __atomic_compare_exchange_n(word, &from, to, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline void locket_store(uint32_t *word, uint32_t value)
{
        __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

#endif
