/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * child.c - stage 11: what a fork has made of an arena's slots.
 *
 * Knows:    records, policies.  Touches secrets only to wipe them.
 * Promises: a kept secret is locked or zero; no mapping of somebody else's is
 *           touched; records say what is so in this process.
 * Proved:   what does not change places (proofs/unproved).   Tests: tests/fork
 */
#include "child.h"

#include <errno.h>

#include "advice.h"
#include "fatal.h"
#include "os.h"
#include "place.h"
#include "secret.h"
#include "size.h"
#include "wipe.h"

enum locket_child_fate locket_child_fate(const struct locket_policy *policy,
                                         const struct locket_range *range, int omit_error)
{
        if (policy->fork_safe == LOCKET_OFF) {
                return LOCKET_CHILD_COPIED;
        }
        if (policy->fork == LOCKET_FORK_KEEP) {
                return LOCKET_CHILD_KEPT;
        }
        if (policy->fork == LOCKET_FORK_OMIT && omit_error == 0) {
                return LOCKET_CHILD_OMITTED;
        }
        return range->fork_error == 0 ? LOCKET_CHILD_WIPED : LOCKET_CHILD_COPIED;
}

void locket_child_distrust(struct locket_arena *a)
{
        uint32_t k;

        locket_list_clear(&a->quarantine);
        /*@ loop invariant range: k <= LOCKET_CLASS_COUNT;
            loop invariant none:  a->quarantine.count == 0;
            loop assigns k, a->bin[0 .. LOCKET_CLASS_COUNT - 1];
            loop variant LOCKET_CLASS_COUNT - k;
        */
        for (k = 0; k < LOCKET_CLASS_COUNT; k++) {
                locket_bin_clear(&a->bin[k]);
        }
}

/* ------------------------------------------------------------------- omit */

/* The protections of the whole range, and what the policy of ${a} changes of them,
 * for pages that are new.  0, or an errno. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires page:  a->tables->range.page <= a->tables->range.size;
    requires pages: lo <= hi && lo + a->tables->range.page <= a->tables->range.size;
    requires zero:  zeroed(a->tables->range.base, lo, lo + a->tables->range.page);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
static int locket_child_protect(const struct locket_arena *a, size_t lo, size_t hi)
{
        const struct locket_range *range = &a->tables->range;

        locket_os_join(range->base + lo, range->page);
        if (a->label[0] != '\0') {
                locket_os_name(range->base, lo, hi, a->label);
        }
        return locket_advice_renew(&a->policy, range, lo, hi);
}

/* The records of ${slab}, whose pages are new: closed. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires slab:   \valid_read(slab) && \base_addr(slab) == \base_addr(t) && slab_ok(slab) &&
                     slab->slots + slab->count <= t->slot_count;
    terminates \true;
    exits      \false;
    assigns    t->slot[slab->slots .. slab->slots + slab->used - 1].access;
    ensures closed:  \forall integer i; slab->slots <= i < slab->slots + slab->used ==>
                       t->slot[i].access == LOCKET_NO_ACCESS;
*/
static void locket_child_close(struct locket_tables *t, const struct locket_slab *slab)
{
        uint32_t k;

        /*@ loop invariant range:  0 <= k <= slab->used;
            loop invariant closed: \forall integer i; slab->slots <= i < slab->slots + k ==>
              t->slot[i].access == LOCKET_NO_ACCESS;
            loop assigns k, t->slot[slab->slots .. slab->slots + slab->used - 1].access;
            loop variant slab->used - k;
        */
        for (k = 0; k < slab->used; k++) {
                t->slot[slab->slots + k].access = LOCKET_NO_ACCESS;
        }
}

/* Slab ${head} is nobody's: something else is in its place. */
static void locket_child_lose(struct locket_arena *a, uint32_t head)
{
        struct locket_tables *t = a->tables;
        const struct locket_slab *slab = &t->slab[head];
        uint32_t k;

        for (k = 0; k < slab->used; k++) {
                struct locket_slot *s = &t->slot[slab->slots + k];

                if (s->state == LOCKET_SLOT_LIVE) {
                        a->live = locket_size_minus(a->live, 1);
                        a->live_bytes = locket_size_minus(a->live_bytes, s->size);
                }
                if (s->state != LOCKET_SLOT_VIRGIN) {
                        s->state = LOCKET_SLOT_COLD; /* it has no pages */
                        s->lo = s->hi;
                        s->epoch = t->epoch;
                }
        }
        a->slabs = locket_size_minus(a->slabs, 1);
        locket_span_drop(t->span, head, slab->spans, LOCKET_SPAN_SPOILT);
        locket_child_distrust(a); /* its free slots are in the lists */
}

