/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fallback.c - a kernel that cannot wipe on fork, or not leave pages out, or
 * that says yes to any advice: played by a seccomp filter, in a process that
 * has not used locket yet.
 */
#include "fork.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "home.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

/* From now on madvise(2) answers ${answer} to ${advice}; to any, if it is -1. */
static void kernel(int advice, unsigned answer)
{
        struct sock_filter filter[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 3),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)advice, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | answer),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };

        if (advice < 0) {
                filter[2] = filter[3] = filter[4];
        }
        NEED(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0);
        NEED(prctl(PR_SET_SECCOMP, (long)SECCOMP_MODE_FILTER, &program, 0L, 0L) == 0);
}

static void protection(struct locket_protection p, int in_force, int error)
{
        SAME(p.in_force, in_force);
        SAME(p.error, error);
}

static struct locket_policy policy_of(enum locket_fork fork, enum locket_demand fork_safe)
{
        struct locket_policy policy;

        locket_policy_init(&policy);
        policy.fork = fork;
        policy.fork_safe = fork_safe;
        return policy;
}

static unsigned char *secret_of(enum locket_fork fork, enum locket_demand fork_safe,
                                enum locket_demand undumped)
{
        struct locket_policy policy = policy_of(fork, fork_safe);
        unsigned char *p;

        policy.undumped = undumped;
        p = locket_arena_malloc(locket_arena_create(&policy), 80);
        NEED(p != NULL);
        memset(p, FORK_PATTERN, 80);
        return p;
}

static struct locket_report inspected(const void *p)
{
        struct locket_report r = { 0 };

        SAME(locket_inspect(p, &r), 0);
        return r;
}

/* ------------------------------------------------- it cannot wipe on fork */

static struct {
        unsigned char *wipe, *omit, *keep;
        uint64_t key_low;
} there;

static void is_told_apart(void *deeper)
{
        unsigned char *q;

        SAME(locket_size(there.keep), 80); /* the first call */
        NEED(there.key_low != locket_home_here()->tables.process->key_low);
        NEED(locket_home_here()->tables.process->key_low != 0);
        SAME(unit_bytes(there.keep, 80, FORK_PATTERN), 80);
        NEED(unit_flag(there.keep, "lo"));
        SAME(inspected(there.keep).lost, 0);
        SAME(inspected(there.keep).locked.in_force, 1);
        protection(inspected(there.keep).fork_safe, 1, ENOTSUP);
        SAME(inspected(there.omit).lost, 1);
        NEED(strcmp(unit_access(there.omit), "---p") == 0 && unit_flag(there.omit, "dc"));
        protection(inspected(there.omit).fork_safe, 1, ENOTSUP);
        SAME(inspected(there.wipe).lost, 0); /* preferred, and not to be had: as is said */
        SAME(inspected(there.wipe).locked.in_force, 0);
        protection(inspected(there.wipe).fork_safe, 0, EINVAL);
        SAME(locket_validate(), 0);
        q = secret_of(LOCKET_FORK_KEEP, LOCKET_REQUIRE, LOCKET_REQUIRE);
        NEED(unit_flag(q, "lo"));
        locket_free(q);
        fork_sound();
        if (deeper != NULL) { /* a grandchild, in both ways */
                there.key_low = locket_home_here()->tables.process->key_low;
                SAME(fork_run(HOW_FORK, is_told_apart, NULL), 0);
                SAME(fork_run(HOW_RAW, is_told_apart, NULL), 0);
        }
        locket_free(there.keep);
        locket_free(there.omit);
        locket_free(there.wipe);
}

