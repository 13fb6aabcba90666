/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * keep.c - LOCKET_FORK_KEEP: the child's copy is locked, or it is none.
 */
#include "fork.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static struct parent keeping;

static void begin(void)
{
        memset(&keeping, 0, sizeof keeping);
        keeping.fork = LOCKET_FORK_KEEP;
        fork_parent(&keeping);
}

static void soft_limit(size_t bytes)
{
        struct rlimit limit;

        NEED(getrlimit(RLIMIT_MEMLOCK, &limit) == 0);
        limit.rlim_cur = bytes;
        NEED(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
}

/* ------------------------------------------------------------------ limits */

enum { MANY = 12 };

static unsigned char *many[MANY];
static struct locket_arena *arena;
static size_t room;             /* of these can be locked in a child */
static int refusal;             /* errno of the others */
static enum locket_demand demand;

static void make_many(void)
{
        struct locket_policy policy;
        int i;

        NEED(unit_become_user((size_t)1 << 20));
        NEED(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0); /* else /proc/self/mem is root's */
        locket_policy_init(&policy);
        policy.fork = LOCKET_FORK_KEEP;
        policy.locked = demand;
        arena = locket_arena_create(&policy);
        NEED(arena != NULL);
        for (i = 0; i < MANY; i++) {
                many[i] = locket_arena_malloc(arena, 200);
                NEED(many[i] != NULL && unit_flag(many[i], "lo"));
                memset(many[i], FORK_PATTERN, 200);
                SAME(locket_protect(many[i], (enum locket_access)(i % 3)), 0);
        }
}

/* Every secret is locked and there, or zero and said to be lost. */
static void kept_or_lost(void *unused)
{
        size_t kept = 0;
        int i;

        (void)unused;
        for (i = 0; i < MANY; i++) {
                static const char *const mode[] = { "---p", "r--p", "rw-p" };
                struct locket_report r = { 0 };

                SAME(locket_inspect(many[i], &r), 0);
                SAME(r.lost, !unit_flag(many[i], "lo"));
                SAME(r.locked.in_force, !r.lost);
                SAME(r.fork_safe.in_force, !r.lost);
                SAME(r.locked.error, r.lost ? refusal : 0);
                SAME(r.fork_safe.error, r.lost ? refusal : 0);
                SAME(r.access, i % 3);
                NEED(strcmp(unit_access(many[i]), mode[i % 3]) == 0);
                SAME(unit_bytes(many[i], 200, r.lost ? 0 : FORK_PATTERN), 200);
                kept += !r.lost;
        }
        SAME(kept, room);
        SAME(unit_locked(), room * unit_page());
        SAME(locket_validate(), 0); /* lost is not damaged */
        fork_sound();
}

static void free_many(void)
{
        int i;

        for (i = 0; i < MANY; i++) {
                locket_free(many[i]);
        }
        SAME(unit_zero(many[0], 200), 1);
        SAME(locket_arena_destroy(arena), 0);
        SAME(unit_locked(), 0);
}

static void limited_child(void *unused)
{
        kept_or_lost(unused);
        SAME(fork_run(HOW_FORK, kept_or_lost, NULL), 0); /* what is lost stays so */
        SAME(fork_run(HOW_RAW, kept_or_lost, NULL), 0);
        kept_or_lost(unused);
        free_many();
}

static void limited(size_t bytes, size_t can, int error)
{
        enum how how;
        int i;

        room = can;
        refusal = error;
        demand = LOCKET_REQUIRE;
        make_many();
        soft_limit(bytes);
        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                SAME(fork_run(how, limited_child, NULL), 0);
        }
        for (i = 0; i < MANY; i++) { /* the parent's are as they were */
                NEED(unit_flag(many[i], "lo"));
                SAME(unit_bytes(many[i], 200, FORK_PATTERN), 200);
        }
        free_many();
}

static void keep_some(enum locket_fork unused)
{
        (void)unused;
        limited(5 * unit_page(), 5, EAGAIN);
}

static void keep_none(enum locket_fork unused)
{
        (void)unused;
        limited(0, 0, EPERM);
}

/* With locks that are only preferred the bytes stay, and the report says why they
 * are not locked. */
static void preferring_child(void *unused)
{
        int i;

        (void)unused;
        for (i = 0; i < MANY; i++) {
                struct locket_report r = { 0 };

                SAME(locket_inspect(many[i], &r), 0);
                SAME(r.lost, 0);
                SAME(r.locked.in_force, unit_flag(many[i], "lo"));
                SAME(r.locked.error, r.locked.in_force ? 0 : EAGAIN);
                SAME(r.fork_safe.in_force, 1);
                SAME(unit_bytes(many[i], 200, FORK_PATTERN), 200);
        }
        SAME(unit_locked(), 5 * unit_page());
        fork_sound();
        free_many();
}

static void keep_preferring(enum locket_fork unused)
{
        enum how how;

        (void)unused;
        demand = LOCKET_PREFER;
        make_many();
        soft_limit(5 * unit_page());
        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                SAME(fork_run(how, preferring_child, NULL), 0);
        }
        free_many();
}

/* Not to be locked at all: kept as it is. */
static void unlocked_child(void *p)
{
        struct locket_report r = { 0 };

        SAME(locket_inspect(p, &r), 0);
        NEED(!r.lost && !r.locked.in_force && r.locked.error == 0 && r.fork_safe.in_force);
        SAME(unit_bytes(p, 200, FORK_PATTERN), 200);
        SAME(unit_locked(), 0);
        fork_sound();
        locket_free(p);
        fork_sound();
}

