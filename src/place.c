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
#include "word.h"

/* ------------------------------------------------------------------ slabs */

int locket_place_head(const struct locket_arena *a, uint32_t span)
{
        const struct locket_span *s = &a->tables->span[span];

        return locket_load(&s->owner) == a->index + 1u && s->slab == span;
}

struct locket_slab *locket_place_slab(const struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        return &t->slab[t->span[i / t->range.span_slots].slab];
}

/* Put the spans lo .. hi back into the state of fresh ones.  1 if they are. */
static int locket_place_restore(struct locket_arena *a, const struct locket_slab *slab, size_t lo,
                                size_t hi)
{
        struct locket_tables *t = a->tables;
        int error = 0;
        uint32_t k;

        for (k = 0; k < slab->used; k++) {
                if (t->slot[slab->slots + k].lo < t->slot[slab->slots + k].hi) {
                        return 0; /* the kernel would not take its pages */
                }
        }
        if (a->policy.undumped == LOCKET_OFF) {
                error = locket_os_undump(t->range.base, lo, hi, 1);
        }
        if (error == 0 && a->policy.fork_safe == LOCKET_OFF) {
                error = locket_os_wipe_on_fork(t->range.base, lo, hi, 1);
        }
        if (a->label[0] != '\0') {
                locket_os_name(t->range.base, lo, hi, NULL);
        }
        return error == 0;
}

void locket_place_slab_drop(struct locket_arena *a, uint32_t head)
{
        const struct locket_slot virgin = { 0 };
        struct locket_tables *t = a->tables;
        struct locket_slab *slab = &t->slab[head];
        const size_t lo = head * t->range.span_bytes;
        const size_t hi = lo + slab->spans * t->range.span_bytes;
        const uint32_t owner = locket_place_restore(a, slab, lo, hi) ? 0 : LOCKET_SPAN_SPOILT;
        uint32_t k;

        for (k = 0; k < slab->used; k++) {
                t->slot[slab->slots + k] = virgin;
        }
        if (a->bin[slab->size_class].slab == head) {
                a->bin[slab->size_class].slab = LOCKET_NONE;
        }
        a->slabs -= 1;
        locket_lock_take(&t->span_lock);
        locket_span_drop(t->span, head, slab->spans, owner);
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
        return error == 0 || error == ENOMEM ? error : ENOTSUP;
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
        error = locket_os_open_table(t->slot, slab->slots * sizeof *t->slot,
                                     (slab->slots + slab->count) * sizeof *t->slot);
        if (error == 0) {
                error = locket_place_advise(a, head * t->range.span_bytes,
                                            (head + spans) * t->range.span_bytes);
        }
        if (error != 0) {
                locket_place_slab_drop(a, head);
        } else {
                a->bin[k].slab = head; /* not before its records are there */
        }
        return error;
}

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
        s->user = SIZE_MAX; /* no secret was here */
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

/* 1 if every slot of ${slab} that was ever used is cold. */
static int locket_place_unused(const struct locket_tables *t, const struct locket_slab *slab)
{
        uint32_t k;

        for (k = 0; k < slab->used; k++) {
                const struct locket_slot *s = &t->slot[slab->slots + k];

                if (s->state != LOCKET_SLOT_COLD || s->lo < s->hi) {
                        return 0; /* in use, or about to be */
                }
        }
        return 1;
}

int locket_place_sweep(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        int any = 0;
        uint32_t span;
        uint32_t k;
        uint32_t n;

        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                if (locket_place_head(a, span)) {
                        t->slab[span].doomed = (uint32_t)locket_place_unused(t, &t->slab[span]);
                        any += (int)t->slab[span].doomed;
                }
        }
        for (k = 0; any != 0 && k < LOCKET_CLASS_COUNT; k++) {
                struct locket_list *cold = &a->bin[k].cold;

                for (n = cold->count; n > 0; n--) {
                        const uint32_t i = locket_list_pop(cold, t->slot, t->slot_count);

                        if (i != LOCKET_NONE && locket_place_slab(a, i)->doomed == 0) {
                                locket_list_push(cold, t->slot, i, t->slot_count);
                        }
                }
        }
        for (span = 0; any != 0 && span < LOCKET_SPAN_COUNT; span++) {
                if (locket_place_head(a, span) && t->slab[span].doomed != 0) {
                        locket_place_slab_drop(a, span);
                }
        }
        return any != 0;
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

