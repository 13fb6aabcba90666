/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a changed byte below a secret is found, as far down as its pages
 *          go, whatever the access mode when it is freed.
 * Attack:  size 1, change the byte 2 bytes below (or "page": the page's first).
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        crime_byte *p = crime_secret(crime_number(argc, argv, 1));
        const char *below = crime_word(argc, argv, 2);
        const char *way = crime_word(argc, argv, 3);
        uintptr_t at = (uintptr_t)p;

        crime_start();
        if (crime_is(below, "page"))
                at -= at % 4096;
        else
                at -= crime_number(argc, argv, 2);
        crime_expect((void *)p);
        crime_change(crime_at(at));
        if (crime_is(way, "none"))
                crime_check(locket_protect((void *)p, LOCKET_NO_ACCESS) == 0,
                            way);
        if (crime_is(way, "move"))
                (void)locket_realloc((void *)p, 300000);
        else
                locket_free((void *)p);
        return 0;
}
