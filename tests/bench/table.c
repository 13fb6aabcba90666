/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * table.c - the figures as Markdown.  README.md says what each column means.
 */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench.h"

/* The targets of locket (design.md, section 8); a field that is 0 or, for
 * calls and faults, negative, has none. */
struct table_target {
        const char *peer, *work;
        double cpu_ns, ratio, calls, faults;
};

static const struct table_target table_targets[] = {
        { "locket-closed",   "pair-32", 1800, 6.5, 2, -1 },
        { "locket-checked",  "pair-32", 220,  50,  0, -1 },
        { "locket-reserved", "pair-32", 220,  50,  0, 0 },
};

/* Nanoseconds, three significant figures at least. */
static void table_time(FILE *out, double ns)
{
        if (ns <= 0)
                (void)fprintf(out, "fails");
        else if (ns < 99.5)
                (void)fprintf(out, "%.1f", ns);
        else
                (void)fprintf(out, "%.0f", ns);
}

static void table_name(FILE *out, size_t peer)
{
        (void)fprintf(out, "| %-24s |", bench_peers[peer]->name);
}

static double table_per_pair(uint64_t events, const struct bench_count *count)
{
        return count->pairs == 0 ? -1 : (double)events / (double)count->pairs;
}

static void table_head(FILE *out, const struct bench_result *result)
{
        struct utsname system;

        (void)fprintf(out, "# Benchmark: %zu repetitions\n\n",
                      result->repetitions);
        if (uname(&system) == 0)
                (void)fprintf(out, "%s %s, %s, %ld processors, load %.2f at "
                              "the start.  Compiler %s.  An empty system call "
                              "takes %.0f ns.\n", system.sysname,
                              system.release, system.machine,
                              sysconf(_SC_NPROCESSORS_ONLN), result->load,
                              __VERSION__, result->empty_call);
        for (size_t i = 0; i < bench_peer_count; i++)
                if (bench_peers[i]->absent != NULL)
                        (void)fprintf(out, "\nSKIPPED: %s: %s\n",
                                      bench_peers[i]->name,
                                      bench_peers[i]->absent);
}

static void table_rule(FILE *out, size_t columns)
{
        (void)fputs("|---|", out);
        for (size_t i = 1; i < columns; i++)
                (void)fputs("---|", out);
        (void)fputc('\n', out);
}

static void table_works(FILE *out, const char *title)
{
        (void)fprintf(out, "\n## %s\n\n| peer |", title);
        for (size_t i = 0; i < BENCH_WORK_COUNT; i++)
                (void)fprintf(out, " %s |", bench_works[i].title);
        (void)fputc('\n', out);
        table_rule(out, BENCH_WORK_COUNT + 1);
}

static void table_sizes(FILE *out, const struct bench_result *result)
{
        table_works(out, "Pair by size: CPU ns, median / minimum");
        for (size_t i = 0; i < bench_peer_count; i++) {
                if (bench_peers[i]->absent != NULL)
                        continue;
                table_name(out, i);
                for (size_t work = 0; work < BENCH_WORK_COUNT; work++) {
                        const struct bench_cell *cell =
                                &result->cell[i][work];

                        (void)fputc(' ', out);
                        table_time(out, bench_median(cell->cpu,
                                                     result->repetitions));
                        (void)fputs(" / ", out);
                        table_time(out, bench_least(cell->cpu,
                                                    result->repetitions));
                        (void)fputs(cell->locked == 1 ? " |" : " u |", out);
                }
                (void)fputc('\n', out);
        }
        (void)fputs("\n`u`: the memory of this size is not locked.\n", out);
}

static void table_ratios(FILE *out, const struct bench_result *result)
{
        if (bench_peers[0]->absent != NULL)
                return;
        table_works(out, "Times as fast as the first peer");
        for (size_t i = 0; i < bench_peer_count; i++) {
                if (bench_peers[i]->absent != NULL)
                        continue;
                table_name(out, i);
                for (size_t work = 0; work < BENCH_WORK_COUNT; work++)
                        (void)fprintf(out, " %.1f |",
                                      bench_ratio(result, i, work));
                (void)fputc('\n', out);
        }
}

static void table_calls(FILE *out, const struct bench_count *count)
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

