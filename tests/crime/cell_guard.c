/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a run of cells lies between guard pages; a secret too large for a
 *          cell has pages of its own.
 * Attack:  read the byte past, or before, the page of the first secret, of size
 *          1; or "large": one byte past its end.
 */
#include "crime.h"

int
main(int argc, char **argv)
{
        size_t size = crime_number(argc, argv, 1);
        const char *way = crime_word(argc, argv, 2);
        struct locket_policy policy;
        uintptr_t at;

        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        crime_start();
        at = (uintptr_t)locket_arena_malloc(locket_arena_create(&policy), size);
        crime_check(at != 0, "locket_arena_malloc failed");
        if (crime_is(way, "large"))
                at += size;
        else if (crime_is(way, "up"))
                at += 4096 - at % 4096; /* its run is one page */
        else
                at -= at % 4096 + 1;
        crime_expect(crime_at(at));
        crime_read(crime_at(at));
        return 0;
}
