/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * arena.c - one policy, its slots, one lock: who gets which slot, and when.
 *
 * Knows:    slots and their states.  Touches no byte of theirs.
 * Promises: a slot is in one place: live, in quarantine, kept, or cold; one
 *           that is handed out is zero and open; an error changes nothing.
 * Proved:   in part (proofs/unproved).   Tests: tests/unit/test_arena.c,
 *           tests/fault
 */
#include "arena.h"

#include <errno.h>

#include "canary.h"
#include "chain.h"
#include "os.h"
#include "pages.h"
#include "place.h"
#include "size.h"

/*@ // What each of two steps keeps of the bytes of live secrets, both keep.
    lemma bytes_chain{L1,L2,L3}:
      \forall struct locket_tables *t, integer but;
        live_records{L1,L2}(t, but) ==>
        live_bytes{L1,L2}(t, but) ==> live_bytes{L2,L3}(t, but) ==>
        \at(t->slot,L1) == \at(t->slot,L2) ==>
        \at(t->slot_count,L1) == \at(t->slot_count,L2) ==>
        \at(t->range.base,L1) == \at(t->range.base,L2) ==>
        \at(t->range.size,L1) == \at(t->range.size,L2) ==>
          live_bytes{L1,L3}(t, but);
*/

/*@ predicate states_kept{L1,L2}(struct locket_tables *t) =
      \forall integer j; 0 <= j < \at(t->slot_count,L1) ==>
        \at(t->slot[j].state,L1) == \at(t->slot[j].state,L2);

    // What is in quarantine stays there.
    predicate detained_kept{L1,L2}(struct locket_tables *t) =
      \forall integer j; 0 <= j < \at(t->slot_count,L1) ==>
        \at(t->slot[j].state,L1) == LOCKET_SLOT_QUARANTINED ==>
          \at(t->slot[j].state,L2) == LOCKET_SLOT_QUARANTINED;
*/

/* For a proof, word by word: slot ${i} may have other pages now, and no other slot
 * has changed.  (What list it is in does not matter.) */
#define LOCKET_WORD_SAME(a, f)                                                        \
        (\forall integer j; 0 <= j < (a)->tables->slot_count ==>                      \
           (a)->tables->slot[j].f == \at((a)->tables->slot[j].f,Pre))
#define LOCKET_WORD_KEPT(a, i, f)                                                     \
        (\forall integer j; 0 <= j < (a)->tables->slot_count && j != i ==>            \
           (a)->tables->slot[j].f == \at((a)->tables->slot[j].f,Pre))
#define LOCKET_OTHERS_SAME(a, i)                                                      \
        (LOCKET_WORD_SAME(a, hi) && LOCKET_WORD_SAME(a, bottom) &&                    \
         LOCKET_WORD_SAME(a, user) && LOCKET_WORD_SAME(a, size) &&                    \
         LOCKET_WORD_SAME(a, canary_low) && LOCKET_WORD_SAME(a, canary_high) &&       \
         LOCKET_WORD_SAME(a, slab) && LOCKET_WORD_SAME(a, alignment) &&               \
         LOCKET_WORD_SAME(a, epoch) && LOCKET_WORD_SAME(a, state) &&                  \
         LOCKET_WORD_KEPT(a, i, lo) && LOCKET_WORD_KEPT(a, i, access))

/* Draws that one evaluation of SipHash gives: 3 bits each. */
#define LOCKET_DICE_DRAWS 16u

/* Keep what the caller's text says, as much as there is room for. */
/*@ requires valid: \valid(a);
    requires text:  label == \null || text(label);
    requires apart: \base_addr(a) != \base_addr(label);
    terminates \true;
    exits      \false;
    assigns    a->label[0 .. LOCKET_LABEL_BYTES - 1];
*/
static void locket_arena_label(struct locket_arena *a, const char *label)
{
        uint32_t k = 0;

        /*@ loop invariant range: 0 <= k < LOCKET_LABEL_BYTES;
            loop invariant text:  \forall integer j; 0 <= j < k ==> label[j] != 0;
            loop assigns k, a->label[0 .. LOCKET_LABEL_BYTES - 1];
            loop variant LOCKET_LABEL_BYTES - k;
        */
        while (label != NULL && k + 1 < LOCKET_LABEL_BYTES && label[k] != '\0') {
                a->label[k] = label[k];
                k += 1;
        }
        a->label[k] = '\0';
}

/* ${a} has the rules of ${policy}, but nothing that belongs to the caller. */
/*@ requires valid: \valid(a) && \valid_read(policy);
    requires text:  policy->label == \null || text(policy->label);
    requires apart: \base_addr(a) != \base_addr(policy) &&
                    \base_addr(a) != \base_addr(policy->label);
    terminates \true;
    exits      \false;
    assigns    a->policy, a->label[0 .. LOCKET_LABEL_BYTES - 1];
    ensures rules: a->policy.locked == policy->locked && a->policy.freed == policy->freed &&
                   a->policy.capacity == policy->capacity &&
                   a->policy.quarantine == policy->quarantine;
*/
static void locket_arena_rules(struct locket_arena *a, const struct locket_policy *policy)
{
        a->policy = *policy;
        a->policy.label = NULL; /* the caller's; ours is a->label */
        a->policy.directory = NULL;
        locket_arena_label(a, policy->label);
}