static void without_wipe(enum locket_fork unused)
{
        const uint32_t epoch = 0;
        enum how how;
        pid_t pid;
        int status = 0;

        (void)unused;
        kernel(MADV_WIPEONFORK, EINVAL);
        errno = 0;
        NEED(locket_malloc(10) == NULL && errno == ENOTSUP);
        errno = 0;
        NEED(locket_arena_create(NULL) == NULL && errno == ENOTSUP);
        there.wipe = secret_of(LOCKET_FORK_WIPE, LOCKET_PREFER, LOCKET_REQUIRE);
        there.omit = secret_of(LOCKET_FORK_OMIT, LOCKET_REQUIRE, LOCKET_REQUIRE);
        there.keep = secret_of(LOCKET_FORK_KEEP, LOCKET_REQUIRE, LOCKET_REQUIRE);
        protection(inspected(there.wipe).fork_safe, 0, EINVAL);
        protection(inspected(there.omit).fork_safe, 1, ENOTSUP);
        protection(inspected(there.keep).fork_safe, 1, ENOTSUP);
        there.key_low = locket_home_here()->tables.process->key_low;
        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                SAME(fork_run(how, is_told_apart, &there), 0);
        }
        pid = vfork(); /* one that only executes makes no difference */
        if (pid == 0) {
                (void)execl("/bin/true", "true", (char *)NULL);
                _exit(1);
        }
        SAME(waitpid(pid, &status, 0), pid);
        SAME(status, 0);
        SAME(locket_home_here()->tables.epoch, epoch);
        SAME(locket_home_here()->tables.process->key_low, there.key_low);
        SAME(unit_bytes(there.omit, 80, FORK_PATTERN), 80);
        SAME(inspected(there.keep).lost + inspected(there.omit).lost, 0);
}

/* ------------------------------------------------ it cannot leave pages out */

static void wiped_instead(void *p)
{
        SAME(inspected(p).lost, 1);
        NEED(unit_zero(p, 80));
        protection(inspected(p).fork_safe, 0, EINVAL);
        locket_free(p);
}

static void without_omit(enum locket_fork unused)
{
        struct locket_policy policy = policy_of(LOCKET_FORK_OMIT, LOCKET_REQUIRE);
        struct locket_report r;
        unsigned char *p;
        enum how how;

        (void)unused;
        kernel(MADV_DONTFORK, EINVAL);
        errno = 0;
        NEED(locket_arena_create(&policy) == NULL && errno == ENOTSUP);
        p = secret_of(LOCKET_FORK_OMIT, LOCKET_PREFER, LOCKET_REQUIRE);
        r = inspected(p);
        protection(r.fork_safe, 0, EINVAL);
        NEED(!unit_flag(p, "dc") && unit_flag(p, "wf"));
        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                SAME(fork_run(how, wiped_instead, p), 0);
        }
        locket_free(p);
        locket_free(locket_malloc(10)); /* the others are as ever */
}

/* -------------------------------------------------- it says yes to anything */

static void kept_all_the_same(void *p)
{
        SAME(inspected(p).lost, 0);
        SAME(unit_bytes(p, 80, FORK_PATTERN), 80);
        NEED(unit_flag(p, "lo"));
        locket_free(p);
}

static void believes_nobody(enum locket_fork unused)
{
        struct locket_policy policy = policy_of(LOCKET_FORK_OMIT, LOCKET_REQUIRE);
        unsigned char *p;
        enum how how;

        (void)unused;
        kernel(-1, 0);
        policy.undumped = policy.unmerged = LOCKET_OFF;
        errno = 0;
        NEED(locket_arena_create(&policy) == NULL && errno == ENOTSUP);
        policy.fork = LOCKET_FORK_WIPE;
        errno = 0;
        NEED(locket_arena_create(&policy) == NULL && errno == ENOTSUP);
        policy.fork = LOCKET_FORK_KEEP;
        policy.undumped = policy.unmerged = LOCKET_PREFER;
        p = locket_arena_malloc(locket_arena_create(&policy), 80);
        NEED(p != NULL);
        memset(p, FORK_PATTERN, 80);
        protection(inspected(p).fork_safe, 1, ENOTSUP);
        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                SAME(fork_run(how, kept_all_the_same, p), 0);
        }
        locket_free(p);
}

const struct fork_test fallback_tests[] = {
        { "without_wipe", without_wipe, 1 },
        { "without_omit", without_omit, 1 },
        { "believes_nobody", believes_nobody, 1 },
        { NULL, NULL, 0 },
};
