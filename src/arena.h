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
#include "tables.h"

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
        int refusal;            /* errno of the last call that gave LOCKET_NONE */
};

/* An arena, apart from all tables. */
#define LOCKET_ARENA_OK(a)                                                            \
        (\valid(a) && (a)->index < LOCKET_ARENA_COUNT &&                               \
         \base_addr(a) != \base_addr((a)->tables) &&                                  \
         \base_addr(a) != \base_addr((a)->tables->slot) &&                            \
         \base_addr(a) != \base_addr((a)->tables->process) &&                         \
         \base_addr(a) != \base_addr((a)->tables->range.base) &&                      \
         LOCKET_TABLES_OK((a)->tables))

/* What a call on one arena may change: the arena, its slots and their pages. */
#define LOCKET_ARENA_CHANGES(a)                                                           \
        (a)->open_bytes, (a)->locked_bytes, (a)->kept_bytes, (a)->keep_limit, (a)->slabs, \
        (a)->live, (a)->live_bytes, (a)->peak_live, (a)->peak_locked, (a)->generation,    \
        (a)->dice, (a)->dice_left, (a)->found, (a)->kind, (a)->at, (a)->refusal,          \
        (a)->quarantine, (a)->bin[0 .. LOCKET_CLASS_COUNT - 1],                           \
        (a)->tables->slot[0 .. (a)->tables->slot_count - 1],                              \
        (a)->tables->span[0 .. LOCKET_SPAN_COUNT - 1],                                    \
        (a)->tables->slab[0 .. LOCKET_SPAN_COUNT - 1],                                    \
        (a)->tables->range.base[0 .. (a)->tables->range.size - 1],                        \
        locket_ghost_access[0 .. (a)->tables->range.size - 1],                            \
        locket_ghost_locked[0 .. (a)->tables->range.size - 1],                            \
        locket_ghost_owner[0 .. (a)->tables->range.size - 1]

/**
 * locket_arena_begin(a, tables, index, policy, seed):
 * An arena without slots; its lock is there already.
 */
/*@ requires valid:  \valid(a) && \valid_read(tables) && \valid_read(policy);
    requires text:   policy->label == \null || text(policy->label);
    requires apart:  \base_addr(a) != \base_addr(tables) &&
                     \base_addr(a) != \base_addr(policy) &&
                     \base_addr(a) != \base_addr(policy->label);
    terminates \true;
    exits      \false;
    assigns    a->index, a->tables, a->policy, a->label[0 .. LOCKET_LABEL_BYTES - 1],
               a->wiped_by_fork, a->generation, a->dice_left, a->live, a->live_bytes,
               a->open_bytes, a->locked_bytes, a->kept_bytes, a->keep_limit, a->slabs,
               a->peak_live, a->peak_locked, a->found, a->refusal, a->quarantine,
               a->bin[0 .. LOCKET_CLASS_COUNT - 1];
    ensures which:   a->index == index && a->tables == tables;
    ensures policy:  a->policy.locked == policy->locked && a->policy.freed == policy->freed &&
                     a->policy.capacity == policy->capacity &&
                     a->policy.quarantine == policy->quarantine;
    ensures nothing: a->live == 0 && a->live_bytes == 0 && a->open_bytes == 0 &&
                     a->locked_bytes == 0 && a->kept_bytes == 0 && a->slabs == 0 &&
                     a->found == 0 && a->quarantine.count == 0;
*/
LOCKET_INTERNAL void locket_arena_begin(struct locket_arena *a, struct locket_tables *tables,
                                        uint32_t index, const struct locket_policy *policy,
                                        uint64_t seed);

/**
 * locket_arena_get(a, data):
 * A free slot with ${data} bytes of open, locked pages, all zero.  It is not
 * LIVE yet.  LOCKET_NONE, with the errno in ${a}->refusal (EDQUOT: the arena's
 * cap), and nothing changed; or with ${a}->found: a free slot was written to.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires data:  0 < data <= LOCKET_MAX_SIZE + 65536;
    requires page:  1024 <= a->tables->range.page <= 65536;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range:  \result < a->tables->slot_count || \result == LOCKET_NONE;
    ensures spare:  \result != LOCKET_NONE ==> LOCKET_SPARE(a->tables, \result) &&
                      a->tables->slot[\result].epoch == a->tables->epoch;
    ensures open:   \result != LOCKET_NONE ==>
                      a->tables->slot[\result].access == LOCKET_READ_WRITE &&
                      a->tables->slot[\result].lo + data <= a->tables->slot[\result].hi;
    ensures zero:   \result != LOCKET_NONE ==>
                      zeroed(a->tables->range.base, a->tables->slot[\result].lo,
                             a->tables->slot[\result].hi);
    ensures locked: \result != LOCKET_NONE && a->policy.locked == LOCKET_REQUIRE ==>
                      a->tables->slot[\result].lock_error == 0;
    ensures reason: \result == LOCKET_NONE ==> a->refusal > 0 || a->found != 0;
*/
LOCKET_INTERNAL uint32_t locket_arena_get(struct locket_arena *a, size_t data);

