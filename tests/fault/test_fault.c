/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_fault.c - the n-th call fails: every scenario, every function of os.h,
 * every n, once and from then on, each in a process of its own.  An error is
 * one that locket.h names, and leaves everything as it was; afterwards the
 * library works as if nothing had been.
 */
#define _GNU_SOURCE /* memfd_create */
#include "fault.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "locket.h"
#include "os.h"

/* Mappings more than before that an error may leave: a table that was split,
 * the tables of cells with their sealed guards, the library's data on both sides
 * of the violation handler's pages (2), and the heap of stdio. */
#define MAPPINGS_SPARE (UNIT_SANITIZED ? 60u : 18u)

static struct locket_stats stats(void)
{
        struct locket_stats s = { 0 };

        NEED(locket_stats(&s) == 0);
        return s;
}

/* The secrets of a slab that could not be reserved again in a child: strangers,
 * as is said of them. */
static int gone(struct fault_secret *s, int child)
{
        struct locket_report r = { 0 };

        if (!child || s->fork != LOCKET_FORK_OMIT || locket_inspect(s->p, &r) == 0) {
                return 0;
        }
        NEED(errno == EINVAL && fault_plan->struck > 0);
        s->p = NULL;
        s->size = 0;
        return 1;
}

/* Whether it is lost in a child: what is kept is, if it could not be locked. */
static int lost(const struct fault_secret *s, int child, int said)
{
        if (child && s->fork == LOCKET_FORK_KEEP) {
                NEED(!said || fault_plan->struck > 0);
                NEED(said || unit_flag(s->p, "lo") || (fault_prefers && fault_plan->struck > 0));
                return said;
        }
        return child;
}

/* What the library and the kernel say must be the same. */
static void consistent(int child, int wipes)
{
        static const char *const access[] = { "---p", "r--p", "rw-p" };
        size_t i;

        SAME(stats().locked_bytes, unit_locked());
        for (i = 0; i < FAULT_SECRETS; i++) {
                struct fault_secret *s = &fault_secret[i];
                struct locket_report r = { 0 };
                const unsigned char *guard;

                if (s->size == 0 || gone(s, child)) {
                        continue;
                }
                NEED(locket_inspect(s->p, &r) == 0);
                SAME(r.lost, lost(s, child, r.lost));
                NEED(strcmp(unit_access(s->p), access[r.access]) == 0);
                guard = s->p + r.capacity;
                NEED(!r.guarded.in_force || strcmp(unit_access(guard), "---p") == 0);
                NEED(!r.locked.in_force || unit_flag(s->p, "lo"));
                if (r.lost) {
                        NEED(unit_zero(s->p, s->size));
                } else if (!wipes) {
                        SAME(unit_bytes(s->p, s->size, FAULT_PATTERN), s->size);
                }
        }
}

/* The library does its work. */
static void works(void)
{
        const struct locket_stats before = stats();
        const size_t damaged = locket_validate();
        struct locket_arena *a = locket_arena_create(NULL);
        unsigned char *p[12];
        size_t i;

        SAME(damaged, 0);
        NEED(a != NULL);
        for (i = 0; i < 12; i++) {
                const size_t size = i * 700;

                p[i] = i % 2 == 0 ? locket_malloc(size) : locket_arena_malloc(a, size);
                NEED(p[i] != NULL && unit_zero(p[i], size));
                NEED(strcmp(unit_access(p[i] + (size + 15) / 16 * 16), "---p") == 0);
                if (i > 0) { /* the guard below its pages */
                        const size_t pages = ((size + 15) / 16 * 16 + 16 + 4095) / 4096;

                        NEED(unit_flag(p[i], "lo"));
                        NEED(strcmp(unit_access(p[i] + (size + 15) / 16 * 16 - pages * 4096 - 1),
                                    "---p") == 0);
                }
                memset(p[i], FAULT_PATTERN, size);
                p[i] = locket_realloc(p[i], size + 300);
                NEED(p[i] != NULL);
                SAME(unit_bytes(p[i], size, FAULT_PATTERN), size);
                NEED(locket_protect(p[i], (enum locket_access)(i % 3)) == 0);
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < 12; i++) {
                locket_free(p[i]);
                NEED(unit_zero(p[i], i * 700 + 300));
        }
        NEED(locket_arena_destroy(a) == 0);
        SAME(stats().live_secrets, before.live_secrets);
        SAME(stats().live_bytes, before.live_bytes);
        SAME(stats().locked_bytes, unit_locked());
}

static void in_child(void *unused)
{
        (void)unused;
        works();
}

/* 1 if locket.h names ${error} for it. */
static int named(int error)
{
        return error == ENOMEM || error == EAGAIN || error == EPERM || error == ENOTSUP ||
               error == EIO;
}

/* 1 if the plan is a kernel without a protection, found out at first use. */
static int kernel_lacks(const struct fault_scenario *s)
{
        const enum fault_function f = fault_plan->function;

        return strncmp(s->name, "first", 5) == 0 && fault_plan->struck > 0 &&
               (f == FAULT_UNDUMP || f == FAULT_WIPE_ON_FORK || f == FAULT_UNMERGE) &&
               (fault_plan->error == EINVAL || fault_plan->error == ENOTSUP);
}

