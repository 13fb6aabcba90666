/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * slot.h - stage 4: the table of slots: whose pages are whose.
 *
 * A slot is a fixed place: up to 2^k data pages below an upper guard page.
 * Its record lies in a table of its own, never beside user data, and holds
 * offsets into the range, never pointers.
 *
 *     VIRGIN -> LIVE -> QUARANTINED -> KEPT -> LIVE ...
 *                            |          |
 *                            +--> COLD <-+   (pages given back)  COLD -> LIVE
 */
#ifndef LOCKET_SLOT_H
#define LOCKET_SLOT_H

#include "config.h"
#include "spec.h"

enum locket_slot_state {
        LOCKET_SLOT_VIRGIN,             /* never used: what a fresh table says */
        LOCKET_SLOT_COLD,               /* free, no pages */
        LOCKET_SLOT_KEPT,               /* free, zero pages kept for reuse */
        LOCKET_SLOT_QUARANTINED,        /* freed, may not be reused yet */
        LOCKET_SLOT_LIVE                /* a secret */
};

struct locket_slot {
        size_t hi;              /* offset past the last data byte: the guard */
        size_t lo;              /* offset of the first open byte; hi: none */
        size_t bottom;          /* lo is never below it: where the place begins */
        size_t user;            /* offset of the secret, or of the last one */
        size_t size;            /* bytes asked for */
        uint64_t canary_low;    /* struct locket_canary */
        uint64_t canary_high;
        uint32_t alignment;     /* of the end, 1 to the page size */
        uint32_t next;          /* index of the next slot of a list */
        uint32_t epoch;         /* the process that opened the pages */
        uint32_t slab;          /* index of its slab */
        int state;              /* enum locket_slot_state */
        int access;             /* enum locket_access, of lo .. hi */
        int lock_error;         /* 0: locked; errno of a lock that was only
                                 * preferred; LOCKET_NOT_LOCKED: not asked for */
};

#define LOCKET_NOT_LOCKED (-1)

/* What an address is to a slot. */
enum locket_slot_hit {
        LOCKET_HIT_LIVE,        /* the first byte of the live secret */
        LOCKET_HIT_FREED,       /* the first byte of the last secret, freed */
        LOCKET_HIT_INSIDE,      /* elsewhere on a live secret's pages */
        LOCKET_HIT_NOTHING
};

/* Slots, first in first out, linked through `next`. */
struct locket_list {
        uint32_t head;          /* LOCKET_NONE if count is 0 */
        uint32_t tail;
        uint32_t count;
};

/*@ // The secret's end is flush with the guard up to its alignment, and its
    // canary is in its own pages (T3).
    predicate secret_ok{L}(struct locket_slot *s) =
         s->lo + LOCKET_CANARY_BYTES <= s->user && s->user + s->size <= s->hi
      && s->size <= LOCKET_MAX_SIZE
      && 1 <= s->alignment <= 65536 && s->hi < s->user + s->size + s->alignment;

    predicate slot_ok{L}(struct locket_slot *s) =
         s->bottom <= s->lo <= s->hi
      && LOCKET_SLOT_VIRGIN <= s->state <= LOCKET_SLOT_LIVE
      && LOCKET_NO_ACCESS <= s->access <= LOCKET_READ_WRITE
      && (s->state == LOCKET_SLOT_LIVE ==> secret_ok(s));

    // Somebody else may write to its open pages: a caller to a secret, or, too
    // late, to a freed one whose pages were not closed.
    predicate exposed{L}(struct locket_slot *s) =
      s->state == LOCKET_SLOT_LIVE || s->access != LOCKET_NO_ACCESS;

    predicate slot_same{L1,L2}(struct locket_slot *s) =
         \at(s->hi,L1) == \at(s->hi,L2) && \at(s->lo,L1) == \at(s->lo,L2)
      && \at(s->bottom,L1) == \at(s->bottom,L2) && \at(s->slab,L1) == \at(s->slab,L2)
      && \at(s->user,L1) == \at(s->user,L2) && \at(s->size,L1) == \at(s->size,L2)
      && \at(s->canary_low,L1) == \at(s->canary_low,L2)
      && \at(s->canary_high,L1) == \at(s->canary_high,L2)
      && \at(s->alignment,L1) == \at(s->alignment,L2)
      && \at(s->epoch,L1) == \at(s->epoch,L2)
      && \at(s->state,L1) == \at(s->state,L2) && \at(s->access,L1) == \at(s->access,L2);
*/

/**
 * locket_slot_guess(off, first, pitch, count):
 * The number of the slot, of ${count} that begin every ${pitch} bytes from
 * ${first} on, whose place ${off} is in; LOCKET_NONE if in none.
 */
/*@ requires pitch: 0 < pitch;
    requires count: count < LOCKET_NONE;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures range:  \result < count || \result == LOCKET_NONE;
    ensures hit:    \result < count ==> first <= off && \result == (off - first) / pitch;
    ensures miss:   \result == LOCKET_NONE ==> off < first || (off - first) / pitch >= count;
*/
LOCKET_INTERNAL uint32_t locket_slot_guess(size_t off, size_t first, size_t pitch,
                                           uint32_t count);

/**
 * locket_slot_judge(s, off):
 * What offset ${off} is to slot ${s}, an enum locket_slot_hit.  Reads the
 * record only.
 */
