/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * load_test.c - a program that has nothing of locket in it loads the library,
 * uses it in threads, lets go of it, forks and exits; in each order, each in a
 * fresh process.
 *
 * liblocket.so stays (-z nodelete): its handlers of fork and exit, and its
 * threads' variables, are good after dlclose(3).  A plugin with locket in it that
 * was linked without that wipes its secrets when it is unloaded.
 * usage: load_test FOLDER [CASE]      where liblocket.so and the plugin are
 */
#include "load.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATTERN 0x6eu
#define SIZE 100u

static char library[4096];
static char plugin[4096];

/* What is known of it. */
static void *handle;
static void *(*get)(size_t);
static void (*give)(void *);
static void *(*resize)(void *, size_t);
static size_t (*size_of)(const void *);
static size_t (*validate)(void);

/* The function of that name, by the bytes of its address. */
static void find(void *to, const char *name)
{
        void *p = dlsym(handle, name);

        NEED(p != NULL);
        memcpy(to, &p, sizeof p);
}

static void load(const char *file)
{
        handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
        if (handle == NULL) {
                (void)fprintf(stderr, "%s\n", dlerror());
        }
        NEED(handle != NULL);
        find(&get, "locket_malloc");
        find(&give, "locket_free");
        find(&resize, "locket_realloc");
        find(&size_of, "locket_size");
        find(&validate, "locket_validate");
}

static unsigned char *secret(void)
{
        unsigned char *p = get(SIZE);

        NEED(p != NULL && eyes_flag(p, "lo") && eyes_bytes(p, SIZE, 0) == SIZE);
        memset(p, PATTERN, SIZE);
        return p;
}

/* ${p} is as it was, and its library works. */
static void still(unsigned char *p)
{
        NEED(eyes_bytes(p, SIZE, PATTERN) == SIZE && eyes_flag(p, "lo"));
        NEED(size_of(p) == SIZE && validate() == 0);
        give(secret());
}

static void let_go(void)
{
        NEED(dlclose(handle) == 0);
}

/* ------------------------------------------------------------ the library */

static void secrets_live_on(void)
{
        unsigned char *p;

        load(library);
        p = secret();
        let_go();
        NEED(eyes_mapped("/liblocket.so."));
        still(p);
        load(library); /* the same one again */
        still(p);
        p = resize(p, 5000);
        NEED(p != NULL && eyes_bytes(p, SIZE, PATTERN) == SIZE);
        let_go();
        give(p);
        NEED(size_of(p) == 0);
}

/* Threads that meet in the library, so that each has a shard; then the first lets
 * go of it, and they end: before that, or after. */
enum { THREADS = 4 };
static pthread_barrier_t barrier;
static unsigned char *theirs[THREADS];
static int ends_late;

static void *works(void *number)
{
        const size_t n = (size_t)(char *)number % THREADS;
        unsigned i;

        (void)pthread_barrier_wait(&barrier);
        for (i = 0; i < 2000; i++) {
                give(get(i % 300));
        }
        theirs[n] = secret();
        (void)pthread_barrier_wait(&barrier);
        if (ends_late) {
                (void)pthread_barrier_wait(&barrier); /* it was let go */
                still(theirs[n]);
                give(get(77));
        }
        return NULL;
}

static void with_threads(int late)
{
        pthread_t thread[THREADS];
        size_t i;

        load(library);
        ends_late = late;
        NEED(pthread_barrier_init(&barrier, NULL, THREADS + 1) == 0);
        for (i = 0; i < THREADS; i++) {
                NEED(pthread_create(&thread[i], NULL, works, (char *)NULL + i) == 0);
        }
        (void)pthread_barrier_wait(&barrier);
        (void)pthread_barrier_wait(&barrier);
        if (late) {
                let_go();
                (void)pthread_barrier_wait(&barrier);
        }
        for (i = 0; i < THREADS; i++) {
                NEED(pthread_join(thread[i], NULL) == 0);
        }
        if (!late) {
                let_go();
        }
        for (i = 0; i < THREADS; i++) {
                still(theirs[i]);
                give(theirs[i]);
        }
}

static void thread_ends_before(void)
{
        with_threads(0);
}

static void thread_ends_after(void)
{
        with_threads(1);
}

/* A child that is made after dlclose: the handlers of the fork are there. */
static void in_child(pid_t pid, unsigned char *p)
{
        int status = -1;

        NEED(pid >= 0);
        if (pid == 0) {
                (void)alarm(60);
                NEED(eyes_bytes(p, SIZE, 0) == SIZE && !eyes_flag(p, "lo"));
                NEED(size_of(p) == SIZE && validate() == 0);
                give(secret());
                give(p);
                load(library);
                give(secret());
                let_go();
                _exit(0);
        }
        NEED(waitpid(pid, &status, 0) == pid && status == 0);
}

