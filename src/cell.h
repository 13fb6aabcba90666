/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * cell.h - stage 4: the cells of a run: which part of its bytes is whose.
 *
 * A run is a slot's bytes, cut into equal cells:
 *
 *    slot.lo  slot.user   first    first + pitch             slot.hi
 *    | canary | canary .. | cell 0 gap | cell 1 gap | .. | last gap | guard
 *
 * A cell begins with the secret, or is zero; what is left of it up to the next
 * one, LOCKET_GAP_BYTES at least, is its canary, which also ends what is below
 * the next one.  As the guard is where a page begins, a cell is aligned to what
 * divides the pitch.
 *
 * The records are out of band, LOCKET_RUN_CELLS for each run, and hold numbers.
 *
 *     VIRGIN -> LIVE -> QUARANTINED -> FREE -> LIVE ...
 */
#ifndef LOCKET_CELL_H
#define LOCKET_CELL_H

#include "config.h"
#include "size.h"
#include "slot.h"
#include "spec.h"

enum locket_cell_state {
        LOCKET_CELL_VIRGIN,     /* zero, never used */
        LOCKET_CELL_FREE,       /* zero */
        LOCKET_CELL_QUARANTINED,/* zero, may not be used again yet */
        LOCKET_CELL_LIVE        /* a secret */
};

struct locket_cell {
        uint64_t canary;        /* what fills it after the secret */
        uint32_t size;          /* bytes asked for, of the last secret */
        uint32_t next;          /* the next one in quarantine */
        uint32_t pick;          /* entry k of its run's table of free cells, if
                                 * it is the k-th record: a cell's index */
        uint16_t alignment;     /* asked for */
        uint16_t state;         /* enum locket_cell_state */
};

struct locket_run {
        size_t first;           /* offset of cell 0 */
        uint32_t owner;         /* index + 1 of its arena; 0: no run */
        uint32_t slot;          /* whose bytes it has */
        uint32_t pitch;         /* bytes from one cell to the next */
        uint32_t count;         /* cells */
        uint32_t live;          /* of these, secrets */
        uint32_t held;          /* in quarantine */
        uint32_t free;          /* in the table of free ones */
        uint32_t size_class;
        uint32_t epoch;         /* the process whose it is: struct locket_slot */
        uint32_t next, last;    /* runs of this class with free cells */
        uint32_t listed;        /* 1: it is among them */
        uint32_t open;          /* 1: its records can be used */
        uint32_t tried;         /* 1: a reserve made it that is not done yet */
};

/*@ predicate cell_alignment_ok(integer m) =
      m == 1 || m == 2 || m == 4 || m == 8 || m == 16 || m == 32 || m == 64;

    // The pitch of class k.
    logic integer class_pitch(integer k) =
      k <= 14 ? 8 * (k + 2) : k <= 22 ? 16 * (k - 6) : k <= 30 ? 32 * (k - 14) :
      k <= 38 ? 64 * (k - 22) : 128 * (k - 30);

    predicate pitch_ok(integer pitch) = 16 <= pitch <= LOCKET_PITCH_MOST && pitch % 8 == 0;

    // Where cell i begins.
    logic integer cell_from{L}(struct locket_run *r, integer i) = r->first + i * r->pitch;

    predicate run_ok{L}(struct locket_run *r) =
         pitch_ok(r->pitch) && 0 < r->count <= LOCKET_RUN_CELLS
      && r->count * r->pitch <= LOCKET_RUN_BYTES
      && r->first + r->count * r->pitch <= 0x1000000000;

    predicate idle(integer state) = state == LOCKET_CELL_VIRGIN || state == LOCKET_CELL_FREE;
*/