/* No class of ${a} has a slot. */
/*@ requires valid: \valid(a);
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1];
*/
static void locket_arena_clear(struct locket_arena *a)
{
        uint32_t k;

        /*@ loop invariant range: k <= LOCKET_CLASS_COUNT;
            loop assigns k, a->bin[0 .. LOCKET_CLASS_COUNT - 1];
            loop variant LOCKET_CLASS_COUNT - k;
        */
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                locket_bin_clear(&a->bin[k]);
        }
}

void locket_arena_begin(struct locket_arena *a, struct locket_tables *tables, uint32_t index,
                        const struct locket_policy *policy, uint64_t seed)
{
        locket_arena_rules(a, policy);
        locket_arena_clear(a);
        locket_list_clear(&a->quarantine);
        a->index = index;
        a->tables = tables;
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

/* The size class of slot ${i}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slabs: heap_slots(a->tables) && heap_slabs(a->tables);
    requires slot:  i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures class: \result == a->tables->slab[a->tables->slot[i].slab].size_class;
    ensures range: \result < LOCKET_CLASS_COUNT;
*/
static uint32_t locket_arena_class(const struct locket_arena *a, uint32_t i)
{
        return a->tables->slab[a->tables->slot[i].slab].size_class;
}

/* Free slot ${i} of class ${k}, which has pages and is in no list, is one to
 * draw from. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1],
               a->tables->slot[0 .. a->tables->slot_count - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures kept: a->tables->slot[i].state == LOCKET_SLOT_KEPT;
    ensures others: \forall integer j; 0 <= j < a->tables->slot_count && j != i ==>
                      a->tables->slot[j].state == \old(a->tables->slot[j].state);
    ensures free: LOCKET_SPARE(a->tables, i);
*/
static void locket_arena_keep(struct locket_arena *a, uint32_t k, uint32_t i)
{
        struct locket_tables *t = a->tables;

        locket_bin_keep(&a->bin[k], t->slot, i, t->slot_count);
}

/* Slot ${i}, just freed and in no list, goes into quarantine. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    a->quarantine, a->tables->slot[0 .. a->tables->slot_count - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures states: states_kept{Pre,Post}(a->tables);
    ensures free: LOCKET_SPARE(a->tables, i);
*/
static void locket_arena_detain(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        locket_list_push(&a->quarantine, t->slot, i, t->slot_count);
}

/* Which of the kept slots of class ${k} comes next: no more than a hint. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->generation, a->dice, a->dice_left;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static uint64_t locket_arena_roll(struct locket_arena *a, uint32_t k)
{
        return a->bin[k].drawn > 1 ? locket_arena_random(a) : 0;
}

/* Remember that what ${a} knows of itself is damaged, at ${at}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->found, a->kind, a->at;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures told: a->found != 0;
*/
static void locket_arena_damaged(struct locket_arena *a, uintptr_t at)
{
        locket_arena_found(a, LOCKET_METADATA_DAMAGE, at);
}

/* The slot of class ${k} that ${random} picks, in no list any more: one that is
 * kept, or what damage made of the bin.  LOCKET_NONE if there is none. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range: \result < a->tables->slot_count || \result == LOCKET_NONE;
*/
static uint32_t locket_arena_pick(struct locket_arena *a, uint32_t k, uint64_t random)
{
        const struct locket_tables *t = a->tables;

        return locket_bin_draw(&a->bin[k], t->slot, t->slot_count, random);
}

/* Kept slot ${i}, in no list any more, is not counted as kept. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures kept: LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
*/
static void locket_arena_unkeep(struct locket_arena *a, uint32_t i)
{
        const struct locket_tables *t = a->tables;

        if (locket_arena_stale(t, i)) {
                locket_pages_renounce(a, i);
        } else {
                a->kept_bytes = locket_size_minus(a->kept_bytes, t->slot[i].hi - t->slot[i].lo);
        }
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
        const struct locket_tables *t = a->tables;
        const uint32_t i = locket_arena_pick(a, k, locket_arena_roll(a, k));

        /*@ assert table:  a->tables->slot_count == \at(a->tables->slot_count,Pre); */
        /*@ assert others: live_records{Pre,Here}(a->tables, -1); */
        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_KEPT) {
                locket_arena_damaged(a, (uintptr_t)&a->bin[k]);
                return LOCKET_NONE;
        }
        locket_arena_unkeep(a, i);
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
    ensures told: \old(a->found) != 0 ==> a->found != 0;
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
        locket_arena_keep(a, locket_arena_class(a, i), i);
}

/* One slot of the class of slot ${i} less is handed out. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_back(struct locket_arena *a, uint32_t i)
{
        struct locket_bin *bin = &a->bin[locket_arena_class(a, i)];

        bin->live = bin->live == 0 ? 0 : bin->live - 1u;
}

void locket_arena_return(struct locket_arena *a, uint32_t i)
{
        locket_arena_back(a, i);
        /*@ assert table: a->tables->slot_count == \at(a->tables->slot_count,Pre); */
        locket_arena_store(a, i);
}

