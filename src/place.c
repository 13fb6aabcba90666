/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * place.c - where an arena's slots are, and which of their pages are there.
 *
 * Knows:    slabs, slots, offsets.  Touches bytes only to see that they are
 *           zero, or to make them so.
 * Promises: what is given back is zero; an error leaves everything as it was;
 *           every page is counted once.
 * Tests:    tests/unit/test_arena.c, tests/fault
 */
#include "place.h"

#include <errno.h>

#include "canary.h"
#include "os.h"
#include "size.h"
#include "wipe.h"

/* ------------------------------------------------------------------ slabs */

struct locket_slab *locket_place_slab(const struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        return &t->slab[t->span[i / t->range.span_slots].slab];
}

/* Give the spans of slab ${head} back: none of its slots has pages. */
void locket_place_slab_drop(struct locket_arena *a, uint32_t head)
{
        const struct locket_slot virgin = { 0 };
        struct locket_tables *t = a->tables;
        struct locket_slab *slab = &t->slab[head];
        const size_t lo = head * t->range.span_bytes;
        const size_t hi = lo + slab->spans * t->range.span_bytes;
        uint32_t k;

        for (k = 0; k < slab->used; k++) {
                t->slot[slab->slots + k] = virgin;
        }
        if (a->bin[slab->size_class].slab == head) {
                a->bin[slab->size_class].slab = LOCKET_NONE;
        }
        /* What the range had before: a wish, since whoever takes the spans
         * next asks again for what it requires. */
        if (a->policy.undumped == LOCKET_OFF) {
                (void)locket_os_undump(t->range.base, lo, hi, 1);
        }
        if (a->policy.fork_safe == LOCKET_OFF) {
                (void)locket_os_wipe_on_fork(t->range.base, lo, hi, 1);
        }
        a->slabs -= 1;
        locket_lock_take(&t->span_lock);
        locket_span_drop(t->span, head, slab->spans);
        locket_lock_drop(&t->span_lock);
}

/* What the policy says of dumps and forks, for the spans lo .. hi: the range
 * as a whole has both protections. */
static int locket_place_advise(struct locket_arena *a, size_t lo, size_t hi)
{
        unsigned char *b = a->tables->range.base;
        int error = 0;

        if (a->policy.undumped == LOCKET_OFF) {
                error = locket_os_undump(b, lo, hi, 0);
        }
        if (error == 0 && a->policy.fork_safe == LOCKET_OFF) {
                error = locket_os_wipe_on_fork(b, lo, hi, 0);
        }
        if (a->label[0] != '\0') {
                locket_os_name(b, lo, hi, a->label);
        }
        return error;
}

/* A new slab of class ${k}.  0, or an errno. */
static int locket_place_slab_new(struct locket_arena *a, uint32_t k)
{
        struct locket_tables *t = a->tables;
        const uint64_t capacity = locket_size_capacity(k, t->range.page);
        const uint32_t spans = locket_slab_spans(&t->range, capacity);
        struct locket_slab *slab;
        uint32_t head;
        int error;

        locket_lock_take(&t->span_lock);
        head = locket_span_take(t->span, spans, a->index + 1u);
        locket_lock_drop(&t->span_lock);
        if (head == LOCKET_NONE) {
                return ENOMEM;
        }
        slab = &t->slab[head];
        locket_slab_shape(slab, &t->range, head, spans, k, (size_t)capacity);
        a->slabs += 1;
        a->bin[k].slab = head;
        error = locket_os_open_table(t->slot, slab->slots * sizeof *t->slot,
                                     (slab->slots + slab->count) * sizeof *t->slot);
        if (error == 0) {
                error = locket_place_advise(a, head * t->range.span_bytes,
                                            (head + spans) * t->range.span_bytes);
        }
        if (error != 0) {
                locket_place_slab_drop(a, head);
        }
        return error;
}

/* A slot of class ${k} that was never used, without pages; or LOCKET_NONE and
 * the errno in ${error}. */
uint32_t locket_place_new(struct locket_arena *a, uint32_t k, int *error)
{
        struct locket_tables *t = a->tables;
        struct locket_slab *slab;
        struct locket_slot *s;

        if (a->bin[k].slab == LOCKET_NONE ||
            t->slab[a->bin[k].slab].used == t->slab[a->bin[k].slab].count) {
                *error = locket_place_slab_new(a, k);
                if (*error != 0) {
                        return LOCKET_NONE;
                }
        }
        slab = &t->slab[a->bin[k].slab];
        s = &t->slot[slab->slots + slab->used];
        s->hi = slab->next_hi;
        s->lo = slab->next_hi;
        s->user = slab->next_hi;
        s->state = LOCKET_SLOT_COLD;
        s->access = LOCKET_NO_ACCESS;
        s->epoch = t->epoch;
        slab->next_hi += slab->pitch;
        slab->used += 1;
        return slab->slots + slab->used - 1u;
}

/* Slot ${i}, the last that locket_place_new gave, was never used. */
void locket_place_undo(struct locket_arena *a, uint32_t i)
{
        const struct locket_slot virgin = { 0 };
        struct locket_tables *t = a->tables;
        struct locket_slab *slab = locket_place_slab(a, i);

        t->slot[i] = virgin;
        slab->next_hi -= slab->pitch;
        slab->used -= 1;
        if (slab->used == 0) {
                locket_place_slab_drop(a, t->span[i / t->range.span_slots].slab);
        }
}

