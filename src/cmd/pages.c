/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * pages.c - the command `locket`: the pages around a secret.
 *
 * Knows:    what a mapping looks like; that 16 bytes of canary lie below a
 *           secret and that the rest of its pages is slack.
 * Promises: addresses, access and flags are the kernel's words, not locket's.
 *           Reads no byte of the secret.
 */
#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGES_CANARY 16

/* A mapping is closed: no thread may read, write or execute. */
static int pages_closed(const struct cmd_mapping *mapping)
{
        return !strncmp(mapping->access, "---", 3);
}

/* Find the mapping that holds ${address}, view[1], and those before and after
 * it in the list.  Returns 0; -1 with errno. */
static int pages_look(uint64_t address, struct cmd_mapping view[3])
{
        struct cmd_smaps smaps;
        int got;

        if (cmd_smaps_open(&smaps, "/proc/self/smaps")) {
                return -1;
        }
        memset(view, 0, 3 * sizeof(view[0]));
        while ((got = cmd_smaps_next(&smaps, &view[1])) > 0) {
                if (view[1].from <= address && address < view[1].to) {
                        break;
                }
                view[0] = view[1];
        }
        if (got > 0 && cmd_smaps_next(&smaps, &view[2]) <= 0) {
                memset(&view[2], 0, sizeof(view[2])); /* the last has none after it */
        }
        cmd_smaps_close(&smaps);
        errno = got == 0 ? EFAULT : errno;
        return got > 0 ? 0 : -1;
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
static int pages_row(const char *name, const struct cmd_mapping *mapping, uint64_t from,
                     uint64_t to, int open)
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
        printf("  0x%012" PRIx64 "  0x%012" PRIx64 "  %12" PRIu64, from, to, to - from);
        pages_word(6, access, bad);
        for (i = 0; i < 3; i++) {
                bad = open && !cmd_mapping_has(mapping, flag[i]);
                missing += bad;
                pages_word(width[i], cmd_mapping_has(mapping, flag[i]) ? "yes" : "no",
                           bad);
        }
        printf("  %s%s%s\n", cmd_paint(open == 2 ? "bold" : "dim"), name,
               cmd_paint(NULL));
        return missing;
}

/* A guard, ${edge} being where it touches the open pages. */
static int pages_guard(const struct cmd_mapping *mapping, uint64_t touch, uint64_t edge)
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
        uint64_t start = (uintptr_t)secret->bytes;
        uint64_t end = start + secret->size;
        uint64_t canary = start - PAGES_CANARY;
        struct cmd_mapping view[3], *own = &view[1];
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
