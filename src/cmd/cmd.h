/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * cmd.h - the command `locket`: what its files share.
 *
 * Knows:    nothing of the library but include/locket.h; Linux and POSIX.
 * Promises: a secret is only ever in memory of locket's and in pipes of the
 *           kernel's, but for the one copy that the attacks on malloc need.
 *
 *   main.c    the table of commands, --help, --version
 *   text.c    messages, colours, marks
 *   take.c    a secret comes in by read(2), goes to a child through a pipe
 *   smaps.c   mappings, as the kernel lists them
 *   files.c   small files of /proc and /sys
 *   json.c    what is said to machines
 *   pages.c   the pages around a secret, as the kernel reports them
 *   attack.c  the attacks (run in a child)
 *   run.c     one attack in one child; what became of it
 *   judge.c   what became of it -> a few words and a verdict
 *   core.c    the attack by core file
 *   corefile.c  where core files are
 *   search.c  is a secret in a file?
 *   demo.c    `locket demo`: all of these in order
 *   doctor*   `locket doctor` (doctor.h)
 *   audit*    `locket audit` (audit.h)
 */
#ifndef CMD_H
#define CMD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* Exit statuses. */
enum { CMD_GOOD = 0, CMD_BAD = 1, CMD_TROUBLE = 2 };

/* The largest secret, bytes.  Four copies and the index of search.c stay
 * under 2 MiB, a quarter of the usual lock limit. */
#define CMD_SECRET_MAX ((size_t)65536)

/* No attack lasts longer, seconds.  The usual one takes a millisecond. */
#define CMD_PATIENCE 10

/* A secret in locket memory, ${size} bytes, its end at the guard page. */
struct cmd_secret {
        unsigned char *bytes;
        size_t size;
};

/* An allocator under attack. */
struct cmd_side {
        const char *name;
        void *(*get)(size_t size);
        void *(*get_exact)(size_t size);        /* no slack behind it */
        void (*drop)(void *ptr);
        int is_locket;
};

/* What a child says about itself, in memory shared with its parent.  There is
 * never a byte of a secret in it. */
struct cmd_facts {
        int ready;              /* it has the secret, the attack begins */
        int done;               /* the attack went through */
        int error;              /* errno of what could not be done */
        uintptr_t wrong;        /* the address that must not be touched */
        uintptr_t fault;        /* the address of the signal */
        int signal;             /* SIGSEGV or SIGBUS, 0: none */
        size_t seen, of;        /* bytes of the secret that could be read */
        int zeros;              /* all that was read was zero */
        const char *harm;       /* other data that was changed or read */
};

/* All that an attack needs.  The pointers are volatile so that no compiler
 * knows which block they are of. */
struct cmd_scene {
        const struct cmd_side *side;
        volatile struct cmd_facts *facts;
        const unsigned char *reference; /* the secret, in locket memory */
        size_t size;                    /* of the next three, bytes */
        unsigned char *volatile below;  /* lower neighbour, CMD_BELOW bytes */
        unsigned char *volatile target; /* the secret */
        unsigned char *volatile above;  /* upper neighbour */
};
#define CMD_BELOW ((size_t)16384)
#define CMD_MARK 0x5a                   /* every byte of a neighbour */

struct cmd_attack {
        const char *name;
        void (*run)(struct cmd_scene *scene);
        const char *kind;       /* what locket may call it; NULL: nothing */
        int exact;              /* with get_exact */
        int reads;              /* is after the bytes, not after a change */
};

/* How it ended, in at most CMD_WORDS - 1 letters. */
#define CMD_WORDS 40
enum cmd_verdict { CMD_HELD, CMD_LOST, CMD_SKIPPED };
struct cmd_outcome {
        enum cmd_verdict verdict;
        char words[CMD_WORDS];
};

extern const struct cmd_side cmd_malloc, cmd_locket;
extern const struct cmd_attack cmd_attacks[];
extern const size_t cmd_attack_count;

/**
 * cmd_demo(argc, argv):
 * The command `locket demo`.  Returns its exit status.
 */
int cmd_demo(int argc, char **argv);

/**
 * cmd_doctor(argc, argv):
 * cmd_audit(argc, argv):
 * The commands `locket doctor` and `locket audit`.  Return their exit status.
 */
int cmd_doctor(int argc, char **argv);
int cmd_audit(int argc, char **argv);

