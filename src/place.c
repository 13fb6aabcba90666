/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * place.c - where an arena's slots are: slabs, taken and given back.
 *
 * Knows:    spans, slabs, slots, offsets.  Touches no byte.
 * Promises: no two slots overlap; an error leaves everything as it was.
 * Proved:   in part (proofs/unproved).
 * Tests:    tests/unit/test_place.c, tests/fault
 */
#include "place.h"

#include <errno.h>

#include "advice.h"
#include "os.h"
#include "word.h"

/*@ lemma span_products: \forall integer x, y, b; x <= y && 0 <= b ==> x * b <= y * b;
    lemma span_order: \forall integer b, x, y; x <= y && 0 <= b ==> span_at(b, x) <= span_at(b, y);
    lemma span_slots: \forall integer x, y, b; 0 <= b ==> x + y <= LOCKET_SPAN_COUNT ==>
      x * b + y * b <= LOCKET_SPAN_COUNT * b;
*/

/*@ // what the provers need to see that slots are written, and slabs are not
    logic integer owner_of{L}(struct locket_tables *t, integer h) = t->span[h].owner;

    predicate spans_same{L1,L2}(struct locket_tables *t) =
      \forall integer h; 0 <= h < LOCKET_SPAN_COUNT ==>
        \at(t->span[h].owner,L1) == \at(t->span[h].owner,L2) &&
        \at(t->span[h].slab,L1) == \at(t->span[h].slab,L2);

    predicate fill_same{L1,L2}(struct locket_tables *t, integer but) =
      \forall integer h; 0 <= h < LOCKET_SPAN_COUNT && h != but ==>
        \at(t->slab[h].used,L1) == \at(t->slab[h].used,L2) &&
        \at(t->slab[h].next_hi,L1) == \at(t->slab[h].next_hi,L2);

    predicate slabs_same{L1,L2}(struct locket_tables *t, integer but) =
      \forall integer h; 0 <= h < LOCKET_SPAN_COUNT && h != but ==>
        \at(t->slab[h].slots,L1) == \at(t->slab[h].slots,L2) &&
        \at(t->slab[h].count,L1) == \at(t->slab[h].count,L2) &&
        \at(t->slab[h].spans,L1) == \at(t->slab[h].spans,L2) &&
        \at(t->slab[h].size_class,L1) == \at(t->slab[h].size_class,L2) &&
        \at(t->slab[h].doomed,L1) == \at(t->slab[h].doomed,L2) &&
        \at(t->slab[h].first,L1) == \at(t->slab[h].first,L2) &&
        \at(t->slab[h].pitch,L1) == \at(t->slab[h].pitch,L2) &&
        \at(t->slab[h].capacity,L1) == \at(t->slab[h].capacity,L2) &&
        \at(t->slab[h].end,L1) == \at(t->slab[h].end,L2);

    predicate slots_same{L1,L2}(struct locket_tables *t, integer but) =
      \forall integer j; 0 <= j < \at(t->slot_count,L1) && j != but ==>
        \at(t->slot[j].state,L1) == \at(t->slot[j].state,L2) &&
        \at(t->slot[j].slab,L1) == \at(t->slot[j].slab,L2) &&
        \at(t->slot[j].bottom,L1) == \at(t->slot[j].bottom,L2) &&
        \at(t->slot[j].lo,L1) == \at(t->slot[j].lo,L2) &&
        \at(t->slot[j].hi,L1) == \at(t->slot[j].hi,L2);

    // of all slabs but one, what must hold of each
    predicate shapes_but{L}(struct locket_tables *t, integer but) =
      \forall integer h; LOCKET_TAKEN(t, h) && h != but ==> slab_shape(t, h) && slab_layout(t, h);

    predicate spans_but{L}(struct locket_tables *t, integer but) =
      \forall integer h, s; LOCKET_TAKEN(t, h) && h != but ==> h <= s < h + t->slab[h].spans ==>
        t->span[s].owner != 0 && t->span[s].slab == h;

    predicate order_but{L}(struct locket_tables *t, integer but) =
      \forall integer g, h; LOCKET_TAKEN(t, g) && LOCKET_TAKEN(t, h) && g != but && h != but &&
        g < h ==> t->slab[g].end <= t->slab[h].first;

    // count spans from head on are those of a slab, and of no other
    predicate spans_of{L}(struct locket_tables *t, integer head, integer count) =
      (\forall integer s; head <= s < head + count ==>
         t->span[s].owner != 0 && t->span[s].slab == head) &&
      (\forall integer h; LOCKET_TAKEN(t, h) && h != head ==>
         h + t->slab[h].spans <= head || head + count <= h);

    // all slots but lo .. hi - 1 are in the state that they were in
    predicate states_but{L1,L2}(struct locket_tables *t, integer lo, integer hi) =
      \forall integer j; 0 <= j < \at(t->slot_count,L1) && !(lo <= j < hi) ==>
        \at(t->slot[j].state,L1) == \at(t->slot[j].state,L2);

    // count spans from head on are owner's
    predicate spans_owned{L}(struct locket_tables *t, integer head, integer count,
                             integer owner) =
      \forall integer s; head <= s < head + count ==> t->span[s].owner == owner;

    predicate nobody_in{L}(struct locket_tables *t, integer head) =
      \forall integer i; LOCKET_USED(t, i) ==> t->slot[i].slab != head;

    // what no change of places changes
    predicate tables_kept{L1,L2}(struct locket_arena *a) =
      \at(a->tables,L1) == \at(a->tables,L2) &&
      \at(a->tables->slot,L1) == \at(a->tables->slot,L2) &&
      \at(a->tables->slot_count,L1) == \at(a->tables->slot_count,L2) &&
      \at(a->tables->range.base,L1) == \at(a->tables->range.base,L2) &&
      \at(a->tables->range.page,L1) == \at(a->tables->range.page,L2) &&
      \at(a->tables->range.size,L1) == \at(a->tables->range.size,L2);

    predicate tags_same{L1,L2}(struct locket_tables *t) =
      \forall integer j; 0 <= j < \at(t->slot_count,L1) ==>
        \at(t->slot[j].epoch,L1) == \at(t->slot[j].epoch,L2) &&
        \at(t->slot[j].alignment,L1) == \at(t->slot[j].alignment,L2);
*/

/* The range is what it was: for a proof, number by number, as it says so in products. */
#define LOCKET_RANGE_SAME(t)                                                           \
        ((t)->slot_count == \at((t)->slot_count,Pre) &&                                \
         (t)->range.span_slots == \at((t)->range.span_slots,Pre) &&                    \
         (t)->range.page == \at((t)->range.page,Pre) &&                                \
         (t)->range.size == \at((t)->range.size,Pre) &&                                \
         (t)->range.span_bytes == \at((t)->range.span_bytes,Pre) &&                    \
         (t)->range.address == \at((t)->range.address,Pre))

int locket_place_head(const struct locket_arena *a, uint32_t span)
{
        const struct locket_span *s = &a->tables->span[span];

        return locket_load(&s->owner) == a->index + 1u && s->slab == span;
}

struct locket_slab *locket_place_slab(const struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        return &t->slab[t->slot[i].slab];
}

/* --------------------------------------------------------------- given back */

