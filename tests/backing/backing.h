/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * backing.h - what the tests of LOCKET_SECRETMEM and LOCKET_FILE share.
 */
#ifndef BACKING_H
#define BACKING_H

#include "unit.h"

#include "../../include/locket.h"

/* 1 if this machine has that backing; else says so, once a case. */
int have(enum locket_backing backing);

/* A policy with that backing, its pages in no child; for a file a directory of
 * its own, which unit_case's process leaves empty and removes. */
void policy_of(enum locket_backing backing, struct locket_policy *policy);

/* An arena of that policy: it must be there. */
struct locket_arena *arena_of(enum locket_backing backing);

/* The directory that policy_of has made. */
extern char directory[64];

/* How often ${value} is in the ${size} bytes at ${p}, which are open; unit_bytes
 * would ask the kernel, who cannot read them. */
size_t count(const unsigned char *p, size_t size, unsigned char value);

/* Descriptors of this process. */
size_t descriptors(void);

/* Entries of ${path} but . and .. */
size_t entries(const char *path);

/* 1 if /proc/self/maps says ${text} of the mapping of ${address}. */
int mapped_as(const void *address, const char *text);

/* Kilobytes that smaps has as ${field} of the mapping of ${address}. */
size_t smaps_number(const void *address, const char *field);

/* A case for each of the two backings: ${name}_secretmem and ${name}_file. */
#define BOTH(name)                                        \
        static void name##_of(enum locket_backing);       \
        CASE(name##_secretmem)                            \
        {                                                 \
                if (have(LOCKET_SECRETMEM)) {             \
                        name##_of(LOCKET_SECRETMEM);      \
                }                                         \
        }                                                 \
        CASE(name##_file)                                 \
        {                                                 \
                if (have(LOCKET_FILE)) {                  \
                        name##_of(LOCKET_FILE);           \
                }                                         \
        }                                                 \
        static void name##_of(enum locket_backing backing)
#define TESTS(name) cmocka_unit_test(name##_secretmem), cmocka_unit_test(name##_file)

int both_tests(void);
int fork_tests(void);
int limit_tests(void);
int secret_tests(void);
int file_tests(void);

#endif
