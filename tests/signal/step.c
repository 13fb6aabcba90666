/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * step.c - locket_wipe_all at every instruction of every public call (x86-64).
 *
 * A call is followed once, with a breakpoint at every instruction of locket's
 * (objdump(1) knows where they begin), to know which of them it comes to.  Then,
 * for each of these, it runs to a breakpoint there, and all is wiped: by the handler,
 * or by another thread, or by another thread that itself is stopped at one of
 * its instructions until the call is over or waits for it.  Right after the wipe
 * no five bytes of a secret may be left (one may be in a register); after the
 * call no byte, modes are what they should be, canaries intact, and free works.
 */
#define _GNU_SOURCE 1 /* the names of registers */

#include "signal.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>

#define INSTRUCTIONS 20000u
#define TRAP_FLAG 0x100

extern char __executable_start[];
extern char etext[];
#define TEXT ((unsigned char *)__executable_start)
#define TEXT_MOST ((size_t)1 << 20)

/* Where locket's instructions begin, and what is there, as distances. */
static uint32_t start[INSTRUCTIONS * 2];
static size_t start_count;
static unsigned char begins[TEXT_MOST];
static unsigned char copy[TEXT_MOST];

struct path {
        unsigned char *at[INSTRUCTIONS];
        size_t count;
};

/* What has been done, for the parent to say when the child dies. */
struct progress {
        const char *how;
        size_t point, points, tried, hit;
        size_t nested[2];       /* calls in a handler: done; refused */
};
static struct progress *progress;

/* ---------------------------------------------------------------- one thread */

enum stop_kind { STOP_NOTHING, STOP_WIPE, STOP_OTHER, STOP_BOTH, STOP_B, STOP_CALLS };

static struct path *tracing;            /* being followed; one at a time */
static unsigned char *volatile broken;  /* where the breakpoint is */
static volatile size_t later;           /* instructions after it, until the stop */
static volatile enum stop_kind kind;
static void stopped(void);

/* The file has a distance a line, in hexadecimal. */
static void read_starts(const char *name)
{
        FILE *f = fopen(name, "r");
        unsigned at;

        NEED(f != NULL);
        while (fscanf(f, "%x", &at) == 1) {
                NEED(at < TEXT_MOST && TEXT + at < (unsigned char *)etext);
                NEED(start_count < sizeof start / sizeof start[0]);
                start[start_count++] = at;
                begins[at] = 1;
                copy[at] = TEXT[at];
        }
        (void)fclose(f);
        NEED(start_count > 3000);
}

static void put_back(void)
{
        *broken = copy[broken - TEXT];
        broken = NULL;
}

static void break_at(unsigned char *at)
{
        *at = 0xcc;
        broken = at;
}

static void on_trap(int number, siginfo_t *info, void *context)
{
        ucontext_t *u = context;
        unsigned char *at = (unsigned char *)u->uc_mcontext.gregs[REG_RIP];

        (void)number;
        (void)info;
        if (tracing != NULL) {
                NEED(at > TEXT && at <= (unsigned char *)etext && begins[at - 1 - TEXT]);
                NEED(tracing->count < INSTRUCTIONS);
                at[-1] = copy[at - 1 - TEXT];
                tracing->at[tracing->count++] = at - 1;
                u->uc_mcontext.gregs[REG_RIP] -= 1;
        } else if (broken != NULL && at == broken + 1) {
                u->uc_mcontext.gregs[REG_RIP] -= 1;
                put_back();
                if (later == 0) {
                        stopped();
                } else {
                        u->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
                }
        } else if (later > 0) {
                later -= 1;
                if (later == 0) {
                        u->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
                        stopped();
                }
        } else {
                u->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
        }
}

static void follow(struct path *path, void (*act)(void))
{
        size_t i;

        path->count = 0;
        tracing = path;
        for (i = 0; i < start_count; i++) {
                TEXT[start[i]] = 0xcc;
        }
        act();
        for (i = 0; i < start_count; i++) {
                TEXT[start[i]] = copy[start[i]];
        }
        tracing = NULL;
}

/* --------------------------------------------------------------- two threads */

