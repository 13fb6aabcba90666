/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * audit.h - `locket audit`: what its files share.
 *
 *   audit.c        the command: another process's mappings are read
 *   audit_find.c   which of them are locket's, and how sure that is
 *   audit_check.c  what is not as it should be
 *   audit_show.c   the table and the JSON
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "cmd.h"

enum audit_confidence {
        AUDIT_LOW,      /* flags that few others use */
        AUDIT_MEDIUM,   /* and a size that is a power of two */
        AUDIT_HIGH,     /* and a process page */
        AUDIT_SURE      /* a name or a sign */
};

/* The address range of one locket (a process may have several, vendored). */
struct audit_range {
        uint64_t from, to;
        size_t first, end;      /* its mappings: first .. end - 1 */
        enum audit_confidence confidence;
        int named;              /* found by a name of locket's */
};

/* What a mapping is for. */
enum audit_role {
        AUDIT_OTHER,            /* not locket's */
        AUDIT_GUARD,            /* closed, nothing in it: guards, reserve */
        AUDIT_OPEN,             /* secrets, or pages kept for them */
        AUDIT_CLOSED,           /* the same, with no access */
        AUDIT_EMPTY,            /* open, nothing in it: lost in a fork */
        AUDIT_PROCESS           /* the page with the canary key */
};

/* What is not as it should be, a bit each. */
enum audit_problem {
        AUDIT_UNLOCKED = 1,
        AUDIT_SWAPPED = 2,
        AUDIT_DUMPED = 4,
        AUDIT_FORKED = 8,
        AUDIT_MERGEABLE = 16,
        AUDIT_GUARD_OPEN = 32,
        AUDIT_HOLE = 64,        /* nothing is mapped before it */
        AUDIT_FOREIGN = 128,
        AUDIT_EXECUTABLE = 256
};
#define AUDIT_PROBLEMS 9

struct audit_mapping {
        struct cmd_mapping seen;
        enum audit_role role;
        unsigned int problems;
};

#define AUDIT_RANGES 16
struct audit {
        long pid;
        char comm[32];          /* its name, chosen by itself */
        struct audit_mapping *mapping;
        size_t count, room;
        struct audit_range range[AUDIT_RANGES];
        size_t ranges;
        size_t process;         /* index of the process page; count: none */
};

/* How many mappings of a role there are, and kB in memory. */
struct audit_sum {
        uint64_t number[AUDIT_PROCESS + 1], resident[AUDIT_PROCESS + 1];
        uint64_t bad;
};

/**
 * audit_find(audit): find the ranges and the process page.
 * audit_check(audit): find out each mapping's role and problems.
 * audit_sum(audit, sum): count.
 */
void audit_find(struct audit *audit);
void audit_check(struct audit *audit);
void audit_sum(const struct audit *audit, struct audit_sum *sum);

/* The mapping follows the one before it without a gap. */
int audit_joined(const struct audit *audit, size_t i);

/* No thread may read, write or execute. */
int audit_closed(const struct cmd_mapping *mapping);

/**
 * audit_table(audit, status, all): print for people; ${all}: every mapping.
 * audit_json(audit, status, error): print for machines; ${error} says why
 * nothing was found, or is NULL.
 */
void audit_table(const struct audit *audit, int status, int all);
void audit_json(const struct audit *audit, int status, const char *error);

#endif /* AUDIT_H */
