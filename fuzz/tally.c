/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * tally.c - the histogram.  Written to the file that FUZZ_TALLY names when the
 * process ends.  It lies in shared memory, so that children count too.
 */
#include "tally.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define TALLY_OPERATIONS 64u

static const char *const tally_names[TALLY_ENDS] = {
        "ok", "none", "EINVAL", "ENOMEM", "EAGAIN", "EPERM", "ENOTSUP", "EBUSY", "EIO", "error",
        "guard", "damaged", "struck", "kept", "lost", "omitted", "double-free", "foreign-free",
        "interior-free", "wrong-size",
        "overflow", "underflow", "write-after-free", "metadata-damage",
};

struct tally_book {
        unsigned long inputs;
        unsigned long count[TALLY_OPERATIONS][TALLY_ENDS];
};
static struct tally_book *tally_book;
static const char *tally_operation[TALLY_OPERATIONS];
static pid_t tally_owner;

static void tally_write(void)
{
        const char *path = getenv("FUZZ_TALLY");
        FILE *f = path == NULL || getpid() != tally_owner ? NULL : fopen(path, "we");
        unsigned op;
        unsigned end;

        if (f == NULL) {
                return;
        }
        (void)fprintf(f, "inputs %lu\n", tally_book->inputs);
        for (op = 0; op < TALLY_OPERATIONS; op++) {
                for (end = 0; end < TALLY_ENDS; end++) {
                        if (tally_book->count[op][end] != 0) {
                                (void)fprintf(f, "%s %s %lu\n", tally_operation[op],
                                              tally_names[end], tally_book->count[op][end]);
                        }
                }
        }
        (void)fclose(f);
}

void tally_input(void)
{
        if (tally_book == NULL) {
                void *p = mmap(NULL, sizeof *tally_book, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

                if (p == MAP_FAILED) {
                        abort();
                }
                tally_book = p;
                tally_owner = getpid();
                (void)atexit(tally_write);
        }
        tally_book->inputs += 1;
}

void tally(unsigned op, const char *name, enum tally_end end)
{
        tally_operation[op] = name;
        tally_book->count[op][end] += 1;
}

enum tally_end tally_error(int error)
{
        switch (error) {
        case 0:
                return TALLY_OK;
        case EINVAL:
                return TALLY_EINVAL;
        case ENOMEM:
                return TALLY_ENOMEM;
        case EAGAIN:
                return TALLY_EAGAIN;
        case EPERM:
                return TALLY_EPERM;
        case ENOTSUP:
                return TALLY_ENOTSUP;
        case EBUSY:
                return TALLY_EBUSY;
        case EIO:
                return TALLY_EIO;
        default:
                return TALLY_ERROR;
        }
}
