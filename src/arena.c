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
#include "pages.h"
#include "place.h"
#include "size.h"

/* Draws that one evaluation of SipHash gives: 3 bits each. */
#define LOCKET_DICE_DRAWS 16u

/* Keep what the caller's text says, as much as there is room for. */
/*@ requires valid: \valid(a) && (label == \null || \valid_read(label + (0 .. LOCKET_LABEL_BYTES - 1)));
    requires apart: label == \null || \base_addr(a) != \base_addr(label);
    terminates \true;
    exits      \false;
    assigns    a->label[0 .. LOCKET_LABEL_BYTES - 1];
*/
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
        a->refusal = 0;
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

int locket_arena_stale(const struct locket_tables *t, uint32_t i)
{
        return t->slot[i].epoch != t->epoch;
}

/* A random number that picks one of ${most} or fewer. */
/*@ requires valid: \valid(a) && \valid_read(a->tables) && \valid_read(a->tables->process);
    requires apart: \base_addr(a) != \base_addr(a->tables) &&
                    \base_addr(a) != \base_addr(a->tables->process);
    terminates \true;
    exits      \false;
    assigns    a->generation, a->dice, a->dice_left;
*/
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

/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slabs: heap_slots(a->tables) && heap_slabs(a->tables);
    requires slot:  i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bin: \exists integer k; 0 <= k < LOCKET_CLASS_COUNT && \result == a->bin + k;
*/
static struct locket_bin *locket_arena_bin(struct locket_arena *a, uint32_t i)
{
        return &a->bin[locket_place_slab(a, i)->size_class];
}

/* A kept slot of class ${k}; LOCKET_NONE if there is none, and so if the bin
 * names one that is not kept: that is never followed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures kept: \result != LOCKET_NONE ==> LOCKET_SPARE(a->tables, \result) &&
                    a->tables->slot[\result].epoch == a->tables->epoch;
    ensures told: \result == LOCKET_NONE ==> a->found != 0;
*/
static uint32_t locket_arena_draw(struct locket_arena *a, uint32_t k)
{
        struct locket_tables *t = a->tables;
        struct locket_bin *bin = &a->bin[k];
        const uint32_t i = locket_bin_draw(bin, t->slot, t->slot_count,
                                           bin->drawn > 1 ? locket_arena_random(a) : 0);

        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_KEPT) {
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)bin);
                return LOCKET_NONE;
        }
        if (locket_arena_stale(t, i)) {
                locket_pages_renounce(a, i);
        } else {
                a->kept_bytes = locket_size_minus(a->kept_bytes, t->slot[i].hi - t->slot[i].lo);
        }
        return i;
}

/* Close free slot ${i}, which is zero, if the policy says so.  If the kernel
 * refuses, its pages stay open and are checked before reuse as with
 * LOCKET_FREED_CHECK. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    requires zero:  zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[i].access,
               locket_ghost_access[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(a->tables);
*/
static void locket_arena_close(struct locket_arena *a, uint32_t i)
{
        if (a->policy.freed == LOCKET_FREED_CLOSE &&
            a->tables->slot[i].access != LOCKET_NO_ACCESS) {
                (void)locket_pages_access(a->tables, i, LOCKET_NO_ACCESS);
        }
}

/* Free slot ${i}, zero if it is open, is in no list: keep it if it has pages. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_store(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];

        if (s->lo == s->hi) {
                locket_place_cool(a, i);
                return;
        }
        if (s->access != LOCKET_NO_ACCESS) {
                (void)locket_pages_written(a, i);
        }
        locket_arena_close(a, i);
        a->kept_bytes = locket_size_plus(a->kept_bytes, s->hi - s->lo);
        locket_bin_keep(locket_arena_bin(a, i), t->slot, i, t->slot_count);
}

void locket_arena_return(struct locket_arena *a, uint32_t i)
{
        struct locket_bin *bin = locket_arena_bin(a, i);

        bin->live = bin->live == 0 ? 0 : bin->live - 1u;
        locket_arena_store(a, i);
}

/* A cold slot of class ${k}, ready for this process; LOCKET_NONE if there is
 * none, and so if the list names one that is not cold: that is never followed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range:  \result < a->tables->slot_count || \result == LOCKET_NONE;
    ensures spare:  \result != LOCKET_NONE ==> LOCKET_SPARE(a->tables, \result) &&
                      a->tables->slot[\result].epoch == a->tables->epoch;
*/
static uint32_t locket_arena_cold(struct locket_arena *a, uint32_t k)
{
        struct locket_tables *t = a->tables;
        const uint32_t i = locket_list_pop(&a->bin[k].cold, t->slot, t->slot_count);

        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_COLD) {
                return LOCKET_NONE;
        }
        if (locket_arena_stale(t, i)) {
                locket_pages_renounce(a, i);
        }
        return i;
}

