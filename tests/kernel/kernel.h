/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * kernel.h - what the scenarios of the kernel test share.
 *
 * A scenario is a function that runs in a fresh process (fork and exec), so
 * that no scenario sees what another one left behind.  It returns, or ends
 * the process by kernel_check or kernel_skip.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "locket.h"
#include "smaps.h"

/* Bytes of VmLck that may remain when every secret was freed. */
#define KERNEL_KEPT ((size_t)1 << 20)

/* Mappings more than before that may remain then: three for each kept page,
 * and some. */
#define KERNEL_MAPPINGS ((size_t)1000)

/* ${right} must hold, else the process says where not, and exits with 1. */
#define CHECK(right) kernel_check((right) != 0, #right, __FILE__, __LINE__)
void kernel_check(int right, const char *what, const char *file, int line);

/* As CHECK(${a} == ${b}), and shows both numbers. */
#define CHECK_SAME(a, b) \
        kernel_same((size_t)(a), (size_t)(b), #a " == " #b, __FILE__, __LINE__)
void kernel_same(size_t a, size_t b, const char *what, const char *file,
                 int line);

/* As CHECK(${a} < ${b}), and shows both numbers. */
#define CHECK_LESS(a, b) \
        kernel_less((size_t)(a), (size_t)(b), #a " < " #b, __FILE__, __LINE__)
void kernel_less(size_t a, size_t b, const char *what, const char *file,
                 int line);

/* End the process as skipped, visibly. */
void kernel_skip(const char *why);

/* ${count}, or a tenth of it if LOCKET_TEST_LIGHT is in the environment. */
size_t kernel_count(size_t count);

/* 1 if this process may lock without a limit (root). */
int kernel_is_root(void);

/* Become an ordinary user with a lock limit of ${bytes}.  Who is one already
 * stays who he is. */
void kernel_become_user(size_t bytes);

size_t kernel_page(void);

/* The pages that a secret of ${size} bytes, aligned to 16, must have. */
uintptr_t kernel_high(const void *p, size_t size);
uintptr_t kernel_low(const void *p, size_t size);

/* Secrets with contents that depend on the address. */
void kernel_fill(void *p, size_t size);
int kernel_filled(const void *p, size_t size);
int kernel_zero(const void *p, size_t size);

/* A secret in ${arena} (NULL: locket_malloc), filled; must succeed. */
void *kernel_secret(struct locket_arena *arena, size_t size);

/* An arena that is as the defaults but for ${freed}; must succeed. */
struct locket_arena *kernel_arena(enum locket_freed freed);

/* The secret's pages as the kernel sees them: one mapping, exactly the pages
 * that are needed, ${mode}, locked and resident if ${locked}, not dumped,
 * wiped on fork, not mergeable; no access right below and above. */
void kernel_check_pages(const struct smaps *smaps, const void *p, size_t size,
                        const char *mode, int locked);

/* Run ${child} in a forked child: by fork(2), or by the system call alone, so
 * that no atfork handler runs.  Its exit status. */
int kernel_fork(void (*child)(void), int raw);

/* The scenarios. */
void pages_flags(void);
void pages_large(void);
void pages_freed_close(void);
void pages_freed_check(void);
void pages_neighbours(void);
void pages_access(void);
void pages_off(void);
void limit_none(void);
void limit_prefer(void);
void limit_64k(void);
void limit_8m(void);
void limit_mappings_even(void);
void limit_mappings_odd(void);
void limit_capacity(void);
void cells_none(void);
void cells_64k(void);
void cells_8m(void);
void cells_classes(void);
void cells_fork(void);
void fork_lost(void);
void fork_raw(void);
void fork_double_free(void);
void fork_mappings(void);
void cost_nothing(void);
void cost_many(void);
void cost_pairs(void);
void cost_arenas(void);
void cost_faults(void);
void cost_strict_check(void);
void cost_strict_close(void);

#endif
