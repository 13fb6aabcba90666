/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * table_guard.c - what the time pays for: protections seen, and misuse.
 */
#include "table.h"

static unsigned guard_noticed(const struct bench_sweep *sweep)
{
        return sweep->trapped + sweep->at_free + sweep->later;
}

static void guard_row(FILE *out, const struct bench_result *result, size_t i)
{
        const struct bench_cell *cell = &result->cell[i][BENCH_PAIR_32];

        (void)fputc(' ', out);
        table_time(out, bench_median(cell->cpu, result->repetitions));
        (void)fprintf(out, " | **%d** |", bench_shield_sum(result, i));
        for (size_t k = 0; k < BENCH_SHIELD_COUNT; k++) {
                const struct bench_sweep *sweep =
                        k == 1 ? &result->past[i] :
                        k == 2 ? &result->before[i] : NULL;

                (void)fprintf(out, " %s", bench_shield(result, i, k) ? "yes" :
                              "no");
                if (sweep != NULL && sweep->sizes != guard_noticed(sweep) &&
                    guard_noticed(sweep) > 0)
                        (void)fprintf(out, ", %u of %u sizes",
                                      guard_noticed(sweep), sweep->sizes);
                (void)fputs(" |", out);
        }
        (void)fputc('\n', out);
}

/**
 * table_shields(out, result):
 * Speed and protection, side by side.
 */
void table_shields(FILE *out, const struct bench_result *result)
{
        const char *columns[BENCH_SHIELD_COUNT + 2] = { "CPU ns", "of 7" };

        for (size_t k = 0; k < BENCH_SHIELD_COUNT; k++)
                columns[k + 2] = bench_shields[k];
        table_title(out, "What a pair of 32 bytes costs, and what was seen to "
                    "protect it", columns, BENCH_SHIELD_COUNT + 2);
        for (size_t i = 0; i < bench_peer_count; i++)
                if (table_start(out, i))
                        guard_row(out, result, i);
}

static void guard_sweep(FILE *out, const struct bench_sweep *sweep)
{
        (void)fprintf(out, " %u / %u / %u / %u / %u |", sweep->trapped,
                      sweep->at_free, sweep->later, sweep->crashed,
                      sweep->unnoticed);
}

/**
 * table_misuse(out, result):
 * What each misuse came to.
 */
void table_misuse(FILE *out, const struct bench_result *result)
{
        const char *columns[BENCH_CRIME_COUNT + 4];
        size_t count = 0;

        for (; count < BENCH_CRIME_COUNT; count++)
                columns[count] = bench_crimes[count];
        columns[count++] = "past, each size";
        columns[count++] = "before, each size";
        columns[count++] = "wiped at free";
        columns[count++] = "a forked child has";
        table_title(out, "Misuse, and what is left", columns, count);
        for (size_t i = 0; i < bench_peer_count; i++) {
                if (!table_start(out, i))
                        continue;
                for (size_t crime = 0; crime < BENCH_CRIME_COUNT; crime++)
                        (void)fprintf(out, " %s |", result->crime[i][crime]);
                guard_sweep(out, &result->past[i]);
                guard_sweep(out, &result->before[i]);
                (void)fprintf(out, " %s | %s |\n", result->wiped[i],
                              result->forked[i]);
        }
        (void)fprintf(out, "\nEach size: one byte past, or before, objects of "
                      "%d to %d bytes: trapped / noticed at free / noticed "
                      "later / made it crash / unnoticed.\n",
                      BENCH_SWEEP_FROM, BENCH_SWEEP_TO);
}