/**
 * locket_cell_class(size, alignment):
 * The class of the cells for ${size} bytes, so aligned; LOCKET_NONE if that is
 * not for cells.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures range: \result < LOCKET_CELL_CLASSES || \result == LOCKET_NONE;
    ensures none:  \result == LOCKET_NONE <==>
                     size > LOCKET_PITCH_MOST - LOCKET_GAP_BYTES || !cell_alignment_ok(alignment);
    ensures room:  \result != LOCKET_NONE ==> size + LOCKET_GAP_BYTES <= class_pitch(\result);
    ensures aligned: \result != LOCKET_NONE ==> class_pitch(\result) % alignment == 0;
    ensures dense: \result != LOCKET_NONE && 8 <= size && alignment <= 8 && size <= 120 ==>
                     class_pitch(\result) < size + 16;
*/
LOCKET_INTERNAL uint32_t locket_cell_class(size_t size, size_t alignment);

/** locket_cell_pitch(k): Bytes from a cell of class ${k} to the next. */
/*@ requires class: k < LOCKET_CELL_CLASSES;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == class_pitch(k);
    ensures ok:    pitch_ok(\result);
*/
LOCKET_INTERNAL uint32_t locket_cell_pitch(uint32_t k);

/** locket_cell_count(bytes, pitch): Cells in a run with ${bytes} of pages. */
/*@ requires bytes: 4096 <= bytes <= LOCKET_RUN_BYTES;
    requires pitch: pitch_ok(pitch);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures some:  0 < \result <= LOCKET_RUN_CELLS;
    ensures fit:   \result * pitch + LOCKET_CANARY_BYTES <= bytes;
*/
LOCKET_INTERNAL uint32_t locket_cell_count(size_t bytes, uint32_t pitch);

/** locket_cell_from(r, i): Where cell ${i} begins. */
/*@ requires valid: \valid_read(r);
    requires ok:    run_ok(r);
    requires range: i < r->count;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact:  \result == cell_from(r, i);
    ensures inside: r->first <= \result && \result + r->pitch <= r->first + r->count * r->pitch;
*/
LOCKET_INTERNAL size_t locket_cell_from(const struct locket_run *r, uint32_t i);

/**
 * locket_cell_guess(r, off):
 * The cell of ${r} in whose bytes ${off} is; LOCKET_NONE if in none.
 */
/*@ requires valid: \valid_read(r);
    requires ok:    run_ok(r);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures range: \result < r->count || \result == LOCKET_NONE;
    ensures hit:   \result != LOCKET_NONE ==>
                     cell_from(r, \result) <= off < cell_from(r, \result) + r->pitch;
    ensures miss:  \result == LOCKET_NONE ==>
                     off < r->first || off >= r->first + r->count * r->pitch;
*/
LOCKET_INTERNAL uint32_t locket_cell_guess(const struct locket_run *r, size_t off);

/**
 * locket_cell_judge(c, from, off):
 * What offset ${off} is to the cell ${c}, which begins at ${from} and has it in
 * its bytes: an enum locket_slot_hit.
 */
/*@ requires valid: \valid_read(c);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures live:   \result == LOCKET_HIT_LIVE <==> c->state == LOCKET_CELL_LIVE && off == from;
    ensures inside: \result == LOCKET_HIT_INSIDE <==> c->state == LOCKET_CELL_LIVE && off != from;
    ensures freed:  \result == LOCKET_HIT_FREED <==>
                      c->state != LOCKET_CELL_LIVE && c->state != LOCKET_CELL_VIRGIN &&
                      off == from;
    ensures else:   \result == LOCKET_HIT_LIVE || \result == LOCKET_HIT_FREED ||
                    \result == LOCKET_HIT_INSIDE || \result == LOCKET_HIT_NOTHING;
*/
LOCKET_INTERNAL int locket_cell_judge(const struct locket_cell *c, size_t from, size_t off);

/**
 * locket_cell_begin(c, size, alignment, canary):
 * -> LIVE: a secret of ${size} bytes.
 */
