/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * budget.c - how many more secrets fit: limits, what is used of them, and what
 * the arenas would give back.
 *
 * Knows:    everything.  Changes nothing, but that the tables are made.
 * Promises: as many as it says can be had, as long as nobody else locks, maps or
 *           gets secrets meanwhile; and no more than a page's worth of others.
 * Tests:    tests/budget, tests/unit/test_budget.c
 */
#include "../include/locket.h"

#include <errno.h>

#include "fatal.h"
#include "home.h"
#include "os.h"
#include "policy.h"
#include "report.h"
#include "room.h"
#include "run.h"
#include "size.h"
#include "turn.h"
#include "word.h"

/* Classes of slots that runs of cells have, of LOCKET_RUN_BYTES at most, where pages
 * are smallest. */
#define LOCKET_ROOM_RUNS 7u
_Static_assert(1024u << (LOCKET_ROOM_RUNS - 1u) == LOCKET_RUN_BYTES,
               "the largest run is of the last of these classes with pages of 1 KiB");

/* -------------------------------------------------------- the guarded layout */

/* Slots of class ${k} that the default arena has a place for already.  */
static size_t locket_budget_own(struct locket_arena *a, uint32_t k)
{
        const struct locket_tables *t = a->tables;
        const struct locket_bin *bin = &a->bin[k];
        size_t places;
        uint32_t i;
        uint32_t n;

        locket_turn_begin(a);
        places = (size_t)bin->drawn + bin->kept.count + bin->cold.count;
        i = a->quarantine.head;
        for (n = a->quarantine.count; n > 0 && i < t->slot_count; n--) {
                places += t->slab[t->slot[i].slab].size_class == k ? 1u : 0u;
                i = t->slot[i].next;
        }
        if (bin->slab != LOCKET_NONE) {
                places += t->slab[bin->slab].count - t->slab[bin->slab].used;
        }
        locket_home_leave(a);
        return places;
}

static size_t locket_budget_guarded(struct locket_room room, struct locket_home *h,
                                    size_t data, uint32_t k)
{
        const size_t most = room.bytes == SIZE_MAX ? SIZE_MAX : room.bytes / data;
        size_t places = locket_budget_own(&h->arena[0], k);
        size_t more = 1;

        while (places < most && places < room.maps / LOCKET_ROOM_SPLIT && more != 0) {
                more = locket_room_slab(&room, &h->tables, k);
                places += more;
        }
        places = locket_room_least(places, room.maps / LOCKET_ROOM_SPLIT);
        return locket_room_least(places, most);
}

/* -------------------------------------------------------- the compact layout */

/* Have a slot of class ${k} for a run, in ${left}[k] or a new slab.  1 if there is one. */
static int locket_budget_place(struct locket_room *room, struct locket_tables *t,
                               size_t *left, uint32_t k)
{
        if (left[k] == 0) {
                left[k] = locket_room_slab(room, t, k);
        }
        return left[k] > 0 && room->maps >= LOCKET_ROOM_SPLIT;
}

/* How many cells of ${pitch} bytes a new arena gets of ${room}, the way it takes its
 * runs: each as large as all before it, as far as there is room. */
static size_t locket_budget_cells(struct locket_room *room, struct locket_tables *t,
                                  uint32_t pitch)
{
        const size_t least = locket_run_least(t->range.page);
        size_t left[LOCKET_ROOM_RUNS] = { 0 };
        size_t taken = 0;
        size_t cells = 0;
        size_t want = least;

        while (room->runs > 0 && room->maps >= LOCKET_ROOM_SPLIT && want >= least) {
                const uint32_t k = locket_size_class(want, t->range.page);
                size_t many = 1;

                if (want > room->bytes || !locket_budget_place(room, t, left, k)) {
                        want /= 2u;
                        continue;
                }
                if (want == LOCKET_RUN_BYTES) {
                        many = locket_room_least(room->runs, room->maps / LOCKET_ROOM_SPLIT);
                        many = locket_room_least(many, room->bytes / want);
                        many = locket_room_least(many, left[k]);
                }
                cells += many * locket_cell_count(want, pitch);
                taken += many * want;
                left[k] -= many;
                room->bytes -= room->bytes == SIZE_MAX ? 0 : many * want;
                room->maps -= many * LOCKET_ROOM_SPLIT;
                room->runs -= many;
                while (want + want <= taken && want + want <= LOCKET_RUN_BYTES) {
                        want += want;
                }
        }
        return cells;
}

/* 1 if there are tables of runs, or can be; what is kept makes way, as for a new arena. */
static int locket_budget_tables(struct locket_home *h)
{
        struct locket_verdict verdict;
        int error = locket_home_compact(h);

        if (error != 0 && locket_home_trim(1, &verdict)) {
                if (verdict.found) {
                        locket_fatal(verdict.kind, verdict.at);
                }
                error = locket_home_compact(h);
        }
        return error == 0;
}

