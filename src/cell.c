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

/* The least multiple of ${multiple}, a power of two from 8 to 128, that is not
 * less than ${bytes}: by constants, as a division takes longer than all else. */
LOCKET_INLINE uint32_t locket_cell_round(uint32_t bytes, uint32_t multiple)
{
        switch (multiple) {
        case 8:
                return (bytes + 7u) / 8u * 8u;
        case 16:
                return (bytes + 15u) / 16u * 16u;
        case 32:
                return (bytes + 31u) / 32u * 32u;
        case 64:
                return (bytes + 63u) / 64u * 64u;
        default:
                return (bytes + 127u) / 128u * 128u;
        }
}

/* From one class that has room for ${bytes} to the next. */
LOCKET_INLINE uint32_t locket_cell_step(uint32_t bytes)
{
        if (bytes <= 128) {
                return 8;
        }
        if (bytes <= 256) {
                return 16;
        }
        if (bytes <= 512) {
                return 32;
        }
        return bytes <= 1024 ? 64 : 128;
}

uint32_t locket_cell_pitch(size_t size, size_t alignment)
{
        uint32_t bytes;
        uint32_t step;

        if (size > LOCKET_PITCH_MOST - LOCKET_GAP_BYTES || alignment > LOCKET_CELL_ALIGNMENT) {
                return 0;
        }
        if (size < LOCKET_GAP_BYTES) {
                size = LOCKET_GAP_BYTES;
        }
        bytes = (uint32_t)size + LOCKET_GAP_BYTES;
        step = locket_cell_step(bytes);
        return locket_cell_round(bytes, alignment > step ? (uint32_t)alignment : step);
}

uint32_t locket_cell_class(uint32_t pitch)
{
        if (pitch <= 128) {
                return pitch / 8u - 2u;
        }
        if (pitch <= 256) {
                return pitch / 16u + 6u;
        }
        if (pitch <= 512) {
                return pitch / 32u + 14u;
        }
        return pitch <= 1024 ? pitch / 64u + 22u : pitch / 128u + 30u;
}

uint32_t locket_cell_lead(uint32_t pitch)
{
        if (pitch % 64u == 0) {
                return 64;
        }
        return pitch % 32u == 0 ? 32 : LOCKET_CANARY_BYTES;
}

uint32_t locket_cell_count(size_t bytes, uint32_t pitch)
{
        const size_t count = (bytes - locket_cell_lead(pitch)) / pitch;

        return count < LOCKET_RUN_CELLS ? (uint32_t)count : LOCKET_RUN_CELLS;
}

size_t locket_cell_from(const struct locket_run *r, uint32_t i)
{
        return r->first + (size_t)i * r->pitch;
}

size_t locket_cell_to(const struct locket_run *r, uint32_t i)
{
        return i + 1u == r->count ? r->end : locket_cell_from(r, i) + r->pitch;
}

uint32_t locket_cell_guess(const struct locket_run *r, size_t off)
{
        uint32_t i;

        if (off < r->first || off >= r->end) {
                return LOCKET_NONE;
        }
        i = (uint32_t)(off - r->first) / r->pitch;
        return i < r->count ? i : r->count - 1u;
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
        c->state = LOCKET_CELL_LIVE;
}

void locket_cell_clear(struct locket_run *r, struct locket_cell *cell)
{
        uint32_t i;

        for (i = 0; i < r->count; i++) {
                cell[i].pick = i;
                cell[i].size = 0;
                cell[i].state = LOCKET_CELL_VIRGIN;
        }
        r->live = 0;
        r->held = 0;
        r->free = r->count;
}

/* 1 if a cell in that state can be handed out. */
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
