/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * arena.c - one policy, its slabs, one lock: who gets which slot, and which
 * pages are open, kept or given back.
 *
 * Knows:    slots, offsets, states.  Touches bytes only to see that they are
 *           zero, or to make them so.
 * Promises: a slot that is handed out is zero and open; one that is given
 *           back is zero; an error leaves the tables as they were.
 * Tests:    tests/unit/test_arena.c, tests/fault
 */
#include "arena.h"

#include <errno.h>

#include "canary.h"
#include "os.h"
#include "size.h"
#include "wipe.h"

/* Draws that one evaluation of SipHash gives: 3 bits each. */
#define LOCKET_DICE_DRAWS 16u

void locket_arena_begin(struct locket_arena *a, struct locket_tables *tables, uint32_t index,
                        const struct locket_policy *policy, uint64_t seed)
{
        const struct locket_arena none = { .index = index };
        uint32_t k;

        *a = none;
        a->tables = tables;
        a->policy = *policy;
        for (k = 0; policy->label != NULL && k + 1 < LOCKET_LABEL_BYTES; k++) {
                if (policy->label[k] == '\0') {
                        break;
                }
                a->label[k] = policy->label[k];
        }
        a->policy.label = NULL; /* the caller's; ours is a->label */
        a->policy.directory = NULL;
        a->wiped_by_fork = policy->fork_safe != LOCKET_OFF && tables->range.fork_error == 0;
        a->generation = seed;
        a->keep_limit = LOCKET_KEEP_BYTES;
        locket_list_clear(&a->quarantine);
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                locket_bin_clear(&a->bin[k]);
        }
        locket_lock_init(&a->lock);
}

void locket_arena_found(struct locket_arena *a, enum locket_violation kind, uintptr_t at)
{
        if (a->found == 0) {
                a->found = 1;
                a->kind = kind;
                a->at = at;
        }
}

/* ------------------------------------------------------------------ slabs */

static struct locket_slab *locket_arena_slab(const struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        return &t->slab[t->span[i / t->range.span_slots].slab];
}

/* Give the spans of slab ${head} back: none of its slots has pages. */
static void locket_arena_slab_drop(struct locket_arena *a, uint32_t head)
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
static int locket_arena_advise(struct locket_arena *a, size_t lo, size_t hi)
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
static int locket_arena_slab_new(struct locket_arena *a, uint32_t k)
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
                error = locket_arena_advise(a, head * t->range.span_bytes,
                                            (head + spans) * t->range.span_bytes);
        }
        if (error != 0) {
                locket_arena_slab_drop(a, head);
        }
        return error;
}

/* A slot of class ${k} that was never used, without pages; or LOCKET_NONE and
 * the errno in ${error}. */
