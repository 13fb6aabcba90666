/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Crime 0a: nothing wrong is done.  The runner must not accept it where a
 * crime should have been noticed, and must accept it where none was done.
 */
#include "crime.h"

int
main(void)
{
        crime_start();
        crime_expect(crime_at(0x1000));
        return 0;
}
