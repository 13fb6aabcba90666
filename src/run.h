/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * run.h - the secrets of a compact arena: cells in runs.
 *
 * A run is a slot with one secret of its own, whose bytes are cut into cells;
 * so guards, locks, canaries at its ends, the fork and the wipe before its
 * pages are given back are those of every slot.  Nothing here gives back
 * memory: an empty run ends as a secret does.
 *
 * The caller holds the arena's lock, except where it says so.  A cell is known
 * by its place in the table of records.
 */
#ifndef LOCKET_RUN_H
#define LOCKET_RUN_H

#include "config.h"
#include "arena.h"
#include "cell.h"

/* The runs of one class that have free cells. */
struct locket_shelf {
        uint32_t head;          /* the one that cells come from; LOCKET_NONE */
        size_t bytes;           /* of pages, of all runs of the class */
        size_t cells;           /* of all runs of the class */
        size_t floor;           /* of these, what a reserve promises */
};

/* What a compact arena has besides. */
struct locket_pool {
        uint64_t spare;         /* a word for the next canary, */
        uint32_t spared;        /* if this is 1 */
        uint32_t dice_left;     /* draws of 16 bits that are in them */
        uint64_t dice, dice_more;
        uint32_t head;          /* cells in quarantine, first in first out */
        uint32_t tail;
        uint32_t held;          /* how many */
        uint32_t last;          /* the run made last */
        uint32_t tries;         /* 1: a reserve is under way */
        size_t idle;            /* bytes of pages of runs without a cell in use */
        struct locket_shelf shelf[LOCKET_CELL_CLASSES];
};

/* The tables, in mappings of their own, made with the first compact arena, under
 * the lock of the home.  All arenas share them, and each shard is an arena:
 *
 *   pool[]         an arena's lock;
 *   run[], cell[]  that of the arena which owns the run, from locket_run_claim,
 *                  which takes a run without a lock (`owner`), to its end;
 *   of[]           that of the arena whose page it is; read without one;
 *   used           without a lock: it only grows.
 */
struct locket_runs {
        uint32_t ready;         /* 1: they are there */
        uint32_t most;          /* runs there can be */
        uint32_t used;          /* runs 0 .. used - 1 were ever */
        size_t page;            /* bytes: */
        uint32_t page_bits;     /* 2 to the power of this, as a division takes long */
        uint32_t *of;           /* by page of the range: its run + 1, or 0 */
        struct locket_run *run;
        struct locket_cell *cell;       /* LOCKET_RUN_CELLS for each run */
        struct locket_pool *pool;       /* by arena */
};

/* Cell id is one of a run. */
#define LOCKET_RUN_CELL(r, id)                                                         \
        (\valid_read((r)->run + (id) / LOCKET_RUN_CELLS) &&                            \
         run_ok((r)->run + (id) / LOCKET_RUN_CELLS) &&                                 \
         (id) % LOCKET_RUN_CELLS < (r)->run[(id) / LOCKET_RUN_CELLS].count)

/*@ // Where it begins.
    logic integer cell_at{L}(struct locket_runs *r, integer id) =
      cell_from(r->run + id / LOCKET_RUN_CELLS, id % LOCKET_RUN_CELLS);
*/

/**
 * locket_run_most(t): Runs that there can be.
 * locket_run_tables(r, t):
 * Make the tables, for the range of ${t}.  0; or ENOMEM, and nothing is left.
 */
/*@ requires valid: \valid_read(t);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == t->slot_count / LOCKET_RUN_SLOTS + 64;
*/
LOCKET_INTERNAL uint32_t locket_run_most(const struct locket_tables *t);
LOCKET_INTERNAL int locket_run_tables(struct locket_runs *r, const struct locket_tables *t);

/** locket_run_open(r, index): The arena ${index} begins, without a run. */
/*@ requires valid: \valid_read(r) && \valid(r->pool + index);
    requires apart: \base_addr(r) != \base_addr(r->pool);
    terminates \true;
    exits      \false;
    assigns    r->pool[index];
    ensures word: r->pool[index].spared == 0 && r->pool[index].dice_left == 0;
    ensures none: r->pool[index].held == 0 && r->pool[index].idle == 0;
*/
LOCKET_INTERNAL void locket_run_open(struct locket_runs *r, uint32_t index);

