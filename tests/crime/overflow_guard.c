/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: the end of a secret, rounded up to its alignment, is a guard page.
 * Attack:  aligned_alloc(1, 2); read or write (4) byte 3: a fault right there.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        size_t size = crime_number(argc, argv, 2);
        size_t i, at = crime_number(argc, argv, 3);
        crime_byte *p = locket_aligned_alloc(crime_number(argc, argv, 1), size);

        crime_start();
        crime_check(p != NULL, "locket_aligned_alloc failed");
        for (i = 0; i < size; i++)
                p[i] = 0xff;
        crime_expect((void *)(p + at));
        if (crime_is(crime_word(argc, argv, 4), "read"))
                crime_read(p + at);
        else
                p[at] = 0;
        return 0;
}
