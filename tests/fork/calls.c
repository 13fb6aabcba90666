/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * calls.c - each call of locket.h in a child, under each policy, by fork(2) and
 * by clone(2) alone: as its first call, and as a later one.  The table of
 * SECURITY.md cites these tests, a cell each.
 */
#include "fork.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "home.h"
#include "secure_memory.h"

/* Make a parent; have a child look at its memory, and do ${body}; and then the
 * parent has what it had. */
static void each(enum locket_fork fork, void (*body)(void *))
{
        enum how how;

        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                struct parent p;

                memset(&p, 0, sizeof p);
                p.fork = fork;
                p.how = how;
                fork_parent(&p);
                SAME(fork_run(how, body, &p), 0);
                fork_intact(&p);
        }
}

/* A child in which a call has been made already. */
#define TWICE(call)                                              \
        static void call##_first(void *argument)                 \
        {                                                        \
                call(argument);                                  \
                fork_sound();                                    \
        }                                                        \
        static void call##_later(void *argument)                 \
        {                                                        \
                (void)locket_validate();                         \
                call(argument);                                  \
                fork_sound();                                    \
        }                                                        \
        static void call##_test(enum locket_fork fork)           \
        {                                                        \
                each(fork, call##_first);                        \
                each(fork, call##_later);                        \
        }

static int kept(const struct parent *p)
{
        return p->fork == LOCKET_FORK_KEEP;
}

/* ------------------------------------------------------------ before a call */

static void memory_child(void *argument)
{
        fork_untouched(argument);
}

static void memory_test(enum locket_fork fork)
{
        each(fork, memory_child);
}

/* ---------------------------------------------------------------- getting */

/* The key is another one. */
static void key_is_fresh(const struct parent *p)
{
        const struct locket_process *process = locket_home_here()->tables.process;

        NEED(process->key_low != p->key_low && process->key_high != p->key_high);
        NEED(process->key_low != 0 && process->key_high != 0 && process->key_error == 0);
}

static void malloc_call(void *argument)
{
        const struct parent *p = argument;
        unsigned char *q[4];
        int i;

        q[0] = locket_malloc(100);
        q[1] = locket_calloc(100, 50);
        q[2] = locket_aligned_alloc(16, 4096);
        q[3] = alloc_secure_memory(33);
        for (i = 0; i < 4; i++) {
                static const size_t size[4] = { 100, 5000, 4096, 33 };

                fork_fresh(q[i], size[i], LOCKET_FORK_WIPE);
                memset(q[i], 1, size[i]);
        }
        key_is_fresh(p);
        SAME(locket_validate(), 0);
        free_secure_memory(q[3], 33);
        for (i = 0; i < 3; i++) {
                locket_free(q[i]);
        }
}
TWICE(malloc_call)

static void arena_malloc_call(void *argument)
{
        const struct parent *p = argument;
        unsigned char *q[30];
        int i;

        for (i = 0; i < 30; i++) { /* the parent's freed places too */
                q[i] = i % 2 == 0 ? locket_arena_malloc(p->arena, 40)
                                  : locket_arena_aligned_alloc(p->arena, 16, 6000);
                fork_fresh(q[i], i % 2 == 0 ? 40 : 6000, p->fork);
                memset(q[i], 2, 40);
        }
        key_is_fresh(p);
        SAME(locket_validate(), 0);
        for (i = 0; i < 30; i++) {
                locket_free(q[i]);
        }
}
TWICE(arena_malloc_call)

/* ---------------------------------------------------------------- freeing */

static void free_call(void *argument)
{
        struct parent *p = argument;
        struct locket_stats s = { 0 };
        int i;

        for (i = 0; i < SECRETS; i++) {
                locket_free(p->secret[i]);
                SAME(locket_size(p->secret[i]), 0);
        }
        locket_free(p->def);
        SAME(locket_stats(&s), 0);
        SAME(s.live_secrets, 0);
        SAME(s.live_bytes, 0);
        SAME(s.locked_bytes, unit_locked());
        for (i = 0; i < SECRETS; i++) {
                NEED(unit_zero(p->secret[i], fork_size(i)));
        }
}
TWICE(free_call)

static void free_sized_call(void *argument)
{
        struct parent *p = argument;
        int i;

        for (i = 0; i < SECRETS; i++) {
                locket_free_sized(p->secret[i], fork_size(i));
        }
}
TWICE(free_sized_call)

static void sized_wrong(void *secret)
{
        locket_free_sized(secret, 101);
}

static void twice(void *secret)
{
        locket_free(secret);
        locket_free(secret);
}

static void violation_call(void *argument)
{
        struct parent *p = argument;

        NEED(unit_aborts(twice, p->secret[OPEN], "locket: double free of ", p->secret[OPEN]));
        NEED(unit_aborts(twice, p->secret[CLOSED], "locket: double free of ", p->secret[CLOSED]));
        NEED(unit_aborts(locket_free, p->freed, "locket: double free of ", p->freed));
        NEED(unit_aborts(locket_free, p->secret[OPEN] + 1, "locket: interior free of ",
                         p->secret[OPEN] + 1));
        NEED(unit_aborts(sized_wrong, p->secret[OPEN], "locket: wrong size for free of ",
                         p->secret[OPEN]));
        twice(p->secret[OPEN]);
}

static void violation_child(void *argument)
{
        struct parent *p = argument;

        NEED(unit_aborts(violation_call, p, "locket: double free of ", p->secret[OPEN]));
}

static void violation_test(enum locket_fork fork)
{
        each(fork, violation_child);
}

/* ----------------------------------------------------------------- resizing */

static void realloc_call(void *argument)
{
        struct parent *p = argument;
        int i;

        for (i = 0; i < SECRETS; i++) {
                static const size_t to[SECRETS] = { 101, 9000, 10, 300001, 77 };
                const size_t least = to[i] < fork_size(i) ? to[i] : fork_size(i);
                unsigned char *q = locket_realloc(p->secret[i], to[i]);
                struct locket_report r = { 0 };

                NEED(q != NULL);
                NEED(kept(p) || q != p->secret[i]); /* no page of a parent's is locked */
                SAME(locket_inspect(q, &r), 0);
                SAME(r.lost, 0);
                SAME(r.access, LOCKET_READ_WRITE);
                SAME(r.locked.in_force, 1);
                NEED(unit_flag(q, "lo"));
                SAME(unit_bytes(q, least, kept(p) ? FORK_PATTERN : 0), least);
                NEED(unit_zero(q + least, to[i] - least));
                p->secret[i] = q;
        }
        SAME(locket_validate(), 0);
        NEED(locket_realloc(p->secret[OPEN], 0) == NULL);
        SAME(locket_size(p->secret[OPEN]), 0);
}
TWICE(realloc_call)

/* ------------------------------------------------------------------ looking */

static void size_call(void *argument)
{
        struct parent *p = argument;
        int i;

        for (i = 0; i < SECRETS; i++) {
                SAME(locket_size(p->secret[i]), fork_size(i));
        }
        SAME(locket_size(p->def), 64);
        SAME(locket_size(p->freed), 0);
}
TWICE(size_call)

static void inspect_call(void *argument)
{
        struct parent *p = argument;
        int i;

        for (i = 0; i < SECRETS; i++) {
                fork_inherited(p, i);
        }
}
TWICE(inspect_call)

static void protect_call(void *argument)
{
        static const char *const mode[] = { "---p", "r--p", "rw-p" };
        struct parent *p = argument;
        int i;
        int to;

        for (i = 0; i < SECRETS; i++) {
                for (to = LOCKET_NO_ACCESS; fork_size(i) > 0 && to <= LOCKET_READ_WRITE; to++) {
                        SAME(locket_protect(p->secret[i], (enum locket_access)to), 0);
                        NEED(strcmp(unit_access(p->secret[i]), mode[to]) == 0);
                        SAME(unit_flag(p->secret[i], "lo"), kept(p));
                        SAME(unit_faults(p->secret[i], 0), to == LOCKET_NO_ACCESS);
                        SAME(unit_faults(p->secret[i], 1), to != LOCKET_READ_WRITE);
                }
                SAME(unit_bytes(p->secret[i], fork_size(i), kept(p) ? FORK_PATTERN : 0),
                     fork_size(i));
        }
        SAME(locket_protect(p->freed, LOCKET_READ_WRITE), -1);
        SAME(errno, EINVAL);
}
TWICE(protect_call)

/* locket_wipe and locket_equal are of any memory: what the policy leaves. */
static void wipe_call(void *argument)
{
        struct parent *p = argument;
        unsigned char *q = p->secret[OPEN];
        unsigned char was[100];

        memset(was, kept(p) ? FORK_PATTERN : 0, sizeof was);
        (void)locket_size(q); /* a child of clone(2) is recognised */
        if (p->fork == LOCKET_FORK_OMIT) {
                NEED(unit_faults(q, 0) && unit_faults(q, 1));
                SAME(locket_protect(q, LOCKET_READ_WRITE), 0);
        }
        SAME(locket_equal(q, was, 100), 1);
        locket_wipe(q, 100);
        NEED(unit_zero(q, 100));
        SAME(locket_validate(), 0);
}
TWICE(wipe_call)

/* Damage that the parent did is the child's only where it has the bytes. */
static void validate_call(void *argument)
{
        struct parent *p = argument;

        SAME(locket_validate(), kept(p) ? 1 : 0);
        if (kept(p)) {
                NEED(unit_aborts(locket_free, p->secret[OPEN], "locket: overflow of ",
                                 p->secret[OPEN]));
                p->secret[OPEN][100] = 0;
        } else {
                locket_free(p->secret[OPEN]);
        }
}

static void validate_test(enum locket_fork fork)
{
        enum how how;

        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                struct parent p;
                unsigned char was;

                memset(&p, 0, sizeof p);
                p.fork = fork;
                p.how = how;
                fork_parent(&p);
                was = p.secret[OPEN][100];
                p.secret[OPEN][100] = (unsigned char)(was + 1);
                SAME(fork_run(how, validate_call, &p), 0);
                SAME(locket_validate(), 1);
                p.secret[OPEN][100] = was;
                fork_intact(&p);
        }
}

static void wipe_all_call(void *argument)
{
        struct parent *p = argument;
        int i;

        locket_wipe_all();
        for (i = 0; i < SECRETS; i++) {
                struct locket_report r = { 0 };

                SAME(locket_inspect(p->secret[i], &r), 0);
                SAME(r.lost, !kept(p));
                NEED(unit_zero(p->secret[i], fork_size(i)));
                if (fork_size(i) != 0) {
                        SAME(strcmp(unit_access(p->secret[i]),
                                    p->fork == LOCKET_FORK_OMIT ? "---p"
                                                                : fork_mode(fork_access(i))), 0);
                }
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < SECRETS; i++) {
                locket_free(p->secret[i]);
        }
}
TWICE(wipe_all_call)

static void stats_call(void *argument)
{
        const struct parent *p = argument;
        struct locket_stats s = { 0 };
        size_t bytes = 64;
        int i;

        for (i = 0; i < SECRETS; i++) {
                bytes += fork_size(i);
        }
        SAME(locket_stats(&s), 0);
        SAME(s.live_secrets, SECRETS + 1);
        SAME(s.live_bytes, bytes);
        SAME(s.locked_bytes, unit_locked());
        SAME(s.locked_bytes != 0, kept(p));
        SAME(s.peak_locked_bytes, s.locked_bytes);
}
TWICE(stats_call)

static void budget_call(void *argument)
{
        struct locket_budget b = { 0 };
        unsigned char *q;

        (void)argument;
        (void)locket_validate(); /* budget is of the process as it is: it is recognised */
        SAME(locket_budget(32, &b), 0);
        SAME(b.locked_now, unit_locked());
        NEED(b.guarded_room > 0);
        q = locket_malloc(32);
        NEED(q != NULL);
        SAME(locket_budget(32, &b), 0);
        SAME(b.locked_now, unit_locked());
}
TWICE(budget_call)

/* ------------------------------------------------------------ the process */

static void caught(enum locket_violation kind, const void *address)
{
        (void)address;
        _exit(kind == LOCKET_DOUBLE_FREE ? 42 : 43);
}

static void caught_child(void *argument)
{
        struct parent *p = argument;

        (void)close(STDERR_FILENO);
        twice(p->secret[OPEN]);
}

/* A handler is inherited. */
static void on_violation_test(enum locket_fork fork)
{
        enum how how;

        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                struct parent p;

                memset(&p, 0, sizeof p);
                p.fork = fork;
                p.how = how;
                fork_parent(&p);
                (void)locket_on_violation(caught);
                SAME(fork_run(how, caught_child, &p), 42 << 8);
                NEED(locket_on_violation(NULL) == caught);
                fork_intact(&p);
        }
}

