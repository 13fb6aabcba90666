/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ledger_cells.c - locket's own tables of cells: do they agree with themselves?
 */
#include "ledger_cells.h"

#include <string.h>

#include "ledger.h"
#include "world.h"

static const struct locket_cell *cells_of(const struct locket_runs *r, uint32_t i)
{
        return &r->cell[(size_t)i * LOCKET_RUN_CELLS];
}

static int cells_lost(const struct locket_run *run, const struct locket_arena *a)
{
        return run->epoch != a->tables->epoch && a->wiped_by_fork;
}

/* The run is its slot's bytes, cut into as many cells as there is room for, the last of
 * which ends at the guard; and its pages are marked as its own. */
static const char *cells_shape(const struct locket_runs *r, const struct locket_arena *a, uint32_t i)
{
        const struct locket_run *run = &r->run[i];
        const struct locket_slot *s = &a->tables->slot[run->slot];
        const size_t bytes = s->hi - s->lo;
        size_t at;

        if (run->slot >= a->tables->slot_count || s->state != LOCKET_SLOT_LIVE ||
            s->size + LOCKET_CANARY_BYTES != bytes || s->access != LOCKET_READ_WRITE) {
                return "ledger: a run is no slot";
        }
        if (run->count != (bytes - LOCKET_CANARY_BYTES) / run->pitch ||
            run->first + (size_t)run->count * run->pitch != s->hi) {
                return "ledger: a run is not cut into cells";
        }
        for (at = s->lo; at < s->hi; at += r->page) {
                if (r->of[at / r->page] != i + 1u) {
                        return "ledger: a page of a run is not marked";
                }
        }
        return NULL;
}

/* What is free is zero, and ends with its canary. */
static int cells_zero(const struct locket_run *run, const struct locket_cell *c,
                      const unsigned char *base)
{
        static unsigned char bytes[LOCKET_RUN_BYTES];
        const size_t size = (size_t)run->count * run->pitch;
        uint32_t k;
        size_t j;

        if (!world_peek(base + run->first, bytes, size)) {
                return 0;
        }
        for (k = 0; k < run->count; k++) {
                const unsigned char *b = bytes + (size_t)k * run->pitch;
                unsigned char any = 0;

                for (j = 0; j < run->pitch - LOCKET_GAP_BYTES; j++) {
                        any |= b[j];
                }
                for (j = 0; j < LOCKET_GAP_BYTES; j++) {
                        any |= b[run->pitch - LOCKET_GAP_BYTES + j] ^
                               (unsigned char)(c[k].canary >> 8u * j);
                }
                if (c[k].state != LOCKET_CELL_LIVE && any != 0) {
                        return 0;
                }
        }
        return 1;
}

/* Each free cell is in the table of free ones, once. */
static int cells_picks(const struct locket_run *run, const struct locket_cell *c, uint32_t idle)
{
        static unsigned char seen[LOCKET_RUN_CELLS];
        uint32_t k;

        memset(seen, 0, run->count);
        for (k = 0; k < run->free && k < run->count; k++) {
                const uint32_t i = c[k].pick;

                if (i >= run->count || seen[i] ||
                    (c[i].state != LOCKET_CELL_FREE && c[i].state != LOCKET_CELL_VIRGIN)) {
                        return 0;
                }
                seen[i] = 1;
        }
        return run->free == idle;
}

/* What the cells of run ${i} are, compared with what it says. */
static const char *cells_count(const struct locket_runs *r, const struct locket_arena *a,
                               uint32_t i, struct ledger_cells *sum)
{
        const struct locket_run *run = &r->run[i];
        const struct locket_cell *c = cells_of(r, i);
        const int here = run->epoch == a->tables->epoch;
        uint32_t number[LOCKET_CELL_LIVE + 1] = { 0 };
        uint32_t k;

        for (k = 0; k < run->count; k++) {
                if (c[k].state > LOCKET_CELL_LIVE) {
                        return "ledger: a cell has no state";
                }
                number[c[k].state] += 1;
                sum->live_bytes += c[k].state == LOCKET_CELL_LIVE ? c[k].size : 0;
        }
        sum->live += number[LOCKET_CELL_LIVE];
        if (number[LOCKET_CELL_LIVE] != run->live) {
                return "ledger: live cells are not counted right";
        }
        sum->held += run->held;
        if (!here) { /* those that were in quarantine at the fork are in none any more */
                return run->listed || run->held > number[LOCKET_CELL_QUARANTINED]
                               ? "ledger: a parent's run gives cells"
                               : NULL;
        }
        if (number[LOCKET_CELL_QUARANTINED] != run->held) {
                return "ledger: cells in quarantine are not counted right";
        }
        if (!cells_picks(run, c, number[LOCKET_CELL_FREE] + number[LOCKET_CELL_VIRGIN])) {
                return "ledger: a free cell is in no table, or twice";
        }
        if (run->listed != (run->free != 0)) {
                return "ledger: a run with free cells is in no list, or a full one is";
        }
        return NULL;
}

static const char *cells_run(const struct locket_runs *r, const struct locket_arena *a, uint32_t i,
                             int thorough, struct ledger_cells *sum)
{
        const struct locket_run *run = &r->run[i];
        const struct locket_slot *s = &a->tables->slot[run->slot];
        const char *broken = cells_shape(r, a, i);

        if (broken == NULL) {
                broken = cells_count(r, a, i, sum);
        }
        if (broken != NULL) {
                return broken;
        }
        sum->runs += 1;
        sum->run_bytes += s->size;
        if (run->epoch == a->tables->epoch) {
                const size_t idle = run->live + run->held == 0 ? s->hi - s->lo : 0;

                sum->idle += idle;
                sum->listed[run->size_class] += run->listed;
                sum->cells[run->size_class] += run->count;
                sum->bytes[run->size_class] += s->hi - s->lo;
        }
        if (thorough && !cells_lost(run, a) && !cells_zero(run, cells_of(r, i), a->tables->range.base)) {
                return "ledger: a free cell is not zero, or its canary is not its own";
        }
        return NULL;
}

