/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * sandbox_test.c - under a seccomp filter that allows the system calls listed in
 * SECURITY.md and kills at any other, what is listed there works; and with any
 * one of them missing it does not, so that no list says more than is needed.
 *
 *   sandbox_test                      all cases
 *   sandbox_test pattern              those whose names match
 *   sandbox_test --fresh name number  one of them in this very process, without
 *                                     call ${number} of its list
 *   sandbox_test --table              the lists, as they stand in SECURITY.md
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sandbox.h"

enum { SANDBOX_SECONDS = 60, SANDBOX_MOST = 32 };

/* How case ${c} ends in a fresh process, without call ${without}; as wait(2) says. */
static int
sandbox_status(const struct sandbox_case *c, size_t without)
{
        char number[24];
        int status = 0;
        pid_t pid;

        (void)snprintf(number, sizeof number, "%zu", without);
        (void)fflush(NULL);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                (void)alarm(SANDBOX_SECONDS);
                (void)execl("/proc/self/exe", "sandbox_test", "--fresh", c->name, number,
                            (char *)NULL);
                _exit(127);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        return status;
}

static void
test_case(void **state)
{
        const struct sandbox_case *c = *state;
        int status = sandbox_status(c, c->count);
        size_t i;

        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
                skip();
        if (c->signal != 0 ? !WIFSIGNALED(status) || WTERMSIG(status) != c->signal
                           : !WIFEXITED(status) || WEXITSTATUS(status) != 0)
                fail_msg("%s: status %#x", c->name, (unsigned)status);
        for (i = 0; i < c->count && !c->refuse; i++) {
                status = sandbox_status(c, i);
                if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
                        fail_msg("%s, without %s: status %#x", c->name, c->call[i].name,
                                 (unsigned)status);
        }
}

static int
sandbox_fresh(const char *name, size_t without)
{
        const struct rlimit none = { 0, 0 };
        size_t i;

        (void)setrlimit(RLIMIT_CORE, &none);
        for (i = 0; i < sandbox_count; i++) {
                if (strcmp(sandbox_cases[i].name, name) != 0)
                        continue;
                sandbox_cases[i].before();
                sandbox_close(&sandbox_cases[i], without);
                sandbox_cases[i].inside();
                _exit(0);
        }
        return 126;
}

static int
sandbox_table(void)
{
        size_t i, k;

        for (i = 0; i < sandbox_count; i++) {
                if (sandbox_cases[i].heading == NULL)
                        continue;
                (void)printf("| %s |", sandbox_cases[i].heading);
                for (k = 0; k < sandbox_cases[i].count; k++)
                        (void)printf("%s `%s`", k == 0 ? "" : ",", sandbox_cases[i].call[k].name);
                (void)printf("%s | `%s` |\n", k == 0 ? " none" : "", sandbox_cases[i].name);
        }
        return 0;
}

int
main(int argc, char **argv)
{
        static struct CMUnitTest tests[SANDBOX_MOST];
        size_t i;

        if (argc == 4 && strcmp(argv[1], "--fresh") == 0)
                return sandbox_fresh(argv[2], (size_t)strtoul(argv[3], NULL, 10));
        if (argc == 2 && strcmp(argv[1], "--table") == 0)
                return sandbox_table();
        for (i = 0; i < sandbox_count && i < SANDBOX_MOST; i++) {
                tests[i].name = sandbox_cases[i].name;
                tests[i].test_func = test_case;
                tests[i].initial_state = (void *)(uintptr_t)&sandbox_cases[i];
        }
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        return _cmocka_run_group_tests("sandbox", tests, i, NULL, NULL);
}
