/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * left.c - what is left of a secret: in a forked child, and when it is freed.
 *
 * Both look from outside, past the access that the peer has set.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum {
        LEFT_SIZE = 32, LEFT_OTHERS = 8,
        LEFT_BYTE = 0xa5, LEFT_OTHER_BYTE = 0x5a
};

/* How many bytes ${secret} the memory of a process holds at ${address}; -1 if
 * there is nothing that could be read.  ${zeros}: 1 if all are 0. */
static int left_look(const char *process, uint64_t address, int secret,
                     int *zeros)
{
        unsigned char byte[LEFT_SIZE];
        char path[64];
        int memory, found = 0;
        ssize_t got;

        *zeros = 1;
        (void)snprintf(path, sizeof path, "/proc/%s/mem", process);
        memory = open(path, O_RDONLY | O_CLOEXEC);
        if (memory < 0)
                return -1;
        got = pread(memory, byte, sizeof byte, (off_t)address);
        (void)close(memory);
        if (got != (ssize_t)sizeof byte)
                return -1;
        for (size_t i = 0; i < sizeof byte; i++) {
                found += byte[i] == secret;
                *zeros &= byte[i] == 0;
        }
        return found;
}

/* A secret of such bytes with live neighbours, or NULL. */
static void *left_secret(const struct bench_peer *peer, int byte)
{
        void *ptr = NULL;

        if (peer->init(LEFT_OTHERS, LEFT_SIZE) != 0)
                return NULL;
        for (int i = 0; i < 3; i++) {
                void *one = peer->get(LEFT_SIZE);

                if (one == NULL)
                        return NULL;
                memset(one, byte, LEFT_SIZE);
                if (i == 1)
                        ptr = one;
        }
        return ptr;
}

/**
 * bench_child_forked(peer):
 * In the child: fork, and have the grandchild look.  One letter: the secret,
 * zeros, nothing mapped, others.
 */
int bench_child_forked(const struct bench_peer *peer)
{
        void *ptr = left_secret(peer, LEFT_BYTE);
        int status, zeros, found;
        char answer;
        pid_t child;

        if (ptr == NULL)
                return 1;
        child = fork();
        if (child == 0) {
                found = left_look("self", (uint64_t)(uintptr_t)ptr,
                                  LEFT_BYTE, &zeros);
                answer = found < 0 ? 'n' : found > 0 ? 's' : zeros ? 'z' : 'o';
                _exit(write(STDOUT_FILENO, &answer, 1) != 1);
        }
        return child < 0 || waitpid(child, &status, 0) != child ||
               status != 0;
}

/**
 * bench_forked(peer, answer):
 * What a forked child has of a live secret.
 */
void bench_forked(const struct bench_peer *peer, char answer[BENCH_TEXT])
{
        const struct bench_job job = { "forked", peer, "-", 0 };
        char letter;

        if (bench_ask(&job, &letter, 1) != 0)
                letter = '?';
        (void)strcpy(answer, letter == 's' ? "the secret" :
                     letter == 'z' ? "zeros" : letter == 'n' ? "unmapped" :
                     letter == 'o' ? "others" : "?");
}

/**
 * bench_child_wiped(peer, byte):
 * In the child: free a secret of such bytes between two marks.
 */
int bench_child_wiped(const struct bench_peer *peer, uint64_t byte)
{
        void *ptr = left_secret(peer, (int)byte);

        if (ptr == NULL || bench_be_traced() != 0)
                return 1;
        bench_mark(ptr);
        peer->put(ptr, LEFT_SIZE);
        bench_mark(ptr);
        return 0;
}

/* Whether this system call gives the memory at ${address} away, or its lock. */
static int left_releases(const struct bench_stop_info *info, uint64_t address)
{
        if (!info->enters || info->argument[0] > address ||
            address - info->argument[0] >= info->argument[1])
                return 0;
        return info->call == SYS_munmap || info->call == SYS_munlock ||
               (info->call == SYS_madvise &&
                (info->argument[2] == MADV_DONTNEED ||
                 info->argument[2] == MADV_FREE));
}

/* What is left of a secret of such bytes when its memory is about to be given
 * away or unlocked or, if it is not, when the free is over; -1: not known. */
static int left_after_free(const struct bench_peer *peer, int byte)
{
        const struct bench_job job = { "wiped", peer, "-", (uint64_t)byte };
        struct bench_stop_info info;
        pid_t child = bench_trace(&job, &info);
        char process[BENCH_TEXT];
        uint64_t address;
        int left = -1, zeros;

        if (child < 0)
                return -1;
        address = info.argument[1];
        (void)snprintf(process, sizeof process, "%d", (int)child);
        while (bench_trace_next(child, 0, &info) == 0)
                if (bench_is_mark(&info) || left_releases(&info, address)) {
                        left = left_look(process, address, byte, &zeros);
                        break;
                }
        bench_trace_end(child);
        return left;
}

/**
 * bench_wiped(peer, answer):
 * Whether a secret is gone when its memory is.  Two secrets: what an allocator
 * writes there itself may have a byte of one, but hardly of both.
 */
void bench_wiped(const struct bench_peer *peer, char answer[BENCH_TEXT])
{
        int one = left_after_free(peer, LEFT_BYTE);
        int other = left_after_free(peer, LEFT_OTHER_BYTE);
        int left = one < other ? one : other;

        if (left < 0)
                (void)strcpy(answer, "?");
        else if (left == 0)
                (void)strcpy(answer, "yes");
        else
                (void)snprintf(answer, BENCH_TEXT, "%d bytes left", left);
}
