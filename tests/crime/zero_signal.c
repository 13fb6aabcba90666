/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Crime 0b: everything is said as it should be for a double free, but the
 * process dies by the signal of argument 1.  The runner must judge the signal.
 */
#include <signal.h>
#include <unistd.h>

#include "crime.h"

int
main(int argc, char **argv)
{
        static const char line[] = "locket: double free of 0x1000\n";

        crime_expect(crime_at(0x1000));
        crime_check(write(STDERR_FILENO, line, sizeof line - 1) > 0, "write");
        (void)raise((int)crime_number(argc, argv, 1));
        return 0;
}
