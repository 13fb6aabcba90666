/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * tables.h - stage 9: everything that locket knows, and what holds of it
 * between calls.
 *
 * The predicates here are the invariant of the whole core.  They hold whatever
 * a caller does to memory that it may write to: to its secrets, to the slack
 * around them, and to freed slots whose pages were left open.
 */
#ifndef LOCKET_TABLES_H
#define LOCKET_TABLES_H

#include "config.h"
#include "fork.h"
#include "lock.h"
#include "size.h"
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

/* The predicates below use these instead of predicates of their own, so that
 * the provers see through them.  A slot that was ever used, and a free one: */
#define LOCKET_USED(t, i) \
        (0 <= (i) < (t)->slot_count && (t)->slot[i].state != LOCKET_SLOT_VIRGIN)
#define LOCKET_SPARE(t, i) (LOCKET_USED(t, i) && (t)->slot[i].state != LOCKET_SLOT_LIVE)

/* Byte k is on a page that its slot has. */
#define LOCKET_PAGES(t, k)                                                 \
        (LOCKET_USED(t, locket_ghost_owner[k]) &&                          \
         (t)->slot[locket_ghost_owner[k]].lo <= (k) < (t)->slot[locket_ghost_owner[k]].hi)

/* A slab begins in span h.  Its spans may be spoilt. */
#define LOCKET_TAKEN(t, h)                                              \
        (0 <= (h) < LOCKET_SPAN_COUNT && (t)->span[h].owner != 0 &&     \
         (t)->span[h].slab == (h))

/* Where the tables are: in mappings of their own (\base_addr tells them apart),
 * as are the records, the process page and the range. */
#define LOCKET_TABLES_OK(t)                                                                     \
        (\valid(t) && \valid((t)->process) && \valid((t)->slot + (0 .. (t)->slot_count - 1)) && \
         \valid((t)->range.base + (0 .. (t)->range.size - 1)) &&                                \
         \base_addr(t) != \base_addr((t)->slot) &&                                              \
         \base_addr(t) != \base_addr((t)->process) &&                                           \
         \base_addr(t) != \base_addr((t)->range.base) &&                                        \
         \base_addr((t)->slot) != \base_addr((t)->process) &&                                   \
         \base_addr((t)->slot) != \base_addr((t)->range.base) &&                                \
         \base_addr((t)->process) != \base_addr((t)->range.base) &&                             \
         0 < (t)->slot_count < LOCKET_NONE && 0 < (t)->range.size <= 0x1000000000 &&            \
         (t)->range.address + (t)->range.size <= UINTPTR_MAX)

/* What holds between calls, clause by clause: as a condition, */
#define LOCKET_HEAP_OK(t)                                                                     \
        (heap_slots(t) && heap_secrets(t) && heap_own(t) && heap_rest(t) && heap_access(t) && \
         heap_locked(t) && heap_slabs(t))
/* and as the clauses of a contract.  What happens to all live secrets but one: */
#define LOCKET_KEEPS_HEAP(t)                \
        ensures slots:   heap_slots(t);     \
        ensures secrets: heap_secrets(t);   \
        ensures own:     heap_own(t);       \
        ensures rest:    heap_rest(t);      \
        ensures access:  heap_access(t);    \
        ensures locked:  heap_locked(t);    \
        ensures slabs:   heap_slabs(t)
/* What place.c makes new places with, besides. */
#define LOCKET_PLACES_OK(t)                                                             \
        (tables_range(t) && heap_shapes(t) && heap_layout(t) && heap_spans(t) &&        \
         heap_order(t) && heap_places(t) && heap_guards(t))
#define LOCKET_KEEPS_PLACES(t)              \
        ensures reserved: tables_range(t);  \
        ensures shapes:  heap_shapes(t);    \
        ensures layout:  heap_layout(t);    \
        ensures spans:   heap_spans(t);     \
        ensures order:   heap_order(t);     \
        ensures places:  heap_places(t);    \
        ensures guards:  heap_guards(t)
#define LOCKET_KEEPS_LIVE(t, but)                             \
        ensures records: live_records{Pre,Post}(t, but);      \
        ensures bytes:   live_bytes{Pre,Post}(t, but)

