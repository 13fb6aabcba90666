/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * tail.c - the time of each single pair: what a real-time user asks.
 *
 * Wall time, 32 bytes, with others live.  What the machine does meanwhile is
 * in it, for all peers alike; so is the clock, which an empty pair shows.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum {
        TAIL_PAIRS = 50000, TAIL_QUICK_PAIRS = 500,
        TAIL_REPETITIONS = 5,   /* there is no use in more */
        TAIL_EMPTY = 1001
};
static const uint64_t tail_enough_ns = 1000000000;

const char *const bench_tail_names[BENCH_TAIL_COUNT] = {
        "p50", "p99", "p99.99", "max"
};
/* How many of 10,000 are at most that. */
static const size_t tail_rank[BENCH_TAIL_COUNT] = { 5000, 9900, 9999, 10000 };

/* What the child sends: ns. */
struct tail_answer {
        uint64_t at[BENCH_TAIL_COUNT], clock;
};

static uint64_t tail_ns[TAIL_PAIRS];

static int tail_compare(const void *a, const void *b)
{
        const uint64_t *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

static uint64_t tail_empty(void)
{
        uint64_t before = bench_now(CLOCK_MONOTONIC);

        for (size_t i = 0; i < TAIL_EMPTY; i++) {
                uint64_t now = bench_now(CLOCK_MONOTONIC);

                tail_ns[i] = now - before;
                before = now;
        }
        qsort(tail_ns, TAIL_EMPTY, sizeof tail_ns[0], tail_compare);
        return tail_ns[TAIL_EMPTY / 2];
}

/**
 * bench_child_tail(peer, pairs):
 * In the child: time each pair, at most so many and for at most a second.
 */
int bench_child_tail(const struct bench_peer *peer, uint64_t pairs)
{
        struct tail_answer answer;
        uint64_t end;
        size_t count = 0;

        if (pairs > TAIL_PAIRS)
                return 1;
        memset(tail_ns, 1, sizeof tail_ns);     /* its own page faults */
        answer.clock = tail_empty();
        if (bench_ready(peer, &bench_works[BENCH_HELD_32]) != 0)
                return 1;
        end = bench_now(CLOCK_MONOTONIC) + tail_enough_ns;
        while (count < pairs) {
                uint64_t before = bench_now(CLOCK_MONOTONIC), after;

                if (bench_pairs(peer, 32, 1) != 0)
                        return 1;
                after = bench_now(CLOCK_MONOTONIC);
                tail_ns[count++] = after - before;
                if (after > end)
                        break;
        }
        qsort(tail_ns, count, sizeof tail_ns[0], tail_compare);
        for (size_t i = 0; i < BENCH_TAIL_COUNT; i++)
                answer.at[i] = tail_ns[(count * tail_rank[i] + 9999) / 10000
                                       - 1];
        return write(STDOUT_FILENO, &answer, sizeof answer) !=
               (ssize_t)sizeof answer;
}

/**
 * bench_tail_one(result, peer, tail, at):
 * One child; its answer becomes repetition ${at} of ${tail}.
 */
void bench_tail_one(const struct bench_result *result,
                    const struct bench_peer *peer, struct bench_tail *tail,
                    size_t at)
{
        const struct bench_job job = {
                "tail", peer, "-", result->quick ? TAIL_QUICK_PAIRS :
                TAIL_PAIRS
        };
        struct tail_answer answer;

        if (at >= TAIL_REPETITIONS ||
            bench_ask(&job, &answer, sizeof answer) != 0)
                return;
        tail->clock = (double)answer.clock;
        for (size_t i = 0; i < BENCH_TAIL_COUNT; i++)
                tail->at[i][at] = (double)answer.at[i];
}
