/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * scene.c - the calls in the middle of which all is wiped: every public call
 * that takes a turn in an arena.
 */
#include "signal.h"

struct signal_secret signal_secret[SIGNAL_SECRETS];
static const unsigned char *gone[SIGNAL_SECRETS]; /* what was freed, and is closed now */
static struct locket_arena *checking; /* freed pages stay open */
static struct locket_arena *compact;  /* secrets in cells */
static struct locket_arena *eager;    /* the same, without quarantine */
static struct locket_arena *passing;  /* made and ended by a scene */

static void put(size_t i, unsigned char *p, size_t size, enum locket_access access)
{
        NEED(p != NULL);
        memset(p, SIGNAL_PATTERN, size);
        NEED(access == LOCKET_READ_WRITE || locket_protect(p, access) == 0);
        signal_secret[i].p = p;
        signal_secret[i].size = size;
        signal_secret[i].access = access;
}

static struct locket_arena *arena(enum locket_layout layout, size_t quarantine)
{
        struct locket_policy policy;

        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        policy.quarantine = quarantine;
        policy.layout = layout;
        return locket_arena_create(&policy);
}

/* Both cells of a run have been in use, by larger secrets than the next. */
static void use_up(void)
{
        unsigned char *p = locket_arena_malloc(eager, 1900);
        unsigned char *q = locket_arena_malloc(eager, 1900);

        NEED(p != NULL && q != NULL);
        locket_free(p);
        locket_free(q);
}

/* 0 to 2 in the default arena, open, read-only, closed; 3 to 5 the same, larger;
 * 6 to 8 where freed pages stay open; 10 and 11 cells, 12 a large one beside them. */
void signal_set(void)
{
        size_t i;

        if (checking == NULL) {
                checking = arena(LOCKET_GUARDED, 2);
                compact = arena(LOCKET_COMPACT, 2);
                eager = arena(LOCKET_COMPACT, 0);
                NEED(checking != NULL && compact != NULL && eager != NULL);
        }
        for (i = 0; i < 9; i++) {
                const size_t size = i % 6 < 3 ? 40 : 4500;

                put(i, i < 6 ? locket_malloc(size) : locket_arena_malloc(checking, size), size,
                    (enum locket_access)(LOCKET_READ_WRITE - (int)(i % 3)));
        }
        for (i = 10; i < 13; i++) {
                const size_t size = i < 12 ? 40 : 4500;

                put(i, locket_arena_malloc(compact, size), size, LOCKET_READ_WRITE);
        }
        use_up();
}

void signal_clear(void)
{
        size_t i;

        for (i = 0; i < SIGNAL_SECRETS; i++) {
                locket_free(signal_secret[i].p);
                signal_secret[i].p = NULL;
                gone[i] = NULL;
        }
        if (passing != NULL) {
                NEED(locket_arena_destroy(passing) == 0);
                passing = NULL;
        }
}

void signal_check(void)
{
        static const char *const kernels[] = { "--", "r-", "rw" };
        struct locket_report report;
        size_t i;

        /* First what the kernel says: a call of ours might put it right. */
        for (i = 0; i < SIGNAL_SECRETS; i++) {
                const struct signal_secret *s = &signal_secret[i];

                NEED(s->p == NULL || strcmp(signal_access(s->p), kernels[s->access]) == 0);
                NEED(s->p == NULL || signal_zero(s->p, s->size));
        }
        for (i = 0; i < SIGNAL_SECRETS; i++) {
                NEED(gone[i] == NULL || strcmp(signal_access(gone[i]), "--") == 0);
        }
        NEED(signal_look() == 0);
        for (i = 0; i < SIGNAL_SECRETS; i++) {
                const struct signal_secret *s = &signal_secret[i];

                memset(&report, 0, sizeof report);
                NEED(s->p == NULL || locket_inspect(s->p, &report) == 0);
                NEED(s->p == NULL || (report.size == s->size && report.access == s->access));
                NEED(!report.lost);
        }
        NEED(locket_validate() == 0);
}

/* ------------------------------------------------------------------- calls */

