/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * child.h - stage 11: what a fork has made of an arena's slots.
 *
 * All of it runs in a child, before any other call of its own, and no other
 * thread of it comes here meanwhile: no lock is needed.  The tables are the
 * parent's, copied; between its calls, or, in a child made by clone(2) alone or
 * by a signal handler, in the middle of one.
 */
#ifndef LOCKET_CHILD_H
#define LOCKET_CHILD_H

#include "config.h"
#include "arena.h"

/* What becomes of an arena's secrets in a child. */
enum locket_child_fate {
        LOCKET_CHILD_COPIED,    /* copied and not locked: nothing was wanted or to be had */
        LOCKET_CHILD_WIPED,     /* zero */
        LOCKET_CHILD_OMITTED,   /* not there */
        LOCKET_CHILD_KEPT       /* copied, and locked again or wiped */
};

/**
 * locket_child_fate(policy, range, omit_error):
 * What becomes of the secrets of an arena with ${policy}.  ${omit_error}: the
 * errno of a kernel that cannot leave pages out, or 0.
 */
/*@ requires policy: \valid_read(policy);
    requires range:  \valid_read(range);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures off:   policy->fork_safe == LOCKET_OFF ==> \result == LOCKET_CHILD_COPIED;
    ensures keep:  policy->fork_safe != LOCKET_OFF && policy->fork == LOCKET_FORK_KEEP ==>
                     \result == LOCKET_CHILD_KEPT;
    ensures omit:  policy->fork_safe != LOCKET_OFF && policy->fork == LOCKET_FORK_OMIT &&
                     omit_error == 0 ==> \result == LOCKET_CHILD_OMITTED;
    ensures wipe:  policy->fork_safe != LOCKET_OFF && policy->fork == LOCKET_FORK_WIPE &&
                     range->fork_error == 0 ==> \result == LOCKET_CHILD_WIPED;
*/
LOCKET_INTERNAL enum locket_child_fate locket_child_fate(const struct locket_policy *policy,
                                                         const struct locket_range *range,
                                                         int omit_error);

/**
 * locket_child_reserve(a):
 * The pages of ${a} are not there: reserve their places again, closed.  A slab
 * in whose place something else is by now is given up: its secrets are
 * strangers from then on, and what is there is never touched.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
*/
LOCKET_INTERNAL void locket_child_reserve(struct locket_arena *a);

/**
 * locket_child_keep(a, parent, torn):
 * Lock the copies of the secrets of ${a} again that were live in the process of
 * epoch ${parent}; they are this process's then.  One that cannot be locked and
 * has to be is wiped, and lost.  Closed and read-only ones are as before; if
 * one cannot be opened for that, the process ends with one line.  ${torn}: the
 * parent may have been in the middle of a call; what is damaged then is not
 * told from what was being changed, and is wiped and lost too.
 */
/*@ requires arena: LOCKET_ARENA_OK(a);
    terminates \true;
    exits      \false;
    assigns    LOCKET_ARENA_CHANGES(a);
*/
LOCKET_INTERNAL void locket_child_keep(struct locket_arena *a, uint32_t parent, int torn);

/**
 * locket_child_distrust(a):
 * The parent may have been in the middle of changing the lists of ${a}: forget
 * its free slots, which cost the child their address space.  Secrets stay.
 */
/*@ requires valid: \valid(a);
    terminates \true;
    exits      \false;
    assigns    a->quarantine, a->bin[0 .. LOCKET_CLASS_COUNT - 1];
    ensures none: a->quarantine.count == 0;
*/
LOCKET_INTERNAL void locket_child_distrust(struct locket_arena *a);

#endif
