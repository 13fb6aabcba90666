/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * main.c - locket_wipe_all in the middle of every call: the tests.
 */
#include "signal.h"

int main(void)
{
        const int steps = signal_step_tests();

        return steps != 0;
}