/* Free slot ${i}, from locket_arena_cold or, if ${virgin}, from
 * locket_place_new, with ${data} bytes of pages.  0, or an errno. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires data:  0 < data;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures code:  0 <= \result;
    ensures spare: \result == 0 ==> LOCKET_SPARE(a->tables, i) &&
                     a->tables->slot[i].epoch == a->tables->epoch;
    ensures open:  \result == 0 ==> a->tables->slot[i].access == LOCKET_READ_WRITE &&
                     a->tables->slot[i].lo + data <= a->tables->slot[i].hi;
    ensures zero:  \result == 0 ==>
                     zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
*/
static int locket_arena_fill(struct locket_arena *a, uint32_t i, size_t data, int virgin)
{
        struct locket_tables *t = a->tables;
        const int error = data > t->slot[i].hi ? ENOMEM
                                               : locket_pages_fit(a, i, t->slot[i].hi - data);

        if (error == 0) {
                (void)locket_pages_written(a, i); /* the kernel's pages are zero */
        } else if (t->slot[i].lo < t->slot[i].hi) {
                locket_arena_store(a, i); /* cannot be: it had none */
        } else if (virgin) {
                locket_place_undo(a, i);
        } else {
                locket_place_cool(a, i);
        }
        return error;
}

/* A slot of class ${k} that had no pages, with ${data} bytes of them; or
 * LOCKET_NONE, nothing changed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    requires data:  0 < data;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range:  \result < a->tables->slot_count || \result == LOCKET_NONE;
    ensures spare:  \result != LOCKET_NONE ==> LOCKET_SPARE(a->tables, \result) &&
                      a->tables->slot[\result].epoch == a->tables->epoch;
    ensures open:   \result != LOCKET_NONE ==>
                      a->tables->slot[\result].access == LOCKET_READ_WRITE &&
                      a->tables->slot[\result].lo + data <= a->tables->slot[\result].hi;
    ensures zero:   \result != LOCKET_NONE ==>
                      zeroed(a->tables->range.base, a->tables->slot[\result].lo,
                             a->tables->slot[\result].hi);
    ensures reason: \result == LOCKET_NONE ==> a->refusal > 0;
*/
static uint32_t locket_arena_get_new(struct locket_arena *a, uint32_t k, size_t data)
{
        uint32_t i = locket_arena_cold(a, k);
        const int virgin = i == LOCKET_NONE;
        int error;

        if (virgin) {
                i = locket_place_new(a, k);
        }
        if (i == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        error = locket_arena_fill(a, i, data, virgin);
        a->refusal = error;
        return error == 0 ? i : LOCKET_NONE;
}

/* The same, of the kept ones: checked to be zero. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    requires data:  0 < data;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range:  \result < a->tables->slot_count || \result == LOCKET_NONE;
    ensures spare:  \result != LOCKET_NONE ==> LOCKET_SPARE(a->tables, \result) &&
                      a->tables->slot[\result].epoch == a->tables->epoch;
    ensures open:   \result != LOCKET_NONE ==>
                      a->tables->slot[\result].access == LOCKET_READ_WRITE &&
                      a->tables->slot[\result].lo + data <= a->tables->slot[\result].hi;
    ensures zero:   \result != LOCKET_NONE ==>
                      zeroed(a->tables->range.base, a->tables->slot[\result].lo,
                             a->tables->slot[\result].hi);
    ensures reason: \result == LOCKET_NONE ==> a->refusal > 0 || a->found != 0;
*/
static uint32_t locket_arena_get_kept(struct locket_arena *a, uint32_t k, size_t data)
{
        struct locket_tables *t = a->tables;
        const uint32_t i = locket_arena_draw(a, k);

        if (i == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        a->refusal = data > t->slot[i].hi ? ENOMEM
                                          : locket_pages_fit(a, i, t->slot[i].hi - data);
        if (a->refusal == 0 && locket_pages_written(a, i) == 0 && a->found == 0) {
                return i;
        }
        locket_arena_store(a, i);
        return LOCKET_NONE;
}

uint32_t locket_arena_get(struct locket_arena *a, size_t data)
{
        const uint32_t k = locket_size_class(data, a->tables->range.page);
        struct locket_bin *bin;
        uint32_t i;

        a->refusal = ENOMEM;
        if (k >= LOCKET_CLASS_COUNT) {
                return LOCKET_NONE;
        }
        bin = &a->bin[k];
        data = data < bin->floor_data ? bin->floor_data : data; /* room is not taken apart */
        i = bin->drawn != 0 ? locket_arena_get_kept(a, k, data)
                            : locket_arena_get_new(a, k, data);
        if (i != LOCKET_NONE && a->policy.locked == LOCKET_REQUIRE &&
            a->tables->slot[i].lock_error != 0) {
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)bin);
                locket_arena_store(a, i); /* cannot be: it would not have been kept */
                i = LOCKET_NONE;
        }
        if (i != LOCKET_NONE) {
                bin->live = bin->live == UINT32_MAX ? UINT32_MAX : bin->live + 1u;
        }
        return i;
}