/* Slot ${i}, free and without pages, was never used. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires slot:   i < t->slot_count && t->slot[i].state != LOCKET_SLOT_LIVE;
    requires none:   t->slot[i].lo == t->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].state;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures virgin:  t->slot[i].state == LOCKET_SLOT_VIRGIN;
*/
static void locket_place_forget(struct locket_tables *t, uint32_t i)
{
        t->slot[i].state = LOCKET_SLOT_VIRGIN;
}

/* 1 if no slot of slab ${head} is live or has pages. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires slabs:  heap_slabs(t);
    requires head:   head < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:  \result == 0 || \result == 1;
    ensures empty: \result == 1 ==>
                     \forall integer k; t->slab[head].slots <= k <
                       t->slab[head].slots + t->slab[head].used ==>
                       t->slot[k].state != LOCKET_SLOT_LIVE && t->slot[k].lo == t->slot[k].hi;
*/
static int locket_place_empty(const struct locket_tables *t, uint32_t head)
{
        const uint32_t end = t->slab[head].slots + t->slab[head].used;
        uint32_t k;

        /*@ loop invariant range: t->slab[head].slots <= k <= end;
            loop invariant empty: \forall integer j; t->slab[head].slots <= j < k ==>
              t->slot[j].state != LOCKET_SLOT_LIVE && t->slot[j].lo == t->slot[j].hi;
            loop assigns k;
            loop variant end - k;
        */
        for (k = t->slab[head].slots; k < end; k++) {
                if (t->slot[k].state == LOCKET_SLOT_LIVE || t->slot[k].lo != t->slot[k].hi) {
                        return 0; /* in use, or the kernel would not take its pages */
                }
        }
        return 1;
}

/* Put the spans of slab ${head} back into the state of fresh ones.  1 if they
 * are. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires range: tables_range(a->tables) && heap_shapes(a->tables);
    requires head:  LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool: \result == 0 || \result == 1;
*/
static int locket_place_restore(const struct locket_arena *a, uint32_t head)
{
        const struct locket_tables *t = a->tables;
        const size_t lo = t->slab[head].first - t->range.page;
        const size_t hi = t->slab[head].end;
        int error = 0;

        if (a->policy.undumped == LOCKET_OFF && t->range.undump_error == 0) {
                error = locket_os_undump(t->range.base, lo, hi, 1);
        }
        if (error == 0) {
                error = locket_advice_take(&a->policy, &t->range, lo, hi);
        }
        if (a->label[0] != '\0') {
                locket_os_name(t->range.base, lo, hi, NULL);
        }
        return error == 0;
}

/* The slots of slab ${head}, all free and without pages, were never used. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires head:   head < LOCKET_SPAN_COUNT;
    requires empty:  \forall integer k; t->slab[head].slots <= k <
                       t->slab[head].slots + t->slab[head].used ==>
                       t->slot[k].state != LOCKET_SLOT_LIVE && t->slot[k].lo == t->slot[k].hi;
    terminates \true;
    exits      \false;
    assigns    t->slot[0 .. t->slot_count - 1];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures free:    free_kept{Pre,Post}(t);
    ensures none:    \forall integer i; LOCKET_USED(t, i) ==> t->slot[i].slab != head;
    ensures others:  states_but{Pre,Post}(t, t->slab[head].slots,
                       t->slab[head].slots + t->slab[head].used);
*/
static void locket_place_forget_all(struct locket_tables *t, uint32_t head)
{
        const uint32_t end = t->slab[head].slots + t->slab[head].used;
        uint32_t k;

        /*@ loop invariant range:   t->slab[head].slots <= k <= end;
            loop invariant heap:    LOCKET_HEAP_OK(t);
            loop invariant places:  LOCKET_PLACES_OK(t);
            loop invariant virgin:  \forall integer j; t->slab[head].slots <= j < k ==>
              t->slot[j].state == LOCKET_SLOT_VIRGIN;
            loop invariant empty:   \forall integer j; k <= j < end ==>
              t->slot[j].state != LOCKET_SLOT_LIVE && t->slot[j].lo == t->slot[j].hi;
            loop invariant records: live_records{Pre,Here}(t, -1);
            loop invariant bytes:   live_bytes{Pre,Here}(t, -1);
            loop invariant free:    free_kept{Pre,Here}(t);
            loop invariant others:  states_but{Pre,Here}(t, t->slab[head].slots, end);
            loop assigns k, t->slot[0 .. t->slot_count - 1];
            loop variant end - k;
        */
        for (k = t->slab[head].slots; k < end; k++) {
                locket_place_forget(t, k);
        }
        /*@ assert place: \forall integer i; LOCKET_USED(t, i) && t->slot[i].slab == head ==>
              slot_at(t, i, head); */
        /*@ assert last:  end == t->slab[head].slots + t->slab[head].used; */
}

/* Spans ${head} .. ${head} + ${count} are ${owner}'s. */
/*@ requires valid:  \valid(t);
    requires range:  head + count <= LOCKET_SPAN_COUNT;
    requires size:   tables_range(t);
    requires layout: heap_layout(t);
    requires taken:  \forall integer h; head <= h < head + count ==> t->span[h].owner != 0;
    terminates \true;
    exits      \false;
    assigns    t->span[head .. head + count - 1];
    ensures given:  \forall integer h; head <= h < head + count ==> t->span[h].owner == owner;
    ensures slabs:  \forall integer h; head <= h < head + count ==>
                      t->span[h].slab == \old(t->span[h].slab);
    ensures size:   tables_range(t);
    ensures layout: heap_layout(t);
*/
static void locket_place_give(struct locket_tables *t, uint32_t head, uint32_t count,
                              uint32_t owner)
{
        locket_lock_take(&t->span_lock);
        locket_span_drop(t->span, head, count, owner);
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->range.span_slots == \at(t->range.span_slots,Pre); */
        /*@ assert taken:  \forall integer h; LOCKET_TAKEN(t, h) ==> \at(LOCKET_TAKEN(t, h),Pre); */
        /*@ assert slabs:  slabs_same{Pre,Here}(t, -1); */
        locket_lock_drop(&t->span_lock);
        /*@ assert range:  LOCKET_RANGE_SAME(t); */
}

/* The spans of slab ${head}, of which no slot is in use, are nobody's. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires head:   LOCKET_TAKEN(t, head);
    requires owner:  owner == 0 ==> \forall integer i; LOCKET_USED(t, i) ==> t->slot[i].slab != head;
    terminates \true;
    exits      \false;
    assigns    t->span[0 .. LOCKET_SPAN_COUNT - 1];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures given:   spans_owned(t, head, t->slab[head].spans, owner);
*/
static void locket_place_leave(struct locket_tables *t, uint32_t head, uint32_t owner)
{
        locket_place_give(t, head, t->slab[head].spans, owner);
        /*@ assert at:     \forall integer h; 0 <= h < LOCKET_SPAN_COUNT &&
              !(head <= h < head + t->slab[head].spans) ==>
              t->span[h].owner == \at(t->span[h].owner,Pre); */
        /*@ assert slabs:  \forall integer h; 0 <= h < LOCKET_SPAN_COUNT ==>
              t->span[h].slab == \at(t->span[h].slab,Pre); */
        /*@ assert same:   slabs_same{Pre,Here}(t, -1); */
        /*@ assert fill:   fill_same{Pre,Here}(t, -1); */
        /*@ assert others: slots_same{Pre,Here}(t, -1); */
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->range.span_slots == \at(t->range.span_slots,Pre); */
        /*@ assert taken:  \forall integer h; LOCKET_TAKEN(t, h) ==> \at(LOCKET_TAKEN(t, h),Pre); */
}

