/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * trace.c - a child under ptrace, between two marks.
 *
 * A mark is a harmless system call with an argument that nobody else uses.
 * The child makes one before and one after what is looked at; nothing of what
 * stops in between depends on the machine's load.
 */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum {
        TRACE_MARK = 0x6c6b7431,        /* "lkt1" */
        TRACE_CALL_STOP = SIGTRAP | 0x80
};

/**
 * bench_mark(ptr):
 * In the child: a mark, with an address for the one who looks.
 */
void bench_mark(const void *ptr)
{
        (void)syscall(SYS_getppid, (long)TRACE_MARK, ptr);
}

/**
 * bench_be_traced():
 * In the child: be traced from here on.
 */
int bench_be_traced(void)
{
        return ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 ||
               raise(SIGSTOP) != 0 ? -1 : 0;
}

/**
 * bench_is_mark(info):
 * Returns: whether the child stopped on entry of a mark.
 */
int bench_is_mark(const struct bench_stop_info *info)
{
        return info->enters && info->call == (uint64_t)SYS_getppid &&
               info->argument[0] == (uint64_t)TRACE_MARK;
}

/**
 * bench_trace_next(child, step, info):
 * Let it go on to the next entry or exit of a system call or, if ${step}, for
 * one instruction.
 *
 * Returns: 0; -1 if there is no such stop: it ended, or something else
 *          stopped it.
 */
int bench_trace_next(pid_t child, int step, struct bench_stop_info *info)
{
        struct __ptrace_syscall_info kernel;
        int status;

        memset(info, 0, sizeof *info);
        memset(&kernel, 0, sizeof kernel);
        if (ptrace(step ? PTRACE_SINGLESTEP : PTRACE_SYSCALL, child, NULL,
                   NULL) != 0 ||
            waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
                return -1;
        if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != TRACE_CALL_STOP)
                return -1;
        if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof kernel,
                   &kernel) <= 0)
                return -1;
        info->instruction = kernel.instruction_pointer;
        info->enters = kernel.op == PTRACE_SYSCALL_INFO_ENTRY;
        if (info->enters) {
                info->call = kernel.entry.nr;
                for (size_t i = 0; i < 3; i++)
                        info->argument[i] = kernel.entry.args[i];
        }
        return 0;
}

/**
 * bench_trace(job, first):
 * Start a child that asks to be traced, and let it run to just after its first
 * mark, which is left in ${first}.
 *
 * Returns: the child, or -1.
 */
pid_t bench_trace(const struct bench_job *job, struct bench_stop_info *first)
{
        struct bench_stop_info after;
        int status, from_child;
        pid_t child = bench_spawn(job, &from_child);

        if (child < 0)
                return -1;
        (void)close(from_child);
        if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
                return -1;
        (void)ptrace(PTRACE_SETOPTIONS, child, NULL,
                     (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
        do {
                if (bench_trace_next(child, 0, first) != 0)
                        return -1;
        } while (!bench_is_mark(first));
        return bench_trace_next(child, 0, &after) != 0 ? -1 : child;
}

/**
 * bench_trace_end(child):
 * It is not needed any more.
 */
void bench_trace_end(pid_t child)
{
        int status;

        (void)kill(child, SIGKILL);
        (void)waitpid(child, &status, 0);
}
