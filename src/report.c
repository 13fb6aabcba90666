/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * report.c - what is so: one secret, the process, all arenas.
 *
 * Knows:    everything.  Changes nothing, but that a closed secret is readable
 *           while it is validated.
 * Promises: what is reported is in force, or says why it is not.
 * Tests:    tests/unit/test_report.c, tests/kernel
 */
#include "../include/locket.h"

#include <errno.h>

#include "fatal.h"
#include "home.h"
#include "os.h"
#include "pages.h"
#include "place.h"
#include "run.h"
#include "secret.h"
#include "size.h"
#include "turn.h"
#include "word.h"

static struct locket_protection locket_report_protection(enum locket_demand demand, int error)
{
        struct locket_protection p = { 0, 0 };

        if (demand != LOCKET_OFF) {
                p.in_force = error == 0;
                p.error = error;
        }
        return p;
}

/* Whether what the policy says of a fork holds for secret ${i} of ${a}, and, where
 * a child is told apart by its number alone, that it is so. */
static struct locket_protection locket_report_fork(const struct locket_home *h,
                                                   const struct locket_arena *a, uint32_t i)
{
        int error = a->tables->range.fork_error;
        struct locket_protection p;

        if (a->policy.fork == LOCKET_FORK_OMIT) {
                error = (int)locket_load(&h->omit_error);
        } else if (a->policy.fork == LOCKET_FORK_KEEP) {
                error = locket_secret_lost(a, i) ? a->tables->slot[i].lock_error : 0;
        }
        p = locket_report_protection(a->policy.fork_safe, error);
        if (p.in_force && a->tables->process->owner != 0) {
                p.error = ENOTSUP;
        }
        return p;
}

/* What differs for a cell. */
static void locket_report_cell(uint32_t cell, struct locket_report *report)
{
        const struct locket_runs *runs = locket_home_runs();

        report->size = runs->cell[cell].size;
        report->capacity = locket_run_room(runs, cell);
        report->layout = LOCKET_COMPACT;
        report->guarded.in_force = 0; /* its run is, but not the cell itself */
}

static void locket_report_secret(struct locket_found found, struct locket_report *report)
{
        const struct locket_arena *a = found.arena;
        const uint32_t i = found.cell ? locket_run_slot(locket_home_runs(), found.index) : found.index;
        const struct locket_slot *s = &a->tables->slot[i];
        const struct locket_range *range = &a->tables->range;
        const struct locket_policy *p = &a->policy;

        report->struct_size = sizeof *report;
        report->size = s->size;
        report->capacity = s->hi - s->user;
        report->layout = LOCKET_GUARDED;
        report->backing = p->backing;
        report->access = (enum locket_access)s->access;
        report->lost = locket_secret_lost(a, i);
        report->locked = locket_report_protection(p->locked, s->lock_error);
        if (locket_arena_stale(a->tables, i)) {
                report->locked.in_force = 0; /* locks are not inherited */
        }
        report->undumped = locket_report_protection(p->undumped, range->undump_error);
        report->fork_safe = locket_report_fork(locket_home_here(), a, i);
        report->unmerged = locket_report_protection(p->unmerged, range->merge_error);
        report->guarded.in_force = 1;
        report->guarded.error = 0;
        if (found.cell) {
                locket_report_cell(found.index, report);
        }
}

static size_t locket_report_least(size_t a, size_t b)
{
        return a < b ? a : b;
}

/* Free spans, as far as slabs of ${spans} side by side fit into them. */
static size_t locket_report_slabs(const struct locket_tables *t, uint32_t spans)
{
        size_t slabs = 0;
        uint32_t free = 0;
        uint32_t i;

        for (i = 0; i < LOCKET_SPAN_COUNT; i++) {
                free = locket_load(&t->span[i].owner) == 0 ? free + 1 : 0;
                if (free == spans) {
                        slabs += 1;
                        free = 0;
                }
        }
        return slabs;
}

/* How many more secrets of class ${k} the address space has places for. */
static size_t locket_report_places(struct locket_arena *a, uint32_t k)
{
        struct locket_tables *t = a->tables;
        const struct locket_bin *bin = &a->bin[k];
        const uint64_t capacity = locket_size_capacity(k, t->range.page);
        const uint32_t spans = locket_slab_spans(&t->range, capacity);
        struct locket_slab slab;
        size_t places = (size_t)bin->drawn + bin->kept.count + bin->cold.count;

        if (bin->slab != LOCKET_NONE) {
                places += t->slab[bin->slab].count - t->slab[bin->slab].used;
        }
        if (spans <= LOCKET_SPAN_COUNT) {
                locket_slab_shape(&slab, &t->range, 0, spans, k, (size_t)capacity);
                places += slab.count * locket_report_slabs(t, spans);
        }
        return places;
}