/* Slab ${head} is none of ${a}'s any more. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires head:   LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    a->slabs, a->bin[a->tables->slab[head].size_class].slab;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures head: LOCKET_TAKEN(a->tables, head);
    ensures less: \old(a->slabs) > 0 ==> a->slabs == \old(a->slabs) - 1;
    ensures bin:  a->bin[a->tables->slab[head].size_class].slab != head;
*/
static void locket_place_uncount(struct locket_arena *a, uint32_t head)
{
        struct locket_bin *bin = &a->bin[a->tables->slab[head].size_class];

        bin->slab = bin->slab == head ? LOCKET_NONE : bin->slab;
        a->slabs = locket_size_minus(a->slabs, 1);
        /*@ assert range: LOCKET_RANGE_SAME(a->tables); */
}

/* Who gets the spans of slab ${head}: 0, and its slots were never used; or
 * LOCKET_SPAN_SPOILT. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires head:   LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[0 .. a->tables->slot_count - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
    ensures none: \result == 0 ==> \forall integer i; LOCKET_USED(a->tables, i) ==>
                    a->tables->slot[i].slab != head;
    ensures head: LOCKET_TAKEN(a->tables, head);
    ensures kept: LOCKET_TABLES_OK(a->tables);
    ensures others: states_but{Pre,Post}(a->tables, a->tables->slab[head].slots,
                      a->tables->slab[head].slots + a->tables->slab[head].used);
    ensures owner: \result == 0 || \result == LOCKET_SPAN_SPOILT;
*/
static uint32_t locket_place_heir(const struct locket_arena *a, uint32_t head)
{
        if (!locket_place_empty(a->tables, head) || !locket_place_restore(a, head)) {
                return LOCKET_SPAN_SPOILT;
        }
        locket_place_forget_all(a->tables, head);
        return 0;
}

/* Slab ${head} is given up. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires head:   LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[0 .. a->tables->slot_count - 1],
               a->tables->span[0 .. LOCKET_SPAN_COUNT - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
    ensures others: states_but{Pre,Post}(a->tables, a->tables->slab[head].slots,
                      a->tables->slab[head].slots + a->tables->slab[head].used);
    ensures given: spans_owned(a->tables, head, a->tables->slab[head].spans, 0) ||
                   spans_owned(a->tables, head, a->tables->slab[head].spans,
                               LOCKET_SPAN_SPOILT);
*/
static void locket_place_vacate(const struct locket_arena *a, uint32_t head)
{
        const uint32_t owner = locket_place_heir(a, head);

        locket_place_leave(a->tables, head, owner);
}

void locket_place_slab_drop(struct locket_arena *a, uint32_t head)
{
        locket_place_uncount(a, head);
        locket_place_vacate(a, head);
}

/* -------------------------------------------------------------------- taken */

/* What the policy says of dumps and forks, for slab ${head}: the range as a
 * whole has both protections, or what the kernel lacks, nobody has. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires range: tables_range(a->tables) && heap_shapes(a->tables);
    requires head:  LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
static int locket_place_advise(const struct locket_arena *a, uint32_t head)
{
        const struct locket_tables *t = a->tables;
        const size_t lo = t->slab[head].first - t->range.page;
        const size_t hi = t->slab[head].end;
        int error = 0;

        if (a->policy.undumped == LOCKET_OFF && t->range.undump_error == 0) {
                error = locket_os_undump(t->range.base, lo, hi, 0);
        }
        if (error == 0) {
                error = locket_advice_give(&a->policy, &t->range, lo, hi);
        }
        if (a->label[0] != '\0') {
                locket_os_name(t->range.base, lo, hi, a->label);
        }
        return error == 0 || error == ENOMEM ? error : ENOTSUP;
}

/* Give ${count} spans side by side to ${owner}: the first, or LOCKET_NONE. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires count:  1 <= count <= LOCKET_SPAN_COUNT + 1;
    requires owner:  owner != 0;
    terminates \true;
    exits      \false;
    assigns    t->span[0 .. LOCKET_SPAN_COUNT - 1];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures reserved: tables_range(t);
    ensures places:  heap_places(t);
    ensures guards:  heap_guards(t);
    ensures shapes:  shapes_but(t, \result);
    ensures spans:   spans_but(t, \result);
    ensures order:   order_but(t, \result);
    ensures range:   \result == LOCKET_NONE || \result + count <= LOCKET_SPAN_COUNT;
    ensures mine:    \result != LOCKET_NONE ==> spans_of(t, \result, count);
    ensures nobody:  \result != LOCKET_NONE ==> nobody_in(t, \result);
*/
static uint32_t locket_place_occupy(struct locket_tables *t, uint32_t count, uint32_t owner)
{
        uint32_t head;

        locket_lock_take(&t->span_lock);
        head = locket_span_take(t->span, count, owner);
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->epoch == \at(t->epoch,Pre) &&
              t->range.span_slots == \at(t->range.span_slots,Pre); */
        /*@ assert same:   slabs_same{Pre,Here}(t, -1); */
        /*@ assert fill:   fill_same{Pre,Here}(t, -1); */
        /*@ assert others: slots_same{Pre,Here}(t, -1); */
        /*@ assert tags:   tags_same{Pre,Here}(t); */
        /*@ assert free:   head != LOCKET_NONE ==> owner_of{Pre}(t, head) == 0; */
        /*@ assert taken:  \forall integer h; LOCKET_TAKEN(t, h) && h != head ==>
              \at(LOCKET_TAKEN(t, h),Pre); */
        /*@ assert still:  \forall integer h; \at(LOCKET_TAKEN(t, h),Pre) ==>
              LOCKET_TAKEN(t, h) && h != head; */
        locket_lock_drop(&t->span_lock);
        /*@ assert range:  LOCKET_RANGE_SAME(t); */
        return head;
}

/* Lay slab ${head} out. */
/*@ requires valid:    \valid(t);
    requires range:    tables_range(t);
    requires count:    1 <= count && head + count <= LOCKET_SPAN_COUNT;
    requires class:    k < LOCKET_CLASS_COUNT && capacity == class_bytes(t->range.page, k);
    requires capacity: t->range.page <= capacity &&
                       capacity + 2 * t->range.page <= count * t->range.span_bytes;
    terminates \true;
    exits      \false;
    assigns    t->slab[head];
    ensures ok:     slab_ok(t->slab + head);
    ensures shape:  slab_shape(t, head);
    ensures layout: slab_layout(t, head);
    ensures spans:  t->slab[head].spans == count && t->slab[head].used == 0;
    ensures slots:  t->slab[head].slots + t->slab[head].count <= t->slot_count;
    ensures range:  tables_range(t);
*/
static void locket_place_lay(struct locket_tables *t, uint32_t head, uint32_t count, uint32_t k,
                             size_t capacity)
{
        /*@ assert first: span_at(t->range.span_bytes, head) == head * t->range.span_bytes; */
        /*@ assert end:   span_at(t->range.span_bytes, head + count) ==
              (head + count) * t->range.span_bytes; */
        /*@ assert high:  (head + count) * t->range.span_bytes <= t->range.size; */
        /*@ assert long:  count * t->range.span_bytes <= (head + count) * t->range.span_bytes; */
        /*@ assert low:   0 <= head * t->range.span_bytes; */
        /*@ assert slots: head * t->range.span_slots + count * t->range.span_slots <=
              t->slot_count; */
        locket_slab_shape(&t->slab[head], &t->range, head, count, k, capacity);
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->range.span_slots == \at(t->range.span_slots,Pre); */
        /*@ assert range:  LOCKET_RANGE_SAME(t); */
        /*@ assert above:  t->range.page <= t->slab[head].first; */
        /*@ assert below:  t->slab[head].end <= t->range.size; */
        /*@ assert fits:   t->slab[head].pitch <= t->slab[head].end; */
}