/* The oldest slot of the cold ones of class ${k}, in no list any more; or
 * LOCKET_NONE. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range: \result < a->tables->slot_count || \result == LOCKET_NONE;
*/
static uint32_t locket_arena_pop(struct locket_arena *a, uint32_t k)
{
        const struct locket_tables *t = a->tables;

        return locket_list_pop(&a->bin[k].cold, t->slot, t->slot_count);
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
        const struct locket_tables *t = a->tables;
        const uint32_t i = locket_arena_pop(a, k);

        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_COLD) {
                return LOCKET_NONE;
        }
        if (locket_arena_stale(t, i)) {
                locket_pages_renounce(a, i);
        }
        return i;
}

/* Have ${data} bytes of pages of free slot ${i} open and locked, at least.  0, or
 * an errno: then it has no more than it had. */
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
    ensures spare: LOCKET_SPARE(a->tables, i) &&
                   a->tables->slot[i].epoch == a->tables->epoch;
    ensures open:  \result == 0 ==> a->tables->slot[i].access == LOCKET_READ_WRITE &&
                     a->tables->slot[i].lo + data <= a->tables->slot[i].hi;
*/
static int locket_arena_fit(struct locket_arena *a, uint32_t i, size_t data)
{
        int error;

        if (data > a->tables->slot[i].hi) {
                return ENOMEM;
        }
        error = locket_pages_fit(a, i, a->tables->slot[i].hi - data);
        /*@ assert others: LOCKET_OTHERS_SAME(a, i); */
        return error;
}

/* See that the open pages of free slot ${i} are zero, and make them so.  1 if they
 * were not. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].access == LOCKET_READ_WRITE;
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               a->found, a->kind, a->at;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures wiped: zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    ensures told:  \result != 0 ==> a->found != 0;
*/
static int locket_arena_check(struct locket_arena *a, uint32_t i)
{
        return locket_pages_written(a, i);
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
        const struct locket_tables *t = a->tables;
        const int error = locket_arena_fit(a, i, data);

        if (error == 0) {
                (void)locket_arena_check(a, i); /* the kernel's pages are zero */
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
        const uint32_t i = locket_arena_draw(a, k);
        int error;

        if (i == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        error = locket_arena_fit(a, i, data);
        if (error == 0 && locket_arena_check(a, i) == 0 && a->found == 0) {
                return i;
        }
        locket_arena_store(a, i);
        a->refusal = error;
        return LOCKET_NONE;
}

/* One slot of class ${k} more is handed out. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    a->bin[k].live;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_out(struct locket_arena *a, uint32_t k)
{
        const uint32_t live = a->bin[k].live;

        a->bin[k].live = live == UINT32_MAX ? UINT32_MAX : live + 1u;
}

/* A slot of class ${k} with ${data} bytes of pages: a kept one, if there is any. */
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
static uint32_t locket_arena_find(struct locket_arena *a, uint32_t k, size_t data)
{
        if (a->bin[k].drawn != 0) {
                return locket_arena_get_kept(a, k, data);
        }
        return locket_arena_get_new(a, k, data);
}

/* At the lock limit or the cap: give up the pages of the oldest slot of class ${k} in
 * quarantine that has ${data} bytes of them, so that one that may be handed out can have
 * them.  A reserve counts on them, so no trim does.  1 if there was one. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures bool: \result == 0 || \result == 1;
*/
static int locket_arena_yield(struct locket_arena *a, uint32_t k, size_t data);

/* locket_arena_find, and at a limit instead of what the quarantine holds back. */
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
static uint32_t locket_arena_exchange(struct locket_arena *a, uint32_t k, size_t data)
{
        uint32_t i = locket_arena_find(a, k, data);
        uint32_t n;

        /*@ loop invariant heap:  LOCKET_HEAP_OK(a->tables);
            loop invariant lives: live_records{Pre,Here}(a->tables, -1) &&
                                  live_bytes{Pre,Here}(a->tables, -1);
            loop invariant range: i < a->tables->slot_count || i == LOCKET_NONE;
            loop invariant spare: i != LOCKET_NONE ==> LOCKET_SPARE(a->tables, i) &&
                                    a->tables->slot[i].epoch == a->tables->epoch;
            loop invariant open:  i != LOCKET_NONE ==>
                                    a->tables->slot[i].access == LOCKET_READ_WRITE &&
                                    a->tables->slot[i].lo + data <= a->tables->slot[i].hi;
            loop invariant zero:  i != LOCKET_NONE ==> zeroed(a->tables->range.base,
                                    a->tables->slot[i].lo, a->tables->slot[i].hi);
            loop invariant told:  i == LOCKET_NONE ==> a->refusal > 0 || a->found != 0;
            loop assigns n, i, LOCKET_ARENA_CHANGES(a);
            loop variant n;
        */
        for (n = a->quarantine.count;
             n > 0 && i == LOCKET_NONE && locket_arena_yield(a, k, data); n--) {
                i = locket_arena_find(a, k, data);
        }
        return i;
}

/* Slot ${i} is one to hand out: if locks are required, it has one.  1, or 0: it is
 * stored again. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures locked: \result != 0 && a->policy.locked == LOCKET_REQUIRE ==>
                      a->tables->slot[i].lock_error == 0;
    ensures same:   \result != 0 ==> slot_same{Pre,Post}(a->tables->slot + i) &&
                      same{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures told:   \result == 0 ==> a->found != 0;
*/
static int locket_arena_sure(struct locket_arena *a, uint32_t i)
{
        if (a->policy.locked != LOCKET_REQUIRE || a->tables->slot[i].lock_error == 0) {
                return 1;
        }
        locket_arena_damaged(a, a->tables->range.address + a->tables->slot[i].lo);
        locket_arena_store(a, i); /* cannot be: it would not have been kept */
        return 0;
}

uint32_t locket_arena_get(struct locket_arena *a, size_t data)
{
        const uint32_t k = locket_size_class(data, a->tables->range.page);
        uint32_t i;

        a->refusal = ENOMEM;
        if (k >= LOCKET_CLASS_COUNT) {
                return LOCKET_NONE;
        }
        if (data < a->bin[k].floor_data) {
                data = a->bin[k].floor_data; /* room is not taken apart */
        }
        i = locket_arena_exchange(a, k, data);
        if (i == LOCKET_NONE || !locket_arena_sure(a, i)) {
                return LOCKET_NONE;
        }
        locket_arena_out(a, k);
        a->refusal = 0;
        return i;
}

/* ------------------------------------------------------ putting it back */

/* The quarantine is not to be followed: it names a slot that is not in it. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->quarantine, a->found, a->kind, a->at;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures none: a->quarantine.count == 0;
*/
static void locket_arena_disband(struct locket_arena *a)
{
        locket_list_clear(&a->quarantine);
        locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)&a->quarantine);
}

