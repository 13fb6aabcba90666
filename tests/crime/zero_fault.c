/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Crime 0d: a fault, but one byte beside the address that was announced (or
 * at it, with argument 0).  The runner must compare the address exactly.
 */
#include <sys/mman.h>

#include "crime.h"

int
main(int argc, char **argv)
{
        crime_byte *p = mmap(NULL, 4096, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        crime_start();
        crime_check(p != MAP_FAILED, "mmap");
        crime_expect((void *)p);
        crime_read(p + crime_number(argc, argv, 1));
        return 0;
}