static void fork_after(void)
{
        unsigned char *p;

        load(library);
        p = secret();
        let_go();
        in_child(fork(), p);
        in_child((pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0), p);
        still(p);
}

/* At exit all is zeroed, whoever has let go of it; what was installed before
 * sees that. */
static unsigned char *last;

static void at_the_end(void)
{
        NEED(eyes_bytes(last, SIZE, 0) == SIZE);
        give(last); /* other exit handlers may still */
        _exit(0);
}

static void exit_after(void)
{
        NEED(atexit(at_the_end) == 0); /* before locket's: so it runs after it */
        load(library);
        last = secret();
        let_go();
        still(last);
        exit(9);
}

/* A thread and a secret, again and again: nothing is left of them. */
static void *passes(void *unused)
{
        unsigned char *p = secret();

        give(get(9000));
        give(p);
        return unused;
}

static void cycle(void)
{
        pthread_t thread;
        unsigned char *p;

        load(library);
        p = secret();
        NEED(pthread_create(&thread, NULL, passes, NULL) == 0 && pthread_join(thread, NULL) == 0);
        in_child(fork(), p);
        give(p);
        let_go();
}

static void hundred_cycles(void)
{
        struct weight before;
        struct weight after;
        int i;

        for (i = 0; i < 5; i++) {
                cycle();
        }
        before = eyes_weigh();
        for (i = 0; i < 100; i++) {
                cycle();
        }
        after = eyes_weigh();
        NEED(after.mappings <= before.mappings);
        NEED(after.locked <= before.locked);
        NEED(after.space <= before.space);
        NEED(after.descriptors == before.descriptors);
        NEED(after.threads == 1);
}

/* ------------------------------------------------------------- the plugin */

/* One that goes takes its handlers with it, and first wipes: nothing of a secret is
 * left where it was, and a fork or an exit later calls nothing that is gone. */
static void plugin_wipes(void)
{
        unsigned char *p;
        int status = -1;
        pid_t pid;

        load(plugin);
        p = secret();
        let_go();
        NEED(!eyes_mapped("/plugin.so"));
        NEED(eyes_bytes(p, SIZE, PATTERN) == 0 || eyes_bytes(p, SIZE, PATTERN) == SIZE + 1);
        pid = fork();
        NEED(pid >= 0);
        if (pid == 0) {
                exit(0);
        }
        NEED(waitpid(pid, &status, 0) == pid && status == 0);
        load(plugin); /* another locket by now */
        give(secret());
        let_go();
        exit(0);
}

/* Two lockets in one process are two: each knows its own secrets only. */
static void two_of_them(void)
{
        void *first;
        unsigned char *p;
        unsigned char *q;

        load(library);
        first = handle;
        p = secret();
        load(plugin);
        q = secret();
        NEED(size_of(q) == SIZE && size_of(p) == 0);
        give(q);
        let_go();
        handle = first;
        find(&size_of, "locket_size");
        find(&validate, "locket_validate");
        find(&get, "locket_malloc");
        find(&give, "locket_free");
        still(p);
        in_child(fork(), p);
}

/* -------------------------------------------------------------------- run */

static const struct {
        const char *name;
        void (*run)(void);
} cases[] = {
        { "secrets_live_on", secrets_live_on },
        { "thread_ends_before", thread_ends_before },
        { "thread_ends_after", thread_ends_after },
        { "fork_after", fork_after },
        { "exit_after", exit_after },
        { "hundred_cycles", hundred_cycles },
        { "plugin_wipes", plugin_wipes },
        { "two_of_them", two_of_them },
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* A process of its own, not a child of one that has loaded anything. */
static int fresh(const char *self, const char *folder, const char *name)
{
        int status = -1;
        const pid_t pid = fork();

        NEED(pid >= 0);
        if (pid == 0) {
                (void)execl(self, self, folder, name, (char *)NULL);
                _exit(2);
        }
        NEED(waitpid(pid, &status, 0) == pid);
        if (status != 0) {
                (void)fprintf(stderr, "load: %s: FAILED, status %x\n", name, (unsigned)status);
        }
        return status == 0;
}

int main(int argc, char **argv)
{
        size_t passed = 0;
        size_t i;

        NEED(argc == 2 || argc == 3);
        (void)snprintf(library, sizeof library, "%s/liblocket.so.0", argv[1]);
        (void)snprintf(plugin, sizeof plugin, "%s/tests/load/plugin.so", argv[1]);
        for (i = 0; i < CASES; i++) {
                if (argc == 3 && strcmp(argv[2], cases[i].name) == 0) {
                        (void)alarm(100);
                        cases[i].run();
                        return 0;
                }
                passed += argc == 2 && (size_t)fresh(argv[0], argv[1], cases[i].name);
        }
        (void)printf("load: %zu of %d cases passed\n", passed, (int)CASES);
        return passed != CASES;
}
