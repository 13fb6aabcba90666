/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * arena.c - one policy, its slots, one lock: who gets which slot, and when.
 *
 * Knows:    slots and their states.  Touches no byte of theirs.
 * Promises: a slot is in one place: live, in quarantine, kept, or cold; one
 *           that is handed out is zero and open; an error changes nothing.
 * Tests:    tests/unit/test_arena.c, tests/fault
 */
#include "arena.h"

#include <errno.h>

#include "canary.h"
#include "os.h"
#include "place.h"
#include "size.h"

/* Draws that one evaluation of SipHash gives: 3 bits each. */
#define LOCKET_DICE_DRAWS 16u

/* Keep what the caller's text says, as much as there is room for. */
static void locket_arena_label(struct locket_arena *a, const char *label)
{
        uint32_t k = 0;

        while (label != NULL && k + 1 < LOCKET_LABEL_BYTES && label[k] != '\0') {
                a->label[k] = label[k];
                k += 1;
        }
        a->label[k] = '\0';
}

void locket_arena_begin(struct locket_arena *a, struct locket_tables *tables, uint32_t index,
                        const struct locket_policy *policy, uint64_t seed)
{
        uint32_t k;

        a->index = index;
        a->tables = tables;
        a->policy = *policy;
        a->policy.label = NULL; /* the caller's; ours is a->label */
        a->policy.directory = NULL;
        locket_arena_label(a, policy->label);
        a->wiped_by_fork = policy->fork_safe != LOCKET_OFF && tables->range.fork_error == 0;
        a->generation = seed;
        a->dice_left = 0;
        a->live = 0;
        a->live_bytes = 0;
        a->open_bytes = 0;
        a->locked_bytes = 0;
        a->kept_bytes = 0;
        a->keep_limit = LOCKET_KEEP_BYTES;
        a->slabs = 0;
        a->peak_live = 0;
        a->peak_locked = 0;
        a->found = 0;
        locket_list_clear(&a->quarantine);
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                locket_bin_clear(&a->bin[k]);
        }
}

void locket_arena_found(struct locket_arena *a, enum locket_violation kind, uintptr_t at)
{
        if (a->found == 0) {
                a->found = 1;
                a->kind = kind;
                a->at = at;
        }
}

/* ------------------------------------------------------- getting a slot */

int locket_arena_stale(const struct locket_arena *a, const struct locket_slot *s)
{
        return s->epoch != a->tables->epoch;
}

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
                locket_place_renounce(a, &t->slot[i]);
        } else {
                a->kept_bytes -= t->slot[i].hi - t->slot[i].lo;
        }
        return i;
}

static struct locket_bin *locket_arena_bin(struct locket_arena *a, uint32_t i)
{
        return &a->bin[locket_place_slab(a, i)->size_class];
}

/* Free slot ${i}, zero, is in no list: keep it if it has pages. */
static void locket_arena_store(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];

        if (s->lo == s->hi) {
                locket_place_cool(a, i);
                return;
        }
        if (a->policy.freed == LOCKET_FREED_CLOSE && s->access != LOCKET_NO_ACCESS &&
            locket_os_close(t->range.base, s->lo, s->hi) == 0) {
                s->access = LOCKET_NO_ACCESS;
        }
        a->kept_bytes += s->hi - s->lo;
        locket_bin_keep(locket_arena_bin(a, i), t->slot, i, t->slot_count);
}

void locket_arena_return(struct locket_arena *a, uint32_t i)
{
        locket_arena_bin(a, i)->live -= 1;
        locket_arena_store(a, i);
}

/* A slot of class ${k} that had no pages, with ${data} bytes of them; or
 * LOCKET_NONE and the errno in ${error}, nothing changed. */
static uint32_t locket_arena_get_new(struct locket_arena *a, uint32_t k, size_t data, int *error)
{
        struct locket_tables *t = a->tables;
        uint32_t i = locket_list_pop(&a->bin[k].cold, t->slot, t->slot_count);
        int virgin = 0;

        if (i == LOCKET_NONE) {
                i = locket_place_new(a, k, error);
                virgin = 1;
        }
        if (i == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        t->slot[i].epoch = t->epoch;
        *error = locket_place_fit(a, i, t->slot[i].hi - data);
        if (*error == 0) {
                (void)locket_place_written(a, &t->slot[i]); /* the kernel's pages are zero */
                return i;
        }
        if (virgin) {
                locket_place_undo(a, i);
        } else {
                locket_place_cool(a, i);
        }
        return LOCKET_NONE;
}

/* The same, of the kept ones: checked to be zero. */
static uint32_t locket_arena_get_kept(struct locket_arena *a, uint32_t k, size_t data, int *error)
{
        struct locket_tables *t = a->tables;
        const uint32_t i = locket_arena_draw(a, k);

        if (i == LOCKET_NONE) { /* a bin that is not empty names no slot */
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)&a->bin[k]);
                return LOCKET_NONE;
        }
        *error = locket_place_fit(a, i, t->slot[i].hi - data);
        if (*error == 0 && locket_place_written(a, &t->slot[i]) == 0 && a->found == 0) {
                return i;
        }
        locket_arena_store(a, i);
        return LOCKET_NONE;
}

