/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * main.c - locket_wipe_all in the middle of every call: the tests.
 * usage: signal_test FILE      where each of locket's instructions begins
 */
#include "signal.h"

int main(int argc, char **argv)
{
        const int stress = signal_stress_tests();
        const int steps = argc < 2 || signal_step_tests(argv[1]);

        return stress || steps;
}
