/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * inside.c - forks where a program is in the middle of something: in a
 * violation handler, in a signal handler that has just wiped everything, in an
 * exit handler.
 */
#include "fork.h"

#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "home.h"

static struct parent inside;

static pid_t make_child(enum how how)
{
        return how == HOW_FORK ? fork() : (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

/* What a child does, wherever it was made. */
static void works(void)
{
        unsigned char *q;

        q = locket_malloc(50);
        fork_fresh(q, 50, LOCKET_FORK_WIPE);
        locket_free(q);
        q = locket_arena_malloc(inside.arena, 40);
        fork_fresh(q, 40, inside.fork);
        q = locket_realloc(q, 5000);
        NEED(q != NULL);
        fork_fresh(q, 5000, inside.fork);
        locket_free(q);
        fork_inherited(&inside, CLOSED);
        locket_free(inside.secret[CLOSED]);
        SAME(locket_validate(), 0);
}

/* Fork, see that the child works, and wait for it. */
static void forks(enum how how)
{
        const pid_t pid = make_child(how);
        int status = -1;

        NEED(pid >= 0);
        if (pid == 0) {
                (void)alarm(60);
                works();
                _exit(0);
        }
        while (waitpid(pid, &status, 0) < 0) {
                NEED(errno == EINTR);
        }
        SAME(status, 0);
}

static void each(enum locket_fork fork, void (*body)(void *))
{
        enum how how;

        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                memset(&inside, 0, sizeof inside);
                inside.fork = fork;
                inside.how = how;
                NEED(unit_ends(body, NULL));
        }
}

/* --------------------------------------------------------- violation handler */

static void handler(enum locket_violation kind, const void *address)
{
        SAME(kind, LOCKET_DOUBLE_FREE);
        NEED(address == inside.freed);
        forks(inside.how);
        fork_intact(&inside);
        _exit(0);
}

static void violates(void *unused)
{
        (void)unused;
        fork_parent(&inside);
        (void)locket_on_violation(handler);
        locket_free(inside.freed);
        NEED(0);
}

static void in_violation_handler_test(enum locket_fork fork)
{
        each(fork, violates);
}

/* -------------------------------------------------------------- exit handler */

static void at_exit(void)
{
        forks(inside.how);
        _exit(0);
}

static void after_locket(void *unused)
{
        (void)unused;
        fork_parent(&inside);
        NEED(atexit(at_exit) == 0); /* so it runs before locket's own */
        exit(5);
}

static void zeros_then_forks(void)
{
        int i;

        for (i = 0; i < SECRETS; i++) {
                NEED(unit_zero(inside.secret[i], fork_size(i)));
        }
        if (make_child(inside.how) == 0) {
                (void)alarm(60);
                fork_fresh(locket_malloc(50), 50, LOCKET_FORK_WIPE);
                fork_fresh(locket_arena_malloc(inside.arena, 40), 40, inside.fork);
                SAME(locket_size(inside.secret[CLOSED]), fork_size(CLOSED));
                locket_free(inside.secret[CLOSED]);
                SAME(locket_validate(), 0);
                _exit(0);
        } else {
                int status = -1;

                NEED(wait(&status) > 0);
                SAME(status, 0);
        }
        _exit(0);
}

static void after_all(void *unused)
{
        (void)unused;
        NEED(atexit(zeros_then_forks) == 0); /* runs when locket's has zeroed all */
        fork_parent(&inside);
        exit(5);
}

static void in_exit_handler_test(enum locket_fork fork)
{
        each(fork, after_locket);
        each(fork, after_all);
}

/* ------------------------------------------------------------ signal handler */

static volatile sig_atomic_t rounds;
static volatile sig_atomic_t in_call;   /* of these, in the middle of a call */
static volatile sig_atomic_t armed;     /* a signal is on its way */

static void wipes_and_forks(int number)
{
        const int before = errno;
        pid_t pid;
        int status = -1;

        (void)number;
        armed = 0;
        rounds = rounds + 1;
        in_call = in_call + locket_lock_inside();
        locket_wipe_all();
        pid = make_child(inside.how);
        NEED(pid >= 0);
        if (pid == 0) {
                (void)signal(SIGALRM, SIG_DFL);
                (void)alarm(60);
                fork_fresh(locket_malloc(50), 50, LOCKET_FORK_WIPE);
                fork_fresh(locket_arena_malloc(inside.arena, 40), 40, inside.fork);
                SAME(locket_size(inside.secret[OPEN]), 100);
                locket_free(inside.secret[OPEN]);
                _exit(0);
        }
        while (waitpid(pid, &status, 0) < 0) {
                NEED(errno == EINTR);
        }
        SAME(status, 0);
        errno = before;
}

/* Calls of each kind, one after the other, on secrets of its own. */
static void work(unsigned i)
{
        struct locket_arena *a = i % 2 == 0 ? inside.arena : NULL;
        unsigned char *q = a == NULL ? locket_malloc(i % 9000) : locket_arena_malloc(a, i % 9000);
        struct locket_arena *b;

        NEED(q != NULL);
        q = locket_realloc(q, i % 5000 + 1);
        NEED(q != NULL);
        locket_free(q);
        if (i % 64 == 0) {
                b = locket_arena_create(NULL);
                NEED(b != NULL);
                SAME(locket_arena_destroy(b), 0);
        }
}

/* A signal comes at some moment of the next calls. */
static void arm(void)
{
        const struct itimerval once = { { 0, 0 }, { 0, 1 + (suseconds_t)unit_below(60) } };

        if (!armed) {
                armed = 1;
                NEED(setitimer(ITIMER_REAL, &once, NULL) == 0);
        }
}

static void interrupted(void *unused)
{
        const int wanted = (int)unit_count(200, 20);
        struct sigaction action;
        unsigned i;

        (void)unused;
        fork_parent(&inside);
        locket_free(inside.secret[LARGE]);
        memset(&action, 0, sizeof action);
        action.sa_handler = wipes_and_forks;
        action.sa_flags = SA_RESTART;
        NEED(sigaction(SIGALRM, &action, NULL) == 0);
        for (i = 0; rounds < wanted; i++) {
                arm();
                work(i);
        }
        NEED(in_call > 0); /* else nothing was tried */
        SAME(locket_size(inside.secret[CLOSED]), fork_size(CLOSED));
        _exit(0);
}

static void in_signal_handler_test(enum locket_fork fork)
{
        each(fork, interrupted);
}

const struct fork_test inside_tests[] = {
        { "in_violation_handler", in_violation_handler_test, 0 },
        { "in_exit_handler", in_exit_handler_test, 0 },
        { "in_signal_handler", in_signal_handler_test, 0 },
        { NULL, NULL, 0 },
};
