/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * stress.c - locket_wipe_all at random moments, in handlers and beside them,
 * while threads mix every call over several arenas.
 *
 * In each round the threads first fill their secrets with the pattern; then they
 * go on without writing any of it, and are interrupted.  In the end no byte of it
 * may be left, whatever was freed, moved, made or closed meanwhile.
 */
#include "signal.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#if defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define THREADS 4u
#define SECRETS 10u

struct worker {
        pthread_t thread;
        uint64_t dice;
        struct signal_secret secret[SECRETS];
        size_t calls;
};

static struct worker workers[THREADS];
#define ARENAS 5u
static struct locket_arena *arenas[ARENAS]; /* shared: freed pages closed, and open; cells;
                                             * omitted and kept on fork */
static void *passed[4]; /* atomic: from one thread to another, who frees it */
static pthread_barrier_t barrier;
static int stop;        /* atomic: this round is over; 2: all are */
static size_t wipes;    /* atomic: in handlers */

static size_t below(struct worker *w, size_t n)
{
        w->dice ^= w->dice << 13;
        w->dice ^= w->dice >> 7;
        w->dice ^= w->dice << 17;
        return (size_t)(w->dice % n);
}

static size_t any_size(struct worker *w)
{
        return below(w, 4) != 0 ? 1 + below(w, 200) : 1 + below(w, 20000);
}

static void got(struct signal_secret *s, unsigned char *p, size_t size)
{
        NEED(p != NULL);
        s->p = p;
        s->size = size;
        s->access = LOCKET_READ_WRITE;
}

static void get(struct worker *w, struct signal_secret *s)
{
        const size_t size = any_size(w);
        const size_t where = below(w, ARENAS + 1);
        const size_t alignment = (size_t)1 << below(w, 8);
        unsigned char *p;

        switch (below(w, 4)) {
        case 0:
                p = where == ARENAS ? locket_aligned_alloc(alignment, size)
                                    : locket_arena_aligned_alloc(arenas[where], alignment, size);
                break;
        default:
                p = where == ARENAS ? locket_calloc(1, size)
                                    : locket_arena_malloc(arenas[where], size);
                break;
        }
        got(s, p, size);
}

/* Give a secret to another thread, and free one of another's. */
static void pass(struct worker *w)
{
        const size_t size = any_size(w);
        const size_t where = below(w, ARENAS + 1);
        void *p = where == ARENAS ? locket_malloc(size) : locket_arena_malloc(arenas[where], size);

        NEED(p != NULL && locket_size(p) == size);
        locket_free(__atomic_exchange_n(&passed[below(w, 4)], p, __ATOMIC_ACQ_REL));
}

/* Cells stay open. */
static void set(struct signal_secret *s, enum locket_access access)
{
        struct locket_report report;

        if (locket_protect(s->p, access) == 0) {
                s->access = access;
                return;
        }
        NEED(errno == ENOTSUP);
        memset(&report, 0, sizeof report);
        NEED(locket_inspect(s->p, &report) == 0 && report.layout == LOCKET_COMPACT);
}

/* What is open can be read and written, at any time; no byte is but what it may be. */
static void touch(struct signal_secret *s)
{
        volatile unsigned char *p = s->p;

        if (s->access != LOCKET_NO_ACCESS) {
                const unsigned char first = p[0]; /* once: another thread may wipe it */
                const unsigned char last = p[s->size - 1];

                NEED(first == 0 || first == SIGNAL_PATTERN);
                NEED(last == 0 || last == SIGNAL_PATTERN);
        }
        if (s->access == LOCKET_READ_WRITE) {
                p[s->size / 2] = 0;
        }
}

static void live_of_an_arena(struct worker *w)
{
        struct locket_policy policy;
        struct locket_arena *a;
        unsigned char *p;

        locket_policy_init(&policy);
        policy.freed = below(w, 2) != 0 ? LOCKET_FREED_CLOSE : LOCKET_FREED_CHECK;
        policy.quarantine = below(w, 3);
        policy.layout = below(w, 2) != 0 ? LOCKET_GUARDED : LOCKET_COMPACT;
        a = locket_arena_create(&policy);
        NEED(a != NULL && locket_arena_reserve(a, 2, 100) == 0);
        p = locket_arena_malloc(a, any_size(w));
        NEED(p != NULL);
        NEED(policy.layout == LOCKET_COMPACT || locket_protect(p, LOCKET_READ_ONLY) == 0);
        locket_free(p);
        NEED(locket_arena_destroy(a) == 0);
}

