/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor.c - `locket doctor`: one look at this machine and process.
 *
 * Knows:    which checks there are, in which order, and what they add up to.
 * Promises: never hangs, needs no right that a user has not; exit status 0
 *           only if all that the default policy requires was seen to work and
 *           nothing is weak.  Changes nothing: children do the trying.
 */
#include "doctor.h"

#include <signal.h>
#include <string.h>

static const struct doctor_check doctor_checks[] = {
        {DOCTOR_REQUIRED, "secret", "a real secret", doctor_secret},
        {DOCTOR_REQUIRED, "memory_lock", "memory lock", doctor_locked},
        {DOCTOR_REQUIRED, "guard_pages", "guard pages", doctor_guarded},
        {DOCTOR_REQUIRED, "no_dump", "no dump", doctor_undumped},
        {DOCTOR_REQUIRED, "wipe_on_fork", "wipe on fork", doctor_forked},
        {DOCTOR_REQUIRED, "unmerged", "no merging", doctor_unmerged},
        {DOCTOR_LIMITS, "lock_limit", "lock limit", doctor_lock_limit},
        {DOCTOR_LIMITS, "cap_ipc_lock", "CAP_IPC_LOCK", doctor_capability},
        {DOCTOR_LIMITS, "mapping_limit", "mappings", doctor_mappings},
        {DOCTOR_LIMITS, "address_space", "address space", doctor_addresses},
        {DOCTOR_LIMITS, "container", "control group", doctor_container},
        {DOCTOR_LIMITS, "page_size", "page size", doctor_page_size},
        {DOCTOR_LEAKS, "swap", "swap, zram", doctor_swap},
        {DOCTOR_LEAKS, "zswap", "zswap", doctor_zswap},
        {DOCTOR_LEAKS, "hibernation", "hibernation", doctor_hibernation},
        {DOCTOR_LEAKS, "core_files", "core files", doctor_core},
        {DOCTOR_LEAKS, "ptrace", "ptrace", doctor_ptrace},
        {DOCTOR_LEAKS, "ksm", "KSM", doctor_ksm},
        {DOCTOR_EXTRA, "memfd_secret", "memfd_secret", doctor_secretmem},
        {DOCTOR_EXTRA, "mseal", "mseal", doctor_seal},
        {DOCTOR_EXTRA, "light_guards", "light guards", doctor_markers},
        {DOCTOR_EXTRA, "mapping_names", "mapping names", doctor_names},
};
#define DOCTOR_COUNT (sizeof(doctor_checks) / sizeof(doctor_checks[0]))

static void doctor_help(void)
{
        puts("usage: locket doctor [--json]\n"
             "\n"
             "Looks at this machine and at what a process started like this one may do: "
             "whether\n"
             "secrets are protected as the default policy requires, how many there can "
             "be, where\n"
             "copies of them could get to, and what to do about it.  Nothing is believed "
             "that can\n"
             "be tried; all is tried in children, and nothing is changed.  Needs no "
             "root: "
             "run it\n"
             "as the user, and with the limits, of the program in question.\n"
             "\n"
             "  --json   for machines: an object \"checks\" with one member for each, "
             "whose "
             "keys stay\n"
             "           the same; \"state\" is good, absent, unknown, weak or unsafe\n"
             "\n"
             "Exit status: 0 good, 1 usable but something is weak, 2 unsafe (or wrong "
             "use).");
}

/* What all lines add up to.  What is required and could not be seen is weak. */
static int doctor_status(const struct doctor_line *lines)
{
        int status = CMD_GOOD;
        size_t i;

        for (i = 0; i < DOCTOR_COUNT; i++) {
                if (lines[i].state == DOCTOR_UNSAFE) {
                        return CMD_TROUBLE;
                }
                if (lines[i].state == DOCTOR_WEAK ||
                    (lines[i].state == DOCTOR_UNKNOWN &&
                     doctor_checks[i].group == DOCTOR_REQUIRED)) {
                        status = CMD_BAD;
                }
        }
        return status;
}

int cmd_doctor(int argc, char **argv)
{
        static struct doctor_line lines[DOCTOR_COUNT];
        int json = 0, status;
        size_t i;

        if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
                doctor_help();
                return CMD_GOOD;
        }
        if (argc == 2 && !strcmp(argv[1], "--json")) {
                json = 1;
        } else if (argc > 1) {
                return cmd_complain("doctor: no such option (locket doctor --help)", 0);
        }
        signal(SIGCHLD, SIG_DFL); /* ignored by who started it: no wait(2) */
        cmd_text_start();
        for (i = 0; i < DOCTOR_COUNT; i++) {
                doctor_checks[i].run(&lines[i]);
        }
        status = doctor_status(lines);
        if (json) {
                doctor_json(doctor_checks, lines, DOCTOR_COUNT, status);
        } else {
                doctor_table(doctor_checks, lines, DOCTOR_COUNT, status);
        }
        return status;
}