/* Then nothing is to be had that requires it, and what prefers it is told. */
static void without_it(void)
{
        const enum fault_function f = fault_plan->function;
        struct locket_report r = { 0 };
        struct locket_policy policy;
        struct locket_arena *a;
        const struct locket_protection *p;

        errno = 0;
        NEED(locket_malloc(10) == NULL && errno == ENOTSUP);
        errno = 0;
        NEED(locket_arena_create(NULL) == NULL && errno == ENOTSUP);
        locket_policy_init(&policy);
        policy.undumped = policy.fork_safe = policy.unmerged = LOCKET_PREFER;
        a = locket_arena_create(&policy);
        NEED(a != NULL);
        fault_got = locket_arena_malloc(a, 10);
        NEED(fault_got != NULL);
        NEED(locket_inspect(fault_got, &r) == 0);
        p = f == FAULT_UNDUMP ? &r.undumped : f == FAULT_UNMERGE ? &r.unmerged : &r.fork_safe;
        SAME(p->in_force, 0);
        SAME(p->error, fault_plan->error);
        SAME(r.undumped.in_force + r.unmerged.in_force + r.fork_safe.in_force, 2);
        SAME(r.undumped.in_force, unit_flag(fault_got, "dd"));
        SAME(r.fork_safe.in_force, unit_flag(fault_got, "wf"));
        SAME(r.locked.in_force, 1);
        locket_free(fault_got);
        NEED(locket_arena_destroy(a) == 0);
}

static void tried(void *scenario)
{
        const struct fault_scenario *s = scenario;
        struct locket_stats before;
        size_t locked;
        size_t mappings;
        long child = 0;
        size_t i;
        int failed;
        int error;

        s->prepare();
        before = stats();
        mappings = unit_mappings();
        fault_plan->armed = 1;
        if (s->child != 0) {
                int status = 0;

                child = s->child == 1 ? fork() : syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
                NEED(child >= 0);
                if (child > 0) {
                        NEED(waitpid((pid_t)child, &status, 0) == child);
                        if (WIFSIGNALED(status)) {
                                (void)signal(WTERMSIG(status), SIG_DFL);
                                (void)raise(WTERMSIG(status));
                        }
                        _exit(WEXITSTATUS(status));
                }
                before.locked_bytes = 0; /* nothing is locked here, but what is kept */
                if (fault_keeps()) {
                        before = stats();
                }
        }
        locked = s->child != 0 && !fault_keeps() ? 0 : unit_locked();
        errno = 4711;
        failed = s->act();
        error = errno;
        fault_plan->armed = 0;
        if (failed) {
                NEED(fault_plan->struck > 0);
                NEED((s->may & FAULT_CANNOT_FAIL) == 0);
                if (!named(error)) {
                        (void)fprintf(stderr, "errno %d is not named in locket.h\n", error);
                        _exit(1);
                }
                if (s->child == 0 || fault_secret[6].fork != LOCKET_FORK_OMIT) { /* see gone */
                        SAME(stats().live_secrets, before.live_secrets);
                        SAME(stats().live_bytes, before.live_bytes);
                }
                SAME(stats().violations, 0);
                NEED(stats().locked_bytes <= before.locked_bytes);
                NEED(stats().slabs <= before.slabs || (s->may & FAULT_MAY_SLAB) != 0);
                NEED(unit_locked() <= locked);
                NEED(unit_mappings() <= mappings + MAPPINGS_SPARE);
        } else {
                SAME(error, 4711);
        }
        if (kernel_lacks(s)) {
                without_it();
                return;
        }
        consistent(s->child != 0, (s->may & FAULT_WIPES) != 0);
        works();
        consistent(s->child != 0, (s->may & FAULT_WIPES) != 0);
        NEED(unit_ends(in_child, NULL));
        if (fault_got != NULL) {
                locket_free(fault_got);
        }
        for (i = 0; i < FAULT_SECRETS; i++) {
                if (fault_secret[i].p != NULL) {
                        locket_free(fault_secret[i].p);
                }
        }
        SAME(stats().live_secrets, 0);
        SAME(stats().locked_bytes, unit_locked());
        if (fault_arena != NULL) {
                NEED(locket_arena_destroy(fault_arena) == 0);
        }
}

/* What was said on standard error, for a failure's message. */
static char said[4096];

static int run(const struct fault_scenario *s, void (*body)(void *))
{
        const int keep = dup(STDERR_FILENO);
        const int file = memfd_create("said", MFD_CLOEXEC);
        struct fault_scenario copy = *s;
        ssize_t n;
        int status;

        memset(fault_plan->calls, 0, sizeof fault_plan->calls);
        fault_plan->struck = 0;
        fault_plan->armed = 0;
        (void)fflush(stderr);
        (void)dup2(file, STDERR_FILENO);
        status = unit_child(body, &copy);
        (void)dup2(keep, STDERR_FILENO);
        n = pread(file, said, sizeof said - 1, 0);
        said[n < 0 ? 0 : n] = '\0';
        (void)close(keep);
        (void)close(file);
        return status;
}

