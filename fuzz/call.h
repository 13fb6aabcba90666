/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * call.h - one call of the public interface, and all that comes of it: its
 * result, errno, or the violation that it was.
 */
#ifndef FUZZ_CALL_H
#define FUZZ_CALL_H

#include "../include/locket.h"
#include "../include/secure_memory.h"

#include <stddef.h>
#include <stdint.h>

enum call_what {
        CALL_MALLOC, CALL_CALLOC, CALL_ALIGNED, CALL_ARENA_MALLOC, CALL_ARENA_ALIGNED, CALL_SECURE,
        CALL_REALLOC, CALL_FREE, CALL_FREE_SIZED, CALL_SECURE_FREE, CALL_SIZE, CALL_PROTECT,
        CALL_VALIDATE, CALL_WIPE_ALL, CALL_INSPECT, CALL_BUDGET, CALL_STATS, CALL_CREATE,
        CALL_RESERVE, CALL_DESTROY, CALL_HARDEN,
        CALL_TRIM       /* not public: what is kept is given back (ledger.h) */
};

struct call {
        /* in: */
        enum call_what what;
        void *p;                        /* a secret, or what is filled in */
        struct locket_arena *arena;
        const struct locket_policy *policy;
        void *to;                       /* what inspect, budget, stats fill in */
        size_t size, other;             /* other: alignment, count */
        int mode;
        /* out: */
        void *pointer;
        struct locket_arena *made;
        size_t number;
        int code;
        int error;                      /* errno; 0: unchanged */
        int violated;                   /* then this: */
        enum locket_violation kind;
        void *at;
};

/* Make the call.  Whatever it is, it must leave no lock, say the right line if
 * it is a violation and nothing if not. */
void call_make(struct call *c);

#endif
