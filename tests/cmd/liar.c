/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * liar.c - a system that says yes and does nothing, for `locket doctor`.
 *
 * usage: liar CALL COMMAND [ARGUMENT]
 *
 * Runs COMMAND under a seccomp filter that answers 0 to a system call without
 * making it; with CALL "kill-NAME", one that kills who makes it.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef SYS_mseal
#define SYS_mseal 462
#endif

static const struct {
        const char *name;
        unsigned int call, other, answer;
} known[] = {
        {"madvise", SYS_madvise, SYS_madvise, SECCOMP_RET_ERRNO},
        {"mlock", SYS_mlock, SYS_mlock2, SECCOMP_RET_ERRNO},
        {"mprotect", SYS_mprotect, SYS_mprotect, SECCOMP_RET_ERRNO},
        {"mseal", SYS_mseal, SYS_mseal, SECCOMP_RET_ERRNO},
        {"kill-mseal", SYS_mseal, SYS_mseal, SECCOMP_RET_KILL},
        {"kill-mlock", SYS_mlock, SYS_mlock2, SECCOMP_RET_KILL},
        {"kill-memfd_secret", SYS_memfd_secret, SYS_memfd_secret, SECCOMP_RET_KILL},
};

static int lie(unsigned int call, unsigned int other, unsigned int answer)
{
        struct sock_filter filter[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 1, 0),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, other, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, answer),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        const struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

        return prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) ||
               prctl(PR_SET_SECCOMP, (long)SECCOMP_MODE_FILTER, &program, 0L, 0L);
}

int main(int argc, char **argv)
{
        size_t i;

        for (i = 0; argc > 2 && i < sizeof(known) / sizeof(known[0]); i++) {
                if (!strcmp(argv[1], known[i].name)) {
                        if (lie(known[i].call, known[i].other, known[i].answer)) {
                                perror("liar: seccomp");
                                return 77;
                        }
                        execv(argv[2], argv + 2);
                        perror(argv[2]);
                        return 78;
                }
        }
        fprintf(stderr, "usage: liar CALL COMMAND [ARGUMENT]\n");
        return 78;
}
