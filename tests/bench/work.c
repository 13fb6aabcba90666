/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * work.c - in the child: the work that is timed.
 *
 * One process, one peer, one work.  The warm-up is as long as it takes to fill
 * caches, heaps and quarantines; the timed loop is repeated with four times as
 * many pairs until it lasts long enough, and only the last one counts.  Page
 * faults of a prepared peer are those of all loops.
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum {
        WORK_WARM = 1000,               /* pairs before anything is measured */
        WORK_FIRST = 256,               /* pairs of the first timed loop */
        WORK_HELD_MAX = 16,
        WORK_EMPTY_CALLS = 100000, WORK_EMPTY_ROUNDS = 5
};
static const uint64_t work_enough_ns = 15000000;        /* of CPU time */

const struct bench_work bench_works[BENCH_WORK_COUNT] = {
        { "pair-16",    "16",      16,    0 },
        { "pair-32",    "32",      32,    0 },
        { "held-32",    "32 held", 32,    WORK_HELD_MAX },
        { "pair-256",   "256",     256,   0 },
        { "pair-1024",  "1024",    1024,  0 },
        { "pair-4096",  "4096",    4096,  0 },
        { "pair-16384", "16384",   16384, 0 },
        { "pair-65536", "65536",   65536, 0 },
};

static uint64_t work_now(clockid_t clock)
{
        struct timespec t;

        if (clock_gettime(clock, &t) != 0)
                return 0;
        return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t work_faults(void)
{
        struct rusage usage;

        if (getrusage(RUSAGE_SELF, &usage) != 0)
                return 0;
        return (uint64_t)usage.ru_minflt;
}

/**
 * bench_empty_call():
 * Returns: the least time of a system call that does nothing, in ns.
 */
double bench_empty_call(void)
{
        double least = 0;

        for (int i = 0; i < WORK_EMPTY_ROUNDS; i++) {
                uint64_t cpu = work_now(CLOCK_PROCESS_CPUTIME_ID);
                double ns;

                for (int k = 0; k < WORK_EMPTY_CALLS; k++)
                        (void)syscall(SYS_getppid);
                cpu = work_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
                ns = (double)cpu / WORK_EMPTY_CALLS;
                if (i == 0 || ns < least)
                        least = ns;
        }
        return least;
}

/**
 * bench_pairs(peer, size, pairs):
 * Get, write every byte, put.  The empty statement makes the compiler believe
 * that somebody reads what was written.
 */
int bench_pairs(const struct bench_peer *peer, size_t size, uint64_t pairs)
{
        for (uint64_t i = 0; i < pairs; i++) {
                void *ptr = peer->get(size);

                if (ptr == NULL)
                        return -1;
                memset(ptr, 0xa5, size);
                __asm__ __volatile__("" : : "r"(ptr) : "memory");
                peer->put(ptr, size);
        }
        return 0;
}

/**
 * bench_ready(peer, work):
 * Make ${peer} ready, take the objects that stay live, and warm up, unless
 * the peer is prepared.
 */
int bench_ready(const struct bench_peer *peer, const struct bench_work *work)
{
        if (peer->init(work->held + 1, work->size) != 0)
                return -1;
        for (size_t i = 0; i < work->held; i++) {
                void *ptr = peer->get(work->size);

                if (ptr == NULL)
                        return -1;
                memset(ptr, 0x5a, work->size);  /* live until the end */
        }
        return peer->prepared ? 0 :
               bench_pairs(peer, work->size, WORK_WARM);
}

static int work_time(const struct bench_peer *peer,
                     const struct bench_work *work,
                     struct bench_sample *sample)
{
        uint64_t pairs = WORK_FIRST, faults = work_faults();

        for (;;) {
                uint64_t wall = work_now(CLOCK_MONOTONIC);
                uint64_t cpu = work_now(CLOCK_PROCESS_CPUTIME_ID);

                if (!peer->prepared)
                        faults = work_faults();

                if (bench_pairs(peer, work->size, pairs) != 0)
                        return -1;
                sample->cpu_ns = work_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
                sample->wall_ns = work_now(CLOCK_MONOTONIC) - wall;
                sample->faults = work_faults() - faults;
                sample->pairs = pairs;
                if (sample->cpu_ns >= work_enough_ns)
                        return 0;
                pairs *= 4;
        }
}

/**
 * bench_child_time(peer, work):
 * Measure, ask the kernel about one object, and send the sample to standard
 * output.
 */
int bench_child_time(const struct bench_peer *peer,
                     const struct bench_work *work)
{
        struct bench_sample sample;
        void *ptr;

        memset(&sample, 0, sizeof sample);
        (void)work_now(CLOCK_MONOTONIC);        /* its own page faults */
        if (bench_ready(peer, work) != 0 ||
            work_time(peer, work, &sample) != 0)
                return 1;
        ptr = peer->get(work->size);
        if (ptr == NULL)
                return 1;
        memset(ptr, 0xa5, work->size);
        sample.locked = bench_smaps(ptr, work->size, sample.flags);
        peer->put(ptr, work->size);
        if (write(STDOUT_FILENO, &sample, sizeof sample) !=
            (ssize_t)sizeof sample)
                return 1;
        return 0;
}

/**
 * bench_child_run(peer, work, pairs):
 * Only the work: for a profiler.
 */
int bench_child_run(const struct bench_peer *peer,
                    const struct bench_work *work, uint64_t pairs)
{
        return bench_ready(peer, work) != 0 ||
               bench_pairs(peer, work->size, pairs) != 0;
}
