/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * run.c - the secrets of a compact arena: cells in runs.
 *
 * Knows:    the bytes of cells.
 * Promises: a cell that is not LIVE is zero, or that is found before it is
 *           handed out and before its pages are; the wipe comes before the
 *           verdict.
 * Tests:    tests/unit/test_run.c, tests/crime
 */
#include "run.h"

#include <errno.h>

#include "canary.h"
#include "os.h"
#include "secret.h"
#include "size.h"
#include "wipe.h"
#include "word.h"

/* ----------------------------------------------------------------- tables */

static void locket_run_release(struct locket_runs *r, uint32_t slots, uint32_t most)
{
        if (r->of != NULL) {
                locket_os_release_table(r->of, slots * sizeof *r->of);
        }
        if (r->run != NULL) {
                locket_os_release_table(r->run, most * sizeof *r->run);
        }
        if (r->pool != NULL) {
                locket_os_release_table(r->pool, LOCKET_ARENA_COUNT * sizeof *r->pool);
        }
        if (r->cell != NULL) {
                locket_os_release_table(r->cell, (size_t)most * LOCKET_RUN_CELLS * sizeof *r->cell);
        }
        r->of = NULL;
        r->run = NULL;
        r->pool = NULL;
        r->cell = NULL;
}

int locket_run_tables(struct locket_runs *r, uint32_t slots)
{
        const uint32_t most = slots / LOCKET_RUN_SLOTS + 64u;
        int error = ENOMEM;

        r->of = locket_os_table(slots * sizeof *r->of);
        r->run = locket_os_table(most * sizeof *r->run);
        r->pool = locket_os_table(LOCKET_ARENA_COUNT * sizeof *r->pool);
        r->cell = locket_os_table((size_t)most * LOCKET_RUN_CELLS * sizeof *r->cell);
        if (r->of != NULL && r->run != NULL && r->pool != NULL && r->cell != NULL) {
                error = locket_os_open_table(r->of, 0, slots * sizeof *r->of);
        }
        if (error == 0) {
                error = locket_os_open_table(r->run, 0, most * sizeof *r->run);
        }
        if (error == 0) {
                error = locket_os_open_table(r->pool, 0, LOCKET_ARENA_COUNT * sizeof *r->pool);
        }
        if (error != 0) {
                locket_run_release(r, slots, most);
                return error;
        }
        r->most = most;
        locket_store(&r->ready, 1);
        return 0;
}

/* Nothing of ${pool} comes from before: no free cell, no quarantine, no word. */
static void locket_run_reset(struct locket_pool *pool)
{
        const struct locket_shelf empty = { LOCKET_NONE, 0, 0, 0 };
        uint32_t k;

        pool->spared = 0;
        pool->dice_left = 0;
        pool->head = LOCKET_NONE;
        pool->tail = LOCKET_NONE;
        pool->held = 0;
        pool->last = 0;
        pool->idle = 0;
        for (k = 0; k < LOCKET_CELL_CLASSES; k++) {
                pool->shelf[k] = empty;
        }
}

void locket_run_open(struct locket_runs *r, uint32_t index)
{
        locket_run_reset(&r->pool[index]);
}

void locket_run_forked(struct locket_runs *r)
{
        const uint32_t used = locket_load(&r->used);
        uint32_t i;

        for (i = 0; i < used; i++) {
                r->run[i].held = 0;
                r->run[i].listed = 0;
        }
}

/* ------------------------------------------------------------ small parts */

static struct locket_cell *locket_run_cells(const struct locket_runs *r, uint32_t run)
{
        return &r->cell[(size_t)run * LOCKET_RUN_CELLS];
}

static struct locket_run *locket_run_at(const struct locket_runs *r, uint32_t id)
{
        return &r->run[id / LOCKET_RUN_CELLS];
}

static size_t locket_run_bytes(const struct locket_run *run, const struct locket_arena *a)
{
        const struct locket_slot *s = &a->tables->slot[run->slot];

        return s->hi - s->lo;
}

/* 1 if nothing of ${run} is in use. */
static int locket_run_idle(const struct locket_run *run)
{
        return run->live == 0 && run->held == 0;
}

uint32_t locket_run_of(const struct locket_runs *r, const struct locket_arena *a, uint32_t slot)
{
        if (a->policy.layout != LOCKET_COMPACT) {
                return LOCKET_NONE;
        }
        return r->of[slot] == 0 ? LOCKET_NONE : r->of[slot] - 1u;
}

