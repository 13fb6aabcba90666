/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * scenario.c - what is tried while a call fails: each way of the library to
 * the operating system, at least once.
 */
#include "fault.h"

#include <sys/resource.h>

#include "locket.h"

struct fault_secret fault_secret[FAULT_SECRETS];
unsigned char *fault_got;
struct locket_arena *fault_arena;

static unsigned char *keep(size_t i, unsigned char *p, size_t size)
{
        NEED(p != NULL);
        memset(p, FAULT_PATTERN, size);
        fault_secret[i].p = p;
        fault_secret[i].size = size;
        return p;
}

int fault_prefers;

int fault_keeps(void)
{
        size_t i = 0;

        while (i < FAULT_SECRETS && (fault_secret[i].size == 0 ||
                                     fault_secret[i].fork != LOCKET_FORK_KEEP)) {
                i++;
        }
        return i < FAULT_SECRETS;
}

/* What got frees: no longer looked at. */
static unsigned char *drop(size_t i)
{
        unsigned char *p = fault_secret[i].p;

        fault_secret[i].p = NULL;
        fault_secret[i].size = 0;
        return p;
}

static int got(void *p)
{
        fault_got = p;
        return p == NULL ? -1 : 0;
}

static struct locket_arena *arena(enum locket_demand locked, enum locket_demand others,
                                  enum locket_freed freed, size_t capacity)
{
        struct locket_policy policy;
        struct locket_arena *a;

        locket_policy_init(&policy);
        policy.locked = locked;
        policy.undumped = policy.fork_safe = others;
        policy.freed = freed;
        policy.capacity = capacity;
        policy.quarantine = 1;
        policy.label = "fault";
        a = locket_arena_create(&policy);
        NEED(a != NULL);
        return a;
}

/* ---------------------------------------------------------------- prepare */

static void nothing(void)
{
}

/* Secrets of every kind, in every mode. */
static void some(void)
{
        size_t i;

        for (i = 0; i < 6; i++) {
                (void)keep(i, locket_malloc(50 + i * 900), 50 + i * 900);
                NEED(locket_protect(fault_secret[i].p, (enum locket_access)(i % 3)) == 0);
        }
}

/* Freed places of one and of four pages, out of quarantine. */
static void some_kept(void)
{
        void *p[24];
        size_t i;

        some();
        for (i = 0; i < 24; i++) {
                p[i] = locket_malloc(i % 2 == 0 ? 100 : 3 * 4096);
        }
        for (i = 0; i < 24; i++) {
                locket_free(p[i]);
        }
}

static void in_arena(void)
{
        size_t i;

        some();
        fault_arena = arena(LOCKET_REQUIRE, LOCKET_REQUIRE, LOCKET_FREED_CLOSE, 0);
        for (i = 6; i < 12; i++) {
                (void)keep(i, locket_arena_malloc(fault_arena, i * 1000), i * 1000);
        }
}

static void in_unwanted(void)
{
        some();
        fault_arena = arena(LOCKET_REQUIRE, LOCKET_OFF, LOCKET_FREED_CHECK, 0);
}

static void in_preferring(void)
{
        some();
        fault_arena = arena(LOCKET_PREFER, LOCKET_PREFER, LOCKET_FREED_CLOSE, 0);
        (void)keep(6, locket_arena_malloc(fault_arena, 200), 200);
}

/* Secrets in every mode, in an arena of another fork policy. */
static void in_forking(enum locket_fork fork, enum locket_demand locked)
{
        struct locket_policy policy;
        size_t i;

        some();
        locket_policy_init(&policy);
        policy.fork = fork;
        policy.locked = locked;
        fault_prefers = locked == LOCKET_PREFER;
        fault_arena = locket_arena_create(&policy);
        NEED(fault_arena != NULL);
        for (i = 6; i < 9; i++) {
                (void)keep(i, locket_arena_malloc(fault_arena, i * 900), i * 900);
                fault_secret[i].fork = fork;
                NEED(locket_protect(fault_secret[i].p, (enum locket_access)(i % 3)) == 0);
        }
}

