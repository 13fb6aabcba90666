/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * audit_find.c - `locket audit`: which mappings are locket's.
 *
 * Knows:    names that begin with "locket", and the shape of the range: its
 *           size, its flags, and that most of it is closed (src/span.c).
 * Promises: says how sure it is.  One weakened protection, of a part or of the
 *           whole, hides no range.
 */
#include "audit.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* The most bytes of a range, and the least pages (src/config.h). */
#define FIND_MOST ((uint64_t)64 << 30)
#define FIND_PAGES_LEAST 8192

/* Bytes.  Smaller closed mappings with the flags may be anybody's. */
#define FIND_LOW ((uint64_t)1 << 20)

int audit_joined(const struct audit *audit, size_t i)
{
        return i > 0 && i < audit->count &&
               audit->mapping[i - 1].seen.to == audit->mapping[i].seen.from;
}

int audit_closed(const struct cmd_mapping *mapping)
{
        return !strncmp(mapping->access, "---", 3);
}

/* Two of the three flags of the whole range: left out of dumps, wiped on fork,
 * no huge pages (a kernel may have none at all). */
static int find_marked(const struct cmd_mapping *mapping)
{
        return cmd_mapping_has(mapping, "dd") + cmd_mapping_has(mapping, "wf") +
                       cmd_mapping_has(mapping, "nh") >=
               2;
}

/* Index of the first mapping at or after ${address}. */
static size_t find_index(const struct audit *audit, uint64_t address)
{
        size_t low = 0, high = audit->count, middle;

        while (low < high) {
                middle = low + (high - low) / 2;
                if (audit->mapping[middle].seen.from < address) {
                        low = middle + 1;
                } else {
                        high = middle;
                }
        }
        return low;
}

static int find_taken(const struct audit *audit, uint64_t from, uint64_t to)
{
        size_t i;

        for (i = 0; i < audit->ranges; i++) {
                if (from < audit->range[i].to && audit->range[i].from < to) {
                        return 1;
                }
        }
        return 0;
}

static void find_add(struct audit *audit, uint64_t from, uint64_t to,
                     enum audit_confidence confidence)
{
        struct audit_range *range;

        if (audit->ranges == AUDIT_RANGES || from >= to || find_taken(audit, from, to)) {
                return;
        }
        range = &audit->range[audit->ranges++];
        range->from = from;
        range->to = to;
        range->first = find_index(audit, from);
        range->end = find_index(audit, to);
        range->confidence = confidence;
        range->named = confidence == AUDIT_SURE;
}

/* ------------------------------------------------------------ by its shape */

/* Is most of ${from} .. ${to} closed and marked? */
static int find_mostly(const struct audit *audit, uint64_t from, uint64_t to)
{
        const struct cmd_mapping *mapping;
        uint64_t bytes = 0;
        size_t i;

        for (i = find_index(audit, from);
             i < audit->count && audit->mapping[i].seen.to <= to; i++) {
                mapping = &audit->mapping[i].seen;
                if (audit_closed(mapping) && find_marked(mapping)) {
                        bytes += mapping->to - mapping->from;
                }
        }
        return bytes >= (to - from) / 2;
}

/* Where a range that begins at ${from} ends: a power of two further on, where a
 * mapping ends.  0: nowhere. */
static uint64_t find_end(const struct audit *audit, uint64_t from)
{
        const uint64_t least = FIND_PAGES_LEAST * (uint64_t)sysconf(_SC_PAGESIZE);
        uint64_t size;
        size_t last;

        for (size = FIND_MOST; size >= least; size /= 2) {
                last = find_index(audit, from + size);
                if (last > 0 && audit->mapping[last - 1].seen.to == from + size &&
                    find_mostly(audit, from, from + size)) {
                        return from + size;
                }
        }
        return 0;
}

static void find_shapes(struct audit *audit)
{
        const struct cmd_mapping *mapping;
        uint64_t end;
        size_t i;

        for (i = 0; i < audit->count; i++) {
                mapping = &audit->mapping[i].seen;
                if (!find_marked(mapping) ||
                    find_taken(audit, mapping->from, mapping->to) ||
                    (audit_joined(audit, i) &&
                     find_marked(&audit->mapping[i - 1].seen))) {
                        continue;
                }
                end = find_end(audit, mapping->from);
                if (end) {
                        find_add(audit, mapping->from, end, AUDIT_MEDIUM);
                }
        }
}

