/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os.c - the border with the operating system as Eva sees it: os.h on static
 * arrays, and the few functions of the C library that are called.  Each call
 * checks what it requires of the caller, and the call number eva_fail fails.
 */
#include "eva.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../include/locket.h"
#include "home.h"
#include "os.h"
#include "os_kept.h"
#include "os_seal.h"
#include "run.h"

#define PAGE 1024u
/* Records of the slots of the range: each page may be a slot's, or a guard. */
#define SLOTS (LOCKET_SPAN_COUNT * LOCKET_SPAN_PAGES_LEAST / 2)
/* What locket_run_tables makes of that. */
#define RUNS (SLOTS / LOCKET_RUN_SLOTS + 64u)
#define RANGE ((size_t)LOCKET_SPAN_COUNT * LOCKET_SPAN_PAGES_LEAST * PAGE)

volatile int eva_stored;
volatile size_t eva_unknown;
int eva_fail;
int eva_lasting;
uint64_t eva_random;
int eva_certain;
int eva_interrupts;
void (*eva_at_exit)(void);
void (*eva_before_fork)(void);
void (*eva_in_parent)(void);
void (*eva_in_child)(void);

/* The range lies at an absolute address (run.sh), so that addresses are
 * numbers to Eva. */
#define eva_range ((unsigned char *)(uintptr_t)0x1000000u)

static int eva_reserved;
static unsigned char eva_access[RANGE / PAGE];  /* of each page: 0 none, 1 read, 3 write */
static unsigned char eva_locked[RANGE / PAGE];
static struct locket_home eva_home;
static struct locket_arena eva_arenas[LOCKET_ARENA_COUNT]; /* not in every version a table */
static struct locket_slot eva_slot[SLOTS];
static uint32_t eva_of[RANGE / PAGE];
static struct locket_run eva_run[RUNS];
static struct locket_cell eva_cell[RUNS * LOCKET_RUN_CELLS];
static struct locket_pool eva_pool[LOCKET_ARENA_COUNT];
static unsigned char eva_page[PAGE] __attribute__((aligned(16)));
static unsigned char eva_probe[PAGE]; /* another table of one page, which is tried */
static int eva_page_used;
static int eva_copied;          /* 1: a child has a copy of the range */

/* 1 if this call fails. */
static int eva_fails(void)
{
        if (eva_fail == 0) {
                return 0;
        }
        if (eva_fail > 1) {
                eva_fail -= 1;
                return 0;
        }
        eva_fail = eva_lasting;
        return 1;
}

size_t eva_between(size_t lo, size_t hi)
{
        const size_t any = eva_unknown;

        return any < lo ? lo : any > hi ? hi : any;
}

static void eva_pages(const unsigned char *b, size_t lo, size_t hi)
{
        EVA_CHECK(b == eva_range && eva_reserved);
        EVA_CHECK(lo < hi && hi <= RANGE && lo % PAGE == 0 && hi % PAGE == 0);
}

unsigned char eva_any(const unsigned char *b, size_t lo, size_t hi)
{
        return b[eva_between(lo, hi - 1)];
}

void eva_check_zero(void)
{
        EVA_CHECK(!eva_reserved || eva_any(eva_range, 0, RANGE) == 0);
}

void eva_check_closed(void)
{
        EVA_CHECK(eva_any(eva_locked, 0, RANGE / PAGE) == 0);
        EVA_CHECK(eva_any(eva_access, 0, RANGE / PAGE) == 0);
}

void eva_fork(void)
{
        if (!eva_copied) {
                memset(eva_range, 0, RANGE);
        }
        memset(eva_locked, 0, sizeof eva_locked);
        memset(eva_page, 0, sizeof eva_page);
}

size_t locket_os_page(void)
{
        return PAGE;
}

unsigned char *locket_os_reserve(size_t size)
{
        if (size > RANGE || eva_reserved || eva_fails()) {
                return NULL;
        }
        memset(eva_range, 0, RANGE);
        eva_reserved = 1;
        return eva_range;
}

void locket_os_join(unsigned char *b, size_t page)
{
        EVA_CHECK(b >= eva_range && page == PAGE);
}

void locket_os_release(unsigned char *b, size_t size)
{
        EVA_CHECK(b == eva_range && size == RANGE && eva_reserved);
        eva_check_zero();
        eva_check_closed();
        eva_reserved = 0;
}

/* The table of that size, of those that locket has. */
static void *eva_table(size_t size)
{
        return size == sizeof eva_home     ? (void *)&eva_home
               : size == sizeof eva_arenas ? (void *)eva_arenas
               : size == sizeof eva_slot   ? (void *)eva_slot
               : size == sizeof eva_of     ? (void *)eva_of
               : size == sizeof eva_run    ? (void *)eva_run
               : size == sizeof eva_cell   ? (void *)eva_cell
               : size == sizeof eva_pool   ? (void *)eva_pool
               : size <= PAGE              ? (void *)(eva_page_used ? eva_probe : eva_page)
                                           : NULL;
}

