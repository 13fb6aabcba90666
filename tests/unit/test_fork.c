/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_fork.c - the page that says whose tables these are, and what a child
 * may do, however it was made.
 */
#include "unit.h"

#include <sys/mman.h>

#include "fork.h"
#include "home.h"
#include "os.h"

CASE(page)
{
        struct locket_process *p = locket_fork_page();
        const unsigned char *b = (const unsigned char *)p;

        NEED(p != NULL);
        SAME(p->state, LOCKET_FORK_RECOVERING);
        SAME(p->key_low, 0);
        SAME(p->key_high, 0);
        SAME(p->owner, 0);
        SAME(locket_fork_stranger(p), 0);
        locket_fork_adopt(p);
        SAME(p->owner, 0);
        NEED(strcmp(unit_access(b), "rw-p") == 0);
        NEED(strcmp(unit_access(b - 1), "---p") == 0);
        NEED(strcmp(unit_access(b + unit_page()), "---p") == 0);
        NEED(unit_flag(b, "wf") && unit_flag(b, "dd"));
}

static void sees_child(void *process)
{
        struct locket_process *p = process;
        const uint64_t low = 0;

        SAME(p->state, LOCKET_FORK_CHILD);
        SAME(p->key_low, low);
        SAME(p->key_high, 0);
        SAME(p->key_error, 0);
}

CASE(page_in_a_child)
{
        struct locket_process *p = locket_fork_page();

        SAME(locket_fork_draw(p), 0);
        p->state = LOCKET_FORK_ALIVE;
        NEED(unit_ends(sees_child, p));
        SAME(unit_raw_child(sees_child, p), 0);
        SAME(p->state, LOCKET_FORK_ALIVE);
}

CASE(keys)
{
        struct locket_process *p = locket_fork_page();
        uint64_t low = 0;
        uint64_t high = 0;
        int i;

        for (i = 0; i < 100; i++) {
                p->key_error = 99;
                SAME(locket_fork_draw(p), 0);
                SAME(p->key_error, 0);
                NEED(p->key_low != low && p->key_high != high && p->key_low != p->key_high);
                low = p->key_low;
                high = p->key_high;
        }
}

/* ---------------------------------------------------- the whole, in a child */

#define SECRETS 12u
#define PATTERN 0x5au

struct parent {
        unsigned char *secret[SECRETS];
        uint64_t key_low, key_high;
        uint64_t *told;         /* shared: the key of a child */
        struct locket_arena *arena;
        int depth;
};

static size_t size_of(size_t i)
{
        return i * 700 + 1;
}

static void make(struct parent *p)
{
        size_t i;

        for (i = 0; i < SECRETS; i++) {
                p->secret[i] = i % 3 == 2 ? locket_arena_malloc(p->arena, size_of(i))
                                          : locket_malloc(size_of(i));
                NEED(p->secret[i] != NULL);
                memset(p->secret[i], PATTERN, size_of(i));
                if (i % 2 == 1) {
                        SAME(locket_protect(p->secret[i], i % 4 == 1 ? LOCKET_NO_ACCESS
                                                                     : LOCKET_READ_ONLY), 0);
                }
        }
        p->key_low = locket_home_here()->tables.process->key_low;
        p->key_high = locket_home_here()->tables.process->key_high;
}

static void child_right(void *parent)
{
        struct parent *p = parent;
        struct parent own = *p;
        struct locket_process *process;
        struct locket_report report = { 0 };
        struct locket_stats stats = { 0 };
        unsigned char *fresh;
        size_t i;

        SAME(unit_locked(), 0);
        for (i = 0; i < SECRETS; i++) { /* before any call of locket's */
                NEED(unit_zero(p->secret[i], size_of(i)));
        }
        SAME(locket_validate(), 0);
        SAME(locket_stats(&stats), 0);
        SAME(stats.live_secrets, SECRETS);
        SAME(stats.locked_bytes, 0);
        fresh = locket_malloc(100);
        NEED(fresh != NULL);
        NEED(unit_flag(fresh, "lo") && unit_flag(fresh, "wf") && unit_flag(fresh, "dd"));
        SAME(unit_locked(), unit_page());
        process = locket_home_here()->tables.process;
        SAME(process->state, LOCKET_FORK_ALIVE);
        NEED(process->key_low != p->key_low && process->key_high != p->key_high);
        NEED((process->key_low | process->key_high) != 0);
        p->told[p->depth] = process->key_low;
        for (i = 0; i < SECRETS; i++) {
                NEED(fresh != p->secret[i]);
                SAME(locket_size(p->secret[i]), size_of(i));
                report.struct_size = sizeof report;
                SAME(locket_inspect(p->secret[i], &report), 0);
                SAME(report.lost, 1);
                SAME(report.locked.in_force, 0);
                SAME(report.access, i % 2 == 0   ? LOCKET_READ_WRITE
                                    : i % 4 == 1 ? LOCKET_NO_ACCESS
                                                 : LOCKET_READ_ONLY);
        }
        SAME(locket_inspect(fresh, &report), 0);
        SAME(report.lost, 0);
        SAME(report.locked.in_force, 1);
        memset(fresh, PATTERN, 100);
        p->secret[0][0] = 7; /* a lost secret may be written, for what it is worth */
        SAME(locket_validate(), 0);
        p->secret[1] = locket_realloc(p->secret[1], 5000); /* and grown: then it is found */
        NEED(p->secret[1] != NULL && unit_zero(p->secret[1], 5000));
        SAME(locket_inspect(p->secret[1], &report), 0);
        SAME(report.lost, 0);
        SAME(report.locked.in_force, 1);
        if (p->depth < 2) { /* a grandchild works the same way */
                own.depth = p->depth + 1;
                own.key_low = process->key_low;
                own.key_high = process->key_high;
                own.secret[1] = p->secret[1];
                locket_free(p->secret[1]);
                locket_free(fresh);
                for (i = 0; i < SECRETS; i++) {
                        if (i != 1) {
                                locket_free(own.secret[i]);
                        }
                }
                make(&own);
                if (p->depth == 0) {
                        NEED(unit_ends(child_right, &own));
                } else {
                        SAME(unit_raw_child(child_right, &own), 0);
                }
                return;
        }
        for (i = 0; i < SECRETS; i++) {
                locket_free(p->secret[i]);
        }
        locket_free(fresh);
        SAME(locket_stats(&stats), 0);
        SAME(stats.live_secrets, 0);
        SAME(stats.live_bytes, 0);
        SAME(locket_arena_destroy(p->arena), 0);
}