static size_t attempts;
static size_t failures;

/* One attempt; an abort is right only where it is said to be. */
static void attempt(const struct fault_scenario *s, void (*body)(void *), enum fault_function f,
                    size_t n, int forever, int error)
{
        int status;

        fault_plan->function = f;
        fault_plan->n = n;
        fault_plan->forever = forever;
        fault_plan->error = error;
        status = run(s, body);
        attempts += 1;
        if (status != 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
            (s->may & FAULT_MAY_ABORT) != 0 && f == FAULT_OPEN && fault_plan->struck > 0 &&
            strncmp(said, "locket: metadata damage at 0x", 29) == 0) {
                return;
        }
        if (status != 0) {
                failures += 1;
                (void)printf("  %s: call %zu of %s fails%s with %d: status %x: %s", s->name, n,
                             fault_name[f], forever ? " (and all after it)" : "", error,
                             (unsigned)status, said[0] != '\0' ? said : "\n");
        }
}

static void every_call(const struct fault_scenario *s, void (*body)(void *))
{
        size_t calls[FAULT_FUNCTIONS];
        size_t n;
        size_t i;
        int f;
        int forever;

        fault_plan->function = FAULT_NONE;
        if (run(s, body) != 0) {
                failures += 1;
                (void)printf("  %s: nothing fails, and yet: %s", s->name, said);
                return;
        }
        memcpy(calls, fault_plan->calls, sizeof calls);
        for (f = 0; f < FAULT_FUNCTIONS; f++) {
                for (n = 1; n <= calls[f]; n++) {
                        for (i = 0; i < 4 && fault_errors[f][i] != 0; i++) {
                                for (forever = 0; forever < 2; forever++) {
                                        attempt(s, body, (enum fault_function)f, n, forever,
                                                fault_errors[f][i]);
                                }
                        }
                }
        }
}

static void each_scenario(void **state)
{
        size_t i;

        (void)state;
        failures = 0;
        for (i = 0; i < fault_scenario_count; i++) {
                every_call(&fault_scenarios[i], tried);
        }
        (void)printf("  %zu attempts, %zu failures; %zu ranges were zero when released\n",
                     attempts, failures, fault_plan->released);
        assert_true(attempts > 500);
        assert_true(fault_plan->released > 1000);
        assert_int_equal(failures, 0);
}

/* ------------------------------------------------- the end, after a failure */

static unsigned char *of_exit;

static void registered_before(void)
{
        NEED(unit_zero(of_exit, 64)); /* locket's own handler has run */
        _exit(0);
}

/* A first use that failed is made up for: at exit, secrets are zeroed. */
static void exits(void *scenario)
{
        (void)scenario;
        NEED(atexit(registered_before) == 0);
        fault_plan->armed = 1;
        of_exit = locket_malloc(64);
        fault_plan->armed = 0;
        if (of_exit == NULL) {
                of_exit = locket_malloc(64);
        }
        if (of_exit == NULL && (fault_plan->function == FAULT_UNDUMP ||
                                fault_plan->function == FAULT_WIPE_ON_FORK ||
                                fault_plan->function == FAULT_UNMERGE)) {
                _exit(0); /* not a matter of the end: see without_it */
        }
        NEED(of_exit != NULL);
        memset(of_exit, FAULT_PATTERN, 64);
        exit(0);
}

static void wiped_at_exit(void **state)
{
        static const struct fault_scenario s = { "wiped at exit", NULL, NULL, 0, 0 };

        (void)state;
        failures = 0;
        every_call(&s, exits);
        assert_int_equal(failures, 0);
}

/* The wrapper itself: a pattern that is released is seen. */
static void releases_a_pattern(void *unused)
{
        unsigned char *b = locket_os_reserve(2 * unit_page());

        (void)unused;
        NEED(locket_os_open(b, 0, unit_page()) == 0);
        b[77] = FAULT_PATTERN;
        (void)locket_os_close(b, 0, unit_page());
        (void)locket_os_unlock(b, 0, unit_page());
}

static void wrapper_sees(void **state)
{
        static const struct fault_scenario s = { "a pattern", NULL, NULL, 0, 0 };

        (void)state;
        fault_plan->function = FAULT_NONE;
        assert_int_not_equal(run(&s, releases_a_pattern), 0);
        assert_non_null(strstr(said, "unit_zero"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(wrapper_sees),
                cmocka_unit_test(each_scenario),
                cmocka_unit_test(wiped_at_exit),
                cmocka_unit_test(refused_off),
                cmocka_unit_test(refused_to_close),
                cmocka_unit_test(refused_to_open),
                cmocka_unit_test(refused_small_pages),
        };

        fault_plan = mmap(NULL, sizeof *fault_plan, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (fault_plan == MAP_FAILED) {
                return 1;
        }
        return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
