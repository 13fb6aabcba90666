/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * home.h - the process's own locket: made at first use, found by every call,
 * set right in a forked child.
 */
#ifndef LOCKET_HOME_H
#define LOCKET_HOME_H

#include "config.h"
#include "arena.h"
#include "lock.h"
#include "run.h"

struct locket_home {
        struct locket_tables tables;
        uint32_t most;          /* arenas 0 .. most - 1 were ever used */
        uint32_t last;          /* the arena made last */
        uint32_t omit_error;    /* errno if the kernel cannot leave pages out
                                 * of a child: known once an arena wants it */
        struct locket_arena *arena;     /* LOCKET_ARENA_COUNT; 0: the default one */
        uintptr_t arena_address;        /* of arena[0], as a number */
        struct locket_runs runs;        /* of the compact arenas */
        uint32_t sealed;        /* 1: the kernel seals mappings */
        /* What stands behind a handle (shard.h).  Changed under the lock of
         * the home; read without one, and looked at again under the arena's. */
        uint32_t group[LOCKET_ARENA_COUNT];     /* whose shard it is: index + 1, 0: none's */
        uint32_t whole[LOCKET_ARENA_COUNT];     /* 1: all threads share the handle's own arena */
        uint32_t shard[LOCKET_ARENA_COUNT][LOCKET_SHARDS]; /* index + 1; 0: not made yet */
        uint32_t choice[LOCKET_ARENA_COUNT][LOCKET_CHOICES]; /* a thread's shard */
        char *path[LOCKET_ARENA_COUNT]; /* its directory (LOCKET_FILE), or NULL */
};

/* What an address is, and whose: small enough for two registers. */
struct locket_found {
        struct locket_arena *arena;     /* locked; NULL unless hit is LIVE */
        uint32_t index;         /* of its slot; of its cell, */
        uint16_t cell;          /* if this is 1 */
        uint16_t hit;           /* enum locket_slot_hit */
};

/* What was found while an arena was locked. */
struct locket_verdict {
        int found;
        enum locket_violation kind;
        uintptr_t at;
};

/**
 * locket_home_start():
 * Have the tables, in this process: make them at first use, set them right in
 * a child.  0, or ENOMEM or EIO, and then the next call tries again; or EDEADLK
 * (locket_home_inside).
 */
LOCKET_INTERNAL int locket_home_start(void);

/**
 * locket_home_inside():
 * 1 in a signal handler that has interrupted, in its own thread, a call that has a
 * lock, locket_wipe_all, or the first call of a child.  Whoever took a lock then
 * might wait for ever: public calls say EDEADLK instead.  Between two locks of a
 * call a handler is as good as another thread.  Async-signal-safe.
 */
LOCKET_INTERNAL int locket_home_inside(void);

/**
 * locket_home_here():
 * The tables, right for this process; NULL if there are none yet.
 */
LOCKET_INTERNAL struct locket_home *locket_home_here(void);

/** locket_home_key(h): Have a key for canaries: 0; EIO, and then the next call
 * tries again; or EDEADLK inside another call. */
LOCKET_INTERNAL int locket_home_key(struct locket_home *h);

/** locket_home_runs(): The tables of cells; there is an arena already. */
LOCKET_INTERNAL struct locket_runs *locket_home_runs(void);

/**
 * locket_home_find(address):
 * What ${address} is.  If it is a live secret, its arena is locked.
 */
LOCKET_INTERNAL struct locket_found locket_home_find(uintptr_t address);

/** locket_home_at(a, off): What is at offset ${off}, of a slot of ${a}, which is
 * locked. */
LOCKET_INTERNAL struct locket_found locket_home_at(struct locket_arena *a, size_t off);

/**
 * locket_home_arena(arena):
 * ${arena}, locked, if it is one; else NULL.  Any value may be passed.
 */
LOCKET_INTERNAL struct locket_arena *locket_home_arena(const struct locket_arena *arena);

/**
 * locket_home_handle(h, arena):
 * The index of ${arena}, if that is what locket_home_create gave and it was not
 * destroyed; else LOCKET_NONE.  Any value may be passed.
 */
LOCKET_INTERNAL uint32_t locket_home_handle(const struct locket_home *h,
                                            const struct locket_arena *arena);

/**
 * locket_home_compact(h):
 * Have the tables that compact arenas need.  0 or ENOMEM.
 */
LOCKET_INTERNAL int locket_home_compact(struct locket_home *h);

/**
 * locket_home_shard(h, i, n):
 * The index of shard ${n} of handle ${i}, made now if it was not; LOCKET_NONE if
 * that cannot be or the handle was destroyed.  The caller holds no lock.
 */
LOCKET_INTERNAL uint32_t locket_home_shard(struct locket_home *h, uint32_t i, uint32_t n);

/**
 * locket_home_create(policy, error):
 * A new arena; or NULL, and its errno.
 */
LOCKET_INTERNAL struct locket_arena *locket_home_create(const struct locket_policy *policy,
                                                        int *error);

/**
 * locket_home_destroy(arena):
 * 0, EINVAL, EBUSY or ENOMEM.  Any value may be passed.
 */
LOCKET_INTERNAL int locket_home_destroy(const struct locket_arena *arena);

/**
 * locket_home_trim(space, verdict):
 * Give back what is kept, in every arena, and with ${space} also address space.
 * The caller holds no lock.  1 if there was anything.  It stops at the first
 * violation, which is in ${verdict}: the caller reports it when it holds nothing
 * that would be lost if the handler jumps.
 */
LOCKET_INTERNAL int locket_home_trim(int space, struct locket_verdict *verdict);

/**
 * locket_home_leave(a):
 * Unlock ${a}.  If a violation was found meanwhile, this does not return.
 */
LOCKET_INTERNAL void locket_home_leave(struct locket_arena *a);

/**
 * locket_home_wipe():
 * Zero every live secret.  Takes no lock; async-signal-safe.
 */
LOCKET_INTERNAL void locket_home_wipe(void);

#endif
