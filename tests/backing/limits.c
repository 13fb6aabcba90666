/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * limits.c - every limit is an errno, and leaves nothing half done.
 */
#include "backing.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* What the process has, whatever the limit of descriptors is. */
static void look(size_t *locked, size_t *mappings)
{
        struct rlimit files;
        struct rlimit most;

        NEED(getrlimit(RLIMIT_NOFILE, &files) == 0);
        most = files;
        most.rlim_cur = most.rlim_max;
        NEED(setrlimit(RLIMIT_NOFILE, &most) == 0);
        *locked = unit_locked();
        *mappings = unit_mappings();
        NEED(setrlimit(RLIMIT_NOFILE, &files) == 0);
}

/* An errno; and no page more than before, and no mapping but those of a new slab. */
static void refused(struct locket_arena *arena, size_t size, int error)
{
        size_t locked[2];
        size_t mappings[2];

        look(&locked[0], &mappings[0]);
        errno = 0;
        NEED(locket_arena_malloc(arena, size) == NULL);
        SAME(errno, error);
        look(&locked[1], &mappings[1]);
        SAME(locked[1], locked[0]);
        NEED(mappings[1] <= mappings[0] + 4 + UNIT_SLACK);
}

static void fill(void *argument)
{
        struct locket_arena *arena = argument;
        unsigned char *p[17];
        int k;

        NEED(unit_become_user(16 * unit_page()));
        for (k = 0; k < 16; k++) {
                p[k] = locket_arena_malloc(arena, 1000);
                NEED(p[k] != NULL);
                memset(p[k], k, 1000);
        }
        SAME(unit_locked(), 16 * unit_page());
        refused(arena, 1000, EAGAIN);
        refused(arena, 16 * unit_page(), EAGAIN);
        NEED(locket_malloc(1) == NULL && errno == EAGAIN);
        for (k = 0; k < 16; k++) {
                SAME(count(p[k], 1000, (unsigned char)k), 1000);
                locket_free(p[k]);
        }
        NEED(locket_malloc(5 * unit_page() - 100) != NULL); /* what is kept makes way */
        p[0] = locket_arena_malloc(arena, 11 * unit_page() - 100);
        NEED(p[0] != NULL);
        locket_free(p[0]);
        SAME(locket_arena_destroy(arena), 0);
}

BOTH(lock_limit)
{
        NEED(unit_ends(fill, arena_of(backing)));
}

static void nothing(void *argument)
{
        NEED(unit_become_user(0));
        refused(argument, 1000, EPERM);
}

BOTH(lock_limit_none)
{
        NEED(unit_ends(nothing, arena_of(backing)));
}

BOTH(cap)
{
        struct locket_policy policy;
        struct locket_arena *arena;
        unsigned char *p;

        policy_of(backing, &policy);
        policy.capacity = 3 * unit_page();
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        refused(arena, 4 * unit_page(), ENOMEM);
        p = locket_arena_malloc(arena, 2 * unit_page());
        NEED(p != NULL);
        refused(arena, 2 * unit_page(), ENOMEM);
        locket_free(p);
        p = locket_arena_malloc(arena, 3 * unit_page() - 100);
        NEED(p != NULL);
        locket_free(p);
        SAME(locket_arena_destroy(arena), 0);
}

/* No descriptor is free: an errno, and the next time it works. */
BOTH(no_descriptor)
{
        struct locket_arena *arena = arena_of(backing);
        struct rlimit files;
        struct rlimit none;
        unsigned char *p;

        NEED(getrlimit(RLIMIT_NOFILE, &files) == 0);
        none = files;
        none.rlim_cur = 0;
        NEED(setrlimit(RLIMIT_NOFILE, &none) == 0);
        refused(arena, 1000, EMFILE);
        NEED(setrlimit(RLIMIT_NOFILE, &files) == 0);
        p = locket_arena_malloc(arena, 1000);
        NEED(p != NULL);
        NEED(setrlimit(RLIMIT_NOFILE, &none) == 0);
        locket_free(p); /* needs none */
        SAME(locket_arena_destroy(arena), 0);
        NEED(setrlimit(RLIMIT_NOFILE, &files) == 0);
}

/* A limit of file sizes is an errno, and not SIGXFSZ. */
BOTH(file_size)
{
        struct locket_arena *arena = arena_of(backing);
        const struct rlimit small = { 4 * unit_page(), RLIM_INFINITY };
        unsigned char *p;

        NEED(setrlimit(RLIMIT_FSIZE, &small) == 0);
        refused(arena, 5 * unit_page(), EFBIG);
        p = locket_arena_malloc(arena, 3 * unit_page());
        NEED(p != NULL);
        locket_free(p);
}

/* Mappings of its own, until the kernel gives no more. */
static size_t use_mappings(unsigned char *from, size_t pages)
{
        const size_t page = unit_page();
        size_t k;

        for (k = 0; k < pages; k += 2) {
                if (mprotect(from + k * page, page, PROT_READ) != 0) {
                        SAME(errno, ENOMEM);
                        break;
                }
        }
        return k;
}

/* At the mapping limit nothing is made, all can be freed, and the places stay
 * what they were: no hole that something else could land in. */
BOTH(mapping_limit)
{
        const size_t page = unit_page();
        const size_t pages = 150000;
        struct locket_arena *arena = arena_of(backing);
        unsigned char *p[20];
        unsigned char *room;
        size_t used;
        int k;

        for (k = 0; k < 20; k++) {
                p[k] = locket_arena_malloc(arena, 3000);
                NEED(p[k] != NULL);
                memset(p[k], 9, 3000);
        }
        room = mmap(NULL, pages * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        NEED(room != MAP_FAILED);
        used = use_mappings(room, pages);
        if (used >= pages) {
                printf("the mapping limit is not reached here\n");
                return;
        }
        errno = 0;
        NEED(locket_arena_malloc(arena, 3000) == NULL);
        SAME(errno, ENOMEM);
        for (k = 0; k < 20; k++) {
                SAME(count(p[k], 3000, 9), 3000);
                locket_free(p[k]);
                NEED(strcmp(unit_access(p[k]) + 1, "--s") == 0 ||
                     strcmp(unit_access(p[k]), "---p") == 0);
        }
        SAME(locket_arena_destroy(arena), 0);
        for (k = 0; k < 20; k++) {
                NEED(strcmp(unit_access(p[k]), "---p") == 0);
        }
        SAME(munmap(room, pages * page), 0);
        arena = arena_of(backing);
        NEED(locket_arena_malloc(arena, 3000) != NULL);
}

int limit_tests(void)
{
        const struct CMUnitTest tests[] = {
                TESTS(lock_limit),    TESTS(lock_limit_none), TESTS(cap),
                TESTS(no_descriptor), TESTS(file_size),       TESTS(mapping_limit),
        };

        return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
