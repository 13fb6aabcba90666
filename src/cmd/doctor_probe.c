/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_probe.c - `locket doctor`: a question to the kernel, asked in a child.
 *
 * Knows:    fork, a pipe, patience.
 * Promises: whatever becomes of the child, a sandbox that kills it included,
 *           there is an answer or a reason within PROBE_PATIENCE seconds; no
 *           core file is left.
 */
#include "doctor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds.  A probe takes a millisecond. */
#define PROBE_PATIENCE 3

/* A byte that no fresh page has. */
#define PROBE_BYTE 0x5a

static _Noreturn void probe_child(void (*ask)(struct doctor_answer *answer), int fd)
{
        /* 1 and not 0: no core through a pipe either (core(5)). */
        const struct rlimit no_core = {1, 1};
        struct doctor_answer answer;
        sigset_t none;

        memset(&answer, 0, sizeof(answer));
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGALRM, SIG_DFL);
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        alarm(PROBE_PATIENCE);
        ask(&answer);
        _exit(write(fd, &answer, sizeof(answer)) == (ssize_t)sizeof(answer) ? 0 : 1);
}

/* Wait for an answer.  Returns 1 if it is there, 0 if the child ended without
 * one, -1 if it is late. */
static int probe_listen(int fd, struct doctor_answer *answer)
{
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        ssize_t got;
        int ready;

        do {
                ready = poll(&wait, 1, PROBE_PATIENCE * 1000);
        } while (ready < 0 && errno == EINTR);
        if (ready <= 0) {
                return -1;
        }
        got = read(fd, answer, sizeof(*answer)); /* so small that it comes as one */
        return got == (ssize_t)sizeof(*answer);
}

/* There is no answer; say why. */
static int probe_silent(struct doctor_line *line, int heard, int status)
{
        if (heard < 0) {
                doctor_found(line, DOCTOR_UNKNOWN, "no answer within %d s",
                             PROBE_PATIENCE);
        } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
                doctor_found(line, DOCTOR_UNKNOWN,
                             "a sandbox killed the child that asked (seccomp)");
        } else if (WIFSIGNALED(status)) {
                doctor_found(line, DOCTOR_UNKNOWN, "the child that asked was killed: %s",
                             strsignal(WTERMSIG(status)));
        } else {
                doctor_found(line, DOCTOR_UNKNOWN, "the child that asked said nothing");
        }
        doctor_means(line, "whether it works here is not known");
        return heard == 0 && WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

static int probe_none(struct doctor_line *line, int error)
{
        doctor_found(line, DOCTOR_UNKNOWN, "no child could be made to ask: %s",
                     strerror(error));
        doctor_means(line, "whether it works here is not known");
        doctor_advise(line, "look at the process limit (ulimit -u, pids.max)");
        return -1;
}

int doctor_probe(void (*ask)(struct doctor_answer *answer), struct doctor_answer *answer,
                 struct doctor_line *line)
{
        int pair[2], heard, status = 0;
        pid_t pid;

        memset(answer, 0, sizeof(*answer));
        if (pipe(pair)) {
                return probe_none(line, errno);
        }
        fflush(stdout);
        pid = fork();
        if (pid == 0) {
                close(pair[0]);
                probe_child(ask, pair[1]);
        }
        close(pair[1]);
        if (pid < 0) {
                close(pair[0]);
                return probe_none(line, errno);
        }
        heard = probe_listen(pair[0], answer);
        close(pair[0]);
        if (heard < 0) {
                kill(pid, SIGKILL);
        }
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        return heard == 1 ? 0 : probe_silent(line, heard, status);
}

void doctor_killed(struct doctor_line *line, int signal)
{
        if (signal > 0) {
                line->state = DOCTOR_UNSAFE;
                doctor_means(line, "a program that wants a secret would be killed, too");
                doctor_advise(line, "allow mlock, mlock2, munlock, madvise, mprotect and mseal "
                                    "in the sandbox, and let nothing lie about them");
        }
}

/* --------------------------------------------------------- inside a probe */

int doctor_in_child(int (*look)(volatile unsigned char *page),
                    volatile unsigned char *page)
{
        int status;
        pid_t pid = fork();

        if (pid == 0) {
                alarm(PROBE_PATIENCE); /* a child has none of its parent's */
                _exit(look(page));
        }
        while (pid > 0 && waitpid(pid, &status, 0) < 0) {
                if (errno != EINTR) {
                        return -1;
                }
        }
        if (pid < 0) {
                return -1;
        }
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int doctor_trapped(int status)
{
        return status == 128 + SIGSEGV || status == 128 + SIGBUS;
}

int doctor_touch(volatile unsigned char *page)
{
        return *page != 0;
}

unsigned char *doctor_page(void)
{
        const size_t size = (size_t)sysconf(_SC_PAGESIZE);
        unsigned char *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (page == MAP_FAILED) {
                return NULL;
        }
        memset(page, PROBE_BYTE, size);
        return page;
}

int doctor_flag_of(const volatile unsigned char *page, const char *flag)
{
        struct cmd_mapping mapping;

        if (cmd_smaps_find((uintptr_t)page, &mapping) || !mapping.flags[0]) {
                return -1;
        }
        return cmd_mapping_has(&mapping, flag);
}
