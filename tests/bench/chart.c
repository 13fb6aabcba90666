/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * chart.c - what the gnuplot scripts of this folder draw.
 *
 * protection.tsv   a line a peer: protections seen, ns, where its label stands
 *                  so that none covers another, label, group
 * size.tsv         a block a peer, for the series of a chart: size, ns, locked
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* The height of a label: the chart has some 5 decades on 30 lines of text. */
static const double chart_step = 1.45;

struct chart_point {
        int shields;
        double ns, label_ns;
        const struct bench_peer *peer;
};

static int chart_compare(const void *a, const void *b)
{
        const struct chart_point *x = a, *y = b;

        if (x->shields != y->shields)
                return x->shields < y->shields ? -1 : 1;
        return (x->ns > y->ns) - (x->ns < y->ns);
}

static size_t chart_points(const struct bench_result *result,
                           struct chart_point *point)
{
        size_t count = 0;

        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_cell *cell =
                        &result->cell[i][BENCH_PAIR_32];

                if (cell->samples == 0)
                        continue;
                point[count].peer = bench_peers[i];
                point[count].shields = bench_shield_sum(result, i);
                point[count].ns = bench_median(cell->cpu, result->repetitions);
                point[count].label_ns = point[count].ns;
                count++;
        }
        qsort(point, count, sizeof *point, chart_compare);
        return count;
}

/* Labels of one column move apart: those of a crowd spread around where they
 * would be. */
static void chart_spread(struct chart_point *point, size_t count)
{
        for (int round = 0; round < 200; round++)
                for (size_t i = 0; i + 1 < count; i++) {
                        struct chart_point *low = &point[i], *high = low + 1;
                        double middle, ratio = high->label_ns / low->label_ns;

                        if (low->shields != high->shields ||
                            ratio >= chart_step)
                                continue;
                        middle = sqrt(low->label_ns * high->label_ns);
                        low->label_ns = middle / sqrt(chart_step * 1.001);
                        high->label_ns = middle * sqrt(chart_step * 1.001);
                }
}

static int chart_is_locket(const struct bench_peer *peer)
{
        return strncmp(peer->id, "locket", strlen("locket")) == 0;
}

static FILE *chart_open(const char *folder, const char *name)
{
        char path[PATH_MAX];

        (void)snprintf(path, sizeof path, "%s/%s", folder, name);
        return fopen(path, "w");
}

static void chart_protection(FILE *out, const struct bench_result *result)
{
        struct chart_point point[BENCH_PEER_MAX];
        size_t count = chart_points(result, point);

        chart_spread(point, count);
        for (size_t i = 0; i < count; i++)
                (void)fprintf(out, "%d\t%.2f\t%.2f\t%s\t%d\n",
                              point[i].shields, point[i].ns, point[i].label_ns,
                              point[i].peer->name,
                              chart_is_locket(point[i].peer));
}

static void chart_size(FILE *out, const struct bench_result *result)
{
        int any = 0;

        for (size_t i = 0; i < bench_peer_count; i++) {
                if (bench_peers[i]->absent != NULL)
                        continue;
                (void)fprintf(out, "%s\"%s\"\n", any++ ? "\n\n" : "",
                              bench_peers[i]->name);
                for (size_t k = 0; k < BENCH_SIZE_COUNT; k++) {
                        const struct bench_cell *cell =
                                &result->cell[i][BENCH_PAIR + k];

                        if (cell->samples > 0)
                                (void)fprintf(out, "%zu\t%.2f\t%d\n",
                                              bench_works[k].size,
                                              bench_median(cell->cpu,
                                                  result->repetitions),
                                              cell->last.locked == 1);
                }
        }
}

/**
 * bench_chart(folder, result):
 * Write both files.
 *
 * Returns: 0; -1 with errno.
 */
int bench_chart(const char *folder, const struct bench_result *result)
{
        FILE *protection = chart_open(folder, "protection.tsv");
        FILE *size = chart_open(folder, "size.tsv");
        int failed = protection == NULL || size == NULL;

        if (protection != NULL) {
                chart_protection(protection, result);
                failed |= fclose(protection) != 0;
        }
        if (size != NULL) {
                chart_size(size, result);
                failed |= fclose(size) != 0;
        }
        return failed ? -1 : 0;
}
