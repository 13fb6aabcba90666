/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * sandbox.h - what the sandbox test is made of: cases (cases.c), each with the
 * system calls that SECURITY.md lists for it, and the filter (filter.c).
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "../kernel/kernel.h"

enum { SANDBOX_CALLS = 16 };

struct sandbox_call {
        const char *name;
        long number;
};

struct sandbox_case {
        const char *name;
        const char *heading;    /* the row of the table in SECURITY.md */
        void (*before)(void);   /* what is done without a filter */
        void (*inside)(void);   /* what is done under it */
        int signal;             /* that must end it; 0: none */
        int refuse;             /* what is not listed is EPERM, not the end */
        size_t count;
        struct sandbox_call call[SANDBOX_CALLS];
};

extern const struct sandbox_case sandbox_cases[];
extern const size_t sandbox_count;

/* From here on, for all threads: the calls of ${c} but number ${without}, write(2) to
 * say what failed, and the end of the process.  Anything else is SIGSYS, or EPERM. */
void sandbox_close(const struct sandbox_case *c, size_t without);

#endif
