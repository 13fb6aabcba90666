/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * cell.h - stage 4: the cells of a run: which part of its bytes is whose.
 *
 * A run is a slot's bytes, cut into equal cells:
 *
 *    slot.lo   slot.user   first    first+pitch                        end
 *    | canary  | canary .. | cell 0 |gap| cell 1 |gap| ... | last |gap ... | guard
 *
 * A cell begins with the secret, or is zero; what is left of it up to the next
 * one, LOCKET_GAP_BYTES at least, is its canary, which also ends what is below
 * the next one.  The last cell's goes on to the guard.
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
        size_t end;             /* offset past the last one's canary: the guard */
        uint32_t owner;         /* index + 1 of its arena; 0: no run */
        uint32_t slot;          /* whose bytes it has */
        uint32_t pitch;         /* bytes from one cell to the next */
        uint32_t count;         /* cells */
        uint32_t live;          /* of these, secrets */
        uint32_t held;          /* in quarantine */
        uint32_t free;          /* in the table of free ones */
        uint32_t shelf;         /* its class */
        uint32_t next, last;    /* runs of this class with free cells */
        uint32_t listed;        /* 1: it is among them */
        uint32_t open;          /* 1: its records can be used */
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
    // Where its canary ends.
    logic integer cell_to{L}(struct locket_run *r, integer i) =
      i + 1 == r->count ? r->end : r->first + (i + 1) * r->pitch;

    predicate run_ok{L}(struct locket_run *r) =
         pitch_ok(r->pitch) && 0 < r->count <= LOCKET_RUN_CELLS
      && r->first + r->count * r->pitch <= r->end
      && r->end <= 0x1000000000 && r->free <= r->count;
*/

/**
 * locket_cell_pitch(size, alignment):
 * Bytes from a cell for ${size} bytes, so aligned, to the next; 0 if that is
 * not for cells.
 */
LOCKET_INTERNAL uint32_t locket_cell_pitch(size_t size, size_t alignment);

/** locket_cell_class(pitch): The class of cells with that pitch. */
LOCKET_INTERNAL uint32_t locket_cell_class(uint32_t pitch);

/**
 * locket_cell_lead(pitch):
 * Bytes of a run's pages below its first cell: its alignment, at least.
 */
LOCKET_INTERNAL uint32_t locket_cell_lead(uint32_t pitch);

/** locket_cell_count(bytes, pitch): Cells in a run with ${bytes} of pages. */
LOCKET_INTERNAL uint32_t locket_cell_count(size_t bytes, uint32_t pitch);

/** locket_cell_from(r, i): Where cell ${i} begins. */
LOCKET_INTERNAL size_t locket_cell_from(const struct locket_run *r, uint32_t i);

/** locket_cell_to(r, i): Where the canary after cell ${i} ends. */
LOCKET_INTERNAL size_t locket_cell_to(const struct locket_run *r, uint32_t i);

/**
 * locket_cell_guess(r, off):
 * The cell of ${r} in whose bytes ${off} is; LOCKET_NONE if in none.
 */
LOCKET_INTERNAL uint32_t locket_cell_guess(const struct locket_run *r, size_t off);

/**
 * locket_cell_judge(c, from, off):
 * What offset ${off} is to the cell ${c}, which begins at ${from} and has it in
 * its bytes: an enum locket_slot_hit.
 */
LOCKET_INTERNAL int locket_cell_judge(const struct locket_cell *c, size_t from, size_t off);

/**
 * locket_cell_begin(c, size, alignment, canary):
 * -> LIVE: a secret of ${size} bytes.
 */
LOCKET_INTERNAL void locket_cell_begin(struct locket_cell *c, uint32_t size, uint16_t alignment,
                                       uint64_t canary);

/**
 * locket_cell_clear(r, cell):
 * No cell of ${r} was ever used, and all are free.  ${cell}: its records.
 */
LOCKET_INTERNAL void locket_cell_clear(struct locket_run *r, struct locket_cell *cell);

/**
 * locket_cell_draw(r, cell, random):
 * Take the free cell that ${random}, below 65536, picks out of the table: its
 * index, or LOCKET_NONE if there is none or the table names one that is not
 * free.
 */
LOCKET_INTERNAL uint32_t locket_cell_draw(struct locket_run *r, struct locket_cell *cell,
                                          uint32_t random);

/** locket_cell_put(r, cell, i): Cell ${i} is free, and in the table. */
LOCKET_INTERNAL void locket_cell_put(struct locket_run *r, struct locket_cell *cell, uint32_t i);

#endif