static void family(int raw)
{
        struct parent p;
        size_t i;

        memset(&p, 0, sizeof p);
        p.told = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        NEED(p.told != MAP_FAILED);
        p.arena = locket_arena_create(NULL);
        NEED(p.arena != NULL);
        make(&p);
        SAME(raw ? unit_raw_child(child_right, &p) : unit_child(child_right, &p), 0);
        NEED(p.told[0] != 0 && p.told[1] != 0 && p.told[2] != 0);
        NEED(p.told[0] != p.key_low && p.told[1] != p.told[0] && p.told[2] != p.told[1]);
        SAME(locket_home_here()->tables.process->key_low, p.key_low);
        for (i = 0; i < SECRETS; i++) { /* the parent's are as they were */
                SAME(unit_bytes(p.secret[i], size_of(i), PATTERN), size_of(i));
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < SECRETS; i++) {
                locket_free(p.secret[i]);
        }
}

CASE(child_of_fork)
{
        family(0);
}

CASE(child_of_clone)
{
        family(1);
}

static void frees_twice(void *p)
{
        locket_free(p);
        locket_free(p);
}

CASE(lost_and_freed_twice)
{
        void *p = locket_malloc(10);

        NEED(unit_aborts(frees_twice, p, "locket: double free of ", p));
        locket_free(p);
}

static void first_use(void *unused)
{
        void *p = locket_malloc(10);

        (void)unused;
        NEED(p != NULL && unit_flag(p, "lo"));
        locket_free(p);
}

CASE(fork_before_first_use)
{
        NEED(unit_ends(first_use, NULL));
        SAME(unit_raw_child(first_use, NULL), 0);
}

static void keeps(void *p)
{
        struct locket_report report = { 0 };

        SAME(unit_bytes(p, 64, PATTERN), 64);
        SAME(locket_inspect(p, &report), 0);
        SAME(report.lost, 0);
        SAME(report.fork_safe.in_force, 0);
        SAME(report.locked.in_force, 0);
        NEED((p = locket_realloc(p, 50000)) != NULL);
        SAME(unit_bytes(p, 64, PATTERN), 64);
        SAME(locket_inspect(p, &report), 0);
        SAME(report.locked.in_force, 1);
        locket_free(p);
}

/* fork_safe OFF: the child has a copy, and the spans go back as they were. */
CASE(not_wiped_if_not_wanted)
{
        struct locket_policy policy;
        struct locket_arena *a;
        unsigned char *p;

        locket_policy_init(&policy);
        policy.fork_safe = LOCKET_OFF;
        a = locket_arena_create(&policy);
        p = locket_arena_malloc(a, 64);
        NEED(p != NULL && !unit_flag(p, "wf"));
        memset(p, PATTERN, 64);
        NEED(unit_ends(keeps, p));
        locket_free(p);
        SAME(locket_arena_destroy(a), 0);
        NEED(unit_flag(p, "wf"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(page),
                cmocka_unit_test(page_in_a_child),
                cmocka_unit_test(keys),
                cmocka_unit_test(child_of_fork),
                cmocka_unit_test(child_of_clone),
                cmocka_unit_test(lost_and_freed_twice),
                cmocka_unit_test(fork_before_first_use),
                cmocka_unit_test(not_wiped_if_not_wanted),
        };

        return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
