/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fork.h - what the fork tests share: a parent with secrets of every kind, its
 * children, however they are made, and what must hold in both.
 *
 * What memory holds and which flags it has is asked of the kernel
 * (/proc/self/smaps, /proc/self/mem: unit.h), not of locket.
 */
#ifndef FORK_TESTS_H
#define FORK_TESTS_H

#include "unit.h"

#include "locket.h"

/* How a child is made. */
enum how {
        HOW_FORK,               /* fork(2): the handlers run */
        HOW_RAW                 /* the bare system call: they do not */
};

/* A parent's secrets, all in one arena. */
enum which { OPEN, READ, CLOSED, LARGE, EMPTY, SECRETS };

struct parent {
        enum locket_fork fork;
        enum how how;
        struct locket_arena *arena;
        unsigned char *secret[SECRETS];
        unsigned char *freed;           /* in quarantine */
        unsigned char *def;             /* of the default arena */
        uint64_t key_low, key_high;
        uint32_t epoch;
};

#define FORK_PATTERN 0x6bu
size_t fork_size(int which);
enum locket_access fork_access(int which);
const char *fork_mode(enum locket_access access);

/* An arena as the defaults, but for the policy. */
struct locket_arena *fork_arena(enum locket_fork fork);

/* Make the secrets of ${p}, whose policy and way are set. */
void fork_parent(struct parent *p);

/* Run ${body}(${argument}) in a child: its wait status. */
int fork_run(enum how how, void (*body)(void *), void *argument);

/* The parent's secrets are as they were: bytes, access, locks.  Frees them. */
void fork_intact(struct parent *p);

/* In a child: what memory looks like before any call, and after the first. */
void fork_untouched(const struct parent *p);
/* locket's tables agree with each other and with the kernel. */
void fork_sound(void);
/* Inherited secret ${which} is what the policy says. */
void fork_inherited(const struct parent *p, int which);

/* ${q} is a new secret of ${size} bytes, with each protection as the kernel sees
 * it, for an arena of that policy. */
void fork_fresh(const unsigned char *q, size_t size, enum locket_fork fork);

/* Mappings, and open file descriptors, of this process. */
size_t fork_descriptors(void);

/* The tests, by name. */
struct fork_test {
        const char *name;
        void (*run)(enum locket_fork fork); /* called once for each policy, or, if single, once */
        int single;
};
extern const struct fork_test calls_tests[], kinds_tests[], inside_tests[], many_tests[],
        omit_tests[], keep_tests[], torn_tests[], busy_tests[], compact_tests[], fallback_tests[];

#endif
