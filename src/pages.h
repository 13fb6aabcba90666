/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pages.h - which pages of a slot are there.
 *
 * The caller holds the lock of the slot's arena.
 */
#ifndef LOCKET_PAGES_H
#define LOCKET_PAGES_H

#include "config.h"
#include "arena.h"
#include "size.h"

/*@ logic integer slot_bytes{L}(struct locket_slot *s) = s->hi - s->lo;
    logic integer slot_locked{L}(struct locket_slot *s) =
      s->lock_error == 0 ? s->hi - s->lo : 0;
    logic integer plus(integer x, integer y) = x + y <= SIZE_MAX ? x + y : SIZE_MAX;
    logic integer minus(integer x, integer y) = y <= x ? x - y : 0;
*/

/**
 * locket_pages_written(a, i):
 * See that the open pages of free slot ${i} are zero, and make them so.  1 if
 * they were not: somebody wrote to them after the free, which is remembered.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].access == LOCKET_READ_WRITE;
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               a->found, a->kind, a->at;
    ensures wiped:  zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    LOCKET_KEEPS_HEAP(a->tables);
    ensures exact:  \result == 0 <==>
                      zeroed{Pre}(a->tables->range.base, a->tables->slot[i].lo,
                                  a->tables->slot[i].hi);
    ensures told:   \result != 0 ==> a->found != 0;
    ensures silent: \result == 0 ==> a->found == \old(a->found);
*/
LOCKET_INTERNAL int locket_pages_written(struct locket_arena *a, uint32_t i);

/**
 * locket_pages_access(t, i, to):
 * Give the pages of slot ${i} the access mode ${to}.  0, or an errno: then
 * nothing has changed.  A free slot is closed only if it is zero.
 */
/*@ requires tables: LOCKET_TABLES_OK(t);
    requires heap:   LOCKET_HEAP_OK(t);
    requires slot:   LOCKET_USED(t, i);
    requires to:     LOCKET_NO_ACCESS <= to <= LOCKET_READ_WRITE;
    requires free:   t->slot[i].state != LOCKET_SLOT_LIVE ==>
                       to == LOCKET_READ_WRITE ||
                       (to == LOCKET_NO_ACCESS &&
                        zeroed(t->range.base, t->slot[i].lo, t->slot[i].hi));
    terminates \true;
    exits      \false;
    assigns    t->slot[i].access,
               locket_ghost_access[t->slot[i].lo .. t->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(t);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> t->slot[i].access == to;
    ensures refused: \result != 0 ==> t->slot[i].access == \old(t->slot[i].access);
*/
LOCKET_INTERNAL int locket_pages_access(struct locket_tables *t, uint32_t i, int to);

/**
 * locket_pages_lock(a, i):
 * Lock the open pages of free slot ${i}, which could not be locked before.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].access == LOCKET_READ_WRITE;
    requires here:  a->tables->slot[i].epoch == a->tables->epoch;
    requires not:   a->tables->slot[i].lock_error != 0;
    requires wiped: zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[i].lock_error,
               locket_ghost_locked[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               a->open_bytes, a->locked_bytes, a->peak_locked;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures lo:     a->tables->slot[i].lo == \old(a->tables->slot[i].lo);
    ensures done:   a->tables->slot[i].lock_error == 0 ==> a->locked_bytes ==
                      plus(\old(a->locked_bytes), slot_bytes(a->tables->slot + i));
    ensures not:    a->tables->slot[i].lock_error != 0 ==>
                      a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error) &&
                      a->locked_bytes == \old(a->locked_bytes);
*/
LOCKET_INTERNAL void locket_pages_lock(struct locket_arena *a, uint32_t i);