/**
 * locket_run_forked(r):
 * In a child, alone: all runs are lost, and nothing comes from them any more.
 */
LOCKET_INTERNAL void locket_run_forked(struct locket_runs *r);

/**
 * locket_run_distrust(r, a):
 * In a child, alone: the parent may have been in the middle of ending a run of
 * ${a}, whose slot may be another's by now.  Such a run is given up, with its
 * records; the others, whose pages are all theirs, stay until they are empty.
 */
LOCKET_INTERNAL void locket_run_distrust(struct locket_runs *r, const struct locket_arena *a);

/** locket_run_of(r, a, slot): The run that slot ${slot} is; or LOCKET_NONE. */
/*@ requires arena: \valid_read(a) && \valid_read(a->tables) && \valid_read(a->tables->slot + slot);
    requires table: a->policy.layout == LOCKET_COMPACT ==> \valid_read(r) && r->page_bits < 64 &&
                      \valid_read(r->of + (a->tables->slot[slot].lo >> r->page_bits));
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures guarded: a->policy.layout != LOCKET_COMPACT ==> \result == LOCKET_NONE;
*/
LOCKET_INTERNAL uint32_t locket_run_of(const struct locket_runs *r, const struct locket_arena *a,
                                       uint32_t slot);

/**
 * locket_run_hint(r, off), locket_run_owner(r, run):
 * The run that offset ${off} of the range seems to be in, or LOCKET_NONE; and whose
 * that seems to be, an arena's index + 1 or something else.  Without a lock: ask
 * again with it.
 */
/*@ requires valid: \valid_read(r) && r->page_bits < 64 && \valid_read(r->of + (off >> r->page_bits));
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures none:  r->of[off >> r->page_bits] == 0 ==> \result == LOCKET_NONE;
    ensures exact: r->of[off >> r->page_bits] != 0 ==> \result == r->of[off >> r->page_bits] - 1;
*/
LOCKET_INTERNAL uint32_t locket_run_hint(const struct locket_runs *r, size_t off);
/*@ requires valid: \valid_read(r) && \valid_read(r->run + run);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == r->run[run].owner;
*/
LOCKET_INTERNAL uint32_t locket_run_owner(const struct locket_runs *r, uint32_t run);

/** locket_run_cell(r, run, off): The cell that ${off} is in; or LOCKET_NONE. */
/*@ requires valid: \valid_read(r) && \valid_read(r->run + run) && run_ok(r->run + run);
    requires range: (run + 1) * LOCKET_RUN_CELLS < LOCKET_NONE;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures hit:   \result != LOCKET_NONE ==> \let i = \result - run * LOCKET_RUN_CELLS;
                     0 <= i < r->run[run].count &&
                     cell_from(r->run + run, i) <= off < cell_from(r->run + run, i) + r->run[run].pitch;
    ensures miss:  \result == LOCKET_NONE ==> off < r->run[run].first ||
                     off >= r->run[run].first + r->run[run].count * r->run[run].pitch;
*/
LOCKET_INTERNAL uint32_t locket_run_cell(const struct locket_runs *r, uint32_t run, size_t off);

/**
 * locket_run_hit(r, id, off):
 * What ${off} is to cell ${id}: an enum locket_slot_hit.
 */
/*@ requires valid: \valid_read(r);
    requires cell:  id != LOCKET_NONE ==> LOCKET_RUN_CELL(r, id) && \valid_read(r->cell + id);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures none:   id == LOCKET_NONE ==> \result == LOCKET_HIT_NOTHING;
    ensures live:   id != LOCKET_NONE ==>
                      (\result == LOCKET_HIT_LIVE <==>
                         r->cell[id].state == LOCKET_CELL_LIVE && off == cell_at(r, id));
    ensures inside: id != LOCKET_NONE ==>
                      (\result == LOCKET_HIT_INSIDE <==>
                         r->cell[id].state == LOCKET_CELL_LIVE && off != cell_at(r, id));
    ensures freed:  id != LOCKET_NONE ==>
                      (\result == LOCKET_HIT_FREED <==>
                         r->cell[id].state != LOCKET_CELL_LIVE &&
                         r->cell[id].state != LOCKET_CELL_VIRGIN && off == cell_at(r, id));
    ensures else:   \result == LOCKET_HIT_LIVE || \result == LOCKET_HIT_FREED ||
                    \result == LOCKET_HIT_INSIDE || \result == LOCKET_HIT_NOTHING;
*/
LOCKET_INTERNAL int locket_run_hit(const struct locket_runs *r, uint32_t id, size_t off);