/* The same, among the others: its spans are taken. */
/*@ requires tables:   LOCKET_TABLES_OK(t);
    requires heap:     LOCKET_HEAP_OK(t);
    requires range:    tables_range(t);
    requires places:   heap_places(t) && heap_guards(t);
    requires others:   shapes_but(t, head) && spans_but(t, head) && order_but(t, head);
    requires mine:     spans_of(t, head, count) && nobody_in(t, head);
    requires count:    1 <= count && head + count <= LOCKET_SPAN_COUNT;
    requires class:    k < LOCKET_CLASS_COUNT && capacity == class_bytes(t->range.page, k);
    requires capacity: t->range.page <= capacity &&
                       capacity + 2 * t->range.page <= count * t->range.span_bytes;
    terminates \true;
    exits      \false;
    assigns    t->slab[head];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures head: LOCKET_TAKEN(t, head);
*/
static void locket_place_shape(struct locket_tables *t, uint32_t head, uint32_t count, uint32_t k,
                               size_t capacity)
{
        locket_place_lay(t, head, count, k, capacity);
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->epoch == \at(t->epoch,Pre); */
        /*@ assert size:   t->range.page == \at(t->range.page,Pre) &&
              t->range.size == \at(t->range.size,Pre) &&
              t->range.span_bytes == \at(t->range.span_bytes,Pre); */
        /*@ assert spans:  spans_same{Pre,Here}(t); */
        /*@ assert same:   slabs_same{Pre,Here}(t, head); */
        /*@ assert fill:   fill_same{Pre,Here}(t, head); */
        /*@ assert others: slots_same{Pre,Here}(t, -1); */
        /*@ assert tags:   tags_same{Pre,Here}(t); */
        /*@ assert mine:   LOCKET_TAKEN(t, head); */
        /*@ assert each:   \forall integer h; LOCKET_TAKEN(t, h) ==> slab_shape(t, h); */
        /*@ assert layout: \forall integer h; LOCKET_TAKEN(t, h) ==> slab_layout(t, h); */
        /*@ assert below:  \forall integer h; LOCKET_TAKEN(t, h) && h < head ==>
              h + t->slab[h].spans <= head &&
              span_at(t->range.span_bytes, h + t->slab[h].spans) <=
                span_at(t->range.span_bytes, head); */
        /*@ assert above:  \forall integer h; LOCKET_TAKEN(t, h) && head < h ==>
              head + count <= h &&
              span_at(t->range.span_bytes, head + count) <= span_at(t->range.span_bytes, h); */
}

/* A new slab of class ${k} for ${owner}: its first span, or LOCKET_NONE. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires class:  k < LOCKET_CLASS_COUNT;
    requires owner:  owner != 0;
    terminates \true;
    exits      \false;
    assigns    t->span[0 .. LOCKET_SPAN_COUNT - 1], t->slab[0 .. LOCKET_SPAN_COUNT - 1];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures head: \result == LOCKET_NONE || LOCKET_TAKEN(t, \result);
*/
static uint32_t locket_place_take(struct locket_tables *t, uint32_t k, uint32_t owner)
{
        const uint64_t capacity = locket_size_capacity(k, t->range.page);
        const uint32_t count = locket_slab_spans(&t->range, capacity);
        const uint32_t head = locket_place_occupy(t, count, owner);

        if (head != LOCKET_NONE) {
                locket_place_shape(t, head, count, k, (size_t)capacity);
        }
        return head;
}

/* ${a} has a slab more, ${head}. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires head:   LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    a->slabs;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures head:  LOCKET_TAKEN(a->tables, head);
    ensures more:  \old(a->slabs) < SIZE_MAX ==> a->slabs == \old(a->slabs) + 1;
*/
static void locket_place_count(struct locket_arena *a, uint32_t head)
{
        (void)head;
        a->slabs = locket_size_plus(a->slabs, 1);
        /*@ assert range: LOCKET_RANGE_SAME(a->tables); */
}

/* Have the records of slab ${head}, and the protections of its places.  0, or an
 * errno. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires range: tables_range(a->tables) && heap_shapes(a->tables);
    requires slabs: heap_slabs(a->tables);
    requires head:  LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
static int locket_place_equip(const struct locket_arena *a, uint32_t head)
{
        const struct locket_slab *slab = &a->tables->slab[head];
        const int error = locket_os_open_records(a->tables->slot, slab->slots * sizeof *a->tables->slot,
                                                 (slab->slots + slab->count) *
                                                         sizeof *a->tables->slot);

        return error != 0 ? error : locket_place_advise(a, head);
}

/* New places of class ${k} are those of slab ${head}. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[k].slab;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures offer: a->bin[k].slab == head;
*/
static void locket_place_offer(struct locket_arena *a, uint32_t k, uint32_t head)
{
        a->bin[k].slab = head;
        /*@ assert range: LOCKET_RANGE_SAME(a->tables); */
}

/* Begin with slab ${head} of class ${k}; or give it back.  0, or an errno. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    requires head:   LOCKET_TAKEN(a->tables, head);
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free:  free_kept{Pre,Post}(a->tables);
    ensures code:  0 <= \result;
    ensures offer: \result == 0 ==> a->bin[k].slab == head;
    ensures arena: LOCKET_ARENA_OK(a);
    ensures kept:  tables_kept{Pre,Post}(a);
*/
static int locket_place_begin(struct locket_arena *a, uint32_t k, uint32_t head)
{
        const int error = locket_place_equip(a, head);

        if (error != 0) {
                locket_place_slab_drop(a, head);
        } else {
                locket_place_offer(a, k, head); /* not before its records are there */
        }
        return error;
}

/* A new slab of class ${k}, or LOCKET_NONE. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->slabs, a->tables->span[0 .. LOCKET_SPAN_COUNT - 1],
               a->tables->slab[0 .. LOCKET_SPAN_COUNT - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free:  free_kept{Pre,Post}(a->tables);
    ensures head:  \result == LOCKET_NONE || LOCKET_TAKEN(a->tables, \result);
    ensures arena: LOCKET_ARENA_OK(a);
    ensures kept:  tables_kept{Pre,Post}(a);
*/
static uint32_t locket_place_gain(struct locket_arena *a, uint32_t k)
{
        const uint32_t head = locket_place_take(a->tables, k, a->index + 1u);

        /*@ assert kept: tables_kept{Pre,Here}(a); */
        if (head != LOCKET_NONE) {
                locket_place_count(a, head);
        }
        return head;
}

