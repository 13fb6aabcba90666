/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lib_fatal.c - src/fatal.c as it ships, but that its line goes into a buffer,
 * where it is compared and does not drown what the fuzzer says.
 */
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "lib_home.h"

static char fatal_said[256];
static size_t fatal_length;

/* A kernel that takes half of a long line at a time. */
static ssize_t fatal_write(int fd, const void *from, size_t size)
{
        const size_t part = size > 24 ? size / 2 : size;

        if (fd != STDERR_FILENO || part >= sizeof fatal_said - fatal_length) {
                return -1;
        }
        memcpy(fatal_said + fatal_length, from, part);
        fatal_length += part;
        fatal_said[fatal_length] = '\0';
        return (ssize_t)part;
}

#define write fatal_write
#include "../src/fatal.c"
#undef write

const char *fuzz_fatal_line(void)
{
        return fatal_said;
}

void fuzz_fatal_quiet(void)
{
        fatal_length = 0;
        fatal_said[0] = '\0';
}

void fuzz_fatal_forget(void)
{
        atomic_store(&locket_fatal_reported, 0);
        (void)locket_fatal_handler(NULL);
        fuzz_fatal_quiet();
}
