/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * handler_test.c - an attacker who can write cannot change the violation handler; and
 * whoever sets it can, in a child that was made in the middle of that, in a signal
 * handler, in two threads, and after a kernel that refuses.
 *
 * Every mprotect(2) of the page comes by here, which is how its place is known.
 */
#include "../unit/unit.h"

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "fatal.h"
#include "locket.h"

#define PAGE ((size_t)65536)

static unsigned char *page;     /* the handler's, once it was opened or shut */
static int calls;               /* of mprotect for it */
static int refuse;              /* this one fails */
static void (*meanwhile)(void); /* is called once: before call strike, or after it */
static int strike;              /* 2 n: before call n, 2 n + 1: after it */
static int crowded;             /* give way to other threads there */

int __real_mprotect(void *b, size_t size, int access);
int __wrap_mprotect(void *b, size_t size, int access);

static void look(int when)
{
        void (*f)(void) = meanwhile;

        if (crowded) {
                (void)sched_yield();
        }
        if (f != NULL && strike == when) {
                meanwhile = NULL;
                f();
        }
}

int __wrap_mprotect(void *b, size_t size, int access)
{
        int done;

        if (size != PAGE || (uintptr_t)b % PAGE != 0) {
                return __real_mprotect(b, size, access);
        }
        page = b;
        if (crowded) {
                look(0);
                return __real_mprotect(b, size, access);
        }
        calls++;
        look(2 * calls);
        if (calls == refuse) {
                errno = ENOMEM;
                return -1;
        }
        done = __real_mprotect(b, size, access);
        look(2 * calls + 1);
        return done;
}

static void reset(void)
{
        calls = 0;
        refuse = 0;
        strike = 0;
}

/* ---------------------------------------------------------- who is called */

static void one(enum locket_violation kind, const void *address)
{
        (void)kind;
        (void)address;
        _exit(11);
}

static void two(enum locket_violation kind, const void *address)
{
        (void)kind;
        (void)address;
        _exit(12);
}

static void violate(void *unused)
{
        (void)unused;
        (void)close(STDERR_FILENO);
        locket_fatal(LOCKET_OVERFLOW, 5);
}

static void is_called(int by)
{
        const int status = unit_child(violate, NULL);

        NEED(WIFEXITED(status));
        SAME(WEXITSTATUS(status), by);
}

/* The page is read-only, every word of it, and has ${handler} somewhere. */
static void is_shut(locket_violation_fn *handler)
{
        size_t at;
        size_t found = 0;

        NEED(page != NULL);
        for (at = 0; at < PAGE; at += unit_page()) {
                NEED(strcmp(unit_access(page + at), "r--p") == 0);
        }
        for (at = 0; at < 4096; at += sizeof handler) {
                if (memcmp(page + at, &handler, sizeof handler) == 0) {
                        NEED(unit_faults(page + at, 1) && !unit_faults(page + at, 0));
                        found++;
                }
        }
        NEED(found > 0);
        NEED(unit_faults(page, 1)); /* which of them it is */
}

CASE(alone)
{
        int i;

        NEED(locket_on_violation(NULL) == NULL);
        NEED(locket_on_violation(one) == NULL);
        is_shut(one);
        is_called(11);
        for (i = 0; i < 2000; i++) {
                NEED(locket_on_violation(i % 2 ? one : two) == (i % 2 ? two : one));
        }
        is_shut(one);
        is_called(11);
        NEED(locket_malloc(10) != NULL);
        is_shut(one);
        is_called(11);
        NEED(locket_on_violation(NULL) == one);
        NEED(locket_on_violation(two) == NULL);
        is_shut(two);
        is_called(12);
}

/* No handler was ever set: nor can an attacker set one. */
CASE(first_secret)
{
        NEED(locket_malloc(10) != NULL);
        is_shut(NULL);
        SAME(calls, 1);
        NEED(locket_malloc(10) != NULL);
        SAME(calls, 1);
        NEED(locket_on_violation(two) == NULL);
        SAME(calls, 3);
        is_shut(two);
        is_called(12);
}

/* ---------------------------------------------------------------- children */

