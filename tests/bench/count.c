/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * count.c - system calls and instructions of a child, by ptrace.
 *
 * The child makes a harmless system call with an argument that nobody else
 * uses before and after its pairs: what stops between these two marks is
 * counted.  The counts are exact; nothing of them depends on the machine's
 * load.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum {
        COUNT_CALL_PAIRS = 2000,
        COUNT_STEP_PAIRS = 16,  /* single steps are slow: 5 us each */
        COUNT_MARK = 0x6c6b7431 /* "lkt1" */
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

static void count_mark(void)
{
        (void)syscall(SYS_getppid, (long)COUNT_MARK);
}

/**
 * bench_child_traced(peer, work, pairs):
 * In the child: be traced from here on, and do the pairs between two marks.
 */
int bench_child_traced(const struct bench_peer *peer,
                       const struct bench_work *work, uint64_t pairs)
{
        int failed;

        if (bench_ready(peer, work) != 0 ||
            ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 ||
            raise(SIGSTOP) != 0)
                return 1;
        count_mark();
        failed = bench_pairs(peer, work->size, pairs);
        count_mark();
        return failed;
}

/* The child's next stop of this kind, as the kernel describes it.  Returns -1
 * if there is none: the child ended, or something else stopped it. */
static int count_next(pid_t child, int request,
                      struct __ptrace_syscall_info *info)
{
        int status;

        memset(info, 0, sizeof *info);
        if (ptrace((enum __ptrace_request)request, child, NULL, NULL) != 0 ||
            waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
                return -1;
        if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != (SIGTRAP | 0x80))
                return -1;
        if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof *info, info)
            <= 0)
                return -1;
        return 0;
}

static int count_is_mark(const struct __ptrace_syscall_info *info)
{
        return info->op == PTRACE_SYSCALL_INFO_ENTRY &&
               info->entry.nr == (uint64_t)SYS_getppid &&
               info->entry.args[0] == (uint64_t)COUNT_MARK;
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

/* Start a traced child and let it run to just after its first mark. */
static pid_t count_start(const struct bench_peer *peer,
                         const struct bench_work *work, int pairs)
{
        struct __ptrace_syscall_info info;
        char number[BENCH_TEXT];
        pid_t child;
        int status, from_child;

        (void)snprintf(number, sizeof number, "%d", pairs);
        child = bench_spawn("traced", peer, work->id, number, &from_child);
        if (child < 0)
                return -1;
        (void)close(from_child);
        if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
                return -1;
        (void)ptrace(PTRACE_SETOPTIONS, child, NULL,
                     (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
        do {
                if (count_next(child, PTRACE_SYSCALL, &info) != 0)
                        return -1;
        } while (!count_is_mark(&info));
        if (count_next(child, PTRACE_SYSCALL, &info) != 0)
                return -1;
        return child;
}

static void count_end(pid_t child)
{
        int status;

        (void)kill(child, SIGKILL);
        (void)waitpid(child, &status, 0);
}

/**
 * bench_count_calls(peer, work, count):
 * Count the system calls of COUNT_CALL_PAIRS pairs.
 *
 * Returns: 0, or -1 if the child failed or may not be traced.
 */
int bench_count_calls(const struct bench_peer *peer,
                      const struct bench_work *work,
                      struct bench_count *count)
{
        struct __ptrace_syscall_info info;
        pid_t child = count_start(peer, work, COUNT_CALL_PAIRS);
        int failed;

        if (child < 0)
                return -1;
        while ((failed = count_next(child, PTRACE_SYSCALL, &info)) == 0 &&
               !count_is_mark(&info))
                if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
                        count_call(count, info.entry.nr);
        count_end(child);
        count->pairs = failed != 0 ? 0 : COUNT_CALL_PAIRS;
        return failed;
}

/* PTRACE_SINGLESTEP does not say which system call it steps over, so the end
 * is found by the instructions of one run: this counts to the child's exit,
 * and bench_count_instructions takes two runs from each other. */
static int count_steps(const struct bench_peer *peer,
                       const struct bench_work *work, int pairs,
                       uint64_t *steps)
{
        struct __ptrace_syscall_info info;
        pid_t child = count_start(peer, work, pairs);
        uint64_t before = 0;

        *steps = 0;
        if (child < 0)
                return -1;
        while (count_next(child, PTRACE_SINGLESTEP, &info) == 0) {
                if (info.instruction_pointer != before)
                        ++*steps;       /* a repeated string one counts once */
                before = info.instruction_pointer;
        }
        return 0;
}

/**
 * bench_count_instructions(peer, work, count):
 * Count the user instructions of a pair, the loop's and the adapter's own
 * included.
 *
 * Returns: 0, or -1 if the child failed or may not be traced.
 */
int bench_count_instructions(const struct bench_peer *peer,
                             const struct bench_work *work,
                             struct bench_count *count)
{
        uint64_t one, both;

        if (count_steps(peer, work, COUNT_STEP_PAIRS, &one) != 0 ||
            count_steps(peer, work, 2 * COUNT_STEP_PAIRS, &both) != 0 ||
            both < one)
                return -1;
        count->instructions = (both - one) / COUNT_STEP_PAIRS;
        return 0;
}