/* ------------------------------------------------------ putting it back */

/* The oldest slot leaves the quarantine. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures less: \old(a->quarantine.count) > 0 ==>
                    a->quarantine.count < \old(a->quarantine.count);
*/
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
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures bool: \result == 0 || \result == 1;
    ensures free: LOCKET_SPARE(a->tables, i);
    ensures gone: \result == 1 ==> a->tables->slot[i].lo == a->tables->slot[i].hi;
*/
static int locket_arena_empty(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        const struct locket_bin *bin = locket_arena_bin(a, i);
        const size_t bytes = t->slot[i].hi - t->slot[i].lo;

        if (bytes == 0) {
                return 0;
        }
        if (locket_arena_stale(t, i)) {
                locket_pages_renounce(a, i);
                return 1;
        }
        if (bin->open <= bin->floor || locket_pages_shrink(a, i, t->slot[i].hi) != 0) {
                return 0;
        }
        a->kept_bytes = locket_size_minus(a->kept_bytes, bytes);
        return 1;
}

/* How many slots ${bin} keeps, at most. */
/*@ requires valid: \valid_read(bin);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
static uint32_t locket_arena_kept(const struct locket_bin *bin)
{
        return bin->kept.count > UINT32_MAX - LOCKET_DRAW ? UINT32_MAX
                                                          : bin->kept.count + LOCKET_DRAW;
}

/* Give back kept slots, largest classes first, until at most ${limit} bytes
 * are kept.  1 if any were. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures bool: \result == 0 || \result == 1;
*/
static int locket_arena_trim_bins(struct locket_arena *a, size_t limit)
{
        struct locket_tables *t = a->tables;
        int any = 0;
        uint32_t k;
        uint32_t n;

        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop invariant class: k <= LOCKET_CLASS_COUNT;
            loop invariant bool:  any == 0 || any == 1;
            loop assigns k, n, any, LOCKET_ARENA_CHANGES(a);
            loop variant k;
        */
        for (k = LOCKET_CLASS_COUNT; k > 0 && a->kept_bytes > limit; k--) {
                struct locket_bin *bin = &a->bin[k - 1u];

                /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
                    loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
                    loop invariant bool:  any == 0 || any == 1;
                    loop assigns n, any, LOCKET_ARENA_CHANGES(a);
                    loop variant n;
                */
                for (n = locket_arena_kept(bin);
                     n > 0 && a->kept_bytes > limit && bin->open > bin->floor; n--) {
                        const uint32_t i = locket_bin_draw(bin, t->slot, t->slot_count, 0);

                        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_KEPT) {
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

        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop invariant bool:  any == 0 || any == 1;
            loop assigns n, i, any, LOCKET_ARENA_CHANGES(a);
            loop variant n;
        */
        for (n = a->quarantine.count; n > 0 && i < t->slot_count && a->kept_bytes > 0; n--) {
                if (t->slot[i].state != LOCKET_SLOT_QUARANTINED) {
                        break;
                }
                if (locket_arena_empty(a, i)) {
                        any = 1;
                }
                i = t->slot[i].next;
        }
        return any;
}

int locket_arena_sweep(struct locket_arena *a)
{
        /*@ loop invariant heap:  LOCKET_HEAP_OK(a->tables);
            loop invariant lives: live_records{Pre,Here}(a->tables, -1) && live_bytes{Pre,Here}(a->tables, -1);
            loop assigns LOCKET_ARENA_CHANGES(a);
            loop variant a->quarantine.count;
        */
        while (a->quarantine.count > 0 && a->found == 0) {
                locket_arena_ripen(a);
        }
        (void)locket_arena_trim_bins(a, 0);
        return locket_place_sweep(a);
}

/* Slot ${i} of this process, just freed: keep its pages, or give them back if
 * too many are kept, or if they could not be locked: the next ones may be. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires zero:  zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_settle(struct locket_arena *a, uint32_t i)
{
        const struct locket_slot *s = &a->tables->slot[i];
        struct locket_bin *bin = locket_arena_bin(a, i);

        bin->live = bin->live == 0 ? 0 : bin->live - 1u;
        locket_arena_close(a, i);
        a->kept_bytes = locket_size_plus(a->kept_bytes, s->hi - s->lo);
        if (a->kept_bytes > a->keep_limit) {
                (void)locket_arena_trim_bins(a, a->keep_limit);
        }
        if (a->kept_bytes > a->keep_limit || s->lock_error != 0) {
                (void)locket_arena_empty(a, i);
        }
}

void locket_arena_put(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        locket_slot_drop(&t->slot[i]);
        a->live = locket_size_minus(a->live, 1);
        a->live_bytes = locket_size_minus(a->live_bytes, t->slot[i].size);
        if (locket_arena_stale(t, i)) {
                locket_pages_renounce(a, i);
        } else {
                locket_arena_settle(a, i);
        }
        locket_list_push(&a->quarantine, t->slot, i, t->slot_count);
        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop invariant freed: t->slot[i].state != LOCKET_SLOT_LIVE;
            loop assigns LOCKET_ARENA_CHANGES(a);
            loop variant a->quarantine.count;
        */
        while (a->quarantine.count > a->policy.quarantine) {
                locket_arena_ripen(a);
        }
}

/* ---------------------------------------------------- reserving, ending */

/* Store the slots of ${list}; give their pages back first if ${undo}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires list:  \valid(list) && \base_addr(list) != \base_addr(a) &&
                    \base_addr(list) != \base_addr(a->tables) &&
                    \base_addr(list) != \base_addr(a->tables->slot);
    terminates \true;
    exits      \false;
    assigns    *list, LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_unlist(struct locket_arena *a, struct locket_list *list, int undo)
{
        struct locket_tables *t = a->tables;
        uint32_t n;

        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop assigns n, *list, LOCKET_ARENA_CHANGES(a);
            loop variant n;
        */
        for (n = list->count; n > 0; n--) {
                const uint32_t i = locket_list_pop(list, t->slot, t->slot_count);

                if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_COLD) {
                        return;
                }
                if (undo && !locket_arena_stale(t, i)) {
                        (void)locket_pages_shrink(a, i, t->slot[i].hi);
                }
                locket_arena_store(a, i);
        }
}

