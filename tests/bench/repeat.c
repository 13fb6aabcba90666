/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * repeat.c - repetitions, fresh processes.
 *
 * Each (peer, work, repetition) is a process of its own, started with
 * execve(2), and the peers take turns within a repetition; README.md says why.
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum {
        REPEAT_ENOUGH_US = 15000,       /* of CPU time, for a timed loop */
        REPEAT_QUICK_US = 200
};

/**
 * bench_spawn(job, from_child):
 * Start this program again as a child with that job; its standard output is
 * ${*from_child}.
 *
 * Returns: the child, or -1.
 */
pid_t bench_spawn(const struct bench_job *job, int *from_child)
{
        char number[BENCH_TEXT];
        int end[2];
        pid_t child;

        (void)snprintf(number, sizeof number, "%lu",
                       (unsigned long)job->number);
        if (pipe(end) != 0)
                return -1;
        child = fork();
        if (child == 0) {
                (void)dup2(end[1], STDOUT_FILENO);
                (void)close(end[0]);
                (void)close(end[1]);
                (void)alarm(BENCH_CHILD_SECONDS);
                (void)execl("/proc/self/exe", "bench", job->mode,
                            job->peer->id, job->what, number, (char *)NULL);
                _exit(127);
        }
        (void)close(end[1]);
        if (child < 0)
                (void)close(end[0]);
        else
                *from_child = end[0];
        return child;
}

/**
 * bench_ask(job, answer, size):
 * Start a child and read its answer of exactly ${size} bytes.
 *
 * Returns: 0; -1 if it failed, and then ${answer} means nothing.
 */
int bench_ask(const struct bench_job *job, void *answer, size_t size)
{
        int from_child, status;
        pid_t child = bench_spawn(job, &from_child);
        ssize_t got;

        if (child < 0)
                return -1;
        got = read(from_child, answer, size);
        (void)close(from_child);
        if (waitpid(child, &status, 0) != child || status != 0 ||
            got != (ssize_t)size)
                return -1;
        return 0;
}

/* The worst of what two repetitions say of the memory. */
static void repeat_worst(struct bench_cell *cell,
                         const struct bench_sample *sample)
{
        struct bench_sample *last = &cell->last;

        if (cell->samples++ == 0) {
                *last = *sample;
                return;
        }
        if (sample->locked < last->locked) {
                last->locked = sample->locked;
                memcpy(last->flags, sample->flags, BENCH_TEXT);
        }
        if (sample->held_locked < last->held_locked)
                last->held_locked = sample->held_locked;
        if (sample->locked_kb > last->locked_kb)
                last->locked_kb = sample->locked_kb;
        if (sample->mappings > last->mappings)
                last->mappings = sample->mappings;
}

/* One timed child; its sample becomes repetition ${at} of ${cell}. */
static void repeat_sample(const struct bench_peer *peer,
                          const struct bench_work *work, int quick,
                          struct bench_cell *cell, size_t at)
{
        const struct bench_job job = {
                "time", peer, work->id,
                quick ? REPEAT_QUICK_US : REPEAT_ENOUGH_US
        };
        struct bench_sample sample;
        double pairs;

        if (bench_ask(&job, &sample, sizeof sample) != 0)
                return;
        pairs = (double)sample.pairs;
        cell->cpu[at] = (double)sample.cpu_ns / pairs;
        cell->wall[at] = (double)sample.wall_ns / pairs;
        if ((double)sample.faults / pairs > cell->faults)
                cell->faults = (double)sample.faults / pairs;
        repeat_worst(cell, &sample);
}

/* A quick look has a work of each kind. */
static int repeat_skips(const struct bench_result *result, size_t work)
{
        return result->quick && work != BENCH_PAIR_32 &&
               work != BENCH_HELD_32 && work != BENCH_CHURN &&
               work != BENCH_TOGGLE && work != BENCH_TWO_THREADS &&
               work != BENCH_WORK_COUNT;
}

/* All peers at one work, or at their tails; another one begins each time. */
static void repeat_turn(struct bench_result *result, size_t at, size_t work)
{
        for (size_t turn = 0; turn < bench_peer_count; turn++) {
                size_t i = (turn + at) % bench_peer_count;
                const struct bench_peer *peer = bench_peers[i];

                if (peer->absent != NULL)
                        continue;
                if (work == BENCH_WORK_COUNT)
                        bench_tail_one(result, peer, &result->tail[i], at);
                else if (bench_can(peer, &bench_works[work]))
                        repeat_sample(peer, &bench_works[work], result->quick,
                                      &result->cell[i][work], at);
        }
}

/**
 * bench_repeat(result):
 * All that is timed, all repetitions.
 */
void bench_repeat(struct bench_result *result)
{
        for (size_t at = 0; at < result->repetitions; at++) {
                (void)fprintf(stderr, "bench: repetition %zu of %zu\n",
                              at + 1, result->repetitions);
                for (size_t work = 0; work <= BENCH_WORK_COUNT; work++)
                        if (!repeat_skips(result, work))
                                repeat_turn(result, at, work);
        }
}