static void in_omitting(void)
{
        in_forking(LOCKET_FORK_OMIT, LOCKET_REQUIRE);
}

static void in_keeping(void)
{
        in_forking(LOCKET_FORK_KEEP, LOCKET_REQUIRE);
}

static void in_keeping_preferring(void)
{
        in_forking(LOCKET_FORK_KEEP, LOCKET_PREFER);
}

static void to_destroy_omitting(void)
{
        struct locket_policy policy;
        void *p;

        some();
        locket_policy_init(&policy);
        policy.fork = LOCKET_FORK_OMIT;
        fault_arena = locket_arena_create(&policy);
        NEED(fault_arena != NULL);
        p = locket_arena_malloc(fault_arena, 6000);
        NEED(p != NULL);
        locket_free(p);
}

static void in_unlocked(void)
{
        some();
        fault_arena = arena(LOCKET_OFF, LOCKET_PREFER, LOCKET_FREED_CLOSE, 0);
        (void)keep(6, locket_arena_malloc(fault_arena, 200), 200);
}

/* At its cap, all of it kept by another class. */
static void at_cap(void)
{
        void *p[3];
        size_t i;

        some();
        fault_arena = arena(LOCKET_REQUIRE, LOCKET_REQUIRE, LOCKET_FREED_CLOSE,
                            4 * unit_page());
        (void)keep(6, locket_arena_malloc(fault_arena, 10), 10);
        for (i = 0; i < 3; i++) {
                p[i] = locket_arena_malloc(fault_arena, 10);
                NEED(p[i] != NULL);
        }
        for (i = 0; i < 3; i++) {
                locket_free(p[i]);
        }
}

static void to_destroy(void)
{
        void *p[12];
        size_t i;

        some();
        fault_arena = arena(LOCKET_REQUIRE, LOCKET_REQUIRE, LOCKET_FREED_CHECK, 0);
        for (i = 0; i < 12; i++) {
                p[i] = locket_arena_malloc(fault_arena, i * 1500);
                NEED(p[i] != NULL);
                memset(p[i], FAULT_PATTERN, i * 1500);
        }
        for (i = 0; i < 12; i++) {
                locket_free(p[i]);
        }
}

/* A slab with no free place: spans are small where address space is. */
static void full_slab(void)
{
        const struct rlimit limit = { (rlim_t)300 << 20, (rlim_t)300 << 20 };
        size_t i;

        if (UNIT_SANITIZED) {
                some();
                return;
        }
        NEED(setrlimit(RLIMIT_AS, &limit) == 0);
        for (i = 0; i < 3; i++) { /* spans of 32 KiB hold three places */
                (void)keep(i, locket_malloc(60), 60);
        }
}

/* -------------------------------------------------------------------- act */

static int get_small(void)
{
        return got(locket_malloc(32));
}

static int get_pages(void)
{
        return got(locket_malloc(20000));
}

static int get_large(void)
{
        return got(locket_malloc((size_t)3 << 20));
}

static int get_zero(void)
{
        return got(locket_aligned_alloc(1, 0));
}

static int get_two_pages(void)
{
        return got(locket_malloc(4096));
}

static int get_four_pages(void)
{
        return got(locket_malloc(4 * 4096 - 16));
}

static int get_in_arena(void)
{
        return got(locket_arena_malloc(fault_arena, 100));
}

static int get_pages_in_arena(void)
{
        return got(locket_arena_malloc(fault_arena, 5000));
}

/* An arena for cells; and one with secrets in them, of which 6 is in the only
 * run of its class. */
static int make_compact(void)
{
        struct locket_policy policy;

        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        policy.quarantine = 0;
        fault_arena = locket_arena_create(&policy);
        return fault_arena == NULL ? -1 : 0;
}

