/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops.h - the operations: each does one thing to locket and to the model, and
 * compares.
 */
#ifndef FUZZ_OPS_H
#define FUZZ_OPS_H

#include "call.h"
#include "input.h"
#include "model.h"
#include "tally.h"

struct op {
        const char *name;
        enum tally_end (*run)(const struct record *r);
};
extern const struct op ops[];
extern const unsigned ops_count;

/* Getting (ops_get.c). */
enum tally_end op_malloc(const struct record *r);
enum tally_end op_calloc(const struct record *r);
enum tally_end op_aligned(const struct record *r);
enum tally_end op_arena_malloc(const struct record *r);
enum tally_end op_arena_aligned(const struct record *r);
enum tally_end op_secure_alloc(const struct record *r);
enum tally_end op_churn(const struct record *r);

/* Resizing (ops_realloc.c). */
enum tally_end op_realloc(const struct record *r);

/* Freeing (ops_free.c). */
enum tally_end op_free(const struct record *r);
enum tally_end op_free_sized(const struct record *r);
enum tally_end op_secure_free(const struct record *r);
enum tally_end op_wrong_size(const struct record *r);
enum tally_end op_free_null(const struct record *r);

/* Misuse (ops_bad.c). */
enum tally_end op_double_free(const struct record *r);
enum tally_end op_interior_free(const struct record *r);
enum tally_end op_foreign_free(const struct record *r);
enum tally_end op_wild_free(const struct record *r);
enum tally_end op_bad_realloc(const struct record *r);
enum tally_end op_bad_look(const struct record *r);

/* Writing where one must not (ops_damage.c). */
enum tally_end op_overrun(const struct record *r);
enum tally_end op_underrun(const struct record *r);
enum tally_end op_heal(const struct record *r);
enum tally_end op_late_write(const struct record *r);

/* Using and looking (ops_look.c). */
enum tally_end op_write(const struct record *r);
enum tally_end op_read(const struct record *r);
enum tally_end op_protect(const struct record *r);
enum tally_end op_size(const struct record *r);
enum tally_end op_validate(const struct record *r);
enum tally_end op_inspect(const struct record *r);
enum tally_end op_budget(const struct record *r);
enum tally_end op_stats(const struct record *r);
enum tally_end op_equal(const struct record *r);

/* Wiping (ops_wipe.c). */
enum tally_end op_wipe_all(const struct record *r);
enum tally_end op_wipe(const struct record *r);

/* Arenas (ops_arena.c). */
enum tally_end op_create(const struct record *r);
enum tally_end op_destroy(const struct record *r);
enum tally_end op_bad_arena(const struct record *r);

/* Reserving (ops_reserve.c). */
enum tally_end op_reserve(const struct record *r);
enum tally_end op_reserve_use(const struct record *r);

/* The process (ops_process.c). */
enum tally_end op_fork(const struct record *r);
enum tally_end op_fork_raw(const struct record *r);
enum tally_end op_fork_parent(const struct record *r);
enum tally_end op_fail_once(const struct record *r);
enum tally_end op_fail_forever(const struct record *r);
enum tally_end op_fail_none(const struct record *r);
enum tally_end op_harden(const struct record *r);
enum tally_end op_exit(const struct record *r);

/* What an allocation must do: succeed, fail with ${error}, or either. */
struct forecast {
        int error;
        int certain;
        size_t data;    /* bytes of pages that it needs; 0: it cannot be */
};

/* Shared by them. */
size_t ops_size(unsigned x, unsigned y);
size_t ops_alignment(unsigned y);
/* Make the call on ${s}, whose pages may be given back meanwhile. */
void ops_call_on(struct secret *s, struct call *c);
/* An end for the tally: a violation, an error, struck or well. */
enum tally_end ops_end(const struct call *c);
/* It was a violation: if it is a late write that was pending, note it and say 1.
 * What the call did is then for the caller to find out. */
int ops_late(const struct call *c);
/* What must come of ${size} bytes from ${arena}.  It failed: compare. */
struct forecast ops_forecast(unsigned arena, size_t size, size_t alignment);
void ops_failed(const struct call *c, const struct forecast *f);
/* 1 if spans could not be put back into the state of fresh ones. */
int ops_may_spoil(unsigned arena);
/* An allocation: make it, compare, enter it. */
enum tally_end ops_get(struct call *c, unsigned arena, size_t size, size_t alignment);
/* A free of ${s}, with ${size} if sized. */
enum tally_end ops_free(struct secret *s, enum call_what how, size_t size);
/* What the process lacks, so that the policy cannot be had. */
int ops_lacks(const struct locket_policy *policy);
/* Take the access of ${s} from locket, because a refused call may have left another. */
void ops_access_again(struct secret *s);

#endif
