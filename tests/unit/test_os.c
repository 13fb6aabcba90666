/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_os.c - the contracts of os.h against the running kernel: what a call
 * promises is looked up in /proc, not in what it returned.
 */
#include "unit.h"

#include <linux/sched.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "os.h"

#define PAGES 8u

/* A reservation of PAGES pages. */
static unsigned char *some(void)
{
        unsigned char *b = locket_os_reserve(PAGES * unit_page());

        NEED(b != NULL);
        return b;
}

CASE(page)
{
        SAME(locket_os_page(), unit_page());
        NEED((locket_os_page() & (locket_os_page() - 1)) == 0);
}

CASE(reserve_and_release)
{
        const size_t page = unit_page();
        const size_t mappings = unit_mappings();
        unsigned char *b = some();

        NEED(strcmp(unit_access(b), "---p") == 0);
        NEED(strcmp(unit_access(b + PAGES * page - 1), "---p") == 0);
        NEED(unit_faults(b, 0) && unit_faults(b + PAGES * page - 1, 1));
        locket_os_release(b, PAGES * page);
        NEED(strcmp(unit_access(b), "") == 0);
        NEED(unit_mappings() <= mappings + 1 + UNIT_SLACK);
        errno = 4711;
        NEED(locket_os_reserve(SIZE_MAX / 2 / page * page) == NULL);
        SAME(errno, 4711);
}

static void lock_all_future(void *unused)
{
        unsigned char *b;

        (void)unused;
        if (syscall(SYS_mlockall, MCL_FUTURE) != 0) {
                return;
        }
        b = some();
        NEED(!unit_flag(b, "lo"));
}

CASE(reserve_is_not_charged)
{
        NEED(unit_ends(lock_all_future, NULL));
}

CASE(table)
{
        const size_t page = unit_page();
        unsigned char *t = locket_os_table(3 * page + 1);
        size_t i;

        NEED(t != NULL);
        NEED(strcmp(unit_access(t), "---p") == 0);
        SAME(locket_os_open_table(t, page + 5, 2 * page + 1), 0);
        NEED(strcmp(unit_access(t), "---p") == 0);
        NEED(strcmp(unit_access(t + page), "rw-p") == 0);
        NEED(strcmp(unit_access(t + 3 * page - 1), "rw-p") == 0);
        NEED(strcmp(unit_access(t + 3 * page), "---p") == 0);
        SAME(locket_os_open_table(t, 0, 3 * page + 1), 0);
        for (i = 0; i < 4 * page; i++) {
                SAME(t[i], 0);
        }
        NEED(strcmp(unit_access(t - 1), "---p") == 0);
        NEED(strcmp(unit_access(t + 4 * page), "---p") == 0);
        NEED(unit_flag(t, "dd"));
        locket_os_release_table(t, 3 * page + 1);
        NEED(strcmp(unit_access(t), "") == 0);
        NEED(strcmp(unit_access(t - 1), "") == 0);
        NEED(strcmp(unit_access(t + 4 * page), "") == 0);
        NEED(locket_os_table(SIZE_MAX / 4) == NULL);
}

static void is_zero(void *b)
{
        NEED(((unsigned char *)b)[0] == 0 && ((unsigned char *)b)[unit_page()] == 0);
}

static void is_seven(void *b)
{
        NEED(((unsigned char *)b)[0] == 7 && ((unsigned char *)b)[unit_page()] == 7);
}

CASE(wiped_table)
{
        const size_t page = unit_page();
        unsigned char *t = locket_os_table(2 * page);

        SAME(locket_os_open_table(t, 0, 2 * page), 0);
        t[0] = 7;
        t[page] = 7;
        NEED(unit_ends(is_seven, t));
        SAME(locket_os_wipe_table(t, 2 * page), 0);
        NEED(unit_flag(t, "wf") && unit_flag(t + page, "wf"));
        NEED(unit_ends(is_zero, t));
        NEED(unit_raw_child(is_zero, t) == 0);
        SAME(t[0], 7);
}

CASE(access_modes)
{
        const size_t page = unit_page();
        unsigned char *b = some();

        errno = 4711;
        SAME(locket_os_open(b, page, 3 * page), 0);
        NEED(strcmp(unit_access(b), "---p") == 0);
        NEED(strcmp(unit_access(b + page), "rw-p") == 0);
        NEED(strcmp(unit_access(b + 3 * page - 1), "rw-p") == 0);
        NEED(strcmp(unit_access(b + 3 * page), "---p") == 0);
        b[page] = 9;
        SAME(locket_os_read_only(b, page, 2 * page), 0);
        NEED(strcmp(unit_access(b + page), "r--p") == 0);
        NEED(strcmp(unit_access(b + 2 * page), "rw-p") == 0);
        NEED(unit_faults(b + page, 1) && !unit_faults(b + page, 0));
        SAME(locket_os_close(b, page, 2 * page), 0);
        NEED(strcmp(unit_access(b + page), "---p") == 0);
        NEED(unit_faults(b + page, 0));
        SAME(locket_os_open(b, page, 2 * page), 0);
        SAME(b[page], 9);
        SAME(errno, 4711);
        locket_os_release(b, PAGES * page);
        SAME(locket_os_open(b, 0, page), ENOMEM); /* nothing is there */
        SAME(locket_os_close(b, 0, page), ENOMEM);
        SAME(locket_os_read_only(b, 0, page), ENOMEM);
        SAME(errno, 4711);
}

