/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * secret.h - one secret in one slot: made, checked, resized, wiped.
 *
 * The caller holds the lock of the slot's arena.
 */
#ifndef LOCKET_SECRET_H
#define LOCKET_SECRET_H

#include "config.h"
#include "arena.h"
#include "canary.h"
#include "size.h"

/* What the contracts say of slot i: it is a secret; it is one that the kernel
 * wiped on fork; and what stands around it is intact (T7). */
#define LOCKET_LIVE(t, i) (0 <= (i) < (t)->slot_count && (t)->slot[i].state == LOCKET_SLOT_LIVE)
#define LOCKET_LOST(a, i) \
        ((a)->wiped_by_fork != 0 && (a)->tables->slot[i].epoch != (a)->tables->epoch)
#define LOCKET_AFTER_OK(t, i)                                                             \
        canary_after_ok((t)->range.base, (t)->slot[i].user + (t)->slot[i].size,           \
                        (t)->slot[i].hi, (t)->slot[i].canary_low, (t)->slot[i].canary_high)
#define LOCKET_BELOW_OK(t, i)                                                       \
        canary_below_ok((t)->range.base, (t)->slot[i].lo, (t)->slot[i].user,        \
                        (t)->slot[i].canary_low, (t)->slot[i].canary_high)

/*@ logic integer lesser(integer x, integer y) = x < y ? x : y; */

/**
 * locket_secret_make(a, i, size, alignment):
 * Slot ${i}, from locket_arena_get, is a secret of ${size} zero bytes, with a
 * fresh canary.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_SPARE(a->tables, i) && a->tables->slot[i].access == LOCKET_READ_WRITE;
    requires zero:  zeroed(a->tables->range.base, a->tables->slot[i].lo, a->tables->slot[i].hi);
    requires size:  size <= LOCKET_MAX_SIZE;
    requires alignment: multiple_ok(alignment);
    requires room:  a->tables->slot[i].lo + rounded(size, alignment) + LOCKET_CANARY_BYTES <=
                      a->tables->slot[i].hi;
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[i].canary_low, a->tables->slot[i].canary_high,
               a->tables->slot[i].user, a->tables->slot[i].size,
               a->tables->slot[i].alignment, a->tables->slot[i].state,
               a->tables->range.base[a->tables->slot[i].lo .. a->tables->slot[i].hi - 1],
               a->generation, a->live, a->live_bytes, a->peak_live;
    LOCKET_KEEPS_HEAP(a->tables);
    ensures live:   a->tables->slot[i].state == LOCKET_SLOT_LIVE &&
                    a->tables->slot[i].size == size &&
                    a->tables->slot[i].alignment == alignment;
    ensures flush:  a->tables->slot[i].user + rounded(size, alignment) == a->tables->slot[i].hi;
    ensures zero:   zeroed(a->tables->range.base, a->tables->slot[i].user,
                           a->tables->slot[i].user + size);
    ensures after:  LOCKET_AFTER_OK(a->tables, i);
    ensures below:  LOCKET_BELOW_OK(a->tables, i);
*/
LOCKET_INTERNAL void locket_secret_make(struct locket_arena *a, uint32_t i, size_t size,
                                        size_t alignment);

/**
 * locket_secret_lost(a, i):
 * 1 if the kernel wiped live secret ${i} when this process was forked.
 */
/*@ requires valid: \valid_read(a) && \valid_read(a->tables) &&
                    \valid_read(a->tables->slot + i);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == (LOCKET_LOST(a, i) ? 1 : 0);
*/
LOCKET_INTERNAL int locket_secret_lost(const struct locket_arena *a, uint32_t i);

/**
 * locket_secret_damage(a, i):
 * Check the canary and all slack of secret ${i}, which is readable: -1 if they
 * are intact or the secret is lost, else LOCKET_OVERFLOW or LOCKET_UNDERFLOW.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_LIVE(a->tables, i) && a->tables->slot[i].access != LOCKET_NO_ACCESS;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures range:     \result == -1 || \result == LOCKET_OVERFLOW ||
                       \result == LOCKET_UNDERFLOW;
    ensures overflow:  \result == LOCKET_OVERFLOW <==>
                         !LOCKET_LOST(a, i) && !LOCKET_AFTER_OK(a->tables, i);
    ensures underflow: \result == LOCKET_UNDERFLOW <==>
                         !LOCKET_LOST(a, i) && LOCKET_AFTER_OK(a->tables, i) &&
                         !LOCKET_BELOW_OK(a->tables, i);
*/
LOCKET_INTERNAL int locket_secret_damage(const struct locket_arena *a, uint32_t i);

