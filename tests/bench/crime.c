/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * crime.c - what a misuse comes to, in a child.
 *
 * The child sends a letter before each step; the last one and the way it ended
 * tell who noticed, and when.  The object has live neighbours on both sides
 * of its allocation.  This is for the table, not a test: tests/crime has those.
 */
#define _GNU_SOURCE     /* the fields of siginfo_t */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum {
        CRIME_BYTE = 0xa5,
        CRIME_SOME = 4,         /* bytes that are not there by chance */
        CRIME_LATER = 1000      /* further pairs in which it may be noticed */
};
enum crime_kind { CRIME_PAST, CRIME_BEFORE, CRIME_READ, CRIME_WRITE };

static const char *const crime_kinds[] = {
        "past-", "before-", "read-freed", "write-freed"
};

const char *const bench_crimes[BENCH_CRIME_COUNT] = {
        "past-32", "past-33", "before-32", "read-freed", "write-freed"
};

static void crime_step(char step)
{
        (void)!write(STDOUT_FILENO, &step, 1);
}

/* Tell a fault of the processor from a signal that the peer sends itself when
 * it has found something.  The fault comes again, and ends the process. */
static void crime_fault(int number, siginfo_t *info, void *context)
{
        (void)context;
        if (info->si_code > 0)
                crime_step('f');
        (void)signal(number, SIG_DFL);
        if (info->si_code <= 0)
                (void)raise(number);
}

static void crime_watch(void)
{
        const struct rlimit no_core = { 0, 0 };
        struct sigaction action;

        (void)setrlimit(RLIMIT_CORE, &no_core);
        memset(&action, 0, sizeof action);
        action.sa_sigaction = crime_fault;
        action.sa_flags = SA_SIGINFO;
        (void)sigaction(SIGSEGV, &action, NULL);
        (void)sigaction(SIGBUS, &action, NULL);
        (void)close(STDERR_FILENO);     /* the peer's last words */
}

/* What is left of a freed secret: 's' some of it, 'z' zeros, 'o' else.  What
 * an allocator writes there itself has a byte of the secret now and then. */
static char crime_read(const volatile unsigned char *ptr, size_t size)
{
        size_t same = 0, zeros = 0;

        for (size_t i = 0; i < size; i++) {
                unsigned char byte = ptr[i];

                same += byte == CRIME_BYTE;
                zeros += byte == 0;
        }
        return same >= CRIME_SOME ? 's' : zeros == size ? 'z' : 'o';
}

static void crime_commit(enum crime_kind kind, volatile unsigned char *ptr,
                         size_t size)
{
        if (kind == CRIME_READ)
                crime_step(crime_read(ptr, size));
        else if (kind == CRIME_BEFORE)
                ptr[-1] = (unsigned char)(ptr[-1] ^ 1);
        else if (kind == CRIME_WRITE)
                ptr[size - 1] = (unsigned char)(ptr[size - 1] ^ 1);
        else
                ptr[size] = (unsigned char)(ptr[size] ^ 1);
}

/* "past-33" is the kind and the size; what has no size has 32. */
static enum crime_kind crime_parse(const char *crime, size_t *size)
{
        int kind = CRIME_PAST;

        while (kind < CRIME_WRITE && strncmp(crime, crime_kinds[kind],
                                             strlen(crime_kinds[kind])) != 0)
                kind++;
        *size = 32;
        if (kind <= CRIME_BEFORE)
                *size = (size_t)strtoul(crime + strlen(crime_kinds[kind]),
                                        NULL, 10);
        return (enum crime_kind)kind;
}

/**
 * bench_child_crime(peer, crime):
 * In the child: 'a' before the misuse, 'b' before the free that follows it,
 * 'c' before further pairs, 'd' at the end; 'f' when the processor faults.
 */
int bench_child_crime(const struct bench_peer *peer, const char *crime)
{
        size_t size;
        enum crime_kind kind = crime_parse(crime, &size);
        int freed = kind == CRIME_READ || kind == CRIME_WRITE;
        unsigned char *low, *ptr, *high;

        crime_watch();
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
        crime_commit(kind, ptr, size);
        crime_step('b');
        if (!freed)
                peer->put(ptr, size);
        crime_step('c');
        if (bench_pairs(peer, size, CRIME_LATER) != 0)
                return 1;
        crime_step('d');
        return 0;
}

/* The words for how far the child came. */
static const char *crime_words(char last, int fault, int killed, char found)
{
        if (last == 'a' && killed)
                return "trapped";
        if (last == 'b' && killed)
                return fault ? "crashes in free" : "at free";
        if (found != '-')
                return found == 's' ? "reads the secret" :
                       found == 'z' ? "reads zeros" : "reads others";
        if (last == 'c' && killed)
                return fault ? "crashes later" : "later";
        return last == 'd' ? "no" : "?";
}

/**
 * bench_crime(peer, crime, answer):
 * Commit it in a child and put what came of it into ${answer}.
 */
void bench_crime(const struct bench_peer *peer, const char *crime,
                 char answer[BENCH_TEXT])
{
        const struct bench_job job = { "crime", peer, crime, 0 };
        int from_child, status, fault = 0;
        pid_t child = bench_spawn(&job, &from_child);
        char step, last = '-', found = '-';

        (void)strcpy(answer, "?");
        if (child < 0)
                return;
        while (read(from_child, &step, 1) == 1) {
                if (strchr("szo", step) != NULL)
                        found = step;
                else if (step == 'f')
                        fault = 1;
                else
                        last = step;
        }
        (void)close(from_child);
        if (waitpid(child, &status, 0) == child)
                (void)strcpy(answer, crime_words(last, fault,
                                                 WIFSIGNALED(status), found));
}

/**
 * bench_noticed(answer):
 * Returns: whether somebody noticed, on purpose.  That damaged tables made
 *          the peer stumble does not count.
 */
int bench_noticed(const char *answer)
{
        return strcmp(answer, "trapped") == 0 ||
               strcmp(answer, "at free") == 0 || strcmp(answer, "later") == 0;
}

/**
 * bench_crime_sweep(result, peer, crime, sweep):
 * The same at each size of the sweep; ${crime} is "past" or "before".
 */
void bench_crime_sweep(const struct bench_result *result,
                       const struct bench_peer *peer, const char *crime,
                       struct bench_sweep *sweep)
{
        size_t from = result->quick ? 32 : BENCH_SWEEP_FROM;
        size_t to = result->quick ? 33 : BENCH_SWEEP_TO;

        for (size_t size = from; size <= to; size++) {
                char what[BENCH_TEXT], answer[BENCH_TEXT];

                (void)snprintf(what, sizeof what, "%s-%zu", crime, size);
                bench_crime(peer, what, answer);
                sweep->sizes++;
                sweep->trapped += strcmp(answer, "trapped") == 0;
                sweep->at_free += strcmp(answer, "at free") == 0;
                sweep->later += strcmp(answer, "later") == 0;
                sweep->crashed += strncmp(answer, "crashes", 7) == 0;
                sweep->unnoticed += strcmp(answer, "no") == 0;
        }
}