/*@ // What locket_range_reserve made of the range, and a record for each place.
    predicate tables_range{L}(struct locket_tables *t) =
      range_ok(&t->range) && t->slot_count == LOCKET_SPAN_COUNT * t->range.span_slots;

    // Where span n begins.
    logic integer span_at(integer bytes, integer n) = n <= 0 ? 0 : n * bytes;

    // A slab that begins in span h, and used slot i of one.
    predicate slab_shape{L}(struct locket_tables *t, integer h) =
      t->range.page <= t->slab[h].first <= t->slab[h].end <= t->range.size &&
      t->slab[h].first + t->slab[h].capacity <= t->slab[h].next_hi &&
      t->slab[h].capacity + t->range.page == t->slab[h].pitch <= t->slab[h].end &&
      0 < t->slab[h].capacity &&
      1 <= t->slab[h].spans && h + t->slab[h].spans <= LOCKET_SPAN_COUNT;

    // The products of it, which only its making needs.
    predicate slab_layout{L}(struct locket_tables *t, integer h) =
      t->slab[h].capacity == class_bytes(t->range.page, t->slab[h].size_class) &&
      t->slab[h].first == span_at(t->range.span_bytes, h) + t->range.page &&
      t->slab[h].end == span_at(t->range.span_bytes, h + t->slab[h].spans);

    predicate slot_at{L}(struct locket_tables *t, integer i, integer h) =
      LOCKET_TAKEN(t, h) && t->slab[h].slots <= i < t->slab[h].slots + t->slab[h].used &&
      t->slab[h].first <= t->slot[i].bottom &&
      t->slot[i].bottom + t->slab[h].capacity == t->slot[i].hi &&
      t->slot[i].hi + t->slab[h].pitch <= t->slab[h].next_hi &&
      t->slot[i].hi + t->range.page <= t->slab[h].end;

    predicate heap_slots{L}(struct locket_tables *t) =
      \forall integer i; 0 <= i < t->slot_count ==>
        t->slot[i].bottom <= t->slot[i].lo <= t->slot[i].hi < t->range.size &&
        LOCKET_SLOT_VIRGIN <= t->slot[i].state <= LOCKET_SLOT_LIVE &&
        LOCKET_NO_ACCESS <= t->slot[i].access <= LOCKET_READ_WRITE &&
        t->slot[i].slab < LOCKET_SPAN_COUNT &&
        (t->slot[i].state != LOCKET_SLOT_LIVE ==> t->slot[i].access != LOCKET_READ_ONLY);

    // T3: a live secret lies in its pages, a canary below it, and ends at the
    // guard, up to its alignment.
    predicate heap_secrets{L}(struct locket_tables *t) =
      \forall integer i; 0 <= i < t->slot_count ==> t->slot[i].state == LOCKET_SLOT_LIVE ==>
        secret_ok(t->slot + i);

    // T3: no two slots overlap, as a byte has one owner.
    predicate heap_own{L}(struct locket_tables *t) =
      \forall integer i, k; LOCKET_USED(t, i) ==> t->slot[i].bottom <= k < t->slot[i].hi ==>
        locket_ghost_owner[k] == i;

    // T2: a byte that is not zero lies in the pages of a live secret (or of a
    // freed one whose pages were left open, and to which somebody wrote too late).
    predicate heap_rest{L}(struct locket_tables *t) =
      \forall integer k; 0 <= k < t->range.size ==> t->range.base[k] != 0 ==>
        LOCKET_PAGES(t, k) &&
        (t->slot[locket_ghost_owner[k]].state == LOCKET_SLOT_LIVE ||
         t->slot[locket_ghost_owner[k]].access != LOCKET_NO_ACCESS);

    // The access and the lock of each page are those of its slot's record.
    predicate heap_access{L}(struct locket_tables *t) =
      \forall integer k; 0 <= k < t->range.size ==>
        locket_ghost_access[k] ==
          (LOCKET_PAGES(t, k) ? t->slot[locket_ghost_owner[k]].access : LOCKET_NO_ACCESS);

    predicate heap_locked{L}(struct locket_tables *t) =
      \forall integer k; 0 <= k < t->range.size ==>
        locket_ghost_locked[k] ==
          (LOCKET_PAGES(t, k) && t->slot[locket_ghost_owner[k]].lock_error == 0 &&
           t->slot[locket_ghost_owner[k]].epoch == t->epoch ? 1 : 0);

    predicate heap_slabs{L}(struct locket_tables *t) =
      \forall integer h; 0 <= h < LOCKET_SPAN_COUNT ==>
        t->span[h].slab < LOCKET_SPAN_COUNT && slab_ok(t->slab + h) &&
        t->slab[h].slots + t->slab[h].count <= t->slot_count;

    // The rest is what place.c makes new places with.
    predicate heap_shapes{L}(struct locket_tables *t) =
      \forall integer h; 0 <= h < LOCKET_SPAN_COUNT ==> LOCKET_TAKEN(t, h) ==> slab_shape(t, h);

    predicate heap_layout{L}(struct locket_tables *t) =
      \forall integer h; 0 <= h < LOCKET_SPAN_COUNT ==> LOCKET_TAKEN(t, h) ==> slab_layout(t, h);

    // No two slabs share a span or a byte.
    predicate heap_spans{L}(struct locket_tables *t) =
      \forall integer h, s; LOCKET_TAKEN(t, h) ==> h <= s < h + t->slab[h].spans ==>
        t->span[s].owner != 0 && t->span[s].slab == h;

    predicate heap_order{L}(struct locket_tables *t) =
      \forall integer g, h; LOCKET_TAKEN(t, g) && LOCKET_TAKEN(t, h) && g < h ==>
        t->slab[g].end <= t->slab[h].first;

    // A slot that was ever used has a place below those that its slab has left,
    // and the guard page above it.
    predicate heap_places{L}(struct locket_tables *t) =
      \forall integer i; LOCKET_USED(t, i) ==> slot_at(t, i, t->slot[i].slab);

    predicate heap_guards{L}(struct locket_tables *t) =
      \forall integer i, k; LOCKET_USED(t, i) ==>
        t->slot[i].hi <= k < t->slot[i].hi + t->range.page ==> locket_ghost_owner[k] == i;

    // Every live secret, but one, is what it was: its record,
    predicate live_records{L1,L2}(struct locket_tables *t, integer but) =
      \forall integer i; 0 <= i < \at(t->slot_count,L1) && i != but &&
        \at(t->slot[i].state,L1) == LOCKET_SLOT_LIVE ==> slot_same{L1,L2}(\at(t->slot,L1) + i);

    // and every byte of its pages.
    predicate live_bytes{L1,L2}(struct locket_tables *t, integer but) =
      \forall integer k; 0 <= k < \at(t->range.size,L1) ==>
        \at(LOCKET_PAGES(t, k),L1) && \at(locket_ghost_owner[k],L1) != but &&
        \at(t->slot[locket_ghost_owner[k]].state,L1) == LOCKET_SLOT_LIVE ==>
          \at(t->range.base[k],L1) == \at(t->range.base[k],L2) &&
          \at(locket_ghost_owner[k],L1) == \at(locket_ghost_owner[k],L2);
*/

#endif
