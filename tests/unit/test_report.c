/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_report.c - what is reported, against what /proc says and what the
 * test itself did.
 */
#include "unit.h"

#include <sys/resource.h>

#include "home.h"
#include "os.h"
#include "locket.h"

static struct locket_report inspect(const void *p)
{
        struct locket_report r = { 0 };

        SAME(locket_inspect(p, &r), 0);
        SAME(r.struct_size, sizeof r);
        return r;
}

CASE(report_of_a_secret)
{
        unsigned char *p = locket_malloc(100);
        struct locket_report r = inspect(p);

        SAME(r.size, 100);
        SAME(r.capacity, 112);
        SAME(r.layout, LOCKET_GUARDED);
        SAME(r.backing, LOCKET_ANONYMOUS);
        SAME(r.access, LOCKET_READ_WRITE);
        SAME(r.lost, 0);
        SAME(r.locked.in_force, unit_flag(p, "lo"));
        SAME(r.undumped.in_force, unit_flag(p, "dd"));
        SAME(r.fork_safe.in_force, unit_flag(p, "wf"));
        SAME(r.locked.in_force + r.undumped.in_force + r.fork_safe.in_force +
                     r.unmerged.in_force + r.guarded.in_force, 5);
        SAME(r.locked.error | r.undumped.error | r.fork_safe.error | r.unmerged.error, 0);
        NEED(!unit_flag(p, "mg"));
        SAME(locket_protect(p, LOCKET_READ_ONLY), 0);
        SAME(inspect(p).access, LOCKET_READ_ONLY);
        SAME(locket_protect(p, LOCKET_NO_ACCESS), 0);
        SAME(inspect(p).access, LOCKET_NO_ACCESS);
}

CASE(capacity_is_true)
{
        size_t size;

        for (size = 1; size < 5000; size += 37) {
                unsigned char *p = locket_aligned_alloc(64, size);
                const size_t capacity = inspect(p).capacity;

                NEED(capacity >= size);
                NEED(locket_realloc(p, capacity) == p);
                SAME(inspect(p).capacity, capacity);
                locket_free(p);
        }
}

CASE(not_wanted)
{
        struct locket_policy policy;
        struct locket_report r;
        unsigned char *p;

        locket_policy_init(&policy);
        policy.locked = policy.undumped = policy.fork_safe = policy.unmerged = LOCKET_OFF;
        p = locket_arena_malloc(locket_arena_create(&policy), 10);
        r = inspect(p);
        SAME(r.locked.in_force | r.locked.error, 0);
        SAME(r.undumped.in_force | r.undumped.error, 0);
        SAME(r.fork_safe.in_force | r.fork_safe.error, 0);
        SAME(r.unmerged.in_force | r.unmerged.error, 0);
        SAME(r.guarded.in_force, 1);
        NEED(!unit_flag(p, "lo") && !unit_flag(p, "dd") && !unit_flag(p, "wf"));
        SAME(unit_locked(), 0);
}

static void preferred(void *arena)
{
        struct locket_report r;
        unsigned char *p;

        NEED(unit_become_user(0));
        p = locket_arena_malloc(arena, 10);
        NEED(p != NULL);
        r = inspect(p);
        SAME(r.locked.in_force, 0);
        SAME(r.locked.error, EPERM);
        SAME(r.undumped.in_force, 1);
        NEED(!unit_flag(p, "lo"));
        locket_free(p);
}

CASE(preferred_and_refused)
{
        struct locket_policy policy;

        locket_policy_init(&policy);
        policy.locked = LOCKET_PREFER;
        NEED(unit_ends(preferred, locket_arena_create(&policy)));
}

static struct locket_stats stats(void)
{
        struct locket_stats s = { 0 };

        SAME(locket_stats(&s), 0);
        SAME(s.struct_size, sizeof s);
        return s;
}

CASE(stats_before_first_use)
{
        const struct locket_stats s = stats();

        SAME(s.live_secrets | s.live_bytes | s.locked_bytes | s.slabs | s.quarantined |
                     s.peak_live_secrets | s.peak_locked_bytes | s.violations, 0);
        NEED(locket_home_here() == NULL);
}

CASE(stats_count)
{
        const size_t page = unit_page();
        struct locket_arena *a = locket_arena_create(NULL);
        void *p[30];
        size_t i;
        size_t bytes = 0;

        for (i = 0; i < 30; i++) {
                p[i] = i % 2 == 0 ? locket_malloc(i * 100) : locket_arena_malloc(a, i * 100);
                bytes += i * 100;
                SAME(stats().live_secrets, i + 1);
                SAME(stats().live_bytes, bytes);
                SAME(stats().locked_bytes, unit_locked());
        }
        SAME(stats().quarantined, 0);
        SAME(stats().slabs, 2);
        p[29] = locket_realloc(p[29], 2901);
        SAME(stats().live_bytes, bytes + 1);
        bytes += 1;
        NEED((p[0] = locket_realloc(p[0], 2 * page)) != NULL);
        SAME(stats().live_bytes, bytes + 2 * page);
        SAME(stats().live_secrets, 30);
        SAME(stats().slabs, 3);
        for (i = 0; i < 30; i++) {
                locket_free(p[i]);
                SAME(stats().live_secrets, 29 - i);
                SAME(stats().locked_bytes, unit_locked());
        }
        SAME(stats().live_bytes, 0);
        SAME(stats().quarantined, 16);
        NEED(stats().peak_live_secrets >= 30 && stats().peak_live_secrets <= 31);
        NEED(stats().peak_locked_bytes >= 30 * page);
        SAME(locket_arena_destroy(a), 0);
        SAME(stats().quarantined, 8);
        SAME(stats().locked_bytes, unit_locked());
}

CASE(damaged)
{
        unsigned char *p[10];
        size_t i;

        SAME(locket_validate(), 0);
        for (i = 0; i < 10; i++) {
                p[i] = locket_malloc(33 + i);
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < 10; i += 3) {
                p[i][33 + i] ^= 1;
                SAME(locket_validate(), 1 + i / 3);
        }
        for (i = 0; i < 10; i += 3) {
                SAME(locket_protect(p[i], (enum locket_access)(i % 2)), 0);
                SAME(locket_validate(), 4);
                SAME(inspect(p[i]).access, i % 2);
                NEED(strcmp(unit_access(p[i]), i % 2 ? "r--p" : "---p") == 0);
                SAME(locket_protect(p[i], LOCKET_READ_WRITE), 0);
        }
        for (i = 0; i < 10; i += 3) {
                p[i][33 + i] ^= 1;
        }
        SAME(locket_validate(), 0);
        p[5][-1] ^= 1;
        SAME(locket_validate(), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(report_of_a_secret), cmocka_unit_test(capacity_is_true),
                cmocka_unit_test(not_wanted),         cmocka_unit_test(preferred_and_refused),
                cmocka_unit_test(stats_before_first_use),
                cmocka_unit_test(stats_count),        cmocka_unit_test(damaged),
        };

        return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