int locket_run_find(const struct locket_runs *r, uint32_t run, size_t off, uint32_t *cell)
{
        const uint32_t i = locket_cell_guess(&r->run[run], off);

        if (i == LOCKET_NONE) {
                return LOCKET_HIT_NOTHING;
        }
        *cell = run * LOCKET_RUN_CELLS + i;
        return locket_cell_judge(&r->cell[*cell], locket_cell_from(&r->run[run], i), off);
}

size_t locket_run_user(const struct locket_runs *r, uint32_t id)
{
        return locket_cell_from(locket_run_at(r, id), id % LOCKET_RUN_CELLS);
}

size_t locket_run_room(const struct locket_runs *r, uint32_t id)
{
        return locket_run_at(r, id)->pitch - LOCKET_GAP_BYTES;
}

uint32_t locket_run_slot(const struct locket_runs *r, uint32_t id)
{
        return locket_run_at(r, id)->slot;
}

/* A word that nobody can guess, and that says nothing about any other: SipHash
 * gives two for each number, and no number is used twice. */
static uint64_t locket_run_word(struct locket_pool *pool, struct locket_arena *a, size_t at)
{
        const struct locket_process *process = a->tables->process;
        struct locket_canary canary;

        if (pool->spared) {
                pool->spared = 0;
                return pool->spare;
        }
        a->generation = a->generation == UINT64_MAX ? 0 : a->generation + 1;
        canary = locket_canary_make(process->key_low, process->key_high, at, a->generation);
        pool->spare = canary.high;
        pool->spared = 1;
        return canary.low;
}

/* 16 random bits. */
static uint32_t locket_run_dice(struct locket_pool *pool, struct locket_arena *a)
{
        const struct locket_process *process = a->tables->process;
        struct locket_canary canary;
        uint32_t random;
        uint32_t k;

        if (pool->dice_left == 0) {
                a->generation = a->generation == UINT64_MAX ? 0 : a->generation + 1;
                canary = locket_canary_make(process->key_low, process->key_high,
                                            a->tables->range.size, a->generation);
                pool->dice[0] = canary.low;
                pool->dice[1] = canary.high;
                pool->dice_left = 8;
        }
        pool->dice_left -= 1u;
        k = pool->dice_left % 2u;
        random = (uint32_t)(pool->dice[k] % 65536u);
        pool->dice[k] = pool->dice[k] / 65536u;
        return random;
}

/* ------------------------------------------------------------------ lists */

/* ${run}, with a free cell, is one that cells come from. */
static void locket_run_list(struct locket_runs *r, struct locket_pool *pool, uint32_t i)
{
        struct locket_run *run = &r->run[i];
        struct locket_shelf *shelf = &pool->shelf[run->shelf];

        run->listed = 1;
        run->last = LOCKET_NONE;
        run->next = shelf->head;
        if (shelf->head != LOCKET_NONE) {
                r->run[shelf->head].last = i;
        }
        shelf->head = i;
}

static void locket_run_unlist(struct locket_runs *r, struct locket_pool *pool, uint32_t i)
{
        struct locket_run *run = &r->run[i];

        if (!run->listed) {
                return;
        }
        run->listed = 0;
        if (run->last == LOCKET_NONE) {
                pool->shelf[run->shelf].head = run->next;
        } else {
                r->run[run->last].next = run->next;
        }
        if (run->next != LOCKET_NONE) {
                r->run[run->next].last = run->last;
        }
}

static void locket_run_detain(struct locket_runs *r, struct locket_pool *pool, uint32_t id)
{
        r->cell[id].next = LOCKET_NONE;
        if (pool->held == 0) {
                pool->head = id;
        } else {
                r->cell[pool->tail].next = id;
        }
        pool->tail = id;
        pool->held += 1u;
}

/* ------------------------------------------------------------ the canaries */

/* What stands below the first cell of ${run} is intact. */
static int locket_run_front(const struct locket_arena *a, const struct locket_run *run)
{
        const unsigned char *b = a->tables->range.base;
        const struct locket_slot *s = &a->tables->slot[run->slot];
        struct locket_canary canary;

        canary.low = s->canary_low;
        canary.high = s->canary_high;
        return locket_canary_below(b, s->lo, s->user, canary) &&
               locket_canary_filled(b, s->user, run->first, s->canary_low);
}

