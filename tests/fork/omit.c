/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * omit.c - LOCKET_FORK_OMIT: nothing is there in a child, and nothing else can
 * land there, or is ever touched.
 */
#include "fork.h"

#include <pthread.h>
#include <sys/mman.h>

#include "home.h"

static struct parent omitted;

static void begin(enum how how)
{
        memset(&omitted, 0, sizeof omitted);
        omitted.fork = LOCKET_FORK_OMIT;
        omitted.how = how;
        fork_parent(&omitted);
}

/* The slab of a secret: from its first page to past its last. */
static unsigned char *slab_of(const unsigned char *p, size_t *size)
{
        const struct locket_tables *t = &locket_home_here()->tables;
        const uint32_t span = locket_range_span(&t->range, (uintptr_t)p);
        const struct locket_slab *s = &t->slab[t->span[span].slab];

        *size = s->end - (s->first - t->range.page);
        return t->range.base + s->first - t->range.page;
}

/* ------------------------------------------------------- nothing can land */

/* Map pages wherever the kernel likes: none in the range. */
static void maps_a_lot(void)
{
        const struct locket_range *range = &locket_home_here()->tables.range;
        size_t i;

        for (i = 0; i < 400; i++) {
                const size_t size = i % 3 == 0 ? unit_page() : (size_t)1 << (12 + i % 16);
                unsigned char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

                NEED(p != MAP_FAILED);
                NEED(p + size <= range->base || p >= range->base + range->size);
        }
}

static void maps_child(void *unused)
{
        (void)unused;
        maps_a_lot();
}

static void later_handler(void)
{
        maps_a_lot();
}

/* Neither in the child, nor in a handler that was installed after locket's. */
static void omit_reserved(enum locket_fork fork)
{
        (void)fork;
        begin(HOW_FORK);
        SAME(pthread_atfork(NULL, NULL, later_handler), 0);
        SAME(fork_run(HOW_FORK, maps_child, NULL), 0);
        fork_intact(&omitted);
}

/* A child of clone(2) has the hole until its first call; then it is closed. */
static void raw_child(void *unused)
{
        unsigned char *page = omitted.secret[OPEN];

        (void)unused;
        NEED(strcmp(unit_access(page), "") == 0);
        SAME(locket_size(page), fork_size(OPEN));
        NEED(strcmp(unit_access(page), "---p") == 0);
        maps_a_lot();
        fork_sound();
}

static void omit_reserved_raw(enum locket_fork fork)
{
        (void)fork;
        begin(HOW_RAW);
        SAME(fork_run(HOW_RAW, raw_child, NULL), 0);
        fork_intact(&omitted);
}

/* ----------------------------------------------------- something has landed */

static unsigned char *landed;

