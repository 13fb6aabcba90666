/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * many.c - hundreds of forks in a row: nothing grows.
 */
#include "fork.h"

/* What the kernel says of a process. */
struct weight {
        size_t mappings, locked, descriptors;
};

static struct weight weigh(void)
{
        struct weight w;

        w.mappings = unit_mappings();
        w.locked = unit_locked();
        w.descriptors = fork_descriptors();
        return w;
}

/* Some of everything, and all of it given back. */
static void use(struct locket_arena *arena)
{
        unsigned char *p[24];
        int i;

        for (i = 0; i < 24; i++) {
                const size_t size = (size_t)i * 700;

                p[i] = i % 3 == 0 ? locket_malloc(size) : locket_arena_malloc(arena, size);
                NEED(p[i] != NULL);
                memset(p[i], 1, size);
        }
        for (i = 0; i < 24; i++) {
                locket_free(p[i]);
        }
}

static void child(void *argument)
{
        const struct parent *p = argument;

        use(p->arena);
        locket_free(p->secret[OPEN]);
}

/* A parent of hundreds weighs after them what it weighed after the first. */
static void many_children_test(enum locket_fork fork)
{
        struct weight before;
        struct weight after;
        struct parent p;
        size_t i;

        memset(&p, 0, sizeof p);
        p.fork = fork;
        fork_parent(&p);
        SAME(fork_run(HOW_FORK, child, &p), 0);
        use(p.arena);
        before = weigh();
        for (i = 0; i < unit_count(400, 20); i++) {
                p.how = i % 2 == 0 ? HOW_FORK : HOW_RAW;
                SAME(fork_run(p.how, child, &p), 0);
        }
        after = weigh();
        NEED(after.mappings <= before.mappings + UNIT_SLACK);
        SAME(after.locked, before.locked);
        SAME(after.descriptors, before.descriptors);
        fork_intact(&p);
}

struct chain {
        struct parent p;
        size_t left;
        size_t length;
        struct weight young;
};

/* Generations after which a chain must not grow any more. */
#define SETTLED 20u

static void link_of(void *argument)
{
        struct chain own = *(struct chain *)argument;
        const size_t generation = own.length - own.left;

        (void)alarm(600);
        use(own.p.arena);
        fork_inherited(&own.p, OPEN);
        if (generation == SETTLED) {
                own.young = weigh();
        } else if (generation > SETTLED) {
                const struct weight now = weigh();

                if (now.mappings > own.young.mappings + 8 + UNIT_SLACK) {
                        SAME(now.mappings, own.young.mappings);
                }
                SAME(now.locked, own.young.locked);
                SAME(now.descriptors, own.young.descriptors);
        }
        if (own.left > 0) {
                own.left -= 1;
                own.p.how = own.left % 2 == 0 ? HOW_FORK : HOW_RAW;
                SAME(fork_run(own.p.how, link_of, &own), 0);
        }
}

/* A child of a child of a child ... */
static void many_generations_test(enum locket_fork fork)
{
        struct chain c;

        memset(&c, 0, sizeof c);
        c.p.fork = fork;
        c.length = unit_count(300, 40);
        c.left = c.length;
        fork_parent(&c.p);
        SAME(fork_run(HOW_FORK, link_of, &c), 0);
        fork_intact(&c.p);
}

const struct fork_test many_tests[] = {
        { "many_children", many_children_test, 0 },
        { "many_generations", many_generations_test, 0 },
        { NULL, NULL, 0 },
};
