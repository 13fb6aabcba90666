/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * target.h - what a fuzzing engine calls, and what it offers.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the main target only (mutate.c). */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

/* The engine's own. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

#endif
