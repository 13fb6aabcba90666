/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fork.h - stage 7: which process owns the tables.
 *
 * One page that the kernel wipes on fork says "alive" in the process that
 * wrote it and zero in a child, however the child was made.  The key of the
 * canaries stands beside it, so a child never has its parent's.
 */
#ifndef LOCKET_FORK_H
#define LOCKET_FORK_H

#include "config.h"

enum locket_fork_state {
        LOCKET_FORK_CHILD = 0,          /* what the kernel leaves */
        LOCKET_FORK_RECOVERING = 1,     /* a thread sets the tables right */
        LOCKET_FORK_ALIVE = 2
};

struct locket_process {
        uint32_t state;         /* enum locket_fork_state */
        int key_error;          /* errno if there is no key: no allocation */
        uint64_t key_low;
        uint64_t key_high;
};

/**
 * locket_fork_page():
 * A new page of that kind, between two guards, with state RECOVERING; NULL if
 * there is no memory.  If the kernel cannot wipe it on fork, only the handlers
 * of pthread_atfork(3) tell a child.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures page: \result != \null ==>
                    \valid(\result) && \result->state == LOCKET_FORK_RECOVERING;
*/
LOCKET_INTERNAL struct locket_process *locket_fork_page(void);

/**
 * locket_fork_draw(process):
 * Draw a fresh key.  0 or EIO, which is also noted: then there is no key.
 */
/*@ requires valid: \valid(process);
    terminates \true;
    exits      \false;
    assigns    process->key_low, process->key_high, process->key_error;
    ensures code:  0 <= \result;
    ensures noted: process->key_error == \result;
    ensures none:  \result != 0 ==> process->key_low == 0 && process->key_high == 0;
*/
LOCKET_INTERNAL int locket_fork_draw(struct locket_process *process);

#endif
