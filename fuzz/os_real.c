/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_real.c - the real kernel, as a sequence sees it (world.h).
 *
 * The functions of src/os_linux.c are wrapped by the linker (--wrap): they fail
 * when it is their turn, and what they give back must be zero.  A fork is one:
 * the child does the rest of the sequence, the parent waits for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/os.h"
#include "../src/os_kept.h"
#include "../src/os_seal.h"
#include "lib_home.h"
#include "plan.h"
#include "say.h"
#include "world.h"

#define REAL_TABLES 9u
/* Bytes of a give-back that are looked at: more is address space. */
#define REAL_LOOKED ((size_t)4 << 20)

static struct {
        unsigned char *base;    /* the range */
        size_t size;
        struct {
                void *at;       /* NULL: none */
                size_t size;
        } table[REAL_TABLES];
        unsigned lacking;
        int tells;              /* the process page is wiped on fork */
        int child;              /* this process was forked */
        void (*exit)(void);
        int (*live)(uintptr_t lo, uintptr_t hi);
} real;

/* ------------------------------------------------------------- looking */

int world_peek(const void *p, void *to, size_t size)
{
        const int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        ssize_t n;

        if (fd < 0) {
                return 0;
        }
        n = pread(fd, to, size, (off_t)(uintptr_t)p);
        (void)close(fd);
        return n == (ssize_t)size;
}

int world_poke(void *p, const void *from, size_t size)
{
        const struct iovec source = { (void *)(uintptr_t)from, size };
        const struct iovec target = { p, size };

        return syscall(SYS_process_vm_writev, (long)getpid(), &source, 1L, &target, 1L, 0L) ==
               (long)size;
}

/* What is given back is zero, and nobody's. */
static void real_given(const unsigned char *b, size_t lo, size_t hi, const char *what)
{
        static unsigned char copy[4096];
        size_t at;
        size_t i;

        for (at = lo; at < hi && hi - lo <= REAL_LOOKED; at += sizeof copy) {
                const size_t n = hi - at < sizeof copy ? hi - at : sizeof copy;

                MUST(world_peek(b + at, copy, n), "pages that are given back cannot be looked at");
                for (i = 0; i < n; i++) {
                        MUST(copy[i] == 0, what);
                }
        }
        MUST(real.live == NULL || lo == hi || !real.live((uintptr_t)(b + lo), (uintptr_t)(b + hi)),
             "pages of a live secret are given back");
}

/* ------------------------------------------------------------- wrapped */