/**
 * locket_secret_end(a, i):
 * The end of secret ${i}: check, wipe, put away.  What was damaged is
 * remembered in ${a}.  If its pages cannot be opened, that is, and it stays.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_LIVE(a->tables, i);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
    LOCKET_KEEPS_HEAP(a->tables);
    LOCKET_KEEPS_LIVE(a->tables, i);
    ensures wiped:   a->tables->slot[i].state != LOCKET_SLOT_LIVE ==>
                       zeroed(a->tables->range.base, \old(a->tables->slot[i].lo),
                              \old(a->tables->slot[i].hi));
    ensures kept:    a->tables->slot[i].state == LOCKET_SLOT_LIVE ==>
                       a->found != 0 && slot_same{Pre,Post}(a->tables->slot + i) &&
                       same{Pre,Post}(a->tables->range.base, 0, a->tables->range.size);
    ensures damaged: \old(!LOCKET_LOST(a, i) && !(LOCKET_AFTER_OK(a->tables, i) &&
                                                  LOCKET_BELOW_OK(a->tables, i))) ==>
                       a->found != 0;
*/
LOCKET_INTERNAL void locket_secret_end(struct locket_arena *a, uint32_t i);

/**
 * locket_secret_stays(a, i, size):
 * 1 if secret ${i} can have ${size} bytes where it is.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_LIVE(a->tables, i);
    requires size:  size <= LOCKET_MAX_SIZE;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures exact:  \result == 1 <==>
                      a->tables->slot[i].epoch == a->tables->epoch &&
                      rounded(size, a->tables->slot[i].alignment) ==
                        a->tables->slot[i].hi - a->tables->slot[i].user;
    ensures flush:  \result == 1 ==>
                      a->tables->slot[i].user + size <= a->tables->slot[i].hi <
                        a->tables->slot[i].user + size + a->tables->slot[i].alignment;
*/
LOCKET_INTERNAL int locket_secret_stays(const struct locket_arena *a, uint32_t i, size_t size);

/**
 * locket_secret_resize(a, i, size):
 * Give secret ${i}, which is open and for which locket_secret_stays, ${size}
 * bytes: new ones are zero, old ones are wiped.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires slot:  LOCKET_LIVE(a->tables, i) && a->tables->slot[i].access == LOCKET_READ_WRITE;
    requires size:  size <= LOCKET_MAX_SIZE;
    requires flush: a->tables->slot[i].user + size <= a->tables->slot[i].hi <
                      a->tables->slot[i].user + size + a->tables->slot[i].alignment;
    terminates \true;
    exits      \false;
    assigns    a->tables->slot[i].size, a->live_bytes,
               a->tables->range.base[a->tables->slot[i].user - LOCKET_CANARY_BYTES ..
                                     a->tables->slot[i].user - 1],
               a->tables->range.base[a->tables->slot[i].user +
                                       lesser(size, a->tables->slot[i].size) ..
                                     a->tables->slot[i].hi - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    ensures size:   a->tables->slot[i].size == size;
    ensures kept:   same{Pre,Post}(a->tables->range.base, a->tables->slot[i].user,
                                   a->tables->slot[i].user +
                                     lesser(size, \old(a->tables->slot[i].size)));
    ensures zero:   zeroed(a->tables->range.base,
                           a->tables->slot[i].user + lesser(size, \old(a->tables->slot[i].size)),
                           a->tables->slot[i].user + size);
    ensures after:  LOCKET_AFTER_OK(a->tables, i);
    ensures below:  \old(LOCKET_BELOW_OK(a->tables, i)) ==> LOCKET_BELOW_OK(a->tables, i);
*/
LOCKET_INTERNAL void locket_secret_resize(struct locket_arena *a, uint32_t i, size_t size);

/**
 * locket_secret_move(a, from, to):
 * Copy the bytes of secret ${from} to secret ${to}, as many as both have.
 * Both are open.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    requires heap:  LOCKET_HEAP_OK(a->tables);
    requires from:  LOCKET_LIVE(a->tables, from) &&
                    a->tables->slot[from].access != LOCKET_NO_ACCESS;
    requires to:    LOCKET_LIVE(a->tables, to) && a->tables->slot[to].access == LOCKET_READ_WRITE;
    requires two:   from != to;
    terminates \true;
    exits      \false;
    assigns    a->tables->range.base[a->tables->slot[to].user ..
                                     a->tables->slot[to].user +
                                       lesser(a->tables->slot[from].size,
                                              a->tables->slot[to].size) - 1];
    LOCKET_KEEPS_HEAP(a->tables);
    ensures copied: \forall integer k; a->tables->slot[to].user <= k < a->tables->slot[to].user +
                      lesser(a->tables->slot[from].size, a->tables->slot[to].size) ==>
                        a->tables->range.base[k] ==
                          \old(a->tables->range.base[k - a->tables->slot[to].user +
                                                     a->tables->slot[from].user]);
*/
LOCKET_INTERNAL void locket_secret_move(struct locket_arena *a, uint32_t from, uint32_t to);

#endif
