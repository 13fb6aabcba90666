/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * say.c - how a difference is told.  See say.h.
 */
#include "say.h"

#include <stdio.h>
#include <stdlib.h>

/* Operations of an input that are remembered. */
#define SAY_MOST 256u

struct say_step {
        const char *name;
        unsigned who, x, y;
};
static struct say_step say_steps[SAY_MOST];
static unsigned say_count;

void say_doing(const char *name, unsigned who, unsigned x, unsigned y)
{
        if (name == NULL) {
                say_count = 0;
        } else if (say_count < SAY_MOST) {
                const struct say_step step = { name, who, x, y };

                say_steps[say_count++] = step;
        }
}

static _Noreturn void say_end(void)
{
        unsigned i;

        for (i = 0; i < say_count; i++) {
                (void)fprintf(stderr, "  %3u %s %u %u %u\n", i, say_steps[i].name,
                              say_steps[i].who, say_steps[i].x, say_steps[i].y);
        }
        (void)fflush(stderr);
        abort();
}

void say_fail(const char *file, int line, const char *what)
{
        (void)fprintf(stderr, "DIFFERENCE %s:%d: %s\n", file, line, what);
        say_end();
}

void say_two(const char *file, int line, const char *what, uint64_t is, uint64_t shall)
{
        (void)fprintf(stderr, "DIFFERENCE %s:%d: %s: is %lld (0x%llx), must be %lld (0x%llx)\n",
                      file, line, what, (long long)is, (unsigned long long)is, (long long)shall,
                      (unsigned long long)shall);
        say_end();
}
