/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lock.h - stage 8: one owner at a time.
 *
 * What a lock gives is assumed by the proof: whoever holds it is alone.
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

/* 1 if the lock could be taken at once. */
static inline int locket_lock_try(struct locket_lock *lock)
{
        return pthread_mutex_trylock(&lock->mutex) == 0;
}

static inline void locket_lock_drop(struct locket_lock *lock)
{
        (void)pthread_mutex_unlock(&lock->mutex); /* cannot fail: ours */
}

#endif
