/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * victim.c - a program with a secret, for the attacks to look at.
 *
 *   victim name seed [ways]
 *
 * It puts stream `seed` somewhere by way `name`, then stops itself (SIGSTOP),
 * once for each stage.  The attacker looks and lets it go on.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "locket.h"
#include "pattern.h"

static uint32_t victim_seed;
static sigjmp_buf victim_back;

static void
need(int right, const char *what)
{
        if (right)
                return;
        (void)fprintf(stderr, "victim: %s failed\n", what);
        _exit(1);
}

static void
stop(void)
{
        need(raise(SIGSTOP) == 0, "raise");
}

/* Byte by byte, so that no vector register has a piece of it. */
static void
fill(void *p)
{
        volatile unsigned char *b = p;
        size_t i;

        need(p != NULL, "malloc");
        for (i = 0; i < PATTERN_BYTES; i++)
                b[i] = pattern_byte(victim_seed, i);
}

static void *
secret(void)
{
        void *p = locket_malloc(PATTERN_BYTES);

        fill(p);
        return p;
}

static void *
checked_secret(void)
{
        struct locket_policy policy;
        void *p;

        locket_policy_init(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        p = locket_arena_malloc(locket_arena_create(&policy), PATTERN_BYTES);
        fill(p);
        return p;
}

static void
in_heap(void)
{
        void *p = malloc(PATTERN_BYTES);

        fill(p);
        stop();
        free(p);
}

static void
live(void)
{
        void *p = secret();

        stop();
        locket_free(p);
}

static void
closed(void)
{
        void *p = secret();

        need(locket_protect(p, LOCKET_NO_ACCESS) == 0, "locket_protect");
        stop();
        locket_free(p);
}

static void
read_only(void)
{
        void *p = secret();

        need(locket_protect(p, LOCKET_READ_ONLY) == 0, "locket_protect");
        stop();
        locket_free(p);
}

static void
freed(void)
{
        locket_free(secret());
        stop();
}

static void
freed_closed(void)
{
        void *p = secret();

        need(locket_protect(p, LOCKET_NO_ACCESS) == 0, "locket_protect");
        locket_free(p);
        stop();
}

static void
freed_checked(void)
{
        locket_free(checked_secret());
        stop();
}

static void
moved(void)
{
        void *p = locket_realloc(secret(), 10 * PATTERN_BYTES);

        need(p != NULL, "locket_realloc");
        stop();
        locket_free(p);
}

/* Comparing leaves no copy. */
static void
compared(void)
{
        void *p = secret();
        void *q = checked_secret();

        need(locket_equal(p, q, PATTERN_BYTES) == 1, "locket_equal");
        stop();
        locket_free(p);
        locket_free(q);
}

/* Only the first piece is left. */
static void
shrunk(void)
{
        void *p = locket_realloc(secret(), PATTERN_PIECE);

        need(p != NULL, "locket_realloc");
        stop();
        locket_free(p);
}

static void
wiped_all(void)
{
        void *p = secret();
        void *q = checked_secret();
        void *r = secret();

        need(locket_protect(p, LOCKET_NO_ACCESS) == 0, "locket_protect");
        need(locket_protect(q, LOCKET_READ_ONLY) == 0, "locket_protect");
        locket_wipe_all();
        stop();
        locket_free(p);
        locket_free(q);
        locket_free(r);
}

static void
jump(enum locket_violation kind, const void *address)
{
        (void)kind;
        (void)address;
        siglongjmp(victim_back, 1);
}

/* Have violations jump, and their lines where standard output goes. */
static void
expect_violation(void)
{
        (void)locket_on_violation(jump);
        need(dup2(STDOUT_FILENO, STDERR_FILENO) >= 0, "dup2");
}

/* The block is wiped before a violation is reported. */
static void
overflown(void)
{
        unsigned char *p = secret();

        expect_violation();
        p[PATTERN_BYTES] ^= 1;
        if (sigsetjmp(victim_back, 1) == 0) {
                locket_free(p);
                need(0, "no violation: it");
        }
        stop();
}

static void
wrong_size(void)
{
        void *p = secret();

        expect_violation();
        if (sigsetjmp(victim_back, 1) == 0) {
                locket_free_sized(p, PATTERN_BYTES + 1);
                need(0, "no violation: it");
        }
        stop();
}

/* The child stops first; its number goes to standard output. */
static void
forked(void)
{
        void *p = secret();
        void *q = checked_secret();
        int status;
        pid_t pid = fork();

        need(pid >= 0, "fork");
        if (pid == 0) {
                need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
                stop();
                _exit(0);
        }
        need(waitpid(pid, &status, WUNTRACED) == pid, "waitpid");
        need(dprintf(STDOUT_FILENO, "%d\n", (int)pid) > 0, "dprintf");
        stop();
        need(kill(pid, SIGKILL) == 0, "kill");
        need(waitpid(pid, &status, 0) == pid, "waitpid");
        locket_free(p);
        locket_free(q);
}

/* Left to exit(3), and to _exit(2), which cannot wipe. */
static void
left(void)
{
        void *p = secret();

        (void)secret();
        need(locket_protect(p, LOCKET_NO_ACCESS) == 0, "locket_protect");
        stop();
}

static void
left_at_once(void)
{
        (void)secret();
        stop();
        _exit(0);
}

int
main(int argc, char **argv)
{
        static const struct {
                const char *name;
                void (*run)(void);
        } ways[] = {
                { "in_heap", in_heap }, { "live", live },
                { "closed", closed }, { "read_only", read_only },
                { "freed", freed }, { "freed_closed", freed_closed },
                { "freed_checked", freed_checked }, { "moved", moved },
                { "shrunk", shrunk }, { "compared", compared },
                { "wiped_all", wiped_all },
                { "overflown", overflown }, { "wrong_size", wrong_size },
                { "forked", forked }, { "left", left },
                { "left_at_once", left_at_once },
        };
        size_t i;

        need(argc >= 3, "usage: it");
        victim_seed = (uint32_t)strtoul(argv[2], NULL, 0);
        for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
                if (strcmp(ways[i].name, argv[1]) == 0) {
                        ways[i].run();
                        return 0;
                }
        }
        need(0, "no such way: it");
        return 1;
}