/** locket_run_user(r, id): The offset of cell ${id}. */
/*@ requires valid: \valid_read(r);
    requires cell:  LOCKET_RUN_CELL(r, id);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == cell_at(r, id);
*/
LOCKET_INTERNAL size_t locket_run_user(const struct locket_runs *r, uint32_t id);

/** locket_run_room(r, id): Bytes to which cell ${id} can grow where it is. */
/*@ requires valid: \valid_read(r);
    requires cell:  LOCKET_RUN_CELL(r, id);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result + LOCKET_GAP_BYTES == r->run[id / LOCKET_RUN_CELLS].pitch;
*/
LOCKET_INTERNAL size_t locket_run_room(const struct locket_runs *r, uint32_t id);

/** locket_run_slot(r, id): The slot that cell ${id} is part of. */
/*@ requires valid: \valid_read(r) && \valid_read(r->run + id / LOCKET_RUN_CELLS);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == r->run[id / LOCKET_RUN_CELLS].slot;
*/
LOCKET_INTERNAL uint32_t locket_run_slot(const struct locket_runs *r, uint32_t id);

/**
 * locket_run_take(r, a, k, size, alignment):
 * A free cell of class ${k}, drawn at random and found to be zero, is a secret of
 * ${size} bytes: its offset.  0 if no run has one; or with ${a}->found: it was not
 * zero.
 */
LOCKET_INTERNAL size_t locket_run_take(struct locket_runs *r, struct locket_arena *a,
                                         uint32_t k, size_t size, size_t alignment);

/** locket_run_least(page): Bytes of pages that a run has at least. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact: \result == \max(page, 4096);
*/
LOCKET_INTERNAL size_t locket_run_least(size_t page);

/** locket_run_want(r, a, k): Bytes of pages that the next run should have. */
/*@ requires valid: \valid_read(r) && \valid_read(a) && \valid_read(a->tables) &&
                    \valid_read(r->pool + a->index);
    requires class: k < LOCKET_CELL_CLASSES;
    requires page:  a->tables->range.page <= 65536;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures range: 4096 <= \result <= LOCKET_RUN_BYTES;
    ensures least: a->tables->range.page <= \result;
*/
LOCKET_INTERNAL size_t locket_run_want(const struct locket_runs *r, const struct locket_arena *a,
                                       uint32_t k);

/**
 * locket_run_claim(r, a), locket_run_disclaim(r, i):
 * A run that is not one, with its records, which no other arena gets meanwhile;
 * or LOCKET_NONE, if there is no memory for them.  And give it back.
 */
LOCKET_INTERNAL uint32_t locket_run_claim(struct locket_runs *r, struct locket_arena *a);
/*@ requires valid: \valid_read(r) && \valid(r->run + i);
    requires apart: \base_addr(r) != \base_addr(r->run);
    terminates \true;
    exits      \false;
    assigns    r->run[i].owner;
    ensures nobodys: r->run[i].owner == 0;
*/
LOCKET_INTERNAL void locket_run_disclaim(struct locket_runs *r, uint32_t i);

/**
 * locket_run_make(r, a, i, slot, k):
 * Slot ${slot}, from locket_arena_get, is run ${i}, from locket_run_claim, of cells
 * of class ${k}.
 */
LOCKET_INTERNAL void locket_run_make(struct locket_runs *r, struct locket_arena *a, uint32_t i,
                                     uint32_t slot, uint32_t k);

/**
 * locket_run_damage(r, a, id):
 * Check the canaries on both sides of live cell ${id}: -1 if they are intact or
 * the cell is lost, else LOCKET_OVERFLOW or LOCKET_UNDERFLOW.
 */
LOCKET_INTERNAL int locket_run_damage(const struct locket_runs *r, const struct locket_arena *a,
                                      uint32_t id);

