/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Crime 0c: the right signal for a double free, but argument 1 on standard
 * error.  The runner must compare the whole of it, and the address in it.
 */
#include <unistd.h>

#include "crime.h"

int
main(int argc, char **argv)
{
        int i;

        crime_expect(crime_at(0x1000));
        for (i = 1; i < argc; i++) {
                crime_check(write(STDERR_FILENO, argv[i], strlen(argv[i])) > 0,
                            "write");
                crime_check(write(STDERR_FILENO, i + 1 < argc ? " " : "\n",
                                  1) > 0, "write");
        }
        abort();
}