/* Have no free slot of class ${k} with fewer than ${data} bytes of pages: such
 * a one would have to grow when it is drawn. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_even(struct locket_arena *a, uint32_t k, size_t data)
{
        struct locket_tables *t = a->tables;
        struct locket_bin *bin = &a->bin[k];
        uint32_t i = a->quarantine.head;
        uint32_t n;

        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop invariant bin:   0 <= k < LOCKET_CLASS_COUNT;
            loop assigns n, i, LOCKET_ARENA_CHANGES(a);
            loop variant n;
        */
        for (n = a->quarantine.count; n > 0 && i < t->slot_count; n--) {
                if (t->slot[i].state != LOCKET_SLOT_QUARANTINED) {
                        break;
                }
                if (locket_arena_bin(a, i) == bin && t->slot[i].hi - t->slot[i].lo < data) {
                        (void)locket_arena_empty(a, i);
                }
                i = t->slot[i].next;
        }
        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop assigns n, i, LOCKET_ARENA_CHANGES(a);
            loop variant n;
        */
        for (n = locket_arena_kept(bin); n > 0; n--) {
                i = locket_bin_draw(bin, t->slot, t->slot_count, 0);
                if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_KEPT) {
                        break;
                }
                if (t->slot[i].hi - t->slot[i].lo < data && locket_arena_empty(a, i)) {
                        locket_place_cool(a, i);
                } else {
                        locket_bin_keep(bin, t->slot, i, t->slot_count);
                }
        }
}