static void got(size_t i, unsigned char *p, size_t size)
{
        NEED(p != NULL);
        signal_secret[i].p = p;
        signal_secret[i].size = size;
        signal_secret[i].access = LOCKET_READ_WRITE;
}

static void get_small(void)
{
        got(9, locket_malloc(32), 32);
}

static void get_pages(void)
{
        got(9, locket_malloc(9000), 9000);
}

static void get_checked(void)
{
        got(9, locket_arena_malloc(checking, 32), 32);
}

/* The place of secret ${i} is freed, and closed in the default arena. */
static void leave(size_t i)
{
        gone[i] = i < 6 ? signal_secret[i].p : NULL;
}

static void release(size_t i)
{
        unsigned char *p = signal_secret[i].p;

        leave(i);
        signal_secret[i].p = NULL;
        locket_free(p);
}

static void free_open(void)
{
        release(0);
}

static void free_read_only(void)
{
        release(1);
}

static void free_closed(void)
{
        release(2);
}

static void free_pages_closed(void)
{
        release(5);
}

static void free_checked(void)
{
        release(6);
}

static void free_checked_closed(void)
{
        release(8);
}

static void free_sized(void)
{
        struct signal_secret *s = &signal_secret[4];
        unsigned char *p = s->p;

        leave(4);
        s->p = NULL;
        locket_free_sized(p, s->size);
}

static void resize(size_t i, size_t size)
{
        unsigned char *p = signal_secret[i].p;

        got(i, locket_realloc(p, size), size);
        gone[i] = i < 6 && signal_secret[i].p != p ? p : NULL;
}

static void grow(void)
{
        resize(0, 200);
}

static void grow_pages(void)
{
        resize(3, 8500);
}

static void grow_read_only(void)
{
        resize(1, 5000);
}

static void grow_closed(void)
{
        resize(2, 100);
}

static void grow_checked_closed(void)
{
        resize(8, 4400);
}

static void shrink(void)
{
        resize(3, 60);
}

static void shrink_closed(void)
{
        resize(5, 10);
}

static void more_in_place(void)
{
        resize(0, 48);
}

static void less_in_place(void)
{
        resize(0, 33);
}

static void less_in_place_closed(void)
{
        resize(2, 34);
}

static void set_access(size_t i, enum locket_access to)
{
        NEED(locket_protect(signal_secret[i].p, to) == 0);
        signal_secret[i].access = to;
}

static void open_it(void)
{
        set_access(2, LOCKET_READ_WRITE);
}

static void read_it(void)
{
        set_access(2, LOCKET_READ_ONLY);
}

static void stop_writing(void)
{
        set_access(3, LOCKET_READ_ONLY);
}

static void close_it(void)
{
        set_access(0, LOCKET_NO_ACCESS);
}

static void validate(void)
{
        NEED(locket_validate() == 0);
}

static void inspect(void)
{
        struct locket_report report;

        memset(&report, 0, sizeof report);
        NEED(locket_inspect(signal_secret[5].p, &report) == 0 && report.size == 4500);
        NEED(locket_size(signal_secret[2].p) == 40);
}

static void stats(void)
{
        struct locket_stats all;
        struct locket_budget budget;

        memset(&all, 0, sizeof all);
        memset(&budget, 0, sizeof budget);
        NEED(locket_stats(&all) == 0 && all.live_secrets >= 9);
        NEED(locket_budget(32, &budget) == 0);
}

static void make_arena(void)
{
        passing = locket_arena_create(NULL);
        NEED(passing != NULL);
}

static void use_arena(void)
{
        unsigned char *p;

        passing = arena(LOCKET_GUARDED, 2);
        p = locket_arena_malloc(passing, 100);
        NEED(p != NULL && locket_protect(p, LOCKET_NO_ACCESS) == 0);
        locket_free(p);
        NEED(locket_arena_destroy(passing) == 0);
        passing = NULL;
}

static void reserve(void)
{
        passing = arena(LOCKET_GUARDED, 2);
        NEED(locket_arena_reserve(passing, 3, 2000) == 0);
        got(9, locket_arena_malloc(passing, 2000), 2000);
}