static uint32_t locket_arena_virgin(struct locket_arena *a, uint32_t k, int *error)
{
        struct locket_tables *t = a->tables;
        struct locket_slab *slab;
        struct locket_slot *s;

        if (a->bin[k].slab == LOCKET_NONE ||
            t->slab[a->bin[k].slab].used == t->slab[a->bin[k].slab].count) {
                *error = locket_arena_slab_new(a, k);
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

/* Slot ${i}, the last that locket_arena_virgin gave, was never used. */
static void locket_arena_unuse(struct locket_arena *a, uint32_t i)
{
        const struct locket_slot virgin = { 0 };
        struct locket_tables *t = a->tables;
        struct locket_slab *slab = locket_arena_slab(a, i);

        t->slot[i] = virgin;
        slab->next_hi -= slab->pitch;
        slab->used -= 1;
        if (slab->used == 0) {
                locket_arena_slab_drop(a, t->span[i / t->range.span_slots].slab);
        }
}

/* Slot ${i} is free and has no pages.  A slab of one slot goes with it, so
 * that large secrets leave no address space behind. */
static void locket_arena_cool(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        struct locket_slab *slab = locket_arena_slab(a, i);

        if (slab->count == 1) {
                locket_arena_slab_drop(a, t->span[i / t->range.span_slots].slab);
        } else {
                t->slot[i].state = LOCKET_SLOT_COLD;
                locket_list_push(&a->bin[slab->size_class].cold, t->slot, i, t->slot_count);
        }
}

/* ------------------------------------------------------------------ pages */

int locket_arena_stale(const struct locket_arena *a, const struct locket_slot *s)
{
        return s->epoch != a->tables->epoch;
}

/* Count the pages of ${s} in, or out again. */
static void locket_arena_count(struct locket_arena *a, const struct locket_slot *s, int in)
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
static void locket_arena_renounce(struct locket_arena *a, struct locket_slot *s)
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
static int locket_arena_written(struct locket_arena *a, const struct locket_slot *s)
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
static int locket_arena_shrink(struct locket_arena *a, struct locket_slot *s, size_t to)
{
        const int open = s->access != LOCKET_NO_ACCESS;
        int error;

        if (open) {
                (void)locket_arena_written(a, s); /* remembered; they are zero now */
        }
        error = locket_slab_give_back(a->tables->range.base, s->lo, to, a->policy.locked, open);
        if (error != 0) {
                return error;
        }
        locket_arena_count(a, s, 0);
        s->lo = to;
        locket_arena_count(a, s, 1);
        if (s->lo == s->hi) {
                s->access = LOCKET_NO_ACCESS;
                s->lock_error = 0;
        }
        return 0;
}

/* Open and lock the pages of a free slot from ${from} up to those it has.  0,
 * or an errno: then nothing has changed. */
static int locket_arena_grow(struct locket_arena *a, struct locket_slot *s, size_t from)
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
        locket_arena_count(a, s, 0);
        s->lo = from;
        if (error < 0) {
                s->lock_error = -error;
        }
        locket_arena_count(a, s, 1);
        return 0;
}

/* Have the pages of free slot ${s} from ${lo} on open, and no others.  0, or
 * an errno: then the slot has what it had. */
static int locket_arena_fit(struct locket_arena *a, struct locket_slot *s, size_t lo)
{
        unsigned char *b = a->tables->range.base;
        const size_t had = s->lo;
        int error = 0;

        if (s->lo < lo) {
                /* At the mapping limit the kernel may refuse to split a
                 * mapping: then the secret has a page of slack more. */
                (void)locket_arena_shrink(a, s, lo);
        } else if (s->lo > lo) {
                error = locket_arena_grow(a, s, lo);
        }
        if (error == 0 && s->access != LOCKET_READ_WRITE) {
                error = locket_os_open(b, s->lo, s->hi);
                if (error == 0) {
                        s->access = LOCKET_READ_WRITE;
                } else if (s->lo < had) {
                        (void)locket_slab_give_back(b, s->lo, had, a->policy.locked, 1);
                        locket_arena_count(a, s, 0);
                        s->lo = had;
                        locket_arena_count(a, s, 1);
                }
        }
        return error;
}

/* ------------------------------------------------------- getting a slot */

/* A random number that picks one of ${most} or fewer. */
static uint64_t locket_arena_random(struct locket_arena *a)
{
        const struct locket_process *process = a->tables->process;
        uint64_t random;

        if (a->dice_left == 0) {
                a->generation = a->generation == UINT64_MAX ? 0 : a->generation + 1;
                a->dice = locket_canary_make(process->key_low, process->key_high,
                                             a->tables->range.size, a->generation).low;
                a->dice_left = LOCKET_DICE_DRAWS;
        }
        random = a->dice % 8u;
        a->dice = a->dice / 8u;
        a->dice_left -= 1;
        return random;
}

/* A kept slot of class ${k}; LOCKET_NONE if there is none. */
static uint32_t locket_arena_draw(struct locket_arena *a, uint32_t k)
{
        struct locket_tables *t = a->tables;
        struct locket_bin *bin = &a->bin[k];
        uint32_t i = locket_bin_draw(bin, t->slot, t->slot_count,
                                     bin->drawn > 1 ? locket_arena_random(a) : 0);

        if (i == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        if (locket_arena_stale(a, &t->slot[i])) {
                locket_arena_renounce(a, &t->slot[i]);
        } else {
                a->kept_bytes -= t->slot[i].hi - t->slot[i].lo;
        }
        return i;
}

void locket_arena_return(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];

        if (s->lo == s->hi) {
                locket_arena_cool(a, i);
                return;
        }
        if (a->policy.freed == LOCKET_FREED_CLOSE && s->access != LOCKET_NO_ACCESS &&
            locket_os_close(t->range.base, s->lo, s->hi) == 0) {
                s->access = LOCKET_NO_ACCESS;
        }
        a->kept_bytes += s->hi - s->lo;
        locket_bin_keep(&a->bin[locket_arena_slab(a, i)->size_class], t->slot, i, t->slot_count);
}

uint32_t locket_arena_get(struct locket_arena *a, size_t data, int *error)
{
        struct locket_tables *t = a->tables;
        const uint32_t k = locket_size_class(data, t->range.page);
        struct locket_slot *s;
        uint32_t i;
        int virgin = 0;
        int fresh;

        *error = ENOMEM;
        if (k >= LOCKET_CLASS_COUNT) {
                return LOCKET_NONE;
        }
        i = locket_arena_draw(a, k);
        if (i == LOCKET_NONE) {
                i = locket_list_pop(&a->bin[k].cold, t->slot, t->slot_count);
        }
        if (i == LOCKET_NONE) {
                i = locket_arena_virgin(a, k, error);
                virgin = 1;
        }
        if (i == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        s = &t->slot[i];
        fresh = s->lo == s->hi;
        if (fresh) {
                s->epoch = t->epoch;
        }
        *error = locket_arena_fit(a, s, s->hi - data);
        if (*error == 0 && (fresh || locket_arena_written(a, s) == 0) && a->found == 0) {
                return i;
        }
        if (virgin) {
                locket_arena_unuse(a, i);
        } else {
                locket_arena_return(a, i);
        }
        return LOCKET_NONE;
}

/* ------------------------------------------------------ putting it back */

/* The oldest slot leaves the quarantine. */
static void locket_arena_ripen(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        const uint32_t i = locket_list_pop(&a->quarantine, t->slot, t->slot_count);

        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_QUARANTINED) {
                locket_list_clear(&a->quarantine);
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)&a->quarantine);
        } else if (t->slot[i].lo < t->slot[i].hi) {
                locket_bin_keep(&a->bin[locket_arena_slab(a, i)->size_class], t->slot, i,
                                t->slot_count);
        } else {
                locket_arena_cool(a, i);
        }
}

