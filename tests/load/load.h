/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * load.h - what a program that has loaded the library sees: the kernel's view
 * of its memory, and the library's functions by name.
 */
#ifndef LOAD_TESTS_H
#define LOAD_TESTS_H

#include <stddef.h>

/* ${right} must hold, else the process says where it does not, and exits 1. */
#define NEED(right) need((right) != 0, #right, __FILE__, __LINE__)
void need(int right, const char *what, const char *file, int line);

/* 1 if smaps shows flag ${flag} (such as "lo") for the page of ${p}. */
int eyes_flag(const void *p, const char *flag);
/* How many of ${size} bytes at ${p}, read through /proc/self/mem, are ${value};
 * size + 1 if they cannot be read. */
size_t eyes_bytes(const void *p, size_t size, unsigned char value);
/* 1 if ${name} is in /proc/self/maps. */
int eyes_mapped(const char *name);

/* What a process weighs: mappings, KiB locked, KiB of address space, file descriptors,
 * threads. */
struct weight {
        size_t mappings, locked, space, descriptors, threads;
};
struct weight eyes_weigh(void);

#endif