static void compact_alone(void)
{
        some();
        NEED(make_compact() == 0);
}

static void in_compact(void)
{
        size_t i;

        compact_alone();
        for (i = 6; i < 12; i++) {
                (void)keep(i, locket_arena_malloc(fault_arena, i * 50), i * 50);
        }
        (void)keep(12, locket_arena_malloc(fault_arena, 5000), 5000);
}

/* The run of its class has no cell left. */
static void full_run(void)
{
        in_compact();
        (void)keep(13, locket_arena_malloc(fault_arena, 1800), 1800);
        (void)keep(14, locket_arena_malloc(fault_arena, 1800), 1800);
}

static int get_large_cell(void)
{
        return got(locket_arena_malloc(fault_arena, 1800));
}

static int make_arena(void)
{
        fault_arena = locket_arena_create(NULL);
        return fault_arena == NULL ? -1 : 0;
}

static int make_forking(enum locket_fork fork)
{
        struct locket_policy policy;

        locket_policy_init(&policy);
        policy.fork = fork;
        fault_arena = locket_arena_create(&policy);
        return fault_arena == NULL ? -1 : 0;
}

static int make_omitting(void)
{
        return make_forking(LOCKET_FORK_OMIT);
}

static int make_keeping(void)
{
        return make_forking(LOCKET_FORK_KEEP);
}

/* Secret ${i} is to have ${size} bytes; its bytes stay, or all of it does. */
static int resize(size_t i, size_t size)
{
        unsigned char *p = locket_realloc(fault_secret[i].p, size);

        if (p == NULL) {
                return -1;
        }
        if (size > fault_secret[i].size) {
                NEED(unit_zero(p + fault_secret[i].size, size - fault_secret[i].size));
        }
        if (size < fault_secret[i].size) {
                fault_secret[i].size = size;
        }
        fault_secret[i].p = p;
        return 0;
}

static int resize_up(void)
{
        return resize(2, 9000); /* read and write */
}

static int resize_up_closed(void)
{
        return resize(0, 9000);
}

static int resize_up_read_only(void)
{
        return resize(1, 30000);
}

static int resize_down_closed(void)
{
        return resize(3, 10);
}

static int resize_in_place_closed(void)
{
        return resize(0, 60);
}

static int resize_in_place_read_only(void)
{
        return resize(1, 951);
}

static int resize_in_arena(void)
{
        return resize(7, 60000);
}

static int cell_to_cell(void)
{
        return resize(6, 1500);
}

static int cell_to_cell_lost(void)
{
        fault_got = locket_realloc(fault_secret[6].p, 1500);
        if (fault_got == NULL) {
                return -1;
        }
        (void)drop(6);
        return 0;
}

static int cell_to_slot(void)
{
        return resize(6, 30000);
}

static int slot_to_cell(void)
{
        return resize(12, 40);
}

static int cell_in_place(void)
{
        return resize(6, 301);
}

static int free_cells(void)
{
        size_t i;

        for (i = 6; i < 13; i++) {
                locket_free(drop(i));
        }
        return 0;
}

static int reserve_cells(void)
{
        return locket_arena_reserve(fault_arena, 40, 1800);
}

static int free_open(void)
{
        locket_free(drop(2));
        locket_free(drop(5));
        return 0;
}

static int free_closed(void)
{
        locket_free(drop(0));
        return 0;
}

static int free_read_only(void)
{
        locket_free(drop(1));
        return 0;
}

static void large_too(void)
{
        some_kept();
        (void)keep(6, locket_malloc((size_t)2 << 20), (size_t)2 << 20);
}

static int free_large(void)
{
        locket_free(drop(6));
        return 0;
}

static int free_in_arena(void)
{
        locket_free(drop(6));
        return 0;
}

static int close_it(void)
{
        return locket_protect(fault_secret[2].p, LOCKET_NO_ACCESS);
}

static int read_it(void)
{
        return locket_protect(fault_secret[2].p, LOCKET_READ_ONLY);
}

