/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * tiny.c - the self-test's upper unit: a call of the system and one of box.
 */
#include "tiny.h"
#include "box.h"
#include "os.h"

unsigned locket_tiny_clear(unsigned char *b, unsigned x)
{
        if (locket_os_zap(b) != 0) {
                return 0;
        }
        return locket_box_less(x);
}
