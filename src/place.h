/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * place.h - where an arena's slots are.
 *
 * The caller holds the arena's lock.
 */
#ifndef LOCKET_PLACE_H
#define LOCKET_PLACE_H

#include "config.h"
#include "arena.h"
#include "size.h"

/* What a change of places may change: no byte, and the pages of no slot. */
#define LOCKET_PLACE_CHANGES(a)                                                  \
        (a)->slabs, (a)->bin[0 .. LOCKET_CLASS_COUNT - 1],                       \
        (a)->tables->slot[0 .. (a)->tables->slot_count - 1],                     \
        (a)->tables->span[0 .. LOCKET_SPAN_COUNT - 1],                           \
        (a)->tables->slab[0 .. LOCKET_SPAN_COUNT - 1]

/*@ // A slot that is free stays so.
    predicate free_kept{L1,L2}(struct locket_tables *t) =
      \forall integer j; 0 <= j < \at(t->slot_count,L1) &&
        \at(t->slot[j].state,L1) != LOCKET_SLOT_LIVE ==>
          \at(t->slot[j].state,L2) != LOCKET_SLOT_LIVE;
*/

/** locket_place_slab(a, i): The slab of slot ${i}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slots: heap_slots(a->tables);
    requires slot:  i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures slab: \result == a->tables->slab + a->tables->slot[i].slab;
*/
LOCKET_INTERNAL struct locket_slab *locket_place_slab(const struct locket_arena *a, uint32_t i);

/**
 * locket_place_head(a, span):
 * 1 if a slab of ${a} begins in ${span}.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires span:  span < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:  \result == 0 || \result == 1;
    ensures exact: \result == 1 <==> a->tables->span[span].owner == a->index + 1 &&
                                     a->tables->span[span].slab == span;
    ensures taken: \result == 1 ==> LOCKET_TAKEN(a->tables, span);
*/
LOCKET_INTERNAL int locket_place_head(const struct locket_arena *a, uint32_t span);

/**
 * locket_place_sweep(a):
 * Give back the spans of all slabs of which no slot is live, kept or in
 * quarantine.  1 if there were any.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
    ensures bool: \result == 0 || \result == 1;
*/
LOCKET_INTERNAL int locket_place_sweep(struct locket_arena *a);

/**
 * locket_place_new(a, k):
 * A slot of class ${k} that was never used, without pages; or LOCKET_NONE and
 * the errno in ${a}->refusal.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a), a->refusal,
               locket_ghost_owner[0 .. a->tables->range.size - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
    ensures range:  \result < a->tables->slot_count || \result == LOCKET_NONE;
    ensures reason: \result == LOCKET_NONE ==> a->refusal > 0;
    ensures cold:   \result != LOCKET_NONE ==>
                      a->tables->slot[\result].state == LOCKET_SLOT_COLD;
    ensures none:   \result != LOCKET_NONE ==>
                      a->tables->slot[\result].lo == a->tables->slot[\result].hi;
    ensures epoch:  \result != LOCKET_NONE ==>
                      a->tables->slot[\result].epoch == a->tables->epoch;
    ensures room:   \result != LOCKET_NONE ==>
                      a->tables->slot[\result].hi - a->tables->slot[\result].bottom ==
                        class_bytes(a->tables->range.page, k);
*/
LOCKET_INTERNAL uint32_t locket_place_new(struct locket_arena *a, uint32_t k);

/**
 * locket_place_undo(a, i):
 * Slot ${i}, the last that locket_place_new gave, was never used.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    requires none:  a->tables->slot[i].lo == a->tables->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
*/
LOCKET_INTERNAL void locket_place_undo(struct locket_arena *a, uint32_t i);

/**
 * locket_place_cool(a, i):
 * Slot ${i} is free and has no pages.  A slab of one slot goes with it, so
 * that large secrets leave no address space behind.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    requires none:  a->tables->slot[i].lo == a->tables->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
*/
LOCKET_INTERNAL void locket_place_cool(struct locket_arena *a, uint32_t i);

/**
 * locket_place_slab_drop(a, head):
 * Give the spans of slab ${head} back; none of its slots is in a list.  If the
 * kernel refuses to put them back into the state of fresh ones, or to take a
 * page of a slot, or a slot is live, nobody gets them.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires head:  LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
*/
LOCKET_INTERNAL void locket_place_slab_drop(struct locket_arena *a, uint32_t head);

#endif