/* The slot that is longest in quarantine, in no list any more; or LOCKET_NONE. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->quarantine;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures range: \result < a->tables->slot_count || \result == LOCKET_NONE;
    ensures less:  \old(a->quarantine.count) > 0 ==>
                     a->quarantine.count < \old(a->quarantine.count);
    ensures empty: \old(a->quarantine.count) == 0 ==> \result == LOCKET_NONE;
*/
static uint32_t locket_arena_oldest(struct locket_arena *a)
{
        const struct locket_tables *t = a->tables;

        return locket_list_pop(&a->quarantine, t->slot, t->slot_count);
}

/* The oldest slot leaves the quarantine. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->quarantine, a->found, a->kind, a->at, LOCKET_PLACE_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures free: \forall integer j; 0 <= j < a->tables->slot_count &&
                    \old(a->tables->slot[j].state) != LOCKET_SLOT_LIVE ==>
                      a->tables->slot[j].state != LOCKET_SLOT_LIVE;
    ensures told: \old(a->found) != 0 ==> a->found != 0;
    ensures less: \old(a->quarantine.count) > 0 ==>
                    a->quarantine.count < \old(a->quarantine.count);
*/
static void locket_arena_ripen(struct locket_arena *a)
{
        const struct locket_tables *t = a->tables;
        const uint32_t i = locket_arena_oldest(a);

        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_QUARANTINED) {
                locket_arena_disband(a);
        } else if (t->slot[i].lo < t->slot[i].hi) {
                locket_arena_keep(a, locket_arena_class(a, i), i);
        } else {
                locket_place_cool(a, i);
        }
}

/* Free slot ${i}, whose pages a parent opened, has none any more. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch != a->tables->epoch;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures states: states_kept{Pre,Post}(a->tables);
    ensures zeros: stays_zero{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures free: LOCKET_SPARE(a->tables, i);
    ensures gone: a->tables->slot[i].lo == a->tables->slot[i].hi;
    ensures told: \old(a->found) != 0 ==> a->found != 0;
*/
static void locket_arena_disown(struct locket_arena *a, uint32_t i)
{
        locket_pages_renounce(a, i);
}

/* Give back all pages of free slot ${i}.  0, or an errno: then it has what it
 * had. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures states: states_kept{Pre,Post}(a->tables);
    ensures told: \old(a->found) != 0 ==> a->found != 0;
    ensures zeros: stays_zero{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures free: LOCKET_SPARE(a->tables, i);
    ensures gone: \result == 0 ==> a->tables->slot[i].lo == a->tables->slot[i].hi;
*/
static int locket_arena_shut(struct locket_arena *a, uint32_t i)
{
        const int error = locket_pages_shrink(a, i, a->tables->slot[i].hi);

        /*@ assert others: LOCKET_OTHERS_SAME(a, i); */
        return error;
}

/* Places that a reserve opens beside those that it promises. */
/*@ requires valid: \valid_read(a);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures most: \result <= LOCKET_SPARE_MOST;
*/
static size_t locket_arena_spare(const struct locket_arena *a)
{
        return a->policy.quarantine < LOCKET_SPARE_MOST ? a->policy.quarantine
                                                        : LOCKET_SPARE_MOST;
}

