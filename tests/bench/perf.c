/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * perf.c - user instructions, by the processor's own counter.
 *
 * Many virtual machines have none, and some kernels let nobody read it:
 * count.c steps then.
 */
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

/* A counter of this process's user instructions, stopped, or -1. */
static int perf_open(void)
{
        struct perf_event_attr attribute;

        memset(&attribute, 0, sizeof attribute);
        attribute.type = PERF_TYPE_HARDWARE;
        attribute.size = sizeof attribute;
        attribute.config = PERF_COUNT_HW_INSTRUCTIONS;
        attribute.disabled = 1;
        attribute.exclude_kernel = 1;
        attribute.exclude_hv = 1;
        return (int)syscall(SYS_perf_event_open, &attribute, 0, -1, -1, 0);
}

/**
 * bench_perf_there():
 * Returns: whether there is such a counter.
 */
int bench_perf_there(void)
{
        int counter = perf_open();

        if (counter < 0)
                return 0;
        (void)close(counter);
        return 1;
}

/**
 * bench_child_perf(peer, work, pairs):
 * In the child: count the instructions of so many pairs and send them to
 * standard output.
 */
int bench_child_perf(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t pairs)
{
        int counter, failed;
        uint64_t instructions;

        if (bench_ready(peer, work) != 0)
                return 1;
        counter = perf_open();
        if (counter < 0)
                return 1;
        (void)ioctl(counter, PERF_EVENT_IOC_ENABLE, 0);
        failed = work->loop(peer, work, pairs);
        (void)ioctl(counter, PERF_EVENT_IOC_DISABLE, 0);
        if (failed || read(counter, &instructions, sizeof instructions) !=
            (ssize_t)sizeof instructions)
                return 1;
        return write(STDOUT_FILENO, &instructions, sizeof instructions) !=
               (ssize_t)sizeof instructions;
}