uint32_t locket_arena_get(struct locket_arena *a, size_t data, int *error)
{
        const uint32_t k = locket_size_class(data, a->tables->range.page);
        struct locket_bin *bin;
        uint32_t i;

        *error = ENOMEM;
        if (k >= LOCKET_CLASS_COUNT) {
                return LOCKET_NONE;
        }
        bin = &a->bin[k];
        data = data < bin->floor_data ? bin->floor_data : data; /* room is not taken apart */
        i = bin->drawn != 0 ? locket_arena_get_kept(a, k, data, error)
                            : locket_arena_get_new(a, k, data, error);
        if (i != LOCKET_NONE) {
                bin->live += 1;
        }
        return i;
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
                locket_bin_keep(locket_arena_bin(a, i), t->slot, i, t->slot_count);
        } else {
                locket_place_cool(a, i);
        }
}

/* Give back all pages of free slot ${i}, which is in no bin, unless a reserve
 * promises them.  1 if it could be. */
static int locket_arena_empty(struct locket_arena *a, uint32_t i)
{
        struct locket_slot *s = &a->tables->slot[i];
        const struct locket_bin *bin = locket_arena_bin(a, i);
        const size_t bytes = s->hi - s->lo;

        if (bytes == 0) {
                return 0;
        }
        if (locket_arena_stale(a, s)) {
                locket_place_renounce(a, s);
                return 1;
        }
        if (bin->open <= bin->floor || locket_place_shrink(a, i, s->hi) != 0) {
                return 0;
        }
        a->kept_bytes -= bytes;
        return 1;
}

/* Give back kept slots, largest classes first, until at most ${limit} bytes
 * are kept.  1 if any were. */
static int locket_arena_trim_bins(struct locket_arena *a, size_t limit)
{
        struct locket_tables *t = a->tables;
        int any = 0;
        uint32_t k;
        uint32_t n;

        for (k = LOCKET_CLASS_COUNT; k > 0 && a->kept_bytes > limit; k--) {
                struct locket_bin *bin = &a->bin[k - 1u];

                for (n = bin->drawn + bin->kept.count;
                     n > 0 && a->kept_bytes > limit && bin->open > bin->floor; n--) {
                        const uint32_t i = locket_bin_draw(bin, t->slot, t->slot_count, 0);

                        if (i == LOCKET_NONE) {
                                break;
                        }
                        if (locket_arena_empty(a, i)) {
                                locket_place_cool(a, i);
                                any = 1;
                        } else {
                                locket_bin_keep(bin, t->slot, i, t->slot_count);
                        }
                }
        }
        return any;
}

int locket_arena_trim(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        int any = locket_arena_trim_bins(a, 0);
        uint32_t i = a->quarantine.head;
        uint32_t n;

        for (n = a->quarantine.count; n > 0 && i < t->slot_count && a->kept_bytes > 0; n--) {
                any += locket_arena_empty(a, i);
                i = t->slot[i].next;
        }
        return any != 0;
}

int locket_arena_sweep(struct locket_arena *a)
{
        while (a->quarantine.count > 0 && a->found == 0) {
                locket_arena_ripen(a);
        }
        (void)locket_arena_trim_bins(a, 0);
        return locket_place_sweep(a);
}

void locket_arena_put(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];

        locket_slot_drop(s);
        a->live -= 1;
        a->live_bytes -= s->size;
        if (locket_arena_stale(a, s)) {
                locket_place_renounce(a, s);
        } else {
                locket_arena_bin(a, i)->live -= 1;
                /* If the kernel refuses to close them, the pages stay open and
                 * are checked before reuse as with LOCKET_FREED_CHECK. */
                if (a->policy.freed == LOCKET_FREED_CLOSE &&
                    locket_os_close(t->range.base, s->lo, s->hi) == 0) {
                        s->access = LOCKET_NO_ACCESS;
                }
                a->kept_bytes += s->hi - s->lo;
                if (a->kept_bytes > a->keep_limit) {
                        (void)locket_arena_trim_bins(a, a->keep_limit);
                }
                if (a->kept_bytes > a->keep_limit || s->lock_error != 0) {
                        /* too much is kept, or the next one may be locked again */
                        (void)locket_arena_empty(a, i);
                }
        }
        locket_list_push(&a->quarantine, t->slot, i, t->slot_count);
        while (a->quarantine.count > a->policy.quarantine) {
                locket_arena_ripen(a);
        }
}

