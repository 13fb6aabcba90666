/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * count.c - system calls and user instructions of a pair.
 *
 * System calls by ptrace between two marks.  Instructions by the processor's
 * counter where it may be read (perf.c), else by single steps.
 */
#include <stdlib.h>
#include <sys/syscall.h>

#include "bench.h"

enum {
        COUNT_PAIRS = 2000,     /* of 32 bytes: what is rare shows too */
        COUNT_FEW_PAIRS = 200,  /* of the other works */
        COUNT_PERF_PAIRS = 1000,
        COUNT_STEP_PAIRS = 8,   /* single steps are slow: 5 us each */
        COUNT_QUICK_STEP_PAIRS = 1
};

static const long count_numbers[] = {
        SYS_mmap, SYS_munmap, SYS_mprotect, SYS_madvise, SYS_mlock,
        SYS_mlock2, SYS_munlock, SYS_getrandom, SYS_brk, SYS_futex,
        SYS_mincore
};

const char *const bench_call_names[BENCH_CALL_COUNT] = {
        "mmap", "munmap", "mprotect", "madvise", "mlock",
        "mlock2", "munlock", "getrandom", "brk", "futex",
        "mincore", "other"
};

_Static_assert(sizeof count_numbers / sizeof count_numbers[0] + 1 ==
               BENCH_CALL_COUNT, "one name per number, and \"other\"");

/**
 * bench_child_traced(peer, work, pairs):
 * In the child: do the pairs between two marks.
 */
int bench_child_traced(const struct bench_peer *peer,
                       const struct bench_work *work, uint64_t pairs)
{
        int failed;

        if (bench_ready(peer, work) != 0 || bench_be_traced() != 0)
                return 1;
        bench_mark(NULL);
        failed = work->loop(peer, work, pairs);
        bench_mark(NULL);
        return failed;
}

static void count_call(struct bench_count *count, uint64_t number)
{
        size_t i = 0;

        while (i + 1 < BENCH_CALL_COUNT &&
               (uint64_t)count_numbers[i] != number)
                i++;
        count->kind[i]++;
        count->calls++;
}

/* The system calls of so many pairs; ${count->pairs} stays 0 if the child
 * failed or may not be traced. */
static void count_calls(const struct bench_peer *peer,
                        const struct bench_work *work, uint64_t pairs,
                        struct bench_count *count)
{
        const struct bench_job job = { "traced", peer, work->id, pairs };
        struct bench_stop_info info;
        pid_t child = bench_trace(&job, &info);
        int failed;

        if (child < 0)
                return;
        while ((failed = bench_trace_next(child, 0, &info)) == 0 &&
               !bench_is_mark(&info))
                if (info.enters)
                        count_call(count, info.call);
        bench_trace_end(child);
        count->pairs = failed != 0 ? 0 : pairs;
}

/* A single step does not say which system call it steps over, so the end is
 * not found by its mark: this counts to the child's exit, and two runs of
 * different length are taken from each other. */
static uint64_t count_steps(const struct bench_peer *peer,
                            const struct bench_work *work, uint64_t pairs)
{
        const struct bench_job job = { "traced", peer, work->id, pairs };
        struct bench_stop_info info;
        pid_t child = bench_trace(&job, &info);
        uint64_t before = 0, steps = 0;

        if (child < 0)
                return 0;
        while (bench_trace_next(child, 1, &info) == 0) {
                if (info.instruction != before)
                        steps++;        /* a repeated string one counts once */
                before = info.instruction;
        }
        return steps;
}

static uint64_t count_instructions(const struct bench_result *result,
                                   const struct bench_peer *peer,
                                   const struct bench_work *work)
{
        const struct bench_job perf = {
                "perf", peer, work->id, COUNT_PERF_PAIRS
        };
        uint64_t few = result->quick ? COUNT_QUICK_STEP_PAIRS :
                       COUNT_STEP_PAIRS;
        uint64_t one, both;

        if (result->perf)
                return bench_ask(&perf, &one, sizeof one) != 0 ? 0 :
                       one / COUNT_PERF_PAIRS;
        one = count_steps(peer, work, few);
        both = count_steps(peer, work, 2 * few);
        return one == 0 || both < one ? 0 : (both - one) / few;
}

/**
 * bench_count(result, peer, work):
 * What does not depend on time: system calls, and the instructions of the
 * 32-byte pairs, the loop's and the adapter's own included.
 */
void bench_count(struct bench_result *result, size_t peer, size_t work)
{
        const struct bench_peer *who = bench_peers[peer];
        const struct bench_work *what = &bench_works[work];
        struct bench_count *count = &result->cell[peer][work].count;
        int main_work = work == BENCH_PAIR_32 || work == BENCH_HELD_32;

        if (what->threads != 1 || what->loop == bench_loop_threads ||
            !bench_can(who, what))
                return;
        count_calls(who, what, main_work && !result->quick ? COUNT_PAIRS :
                    COUNT_FEW_PAIRS, count);
        if (main_work && count->pairs != 0)
                count->instructions = count_instructions(result, who, what);
}
