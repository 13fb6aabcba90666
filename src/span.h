/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * span.h - stage 3: the one address range of the process, cut into spans.
 *
 * The range is reserved at first use and never given back.  From an address
 * to its span is one division: no search, no hash, and nothing is read
 * through the address.
 */
#ifndef LOCKET_SPAN_H
#define LOCKET_SPAN_H

#include "config.h"
#include "size.h"
#include "spec.h"

struct locket_range {
        unsigned char *base;
        uintptr_t address;      /* of base, as a number */
        size_t size;            /* bytes: LOCKET_SPAN_COUNT spans */
        size_t span_bytes;
        size_t page;            /* bytes */
        uint32_t span_slots;    /* records per span: its one-page slots */
        int undump_error;       /* errno of each advice on the whole range */
        int fork_error;
        int merge_error;
};

/*@ // span_bytes and span_slots are what locket_range_reserve makes them; the
    // last page of the address space is nobody's
    predicate range_ok{L}(struct locket_range *r) =
         page_ok(r->page) && r->size == LOCKET_SPAN_COUNT * r->span_bytes
      && LOCKET_SPAN_PAGES_LEAST * r->page <= r->span_bytes <= 0x4000000
      && r->span_bytes == 2 * r->page * r->span_slots && 0 < r->span_slots <= 0x8000
      && r->address + r->size <= UINTPTR_MAX;
*/

struct locket_span {
        uint32_t owner;         /* index of an arena + 1; 0: free; or SPOILT */
        uint32_t slab;          /* first span of its slab */
};

/*@ predicate spans_free{L}(struct locket_span *spans, integer first, integer count) =
      \forall integer k; first <= k < first + count ==> spans[k].owner == 0;
*/

/* Owner of spans that could not be put back into the state of fresh ones, and
 * are not used again. */
#define LOCKET_SPAN_SPOILT (LOCKET_ARENA_COUNT + 1u)

/**
 * locket_range_reserve(range):
 * Reserve the range, as large as the process has room for, and have the kernel
 * leave it out of core files, wipe it on fork and never merge it.  What came of
 * that is noted.  0, or ENOMEM.
 */
/*@ requires valid: \valid(range);
    requires first: locket_ghost_reserved == 0;
    terminates \true;
    exits      \false;
    assigns    *range, locket_ghost_reserved;
    ensures code:    0 <= \result;
    ensures refused: \result != 0 ==> locket_ghost_reserved == 0;
    ensures kept:    \result == 0 ==> locket_ghost_reserved == range->size;
    ensures ok:      \result == 0 ==> range_ok(range) && range->size <= LOCKET_RANGE_MOST;
    ensures address: \result == 0 ==> range->address == (uintptr_t)range->base;
    ensures memory:  \result == 0 ==> \valid(range->base + (0 .. range->size - 1));
    ensures wiped:   \result == 0 ==> zeroed(range->base, 0, range->size);
    ensures noted:   \result == 0 ==> 0 <= range->undump_error && 0 <= range->fork_error &&
                                     0 <= range->merge_error;
*/
LOCKET_INTERNAL int locket_range_reserve(struct locket_range *range);

/**
 * locket_range_span(range, address):
 * The span that ${address} is in; LOCKET_NONE if in none.
 */
/*@ requires range: \valid_read(range) && range_ok(range);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures inside:  \result != LOCKET_NONE ==> \result < LOCKET_SPAN_COUNT &&
                       range->address + \result * range->span_bytes <= address &&
                       address < range->address + (\result + 1) * range->span_bytes;
    ensures outside: \result == LOCKET_NONE <==>
                       address < range->address || range->address + range->size <= address;
*/
LOCKET_INTERNAL uint32_t locket_range_span(const struct locket_range *range, uintptr_t address);

/**
 * locket_span_take(spans, count, owner):
 * Give ${count} free spans side by side to ${owner}: the first of them, or
 * LOCKET_NONE if there are none.
 */
/*@ requires spans: \valid(spans + (0 .. LOCKET_SPAN_COUNT - 1));
    requires count: 0 < count;
    requires owner: owner != 0;
    terminates \true;
    exits      \false;
    assigns    spans[0 .. LOCKET_SPAN_COUNT - 1];
    ensures range:  \result != LOCKET_NONE ==> \result + count <= LOCKET_SPAN_COUNT;
    ensures free:   \result != LOCKET_NONE ==> spans_free{Pre}(spans, \result, count);
    ensures taken:  \result != LOCKET_NONE ==> \forall integer k; 0 <= k - \result < count ==>
                      spans[k].owner == owner && spans[k].slab == \result;
    ensures others: \forall integer k; 0 <= k < LOCKET_SPAN_COUNT &&
                      !(\result <= k < \result + count) ==>
                        spans[k].owner == \old(spans[k].owner) &&
                        spans[k].slab == \old(spans[k].slab);
    ensures none:   \result == LOCKET_NONE ==> \forall integer f;
                      0 <= f <= LOCKET_SPAN_COUNT - count ==> !spans_free{Pre}(spans, f, count);
*/
LOCKET_INTERNAL uint32_t locket_span_take(struct locket_span *spans, uint32_t count,
                                          uint32_t owner);

/**
 * locket_span_drop(spans, first, count, owner):
 * Give ${count} spans from ${first} on to ${owner}: 0, free, or
 * LOCKET_SPAN_SPOILT.
 */
/*@ requires range: first + count <= LOCKET_SPAN_COUNT;
    requires spans: \valid(spans + (first .. first + count - 1));
    terminates \true;
    exits      \false;
    assigns    spans[first .. first + count - 1];
    ensures given: \forall integer k; first <= k < first + count ==> spans[k].owner == owner;
    ensures slabs: \forall integer k; first <= k < first + count ==>
                     spans[k].slab == \old(spans[k].slab);
*/
LOCKET_INTERNAL void locket_span_drop(struct locket_span *spans, uint32_t first, uint32_t count,
                                      uint32_t owner);

#endif
