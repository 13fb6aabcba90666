/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pages.c - which pages of a slot are there.
 *
 * Knows:    one slot's record and its pages.  Touches bytes of free slots only
 *           to see that they are zero, or to make them so.
 * Promises: what is given back is zero; an error leaves everything as it was;
 *           every page is counted once.
 * Proved:   in part (proofs/unproved).   Tests: tests/unit/test_pages.c,
 *           tests/fault
 */
#include "pages.h"

#include <errno.h>

#include "canary.h"
#include "os.h"
#include "size.h"
#include "wipe.h"

int locket_pages_written(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        const struct locket_slot *s = &t->slot[i];

        if (locket_canary_zero(t->range.base, s->lo, s->hi)) {
                return 0;
        }
        locket_wipe_range(t->range.base, s->lo, s->hi);
        locket_arena_found(a, LOCKET_WRITE_AFTER_FREE,
                           t->range.address + (s->user < s->hi ? s->user : s->lo));
        return 1;
}

int locket_pages_access(struct locket_tables *t, uint32_t i, int to)
{
        struct locket_slot *s = &t->slot[i];
        int error;

        if (s->access == to) {
                return 0;
        }
        error = locket_slab_access(t->range.base, s->lo, s->hi, s->access, to);
        if (error == 0) {
                s->access = to;
        }
        return error;
}

/* Slot ${i} has the pages from ${lo} on, and ${lock_error}: record it, and count
 * them instead of those it had. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires slot:  i < a->tables->slot_count && slot_ok(a->tables->slot + i);
    requires lo:    lo <= a->tables->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    a->open_bytes, a->locked_bytes, a->peak_locked, a->tables->slot[i].lo,
               a->tables->slot[i].lock_error;
    ensures lo:     a->tables->slot[i].lo == lo;
    ensures error:  a->tables->slot[i].lock_error == lock_error;
    ensures open:   a->open_bytes == plus(minus(\old(a->open_bytes),
                                                \old(slot_bytes(a->tables->slot + i))),
                                          slot_bytes(a->tables->slot + i));
    ensures locked: a->locked_bytes == plus(minus(\old(a->locked_bytes),
                                                  \old(slot_locked(a->tables->slot + i))),
                                            slot_locked(a->tables->slot + i));
    ensures peak:   a->peak_locked >= a->locked_bytes &&
                    a->peak_locked >= \old(a->peak_locked);
*/
static void locket_pages_set(struct locket_arena *a, uint32_t i, size_t lo, int lock_error)
{
        struct locket_slot *s = &a->tables->slot[i];
        const size_t had = s->hi - s->lo;
        const size_t has = s->hi - lo;
        const size_t open = locket_size_minus(a->open_bytes, had);
        const size_t locked = locket_size_minus(a->locked_bytes, s->lock_error == 0 ? had : 0);

        s->lo = lo;
        s->lock_error = lock_error;
        a->open_bytes = locket_size_plus(open, has);
        a->locked_bytes = locket_size_plus(locked, lock_error == 0 ? has : 0);
        if (a->peak_locked < a->locked_bytes) {
                a->peak_locked = a->locked_bytes;
        }
}

void locket_pages_lock(struct locket_arena *a, uint32_t i)
{
        struct locket_slot *s = &a->tables->slot[i];

        if (locket_os_lock(a->tables->range.base, s->lo, s->hi) == 0) {
                locket_pages_set(a, i, s->lo, 0);
        }
}

/* What keeps the pages of slot ${s} a mapping of their own. */
/*@ requires valid: \valid_read(a) && \valid_read(s);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures marked: \result == LOCKET_HELD_MARKED <==> s->lock_error != 0;
    ensures held:   LOCKET_HELD_LOCKED <= \result <= LOCKET_HELD_MARKED;
*/
static enum locket_held locket_pages_held(const struct locket_arena *a, const struct locket_slot *s)
{
        if (s->lock_error != 0) {
                return LOCKET_HELD_MARKED;
        }
        return a->policy.locked == LOCKET_REQUIRE ? LOCKET_HELD_LOCKED : LOCKET_HELD_BOTH;
}

