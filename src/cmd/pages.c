/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pages.c - the command `locket`: the pages around a secret.
 *
 * Knows:    /proc/self/smaps; that 16 bytes of canary lie below a secret and
 *           that the rest of its pages is slack.
 * Promises: addresses, access and flags are the kernel's words, not locket's.
 *           Reads no byte of the secret.
 */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGES_CANARY 16

struct pages_mapping {
        uintptr_t from, to;
        char access[8];       /* "rw-p" */
        char flags[160];      /* " rd wr mr ..." */
        unsigned long locked; /* kB */
};

/* A mapping is closed: no thread may read, write or execute. */
static int pages_closed(const struct pages_mapping *mapping)
{
        return !strncmp(mapping->access, "---", 3);
}

/* Does smaps name the flag ${name} (two letters)? */
static int pages_flag(const struct pages_mapping *mapping, const char *name)
{
        const char *at = mapping->flags;

        for (; at[0] && at[1] && at[2]; at++) {
                if (at[0] == ' ' && at[1] == name[0] && at[2] == name[1]) {
                        return 1;
                }
        }
        return 0;
}

/* Read one line of smaps, which may begin a mapping.  Returns 1 if it does,
 * with that in ${next}; else it belongs to ${now}. */
static int pages_line(const char *line, struct pages_mapping *now,
                      struct pages_mapping *next)
{
        size_t end;

        memset(next, 0, sizeof(*next));
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &next->from, &next->to,
                   next->access) == 3) {
                return 1;
        }
        if (!strncmp(line, "VmFlags:", 8)) {
                snprintf(now->flags, sizeof(now->flags), "%.*s",
                         (int)sizeof(now->flags) - 1, line + 8);
                end = strcspn(now->flags, "\n");
                while (end && now->flags[end - 1] == ' ') {
                        end--;
                }
                now->flags[end] = '\0';
        }
        (void)sscanf(line, "Locked: %lu kB", &now->locked);
        return 0;
}

/* Find the mapping that holds ${address}, view[1], and those before and after
 * it in the list.  Returns 0; -1 with errno. */
static int pages_look(uintptr_t address, struct pages_mapping view[3])
{
        FILE *file = fopen("/proc/self/smaps", "r");
        struct pages_mapping next;
        char line[512];
        int found = 0, more = 1;

        if (!file) {
                return -1;
        }
        memset(view, 0, 3 * sizeof(view[0]));
        while (more && !found) {
                more = fgets(line, sizeof(line), file) != NULL;
                if (more && !pages_line(line, &view[2], &next)) {
                        continue;
                }
                found = view[1].from <= address && address < view[1].to;
                if (found) {
                        break;
                }
                view[0] = view[1];
                view[1] = view[2];
                view[2] = next;
                if (!more) { /* the last has none after it */
                        memset(&view[2], 0, sizeof(view[2]));
                        found = view[1].from <= address && address < view[1].to;
                }
        }
        fclose(file);
        errno = found ? errno : EFAULT;
        return found ? 0 : -1;
}

/* ---------------------------------------------------------------- drawing */

/* A word that is good or bad news, or neither. */
static void pages_word(int width, const char *word, int bad)
{
        printf("  %s%-*s%s", bad ? cmd_paint("red") : "", width, word,
               bad ? cmd_paint(NULL) : "");
}

/* One line: the part ${from} .. ${to} of a mapping.  Returns how many of the
 * promises for an open part, if it is one, do not hold. */
static int pages_row(const char *name, const struct pages_mapping *mapping,
                     uintptr_t from, uintptr_t to, int open)
{
        static const char flag[3][3] = {"lo", "dd", "wf"};
        static const int width[3] = {6, 7, 13};
        char access[4] = "";
        int i, bad, missing = 0;

        if (from >= to) {
                return 0;
        }
        memcpy(access, mapping->access, 3);
        bad = open ? strcmp(access, "rw-") != 0 : !pages_closed(mapping);
        missing += bad;
        printf("  0x%012" PRIxPTR "  0x%012" PRIxPTR "  %12" PRIuPTR, from, to,
               to - from);
        pages_word(6, access, bad);
        for (i = 0; i < 3; i++) {
                bad = open && !pages_flag(mapping, flag[i]);
                missing += bad;
                pages_word(width[i], pages_flag(mapping, flag[i]) ? "yes" : "no", bad);
        }
        printf("  %s%s%s\n", cmd_paint(open == 2 ? "bold" : "dim"), name,
               cmd_paint(NULL));
        return missing;
}

/* A guard, ${edge} being where it touches the open pages. */
static int pages_guard(const struct pages_mapping *mapping, uintptr_t touch,
                       uintptr_t edge)
{
        if (touch == edge) {
                return pages_row("guard", mapping, mapping->from, mapping->to, 0);
        }
        printf("  %sno guard: nothing is mapped here%s\n", cmd_paint("red"),
               cmd_paint(NULL));
        return 1;
}

int cmd_pages(const struct cmd_secret *secret)
{
        uintptr_t start = (uintptr_t)secret->bytes;
        uintptr_t end = start + secret->size;
        uintptr_t canary = start - PAGES_CANARY;
        struct pages_mapping view[3], *own = &view[1];
        int missing;

        if (pages_look(start, view)) {
                return -1;
        }
        printf("  %s%-14s  %-14s  %12s  %s  %s  %s  %s%s\n", cmd_paint("dim"), "from",
               "to", "bytes", "access", "locked", "no dump", "wiped on fork",
               cmd_paint(NULL));
        cmd_rule();
        missing = pages_guard(&view[0], view[0].to, own->from);
        cmd_rule();
        missing += pages_row("slack", own, own->from, canary, 1);
        missing += pages_row("canary", own, canary, start, 1);
        missing += pages_row("SECRET", own, start, end, 2);
        missing += pages_row("tail canary", own, end, own->to, 1);
        cmd_rule();
        missing += pages_guard(&view[2], view[2].from, own->to);
        cmd_rule();
        if (view[0].to - view[0].from > own->to - own->from ||
            view[2].to - view[2].from > own->to - own->from) {
                printf("  %sa guard is shown as long as its mapping: locket's "
                       "closed range goes on behind it%s\n",
                       cmd_paint("dim"), cmd_paint(NULL));
        }
        printf("  %sthe open pages: Locked: %lu kB, VmFlags:%s%s\n", cmd_paint("dim"),
               own->locked, own->flags, cmd_paint(NULL));
        return missing;
}
