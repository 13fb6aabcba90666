/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * scan.c - looks for pieces of a stream in a process and in a file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pattern.h"
#include "scan.h"

/* Bytes that are looked at in one go; a multiple of any page size. */
enum { SCAN_BYTES = 4 << 20, SCAN_LEAST_PAGE = 4096 };

/* Mappings above this size (1 TiB) are a sanitizer's shadow. */
#define SCAN_SHADOW ((uintmax_t)1 << 40)

/* 1 if piece ${k} of the stream begins at ${b}.  Compared as computed: the
 * scanner keeps no copy of what it looks for. */
static int
scan_is_piece(const unsigned char *b, uint32_t seed, size_t k)
{
        size_t i;

        for (i = 0; i < PATTERN_PIECE; i++)
                if (b[i] != pattern_byte(seed, k * PATTERN_STEP + i))
                        return 0;
        return 1;
}

static long
scan_bytes(const unsigned char *b, size_t size, uint32_t seed)
{
        const unsigned char *end = b + size;
        const unsigned char *at;
        long hits = 0;
        size_t k;

        for (k = 0; k < PATTERN_PIECES && size >= PATTERN_PIECE; k++) {
                int first = pattern_byte(seed, k * PATTERN_STEP);

                for (at = b; (at = memchr(at, first, (size_t)(end - at) -
                                          (PATTERN_PIECE - 1))) != NULL; ) {
                        hits += scan_is_piece(at, seed, k);
                        at++;
                        if (end - at < PATTERN_PIECE)
                                break;
                }
        }
        return hits;
}

/* Pages that are neither in memory nor in swap have no contents. */
static int
scan_has_contents(uint64_t entry)
{
        return (entry >> 62) != 0;
}

/* Look at up to SCAN_BYTES from ${at} on. */
static long
scan_some(int mem, int map, uintptr_t at, size_t size, uint32_t seed,
          size_t *bytes)
{
        static uint64_t entry[SCAN_BYTES / SCAN_LEAST_PAGE];
        static unsigned char memory[SCAN_BYTES];
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        size_t pages = size / page, i, n;
        long hits = 0;

        if (pread(map, entry, pages * 8, (off_t)(at / page * 8)) !=
            (ssize_t)(pages * 8))
                return 0;               /* vsyscall */
        for (i = 0; i < pages; i += n + 1) {
                for (n = 0; i + n < pages && scan_has_contents(entry[i + n]); )
                        n++;
                if (n == 0 || pread(mem, memory, n * page,
                                    (off_t)(at + i * page)) !=
                    (ssize_t)(n * page))
                        continue;
                *bytes += n * page;
                hits += scan_bytes(memory, n * page, seed);
        }
        return hits;
}

static long
scan_mappings(FILE *maps, int mem, int map, uint32_t seed, size_t *bytes)
{
        char line[512];
        uintmax_t start = 0, end = 0, at;
        unsigned long rss;
        long hits = 0;

        while (fgets(line, sizeof line, maps) != NULL) {
                if (sscanf(line, "%jx-%jx", &start, &end) == 2 ||
                    sscanf(line, "Rss: %lu kB", &rss) != 1 || rss == 0 ||
                    end - start > SCAN_SHADOW)
                        continue;
                for (at = start; at < end; at += SCAN_BYTES)
                        hits += scan_some(mem, map, (uintptr_t)at,
                                          end - at < SCAN_BYTES ?
                                          (size_t)(end - at) : SCAN_BYTES,
                                          seed, bytes);
        }
        return hits;
}

static int
scan_open(pid_t pid, const char *name)
{
        char path[64];

        (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
        return open(path, O_RDONLY | O_CLOEXEC);
}

long
scan_process(pid_t pid, uint32_t seed, size_t *bytes)
{
        int mem = scan_open(pid, "mem");
        int map = scan_open(pid, "pagemap");
        int fd = scan_open(pid, "smaps");
        FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
        long hits = -1;

        *bytes = 0;
        if (mem >= 0 && map >= 0 && maps != NULL)
                hits = scan_mappings(maps, mem, map, seed, bytes);
        if (maps != NULL)
                (void)fclose(maps);
        if (map >= 0)
                (void)close(map);
        if (mem >= 0)
                (void)close(mem);
        return hits;
}

long
scan_file(const char *path, uint32_t seed, size_t *bytes)
{
        static unsigned char piece[1 << 20];
        FILE *f = fopen(path, "re");
        size_t kept = 0, n;
        long hits = 0;

        *bytes = 0;
        if (f == NULL)
                return -1;
        /* The last bytes of each piece are looked at again with the next. */
        while ((n = fread(piece + kept, 1, sizeof piece - kept, f)) > 0) {
                *bytes += n;
                n += kept;
                hits += scan_bytes(piece, n, seed);
                kept = n < PATTERN_PIECE - 1 ? n : PATTERN_PIECE - 1;
                memmove(piece, piece + n - kept, kept);
        }
        (void)fclose(f);
        return hits;
}