void locket_child_reserve(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        uint32_t head;

        for (head = 0; head < LOCKET_SPAN_COUNT; head++) {
                const struct locket_slab *slab = &t->slab[head];
                size_t lo;

                if (!locket_place_head(a, head)) {
                        continue;
                }
                lo = slab->first - t->range.page;
                locket_child_close(t, slab);
                if (locket_os_reserve_again(t->range.base, lo, slab->end) != 0) {
                        locket_child_lose(a, head);
                } else if (locket_child_protect(a, lo, slab->end) != 0) {
                        locket_child_lose(a, head);
                }
        }
}

/* ------------------------------------------------------------------- keep */

/* Lock the open pages of slot ${s} again, as ${locked} demands: 0 if that is done,
 * or not needed; or the errno. */
/*@ requires valid:    \valid(s) && s->lo <= s->hi;
    requires apart:    \base_addr(s) != \base_addr(b);
    requires open:     access_is(s->lo, s->hi, LOCKET_READ_WRITE);
    requires unlocked: locked_is(s->lo, s->hi, 0);
    terminates \true;
    exits      \false;
    assigns    s->lock_error, locket_ghost_locked[s->lo .. s->hi - 1];
    ensures locked:  \result == 0 ==> s->lock_error == 0 ==> locked_is(s->lo, s->hi, 1);
    ensures demand:  \result == 0 && \old(s->lock_error) == 0 && locked != LOCKET_PREFER ==>
                       s->lock_error == 0;
    ensures refused: \result != 0 ==> locked_is(s->lo, s->hi, 0) && s->lock_error != 0;
*/
static int locket_child_lock(unsigned char *b, struct locket_slot *s, enum locket_demand locked)
{
        int error;

        if (s->lock_error != 0) {
                return 0; /* it was not locked in the parent, and is marked */
        }
        error = locket_os_lock_again(b, s->lo, s->hi);
        s->lock_error = error;
        if (error != 0 && locked == LOCKET_PREFER) {
                error = locket_os_mark(b, s->lo, s->hi, 1);
        }
        return error;
}

/* Secret ${i} is one of this process. */
static void locket_child_count(struct locket_arena *a, struct locket_slot *s)
{
        struct locket_bin *bin = &a->bin[a->tables->slab[s->slab].size_class];
        const size_t bytes = s->hi - s->lo;

        s->epoch = a->tables->epoch;
        a->open_bytes = locket_size_plus(a->open_bytes, bytes);
        a->locked_bytes = locket_size_plus(a->locked_bytes, s->lock_error == 0 ? bytes : 0);
        a->peak_locked = a->locked_bytes;
        bin->open += 1;
        bin->live += 1;
}

/* 1 if what stands around open secret ${i} of the process of epoch ${parent} is
 * intact: another thread was not in the middle of making, resizing or ending
 * it. */
static int locket_child_whole(struct locket_arena *a, uint32_t i, uint32_t parent)
{
        struct locket_slot *s = &a->tables->slot[i];
        int whole;

        s->epoch = a->tables->epoch; /* not lost: else nothing is looked at */
        whole = locket_secret_damage(a, i) < 0;
        s->epoch = parent;
        if (!whole) {
                s->lock_error = EBUSY;
        }
        return whole;
}

/* Keep secret ${i} of the process of epoch ${parent}, or wipe it. */
static void locket_child_secret(struct locket_arena *a, uint32_t i, uint32_t parent, int torn)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];
        unsigned char *b = t->range.base;

        if (locket_os_open(b, s->lo, s->hi) != 0) {
                /* Neither locked nor wiped: better no process at all. */
                locket_fatal_stop(LOCKET_METADATA_DAMAGE, t->range.address + s->user);
        }
        if ((!torn || locket_child_whole(a, i, parent)) &&
            locket_child_lock(b, s, a->policy.locked) == 0) {
                locket_child_count(a, s);
        } else {
                locket_wipe_range(b, s->lo, s->hi);
        }
        if (s->access != LOCKET_READ_WRITE) {
                locket_os_restore(b, s->lo, s->hi, s->access);
        }
}

void locket_child_keep(struct locket_arena *a, uint32_t parent, int torn)
{
        struct locket_tables *t = a->tables;
        uint32_t head;
        uint32_t k;

        for (head = 0; head < LOCKET_SPAN_COUNT; head++) {
                const struct locket_slab *slab = &t->slab[head];

                for (k = 0; locket_place_head(a, head) && k < slab->used; k++) {
                        const struct locket_slot *s = &t->slot[slab->slots + k];

                        if (s->state == LOCKET_SLOT_LIVE && s->epoch == parent) {
                                locket_child_secret(a, slab->slots + k, parent, torn);
                        }
                }
        }
}
