/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * figure.c - medians, minima, ratios, and what counts as a protection.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static int bench_compare(const void *a, const void *b)
{
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/**
 * bench_median(value, count):
 * Returns: the median of those that are not 0, or 0 if there are none.
 */
double bench_median(const double *value, size_t count)
{
        double sorted[BENCH_REPETITION_MAX];
        size_t kept = 0;

        for (size_t i = 0; i < count; i++)
                if (value[i] > 0)
                        sorted[kept++] = value[i];
        if (kept == 0)
                return 0;
        qsort(sorted, kept, sizeof sorted[0], bench_compare);
        return kept % 2 == 1 ? sorted[kept / 2] :
               (sorted[kept / 2 - 1] + sorted[kept / 2]) / 2;
}

double bench_least(const double *value, size_t count)
{
        double least = 0;

        for (size_t i = 0; i < count; i++)
                if (value[i] > 0 && (least <= 0 || value[i] < least))
                        least = value[i];
        return least;
}

/* The median over the repetitions of the quotient within one. */
static double bench_quotient(const double *top, const double *bottom,
                             size_t count)
{
        double quotient[BENCH_REPETITION_MAX];

        for (size_t i = 0; i < count; i++)
                quotient[i] = bottom[i] > 0 ? top[i] / bottom[i] : 0;
        return bench_median(quotient, count);
}

/**
 * bench_ratio(result, peer, work):
 * How many times as fast as the reference: the median over the repetitions of
 * the quotient within one repetition, CPU time.
 */
double bench_ratio(const struct bench_result *result, size_t peer,
                   size_t work)
{
        return bench_quotient(result->cell[0][work].cpu,
                              result->cell[peer][work].cpu,
                              result->repetitions);
}

/**
 * bench_speedup(result, peer):
 * How many times as many pairs two threads do in the same wall time as one, by
 * the minima: one busy processor is enough to spoil a repetition.
 */
double bench_speedup(const struct bench_result *result, size_t peer)
{
        const struct bench_cell *cell = result->cell[peer];
        double one = bench_least(cell[BENCH_ONE_THREAD].wall,
                                 result->repetitions);
        double two = bench_least(cell[BENCH_TWO_THREADS].wall,
                                 result->repetitions);

        return two > 0 ? one / two : 0;
}

const char *const bench_shields[BENCH_SHIELD_COUNT] = {
        "locked", "1 byte past noticed", "1 byte before noticed",
        "write after free noticed", "wiped at free", "gone in a child",
        "left out of core files"
};

static int bench_sweep_all(const struct bench_sweep *sweep)
{
        return sweep->sizes > 0 && sweep->trapped + sweep->at_free +
               sweep->later == sweep->sizes;
}

/**
 * bench_shield(result, peer, shield):
 * Returns: 1 if this peer was seen to have that protection: for the 32-byte
 *          pair, and an overrun at every size of the sweep.  Else 0.
 */
int bench_shield(const struct bench_result *result, size_t peer,
                 size_t shield)
{
        const struct bench_cell *cell = &result->cell[peer][BENCH_PAIR_32];
        const char *const *names = bench_crimes;

        switch (shield) {
        case 0:
                return cell->samples > 0 && cell->last.locked == 1;
        case 1:
                return bench_sweep_all(&result->past[peer]);
        case 2:
                return bench_sweep_all(&result->before[peer]);
        case 3:
                for (size_t i = 0; i < BENCH_CRIME_COUNT; i++)
                        if (strcmp(names[i], "write-freed") == 0)
                                return bench_noticed(result->crime[peer][i]);
                return 0;
        case 4:
                return strcmp(result->wiped[peer], "yes") == 0;
        case 5:
                return strcmp(result->forked[peer], "zeros") == 0 ||
                       strcmp(result->forked[peer], "unmapped") == 0;
        default:
                return strstr(cell->last.flags, "dd") != NULL;
        }
}

int bench_shield_sum(const struct bench_result *result, size_t peer)
{
        int sum = 0;

        for (size_t i = 0; i < BENCH_SHIELD_COUNT; i++)
                sum += bench_shield(result, peer, i);
        return sum;
}
