/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * text.c - the command `locket`: how it speaks.
 *
 * Knows:    colours, marks, lines; nothing of secrets.
 * Promises: no escape sequence unless standard output is a terminal and
 *           NO_COLOR is unset or empty; no byte above 127 unless the locale
 *           is UTF-8.
 */
#include "cmd.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Columns that are used, and on a narrow terminal at least. */
#define TEXT_WIDTH 99
#define TEXT_NARROW 60

static int text_colour, text_utf8;

void cmd_text_start(void)
{
        const char *off = getenv("NO_COLOR");
        const char *term = getenv("TERM");

        text_colour = isatty(STDOUT_FILENO) && !(off && *off) &&
                      !(term && !strcmp(term, "dumb"));
        text_utf8 = setlocale(LC_CTYPE, "") && !strcmp(nl_langinfo(CODESET), "UTF-8");
}

const char *cmd_paint(const char *colour)
{
        static const struct {
                const char *name, *escape;
        } known[] = {
                {"red", "\033[1;31m"}, {"green", "\033[32m"}, {"yellow", "\033[33m"},
                {"bold", "\033[1m"},   {"dim", "\033[2m"},
        };
        size_t i;

        if (!text_colour) {
                return "";
        }
        for (i = 0; colour && i < sizeof(known) / sizeof(known[0]); i++) {
                if (!strcmp(colour, known[i].name)) {
                        return known[i].escape;
                }
        }
        return "\033[0m";
}

const char *cmd_utf8(const char *yes, const char *no)
{
        return text_utf8 ? yes : no;
}

int cmd_width(void)
{
        struct winsize size;

        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0 ||
            size.ws_col > TEXT_WIDTH) {
                return TEXT_WIDTH;
        }
        return size.ws_col < TEXT_NARROW ? TEXT_NARROW : size.ws_col;
}

void cmd_rule(void)
{
        int left = cmd_width() - 2;

        printf("  %s", cmd_paint("dim"));
        while (left-- > 0) {
                fputs(cmd_utf8("\342\224\200", "-"), stdout);
        }
        printf("%s\n", cmd_paint(NULL));
}

void cmd_mark(enum cmd_verdict verdict)
{
        switch (verdict) {
        case CMD_HELD:
                printf("%s%s", cmd_paint("green"), cmd_utf8("\342\234\223", "+"));
                break;
        case CMD_LOST:
                printf("%s%s", cmd_paint("red"), cmd_utf8("\342\234\227", "x"));
                break;
        case CMD_SKIPPED:
                printf("%s?", cmd_paint("yellow"));
                break;
        }
}

const char *cmd_reason(int error)
{
        if (error == EAGAIN || error == EPERM) {
                return "lock limit (ulimit -l)";
        }
        return strerror(error);
}

int cmd_complain(const char *what, int error)
{
        fflush(stdout);
        if (error) {
                fprintf(stderr, "locket: %s: %s\n", what, strerror(error));
        } else {
                fprintf(stderr, "locket: %s\n", what);
        }
        return CMD_TROUBLE;
}

void cmd_words(struct cmd_outcome *outcome, enum cmd_verdict verdict, const char *format,
               ...)
{
        va_list list;

        outcome->verdict = verdict;
        va_start(list, format);
        vsnprintf(outcome->words, sizeof(outcome->words), format, list);
        va_end(list);
}