static int open_it(void)
{
        return locket_protect(fault_secret[0].p, LOCKET_READ_WRITE);
}

static int reserve(void)
{
        return locket_arena_reserve(fault_arena, 6, 2000);
}

static int reserve_large(void)
{
        return locket_arena_reserve(fault_arena, 3, 100000);
}

static int destroy(void)
{
        const int failed = locket_arena_destroy(fault_arena);

        if (failed == 0) {
                fault_arena = NULL;
        }
        return failed;
}

static int validate(void)
{
        const size_t damaged = locket_validate();

        NEED(damaged <= 6); /* what cannot be looked at may be counted */
        return 0;
}

static int wipe_all(void)
{
        locket_wipe_all();
        return 0;
}

static int free_lost(void)
{
        size_t i;

        for (i = 0; i < 6; i++) {
                locket_free(drop(i));
        }
        return 0;
}

static int resize_lost(void)
{
        fault_got = locket_realloc(fault_secret[2].p, 9000);
        if (fault_got == NULL) {
                return -1;
        }
        (void)drop(2);
        return 0;
}

#define GROWS FAULT_MAY_GROW
#define MANY (FAULT_MAY_GROW | FAULT_MAY_SLAB)
#define ABORTS (FAULT_MAY_ABORT | FAULT_CANNOT_FAIL | FAULT_MAY_GROW)
#define SILENT (FAULT_CANNOT_FAIL | FAULT_MAY_GROW)

