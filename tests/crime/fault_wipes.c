/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: locket_wipe_all may be called from the handler of a fault: after
 *          it every secret is zero, closed ones too.
 * Attack:  run over the end of a secret; the handler wipes and looks.
 */
#include <signal.h>

#include "crime.h"

static crime_byte *wiped_open, *wiped_closed;

static void
wipe_and_look(int sig)
{
        size_t i;
        unsigned char all = 0;

        locket_wipe_all();
        for (i = 0; i < 32; i++)
                all = (unsigned char)(all | wiped_open[i]);
        crime_check(all == 0, "not wiped");
        crime_check(locket_protect((void *)wiped_closed, LOCKET_READ_ONLY) == 0,
                    "locket_protect");
        for (i = 0; i < 5000; i++)
                all = (unsigned char)(all | wiped_closed[i]);
        crime_check(all == 0, "not wiped while closed");
        crime_say("wiped");
        (void)signal(sig, SIG_DFL);
        (void)raise(sig);
}

int
main(void)
{
        wiped_open = crime_secret(32);
        wiped_closed = crime_secret(5000);
        crime_check(locket_protect((void *)wiped_closed, LOCKET_NO_ACCESS) == 0,
                    "locket_protect");
        crime_check(signal(SIGSEGV, wipe_and_look) != SIG_ERR, "signal");
        crime_change(wiped_open + 32);
        return 0;
}
