/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * cell.c - stage 4: the cells of a run: which part of its bytes is whose.
 *
 * Knows:    indices, states, offsets as numbers.  Never touches a secret byte.
 * Promises: no two cells of a run share a byte; an index is checked before it
 *           is believed.
 * Proved:   all functions.   Tests: tests/unit/test_cell.c
 */
#include "cell.h"

#include "word.h"

/*@ lemma product_order: \forall integer i, j, p; 0 <= p && i <= j ==> i * p <= j * p;
    lemma product_next:  \forall integer i, p; (i + 1) * p == i * p + p;

    // T3: no two cells share a byte
    lemma cells_apart{L}: \forall struct locket_run *r, integer i, j;
      i < j ==> cell_from(r, i) + r->pitch <= cell_from(r, j);

    lemma part_of: \forall integer x, p; 0 <= x && 0 < p ==>
      (x / p) * p <= x && x < (x / p) * p + p;

    lemma share_of: \forall integer r, n; 0 <= r < 65536 && 0 < n ==> 0 <= r * n / 65536 < n;
*/

/* The class of cells with a pitch of ${bytes} or more, if it shall divide by
 * ${multiple}: by constants, as a division takes longer than all else. */
/*@ requires bytes:    16 <= bytes <= LOCKET_PITCH_MOST;
    requires multiple: multiple == 8 || multiple == 16 || multiple == 32 || multiple == 64;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures range:   \result < LOCKET_CELL_CLASSES;
    ensures room:    bytes <= class_pitch(\result);
    ensures divides: class_pitch(\result) % multiple == 0;
    ensures dense:   bytes <= 128 && multiple == 8 ==> class_pitch(\result) < bytes + 8;
*/
LOCKET_INLINE uint32_t locket_cell_fit(uint32_t bytes, uint32_t multiple)
{
        if (multiple == 16) {
                bytes = (bytes + 15u) / 16u * 16u;
        } else if (multiple == 32) {
                bytes = (bytes + 31u) / 32u * 32u;
        } else if (multiple == 64) {
                bytes = (bytes + 63u) / 64u * 64u;
        }
        if (bytes <= 128) {
                return (bytes + 7u) / 8u - 2u;
        }
        if (bytes <= 256) {
                return (bytes + 15u) / 16u + 6u;
        }
        if (bytes <= 512) {
                return (bytes + 31u) / 32u + 14u;
        }
        return bytes <= 1024 ? (bytes + 63u) / 64u + 22u : (bytes + 127u) / 128u + 30u;
}

uint32_t locket_cell_class(size_t size, size_t alignment)
{
        if (size > LOCKET_PITCH_MOST - LOCKET_GAP_BYTES) {
                return LOCKET_NONE;
        }
        if (size < LOCKET_GAP_BYTES) {
                size = LOCKET_GAP_BYTES;
        }
        switch (alignment) {
        case 16:
                return locket_cell_fit((uint32_t)size + LOCKET_GAP_BYTES, 16);
        case 1:
        case 2:
        case 4:
        case 8:
                return locket_cell_fit((uint32_t)size + LOCKET_GAP_BYTES, 8);
        case 32:
                return locket_cell_fit((uint32_t)size + LOCKET_GAP_BYTES, 32);
        case 64:
                return locket_cell_fit((uint32_t)size + LOCKET_GAP_BYTES, 64);
        default:
                return LOCKET_NONE;
        }
}

uint32_t locket_cell_pitch(uint32_t k)
{
        if (k <= 14) {
                return 8u * (k + 2u);
        }
        if (k <= 22) {
                return 16u * (k - 6u);
        }
        if (k <= 30) {
                return 32u * (k - 14u);
        }
        return k <= 38 ? 64u * (k - 22u) : 128u * (k - 30u);
}

uint32_t locket_cell_count(size_t bytes, uint32_t pitch)
{
        const size_t count = (bytes - LOCKET_CANARY_BYTES) / pitch;

        return count < LOCKET_RUN_CELLS ? (uint32_t)count : LOCKET_RUN_CELLS;
}

size_t locket_cell_from(const struct locket_run *r, uint32_t i)
{
        /*@ assert below: (i + 1) * r->pitch <= r->count * r->pitch; */
        return r->first + (size_t)i * r->pitch;
}

uint32_t locket_cell_guess(const struct locket_run *r, size_t off)
{
        uint32_t i;

        if (off < r->first || off - r->first >= LOCKET_RUN_BYTES) {
                return LOCKET_NONE;
        }
        i = (uint32_t)(off - r->first) / r->pitch;
        return i < r->count ? i : LOCKET_NONE;
}

int locket_cell_judge(const struct locket_cell *c, size_t from, size_t off)
{
        if (c->state == LOCKET_CELL_LIVE) {
                return off == from ? LOCKET_HIT_LIVE : LOCKET_HIT_INSIDE;
        }
        if (c->state != LOCKET_CELL_VIRGIN && off == from) {
                return LOCKET_HIT_FREED;
        }
        return LOCKET_HIT_NOTHING;
}

void locket_cell_begin(struct locket_cell *c, uint32_t size, uint16_t alignment, uint64_t canary)
{
        c->canary = canary;
        c->size = size;
        c->alignment = alignment;
        locket_short_store(&c->state, LOCKET_CELL_LIVE); /* last: a wiper believes its size */
}

void locket_cell_clear(struct locket_run *r, struct locket_cell *cell)
{
        const uint32_t count = r->count;
        uint32_t i;

        /*@ loop invariant range:  0 <= i <= count;
            loop invariant count:  r->count == count;
            loop invariant picks:  \forall integer k; 0 <= k < i ==> cell[k].pick == k;
            loop invariant virgin: \forall integer k; 0 <= k < i ==>
                                     cell[k].state == LOCKET_CELL_VIRGIN && cell[k].size == 0;
            loop assigns i, cell[0 .. count - 1].pick, cell[0 .. count - 1].size,
                         cell[0 .. count - 1].state;
            loop variant count - i;
        */
        for (i = 0; i < count; i++) {
                cell[i].pick = i;
                cell[i].size = 0;
                cell[i].state = LOCKET_CELL_VIRGIN;
        }
        r->live = 0;
        r->held = 0;
        r->free = count;
}

/* 1 if a cell in that state can be handed out. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:  \result == 0 || \result == 1;
    ensures exact: \result == 1 <==> idle(state);
*/
LOCKET_INLINE int locket_cell_idle(uint16_t state)
{
        return state == LOCKET_CELL_VIRGIN || state == LOCKET_CELL_FREE;
}

uint32_t locket_cell_draw(struct locket_run *r, struct locket_cell *cell, uint32_t random)
{
        uint32_t at;
        uint32_t i;

        if (r->free == 0 || r->free > r->count) {
                return LOCKET_NONE;
        }
        at = random * r->free / 65536u;
        /*@ assert share: at < r->free; */
        i = cell[at].pick;
        r->free -= 1u;
        cell[at].pick = cell[r->free].pick;
        return i < r->count && locket_cell_idle(cell[i].state) ? i : LOCKET_NONE;
}

void locket_cell_put(struct locket_run *r, struct locket_cell *cell, uint32_t i)
{
        if (r->free < r->count) {
                cell[r->free].pick = i;
                r->free += 1u;
        }
        cell[i].state = LOCKET_CELL_FREE;
}