/* The other thread wipes when it is told to. */
static sem_t b_go, b_at;
static volatile int b_done, b_owes, a_runs, a_over;
static pid_t a_thread;
static struct path *b_path;             /* to follow it */
static unsigned char *b_break;          /* where it is to stop */

static int a_sleeps(void)
{
        char name[64];
        char text[64] = "";
        int fd;

        (void)snprintf(name, sizeof name, "/proc/self/task/%d/stat", (int)a_thread);
        fd = open(name, O_RDONLY | O_CLOEXEC);
        NEED(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
        (void)close(fd);
        return strstr(text, ") S ") != NULL;
}

/* Until the call is over, or waits for us. */
static void b_stopped(void)
{
        int asleep = 0;

        NEED(sem_post(&b_at) == 0);
        while (!a_runs) {
                (void)sched_yield();
        }
        while (!a_over && asleep < 3) {
                asleep = a_sleeps() ? asleep + 1 : 0;
        }
}

static void *other(void *unused)
{
        (void)unused;
        for (;;) {
                while (sem_wait(&b_go) != 0) {
                }
                if (b_path != NULL) {
                        follow(b_path, locket_wipe_all);
                        b_path = NULL;
                } else {
                        locket_wipe_all();
                }
                b_done = 1;
                NEED(sem_post(&b_at) == 0);
        }
        return NULL;
}

/* Let the other thread wipe: all of it, or up to its own stop. */
static void let_other(void)
{
        b_done = a_runs = 0;
        if (b_break != NULL) {
                kind = STOP_B;
                break_at(b_break);
        }
        NEED(sem_post(&b_go) == 0);
        while (sem_wait(&b_at) != 0) {
        }
        b_owes = !b_done;
        if (b_done && broken != NULL) {
                put_back(); /* it did not come there */
        }
        a_runs = 1;
}

static void stopped(void)
{
        const enum stop_kind now = kind;

        progress->hit += now != STOP_B;
        switch (now) {
        case STOP_WIPE:
                locket_wipe_all();
                NEED(signal_look() == 0);
                break;
        case STOP_CALLS:
                progress->nested[signal_nested()] += 1;
                locket_wipe_all(); /* for the check */
                break;
        case STOP_OTHER:
                let_other();
                NEED(signal_look() == 0);
                break;
        case STOP_BOTH:
                let_other();
                break;
        case STOP_B:
                b_stopped();
                break;
        default:
                break;
        }
}

/* --------------------------------------------------------------------- tries */

/* Have ${scene} run, and all wiped ${after} instructions after it comes to ${at}. */
static void attempt(const struct signal_scene *scene, unsigned char *at, size_t after,
                    enum stop_kind how, unsigned char *b)
{
        (void)alarm(10); /* none hangs */
        signal_set();
        kind = how;
        later = after;
        b_break = b;
        a_over = 0;
        b_owes = 0;
        break_at(at);
        scene->act();
        a_over = 1;
        while (b_owes && sem_wait(&b_at) != 0) { /* it has stopped once, and ends */
        }
        if (broken != NULL) {
                put_back(); /* it did not come there */
        }
        if (later != 0 || kind == STOP_NOTHING) {
                later = 0;
                (void)raise(SIGTRAP); /* the trap flag goes */
        }
        progress->tried += 1;
        if (progress->hit == 0) {
                locket_wipe_all(); /* for the check */
        }
        progress->points += progress->hit;
        progress->hit = 0;
        signal_check();
        signal_clear();
}

static unsigned long long dice = 88172645463325252ull;

static size_t below(size_t n)
{
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        return (size_t)(dice % n);
}

/* In a process of its own. */
static void try_scene(const struct signal_scene *scene, size_t stride)
{
        static struct path path, wiper;
        pthread_t thread;
        size_t i;

        a_thread = (pid_t)syscall(SYS_gettid);
        signal_nested_begin();
        NEED(sem_init(&b_go, 0, 0) == 0 && sem_init(&b_at, 0, 0) == 0);
        NEED(pthread_create(&thread, NULL, other, NULL) == 0);
        for (i = 0; i < 4; i++) { /* in the end nothing is the first any more */
                signal_set();
                if (i == 3) {
                        follow(&path, scene->act);
                } else {
                        scene->act();
                }
                locket_wipe_all();
                signal_check();
                signal_clear();
        }
        NEED(path.count > 100);
        progress->how = "in a handler";
        for (i = below(stride); i < path.count; i += stride) {
                progress->point = (size_t)(path.at[i] - TEXT);
                attempt(scene, path.at[i], 0, STOP_WIPE, NULL);
        }
        progress->how = "after calls in a handler";
        for (i = below(2 * stride); i < path.count; i += 2 * stride) {
                progress->point = (size_t)(path.at[i] - TEXT);
                attempt(scene, path.at[i], 0, STOP_CALLS, NULL);
        }
        progress->how = "in a handler, later";
        for (i = below(4 * stride); i < path.count; i += 4 * stride) {
                progress->point = (size_t)(path.at[i] - TEXT);
                attempt(scene, path.at[i], 1 + below(400), STOP_WIPE, NULL);
        }
        progress->how = "by another thread";
        for (i = below(2 * stride); i < path.count; i += 2 * stride) {
                progress->point = (size_t)(path.at[i] - TEXT);
                attempt(scene, path.at[i], 0, STOP_OTHER, NULL);
        }
        progress->how = "by another thread that stops";
        for (i = path.count / 3; wiper.count == 0; i++) {
                NEED(i < path.count);
                b_path = &wiper;
                attempt(scene, path.at[i], 0, STOP_BOTH, NULL);
        }
        b_path = NULL;
        NEED(wiper.count > 50);
        for (i = 0; i < path.count / stride; i++) {
                unsigned char *a = path.at[below(path.count)];

                progress->point = (size_t)(a - TEXT);
                attempt(scene, a, 0, STOP_BOTH, wiper.at[below(wiper.count)]);
        }
        _exit(0);
}

int signal_step_tests(const char *starts)
{
        const char *text = getenv("SIGNAL_STRIDE");
        const size_t stride = text != NULL ? (size_t)atoi(text) : 4;
        struct sigaction action;
        size_t tried = 0;
        size_t points = 0;
        size_t nested[2] = { 0, 0 };
        int bad = 0;
        size_t i;

        memset(&action, 0, sizeof action);
        action.sa_sigaction = on_trap;
        action.sa_flags = SA_SIGINFO;
        NEED(sigaction(SIGTRAP, &action, NULL) == 0);
        progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        NEED(progress != MAP_FAILED);
        NEED(mprotect((void *)((uintptr_t)__executable_start & ~(uintptr_t)4095),
                      (size_t)(etext - __executable_start) + 4096,
                      PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
        read_starts(starts);
        for (i = 0; i < signal_scene_count; i++) {
                const struct signal_scene *scene = &signal_scenes[i];
                const char *only = getenv("SIGNAL_SCENE");
                int status = 0;
                pid_t child;

                if (only != NULL && strcmp(only, scene->name) != 0) {
                        continue;
                }
                memset(progress, 0, sizeof *progress);
                (void)fflush(stdout);
                child = fork();
                if (child == 0) {
                        (void)alarm(60);
                        try_scene(scene, stride == 0 ? 1 : stride);
                }
                NEED(child > 0 && waitpid(child, &status, 0) == child);
                if (status != 0) {
                        bad += 1;
                        (void)printf("  %s, wiped %s at 0x%zx: status %x\n", scene->name,
                                     progress->how == NULL ? "nowhere" : progress->how,
                                     progress->point, (unsigned)status);
                }
                if (status != 0 && getenv("SIGNAL_FIRST") != NULL) {
                        return 1;
                }
                tried += progress->tried;
                points += progress->points;
                nested[0] += progress->nested[0];
                nested[1] += progress->nested[1];
        }
        (void)printf("  step: %zu calls, %zu of them wiped half-way, %d scenes failed\n", tried, points,
                     bad);
        (void)printf("  step: calls in a handler above a call: %zu times done, %zu times refused\n",
                     nested[0], nested[1]);
        return bad != 0 || points < 1000 || nested[0] < 100 || nested[1] < 100;
}
