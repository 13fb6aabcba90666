/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * unit.h - what the unit tests share: cases that each run in a fresh process,
 * and eyes of their own on the kernel's view of memory.
 *
 * A case is a function that ends with NEED() failing, or well.  It runs in a
 * forked child of a process that has never used locket, so no case sees what
 * another one left behind, and one that dies is a failed test, not the end of
 * the program.
 */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"

/* 1 under AddressSanitizer, whose shadow takes address space and mappings. */
#if defined(__SANITIZE_ADDRESS__)
#define UNIT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNIT_SANITIZED 1
#else
#define UNIT_SANITIZED 0
#endif
#else
#define UNIT_SANITIZED 0
#endif

struct locket_tables;

/* ${right} must hold, else the process says where it does not, and exits 1. */
#define NEED(right) unit_need((right) != 0, #right, __FILE__, __LINE__)
void unit_need(int right, const char *what, const char *file, int line);

/* As NEED(${a} == ${b}) for numbers, and shows both. */
#define SAME(a, b) unit_same((uint64_t)(a), (uint64_t)(b), #a " == " #b, __FILE__, __LINE__)
void unit_same(uint64_t a, uint64_t b, const char *what, const char *file, int line);

/* A cmocka test of the name that runs what follows in a fresh process. */
#define CASE(name)                       \
        static void name##_body(void);   \
        static void name(void **state)   \
        {                                \
                (void)state;             \
                unit_case(name##_body);  \
        }                                \
        static void name##_body(void)
void unit_case(void (*body)(void));

/* Run ${body} in a forked child: its wait status.  unit_ends: 1 if it ended
 * well. */
int unit_child(void (*body)(void *), void *argument);
int unit_ends(void (*body)(void *), void *argument);

/* The same; made by the bare system call, so that no handler of
 * pthread_atfork(3) runs. */
int unit_raw_child(void (*body)(void *), void *argument);

/* 1 if ${body}(${argument}) in a child writes exactly "${text}0x${address}\n"
 * to standard error and is killed by SIGABRT. */
int unit_aborts(void (*body)(void *), void *argument, const char *text, const void *address);

/* 1 where heavy cases shall be light (LOCKET_TEST_LIGHT in the environment):
 * under valgrind, which is slow, and takes each fault for an error. */
int unit_light(void);
size_t unit_count(size_t heavy, size_t light);

/* 1 if touching ${p} is SIGSEGV at that very address. */
int unit_faults(const volatile unsigned char *p, int write);

/* The access of the page of ${address}, as in "rw-p"; "" if there is none. */
const char *unit_access(const void *address);
/* 1 if smaps shows flag ${flag} (such as "lo") for the page. */
int unit_flag(const void *address, const char *flag);
/* Read through /proc/self/mem, which ignores access: 1 if all could be read.  Where
 * LOCKET_TEST_BACKING is set (tests/backing/every.c), secret memory too. */
int unit_peek(const void *address, void *to, size_t size);
/* 1 if all ${size} bytes at ${address}, whatever their access, are zero. */
int unit_zero(const void *address, size_t size);
/* How often byte ${value} is there. */
size_t unit_bytes(const void *address, size_t size, unsigned char value);

/* Bytes of VmLck, and the number of mappings. */
size_t unit_locked(void);
size_t unit_mappings(void);

/* Mappings that a sanitizer or valgrind may make for itself meanwhile. */
#define UNIT_SLACK ((size_t)(UNIT_SANITIZED || unit_light() ? 60 : 0))

/* Numbers that look random, the same in every run. */
uint64_t unit_random(void);
size_t unit_below(size_t bound);

/* Become an ordinary user with a lock limit of ${bytes}: 1 if that worked. */
int unit_become_user(size_t bytes);

/* Tables of a process of their own, as home.c makes them. */
void unit_tables(struct locket_tables *t);

/* The page size. */
size_t unit_page(void);

#endif
