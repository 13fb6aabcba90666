/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * world.h - where a sequence runs: on the simulated os (os_sim.c) or on the
 * real kernel (os_real.c).  What one of them cannot say is WORLD_UNKNOWN.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include "input.h"

#define WORLD_UNKNOWN (-1)
#define WORLD_SOME 2            /* of these pages, not all */

enum world_lack { WORLD_UNDUMP, WORLD_FORK, WORLD_MERGE, WORLD_LACKS };

/* A fresh machine, on which locket was never used; ${head} says which. */
void world_begin(const struct record *head);
/* locket is not used any more, and no secret is live.  What must hold of its
 * range then, each with all before it: */
enum world_left {
        WORLD_LOST,             /* nothing: a secret is left that nobody knows of */
        WORLD_ANY,              /* every byte is zero */
        WORLD_UNLOCKED,         /* no page is locked */
        WORLD_CLOSED            /* no page is open, or odd in another way */
};
void world_end(enum world_left left);

/* Called with the bounds of pages that are given back: 1 if a live secret lies
 * there. */
void world_watch(int (*live)(uintptr_t lo, uintptr_t hi));

size_t world_page(void);
int world_scarce(void);                 /* 1: what is larger than its range cannot be had */
size_t world_lock_limit(void);          /* SIZE_MAX: unlimited */
int world_lacks(enum world_lack which); /* 1: the kernel refused it for the whole range */

/* Read whatever the access; write as the program could: 0 if it would fault. */
int world_peek(const void *p, void *to, size_t size);
int world_poke(void *p, const void *from, size_t size);

/* enum locket_access of the page of ${p}; 1 if all pages of ${p} .. ${p} + ${size}
 * are locked, 0 if none is, WORLD_SOME. */
int world_access(const void *p);
int world_locked(const void *p, size_t size);
/* 1 if each of these pages is left out of core files, wiped on fork. */
int world_undumped(const void *p, size_t size);
int world_wiped(const void *p, size_t size);

/* Bytes of the range that are locked, open; tables; WORLD_UNKNOWN: SIZE_MAX. */
size_t world_locked_bytes(void);
size_t world_open_bytes(void);
size_t world_tables(void);

/* 1 if the kernel wipes a page that tells a child without a handler from its
 * parent (src/fork.h). */
int world_tells(void);
/* Fork, ${raw}: with no handler.  1: this is the child; 0: the parent, whose
 * child has come to a good end. */
int world_fork(int raw);
/* In the parent of a fork whose child does nothing. */
void world_fork_parent(void);
/* What exit(3) would do. */
void world_exit(void);

#endif
