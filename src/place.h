/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * place.h - where an arena's slots are, and which of their pages are there.
 *
 * The caller holds the arena's lock.
 */
#ifndef LOCKET_PLACE_H
#define LOCKET_PLACE_H

#include "config.h"
#include "arena.h"

/** locket_place_slab(a, i): The slab of slot ${i}. */
LOCKET_INTERNAL struct locket_slab *locket_place_slab(const struct locket_arena *a, uint32_t i);

/**
 * locket_place_head(a, span):
 * 1 if a slab of ${a} begins in ${span}.
 */
LOCKET_INTERNAL int locket_place_head(const struct locket_arena *a, uint32_t span);

/**
 * locket_place_sweep(a):
 * Give back the spans of all slabs of which no slot is live, kept or in
 * quarantine.  1 if there were any.
 */
LOCKET_INTERNAL int locket_place_sweep(struct locket_arena *a);

/**
 * locket_place_new(a, k, error):
 * A slot of class ${k} that was never used, without pages; or LOCKET_NONE and
 * the errno in ${error}.
 */
LOCKET_INTERNAL uint32_t locket_place_new(struct locket_arena *a, uint32_t k, int *error);

/**
 * locket_place_undo(a, i):
 * Slot ${i}, the last that locket_place_new gave, was never used.
 */
LOCKET_INTERNAL void locket_place_undo(struct locket_arena *a, uint32_t i);

/**
 * locket_place_cool(a, i):
 * Slot ${i} is free and has no pages.  A slab of one slot goes with it, so
 * that large secrets leave no address space behind.
 */
LOCKET_INTERNAL void locket_place_cool(struct locket_arena *a, uint32_t i);

/**
 * locket_place_slab_drop(a, head):
 * Give the spans of slab ${head} back; none of its slots is in a list.  If the
 * kernel refuses to put them back into the state of fresh ones, nobody gets
 * them.
 */
LOCKET_INTERNAL void locket_place_slab_drop(struct locket_arena *a, uint32_t head);

/**
 * locket_place_fit(a, i, lo):
 * Have the pages of free slot ${i} from ${lo} on open and locked, and no
 * others (at the mapping limit the kernel may refuse to take some away: then
 * the secret has more slack).  0, or an errno, EDQUOT for the arena's cap: then
 * the slot has what it had.
 */
LOCKET_INTERNAL int locket_place_fit(struct locket_arena *a, uint32_t i, size_t lo);

/**
 * locket_place_lock(a, i):
 * Lock the open pages of slot ${i}, which could not be locked before.
 */
LOCKET_INTERNAL void locket_place_lock(struct locket_arena *a, uint32_t i);

/**
 * locket_place_shrink(a, i, to):
 * Give back the pages of free slot ${i} below ${to}, checked and zero.  0, or
 * an errno: then nothing has changed.
 */
LOCKET_INTERNAL int locket_place_shrink(struct locket_arena *a, uint32_t i, size_t to);

/**
 * locket_place_written(a, s):
 * See that the open pages of free slot ${s} are zero, and make them so.  1 if
 * they were not: somebody wrote to them after the free, which is remembered.
 */
LOCKET_INTERNAL int locket_place_written(struct locket_arena *a, const struct locket_slot *s);

/**
 * locket_place_renounce(a, s):
 * In a child: the pages of free slot ${s}, which a parent opened, are closed
 * and forgotten.  They were never counted here.
 */
LOCKET_INTERNAL void locket_place_renounce(struct locket_arena *a, struct locket_slot *s);

#endif
