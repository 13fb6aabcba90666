/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * eyes.h - what tests/unit/heap.c asks the kernel, asked of the world.
 */
#ifndef FUZZ_EYES_H
#define FUZZ_EYES_H

/* 0: every page is taken to be zero, which is faster. */
extern int eyes_open;

#endif
