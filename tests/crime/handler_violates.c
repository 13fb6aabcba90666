/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a violation inside the handler ends the process at once; the
 *          handler is called once.
 * Attack:  a handler that frees twice.
 */
#include "crime.h"

static void
violates(enum locket_violation kind, const void *address)
{
        void *p = (void *)crime_secret(5000);

        (void)kind;
        (void)address;
        crime_say("called");
        locket_free(p);
        crime_expect(p);
        locket_free(p);
        crime_say("went on");
}

int
main(void)
{
        void *p = (void *)crime_secret(30);

        crime_start();
        crime_check(locket_on_violation(violates) == NULL, "handler");
        locket_free(p);
        crime_expect(p);
        locket_free(p);
        return 0;
}
