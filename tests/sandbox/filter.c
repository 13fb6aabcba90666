/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * filter.c - a seccomp filter from a list of system calls, by hand.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

enum { FILTER_MOST = 2 * (SANDBOX_CALLS + 2) + 2 };

static size_t
filter_add(struct sock_filter *code, size_t n, unsigned short what, unsigned k, unsigned char no)
{
        code[n].code = what;
        code[n].jt = 0;
        code[n].jf = no;
        code[n].k = k;
        return n + 1;
}

static size_t
filter_allow(struct sock_filter *code, size_t n, long number)
{
        n = filter_add(code, n, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 1);
        return filter_add(code, n, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0);
}

/* The test is one program for one machine: which calling convention is used is not
 * looked at, as a real filter has to. */
void
sandbox_close(const struct sandbox_case *c, size_t without)
{
        struct sock_filter code[FILTER_MOST];
        struct sock_fprog program;
        size_t n, i;

        n = filter_add(code, 0, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0);
        n = filter_allow(code, n, SYS_exit_group);
        if (without == c->count || c->call[without].number != SYS_write)
                n = filter_allow(code, n, SYS_write);
        for (i = 0; i < c->count; i++)
                if (i != without)
                        n = filter_allow(code, n, c->call[i].number);
        n = filter_add(code, n, BPF_RET | BPF_K,
                       c->refuse ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_KILL_PROCESS, 0);
        program.len = (unsigned short)n;
        program.filter = code;
        CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
        CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
                      &program) == 0);
}
