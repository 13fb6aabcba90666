/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fatal.h - stage 9: the one way out.
 *
 * Callable from everywhere, with no lock held.
 */
#ifndef LOCKET_FATAL_H
#define LOCKET_FATAL_H

#include "config.h"

/**
 * locket_fatal(kind, address):
 * Write one fixed line to standard error, call the handler if there is one,
 * abort.  No allocation, no stdio.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures    never: \false;
*/
LOCKET_INTERNAL _Noreturn void locket_fatal(enum locket_violation kind, uintptr_t address);

/**
 * locket_fatal_stop(kind, address):
 * The same without the handler, for the border, where a lock may be held.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures    never: \false;
*/
LOCKET_INTERNAL _Noreturn void locket_fatal_stop(enum locket_violation kind, uintptr_t address);

/**
 * locket_fatal_inside(address):
 * A signal handler has interrupted a call, and makes one for ${address} that cannot
 * say no: one line, and abort; without the handler, as locks are held.
 */
LOCKET_INTERNAL _Noreturn void locket_fatal_inside(uintptr_t address);

/**
 * locket_fatal_handler(handler):
 * Install ${handler}; return the one before.  errno is changed only if that failed
 * (mprotect(2)): then the one before is still there.
 */
LOCKET_INTERNAL locket_violation_fn *locket_fatal_handler(locket_violation_fn *handler);

/**
 * locket_fatal_count():
 * Violations reported so far by this process.
 */
LOCKET_INTERNAL size_t locket_fatal_count(void);

#endif
