/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * probe.c - what looks at the victims' memory.
 */
#include "probe.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PROBE_MOST 8192u
#define PROBE_RUN 16u

static unsigned char *probe_at;
static size_t probe_size;
static size_t probe_worst;
static size_t probe_seen;

static unsigned char probe_byte(size_t i)
{
        return (unsigned char)(i * 167u % 251u + 1u);
}

void probe_fill(unsigned char *p, size_t size)
{
        size_t i;

        for (i = 0; i < size; i++) {
                p[i] = probe_byte(i);
        }
        probe_at = p;
        probe_size = size;
        probe_worst = 0;
        probe_seen = 0;
}

size_t probe_left(void)
{
        static unsigned char copy[PROBE_MOST];
        const int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        size_t left = 0;
        size_t run = 0;
        size_t i;

        if (fd < 0 || probe_size > PROBE_MOST ||
            pread(fd, copy, probe_size, (off_t)(uintptr_t)probe_at) != (ssize_t)probe_size) {
                perror("probe: /proc/self/mem");
                exit(2);
        }
        (void)close(fd);
        for (i = 0; i < probe_size; i++) {
                run = copy[i] == probe_byte(i) ? run + 1 : 0;
                left += run == PROBE_RUN ? PROBE_RUN : run > PROBE_RUN ? 1 : 0;
        }
        return left;
}

size_t probe_released(void)
{
        return probe_worst;
}

size_t probe_calls(void)
{
        return probe_seen;
}

/* The library makes its memory calls through syscall(2): this one looks first. */
long syscall(long number, ...)
{
        static long (*next)(long, ...);
        unsigned char *from;
        va_list list;
        long a[6];
        int i;

        va_start(list, number);
        for (i = 0; i < 6; i++) {
                a[i] = va_arg(list, long);
        }
        va_end(list);
        from = (unsigned char *)a[0];
        if (probe_at != NULL && (uintptr_t)from <= (uintptr_t)probe_at &&
            (uintptr_t)probe_at < (uintptr_t)from + (size_t)a[1] &&
            ((number == SYS_mprotect && a[2] == PROT_NONE) || number == SYS_munlock ||
             (number == SYS_madvise && a[2] == MADV_DONTNEED))) {
                const size_t left = probe_left();

                probe_worst = left > probe_worst ? left : probe_worst;
                probe_seen += 1;
        }
        if (next == NULL) {
                *(void **)&next = dlsym(RTLD_NEXT, "syscall");
        }
        return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