/* In a child of the middle of a set: signals are as they were then. */
static void begin_child(void)
{
        sigset_t none;

        (void)sigemptyset(&none);
        SAME(sigprocmask(SIG_SETMASK, &none, NULL), 0);
        (void)alarm(20);
        reset();
}

static void set_in_child(void *raw)
{
        locket_violation_fn *before;

        begin_child();
        before = locket_on_violation(two);
        NEED(before == NULL || before == one || before == two);
        is_shut(two);
        NEED(locket_on_violation(one) == two);
        is_called(11);
        if (raw != NULL) {
                SAME(unit_raw_child(set_in_child, NULL), 0);
        }
}

/* A child's first secret shuts what was open when it was made. */
static void use_in_child(void *unused)
{
        (void)unused;
        begin_child();
        NEED(locket_malloc(10) != NULL);
        is_shut(one);
        set_in_child(NULL);
}

static void fork_here(void)
{
        const int now = calls;

        SAME(unit_child(set_in_child, &calls), 0);
        SAME(unit_raw_child(set_in_child, &calls), 0);
        SAME(unit_raw_child(use_in_child, NULL), 0);
        SAME(calls, now);
}

static void in_the_middle(int secret)
{
        int when;

        if (secret) {
                NEED(locket_malloc(10) != NULL);
        }
        (void)locket_on_violation(one);
        for (when = 2; when < 6; when++) {
                reset();
                strike = when;
                meanwhile = fork_here;
                NEED(locket_on_violation(one) == one);
                NEED(meanwhile == NULL);
                SAME(calls, 2);
                is_shut(one);
                is_called(11);
        }
}

CASE(children)
{
        in_the_middle(0);
}

CASE(children_with_secrets)
{
        in_the_middle(1);
}

/* ----------------------------------------------------------------- signals */

static volatile int came;

static void on_signal(int number)
{
        (void)number;
        NEED(locket_on_violation(two) == one);
        came = 1;
}

static void signal_here(void)
{
        (void)raise(SIGUSR1);
}

CASE(signals)
{
        int when;

        (void)signal(SIGUSR1, on_signal);
        for (when = 2; when < 6; when++) {
                (void)locket_on_violation(NULL);
                reset();
                came = 0;
                strike = when;
                meanwhile = signal_here;
                NEED(locket_on_violation(one) == NULL);
                NEED(came && meanwhile == NULL);
                is_shut(two);
                is_called(12);
        }
}

static void signal_in_first(int when)
{
        NEED(locket_on_violation(one) == NULL);
        reset();
        refuse = 2; /* stays open, so that the first secret shuts it */
        NEED(locket_on_violation(one) == one);
        NEED(strcmp(unit_access(page), "rw-p") == 0);
        reset();
        strike = when;
        meanwhile = signal_here;
        NEED(locket_malloc(10) != NULL);
        NEED(came);
        is_shut(two);
        is_called(12);
}

CASE(signal_before_shut)
{
        (void)signal(SIGUSR1, on_signal);
        signal_in_first(2);
}

CASE(signal_after_shut)
{
        (void)signal(SIGUSR1, on_signal);
        signal_in_first(3);
}

/* ----------------------------------------------------------------- threads */

#define ROUNDS 4000
static unsigned char returned[2 * ROUNDS + 1]; /* how often each one was the one before */

static locket_violation_fn *number(uintptr_t n)
{
        locket_violation_fn *f;

        memcpy(&f, &n, sizeof f);
        return f;
}

static void count(locket_violation_fn *f)
{
        uintptr_t n;

        memcpy(&n, &f, sizeof n);
        NEED(n <= 2 * ROUNDS);
        __atomic_fetch_add(&returned[n], 1, __ATOMIC_SEQ_CST);
}

static void *set_many(void *from)
{
        const uintptr_t first = *(const uintptr_t *)from;
        uintptr_t i;

        for (i = 0; i < ROUNDS; i++) {
                count(locket_on_violation(number(first + i)));
        }
        return NULL;
}