/* The canary below cell ${i} of ${run}, ${c}, is intact: the one after the cell
 * before it, or that at the run's beginning. */
static int locket_run_below(const struct locket_arena *a, const struct locket_run *run,
                            const struct locket_cell *c, uint32_t i)
{
        const size_t from = locket_cell_from(run, i);

        if (i == 0) {
                return locket_run_front(a, run);
        }
        return locket_canary_filled(a->tables->range.base, from - LOCKET_GAP_BYTES, from,
                                    c[-1].canary);
}

/* Make it so again, after it was found not to be. */
static void locket_run_repair(const struct locket_arena *a, const struct locket_run *run,
                              const struct locket_cell *c, uint32_t i)
{
        unsigned char *b = a->tables->range.base;
        const struct locket_slot *s = &a->tables->slot[run->slot];
        const size_t from = locket_cell_from(run, i);
        struct locket_canary canary;

        if (i == 0) {
                canary.low = s->canary_low;
                canary.high = s->canary_high;
                locket_canary_place(b, s->user, s->hi, s->hi, canary);
                locket_canary_fill(b, s->user, from, s->canary_low);
        } else {
                locket_canary_fill(b, from - LOCKET_GAP_BYTES, from, c[-1].canary);
        }
}

int locket_run_damage(const struct locket_runs *r, const struct locket_arena *a, uint32_t id)
{
        const struct locket_run *run = locket_run_at(r, id);
        const struct locket_cell *c = &r->cell[id];
        const uint32_t i = id % LOCKET_RUN_CELLS;

        if (locket_secret_lost(a, run->slot)) {
                return -1;
        }
        if (!locket_canary_filled(a->tables->range.base, locket_cell_from(run, i) + c->size,
                                  locket_cell_to(run, i), c->canary)) {
                return LOCKET_OVERFLOW;
        }
        if (!locket_run_below(a, run, c, i)) {
                return LOCKET_UNDERFLOW;
        }
        return -1;
}

/* Where the zero bytes of free cell ${i} end, and its canary begins. */
static size_t locket_run_gap(const struct locket_run *run, uint32_t i)
{
        return locket_cell_from(run, i) + run->pitch - LOCKET_GAP_BYTES;
}

/* 1 if free cell ${c}, number ${i}, is zero, and its canary intact. */
static int locket_run_zero(const struct locket_arena *a, const struct locket_run *run,
                           const struct locket_cell *c, uint32_t i)
{
        const unsigned char *b = a->tables->range.base;
        const size_t gap = locket_run_gap(run, i);

        return locket_canary_empty(b, locket_cell_from(run, i), gap) &&
               locket_canary_filled(b, gap, locket_cell_to(run, i), c->canary);
}

/* Zero cell ${i}, but for its canary. */
static void locket_run_clean(const struct locket_arena *a, const struct locket_run *run,
                             const struct locket_cell *c, uint32_t i)
{
        unsigned char *b = a->tables->range.base;
        const size_t gap = locket_run_gap(run, i);

        locket_wipe_range(b, locket_cell_from(run, i), gap);
        locket_canary_fill(b, gap, locket_cell_to(run, i), c->canary);
}

/* Whoever wrote to free cell ${i} is found. */
static void locket_run_written(struct locket_arena *a, const struct locket_run *run,
                               const struct locket_cell *c, uint32_t i)
{
        locket_run_clean(a, run, c, i);
        locket_arena_found(a, LOCKET_WRITE_AFTER_FREE,
                           a->tables->range.address + locket_cell_from(run, i));
}

/* ----------------------------------------------------------------- a run */

/* A run is no secret of the caller's: it is not counted.  ${more}: 1 before it
 * ends, as that counts down; 0 after it was made. */
static void locket_run_count(struct locket_arena *a, size_t bytes, int more)
{
        if (more) {
                a->live = locket_size_plus(a->live, 1);
                a->live_bytes = locket_size_plus(a->live_bytes, bytes);
        } else {
                a->live = locket_size_minus(a->live, 1);
                a->live_bytes = locket_size_minus(a->live_bytes, bytes);
        }
}

/* A run that is not one, for arena ${owner}; or LOCKET_NONE.  Another arena may
 * look for one at the same time. */
