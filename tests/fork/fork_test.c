/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fork_test.c - runs the fork tests, each in a fresh process.
 *
 *   fork_test                 all
 *   fork_test pattern         those whose names match
 *   fork_test --list          the names (SECURITY.md cites them)
 */
#include "fork.h"

#include <sys/wait.h>

#define MOST 300

struct chosen {
        const struct fork_test *test;
        enum locket_fork fork;
        char name[48];
};

static struct chosen chosen[MOST];
static struct CMUnitTest tests[MOST];
static size_t count;

static void body(void *argument)
{
        const struct chosen *c = argument;

        c->test->run(c->fork);
}

static void run(void **state)
{
        const int status = unit_child(body, *state);

        if (WIFSIGNALED(status)) {
                fail_msg("killed by signal %d", WTERMSIG(status));
        }
        assert_int_equal(status, 0);
}

static void add(const struct fork_test *test)
{
        static const char *const policy[] = { "wipe", "omit", "keep" };
        int i;

        for (; test->name != NULL; test++) {
                for (i = 0; i < (test->single ? 1 : 3); i++) {
                        struct chosen *c = &chosen[count];

                        assert_true(count < MOST);
                        c->test = test;
                        c->fork = (enum locket_fork)i;
                        (void)snprintf(c->name, sizeof c->name, test->single ? "%s" : "%s_%s",
                                       test->name, policy[i]);
                        tests[count].name = c->name;
                        tests[count].test_func = run;
                        tests[count].initial_state = c;
                        count++;
                }
        }
}

int main(int argc, char **argv)
{
        size_t i;

        add(calls_tests);
        add(kinds_tests);
        add(inside_tests);
        add(many_tests);
        add(omit_tests);
        add(keep_tests);
        add(torn_tests);
        add(busy_tests);
        add(compact_tests);
        add(fallback_tests);
        if (argc > 1 && strcmp(argv[1], "--list") == 0) {
                for (i = 0; i < count; i++) {
                        (void)printf("%s\n", chosen[i].name);
                }
                return 0;
        }
        if (argc > 1) {
                cmocka_set_test_filter(argv[1]);
        }
        return _cmocka_run_group_tests("fork", tests, count, NULL, NULL);
}
