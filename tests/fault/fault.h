/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fault.h - an os.h whose n-th call fails, and what is tried on it.
 *
 * The functions of os.h are wrapped by the linker (--wrap): everything above
 * them is the library as it ships.  What makes memory reachable for others is
 * watched too: not one byte of it may be other than zero.
 */
#ifndef FAULT_H
#define FAULT_H

#include "unit.h"

enum fault_function {
        FAULT_RESERVE, FAULT_TABLE, FAULT_OPEN_TABLE, FAULT_WIPE_TABLE, FAULT_OPEN,
        FAULT_READ_ONLY, FAULT_CLOSE, FAULT_LOCK, FAULT_UNLOCK, FAULT_DISCARD, FAULT_UNDUMP,
        FAULT_WIPE_ON_FORK, FAULT_UNMERGE, FAULT_MARK, FAULT_RANDOM, FAULT_AT_EXIT, FAULT_AT_FORK,
        FAULT_FUNCTIONS, FAULT_NONE = FAULT_FUNCTIONS
};

/* Which call of what fails how.  Lies in memory that children share, so that
 * they can say how often each function was called. */
struct fault_plan {
        enum fault_function function;   /* FAULT_NONE: none fails */
        size_t n;                       /* the n-th call of it, from 1 on, */
        int forever;                    /* and all after it */
        int error;
        int armed;                      /* 1: calls count */
        size_t part;                    /* bytes that a refused change of access changes */
        size_t page;                    /* the page size that is told; 0: the true one */
        size_t calls[FAULT_FUNCTIONS];
        size_t struck;                  /* calls that were made to fail */
        size_t released;                /* ranges that were seen to be zero */
};
extern struct fault_plan *fault_plan;

extern const char *const fault_name[FAULT_FUNCTIONS];
/* The errno values of each function's contract; 0 ends them. */
extern const int fault_errors[FAULT_FUNCTIONS][4];

/* What is tried.  All of it runs in a process of its own. */
struct fault_scenario {
        const char *name;
        void (*prepare)(void);  /* no call fails yet */
        int (*act)(void);       /* 0; or -1 and errno */
        int child;              /* 1: act in a child by fork, 2: by clone */
        int may;                /* what else may happen: FAULT_MAY_... */
};
enum {
        FAULT_MAY_GROW = 1,     /* success leaves more locked than before */
        FAULT_MAY_ABORT = 2,    /* closed pages that cannot be opened to be wiped */
        FAULT_WIPES = 4,        /* what was there is zero, or not, afterwards */
        FAULT_CANNOT_FAIL = 8,  /* it has no way to say so */
        FAULT_MAY_SLAB = 16     /* a failure may leave address space laid out */
};
extern const struct fault_scenario fault_scenarios[];
extern const size_t fault_scenario_count;

/* The secrets that prepare made; act may free and replace them, and then sets
 * the size of those to 0. */
#define FAULT_SECRETS 16u
struct fault_secret {
        unsigned char *p;
        size_t size;            /* 0: none, or not to be looked at */
};
extern struct fault_secret fault_secret[FAULT_SECRETS];
/* What act got, to be freed. */
extern unsigned char *fault_got;
extern struct locket_arena *fault_arena;

#define FAULT_PATTERN 0xb5u

/* refused.c: single cases of a kernel that refuses. */
void refused_off(void **state);
void refused_to_close(void **state);
void refused_to_open(void **state);
void refused_small_pages(void **state);

#endif