static const char *cells_shelf(const struct locket_runs *r, const struct locket_pool *pool,
                               const struct ledger_cells *sum, uint32_t k)
{
        const struct locket_shelf *shelf = &pool->shelf[k];
        uint32_t listed = 0;
        uint32_t i;

        for (i = shelf->head; i != LOCKET_NONE && listed <= r->most; i = r->run[i].next) {
                listed += 1;
        }
        if (listed != sum->listed[k]) {
                return "ledger: a run is in no list of its class, or in two";
        }
        if (shelf->cells != sum->cells[k] || shelf->bytes != sum->bytes[k]) {
                return "ledger: the runs of a class are not counted right";
        }
        return NULL;
}

/* The list of those in quarantine. */
static int cells_detained(const struct locket_runs *r, const struct locket_pool *pool)
{
        uint32_t id = pool->head;
        uint32_t n;

        for (n = 0; n < pool->held; n++) {
                if (id / LOCKET_RUN_CELLS >= r->used || r->cell[id].state != LOCKET_CELL_QUARANTINED) {
                        return 0;
                }
                if (n + 1 == pool->held && id != pool->tail) {
                        return 0;
                }
                id = r->cell[id].next;
        }
        return 1;
}

const char *ledger_cells(const struct locket_home *h, const struct locket_arena *a, int thorough,
                         struct ledger_cells *sum)
{
        const struct locket_runs *r = &h->runs;
        const struct locket_pool *pool = &r->pool[a->index];
        const char *broken = NULL;
        uint32_t i;

        memset(sum, 0, sizeof *sum);
        for (i = 0; i < r->used && broken == NULL; i++) {
                if (r->run[i].owner == a->index + 1u) {
                        broken = cells_run(r, a, i, thorough, sum);
                }
        }
        if (broken == NULL && (sum->held != pool->held || !cells_detained(r, pool))) {
                broken = "ledger: a cell is quarantined in no list, or in two";
        }
        if (broken == NULL && sum->idle != pool->idle) {
                broken = "ledger: bytes of runs without a cell in use are not counted right";
        }
        for (i = 0; i < LOCKET_CELL_CLASSES && broken == NULL; i++) {
                broken = cells_shelf(r, pool, sum, i);
        }
        return broken;
}

const char *ledger_runs(const struct locket_home *h)
{
        const struct locket_runs *r = &h->runs;
        uint32_t i;

        for (i = 0; i < r->used; i++) {
                const uint32_t owner = r->run[i].owner;

                if (owner != 0 && (owner > LOCKET_ARENA_COUNT || !h->arena[owner - 1].used ||
                                   h->arena[owner - 1].policy.layout != LOCKET_COMPACT)) {
                        return "ledger: a run is nobody's, and never given back";
                }
        }
        return NULL;
}

/* ------------------------------------------------------------ for the model */

size_t ledger_held(const struct locket_arena *handle)
{
        struct locket_home *h = locket_home_here();

        return h == NULL || handle == NULL || handle->policy.layout != LOCKET_COMPACT
                       ? 0
                       : h->runs.pool[handle->index].held;
}

uint32_t ledger_idle(const struct locket_arena *handle)
{
        struct locket_home *h = locket_home_here();
        uint32_t idle[LOCKET_CELL_CLASSES] = { 0 };
        uint32_t most = 0;
        uint32_t i;

        for (i = 0; h != NULL && i < h->runs.used; i++) {
                const struct locket_run *run = &h->runs.run[i];

                if (run->owner == handle->index + 1u && run->epoch == h->tables.epoch &&
                    run->live + run->held == 0) {
                        idle[run->size_class] += 1;
                        most = most < idle[run->size_class] ? idle[run->size_class] : most;
                }
        }
        return most;
}

int ledger_run(const unsigned char *p, unsigned char **lo, unsigned char **hi)
{
        struct locket_home *h = locket_home_here();
        const struct locket_slot *s;
        size_t off;
        uint32_t i;

        if (h == NULL || !h->runs.ready || (uintptr_t)p < h->tables.range.address ||
            (uintptr_t)p - h->tables.range.address >= h->tables.range.size) {
                return 0;
        }
        off = (size_t)((uintptr_t)p - h->tables.range.address);
        i = h->runs.of[off / h->runs.page];
        if (i == 0) {
                return 0;
        }
        s = &h->tables.slot[h->runs.run[i - 1].slot];
        *lo = h->tables.range.base + s->lo;
        *hi = h->tables.range.base + s->hi;
        return 1;
}

int ledger_compact(const unsigned char *p)
{
        struct locket_home *h = locket_home_here();
        uint32_t owner;
        uint32_t span;

        if (h == NULL) {
                return 0;
        }
        span = locket_range_span(&h->tables.range, (uintptr_t)p);
        owner = span == LOCKET_NONE ? 0 : h->tables.span[span].owner;
        return owner != 0 && owner <= LOCKET_ARENA_COUNT &&
               h->arena[owner - 1].policy.layout == LOCKET_COMPACT;
}