/* A new slab of class ${k}.  0, or an errno. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free:  free_kept{Pre,Post}(a->tables);
    ensures code:  0 <= \result;
    ensures arena: LOCKET_ARENA_OK(a);
    ensures kept:  tables_kept{Pre,Post}(a);
*/
static int locket_place_slab_new(struct locket_arena *a, uint32_t k)
{
        const uint32_t head = locket_place_gain(a, k);

        return head == LOCKET_NONE ? ENOMEM : locket_place_begin(a, k, head);
}

/* Slab ${h} of class ${k} has a place that was never used. */
#define LOCKET_ROOM(t, h, k)                                                               \
        (LOCKET_TAKEN(t, h) && (t)->slab[h].size_class == (k) &&                           \
         (t)->slab[h].used < (t)->slab[h].count &&                                         \
         (t)->slab[h].next_hi + (t)->range.page <= (t)->slab[h].end &&                     \
         (t)->slot[(t)->slab[h].slots + (t)->slab[h].used].state == LOCKET_SLOT_VIRGIN)

/* 1 if the slab of bin ${k} has a place that was never used, and that is
 * nobody's: what stands there is checked before it is believed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slabs: heap_slabs(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool: \result == 0 || \result == 1;
    ensures room: \result == 1 ==> LOCKET_ROOM(a->tables, a->bin[k].slab, k);
*/
static int locket_place_room(const struct locket_arena *a, uint32_t k)
{
        const struct locket_tables *t = a->tables;
        const uint32_t head = a->bin[k].slab;
        const struct locket_slab *slab;

        if (head >= LOCKET_SPAN_COUNT || !locket_place_head(a, head)) {
                return 0;
        }
        slab = &t->slab[head];
        return slab->size_class == k && slab->used < slab->count && slab->next_hi < slab->end &&
               t->range.page <= slab->end - slab->next_hi &&
               t->slot[slab->slots + slab->used].state == LOCKET_SLOT_VIRGIN;
}

/* Slot ${i} was never used: its place ends at ${hi}, ${capacity} bytes above
 * where it begins. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires slot:   i < t->slot_count && t->slot[i].state == LOCKET_SLOT_VIRGIN;
    requires place:  capacity <= hi < t->range.size;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].hi, t->slot[i].lo, t->slot[i].bottom, t->slot[i].user;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures place:   t->slot[i].bottom + capacity == hi &&
                     t->slot[i].lo == hi && t->slot[i].hi == hi;
    ensures same:    slabs_same{Pre,Post}(t, -1);
    ensures fill:    fill_same{Pre,Post}(t, -1);
*/
static void locket_place_bound(struct locket_tables *t, uint32_t i, size_t hi, size_t capacity)
{
        struct locket_slot *s = &t->slot[i];

        s->hi = hi;
        s->lo = hi;
        s->bottom = hi - capacity;
        s->user = SIZE_MAX; /* no secret was here */
        /*@ assert range:  t->range.page == \at(t->range.page,Pre) &&
              t->range.size == \at(t->range.size,Pre) &&
              t->range.span_bytes == \at(t->range.span_bytes,Pre) &&
              t->range.address == \at(t->range.address,Pre); */
        /*@ assert same:   slabs_same{Pre,Here}(t, -1); */
        /*@ assert fill:   fill_same{Pre,Here}(t, -1); */
        /*@ assert others: slots_same{Pre,Here}(t, i); */
}

/* Slot ${i} was never used: it is one of slab ${head}, and of this process. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires slot:   i < t->slot_count && t->slot[i].state == LOCKET_SLOT_VIRGIN;
    requires head:   head < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].slab, t->slot[i].epoch, t->slot[i].access, t->slot[i].lock_error;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures slab:    t->slot[i].slab == head;
    ensures closed:  t->slot[i].access == LOCKET_NO_ACCESS;
    ensures epoch:   t->slot[i].epoch == t->epoch;
    ensures virgin:  t->slot[i].state == LOCKET_SLOT_VIRGIN;
    ensures at:      spans_same{Pre,Post}(t);
    ensures same:    slabs_same{Pre,Post}(t, -1);
    ensures fill:    fill_same{Pre,Post}(t, -1);
*/
static void locket_place_tag(struct locket_tables *t, uint32_t i, uint32_t head)
{
        struct locket_slot *s = &t->slot[i];

        s->slab = head;
        s->epoch = t->epoch;
        s->access = LOCKET_NO_ACCESS;
        s->lock_error = 0;
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->epoch == \at(t->epoch,Pre) &&
              t->range.span_slots == \at(t->range.span_slots,Pre); */
        /*@ assert spans:  spans_same{Pre,Here}(t); */
        /*@ assert same:   slabs_same{Pre,Here}(t, -1); */
        /*@ assert fill:   fill_same{Pre,Here}(t, -1); */
        /*@ assert others: slots_same{Pre,Here}(t, i); */
}

/*@ ghost
  /@ requires tables: LOCKET_TABLES_OK(t);
     requires heap:   LOCKET_HEAP_OK(t);
     requires places: LOCKET_PLACES_OK(t);
     requires range:  lo <= hi <= 0x1000000000;
     requires slot:   i < t->slot_count && t->slot[i].state == LOCKET_SLOT_VIRGIN;
     requires apart:  \forall integer j; LOCKET_USED(t, j) ==>
                        t->slot[j].hi + t->range.page <= lo || hi <= t->slot[j].bottom;
     terminates \true;
     exits      \false;
     assigns    locket_ghost_owner[lo .. hi - 1];
     LOCKET_KEEPS_HEAP(t);
     LOCKET_KEEPS_PLACES(t);
     LOCKET_KEEPS_LIVE(t, -1);
     ensures mine: \forall integer k; lo <= k < hi ==> locket_ghost_owner[k] == i;
  @/
  static void locket_place_own(struct locket_tables *t, size_t lo, size_t hi, uint32_t i)
  {
          size_t k;

          /@ loop invariant range:  lo <= k <= hi;
             loop invariant mine:   \forall integer j; lo <= j < k ==> locket_ghost_owner[j] == i;
             loop invariant others: \forall integer j; 0 <= j < lo || hi <= j ==>
               locket_ghost_owner[j] == \at(locket_ghost_owner[j],Pre);
             loop assigns k, locket_ghost_owner[lo .. hi - 1];
             loop variant hi - k;
          @/
          for (k = lo; k < hi; k++) {
                  locket_ghost_owner[k] = i;
          }
  }
*/

