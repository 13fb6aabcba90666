/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: with LOCKET_FREED_CLOSE (the default) every touch of a freed secret
 *          faults, at once and later.
 * Attack:  size 1, touch byte 2 by way 3 after argument 4 pairs more.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        size_t size = crime_number(argc, argv, 1);
        crime_byte *p = crime_secret(size);
        crime_byte *at = p + crime_number(argc, argv, 2);

        crime_start();
        locket_free((void *)p);
        crime_traffic(crime_number(argc, argv, 4), size);
        crime_traffic(crime_number(argc, argv, 4), 100);
        crime_expect((void *)at);
        if (crime_is(crime_word(argc, argv, 3), "read"))
                crime_read(at);
        else
                *at = 1;
        return 0;
}