static void harden_call(void *argument)
{
        struct parent *p = argument;
        struct rlimit core;

        SAME(locket_harden_process(), 0);
        SAME(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
        SAME(getrlimit(RLIMIT_CORE, &core), 0);
        SAME(core.rlim_max, 0);
        SAME(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0); /* for those who look at /proc/self */
        SAME(locket_size(p->secret[OPEN]), 100);
        NEED(strcmp(locket_version(), LOCKET_VERSION) == 0);
}
TWICE(harden_call)

/* ------------------------------------------------------------------ arenas */

static void arena_create_call(void *argument)
{
        enum locket_fork fork;

        (void)argument;
        for (fork = LOCKET_FORK_WIPE; fork <= LOCKET_FORK_KEEP; fork++) {
                struct locket_arena *a = fork_arena(fork);
                unsigned char *q = locket_arena_malloc(a, 200);

                fork_fresh(q, 200, fork);
                SAME(locket_arena_destroy(a), -1);
                SAME(errno, EBUSY);
                locket_free(q);
                SAME(locket_arena_destroy(a), 0);
        }
}
TWICE(arena_create_call)

static void arena_reserve_call(void *argument)
{
        struct parent *p = argument;
        const size_t before = (locket_validate(), unit_locked());
        unsigned char *q;

        SAME(locket_arena_reserve(p->arena, 10, 40), 0);
        NEED(unit_locked() >= before + 10 * unit_page());
        q = locket_arena_malloc(p->arena, 40);
        fork_fresh(q, 40, p->fork);
        locket_free(q);
}
TWICE(arena_reserve_call)

static void arena_destroy_call(void *argument)
{
        struct parent *p = argument;
        const unsigned char *at = p->secret[OPEN];
        struct locket_stats s = { 0 };
        int i;

        SAME(locket_arena_destroy(p->arena), -1); /* lost ones are to be freed first */
        SAME(errno, EBUSY);
        for (i = 0; i < SECRETS; i++) {
                locket_free(p->secret[i]);
        }
        SAME(locket_arena_destroy(p->arena), 0);
        SAME(locket_stats(&s), 0);
        SAME(s.locked_bytes, 0);
        SAME(unit_locked(), 0);
        NEED(strcmp(unit_access(at), "---p") == 0);
        NEED(unit_flag(at, "wf") && !unit_flag(at, "dc")); /* as a fresh span */
        SAME(locket_arena_destroy(p->arena), -1);
        SAME(errno, EINVAL);
        fork_fresh(locket_malloc(10), 10, LOCKET_FORK_WIPE);
}
TWICE(arena_destroy_call)

/* --------------------------------------------------------------------- exit */

static const struct parent *exiting;

static void exit_looks(void)
{
        int i;

        for (i = 0; i < SECRETS; i++) {
                NEED(unit_zero(exiting->secret[i], fork_size(i)));
        }
        _exit(7);
}

static void exit_child(void *argument)
{
        (void)locket_size(((struct parent *)argument)->secret[OPEN]);
        exit(3);
}

/* exit(3) in a child zeroes its copies, not the parent's. */
static void exit_test(enum locket_fork fork)
{
        enum how how;

        for (how = HOW_FORK; how <= HOW_RAW; how++) {
                struct parent p;

                memset(&p, 0, sizeof p);
                p.fork = fork;
                p.how = how;
                exiting = &p;
                if (how == HOW_FORK) {
                        NEED(atexit(exit_looks) == 0); /* runs after locket's own */
                }
                fork_parent(&p);
                SAME(fork_run(how, exit_child, &p), 7 << 8);
                fork_intact(&p);
        }
}

const struct fork_test calls_tests[] = {
        { "memory", memory_test, 0 },
        { "malloc", malloc_call_test, 0 },
        { "arena_malloc", arena_malloc_call_test, 0 },
        { "free", free_call_test, 0 },
        { "free_sized", free_sized_call_test, 0 },
        { "violation", violation_test, 0 },
        { "realloc", realloc_call_test, 0 },
        { "size", size_call_test, 0 },
        { "inspect", inspect_call_test, 0 },
        { "protect", protect_call_test, 0 },
        { "wipe", wipe_call_test, 0 },
        { "validate", validate_test, 0 },
        { "wipe_all", wipe_all_call_test, 0 },
        { "stats", stats_call_test, 0 },
        { "budget", budget_call_test, 0 },
        { "on_violation", on_violation_test, 0 },
        { "harden", harden_call_test, 0 },
        { "arena_create", arena_create_call_test, 0 },
        { "arena_reserve", arena_reserve_call_test, 0 },
        { "arena_destroy", arena_destroy_call_test, 0 },
        { "exit", exit_test, 0 },
        { NULL, NULL, 0 },
};
