/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * bench.h - what the files of the benchmark share.
 *
 * bench.c    the runner: repetitions, fresh processes, figures
 * work.c     in the child: the work that is timed
 * smaps.c    in the child: what the kernel says of the memory
 * count.c    system calls and instructions of a child, by ptrace
 * crime.c    what a misuse comes to, in a child
 * table.c    Markdown        json.c   bench.json
 * peers.c    the list of adapters (peer.h)
 */
#ifndef LOCKET_BENCH_H
#define LOCKET_BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "peer.h"

enum {
        BENCH_WORK_COUNT = 8,
        BENCH_PEER_MAX = 24,
        BENCH_REPETITION_MAX = 99,      /* odd, so that there is a median */
        BENCH_CRIME_COUNT = 5,
        BENCH_CALL_COUNT = 12,          /* kinds of system calls told apart */
        BENCH_TEXT = 32,                /* bytes of an answer such as "no" */
        BENCH_CHILD_SECONDS = 60        /* then a child counts as hung */
};

/* One piece of work: pairs of get, write all bytes, put, while ${held} other
 * objects of the same size stay live. */
struct bench_work {
        const char *id, *title;
        size_t size, held;
};
extern const struct bench_work bench_works[BENCH_WORK_COUNT];

/* What a timed child sends to the runner. */
struct bench_sample {
        uint64_t pairs, cpu_ns, wall_ns, faults;
        int locked;                     /* 1: every byte, 0: not, -1: unknown */
        char flags[BENCH_TEXT];         /* those of lo, dd, wf, mg in force */
};

/* What was counted between the marks of a traced child. */
struct bench_count {
        uint64_t pairs, calls, instructions;
        uint64_t kind[BENCH_CALL_COUNT];
};

/* All that is known about one peer at one work. */
struct bench_cell {
        size_t samples;                 /* successful repetitions */
        double cpu[BENCH_REPETITION_MAX];       /* ns per pair; 0: failed */
        double wall[BENCH_REPETITION_MAX];
        double faults;                  /* per pair, the worst repetition */
        int locked;                     /* the worst repetition */
        char flags[BENCH_TEXT];
        struct bench_count count;       /* count.pairs 0: not counted */
};

struct bench_result {
        size_t repetitions;
        double load;                    /* of the machine, at the start */
        double empty_call;              /* ns of a system call that does
                                         * nothing: the machine's yardstick */
        struct bench_cell cell[BENCH_PEER_MAX][BENCH_WORK_COUNT];
        char crime[BENCH_PEER_MAX][BENCH_CRIME_COUNT][BENCH_TEXT];
};

/* bench.c */
pid_t bench_spawn(const char *mode, const struct bench_peer *peer,
                  const char *what, const char *number, int *from_child);
double bench_median(const double *value, size_t count);
double bench_least(const double *value, size_t count);
double bench_ratio(const struct bench_result *result, size_t peer,
                   size_t work);

/* work.c */
double bench_empty_call(void);
int bench_ready(const struct bench_peer *peer, const struct bench_work *work);
int bench_pairs(const struct bench_peer *peer, size_t size, uint64_t pairs);
int bench_child_time(const struct bench_peer *peer,
                     const struct bench_work *work);
int bench_child_run(const struct bench_peer *peer,
                    const struct bench_work *work, uint64_t pairs);

/* smaps.c */
int bench_smaps(const void *ptr, size_t size, char flags[BENCH_TEXT]);

/* count.c */
extern const char *const bench_call_names[BENCH_CALL_COUNT];
int bench_child_traced(const struct bench_peer *peer,
                       const struct bench_work *work, uint64_t pairs);
int bench_count_calls(const struct bench_peer *peer,
                      const struct bench_work *work,
                      struct bench_count *count);
int bench_count_instructions(const struct bench_peer *peer,
                             const struct bench_work *work,
                             struct bench_count *count);

/* crime.c */
extern const char *const bench_crimes[BENCH_CRIME_COUNT];
int bench_child_crime(const struct bench_peer *peer, const char *crime);
void bench_crime(const struct bench_peer *peer, const char *crime,
                 char answer[BENCH_TEXT]);

/* table.c, json.c */
void bench_markdown(FILE *out, const struct bench_result *result);
void bench_json(FILE *out, const struct bench_result *result);

#endif /* LOCKET_BENCH_H */