CASE(lock)
{
        const size_t page = unit_page();
        unsigned char *b = some();
        size_t before;

        SAME(locket_os_open(b, page, 4 * page), 0);
        before = unit_locked();
        SAME(locket_os_lock(b, page, 3 * page), 0);
        SAME(unit_locked(), before + 2 * page);
        NEED(unit_flag(b + page, "lo") && unit_flag(b + 3 * page - 1, "lo"));
        NEED(!unit_flag(b + 3 * page, "lo"));
        SAME(locket_os_unlock(b, page, 2 * page), 0);
        SAME(unit_locked(), before + page);
        NEED(!unit_flag(b + page, "lo") && unit_flag(b + 2 * page, "lo"));
        SAME(locket_os_unlock(b, 2 * page, 3 * page), 0);
        SAME(unit_locked(), before);
}

static void at_limit(void *unused)
{
        const size_t page = unit_page();
        unsigned char *b = some();

        (void)unused;
        NEED(unit_become_user(2 * page));
        SAME(locket_os_open(b, 0, PAGES * page), 0);
        errno = 4711;
        SAME(locket_os_lock(b, 0, 2 * page), 0);
        SAME(locket_os_lock(b, 2 * page, 3 * page), EAGAIN);
        SAME(errno, 4711);
        SAME(locket_os_unlock(b, 2 * page, 3 * page), 0);
        SAME(unit_locked(), 2 * page);
        SAME(locket_os_lock_limit(), 2 * page);
}

static void at_no_limit(void *unused)
{
        unsigned char *b = some();

        (void)unused;
        NEED(unit_become_user(0));
        SAME(locket_os_open(b, 0, unit_page()), 0);
        SAME(locket_os_lock(b, 0, unit_page()), EPERM);
        SAME(locket_os_lock_limit(), 0);
}

/* As root of a user namespace of its own: all capabilities, none that counts. */
static void in_namespace(void *unused)
{
        const size_t page = unit_page();

        (void)unused;
        NEED(unit_become_user(2 * page));
        if (syscall(SYS_unshare, (long)CLONE_NEWUSER) != 0) {
                (void)fprintf(stderr, "SKIPPED: no user namespace for an ordinary user here\n");
                return;
        }
        SAME(locket_os_lock_limit(), 2 * page);
}

CASE(lock_limit)
{
        NEED(unit_ends(in_namespace, NULL));
        NEED(unit_ends(at_limit, NULL));
        NEED(unit_ends(at_no_limit, NULL));
        if (getuid() == 0) {
                SAME(locket_os_lock_limit(), SIZE_MAX);
        }
}

CASE(discard)
{
        const size_t page = unit_page();
        unsigned char *b = some();

        SAME(locket_os_open(b, 0, 3 * page), 0);
        memset(b, 5, 3 * page);
        SAME(locket_os_discard(b, page, 2 * page), 0);
        SAME(b[page - 1], 5);
        SAME(b[2 * page], 5);
        NEED(unit_zero(b + page, page));
        SAME(locket_os_lock(b, page, 2 * page), 0);
        SAME(locket_os_discard(b, page, 2 * page), EINVAL); /* locked pages stay */
}

CASE(undump)
{
        const size_t page = unit_page();
        unsigned char *b = some();

        SAME(locket_os_undump(b, page, 3 * page, 1), 0);
        NEED(!unit_flag(b, "dd") && unit_flag(b + page, "dd") && !unit_flag(b + 3 * page, "dd"));
        SAME(locket_os_undump(b, page, 3 * page, 0), 0);
        NEED(!unit_flag(b + page, "dd"));
}

CASE(wipe_on_fork)
{
        const size_t page = unit_page();
        unsigned char *b = some();

        SAME(locket_os_open(b, 0, 2 * page), 0);
        b[0] = 7;
        b[page] = 7;
        SAME(locket_os_wipe_on_fork(b, 0, 2 * page, 1), 0);
        NEED(unit_flag(b, "wf"));
        NEED(unit_ends(is_zero, b));
        SAME(locket_os_wipe_on_fork(b, 0, 2 * page, 0), 0);
        NEED(!unit_flag(b, "wf"));
        NEED(unit_ends(is_seven, b));
        SAME(b[0], 7);
}

