/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * preload.c - a library that says yes and does nothing, for LD_PRELOAD.
 *
 * LIES names the call, madvise or mlock (and mlock2), that is answered 0 and not
 * made; "madvise-18" is that advice only, and knows what cannot exist.
 */
#define _GNU_SOURCE /* RTLD_NEXT */

#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int lies(const char *name)
{
        const char *wanted = getenv("LIES");

        return wanted && !strcmp(wanted, name);
}

long syscall(long number, ...)
{
        long (*next)(long number, ...);
        void *symbol = dlsym(RTLD_NEXT, "syscall");
        long argument[6];
        va_list list;
        int i;

        va_start(list, number);
        for (i = 0; i < 6; i++) {
                argument[i] = va_arg(list, long);
        }
        va_end(list);
        if ((number == SYS_madvise &&
             (lies("madvise") || (argument[2] == 18 && lies("madvise-18")) ||
              (argument[2] == MADV_DONTDUMP && lies("madvise-16")))) ||
            ((number == SYS_mlock || number == SYS_mlock2) && lies("mlock"))) {
                return 0;
        }
        memcpy(&next, &symbol, sizeof(next)); /* no cast in ISO C */
        return next(number, argument[0], argument[1], argument[2], argument[3],
                    argument[4], argument[5]);
}
