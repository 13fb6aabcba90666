/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * wipe.h - stage 6: zero bytes so that the compiler keeps it.
 */
#ifndef LOCKET_WIPE_H
#define LOCKET_WIPE_H

#include "config.h"
#include "spec.h"

/**
 * locket_wipe_range(b, lo, hi):
 * Zero the bytes ${lo} .. ${hi} - 1 of ${b}.  No compiler removes it, even if
 * nothing reads them again.
 */
/*@ requires range: lo <= hi;
    requires valid: \valid(b + (lo .. hi - 1));
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1];
    ensures wiped:  zeroed(b, lo, hi);
*/
LOCKET_INTERNAL void locket_wipe_range(unsigned char *b, size_t lo, size_t hi);

#endif
