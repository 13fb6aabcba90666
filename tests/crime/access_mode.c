/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a touch that the access mode forbids faults, one that it allows
 *          works, and opening again gives the contents back.
 * Attack:  a secret of size 1; mode 2; read or write (3) its first byte, or
 *          with argument 4 its last.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        size_t size = crime_number(argc, argv, 1);
        crime_byte *p = crime_secret(size);
        crime_byte *at = argc > 4 ? p + size - 1 : p;
        unsigned char was = *at;
        int none = crime_is(crime_word(argc, argv, 2), "none");

        crime_start();
        crime_check(locket_protect((void *)p, none ? LOCKET_NO_ACCESS :
                                   LOCKET_READ_ONLY) == 0, "locket_protect");
        crime_expect((void *)at);
        if (crime_is(crime_word(argc, argv, 3), "read"))
                crime_check(*at == was, "contents");
        else
                *at = 1;
        crime_check(locket_protect((void *)p, LOCKET_READ_WRITE) == 0 &&
                    *at == was, "contents after opening");
        *at = 2;
        locket_free((void *)p);
        return 0;
}
