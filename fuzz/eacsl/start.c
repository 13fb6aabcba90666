/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * start.c - where main is not translated: start the run-time library of E-ACSL.
 */
#include <stddef.h>

void __e_acsl_memory_init(int *argc, char ***argv, size_t pointer);

__attribute__((constructor)) static void start(void)
{
        __e_acsl_memory_init(NULL, NULL, sizeof(void *));
}