#define WRAP_RANGE(name, NAME, given)                                                     \
        int __real_locket_os_##name(unsigned char *b, size_t lo, size_t hi);              \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi);              \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi)               \
        {                                                                                 \
                const int error = plan_strike(PLAN_##NAME);                               \
                                                                                          \
                if (given) {                                                              \
                        real_given(b, lo, hi, #name ": bytes that are not zero");         \
                }                                                                         \
                return error != 0 ? error : __real_locket_os_##name(b, lo, hi);           \
        }

WRAP_RANGE(open, OPEN, 0)
WRAP_RANGE(read_only, READ_ONLY, 0)
WRAP_RANGE(close, CLOSE, 0)
WRAP_RANGE(lock, LOCK, 1)
WRAP_RANGE(lock_again, LOCK, 0)
WRAP_RANGE(unlock, UNLOCK, 1)
WRAP_RANGE(discard, DISCARD, 1)
WRAP_RANGE(zero, ZERO, 0)

/* What is refused for the whole range is noted. */
static int real_noted(size_t lo, size_t hi, enum world_lack which, int error)
{
        if (lo == 0 && hi == real.size) {
                real.lacking &= ~(1u << which);
                real.lacking |= error != 0 ? 1u << which : 0u;
        }
        return error;
}

#define WRAP_ADVICE(name, NAME, lack)                                                     \
        int __real_locket_os_##name(unsigned char *b, size_t lo, size_t hi, int on);      \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi, int on);      \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi, int on)       \
        {                                                                                 \
                int error = plan_strike(PLAN_##NAME);                                     \
                                                                                          \
                if (error == 0) {                                                         \
                        error = __real_locket_os_##name(b, lo, hi, on);                   \
                }                                                                         \
                return real_noted(lo, hi, lack, error);                                   \
        }

WRAP_ADVICE(mark, MARK, WORLD_LACKS)
WRAP_ADVICE(undump, UNDUMP, WORLD_UNDUMP)
WRAP_ADVICE(wipe_on_fork, WIPE_ON_FORK, WORLD_FORK)

int __real_locket_os_unmerge(unsigned char *b, size_t lo, size_t hi);
int __wrap_locket_os_unmerge(unsigned char *b, size_t lo, size_t hi);
int __wrap_locket_os_unmerge(unsigned char *b, size_t lo, size_t hi)
{
        const int error = plan_strike(PLAN_UNMERGE);

        return real_noted(lo, hi, WORLD_MERGE,
                          error != 0 ? error : __real_locket_os_unmerge(b, lo, hi));
}

unsigned char *__real_locket_os_reserve(size_t size);
unsigned char *__wrap_locket_os_reserve(size_t size);
unsigned char *__wrap_locket_os_reserve(size_t size)
{
        if (plan_strike(PLAN_RESERVE) != 0) {
                return NULL;
        }
        real.base = __real_locket_os_reserve(size);
        real.size = real.base == NULL ? 0 : size;
        return real.base;
}

void __real_locket_os_release(unsigned char *b, size_t size);
void __wrap_locket_os_release(unsigned char *b, size_t size);
void __wrap_locket_os_release(unsigned char *b, size_t size)
{
        MUST(b == real.base && size == real.size && b != NULL, "release: not the whole range");
        __real_locket_os_release(b, size);
        real.base = NULL;
        real.size = 0;
}

void *__real_locket_os_table(size_t size);
void *__wrap_locket_os_table(size_t size);
void *__wrap_locket_os_table(size_t size)
{
        unsigned i = 0;

        if (plan_strike(PLAN_TABLE) != 0) {
                return NULL;
        }
        while (i < REAL_TABLES && real.table[i].at != NULL) {
                i++;
        }
        MUST(i < REAL_TABLES, "table: too many");
        real.table[i].at = __real_locket_os_table(size);
        real.table[i].size = size;
        return real.table[i].at;
}

void __real_locket_os_release_table(void *table, size_t size);
void __wrap_locket_os_release_table(void *table, size_t size);
void __wrap_locket_os_release_table(void *table, size_t size)
{
        const size_t page = locket_os_page();
        unsigned i = 0;

        while (i < REAL_TABLES && real.table[i].at != table) {
                i++;
        }
        MUST(i < REAL_TABLES && (real.table[i].size - 1) / page == (size - 1) / page,
             "release_table: not ours, or not the whole of it");
        real.table[i].at = NULL;
        __real_locket_os_release_table(table, size);
}

int __real_locket_os_open_table(void *table, size_t lo, size_t hi);
int __wrap_locket_os_open_table(void *table, size_t lo, size_t hi);
int __wrap_locket_os_open_table(void *table, size_t lo, size_t hi)
{
        const int error = plan_strike(PLAN_OPEN_TABLE);

        return error != 0 ? error : __real_locket_os_open_table(table, lo, hi);
}

int __real_locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi);
int __wrap_locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi);
int __wrap_locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi)
{
        const int error = plan_strike(PLAN_OPEN_TABLE);

        return error != 0 ? error : __real_locket_os_open_records(table, lo, hi);
}

int __real_locket_os_wipe_table(void *table, size_t size);
int __wrap_locket_os_wipe_table(void *table, size_t size);
int __wrap_locket_os_wipe_table(void *table, size_t size)
{
        int error = plan_strike(PLAN_WIPE_TABLE);

        error = error != 0 ? error : __real_locket_os_wipe_table(table, size);
        real.tells = error == 0;
        return error;
}

int __real_locket_os_random(uint64_t *word);
int __wrap_locket_os_random(uint64_t *word);
int __wrap_locket_os_random(uint64_t *word)
{
        const int error = plan_strike(PLAN_RANDOM);

        return error != 0 ? error : __real_locket_os_random(word);
}

int __wrap_locket_os_at_exit(void (*f)(void));
int __wrap_locket_os_at_exit(void (*f)(void))
{
        const int error = plan_strike(PLAN_AT_EXIT);

        real.exit = error == 0 ? f : real.exit;
        return error;
}

int __real_locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void));
int __wrap_locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void));
int __wrap_locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
        static int there; /* they cannot be taken back */
        const int error = plan_strike(PLAN_AT_FORK);

        if (error != 0 || there) {
                return error;
        }
        there = 1;
        return __real_locket_os_at_fork(before, parent, child);
}

int __wrap_locket_os_harden(void);
int __wrap_locket_os_harden(void)
{
        return plan_strike(PLAN_HARDEN); /* it would be for the whole fuzzer */
}

