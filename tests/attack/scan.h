/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * scan.h - looks for pieces of a stream in a process and in a file.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How many pieces of stream ${seed} (pattern.h) stand in all memory of the
 * stopped process ${pid}, through /proc/pid/mem, which ignores access modes;
 * -1 if it cannot be read.  ${bytes}: how much was looked at. */
long scan_process(pid_t pid, uint32_t seed, size_t *bytes);

/* The same for a file. */
long scan_file(const char *path, uint32_t seed, size_t *bytes);

#endif
