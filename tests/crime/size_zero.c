/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: the pointer for size 0 may not be read or written.
 * Attack:  read or write (1) it, from malloc, calloc or aligned_alloc(1) (2).
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        const char *from = crime_word(argc, argv, 2);
        crime_byte *p;

        crime_start();
        if (crime_is(from, "malloc"))
                p = locket_malloc(0);
        else if (crime_is(from, "calloc"))
                p = locket_calloc(0, 8);
        else
                p = locket_aligned_alloc(1, 0);
        crime_check(p != NULL, "NULL for size 0");
        crime_expect((void *)p);
        if (crime_is(crime_word(argc, argv, 1), "read"))
                crime_read(p);
        else
                *p = 1;
        return 0;
}
