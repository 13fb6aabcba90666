/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * audit_show.c - `locket audit`: the table and the JSON.
 *
 * Knows:    columns, keys, words for what is wrong.
 * Promises: every mapping that is not as it should be is shown, or counted;
 *           no control character, whatever a process calls itself.
 */
#include "audit.h"

#include <locket.h>

#include <inttypes.h>
#include <string.h>

/* Lines that a table has at most of each kind, unless --all is given. */
#define SHOW_GOOD 24
#define SHOW_BAD 48

static const char *const show_role[] = {"other",  "guard", "open",
                                        "closed", "empty", "process"};

/* For machines; for people. */
static const struct {
        const char *key, *words;
} show_problem[AUDIT_PROBLEMS] = {
        {"unlocked", "not locked: its bytes can be written to swap"},
        {"swapped", "has been written to swap: count its secrets as lost"},
        {"dumped", "not left out of dumps: a core file has it"},
        {"forked", "not wiped on fork: every child gets a copy"},
        {"mergeable", "may be merged with other pages (KSM)"},
        {"guard_open", "beside locked pages, open and empty: a guard that was opened"},
        {"hole", "nothing is mapped before it: a guard, or a secret, was unmapped"},
        {"foreign", "a file is mapped inside of locket's range"},
        {"executable", "can be executed"}};

static const struct {
        const char *key, *words;
} show_confidence[] = {
        {"low", "by flags that few others use; its size is not one of locket's"},
        {"medium", "by its flags and its size; there is no process page"},
        {"high", "by its flags, its size and a process page"},
        {"sure", "by its name"}};

/* Print what somebody else chose. */
static void show_foreign(const char *text)
{
        for (; *text; text++) {
                putchar(*text >= 0x20 && *text < 0x7f ? *text : '?');
        }
}

/* ------------------------------------------------------------------- table */

/* A word of a column, red if ${bad}. */
static void show_cell(int width, const char *word, int bad)
{
        printf("  %s%-*s%s", bad ? cmd_paint("red") : "", width, word,
               bad ? cmd_paint(NULL) : "");
}

static void show_row(const struct audit_mapping *mapping)
{
        const struct cmd_mapping *seen = &mapping->seen;
        const unsigned int found = mapping->problems;
        char access[4] = "";
        int i;

        memcpy(access, seen->access, 3);
        printf("  0x%012" PRIx64 "  0x%012" PRIx64 "  %12" PRIu64, seen->from, seen->to,
               seen->to - seen->from);
        show_cell(6, access, (found & (AUDIT_GUARD_OPEN | AUDIT_EXECUTABLE)) != 0);
        show_cell(6, cmd_mapping_has(seen, "lo") ? "yes" : "no",
                  (found & AUDIT_UNLOCKED) != 0);
        show_cell(7, cmd_mapping_has(seen, "dd") ? "yes" : "no",
                  (found & AUDIT_DUMPED) != 0);
        show_cell(13,
                  cmd_mapping_has(seen, "wf")   ? "yes"
                  : cmd_mapping_has(seen, "dc") ? "not there"
                                                : "no",
                  (found & AUDIT_FORKED) != 0);
        printf("  %s%s%s\n", cmd_paint("dim"), show_role[mapping->role], cmd_paint(NULL));
        for (i = 0; i < AUDIT_PROBLEMS; i++) {
                if (found >> i & 1) {
                        printf("    %s%s %s%s\n", cmd_paint("red"),
                               cmd_utf8("\342\206\222", ">"), show_problem[i].words,
                               cmd_paint(NULL));
                }
        }
}

/* The rows; how many of each kind were left out. */
static void show_rows(const struct audit *audit, int all)
{
        const struct audit_mapping *mapping;
        size_t i, good = 0, bad = 0;

        for (i = 0; i < audit->count; i++) {
                mapping = &audit->mapping[i];
                if (mapping->role == AUDIT_OTHER) {
                        continue;
                }
                if (mapping->problems ? bad++ < SHOW_BAD : good++ < SHOW_GOOD || all) {
                        show_row(mapping);
                } else if (mapping->problems && all) {
                        show_row(mapping);
                }
        }
        if (!all && bad > SHOW_BAD) {
                printf("  %s%zu more that are not as they should be (--all)%s\n",
                       cmd_paint("red"), bad - SHOW_BAD, cmd_paint(NULL));
        }
        if (!all && good > SHOW_GOOD) {
                printf("  %s%zu more that are as they should be (--all)%s\n",
                       cmd_paint("dim"), good - SHOW_GOOD, cmd_paint(NULL));
        }
}

static void show_ranges(const struct audit *audit)
{
        const struct audit_range *range;
        size_t i;

        for (i = 0; i < audit->ranges; i++) {
                range = &audit->range[i];
                printf("  range 0x%012" PRIx64 ", %" PRIu64 " MiB; confidence %s: %s\n",
                       range->from, (range->to - range->from) >> 20,
                       show_confidence[range->confidence].key,
                       show_confidence[range->confidence].words);
        }
}

