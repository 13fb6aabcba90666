/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: locket_realloc of anything but a live secret is reported as
 *          locket_free of it is, for size 0 too.
 * Attack:  resize a freed, a foreign or an interior address (1) to size 2.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        const char *what = crime_word(argc, argv, 1);
        size_t size = crime_number(argc, argv, 2);
        unsigned char here[64];
        void *p = (void *)crime_secret(100);

        crime_start();
        if (crime_is(what, "freed"))
                locket_free(p);
        else if (crime_is(what, "foreign"))
                p = here;
        else
                p = (unsigned char *)p + 16;
        crime_expect(p);
        (void)locket_realloc(p, size);
        return 0;
}