/**
 * locket_arena_put(a, i):
 * Slot ${i}, LIVE and wiped, goes into quarantine, closed as the policy says.
 * The oldest one there leaves it.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  i < a->tables->slot_count && a->tables->slot[i].state == LOCKET_SLOT_LIVE;
    requires open:  a->tables->slot[i].access == LOCKET_READ_WRITE;
    requires wiped: zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, i);
    ensures freed:  a->tables->slot[i].state != LOCKET_SLOT_LIVE;
    ensures wiped:  zeroed(a->tables->range.base, \old(a->tables->slot[i].lo),
                           \old(a->tables->slot[i].hi));
    ensures told:   \old(a->found) != 0 ==> a->found != 0;
*/
LOCKET_INTERNAL void locket_arena_put(struct locket_arena *a, uint32_t i);

/**
 * locket_arena_return(a, i):
 * Slot ${i}, from locket_arena_get and still zero, is free again.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires zero:  zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
LOCKET_INTERNAL void locket_arena_return(struct locket_arena *a, uint32_t i);

/**
 * locket_arena_trim(a):
 * Give back the pages of all slots that are not live, but those that a reserve
 * promises.  1 if there were any.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures bool: \result == 0 || \result == 1;
*/
LOCKET_INTERNAL int locket_arena_trim(struct locket_arena *a);

/**
 * locket_arena_sweep(a):
 * The address space is used up: end the quarantine, and give back the spans of
 * slabs whose slots are all free.  1 if there were any.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures bool: \result == 0 || \result == 1;
*/
LOCKET_INTERNAL int locket_arena_sweep(struct locket_arena *a);

/**
 * locket_arena_reserve_slots(a, count, data):
 * Open and keep slots for ${count} more secrets with ${data} bytes of pages.  0,
 * or an errno, and then nothing more is locked than before.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires data:  0 < data <= LOCKET_MAX_SIZE + 65536;
    requires page:  1024 <= a->tables->range.page <= 65536;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_arena_reserve_slots(struct locket_arena *a, size_t count, size_t data);

/**
 * locket_arena_end(a):
 * Give back all slabs of ${a}, which has no live secret.  0, or ENOMEM if the
 * kernel does not take its pages back: then it goes on to exist.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_arena_end(struct locket_arena *a);

/**
 * locket_arena_forked(a):
 * In a child: nothing is locked here.  No lock is needed: the child is alone.
 */
/*@ requires valid: \valid(a);
    terminates \true;
    exits      \false;
    assigns    a->open_bytes, a->locked_bytes, a->kept_bytes, a->keep_limit, a->peak_locked,
               a->dice_left, a->found, a->bin[0 .. LOCKET_CLASS_COUNT - 1];
    ensures nothing: a->open_bytes == 0 && a->locked_bytes == 0 && a->kept_bytes == 0 &&
                     a->dice_left == 0 && a->found == 0;
*/
LOCKET_INTERNAL void locket_arena_forked(struct locket_arena *a);

/**
 * locket_arena_stale(t, i):
 * 1 if the pages of slot ${i} were opened by a parent: they are not locked here.
 */
/*@ requires valid: \valid_read(t) && \valid_read(t->slot + i);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == (t->slot[i].epoch != t->epoch ? 1 : 0);
*/
LOCKET_INTERNAL int locket_arena_stale(const struct locket_tables *t, uint32_t i);

/**
 * locket_arena_found(a, kind, at):
 * Remember a violation, to be reported when no lock is held.  The first stays.
 */
/*@ requires valid: \valid(a);
    terminates \true;
    exits      \false;
    assigns    a->found, a->kind, a->at;
    ensures told:  a->found != 0;
    ensures first: \old(a->found) != 0 ==> a->kind == \old(a->kind) && a->at == \old(a->at);
    ensures this:  \old(a->found) == 0 ==> a->kind == kind && a->at == at;
*/
LOCKET_INTERNAL void locket_arena_found(struct locket_arena *a, enum locket_violation kind,
                                        uintptr_t at);

#endif
