/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fork.h - stage 7: which process owns the tables.
 *
 * One page that the kernel wipes on fork says "alive" in the process that
 * wrote it and zero in a child, however the child was made.  The key of the
 * canaries stands beside it, so a child never has its parent's.
 *
 * Where the kernel cannot wipe the page (before Linux 4.14), the page names the
 * process instead, and every call compares: getpid(2) tells a child apart, but
 * not one that has its parent's number (a new pid namespace), and takes a
 * process that shares the memory (CLONE_VM) for a child.
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
        uint32_t owner;         /* where the kernel does not wipe this page:
                                 * the number of the process; else 0 */
};

/**
 * locket_fork_page():
 * A new page of that kind, between two guards, with state RECOVERING; NULL if
 * there is no memory.  If the kernel cannot wipe it on fork, it has an owner.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures page: \result != \null ==>
                    \valid(\result) && \result->state == LOCKET_FORK_RECOVERING;
*/
LOCKET_INTERNAL struct locket_process *locket_fork_page(void);

/**
 * locket_fork_stranger(process):
 * 1 if the page is not wiped on fork and another process made it.
 */
/*@ requires valid: \valid_read(process);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:  \result == 0 || \result == 1;
    ensures wiped: process->owner == 0 ==> \result == 0;
*/
LOCKET_INTERNAL int locket_fork_stranger(const struct locket_process *process);

/**
 * locket_fork_adopt(process):
 * The page is this process's, if it has an owner.
 */
/*@ requires valid: \valid(process);
    terminates \true;
    exits      \false;
    assigns    process->owner;
    ensures wiped: \old(process->owner) == 0 ==> process->owner == 0;
    ensures some:  \old(process->owner) != 0 ==> process->owner != 0;
*/
LOCKET_INTERNAL void locket_fork_adopt(struct locket_process *process);

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
