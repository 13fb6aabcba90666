/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a zero byte just past the end, as strcpy leaves it, is noticed.
 * Attack:  argument 1 bytes, then p[size] = 0 and free; or p[-1] = 0.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        size_t size = crime_number(argc, argv, 1);
        crime_byte *p = crime_secret(size);

        crime_start();
        crime_expect((void *)p);
        if (crime_is(crime_word(argc, argv, 2), "above"))
                p[size] = 0;
        else
                *(crime_byte *)crime_at((uintptr_t)p - 1) = 0;
        locket_free((void *)p);
        return 0;
}
