/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * core.c - the command `locket`: the attack by core file.
 *
 * Knows:    what is in the core of a process that has never had the secret.
 * Promises: a core file lives in memory (/dev/shm) where that is possible, in
 *           a private folder, until it has been searched; then it is
 *           overwritten and removed.  Signals that would prevent that wait.
 *
 * Three children dump core: the witness, forked before there was a secret, to
 * know what is no trace of it; one with the secret in malloc memory; one with
 * it in locket memory.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct core_job {
        const char *folder;
        const struct cmd_side *side; /* NULL: without the secret */
        volatile struct cmd_facts *facts;
        size_t size;
};

/* --------------------------------------------------------------- children */

/* Get the secret straight from the kernel, so that no copy of it stays in a
 * register, and crash. */
static void core_crash(void *argument)
{
        const struct core_job *job = argument;
        struct rlimit limit;
        unsigned char *block;
        int fd;

        if (chdir(job->folder) || getrlimit(RLIMIT_CORE, &limit)) {
                return;
        }
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_CORE, &limit);
        fd = open("/proc/self/coredump_filter", O_WRONLY);
        if (fd >= 0) { /* the kernel's default */
                if (write(fd, "0x33", 4) < 0) {
                        job->facts->error = errno;
                }
                close(fd);
        }
        if (job->side) {
                block = job->side->get(job->size);
                if (!block || cmd_receive(STDIN_FILENO, block, job->size)) {
                        job->facts->error = errno;
                        return;
                }
        }
        job->facts->ready = 1;
        signal(SIGABRT, SIG_DFL);
        abort();
}

int cmd_core_witness(struct cmd_witness *witness)
{
        struct core_job job = {NULL, NULL, NULL, 0};
        char folder[CMD_PATH];
        int orders[2];
        pid_t pid;

        if (pipe(orders)) {
                return -1;
        }
        pid = fork();
        if (pid == 0) {
                close(orders[1]);
                job.folder = folder;
                job.facts = cmd_facts_share();
                if (job.facts &&
                    read(orders[0], folder, sizeof(folder)) == (ssize_t)sizeof(folder)) {
                        core_crash(&job);
                }
                _exit(0);
        }
        close(orders[0]);
        witness->orders = orders[1];
        witness->pid = pid;
        return pid < 0 ? -1 : 0;
}

/* The witness crashes in ${folder}. */
static int core_testify(const struct cmd_witness *witness, const char folder[CMD_PATH])
{
        int status;

        if (write(witness->orders, folder, CMD_PATH) != CMD_PATH) {
                return -1;
        }
        while (waitpid((pid_t)witness->pid, &status, 0) < 0) {
                if (errno != EINTR) {
                        return -1;
                }
        }
        return 0;
}

/* ${map} is what the core of ${pid} has of the secret.  Returns 0; 1 if there
 * is no core file; -1 with errno. */
static int core_search(const struct cmd_place *place, long pid, time_t since,
                       const struct cmd_secret *secret, unsigned char *map)
{
        char path[CMD_PATH];
        int status;

        if (cmd_corefile_find(place, pid, since, path)) {
                return 1;
        }
        status = cmd_search(secret, path, map);
        cmd_corefile_remove(path);
        return status;
}

/* The same for a child with the secret, which crashes first. */
static int core_try(const struct cmd_place *place, const struct cmd_side *side,
                    const struct cmd_secret *secret, volatile struct cmd_facts *facts,
                    unsigned char *map)
{
        static const struct cmd_facts none;
        struct core_job job = {place->folder, side, facts, secret->size};
        struct cmd_child child = {
                .secret = secret, .copies = 1, .run = core_crash, .argument = &job};
        time_t since = time(NULL) - 1;

        *facts = none;
        if (cmd_child(&child)) {
                return -1;
        }
        if (!facts->ready) {
                errno = facts->error ? facts->error : EIO;
                return -1;
        }
        return core_search(place, child.pid, since, secret, map);
}

/* ---------------------------------------------------------------- verdict */

/* What cannot be tried is a loss for locket alone, hence ${failed}. */
static void core_judge(const struct cmd_secret *secret, const unsigned char *plain,
                       const unsigned char *map, int status, enum cmd_verdict failed,
                       struct cmd_outcome *outcome)
{
        size_t of, seen = cmd_search_sum(secret->size, plain, map, &of);

        if (status > 0) {
                cmd_words(outcome, CMD_SKIPPED, "no core file here");
        } else if (status < 0) {
                cmd_words(outcome, failed, "not tried: %s", cmd_reason(errno));
        } else if (!of) {
                cmd_words(outcome, CMD_SKIPPED, "too common to look for");
        } else if (seen) {
                cmd_words(outcome, CMD_LOST, "in the core: %zu of %zu bytes", seen, of);
        } else {
                cmd_words(outcome, CMD_HELD, "not in the core file");
        }
}

static int core_all(const struct cmd_place *place, const struct cmd_witness *witness,
                    const struct cmd_secret *secret, volatile struct cmd_facts *facts,
                    struct cmd_outcome *on_malloc, struct cmd_outcome *on_locket)
{
        size_t size = secret->size;
        unsigned char *maps = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        time_t since = time(NULL) - 1;
        int status;

        if (maps == MAP_FAILED) {
                return -1;
        }
        status = core_testify(witness, place->folder);
        if (!status) {
                status = core_search(place, witness->pid, since, secret, maps);
        }
        if (!status) {
                status = core_try(place, &cmd_malloc, secret, facts, maps + size);
        }
        core_judge(secret, maps, maps + size, status, CMD_SKIPPED, on_malloc);
        if (!status) {
                status = core_try(place, &cmd_locket, secret, facts, maps + size);
        }
        core_judge(secret, maps, maps + size, status, CMD_LOST, on_locket);
        munmap(maps, 2 * size);
        return 0;
}

int cmd_core(const struct cmd_witness *witness, const struct cmd_secret *secret,
             volatile struct cmd_facts *facts, struct cmd_outcome *on_malloc,
             struct cmd_outcome *on_locket)
{
        struct cmd_place place;
        const char *obstacle = cmd_corefile_obstacle(&place);
        sigset_t wait, before;
        int status;

        if (!obstacle && cmd_corefile_folder(&place)) {
                obstacle = "no folder for it";
        }
        if (obstacle) {
                cmd_words(on_malloc, CMD_SKIPPED, "no core file here");
                cmd_words(on_locket, CMD_SKIPPED, "(%s)", obstacle);
                return 0;
        }
        sigemptyset(&wait);
        sigaddset(&wait, SIGINT);
        sigaddset(&wait, SIGTERM);
        sigaddset(&wait, SIGHUP);
        sigaddset(&wait, SIGQUIT);
        sigprocmask(SIG_BLOCK, &wait, &before);
        status = core_all(&place, witness, secret, facts, on_malloc, on_locket);
        cmd_corefile_clean(&place);
        sigprocmask(SIG_SETMASK, &before, NULL);
        return status;
}
