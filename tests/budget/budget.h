/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * budget.h - what the scenarios of the budget test share.
 *
 * A scenario is a function that runs in a fresh process (fork and exec), and
 * which the CHECKs of tests/kernel/kernel.h end if something is not so.
 */
#ifndef BUDGET_H
#define BUDGET_H

#include "../kernel/kernel.h"

/* Who asks, and what he may lock. */
enum budget_who {
        BUDGET_USER,            /* an ordinary user */
        BUDGET_CAPABLE,         /* one with CAP_IPC_LOCK, and nothing else */
        BUDGET_ROOT
};

/* Become ${who} with a lock limit of ${bytes} (SIZE_MAX: none), soft and hard. */
void budget_become(enum budget_who who, size_t bytes);

/* Use up mappings until ${left} are left to the process. */
void budget_leave_mappings(size_t left);

/* An arena as by default, but for its layout. */
struct locket_arena *budget_arena(enum locket_layout layout);

/* What locket_budget says of ${size}; its figures are held against /proc. */
struct locket_budget budget_ask(size_t size);

/* Ask, then get secrets of ${size} bytes in ${layout} until there are no more, which
 * must be with ${error}: as many as was said, to within a page of them; and ask
 * again.  How many there were; they stay. */
size_t budget_compare(enum locket_layout layout, size_t size, int error);

/* Free those. */
void budget_free(size_t count);

/* What was there before (states.c). */
void state_nothing(void);
void state_locked(void);
void state_mapped(void);
void state_freed(void);
void state_arenas(void);
void state_shards(void);

/* The other scenarios (edges.c). */
void edge_limit_none(void);
void edge_limit_none_capable(void);
void edge_limit_odd(void);
void edge_above_limit(void);
void edge_lock_all_user(void);
void edge_lock_all_root(void);
void edge_mappings_user(void);
void edge_mappings_arena(void);
void edge_mappings_create(void);
void edge_mappings_prefer(void);
void edge_space_user(void);
void edge_space_root(void);
void edge_space_none(void);
void edge_space_used(void);
void edge_child(void);
void edge_harden(void);

#endif