/* Slab ${head} has one slot more that was used. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires room:   LOCKET_ROOM(t, head, t->slab[head].size_class);
    terminates \true;
    exits      \false;
    assigns    t->slab[head].next_hi, t->slab[head].used;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures next:   t->slab[head].next_hi == \old(t->slab[head].next_hi) + t->slab[head].pitch;
    ensures used:   t->slab[head].used == \old(t->slab[head].used) + 1;
    ensures same:   slabs_same{Pre,Post}(t, -1);
    ensures at:     spans_same{Pre,Post}(t);
    ensures others: slots_same{Pre,Post}(t, -1);
    ensures tags:   tags_same{Pre,Post}(t);
*/
static void locket_place_raise(struct locket_tables *t, uint32_t head)
{
        /*@ assert ok: slab_ok(t->slab + head) && slab_shape(t, head); */
        t->slab[head].next_hi += t->slab[head].pitch;
        t->slab[head].used += 1;
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->epoch == \at(t->epoch,Pre) &&
              t->range.span_slots == \at(t->range.span_slots,Pre); */
        /*@ assert spans:  spans_same{Pre,Here}(t); */
        /*@ assert same:   slabs_same{Pre,Here}(t, -1); */
        /*@ assert fill:   fill_same{Pre,Here}(t, head); */
        /*@ assert others: slots_same{Pre,Here}(t, -1); */
        /*@ assert tags:   tags_same{Pre,Here}(t); */
}

/* Slot ${i}, recorded as one of slab ${head}, is cold. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires slot:   i < t->slot_count && t->slot[i].state == LOCKET_SLOT_VIRGIN;
    requires none:   t->slot[i].lo == t->slot[i].hi && t->slot[i].access == LOCKET_NO_ACCESS;
    requires at:     slot_at(t, i, t->slot[i].slab);
    requires own:    \forall integer k; t->slot[i].bottom <= k < t->slot[i].hi + t->range.page ==>
                       locket_ghost_owner[k] == i;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].state;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures cold:    t->slot[i].state == LOCKET_SLOT_COLD;
*/
static void locket_place_wake(struct locket_tables *t, uint32_t i)
{
        t->slot[i].state = LOCKET_SLOT_COLD;
}

/* Record slot ${i}, the next of slab ${head}. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires room:   LOCKET_ROOM(t, head, t->slab[head].size_class);
    requires slot:   i == t->slab[head].slots + t->slab[head].used;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].hi, t->slot[i].lo, t->slot[i].bottom, t->slot[i].user, t->slot[i].slab,
               t->slot[i].epoch, t->slot[i].access, t->slot[i].lock_error,
               locket_ghost_owner[0 .. t->range.size - 1];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures free:    free_kept{Pre,Post}(t);
    ensures virgin:  t->slot[i].state == LOCKET_SLOT_VIRGIN && t->slot[i].slab == head;
    ensures place:   t->slot[i].bottom + t->slab[head].capacity == t->slab[head].next_hi &&
                     t->slot[i].lo == t->slot[i].hi && t->slot[i].hi == t->slab[head].next_hi;
    ensures none:    t->slot[i].access == LOCKET_NO_ACCESS;
    ensures epoch:   t->slot[i].epoch == t->epoch;
    ensures own:     \forall integer k; t->slot[i].bottom <= k < t->slot[i].hi + t->range.page ==>
                       locket_ghost_owner[k] == i;
    ensures room:    LOCKET_ROOM(t, head, t->slab[head].size_class);
    ensures same:    slabs_same{Pre,Post}(t, -1);
    ensures fill:    fill_same{Pre,Post}(t, -1);
*/
static void locket_place_record(struct locket_tables *t, uint32_t i, uint32_t head)
{
        const size_t hi = t->slab[head].next_hi;
        const size_t lo = hi - t->slab[head].capacity;

        /*@ assert shape: slab_shape(t, head); */
        /*@ assert place: \forall integer j; LOCKET_USED(t, j) ==>
              slot_at(t, j, t->slot[j].slab) && slab_shape(t, t->slot[j].slab); */
        /*@ assert here:  \forall integer j; LOCKET_USED(t, j) && t->slot[j].slab == head ==>
              t->slot[j].hi + t->range.page <= lo; */
        /*@ assert there: \forall integer j; LOCKET_USED(t, j) && t->slot[j].slab != head ==>
              t->slab[t->slot[j].slab].end <= t->slab[head].first ||
              t->slab[head].end <= t->slab[t->slot[j].slab].first; */
        /*@ assert apart: \forall integer j; LOCKET_USED(t, j) ==>
              t->slot[j].hi + t->range.page <= lo || hi + t->range.page <= t->slot[j].bottom; */
        /*@ ghost locket_place_own(t, lo, hi + t->range.page, i); */
        locket_place_bound(t, i, hi, hi - lo);
        locket_place_tag(t, i, head);
}

/* Slot ${i}, recorded, is the next of slab ${head}. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires room:   LOCKET_ROOM(t, head, t->slab[head].size_class);
    requires slot:   i == t->slab[head].slots + t->slab[head].used && t->slot[i].slab == head;
    requires place:  t->slot[i].hi == t->slab[head].next_hi &&
                     t->slot[i].bottom + t->slab[head].capacity == t->slot[i].hi;
    requires none:   t->slot[i].lo == t->slot[i].hi && t->slot[i].access == LOCKET_NO_ACCESS;
    requires own:    \forall integer k; t->slot[i].bottom <= k < t->slot[i].hi + t->range.page ==>
                       locket_ghost_owner[k] == i;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].state, t->slab[head].next_hi, t->slab[head].used;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures free:    free_kept{Pre,Post}(t);
    ensures cold:    t->slot[i].state == LOCKET_SLOT_COLD;
*/
static void locket_place_claim(struct locket_tables *t, uint32_t i, uint32_t head)
{
        /*@ assert shape: slab_shape(t, head); */
        locket_place_raise(t, head);
        /*@ assert at: slot_at(t, i, head); */
        locket_place_wake(t, i);
}

/* The next place of slab ${head}: a slot. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires room:   LOCKET_ROOM(t, head, t->slab[head].size_class);
    terminates \true;
    exits      \false;
    assigns    t->slot[0 .. t->slot_count - 1], t->slab[head].next_hi, t->slab[head].used,
               locket_ghost_owner[0 .. t->range.size - 1];
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures free:  free_kept{Pre,Post}(t);
    ensures slot:  \result < t->slot_count && t->slot[\result].state == LOCKET_SLOT_COLD;
    ensures none:  t->slot[\result].lo == t->slot[\result].hi;
    ensures epoch: t->slot[\result].epoch == t->epoch;
    ensures room:  t->slot[\result].hi - t->slot[\result].bottom == \old(t->slab[head].capacity);
    ensures page:  t->range.page == \old(t->range.page);
*/
static uint32_t locket_place_next(struct locket_tables *t, uint32_t head)
{
        const uint32_t i = t->slab[head].slots + t->slab[head].used;

        locket_place_record(t, i, head);
        /*@ assert page: t->range.page == \at(t->range.page,Pre); */
        locket_place_claim(t, i, head);
        return i;
}

/* Have a slab of class ${k} with room in bin ${k}.  0, or an errno. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free:  free_kept{Pre,Post}(a->tables);
    ensures code:  0 <= \result;
    ensures room:  \result == 0 ==> LOCKET_ROOM(a->tables, a->bin[k].slab, k);
    ensures arena: LOCKET_ARENA_OK(a);
    ensures kept:  tables_kept{Pre,Post}(a);
*/
static int locket_place_ready(struct locket_arena *a, uint32_t k)
{
        int error;

        if (locket_place_room(a, k)) {
                return 0;
        }
        error = locket_place_slab_new(a, k);
        if (error == 0 && !locket_place_room(a, k)) {
                return ENOMEM; /* a record says that it is in use */
        }
        return error;
}