static uint32_t locket_run_claim(struct locket_runs *r, struct locket_pool *pool, uint32_t owner)
{
        uint32_t n;
        uint32_t i = 0;
        uint32_t used;

        for (n = 0; n < r->most; n++) {
                i = (pool->last + n) % r->most;
                if (locket_load(&r->run[i].owner) == 0 &&
                    locket_claim(&r->run[i].owner, 0, owner)) {
                        break;
                }
        }
        if (n == r->most) {
                return LOCKET_NONE;
        }
        pool->last = i;
        used = locket_load(&r->used);
        while (used <= i && !locket_claim(&r->used, used, i + 1u)) {
                used = locket_load(&r->used);
        }
        return i;
}

/* The records of run ${i} can be used.  0 or ENOMEM. */
static int locket_run_records(struct locket_runs *r, uint32_t i)
{
        const size_t bytes = LOCKET_RUN_CELLS * sizeof *r->cell;
        int error = 0;

        if (!r->run[i].open) {
                error = locket_os_open_table(r->cell, i * bytes, (i + 1u) * bytes);
                r->run[i].open = error == 0;
        }
        return error;
}

/* Cut the bytes of slot ${s} into cells. */
static void locket_run_cut(struct locket_runs *r, struct locket_arena *a, uint32_t i,
                           const struct locket_slot *s)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];
        struct locket_cell *c = locket_run_cells(r, i);
        unsigned char *b = a->tables->range.base;
        uint32_t k;

        run->first = s->lo + locket_cell_lead(run->pitch);
        run->end = s->hi;
        run->count = locket_cell_count(s->hi - s->lo, run->pitch);
        run->shelf = locket_cell_class(run->pitch);
        locket_cell_clear(run, c);
        locket_canary_fill(b, s->user, run->first, s->canary_low);
        for (k = 0; k < run->count; k++) {
                c[k].canary = locket_canary_stop(
                        locket_run_word(pool, a, locket_cell_from(run, k)), 0);
                locket_canary_fill(b, locket_run_gap(run, k), locket_cell_to(run, k), c[k].canary);
        }
}

int locket_run_make(struct locket_runs *r, struct locket_arena *a, uint32_t slot, uint32_t pitch)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_slot *s = &a->tables->slot[slot];
        const size_t bytes = s->hi - s->lo;
        const size_t peak = a->peak_live;
        const uint32_t i = locket_run_claim(r, pool, a->index + 1u);
        struct locket_run *run;

        if (i != LOCKET_NONE && locket_run_records(r, i) != 0) {
                locket_store(&r->run[i].owner, 0);
        } else if (i != LOCKET_NONE) {
                locket_secret_make(a, slot, bytes - LOCKET_CANARY_BYTES, LOCKET_CANARY_BYTES);
                locket_run_count(a, s->size, 0);
                a->peak_live = peak;
                run = &r->run[i];
                run->slot = slot;
                run->pitch = pitch;
                locket_run_cut(r, a, i, s);
                locket_run_list(r, pool, i);
                pool->shelf[run->shelf].bytes += bytes;
                pool->shelf[run->shelf].cells += run->count;
                pool->idle += bytes;
                locket_store(&r->of[slot], i + 1u);
                return 0;
        }
        locket_arena_return(a, slot);
        return ENOMEM;
}

/* Look at all cells of run ${i}, none of which is in use. */
static void locket_run_inspect(struct locket_runs *r, struct locket_arena *a, uint32_t i)
{
        const struct locket_run *run = &r->run[i];
        const struct locket_cell *c = locket_run_cells(r, i);
        uint32_t k;

        if (!locket_run_front(a, run)) {
                locket_arena_found(a, LOCKET_UNDERFLOW, a->tables->range.address + run->first);
                locket_run_repair(a, run, c, 0);
        }
        for (k = 0; k < run->count; k++) {
                if (!locket_run_zero(a, run, &c[k], k)) {
                        locket_run_written(a, run, &c[k], k);
                }
        }
}

