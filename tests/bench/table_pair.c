/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * table_pair.c - pairs by size, and the details of the 32-byte pair.
 */
#include "table.h"

/* What one cell of a table of sizes shows. */
enum pair_shows { PAIR_TIME, PAIR_RATIO };

static void pair_cell(FILE *out, const struct bench_result *result,
                      size_t peer, size_t work, enum pair_shows shows)
{
        const struct bench_cell *cell = &result->cell[peer][work];

        if (shows == PAIR_RATIO) {
                table_ratio(out, bench_ratio(result, peer, work));
                return;
        }
        (void)fputc(' ', out);
        table_time(out, bench_median(cell->cpu, result->repetitions));
        if (cell->samples > 0) {
                (void)fputs(" / ", out);
                table_time(out, bench_least(cell->cpu, result->repetitions));
                if (cell->last.locked != 1)
                        (void)fputs(" u", out);
        }
        (void)fputs(" |", out);
}

static void pair_sizes(FILE *out, const struct bench_result *result,
                       const char *title, size_t first, enum pair_shows shows)
{
        const char *columns[BENCH_SIZE_COUNT];

        for (size_t i = 0; i < BENCH_SIZE_COUNT; i++)
                columns[i] = bench_works[first + i].title;
        table_title(out, title, columns, BENCH_SIZE_COUNT);
        for (size_t i = 0; i < bench_peer_count; i++) {
                if (!table_start(out, i))
                        continue;
                for (size_t k = 0; k < BENCH_SIZE_COUNT; k++)
                        pair_cell(out, result, i, first + k, shows);
                (void)fputc('\n', out);
        }
}

/**
 * table_pairs(out, result):
 * Times and ratios by size, alone and with others live.
 */
void table_pairs(FILE *out, const struct bench_result *result)
{
        pair_sizes(out, result, "Pair by size, alone: CPU ns, median / "
                   "minimum", BENCH_PAIR, PAIR_TIME);
        (void)fputs("\n`u`: the memory of this size is not locked.  "
                    "`fails`: the peer has none of this size.\n", out);
        pair_sizes(out, result, "Pair by size, 16 others live: CPU ns, "
                   "median / minimum", BENCH_HELD, PAIR_TIME);
        if (bench_peers[0]->absent != NULL)
                return;
        pair_sizes(out, result, "Alone: times as fast as the first peer",
                   BENCH_PAIR, PAIR_RATIO);
        pair_sizes(out, result, "16 others live: times as fast as the first "
                   "peer", BENCH_HELD, PAIR_RATIO);
}

static void pair_calls(FILE *out, const struct bench_count *count)
{
        int any = 0;

        if (count->pairs == 0) {
                (void)fputs(" not counted | |", out);
                return;
        }
        (void)fprintf(out, " %.3g |", table_per_pair(count->calls, count));
        for (size_t k = 0; k < BENCH_CALL_COUNT; k++)
                if (count->kind[k] != 0) {
                        (void)fprintf(out, "%s%s %.3g", any ? ", " : " ",
                                      bench_call_names[k],
                                      table_per_pair(count->kind[k], count));
                        any = 1;
                }
        (void)fputs(any ? " |" : " none |", out);
}

/**
 * table_detail(out, result, work):
 * All that is known about one work.
 */
void table_detail(FILE *out, const struct bench_result *result, size_t work)
{
        static const char *const columns[] = {
                "CPU ns", "wall ns", "times as fast", "system calls", "which",
                "page faults", "instructions", "locked", "flags", "locked KiB",
                "mappings"
        };

        table_title(out, work == BENCH_PAIR_32 ? "Pair of 32 bytes, alone" :
                    "Pair of 32 bytes, 16 others live", columns,
                    sizeof columns / sizeof columns[0]);
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_cell *cell = &result->cell[i][work];

                if (!table_start(out, i))
                        continue;
                (void)fputc(' ', out);
                table_time(out, bench_median(cell->cpu, result->repetitions));
                (void)fputs(" | ", out);
                table_time(out, bench_median(cell->wall,
                                             result->repetitions));
                (void)fputs(" |", out);
                table_ratio(out, bench_ratio(result, i, work));
                pair_calls(out, &cell->count);
                (void)fprintf(out, " %.3g | %lu | %s | %s | %lu | %ld |\n",
                              cell->faults,
                              (unsigned long)cell->count.instructions,
                              cell->last.locked == 1 ? "yes" :
                              cell->last.locked == 0 ? "no" : "?",
                              cell->last.flags,
                              (unsigned long)cell->last.locked_kb,
                              (long)cell->last.mappings);
        }
}