static void look(struct signal_secret *s)
{
        struct locket_report report;
        struct locket_stats stats;
        struct locket_budget budget;

        memset(&report, 0, sizeof report);
        memset(&stats, 0, sizeof stats);
        NEED(locket_inspect(s->p, &report) == 0);
        NEED(report.size == s->size && report.access == s->access && !report.lost);
        NEED(locket_stats(&stats) == 0 && stats.live_secrets >= THREADS);
        memset(&budget, 0, sizeof budget);
        budget.struct_size = sizeof budget;
        NEED(locket_budget(32, &budget) == 0);
}

static void step(struct worker *w)
{
        struct signal_secret *s = &w->secret[below(w, SECRETS)];
        const size_t size = any_size(w);

        w->calls += 1;
        touch(s);
        switch (below(w, 18)) {
        case 0: case 1:
                locket_free(s->p);
                get(w, s);
                break;
        case 2:
                locket_free_sized(s->p, s->size);
                get(w, s);
                break;
        case 16:
        case 17:
                pass(w);
                break;
        case 3: case 4: case 5:
                got(s, locket_realloc(s->p, size), size);
                break;
        case 6: /* most often in place */
                got(s, locket_realloc(s->p, s->size + (s->size % 16 != 0)), s->size +
                                                                            (s->size % 16 != 0));
                break;
        case 7:
                if (s->size > 1) {
                        got(s, locket_realloc(s->p, s->size - 1), s->size - 1);
                }
                break;
        case 8:
                if (below(w, 8) == 0) {
                        NEED(locket_validate() == 0);
                }
                break;
        case 9:
                look(s);
                break;
        case 10:
                if (below(w, 4) == 0) {
                        live_of_an_arena(w);
                }
                break;
        case 11:
                if (below(w, 8) == 0) {
                        locket_wipe_all();
                }
                break;
        default:
                set(s, (enum locket_access)below(w, 3));
                break;
        }
        touch(s);
}

static void meet(void)
{
        (void)pthread_barrier_wait(&barrier);
}

static void *works(void *worker)
{
        struct worker *w = worker;
        size_t i;

        for (i = 0; i < SECRETS; i++) {
                get(w, &w->secret[i]);
        }
        for (;;) {
                for (i = 0; i < SECRETS; i++) {
                        struct signal_secret *s = &w->secret[i];
                        const enum locket_access access = s->access;

                        set(s, LOCKET_READ_WRITE);
                        memset(s->p, SIGNAL_PATTERN, s->size);
                        set(s, access);
                }
                meet();
                while (__atomic_load_n(&stop, __ATOMIC_ACQUIRE) == 0) {
                        step(w);
                }
                meet();
                meet(); /* it is looked at what is left */
                if (__atomic_load_n(&stop, __ATOMIC_ACQUIRE) == 2) {
                        break;
                }
                meet();
        }
        for (i = 0; i < SECRETS; i++) {
                locket_free(w->secret[i].p);
        }
        return NULL;
}

static void wipes_all(int number)
{
        const int before = errno;

        (void)number;
        locket_wipe_all();
        /* ThreadSanitizer itself changes it, when it looks up what it suppresses. */
        NEED(errno == before || SANITIZED);
        errno = before;
        (void)__atomic_add_fetch(&wipes, 1, __ATOMIC_RELAXED);
}

/* All threads wait. */
static void nothing_left(void)
{
        static const char *const kernels[] = { "--", "r-", "rw" };
        size_t t;
        size_t i;

        for (t = 0; t < THREADS; t++) {
                for (i = 0; i < SECRETS; i++) {
                        const struct signal_secret *s = &workers[t].secret[i];

                        NEED(signal_zero(s->p, s->size));
                        if (i % 3 == 0) { /* it takes a while */
                                NEED(strcmp(signal_access(s->p), kernels[s->access]) == 0);
                        }
                }
        }
        NEED(signal_look() == 0);
        NEED(locket_validate() == 0);
}