CASE(threads)
{
        uintptr_t first[2] = { 1, 1 + ROUNDS };
        pthread_t thread[2];
        size_t i;

        crowded = 1;
        for (i = 0; i < 2; i++) {
                SAME(pthread_create(&thread[i], NULL, set_many, &first[i]), 0);
        }
        for (i = 0; i < 2; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        crowded = 0;
        count(locket_on_violation(one));
        for (i = 0; i <= 2 * ROUNDS; i++) {
                SAME(returned[i], 1); /* none is lost, none is there twice */
        }
        is_shut(one);
        is_called(11);
}

static pthread_t other;
static long other_id;  /* of that thread, once it is about to set it */
static int other_done;

static void *set_once(void *unused)
{
        __atomic_store_n(&other_id, syscall(SYS_gettid), __ATOMIC_SEQ_CST);
        NEED(locket_on_violation(two) == one);
        __atomic_store_n(&other_done, 1, __ATOMIC_SEQ_CST);
        return unused;
}

/* 1 if thread ${id} sleeps in the kernel. */
static int sleeps(long id)
{
        char path[64];
        char state = 0;
        FILE *f;

        (void)snprintf(path, sizeof path, "/proc/self/task/%ld/stat", id);
        f = fopen(path, "r");
        NEED(f != NULL);
        NEED(fscanf(f, "%*d (%*[^)]) %c", &state) == 1);
        (void)fclose(f);
        return state == 'S';
}

/* The other one waits, and does not open or shut anything. */
static void other_here(void)
{
        const int now = calls;
        long id;

        other_done = 0;
        other_id = 0;
        SAME(pthread_create(&other, NULL, set_once, NULL), 0);
        do {
                (void)sched_yield();
                id = __atomic_load_n(&other_id, __ATOMIC_SEQ_CST);
                NEED(!__atomic_load_n(&other_done, __ATOMIC_SEQ_CST));
        } while (id == 0 || !sleeps(id));
        SAME(calls, now);
}

CASE(second_thread)
{
        int when;

        for (when = 2; when < 6; when++) {
                (void)locket_on_violation(NULL);
                reset();
                strike = when;
                meanwhile = other_here;
                NEED(locket_on_violation(one) == NULL);
                SAME(pthread_join(other, NULL), 0); /* it was woken */
                SAME(calls, 4);
                is_shut(two);
                is_called(12);
        }
}

/* ---------------------------------------------------- a kernel that refuses */

/* Not opened: nothing has changed. */
CASE(not_opened)
{
        NEED(locket_on_violation(one) == NULL);
        reset();
        refuse = 1;
        errno = 0;
        NEED(locket_on_violation(two) == one);
        SAME(errno, ENOMEM);
        is_shut(one);
        is_called(11);
        errno = 7;
        NEED(locket_on_violation(two) == one);
        SAME(errno, 7);
        is_called(12);
}

/* Not shut: it is set, and shut the next time. */
CASE(not_shut)
{
        NEED(locket_on_violation(one) == NULL);
        reset();
        refuse = 2;
        errno = 7;
        NEED(locket_on_violation(two) == one);
        SAME(errno, 7);
        NEED(strcmp(unit_access(page), "rw-p") == 0);
        is_called(12);
        NEED(locket_on_violation(one) == two);
        is_shut(one);
}

/* A first secret that cannot shut it is none, and leaves nothing; the next one can. */
CASE(no_secret)
{
        size_t mappings;

        NEED(locket_budget(1, NULL) == -1);
        mappings = unit_mappings();
        refuse = 1;
        errno = 0;
        NEED(locket_malloc(10) == NULL);
        SAME(errno, ENOMEM);
        NEED(unit_mappings() <= mappings + UNIT_SLACK);
        NEED(locket_malloc(10) != NULL);
        is_shut(NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(alone),
                cmocka_unit_test(first_secret),
                cmocka_unit_test(children),
                cmocka_unit_test(children_with_secrets),
                cmocka_unit_test(signals),
                cmocka_unit_test(signal_before_shut),
                cmocka_unit_test(signal_after_shut),
                cmocka_unit_test(threads),
                cmocka_unit_test(second_thread),
                cmocka_unit_test(not_opened),
                cmocka_unit_test(not_shut),
                cmocka_unit_test(no_secret),
        };

        return cmocka_run_group_tests_name("handler", tests, NULL, NULL);
}