/* How many secrets of ${size} bytes fit in cells of ${bytes} of pages and ${runs} runs,
 * the way a compact arena takes them. */
static size_t locket_report_cells(size_t size, size_t page, size_t bytes, size_t runs)
{
        const uint32_t pitch = locket_cell_pitch(locket_cell_class(size, LOCKET_ALIGNMENT));
        const size_t least = locket_run_least(page);
        size_t taken = 0;
        size_t cells = 0;
        size_t want = least;

        while (runs > 0 && bytes >= least) {
                size_t many = 1;

                while (want + want <= taken && want + want <= LOCKET_RUN_BYTES) {
                        want += want;
                }
                while (want > bytes) {
                        want = want / 2u;
                }
                if (want == LOCKET_RUN_BYTES) {
                        many = locket_report_least(runs, bytes / want);
                }
                cells += many * locket_cell_count(want, pitch);
                taken += many * want;
                bytes -= many * want;
                runs -= many;
        }
        return cells;
}

/* What all arenas keep, and would give back. */
static size_t locket_report_kept(struct locket_home *h)
{
        size_t kept = 0;
        uint32_t i;

        for (i = 0; h != NULL && i < locket_load(&h->most); i++) {
                struct locket_arena *a = locket_home_arena(&h->arena[i]);

                if (a != NULL) {
                        kept += a->kept_bytes;
                        if (a->policy.layout == LOCKET_COMPACT) {
                                kept += h->runs.pool[i].idle;
                        }
                        locket_home_leave(a);
                }
        }
        return kept;
}

/* How many secrets of ${size} bytes fit in a new compact arena. */
static size_t locket_report_compact(struct locket_home *h, size_t size,
                                    const struct locket_budget *b)
{
        const size_t kept = locket_report_kept(h);
        const size_t used = b->locked_now - locket_report_least(b->locked_now, kept);
        const size_t maps = b->mapping_limit - locket_report_least(b->mapping_limit, b->mappings_now);
        size_t runs = maps / 2u;
        size_t bytes = SIZE_MAX / 2u;

        if (locket_cell_class(size, LOCKET_ALIGNMENT) == LOCKET_NONE) {
                return b->guarded_room;
        }
        if (h != NULL) {
                runs = locket_report_least(runs, h->tables.slot_count / LOCKET_RUN_SLOTS + 64u);
        }
        if (b->lock_limit != SIZE_MAX) {
                bytes = b->lock_limit - locket_report_least(b->lock_limit, used);
        }
        return locket_report_cells(size, b->page_size, bytes, runs);
}

static int locket_report_budget(size_t size, struct locket_budget *budget)
{
        struct locket_home *h = locket_home_here();
        const size_t page = locket_os_page();
        size_t kept = 0;
        size_t room = SIZE_MAX;
        size_t data;
        uint32_t k;
        int error;

        budget->struct_size = sizeof *budget;
        budget->page_size = page;
        budget->lock_limit = locket_os_lock_limit();
        budget->compact_room = 0;
        budget->guarded_room = 0;
        error = locket_os_locked_now(&budget->locked_now);
        if (error == 0) {
                error = locket_os_mapping_limit(&budget->mapping_limit);
        }
        if (error == 0) {
                error = locket_os_mappings_now(&budget->mappings_now);
        }
        if (error != 0 || size > LOCKET_MAX_SIZE) {
                return error;
        }
        data = locket_size_data(size, LOCKET_ALIGNMENT, page);
        k = locket_size_class(data, page);
        if (k >= LOCKET_CLASS_COUNT) {
                return 0; /* no class is so large where pages are small */
        }
        if (h != NULL) {
                struct locket_arena *a = &h->arena[0];

                locket_turn_begin(a);
                kept = a->kept_bytes;
                room = locket_report_places(a, k);
                locket_home_leave(a);
        }
        if (budget->lock_limit != SIZE_MAX) {
                const size_t used = budget->locked_now - locket_report_least(budget->locked_now, kept);

                room = locket_report_least(room, used > budget->lock_limit
                                                         ? 0
                                                         : (budget->lock_limit - used) / data);
        }
        /* A slot is one mapping, and so is the guard that it splits off; kept
         * ones have theirs already. */
        room = locket_report_least(
                room, (budget->mapping_limit -
                       locket_report_least(budget->mapping_limit, budget->mappings_now)) / 2 +
                              kept / data);
        budget->guarded_room = room;
        budget->compact_room = locket_report_compact(h, size, budget);
        return 0;
}

