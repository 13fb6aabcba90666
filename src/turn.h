/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * turn.h - stage 12: calls take turns in an arena; whoever wipes all secrets
 * does not wait for one.
 *
 * A call's turn is the arena's lock, and that nobody wipes.  A wiper may be a
 * signal handler, above a call that is interrupted in its own turn: it can wait
 * for nobody.  So calls wait for wipers, and a wiper finds an arena in one of two
 * states:
 *
 *   free   no call has its turn, and none gets it before all wipers have left:
 *          the records are still, and access modes are put back;
 *   taken  a call is in the middle of something.  The wiper says so first
 *          (`disturbed`), opens what it has to and leaves it open, and zeroes
 *          through the kernel, which answers EFAULT where the call has closed a
 *          page meanwhile: then once more.  The call looks, after its turn,
 *          whether it was disturbed; then it waits for the wipers to leave,
 *          and gives every place the access that its record says.
 *
 * So no wiper that has seen a slot live is still there when the next call makes
 * another secret of it.  Who waits for wipers holds no lock (but
 * locket_turn_calm's callers), so that a handler above a wiper can fork.
 *
 * A wiper touches the bytes of secrets that are LIVE, and no other; a call that
 * moves one looks at the end whether a wipe has begun meanwhile
 * (locket_turn_wiped), and zeroes what it has moved.
 *
 * proofs/spin/wipe.pml is a model of this.
 */
#ifndef LOCKET_TURN_H
#define LOCKET_TURN_H

#include "config.h"
#include "arena.h"
#include "run.h"

/** locket_turn_begin(a): Wait for a turn in ${a}: lock it. */
LOCKET_INTERNAL void locket_turn_begin(struct locket_arena *a);

/** locket_turn_now(a): ${a} is locked: 1 if that is a turn; 0 while somebody wipes, and
 * then the caller unlocks what it has, waits (locket_turn_calm), and tries again. */
LOCKET_INTERNAL int locket_turn_now(struct locket_arena *a);

/** locket_turn_begin_if_free(a): As locket_turn_begin, unless ${a} is locked just now:
 * then 0, else 1. */
LOCKET_INTERNAL int locket_turn_begin_if_free(struct locket_arena *a);

/** locket_turn_end(a): End it: unlock ${a}. */
LOCKET_INTERNAL void locket_turn_end(struct locket_arena *a);

/**
 * locket_turn_look(): For locket_turn_wiped.
 * locket_turn_wiped(seen):
 * 1 if anybody wiped at any time since locket_turn_look gave ${seen}; if not,
 * whoever wipes later sees what the caller has stored.
 */
LOCKET_INTERNAL uint32_t locket_turn_look(void);
LOCKET_INTERNAL int locket_turn_wiped(uint32_t seen);

/** locket_turn_calm(): Wait until nobody wipes, or all who do see what the caller
 * has stored. */
LOCKET_INTERNAL void locket_turn_calm(void);

/**
 * locket_turn_enter(), locket_turn_wipe(a, r), locket_turn_close(a), locket_turn_leave():
 * Be a wiper; zero the live secrets of ${a}, one of the arenas in use: 0, or an errno
 * if one could not be closed again; when all are zeroed, close those of ${a}, which
 * ends the process if the kernel refuses that again; be none.
 * Async-signal-safe, in any number of threads and handlers at once.  A handler
 * that interrupts it has to return to it, or to end the process.
 */
LOCKET_INTERNAL void locket_turn_enter(void);
LOCKET_INTERNAL int locket_turn_wipe(struct locket_arena *a, const struct locket_runs *r);
LOCKET_INTERNAL void locket_turn_close(struct locket_arena *a);
LOCKET_INTERNAL void locket_turn_leave(void);

/**
 * locket_turn_in_parent(a):
 * After a fork, for which ${a} was locked: unlock it.  Waits for nobody; 1 if
 * wipers came meanwhile and have left, so that a turn in ${a} is due.
 * locket_turn_alone(): in a child: nobody wipes here.  1 if somebody did.
 * locket_turn_in_child(a, wiped): unlock ${a}, whose owner is gone; ${wiped} is
 *      what locket_turn_alone said.
 */
LOCKET_INTERNAL int locket_turn_in_parent(struct locket_arena *a);
LOCKET_INTERNAL int locket_turn_alone(void);
LOCKET_INTERNAL void locket_turn_in_child(struct locket_arena *a, int wiped);

#endif
