/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fatal.c - stage 9: the one way out.
 *
 * Knows:    what is said; the handler is in os_kept.c.
 * Promises: one line, the handler once, abort; whatever state the process is
 *           in.  A violation inside the handler, or in another thread
 *           meanwhile, finds no handler and aborts.
 * Assumed:  that it does not return.   Tests: tests/crime
 */
#include "fatal.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "os_kept.h"

static atomic_size_t locket_fatal_reported;

/* In the order of enum locket_violation. */
static const char *const locket_fatal_text[] = {
        "locket: double free of 0x",
        "locket: foreign free of 0x",
        "locket: interior free of 0x",
        "locket: wrong size for free of 0x",
        "locket: overflow of 0x",
        "locket: underflow of 0x",
        "locket: write after free of 0x",
        "locket: metadata damage at 0x",
};

static const char locket_fatal_nested[] = "locket: call inside a call, of 0x";

/* Write ${text}, ${address} in hexadecimal and a new line, in one
 * write(2) where the kernel takes it whole. */
static void locket_fatal_line(const char *text, uintptr_t address)
{
        char line[96];
        size_t length = 0;
        size_t done = 0;
        unsigned digits = 1;

        while (*text != '\0') {
                line[length++] = *text++;
        }
        while (digits < 2 * sizeof address && address >> (4 * digits) != 0) {
                digits++;
        }
        while (digits-- > 0) {
                line[length++] = "0123456789abcdef"[address >> (4 * digits) & 15u];
        }
        line[length++] = '\n';
        while (done < length) {
                ssize_t n = write(STDERR_FILENO, line + done, length - done);

                if (n < 0 && errno == EINTR) {
                        continue;
                }
                if (n <= 0) {
                        break; /* nowhere to say it: abort all the same */
                }
                done += (size_t)n;
        }
}

void locket_fatal_stop(enum locket_violation kind, uintptr_t address)
{
        locket_fatal_line(locket_fatal_text[kind], address);
        abort();
}

void locket_fatal_inside(uintptr_t address)
{
        locket_fatal_line(locket_fatal_nested, address);
        abort();
}

void locket_fatal(enum locket_violation kind, uintptr_t address)
{
        locket_violation_fn *handler;

        atomic_fetch_add(&locket_fatal_reported, 1);
        locket_fatal_line(locket_fatal_text[kind], address);
        handler = locket_os_kept_take();
        if (handler != NULL) {
                handler(kind, (const void *)address);
        }
        abort();
}

locket_violation_fn *locket_fatal_handler(locket_violation_fn *handler)
{
        locket_violation_fn *before;
        const int error = locket_os_kept_set(handler, &before);

        if (error != 0) {
                errno = error;
        }
        return before;
}

size_t locket_fatal_count(void)
{
        return atomic_load(&locket_fatal_reported);
}
