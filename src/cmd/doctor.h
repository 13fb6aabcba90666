/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor.h - `locket doctor`: what its files share.
 *
 *   doctor.c         the command: the list of checks, the verdict
 *   doctor_line.c    a check's words and values
 *   doctor_show.c    the table and the JSON
 *   doctor_probe.c   a question to the kernel, asked in a child
 *   doctor_secret.c  a real secret, looked at from outside the library
 *   doctor_page.c    what the default policy requires of a page
 *   doctor_lock.c    lock limit, CAP_IPC_LOCK
 *   doctor_room.c    mappings, address space, container, page size
 *   doctor_swap.c    swap, zram, zswap, hibernation
 *   doctor_crypt.c   is a swap device or file encrypted?
 *   doctor_read.c    who may read the process: core files, ptrace, KSM
 *   doctor_extra.c   what the kernel has besides
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "cmd.h"

#include <sys/types.h>

enum doctor_state {
        DOCTOR_GOOD,
        DOCTOR_ABSENT,          /* not here, not needed */
        DOCTOR_UNKNOWN,         /* could not be seen */
        DOCTOR_WEAK,
        DOCTOR_UNSAFE
};

/* The first group is what the default policy requires: what is unknown there
 * is weak. */
enum doctor_group {
        DOCTOR_REQUIRED,
        DOCTOR_LIMITS,
        DOCTOR_LEAKS,
        DOCTOR_EXTRA,
        DOCTOR_GROUPS
};

/* Something for machines, under a key that stays the same. */
struct doctor_value {
        const char *key;
        enum { DOCTOR_NUMBER, DOCTOR_FLAG, DOCTOR_WORD } kind;
        uint64_t number;        /* CMD_UNLIMITED: null */
        int flag;               /* 1, 0; -1: null */
        char word[128];
};

/* What one check found. */
#define DOCTOR_TEXT 320
#define DOCTOR_VALUES 8
struct doctor_line {
        enum doctor_state state;
        char found[DOCTOR_TEXT];
        char meaning[DOCTOR_TEXT];      /* for secrets */
        char advice[DOCTOR_TEXT];       /* empty: none */
        struct doctor_value value[DOCTOR_VALUES];
        size_t values;
};

struct doctor_check {
        enum doctor_group group;
        const char *key;        /* for machines, stays the same */
        const char *title;
        void (*run)(struct doctor_line *line);
};

/**
 * doctor_found(line, state, format, ...), doctor_means, doctor_advise:
 * Fill in a part of a line; what is too long is cut.
 *
 * doctor_number, doctor_flag, doctor_word:
 * Add a value; more than DOCTOR_VALUES are dropped.
 *
 * doctor_size(text, bytes):
 * "8 MiB", "512 bytes", "unlimited".  Returns ${text}.
 */
void doctor_found(struct doctor_line *line, enum doctor_state state, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));
void doctor_means(struct doctor_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_advise(struct doctor_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_number(struct doctor_line *line, const char *key, uint64_t number);
void doctor_flag(struct doctor_line *line, const char *key, int flag);
void doctor_word(struct doctor_line *line, const char *key, const char *word);
#define DOCTOR_SIZE 32
const char *doctor_size(char text[DOCTOR_SIZE], uint64_t bytes);

/* What a child found out.  The meaning of ${result} is the probe's own. */
struct doctor_answer {
        int error;              /* errno of what could not be done, or 0 */
        int result[6];
};

/**
 * doctor_probe(ask, answer, line):
 * Ask the kernel in a child, which may be killed by it, and lasts a few seconds at
 * most.
 * Returns 0; if there is no answer, the number of the signal that killed the
 * child, or -1, and then ${line} says why.
 *
 * doctor_killed(line, signal):
 * A child was killed, or there is no answer (-1), to something that a program
 * must do to have a secret: say what that means.
 *
 * doctor_in_child(look, page):
 * Fork (in a probe) and look at ${page}: the child's exit status, 128 and a
 * signal's number if it was killed, or -1 with errno.
 *
 * doctor_touch(page): a look that reads a byte: 0 if it is zero, else 1.
 *
 * doctor_page(): a fresh page (in a probe), written to; NULL with errno.
 *
 * doctor_flag_of(page, flag): 1 or 0, as smaps says; -1 if it does not say.
 */
int doctor_probe(void (*ask)(struct doctor_answer *answer), struct doctor_answer *answer,
                 struct doctor_line *line);
void doctor_killed(struct doctor_line *line, int signal);
int doctor_in_child(int (*look)(volatile unsigned char *page),
                    volatile unsigned char *page);
int doctor_touch(volatile unsigned char *page);
unsigned char *doctor_page(void);
int doctor_flag_of(const volatile unsigned char *page, const char *flag);

/* The signal that a guard page sends; some systems send SIGBUS. */
int doctor_trapped(int status);

/* Is there a swap device in use?  -1: it cannot be seen. */
int doctor_swapping(void);

/* The limits of the control group, CMD_UNLIMITED if it has none.  Returns 1; 0
 * if there is no group to be seen. */
int doctor_group(uint64_t *memory, uint64_t *swap);

/* Was the swap device or file ${path} seen to be encrypted (dm-crypt)? */
int doctor_encrypts(const char *path);

void doctor_secret(struct doctor_line *line);
void doctor_locked(struct doctor_line *line);
void doctor_guarded(struct doctor_line *line);
void doctor_undumped(struct doctor_line *line);
void doctor_forked(struct doctor_line *line);
void doctor_unmerged(struct doctor_line *line);
void doctor_lock_limit(struct doctor_line *line);
void doctor_capability(struct doctor_line *line);
void doctor_mappings(struct doctor_line *line);
void doctor_addresses(struct doctor_line *line);
void doctor_container(struct doctor_line *line);
void doctor_page_size(struct doctor_line *line);
void doctor_swap(struct doctor_line *line);
void doctor_zswap(struct doctor_line *line);
void doctor_hibernation(struct doctor_line *line);
void doctor_core(struct doctor_line *line);
void doctor_ptrace(struct doctor_line *line);
void doctor_ksm(struct doctor_line *line);
void doctor_secretmem(struct doctor_line *line);
void doctor_seal(struct doctor_line *line);
void doctor_markers(struct doctor_line *line);
void doctor_names(struct doctor_line *line);

/**
 * doctor_table(checks, lines, count): print for people.
 * doctor_json(checks, lines, count, status): print for machines.
 * doctor_verdict(status): "good", "weak", "unsafe".
 */
void doctor_table(const struct doctor_check *checks, const struct doctor_line *lines,
                  size_t count, int status);
void doctor_json(const struct doctor_check *checks, const struct doctor_line *lines,
                 size_t count, int status);
const char *doctor_verdict(int status);

#endif /* DOCTOR_H */
