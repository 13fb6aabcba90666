/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * audit.c - `locket audit`: the secrets of a running process, from outside.
 *
 * Knows:    /proc/PID/smaps.
 * Promises: reads no byte of the process's memory, stops and changes nothing.
 *           Exit status 0 only if locket's mappings were found and all of them
 *           are as they should be.
 */
#include "audit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void audit_help(void)
{
        puts("usage: locket audit [--json] [--all] PID\n"
             "\n"
             "Reads which mappings a process has (/proc/PID/smaps), finds those of "
             "locket "
             "by name\n"
             "or by shape, and says with which confidence; reports each one's access and "
             "flags, and\n"
             "whatever is not as the default policy promises.  Reads none of the "
             "process's memory.\n"
             "\n"
             "  open     secrets, and pages kept for them: locked, no dump, wiped on "
             "fork\n"
             "  closed   the same, without access\n"
             "  guard    closed, with nothing in it\n"
             "  empty    open, with nothing in it: a secret that was lost in a fork\n"
             "  process  the page that tells a child from its parent\n"
             "\n"
             "  --all    every mapping, however many there are\n"
             "  --json   for machines; always all\n"
             "\n"
             "To see a guard that was opened, its neighbours must be locked and it must "
             "not be;\n"
             "a policy that asks for less (LOCKET_PREFER, LOCKET_OFF) is reported as "
             "weak.\n"
             "\n"
             "Exit status: 0 all as it should be, 1 something is weak, 2 nothing found, "
             "not\n"
             "permitted, or wrong use.");
}

static int audit_grow(struct audit *audit)
{
        const size_t room = audit->room ? 2 * audit->room : 256;
        void *more = realloc(audit->mapping, room * sizeof(*audit->mapping));

        if (!more) {
                return -1;
        }
        audit->mapping = more;
        audit->room = room;
        return 0;
}

/* Read all mappings.  Returns 0; -1 with errno. */
static int audit_read(struct audit *audit)
{
        struct cmd_smaps smaps;
        struct cmd_mapping seen;
        char path[64];
        int got;

        snprintf(path, sizeof(path), "/proc/%ld/comm", audit->pid);
        (void)cmd_file_line(path, audit->comm, sizeof(audit->comm));
        snprintf(path, sizeof(path), "/proc/%ld/smaps", audit->pid);
        if (cmd_smaps_open(&smaps, path)) {
                return -1;
        }
        while ((got = cmd_smaps_next(&smaps, &seen)) > 0) {
                if (audit->count == audit->room && audit_grow(audit)) {
                        got = -1;
                        break;
                }
                memset(&audit->mapping[audit->count], 0, sizeof(*audit->mapping));
                audit->mapping[audit->count++].seen = seen;
        }
        cmd_smaps_close(&smaps);
        return got;
}

/* Why the mappings could not be read. */
static const char *audit_reason(int error)
{
        switch (error) {
        case ENOENT:
        case ESRCH:
                return "there is no such process, or it is hidden, or /proc is not "
                       "mounted";
        case EACCES:
        case EPERM:
                return "not permitted: its own user may look while it is dumpable "
                       "(locket_harden_process ends that), else CAP_SYS_PTRACE is needed";
        default:
                return strerror(error);
        }
}

/* Find, judge, and say why not.  Returns the exit status. */
static int audit_judge(struct audit *audit, const char **error)
{
        struct audit_sum sum;

        if (audit_read(audit)) {
                *error = audit_reason(errno);
                audit->count = 0;
                return CMD_TROUBLE;
        }
        if (audit->count == 0) {
                *error = "it has no memory: a kernel thread, or it just ended";
                return CMD_TROUBLE;
        }
        audit_find(audit);
        audit_check(audit);
        audit_sum(audit, &sum);
        if (audit->ranges == 0) {
                *error = "no memory of locket's: no mapping has its name or its shape";
                return CMD_TROUBLE;
        }
        return sum.bad ? CMD_BAD : CMD_GOOD;
}

static int audit_run(long pid, int json, int all)
{
        struct audit audit = {.pid = pid};
        const char *error = NULL;
        char what[64];
        int status = audit_judge(&audit, &error);

        if (json) {
                audit_json(&audit, status, error);
        } else if (!error) {
                audit_table(&audit, status, all);
        }
        if (error) {
                snprintf(what, sizeof(what), "audit: process %ld", pid);
                fflush(stdout);
                fprintf(stderr, "locket: %s: %s\n", what, error);
        }
        free(audit.mapping);
        return status;
}

/* A process number, or 0. */
static long audit_pid(const char *text)
{
        char *end;
        long pid;

        errno = 0;
        pid = strtol(text, &end, 10);
        return errno || *end || text[0] < '0' || text[0] > '9' || pid <= 0 ? 0 : pid;
}

int cmd_audit(int argc, char **argv)
{
        int json = 0, all = 0, i;

        if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
                audit_help();
                return CMD_GOOD;
        }
        for (i = 1; i < argc && argv[i][0] == '-'; i++) {
                if (!strcmp(argv[i], "--json")) {
                        json = 1;
                } else if (!strcmp(argv[i], "--all")) {
                        all = 1;
                } else {
                        return cmd_complain("audit: no such option (locket audit --help)",
                                            0);
                }
        }
        if (i + 1 != argc || !audit_pid(argv[i])) {
                return cmd_complain("audit: one process number, please (locket audit "
                                    "--help)",
                                    0);
        }
        cmd_text_start();
        return audit_run(audit_pid(argv[i]), json, all);
}