/* What is left: runs of marked mappings around a large closed one. */
static void find_flags(struct audit *audit)
{
        const struct cmd_mapping *mapping;
        size_t i, low, high;

        for (i = 0; i < audit->count; i++) {
                mapping = &audit->mapping[i].seen;
                if (!audit_closed(mapping) || mapping->to - mapping->from < FIND_LOW ||
                    !cmd_mapping_has(mapping, "dd") || !cmd_mapping_has(mapping, "wf") ||
                    find_taken(audit, mapping->from, mapping->to)) {
                        continue;
                }
                low = i;
                high = i + 1;
                while (audit_joined(audit, low) &&
                       find_marked(&audit->mapping[low - 1].seen)) {
                        low--;
                }
                while (audit_joined(audit, high) &&
                       find_marked(&audit->mapping[high].seen)) {
                        high++;
                }
                find_add(audit, audit->mapping[low].seen.from,
                         audit->mapping[high - 1].seen.to, AUDIT_LOW);
        }
}

/* ------------------------------------------------------------- by its name */

/* The sign for kernels that name no mappings: one page of a memfd whose name
 * tells the range, "locket:7f0000000000-7f1000000000". */
static void find_signs(struct audit *audit)
{
        static const char sign[] = "/memfd:locket:";
        uint64_t from, to;
        size_t i;

        for (i = 0; i < audit->count; i++) {
                if (!strncmp(audit->mapping[i].seen.name, sign, sizeof(sign) - 1) &&
                    sscanf(audit->mapping[i].seen.name + sizeof(sign) - 1,
                           "%" SCNx64 "-%" SCNx64, &from, &to) == 2) {
                        find_add(audit, from, to, AUDIT_SURE);
                }
        }
}

/* A range with a mapping that the kernel calls locket's is one for sure. */
static void find_names(struct audit *audit)
{
        static const char name[] = "[anon:locket";
        struct audit_range *range;
        size_t i;

        for (range = audit->range; range < audit->range + audit->ranges; range++) {
                for (i = range->first; i < range->end && !range->named; i++) {
                        range->named = !strncmp(audit->mapping[i].seen.name, name,
                                                sizeof(name) - 1);
                }
                if (range->named) {
                        range->confidence = AUDIT_SURE;
                }
        }
}

/* ----------------------------------------------------- the process page */

/* One page left out of dumps that can be read (or written), between two guards that
 * no range's flags have (src/fork.c); ${wiped}: and that is wiped on fork. */
static int find_is_process(const struct audit *audit, size_t i, int wiped)
{
        const struct cmd_mapping *mapping = &audit->mapping[i].seen;
        const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
        size_t j;

        if (mapping->to - mapping->from != page || (strncmp(mapping->access, "r--", 3) && strncmp(mapping->access, "rw-", 3)) ||
            mapping->name[0] || !cmd_mapping_has(mapping, "dd") ||
            cmd_mapping_has(mapping, "wf") != wiped || !audit_joined(audit, i) ||
            !audit_joined(audit, i + 1)) {
                return 0;
        }
        for (j = i - 1; j <= i + 1; j += 2) {
                if (!audit_closed(&audit->mapping[j].seen) ||
                    !cmd_mapping_has(&audit->mapping[j].seen, "dd") ||
                    cmd_mapping_has(&audit->mapping[j].seen, "wf")) {
                        return 0;
                }
        }
        return 1;
}

static void find_process(struct audit *audit)
{
        size_t i;
        int wiped;

        audit->process = audit->count;
        for (wiped = 1; wiped >= 0; wiped--) {
                for (i = 0; i < audit->count; i++) {
                        if (find_is_process(audit, i, wiped) &&
                            !find_taken(audit, audit->mapping[i].seen.from,
                                        audit->mapping[i].seen.to)) {
                                audit->process = i;
                                return;
                        }
                }
        }
}

void audit_find(struct audit *audit)
{
        struct audit_range *range;

        find_signs(audit);
        find_shapes(audit);
        find_flags(audit);
        find_names(audit);
        find_process(audit);
        for (range = audit->range; range < audit->range + audit->ranges; range++) {
                if (range->confidence == AUDIT_MEDIUM && audit->process < audit->count) {
                        range->confidence = AUDIT_HIGH;
                }
        }
        if (audit->ranges == 0) {
                audit->process = audit->count; /* a chance likeness */
        }
}
