/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * kernel_test.c - what the kernel says of locket's memory, not what locket
 * says: /proc/self/smaps, status and mem, resource limits, forks.
 *
 *   kernel_test                  all scenarios, each in a fresh process
 *   kernel_test pattern          those whose names match
 *   kernel_test --fresh name     one scenario in this very process
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel.h"

enum { KERNEL_SECONDS = 120 };

struct kernel_scenario {
        const char *name;
        void (*run)(void);
        int signal;             /* that must end it; 0: none */
};

static const struct kernel_scenario scenarios[] = {
        { "pages_flags", pages_flags, 0 },
        { "pages_large", pages_large, 0 },
        { "pages_freed_close", pages_freed_close, 0 },
        { "pages_freed_check", pages_freed_check, 0 },
        { "pages_neighbours", pages_neighbours, 0 },
        { "pages_access", pages_access, 0 },
        { "pages_off", pages_off, 0 },
        { "limit_none", limit_none, 0 },
        { "limit_prefer", limit_prefer, 0 },
        { "limit_64k", limit_64k, 0 },
        { "limit_8m", limit_8m, 0 },
        { "limit_mappings_even", limit_mappings_even, 0 },
        { "limit_mappings_odd", limit_mappings_odd, 0 },
        { "limit_capacity", limit_capacity, 0 },
        { "cells_none", cells_none, 0 },
        { "cells_64k", cells_64k, 0 },
        { "cells_8m", cells_8m, 0 },
        { "cells_classes", cells_classes, 0 },
        { "cells_fork", cells_fork, 0 },
        { "fork_lost", fork_lost, 0 },
        { "fork_raw", fork_raw, 0 },
        { "fork_double_free", fork_double_free, 0 },
        { "fork_mappings", fork_mappings, 0 },
        { "cost_nothing", cost_nothing, 0 },
        { "cost_many", cost_many, 0 },
        { "cost_pairs", cost_pairs, 0 },
        { "cost_arenas", cost_arenas, 0 },
        { "cost_faults", cost_faults, 0 },
        { "cost_strict_check", cost_strict_check, 0 },
        { "cost_strict_close", cost_strict_close, SIGKILL },
};

enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

static void
test_scenario(void **state)
{
        const struct kernel_scenario *scenario = *state;
        int status = 0;
        pid_t pid;

        (void)fflush(NULL);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                (void)alarm(KERNEL_SECONDS);
                (void)execl("/proc/self/exe", "kernel_test", "--fresh",
                            scenario->name, (char *)NULL);
                _exit(127);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
                skip();
        if (scenario->signal != 0) {
                assert_true(WIFSIGNALED(status));
                assert_int_equal(WTERMSIG(status), scenario->signal);
                return;
        }
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                fail_msg("%s: %s %d", scenario->name,
                         WIFSIGNALED(status) ? "signal" : "exit",
                         WIFSIGNALED(status) ? WTERMSIG(status) :
                         WEXITSTATUS(status));
}

static int
kernel_fresh(const char *name)
{
        size_t i;

        for (i = 0; i < SCENARIOS; i++) {
                if (strcmp(scenarios[i].name, name) != 0)
                        continue;
                scenarios[i].run();
                return 0;
        }
        return 126;
}

int
main(int argc, char **argv)
{
        static struct CMUnitTest tests[SCENARIOS];
        size_t i;

        if (argc == 3 && strcmp(argv[1], "--fresh") == 0)
                return kernel_fresh(argv[2]);
        for (i = 0; i < SCENARIOS; i++) {
                tests[i].name = scenarios[i].name;
                tests[i].test_func = test_scenario;
                tests[i].initial_state = (void *)(uintptr_t)&scenarios[i];
        }
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
