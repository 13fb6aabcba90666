/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: the page below a secret's pages is a guard page.
 * Attack:  a secret of size 1 bytes; read or write (2) the last byte below its
 *          first page, or with argument 3 the first byte of that guard.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        crime_byte *p = crime_secret(crime_number(argc, argv, 1));
        uintptr_t at = (uintptr_t)p;

        crime_start();
        at -= at % 4096;
        at -= argc > 3 ? 4096 : 1;
        crime_expect(crime_at(at));
        if (crime_is(crime_word(argc, argv, 2), "read"))
                crime_read(crime_at(at));
        else
                *(crime_byte *)crime_at(at) = 0;
        return 0;
}