/* Runs that nobody has; the records of the first take mappings. */
static void locket_budget_runs(struct locket_room *room, const struct locket_home *h)
{
        const struct locket_runs *r = &h->runs;
        const uint32_t used = locket_load(&r->used);
        uint32_t i;

        room->runs = locket_size_plus(room->runs, r->most);
        if (used == 0) {
                room->maps = locket_size_minus(room->maps, LOCKET_ROOM_SPLIT - h->sealed);
        }
        for (i = 0; i < used; i++) {
                room->runs = locket_size_minus(room->runs, locket_run_owner(r, i) != 0);
        }
}

/* --------------------------------------------------------------------- both */

/* The process's limits, less what it uses, but for what is given back. */
static void locket_budget_left(struct locket_room *room, const struct locket_budget *b)
{
        const size_t locked = locket_size_minus(b->locked_now, room->bytes);
        const size_t maps = locket_size_minus(b->mappings_now, room->maps);

        room->bytes = SIZE_MAX;
        if (b->lock_limit != SIZE_MAX) { /* of which the kernel takes whole pages */
                room->bytes = locket_size_minus(b->lock_limit / b->page_size * b->page_size, locked);
        }
        room->maps = locket_size_minus(b->mapping_limit, maps);
}

/* What the kernel says.  0, or an errno. */
static int locket_budget_ask(struct locket_budget *budget)
{
        int error;

        budget->struct_size = sizeof *budget;
        budget->page_size = locket_os_page();
        budget->lock_limit = locket_os_lock_limit();
        error = locket_os_locked_now(&budget->locked_now);
        if (error == 0) {
                error = locket_os_mapping_limit(&budget->mapping_limit);
        }
        return error != 0 ? error : locket_os_mappings_now(&budget->mappings_now);
}

/* How many more secrets fit that take ${data} bytes of pages and are of class ${k}; or
 * cells of class ${class}, if there are ${tables} for them. */
static void locket_budget_rooms(struct locket_budget *budget, size_t data, uint32_t k,
                                uint32_t class, int tables)
{
        struct locket_home *h = locket_home_here();
        struct locket_room room = { 0 };

        locket_room_gather(&room, h, k);
        locket_budget_left(&room, budget);
        room.least = LOCKET_ROOM_SOON;
        budget->guarded_room = locket_budget_guarded(room, h, data, k);
        budget->compact_room = budget->guarded_room;
        if (class != LOCKET_NONE) {
                room.least = LOCKET_ROOM_OWN;
                budget->compact_room = 0;
        }
        if (class != LOCKET_NONE && tables) {
                locket_budget_runs(&room, h);
                budget->compact_room = locket_budget_cells(&room, &h->tables,
                                                           locket_cell_pitch(class));
        }
}

/* 1 if the default arena can have secrets at all: its tables are there, or can be. */
static int locket_budget_start(void)
{
        if (locket_home_start() != 0) {
                return 0;
        }
        return locket_policy_lacks(&locket_home_here()->arena[0].policy,
                                   &locket_home_here()->tables.range) == 0;
}

/* Fill ${budget} in.  0, or an errno. */
static int locket_budget_full(size_t size, struct locket_budget *budget)
{
        const size_t page = locket_os_page();
        const uint32_t class = locket_cell_class(size, LOCKET_ALIGNMENT);
        size_t data = 0;
        int tables = 0;
        uint32_t k = LOCKET_CLASS_COUNT;
        int error;

        if (size <= LOCKET_MAX_SIZE) {
                data = locket_size_data(size, LOCKET_ALIGNMENT, page);
                k = locket_size_class(data, page);
        }
        /* No class is so large where pages are small.  The tables come first, as
         * they take mappings. */
        if (k < LOCKET_CLASS_COUNT && !locket_budget_start()) {
                k = LOCKET_CLASS_COUNT;
        }
        if (k < LOCKET_CLASS_COUNT && class != LOCKET_NONE) {
                tables = locket_budget_tables(locket_home_here());
        }
        error = locket_budget_ask(budget);
        if (error == 0 && k < LOCKET_CLASS_COUNT) {
                locket_budget_rooms(budget, data, k, class, tables);
        }
        return error;
}

int locket_budget(size_t size, struct locket_budget *budget)
{
        struct locket_budget full = { 0 };
        int error = locket_home_inside() ? EDEADLK : EINVAL;

        if (error != EDEADLK && budget != NULL) {
                error = locket_budget_full(size, &full);
        }
        if (error != 0) {
                errno = error;
                return -1;
        }
        return locket_report_answer(budget, &full, sizeof full);
}
