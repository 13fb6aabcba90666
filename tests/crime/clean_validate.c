/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: locket_validate counts damaged secrets, closed ones too, and aborts
 *          nothing; a zero byte past either end is damage.
 * No crime: each damage is put right again before the secrets are freed.
 */
#include "crime.h"

enum { COUNT = 2000 };

static crime_byte *secret[COUNT];
static unsigned char was_above[COUNT], was_below[COUNT];

static crime_byte *
below(crime_byte *p)
{
        return crime_at((uintptr_t)p - 1);
}

/* Set ${what} of all and count; each mode must be as before. */
static void
count(size_t damaged, const char *what)
{
        crime_check(locket_validate() == damaged, what);
        crime_check(locket_validate() == damaged, "not the same twice");
}

static void
close_some(enum locket_access third, enum locket_access fifth)
{
        size_t i;

        for (i = 0; i < COUNT; i += 3)
                crime_check(locket_protect((void *)secret[i], third) == 0,
                            "locket_protect");
        for (i = 0; i < COUNT; i += 5)
                crime_check(locket_protect((void *)secret[i], fifth) == 0,
                            "locket_protect");
}

int
main(void)
{
        size_t i;

        crime_start();
        crime_check(locket_validate() == 0, "before the first secret");
        for (i = 0; i < COUNT; i++) {
                secret[i] = crime_secret(31);
                was_above[i] = secret[i][31];
                was_below[i] = *below(secret[i]);
        }
        count(0, "all are sound");
        secret[7][31] = (unsigned char)(was_above[7] + 1);
        count(1, "one above");
        *below(secret[8]) = (unsigned char)(was_below[8] + 1);
        count(2, "one more below");
        secret[8][31] = (unsigned char)(was_above[8] + 1);
        count(2, "both sides of one are one");
        for (i = 0; i < COUNT; i++)
                secret[i][31] = 0;
        count(COUNT, "a zero byte above all");
        close_some(LOCKET_NO_ACCESS, LOCKET_READ_ONLY);
        count(COUNT, "some are closed");
        close_some(LOCKET_READ_WRITE, LOCKET_READ_WRITE);
        for (i = 0; i < COUNT; i++) {
                secret[i][31] = was_above[i];
                *below(secret[i]) = 0;
        }
        count(COUNT, "a zero byte below all");
        for (i = 0; i < COUNT; i++)
                *below(secret[i]) = was_below[i];
        count(0, "all put right");
        for (i = 0; i < COUNT; i++)
                locket_free((void *)secret[i]);
        count(0, "none is left");
        return 0;
}
