/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pages.c - which pages of a slot are there.
 *
 * Knows:    one slot's record and its pages.  Touches bytes of free slots only
 *           to see that they are zero, or to make them so.
 * Promises: what is given back is zero; an error leaves everything as it was;
 *           every page is counted once.
 * Proved:   all functions.   Tests: tests/unit/test_pages.c,
 *           tests/fault
 */
#include "pages.h"

#include <errno.h>

#include "backing.h"
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

/* All pages of free slot ${i} are zero: closed ones anyway. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               a->found, a->kind, a->at;
    ensures wiped:  zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    LOCKET_KEEPS_HEAP(a->tables);
    ensures told:   \old(a->found) != 0 ==> a->found != 0;
*/
static void locket_pages_clean(struct locket_arena *a, uint32_t i)
{
        if (a->tables->slot[i].access != LOCKET_NO_ACCESS) {
                (void)locket_pages_written(a, i); /* remembered */
        }
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

/* Instead of ${had} bytes of open pages, ${had_locked} of them locked, a slot has
 * ${has} and ${has_locked}. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    terminates \true;
    exits      \false;
    assigns    a->open_bytes, a->locked_bytes, a->peak_locked;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures open:   a->open_bytes == plus(minus(\old(a->open_bytes), had), has);
    ensures locks:  a->locked_bytes ==
                      plus(minus(\old(a->locked_bytes), had_locked), has_locked);
    ensures peak:   a->peak_locked >= a->locked_bytes &&
                    a->peak_locked >= \old(a->peak_locked);
*/
static void locket_pages_count(struct locket_arena *a, size_t had, size_t had_locked, size_t has,
                               size_t has_locked)
{
        a->open_bytes = locket_size_plus(locket_size_minus(a->open_bytes, had), has);
        a->locked_bytes = locket_size_plus(locket_size_minus(a->locked_bytes, had_locked),
                                           has_locked);
        if (a->peak_locked < a->locked_bytes) {
                a->peak_locked = a->locked_bytes;
        }
}

/* Bytes of the pages of ${s} from ${lo} on that are locked. */
/*@ requires valid: \valid_read(s) && lo <= s->hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bytes: \result == (s->lock_error == 0 ? s->hi - lo : 0);
*/
static size_t locket_pages_locked(const struct locket_slot *s, size_t lo)
{
        return s->lock_error == 0 ? s->hi - lo : 0;
}

/* locket_pages_lock, but for the count.  0, or an errno: then nothing has
 * changed. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i) && t->slot[i].access == LOCKET_READ_WRITE;
    requires here:   t->slot[i].epoch == t->epoch;
    requires not:    t->slot[i].lock_error != 0;
    requires wiped:  zeroed(t->range.base, t->slot[i].lo, t->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    t->slot[i].lock_error,
               locket_ghost_locked[t->slot[i].lo .. t->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(t);
    ensures ok:      \result == 0 ==> t->slot[i].lock_error == 0;
    ensures refused: \result != 0 ==> t->slot[i].lock_error == \old(t->slot[i].lock_error);
*/
static int locket_pages_relock(struct locket_tables *t, uint32_t i)
{
        struct locket_slot *s = &t->slot[i];
        const int error = locket_os_lock(t->range.base, s->lo, s->hi);

        if (error == 0) {
                s->lock_error = 0;
        }
        return error;
}

void locket_pages_lock(struct locket_arena *a, uint32_t i)
{
        const struct locket_slot *s = &a->tables->slot[i];
        const size_t bytes = s->hi - s->lo;

        if (locket_pages_relock(a->tables, i) == 0) {
                locket_pages_count(a, bytes, 0, bytes, bytes);
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

/* locket_pages_drop, but for the count: ${held} is what locket_pages_held says. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i) && t->slot[i].epoch == t->epoch;
    requires to:     t->slot[i].lo <= to <= t->slot[i].hi;
    requires wiped:  zeroed(t->range.base, t->slot[i].lo, t->slot[i].hi);
    requires held:   held == LOCKET_HELD_MARKED ==> t->slot[i].lock_error != 0;
    requires policy: \valid_read(policy);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[t->slot[i].lo .. to - 1],
               locket_ghost_locked[t->slot[i].lo .. to - 1],
               t->slot[i].lo, t->slot[i].access;
    LOCKET_KEEPS_HEAP(t);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> t->slot[i].lo == to &&
                       t->slot[i].access ==
                         (to == t->slot[i].hi ? LOCKET_NO_ACCESS : \old(t->slot[i].access));
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(t->slot + i);
*/
static int locket_pages_give(struct locket_tables *t, uint32_t i, size_t to, enum locket_held held,
                             const struct locket_policy *policy)
{
        struct locket_slot *s = &t->slot[i];
        int error;

        if (to != s->hi && !locket_backing_parts(policy)) {
                return ENOTSUP;
        }
        error = locket_backing_give_back(policy, &t->range, s->lo, to, held,
                                         s->access != LOCKET_NO_ACCESS);
        if (error != 0) {
                return error;
        }
        if (to == s->hi) {
                s->access = LOCKET_NO_ACCESS;
        }
        s->lo = to;
        return 0;
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
               a->tables->slot[i].lo, a->tables->slot[i].access, a->open_bytes, a->locked_bytes,
               a->peak_locked;
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
    ensures locks:   \result == 0 ==> a->locked_bytes ==
                       plus(minus(\old(a->locked_bytes), \old(slot_locked(a->tables->slot + i))),
                            slot_locked(a->tables->slot + i));
*/
static int locket_pages_drop(struct locket_arena *a, uint32_t i, size_t to)
{
        const struct locket_slot *s = &a->tables->slot[i];
        const size_t had = s->hi - s->lo;
        const size_t locked = locket_pages_locked(s, s->lo);
        const int error = locket_pages_give(a->tables, i, to, locket_pages_held(a, s),
                                            &a->policy);

        if (error == 0) {
                locket_pages_count(a, had, locked, s->hi - to, locket_pages_locked(s, to));
        }
        return error;
}

/* ${open} and one more (${more}: 1), or less (0). */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures one:  more != 0 && open < UINT32_MAX ==> \result == open + 1;
    ensures less: more == 0 && open > 0 ==> \result == open - 1;
*/
static uint32_t locket_pages_step(uint32_t open, int more)
{
        if (more) {
                return open == UINT32_MAX ? UINT32_MAX : open + 1u;
        }
        return open == 0 ? 0 : open - 1u;
}

/* One slot of the class of slot ${i} more (${more}: 1), or less (0), has pages. */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  i < a->tables->slot_count;
    terminates \true;
    exits      \false;
    assigns    a->bin[a->tables->slab[a->tables->slot[i].slab].size_class].open;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures one: \let n = a->tables->slab[a->tables->slot[i].slab].size_class;
                   more != 0 && \old(a->bin[n].open) < UINT32_MAX ==>
                     a->bin[n].open == \old(a->bin[n].open) + 1;
*/
static void locket_pages_tell(struct locket_arena *a, uint32_t i, int more)
{
        struct locket_tables *t = a->tables;
        const uint32_t k = t->slab[t->slot[i].slab].size_class;

        a->bin[k].open = locket_pages_step(a->bin[k].open, more);
}

int locket_pages_shrink(struct locket_arena *a, uint32_t i, size_t to)
{
        int error;

        locket_pages_clean(a, i);
        error = locket_pages_drop(a, i, to);
        if (error == 0 && to == a->tables->slot[i].hi) {
                locket_pages_tell(a, i, 0);
        }
        return error;
}

/* Open the pages of free slot ${i} from ${from} up to those it has, which are
 * open, and lock them as ${locked} says: all of a slot's pages, or none.  0, or
 * an errno: then nothing has changed. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i) && t->slot[i].epoch == t->epoch;
    requires from:   t->slot[i].bottom <= from < t->slot[i].lo;
    requires open:   t->slot[i].lo < t->slot[i].hi ==> t->slot[i].access == LOCKET_READ_WRITE;
    requires all:    t->slot[i].lo < t->slot[i].hi ==>
                       locked == (t->slot[i].lock_error == 0 ? LOCKET_REQUIRE : LOCKET_OFF);
    requires policy: \valid_read(policy);
    terminates \true;
    exits      \false;
    assigns    t->slot[i].lo, t->slot[i].access, t->slot[i].lock_error,
               locket_ghost_access[from .. t->slot[i].lo - 1],
               locket_ghost_locked[from .. t->slot[i].lo - 1];
    LOCKET_KEEPS_HEAP(t);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> t->slot[i].lo == from &&
                       t->slot[i].access == LOCKET_READ_WRITE;
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(t->slot + i) &&
                       t->slot[i].lock_error == \old(t->slot[i].lock_error);
    ensures demand:  \result == 0 ==> locked == LOCKET_REQUIRE ==> t->slot[i].lock_error == 0;
    ensures some:    \old(t->slot[i].lo < t->slot[i].hi) ==>
                       t->slot[i].lock_error == \old(t->slot[i].lock_error);
*/
static int locket_pages_open(struct locket_tables *t, uint32_t i, size_t from,
                             enum locket_demand locked, const struct locket_policy *policy)
{
        struct locket_slot *s = &t->slot[i];
        const int error = locket_backing_open(policy, &t->range, from, s->lo, locked);

        if (error > 0) {
                return error;
        }
        if (s->lo == s->hi) {
                s->lock_error = error < 0 ? -error : locked == LOCKET_OFF ? LOCKET_NOT_LOCKED : 0;
                s->access = LOCKET_READ_WRITE;
        }
        s->lo = from;
        return 0;
}

/* Whether the pages that slot ${s} gets are to be locked: as those that it has. */
/*@ requires valid: \valid_read(a) && \valid_read(s) && s->lo <= s->hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures all:    s->lo < s->hi ==>
                      \result == (s->lock_error == 0 ? LOCKET_REQUIRE : LOCKET_OFF);
    ensures first:  s->lo == s->hi ==> \result == a->policy.locked;
*/
static enum locket_demand locket_pages_demand(const struct locket_arena *a,
                                              const struct locket_slot *s)
{
        if (s->lo == s->hi) {
                return a->policy.locked;
        }
        return s->lock_error == 0 ? LOCKET_REQUIRE : LOCKET_OFF;
}

/* Whether the cap of ${a} has no room for ${has} bytes instead of ${had}. */
/*@ requires valid: \valid_read(a);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures room:   \result == 0 ==> a->policy.capacity != 0 ==>
                      plus(minus(a->open_bytes, had), has) <= a->policy.capacity;
*/
static int locket_pages_over(const struct locket_arena *a, size_t had, size_t has)
{
        return a->policy.capacity != 0 &&
               locket_size_plus(locket_size_minus(a->open_bytes, had), has) > a->policy.capacity;
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
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(a->tables->slot + i) &&
                       a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error);
    ensures counted: \result == 0 ==> a->open_bytes ==
                       plus(minus(\old(a->open_bytes), \old(slot_bytes(a->tables->slot + i))),
                            slot_bytes(a->tables->slot + i));
    ensures locks:   \result == 0 ==> a->locked_bytes ==
                       plus(minus(\old(a->locked_bytes), \old(slot_locked(a->tables->slot + i))),
                            slot_locked(a->tables->slot + i));
    ensures cap:     \result == 0 ==> a->policy.capacity != 0 ==>
                       a->open_bytes <= a->policy.capacity;
    ensures demand:  \result == 0 ==> a->policy.locked == LOCKET_REQUIRE ==>
                       a->tables->slot[i].lock_error == 0 ||
                       (\old(a->tables->slot[i].lo < a->tables->slot[i].hi) &&
                        a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error));
*/
static int locket_pages_grow(struct locket_arena *a, uint32_t i, size_t from)
{
        const struct locket_slot *s = &a->tables->slot[i];
        const size_t had = s->hi - s->lo;
        const size_t has = s->hi - from;
        const size_t locked = locket_pages_locked(s, s->lo);
        int error;

        if (locket_pages_over(a, had, has)) {
                return EDQUOT; /* the cap, told from what others can help with */
        }
        error = locket_pages_open(a->tables, i, from, locket_pages_demand(a, s), &a->policy);
        if (error == 0) {
                locket_pages_count(a, had, locked, has, locket_pages_locked(s, from));
        }
        return error;
}

/* Open the pages that free slot ${i} has.  0, or an errno: then nothing has
 * changed. */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_SPARE(t, i);
    terminates \true;
    exits      \false;
    assigns    t->slot[i].access, locket_ghost_access[t->slot[i].lo .. t->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(t);
    ensures code:    0 <= \result;
    ensures open:    \result == 0 ==> t->slot[i].lo < t->slot[i].hi ==>
                       t->slot[i].access == LOCKET_READ_WRITE;
    ensures none:    t->slot[i].lo == t->slot[i].hi ==>
                       t->slot[i].access == \old(t->slot[i].access);
    ensures refused: \result != 0 ==> t->slot[i].access == \old(t->slot[i].access);
*/
static int locket_pages_reopen(struct locket_tables *t, uint32_t i)
{
        if (t->slot[i].lo == t->slot[i].hi) {
                return 0;
        }
        return locket_pages_access(t, i, LOCKET_READ_WRITE);
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
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(a->tables->slot + i) &&
                       a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error);
    ensures demand:  \result == 0 ==> a->policy.locked == LOCKET_REQUIRE ==>
                       a->tables->slot[i].lock_error == 0 ||
                       (\old(a->tables->slot[i].lo < a->tables->slot[i].hi) &&
                        a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error));
*/
static int locket_pages_extend(struct locket_arena *a, uint32_t i, size_t lo)
{
        struct locket_tables *t = a->tables;
        struct locket_slot *s = &t->slot[i];
        const int closed = s->access == LOCKET_NO_ACCESS;
        const int none = s->lo == s->hi;
        int error;

        /*@ assert zero: closed != 0 ==> zeroed(t->range.base, s->lo, s->hi); */
        error = locket_pages_reopen(t, i);
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
        if (s->lo > lo) {
                return locket_pages_extend(a, i, lo);
        }
        if (s->lo < lo) {
                /* At the mapping limit the kernel may refuse to split a
                 * mapping, and some backings are not split: then the
                 * secret has more slack. */
                (void)locket_pages_shrink(a, i, lo);
        }
        return locket_pages_access(t, i, LOCKET_READ_WRITE);
}

/* Give back and close the pages ${lo} .. ${hi} of ${b}, all that a slot has. */
/*@ requires range:    lo <= hi;
    requires wiped:    zeroed(b, lo, hi);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1];
    ensures closed: access_is(lo, hi, LOCKET_NO_ACCESS);
*/
static void locket_pages_leave(unsigned char *b, size_t lo, size_t hi)
{
        /* They are not locked here; marked or not, they are a mapping of their
         * own, so closing them cannot be refused. */
        if (lo < hi) {
                (void)locket_os_discard(b, lo, hi);
                (void)locket_os_mark(b, lo, hi, 0);
        }
        locket_os_restore(b, lo, hi, LOCKET_NO_ACCESS);
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

        locket_pages_leave(t->range.base, s->lo, s->hi);
        s->lo = s->hi;
        s->access = LOCKET_NO_ACCESS;
        s->lock_error = 0;
        s->epoch = t->epoch;
}

void locket_pages_renounce(struct locket_arena *a, uint32_t i)
{
        locket_pages_clean(a, i);
        locket_pages_forget(a->tables, i);
}