/* The end of run ${i}, none of whose cells is in use. */
static void locket_run_close(struct locket_runs *r, struct locket_arena *a, uint32_t i)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];
        struct locket_shelf *shelf = &pool->shelf[run->shelf];
        const size_t bytes = locket_run_bytes(run, a);

        locket_run_unlist(r, pool, i);
        if (!locket_arena_stale(a->tables, run->slot)) {
                shelf->bytes = locket_size_minus(shelf->bytes, bytes);
                shelf->cells = locket_size_minus(shelf->cells, run->count);
                pool->idle = locket_size_minus(pool->idle, bytes);
        }
        if (!locket_secret_lost(a, run->slot)) {
                locket_run_inspect(r, a, i);
        }
        if (i < pool->last) {
                pool->last = i; /* the tables stay dense */
        }
        locket_store(&r->of[run->slot], 0);
        locket_run_count(a, a->tables->slot[run->slot].size, 1);
        locket_secret_end(a, run->slot);
        locket_store(&run->owner, 0);
}

/* 1 if the reserve of its class can do without ${run}. */
static int locket_run_spares(const struct locket_pool *pool, const struct locket_run *run)
{
        const struct locket_shelf *shelf = &pool->shelf[run->shelf];

        return shelf->cells >= shelf->floor && shelf->cells - shelf->floor >= run->count;
}

/* Nothing of run ${i} is in use any more.  One for each class is kept, as the
 * next secret may come soon. */
static void locket_run_emptied(struct locket_runs *r, struct locket_arena *a, uint32_t i)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];
        const int only = pool->shelf[run->shelf].head == i && run->next == LOCKET_NONE;

        if (locket_arena_stale(a->tables, run->slot)) {
                locket_run_close(r, a, i);
                return;
        }
        pool->idle += locket_run_bytes(run, a);
        if (locket_run_spares(pool, run) && !(only && pool->idle <= LOCKET_KEEP_BYTES)) {
                locket_run_close(r, a, i);
        }
}

/* ---------------------------------------------------------------- a cell */

/* A free cell of ${run}, zero, in no table any more; LOCKET_NONE if there is
 * none that is so, which is remembered. */
static uint32_t locket_run_draw(struct locket_runs *r, struct locket_arena *a, uint32_t i)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];
        struct locket_cell *c = locket_run_cells(r, i);
        const uint32_t k = locket_cell_draw(run, c, locket_run_dice(pool, a));

        if (k == LOCKET_NONE) {
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)run);
                return LOCKET_NONE;
        }
        if (!locket_run_zero(a, run, &c[k], k)) {
                locket_run_written(a, run, &c[k], k);
                locket_cell_put(run, c, k);
                return LOCKET_NONE;
        }
        return k;
}

/* One more cell of run ${i} is in use. */
static void locket_run_out(struct locket_runs *r, struct locket_arena *a, uint32_t i, size_t size)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = &r->run[i];

        if (locket_run_idle(run)) {
                pool->idle = locket_size_minus(pool->idle, locket_run_bytes(run, a));
        }
        run->live += 1u;
        if (run->free == 0) {
                locket_run_unlist(r, pool, i);
        }
        a->live = locket_size_plus(a->live, 1);
        a->live_bytes = locket_size_plus(a->live_bytes, size);
        if (a->peak_live < a->live) {
                a->peak_live = a->live;
        }
}

/* Cell ${k} of run ${i} is a secret of ${size} bytes, with a fresh canary. */
static void locket_run_begin(struct locket_runs *r, struct locket_arena *a, uint32_t i, uint32_t k,
                             size_t size, uint16_t alignment)
{
        struct locket_run *run = &r->run[i];
        struct locket_cell *c = &locket_run_cells(r, i)[k];
        const size_t end = locket_cell_from(run, k) + size;
        const size_t hi = locket_cell_to(run, k);
        const uint64_t canary = locket_canary_stop(
                locket_run_word(&r->pool[a->index], a, end), hi - end);

        locket_canary_fill(a->tables->range.base, end, hi, canary);
        locket_cell_begin(c, (uint32_t)size, alignment, canary);
}

uint32_t locket_run_take(struct locket_runs *r, struct locket_arena *a, size_t size,
                         size_t alignment)
{
        const uint32_t class = locket_cell_class(locket_cell_pitch(size, alignment));
        const uint32_t i = r->pool[a->index].shelf[class].head;
        const uint32_t k = i == LOCKET_NONE ? LOCKET_NONE : locket_run_draw(r, a, i);

        if (k == LOCKET_NONE) {
                return LOCKET_NONE;
        }
        locket_run_begin(r, a, i, k, size, (uint16_t)alignment);
        locket_run_out(r, a, i, size);
        return i * LOCKET_RUN_CELLS + k;
}