/* ---------------------------------------------------- reserving, ending */

/* Store the slots of ${list}; give their pages back first if ${undo}. */
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
                        (void)locket_place_shrink(a, i, t->slot[i].hi);
                }
                locket_arena_store(a, i);
        }
}

/* Have no free slot of class ${k} with fewer than ${data} bytes of pages: such
 * a one would have to grow when it is drawn. */
static void locket_arena_even(struct locket_arena *a, uint32_t k, size_t data)
{
        struct locket_tables *t = a->tables;
        struct locket_bin *bin = &a->bin[k];
        uint32_t i = a->quarantine.head;
        uint32_t n;

        for (n = a->quarantine.count; n > 0 && i < t->slot_count; n--) {
                if (locket_arena_bin(a, i) == bin && t->slot[i].hi - t->slot[i].lo < data) {
                        (void)locket_arena_empty(a, i);
                }
                i = t->slot[i].next;
        }
        for (n = bin->drawn + bin->kept.count; n > 0; n--) {
                i = locket_bin_draw(bin, t->slot, t->slot_count, 0);
                if (i == LOCKET_NONE) {
                        break;
                }
                if (t->slot[i].hi - t->slot[i].lo < data && locket_arena_empty(a, i)) {
                        locket_place_cool(a, i);
                } else {
                        locket_bin_keep(bin, t->slot, i, t->slot_count);
                }
        }
}

int locket_arena_reserve_slots(struct locket_arena *a, size_t count, size_t data)
{
        struct locket_tables *t = a->tables;
        const uint32_t k = locket_size_class(data, t->range.page);
        struct locket_bin *bin = &a->bin[k];
        const size_t spare = a->policy.quarantine < LOCKET_SPARE_MOST ? a->policy.quarantine
                                                                      : LOCKET_SPARE_MOST;
        struct locket_list fresh;
        size_t floor;
        size_t taken;
        int error = 0;

        if (k >= LOCKET_CLASS_COUNT || count > t->slot_count) {
                return ENOMEM;
        }
        data = data < bin->floor_data ? bin->floor_data : data;
        taken = bin->live + spare > bin->floor ? bin->live + spare : bin->floor;
        floor = taken + count;
        locket_arena_even(a, k, data);
        locket_list_clear(&fresh);
        while (bin->open < floor && error == 0) {
                const uint32_t i = locket_arena_get_new(a, k, data, &error);

                if (i != LOCKET_NONE) {
                        locket_list_push(&fresh, t->slot, i, t->slot_count);
                }
        }
        if (error != 0 && bin->open + spare < floor) {
                locket_arena_unlist(a, &fresh, 1);
                return error;
        }
        a->keep_limit += fresh.count * data;
        locket_arena_unlist(a, &fresh, 0);
        bin->floor = bin->open < floor ? bin->open : (uint32_t)floor;
        bin->floor_data = data;
        return 0;
}

int locket_arena_end(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        uint32_t span;
        uint32_t k;

        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                a->bin[k].floor = 0;
        }
        (void)locket_arena_trim(a);
        if (a->open_bytes != 0) {
                return ENOMEM;
        }
        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                struct locket_slab *slab = &t->slab[span];

                for (k = 0; locket_place_head(a, span) && k < slab->used; k++) {
                        struct locket_slot *s = &t->slot[slab->slots + k];

                        if (locket_arena_stale(a, s)) {
                                locket_place_renounce(a, s);
                        }
                }
                if (locket_place_head(a, span)) {
                        locket_place_slab_drop(a, span);
                }
        }
        return 0;
}

void locket_arena_forked(struct locket_arena *a)
{
        uint32_t k;

        a->open_bytes = 0;
        a->locked_bytes = 0;
        a->kept_bytes = 0;
        a->keep_limit = LOCKET_KEEP_BYTES;
        a->peak_locked = 0;
        a->dice_left = 0;
        a->found = 0;
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                a->bin[k].open = 0;
                a->bin[k].live = 0;
                a->bin[k].floor = 0;
                a->bin[k].floor_data = 0;
        }
}
