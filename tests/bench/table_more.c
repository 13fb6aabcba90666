/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * table_more.c - churn, live secrets, tails, threads, access modes.
 */
#include "table.h"

#define COUNT_OF(array) (sizeof (array) / sizeof (array)[0])

static void more_both(FILE *out, const struct bench_result *result,
                      const double *value)
{
        double least = bench_least(value, result->repetitions);

        table_time(out, bench_median(value, result->repetitions));
        if (least > 0) {
                (void)fputs(" / ", out);
                table_time(out, least);
        }
}

static void more_time(FILE *out, const struct bench_result *result,
                      const struct bench_cell *cell)
{
        (void)fputc(' ', out);
        more_both(out, result, cell->cpu);
        (void)fputs(" |", out);
}

static void more_held(FILE *out, const struct bench_cell *cell)
{
        if (cell->samples == 0)
                (void)fputs(" - |", out);
        else
                (void)fprintf(out, " %lu |",
                              (unsigned long)cell->last.held_locked);
}

void table_churn(FILE *out, const struct bench_result *result)
{
        static const char *const columns[] = {
                "CPU ns, 1,000 live", "times as fast", "still locked",
                "locked KiB", "mappings", "page faults", "CPU ns, 10,000 live",
                "times as fast", "still locked", "10,000 against 1,000"
        };

        table_title(out, "Churn: random frees among live secrets of 16 to 128 "
                    "bytes", columns, COUNT_OF(columns));
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_cell *few = &result->cell[i][BENCH_CHURN];
                const struct bench_cell *many =
                        &result->cell[i][BENCH_CHURN_MANY];
                double less = bench_least(few->cpu, result->repetitions);
                double more = bench_least(many->cpu, result->repetitions);

                if (!table_start(out, i))
                        continue;
                more_time(out, result, few);
                table_ratio(out, bench_ratio(result, i, BENCH_CHURN));
                more_held(out, few);
                (void)fprintf(out, " %lu | %ld | %.3g |",
                              (unsigned long)few->last.locked_kb,
                              (long)few->last.mappings, few->faults);
                more_time(out, result, many);
                table_ratio(out, bench_ratio(result, i, BENCH_CHURN_MANY));
                more_held(out, many);
                if (less > 0 && more > 0)
                        (void)fprintf(out, " %.2f |\n", more / less);
                else
                        (void)fputs(" - |\n", out);
        }
}

/* "262144, all locked", or how many are not. */
static void more_live(FILE *out, const struct bench_live *live)
{
        static const char *const stop[] = {
                [BENCH_REFUSED] = "", [BENCH_CAP] = "at least ",
                [BENCH_TIME] = "in 5 s "
        };

        if (!live->known) {
                (void)fputs(" - | - |", out);
                return;
        }
        (void)fprintf(out, " %s%lu | %lu |", stop[live->stop],
                      (unsigned long)live->handed_out,
                      (unsigned long)live->locked);
}

/* What a secret costs, where the peer itself came to its end; else under the
 * smallest limit. */
static void more_live_cost(FILE *out, const struct bench_live *live)
{
        const struct bench_live *full = &live[0];

        for (size_t k = 0; k < BENCH_LIMIT_COUNT; k++)
                if (live[k].known && live[k].stop == BENCH_REFUSED)
                        full = &live[k];
        if (full->locked == 0) {
                (void)fputs(" - | - |\n", out);
                return;
        }
        (void)fprintf(out, " %.4g | %.2g |\n",
                      (double)full->locked_kb * 1024 / (double)full->locked,
                      (double)full->mappings / (double)full->handed_out);
}

void table_live(FILE *out, const struct bench_result *result)
{
        static const char *const columns[] = {
                "64 KiB: handed out", "really locked", "8 MiB: handed out",
                "really locked", "no limit: handed out", "really locked",
                "locked bytes a secret", "mappings a secret"
        };

        table_title(out, "Live secrets of 32 bytes in one process, by lock "
                    "limit", columns, COUNT_OF(columns));
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_live *live = result->live[i];

                if (bench_peers[i]->prepared || !table_start(out, i))
                        continue;
                for (size_t k = 0; k < BENCH_LIMIT_COUNT; k++)
                        more_live(out, &live[k]);
                more_live_cost(out, live);
        }
        (void)fputs("\nUnder a limit as an ordinary user.  `at least`: the "
                    "benchmark stopped there.  `in 5 s`: so many until its "
                    "time was over.  Locked bytes: what the process is "
                    "charged, divided by the secrets that are really locked."
                    "\n", out);
}

void table_tail(FILE *out, const struct bench_result *result)
{
        double clock = 0;

        table_title(out, "Tail of the 32-byte pair, 16 others live: wall ns, "
                    "median / minimum of the repetitions", bench_tail_names,
                    BENCH_TAIL_COUNT);
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_tail *tail = &result->tail[i];

                if (!table_start(out, i))
                        continue;
                for (size_t k = 0; k < BENCH_TAIL_COUNT; k++)
                        (void)fprintf(out, " %.0f / %.0f |",
                                      bench_median(tail->at[k],
                                                   result->repetitions),
                                      bench_least(tail->at[k],
                                                  result->repetitions));
                (void)fputc('\n', out);
                if (tail->clock > 0)
                        clock = tail->clock;
        }
        (void)fprintf(out, "\nAn empty pair reads as %.0f ns.  What else the "
                      "machine did is in the last columns.\n", clock);
}

void table_threads(FILE *out, const struct bench_result *result)
{
        static const char *const columns[] = {
                "wall ns a pair, 1 thread", "2 threads", "times as many pairs",
                "CPU ns a pair, 2 threads"
        };

        table_title(out, "Two threads, 32 bytes", columns, COUNT_OF(columns));
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_cell *one =
                        &result->cell[i][BENCH_ONE_THREAD];
                const struct bench_cell *two =
                        &result->cell[i][BENCH_TWO_THREADS];

                if (bench_peers[i]->one_thread || !table_start(out, i))
                        continue;
                (void)fputc(' ', out);
                more_both(out, result, one->wall);
                (void)fputs(" | ", out);
                more_both(out, result, two->wall);
                (void)fprintf(out, " | %.2f | ", bench_speedup(result, i));
                table_time(out, bench_median(two->cpu, result->repetitions));
                (void)fputs(" |\n", out);
        }
        (void)fputs("\nMedian / minimum; how many times as many by the "
                    "minima.  Two processors that have nothing else to do "
                    "give 2.\n", out);
}

void table_toggle(FILE *out, const struct bench_result *result)
{
        static const char *const columns[] = {
                "CPU ns, median / minimum", "times as fast", "system calls"
        };

        table_title(out, "Access: close a secret of 32 bytes and open it again",
                    columns, COUNT_OF(columns));
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_cell *cell = &result->cell[i][BENCH_TOGGLE];

                if (bench_peers[i]->access == NULL || !table_start(out, i))
                        continue;
                more_time(out, result, cell);
                table_ratio(out, bench_ratio(result, i, BENCH_TOGGLE));
                if (cell->count.pairs != 0)
                        (void)fprintf(out, " %.3g |\n",
                                      table_per_pair(cell->count.calls,
                                                     &cell->count));
                else
                        (void)fputs(" - |\n", out);
        }
        (void)fputs("\nThe other peers have no such call.\n", out);
}
