/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * run.c - the command `locket`: children that are attacked.
 *
 * Knows:    fork, pipes, signals, where malloc puts neighbours.
 * Promises: a child gets the secret by itself (locket's secrets do not survive
 *           a fork), says nothing on the caller's descriptors, leaves no core
 *           file, and ends in CMD_PATIENCE seconds.
 */
#include "cmd.h"

#include <locket.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often a place with its neighbours right beside it is looked for. */
#define RUN_TRIES 64

static void *run_exact(size_t size)
{
        return locket_aligned_alloc(1, size);
}

const struct cmd_side cmd_malloc = {"malloc", malloc, malloc, free, 0};
const struct cmd_side cmd_locket = {"locket", locket_malloc, run_exact, locket_free, 1};

/* For the signal handler of a child. */
static volatile struct cmd_facts *run_facts;

volatile struct cmd_facts *cmd_facts_share(void)
{
        void *shared = mmap(NULL, sizeof(struct cmd_facts), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);

        return shared == MAP_FAILED ? NULL : shared;
}

/* ------------------------------------------------------------- any child */

static void run_close(const int pair[2])
{
        close(pair[0]);
        close(pair[1]);
}

static _Noreturn void run_inside(struct cmd_child *child, const int in[2],
                                 const int out[2])
{
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDERR_FILENO);
        run_close(in);
        run_close(out);
        signal(SIGALRM, SIG_DFL);
        alarm(CMD_PATIENCE);
        child->run(child->argument);
        _exit(0);
}

/* Keep the first line of ${fd}, read on to the end. */
static void run_listen(int fd, char *line)
{
        char rest[CMD_LINE];
        size_t have = 0, room;
        ssize_t got;

        do {
                room = CMD_LINE - 1 - have;
                got = room ? read(fd, line + have, room) : read(fd, rest, sizeof(rest));
                if (got > 0 && room) {
                        have += (size_t)got;
                }
        } while (got > 0 || (got < 0 && errno == EINTR));
        line[have] = '\0';
        line[strcspn(line, "\n")] = '\0';
}

int cmd_child(struct cmd_child *child)
{
        int in[2], out[2];
        pid_t pid;

        if (pipe(in)) {
                return -1;
        }
        if (pipe(out)) {
                run_close(in);
                return -1;
        }
        fflush(stdout);
        pid = fork();
        if (pid == 0) {
                run_inside(child, in, out);
        }
        close(in[0]);
        close(out[1]);
        if (pid > 0) {
                /* A child that ends early does not want it. */
                (void)cmd_give(in[1], child->secret, child->copies);
        }
        close(in[1]);
        if (pid > 0) {
                run_listen(out[0], child->line);
        }
        close(out[0]);
        if (pid < 0) {
                return -1;
        }
        while (waitpid(pid, &child->status, 0) < 0) {
                if (errno != EINTR) {
                        return -1;
                }
        }
        child->pid = pid;
        return 0;
}

/* -------------------------------------------------------- an attacked one */

struct run_job {
        const struct cmd_attack *attack;
        const struct cmd_side *side;
        size_t size;
};

/* Note where it happened; the access is repeated and ends the child. */
static void run_caught(int number, siginfo_t *info, void *context)
{
        (void)context;
        run_facts->fault = (uintptr_t)info->si_addr;
        run_facts->signal = number;
}

static void run_prepare(void)
{
        /* 1 and not 0: no core through a pipe either (core(5)). */
        const struct rlimit no_core = {1, 1};
        struct sigaction action;

        setrlimit(RLIMIT_CORE, &no_core);
        memset(&action, 0, sizeof(action));
        action.sa_sigaction = run_caught;
        action.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND);
        sigemptyset(&action.sa_mask);
        sigaction(SIGSEGV, &action, NULL);
        sigaction(SIGBUS, &action, NULL);
}

/* Three blocks, side by side if the allocator does such things: holes from
 * earlier use are filled up first. */
static int run_place(struct cmd_scene *scene, int exact)
{
        const struct cmd_side *side = scene->side;
        int tries = side->is_locket ? 1 : RUN_TRIES;
        uintptr_t low, high, middle;

        while (tries-- > 0) {
                scene->below = side->get(CMD_BELOW);
                scene->target =
                        exact ? side->get_exact(scene->size) : side->get(scene->size);
                scene->above = side->get(scene->size);
                if (!scene->below || !scene->target || !scene->above) {
                        return -1;
                }
                low = (uintptr_t)scene->below;
                middle = (uintptr_t)scene->target;
                high = (uintptr_t)scene->above;
                if (low < middle && middle < high &&
                    high - low < CMD_BELOW + scene->size + 64) {
                        break;
                }
        }
        memset(scene->below, CMD_MARK, CMD_BELOW);
        memset(scene->above, CMD_MARK, scene->size);
        return 0;
}

static void run_job(void *argument)
{
        const struct run_job *job = argument;
        struct cmd_scene scene = {
                .side = job->side, .facts = run_facts, .size = job->size};
        unsigned char *reference;

        run_prepare();
        reference = locket_malloc(job->size);
        if (!reference || run_place(&scene, job->attack->exact) ||
            cmd_receive(STDIN_FILENO, reference, job->size) ||
            cmd_receive(STDIN_FILENO, scene.target, job->size)) {
                run_facts->error = errno;
                return;
        }
        scene.reference = reference;
        run_facts->ready = 1;
        job->attack->run(&scene);
        run_facts->done = 1;
}

int cmd_run(const struct cmd_attack *attack, const struct cmd_side *side,
            const struct cmd_secret *secret, volatile struct cmd_facts *facts,
            struct cmd_outcome *outcome)
{
        static const struct cmd_facts none;
        struct run_job job = {attack, side, secret->size};
        struct cmd_child child = {
                .secret = secret, .copies = 2, .run = run_job, .argument = &job};

        *facts = none;
        run_facts = facts;
        if (cmd_child(&child)) {
                return -1;
        }
        cmd_judge(attack, side, facts, child.status, child.line, outcome);
        return 0;
}