/* 1 if all slots of ${bin} that have pages are room of a reserve, and of what it
 * opens beside. */
/*@ requires valid: \valid_read(a) && \valid_read(bin);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool: \result == 0 || \result == 1;
*/
static int locket_arena_promised(const struct locket_arena *a, const struct locket_bin *bin)
{
        return bin->floor != 0 &&
               bin->open <= locket_size_plus(bin->floor, locket_arena_spare(a));
}

/* Give back all pages of free slot ${i}, which is in no bin.  1 if it could be. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures states: states_kept{Pre,Post}(a->tables);
    ensures told: \old(a->found) != 0 ==> a->found != 0;
    ensures zeros: stays_zero{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures bool: \result == 0 || \result == 1;
    ensures free: LOCKET_SPARE(a->tables, i);
    ensures gone: \result == 1 ==> a->tables->slot[i].lo == a->tables->slot[i].hi;
*/
static int locket_arena_drain(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        const size_t bytes = t->slot[i].hi - t->slot[i].lo;

        if (bytes == 0) {
                return 0;
        }
        if (locket_arena_stale(t, i)) {
                locket_arena_disown(a, i);
                return 1;
        }
        if (locket_arena_shut(a, i) != 0) {
                return 0;
        }
        a->kept_bytes = locket_size_minus(a->kept_bytes, bytes);
        return 1;
}

/* The same, unless a reserve promises them. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures states: states_kept{Pre,Post}(a->tables);
    ensures told: \old(a->found) != 0 ==> a->found != 0;
    ensures zeros: stays_zero{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures bool: \result == 0 || \result == 1;
    ensures free: LOCKET_SPARE(a->tables, i);
    ensures gone: \result == 1 ==> a->tables->slot[i].lo == a->tables->slot[i].hi;
*/
static int locket_arena_empty(struct locket_arena *a, uint32_t i)
{
        if (!locket_arena_stale(a->tables, i) &&
            locket_arena_promised(a, &a->bin[locket_arena_class(a, i)])) {
                return 0;
        }
        return locket_arena_drain(a, i);
}