void locket_place_renounce(struct locket_arena *a, struct locket_slot *s)
{
        unsigned char *b = a->tables->range.base;

        if (s->lo < s->hi) {
                if (s->access == LOCKET_READ_WRITE) {
                        (void)locket_place_written(a, s); /* remembered */
                }
                /* They are not locked here; marked or not, they are a mapping
                 * of their own, so closing them cannot be refused. */
                (void)locket_os_discard(b, s->lo, s->hi);
                if (a->policy.locked != LOCKET_REQUIRE) {
                        (void)locket_os_mark(b, s->lo, s->hi, 0);
                }
                (void)locket_os_close(b, s->lo, s->hi);
        }
        s->lo = s->hi;
        s->access = LOCKET_NO_ACCESS;
        s->lock_error = 0;
        s->epoch = a->tables->epoch;
}

int locket_place_written(struct locket_arena *a, const struct locket_slot *s)
{
        unsigned char *b = a->tables->range.base;

        if (locket_canary_zero(b, s->lo, s->hi)) {
                return 0;
        }
        locket_wipe_range(b, s->lo, s->hi);
        locket_arena_found(a, LOCKET_WRITE_AFTER_FREE,
                           a->tables->range.address + (s->user < s->hi ? s->user : s->lo));
        return 1;
}

int locket_place_shrink(struct locket_arena *a, uint32_t i, size_t to)
{
        struct locket_slot *s = &a->tables->slot[i];
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
                a->bin[locket_place_slab(a, i)->size_class].open -= 1;
        }
        return 0;
}

/* Open and lock the pages of a free slot from ${from} up to those it has.  0,
 * or an errno: then nothing has changed. */
static int locket_place_grow(struct locket_arena *a, uint32_t i, size_t from)
{
        struct locket_slot *s = &a->tables->slot[i];
        const size_t more = s->lo - from;
        int error;

        if (a->policy.capacity != 0 && (more > a->policy.capacity ||
                                        a->open_bytes > a->policy.capacity - more)) {
                return EDQUOT; /* the cap, told from what others can help with */
        }
        error = locket_slab_open(a->tables->range.base, from, s->lo, a->policy.locked);
        if (error > 0) {
                return error;
        }
        locket_place_count(a, s, 0);
        if (s->lo == s->hi) {
                s->access = LOCKET_READ_WRITE;
                a->bin[locket_place_slab(a, i)->size_class].open += 1;
        } else if (error < 0) {
                (void)locket_os_unlock(a->tables->range.base, s->lo, s->hi); /* all or none */
        }
        s->lo = from;
        if (error < 0) {
                s->lock_error = -error;
        }
        locket_place_count(a, s, 1);
        return 0;
}

int locket_place_fit(struct locket_arena *a, uint32_t i, size_t lo)
{
        struct locket_slot *s = &a->tables->slot[i];
        unsigned char *b = a->tables->range.base;
        const size_t had = s->lo;
        int error = 0;

        if (s->lo < lo) {
                /* At the mapping limit the kernel may refuse to split a
                 * mapping: then the secret has a page of slack more. */
                (void)locket_place_shrink(a, i, lo);
        } else if (s->lo > lo) {
                error = locket_place_grow(a, i, lo);
        }
        if (error == 0 && s->access != LOCKET_READ_WRITE) {
                error = locket_os_open(b, s->lo, s->hi);
                if (error == 0) {
                        s->access = LOCKET_READ_WRITE;
                } else {
                        (void)locket_os_close(b, s->lo, s->hi); /* what was opened of it */
                        if (s->lo < had) {
                                (void)locket_place_shrink(a, i, had);
                        }
                }
        }
        return error;
}

void locket_place_lock(struct locket_arena *a, uint32_t i)
{
        struct locket_slot *s = &a->tables->slot[i];
        unsigned char *b = a->tables->range.base;

        if (locket_os_lock(b, s->lo, s->hi) == 0) {
                locket_place_count(a, s, 0);
                s->lock_error = 0;
                locket_place_count(a, s, 1);
        }
}
