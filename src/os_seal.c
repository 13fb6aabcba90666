/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_seal.c - stage 2: the border, for mappings that never change again; Linux.
 *
 * Knows:    mseal(2), and where a table has its guards.
 * Promises: what os_seal.h says.  errno is never changed.
 * Tests:    tests/seal
 */
#include "os_seal.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fatal.h"
#include "os.h"

/* The number is the same on all machines, and older headers lack it. */
#ifndef SYS_mseal
#define SYS_mseal 462
#endif

/* ${size} rounded up to pages. */
static size_t locket_seal_round(size_t size)
{
        const size_t page = locket_os_page();

        return (size + (page - 1)) / page * page;
}

static int locket_seal(unsigned char *b, size_t size)
{
        const int before = errno;
        const int error = syscall(SYS_mseal, b, size, 0L) == 0 ? 0 : errno;

        errno = before;
        return error;
}

int locket_os_seal_table(void *table, size_t size)
{
        const size_t page = locket_os_page();
        unsigned char *b = table;

        return locket_seal(b - page, locket_seal_round(size) + 2 * page);
}

int locket_os_seal_guards(void *table, size_t size)
{
        const size_t page = locket_os_page();
        unsigned char *b = table;
        const int below = locket_seal(b - page, page);
        const int above = locket_seal(b + locket_seal_round(size), page);

        return below != 0 ? below : above;
}

static void locket_seal_access(void *table, size_t size, int access)
{
        const int before = errno;

        if (syscall(SYS_mprotect, table, locket_seal_round(size), (long)access) != 0) {
                locket_fatal_stop(LOCKET_METADATA_DAMAGE, (uintptr_t)table);
        }
        errno = before;
}

void locket_os_table_read_only(void *table, size_t size)
{
        locket_seal_access(table, size, PROT_READ);
}

void locket_os_table_writable(void *table, size_t size)
{
        locket_seal_access(table, size, PROT_READ | PROT_WRITE);
}