static void table_detail(FILE *out, const struct bench_result *result,
                         size_t work)
{
        (void)fprintf(out, "\n## Pair of %s bytes\n\n| peer | CPU ns | wall ns "
                      "| times as fast | system calls | which | page faults | "
                      "instructions | locked | flags |\n",
                      bench_works[work].title);
        table_rule(out, 10);
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_cell *cell = &result->cell[i][work];

                if (bench_peers[i]->absent != NULL)
                        continue;
                table_name(out, i);
                (void)fputc(' ', out);
                table_time(out, bench_median(cell->cpu, result->repetitions));
                (void)fputs(" | ", out);
                table_time(out, bench_median(cell->wall,
                                             result->repetitions));
                (void)fprintf(out, " | %.1f |", bench_ratio(result, i, work));
                table_calls(out, &cell->count);
                (void)fprintf(out, " %.3g | %lu | %s | %s |\n", cell->faults,
                              (unsigned long)cell->count.instructions,
                              cell->locked == 1 ? "yes" :
                              cell->locked == 0 ? "no" : "?", cell->flags);
        }
}

static void table_crimes(FILE *out, const struct bench_result *result)
{
        (void)fputs("\n## Misuse\n\n| peer |", out);
        for (size_t crime = 0; crime < BENCH_CRIME_COUNT; crime++)
                (void)fprintf(out, " %s |", bench_crimes[crime]);
        (void)fputc('\n', out);
        table_rule(out, BENCH_CRIME_COUNT + 1);
        for (size_t i = 0; i < bench_peer_count; i++) {
                if (bench_peers[i]->absent != NULL)
                        continue;
                table_name(out, i);
                for (size_t crime = 0; crime < BENCH_CRIME_COUNT; crime++)
                        (void)fprintf(out, " %s |", result->crime[i][crime]);
                (void)fputc('\n', out);
        }
}

/* One measured value against its target. */
static void table_verdict(FILE *out, const char *what, double is,
                          const char *bound, double target, int met)
{
        (void)fprintf(out, is < 100 ? " %s %.3g" : " %s %.0f", what, is);
        (void)fprintf(out, " (%s %g: %s) |", bound, target,
                      met ? "met" : "**missed**");
}

static void table_target_line(FILE *out, const struct bench_result *result,
                              const struct table_target *target, size_t peer,
                              size_t work)
{
        const struct bench_cell *cell = &result->cell[peer][work];
        double cpu = bench_median(cell->cpu, result->repetitions);
        double ratio = bench_ratio(result, peer, work);
        double calls = table_per_pair(cell->count.calls, &cell->count);

        table_name(out, peer);
        table_verdict(out, "CPU ns", cpu, "at most", target->cpu_ns,
                      cpu > 0 && cpu <= target->cpu_ns);
        if (bench_peers[0]->absent == NULL)
                table_verdict(out, "times", ratio, "at least", target->ratio,
                              ratio >= target->ratio);
        else
                (void)fputs(" - |", out);
        table_verdict(out, "calls", calls, "at most", target->calls,
                      calls >= 0 && calls <= target->calls);
        if (target->faults >= 0)
                table_verdict(out, "faults", cell->faults, "at most",
                              target->faults, cell->samples > 0 &&
                              cell->faults <= target->faults);
        else
                (void)fputs(" - |", out);
        (void)fputc('\n', out);
}

static void table_goals(FILE *out, const struct bench_result *result)
{
        (void)fputs("\n## Targets\n\n| peer | time | ratio | system calls | "
                    "page faults |\n", out);
        table_rule(out, 5);
        for (size_t t = 0; t < sizeof table_targets / sizeof *table_targets;
             t++)
                for (size_t i = 0; i < bench_peer_count; i++)
                        for (size_t w = 0; w < BENCH_WORK_COUNT; w++)
                                if (!strcmp(table_targets[t].peer,
                                            bench_peers[i]->id) &&
                                    !strcmp(table_targets[t].work,
                                            bench_works[w].id))
                                        table_target_line(out, result,
                                                          &table_targets[t],
                                                          i, w);
        (void)fputs("\nThe times are meant for a machine where libsodium "
                    "takes 11,800 ns and malloc + explicit_bzero 12 ns.  "
                    "Where the kernel is slower, the ratio decides for "
                    "closed pages, and flatters the rows that never enter "
                    "it.\n", out);
}

/**
 * bench_markdown(out, result):
 * Write everything.
 */
void bench_markdown(FILE *out, const struct bench_result *result)
{
        table_head(out, result);
        table_sizes(out, result);
        table_ratios(out, result);
        for (size_t work = 0; work < BENCH_WORK_COUNT; work++)
                if (bench_works[work].size == 32)
                        table_detail(out, result, work);
        table_crimes(out, result);
        table_goals(out, result);
        (void)fflush(out);
}