/* Give back all pages of a free slot that is not in a bin.  1 if it could be. */
static int locket_arena_empty(struct locket_arena *a, struct locket_slot *s)
{
        const size_t bytes = s->hi - s->lo;

        if (bytes == 0) {
                return 0;
        }
        if (locket_arena_stale(a, s)) {
                locket_arena_renounce(a, s);
                return 1;
        }
        if (locket_arena_shrink(a, s, s->hi) != 0) {
                return 0;
        }
        a->kept_bytes -= bytes;
        return 1;
}

int locket_arena_trim(struct locket_arena *a, size_t limit)
{
        struct locket_tables *t = a->tables;
        int any = 0;
        uint32_t k;
        uint32_t n;
        uint32_t i;

        for (k = LOCKET_CLASS_COUNT; k > 0 && a->kept_bytes > limit; k--) {
                struct locket_bin *bin = &a->bin[k - 1u];

                for (n = bin->drawn + bin->kept.count; n > 0 && a->kept_bytes > limit; n--) {
                        i = locket_bin_draw(bin, t->slot, t->slot_count, 0);
                        if (i == LOCKET_NONE) {
                                break;
                        }
                        if (locket_arena_empty(a, &t->slot[i])) {
                                locket_arena_cool(a, i);
                                any = 1;
                        } else {
                                locket_bin_keep(bin, t->slot, i, t->slot_count);
                        }
                }
        }
        i = a->quarantine.head;
        for (n = a->quarantine.count; n > 0 && i < t->slot_count && a->kept_bytes > limit; n--) {
                any += locket_arena_empty(a, &t->slot[i]);
                i = t->slot[i].next;
        }
        return any != 0;
}

