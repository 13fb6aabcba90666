/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * bench.c - the command line, and which child does what.
 *
 * Nothing here is a test of figures: the exit status is 0 whatever they are.
 *
 *   bench [-n REPETITIONS] [-o FILE] [-c FOLDER]
 *         everything: Markdown, JSON in FILE, what gnuplot draws in FOLDER
 *   bench -q ...                       a look whether each peer works: fails
 *                                      if one does not
 *   bench run PEER WORK PAIRS          one piece of work, for a profiler
 *   bench time|traced|crime ...        the children of the above
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

/* What the command line asks for. */
struct bench_options {
        size_t repetitions;
        int quick;
        const char *file, *folder;
};

/* The children that do a work of bench_works. */
static int bench_child_work(const char *mode, const struct bench_peer *peer,
                            const struct bench_work *work, uint64_t number)
{
        if (strcmp(mode, "time") == 0)
                return bench_child_time(peer, work, number);
        if (strcmp(mode, "traced") == 0)
                return bench_child_traced(peer, work, number);
        if (strcmp(mode, "perf") == 0)
                return bench_child_perf(peer, work, number);
        if (strcmp(mode, "run") == 0)
                return bench_child_run(peer, work, number);
        return 2;
}

/* The others. */
static int bench_child_other(const char *mode, const struct bench_peer *peer,
                             const char *what, uint64_t number)
{
        if (strcmp(mode, "crime") == 0)
                return bench_child_crime(peer, what);
        if (strcmp(mode, "live") == 0)
                return bench_child_live(peer, what, number);
        if (strcmp(mode, "tail") == 0)
                return bench_child_tail(peer, number);
        if (strcmp(mode, "forked") == 0)
                return bench_child_forked(peer);
        if (strcmp(mode, "wiped") == 0)
                return bench_child_wiped(peer, number);
        if (strcmp(mode, "check") == 0)
                return bench_child_check(peer);
        return 2;
}

/* A child, or the work for a profiler: MODE PEER WHAT NUMBER. */
static int bench_child(char **argument)
{
        const struct bench_peer *peer = NULL;
        uint64_t number = strtoull(argument[3], NULL, 10);

        for (size_t i = 0; i < bench_peer_count; i++)
                if (strcmp(bench_peers[i]->id, argument[1]) == 0)
                        peer = bench_peers[i];
        if (peer == NULL || peer->absent != NULL)
                return 2;
        for (size_t i = 0; i < BENCH_WORK_COUNT; i++)
                if (strcmp(bench_works[i].id, argument[2]) == 0)
                        return bench_child_work(argument[0], peer,
                                                &bench_works[i], number);
        return bench_child_other(argument[0], peer, argument[2], number);
}

/* What does not depend on time: once. */
static void bench_once(struct bench_result *result, size_t i)
{
        const struct bench_peer *peer = bench_peers[i];

        (void)fprintf(stderr, "bench: counting %s\n", peer->id);
        for (size_t work = 0; work < BENCH_WORK_COUNT; work++)
                if (!result->quick || work == BENCH_PAIR_32)
                        bench_count(result, i, work);
        for (size_t limit = 0; limit < BENCH_LIMIT_COUNT; limit++)
                bench_live(result, peer, limit, &result->live[i][limit]);
        for (size_t crime = 0; crime < BENCH_CRIME_COUNT; crime++)
                bench_crime(peer, bench_crimes[crime],
                            result->crime[i][crime]);
        bench_crime_sweep(result, peer, "past", &result->past[i]);
        bench_crime_sweep(result, peer, "before", &result->before[i]);
        bench_wiped(peer, result->wiped[i]);
        bench_forked(peer, result->forked[i]);
}

static void bench_save(const struct bench_options *options,
                       const struct bench_result *result)
{
        FILE *out;

        if (options->folder != NULL &&
            bench_chart(options->folder, result) != 0)
                (void)fprintf(stderr, "bench: %s: %s\n", options->folder,
                              strerror(errno));
        if (options->file == NULL)
                return;
        out = fopen(options->file, "w");
        if (out != NULL)
                bench_json(out, result);
        if (out == NULL || fclose(out) != 0)
                (void)fprintf(stderr, "bench: %s: %s\n", options->file,
                              strerror(errno));
}

/* The pair of 32 bytes is what every peer must be able to do. */
static int bench_missing(const struct bench_result *result)
{
        int missing = 0;

        for (size_t i = 0; i < bench_peer_count; i++)
                if (bench_peers[i]->absent == NULL &&
                    result->cell[i][BENCH_PAIR_32].samples == 0) {
                        (void)fprintf(stderr, "bench: %s: no figure\n",
                                      bench_peers[i]->id);
                        missing++;
                }
        return missing;
}

static int bench_all(const struct bench_options *options)
{
        static struct bench_result result;

        result.repetitions = options->repetitions;
        result.quick = options->quick;
        if (getloadavg(&result.load, 1) != 1)
                result.load = -1;
        result.empty_call = bench_empty_call();
        result.perf = bench_perf_there();
        if (result.quick && bench_check() != 0)
                return 1;
        bench_repeat(&result);
        for (size_t i = 0; i < bench_peer_count; i++)
                if (bench_peers[i]->absent == NULL)
                        bench_once(&result, i);
        bench_markdown(stdout, &result);
        bench_save(options, &result);
        return result.quick && bench_missing(&result) != 0;
}

int main(int argc, char **argv)
{
        struct bench_options options = { 7, 0, NULL, NULL };
        int option;

        if (argc == 5 && argv[1][0] != '-')
                _exit(bench_child(argv + 1));   /* no exit handlers */
        while ((option = getopt(argc, argv, "n:o:c:q")) != -1) {
                if (option == 'n')
                        options.repetitions = strtoul(optarg, NULL, 10);
                else if (option == 'o')
                        options.file = optarg;
                else if (option == 'c')
                        options.folder = optarg;
                else if (option == 'q')
                        options.quick = 1;
                else
                        options.repetitions = 0;
        }
        if (options.quick)
                options.repetitions = 1;
        if (optind != argc || options.repetitions < 1 ||
            options.repetitions > BENCH_REPETITION_MAX) {
                (void)fprintf(stderr, "usage: bench [-q] [-n REPETITIONS] "
                              "[-o FILE] [-c FOLDER]\n"
                              "       bench run PEER WORK PAIRS\n");
                return 2;
        }
        return bench_all(&options);
}