/*@ requires valid: \valid(c);
    requires free:  idle(c->state);
    terminates \true;
    exits      \false;
    assigns    c->canary, c->size, c->alignment, c->state;
    ensures live:   c->state == LOCKET_CELL_LIVE && c->size == size &&
                    c->alignment == alignment && c->canary == canary;
*/
LOCKET_INTERNAL void locket_cell_begin(struct locket_cell *c, uint32_t size, uint16_t alignment,
                                       uint64_t canary);

/**
 * locket_cell_clear(r, cell):
 * No cell of ${r} was ever used, and all are free.  ${cell}: its records.
 */
/*@ requires run:   \valid(r);
    requires cells: \valid(cell + (0 .. r->count - 1));
    requires apart: \separated(r, cell + (0 .. r->count - 1));
    terminates \true;
    exits      \false;
    assigns    r->live, r->held, r->free, cell[0 .. r->count - 1].pick,
               cell[0 .. r->count - 1].size, cell[0 .. r->count - 1].state;
    ensures counts: r->live == 0 && r->held == 0 && r->free == r->count;
    ensures picks:  \forall integer k; 0 <= k < r->count ==> cell[k].pick == k;
    ensures virgin: \forall integer k; 0 <= k < r->count ==>
                      cell[k].state == LOCKET_CELL_VIRGIN && cell[k].size == 0;
*/
LOCKET_INTERNAL void locket_cell_clear(struct locket_run *r, struct locket_cell *cell);

/**
 * locket_cell_draw(r, cell, random):
 * Take the free cell that ${random}, below 65536, picks out of the table: its
 * index, or LOCKET_NONE if there is none or the table names one that is not
 * free.
 */
/*@ requires run:   \valid(r);
    requires cells: \valid(cell + (0 .. r->count - 1));
    requires apart: \separated(r, cell + (0 .. r->count - 1));
    requires count: r->count <= LOCKET_RUN_CELLS;
    requires random: random < 65536;
    terminates \true;
    exits      \false;
    assigns    r->free, cell[0 .. r->count - 1].pick;
    ensures range: \result < r->count || \result == LOCKET_NONE;
    ensures idle:  \result != LOCKET_NONE ==> idle(cell[\result].state);
    ensures empty: \old(r->free) == 0 || \old(r->free) > r->count ==>
                     \result == LOCKET_NONE && r->free == \old(r->free);
    ensures taken: 0 < \old(r->free) <= r->count ==> r->free == \old(r->free) - 1;
    ensures found: 0 < \old(r->free) <= r->count ==>
                     \let i = \old(cell[random * r->free / 65536].pick);
                     i < r->count && idle(cell[i].state) ==> \result == i;
    ensures rest:  0 < \old(r->free) <= r->count ==>
                     \forall integer k; 0 <= k < r->count ==>
                       cell[k].pick == (k == \old(random * r->free / 65536)
                                          ? \old(cell[r->free - 1].pick) : \old(cell[k].pick));
*/
LOCKET_INTERNAL uint32_t locket_cell_draw(struct locket_run *r, struct locket_cell *cell,
                                          uint32_t random);

/** locket_cell_put(r, cell, i): Cell ${i} is free, and in the table. */
/*@ requires run:   \valid(r);
    requires cells: \valid(cell + (0 .. r->count - 1));
    requires apart: \separated(r, cell + (0 .. r->count - 1));
    requires range: i < r->count;
    terminates \true;
    exits      \false;
    assigns    r->free, cell[i].state, cell[r->free < r->count ? r->free : i].pick;
    ensures free:  cell[i].state == LOCKET_CELL_FREE;
    ensures put:   \old(r->free) < r->count ==>
                     r->free == \old(r->free) + 1 && cell[\old(r->free)].pick == i;
    ensures full:  \old(r->free) >= r->count ==> r->free == \old(r->free);
    ensures rest:  \forall integer k; 0 <= k < r->count && k != \old(r->free) ==>
                     cell[k].pick == \old(cell[k].pick);
*/
LOCKET_INTERNAL void locket_cell_put(struct locket_run *r, struct locket_cell *cell, uint32_t i);

#endif
