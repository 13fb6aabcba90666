/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * table.c - the figures as Markdown.  README.md says what each column means.
 */
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "table.h"

/* Nanoseconds, three significant figures at least. */
void table_time(FILE *out, double ns)
{
        if (ns <= 0)
                (void)fprintf(out, "fails");
        else if (ns < 99.5)
                (void)fprintf(out, "%.1f", ns);
        else
                (void)fprintf(out, "%.0f", ns);
}

/* A ratio and the end of its cell. */
void table_ratio(FILE *out, double ratio)
{
        if (ratio <= 0)
                (void)fputs(" - |", out);
        else
                (void)fprintf(out, ratio < 99.5 ? " %.3g |" : " %.0f |",
                              ratio);
}

/**
 * table_start(out, peer):
 * Begin the row of a peer.
 *
 * Returns: 0 if it has none, as it is absent.
 */
int table_start(FILE *out, size_t peer)
{
        if (bench_peers[peer]->absent != NULL)
                return 0;
        (void)fprintf(out, "| %-25s |", bench_peers[peer]->name);
        return 1;
}

/**
 * table_title(out, title, columns, count):
 * A heading, and the first two lines of its table; the first column is the
 * peer.
 */
void table_title(FILE *out, const char *title, const char *const *columns,
                 size_t count)
{
        (void)fprintf(out, "\n## %s\n\n| peer |", title);
        for (size_t i = 0; i < count; i++)
                (void)fprintf(out, " %s |", columns[i]);
        (void)fputs("\n|---|", out);
        for (size_t i = 0; i < count; i++)
                (void)fputs("---|", out);
        (void)fputc('\n', out);
}

double table_per_pair(uint64_t events, const struct bench_count *count)
{
        return count->pairs == 0 ? -1 : (double)events / (double)count->pairs;
}

static void table_head(FILE *out, const struct bench_result *result)
{
        struct utsname system;
        time_t now = time(NULL);
        char date[BENCH_TEXT] = "";

        (void)strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
        (void)fprintf(out, "# Benchmark of %s: %zu repetitions%s\n\n", date,
                      result->repetitions, result->quick ?
                      " (quick: the figures mean nothing)" : "");
        if (uname(&system) == 0)
                (void)fprintf(out, "%s %s, %s, %ld processors, load %.2f at "
                              "the start.  Compiler %s.  An empty system call "
                              "takes %.0f ns.  Instructions are counted by "
                              "%s.\n", system.sysname,
                              system.release, system.machine,
                              sysconf(_SC_NPROCESSORS_ONLN), result->load,
                              __VERSION__, result->empty_call, result->perf ?
                              "the processor (perf_event_open)" :
                              "single steps (ptrace)");
        for (size_t i = 0; i < bench_peer_count; i++)
                if (bench_peers[i]->absent != NULL)
                        (void)fprintf(out, "\nSKIPPED: %s: %s\n",
                                      bench_peers[i]->name,
                                      bench_peers[i]->absent);
}

/**
 * bench_markdown(out, result):
 * Write everything.
 */
void bench_markdown(FILE *out, const struct bench_result *result)
{
        table_head(out, result);
        table_shields(out, result);
        table_pairs(out, result);
        table_detail(out, result, BENCH_PAIR_32);
        table_detail(out, result, BENCH_HELD_32);
        table_churn(out, result);
        table_live(out, result);
        table_tail(out, result);
        table_threads(out, result);
        table_toggle(out, result);
        table_misuse(out, result);
        table_goals(out, result);
        (void)fflush(out);
}
