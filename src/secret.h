/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * secret.h - one secret in one slot: made, checked, resized, wiped.
 *
 * The caller holds the lock of the slot's arena.
 */
#ifndef LOCKET_SECRET_H
#define LOCKET_SECRET_H

#include "config.h"
#include "arena.h"

/**
 * locket_secret_make(a, i, size, alignment):
 * Slot ${i}, from locket_arena_get, is a secret of ${size} zero bytes, with a
 * fresh canary.
 */
LOCKET_INTERNAL void locket_secret_make(struct locket_arena *a, uint32_t i, size_t size,
                                        size_t alignment);

/**
 * locket_secret_lost(a, s):
 * 1 if the kernel wiped live secret ${s} when this process was forked.
 */
LOCKET_INTERNAL int locket_secret_lost(const struct locket_arena *a, const struct locket_slot *s);

/**
 * locket_secret_open(a, s):
 * Make the pages of ${s} readable and writable.  0, or an errno.
 */
LOCKET_INTERNAL int locket_secret_open(struct locket_arena *a, struct locket_slot *s);

/**
 * locket_secret_damage(a, s):
 * Check the canary and all slack of ${s}, which is readable: -1 if they are
 * intact or the secret is lost, else LOCKET_OVERFLOW or LOCKET_UNDERFLOW.
 */
LOCKET_INTERNAL int locket_secret_damage(const struct locket_arena *a,
                                         const struct locket_slot *s);

/**
 * locket_secret_end(a, i):
 * The end of secret ${i}: check, wipe, put away.  What was damaged is
 * remembered in ${a}.
 */
LOCKET_INTERNAL void locket_secret_end(struct locket_arena *a, uint32_t i);

/**
 * locket_secret_stays(a, s, size):
 * 1 if ${s} can have ${size} bytes where it is.
 */
LOCKET_INTERNAL int locket_secret_stays(const struct locket_arena *a, const struct locket_slot *s,
                                        size_t size);

/**
 * locket_secret_resize(a, s, size):
 * Give ${s}, which is open and for which locket_secret_stays, ${size} bytes:
 * new ones are zero, old ones are wiped.
 */
LOCKET_INTERNAL void locket_secret_resize(struct locket_arena *a, struct locket_slot *s,
                                          size_t size);

/**
 * locket_secret_move(a, from, to):
 * Copy the bytes of secret ${from} to secret ${to}, as many as both have.
 * Both are open.
 */
LOCKET_INTERNAL void locket_secret_move(struct locket_arena *a, uint32_t from, uint32_t to);

#endif