/* Open slots of class ${k} until ${floor} of them have pages; 0, or an errno.  The
 * new ones are in ${fresh}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    requires data:  0 < data;
    requires list:  \valid(fresh) && \base_addr(fresh) != \base_addr(a) &&
                    \base_addr(fresh) != \base_addr(a->tables) &&
                    \base_addr(fresh) != \base_addr(a->tables->slot);
    terminates \true;
    exits      \false;
    assigns    *fresh, LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures code:  0 <= \result;
*/
static int locket_arena_open(struct locket_arena *a, uint32_t k, size_t data, size_t floor,
                             struct locket_list *fresh)
{
        struct locket_tables *t = a->tables;
        uint32_t n;

        /*@ loop invariant range: n <= t->slot_count;
            loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop assigns n, *fresh, LOCKET_ARENA_CHANGES(a);
            loop variant t->slot_count - n;
        */
        for (n = 0; n < t->slot_count && a->bin[k].open < floor; n++) {
                const uint32_t i = locket_arena_get_new(a, k, data);

                if (i == LOCKET_NONE) {
                        return a->refusal > 0 ? a->refusal : ENOMEM;
                }
                locket_list_push(fresh, t->slot, i, t->slot_count);
        }
        return 0;
}

int locket_arena_reserve_slots(struct locket_arena *a, size_t count, size_t data)
{
        const uint32_t k = locket_size_class(data, a->tables->range.page);
        const size_t spare = a->policy.quarantine < LOCKET_SPARE_MOST ? a->policy.quarantine
                                                                      : LOCKET_SPARE_MOST;
        struct locket_bin *bin;
        struct locket_list fresh;
        size_t floor;
        size_t taken;
        int error;

        if (k >= LOCKET_CLASS_COUNT || count > a->tables->slot_count) {
                return ENOMEM;
        }
        bin = &a->bin[k];
        data = data < bin->floor_data ? bin->floor_data : data;
        taken = bin->live + spare > bin->floor ? bin->live + spare : bin->floor;
        floor = taken + count;
        locket_arena_even(a, k, data);
        locket_list_clear(&fresh);
        error = locket_arena_open(a, k, data, floor, &fresh);
        if (error != 0 && bin->open + spare < floor) {
                locket_arena_unlist(a, &fresh, 1);
                return error;
        }
        a->keep_limit = locket_size_plus(a->keep_limit, locket_size_product(fresh.count, data));
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
                        const uint32_t i = slab->slots + k;

                        if (t->slot[i].state != LOCKET_SLOT_LIVE &&
                            t->slot[i].state != LOCKET_SLOT_VIRGIN && locket_arena_stale(t, i)) {
                                locket_pages_renounce(a, i);
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
        /*@ loop invariant range: k <= LOCKET_CLASS_COUNT;
            loop assigns k, a->bin[0 .. LOCKET_CLASS_COUNT - 1];
            loop variant LOCKET_CLASS_COUNT - k;
        */
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                a->bin[k].open = 0;
                a->bin[k].live = 0;
                a->bin[k].floor = 0;
                a->bin[k].floor_data = 0;
        }
}
