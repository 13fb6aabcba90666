/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * signal.h - what is tried: one public call, and locket_wipe_all in the middle
 * of it; and the kernel's view of what is left.
 */
#ifndef SIGNAL_H
#define SIGNAL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "locket.h"

/* ${right} must hold, else the process says where it does not, and exits 1. */
#define NEED(right) signal_need((right) != 0, #right, __FILE__, __LINE__)
void signal_need(int right, const char *what, const char *file, int line);

/* ------------------------------------------------------------------- scene */

#define SIGNAL_PATTERN 0xb5u
#define SIGNAL_SECRETS 14u

/* The secrets that are there; p is NULL for none. */
struct signal_secret {
        unsigned char *p;
        size_t size;
        enum locket_access access;
};
extern struct signal_secret signal_secret[SIGNAL_SECRETS];

/* A call, in the middle of which all is wiped. */
struct signal_scene {
        const char *name;
        void (*act)(void);
};
extern const struct signal_scene signal_scenes[];
extern const size_t signal_scene_count;

/* Secrets of every kind, in every mode, full of the pattern; and no others. */
void signal_set(void);
/* Free all of them. */
void signal_clear(void);
/* Every secret is zero, and as accessible as is known; canaries are intact. */
void signal_check(void);

/* -------------------------------------------------------------------- look */

/* How often five bytes of the pattern stand side by side in locket's memory,
 * as the kernel sees it.  Async-signal-safe. */
size_t signal_look(void);
/* 1 if all of ${size} bytes at ${p} are zero, whatever their access mode. */
int signal_zero(const void *p, size_t size);
/* What the kernel says of the page at ${p}: "rw", "r-" or "--". */
const char *signal_access(const void *p);

/* -------------------------------------------------------------------- step */

/* The tests: 0 if all is well.  The file ${starts} says where instructions begin. */
int signal_step_tests(const char *starts);
int signal_stress_tests(void);

/* ------------------------------------------------------------------ nested */

/* Calls in a handler above a call: those that are refused (1), or all of them (0). */
/* 1 if a call that has a lock is below (home.h). */
int signal_inside(void);
void signal_nested_begin(void);
int signal_nested(void);

#endif
