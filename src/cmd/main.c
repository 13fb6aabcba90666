/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * main.c - the command `locket`: which commands there are.
 *
 * Knows:    names of commands and options.
 * Promises: exit status 0 good, 1 something does not hold, 2 wrong use, no way
 *           to read or write, or (doctor) unsafe.
 */
#include "cmd.h"

#include <locket.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct cmd_command {
        const char *name;
        const char *arguments;
        const char *summary;
        int (*run)(int argc, char **argv);
};

static const struct cmd_command main_commands[] = {
        {"demo", "[FILE]", "take a secret, show its pages, attack it", cmd_demo},
        {"doctor", "[--json]", "can secrets be protected on this machine?", cmd_doctor},
        {"audit", "[--json] PID", "are those of a running process?", cmd_audit},
};
#define MAIN_WIDTH 19 /* of a name and its arguments */
#define MAIN_COUNT (sizeof(main_commands) / sizeof(main_commands[0]))

static void main_usage(FILE *to)
{
        size_t i;

        fputs("usage: locket COMMAND [ARGUMENT]\n\n", to);
        for (i = 0; i < MAIN_COUNT; i++) {
                fprintf(to, "  locket %s %-*s  %s\n", main_commands[i].name,
                        MAIN_WIDTH - (int)strlen(main_commands[i].name),
                        main_commands[i].arguments, main_commands[i].summary);
        }
        fputs("  locket --help                this text (locket COMMAND --help: "
              "more)\n"
              "  locket --version             the version of the library\n",
              to);
}

static int main_dispatch(int argc, char **argv)
{
        const char *name = argc > 1 ? argv[1] : "";
        size_t i;

        if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
                main_usage(stdout);
                return CMD_GOOD;
        }
        if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
                printf("locket %s\n", locket_version());
                return CMD_GOOD;
        }
        for (i = 0; i < MAIN_COUNT; i++) {
                if (!strcmp(name, main_commands[i].name)) {
                        return main_commands[i].run(argc - 1, argv + 1);
                }
        }
        if (*name) {
                fprintf(stderr, "locket: no such command: %s\n", name);
        }
        main_usage(stderr);
        return CMD_TROUBLE;
}

int main(int argc, char **argv)
{
        int status = main_dispatch(argc, argv);

        errno = 0;
        if (fflush(stdout) || ferror(stdout)) {
                return cmd_complain("standard output", errno);
        }
        return status;
}