/* Give back the pages of free slot ${i} below ${to}; all that it has are zero.
 * 0, or an errno: then nothing has changed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires to:    a->tables->slot[i].lo <= to <= a->tables->slot[i].hi;
    requires wiped: zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[a->tables->slot[i].lo .. to - 1],
               locket_ghost_locked[a->tables->slot[i].lo .. to - 1],
               a->tables->slot[i].lo, a->tables->slot[i].access, a->tables->slot[i].lock_error,
               a->open_bytes, a->locked_bytes, a->peak_locked;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> a->tables->slot[i].lo == to &&
                       a->tables->slot[i].access ==
                         (to == a->tables->slot[i].hi ? LOCKET_NO_ACCESS
                                                      : \old(a->tables->slot[i].access));
    ensures lock:    a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error);
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(a->tables->slot + i) &&
                       a->open_bytes == \old(a->open_bytes);
    ensures counted: \result == 0 ==> a->open_bytes ==
                       plus(minus(\old(a->open_bytes), \old(slot_bytes(a->tables->slot + i))),
                            slot_bytes(a->tables->slot + i));
*/
static int locket_pages_drop(struct locket_arena *a, uint32_t i, size_t to)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];
        const int error = locket_slab_give_back(t->range.base, s->lo, to, locket_pages_held(a, s),
                                                s->access != LOCKET_NO_ACCESS);

        if (error != 0) {
                return error;
        }
        if (to == s->hi) {
                s->access = LOCKET_NO_ACCESS;
        }
        locket_pages_set(a, i, to, s->lock_error);
        return 0;
}

/* One slot of the class of slot ${i} more (${more}: 1), or less (0), has pages. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  heap_slots(a->tables) && heap_slabs(a->tables);
    requires slot:  i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    a->bin[a->tables->slab[a->tables->slot[i].slab].size_class].open;
    ensures one: \let n = a->tables->slab[a->tables->slot[i].slab].size_class;
                   more != 0 && \old(a->bin[n].open) < UINT32_MAX ==>
                     a->bin[n].open == \old(a->bin[n].open) + 1;
*/
static void locket_pages_tell(struct locket_arena *a, uint32_t i, int more)
{
        struct locket_tables *t = a->tables;
        const uint32_t k = t->slab[t->slot[i].slab].size_class;
        const uint32_t open = a->bin[k].open;

        if (more) {
                a->bin[k].open = open == UINT32_MAX ? UINT32_MAX : open + 1u;
        } else {
                a->bin[k].open = open == 0 ? 0 : open - 1u;
        }
}

int locket_pages_shrink(struct locket_arena *a, uint32_t i, size_t to)
{
        int error;

        if (a->tables->slot[i].access != LOCKET_NO_ACCESS) {
                (void)locket_pages_written(a, i); /* remembered; they are zero now */
        }
        /*@ assert wiped: zeroed(a->tables->range.base, a->tables->slot[i].lo,
                                 a->tables->slot[i].hi); */
        error = locket_pages_drop(a, i, to);
        if (error == 0 && to == a->tables->slot[i].hi) {
                locket_pages_tell(a, i, 0);
        }
        return error;
}

/* Open and lock the pages of a free slot from ${from} up to those it has, which
 * are open.  0, or an errno: then nothing has changed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires from:  a->tables->slot[i].bottom <= from < a->tables->slot[i].lo;
    requires open:  a->tables->slot[i].lo < a->tables->slot[i].hi ==>
                      a->tables->slot[i].access == LOCKET_READ_WRITE;
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[i].lo, a->tables->slot[i].access, a->tables->slot[i].lock_error,
               locket_ghost_access[from .. a->tables->slot[i].lo - 1],
               locket_ghost_locked[from .. a->tables->slot[i].lo - 1],
               a->open_bytes, a->locked_bytes, a->peak_locked;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> a->tables->slot[i].lo == from &&
                       a->tables->slot[i].access == LOCKET_READ_WRITE;
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(a->tables->slot + i);
    ensures cap:     \result == 0 ==> a->policy.capacity != 0 ==>
                       a->open_bytes <= a->policy.capacity;
    ensures demand:  \result == 0 ==> a->policy.locked == LOCKET_REQUIRE ==>
                       a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error) ||
                       a->tables->slot[i].lock_error == 0;
*/
static int locket_pages_grow(struct locket_arena *a, uint32_t i, size_t from)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];
        const size_t had = s->lo;
        const int some = had < s->hi;
        const enum locket_demand locked = some && s->lock_error != 0 ? LOCKET_OFF : a->policy.locked;
        const size_t more = had - from;
        int error;

        if (a->policy.capacity != 0 && (more > a->policy.capacity ||
                                        a->open_bytes > a->policy.capacity - more)) {
                return EDQUOT; /* the cap, told from what others can help with */
        }
        error = locket_slab_open(t->range.base, from, had, locked);
        if (error > 0) {
                return error;
        }
        if (error < 0 && some) { /* all or none are locked */
                (void)locket_os_discard(t->range.base, from, had);
                locket_os_restore(t->range.base, from, had, LOCKET_NO_ACCESS);
                return -error;
        }
        if (some) {
                locket_pages_set(a, i, from, s->lock_error);
        } else {
                locket_pages_set(a, i, from, error < 0 ? -error
                                             : locked == LOCKET_OFF ? LOCKET_NOT_LOCKED : 0);
                s->access = LOCKET_READ_WRITE;
        }
        return 0;
}

