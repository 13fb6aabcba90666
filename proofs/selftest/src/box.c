/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * box.c - the self-test's lower unit: arithmetic.
 */
#include "box.h"

unsigned locket_box_less(unsigned x)
{
        return x > 0 ? x - 1 : 0;
}
