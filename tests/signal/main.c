/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * main.c - locket_wipe_all in the middle of every call: the tests.
 * usage: signal_test [FILE]    where each of locket's instructions begins; without
 *                              it, only the threads
 */
#include "signal.h"

int main(int argc, char **argv)
{
        const int stress = signal_stress_tests();
        const int steps = argc > 1 ? signal_step_tests(argv[1]) : 0;

        return stress || steps;
}
