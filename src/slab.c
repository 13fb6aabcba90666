/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * slab.c - stage 3: slots of one class; open everything or nothing; give back.
 *
 * Knows:    offsets and pages; not what is in them.
 * Promises: pages are open and locked, or as they were; what is given back is
 *           all zero.
 * Proved:   all functions.   Tests: tests/unit/test_slab.c, tests/fault
 */
#include "slab.h"

#include "os.h"
#include "word.h"

uint32_t locket_slab_spans(const struct locket_range *range, uint64_t capacity)
{
        const uint64_t needed = capacity + 2u * range->page;
        const uint64_t spans = (needed + (range->span_bytes - 1u)) / range->span_bytes;

        return spans > LOCKET_SPAN_COUNT ? LOCKET_SPAN_COUNT + 1u : (uint32_t)spans;
}

/* Slots of ${capacity} bytes, each with a guard page, that ${spans} spans have
 * room for above a guard page. */
/*@ requires range:    \valid_read(range) && range_ok(range);
    requires spans:    1 <= spans <= LOCKET_SPAN_COUNT;
    requires capacity: range->page <= capacity &&
                       capacity + 2 * range->page <= spans * range->span_bytes;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures count: 1 <= \result <= spans * range->span_slots;
    ensures fits:  range->page + \result * (capacity + range->page) <= spans * range->span_bytes;
*/
static uint32_t locket_slab_fit(const struct locket_range *range, uint32_t spans, size_t capacity)
{
        const size_t bytes = spans * range->span_bytes - range->page;
        const size_t count = bytes / (capacity + range->page);

        /*@ assert pages: bytes < (spans * range->span_slots) * (2 * range->page); */
        /*@ assert fits:  count * (2 * range->page) <= bytes; */
        /*@ assert count: 1 <= count <= spans * range->span_slots <= 1024 * 0x8000; */
        return (uint32_t)count;
}

void locket_slab_shape(struct locket_slab *slab, const struct locket_range *range, uint32_t span,
                       uint32_t spans, uint32_t size_class, size_t capacity)
{
        const size_t page = range->page;
        const size_t first = span * range->span_bytes + page;
        const size_t end = (span + spans) * range->span_bytes;
        const uint32_t slots = span * range->span_slots;
        const uint32_t count = locket_slab_fit(range, spans, capacity);

        /*@ assert places: first + count * (capacity + page) <= end; */
        locket_store(&slab->count, count); /* locket_budget may look at it */
        slab->first = first;
        slab->pitch = capacity + page;
        slab->capacity = capacity;
        slab->next_hi = first + capacity;
        slab->end = end;
        slab->slots = slots;
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
                if (locked == LOCKET_PREFER && locket_os_mark(b, lo, hi, 1) == 0) {
                        return -error;
                }
                (void)locket_os_discard(b, lo, hi); /* zero pages that stay cost memory only */
        } else if (error == 0) {
                error = locket_os_mark(b, lo, hi, 1);
                if (error == 0) {
                        return 0;
                }
        }
        /* What was opened, all of it or a part that is a mapping of its own by
         * now, is closed again: that splits nothing. */
        locket_os_restore(b, lo, hi, LOCKET_NO_ACCESS);
        return error;
}

int locket_slab_access(unsigned char *b, size_t lo, size_t hi, int from, int to)
{
        int error;

        if (to == LOCKET_READ_WRITE) {
                error = locket_os_open(b, lo, hi);
        } else if (to == LOCKET_READ_ONLY) {
                error = locket_os_read_only(b, lo, hi);
        } else {
                error = locket_os_close(b, lo, hi);
        }
        if (error != 0) {
                locket_os_restore(b, lo, hi, from); /* what was changed of it */
        }
        return error;
}

int locket_slab_give_back(unsigned char *b, size_t lo, size_t hi, enum locket_held held, int open)
{
        const int error = held == LOCKET_HELD_MARKED ? locket_os_mark(b, lo, hi, 0)
                                                     : locket_os_unlock(b, lo, hi);

        if (error != 0) {
                return error; /* nothing was split, so nothing has changed */
        }
        /* The pages are a mapping of their own now, so what follows splits
         * nothing and cannot be refused. */
        if (held == LOCKET_HELD_BOTH) {
                (void)locket_os_mark(b, lo, hi, 0);
        }
        (void)locket_os_discard(b, lo, hi);
        if (open) {
                locket_os_restore(b, lo, hi, LOCKET_NO_ACCESS);
        }
        return 0;
}
