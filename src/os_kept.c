/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_kept.c - stage 2: the border, for the violation handler; Linux.
 *
 * Knows:    the page, who is just writing to it, and which handler was taken.
 * Promises: what os_kept.h says.  A handler is there before its number is, and stays
 *           until LOCKET_KEPT_HANDLERS others were set: who has read a number
 *           reads its handler, whatever others do meanwhile.
 * Tests:    tests/seal/handler_test.c, tests/unit/test_fatal.c
 */
#include "os_kept.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os.h"
#include "word.h"

/* Bytes that no other variable shares a page with: the largest page of the machines
 * that matter.  The library cannot ask for it in its alignment: that would
 * take 4 bits from the random place of a program that has it inside. */
#define LOCKET_KEPT_SIZE 65536u
#define LOCKET_KEPT_LEAST 4096u /* the smallest page, and the alignment */
#define LOCKET_KEPT_HANDLERS (LOCKET_KEPT_LEAST / sizeof(locket_violation_fn *) - 1u)
#define LOCKET_KEPT_ASLEEP 0x80000000u /* in the owner: somebody waits for it */

struct locket_kept {
        uint32_t number; /* of the handler that was set last; 0: none was */
        locket_violation_fn *handler[LOCKET_KEPT_HANDLERS]; /* by number, in turns */
};

_Static_assert(sizeof(struct locket_kept) == LOCKET_KEPT_LEAST, "the page is one element");

static struct locket_kept locket_kept_room[2 * LOCKET_KEPT_SIZE / LOCKET_KEPT_LEAST]
        __attribute__((aligned(LOCKET_KEPT_LEAST)));
static uint32_t locket_kept_taken; /* the number of the last one that was */
static uint32_t locket_kept_owner; /* the thread that changes the page's access, or 0 */
static uint32_t locket_kept_is_shut;

/* The page: the first one of the room that can have an access of its own. */
static struct locket_kept *locket_kept_page(void)
{
        const size_t over = (uintptr_t)locket_kept_room % LOCKET_KEPT_SIZE;

        return &locket_kept_room[(LOCKET_KEPT_SIZE - over) % LOCKET_KEPT_SIZE / LOCKET_KEPT_LEAST];
}

/* 1 if ${thread} is one of this process; a thread of the parent's is not. */
static int locket_kept_lives(uint32_t thread)
{
        const int before = errno;
        const long process = syscall(SYS_getpid); /* older C libraries remember the parent's */
        const int lives = syscall(SYS_tgkill, process, (long)thread, 0L) == 0 || errno != ESRCH;

        errno = before;
        return lives;
}

/* Be the owner.  An owner that is no thread of this process was one of the parent's, when
 * the fork was: its word is nobody's.  One that is this thread was interrupted in
 * locket_os_kept_shut, and writes nothing to the page when it goes on. */
static void locket_kept_enter(uint32_t me)
{
        for (;;) {
                const uint32_t owner = locket_load(&locket_kept_owner);
                const uint32_t thread = owner & ~LOCKET_KEPT_ASLEEP;
                const uint32_t asleep = owner & LOCKET_KEPT_ASLEEP;

                if (thread == 0 || thread == me || !locket_kept_lives(thread)) {
                        if (locket_claim(&locket_kept_owner, owner, me | asleep)) {
                                return;
                        }
                } else if (asleep != 0 ||
                           locket_claim(&locket_kept_owner, owner, owner | LOCKET_KEPT_ASLEEP)) {
                        locket_os_sleep(&locket_kept_owner, owner | LOCKET_KEPT_ASLEEP);
                }
        }
}

static void locket_kept_leave(uint32_t me)
{
        uint32_t owner = locket_load(&locket_kept_owner);

        while ((owner & ~LOCKET_KEPT_ASLEEP) == me &&
               !locket_claim(&locket_kept_owner, owner, 0)) {
                owner = locket_load(&locket_kept_owner);
        }
        if (owner == (me | LOCKET_KEPT_ASLEEP)) {
                locket_os_wake(&locket_kept_owner, INT_MAX);
        }
}

/* Open or shut the page.  0, or an errno. */
static int locket_kept_access(int access)
{
        const int before = errno;
        int error = 0;

        locket_store(&locket_kept_is_shut, 0);
        if (mprotect(locket_kept_page(), LOCKET_KEPT_SIZE, access) != 0) {
                error = errno;
        } else if (access == PROT_READ) {
                locket_store(&locket_kept_is_shut, 1);
        }
        errno = before;
        return error;
}

/* 1 if number ${n} was set after number ${taken}; they may have come round. */
static int locket_kept_later(uint32_t n, uint32_t taken)
{
        return n != taken && n - taken < 0x80000000u;
}

/* 1 if number ${n} was not taken before. */
static int locket_kept_claim(uint32_t n)
{
        uint32_t taken = locket_load(&locket_kept_taken);

        while (locket_kept_later(n, taken)) {
                if (locket_claim(&locket_kept_taken, taken, n)) {
                        return 1;
                }
                taken = locket_load(&locket_kept_taken);
        }
        return 0;
}

static locket_violation_fn *locket_kept_handler(uint32_t n)
{
        return locket_kept_page()->handler[n % LOCKET_KEPT_HANDLERS];
}

/* The page is open: the new one is there before the old one is taken. */
static locket_violation_fn *locket_kept_exchange(locket_violation_fn *handler)
{
        struct locket_kept *page = locket_kept_page();
        const uint32_t n = locket_load(&page->number);

        page->handler[(n + 1) % LOCKET_KEPT_HANDLERS] = handler;
        locket_store(&page->number, n + 1);
        return locket_kept_claim(n) ? locket_kept_handler(n) : NULL;
}

/* The one that is installed; it stays so. */
static locket_violation_fn *locket_kept_now(void)
{
        const uint32_t n = locket_load(&locket_kept_page()->number);

        return locket_kept_later(n, locket_load(&locket_kept_taken)) ? locket_kept_handler(n) : NULL;
}

int locket_os_kept_set(locket_violation_fn *handler, locket_violation_fn **before)
{
        const uint32_t me = locket_os_self();
        sigset_t all, mask;
        int error;

        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &mask);
        locket_kept_enter(me);
        error = locket_kept_access(PROT_READ | PROT_WRITE);
        if (error == 0) {
                *before = locket_kept_exchange(handler);
                (void)locket_kept_access(PROT_READ);
        } else {
                *before = locket_kept_now();
                (void)locket_kept_access(PROT_READ); /* as it was, or what could not be done before */
        }
        locket_kept_leave(me);
        (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
        return error;
}

locket_violation_fn *locket_os_kept_take(void)
{
        const uint32_t n = locket_load(&locket_kept_page()->number);

        return locket_kept_claim(n) ? locket_kept_handler(n) : NULL;
}

int locket_os_kept_shut(void)
{
        uint32_t me;
        int error;

        if (locket_load(&locket_kept_is_shut) != 0) {
                return 0;
        }
        me = locket_os_self();
        locket_kept_enter(me);
        error = locket_kept_access(PROT_READ);
        locket_kept_leave(me);
        return error;
}
