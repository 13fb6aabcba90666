/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * secret.c - secret memory: who cannot read it, and machines without it.
 */
#include "backing.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

/* Neither the process itself through the kernel, nor its parent as root. */
CASE(unreadable)
{
        unsigned char copy[16];
        struct locket_arena *arena;
        unsigned char *p;
        struct iovec to = { copy, sizeof copy };
        struct iovec from;
        int pipes[2];
        int fd;

        if (!have(LOCKET_SECRETMEM)) {
                return;
        }
        arena = arena_of(LOCKET_SECRETMEM);
        p = locket_arena_malloc(arena, 5000);
        NEED(p != NULL);
        memset(p, 0x42, 5000);
        from.iov_base = p;
        from.iov_len = sizeof copy;
        NEED(!unit_peek(p, copy, sizeof copy)); /* /proc/self/mem */
        NEED(syscall(SYS_process_vm_readv, (long)getpid(), &to, 1L, &from, 1L, 0L) == -1);
        SAME(errno, EFAULT);
        NEED(syscall(SYS_process_vm_writev, (long)getpid(), &to, 1L, &from, 1L, 0L) == -1);
        /* a control: the same of the default arena's can be read */
        from.iov_base = locket_malloc(sizeof copy);
        NEED(unit_peek(from.iov_base, copy, sizeof copy));
        NEED(syscall(SYS_process_vm_readv, (long)getpid(), &to, 1L, &from, 1L, 0L) == 16);
        /* keys can be read into it */
        fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
        NEED(fd >= 0 && read(fd, p, 16) == 16 && p[0] == 0 && p[16] == 0x42);
        NEED(pipe(pipes) == 0 && write(pipes[1], p + 16, 16) == 16);
        NEED(read(pipes[0], copy, 16) == 16 && copy[0] == 0x42);
        SAME(count(p, 5000, 0x42), 4984);
        locket_free(p);
}

/* What is asked for besides changes nothing: it is locked and in no child. */
CASE(always_locked)
{
        struct locket_report report;
        struct locket_policy policy;
        struct locket_arena *arena;
        unsigned char *p;
        int demand;

        if (!have(LOCKET_SECRETMEM)) {
                return;
        }
        for (demand = LOCKET_REQUIRE; demand <= LOCKET_OFF; demand++) {
                policy_of(LOCKET_SECRETMEM, &policy);
                policy.locked = policy.undumped = policy.fork_safe = (enum locket_demand)demand;
                arena = locket_arena_create(&policy);
                NEED(arena != NULL);
                p = locket_arena_malloc(arena, 100);
                NEED(p != NULL && unit_flag(p, "lo") && unit_flag(p, "dc") && unit_flag(p, "dd"));
                memset(&report, 0, sizeof report);
                SAME(locket_inspect(p, &report), 0);
                NEED(report.locked.in_force && report.fork_safe.in_force);
                locket_free(p);
                SAME(locket_arena_destroy(arena), 0);
        }
}

/* A kernel without it says so: ENOSYS, or what a filter says. */
static void without(int error)
{
        struct sock_filter code[] = {
                { BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr) },
                { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_memfd_secret },
                { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (unsigned)error },
                { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
        };
        const struct sock_fprog filter = { sizeof code / sizeof code[0], code };

        NEED(prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0);
        NEED(prctl(PR_SET_SECCOMP, (long)SECCOMP_MODE_FILTER, &filter) == 0);
}

static void refused_here(void *argument)
{
        struct locket_arena *before = have(LOCKET_SECRETMEM) ? arena_of(LOCKET_SECRETMEM) : NULL;
        const int error = *(int *)argument;
        struct locket_policy policy;

        without(error);
        policy_of(LOCKET_SECRETMEM, &policy);
        NEED(locket_arena_create(&policy) == NULL);
        SAME(errno, error);
        if (before != NULL) { /* it was there when the arena was made */
                NEED(locket_arena_malloc(before, 10) == NULL);
                SAME(errno, error);
                SAME(locket_arena_destroy(before), 0);
        }
        NEED(locket_malloc(10) != NULL);
}

CASE(not_there)
{
        int error = ENOSYS;

        NEED(unit_ends(refused_here, &error));
        error = EPERM;
        NEED(unit_ends(refused_here, &error));
}

int secret_tests(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(unreadable),
                cmocka_unit_test(always_locked),
                cmocka_unit_test(not_there),
        };

        return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