void locket_arena_put(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];

        locket_slot_drop(s);
        a->live -= 1;
        a->live_bytes -= s->size;
        if (locket_arena_stale(a, s)) {
                locket_arena_renounce(a, s);
        } else {
                /* If the kernel refuses to close them, the pages stay open and
                 * are checked before reuse as with LOCKET_FREED_CHECK. */
                if (a->policy.freed == LOCKET_FREED_CLOSE &&
                    locket_os_close(t->range.base, s->lo, s->hi) == 0) {
                        s->access = LOCKET_NO_ACCESS;
                }
                a->kept_bytes += s->hi - s->lo;
                if (s->lock_error != 0) {
                        (void)locket_arena_empty(a, s); /* the next one tries to lock again */
                }
        }
        locket_list_push(&a->quarantine, t->slot, i, t->slot_count);
        while (a->quarantine.count > a->policy.quarantine) {
                locket_arena_ripen(a);
        }
        if (a->kept_bytes > a->keep_limit) {
                (void)locket_arena_trim(a, a->keep_limit);
        }
}

/* ---------------------------------------------------- reserving, ending */

/* Return the slots of ${list}; give back the pages of those that had none
 * before if ${undo}. */
static void locket_arena_unlist(struct locket_arena *a, struct locket_list *list, int undo)
{
        struct locket_tables *t = a->tables;
        uint32_t n;

        for (n = list->count; n > 0; n--) {
                const uint32_t i = locket_list_pop(list, t->slot, t->slot_count);

                if (i == LOCKET_NONE) {
                        return;
                }
                if (undo) {
                        (void)locket_arena_shrink(a, &t->slot[i], t->slot[i].hi);
                }
                locket_arena_return(a, i);
        }
}

int locket_arena_reserve_slots(struct locket_arena *a, size_t count, size_t data)
{
        struct locket_tables *t = a->tables;
        const size_t spare = a->policy.quarantine < count ? a->policy.quarantine : count;
        struct locket_list fresh;
        struct locket_list kept;
        int error = 0;
        size_t n;

        if (count > t->slot_count) {
                return ENOMEM;
        }
        locket_list_clear(&fresh);
        locket_list_clear(&kept);
        for (n = 0; error == 0 && n < count + spare; n++) {
                const size_t before = a->open_bytes;
                const uint32_t i = locket_arena_get(a, data, &error);

                if (i == LOCKET_NONE) {
                        if (n >= count || a->found != 0) {
                                break; /* enough for the secrets themselves */
                        }
                        locket_arena_unlist(a, &fresh, 1);
                        locket_arena_unlist(a, &kept, 0);
                        return error;
                }
                locket_list_push(a->open_bytes > before ? &fresh : &kept, t->slot, i,
                                 t->slot_count);
        }
        a->keep_limit += (fresh.count + kept.count) * data;
        locket_arena_unlist(a, &fresh, 0);
        locket_arena_unlist(a, &kept, 0);
        return 0;
}

void locket_arena_end(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        uint32_t span;
        uint32_t k;

        (void)locket_arena_trim(a, 0);
        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                struct locket_slab *slab = &t->slab[span];

                if (t->span[span].owner != a->index + 1u || t->span[span].slab != span) {
                        continue;
                }
                for (k = 0; k < slab->used; k++) {
                        struct locket_slot *s = &t->slot[slab->slots + k];

                        if (locket_arena_stale(a, s)) {
                                locket_arena_renounce(a, s);
                        }
                }
                locket_arena_slab_drop(a, span);
        }
}

void locket_arena_forked(struct locket_arena *a)
{
        locket_lock_init(&a->lock);
        a->open_bytes = 0;
        a->locked_bytes = 0;
        a->kept_bytes = 0;
        a->keep_limit = LOCKET_KEEP_BYTES;
        a->peak_locked = 0;
        a->dice_left = 0;
        a->found = 0;
}