/* Say why there is no place. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->refusal;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free:   free_kept{Pre,Post}(a->tables);
    ensures reason: a->refusal == error;
*/
static void locket_place_refuse(struct locket_arena *a, int error)
{
        a->refusal = error;
}

uint32_t locket_place_new(struct locket_arena *a, uint32_t k)
{
        const int error = locket_place_ready(a, k);
        uint32_t i;

        if (error != 0) {
                locket_place_refuse(a, error);
                return LOCKET_NONE;
        }
        /*@ assert kept:   tables_kept{Pre,Here}(a); */
        /*@ assert layout: slab_layout(a->tables, a->bin[k].slab); */
        /*@ assert bytes:  a->tables->slab[a->bin[k].slab].capacity ==
              class_bytes(\at(a->tables->range.page,Pre), k); */
        i = locket_place_next(a->tables, a->bin[k].slab);
        /*@ assert same:   a->tables->range.page == \at(a->tables->range.page,Pre); */
        return i;
}

/* --------------------------------------------------------------------- free */

/* Slab ${head}, whose last slot ${i} was never used, goes back to it. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires head:   head < LOCKET_SPAN_COUNT && 0 < t->slab[head].used;
    requires last:   t->slab[head].first + t->slab[head].capacity <= hi;
    requires lower:  \forall integer j; LOCKET_USED(t, j) && t->slot[j].slab == head ==>
                       j + 1 < t->slab[head].slots + t->slab[head].used &&
                       t->slot[j].hi + t->slab[head].pitch <= hi;
    terminates \true;
    exits      \false;
    assigns    t->slab[head].next_hi, t->slab[head].used;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
*/
static void locket_place_lower(struct locket_tables *t, uint32_t head, size_t hi)
{
        t->slab[head].next_hi = hi;
        t->slab[head].used -= 1;
        /*@ assert counts: t->slot_count == \at(t->slot_count,Pre) &&
              t->epoch == \at(t->epoch,Pre) &&
              t->range.span_slots == \at(t->range.span_slots,Pre); */
        /*@ assert spans:  spans_same{Pre,Here}(t); */
        /*@ assert same:   slabs_same{Pre,Here}(t, -1); */
        /*@ assert fill:   fill_same{Pre,Here}(t, head); */
        /*@ assert others: slots_same{Pre,Here}(t, -1); */
        /*@ assert tags:   tags_same{Pre,Here}(t); */
}

/* Slot ${i}, the last of slab ${head}, was never used. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires slot:   LOCKET_SPARE(t, i) && t->slot[i].lo == t->slot[i].hi;
    requires head:   t->slot[i].slab == head;
    requires last:   i + 1 == t->slab[head].slots + t->slab[head].used;
    requires next:   t->slot[i].hi + t->slab[head].pitch == t->slab[head].next_hi;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].state, t->slab[head].next_hi, t->slab[head].used;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
*/
static void locket_place_back(struct locket_tables *t, uint32_t i, uint32_t head)
{
        /*@ assert at:    slot_at(t, i, head) && slab_shape(t, head); */
        /*@ assert place: \forall integer j; LOCKET_USED(t, j) && t->slot[j].slab == head ==>
              slot_at(t, j, head); */
        /*@ assert mine:  \forall integer k;
              t->slot[i].bottom <= k < t->slot[i].hi + t->range.page ==>
              locket_ghost_owner[k] == i; */
        /*@ assert top:   \forall integer j; LOCKET_USED(t, j) ==>
              locket_ghost_owner[t->slot[j].hi + t->range.page - 1] == j; */
        /*@ assert lower: \forall integer j; LOCKET_USED(t, j) && j != i &&
              t->slot[j].slab == head ==> t->slot[j].hi + t->slab[head].pitch <= t->slot[i].hi; */
        locket_place_forget(t, i);
        locket_place_lower(t, head, t->slot[i].hi);
}

/* Slot ${i}, the last of slab ${head}, was never used, and neither was the slab
 * if it has no other. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires slot:   LOCKET_SPARE(a->tables, i) &&
                     a->tables->slot[i].lo == a->tables->slot[i].hi;
    requires head:   a->tables->slot[i].slab == head && LOCKET_TAKEN(a->tables, head);
    requires last:   i + 1 == a->tables->slab[head].slots + a->tables->slab[head].used;
    requires next:   a->tables->slot[i].hi + a->tables->slab[head].pitch ==
                       a->tables->slab[head].next_hi;
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
*/
static void locket_place_retreat(struct locket_arena *a, uint32_t i, uint32_t head)
{
        locket_place_back(a->tables, i, head);
        if (a->tables->slab[head].used == 0) {
                locket_place_slab_drop(a, head);
        }
}

void locket_place_undo(struct locket_arena *a, uint32_t i)
{
        const struct locket_tables *t = a->tables;
        const uint32_t head = t->slot[i].slab;
        const struct locket_slab *slab = &t->slab[head];

        /*@ assert at: slot_at(t, i, head); */
        if (i + 1u == slab->slots + slab->used && slab->next_hi - slab->pitch == t->slot[i].hi) {
                locket_place_retreat(a, i, head);
        } else {
                locket_place_cool(a, i); /* not the last */
        }
}

/* Slot ${i} is the youngest of the cold list of class ${k}. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    requires slot:   i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    a->bin[k].cold, a->tables->slot[0 .. a->tables->slot_count - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
    ensures others: states_but{Pre,Post}(a->tables, 0, 0);
*/
static void locket_place_push(struct locket_arena *a, uint32_t k, uint32_t i)
{
        locket_list_push(&a->bin[k].cold, a->tables->slot, i, a->tables->slot_count);
        /*@ assert counts: a->tables->slot_count == \at(a->tables->slot_count,Pre) &&
              a->tables->epoch == \at(a->tables->epoch,Pre) &&
              a->tables->range.span_slots == \at(a->tables->range.span_slots,Pre); */
        /*@ assert spans:  spans_same{Pre,Here}(a->tables); */
        /*@ assert same:   slabs_same{Pre,Here}(a->tables, -1); */
        /*@ assert fill:   fill_same{Pre,Here}(a->tables, -1); */
        /*@ assert others: slots_same{Pre,Here}(a->tables, -1); */
        /*@ assert tags:   tags_same{Pre,Here}(a->tables); */
}

/* Slot ${i}, free and without pages, is cold. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires slot:   LOCKET_SPARE(t, i);
    requires none:   t->slot[i].lo == t->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    t->slot[i].state;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures cold:    t->slot[i].state == LOCKET_SLOT_COLD;
*/
static void locket_place_chill(struct locket_tables *t, uint32_t i)
{
        t->slot[i].state = LOCKET_SLOT_COLD;
}

void locket_place_cool(struct locket_arena *a, uint32_t i)
{
        const struct locket_slab *slab = locket_place_slab(a, i);

        locket_place_chill(a->tables, i);
        if (slab->count == 1) {
                locket_place_slab_drop(a, a->tables->slot[i].slab);
        } else {
                locket_place_push(a, slab->size_class, i);
        }
}

