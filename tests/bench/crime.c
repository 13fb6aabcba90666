/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * crime.c - what a misuse comes to, in a child.
 *
 * The child sends a byte before each step; the last one and the way it ended
 * tell who noticed, and when.  The object has live neighbours on both sides
 * of its allocation.  This is for the table, not a test: tests/crime has those.
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum {
        CRIME_BYTE = 0xa5,
        CRIME_PAST_32 = 0, CRIME_PAST_33, CRIME_BEFORE, CRIME_READ_FREED,
        CRIME_WRITE_FREED,
        CRIME_LATER = 4000      /* further pairs in which it may be noticed */
};

const char *const bench_crimes[BENCH_CRIME_COUNT] = {
        "past-32", "past-33", "before-32", "read-freed", "write-freed"
};

static void crime_step(char step)
{
        (void)!write(STDOUT_FILENO, &step, 1);
}

/* What is left of a freed secret: 's' some of it, 'z' zeros, 'o' else. */
static char crime_read(const volatile unsigned char *ptr, size_t size)
{
        char answer = 'z';

        for (size_t i = 0; i < size; i++) {
                if (ptr[i] == CRIME_BYTE)
                        return 's';
                if (ptr[i] != 0)
                        answer = 'o';
        }
        return answer;
}

static void crime_commit(size_t crime, volatile unsigned char *ptr,
                         size_t size)
{
        if (crime == CRIME_READ_FREED)
                crime_step(crime_read(ptr, size));
        else if (crime == CRIME_BEFORE)
                ptr[-1] = (unsigned char)(ptr[-1] ^ 1);
        else if (crime == CRIME_WRITE_FREED)
                ptr[size - 1] = (unsigned char)(ptr[size - 1] ^ 1);
        else
                ptr[size] = (unsigned char)(ptr[size] ^ 1);
}

static size_t crime_index(const char *crime)
{
        size_t i = 0;

        while (i + 1 < BENCH_CRIME_COUNT && strcmp(bench_crimes[i], crime))
                i++;
        return i;
}

/**
 * bench_child_crime(peer, crime):
 * In the child: 'a' before the misuse, 'b' before the free that follows it,
 * 'c' before further pairs, 'd' at the end.
 */
int bench_child_crime(const struct bench_peer *peer, const char *crime)
{
        const struct rlimit no_core = { 0, 0 };
        size_t which = crime_index(crime);
        size_t size = which == CRIME_PAST_33 ? 33 : 32;
        int freed = which >= CRIME_READ_FREED;
        unsigned char *low, *ptr, *high;

        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)close(STDERR_FILENO);     /* the peer's last words */
        if (peer->init(8, size) != 0)
                return 1;
        low = peer->get(size);
        ptr = peer->get(size);
        high = peer->get(size);
        if (low == NULL || ptr == NULL || high == NULL)
                return 1;
        memset(ptr, CRIME_BYTE, size);
        if (freed)
                peer->put(ptr, size);
        crime_step('a');
        crime_commit(which, ptr, size);
        crime_step('b');
        if (!freed)
                peer->put(ptr, size);
        crime_step('c');
        if (bench_pairs(peer, size, CRIME_LATER) != 0)
                return 1;
        crime_step('d');
        return 0;
}

/**
 * bench_crime(peer, crime, answer):
 * Commit it in a child and put what came of it into ${answer}.
 */
void bench_crime(const struct bench_peer *peer, const char *crime,
                 char answer[BENCH_TEXT])
{
        int from_child, status;
        pid_t child = bench_spawn("crime", peer, crime, "0", &from_child);
        char step, last = '-', found = '-';

        (void)strcpy(answer, "?");
        if (child < 0)
                return;
        while (read(from_child, &step, 1) == 1) {
                if (strchr("szo", step) != NULL)
                        found = step;
                else
                        last = step;
        }
        (void)close(from_child);
        if (waitpid(child, &status, 0) != child)
                return;
        if (last == 'a' && WIFSIGNALED(status))
                (void)strcpy(answer, "trapped");
        else if (last == 'b' && WIFSIGNALED(status))
                (void)strcpy(answer, "at free");
        else if (found != '-')
                (void)strcpy(answer, found == 's' ? "reads the secret" :
                             found == 'z' ? "reads zeros" : "reads others");
        else if (last == 'c' && WIFSIGNALED(status))
                (void)strcpy(answer, "later");
        else if (last == 'd')
                (void)strcpy(answer, "no");
}
