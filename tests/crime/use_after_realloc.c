/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: the place that locket_realloc moved a secret away from is closed.
 * Attack:  keep the old pointer and read or write (1) through it.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        crime_byte *p = crime_secret(32);
        void *q = locket_realloc((void *)p, 5000);

        crime_start();
        crime_check(q != NULL && q != (void *)p, "realloc did not move");
        crime_expect((void *)p);
        if (crime_is(crime_word(argc, argv, 1), "read"))
                crime_read(p);
        else
                *p = 1;
        return 0;
}
