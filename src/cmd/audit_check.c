/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * audit_check.c - `locket audit`: what is not as it should be.
 *
 * Knows:    what the default policy promises of a mapping, and the flags that
 *           show it (proc(5)).
 * Promises: judges by what the kernel lists, not by what the process says.
 * Cannot:   tell a guard from a page of a secret if both were opened and
 *           locked; see a secret that was never locket's.
 */
#include "audit.h"

#include <string.h>

/* Of memfd_secret(2): locked and not dumped by nature. */
static int check_secretmem(const struct cmd_mapping *mapping)
{
        return !strncmp(mapping->name, "/secretmem", 10);
}

/* Of LOCKET_FILE: a file without a name, which no child has. */
static int check_nameless(const struct cmd_mapping *mapping)
{
        const size_t length = strlen(mapping->name);

        return length > 10 && !strcmp(mapping->name + length - 10, " (deleted)") &&
               mapping->access[3] == 's' && cmd_mapping_has(mapping, "dc");
}

static int check_locked(const struct cmd_mapping *mapping)
{
        return cmd_mapping_has(mapping, "lo") || check_secretmem(mapping);
}

/* There are bytes in it, in memory or in swap. */
static int check_filled(const struct cmd_mapping *mapping)
{
        return mapping->resident > 0 || mapping->swapped > 0;
}

static enum audit_role check_role(const struct cmd_mapping *mapping)
{
        if (audit_closed(mapping)) {
                return check_filled(mapping) ? AUDIT_CLOSED : AUDIT_GUARD;
        }
        return check_locked(mapping) || check_filled(mapping) ? AUDIT_OPEN : AUDIT_EMPTY;
}

/* Mapping ${i} is open, empty and unlocked.  A secret that was lost in a fork
 * has guards on both sides; what touches pages that are locked is a guard
 * that somebody opened. */
static int check_guard_open(const struct audit *audit, size_t i)
{
        return (audit_joined(audit, i) && check_locked(&audit->mapping[i - 1].seen)) ||
               (audit_joined(audit, i + 1) && check_locked(&audit->mapping[i + 1].seen));
}

static unsigned int check_problems(const struct audit *audit, size_t i)
{
        const struct audit_mapping *mapping = &audit->mapping[i];
        const struct cmd_mapping *seen = &mapping->seen;
        const int holds = mapping->role == AUDIT_OPEN || mapping->role == AUDIT_CLOSED;
        unsigned int found = 0;

        if (holds && !check_locked(seen)) {
                found |= AUDIT_UNLOCKED;
        }
        if (seen->swapped > 0) {
                found |= AUDIT_SWAPPED;
        }
        if (!cmd_mapping_has(seen, "dd")) {
                found |= AUDIT_DUMPED;
        }
        if (!cmd_mapping_has(seen, "wf") && !cmd_mapping_has(seen, "dc")) {
                found |= AUDIT_FORKED;
        }
        if (cmd_mapping_has(seen, "mg")) {
                found |= AUDIT_MERGEABLE;
        }
        if (mapping->role == AUDIT_EMPTY && check_guard_open(audit, i)) {
                found |= AUDIT_GUARD_OPEN;
        }
        if (seen->name[0] == '/' && !check_secretmem(seen) && !check_nameless(seen)) {
                found |= AUDIT_FOREIGN;
        }
        if (seen->access[2] == 'x') {
                found |= AUDIT_EXECUTABLE;
        }
        return found;
}

static void check_range(struct audit *audit, const struct audit_range *range)
{
        size_t i;

        for (i = range->first; i < range->end; i++) {
                audit->mapping[i].role = check_role(&audit->mapping[i].seen);
                audit->mapping[i].problems = check_problems(audit, i);
                if (i > range->first && !audit_joined(audit, i)) {
                        audit->mapping[i].problems |= AUDIT_HOLE;
                }
        }
}

/* It holds no secret, but the key of the canaries. */
static void check_process(struct audit_mapping *mapping)
{
        mapping->role = AUDIT_PROCESS;
        if (!cmd_mapping_has(&mapping->seen, "wf")) {
                mapping->problems |= AUDIT_FORKED;
        }
}

void audit_check(struct audit *audit)
{
        size_t i;

        for (i = 0; i < audit->ranges; i++) {
                check_range(audit, &audit->range[i]);
        }
        if (audit->process < audit->count) {
                check_process(&audit->mapping[audit->process]);
        }
}

void audit_sum(const struct audit *audit, struct audit_sum *sum)
{
        const struct audit_mapping *mapping;
        size_t i;

        memset(sum, 0, sizeof(*sum));
        for (i = 0; i < audit->count; i++) {
                mapping = &audit->mapping[i];
                sum->number[mapping->role]++;
                sum->resident[mapping->role] += mapping->seen.resident;
                sum->bad += mapping->problems != 0;
        }
}
