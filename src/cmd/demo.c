/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * demo.c - `locket demo`: a secret, its pages, and every attack on it.
 *
 * Knows:    the order of things and how the tables look.
 * Promises: exit status 0 only if locket withstood all that could be tried
 *           and the kernel confirms every flag; what could not be tried is
 *           visible.  Prints no byte of the secret.
 */
#include "cmd.h"

#include <locket.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns: attack, malloc, locket; with marks and gaps 99 (the last is 28), as
 * the rules of cmd_rule(). */
#define DEMO_ATTACK 22
#define DEMO_MALLOC (CMD_WORDS - 1)

/* How many attacks a side withstood, of those that were tried. */
struct demo_score {
        int held, tried, skipped;
};

static void demo_help(void)
{
        puts("usage: locket demo [FILE]\n"
             "\n"
             "Reads a secret from FILE, or from standard input, into locked "
             "memory; draws the\n"
             "pages around it as the kernel reports them; attacks it there "
             "and in malloc memory.\n"
             "Prints no byte of it.\n"
             "\n"
             "The secret should be made for the occasion (ci/demo does that): "
             "malloc's copy of\n"
             "it is in unlocked memory and, for a moment, in a core file in "
             "/dev/shm or TMPDIR.\n"
             "\n"
             "Exit status: 0 locket withstood every attack that could be "
             "tried, 1 it did not,\n"
             "2 wrong use, or no secret.");
}

static void demo_count(struct demo_score *score, const struct cmd_outcome *outcome)
{
        score->held += outcome->verdict == CMD_HELD;
        score->tried += outcome->verdict != CMD_SKIPPED;
        score->skipped += outcome->verdict == CMD_SKIPPED;
}

static void demo_cell(const struct cmd_outcome *outcome, int width)
{
        fputs("  ", stdout);
        cmd_mark(outcome->verdict);
        printf(" %-*s%s", width, outcome->words, cmd_paint(NULL));
}

static void demo_row(const char *name, const struct cmd_outcome *on_malloc,
                     const struct cmd_outcome *on_locket)
{
        printf("  %-*s", DEMO_ATTACK, name);
        demo_cell(on_malloc, DEMO_MALLOC);
        demo_cell(on_locket, 0);
        putchar('\n');
        fflush(stdout);
}

static void demo_head(void)
{
        printf("\n%sThe attacks%s, each in a process of its own: ", cmd_paint("bold"),
               cmd_paint(NULL));
        cmd_mark(CMD_HELD);
        printf("%s withstood, ", cmd_paint(NULL));
        cmd_mark(CMD_LOST);
        printf("%s not\n\n  %s%-*s    %-*s    %s%s\n", cmd_paint(NULL), cmd_paint("dim"),
               DEMO_ATTACK, "attack", DEMO_MALLOC, "malloc", "locket", cmd_paint(NULL));
        cmd_rule();
}

/* All attacks.  Returns 0; -1 with errno if one could not be made. */
static int demo_attacks(const struct cmd_witness *witness,
                        const struct cmd_secret *secret, struct demo_score *score_malloc,
                        struct demo_score *score_locket)
{
        volatile struct cmd_facts *facts = cmd_facts_share();
        struct cmd_outcome on_malloc, on_locket;
        const struct cmd_attack *attack = cmd_attacks;
        const struct cmd_attack *end = attack + cmd_attack_count;

        if (!facts) {
                return -1;
        }
        for (;;) {
                int failed = attack == end ? cmd_core(witness, secret, facts, &on_malloc,
                                                      &on_locket)
                                           : cmd_run(attack, &cmd_malloc, secret, facts,
                                                     &on_malloc) ||
                                                     cmd_run(attack, &cmd_locket, secret,
                                                             facts, &on_locket);

                if (failed) {
                        return -1;
                }
                demo_row(attack == end ? "search a core file" : attack->name, &on_malloc,
                         &on_locket);
                demo_count(score_malloc, &on_malloc);
                demo_count(score_locket, &on_locket);
                if (attack++ == end) {
                        return 0;
                }
        }
}

/* The tables.  Returns the exit status. */
static int demo_show(const struct cmd_witness *witness, const struct cmd_secret *secret)
{
        struct demo_score on_malloc = {0, 0, 0}, on_locket = {0, 0, 0};
        int missing, good;

        printf("%sThe pages%s around it, as /proc/self/smaps reports them\n\n",
               cmd_paint("bold"), cmd_paint(NULL));
        missing = cmd_pages(secret);
        if (missing < 0) {
                return cmd_complain("/proc/self/smaps", errno);
        }
        demo_head();
        if (demo_attacks(witness, secret, &on_malloc, &on_locket)) {
                return cmd_complain("an attack could not be made", errno);
        }
        cmd_rule();
        good = !missing && on_locket.held == on_locket.tried;
        printf("  %slocket withstood %d of %d; malloc %d of %d%s",
               cmd_paint(good ? "green" : "red"), on_locket.held, on_locket.tried,
               on_malloc.held, on_malloc.tried, cmd_paint(NULL));
        if (on_locket.skipped) {
                printf("  %s(%d could not be tried here)%s", cmd_paint("yellow"),
                       on_locket.skipped, cmd_paint(NULL));
        }
        if (missing) {
                printf("  %s(the pages are not as promised)%s", cmd_paint("red"),
                       cmd_paint(NULL));
        }
        putchar('\n');
        return good ? CMD_GOOD : CMD_BAD;
}

int cmd_demo(int argc, char **argv)
{
        struct cmd_witness witness;
        struct cmd_secret secret;
        const char *path = NULL;
        int i = 1, status;

        if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
                demo_help();
                return CMD_GOOD;
        }
        if (argc > i && !strcmp(argv[i], "--")) {
                i++;
        } else if (argc > i && argv[i][0] == '-' && argv[i][1]) {
                return cmd_complain("demo: no such option (locket demo --help)", 0);
        }
        if (argc > i + 1) {
                return cmd_complain("demo: one FILE at most", 0);
        }
        if (argc > i && strcmp(argv[i], "-")) {
                path = argv[i];
        }

        signal(SIGPIPE, SIG_IGN);             /* a child may end before it reads */
        setenv("LIBC_FATAL_STDERR_", "1", 1); /* glibc's last words */
        cmd_text_start();
        if (cmd_core_witness(&witness)) {
                return cmd_complain("no process", errno);
        }
        status = cmd_take(path, &secret);
        if (status) {
                return status;
        }
        printf("locket %s: %zu bytes from %s, read(2) straight into locked "
               "memory\n\n",
               locket_version(), secret.size, path ? path : "standard input");
        status = demo_show(&witness, &secret);
        locket_free(secret.bytes);
        return status;
}
