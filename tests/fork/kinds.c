/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * kinds.c - children of every kind: grandchildren, daemons, vfork(2),
 * posix_spawn(3), system(3), and threads that come first.
 */
#include "fork.h"

#include <pthread.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "home.h"

extern char **environ;

/* ---------------------------------------------------------- grandchildren */

static void heir(void *argument)
{
        const struct parent *p = argument;
        int i;

        fork_untouched(p);
        for (i = 0; i < SECRETS; i++) {
                fork_inherited(p, i);
        }
        fork_sound();
}

/* A child of ${p}: uses what it has inherited, and is the parent of the next. */
static void generation(void *argument)
{
        struct parent *p = argument;
        struct parent own;

        fork_inherited(p, OPEN);
        fork_inherited(p, CLOSED);
        fork_fresh(locket_arena_malloc(p->arena, 700), 700, p->fork);
        if (p->how == HOW_FORK) {
                own = *p;
                own.how = HOW_RAW; /* the next one is made in the other way */
                SAME(fork_run(HOW_RAW, generation, &own), 0);
        }
        fork_inherited(p, OPEN);
        fork_inherited(p, LARGE);
        fork_sound();
        memset(&own, 0, sizeof own);
        own.fork = p->fork; /* and one whose parent's secrets are all new */
        fork_parent(&own);
        SAME(fork_run(HOW_FORK, heir, &own), 0);
        fork_intact(&own);
        locket_free(p->secret[CLOSED]);
}

static void grandchildren_test(enum locket_fork fork)
{
        enum how how;

        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                struct parent p;

                memset(&p, 0, sizeof p);
                p.fork = fork;
                p.how = how;
                fork_parent(&p);
                SAME(fork_run(how, generation, &p), 0);
                fork_intact(&p);
        }
}

/* ----------------------------------------------------------------- daemons */

/* What a daemon says, as nobody waits for it. */
struct said {
        volatile int done;      /* 1: all was right */
        int pipe[2];            /* its end is that of the last process */
};

/* Fork twice, leave the session, and the middle one ends, as daemon(3) does and
 * programs do by hand. */
static void daemon_hand(void)
{
        pid_t pid = fork();

        NEED(pid >= 0);
        if (pid > 0) {
                _exit(0);
        }
        NEED(setsid() >= 0);
        pid = fork();
        NEED(pid >= 0);
        if (pid > 0) {
                _exit(0);
        }
}

static void daemon_libc(void)
{
        NEED(daemon(1, 1) == 0);
}

static void daemonise(enum locket_fork fork_policy, void (*become)(void))
{
        struct said *said = mmap(NULL, sizeof *said, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        char byte;
        pid_t pid;
        int status = 0;

        NEED(said != MAP_FAILED && pipe(said->pipe) == 0);
        pid = fork();
        NEED(pid >= 0);
        if (pid == 0) {
                struct parent p;
                int i;

                memset(&p, 0, sizeof p);
                p.fork = fork_policy;
                fork_parent(&p);
                become();
                (void)alarm(60);
                for (i = 0; i < SECRETS; i++) {
                        fork_inherited(&p, i);
                }
                fork_fresh(locket_arena_malloc(p.arena, 99), 99, fork_policy);
                fork_sound();
                for (i = 0; i < SECRETS; i++) {
                        locket_free(p.secret[i]);
                }
                SAME(locket_validate(), 0);
                said->done = 1;
                _exit(0);
        }
        (void)close(said->pipe[1]);
        SAME(waitpid(pid, &status, 0), pid);
        SAME(status, 0);
        SAME(read(said->pipe[0], &byte, 1), 0); /* the last one has ended */
        SAME(said->done, 1);
}

static void daemon_by_hand_test(enum locket_fork fork)
{
        daemonise(fork, daemon_hand);
}

static void daemon_test(enum locket_fork fork)
{
        daemonise(fork, daemon_libc);
}

/* -------------------------------------- children that share, or are another */

/* A child that shares the memory until it executes is no child to locket: it
 * sees what its parent has, and nothing changes. */
static void vfork_test(enum locket_fork fork)
{
        struct parent p;
        volatile size_t size = 0;
        pid_t pid;
        int status = 0;

        memset(&p, 0, sizeof p);
        p.fork = fork;
        fork_parent(&p);
        pid = vfork();
        if (pid == 0) {
                size = locket_size(p.secret[OPEN]);
                (void)execl("/bin/true", "true", (char *)NULL);
                _exit(1);
        }
        SAME(waitpid(pid, &status, 0), pid);
        SAME(status, 0);
        SAME(size, 100);
        fork_intact(&p);
}

static void spawn_test(enum locket_fork fork)
{
        char name[] = "true";
        char *const argv[] = { name, NULL };
        struct parent p;
        pid_t pid = -1;
        int status = 0;
        int i;

        memset(&p, 0, sizeof p);
        p.fork = fork;
        fork_parent(&p);
        for (i = 0; i < 20; i++) {
                SAME(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ), 0);
                SAME(waitpid(pid, &status, 0), pid);
                SAME(status, 0);
                SAME(system("exit 3"), 3 << 8);
        }
        fork_intact(&p);
}

/* ------------------------------------------------------------ many at first */

enum { AT_ONCE = 4 };

static pthread_barrier_t barrier;

static void *comes(void *argument)
{
        struct parent *p = argument;
        unsigned char *q;

        (void)pthread_barrier_wait(&barrier);
        q = locket_arena_malloc(p->arena, 300);
        NEED(q != NULL);
        memset(q, 9, 300);
        /* A thread's stack may have landed where a secret was not (omit). */
        NEED(locket_size(p->secret[OPEN]) == 100 || p->fork == LOCKET_FORK_OMIT);
        (void)pthread_barrier_wait(&barrier);
        locket_free(q);
        return NULL;
}

/* The first calls of a child that no handler has seen come from four threads:
 * one sets the tables right, once. */
static void threads_child(void *argument)
{
        struct parent *p = argument;
        pthread_t thread[AT_ONCE];
        int i;

        SAME(pthread_barrier_init(&barrier, NULL, AT_ONCE), 0);
        for (i = 0; i < AT_ONCE; i++) {
                SAME(pthread_create(&thread[i], NULL, comes, p), 0);
        }
        for (i = 0; i < AT_ONCE; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        SAME(locket_home_here()->tables.epoch, p->epoch + 1);
        if (locket_size(p->secret[OPEN]) != 0) {
                fork_inherited(p, OPEN);
        }
        fork_sound();
}

static void threads_first_test(enum locket_fork fork)
{
        int i;

        for (i = 0; i < 20; i++) {
                struct parent p;

                memset(&p, 0, sizeof p);
                p.fork = fork;
                p.how = HOW_RAW;
                fork_parent(&p);
                SAME(fork_run(HOW_RAW, threads_child, &p), 0);
                fork_intact(&p);
        }
}

const struct fork_test kinds_tests[] = {
        { "grandchildren", grandchildren_test, 0 },
        { "daemon_by_hand", daemon_by_hand_test, 0 },
        { "daemon", daemon_test, 0 },
        { "vfork", vfork_test, 0 },
        { "spawn", spawn_test, 0 },
        { "threads_first", threads_first_test, 0 },
        { NULL, NULL, 0 },
};