static int locket_arena_yield(struct locket_arena *a, uint32_t k, size_t data)
{
        struct locket_tables *t = a->tables;
        uint32_t i = a->quarantine.head;
        uint32_t n = a->quarantine.count;

        if ((a->refusal != EAGAIN && a->refusal != EDQUOT) || a->found != 0 ||
            !locket_arena_promised(a, &a->bin[k])) {
                return 0;
        }
        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop assigns n, i, LOCKET_ARENA_CHANGES(a);
            loop variant n;
        */
        for (; n > 0 && i < t->slot_count; n--) {
                if (t->slot[i].state != LOCKET_SLOT_QUARANTINED) {
                        return 0;
                }
                if (locket_arena_class(a, i) == k && t->slot[i].hi - t->slot[i].lo >= data &&
                    locket_arena_drain(a, i)) {
                        return 1;
                }
                i = t->slot[i].next;
        }
        return 0;
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
    ensures detained: detained_kept{Pre,Post}(a->tables);
    ensures told: \old(a->found) != 0 ==> a->found != 0;
    ensures zeros: stays_zero{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
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
            loop invariant zeros: stays_zero{Pre,Here}(t->range.base, 0, t->range.size);
            loop invariant detained: detained_kept{Pre,Here}(t);
            loop invariant told:  \at(a->found,Pre) != 0 ==> a->found != 0;
            loop invariant bool:  any == 0 || any == 1;
            loop assigns k, n, any, LOCKET_ARENA_CHANGES(a);
            loop variant k;
        */
        for (k = LOCKET_CLASS_COUNT; k > 0 && a->kept_bytes > limit; k--) {
                struct locket_bin *bin = &a->bin[k - 1u];

                /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
                    loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
                    loop invariant zeros: stays_zero{Pre,Here}(t->range.base, 0, t->range.size);
                    loop invariant detained: detained_kept{Pre,Here}(t);
                    loop invariant told:  \at(a->found,Pre) != 0 ==> a->found != 0;
                    loop invariant bool:  any == 0 || any == 1;
                    loop assigns n, any, LOCKET_ARENA_CHANGES(a);
                    loop variant n;
                */
                for (n = locket_arena_kept(bin);
                     n > 0 && a->kept_bytes > limit && !locket_arena_promised(a, bin); n--) {
                        const uint32_t i = locket_arena_pick(a, k - 1u, 0);

                        if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_KEPT) {
                                break;
                        }
                        if (locket_arena_empty(a, i)) {
                                locket_place_cool(a, i);
                                any = 1;
                        } else {
                                locket_arena_keep(a, k - 1u, i);
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

/* ${bytes} more are kept. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->kept_bytes;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_count(struct locket_arena *a, size_t bytes)
{
        a->kept_bytes = locket_size_plus(a->kept_bytes, bytes);
}

/* Free slot ${i}, which is in no bin, has no more than ${data} bytes of pages, if that
 * is not 0: it would have to shrink when it is drawn. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures states: states_kept{Pre,Post}(a->tables);
    ensures zeros: stays_zero{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures told: \old(a->found) != 0 ==> a->found != 0;
    ensures free: LOCKET_SPARE(a->tables, i);
*/
static void locket_arena_cut(struct locket_arena *a, uint32_t i, size_t data)
{
        const struct locket_slot *s = &a->tables->slot[i];
        const size_t bytes = s->hi - s->lo;

        if (data != 0 && data < bytes && locket_pages_shrink(a, i, s->hi - data) == 0) {
                a->kept_bytes = locket_size_minus(a->kept_bytes, bytes - data);
        }
}

/* 1 if slot ${i}, just freed, has fewer pages than the room that was reserved since
 * it was handed out: it is none of that room, and was counted beside it. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures bool: \result == 0 || \result == 1;
*/
static int locket_arena_outgrown(struct locket_arena *a, uint32_t i)
{
        const struct locket_slot *s = &a->tables->slot[i];
        struct locket_bin *bin = &a->bin[locket_arena_class(a, i)];

        if (s->hi - s->lo >= bin->floor_data) {
                return 0;
        }
        bin->floor = bin->floor == 0 ? 0 : bin->floor - 1u;
        return 1;
}

/* Slot ${i} of this process, just freed: keep its pages, or give them back if
 * too many are kept, or if they could not be locked: the next ones may be. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  i < a->tables->slot_count &&
                    a->tables->slot[i].state == LOCKET_SLOT_QUARANTINED &&
                    a->tables->slot[i].epoch == a->tables->epoch;
    requires zero:  zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures zeros: stays_zero{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures free: a->tables->slot[i].state == LOCKET_SLOT_QUARANTINED;
    ensures told: \old(a->found) != 0 ==> a->found != 0;
*/
static void locket_arena_settle(struct locket_arena *a, uint32_t i)
{
        const struct locket_slot *s = &a->tables->slot[i];

        locket_arena_close(a, i);
        locket_arena_count(a, s->hi - s->lo);
        if (locket_arena_outgrown(a, i)) {
                (void)locket_arena_drain(a, i);
                return;
        }
        locket_arena_cut(a, i, a->bin[locket_arena_class(a, i)].floor_data);
        if (a->kept_bytes > a->keep_limit) {
                (void)locket_arena_trim_bins(a, a->keep_limit);
        }
        if (a->kept_bytes > a->keep_limit || s->lock_error != 0) {
                (void)locket_arena_empty(a, i);
        }
}

/* Slot ${i}, LIVE and wiped, is free, and in no list yet. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  i < a->tables->slot_count && a->tables->slot[i].state == LOCKET_SLOT_LIVE;
    requires open:  a->tables->slot[i].access == LOCKET_READ_WRITE;
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[i].state, a->live, a->live_bytes;
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, i);
    ensures free: a->tables->slot[i].state == LOCKET_SLOT_QUARANTINED;
*/
static void locket_arena_retire(struct locket_arena *a, uint32_t i)
{
        locket_slot_drop(&a->tables->slot[i]);
        a->live = locket_size_minus(a->live, 1);
        a->live_bytes = locket_size_minus(a->live_bytes, a->tables->slot[i].size);
}

void locket_arena_put(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;

        locket_arena_retire(a, i);
        if (locket_arena_stale(t, i)) {
                locket_arena_disown(a, i); /* it was never counted here */
        } else {
                locket_arena_back(a, i);
                locket_arena_settle(a, i);
        }
        /*@ assert others: live_records{Pre,Here}(t, i) && live_bytes{Pre,Here}(t, i); */
        locket_arena_detain(a, i);
        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, i) && live_bytes{Pre,Here}(t, i);
            loop invariant free:  t->slot[i].state != LOCKET_SLOT_LIVE;
            loop invariant told:  \at(a->found,Pre) != 0 ==> a->found != 0;
            loop assigns a->quarantine, a->found, a->kind, a->at, LOCKET_PLACE_CHANGES(a);
            loop variant a->quarantine.count;
        */
        while (a->quarantine.count > a->policy.quarantine) {
                locket_arena_ripen(a);
        }
}

/* ---------------------------------------------------- reserving, ending */

/* Store the slots of ${list}; give their pages back first while more than ${most}
 * bytes are open. */
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
static void locket_arena_unlist(struct locket_arena *a, struct locket_list *list, size_t most)
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
                if (a->open_bytes > most && !locket_arena_stale(t, i)) {
                        (void)locket_arena_shut(a, i);
                }
                locket_arena_store(a, i);
        }
}

/* 1 if free slot ${i} is of no use to a reserve of ${data} bytes of pages: such a one
 * would have to grow when it is drawn, and one of a parent's to be opened anew. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slots: heap_slots(a->tables);
    requires slot:  i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool: \result == 0 || \result == 1;
    ensures here: \result == 0 ==> a->tables->slot[i].epoch == a->tables->epoch;
*/
static int locket_arena_useless(const struct locket_arena *a, uint32_t i, size_t data)
{
        const struct locket_slot *s = &a->tables->slot[i];

        return s->hi - s->lo < data || locket_arena_stale(a->tables, i);
}

/* Free slot ${i}, which is in no bin, is as a reserve of ${data} bytes of pages needs it;
 * or has none, and then 1. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
    ensures states: states_kept{Pre,Post}(a->tables);
    ensures bool: \result == 0 || \result == 1;
    ensures free: LOCKET_SPARE(a->tables, i);
    ensures gone: \result == 1 ==> a->tables->slot[i].lo == a->tables->slot[i].hi;
*/
static int locket_arena_suit(struct locket_arena *a, uint32_t i, size_t data)
{
        if (locket_arena_useless(a, i, data)) {
                return locket_arena_drain(a, i);
        }
        locket_arena_cut(a, i, data);
        return 0;
}

/* Have all free slots of class ${k} as a reserve of ${data} bytes of pages needs them,
 * or without pages, promised or not. */
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
                if (locket_arena_class(a, i) == k) {
                        (void)locket_arena_suit(a, i, data);
                }
                i = t->slot[i].next;
        }
        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop assigns n, i, LOCKET_ARENA_CHANGES(a);
            loop variant n;
        */
        for (n = locket_arena_kept(bin); n > 0; n--) {
                i = locket_arena_pick(a, k, n - 1u); /* downwards: each of them once */
                if (i == LOCKET_NONE || t->slot[i].state != LOCKET_SLOT_KEPT) {
                        break;
                }
                if (locket_arena_suit(a, i, data)) {
                        locket_place_cool(a, i);
                } else {
                        locket_arena_keep(a, k, i);
                }
        }
}

