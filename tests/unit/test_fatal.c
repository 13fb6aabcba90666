/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_fatal.c - the one way out: the exact line, the handler once, abort,
 * whatever the handler does.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "fatal.h"

struct crime {
        enum locket_violation kind;
        uintptr_t address;
};

static const char *const text[] = {
        "locket: double free of ",         "locket: foreign free of ",
        "locket: interior free of ",       "locket: wrong size for free of ",
        "locket: overflow of ",            "locket: underflow of ",
        "locket: write after free of ",    "locket: metadata damage at ",
};

static void commit(void *crime)
{
        const struct crime *c = crime;

        locket_fatal(c->kind, c->address);
}

CASE(each_line)
{
        static const uintptr_t address[] = { 0, 1, 15, 16, 0x7fffdeadbeef, UINTPTR_MAX };
        size_t i;
        int kind;

        for (kind = LOCKET_DOUBLE_FREE; kind <= LOCKET_METADATA_DAMAGE; kind++) {
                for (i = 0; i < sizeof address / sizeof address[0]; i++) {
                        struct crime c = { (enum locket_violation)kind, address[i] };

                        NEED(unit_aborts(commit, &c, text[kind], (const void *)address[i]));
                }
        }
}

static void silent(void)
{
        const int fd = open("/dev/null", O_WRONLY);

        (void)dup2(fd, STDERR_FILENO);
}

static void with_closed_stderr(void *crime)
{
        (void)close(STDERR_FILENO);
        commit(crime);
}

CASE(no_stderr)
{
        struct crime c = { LOCKET_OVERFLOW, 1 };
        const int status = unit_child(with_closed_stderr, &c);

        NEED(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* What a handler saw, where the parent sees it too. */
struct told {
        int calls;
        enum locket_violation kind;
        const void *address;
        size_t count;
};
static struct told *told;
static jmp_buf out;

static void note(enum locket_violation kind, const void *address)
{
        told->calls += 1;
        told->kind = kind;
        told->address = address;
        told->count = locket_fatal_count();
}

static void note_and_jump(enum locket_violation kind, const void *address)
{
        note(kind, address);
        longjmp(out, 1);
}

static void note_and_again(enum locket_violation kind, const void *address)
{
        note(kind, address);
        locket_fatal(LOCKET_UNDERFLOW, 77);
}

static void share(void)
{
        told = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        NEED(told != MAP_FAILED);
}

static void with_handler(void *handler)
{
        locket_violation_fn *f;

        silent();
        memcpy(&f, handler, sizeof f);
        NEED(locket_fatal_handler(f) == NULL);
        locket_fatal(LOCKET_INTERIOR_FREE, 0x1234);
}

CASE(handler_returns)
{
        locket_violation_fn *f = note;
        int status;

        share();
        status = unit_child(with_handler, &f);
        NEED(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        SAME(told->calls, 1);
        SAME(told->kind, LOCKET_INTERIOR_FREE);
        SAME((uintptr_t)told->address, 0x1234);
        SAME(told->count, 1);
}

CASE(handler_violates)
{
        locket_violation_fn *f = note_and_again;
        int status;

        share();
        status = unit_child(with_handler, &f);
        NEED(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        SAME(told->calls, 1);
}

static void jumps(void *unused)
{
        volatile int round;

        (void)unused;
        silent();
        for (round = 1; round <= 3; round++) {
                SAME(locket_fatal_count(), round - 1);
                NEED(locket_fatal_handler(note_and_jump) == NULL); /* it was removed */
                if (setjmp(out) == 0) {
                        locket_fatal(LOCKET_OVERFLOW, 5);
                }
                SAME(told->calls, round);
                SAME(locket_fatal_count(), round);
        }
}

CASE(handler_jumps)
{
        share();
        SAME(unit_child(jumps, NULL), 0);
}

CASE(handler_is_exchanged)
{
        NEED(locket_fatal_handler(note) == NULL);
        NEED(locket_fatal_handler(note_and_jump) == note);
        NEED(locket_fatal_handler(NULL) == note_and_jump);
        NEED(locket_fatal_handler(NULL) == NULL);
        SAME(locket_fatal_count(), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(each_line),       cmocka_unit_test(no_stderr),
                cmocka_unit_test(handler_returns), cmocka_unit_test(handler_violates),
                cmocka_unit_test(handler_jumps),   cmocka_unit_test(handler_is_exchanged),
        };

        return cmocka_run_group_tests_name("fatal", tests, NULL, NULL);
}
