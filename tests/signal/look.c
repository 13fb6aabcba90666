/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * look.c - locket's memory as the kernel sees it: /proc/self/pagemap says which
 * pages are there, /proc/self/mem what is in them.
 */
#include "signal.h"

#include <fcntl.h>

#include "locket.c" /* the one file: the library, as it ships */

/* The spans that are looked at, and the pages of each: the scenes use few. */
#define SPANS 48u
#define PAGES 512u

void signal_need(int right, const char *what, const char *file, int line)
{
        char text[256];
        int n;

        if (right) {
                return;
        }
        n = snprintf(text, sizeof text, "%s:%d: not so: %s\n", file, line, what);
        (void)!write(STDERR_FILENO, text, n > 0 && (size_t)n < sizeof text ? (size_t)n : 0);
        _exit(1);
}

static int mem = -1;
static int pagemap = -1;

static void look_open(void)
{
        if (mem < 0) {
                mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
                pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
                NEED(mem >= 0 && pagemap >= 0);
        }
}

/* Five bytes side by side: three of a canary are the pattern once in a million
 * looks, and there are as many. */
static size_t found_in(const unsigned char *b, size_t size)
{
        size_t found = 0;
        size_t run = 0;
        size_t i;

        for (i = 0; i < size; i++) {
                run = b[i] == SIGNAL_PATTERN ? run + 1 : 0;
                found += run >= 5;
        }
        return found;
}

size_t signal_look(void)
{
        const struct locket_home *h = locket_home_here();
        const size_t page = h->tables.range.page;
        unsigned char bytes[4096];
        uint64_t there[PAGES];
        size_t found = 0;
        size_t span;
        size_t k;

        look_open();
        NEED(page == sizeof bytes);
        for (span = 0; span < SPANS; span++) {
                const uintptr_t at = h->tables.range.address + span * h->tables.range.span_bytes;

                NEED(pread(pagemap, there, sizeof there, (off_t)(at / page * sizeof *there)) ==
                     (ssize_t)sizeof there);
                for (k = 0; k < PAGES; k++) {
                        if (there[k] >> 63 != 0) {
                                NEED(pread(mem, bytes, page, (off_t)(at + k * page)) ==
                                     (ssize_t)page);
                                found += found_in(bytes, page);
                        }
                }
        }
        return found;
}

int signal_zero(const void *p, size_t size)
{
        unsigned char bytes[4096];
        size_t done;
        size_t i;

        look_open();
        for (done = 0; done < size; done += sizeof bytes) {
                const size_t n = size - done < sizeof bytes ? size - done : sizeof bytes;

                NEED(pread(mem, bytes, n, (off_t)((uintptr_t)p + done)) == (ssize_t)n);
                for (i = 0; i < n; i++) {
                        if (bytes[i] != 0) {
                                return 0;
                        }
                }
        }
        return 1;
}

const char *signal_access(const void *p)
{
        static char maps[1 << 17];
        static char access[3];
        size_t have = 0;
        ssize_t n;
        char *line;
        const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

        NEED(fd >= 0);
        while ((n = read(fd, maps + have, sizeof maps - 1 - have)) > 0) {
                have += (size_t)n;
        }
        maps[have] = '\0';
        (void)close(fd);
        for (line = maps; line != NULL; line = strchr(line, '\n')) {
                unsigned long from;
                unsigned long to;

                line += *line == '\n';
                if (sscanf(line, "%lx-%lx %2s", &from, &to, access) == 3 &&
                    from <= (uintptr_t)p && (uintptr_t)p < to) {
                        return access;
                }
        }
        return "??";
}

int signal_inside(void)
{
        return locket_home_inside();
}
