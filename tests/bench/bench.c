/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * bench.c - the runner: repetitions, fresh processes, figures.
 *
 * Each (peer, work, repetition) is a process of its own, started with
 * execve(2), and the peers take turns within a repetition; README.md says why.
 * Nothing here is a test: the exit status is 0 whatever the figures are.
 *
 *   bench [-n REPETITIONS] [-o FILE]   everything: Markdown, and JSON in FILE
 *   bench run PEER WORK PAIRS          one piece of work, for a profiler
 *   bench time|traced|crime ...        the children of the above
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

/**
 * bench_spawn(mode, peer, what, number, from_child):
 * Start this program again as a child of the given mode; its standard output
 * is ${*from_child}.
 *
 * Returns: the child, or -1.
 */
pid_t bench_spawn(const char *mode, const struct bench_peer *peer,
                  const char *what, const char *number, int *from_child)
{
        int end[2];
        pid_t child;

        if (pipe(end) != 0)
                return -1;
        child = fork();
        if (child == 0) {
                (void)dup2(end[1], STDOUT_FILENO);
                (void)close(end[0]);
                (void)close(end[1]);
                (void)alarm(BENCH_CHILD_SECONDS);
                (void)execl("/proc/self/exe", "bench", mode, peer->id, what,
                            number, (char *)NULL);
                _exit(127);
        }
        (void)close(end[1]);
        if (child < 0)
                (void)close(end[0]);
        else
                *from_child = end[0];
        return child;
}

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

/**
 * bench_ratio(result, peer, work):
 * How many times as fast as the reference: the median over the repetitions of
 * the quotient within one repetition, CPU time.
 */
double bench_ratio(const struct bench_result *result, size_t peer,
                   size_t work)
{
        double quotient[BENCH_REPETITION_MAX];
        const double *mine = result->cell[peer][work].cpu;
        const double *reference = result->cell[0][work].cpu;

        for (size_t i = 0; i < result->repetitions; i++)
                quotient[i] = mine[i] > 0 ? reference[i] / mine[i] : 0;
        return bench_median(quotient, result->repetitions);
}

/* One timed child; its sample becomes repetition ${at} of ${cell}. */
static void bench_sample_one(const struct bench_peer *peer,
                             const struct bench_work *work,
                             struct bench_cell *cell, size_t at)
{
        struct bench_sample sample;
        int from_child, status;
        pid_t child = bench_spawn("time", peer, work->id, "0", &from_child);
        ssize_t got;
        double pairs;

        if (child < 0)
                return;
        got = read(from_child, &sample, sizeof sample);
        (void)close(from_child);
        if (waitpid(child, &status, 0) != child || status != 0 ||
            got != (ssize_t)sizeof sample)
                return;
        pairs = (double)sample.pairs;
        cell->cpu[at] = (double)sample.cpu_ns / pairs;
        cell->wall[at] = (double)sample.wall_ns / pairs;
        if ((double)sample.faults / pairs > cell->faults)
                cell->faults = (double)sample.faults / pairs;
        if (cell->samples++ == 0 || sample.locked < cell->locked) {
                cell->locked = sample.locked;
                memcpy(cell->flags, sample.flags, BENCH_TEXT);
        }
}

/* In each repetition the peers take turns within a work, and another one
 * begins each time. */
static void bench_repeat(struct bench_result *result)
{
        for (size_t at = 0; at < result->repetitions; at++) {
                (void)fprintf(stderr, "bench: repetition %zu of %zu\n",
                              at + 1, result->repetitions);
                for (size_t work = 0; work < BENCH_WORK_COUNT; work++)
                        for (size_t turn = 0; turn < bench_peer_count;
                             turn++) {
                                size_t i = (turn + at) % bench_peer_count;

                                if (bench_peers[i]->absent != NULL)
                                        continue;
                                bench_sample_one(bench_peers[i],
                                                 &bench_works[work],
                                                 &result->cell[i][work], at);
                        }
        }
}

/* What does not depend on time: once. */
static void bench_count(struct bench_result *result)
{
        for (size_t i = 0; i < bench_peer_count; i++) {
                const struct bench_peer *peer = bench_peers[i];

                if (peer->absent != NULL)
                        continue;
                (void)fprintf(stderr, "bench: counting %s\n", peer->id);
                for (size_t work = 0; work < BENCH_WORK_COUNT; work++) {
                        struct bench_count *count =
                                &result->cell[i][work].count;

                        if (bench_count_calls(peer, &bench_works[work],
                                              count) == 0 &&
                            bench_works[work].size == 32)
                                (void)bench_count_instructions(
                                        peer, &bench_works[work], count);
                }
                for (size_t crime = 0; crime < BENCH_CRIME_COUNT; crime++)
                        bench_crime(peer, bench_crimes[crime],
                                    result->crime[i][crime]);
        }
}

/* A child, or the work for a profiler: MODE PEER WHAT NUMBER. */
static int bench_child(char **argument)
{
        const struct bench_peer *peer = NULL;
        const struct bench_work *work = NULL;
        uint64_t pairs = strtoull(argument[3], NULL, 10);

        for (size_t i = 0; i < bench_peer_count; i++)
                if (strcmp(bench_peers[i]->id, argument[1]) == 0)
                        peer = bench_peers[i];
        for (size_t i = 0; i < BENCH_WORK_COUNT; i++)
                if (strcmp(bench_works[i].id, argument[2]) == 0)
                        work = &bench_works[i];
        if (peer == NULL || peer->absent != NULL)
                return 2;
        if (strcmp(argument[0], "crime") == 0)
                return bench_child_crime(peer, argument[2]);
        if (work == NULL)
                return 2;
        if (strcmp(argument[0], "time") == 0)
                return bench_child_time(peer, work);
        if (strcmp(argument[0], "traced") == 0)
                return bench_child_traced(peer, work, pairs);
        if (strcmp(argument[0], "run") == 0)
                return bench_child_run(peer, work, pairs);
        return 2;
}

static int bench_all(size_t repetitions, const char *file)
{
        static struct bench_result result;
        FILE *out;

        result.repetitions = repetitions;
        if (getloadavg(&result.load, 1) != 1)
                result.load = -1;
        result.empty_call = bench_empty_call();
        bench_repeat(&result);
        bench_count(&result);
        bench_markdown(stdout, &result);
        if (file == NULL)
                return 0;
        out = fopen(file, "w");
        if (out != NULL)
                bench_json(out, &result);
        if (out == NULL || fclose(out) != 0)
                (void)fprintf(stderr, "bench: %s: %s\n", file,
                              strerror(errno));
        return 0;
}

int main(int argc, char **argv)
{
        const char *file = NULL;
        size_t repetitions = 15;
        int option;

        if (argc == 5 && argv[1][0] != '-')
                _exit(bench_child(argv + 1));   /* no exit handlers */
        while ((option = getopt(argc, argv, "n:o:")) != -1) {
                if (option == 'n')
                        repetitions = (size_t)strtoul(optarg, NULL, 10);
                else if (option == 'o')
                        file = optarg;
                else
                        repetitions = 0;
        }
        if (optind != argc || repetitions < 1 ||
            repetitions > BENCH_REPETITION_MAX) {
                (void)fprintf(stderr, "usage: bench [-n REPETITIONS] "
                              "[-o FILE]\n       bench run PEER WORK "
                              "PAIRS\n");
                return 2;
        }
        return bench_all(repetitions, file);
}
