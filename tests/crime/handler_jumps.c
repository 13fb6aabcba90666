/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: the handler may leave by a jump; locket works on, locket_wipe_all
 *          too, and a handler that is installed again is called again.
 * Attack:  two violations, both left by siglongjmp.
 */
#include <setjmp.h>

#include "crime.h"

static sigjmp_buf jumps_back;

static void
jumps(enum locket_violation kind, const void *address)
{
        crime_check(kind == LOCKET_OVERFLOW || kind == LOCKET_DOUBLE_FREE,
                    "kind");
        crime_check(address != NULL, "address");
        crime_say("jumping");
        siglongjmp(jumps_back, 1);
}

/* 1 if the free of ${p} was a violation. */
static int
jumps_free(void *p)
{
        crime_expect(p);
        (void)locket_on_violation(jumps);
        if (sigsetjmp(jumps_back, 1) != 0)
                return 1;
        locket_free(p);
        return 0;
}

static int
is_zero(crime_byte *p, size_t size)
{
        size_t i;

        for (i = 0; i < size; i++)
                if (p[i] != 0)
                        return 0;
        return 1;
}

int
main(void)
{
        struct locket_stats stats;
        crime_byte *a = crime_secret(30);
        crime_byte *b = crime_secret(5000);
        crime_byte *c = crime_secret(64);

        crime_start();
        crime_change(a + 30);
        crime_check(jumps_free((void *)a), "overflow not found");
        crime_check(locket_on_violation(NULL) == NULL, "still installed");
        crime_check(locket_size((void *)a) == 0, "still live");
        crime_check(jumps_free((void *)a), "double free not found");
        crime_check(locket_protect((void *)c, LOCKET_NO_ACCESS) == 0, "close");
        locket_wipe_all();
        crime_check(is_zero(b, 5000), "not wiped");
        crime_check(locket_protect((void *)c, LOCKET_READ_ONLY) == 0 &&
                    is_zero(c, 64), "not wiped while closed");
        stats.struct_size = 0;
        crime_check(locket_stats(&stats) == 0 && stats.violations == 2 &&
                    stats.live_secrets == 2, "stats");
        crime_check(locket_validate() == 0, "damaged by the wipe");
        locket_free((void *)b);
        locket_free((void *)c);
        crime_traffic(200, 30);
        crime_say("went on");
        return 0;
}