/* Slots of slab ${head} that this process opened, that are in ${state} and have ${data}
 * bytes of pages at least. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires slabs:  heap_slots(t) && heap_slabs(t);
    requires head:   head < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures most: \result <= t->slab[head].used;
*/
static uint32_t locket_arena_tally_slab(const struct locket_tables *t, uint32_t head,
                                        int state, size_t data)
{
        const uint32_t used = t->slab[head].used;
        uint32_t slots = 0;
        uint32_t k;

        /*@ loop invariant range: 0 <= slots <= k <= used;
            loop assigns k, slots;
            loop variant used - k;
        */
        for (k = 0; k < used; k++) {
                const struct locket_slot *s = &t->slot[t->slab[head].slots + k];

                if (s->state == state && s->epoch == t->epoch && s->hi - s->lo >= data) {
                        slots += 1u;
                }
        }
        return slots;
}

/* The same, of all slabs of class ${k}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slabs: heap_slots(a->tables) && heap_slabs(a->tables);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
static size_t locket_arena_tally(const struct locket_arena *a, uint32_t k, int state,
                                 size_t data)
{
        const struct locket_tables *t = a->tables;
        size_t slots = 0;
        uint32_t span;

        /*@ loop invariant range: 0 <= span <= LOCKET_SPAN_COUNT;
            loop assigns span, slots;
            loop variant LOCKET_SPAN_COUNT - span;
        */
        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                if (locket_place_head(a, span) && t->slab[span].size_class == k) {
                        slots = locket_size_plus(slots,
                                                 locket_arena_tally_slab(t, span, state, data));
                }
        }
        return slots;
}

/* What a reserve takes. */
struct locket_arena_room {
        size_t floor;   /* slots that have pages and are to keep them */
        size_t needed;  /* more that are to be ready */
        size_t wanted;  /* and those that the quarantine holds back, where there is room */
};

/* What a reserve of ${count} more slots of class ${k} takes, each with ${data} bytes of
 * pages, of which the class has never promised more.  Slots with fewer are none of its
 * room, but they are counted as long as they are live. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slabs: heap_slots(a->tables) && heap_slabs(a->tables);
    requires class: k < LOCKET_CLASS_COUNT;
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
static struct locket_arena_room locket_arena_plan(const struct locket_arena *a, uint32_t k,
                                                  size_t count, size_t data)
{
        const struct locket_bin *bin = &a->bin[k];
        const size_t all = locket_arena_tally(a, k, LOCKET_SLOT_LIVE, 0);
        const size_t live = locket_arena_tally(a, k, LOCKET_SLOT_LIVE, data);
        const size_t old = locket_arena_tally(a, k, LOCKET_SLOT_LIVE, bin->floor_data);
        const size_t kept = locket_arena_tally(a, k, LOCKET_SLOT_KEPT, data);
        const size_t held = locket_arena_tally(a, k, LOCKET_SLOT_QUARANTINED, data);
        /* kept by state only: another thread's, which is being handed out */
        const size_t ready = locket_size_minus(kept, locket_size_minus(bin->live, all));
        const size_t before = locket_size_minus(bin->floor, locket_size_minus(all, old));
        const size_t room = locket_size_plus(before > live ? before : live, count);
        struct locket_arena_room r;

        r.floor = locket_size_plus(room, locket_size_minus(all, live));
        r.needed = locket_size_minus(room, locket_size_plus(live, ready));
        r.wanted = locket_size_minus(locket_size_plus(room, locket_arena_spare(a)),
                                     locket_size_plus(locket_size_plus(live, ready), held));
        if (r.wanted < r.needed) {
                r.wanted = r.needed;
        }
        return r;
}