/* The cell that is longest in quarantine leaves it. */
static void locket_run_ripen(struct locket_runs *r, struct locket_arena *a)
{
        struct locket_pool *pool = &r->pool[a->index];
        const uint32_t id = pool->head;
        const uint32_t i = id / LOCKET_RUN_CELLS;
        struct locket_run *run;

        if (i >= r->used || r->cell[id].state != LOCKET_CELL_QUARANTINED) {
                pool->held = 0; /* damage is never followed */
                locket_arena_found(a, LOCKET_METADATA_DAMAGE, (uintptr_t)pool);
                return;
        }
        run = &r->run[i];
        pool->head = r->cell[id].next;
        pool->held -= 1u;
        run->held -= 1u;
        locket_cell_put(run, locket_run_cells(r, i), id % LOCKET_RUN_CELLS);
        if (!run->listed && !locket_arena_stale(a->tables, run->slot)) {
                locket_run_list(r, pool, i);
        }
        if (locket_run_idle(run)) {
                locket_run_emptied(r, a, i);
        }
}

void locket_run_drop(struct locket_runs *r, struct locket_arena *a, uint32_t id)
{
        struct locket_pool *pool = &r->pool[a->index];
        struct locket_run *run = locket_run_at(r, id);
        struct locket_cell *c = &r->cell[id];
        const uint32_t i = id % LOCKET_RUN_CELLS;
        const int damage = locket_run_damage(r, a, id);

        if (damage >= 0) {
                locket_arena_found(a, (enum locket_violation)damage,
                                   a->tables->range.address + locket_cell_from(run, i));
        }
        if (damage == LOCKET_UNDERFLOW) {
                locket_run_repair(a, run, c, i);
        }
        if (locket_secret_lost(a, run->slot)) {
                locket_wipe_range(a->tables->range.base, locket_cell_from(run, i),
                                  locket_cell_to(run, i));
        } else {
                locket_run_clean(a, run, c, i);
        }
        c->state = LOCKET_CELL_QUARANTINED;
        run->live -= 1u;
        run->held += 1u;
        a->live = locket_size_minus(a->live, 1);
        a->live_bytes = locket_size_minus(a->live_bytes, c->size);
        locket_run_detain(r, pool, id);
        while (pool->held > a->policy.quarantine) {
                locket_run_ripen(r, a);
        }
}

int locket_run_stays(const struct locket_runs *r, const struct locket_arena *a, uint32_t id,
                     size_t size)
{
        const struct locket_run *run = locket_run_at(r, id);

        return !locket_arena_stale(a->tables, run->slot) && /* not locked here */
               locket_cell_pitch(size, r->cell[id].alignment) == run->pitch;
}

void locket_run_resize(struct locket_runs *r, struct locket_arena *a, uint32_t id, size_t size)
{
        struct locket_run *run = locket_run_at(r, id);
        struct locket_cell *c = &r->cell[id];
        unsigned char *b = a->tables->range.base;
        const size_t from = locket_cell_from(run, id % LOCKET_RUN_CELLS);
        const size_t hi = locket_cell_to(run, id % LOCKET_RUN_CELLS);
        const uint32_t least = size < c->size ? (uint32_t)size : c->size;
        const uint64_t canary = locket_canary_stop(
                locket_run_word(&r->pool[a->index], a, from), hi - from - size);

        a->live_bytes = locket_size_plus(locket_size_minus(a->live_bytes, c->size), size);
        /* Whoever wipes all secrets meanwhile, in a signal handler, must not
         * take bytes of the canary for the secret's. */
        locket_store(&c->size, least);
        locket_wipe_range(b, from + least, hi);
        locket_canary_fill(b, from + size, hi, canary);
        c->canary = canary;
        locket_store(&c->size, (uint32_t)size);
}

/* ------------------------------------------------------------- all of them */

/* End the runs of ${a} without a cell in use; ${all}: those too that a reserve
 * promises.  How many there were. */
