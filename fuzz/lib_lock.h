/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * lib_lock.h - how many locks are held.
 */
#ifndef FUZZ_LIB_LOCK_H
#define FUZZ_LIB_LOCK_H

int fuzz_locks_held(void);

#endif
