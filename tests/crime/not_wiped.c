/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * Promise: pages that must be wiped and cannot be opened end the process; a
 *          secret that is not wiped is never given back.
 * Attack:  close a secret, forbid mprotect by a seccomp filter, then free.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "crime.h"

static void
forbid_mprotect(void)
{
        struct sock_filter code[] = {
                { BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },  /* the call's number */
                { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_mprotect },
                { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOMEM },
                { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
        };
        struct sock_fprog program = { 4, code };

        crime_check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0,
                    "seccomp");
}

int
main(void)
{
        void *p = (void *)crime_secret(64);

        crime_start();
        crime_check(locket_protect(p, LOCKET_NO_ACCESS) == 0, "close");
        /* The page, not the secret: nobody knows who may touch it. */
        crime_expect((void *)((uintptr_t)p / 4096 * 4096));
        forbid_mprotect();
        locket_free(p);
        return 0;
}
