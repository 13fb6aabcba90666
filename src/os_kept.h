/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_kept.h - stage 2: the border, for the violation handler, on a page that nobody
 * can write to but for the moment in which it is set.
 *
 * No function needs another one first, and each works in a child, however made, also
 * one that was made while another thread was in the middle of one.
 */
#ifndef LOCKET_OS_KEPT_H
#define LOCKET_OS_KEPT_H

#include "config.h"

/**
 * locket_os_kept_set(handler, before):
 * Install ${handler}; ${before}: the one that was installed and not yet taken, or NULL.
 * Several threads may: each handler is the one before of just one of them.  Signals
 * are held back meanwhile.  0, or the errno of mprotect(2): then nothing has changed.
 * A kernel that opens the page and then does not shut it: it is tried again
 * by the next call, and by the next locket_os_kept_shut.
 */
LOCKET_INTERNAL int locket_os_kept_set(locket_violation_fn *handler, locket_violation_fn **before);

/**
 * locket_os_kept_take():
 * The handler that is installed, or NULL; nobody else gets it.  Async-signal-safe;
 * waits for nobody, and makes no system call.
 */
LOCKET_INTERNAL locket_violation_fn *locket_os_kept_take(void);

/**
 * locket_os_kept_shut():
 * From now on nobody can write to the page, if that is not so already: in a child that
 * was made while it was open it is open.  0, or the errno of mprotect(2): ENOMEM, the
 * mapping limit is met (vm.max_map_count).  errno is not changed.
 */
LOCKET_INTERNAL int locket_os_kept_shut(void);

#endif
