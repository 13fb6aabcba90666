/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_seal.h - stage 2: the border, for mappings that never change again.
 *
 * A sealed mapping (mseal(2), Linux 6.10) cannot be unmapped, moved, mapped over
 * or given another access, by anybody in the process, for as long as it lives; a
 * forked child inherits that.
 */
#ifndef LOCKET_OS_SEAL_H
#define LOCKET_OS_SEAL_H

#include "config.h"

/**
 * locket_os_seal_table(table, size):
 * Seal a table of locket_os_table, which is open as a whole, with its guards.
 * locket_os_seal_guards(table, size): only the page below and the page above it.
 * They work for a reservation of locket_os_reserve, too.  0, or the errno of the
 * refusal: ENOSYS before Linux 6.10.
 */
LOCKET_INTERNAL int locket_os_seal_table(void *table, size_t size);
LOCKET_INTERNAL int locket_os_seal_guards(void *table, size_t size);

/**
 * locket_os_table_read_only(table, size):
 * No thread can write to an open table (mprotect(2)).
 * locket_os_table_writable(table, size): every thread can.
 * Nothing has to be split for that, so the kernel cannot refuse it; if it did, the
 * process ends with one line.
 */
LOCKET_INTERNAL void locket_os_table_read_only(void *table, size_t size);
LOCKET_INTERNAL void locket_os_table_writable(void *table, size_t size);

#endif
