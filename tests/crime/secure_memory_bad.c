/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: free_secure_memory holds locket_free_sized's promises.
 * Attack:  another size, a second free, a foreign address (1).
 */
#include "crime.h"
#include "secure_memory.h"

int
main(int argc, char **argv)
{
        const char *what = crime_word(argc, argv, 1);
        void *p = alloc_secure_memory(100);
        unsigned char here[64];

        crime_start();
        crime_check(p != NULL, "alloc_secure_memory failed");
        free_secure_memory(NULL, 100);
        crime_expect(crime_is(what, "foreign") ? here : p);
        if (crime_is(what, "bigger"))
                free_secure_memory(p, 101);
        if (crime_is(what, "smaller"))
                free_secure_memory(p, 99);
        if (crime_is(what, "zero"))
                free_secure_memory(p, 0);
        if (crime_is(what, "foreign"))
                free_secure_memory(here, sizeof here);
        free_secure_memory(p, 100);
        free_secure_memory(p, 100);
        return 0;
}