/**
 * locket_run_drop(r, a, id):
 * The end of cell ${id}: check, wipe, into quarantine.  What was damaged is
 * remembered in ${a}.
 */
LOCKET_INTERNAL void locket_run_drop(struct locket_runs *r, struct locket_arena *a, uint32_t id);

/** locket_run_stays(r, a, id, size): 1 if it can have ${size} bytes there. */
LOCKET_INTERNAL int locket_run_stays(const struct locket_runs *r, const struct locket_arena *a,
                                     uint32_t id, size_t size);

/**
 * locket_run_resize(r, a, id, size):
 * Give cell ${id}, which stays, ${size} bytes: new ones are zero, old ones are
 * wiped.
 */
LOCKET_INTERNAL void locket_run_resize(struct locket_runs *r, struct locket_arena *a, uint32_t id,
                                       size_t size);

/**
 * locket_run_trim(r, a):
 * A limit is reached: end the quarantine, and the runs without a cell in use,
 * but those that a reserve promises.  1 if there were any.
 */
LOCKET_INTERNAL int locket_run_trim(struct locket_runs *r, struct locket_arena *a);

/**
 * locket_run_end(r, a):
 * The same for all runs of ${a}, which has no secret.
 */
LOCKET_INTERNAL void locket_run_end(struct locket_runs *r, struct locket_arena *a);

/** locket_run_spare(r, a, k): Free cells of class ${k}. */
LOCKET_INTERNAL size_t locket_run_spare(const struct locket_runs *r, const struct locket_arena *a,
                                        uint32_t k);

/**
 * locket_run_promise(r, a, k, cells):
 * Keep room for ${cells} more than are in use, or for what was promised before,
 * if that is more.  What was, for locket_run_retract.
 */
LOCKET_INTERNAL size_t locket_run_promise(struct locket_runs *r, struct locket_arena *a,
                                          uint32_t k, size_t cells);
/*@ requires valid: \valid_read(r) && \valid_read(a) && \valid(r->pool + a->index);
    requires class: k < LOCKET_CELL_CLASSES;
    requires apart: \base_addr(r) != \base_addr(r->pool) && \base_addr(a) != \base_addr(r->pool);
    terminates \true;
    exits      \false;
    assigns    r->pool[a->index].shelf[k].floor;
    ensures before: r->pool[a->index].shelf[k].floor == before;
*/
LOCKET_INTERNAL void locket_run_retract(struct locket_runs *r, struct locket_arena *a,
                                        uint32_t k, size_t before);

/**
 * locket_run_try(r, a), locket_run_tried(r, a, undo):
 * A reserve begins; and it is done.  ${undo}: the runs that were made meanwhile end,
 * if no other thread has a cell of theirs in use by now.
 */
/*@ requires valid: \valid_read(r) && \valid_read(a) && \valid(r->pool + a->index);
    requires apart: \base_addr(r) != \base_addr(r->pool) && \base_addr(a) != \base_addr(r->pool);
    terminates \true;
    exits      \false;
    assigns    r->pool[a->index].tries;
    ensures begun: r->pool[a->index].tries == 1;
*/
LOCKET_INTERNAL void locket_run_try(struct locket_runs *r, struct locket_arena *a);
LOCKET_INTERNAL void locket_run_tried(struct locket_runs *r, struct locket_arena *a, int undo);

/**
 * locket_run_validate(r, a, run):
 * How many cells of ${run} are damaged: secrets with a canary that is not
 * intact, and free ones that are not zero.  A canary between two secrets counts
 * once.
 */
LOCKET_INTERNAL size_t locket_run_validate(const struct locket_runs *r,
                                           const struct locket_arena *a, uint32_t run);

/**
 * locket_run_wipe(r, base, run, lo, hi):
 * Zero the secrets of ${run}, as far as they are in bytes ${lo} .. ${hi}, which are
 * those of its slot, and leave their canaries.  Async-signal-safe; takes no lock,
 * and needs none: a call may be in the middle of changing the run.  Its pages are
 * open; a call that closes them has wiped them.
 */
LOCKET_INTERNAL void locket_run_wipe(const struct locket_runs *r, unsigned char *base,
                                     uint32_t run, size_t lo, size_t hi);

#endif