void *locket_os_table(size_t size)
{
        void *table = eva_table(size);

        EVA_CHECK(table != NULL);
        if (eva_fails()) {
                return NULL;
        }
        eva_page_used = eva_page_used || table == eva_page;
        return table;
}

int locket_os_open_table(void *table, size_t lo, size_t hi)
{
        EVA_CHECK(lo < hi && (lo != 0 || table == eva_table(hi) || table == eva_slot || table == eva_cell ||
                              table == eva_page));
        return eva_fails() ? ENOMEM : 0;
}

int locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi)
{
        return locket_os_open_table(table, lo, hi);
}

int locket_os_wipe_table(void *table, size_t size)
{
        EVA_CHECK(table == eva_page && size == PAGE);
        return eva_fails() ? EINVAL : 0;
}

void locket_os_release_table(void *table, size_t size)
{
        EVA_CHECK(table == eva_table(size) || table == eva_page);
        if (table == eva_page) {
                eva_page_used = 0;
        }
        memset(table, 0, size); /* the next one is fresh */
}

static int eva_set_access(unsigned char *b, size_t lo, size_t hi, int access)
{
        eva_pages(b, lo, hi);
        if (eva_fails()) {
                return ENOMEM;
        }
        memset(eva_access + lo / PAGE, access, (hi - lo) / PAGE);
        return 0;
}

int locket_os_open(unsigned char *b, size_t lo, size_t hi)
{
        return eva_set_access(b, lo, hi, 3);
}

int locket_os_read_only(unsigned char *b, size_t lo, size_t hi)
{
        return eva_set_access(b, lo, hi, 1);
}

int locket_os_close(unsigned char *b, size_t lo, size_t hi)
{
        const int error = eva_set_access(b, lo, hi, 0);

        if (eva_interrupts) {
                eva_interrupts = 0;
                locket_wipe_all(); /* a signal, in the middle of a call */
        }
        return error;
}

/* Not in every version of os.h. */
void locket_os_restore(unsigned char *b, size_t lo, size_t hi, int access);
void locket_os_restore(unsigned char *b, size_t lo, size_t hi, int access)
{
        EVA_CHECK(access >= LOCKET_NO_ACCESS && access <= LOCKET_READ_WRITE);
        if (lo == hi) {
                return; /* may be no page at all */
        }
        eva_pages(b, lo, hi);
        memset(eva_access + lo / PAGE,
               access == LOCKET_NO_ACCESS ? 0 : access == LOCKET_READ_ONLY ? 1 : 3, (hi - lo) / PAGE);
}

int locket_os_lock(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        EVA_CHECK(eva_any(eva_access, lo / PAGE, hi / PAGE) == 3);
        EVA_CHECK(eva_any(b, lo, hi) == 0);
        if (eva_fails()) {
                return (int)eva_between(EAGAIN, ENOMEM);
        }
        memset(eva_locked + lo / PAGE, 1, (hi - lo) / PAGE);
        return 0;
}

int locket_os_lock_again(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        EVA_CHECK(eva_any(eva_access, lo / PAGE, hi / PAGE) == 3);
        if (eva_fails()) {
                return (int)eva_between(EAGAIN, ENOMEM);
        }
        memset(eva_locked + lo / PAGE, 1, (hi - lo) / PAGE);
        return 0;
}

int locket_os_unlock(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        EVA_CHECK(eva_any(b, lo, hi) == 0);
        if (eva_fails()) {
                return ENOMEM;
        }
        memset(eva_locked + lo / PAGE, 0, (hi - lo) / PAGE);
        return 0;
}

int locket_os_discard(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        EVA_CHECK(eva_any(b, lo, hi) == 0);
        return 0;
}

static int eva_advise(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        return eva_fails() ? ENOMEM : 0;
}

int locket_os_undump(unsigned char *b, size_t lo, size_t hi, int on)
{
        (void)on;
        return eva_advise(b, lo, hi);
}

int locket_os_wipe_on_fork(unsigned char *b, size_t lo, size_t hi, int on)
{
        eva_copied = !on;
        return eva_advise(b, lo, hi);
}

int locket_os_omit_on_fork(unsigned char *b, size_t lo, size_t hi, int on)
{
        (void)on;
        if (hi - lo != PAGE) { /* else a table of one page is tried */
                eva_pages(b, lo, hi);
        }
        return eva_fails() ? EINVAL : 0;
}