/* Interrupt the threads of a round ${times} times. */
static void interrupt(size_t times)
{
        static uint64_t dice = 88172645463325252u;
        const size_t before = __atomic_load_n(&wipes, __ATOMIC_RELAXED);
        size_t i;

        for (i = 0; i < times; i++) {
                dice = dice * 6364136223846793005u + 1442695040888963407u;
                NEED(pthread_kill(workers[dice >> 62].thread, SIGUSR1) == 0);
                if ((dice >> 32 & 7u) == 0) {
                        locket_wipe_all();
                } else if ((dice >> 32 & 1u) != 0) {
                        (void)usleep((useconds_t)(dice >> 40 & 63u));
                }
        }
        while (__atomic_load_n(&wipes, __ATOMIC_RELAXED) == before) {
                (void)sched_yield(); /* one at least has been, and after the pattern */
        }
}

static void stress(size_t rounds)
{
        struct sigaction action;
        struct locket_policy policy;
        struct locket_stats stats;
        size_t calls = 0;
        size_t round;
        size_t i;

        memset(&action, 0, sizeof action);
        action.sa_handler = wipes_all;
        action.sa_flags = SA_RESTART;
        NEED(sigaction(SIGUSR1, &action, NULL) == 0);
        locket_policy_init(&policy);
        policy.quarantine = 1;
        arenas[0] = locket_arena_create(&policy);
        policy.freed = LOCKET_FREED_CHECK;
        arenas[1] = locket_arena_create(&policy);
        policy.layout = LOCKET_COMPACT;
        arenas[2] = locket_arena_create(&policy);
        locket_policy_init(&policy);
        policy.fork = LOCKET_FORK_OMIT;
        arenas[3] = locket_arena_create(&policy);
        policy.fork = LOCKET_FORK_KEEP;
        arenas[4] = locket_arena_create(&policy);
        for (i = 0; i < ARENAS; i++) {
                NEED(arenas[i] != NULL);
        }
        NEED(pthread_barrier_init(&barrier, NULL, THREADS + 1) == 0);
        for (i = 0; i < THREADS; i++) {
                workers[i].dice = 0x9e3779b97f4a7c15u * (i + 1);
                NEED(pthread_create(&workers[i].thread, NULL, works, &workers[i]) == 0);
        }
        for (round = 0; round < rounds; round++) {
                meet();
                interrupt(25);
                __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
                meet();
                nothing_left();
                __atomic_store_n(&stop, round + 1 < rounds ? 1 : 2, __ATOMIC_RELEASE);
                meet();
                if (round + 1 < rounds) {
                        __atomic_store_n(&stop, 0, __ATOMIC_RELEASE);
                        meet();
                }
        }
        for (i = 0; i < THREADS; i++) {
                NEED(pthread_join(workers[i].thread, NULL) == 0);
                calls += workers[i].calls;
        }
        for (i = 0; i < 4; i++) {
                locket_free(passed[i]);
                passed[i] = NULL;
        }
        memset(&stats, 0, sizeof stats);
        NEED(locket_stats(&stats) == 0 && stats.live_secrets == 0 && stats.violations == 0);
        for (i = 0; i < ARENAS; i++) {
                NEED(locket_arena_destroy(arenas[i]) == 0);
        }
        (void)printf("  stress: %zu calls of %u threads, %zu wipes in handlers, nothing left in %zu rounds\n",
                     calls, THREADS, wipes, rounds);
        (void)fflush(stdout);
}

int signal_stress_tests(void)
{
        const char *text = getenv("SIGNAL_ROUNDS");
        const size_t rounds = text != NULL ? (size_t)atoi(text) : 200;
        int status = 0;
        pid_t child;

        if (rounds == 0) {
                return 0;
        }
        (void)fflush(stdout);
        child = fork();
        if (child == 0) {
                (void)alarm(300);
                stress(rounds);
                _exit(0);
        }
        NEED(child > 0 && waitpid(child, &status, 0) == child);
        if (status != 0) {
                (void)printf("  stress: status %x\n", (unsigned)status);
        }
        return status != 0;
}
