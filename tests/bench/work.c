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
        WORK_EMPTY_CALLS = 100000, WORK_EMPTY_ROUNDS = 5
};

#define WORK_PAIR(size) \
        { "pair-" #size, #size, bench_loop_pairs, size, 0, 1 }
#define WORK_HELD(size) \
        { "held-" #size, #size, bench_loop_pairs, size, BENCH_HELD_FEW, 1 }

/* The order is that of the enumeration in bench.h. */
const struct bench_work bench_works[BENCH_WORK_COUNT] = {
        WORK_PAIR(16), WORK_PAIR(32), WORK_PAIR(64), WORK_PAIR(256),
        WORK_PAIR(1024), WORK_PAIR(4096), WORK_PAIR(16384), WORK_PAIR(65536),
        WORK_HELD(16), WORK_HELD(32), WORK_HELD(64), WORK_HELD(256),
        WORK_HELD(1024), WORK_HELD(4096), WORK_HELD(16384), WORK_HELD(65536),
        { "churn-1000", "1,000 live", bench_loop_churn, 128,
          BENCH_CHURN_FEW, 1 },
        { "churn-10000", "10,000 live", bench_loop_churn, 128,
          BENCH_CHURN_LOT, 1 },
        { "toggle-32", "close and open", bench_loop_toggle, 32, 1, 1 },
        { "threads-1", "1 thread", bench_loop_threads, 32, 0, 1 },
        { "threads-2", "2 threads", bench_loop_threads, 32, 0, 2 },
};

uint64_t bench_now(int clock)
{
        struct timespec t;

        if (clock_gettime((clockid_t)clock, &t) != 0)
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
                uint64_t cpu = bench_now(CLOCK_PROCESS_CPUTIME_ID);
                double ns;

                for (int k = 0; k < WORK_EMPTY_CALLS; k++)
                        (void)syscall(SYS_getppid);
                cpu = bench_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
                ns = (double)cpu / WORK_EMPTY_CALLS;
                if (i == 0 || ns < least)
                        least = ns;
        }
        return least;
}

/**
 * bench_can(peer, work):
 * Returns: whether this peer offers what the work asks for.
 */
int bench_can(const struct bench_peer *peer, const struct bench_work *work)
{
        if (work->loop == bench_loop_toggle && peer->access == NULL)
                return 0;
        return work->threads == 1 || !peer->one_thread;
}

/**
 * bench_ready(peer, work):
 * Make ${peer} ready, take the objects that stay live, and warm up, unless
 * the peer is prepared.
 */
int bench_ready(const struct bench_peer *peer, const struct bench_work *work)
{
        if (peer->init(work->held + work->threads, work->size) != 0 ||
            bench_hold(peer, work) != 0)
                return -1;
        return peer->prepared ? 0 : work->loop(peer, work, WORK_WARM);
}

static int work_time(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t enough_ns,
                     struct bench_sample *sample)
{
        uint64_t pairs = WORK_FIRST, faults = work_faults();

        for (;;) {
                uint64_t wall = bench_now(CLOCK_MONOTONIC);
                uint64_t cpu = bench_now(CLOCK_PROCESS_CPUTIME_ID);

                if (!peer->prepared)
                        faults = work_faults();

                if (work->loop(peer, work, pairs) != 0)
                        return -1;
                sample->cpu_ns = bench_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
                sample->wall_ns = bench_now(CLOCK_MONOTONIC) - wall;
                sample->faults = work_faults() - faults;
                sample->pairs = pairs;
                if (sample->cpu_ns >= enough_ns)
                        return 0;
                pairs *= 4;
        }
}

/* What the kernel says of one more object, of those held, and of the whole. */
static int work_look(const struct bench_peer *peer,
                     const struct bench_work *work,
                     struct bench_sample *sample)
{
        void *ptr = peer->get(work->size);

        if (ptr == NULL)
                return -1;
        memset(ptr, 0xa5, work->size);
        sample->locked = bench_smaps(ptr, work->size, sample->flags);
        sample->locked_kb = bench_locked_kb() - sample->locked_kb;
        sample->mappings = bench_mappings() - sample->mappings;
        sample->held = work->held;
        sample->held_locked = bench_held_locked();
        peer->put(ptr, work->size);
        return 0;
}

/**
 * bench_child_time(peer, work, enough_us):
 * Measure, ask the kernel about the objects, and send the sample to standard
 * output.
 */
int bench_child_time(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t enough_us)
{
        struct bench_sample sample;

        memset(&sample, 0, sizeof sample);
        (void)bench_now(CLOCK_MONOTONIC);       /* its own page faults */
        sample.locked_kb = bench_locked_kb();
        sample.mappings = bench_mappings();
        if (bench_ready(peer, work) != 0 ||
            work_time(peer, work, enough_us * 1000, &sample) != 0 ||
            work_look(peer, work, &sample) != 0)
                return 1;
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
               work->loop(peer, work, pairs) != 0;
}
