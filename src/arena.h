/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * arena.h - one policy, its slabs, one lock: who gets which slot, and which
 * pages are open, kept or given back.
 *
 * The caller holds the arena's lock in every call, except where it says so.
 * Between calls, unless a user's late write has broken it: every byte of a
 * slot that is not LIVE is zero (T2).
 */
#ifndef LOCKET_ARENA_H
#define LOCKET_ARENA_H

#include "config.h"
#include "bin.h"
#include "fork.h"
#include "lock.h"
#include "slab.h"
#include "slot.h"
#include "span.h"

/* Everything that locket knows, out of band, in three mappings of its own. */
struct locket_tables {
        struct locket_range range;
        struct locket_process *process;
        struct locket_slot *slot;       /* the records of all spans */
        uint32_t slot_count;
        uint32_t epoch;                 /* counts forks: 0 in the first process */
        struct locket_lock span_lock;   /* of span[] */
        struct locket_span span[LOCKET_SPAN_COUNT];
        struct locket_slab slab[LOCKET_SPAN_COUNT]; /* by its first span */
};

struct locket_arena {
        struct locket_lock lock;
        uint32_t used;          /* 1 while it exists */
        uint32_t index;
        struct locket_tables *tables;
        struct locket_policy policy;
        char label[LOCKET_LABEL_BYTES];
        int wiped_by_fork;      /* 1: a child reads zeros */
        uint64_t generation;    /* of the next canary: begins at random */
        uint64_t dice;          /* random bits for drawing slots */
        uint32_t dice_left;     /* draws that are in them */
        size_t live, live_bytes;
        size_t open_bytes;      /* of all slots: what the cap is about */
        size_t locked_bytes;    /* of these, really locked */
        size_t kept_bytes;      /* of these, in slots that are not live */
        size_t keep_limit;      /* bytes: LOCKET_KEEP_BYTES and the reserves */
        size_t slabs;
        size_t peak_live, peak_locked;
        struct locket_list quarantine;
        struct locket_bin bin[LOCKET_CLASS_COUNT];
        int found;              /* 1: a violation was found meanwhile, */
        enum locket_violation kind;     /* of this kind, */
        uintptr_t at;                   /* at this address */
};

/**
 * locket_arena_begin(a, tables, index, policy, seed):
 * An arena without slots; its lock is there already.
 */
LOCKET_INTERNAL void locket_arena_begin(struct locket_arena *a, struct locket_tables *tables,
                                        uint32_t index, const struct locket_policy *policy,
                                        uint64_t seed);

/**
 * locket_arena_get(a, data):
 * A free slot with ${data} bytes of open, locked pages, all zero.  It is not
 * LIVE yet.  LOCKET_NONE, with the errno in ${error} (EDQUOT: the arena's cap),
 * and nothing changed; or with ${a}->found: a free slot was written to.
 */
LOCKET_INTERNAL uint32_t locket_arena_get(struct locket_arena *a, size_t data, int *error);

/**
 * locket_arena_put(a, i):
 * Slot ${i}, LIVE and wiped, goes into quarantine, closed as the policy says.
 * The oldest one there leaves it.
 */
/*@ requires wiped: zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi); */
LOCKET_INTERNAL void locket_arena_put(struct locket_arena *a, uint32_t i);

/**
 * locket_arena_return(a, i):
 * Slot ${i}, from locket_arena_get and still zero, is free again.
 */
LOCKET_INTERNAL void locket_arena_return(struct locket_arena *a, uint32_t i);

/**
 * locket_arena_trim(a):
 * Give back the pages of all slots that are not live, but those that a reserve
 * promises.  1 if there were any.
 */
LOCKET_INTERNAL int locket_arena_trim(struct locket_arena *a);

/**
 * locket_arena_sweep(a):
 * The address space is used up: end the quarantine, and give back the spans of
 * slabs whose slots are all free.  1 if there were any.
 */
LOCKET_INTERNAL int locket_arena_sweep(struct locket_arena *a);

/**
 * locket_arena_reserve_slots(a, count, data):
 * Open and keep slots for ${count} more secrets with ${data} bytes of pages.  0,
 * or an errno, and then nothing more is locked than before.
 */
LOCKET_INTERNAL int locket_arena_reserve_slots(struct locket_arena *a, size_t count, size_t data);

/**
 * locket_arena_end(a):
 * Give back all slabs of ${a}, which has no live secret.  0, or ENOMEM if the
 * kernel does not take its pages back: then it goes on to exist.
 */
LOCKET_INTERNAL int locket_arena_end(struct locket_arena *a);

/**
 * locket_arena_forked(a):
 * In a child: nothing is locked here.  No lock is needed: the child is alone.
 */
LOCKET_INTERNAL void locket_arena_forked(struct locket_arena *a);

/**
 * locket_arena_stale(a, s):
 * 1 if the pages of ${s} were opened by a parent: they are not locked here.
 */
LOCKET_INTERNAL int locket_arena_stale(const struct locket_arena *a, const struct locket_slot *s);

/**
 * locket_arena_found(a, kind, at):
 * Remember a violation, to be reported when no lock is held.  The first stays.
 */
LOCKET_INTERNAL void locket_arena_found(struct locket_arena *a, enum locket_violation kind,
                                        uintptr_t at);

#endif
