/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * table_goal.c - the targets of locket, and whether this run met them.
 */
#include <string.h>
#include <unistd.h>

#include "table.h"

/* Processors that must have had nothing else to do. */
static const double goal_spare = 1.8;

/* One target; a field that is 0 or, for calls and faults, negative, has
 * none. */
struct goal {
        const char *peer;
        double cpu_ns, ratio, calls, faults, speedup;
};

static const struct goal goals[] = {
        { "locket-closed",   1800, 6.5, 2, -1, 1.8 },
        { "locket-checked",  220,  50,  0, -1, 1.8 },
        { "locket-reserved", 220,  50,  0, 0,  1.8 },
};

/* One measured value against its target. */
static void goal_verdict(FILE *out, double is, const char *bound,
                         double target, int met)
{
        (void)fprintf(out, is < 100 ? " %.3g" : " %.0f", is);
        (void)fprintf(out, " (%s %g: %s) |", bound, target,
                      met ? "met" : "**missed**");
}

static void goal_most(FILE *out, double is, double target)
{
        if (target < 0)
                (void)fputs(" - |", out);
        else
                goal_verdict(out, is, "at most", target,
                             is >= 0 && is <= target);
}

static void goal_least(FILE *out, double is, double target)
{
        goal_verdict(out, is, "at least", target, is >= target);
}

/* Two threads say something only where two processors are free. */
static void goal_threads(FILE *out, const struct bench_result *result,
                         double is, double target)
{
        double spare = (double)sysconf(_SC_NPROCESSORS_ONLN) - result->load;

        if (spare >= goal_spare)
                goal_least(out, is, target);
        else
                (void)fprintf(out, " %.3g (at least %g: not judged, the "
                              "machine is busy) |", is, target);
}

static void goal_row(FILE *out, const struct bench_result *result,
                     const struct goal *goal, size_t i)
{
        const struct bench_cell *cell = &result->cell[i][BENCH_PAIR_32];

        if (!table_start(out, i) || cell->samples == 0)
                return;
        goal_most(out, bench_median(cell->cpu, result->repetitions),
                  goal->cpu_ns);
        if (bench_peers[0]->absent == NULL)
                goal_least(out, bench_ratio(result, i, BENCH_PAIR_32),
                           goal->ratio);
        else
                (void)fputs(" - |", out);
        goal_most(out, table_per_pair(cell->count.calls, &cell->count),
                  goal->calls);
        goal_most(out, cell->faults, goal->faults);
        goal_threads(out, result, bench_speedup(result, i), goal->speedup);
        (void)fputc('\n', out);
}

/**
 * table_goals(out, result):
 * For the pair of 32 bytes.
 */
void table_goals(FILE *out, const struct bench_result *result)
{
        static const char *const columns[] = {
                "CPU ns", "times as fast", "system calls", "page faults",
                "two threads"
        };

        table_title(out, "Targets, pair of 32 bytes", columns,
                    sizeof columns / sizeof columns[0]);
        for (size_t t = 0; t < sizeof goals / sizeof goals[0]; t++)
                for (size_t i = 0; i < bench_peer_count; i++)
                        if (strcmp(goals[t].peer, bench_peers[i]->id) == 0)
                                goal_row(out, result, &goals[t], i);
        (void)fputs("\nThe times are meant for a machine where libsodium "
                    "takes 11,800 ns and malloc + explicit_bzero 12 ns.  "
                    "Where the kernel is slower, the ratio decides for "
                    "closed pages, and flatters the rows that never enter "
                    "it.\n", out);
}
