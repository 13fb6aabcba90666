/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * budget_test.c - locket_budget against what then really fits: for each lock
 * limit, for an ordinary user, for one with CAP_IPC_LOCK and for root, beside
 * whatever else the process has; in fresh processes.
 *
 *   budget_test                  all scenarios
 *   budget_test pattern          those whose names match
 *   budget_test --fresh name     one of them in this very process
 */
#include <errno.h>
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

#include "budget.h"

enum { BUDGET_SECONDS = 120, BUDGET_NAME = 64, BUDGET_SCENARIOS = 400 };

/* Mappings that are left where there is no lock limit, so that they end soon. */
#define BUDGET_LEFT 400

static const struct {
        const char *name;
        enum budget_who who;
        size_t bytes;
} budget_limits[] = {
        { "user_64k", BUDGET_USER, (size_t)64 << 10 },
        { "user_1m", BUDGET_USER, (size_t)1 << 20 },
        { "user_8m", BUDGET_USER, (size_t)8 << 20 },
        { "user_unlimited", BUDGET_USER, SIZE_MAX },
        { "capable_64k", BUDGET_CAPABLE, (size_t)64 << 10 },
        { "capable_1m", BUDGET_CAPABLE, (size_t)1 << 20 },
        { "capable_8m", BUDGET_CAPABLE, (size_t)8 << 20 },
        { "root_8m", BUDGET_ROOT, (size_t)8 << 20 },
};

static const struct {
        const char *name;
        void (*make)(void);
} budget_states[] = {
        { "fresh", state_nothing },     { "arenas", state_arenas }, { "shards", state_shards },
        { "locked", state_locked },     { "mapped", state_mapped }, { "freed", state_freed },
};

/* Of these, where there is no lock limit: each takes a second. */
enum { BUDGET_STATES = 3 };

static const struct {
        const char *name;
        enum locket_layout layout;
        size_t size;
} budget_kinds[] = {
        { "guarded_32", LOCKET_GUARDED, 32 },     { "guarded_5000", LOCKET_GUARDED, 5000 },
        { "compact_32", LOCKET_COMPACT, 32 },     { "compact_1000", LOCKET_COMPACT, 1000 },
};

static const struct {
        const char *name;
        void (*run)(void);
} budget_edges[] = {
        { "limit_none", edge_limit_none },
        { "limit_none_capable", edge_limit_none_capable },
        { "limit_odd", edge_limit_odd },
        { "above_limit", edge_above_limit },
        { "lock_all_user", edge_lock_all_user },
        { "lock_all_root", edge_lock_all_root },
        { "mappings_user", edge_mappings_user },
        { "mappings_arena", edge_mappings_arena },
        { "mappings_create", edge_mappings_create },
        { "mappings_prefer", edge_mappings_prefer },
        { "space_user", edge_space_user },
        { "space_root", edge_space_root },
        { "space_none", edge_space_none },
        { "space_used", edge_space_used },
        { "child", edge_child },
        { "harden", edge_harden },
};

#define BUDGET_COUNT(list) (sizeof(list) / sizeof *(list))

static int
budget_limited(size_t i)
{
        return budget_limits[i].who == BUDGET_USER && budget_limits[i].bytes != SIZE_MAX;
}

/* What is said fits, again and again. */
static void
budget_grid(size_t i, size_t k, size_t m)
{
        const int limited = budget_limited(i);
        const int error = limited ? EAGAIN : ENOMEM;
        size_t n;

        budget_become(budget_limits[i].who, budget_limits[i].bytes);
        budget_states[k].make();
        if (!limited)
                budget_leave_mappings(BUDGET_LEFT);
        n = budget_compare(budget_kinds[m].layout, budget_kinds[m].size, error);
        CHECK(n > 0);
        budget_free(n);
        n = budget_compare(budget_kinds[m].layout, budget_kinds[m].size, error);
        budget_free(n);
        (void)budget_compare(LOCKET_GUARDED, 3000, error);
}

/* Scenario ${n} of all: its name (empty: left out), and run it if ${run}.  0: there is
 * none. */
static int
budget_scenario(size_t n, char *name, int run)
{
        const size_t kinds = BUDGET_COUNT(budget_kinds);
        const size_t states = BUDGET_COUNT(budget_states);
        const size_t grid = BUDGET_COUNT(budget_limits) * states * kinds;
        const size_t i = n / kinds / states, k = n / kinds % states, m = n % kinds;

        if (n >= grid + BUDGET_COUNT(budget_edges))
                return 0;
        if (n >= grid) {
                (void)snprintf(name, BUDGET_NAME, "%s", budget_edges[n - grid].name);
                if (run)
                        budget_edges[n - grid].run();
                return 1;
        }
        name[0] = '\0';
        if (k >= BUDGET_STATES && !budget_limited(i))
                return 1;
        (void)snprintf(name, BUDGET_NAME, "%s_%s_%s", budget_limits[i].name,
                       budget_states[k].name, budget_kinds[m].name);
        if (run)
                budget_grid(i, k, m);
        return 1;
}

static void
test_scenario(void **state)
{
        const char *name = *state;
        int status = 0;
        pid_t pid;

        (void)fflush(NULL);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                (void)alarm(BUDGET_SECONDS);
                (void)execl("/proc/self/exe", "budget_test", "--fresh", name, (char *)NULL);
                _exit(127);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
                skip();
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
                fail_msg("%s: status %#x", name, (unsigned)status);
}

int
main(int argc, char **argv)
{
        static struct CMUnitTest tests[BUDGET_SCENARIOS];
        static char names[BUDGET_SCENARIOS][BUDGET_NAME];
        size_t n, count = 0;

        for (n = 0; n < BUDGET_SCENARIOS && budget_scenario(n, names[n], 0); n++) {
                if (names[n][0] == '\0')
                        continue;
                if (argc == 3 && strcmp(argv[1], "--fresh") == 0 && strcmp(argv[2], names[n]) == 0)
                        return budget_scenario(n, names[n], 1) == 1 ? 0 : 126;
                tests[count].name = names[n];
                tests[count].test_func = test_scenario;
                tests[count++].initial_state = names[n];
        }
        if (argc == 3 || n == BUDGET_SCENARIOS)
                return 126;
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        return _cmocka_run_group_tests("budget", tests, count, NULL, NULL);
}