void audit_table(const struct audit *audit, int status, int all)
{
        struct audit_sum sum;

        audit_sum(audit, &sum);
        printf("locket %s: mappings of process %ld (", locket_version(), audit->pid);
        show_foreign(audit->comm);
        printf("), as /proc/%ld/smaps reports them\n\n", audit->pid);
        show_ranges(audit);
        printf("\n  %s%-14s  %-14s  %12s  %s  %s  %s  %s%s\n", cmd_paint("dim"), "from",
               "to", "bytes", "access", "locked", "no dump", "wiped on fork",
               cmd_paint(NULL));
        cmd_rule();
        show_rows(audit, all);
        cmd_rule();
        if (status == CMD_GOOD) {
                printf("  %sgood: all as it should be%s", cmd_paint("green"),
                       cmd_paint(NULL));
        } else {
                printf("  %sweak: %" PRIu64 " not as %s should be%s", cmd_paint("red"),
                       sum.bad, sum.bad == 1 ? "it" : "they", cmd_paint(NULL));
        }
        printf("; %" PRIu64 " open (%" PRIu64 " kB), %" PRIu64 " closed (%" PRIu64
               " kB), %" PRIu64 " empty\n",
               sum.number[AUDIT_OPEN], sum.resident[AUDIT_OPEN], sum.number[AUDIT_CLOSED],
               sum.resident[AUDIT_CLOSED], sum.number[AUDIT_EMPTY]);
}

/* -------------------------------------------------------------------- JSON */

static void show_problems(unsigned int found)
{
        const char *comma = "";
        int i;

        fputs(", \"problems\": [", stdout);
        for (i = 0; i < AUDIT_PROBLEMS; i++) {
                if (found >> i & 1) {
                        printf("%s\"%s\"", comma, show_problem[i].key);
                        comma = ", ";
                }
        }
        fputs("]}", stdout);
}

static void show_flag(const char *key, int flag)
{
        printf(", \"%s\": ", key);
        cmd_json_flag(flag);
}

static void show_mapping(const struct audit_mapping *mapping)
{
        const struct cmd_mapping *seen = &mapping->seen;
        const char *flags = seen->flags;

        printf("{\"from\": \"0x%" PRIx64 "\", \"to\": \"0x%" PRIx64
               "\", \"bytes\": %" PRIu64 ", \"role\": \"%s\", \"access\": ",
               seen->from, seen->to, seen->to - seen->from, show_role[mapping->role]);
        cmd_json_text(seen->access);
        printf(", \"resident\": %" PRIu64 ", \"swapped\": %" PRIu64,
               seen->resident * 1024, seen->swapped * 1024);
        show_flag("locked", cmd_mapping_has(seen, "lo"));
        show_flag("undumped", cmd_mapping_has(seen, "dd"));
        show_flag("fork_safe",
                  cmd_mapping_has(seen, "wf") || cmd_mapping_has(seen, "dc"));
        show_flag("unmerged", !cmd_mapping_has(seen, "mg"));
        fputs(", \"name\": ", stdout);
        cmd_json_text(seen->name);
        fputs(", \"flags\": ", stdout);
        cmd_json_text(flags + (*flags == ' '));
        show_problems(mapping->problems);
}

static void show_members(const struct audit *audit)
{
        const char *comma = "";
        size_t i;

        fputs(", \"ranges\": [", stdout);
        for (i = 0; i < audit->ranges; i++) {
                printf("%s\n  {\"from\": \"0x%" PRIx64 "\", \"to\": \"0x%" PRIx64
                       "\", \"confidence\": \"%s\"}",
                       i ? "," : "", audit->range[i].from, audit->range[i].to,
                       show_confidence[audit->range[i].confidence].key);
        }
        fputs("], \"mappings\": [", stdout);
        for (i = 0; i < audit->count; i++) {
                if (audit->mapping[i].role != AUDIT_OTHER) {
                        printf("%s\n  ", comma);
                        show_mapping(&audit->mapping[i]);
                        comma = ",";
                }
        }
        fputs("]", stdout);
}

void audit_json(const struct audit *audit, int status, const char *error)
{
        struct audit_sum sum;

        audit_sum(audit, &sum);
        fputs("{\"locket\": ", stdout);
        cmd_json_text(locket_version());
        printf(", \"pid\": %ld, \"comm\": ", audit->pid);
        cmd_json_text(audit->comm);
        printf(", \"status\": %d, \"not_as_it_should_be\": %" PRIu64 ", \"error\": ",
               status, sum.bad);
        if (error) {
                cmd_json_text(error);
        } else {
                fputs("null", stdout);
        }
        show_members(audit);
        fputs("}\n", stdout);
}
