/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * smaps.h - what the kernel says about this process's memory: mappings, page
 * counts and limits, read from /proc.  Nothing here asks locket.
 */
#ifndef SMAPS_H
#define SMAPS_H

#include <stddef.h>
#include <stdint.h>

/* One mapping of /proc/self/smaps. */
struct smaps_area {
        uintptr_t start, end;
        char mode[5];           /* rw-p */
        char flags[128];        /* VmFlags, with a space on either side */
        size_t rss, locked;     /* bytes */
};

struct smaps {
        struct smaps_area *area;
        size_t count;
};

/* Read all mappings, in the order of their addresses.  Ends the process if
 * /proc cannot be read.  smaps_drop frees them. */
void smaps_read(struct smaps *smaps);
void smaps_drop(struct smaps *smaps);

/* The mapping that ${address} is in, or NULL. */
const struct smaps_area *smaps_find(const struct smaps *smaps,
                                    uintptr_t address);

/* 1 if the area has the flag, such as "lo", "dd", "wf". */
int smaps_flag(const struct smaps_area *area, const char *flag);

/* Mappings of the process (lines of /proc/self/maps). */
size_t smaps_mappings(void);

/* Field ${name} of /proc/self/status, such as "VmLck", in bytes if the kernel
 * says kB. */
size_t smaps_status(const char *name);

/* Read ${size} bytes at ${address} through /proc/self/mem, which ignores
 * access modes.  0 if that was refused. */
int smaps_peek(uintptr_t address, void *bytes, size_t size);

#endif