/* Open slots of class ${k} until ${room} is there: the new ones are in ${fresh}.  0, or
 * an errno: then there may be less. */
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
static int locket_arena_open(struct locket_arena *a, uint32_t k, size_t data,
                             struct locket_arena_room room, struct locket_list *fresh)
{
        struct locket_tables *t = a->tables;
        uint32_t n;

        /*@ loop invariant range: n <= t->slot_count;
            loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop assigns n, *fresh, LOCKET_ARENA_CHANGES(a);
            loop variant t->slot_count - n;
        */
        for (n = 0; n < t->slot_count && fresh->count < room.wanted; n++) {
                const uint32_t i = locket_arena_get_new(a, k, data);

                if (i != LOCKET_NONE) {
                        locket_list_push(fresh, t->slot, i, t->slot_count);
                } else if (fresh->count >= room.needed || !locket_arena_yield(a, k, data)) {
                        return a->refusal > 0 ? a->refusal : ENOMEM;
                }
        }
        return 0;
}

int locket_arena_reserve_slots(struct locket_arena *a, size_t count, size_t data)
{
        const uint32_t k = locket_size_class(data, a->tables->range.page);
        const size_t before = a->open_bytes;
        struct locket_arena_room room;
        struct locket_bin *bin;
        struct locket_list fresh;
        int error;

        if (k >= LOCKET_CLASS_COUNT || count > a->tables->slot_count) {
                return ENOMEM;
        }
        bin = &a->bin[k];
        data = data < bin->floor_data ? bin->floor_data : data;
        locket_arena_even(a, k, 0); /* what a parent opened */
        room = locket_arena_plan(a, k, count, data);
        locket_list_clear(&fresh);
        error = locket_arena_open(a, k, data, room, &fresh);
        if (fresh.count < room.needed) {
                locket_arena_unlist(a, &fresh, before);
                return error != 0 ? error : ENOMEM;
        }
        a->keep_limit = locket_size_plus(a->keep_limit, locket_size_product(fresh.count, data));
        locket_arena_unlist(a, &fresh, SIZE_MAX);
        locket_arena_even(a, k, data); /* it is not drawn any more */
        bin->floor = room.floor < UINT32_MAX ? (uint32_t)room.floor : UINT32_MAX;
        bin->floor_data = data;
        return 0;
}

/* No slot of slab ${span} has pages that a parent opened. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires span:  span < LOCKET_SPAN_COUNT;
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, -1);
*/
static void locket_arena_renounce(struct locket_arena *a, uint32_t span)
{
        struct locket_tables *t = a->tables;
        const uint32_t first = t->slab[span].slots;
        const uint32_t used = t->slab[span].used;
        uint32_t k;

        /*@ loop invariant heap:  LOCKET_HEAP_OK(t);
            loop invariant lives: live_records{Pre,Here}(t, -1) && live_bytes{Pre,Here}(t, -1);
            loop invariant range: k <= used;
            loop assigns k, LOCKET_ARENA_CHANGES(a);
            loop variant used - k;
        */
        for (k = 0; k < used; k++) {
                const uint32_t i = first + k;

                if (t->slot[i].state != LOCKET_SLOT_LIVE &&
                    t->slot[i].state != LOCKET_SLOT_VIRGIN && locket_arena_stale(t, i)) {
                        locket_pages_renounce(a, i);
                }
        }
}

/* No class of ${a} has a reserve. */
/*@ requires valid: \valid(a);
    terminates \true;
    exits      \false;
    assigns    a->bin[0 .. LOCKET_CLASS_COUNT - 1];
*/
static void locket_arena_release(struct locket_arena *a)
{
        uint32_t k;

        /*@ loop invariant range: k <= LOCKET_CLASS_COUNT;
            loop assigns k, a->bin[0 .. LOCKET_CLASS_COUNT - 1];
            loop variant LOCKET_CLASS_COUNT - k;
        */
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                a->bin[k].floor = 0;
        }
}

int locket_arena_end(struct locket_arena *a)
{
        uint32_t span;

        locket_arena_release(a);
        (void)locket_arena_trim(a);
        if (a->open_bytes != 0) {
                return ENOMEM;
        }
        /*@ loop invariant heap:  LOCKET_HEAP_OK(a->tables);
            loop invariant lives: live_records{Pre,Here}(a->tables, -1) &&
                                  live_bytes{Pre,Here}(a->tables, -1);
            loop invariant range: span <= LOCKET_SPAN_COUNT;
            loop assigns span, LOCKET_ARENA_CHANGES(a);
            loop variant LOCKET_SPAN_COUNT - span;
        */
        for (span = 0; span < LOCKET_SPAN_COUNT; span++) {
                if (locket_place_head(a, span)) {
                        locket_arena_renounce(a, span);
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
