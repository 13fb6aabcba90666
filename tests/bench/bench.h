/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * bench.h - what the files of the benchmark share.
 *
 * The runner:
 * bench.c    the command line, and which child does what
 * repeat.c   repetitions, fresh processes
 * figure.c   medians, minima, ratios
 * table*.c   Markdown        json*.c   bench.json      chart.c  for gnuplot
 *
 * What a child does, and how the runner asks for it, in one file each:
 * work.c     the work that is timed, and loop.c, what it consists of
 * tail.c     the time of each single pair
 * live.c     how many live secrets there can be
 * count.c    system calls and instructions, by trace.c (ptrace) and perf.c
 * crime.c    what a misuse comes to
 * left.c     what is left of a secret: in a child, when it is freed
 * check.c    whether an adapter works
 *
 * smaps.c    what the kernel says of the memory
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
        BENCH_SIZE_COUNT = 8,           /* sizes of the pair by size */

        /* places in bench_works */
        BENCH_PAIR = 0,
        BENCH_PAIR_32 = BENCH_PAIR + 1,
        BENCH_HELD = BENCH_PAIR + BENCH_SIZE_COUNT,
        BENCH_HELD_32 = BENCH_HELD + 1,
        BENCH_CHURN = BENCH_HELD + BENCH_SIZE_COUNT,
        BENCH_CHURN_MANY,
        BENCH_TOGGLE,
        BENCH_ONE_THREAD,
        BENCH_TWO_THREADS,
        BENCH_WORK_COUNT,

        BENCH_PEER_MAX = 24,
        BENCH_REPETITION_MAX = 99,
        BENCH_HELD_FEW = 16, BENCH_CHURN_FEW = 1000, BENCH_CHURN_LOT = 10000,
        BENCH_CRIME_COUNT = 5,
        BENCH_SWEEP_FROM = 17, BENCH_SWEEP_TO = 48,     /* sizes */
        BENCH_CALL_COUNT = 12,          /* kinds of system calls told apart */
        BENCH_LIMIT_COUNT = 3,
        BENCH_TAIL_COUNT = 4,
        BENCH_TEXT = 32,                /* bytes of an answer such as "no" */
        BENCH_CHILD_SECONDS = 120       /* then a child counts as hung */
};

/* One piece of work.   times what  does, while  objects
 * of at most  bytes are live. */
struct bench_work {
        const char *id, *title;
        int (*loop)(const struct bench_peer *peer,
                    const struct bench_work *work, uint64_t pairs);
        size_t size, held;
        unsigned threads;
};
extern const struct bench_work bench_works[BENCH_WORK_COUNT];

/* What a timed child sends to the runner. */
struct bench_sample {
        uint64_t pairs, cpu_ns, wall_ns, faults;
        uint64_t held, held_locked;     /* objects that stay live; of these
                                         * really locked at the end */
        uint64_t locked_kb, mappings;   /* of the process, since before init */
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
        struct bench_sample last;       /* locked, held_locked and flags are
                                         * the worst repetition's */
        struct bench_count count;       /* count.pairs 0: not counted */
};

/* How many 32-byte secrets one process could have at once. */
enum bench_stop { BENCH_REFUSED, BENCH_CAP, BENCH_TIME };
struct bench_live {
        int known;                      /* 0: the child failed */
        enum bench_stop stop;           /* why there were no more */
        uint64_t handed_out, locked;    /* secrets */
        uint64_t locked_kb, mappings, wall_ns;
};
struct bench_limit {
        const char *id, *title;
        uint64_t bytes;                 /* RLIMIT_MEMLOCK, 0: no limit */
};
extern const struct bench_limit bench_limits[BENCH_LIMIT_COUNT];

/* Times of single pairs, wall ns: p50, p99, p99.99, maximum. */
struct bench_tail {
        double at[BENCH_TAIL_COUNT][BENCH_REPETITION_MAX];
        double clock;                   /* what an empty pair reads as */
};
extern const char *const bench_tail_names[BENCH_TAIL_COUNT];

/* One byte past, or before, each size of the sweep. */
struct bench_sweep {
        unsigned sizes, trapped, at_free, later, crashed, unnoticed;
};

struct bench_result {
        size_t repetitions;
        int quick;                      /* for a look whether it works */
        int perf;                       /* 1: instructions by the processor's
                                         * counter, 0: by single steps */
        double load;                    /* of the machine, at the start */
        double empty_call;              /* ns of a system call that does
                                         * nothing: the machine's yardstick */
        struct bench_cell cell[BENCH_PEER_MAX][BENCH_WORK_COUNT];
        struct bench_live live[BENCH_PEER_MAX][BENCH_LIMIT_COUNT];
        struct bench_tail tail[BENCH_PEER_MAX];
        char crime[BENCH_PEER_MAX][BENCH_CRIME_COUNT][BENCH_TEXT];
        struct bench_sweep past[BENCH_PEER_MAX], before[BENCH_PEER_MAX];
        char wiped[BENCH_PEER_MAX][BENCH_TEXT];
        char forked[BENCH_PEER_MAX][BENCH_TEXT];
};

