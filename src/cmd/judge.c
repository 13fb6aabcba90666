/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * judge.c - the command `locket`: what became of an attack.
 *
 * Knows:    wait statuses, what children noted, the lines that locket and libc
 *           write before they abort.
 * Promises: one rule for both sides, but for this: of locket it is also asked
 *           that it stopped the attack in the way it promises, at the exact
 *           byte or with the right line.  A crash of another kind holds for
 *           malloc and is lost for locket.
 */
#include "cmd.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* The attack was ended by a fault. */
static void judge_fault(const struct cmd_side *side,
                        const volatile struct cmd_facts *facts,
                        struct cmd_outcome *outcome)
{
        const char *name = facts->signal == SIGBUS ? "SIGBUS" : "SIGSEGV";

        if (facts->wrong && facts->fault == facts->wrong) {
                cmd_words(outcome, CMD_HELD, "%s at the exact byte", name);
        } else {
                cmd_words(outcome, side->is_locket ? CMD_LOST : CMD_HELD,
                          "crashed: %s elsewhere", name);
        }
}

/* It was ended by abort(), after ${line}. */
static void judge_abort(const struct cmd_attack *attack, const struct cmd_side *side,
                        const char *line, struct cmd_outcome *outcome)
{
        static const char own[] = "locket: ";
        const char *text = line, *end;
        size_t size = attack->kind ? strlen(attack->kind) : 0;

        if (side->is_locket) {
                if (!strncmp(text, own, sizeof(own) - 1)) {
                        text += sizeof(own) - 1;
                }
                if (text != line && attack->kind && !strncmp(text, attack->kind, size) &&
                    !strncmp(text + size, " of 0x", 6)) {
                        cmd_words(outcome, CMD_HELD, "found at free: %s", attack->kind);
                } else {
                        cmd_words(outcome, CMD_LOST, "aborted: %s", line);
                }
                return;
        }
        if (!strncmp(text, "free(): ", 8)) { /* glibc names the function */
                text += 8;
        }
        end = strstr(text, " ("); /* and the line of its code */
        size = end ? (size_t)(end - text) : strlen(text);
        if (size) {
                cmd_words(outcome, CMD_HELD, "found: %.*s", (int)size, text);
        } else {
                cmd_words(outcome, CMD_HELD, "found: abort()");
        }
}

/* It went through. */
static void judge_done(const struct cmd_attack *attack,
                       const volatile struct cmd_facts *facts,
                       struct cmd_outcome *outcome)
{
        const char *harm = facts->harm;

        if (!attack->reads && facts->seen) {
                cmd_words(outcome, CMD_LOST, "%zu of %zu bytes next door read",
                          facts->seen, facts->of);
        } else if (!attack->reads) {
                cmd_words(outcome, CMD_LOST, "unnoticed%s%s", harm ? ", " : "",
                          harm ? harm : "");
        } else if (facts->seen) {
                cmd_words(outcome, CMD_LOST, "still readable: %zu of %zu bytes",
                          facts->seen, facts->of);
        } else if (facts->zeros) {
                cmd_words(outcome, CMD_HELD, "nothing but zeros");
        } else if (facts->error) {
                cmd_words(outcome, CMD_HELD, "not readable: %s", strerror(facts->error));
        } else {
                cmd_words(outcome, CMD_HELD, "none of it left");
        }
}

void cmd_judge(const struct cmd_attack *attack, const struct cmd_side *side,
               const volatile struct cmd_facts *facts, int status, const char *line,
               struct cmd_outcome *outcome)
{
        int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

        if (number == SIGALRM) {
                cmd_words(outcome, CMD_LOST, "no end after %d s", CMD_PATIENCE);
        } else if (!facts->ready) {
                cmd_words(outcome, side->is_locket ? CMD_LOST : CMD_SKIPPED,
                          "not tried: %s",
                          number ? strsignal(number) : cmd_reason(facts->error));
        } else if (number == SIGABRT) {
                judge_abort(attack, side, line, outcome);
        } else if (number && number == facts->signal) {
                judge_fault(side, facts, outcome);
        } else if (number) {
                cmd_words(outcome, CMD_LOST, "killed: %s", strsignal(number));
        } else if (!facts->done) { /* a sanitizer, for example */
                cmd_words(outcome, side->is_locket ? CMD_LOST : CMD_HELD,
                          "ended: exit status %d", WEXITSTATUS(status));
        } else {
                judge_done(attack, facts, outcome);
        }
}