CASE(wishes)
{
        unsigned char *b = some();

        errno = 4711;
        SAME(locket_os_unmerge(b, 0, unit_page()), 0);
        NEED(!unit_flag(b, "mg"));
        locket_os_small_pages(b, 0, unit_page());
        locket_os_name(b, 0, unit_page(), "a name");
        SAME(errno, 4711);
}

CASE(random_words)
{
        uint64_t ones = 0;
        uint64_t zeros = 0;
        uint64_t last = 0;
        int i;

        for (i = 0; i < 200; i++) {
                uint64_t word = last;

                SAME(locket_os_random(&word), 0);
                NEED(word != last);
                ones |= word;
                zeros |= ~word;
                last = word;
        }
        SAME(ones, UINT64_MAX); /* each bit was seen both ways */
        SAME(zeros, UINT64_MAX);
}

static void say_seven(void)
{
        _exit(7);
}

static void leaves(void *unused)
{
        (void)unused;
        SAME(locket_os_at_exit(say_seven), 0);
        exit(0);
}

CASE(at_exit)
{
        SAME(unit_child(leaves, NULL), 7 << 8);
}

static int order;
static void first(void)
{
        order = order * 10 + 1;
}
static void second(void)
{
        order = order * 10 + 2;
}
static void third(void)
{
        order = order * 10 + 3;
}
static void in_child(void *unused)
{
        (void)unused;
        SAME(order, 13);
}

CASE(at_fork)
{
        SAME(locket_os_at_fork(first, second, third), 0);
        NEED(unit_ends(in_child, NULL));
        SAME(order, 12);
}

static void hardened(void *unused)
{
        struct rlimit limit = { 4096, 65536 };

        (void)unused;
        SAME(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
        limit.rlim_cur = limit.rlim_max = 1 << 20;
        SAME(setrlimit(RLIMIT_CORE, &limit), 0);
        errno = 4711;
        SAME(locket_os_harden(), 0);
        SAME(errno, 4711);
        SAME(getrlimit(RLIMIT_CORE, &limit), 0);
        SAME(limit.rlim_cur, 0);
        SAME(limit.rlim_max, 0);
        SAME(prctl(PR_GET_DUMPABLE), 0);
        SAME(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
        SAME(limit.rlim_cur, 65536);
        SAME(limit.rlim_max, 65536);
}

CASE(harden)
{
        NEED(unit_ends(hardened, NULL));
}

CASE(numbers)
{
        const size_t page = unit_page();
        unsigned char *b = some();
        FILE *f = fopen("/proc/sys/vm/max_map_count", "r");
        unsigned long long limit = 0;
        size_t number = 1;
        size_t now = 0;

        NEED(f != NULL && fscanf(f, "%llu", &limit) == 1);
        (void)fclose(f);
        errno = 4711;
        SAME(locket_os_mapping_limit(&number), 0);
        SAME(number, limit);
        SAME(locket_os_open(b, 0, page), 0);
        SAME(locket_os_lock(b, 0, page), 0);
        SAME(locket_os_locked_now(&number), 0);
        SAME(number, unit_locked());
        NEED(number >= page);
        now = unit_mappings();
        SAME(locket_os_mappings_now(&number), 0);
        NEED(number + 1 >= now && number <= now + UNIT_SLACK); /* vsyscall is not one */
        SAME(errno, 4711);
}

/* A process may have any name, and the kernel shows it in the same file. */
CASE(numbers_and_names)
{
        size_t locked = 0;

        SAME(prctl(PR_SET_NAME, "VmLck: 77", 0, 0, 0), 0);
        SAME(locket_os_locked_now(&locked), 0);
        SAME(locked, unit_locked());
        SAME(prctl(PR_SET_NAME, "VVmLck", 0, 0, 0), 0);
        SAME(locket_os_locked_now(&locked), 0);
        SAME(locked, unit_locked());
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(page),          cmocka_unit_test(reserve_and_release),
                cmocka_unit_test(reserve_is_not_charged),
                cmocka_unit_test(table),         cmocka_unit_test(wiped_table),
                cmocka_unit_test(access_modes),        cmocka_unit_test(lock),
                cmocka_unit_test(lock_limit),    cmocka_unit_test(discard),
                cmocka_unit_test(undump),        cmocka_unit_test(wipe_on_fork),
                cmocka_unit_test(wishes),        cmocka_unit_test(random_words),
                cmocka_unit_test(at_exit),       cmocka_unit_test(at_fork),
                cmocka_unit_test(harden),        cmocka_unit_test(numbers),
                cmocka_unit_test(numbers_and_names),
        };

        return cmocka_run_group_tests_name("os", tests, NULL, NULL);
}
