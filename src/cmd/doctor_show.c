/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_show.c - `locket doctor`: the table and the JSON.
 *
 * Knows:    columns, marks, keys.
 * Promises: no more columns than cmd_width(); no control character, whatever a file of
 *           /proc says.
 */
#include "doctor.h"

#include <locket.h>

#include <string.h>

#define SHOW_TITLE 16
#define SHOW_INDENT 22 /* where texts begin */

static const char *const show_group[DOCTOR_GROUPS] = {
        "What the default policy requires", "How many secrets there can be",
        "Where copies of secrets can get to", "What this kernel has besides"};

static const char *const show_state[] = {"good", "absent", "unknown", "weak", "unsafe"};

const char *doctor_verdict(int status)
{
        return status == CMD_GOOD ? "good" : status == CMD_BAD ? "weak" : "unsafe";
}

/* ------------------------------------------------------------------- table */

static void show_mark(enum doctor_state state)
{
        static const struct {
                const char *colour, *utf8, *ascii;
        } mark[] = {
                {"green", "\342\234\223", "+"}, {"dim", "\342\200\223", "-"},
                {"yellow", "?", "?"},           {"yellow", "!", "!"},
                {"red", "\342\234\227", "x"},
        };

        printf("  %s%s%s", cmd_paint(mark[state].colour),
               cmd_utf8(mark[state].utf8, mark[state].ascii), cmd_paint(NULL));
}

/* Print one word; what a terminal might act on is not let through. */
static void show_word(const char *word, size_t length)
{
        size_t i;

        for (i = 0; i < length; i++) {
                putchar(word[i] >= 0x20 && word[i] < 0x7f ? word[i] : '?');
        }
}

/* Print ${text} in lines that begin at column ${indent}, where the cursor is. */
static void show_text(int indent, const char *text, const char *colour)
{
        int column = indent;
        size_t length;

        printf("%s", colour ? cmd_paint(colour) : "");
        for (;;) {
                length = strcspn(text, " ");
                if (column > indent && column + (int)length + 1 > cmd_width()) {
                        printf("\n%*s", indent, "");
                        column = indent;
                }
                if (column > indent) {
                        putchar(' ');
                        column++;
                }
                show_word(text, length);
                column += (int)length;
                if (!text[length]) {
                        break;
                }
                text += length + 1;
        }
        printf("%s\n", colour ? cmd_paint(NULL) : "");
}

static void show_line(const struct doctor_check *check, const struct doctor_line *line)
{
        show_mark(line->state);
        printf(" %-*s  ", SHOW_TITLE, check->title);
        show_text(SHOW_INDENT, line->found, line->state == DOCTOR_UNSAFE ? "red" : NULL);
        if (line->meaning[0]) {
                printf("%*s", SHOW_INDENT, "");
                show_text(SHOW_INDENT, line->meaning, "dim");
        }
        if (line->advice[0]) {
                printf("%*s%s ", SHOW_INDENT - 2, "", cmd_utf8("\342\206\222", ">"));
                show_text(SHOW_INDENT, line->advice, "bold");
        }
}

/* Add the titles of the checks in ${state}. */
static void show_names(char *text, size_t size, const struct doctor_check *checks,
                       const struct doctor_line *lines, size_t count,
                       enum doctor_state state)
{
        size_t i, have = strlen(text);
        const char *between = ": ";

        for (i = 0; i < count && have < size; i++) {
                if (lines[i].state == state) {
                        have += (size_t)snprintf(text + have, size - have, "%s%s",
                                                 between, checks[i].title);
                        between = ", ";
                }
        }
}

/* What all of it adds up to. */
static void show_summary(const struct doctor_check *checks,
                         const struct doctor_line *lines, size_t count, int status)
{
        static const char *const colour[] = {"green", "yellow", "red"};
        static const char *const words[] = {
                "good: secrets are protected as the default policy requires",
                "weak: usable, but not all is well",
                "unsafe: secrets cannot be protected as the default policy requires"};
        static const char unseen[] = "not to be seen";
        char text[1024];

        snprintf(text, sizeof(text), "%s", words[status]);
        show_names(text, sizeof(text), checks, lines, count,
                   status == CMD_TROUBLE ? DOCTOR_UNSAFE : DOCTOR_WEAK);
        fputs("  ", stdout);
        show_text(2, text, colour[status]);
        snprintf(text, sizeof(text), "%s", unseen);
        show_names(text, sizeof(text), checks, lines, count, DOCTOR_UNKNOWN);
        if (strlen(text) > sizeof(unseen)) {
                fputs("  ", stdout);
                show_text(2, text, "yellow");
        }
}

void doctor_table(const struct doctor_check *checks, const struct doctor_line *lines,
                  size_t count, int status)
{
        size_t i;

        printf("locket %s: this machine, and this process\n", locket_version());
        for (i = 0; i < count; i++) {
                if (i == 0 || checks[i].group != checks[i - 1].group) {
                        printf("\n%s%s%s\n", cmd_paint("bold"),
                               show_group[checks[i].group], cmd_paint(NULL));
                }
                show_line(&checks[i], &lines[i]);
        }
        cmd_rule();
        show_summary(checks, lines, count, status);
}

/* -------------------------------------------------------------------- JSON */

static void show_value(const struct doctor_value *value)
{
        cmd_json_text(value->key);
        fputs(": ", stdout);
        switch (value->kind) {
        case DOCTOR_NUMBER:
                cmd_json_number(value->number);
                break;
        case DOCTOR_FLAG:
                cmd_json_flag(value->flag);
                break;
        case DOCTOR_WORD:
                cmd_json_text(value->word);
                break;
        }
}

static void show_member(const char *key, const char *text)
{
        printf(", \"%s\": ", key);
        cmd_json_text(text);
}

void doctor_json(const struct doctor_check *checks, const struct doctor_line *lines,
                 size_t count, int status)
{
        size_t i, j;

        fputs("{\"locket\": ", stdout);
        cmd_json_text(locket_version());
        printf(", \"status\": %d", status);
        show_member("verdict", doctor_verdict(status));
        fputs(", \"checks\": {", stdout);
        for (i = 0; i < count; i++) {
                printf("%s\n  ", i ? "," : "");
                cmd_json_text(checks[i].key);
                printf(": {\"required\": %s",
                       checks[i].group == DOCTOR_REQUIRED ? "true" : "false");
                show_member("state", show_state[lines[i].state]);
                show_member("found", lines[i].found);
                show_member("meaning", lines[i].meaning);
                show_member("advice", lines[i].advice);
                fputs(", \"values\": {", stdout);
                for (j = 0; j < lines[i].values; j++) {
                        fputs(j ? ", " : "", stdout);
                        show_value(&lines[i].value[j]);
                }
                fputs("}}", stdout);
        }
        fputs("\n}}\n", stdout);
}