const struct fault_scenario fault_scenarios[] = {
        { "first malloc", nothing, get_small, 0, GROWS },
        { "first malloc of 3 MiB", nothing, get_large, 0, GROWS },
        { "first arena", nothing, make_arena, 0, GROWS },
        { "malloc", some, get_small, 0, GROWS },
        { "malloc of some pages", some, get_pages, 0, GROWS },
        { "malloc of 3 MiB", some, get_large, 0, GROWS },
        { "malloc of nothing", some, get_zero, 0, GROWS },
        { "malloc of a kept place", some_kept, get_small, 0, GROWS },
        { "malloc of a kept place, smaller", some_kept, get_two_pages, 0, GROWS },
        { "malloc of a kept place, larger", some_kept, get_four_pages, 0, GROWS },
        { "malloc beyond a slab", full_slab, get_small, 0, GROWS },
        { "malloc in an arena", in_arena, get_in_arena, 0, GROWS },
        { "malloc, unprotected arena", in_unwanted, get_in_arena, 0, GROWS },
        { "malloc, locking preferred", in_preferring, get_pages_in_arena, 0, GROWS },
        { "malloc, not locked", in_unlocked, get_pages_in_arena, 0, GROWS },
        { "malloc at the cap", at_cap, get_pages_in_arena, 0, GROWS },
        { "arena", some, make_arena, 0, GROWS },
        { "realloc, larger", some, resize_up, 0, MANY },
        { "realloc, larger, closed", some, resize_up_closed, 0, MANY },
        { "realloc, larger, read-only", some_kept, resize_up_read_only, 0, MANY },
        { "realloc, smaller, closed", some, resize_down_closed, 0, MANY },
        { "realloc in place, closed", some, resize_in_place_closed, 0, MANY },
        { "realloc in place, read-only", some, resize_in_place_read_only, 0, MANY },
        { "realloc in an arena", in_arena, resize_in_arena, 0, MANY },
        { "free", some, free_open, 0, SILENT },
        { "free, closed", some, free_closed, 0, ABORTS },
        { "free, read-only", some, free_read_only, 0, ABORTS },
        { "free of 2 MiB", large_too, free_large, 0, SILENT },
        { "free, locking preferred", in_preferring, free_in_arena, 0, SILENT },
        { "free, not locked", in_unlocked, free_in_arena, 0, SILENT },
        { "protect: none", some, close_it, 0, 0 },
        { "protect: read", some, read_it, 0, 0 },
        { "protect: write", some, open_it, 0, 0 },
        { "reserve", in_arena, reserve, 0, MANY },
        { "reserve of large ones", in_arena, reserve_large, 0, MANY },
        { "reserve, kept places", to_destroy, reserve, 0, MANY },
        { "destroy", to_destroy, destroy, 0, GROWS },
        { "destroy, unprotected arena", in_unwanted, destroy, 0, GROWS },
        { "validate", some, validate, 0, SILENT },
        { "wipe_all", some, wipe_all, 0, SILENT | FAULT_WIPES },
        { "first compact arena", nothing, make_compact, 0, GROWS },
        { "compact arena", some, make_compact, 0, GROWS },
        { "first cell", compact_alone, get_in_arena, 0, MANY },
        { "cell", in_compact, get_in_arena, 0, MANY },
        { "cell beyond a run", full_run, get_large_cell, 0, MANY },
        { "realloc, cell to cell", in_compact, cell_to_cell, 0, MANY },
        { "realloc, cell to slot", in_compact, cell_to_slot, 0, MANY },
        { "realloc, slot to cell", in_compact, slot_to_cell, 0, MANY },
        { "realloc of a cell in place", in_compact, cell_in_place, 0, MANY },
        { "free of cells", in_compact, free_cells, 0, SILENT },
        { "reserve of cells", in_compact, reserve_cells, 0, MANY },
        { "reserve of cells, beyond a run", full_run, reserve_cells, 0, MANY },
        { "destroy, compact", compact_alone, destroy, 0, GROWS },
        { "validate, compact", in_compact, validate, 0, SILENT },
        { "wipe_all, compact", in_compact, wipe_all, 0, SILENT | FAULT_WIPES },
        { "cell in a child", in_compact, get_in_arena, 1, MANY },
        { "cell in a raw child", in_compact, get_in_arena, 2, MANY },
        { "free of cells in a child", in_compact, free_cells, 1, ABORTS },
        { "realloc of a cell in a child", in_compact, cell_to_cell_lost, 1, MANY },
        { "compact arena in a child", some, make_compact, 1, GROWS },
        { "malloc in a child", some, get_small, 1, GROWS },
        { "malloc in a raw child", some_kept, get_small, 2, GROWS },
        { "free in a child", some, free_lost, 1, ABORTS },
        { "free in a raw child", some, free_lost, 2, ABORTS },
        { "realloc in a child", some, resize_lost, 1, MANY },
        { "arena in a child", some_kept, make_arena, 1, GROWS },
        { "malloc in an arena in a child", in_arena, get_in_arena, 1, GROWS },
        { "destroy in a child", to_destroy, destroy, 1, GROWS },
        { "arena, omit", some, make_omitting, 0, GROWS },
        { "arena, keep", some, make_keeping, 0, GROWS },
        { "malloc of 3 pages, omit", in_omitting, get_pages_in_arena, 0, GROWS },
        { "malloc of 3 pages, keep", in_keeping, get_pages_in_arena, 0, GROWS },
        { "destroy, omit", to_destroy_omitting, destroy, 0, GROWS },
        { "malloc in a child, omit", in_omitting, get_in_arena, 1, GROWS },
        { "malloc in a raw child, omit", in_omitting, get_in_arena, 2, GROWS },
        { "malloc in a child, keep", in_keeping, get_in_arena, 1, GROWS | FAULT_MAY_ABORT },
        { "malloc in a raw child, keep", in_keeping, get_in_arena, 2, GROWS | FAULT_MAY_ABORT },
        { "malloc in a child, keep, preferring", in_keeping_preferring, get_in_arena, 1,
          GROWS | FAULT_MAY_ABORT },
        { "destroy in a child, omit", to_destroy_omitting, destroy, 1, GROWS },
};
const size_t fault_scenario_count = sizeof fault_scenarios / sizeof fault_scenarios[0];
