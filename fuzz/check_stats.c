/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * check_stats.c - what must hold of the statistics between any two operations.
 */
#include "check.h"

#include <string.h>

#include "../include/locket.h"
#include "ledger.h"
#include "say.h"
#include "world.h"

static size_t check_sum(size_t (*of)(const struct arena *a))
{
        size_t sum = 0;
        unsigned i;

        for (i = 0; i < MODEL_ARENAS; i++) {
                if (model.arena[i].alive) {
                        sum += of(&model.arena[i]);
                }
        }
        return sum;
}

static size_t check_peak(const struct arena *a)
{
        return a->peak;
}

static size_t check_quarantined(const struct arena *a)
{
        return a->quarantined + a->cells_held;
}

/* The address space was swept: what is in quarantine is taken from the tables,
 * which are checked by themselves. */
static void check_swept(size_t now)
{
        unsigned i;

        MUST(now <= check_sum(check_quarantined), "stats: quarantined");
        for (i = 0; i < MODEL_ARENAS; i++) {
                struct arena *a = &model.arena[i];

                if (a->alive) {
                        a->swept = a->frees;
                        a->quarantined = ledger_quarantined(a->handle);
                }
        }
        MUST_BE(now, check_sum(check_quarantined), "stats: quarantined");
}

/* Of a compact arena runs are in quarantine too, and nobody said when they ended; and at
 * any limit its cells leave it. */
static void check_compact(void)
{
        unsigned i;

        for (i = 1; i < MODEL_ARENAS; i++) {
                struct arena *a = &model.arena[i];
                const size_t held = model_compact(i) ? ledger_held(a->handle) : 0;

                if (!model_compact(i)) {
                        continue;
                }
                a->quarantined = ledger_quarantined(a->handle);
                MUST(a->quarantined <= a->policy.quarantine, "more than the quarantine holds");
                MUST(a->reserved || ledger_idle(a->handle) <= 1,
                     "runs without a cell in use are not given back");
                MUST(held <= a->cells_held, "more cells in quarantine than were freed");
                if (held < a->cells_held) {
                        MUST(model_struck() || model.tight || !model.calm ||
                                     world_lock_limit() != SIZE_MAX || a->policy.capacity != 0,
                             "cells leave the quarantine early");
                        a->cells_held = held;
                        a->cells_swept = a->cell_frees;
                }
        }
}

void check_statistics(void)
{
        struct locket_stats stats;
        size_t bytes = 0;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                bytes += model.secret[i].p != NULL ? model.secret[i].size : 0;
        }
        memset(&stats, 0x5a, sizeof stats);
        stats.struct_size = 0;
        MUST_BE(locket_stats(&stats), 0, "locket_stats");
        MUST_BE(stats.struct_size, sizeof stats, "stats: struct_size");
        MUST_BE(stats.live_secrets, model_count(), "stats: live_secrets");
        MUST_BE(stats.live_bytes, bytes, "stats: live_bytes");
        MUST_BE(stats.violations, model.violations, "stats: violations");
        MUST_BE(stats.peak_live_secrets, check_sum(check_peak), "stats: peak_live_secrets");
        MUST_BE(stats.slabs, ledger_slabs(), "stats: slabs");
        MUST(stats.peak_locked_bytes >= stats.locked_bytes, "stats: peak_locked_bytes");
        if (world_locked_bytes() != SIZE_MAX) {
                MUST_BE(stats.locked_bytes, world_locked_bytes(), "stats: locked_bytes");
        }
        check_compact();
        if (stats.quarantined != check_sum(check_quarantined)) {
                /* A lock that was refused for want of memory may be tried again later. */
                MUST(model_struck() || model.tight || !model.calm, "stats: quarantined");
                check_swept(stats.quarantined);
        }
}
