/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * slab.c - stage 3: slots of one class; open everything or nothing; give back.
 *
 * Knows:    offsets and pages; not what is in them.
 * Promises: pages are open and locked, or as they were; what is given back is
 *           all zero.
 * Tests:    tests/unit/test_slab.c, tests/fault
 */
#include "slab.h"

#include "os.h"

uint32_t locket_slab_spans(const struct locket_range *range, uint64_t capacity)
{
        const uint64_t needed = capacity + 2u * range->page;
        const uint64_t spans = (needed + (range->span_bytes - 1u)) / range->span_bytes;

        return spans > LOCKET_SPAN_COUNT ? LOCKET_SPAN_COUNT + 1u : (uint32_t)spans;
}

void locket_slab_shape(struct locket_slab *slab, const struct locket_range *range, uint32_t span,
                       uint32_t spans, uint32_t size_class, size_t capacity)
{
        slab->first = span * range->span_bytes + range->page;
        slab->pitch = capacity + range->page;
        slab->next_hi = slab->first + capacity;
        slab->slots = span * range->span_slots;
        slab->count = (uint32_t)((spans * range->span_bytes - range->page) / slab->pitch);
        slab->used = 0;
        slab->size_class = size_class;
        slab->spans = spans;
        slab->doomed = 0;
}

int locket_slab_open(unsigned char *b, size_t lo, size_t hi, enum locket_demand locked)
{
        int error = locket_os_open(b, lo, hi);

        if (error == 0 && locked != LOCKET_OFF) {
                error = locket_os_lock(b, lo, hi);
                if (error == 0) {
                        return 0;
                }
                /* A lock that was refused may have marked the pages. */
                (void)locket_os_unlock(b, lo, hi); /* a mark that stays is charged to nobody */
                if (locked == LOCKET_PREFER && locket_os_mark(b, lo, hi, 1) == 0) {
                        return -error;
                }
        } else if (error == 0) {
                error = locket_os_mark(b, lo, hi, 1);
                if (error == 0) {
                        return 0;
                }
        }
        /* What was opened, all of it or a part that is a mapping of its own by
         * now, is closed again: that splits nothing. */
        (void)locket_os_discard(b, lo, hi); /* zero pages that stay cost memory only */
        (void)locket_os_close(b, lo, hi);
        return error;
}

int locket_slab_give_back(unsigned char *b, size_t lo, size_t hi, enum locket_demand locked,
                          int open)
{
        int error = 0;

        if (locked != LOCKET_OFF) {
                error = locket_os_unlock(b, lo, hi);
        }
        if (error == 0 && locked != LOCKET_REQUIRE) {
                error = locket_os_mark(b, lo, hi, 0);
        }
        if (error != 0) {
                return error; /* nothing was split, so nothing has changed */
        }
        /* The pages are a mapping of their own now, so what follows splits
         * nothing and cannot be refused.  If it were, the pages would stay
         * zero, unlocked, and be opened again like any others. */
        (void)locket_os_discard(b, lo, hi);
        if (open) {
                (void)locket_os_close(b, lo, hi);
        }
        return 0;
}