/* 1 if every slot of slab ${head} that was ever used is cold. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires slabs:  heap_slabs(t);
    requires head:   head < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:  \result == 0 || \result == 1;
*/
static uint32_t locket_place_unused(const struct locket_tables *t, uint32_t head)
{
        const uint32_t end = t->slab[head].slots + t->slab[head].used;
        uint32_t k;

        /*@ loop invariant range: t->slab[head].slots <= k <= end;
            loop assigns k;
            loop variant end - k;
        */
        for (k = t->slab[head].slots; k < end; k++) {
                if (t->slot[k].state != LOCKET_SLOT_COLD || t->slot[k].lo < t->slot[k].hi) {
                        return 0; /* in use, or about to be */
                }
        }
        return 1;
}

/* Mark slab ${head} if it can go.  1 if so. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires places: LOCKET_PLACES_OK(t);
    requires head:   head < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    t->slab[head].doomed;
    LOCKET_KEEPS_HEAP(t);
    LOCKET_KEEPS_PLACES(t);
    LOCKET_KEEPS_LIVE(t, -1);
    ensures bool:  \result == 0 || \result == 1;
*/
static int locket_place_mark(struct locket_tables *t, uint32_t head)
{
        const uint32_t doomed = locket_place_unused(t, head);

        t->slab[head].doomed = doomed;
        return doomed != 0;
}

/* Mark the slabs of ${a} that can go: 1 if there are any. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->tables->slab[0 .. LOCKET_SPAN_COUNT - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures bool: \result == 0 || \result == 1;
*/
static int locket_place_doom(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        int any = 0;
        uint32_t span;

        /*@ loop invariant range:   0 <= span <= LOCKET_SPAN_COUNT;
            loop invariant arena:   LOCKET_ARENA_OK(a) && a->tables == t;
            loop invariant heap:    LOCKET_HEAP_OK(t);
            loop invariant places:  LOCKET_PLACES_OK(t);
            loop invariant records: live_records{Pre,Here}(t, -1);
            loop invariant bytes:   live_bytes{Pre,Here}(t, -1);
            loop invariant bool:    any == 0 || any == 1;
            loop assigns span, any, t->slab[0 .. LOCKET_SPAN_COUNT - 1];
            loop variant LOCKET_SPAN_COUNT - span;
        */
        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                if (locket_place_head(a, span) && locket_place_mark(t, span)) {
                        any = 1;
                }
        }
        return any;
}

/* Take the oldest slot out of the cold list of class ${k}: any, or LOCKET_NONE. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[k].cold;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range: \result < a->tables->slot_count || \result == LOCKET_NONE;
*/
static uint32_t locket_place_pop(struct locket_arena *a, uint32_t k)
{
        return locket_list_pop(&a->bin[k].cold, a->tables->slot, a->tables->slot_count);
}

/* Have the oldest cold slot of class ${k} last, or in no list if its slab is
 * marked. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[k].cold, a->tables->slot[0 .. a->tables->slot_count - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
*/
static void locket_place_turn(struct locket_arena *a, uint32_t k)
{
        const uint32_t i = locket_place_pop(a, k);

        if (i != LOCKET_NONE && a->tables->slot[i].state == LOCKET_SLOT_COLD &&
            locket_place_slab(a, i)->doomed == 0) {
                locket_place_push(a, k, i);
        }
}

/* Take the slots of the marked slabs out of the cold list of class ${k}. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires class:  k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[k].cold, a->tables->slot[0 .. a->tables->slot_count - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
*/
static void locket_place_unlist(struct locket_arena *a, uint32_t k)
{
        uint32_t n;

        /*@ loop invariant arena:   LOCKET_ARENA_OK(a) && a->tables == \at(a->tables,Pre);
            loop invariant heap:    LOCKET_HEAP_OK(a->tables);
            loop invariant places:  LOCKET_PLACES_OK(a->tables);
            loop invariant records: live_records{Pre,Here}(a->tables, -1);
            loop invariant bytes:   live_bytes{Pre,Here}(a->tables, -1);
            loop invariant free:    free_kept{Pre,Here}(a->tables);
            loop assigns n, a->bin[k].cold, a->tables->slot[0 .. a->tables->slot_count - 1];
            loop variant n;
        */
        for (n = a->bin[k].cold.count; n > 0; n--) {
                locket_place_turn(a, k);
        }
}

/* Give slab ${head} back if there is one of ${a}, and it is marked. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    requires head:   head < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free:  free_kept{Pre,Post}(a->tables);
    ensures arena: LOCKET_ARENA_OK(a);
    ensures kept:  tables_kept{Pre,Post}(a);
*/
static void locket_place_expel(struct locket_arena *a, uint32_t head)
{
        if (locket_place_head(a, head) && a->tables->slab[head].doomed != 0) {
                locket_place_slab_drop(a, head);
        }
}

/* Give the marked slabs back. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
    ensures kept: tables_kept{Pre,Post}(a);
*/
static void locket_place_drop_doomed(struct locket_arena *a)
{
        uint32_t span;

        /*@ loop invariant range:   0 <= span <= LOCKET_SPAN_COUNT;
            loop invariant arena:   LOCKET_ARENA_OK(a);
            loop invariant kept:    tables_kept{Pre,Here}(a);
            loop invariant heap:    LOCKET_HEAP_OK(a->tables);
            loop invariant places:  LOCKET_PLACES_OK(a->tables);
            loop invariant records: live_records{Pre,Here}(a->tables, -1);
            loop invariant bytes:   live_bytes{Pre,Here}(a->tables, -1);
            loop invariant free:    free_kept{Pre,Here}(a->tables);
            loop assigns span, LOCKET_PLACE_CHANGES(a);
            loop variant LOCKET_SPAN_COUNT - span;
        */
        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                locket_place_expel(a, span);
        }
}

/* Take the slots of the marked slabs out of all cold lists. */
/*@ requires arena:  LOCKET_ARENA_OK(a);
    requires heap:   LOCKET_HEAP_OK(a->tables);
    requires places: LOCKET_PLACES_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1],
               a->tables->slot[0 .. a->tables->slot_count - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_PLACES(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: free_kept{Pre,Post}(a->tables);
    ensures kept: tables_kept{Pre,Post}(a);
*/
static void locket_place_unlist_all(struct locket_arena *a)
{
        uint32_t k;

        /*@ loop invariant range:   0 <= k <= LOCKET_CLASS_COUNT;
            loop invariant arena:   LOCKET_ARENA_OK(a);
            loop invariant kept:    tables_kept{Pre,Here}(a);
            loop invariant heap:    LOCKET_HEAP_OK(a->tables);
            loop invariant places:  LOCKET_PLACES_OK(a->tables);
            loop invariant records: live_records{Pre,Here}(a->tables, -1);
            loop invariant bytes:   live_bytes{Pre,Here}(a->tables, -1);
            loop invariant free:    free_kept{Pre,Here}(a->tables);
            loop assigns k, a->bin[0 .. LOCKET_CLASS_COUNT - 1],
                         a->tables->slot[0 .. a->tables->slot_count - 1];
            loop variant LOCKET_CLASS_COUNT - k;
        */
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                locket_place_unlist(a, k);
        }
}

int locket_place_sweep(struct locket_arena *a)
{
        if (!locket_place_doom(a)) {
                return 0;
        }
        /*@ assert kept:    tables_kept{Pre,Here}(a); */
        locket_place_unlist_all(a);
        /*@ assert records: live_records{Pre,Here}(a->tables, -1); */
        locket_place_drop_doomed(a);
        return 1;
}