/* Close free slot ${i} again, which was closed before, and is zero. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i);
    requires zero:   zeroed(t->range.base, t->slot[i].lo, t->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    t->slot[i].access, locket_ghost_access[t->slot[i].lo .. t->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(t);
    ensures closed: t->slot[i].access == LOCKET_NO_ACCESS;
*/
static void locket_pages_close(struct locket_tables *t, uint32_t i)
{
        struct locket_slot *s = &t->slot[i];

        locket_os_restore(t->range.base, s->lo, s->hi, LOCKET_NO_ACCESS);
        s->access = LOCKET_NO_ACCESS;
}

/* Give free slot ${i} the pages from ${lo} on, more than it has, and open all.
 * 0, or an errno: then nothing has changed. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires lo:    a->tables->slot[i].bottom <= lo < a->tables->slot[i].lo;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[a->tables->slot[i].bottom .. a->tables->slot[i].hi - 1],
               locket_ghost_locked[a->tables->slot[i].bottom .. a->tables->slot[i].hi - 1],
               a->tables->slot[i].lo, a->tables->slot[i].access, a->tables->slot[i].lock_error,
               a->open_bytes, a->locked_bytes, a->peak_locked,
               a->bin[a->tables->slab[a->tables->slot[i].slab].size_class].open;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> a->tables->slot[i].lo == lo &&
                       a->tables->slot[i].access == LOCKET_READ_WRITE;
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(a->tables->slot + i);
*/
static int locket_pages_extend(struct locket_arena *a, uint32_t i, size_t lo)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];
        const int closed = s->access == LOCKET_NO_ACCESS;
        const int none = s->lo == s->hi;
        int error = 0;

        /*@ assert zero: closed != 0 ==> zeroed(t->range.base, s->lo, s->hi); */
        if (closed && !none) {
                error = locket_pages_access(t, i, LOCKET_READ_WRITE);
        }
        if (error != 0) {
                return error;
        }
        error = locket_pages_grow(a, i, lo);
        if (error != 0) {
                if (closed) {
                        locket_pages_close(t, i);
                }
                return error;
        }
        if (none) {
                locket_pages_tell(a, i, 1);
        }
        return 0;
}

int locket_pages_fit(struct locket_arena *a, uint32_t i, size_t lo)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];

        if (lo < s->bottom) {
                return ENOMEM; /* not a place for so many */
        }
        if (s->lo < lo) {
                /* At the mapping limit the kernel may refuse to split a
                 * mapping: then the secret has a page of slack more. */
                (void)locket_pages_shrink(a, i, lo);
        }
        if (s->lo > lo) {
                return locket_pages_extend(a, i, lo);
        }
        return locket_pages_access(t, i, LOCKET_READ_WRITE);
}

/* Free slot ${i}, stale and zero, has no pages any more. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i) && t->slot[i].epoch != t->epoch;
    requires zero:   zeroed(t->range.base, t->slot[i].lo, t->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[t->slot[i].lo .. t->slot[i].hi - 1],
               t->slot[i].lo, t->slot[i].access, t->slot[i].lock_error, t->slot[i].epoch;
    LOCKET_KEEPS_HEAP(t);
    ensures none:    t->slot[i].lo == t->slot[i].hi && t->slot[i].epoch == t->epoch &&
                     t->slot[i].access == LOCKET_NO_ACCESS;
*/
static void locket_pages_forget(struct locket_tables *t, uint32_t i)
{
        struct locket_slot *s = &t->slot[i];

        /* They are not locked here; marked or not, they are a mapping of their
         * own, so closing them cannot be refused. */
        if (s->lo < s->hi) {
                (void)locket_os_discard(t->range.base, s->lo, s->hi);
                (void)locket_os_mark(t->range.base, s->lo, s->hi, 0);
        }
        locket_os_restore(t->range.base, s->lo, s->hi, LOCKET_NO_ACCESS);
        s->lo = s->hi;
        s->access = LOCKET_NO_ACCESS;
        s->lock_error = 0;
        s->epoch = t->epoch;
}

void locket_pages_renounce(struct locket_arena *a, uint32_t i)
{
        if (a->tables->slot[i].access != LOCKET_NO_ACCESS) {
                (void)locket_pages_written(a, i); /* remembered */
        }
        locket_pages_forget(a->tables, i);
}