#define WRAP_NUMBER(name, NAME)                                       \
        int __real_locket_os_##name(size_t *number);                  \
        int __wrap_locket_os_##name(size_t *number);                  \
        int __wrap_locket_os_##name(size_t *number)                   \
        {                                                             \
                const int error = plan_strike(PLAN_##NAME);           \
                                                                      \
                return error != 0 ? error : __real_locket_os_##name(number); \
        }

WRAP_NUMBER(locked_now, LOCKED_NOW)
WRAP_NUMBER(mapping_limit, MAPPING_LIMIT)
WRAP_NUMBER(mappings_now, MAPPINGS_NOW)

/* ------------------------------------------------------------- the world */

void world_begin(const struct record *head)
{
        (void)head; /* the machine is what it is */
        real.lacking = 0;
}

/* Unmap all; locket gives its tables back to nobody. */
static void real_unmap(void)
{
        unsigned i;

        for (i = 0; i < REAL_TABLES; i++) {
                if (real.table[i].at != NULL) {
                        __real_locket_os_release_table(real.table[i].at, real.table[i].size);
                        real.table[i].at = NULL;
                }
        }
        if (real.base != NULL) {
                __real_locket_os_release(real.base, real.size);
        }
        real.base = NULL;
        real.size = 0;
}

void world_end(enum world_left left)
{
        size_t locked = 0;

        if (left >= WORLD_UNLOCKED && real.base != NULL) {
                MUST_BE(__real_locket_os_locked_now(&locked), 0, "/proc/self/status");
                MUST_BE(locked, 0, "at the end: bytes are locked");
        }
        if (real.child) {
                _exit(0); /* the parent has waited for this */
        }
        real_unmap();
        fuzz_home_forget(1);
        fuzz_fatal_forget();
}

void world_watch(int (*live)(uintptr_t lo, uintptr_t hi))
{
        real.live = live;
}

size_t world_page(void)
{
        return locket_os_page();
}

int world_scarce(void)
{
        return 0; /* 2 GiB might be had, and would be locked */
}

size_t world_lock_limit(void)
{
        return locket_os_lock_limit();
}

int world_lacks(enum world_lack which)
{
        return (int)(real.lacking >> which & 1u);
}

int world_access(const void *p)
{
        (void)p;
        return WORLD_UNKNOWN;
}

int world_locked(const void *p, size_t size)
{
        (void)p;
        (void)size;
        return WORLD_UNKNOWN;
}

int world_undumped(const void *p, size_t size)
{
        return world_locked(p, size);
}

int world_wiped(const void *p, size_t size)
{
        return world_locked(p, size);
}

size_t world_locked_bytes(void)
{
        size_t bytes = 0;

        return real.base == NULL || __real_locket_os_locked_now(&bytes) != 0 ? 0 : bytes;
}

size_t world_open_bytes(void)
{
        return SIZE_MAX;
}

size_t world_tables(void)
{
        return SIZE_MAX;
}

int world_tells(void)
{
        return real.tells;
}

int world_fork(int raw)
{
        const long child = raw ? syscall(SYS_clone, (long)SIGCHLD, NULL, NULL, NULL, NULL) : fork();
        int status = -1;

        if (child == 0) {
                real.child = 1;
                return 1;
        }
        MUST(child > 0, "no fork");
        while (waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR) {
        }
        MUST(status == 0, "the child of a fork came to a bad end");
        return 0;
}

void world_fork_parent(void)
{
        const pid_t child = fork();
        int status = -1;

        if (child == 0) {
                _exit(0);
        }
        MUST(child > 0 && waitpid(child, &status, 0) == child && status == 0, "no fork");
}

void world_exit(void)
{
        if (real.exit != NULL && real.base != NULL) {
                real.exit();
        }
}

/* Tables are given back when an input ends, so nothing is sealed. */
int locket_os_seal_table(void *table, size_t size)
{
        (void)table;
        (void)size;
        return ENOSYS;
}

int locket_os_seal_guards(void *table, size_t size)
{
        return locket_os_seal_table(table, size);
}

void locket_os_table_read_only(void *table, size_t size)
{
        (void)table;
        (void)size;
}

void locket_os_table_writable(void *table, size_t size)
{
        locket_os_table_read_only(table, size);
}

/* The handler is a variable like any other: it is set for each input. */
static locket_violation_fn *real_handler;

int locket_os_kept_set(locket_violation_fn *handler, locket_violation_fn **before)
{
        *before = real_handler;
        real_handler = handler;
        return 0;
}

locket_violation_fn *locket_os_kept_take(void)
{
        locket_violation_fn *handler = real_handler;

        real_handler = NULL;
        return handler;
}

int locket_os_kept_shut(void)
{
        return 0;
}