int locket_os_reserve_again(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        if (eva_fails()) {
                return EEXIST;
        }
        memset(b + lo, 0, hi - lo);
        memset(eva_access + lo / PAGE, 0, (hi - lo) / PAGE);
        return 0;
}

/* No scenario has another backing than the anonymous one. */
int locket_os_secret(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        return ENOSYS;
}

int locket_os_file(unsigned char *b, size_t lo, size_t hi, const char *directory)
{
        (void)directory;
        eva_pages(b, lo, hi);
        return EROFS;
}

int locket_os_sync(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        return EINVAL;
}

int locket_os_plain(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
        return ENOMEM;
}

int locket_os_try_secret(void)
{
        return ENOSYS;
}

int locket_os_try_file(const char *directory)
{
        (void)directory;
        return EROFS;
}

int locket_os_keep_path(const char *name, char **path)
{
        (void)name;
        *path = NULL;
        return ENOMEM;
}

void locket_os_drop_path(char *path)
{
        (void)path;
}

int locket_os_unmerge(unsigned char *b, size_t lo, size_t hi)
{
        return eva_advise(b, lo, hi);
}

int locket_os_mark(unsigned char *b, size_t lo, size_t hi, int on)
{
        (void)on;
        return eva_advise(b, lo, hi);
}

int locket_os_zero(unsigned char *b, size_t lo, size_t hi)
{
        EVA_CHECK(b == eva_range && lo <= hi && hi <= RANGE);
        if (eva_fails()) {
                return ENOSYS;
        }
        memset(b + lo, 0, hi - lo);
        return 0;
}

void locket_os_small_pages(unsigned char *b, size_t lo, size_t hi)
{
        eva_pages(b, lo, hi);
}

void locket_os_name(unsigned char *b, size_t lo, size_t hi, const char *name)
{
        eva_pages(b, lo, hi);
        (void)name;
}

/* There is one thread: it never waits. */
void locket_os_sleep(const uint32_t *word, uint32_t seen)
{
        EVA_CHECK(*word != seen);
}

void locket_os_wake(const uint32_t *word, int most)
{
        (void)*word;
        EVA_CHECK(most > 0);
}

uint32_t locket_os_self(void)
{
        return 1;
}

int locket_os_real_time(void)
{
        return 0;
}

int locket_os_inherit(uint32_t *word)
{
        EVA_CHECK(*word == 0);
        *word = 1;
        return 0;
}

int locket_os_bequeath(uint32_t *word)
{
        *word = 0;
        return 0;
}

int locket_os_random(uint64_t *word)
{
        if (eva_fails()) {
                return EIO;
        }
        *word = eva_certain ? eva_random : eva_unknown;
        return 0;
}

uint32_t locket_os_thread(void)
{
        return 1;
}

uint32_t locket_os_process(void)
{
        return 1;
}

int locket_os_at_exit(void (*f)(void))
{
        if (eva_fails()) {
                return ENOMEM;
        }
        eva_at_exit = f;
        return 0;
}

int locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
        if (eva_fails()) {
                return ENOMEM;
        }
        eva_before_fork = before;
        eva_in_parent = parent;
        eva_in_child = child;
        return 0;
}

int locket_os_harden(void)
{
        return eva_fails() ? EPERM : 0;
}

size_t locket_os_lock_limit(void)
{
        return 65536;
}

int locket_os_locked_now(size_t *bytes)
{
        *bytes = 0;
        return eva_fails() ? ENOENT : 0;
}

int locket_os_mapping_limit(size_t *number)
{
        *number = 65530;
        return eva_fails() ? ENOENT : 0;
}

int locket_os_mappings_now(size_t *number)
{
        *number = 100;
        return eva_fails() ? ENOENT : 0;
}

/* ---------------------------------------------------------------- the libc */

ssize_t write(int fd, const void *b, size_t n)
{
        EVA_CHECK(fd == 2 && n > 0);
        (void)*(const unsigned char *)b;
        (void)((const unsigned char *)b)[n - 1];
        return (ssize_t)n;
}

void abort(void)
{
        EVA_CHECK(eva_arenas[0].lock.word == 0 && eva_arenas[1].lock.word == 0);
        EVA_CHECK(eva_home.tables.span_lock.word == 0);
        for (;;) {
        }
}

/* Nothing is sealed, and tables have no access of their own. */
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
        (void)table;
        (void)size;
}

/* The handler is a variable like any other. */
static locket_violation_fn *eva_handler;

int locket_os_kept_set(locket_violation_fn *handler, locket_violation_fn **before)
{
        *before = eva_handler;
        eva_handler = handler;
        return 0;
}

locket_violation_fn *locket_os_kept_take(void)
{
        locket_violation_fn *handler = eva_handler;

        eva_handler = NULL;
        return handler;
}

int locket_os_kept_shut(void)
{
        return 0;
}
