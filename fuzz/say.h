/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * say.h - how a difference is told: one readable line, the operations that led
 * to it, abort.
 */
#ifndef FUZZ_SAY_H
#define FUZZ_SAY_H

#include <stdint.h>

/* ${right} must hold. */
#define MUST(right, what)                                       \
        do {                                                    \
                if (!(right)) {                                 \
                        say_fail(__FILE__, __LINE__, what);     \
                }                                               \
        } while (0)

/* ${is} must be ${shall}; both are shown. */
#define MUST_BE(is, shall, what)                                                        \
        do {                                                                            \
                const uint64_t say_is = (uint64_t)(is), say_shall = (uint64_t)(shall);  \
                if (say_is != say_shall) {                                              \
                        say_two(__FILE__, __LINE__, what, say_is, say_shall);           \
                }                                                                       \
        } while (0)

_Noreturn void say_fail(const char *file, int line, const char *what);
_Noreturn void say_two(const char *file, int line, const char *what, uint64_t is, uint64_t shall);

/* What is being done, shown with a difference: an operation's name and its
 * three bytes.  NULL: a new input. */
void say_doing(const char *name, unsigned who, unsigned x, unsigned y);

#endif