static void keep_unlocked(enum locket_fork unused)
{
        struct locket_policy policy;
        unsigned char *p;
        enum how how;

        (void)unused;
        locket_policy_init(&policy);
        policy.fork = LOCKET_FORK_KEEP;
        policy.locked = LOCKET_OFF;
        p = locket_arena_malloc(locket_arena_create(&policy), 200);
        NEED(p != NULL);
        memset(p, FORK_PATTERN, 200);
        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                SAME(fork_run(how, unlocked_child, p), 0);
        }
        locket_free(p);
}

/* ------------------------------------------------------------ copy on write */

/* Bytes that smaps says are locked of the page of ${p}, and there. */
static void is_locked(const unsigned char *p)
{
        FILE *smaps = fopen("/proc/self/smaps", "re");
        char line[512];
        unsigned long long lo;
        unsigned long long hi;
        unsigned long long kib;
        int here = 0;
        unsigned long long rss = 0;
        unsigned long long locked = 0;
        unsigned long long size = 0;

        NEED(smaps != NULL);
        while (fgets(line, sizeof line, smaps) != NULL) {
                if (sscanf(line, "%llx-%llx ", &lo, &hi) == 2) {
                        here = lo <= (uintptr_t)p && (uintptr_t)p < hi;
                        size = here ? (hi - lo) / 1024 : size;
                } else if (here && sscanf(line, "Rss: %llu", &kib) == 1) {
                        rss = kib;
                } else if (here && sscanf(line, "Locked: %llu", &kib) == 1) {
                        locked = kib;
                }
        }
        (void)fclose(smaps);
        NEED(size > 0);
        SAME(rss, size);
        SAME(locked, size); /* its share: all of it, so nobody else has the page */
        NEED(unit_flag(p, "lo"));
}

/* Who writes first, after the fork, does not matter: both have pages of their own,
 * and both are locked. */
static void written(int child_first)
{
        int go[2];
        int done[2];
        char byte = 0;
        pid_t pid;
        int status = 0;

        begin();
        NEED(pipe(go) == 0 && pipe(done) == 0);
        pid = fork();
        NEED(pid >= 0);
        if (pid == 0) {
                (void)alarm(60);
                if (!child_first) {
                        NEED(read(go[0], &byte, 1) == 1);
                }
                memset(keeping.secret[LARGE], 0x11, fork_size(LARGE));
                is_locked(keeping.secret[LARGE]);
                is_locked(keeping.secret[OPEN]);
                NEED(write(done[1], &byte, 1) == 1);
                NEED(read(go[0], &byte, 1) == 1);
                SAME(unit_bytes(keeping.secret[LARGE], fork_size(LARGE), 0x11), fork_size(LARGE));
                _exit(0);
        }
        if (child_first) {
                NEED(read(done[0], &byte, 1) == 1);
        }
        memset(keeping.secret[LARGE], FORK_PATTERN, fork_size(LARGE));
        is_locked(keeping.secret[LARGE]);
        NEED(write(go[1], &byte, 1) == 1);
        if (!child_first) {
                NEED(read(done[0], &byte, 1) == 1);
                is_locked(keeping.secret[LARGE]);
                NEED(write(go[1], &byte, 1) == 1);
        }
        is_locked(keeping.secret[OPEN]); /* which nobody has written to */
        SAME(waitpid(pid, &status, 0), pid);
        SAME(status, 0);
        fork_intact(&keeping);
}

static void keep_child_writes(enum locket_fork unused)
{
        (void)unused;
        written(1);
}

static void keep_parent_writes(enum locket_fork unused)
{
        (void)unused;
        written(0);
}

/* Before a call of its own has come back from fork(2) the copy is locked: a
 * handler that was installed after locket's sees it so. */
static void sees_locked(void)
{
        int i;

        for (i = 0; i < SECRETS; i++) {
                NEED(fork_size(i) == 0 || unit_flag(keeping.secret[i], "lo"));
        }
}

static void nothing(void *unused)
{
        (void)unused;
}

static void keep_before_fork_returns(enum locket_fork unused)
{
        (void)unused;
        begin();
        SAME(pthread_atfork(NULL, NULL, sees_locked), 0);
        SAME(fork_run(HOW_FORK, nothing, NULL), 0);
        fork_intact(&keeping);
}

/* Not asked for: a copy, that is not locked. */
static void off_child(void *p)
{
        struct locket_report r = { 0 };

        SAME(locket_inspect(p, &r), 0);
        NEED(!r.lost && !r.locked.in_force && !r.fork_safe.in_force && r.fork_safe.error == 0);
        SAME(unit_bytes(p, 200, FORK_PATTERN), 200);
        NEED(!unit_flag(p, "lo"));
        locket_free(p);
        fork_sound();
}

static void off(enum locket_fork fork)
{
        struct locket_policy policy;
        unsigned char *p;
        enum how how;

        locket_policy_init(&policy);
        policy.fork = fork;
        policy.fork_safe = LOCKET_OFF;
        p = locket_arena_malloc(locket_arena_create(&policy), 200);
        NEED(p != NULL && !unit_flag(p, "wf") && !unit_flag(p, "dc"));
        memset(p, FORK_PATTERN, 200);
        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                SAME(fork_run(how, off_child, p), 0);
        }
        locket_free(p);
}

const struct fork_test keep_tests[] = {
        { "keep_some", keep_some, 1 },
        { "keep_none", keep_none, 1 },
        { "keep_preferring", keep_preferring, 1 },
        { "keep_unlocked", keep_unlocked, 1 },
        { "keep_child_writes", keep_child_writes, 1 },
        { "keep_parent_writes", keep_parent_writes, 1 },
        { "keep_before_fork_returns", keep_before_fork_returns, 1 },
        { "off", off, 0 },
        { NULL, NULL, 0 },
};
