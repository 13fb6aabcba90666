/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: a call in a signal handler that has interrupted a call of the same
 *          thread does not wait for ever: EDEADLK, and nothing changed; a free, and
 *          locket_validate, cannot say so: one line, abort, and no violation
 *          handler, as locks are held.
 * Attack:  seccomp(2) makes mprotect(2) a signal, SIGSYS: so locket_protect is
 *          interrupted while it holds the lock.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "crime.h"

static const char *what;
static unsigned char *inside_secret;

static void
told(enum locket_violation kind, const void *address)
{
        (void)kind;
        (void)address;
        crime_say("told");
}

/* Each call that can fail does. */
static void
refused(void)
{
        struct locket_report report = { 0 };
        struct locket_stats stats = { 0 };
        struct locket_budget budget = { 0 };
        unsigned char *p = inside_secret;

#define REFUSED(call) (errno = 0, crime_check((call) && errno == EDEADLK, #call))
        REFUSED(locket_malloc(32) == NULL);
        REFUSED(locket_calloc(3, 32) == NULL);
        REFUSED(locket_aligned_alloc(16, 32) == NULL);
        REFUSED(locket_realloc(p, 5000) == NULL);
        REFUSED(locket_realloc(NULL, 5000) == NULL);
        REFUSED(locket_size(p) == 0);
        REFUSED(locket_protect(p, LOCKET_READ_ONLY) == -1);
        REFUSED(locket_inspect(p, &report) == -1);
        REFUSED(locket_stats(&stats) == -1);
        REFUSED(locket_budget(32, &budget) == -1);
        REFUSED(locket_arena_create(NULL) == NULL);
        crime_check(p[0] != 0 && p[31] != 0, "the secret");
        locket_free(NULL);
        locket_wipe_all(); /* as ever */
        crime_check(p[0] == 0 && p[31] == 0, "wiped");
        crime_say("refused");
        _exit(0); /* what has interrupted it has made mprotect fail */
}

static void
handler(int number)
{
        (void)number;
        if (crime_is(what, "free")) {
                locket_free(inside_secret);
        } else if (crime_is(what, "free_sized")) {
                locket_free_sized(inside_secret, 32);
        } else if (crime_is(what, "validate")) {
                (void)locket_validate();
        } else if (crime_is(what, "realloc_0")) {
                (void)locket_realloc(inside_secret, 0);
        } else {
                refused();
        }
}

/* From now on mprotect(2) is not made, but signalled. */
static void
trap(void)
{
        struct sock_filter filter[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };
        struct sigaction action;

        memset(&action, 0, sizeof action);
        action.sa_handler = handler;
        crime_check(sigaction(SIGSYS, &action, NULL) == 0, "sigaction");
        crime_check(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0, "no new privileges");
        crime_check(prctl(PR_SET_SECCOMP, (long)SECCOMP_MODE_FILTER, &program, 0L, 0L) == 0,
                    "seccomp");
}

int
main(int argc, char **argv)
{
        unsigned char *p = (unsigned char *)crime_secret(100);

        what = crime_word(argc, argv, 1);
        inside_secret = (unsigned char *)crime_secret(32);
        (void)locket_on_violation(told);
        crime_start();
        crime_expect(crime_is(what, "validate") ? NULL : inside_secret);
        trap();
        (void)locket_protect(p, LOCKET_NO_ACCESS);
        return 0;
}