/*@ requires valid: \valid_read(s);
    requires ok:    slot_ok(s);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures live:   \result == LOCKET_HIT_LIVE <==>
                      s->state == LOCKET_SLOT_LIVE && s->user == off;
    ensures freed:  \result == LOCKET_HIT_FREED <==>
                      s->state != LOCKET_SLOT_LIVE && s->state != LOCKET_SLOT_VIRGIN &&
                      s->user == off;
    ensures inside: \result == LOCKET_HIT_INSIDE <==>
                      s->state == LOCKET_SLOT_LIVE && s->user != off && s->lo <= off < s->hi;
    ensures else:   \result == LOCKET_HIT_LIVE || \result == LOCKET_HIT_FREED ||
                    \result == LOCKET_HIT_INSIDE || \result == LOCKET_HIT_NOTHING;
*/
LOCKET_INTERNAL int locket_slot_judge(const struct locket_slot *s, size_t off);

/**
 * locket_slot_take(s, user, size, alignment):
 * FREE -> LIVE: the open pages of ${s} now hold a secret of ${size} bytes at
 * offset ${user}.
 */
/*@ requires valid: \valid(s);
    requires ok:    slot_ok(s);
    requires free:  s->state != LOCKET_SLOT_LIVE;
    requires place: s->lo + LOCKET_CANARY_BYTES <= user && user + size <= s->hi;
    requires size:  size <= LOCKET_MAX_SIZE;
    requires flush: 1 <= alignment <= 65536 && s->hi < user + size + alignment;
    terminates \true;
    exits      \false;
    assigns    s->user, s->size, s->alignment, s->state;
    ensures ok:     slot_ok(s);
    ensures live:   s->state == LOCKET_SLOT_LIVE && s->user == user && s->size == size &&
                    s->alignment == alignment;
*/
LOCKET_INTERNAL void locket_slot_take(struct locket_slot *s, size_t user, size_t size,
                                      uint32_t alignment);

/**
 * locket_slot_drop(s):
 * LIVE -> QUARANTINED.  Where the secret was is remembered, so that a second
 * free is told from a foreign one.
 */
/*@ requires valid: \valid(s);
    requires ok:    slot_ok(s);
    requires live:  s->state == LOCKET_SLOT_LIVE;
    terminates \true;
    exits      \false;
    assigns    s->state;
    ensures ok:     slot_ok(s);
    ensures dropped: s->state == LOCKET_SLOT_QUARANTINED;
*/
LOCKET_INTERNAL void locket_slot_drop(struct locket_slot *s);

/**
 * locket_list_clear(list):
 * The empty list.
 */
/*@ requires valid: \valid(list);
    terminates \true;
    exits      \false;
    assigns    list->head, list->tail, list->count;
    ensures empty:  list->count == 0 && list->head == LOCKET_NONE && list->tail == LOCKET_NONE;
*/
LOCKET_INTERNAL void locket_list_clear(struct locket_list *list);

/**
 * locket_list_push(list, slots, i, count):
 * Append slot ${i} of the table of ${count}.  A list that cannot be, with a
 * tail out of range or as many slots as there are, is begun anew: damage is
 * never followed.
 */
/*@ requires list:  \valid(list);
    requires slots: \valid(slots + (0 .. count - 1));
    requires apart: \separated(list, slots + (0 .. count - 1));
    requires range: i < count <= LOCKET_NONE;
    terminates \true;
    exits      \false;
    assigns    list->head, list->tail, list->count,
               slots[i].next, slots[list->tail < count ? list->tail : i].next;
    ensures tail:   list->tail == i && slots[i].next == LOCKET_NONE;
    ensures append: 0 < \old(list->count) < count && \old(list->tail) < count ==>
                      list->head == \old(list->head) && list->count == \old(list->count) + 1 &&
                      (\old(list->tail) != i ==> slots[\old(list->tail)].next == i);
    ensures anew:   !(0 < \old(list->count) < count && \old(list->tail) < count) ==>
                      list->head == i && list->count == 1;
    ensures others: \forall integer k; 0 <= k < count && k != i &&
                      (k != \old(list->tail) || \old(list->count) == 0) ==>
                        slots[k].next == \old(slots[k].next);
*/
LOCKET_INTERNAL void locket_list_push(struct locket_list *list, struct locket_slot *slots,
                                      uint32_t i, uint32_t count);

/**
 * locket_list_pop(list, slots, count):
 * Remove and return the oldest slot; LOCKET_NONE if the list is empty or
 * names no slot of the table of ${count}.
 */
/*@ requires list:  \valid(list);
    requires slots: \valid_read(slots + (0 .. count - 1));
    requires apart: \separated(list, slots + (0 .. count - 1));
    requires count: count <= LOCKET_NONE;
    terminates \true;
    exits      \false;
    assigns    list->head, list->tail, list->count;
    ensures range:  \result < count || \result == LOCKET_NONE;
    ensures found:  \old(list->count) > 0 && \old(list->head) < count ==>
                      \result == \old(list->head) && list->head == slots[\result].next &&
                      list->tail == \old(list->tail) && list->count == \old(list->count) - 1;
    ensures empty:  \old(list->count) == 0 ==> \result == LOCKET_NONE && *list == \old(*list);
    ensures damage: \old(list->count) > 0 && \old(list->head) >= count ==>
                      \result == LOCKET_NONE && list->count == 0 &&
                      list->head == LOCKET_NONE && list->tail == LOCKET_NONE;
*/
LOCKET_INTERNAL uint32_t locket_list_pop(struct locket_list *list,
                                         const struct locket_slot *slots, uint32_t count);

#endif