/* The worst: on the very page of a secret. */
static void lands(void)
{
        const size_t off = (uintptr_t)omitted.secret[OPEN] % unit_page();

        landed = mmap(omitted.secret[OPEN] - off, unit_page(), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        NEED(landed == omitted.secret[OPEN] - off);
        memset(landed, 0x99, unit_page());
}

/* Whatever is called, it is left alone, and locket goes on elsewhere. */
static void is_left_alone(void *unused)
{
        size_t size;
        unsigned char *slab;
        unsigned char *q[40];
        struct locket_report r = { 0 };
        struct locket_stats s = { 0 };
        int i;

        (void)unused;
        locket_wipe_all();
        SAME(locket_size(omitted.secret[OPEN]), 0);
        SAME(errno, EINVAL);
        slab = slab_of(omitted.secret[OPEN], &size);
        SAME(locket_inspect(omitted.secret[OPEN], &r), -1);
        SAME(locket_protect(omitted.secret[OPEN], LOCKET_NO_ACCESS), -1);
        SAME(locket_validate(), 0);
        fork_inherited(&omitted, LARGE); /* those of other slabs are as ever */
        for (i = 0; i < 40; i++) {
                q[i] = locket_arena_malloc(omitted.arena, 40);
                fork_fresh(q[i], 40, LOCKET_FORK_OMIT);
                NEED(q[i] < slab || q[i] >= slab + size);
        }
        for (i = 0; i < 40; i++) {
                locket_free(q[i]);
        }
        NEED(unit_aborts(locket_free, omitted.secret[OPEN], "locket: foreign free of ",
                         omitted.secret[OPEN]));
        locket_free(omitted.secret[LARGE]);
        locket_free(omitted.secret[CLOSED]);
        SAME(locket_stats(&s), 0);
        SAME(s.live_secrets, 1); /* the default arena's */
        SAME(locket_arena_destroy(omitted.arena), 0);
        locket_wipe_all();
        SAME(unit_bytes(landed, unit_page(), 0x99), unit_page());
        NEED(strcmp(unit_access(landed), "rw-p") == 0 && !unit_flag(landed, "lo"));
}

static void landed_child(void *unused)
{
        if (omitted.how == HOW_RAW) {
                lands();
        }
        NEED(landed != NULL);
        is_left_alone(unused);
}

static int may_land;

static void earlier_handler(void)
{
        if (may_land) {
                may_land = 0;
                lands();
        }
}

/* A handler that was installed before locket's runs before it. */
static void omit_landed(enum locket_fork fork)
{
        (void)fork;
        SAME(pthread_atfork(NULL, NULL, earlier_handler), 0);
        begin(HOW_FORK);
        may_land = 1;
        SAME(fork_run(HOW_FORK, landed_child, NULL), 0);
        may_land = 0;
        fork_intact(&omitted);
}

static void omit_landed_raw(enum locket_fork fork)
{
        (void)fork;
        begin(HOW_RAW);
        SAME(fork_run(HOW_RAW, landed_child, NULL), 0);
        fork_intact(&omitted);
}

/* --------------------------------------------------------------- the rest */

/* As the first call of such a child, it touches nothing. */
static void wipes_first(void *unused)
{
        (void)unused;
        lands();
        locket_wipe_all();
        SAME(unit_bytes(landed, unit_page(), 0x99), unit_page());
}

static void omit_wipe_all_first(enum locket_fork fork)
{
        (void)fork;
        begin(HOW_RAW);
        SAME(fork_run(HOW_RAW, wipes_first, NULL), 0);
        fork_intact(&omitted);
}

/* What an arena does not want, its pages do not have in a child either. */
static void dumped_child(void *p)
{
        SAME(locket_size(p), 60);
        NEED(!unit_flag(p, "dd") && unit_flag(p, "dc"));
}

static void omit_dumped(enum locket_fork fork)
{
        struct locket_policy policy;
        struct locket_arena *a;
        unsigned char *p;

        (void)fork;
        locket_policy_init(&policy);
        policy.fork = LOCKET_FORK_OMIT;
        policy.undumped = LOCKET_OFF;
        a = locket_arena_create(&policy);
        p = locket_arena_malloc(a, 60);
        NEED(p != NULL && !unit_flag(p, "dd") && unit_flag(p, "dc"));
        SAME(fork_run(HOW_FORK, dumped_child, p), 0);
        locket_free(p);
        SAME(locket_arena_destroy(a), 0);
        NEED(unit_flag(p, "dd") && !unit_flag(p, "dc"));
}

/* Spans go from policy to policy, never two at once. */
static void policies_apart(enum locket_fork unused)
{
        enum { ARENAS = 9 };
        struct locket_arena *a[ARENAS];
        unsigned char *p[ARENAS][3];
        int round;
        int i;
        int j;

        (void)unused;
        for (round = 0; round < 4; round++) {
                for (i = 0; i < ARENAS; i++) {
                        a[i] = fork_arena((enum locket_fork)((i + round) % 3));
                        for (j = 0; j < 3; j++) {
                                p[i][j] = locket_arena_malloc(a[i], (size_t)j * 6000 + 1);
                                fork_fresh(p[i][j], (size_t)j * 6000 + 1,
                                           (enum locket_fork)((i + round) % 3));
                        }
                }
                for (i = 0; i < ARENAS; i++) {
                        for (j = 0; j < 3; j++) {
                                locket_free(p[i][j]);
                        }
                        SAME(locket_arena_destroy(a[i]), 0);
                        for (j = 0; j < 3; j++) {
                                NEED(unit_flag(p[i][j], "wf") && !unit_flag(p[i][j], "dc"));
                        }
                }
        }
        fork_sound();
}

const struct fork_test omit_tests[] = {
        { "omit_reserved", omit_reserved, 1 },
        { "omit_reserved_raw", omit_reserved_raw, 1 },
        { "omit_landed", omit_landed, 1 },
        { "omit_landed_raw", omit_landed_raw, 1 },
        { "omit_wipe_all_first", omit_wipe_all_first, 1 },
        { "omit_dumped", omit_dumped, 1 },
        { "policies_apart", policies_apart, 1 },
        { NULL, NULL, 0 },
};