/* Slot ${i} is free and has no pages.  A slab of one slot goes with it, so
 * that large secrets leave no address space behind. */
void locket_place_cool(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        struct locket_slab *slab = locket_place_slab(a, i);

        if (slab->count == 1) {
                locket_place_slab_drop(a, t->span[i / t->range.span_slots].slab);
        } else {
                t->slot[i].state = LOCKET_SLOT_COLD;
                locket_list_push(&a->bin[slab->size_class].cold, t->slot, i, t->slot_count);
        }
}

/* ------------------------------------------------------------------ pages */

/* Count the pages of ${s} in, or out again. */
static void locket_place_count(struct locket_arena *a, const struct locket_slot *s, int in)
{
        const size_t bytes = s->hi - s->lo;
        const size_t locked = a->policy.locked != LOCKET_OFF && s->lock_error == 0 ? bytes : 0;

        if (in) {
                a->open_bytes += bytes;
                a->locked_bytes += locked;
                a->peak_locked = a->locked_bytes > a->peak_locked ? a->locked_bytes
                                                                   : a->peak_locked;
        } else {
                a->open_bytes -= bytes;
                a->locked_bytes -= locked;
        }
}

/* In a child: the pages of a free slot that a parent opened are closed and
 * forgotten; they were never counted here. */
void locket_place_renounce(struct locket_arena *a, struct locket_slot *s)
{
        unsigned char *b = a->tables->range.base;

        if (s->lo < s->hi) {
                (void)locket_slab_give_back(b, s->lo, s->hi, LOCKET_OFF, 1);
        }
        s->lo = s->hi;
        s->access = LOCKET_NO_ACCESS;
        s->lock_error = 0;
        s->epoch = a->tables->epoch;
}

/* See that the open pages of a free slot are zero, and make them so.  1 if
 * they were not: somebody wrote to them after the free. */
int locket_place_written(struct locket_arena *a, const struct locket_slot *s)
{
        unsigned char *b = a->tables->range.base;

        if (locket_canary_zero(b, s->lo, s->hi)) {
                return 0;
        }
        locket_wipe_range(b, s->lo, s->hi);
        locket_arena_found(a, LOCKET_WRITE_AFTER_FREE, a->tables->range.address + s->user);
        return 1;
}

/* Give back the pages of a free slot below ${to}.  0, or an errno: then
 * nothing has changed. */
int locket_place_shrink(struct locket_arena *a, struct locket_slot *s, size_t to)
{
        const int open = s->access != LOCKET_NO_ACCESS;
        int error;

        if (open) {
                (void)locket_place_written(a, s); /* remembered; they are zero now */
        }
        error = locket_slab_give_back(a->tables->range.base, s->lo, to, a->policy.locked, open);
        if (error != 0) {
                return error;
        }
        locket_place_count(a, s, 0);
        s->lo = to;
        locket_place_count(a, s, 1);
        if (s->lo == s->hi) {
                s->access = LOCKET_NO_ACCESS;
                s->lock_error = 0;
        }
        return 0;
}

/* Open and lock the pages of a free slot from ${from} up to those it has.  0,
 * or an errno: then nothing has changed. */
static int locket_place_grow(struct locket_arena *a, struct locket_slot *s, size_t from)
{
        const size_t more = s->lo - from;
        int error;

        if (a->policy.capacity != 0 && (more > a->policy.capacity ||
                                        a->open_bytes > a->policy.capacity - more)) {
                return ENOMEM;
        }
        error = locket_slab_open(a->tables->range.base, from, s->lo, a->policy.locked);
        if (error > 0) {
                return error;
        }
        if (s->lo == s->hi) {
                s->access = LOCKET_READ_WRITE;
        }
        locket_place_count(a, s, 0);
        s->lo = from;
        if (error < 0) {
                s->lock_error = -error;
        }
        locket_place_count(a, s, 1);
        return 0;
}

/* Have the pages of free slot ${s} from ${lo} on open, and no others.  0, or
 * an errno: then the slot has what it had. */
int locket_place_fit(struct locket_arena *a, struct locket_slot *s, size_t lo)
{
        unsigned char *b = a->tables->range.base;
        const size_t had = s->lo;
        int error = 0;

        if (s->lo < lo) {
                /* At the mapping limit the kernel may refuse to split a
                 * mapping: then the secret has a page of slack more. */
                (void)locket_place_shrink(a, s, lo);
        } else if (s->lo > lo) {
                error = locket_place_grow(a, s, lo);
        }
        if (error == 0 && s->access != LOCKET_READ_WRITE) {
                error = locket_os_open(b, s->lo, s->hi);
                if (error == 0) {
                        s->access = LOCKET_READ_WRITE;
                } else if (s->lo < had) {
                        (void)locket_slab_give_back(b, s->lo, had, a->policy.locked, 1);
                        locket_place_count(a, s, 0);
                        s->lo = had;
                        locket_place_count(a, s, 1);
                }
        }
        return error;
}
