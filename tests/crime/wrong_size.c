/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: locket_free_sized knows the size that was asked for, to the byte.
 * Attack:  free a secret of argument 1 bytes as one of argument 2 bytes.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        void *p = (void *)crime_secret(crime_number(argc, argv, 1));

        crime_start();
        crime_expect(p);
        locket_free_sized(p, crime_number(argc, argv, 2));
        return 0;
}