/**
 * cmd_text_start():
 * Find out whether standard output takes colour and UTF-8.
 * cmd_paint(colour):
 * The escape sequence of "red", "green", "yellow", "bold", "dim"; of NULL for
 * the end of it; empty if standard output takes none.
 * cmd_utf8(yes, no):
 * ${yes} if standard output takes UTF-8, else ${no}.
 * cmd_width():
 * 99 columns, or those of a terminal that has fewer.
 * cmd_rule():
 * Print a line from the margin to the last of these.
 * cmd_mark(verdict):
 * Print a mark of one column in its colour.
 */
void cmd_text_start(void);
const char *cmd_paint(const char *colour);
const char *cmd_utf8(const char *yes, const char *no);
int cmd_width(void);
void cmd_rule(void);
void cmd_mark(enum cmd_verdict verdict);

/**
 * cmd_complain(what, error):
 * Say "locket: what: why" on standard error, ${error} being an errno or 0.
 * Returns CMD_TROUBLE.
 */
int cmd_complain(const char *what, int error);

/**
 * cmd_reason(error):
 * Why there is no locket memory, or what else an errno means.
 */
const char *cmd_reason(int error);

/**
 * cmd_words(outcome, verdict, format, ...):
 * Fill in ${outcome}; what is too long is cut.
 */