static uint32_t locket_run_sweep(struct locket_runs *r, struct locket_arena *a, int all)
{
        const uint32_t used = locket_load(&r->used);
        uint32_t any = 0;
        uint32_t i;

        for (i = 0; i < used; i++) {
                const struct locket_run *run = &r->run[i];

                if (locket_load(&run->owner) == a->index + 1u && locket_run_idle(run) &&
                    (all || locket_run_spares(&r->pool[a->index], run))) {
                        locket_run_close(r, a, i);
                        any += 1u;
                }
        }
        return any;
}

int locket_run_trim(struct locket_runs *r, struct locket_arena *a)
{
        if (a->policy.layout != LOCKET_COMPACT || r->pool[a->index].idle == 0) {
                return 0;
        }
        return locket_run_sweep(r, a, 0) != 0;
}

void locket_run_end(struct locket_runs *r, struct locket_arena *a)
{
        if (a->policy.layout == LOCKET_COMPACT) {
                while (r->pool[a->index].held != 0) {
                        locket_run_ripen(r, a);
                }
                (void)locket_run_sweep(r, a, 1);
        }
}

size_t locket_run_least(size_t page)
{
        return page < 4096 ? 4096 : page;
}

size_t locket_run_want(const struct locket_runs *r, const struct locket_arena *a, uint32_t pitch)
{
        const size_t bytes = r->pool[a->index].shelf[locket_cell_class(pitch)].bytes;
        size_t want = locket_run_least(a->tables->range.page);

        while (want + want <= bytes && want + want <= LOCKET_RUN_BYTES) {
                want += want;
        }
        return want;
}

size_t locket_run_spare(const struct locket_runs *r, const struct locket_arena *a, uint32_t pitch)
{
        const struct locket_shelf *shelf = &r->pool[a->index].shelf[locket_cell_class(pitch)];
        size_t spare = 0;
        uint32_t i;

        for (i = shelf->head; i != LOCKET_NONE; i = r->run[i].next) {
                spare += r->run[i].free;
        }
        return spare;
}

size_t locket_run_promise(struct locket_runs *r, struct locket_arena *a, uint32_t pitch,
                          size_t cells)
{
        struct locket_shelf *shelf = &r->pool[a->index].shelf[locket_cell_class(pitch)];
        const size_t used = locket_size_minus(shelf->cells, locket_run_spare(r, a, pitch));
        const size_t before = shelf->floor;

        if (shelf->floor < used + cells) {
                shelf->floor = used + cells;
        }
        return before;
}

void locket_run_retract(struct locket_runs *r, struct locket_arena *a, uint32_t pitch,
                        size_t before)
{
        r->pool[a->index].shelf[locket_cell_class(pitch)].floor = before;
}

/* Cell ${k} of ${run} is damaged, and not only by what is counted for the cell
 * before it. */
static int locket_run_bad(const struct locket_arena *a, const struct locket_run *run,
                          const struct locket_cell *c, uint32_t k)
{
        if (c->state != LOCKET_CELL_LIVE) {
                return !locket_run_zero(a, run, c, k);
        }
        if (!locket_canary_filled(a->tables->range.base, locket_cell_from(run, k) + c->size,
                                  locket_cell_to(run, k), c->canary)) {
                return 1;
        }
        return k == 0 && !locket_run_front(a, run);
}

size_t locket_run_validate(const struct locket_runs *r, const struct locket_arena *a, uint32_t run)
{
        const struct locket_run *it = &r->run[run];
        const struct locket_cell *c = locket_run_cells(r, run);
        size_t damaged = 0;
        uint32_t k;

        for (k = 0; k < it->count && !locket_secret_lost(a, it->slot); k++) {
                damaged += (size_t)locket_run_bad(a, it, &c[k], k);
        }
        return damaged;
}

void locket_run_wipe(const struct locket_runs *r, unsigned char *base, uint32_t run)
{
        const struct locket_run *it = &r->run[run];
        const struct locket_cell *c = locket_run_cells(r, run);
        uint32_t k;

        for (k = 0; k < it->count && k < LOCKET_RUN_CELLS; k++) {
                const size_t from = locket_cell_from(it, k);
                const uint32_t size = locket_load(&c[k].size);
                int error;

                if (c[k].state != LOCKET_CELL_LIVE || from + size > it->end) {
                        continue;
                }
                error = locket_os_zero(base, from, from + size);
                if (error != 0 && error != EFAULT) {
                        locket_wipe_range(base, from, from + size);
                }
        }
}
