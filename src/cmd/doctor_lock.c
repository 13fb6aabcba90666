/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_lock.c - `locket doctor`: how much may be locked, and by whom.
 *
 * Knows:    RLIMIT_MEMLOCK, CAP_IPC_LOCK, user namespaces.
 * Promises: a capability counts only if a page can be locked with it at a
 *           limit of 0 (capabilities(7); mlock(2) asks for it in the initial
 *           user namespace, and CapEff of /proc/self/status does not tell).
 */
#include "doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOCK_CAP_IPC_LOCK 14 /* <linux/capability.h> */

/* Secrets of a page each; fewer are few: 1 MiB, some old limits were 64 KiB. */
#define LOCK_FEW 256

/* An answer: result[0] is 1 if it counts. */
static void lock_beyond(struct doctor_answer *answer)
{
        const struct rlimit nothing = {0, 0};
        unsigned char *page = doctor_page();

        if (!page || setrlimit(RLIMIT_MEMLOCK, &nothing)) {
                answer->error = errno;
                return;
        }
        answer->result[0] = !syscall(SYS_mlock, page, (size_t)sysconf(_SC_PAGESIZE)) &&
                            doctor_flag_of(page, "lo") != 0;
}

/* 1, 0; -1 and a reason in ${line}. */
static int lock_counts(struct doctor_line *line)
{
        struct doctor_answer answer;

        if (doctor_probe(lock_beyond, &answer, line)) {
                return -1;
        }
        if (answer.error) {
                doctor_found(line, DOCTOR_UNKNOWN, "cannot be tried: %s",
                             strerror(answer.error));
                return -1;
        }
        return answer.result[0];
}

void doctor_capability(struct doctor_line *line)
{
        uint64_t effective = 0;
        int counts = lock_counts(line), named;

        named = cmd_file_number("/proc/self/status", "\nCapEff:", 16, &effective)
                        ? -1
                        : (int)(effective >> LOCK_CAP_IPC_LOCK & 1);
        doctor_flag(line, "effective", named);
        doctor_flag(line, "counts", counts);
        if (counts < 0) {
                doctor_means(line, "whether there is a lock limit is not known");
        } else if (counts) {
                doctor_found(line, DOCTOR_GOOD, "this process has it, and it counts");
                doctor_means(line, "there is no lock limit for this process");
        } else if (named == 1) {
                doctor_found(line, DOCTOR_WEAK,
                             "in a user namespace only, where it does "
                             "not count");
                doctor_means(line, "this process looks as if it could lock anything, and "
                                   "it cannot: the lock limit holds");
                doctor_advise(line, "rootless container: raise the lock limit outside it "
                                    "(--ulimit memlock=)");
        } else {
                doctor_found(line, DOCTOR_ABSENT, "this process does not have it");
                doctor_means(line, "not needed; the lock limit holds");
        }
}

static uint64_t lock_bytes(rlim_t limit)
{
        return limit == RLIM_INFINITY ? CMD_UNLIMITED : (uint64_t)limit;
}

/* The words for a limit of ${soft} bytes, of which ${room} are left. */
static void lock_words(struct doctor_line *line, uint64_t soft, uint64_t hard,
                       uint64_t room)
{
        const uint64_t fit = room / (uint64_t)sysconf(_SC_PAGESIZE);

        doctor_number(line, "secrets_fit", fit);
        if (fit == 0) {
                line->state = DOCTOR_UNSAFE;
                doctor_means(line, "not one secret fits: locket_malloc fails with %s",
                             soft ? "EAGAIN" : "EPERM");
        } else {
                line->state = fit < LOCK_FEW ? DOCTOR_WEAK : DOCTOR_GOOD;
                doctor_means(line,
                             "%" PRIu64 " secrets of a page fit, then "
                             "locket_malloc fails with EAGAIN",
                             fit);
        }
        if (line->state == DOCTOR_GOOD) {
                return;
        }
        if (soft < hard) {
                doctor_advise(line, "the process can raise it itself: "
                                    "locket_harden_process(), or ulimit -l before it");
        } else {
                doctor_advise(line, "LimitMEMLOCK= (systemd), memlock in "
                                    "/etc/security/limits.conf (login), --ulimit "
                                    "memlock= (container)");
        }
}

void doctor_lock_limit(struct doctor_line *line)
{
        struct doctor_line ignored;
        struct rlimit limit;
        uint64_t soft, hard, now = 0;
        char a[DOCTOR_SIZE], b[DOCTOR_SIZE], c[DOCTOR_SIZE];

        if (getrlimit(RLIMIT_MEMLOCK, &limit)) {
                doctor_found(line, DOCTOR_UNKNOWN, "%s", strerror(errno));
                return;
        }
        soft = lock_bytes(limit.rlim_cur);
        hard = lock_bytes(limit.rlim_max);
        if (!cmd_file_number("/proc/self/status", "\nVmLck:", 10, &now)) {
                now *= 1024;
        }
        doctor_number(line, "soft", soft);
        doctor_number(line, "hard", hard);
        doctor_number(line, "locked_now", now);
        doctor_number(line, "uid", geteuid());
        doctor_found(line, DOCTOR_GOOD,
                     "%s soft, %s hard, %s in use, for each process of uid %lu",
                     doctor_size(a, soft), doctor_size(b, hard), doctor_size(c, now),
                     (unsigned long)geteuid());
        if (soft == CMD_UNLIMITED) {
                doctor_number(line, "secrets_fit", CMD_UNLIMITED);
                doctor_means(line, "secrets are limited by memory only");
        } else if (lock_counts(&ignored) == 1) {
                doctor_number(line, "secrets_fit", CMD_UNLIMITED);
                doctor_means(line, "does not hold for this process, which has "
                                   "CAP_IPC_LOCK; it does for one that gave that up");
        } else {
                lock_words(line, soft, hard, now < soft ? soft - now : 0);
        }
}