/**
 * locket_pages_shrink(a, i, to):
 * Give back the pages of free slot ${i} below ${to}, checked and zero.  0, or
 * an errno: then nothing has changed.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires to:    a->tables->slot[i].lo <= to <= a->tables->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               locket_ghost_access[a->tables->slot[i].lo .. to - 1],
               locket_ghost_locked[a->tables->slot[i].lo .. to - 1],
               a->tables->slot[i].lo, a->tables->slot[i].access, a->open_bytes, a->locked_bytes,
               a->peak_locked, a->found, a->kind, a->at,
               a->bin[a->tables->slab[a->tables->slot[i].slab].size_class].open;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures wiped:   zeroed(a->tables->range.base, \old(a->tables->slot[i].lo),
                            a->tables->slot[i].hi);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> a->tables->slot[i].lo == to &&
                       a->tables->slot[i].access ==
                         (to == a->tables->slot[i].hi ? LOCKET_NO_ACCESS
                                                      : \old(a->tables->slot[i].access));
    ensures lock:    to < a->tables->slot[i].hi ==>
                       a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error);
    ensures refused: \result != 0 ==> slot_same{Pre,Post}(a->tables->slot + i) &&
                       a->open_bytes == \old(a->open_bytes);
    ensures counted: \result == 0 ==> \old(a->open_bytes) >= \old(slot_bytes(a->tables->slot + i)) ==>
                       a->open_bytes == \old(a->open_bytes) - (to - \old(a->tables->slot[i].lo));
    ensures told:    \old(a->found) != 0 ==> a->found != 0;
*/
LOCKET_INTERNAL int locket_pages_shrink(struct locket_arena *a, uint32_t i, size_t to);

/**
 * locket_pages_fit(a, i, lo):
 * Have the pages of free slot ${i} from ${lo} on open and locked, and no
 * others (at the mapping limit the kernel may refuse to take some away: then
 * the secret has more slack).  0, or an errno, EDQUOT for the arena's cap: then
 * the slot has no more than it had.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch == a->tables->epoch;
    requires lo:    lo < a->tables->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               locket_ghost_access[a->tables->slot[i].bottom .. a->tables->slot[i].hi - 1],
               locket_ghost_locked[a->tables->slot[i].bottom .. a->tables->slot[i].hi - 1],
               a->tables->slot[i].lo, a->tables->slot[i].access, a->tables->slot[i].lock_error,
               a->open_bytes, a->locked_bytes, a->peak_locked, a->found, a->kind, a->at,
               a->bin[a->tables->slab[a->tables->slot[i].slab].size_class].open;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> a->tables->slot[i].lo <= lo &&
                       a->tables->slot[i].access == LOCKET_READ_WRITE;
    ensures refused: \result != 0 ==>
                       a->tables->slot[i].lo >= \old(a->tables->slot[i].lo);
    ensures demand:  \result == 0 ==> a->policy.locked == LOCKET_REQUIRE ==>
                       a->tables->slot[i].lock_error == 0 ||
                       (\old(a->tables->slot[i].lo < a->tables->slot[i].hi) &&
                        a->tables->slot[i].lock_error == \old(a->tables->slot[i].lock_error));
    ensures told:    \old(a->found) != 0 ==> a->found != 0;
*/
LOCKET_INTERNAL int locket_pages_fit(struct locket_arena *a, uint32_t i, size_t lo);

/**
 * locket_pages_renounce(a, i):
 * In a child: the pages of free slot ${i}, which a parent opened, are closed
 * and forgotten.  They were never counted here.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].epoch != a->tables->epoch;
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               locket_ghost_access[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               a->tables->slot[i].lo, a->tables->slot[i].access, a->tables->slot[i].lock_error,
               a->tables->slot[i].epoch, a->found, a->kind, a->at;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures wiped:   zeroed(a->tables->range.base, \old(a->tables->slot[i].lo),
                            a->tables->slot[i].hi);
    ensures none:    a->tables->slot[i].lo == a->tables->slot[i].hi &&
                     a->tables->slot[i].epoch == a->tables->epoch &&
                     a->tables->slot[i].access == LOCKET_NO_ACCESS;
    ensures told:    \old(a->found) != 0 ==> a->found != 0;
*/
LOCKET_INTERNAL void locket_pages_renounce(struct locket_arena *a, uint32_t i);

#endif
