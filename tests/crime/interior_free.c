/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: an address on a live secret's pages that is not its first byte is
 *          reported as such, and changes nothing.
 * Attack:  free argument 2 bytes into a secret of argument 1 bytes, or below.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        crime_byte *p = crime_secret(crime_number(argc, argv, 1));
        const char *offset = crime_word(argc, argv, 2);
        uintptr_t at = (uintptr_t)p;

        crime_start();
        if (crime_is(offset, "page"))
                at -= at % 4096;                /* slack, far below */
        else
                at += (uintptr_t)strtoll(offset, NULL, 0);
        crime_expect(crime_at(at));
        if (argc > 3)
                locket_free_sized(crime_at(at), 32);
        else
                locket_free(crime_at(at));
        return 0;
}
