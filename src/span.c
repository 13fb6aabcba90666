/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * span.c - stage 3: the one address range of the process, cut into spans.
 *
 * Knows:    addresses as numbers, who owns which span.
 * Promises: an address is in at most one span; a span has one owner.
 * Tests:    tests/unit/test_span.c
 */
#include "span.h"

#include <errno.h>

#include "os.h"
#include "word.h"

/* As many bytes as the process has room for, at most LOCKET_RANGE_MOST; 0 if it
 * has less than ${least}.  Where even half of the most is not to be had, address
 * space is short, and the program needs some of it itself: take a quarter of
 * what there is. */
static size_t locket_range_fitting(size_t least)
{
        size_t size = LOCKET_RANGE_MOST;
        unsigned char *base = locket_os_reserve(size);

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
        range->span_slots = (uint32_t)(range->span_bytes / range->page / 2);
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
        if (span >= LOCKET_SPAN_COUNT) {
                return LOCKET_NONE;
        }
        return (uint32_t)span;
}

uint32_t locket_span_take(struct locket_span *spans, uint32_t count, uint32_t owner)
{
        uint32_t free = 0;
        uint32_t i;

        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                free = spans[i].owner == 0 ? free + 1 : 0;
                if (free == count) {
                        break;
                }
        }
        if (i == LOCKET_SPAN_COUNT) {
                return LOCKET_NONE;
        }
        for (free = 0; free < count; free++) {
                spans[i - free].slab = i - (count - 1);
                locket_store(&spans[i - free].owner, owner);
        }
        return i - (count - 1);
}

void locket_span_drop(struct locket_span *spans, uint32_t first, uint32_t count, uint32_t owner)
{
        uint32_t i;

        for (i = first; i < first + count; i++) {
                locket_store(&spans[i].owner, owner);
        }
}
