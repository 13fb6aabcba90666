/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * span.c - stage 3: the one address range of the process, cut into spans.
 *
 * Knows:    addresses as numbers, who owns which span.
 * Promises: an address is in at most one span; a span has one owner.
 * Proved:   all functions.   Tests: tests/unit/test_span.c
 */
#include "span.h"

#include <errno.h>

#include "os.h"
#include "word.h"

/*@ // LOCKET_RANGE_MOST, halved some times
    predicate range_size(integer m) =
         m == 0x1000000000 || m == 0x800000000 || m == 0x400000000 || m == 0x200000000
      || m == 0x100000000 || m == 0x80000000 || m == 0x40000000 || m == 0x20000000
      || m == 0x10000000 || m == 0x8000000 || m == 0x4000000 || m == 0x2000000
      || m == 0x1000000 || m == 0x800000;

    lemma range_spans: \forall integer m; range_size(m) ==> m % 1024 == 0;
    lemma range_pages: \forall integer m, page; range_size(m) && page_ok(page) &&
      8192 * page <= m ==> m % (2048 * page) == 0;
    lemma range_slots: \forall integer m, page; range_size(m) && page_ok(page) &&
      8192 * page <= m ==> m / 1024 == 2 * page * (m / (2048 * page));
    lemma range_slots_most: \forall integer m, page; range_size(m) && page_ok(page) &&
      8192 * page <= m ==> 0 < m / (2048 * page) <= 0x8000;
*/

/* As many bytes as the process has room for, at most LOCKET_RANGE_MOST; 0 if it
 * has less than ${least}.  Where even half of the most is not to be had, address
 * space is short, and the program needs some of it itself: take a quarter of
 * what there is. */
/*@ requires least: 0x800000 <= least <= LOCKET_RANGE_MOST;
    requires none:  locket_ghost_reserved == 0;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_reserved;
    ensures size:   \result == 0 || (least <= \result && range_size(\result));
    ensures none:   locket_ghost_reserved == 0;
*/
static size_t locket_range_fitting(size_t least)
{
        size_t size = LOCKET_RANGE_MOST;
        unsigned char *base = locket_os_reserve(size);

        /*@ loop invariant size: least <= size && range_size(size);
            loop invariant base: base != \null ==> zeroed(base, 0, size);
            loop invariant one:  locket_ghost_reserved == (base == \null ? 0 : size);
            loop assigns size, base, locket_ghost_reserved;
            loop variant size;
        */
        while (base == NULL && size / 2 >= least) {
                size = size / 2;
                base = locket_os_reserve(size);
        }
        if (base == NULL) {
                return 0;
        }
        locket_os_release(base, size);
        if (size < LOCKET_RANGE_MOST / 2 && size / 4 >= least) {
                size = size / 4;
        }
        return size;
}

int locket_range_reserve(struct locket_range *range)
{
        const size_t page = locket_os_page();
        const size_t size = locket_range_fitting(LOCKET_SPAN_COUNT * LOCKET_SPAN_PAGES_LEAST * page);
        unsigned char *base = size == 0 ? NULL : locket_os_reserve(size);

        if (base == NULL) {
                return ENOMEM;
        }
        range->base = base;
        range->address = (uintptr_t)base;
        range->size = size;
        range->span_bytes = size / LOCKET_SPAN_COUNT;
        range->page = page;
        range->span_slots = (uint32_t)(size / (2u * LOCKET_SPAN_COUNT * page));
        locket_os_small_pages(base, 0, size);
        locket_os_join(base, range->page);
        range->undump_error = locket_os_undump(base, 0, size, 1);
        range->fork_error = locket_os_wipe_on_fork(base, 0, size, 1);
        range->merge_error = locket_os_unmerge(base, 0, size);
        if (range->undump_error == ENOMEM || range->fork_error == ENOMEM ||
            range->merge_error == ENOMEM) {
                locket_os_release(base, size); /* not lacking, only short now */
                range->base = NULL;
                return ENOMEM;
        }
        return 0;
}

uint32_t locket_range_span(const struct locket_range *range, uintptr_t address)
{
        size_t span;

        if (address < range->address) {
                return LOCKET_NONE;
        }
        span = (address - range->address) / range->span_bytes;
        /*@ assert from: span * range->span_bytes <= address - range->address; */
        if (span >= LOCKET_SPAN_COUNT) {
                /*@ assert past: LOCKET_SPAN_COUNT * range->span_bytes <= span * range->span_bytes; */
                return LOCKET_NONE;
        }
        /*@ assert below: address - range->address < (span + 1) * range->span_bytes; */
        /*@ assert within: (span + 1) * range->span_bytes <= LOCKET_SPAN_COUNT * range->span_bytes; */
        return (uint32_t)span;
}

uint32_t locket_span_take(struct locket_span *spans, uint32_t count, uint32_t owner)
{
        uint32_t free = 0;
        uint32_t first;
        uint32_t i;

        /*@ loop invariant range: 0 <= i <= LOCKET_SPAN_COUNT;
            loop invariant free:  free <= i && free < count && spans_free(spans, i - free, free);
            loop invariant busy:  free < i ==> spans[i - free - 1].owner != 0;
            loop invariant none:  \forall integer f; 0 <= f <= i - count ==>
                                    !spans_free(spans, f, count);
            loop assigns i, free;
            loop variant LOCKET_SPAN_COUNT - i;
        */
        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                free = spans[i].owner == 0 ? free + 1 : 0;
                if (free == count) {
                        break;
                }
        }
        if (i == LOCKET_SPAN_COUNT) {
                return LOCKET_NONE;
        }
        first = i - (count - 1);
        /*@ loop invariant range:  0 <= free <= count;
            loop invariant taken:  \forall integer k; i - free < k <= i ==>
                                     spans[k].owner == owner && spans[k].slab == first;
            loop invariant others: \forall integer k; 0 <= k <= i - free || i < k ==>
                                     spans[k].owner == \at(spans[k].owner, Pre) &&
                                     spans[k].slab == \at(spans[k].slab, Pre);
            loop assigns free, spans[0 .. LOCKET_SPAN_COUNT - 1];
            loop variant count - free;
        */
        for (free = 0; free < count; free++) {
                spans[i - free].slab = first;
                locket_store(&spans[i - free].owner, owner);
        }
        return first;
}

void locket_span_drop(struct locket_span *spans, uint32_t first, uint32_t count, uint32_t owner)
{
        uint32_t i;

        /*@ loop invariant range: first <= i <= first + count;
            loop invariant given: \forall integer k; first <= k < i ==> spans[k].owner == owner;
            loop invariant slabs: \forall integer k; first <= k < first + count ==>
                                    spans[k].slab == \at(spans[k].slab, Pre);
            loop assigns i, spans[first .. first + count - 1];
            loop variant first + count - i;
        */
        for (i = first; i < first + count; i++) {
                locket_store(&spans[i].owner, owner);
        }
}