void cmd_words(struct cmd_outcome *outcome, enum cmd_verdict verdict,
               const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * cmd_take(path, secret):
 * Read ${secret} from ${path}, or from standard input if it is NULL.
 * Returns 0; CMD_TROUBLE after a message.
 */
int cmd_take(const char *path, struct cmd_secret *secret);

/**
 * cmd_give(fd, secret, copies):
 * cmd_receive(fd, bytes, size):
 * Write the secret to a pipe ${copies} times; read one copy.
 * Returns 0; -1 with errno.
 */
int cmd_give(int fd, const struct cmd_secret *secret, int copies);
int cmd_receive(int fd, unsigned char *bytes, size_t size);

/* A mapping of a process (proc(5), smaps).  Sizes are in kB. */
struct cmd_mapping {
        uint64_t from, to;
        char access[8];         /* "rw-p" */
        char flags[160];        /* " rd wr mr ..." */
        char name[96];          /* its beginning; empty: none */
        uint64_t resident, swapped, locked;
};

/* A list of mappings that is being read. */
struct cmd_smaps {
        FILE *file;
        int begun;              /* the first line of ${next} was read */
        struct cmd_mapping next;
};

/**
 * cmd_smaps_open(smaps, path):
 * Begin to read a list.  Returns 0; -1 with errno.
 *
 * cmd_smaps_next(smaps, mapping):
 * Returns 1 and the next ${mapping}; 0 at the end; -1 with errno.
 *
 * cmd_smaps_find(address, mapping):
 * The mapping of this process that holds ${address}.  Returns 0; -1 with errno.
 *
 * cmd_mapping_has(mapping, flag):
 * Does the kernel name the flag (two letters)?
 */
int cmd_smaps_open(struct cmd_smaps *smaps, const char *path);
int cmd_smaps_next(struct cmd_smaps *smaps, struct cmd_mapping *mapping);
void cmd_smaps_close(struct cmd_smaps *smaps);
int cmd_smaps_find(uint64_t address, struct cmd_mapping *mapping);
int cmd_mapping_has(const struct cmd_mapping *mapping, const char *flag);

/**
 * cmd_file_read(path, text, size):
 * Read a file, as far as it fits; ${text} ends with a zero.
 * cmd_file_line(path, text, size):
 * Its first line; ENODATA if that is empty.
 * cmd_file_number(path, key, base, number):
 * The number after the first ${key}, or at the beginning if that is empty;
 * ENODATA if there is none.
 * All return 0; -1 with errno.
 */
int cmd_file_read(const char *path, char *text, size_t size);
int cmd_file_line(const char *path, char *text, size_t size);
int cmd_file_number(const char *path, const char *key, int base, uint64_t *number);

/**
 * cmd_json_text(text), cmd_json_number(number), cmd_json_flag(flag):
 * Print a value.  CMD_UNLIMITED, and a flag below 0, are null.
 */
#define CMD_UNLIMITED UINT64_MAX
void cmd_json_text(const char *text);
void cmd_json_number(uint64_t number);
void cmd_json_flag(int flag);

/**
 * cmd_pages(secret):
 * Draw the pages around a secret.
 * Returns how many promises the kernel does not confirm; -1 with errno if it
 * does not say.
 */
int cmd_pages(const struct cmd_secret *secret);

/* A child: run(argument) with standard input a pipe that gives ${secret}
 * ${copies} times.  It leaves ${line}, the first on its standard error, and
 * its wait ${status}. */
#define CMD_LINE 256
struct cmd_child {
        const struct cmd_secret *secret;
        int copies;
        void (*run)(void *argument);
        void *argument;
        char line[CMD_LINE];
        int status;
        long pid;
};

/**
 * cmd_child(child):
 * Fork, and wait until it is over.  It lasts CMD_PATIENCE seconds at most.
 * Returns 0; -1 with errno if there is no child.
 */
int cmd_child(struct cmd_child *child);

/**
 * cmd_facts_share():
 * Memory that children share.  Returns NULL with errno if there is none.
 */
volatile struct cmd_facts *cmd_facts_share(void);

/**
 * cmd_run(attack, side, secret, facts, outcome):
 * Attack ${side} in a child of its own.
 * Returns 0; -1 with errno if no child could be made.
 */
int cmd_run(const struct cmd_attack *attack, const struct cmd_side *side,
            const struct cmd_secret *secret,
            volatile struct cmd_facts *facts, struct cmd_outcome *outcome);

/**
 * cmd_judge(attack, side, facts, status, line, outcome):
 * Put into words what became of a child that ended with ${status} after
 * writing ${line} to standard error.
 */
void cmd_judge(const struct cmd_attack *attack, const struct cmd_side *side,
               const volatile struct cmd_facts *facts, int status,
               const char *line, struct cmd_outcome *outcome);

/* Where core files go, and the child that waits with a core of its own. */
#define CMD_PATH 512
struct cmd_place {
        char folder[CMD_PATH];          /* private */
        char pattern[CMD_PATH];         /* the kernel's core_pattern */
};
struct cmd_witness {
        int orders;                     /* a pipe to it */
        long pid;
};

/**
 * cmd_core_witness(witness):
 * Fork the process that never had the secret; to be called before there is
 * one.  It ends with the caller.
 * Returns 0; -1 with errno.
 *
 * cmd_core(witness, secret, facts, on_malloc, on_locket):
 * Have it and one child of each side dump core; look for the secret in these.
 * Leaves no file behind.
 * Returns 0; -1 with errno if no child could be made.
 */
int cmd_core_witness(struct cmd_witness *witness);
int cmd_core(const struct cmd_witness *witness,
             const struct cmd_secret *secret, volatile struct cmd_facts *facts,
             struct cmd_outcome *on_malloc, struct cmd_outcome *on_locket);

/**
 * cmd_corefile_obstacle(place):
 * Returns why there will be no core file, or NULL.
 *
 * cmd_corefile_folder(place):
 * Make a private folder, in memory if possible.  Returns 0; -1 with errno.
 *
 * cmd_corefile_find(place, pid, since, path):
 * The newest core of the process ${pid}, which ran in the folder, that was
 * made since ${since}.  Returns 0; -1 if there is none.
 *
 * cmd_corefile_remove(path):
 * Overwrite and remove it.
 *
 * cmd_corefile_clean(place):
 * Remove the folder and all that is still in it.
 */
const char *cmd_corefile_obstacle(struct cmd_place *place);
int cmd_corefile_folder(struct cmd_place *place);
int cmd_corefile_find(const struct cmd_place *place, long pid, time_t since,
                      char path[CMD_PATH]);
void cmd_corefile_remove(const char *path);
void cmd_corefile_clean(const struct cmd_place *place);

/**
 * cmd_search(secret, path, map):
 * Look for every piece of CMD_PIECE bytes of the secret (or all of it, if it
 * is shorter) in a file.  map[i] becomes 1 if the piece that begins at byte i
 * is in it, else 0.  The map is as large as the secret, and shared with
 * children.
 * Returns 0; -1 with errno.
 *
 * cmd_search_sum(size, plain, map, of):
 * Returns how many bytes of a secret of ${size} bytes are part of a piece that
 * is in ${map} but not in ${plain}; in ${of}, how many could be.
 */
#define CMD_PIECE ((size_t)16)
int cmd_search(const struct cmd_secret *secret, const char *path,
               unsigned char *map);
size_t cmd_search_sum(size_t size, const unsigned char *plain,
                      const unsigned char *map, size_t *of);

#endif /* CMD_H */