static void locket_report_stats(struct locket_stats *stats)
{
        const struct locket_stats none = { .struct_size = sizeof none };
        struct locket_home *h = locket_home_here();
        uint32_t i;

        *stats = none;
        stats->violations = locket_fatal_count();
        for (i = 0; h != NULL && i < locket_load(&h->most); i++) {
                struct locket_arena *a = locket_home_arena(&h->arena[i]);

                if (a == NULL) {
                        continue;
                }
                stats->live_secrets += a->live;
                stats->live_bytes += a->live_bytes;
                stats->locked_bytes += a->locked_bytes;
                stats->slabs += a->slabs;
                stats->quarantined += a->quarantine.count;
                if (a->policy.layout == LOCKET_COMPACT) {
                        stats->quarantined += h->runs.pool[i].held;
                }
                stats->peak_live_secrets += a->peak_live;
                stats->peak_locked_bytes += a->peak_locked;
                locket_home_leave(a);
        }
}

/* 1 if live secret ${i} is damaged, or how many of its cells.  One that is closed
 * is readable meanwhile. */
static size_t locket_report_check(struct locket_arena *a, uint32_t i)
{
        struct locket_tables *t = a->tables;
        const uint32_t run = locket_run_of(locket_home_runs(), a, i);
        const int access = t->slot[i].access;
        size_t damaged;

        if (run != LOCKET_NONE) {
                return locket_run_validate(locket_home_runs(), a, run);
        }
        if (locket_secret_lost(a, i)) {
                return 0; /* there is nothing to look at */
        }
        if (access == LOCKET_NO_ACCESS && locket_pages_access(t, i, LOCKET_READ_ONLY) != 0) {
                return 1; /* what cannot be looked at is not known to be intact */
        }
        damaged = locket_secret_damage(a, i) >= 0;
        if (access == LOCKET_NO_ACCESS) {
                (void)locket_pages_access(t, i, LOCKET_NO_ACCESS); /* the record says what is so */
        }
        return damaged;
}

static size_t locket_report_arena(struct locket_arena *a)
{
        struct locket_tables *t = a->tables;
        size_t damaged = 0;
        uint32_t span;
        uint32_t k;

        for (span = 0; a->slabs != 0 && span < LOCKET_SPAN_COUNT; span++) {
                const struct locket_slab *slab = &t->slab[span];

                if (!locket_place_head(a, span)) {
                        continue;
                }
                for (k = 0; k < slab->used; k++) {
                        if (t->slot[slab->slots + k].state == LOCKET_SLOT_LIVE) {
                                damaged += locket_report_check(a, slab->slots + k);
                        }
                }
        }
        return damaged;
}

size_t locket_validate(void)
{
        struct locket_home *h = locket_home_here();
        size_t damaged = 0;
        uint32_t i;

        for (i = 0; h != NULL && i < locket_load(&h->most); i++) {
                struct locket_arena *a = locket_home_arena(&h->arena[i]);

                if (a != NULL) {
                        damaged += locket_report_arena(a);
                        locket_home_leave(a);
                }
        }
        return damaged;
}

/* ------------------------------------------------------- the public calls */

/* Copy the first bytes of a structure of ${known} bytes that begins with its
 * size, as many as the caller's has.  0, or -1 with errno EINVAL. */
static int locket_report_answer(void *to, const void *from, size_t known)
{
        unsigned char *t = to;
        const unsigned char *f = from;
        size_t *size = to;
        size_t i;

        if (*size != 0 && *size < known) {
                errno = EINVAL;
                return -1;
        }
        for (i = 0; i < known; i++) {
                t[i] = f[i];
        }
        return 0;
}

int locket_inspect(const void *ptr, struct locket_report *report)
{
        const struct locket_found found = locket_home_find((uintptr_t)ptr);
        struct locket_report full = { 0 };

        if (found.arena != NULL) {
                locket_report_secret(found, &full);
                locket_home_leave(found.arena);
        }
        if (found.arena == NULL || report == NULL) {
                errno = EINVAL;
                return -1;
        }
        return locket_report_answer(report, &full, sizeof full);
}

int locket_budget(size_t size, struct locket_budget *budget)
{
        struct locket_budget full = { 0 };
        int error = budget == NULL ? EINVAL : locket_report_budget(size, &full);

        if (error != 0) {
                errno = error;
                return -1;
        }
        return locket_report_answer(budget, &full, sizeof full);
}

int locket_stats(struct locket_stats *stats)
{
        struct locket_stats full;

        if (stats == NULL) {
                errno = EINVAL;
                return -1;
        }
        locket_report_stats(&full);
        return locket_report_answer(stats, &full, sizeof full);
}