static void get_cell(void)
{
        got(9, locket_arena_malloc(compact, 40), 40);
}

static void get_used_cell(void)
{
        got(9, locket_arena_malloc(eager, 1801), 1801);
}

static void get_run(void)
{
        got(9, locket_arena_malloc(compact, 200), 200); /* the first so large */
}

static void free_cell(void)
{
        release(10);
}

static void free_cell_sized(void)
{
        struct signal_secret *s = &signal_secret[11];
        unsigned char *p = s->p;

        s->p = NULL;
        locket_free_sized(p, s->size);
}

static void grow_cell(void)
{
        resize(10, 100);
}

static void grow_cell_to_pages(void)
{
        resize(11, 5000);
}

static void shrink_cell(void)
{
        resize(10, 20);
}

static void shrink_to_cell(void)
{
        resize(12, 40);
}

static void more_in_cell(void)
{
        resize(10, 44);
}

static void less_in_cell(void)
{
        resize(11, 37);
}

static void inspect_cell(void)
{
        struct locket_report report;

        memset(&report, 0, sizeof report);
        NEED(locket_inspect(signal_secret[10].p, &report) == 0 && report.size == 40);
        NEED(report.layout == LOCKET_COMPACT && locket_size(signal_secret[11].p) == 40);
}

static void use_compact(void)
{
        unsigned char *p;
        unsigned char *q;

        passing = arena(LOCKET_COMPACT, 2);
        p = locket_arena_malloc(passing, 100);
        q = locket_arena_malloc(passing, 24);
        NEED(p != NULL && q != NULL);
        locket_free(p);
        locket_free(q);
        NEED(locket_arena_destroy(passing) == 0);
        passing = NULL;
}

static void reserve_cells(void)
{
        passing = arena(LOCKET_COMPACT, 2);
        NEED(locket_arena_reserve(passing, 3, 1000) == 0);
        got(9, locket_arena_malloc(passing, 1000), 1000);
}

static void wipe_all(void)
{
        locket_wipe_all();
}

const struct signal_scene signal_scenes[] = {
        { "malloc", get_small },
        { "malloc of pages", get_pages },
        { "malloc, checked", get_checked },
        { "free", free_open },
        { "free, read-only", free_read_only },
        { "free, closed", free_closed },
        { "free of pages, closed", free_pages_closed },
        { "free, checked", free_checked },
        { "free, checked and closed", free_checked_closed },
        { "free_sized", free_sized },
        { "realloc, larger", grow },
        { "realloc, larger, pages", grow_pages },
        { "realloc, larger, read-only", grow_read_only },
        { "realloc, larger, closed", grow_closed },
        { "realloc, checked and closed", grow_checked_closed },
        { "realloc, smaller", shrink },
        { "realloc, smaller, closed", shrink_closed },
        { "realloc in place, larger", more_in_place },
        { "realloc in place, smaller", less_in_place },
        { "realloc in place, closed", less_in_place_closed },
        { "protect: write", open_it },
        { "protect: read", read_it },
        { "protect: read no more write", stop_writing },
        { "protect: none", close_it },
        { "validate", validate },
        { "inspect and size", inspect },
        { "stats and budget", stats },
        { "arena_create", make_arena },
        { "arena's life", use_arena },
        { "arena_reserve", reserve },
        { "malloc of a cell", get_cell },
        { "malloc of a used cell", get_used_cell },
        { "malloc of a cell and its run", get_run },
        { "free of a cell", free_cell },
        { "free_sized of a cell", free_cell_sized },
        { "realloc of a cell, larger", grow_cell },
        { "realloc of a cell, pages", grow_cell_to_pages },
        { "realloc of a cell, smaller", shrink_cell },
        { "realloc to a cell", shrink_to_cell },
        { "realloc in a cell, larger", more_in_cell },
        { "realloc in a cell, smaller", less_in_cell },
        { "inspect and size of a cell", inspect_cell },
        { "compact arena's life", use_compact },
        { "arena_reserve of cells", reserve_cells },
        { "wipe_all", wipe_all },
};
const size_t signal_scene_count = sizeof signal_scenes / sizeof signal_scenes[0];