/* What a child is to do; bench.c reads it from its command line. */
struct bench_job {
        const char *mode;
        const struct bench_peer *peer;
        const char *what;               /* a work, a misuse, ... or "-" */
        uint64_t number;                /* of pairs, ... */
};

/* repeat.c */
pid_t bench_spawn(const struct bench_job *job, int *from_child);
int bench_ask(const struct bench_job *job, void *answer, size_t size);
void bench_repeat(struct bench_result *result);

/* figure.c */
double bench_median(const double *value, size_t count);
double bench_least(const double *value, size_t count);
double bench_ratio(const struct bench_result *result, size_t peer,
                   size_t work);
double bench_speedup(const struct bench_result *result, size_t peer);
enum { BENCH_SHIELD_COUNT = 7 };
extern const char *const bench_shields[BENCH_SHIELD_COUNT];
int bench_shield(const struct bench_result *result, size_t peer,
                 size_t shield);
int bench_shield_sum(const struct bench_result *result, size_t peer);

/* work.c */
uint64_t bench_now(int clock);
double bench_empty_call(void);
int bench_can(const struct bench_peer *peer, const struct bench_work *work);
int bench_ready(const struct bench_peer *peer, const struct bench_work *work);
int bench_child_time(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t enough_us);
int bench_child_run(const struct bench_peer *peer,
                    const struct bench_work *work, uint64_t pairs);

/* loop.c */
int bench_hold(const struct bench_peer *peer, const struct bench_work *work);
size_t bench_held_locked(void);
int bench_pairs(const struct bench_peer *peer, size_t size, uint64_t pairs);
int bench_loop_pairs(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t pairs);
int bench_loop_churn(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t pairs);
int bench_loop_toggle(const struct bench_peer *peer,
                      const struct bench_work *work, uint64_t pairs);
int bench_loop_threads(const struct bench_peer *peer,
                       const struct bench_work *work, uint64_t pairs);

/* tail.c */
int bench_child_tail(const struct bench_peer *peer, uint64_t pairs);
void bench_tail_one(const struct bench_result *result,
                    const struct bench_peer *peer, struct bench_tail *tail,
                    size_t at);

/* live.c */
int bench_child_live(const struct bench_peer *peer, const char *limit,
                     uint64_t cap);
void bench_live(const struct bench_result *result,
                const struct bench_peer *peer, size_t limit,
                struct bench_live *live);

/* smaps.c */
int bench_smaps(const void *ptr, size_t size, char flags[BENCH_TEXT]);
size_t bench_smaps_locked(void **ptr, size_t count);
uint64_t bench_locked_kb(void);
uint64_t bench_mappings(void);

/* trace.c */
struct bench_stop_info {
        int enters;                     /* stopped on entry of a system call */
        uint64_t call, argument[3], instruction;
};
void bench_mark(const void *ptr);
int bench_be_traced(void);
pid_t bench_trace(const struct bench_job *job, struct bench_stop_info *first);
int bench_trace_next(pid_t child, int step, struct bench_stop_info *info);
int bench_is_mark(const struct bench_stop_info *info);
void bench_trace_end(pid_t child);

/* count.c */
extern const char *const bench_call_names[BENCH_CALL_COUNT];
int bench_child_traced(const struct bench_peer *peer,
                       const struct bench_work *work, uint64_t pairs);
void bench_count(struct bench_result *result, size_t peer, size_t work);

/* perf.c */
int bench_child_perf(const struct bench_peer *peer,
                     const struct bench_work *work, uint64_t pairs);
int bench_perf_there(void);

/* crime.c */
extern const char *const bench_crimes[BENCH_CRIME_COUNT];
int bench_child_crime(const struct bench_peer *peer, const char *crime);
void bench_crime(const struct bench_peer *peer, const char *crime,
                 char answer[BENCH_TEXT]);
void bench_crime_sweep(const struct bench_result *result,
                       const struct bench_peer *peer, const char *crime,
                       struct bench_sweep *sweep);
int bench_noticed(const char *answer);

/* left.c */
int bench_child_forked(const struct bench_peer *peer);
int bench_child_wiped(const struct bench_peer *peer, uint64_t byte);
void bench_forked(const struct bench_peer *peer, char answer[BENCH_TEXT]);
void bench_wiped(const struct bench_peer *peer, char answer[BENCH_TEXT]);

/* check.c */
int bench_child_check(const struct bench_peer *peer);
int bench_check(void);

/* table.c, json.c, chart.c */
void bench_markdown(FILE *out, const struct bench_result *result);
void bench_json(FILE *out, const struct bench_result *result);
int bench_chart(const char *folder, const struct bench_result *result);

#endif /* LOCKET_BENCH_H */
