/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * report.c - what is so: one secret, all arenas.
 *
 * Knows:    everything.  Changes nothing, but that a closed secret is readable
 *           while it is validated.
 * Promises: what is reported is in force, or says why it is not.
 * Tests:    tests/unit/test_report.c, tests/kernel
 */
#include "report.h"

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

        if (locket_home_inside()) {
                locket_fatal_inside(0); /* "none" would be no answer */
        }
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

int locket_report_answer(void *to, const void *from, size_t known)
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
        struct locket_report full = { 0 };
        struct locket_found found;

        if (locket_home_inside()) {
                errno = EDEADLK;
                return -1;
        }
        found = locket_home_find((uintptr_t)ptr);
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

int locket_stats(struct locket_stats *stats)
{
        struct locket_stats full;

        if (stats == NULL || locket_home_inside()) {
                errno = stats == NULL ? EINVAL : EDEADLK;
                return -1;
        }
        locket_report_stats(&full);
        return locket_report_answer(stats, &full, sizeof full);
}
