/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_read.c - `locket doctor`: who else gets to see a process's memory.
 *
 * Knows:    core(5), ptrace(2) and Yama, KSM.
 * Promises: what cannot be seen is unknown, never good.
 */
#include "doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_GET_MEMORY_MERGE
#define PR_GET_MEMORY_MERGE 68 /* Linux 6.4 */
#endif

/* --------------------------------------------------------------- core files */

/* A pipe is not bound by the limit, but for the value 1 (core(5)). */
static void read_core_words(struct doctor_line *line, uint64_t soft, uint64_t hard,
                            const char *pattern)
{
        char size[DOCTOR_SIZE];

        doctor_means(line,
                     "locked secrets are left out; copies on stack and heap are in it, "
                     "and it stays on a disk");
        doctor_advise(line,
                      "ulimit -c 0 (LimitCORE=0 of systemd), and locket_harden_process() "
                      "in the program");
        if (pattern[0] == '|' && soft != 1) {
                doctor_found(line, DOCTOR_WEAK,
                             "go to a program whatever the limit: %.64s", pattern + 1);
                doctor_advise(line,
                              "locket_harden_process() in the program; Storage=none in "
                              "coredump.conf if that is systemd's");
        } else if (pattern[0] != '|' && soft > 0) {
                doctor_found(line, DOCTOR_WEAK,
                             "are written: limit %s, pattern \"%.64s\"",
                             doctor_size(size, soft), pattern);
        } else {
                doctor_found(line, DOCTOR_GOOD,
                             "are not written: soft limit %" PRIu64 ", hard %s", soft,
                             doctor_size(size, hard));
                doctor_means(line, "%s",
                             hard ? "a crash leaves no memory behind; a process may "
                                    "raise its limit"
                                  : "a crash leaves no memory behind");
                doctor_advise(line, "%s", "");
        }
}

void doctor_core(struct doctor_line *line)
{
        struct rlimit limit;
        uint64_t soft, hard, suid = 0;
        char pattern[160];
        int seen, dumpable = prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L);

        if (getrlimit(RLIMIT_CORE, &limit)) {
                doctor_found(line, DOCTOR_UNKNOWN, "%s", strerror(errno));
                return;
        }
        soft = limit.rlim_cur == RLIM_INFINITY ? CMD_UNLIMITED : (uint64_t)limit.rlim_cur;
        hard = limit.rlim_max == RLIM_INFINITY ? CMD_UNLIMITED : (uint64_t)limit.rlim_max;
        seen = !cmd_file_line("/proc/sys/kernel/core_pattern", pattern, sizeof(pattern));
        doctor_number(line, "soft", soft);
        doctor_number(line, "hard", hard);
        doctor_word(line, "pattern", seen ? pattern : "");
        doctor_flag(line, "dumpable", dumpable < 0 ? -1 : dumpable == 1);
        if (!cmd_file_number("/proc/sys/fs/suid_dumpable", "", 10, &suid)) {
                doctor_number(line, "suid_dumpable", suid);
        }
        if (seen) {
                read_core_words(line, soft, hard, pattern);
        } else {
                doctor_found(line, DOCTOR_UNKNOWN, "kernel.core_pattern: %s, limit %s",
                             strerror(errno), soft ? "not 0" : "0");
                doctor_means(line,
                             "locked secrets are left out of core files in any case");
        }
}

/* ------------------------------------------------------------------ ptrace */

void doctor_ptrace(struct doctor_line *line)
{
        static const char *const who[] = {
                "any process of the same user may read this one's memory",
                "only parents, and who a process names, may read its memory",
                "only who has CAP_SYS_PTRACE may read another process's memory",
                "nobody may read another process's memory"};
        uint64_t scope;

        if (cmd_file_number("/proc/sys/kernel/yama/ptrace_scope", "", 10, &scope)) {
                if (errno != ENOENT || access("/proc/sys/kernel/core_pattern", F_OK)) {
                        doctor_found(line, DOCTOR_UNKNOWN, "kernel.yama.ptrace_scope: %s",
                                     strerror(errno));
                        doctor_means(line, "who may read another process's memory is not "
                                           "known");
                        return;
                }
                scope = 0;
                doctor_found(line, DOCTOR_WEAK,
                             "not restricted: this kernel has no Yama");
        } else {
                doctor_found(line, scope ? DOCTOR_GOOD : DOCTOR_WEAK,
                             "kernel.yama.ptrace_scope is %" PRIu64, scope);
        }
        doctor_number(line, "scope", scope);
        doctor_means(line, "%s", who[scope < 3 ? scope : 3]);
        if (!scope) {
                doctor_advise(line, "kernel.yama.ptrace_scope=1 where there is Yama; "
                                    "locket_harden_process() in the program");
        }
}

/* --------------------------------------------------------------------- KSM */

void doctor_ksm(struct doctor_line *line)
{
        const int all = prctl(PR_GET_MEMORY_MERGE, 0L, 0L, 0L, 0L);
        uint64_t run;

        doctor_flag(line, "whole_process", all < 0 ? -1 : all > 0);
        if (cmd_file_number("/sys/kernel/mm/ksm/run", "", 10, &run)) {
                if (errno == ENOENT && !access("/sys/kernel/mm", F_OK)) {
                        doctor_found(line, DOCTOR_GOOD, "not in this kernel");
                        doctor_means(line,
                                     "no page is merged with another by its contents");
                } else {
                        doctor_found(line, DOCTOR_UNKNOWN, "/sys/kernel/mm/ksm/run: %s",
                                     strerror(errno));
                        doctor_means(line, "locked secrets are never merged in any case");
                }
                return;
        }
        doctor_number(line, "run", run);
        doctor_found(line, DOCTOR_GOOD, "%s", run == 1 ? "on" : "off");
        doctor_means(line,
                     run == 1 ? "locked secrets are never merged; other memory only if a "
                                "program asks for it"
                              : "no page is merged with another by its contents");
        if (run == 1 && all > 0) {
                doctor_found(line, DOCTOR_WEAK, "on, and this process asked for it");
                doctor_means(
                        line,
                        "copies outside locked secrets are merged, and can be guessed "
                        "by timing");
                doctor_advise(line,
                              "run without MemoryKSM= (systemd) or PR_SET_MEMORY_MERGE");
        }
}
