/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * runner.c - runs every crime in a fresh process and judges how it ended.
 *
 * A crime is right if the process ended by the expected signal, standard
 * error is exactly the expected lines (with the addresses that the program
 * announced), and a fault happened exactly where it was announced.  Crime 0
 * proves that the judge can say "wrong".  The programs lie beside the runner.
 *
 *   runner [pattern]     only the crimes whose name contains pattern
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
        CRIME_WORDS = 8,        /* words of a command, at most */
        CRIME_TEXT = 4096,      /* bytes of output, at most */
        CRIME_SECONDS = 20      /* a crime that takes longer hangs */
};

struct crime {
        const char *command;    /* program and arguments: the test's name */
        int signal;             /* that ends it; 0: exit 0 */
        const char *line[2];    /* on standard error, without the address */
        int faults;             /* 1: a fault at the announced address */
        const char *said;       /* what the program says, in order */
};

/* A reported violation, a fault, and a program that does nothing wrong. */
#define VIOLATION(command, line) { command, SIGABRT, { line, NULL }, 0, "" }
#define FAULT(command)           { command, SIGSEGV, { NULL, NULL }, 1, "" }
#define CLEAN(command)           { command, 0, { NULL, NULL }, 0, "" }
#define TOLD(command, line) \
        { command, SIGABRT, { line, NULL }, 0, "kind address " }

/* The lines, as include/locket.h states them. */
#define DOUBLE    "double free of"
#define FOREIGN   "foreign free of"
#define INTERIOR  "interior free of"
#define SIZE      "wrong size for free of"
#define OVERFLOW  "overflow of"
#define UNDERFLOW "underflow of"
#define WRITTEN   "write after free of"
#define METADATA  "metadata damage at"
#define INSIDE    "call inside a call, of"

static const struct crime crimes[] = {
        VIOLATION("double_free now 32", DOUBLE),
        VIOLATION("double_free now 0", DOUBLE),
        VIOLATION("double_free now 100000", DOUBLE),
        VIOLATION("double_free traffic 32", DOUBLE),
        VIOLATION("double_free quarantine 32", DOUBLE),
        VIOLATION("double_free quarantine 5000", DOUBLE),
        VIOLATION("double_free sized 32", DOUBLE),
        VIOLATION("double_free sized 0", DOUBLE),
        VIOLATION("double_free moved", DOUBLE),
        VIOLATION("double_free reused", INTERIOR),
        VIOLATION("double_free check", DOUBLE),
        VIOLATION("double_free_race", DOUBLE),
        VIOLATION("double_free_lost 1", DOUBLE),
        VIOLATION("double_free_lost 2", DOUBLE),

        VIOLATION("foreign_free stack first", FOREIGN),
        VIOLATION("foreign_free heap first", FOREIGN),
        VIOLATION("foreign_free global first", FOREIGN),
        VIOLATION("foreign_free one first", FOREIGN),
        VIOLATION("foreign_free last first", FOREIGN),
        VIOLATION("foreign_free noncanonical first", FOREIGN),
        VIOLATION("foreign_free stack later", FOREIGN),
        VIOLATION("foreign_free heap later", FOREIGN),
        VIOLATION("foreign_free global later", FOREIGN),
        VIOLATION("foreign_free code later", FOREIGN),
        VIOLATION("foreign_free one later", FOREIGN),
        VIOLATION("foreign_free last later", FOREIGN),
        VIOLATION("foreign_free noncanonical later", FOREIGN),
        VIOLATION("foreign_free kernel later", FOREIGN),
        VIOLATION("foreign_free guard later", FOREIGN),
        VIOLATION("foreign_free empty later", FOREIGN),
        VIOLATION("foreign_free destroyed later", FOREIGN),

        VIOLATION("interior_free 32 1", INTERIOR),
        VIOLATION("interior_free 32 16", INTERIOR),
        VIOLATION("interior_free 32 31", INTERIOR),
        VIOLATION("interior_free 30 30", INTERIOR),
        VIOLATION("interior_free 32 1 sized", INTERIOR),
        VIOLATION("interior_free 20000 1", INTERIOR),
        VIOLATION("interior_free 20000 16", INTERIOR),
        VIOLATION("interior_free 20000 8192", INTERIOR),
        VIOLATION("interior_free 20000 19999", INTERIOR),
        VIOLATION("interior_free 32 -1", INTERIOR),
        VIOLATION("interior_free 32 -16", INTERIOR),
        VIOLATION("interior_free 32 page", INTERIOR),
        VIOLATION("interior_free 20000 page", INTERIOR),

        VIOLATION("wrong_size 32 33", SIZE),
        VIOLATION("wrong_size 32 31", SIZE),
        VIOLATION("wrong_size 32 0", SIZE),
        VIOLATION("wrong_size 32 0xffffffffffffffff", SIZE),
        VIOLATION("wrong_size 32 0x100000020", SIZE),
        VIOLATION("wrong_size 0 1", SIZE),
        VIOLATION("wrong_size 5000 5001", SIZE),

        VIOLATION("overflow_tail 16 30 30 free", OVERFLOW),
        VIOLATION("overflow_tail 16 30 31 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 17 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 18 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 19 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 20 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 21 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 22 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 23 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 24 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 25 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 26 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 27 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 28 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 29 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 30 free", OVERFLOW),
        VIOLATION("overflow_tail 16 17 31 free", OVERFLOW),
        VIOLATION("overflow_tail 16 1 1 free", OVERFLOW),
        VIOLATION("overflow_tail 16 5001 5001 free", OVERFLOW),
        VIOLATION("overflow_tail 2 5 5 free", OVERFLOW),
        VIOLATION("overflow_tail 64 100 100 free", OVERFLOW),
        VIOLATION("overflow_tail 64 100 127 free", OVERFLOW),
        VIOLATION("overflow_tail 4096 1 1 free", OVERFLOW),
        VIOLATION("overflow_tail 4096 1 2000 free", OVERFLOW),
        VIOLATION("overflow_tail 4096 1 4095 free", OVERFLOW),
        VIOLATION("overflow_tail 4096 5000 8191 free", OVERFLOW),
        VIOLATION("overflow_tail 16 30 30 sized", OVERFLOW),
        VIOLATION("overflow_tail 16 30 30 none", OVERFLOW),
        VIOLATION("overflow_tail 16 30 30 read", OVERFLOW),
        VIOLATION("overflow_tail 16 30 30 move", OVERFLOW),
        VIOLATION("overflow_tail 16 30 30 closed-move", OVERFLOW),
        VIOLATION("overflow_tail 16 30 30 zero", OVERFLOW),
        VIOLATION("overflow_tail 16 30 30 stay", OVERFLOW),
        VIOLATION("overflow_tail 16 28 28 grow", OVERFLOW),
        VIOLATION("overflow_tail 16 28 31 grow", OVERFLOW),
        VIOLATION("overflow_zero 31 above", OVERFLOW),
        VIOLATION("overflow_zero 17 above", OVERFLOW),
        VIOLATION("overflow_zero 32 below", UNDERFLOW),

        FAULT("overflow_guard 16 32 32 write"),
        FAULT("overflow_guard 16 32 32 read"),
        FAULT("overflow_guard 16 30 32 write"),
        FAULT("overflow_guard 16 4096 4096 write"),
        FAULT("overflow_guard 16 100000 100000 write"),
        FAULT("overflow_guard 16 32 4127 write"),
        FAULT("overflow_guard 1 1 1 write"),
        FAULT("overflow_guard 1 5 5 write"),
        FAULT("overflow_guard 1 4095 4095 write"),
        FAULT("overflow_guard 1 4096 4096 write"),
        FAULT("overflow_guard 1 4097 4097 write"),
        FAULT("overflow_guard 1 1 1 read"),
        FAULT("overflow_guard 1 5 5 read"),
        FAULT("overflow_guard 1 4095 4095 read"),
        FAULT("overflow_guard 1 4096 4096 read"),
        FAULT("overflow_guard 1 4097 4097 read"),
        FAULT("overflow_guard 64 100 128 read"),
        FAULT("overflow_guard 4096 1 4096 write"),
        FAULT("overflow_guard 4096 5000 8192 write"),

        VIOLATION("underflow 32 1 open", UNDERFLOW),
        VIOLATION("underflow 32 8 open", UNDERFLOW),
        VIOLATION("underflow 32 16 open", UNDERFLOW),
        VIOLATION("underflow 32 17 open", UNDERFLOW),
        VIOLATION("underflow 32 2000 open", UNDERFLOW),
        VIOLATION("underflow 32 page open", UNDERFLOW),
        VIOLATION("underflow 0 1 open", UNDERFLOW),
        VIOLATION("underflow 5000 1 open", UNDERFLOW),
        VIOLATION("underflow 5000 page open", UNDERFLOW),
        VIOLATION("underflow 4080 16 open", UNDERFLOW),
        VIOLATION("underflow 4096 1 open", UNDERFLOW),
        VIOLATION("underflow 4096 4096 open", UNDERFLOW),
        VIOLATION("underflow 32 1 none", UNDERFLOW),
        VIOLATION("underflow 32 1 move", UNDERFLOW),
        FAULT("underflow_guard 32 read"),
        FAULT("underflow_guard 32 write"),
        FAULT("underflow_guard 32 write first"),
        FAULT("underflow_guard 5000 write"),
        FAULT("underflow_guard 4080 write"),
        FAULT("underflow_guard 1000000 read"),

        FAULT("use_after_free 32 0 read 0"),
        FAULT("use_after_free 32 0 write 0"),
        FAULT("use_after_free 32 31 write 0"),
        FAULT("use_after_free 20000 0 read 0"),
        FAULT("use_after_free 20000 19999 read 0"),
        FAULT("use_after_free 20000 19999 write 0"),
        FAULT("use_after_free 1000000 500000 write 0"),
        FAULT("use_after_free 32 0 read 300"),
        FAULT("use_after_free 20000 19999 write 300"),
        FAULT("use_after_destroy read close"),
        FAULT("use_after_destroy write close"),
        FAULT("use_after_destroy read check"),
        FAULT("use_after_destroy write check"),
        FAULT("use_after_realloc read"),
        FAULT("use_after_realloc write"),

        VIOLATION("write_after_free 32 0 0", WRITTEN),
        VIOLATION("write_after_free 32 31 0", WRITTEN),
        VIOLATION("write_after_free 32 page 0", WRITTEN),
        VIOLATION("write_after_free 30 31 0", WRITTEN),
        VIOLATION("write_after_free 20000 19999 0", WRITTEN),
        VIOLATION("write_after_free 20000 page 0", WRITTEN),
        VIOLATION("write_after_free 32 0 8", WRITTEN),
        VIOLATION("write_after_free 32 0 8 destroy", WRITTEN),
        VIOLATION("write_after_free 20000 page 0 destroy", WRITTEN),

        VIOLATION("cell_crime 32 8 overflow 1", OVERFLOW),
        VIOLATION("cell_crime 32 8 underflow 1", UNDERFLOW),
        VIOLATION("cell_crime 32 8 written 0", WRITTEN),
        VIOLATION("cell_crime 32 16 overflow 1", OVERFLOW),
        VIOLATION("cell_crime 32 16 underflow 1", UNDERFLOW),
        VIOLATION("cell_crime 32 16 written 0", WRITTEN),
        VIOLATION("cell_crime 20 16 overflow 1", OVERFLOW),
        VIOLATION("cell_crime 20 16 underflow 1", UNDERFLOW),
        VIOLATION("cell_crime 20 16 written 0", WRITTEN),
        VIOLATION("cell_crime 1 1 overflow 1", OVERFLOW),
        VIOLATION("cell_crime 1 1 underflow 1", UNDERFLOW),
        VIOLATION("cell_crime 1 1 written 0", WRITTEN),
        VIOLATION("cell_crime 33 8 overflow 1", OVERFLOW),
        VIOLATION("cell_crime 33 8 underflow 1", UNDERFLOW),
        VIOLATION("cell_crime 33 8 written 0", WRITTEN),
        VIOLATION("cell_crime 100 64 overflow 1", OVERFLOW),
        VIOLATION("cell_crime 100 64 underflow 1", UNDERFLOW),
        VIOLATION("cell_crime 100 64 written 0", WRITTEN),
        VIOLATION("cell_crime 1000 16 overflow 1", OVERFLOW),
        VIOLATION("cell_crime 1000 16 underflow 1", UNDERFLOW),
        VIOLATION("cell_crime 1000 16 written 0", WRITTEN),
        VIOLATION("cell_crime 32 8 overflow 2", OVERFLOW),
        VIOLATION("cell_crime 32 8 overflow 7", OVERFLOW),
        VIOLATION("cell_crime 32 8 overflow 8", OVERFLOW),
        VIOLATION("cell_crime 32 8 overflow 9", OVERFLOW),
        VIOLATION("cell_crime 32 8 overflow 16", OVERFLOW),
        VIOLATION("cell_crime 32 8 overflow 40", OVERFLOW),
        VIOLATION("cell_crime 32 8 overflow 48", OVERFLOW),
        VIOLATION("cell_crime 32 8 overflow 100", OVERFLOW),
        VIOLATION("cell_crime 32 8 underflow 2", UNDERFLOW),
        VIOLATION("cell_crime 32 8 underflow 7", UNDERFLOW),
        VIOLATION("cell_crime 32 8 underflow 8", UNDERFLOW),
        VIOLATION("cell_crime 32 8 written 1", WRITTEN),
        VIOLATION("cell_crime 32 8 written 15", WRITTEN),
        VIOLATION("cell_crime 32 8 written 31", WRITTEN),
        VIOLATION("cell_crime 32 8 interior 1", INTERIOR),
        VIOLATION("cell_crime 32 8 interior 8", INTERIOR),
        VIOLATION("cell_crime 32 8 interior 31", INTERIOR),
        VIOLATION("cell_crime 32 8 interior 32", INTERIOR),
        VIOLATION("cell_crime 32 8 interior 39", INTERIOR),
        VIOLATION("cell_crime 32 8 foreign 1", FOREIGN),
        VIOLATION("cell_crime 32 8 foreign 8", FOREIGN),
        VIOLATION("cell_crime 32 8 foreign 31", FOREIGN),
        VIOLATION("cell_crime 32 8 grow 1", OVERFLOW),
        VIOLATION("cell_crime 32 8 double", DOUBLE),
        VIOLATION("cell_crime 1000 16 double", DOUBLE),
        VIOLATION("cell_crime 32 16 double-later", DOUBLE),
        VIOLATION("cell_crime 32 8 size 1", SIZE),
        VIOLATION("cell_crime 32 8 size -1", SIZE),
        CLEAN("cell_crime 32 8 clean"),
        CLEAN("cell_crime 33 16 clean"),
        FAULT("cell_guard 32 up"),
        FAULT("cell_guard 32 down"),
        FAULT("cell_guard 5008 large"),
        FAULT("cell_guard 2000 large"),

        FAULT("size_zero read malloc"),
        FAULT("size_zero write malloc"),
        FAULT("size_zero read calloc"),
        FAULT("size_zero read aligned"),

        FAULT("access_mode 32 none read"),
        FAULT("access_mode 32 none write"),
        FAULT("access_mode 20000 none read last"),
        FAULT("access_mode 20000 none write last"),
        FAULT("access_mode 32 ro write"),
        FAULT("access_mode 20000 ro write last"),
        CLEAN("access_mode 32 ro read"),
        CLEAN("access_mode 20000 ro read last"),

        VIOLATION("realloc_bad freed 200", DOUBLE),
        VIOLATION("realloc_bad freed 0", DOUBLE),
        VIOLATION("realloc_bad foreign 200", FOREIGN),
        VIOLATION("realloc_bad foreign 0", FOREIGN),
        VIOLATION("realloc_bad interior 200", INTERIOR),
        VIOLATION("realloc_bad interior 0", INTERIOR),

        VIOLATION("secure_memory_bad bigger", SIZE),
        VIOLATION("secure_memory_bad smaller", SIZE),
        VIOLATION("secure_memory_bad zero", SIZE),
        VIOLATION("secure_memory_bad foreign", FOREIGN),
        VIOLATION("secure_memory_bad double", DOUBLE),

        TOLD("handler_told double", DOUBLE),
        TOLD("handler_told foreign", FOREIGN),
        TOLD("handler_told interior", INTERIOR),
        TOLD("handler_told size", SIZE),
        TOLD("handler_told overflow", OVERFLOW),
        TOLD("handler_told underflow", UNDERFLOW),
        TOLD("handler_told written", WRITTEN),
        VIOLATION("inside_call free", INSIDE),
        VIOLATION("inside_call free_sized", INSIDE),
        VIOLATION("inside_call realloc_0", INSIDE),
        VIOLATION("inside_call validate", INSIDE),
        { "inside_call refused", 0, { NULL, NULL }, 0, "refused " },
        { "handler_uses", SIGABRT, { OVERFLOW, NULL }, 0, "used " },
        { "handler_violates", SIGABRT, { DOUBLE, DOUBLE }, 0, "called " },
        { "handler_jumps", 0, { OVERFLOW, DOUBLE }, 0,
          "jumping jumping went on " },
        { "fault_wipes", SIGSEGV, { NULL, NULL }, 0, "wiped " },
        VIOLATION("not_wiped", METADATA),

        CLEAN("clean_sizes"),
        CLEAN("clean_validate"),
        CLEAN("clean_read_freed"),
};

enum { CRIMES = sizeof crimes / sizeof crimes[0] };

/* How a crime ended. */
struct crime_end {
        int status;             /* of waitpid(2) */
        char out[CRIME_TEXT];
        char err[CRIME_TEXT];
};

static char crime_folder[CRIME_TEXT] = ".";

/* ---------------------------------------------------------------- running */

/* In the child: become the program.  Options for the sanitizers are for them
 * to leave signals, limits and the announced faults alone. */
static void
crime_become(const char *command, unsigned int seconds, int out, int err)
{
        static const struct rlimit none = { 0, 0 };
        char text[CRIME_TEXT], path[2 * CRIME_TEXT];
        char *word[CRIME_WORDS + 1], *save = NULL;
        size_t n = 0;

        (void)snprintf(text, sizeof text, "%s", command);
        word[n] = strtok_r(text, " ", &save);
        while (word[n] != NULL && n < CRIME_WORDS)
                word[++n] = strtok_r(NULL, " ", &save);
        word[CRIME_WORDS] = NULL;
        (void)snprintf(path, sizeof path, "%s/%s", crime_folder, word[0]);
        if (setrlimit(RLIMIT_CORE, &none) != 0 || dup2(out, 1) < 0 ||
            dup2(err, 2) < 0 ||
            setenv("ASAN_OPTIONS", "handle_segv=0:handle_sigbus=0:"
                   "handle_abort=0:allow_user_segv_handler=1:detect_leaks=0:"
                   "disable_coredump=1:use_sigaltstack=0", 1) != 0 ||
            setenv("UBSAN_OPTIONS", "halt_on_error=1:handle_segv=0:"
                   "handle_abort=0", 1) != 0)
                _exit(126);
        (void)alarm(seconds);   /* survives exec */
        (void)execv(path, word);
        _exit(127);
}

/* Append what can be read from ${fd} to ${text}.  0 at its end. */
static int
crime_read_some(int fd, char *text)
{
        char piece[512];
        size_t have = strlen(text);
        ssize_t n = read(fd, piece, sizeof piece);

        if (n <= 0)
                return n < 0 && errno == EINTR;
        if ((size_t)n > CRIME_TEXT - 1 - have)
                n = (ssize_t)(CRIME_TEXT - 1 - have);
        memcpy(text + have, piece, (size_t)n);
        text[have + (size_t)n] = '\0';
        return 1;
}

static void
crime_collect(int out, int err, struct crime_end *end)
{
        struct pollfd fds[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };

        while (fds[0].fd >= 0 || fds[1].fd >= 0) {
                if (poll(fds, 2, -1) < 0)
                        continue;
                if (fds[0].revents != 0 && !crime_read_some(out, end->out))
                        fds[0].fd = -1;
                if (fds[1].revents != 0 && !crime_read_some(err, end->err))
                        fds[1].fd = -1;
        }
}

static void
crime_run(const char *command, unsigned int seconds, struct crime_end *end)
{
        int out[2], err[2];
        pid_t pid;

        memset(end, 0, sizeof *end);
        assert_int_equal(pipe(out), 0);
        assert_int_equal(pipe(err), 0);
        (void)fflush(NULL);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                (void)close(out[0]);
                (void)close(err[0]);
                crime_become(command, seconds, out[1], err[1]);
        }
        (void)close(out[1]);
        (void)close(err[1]);
        crime_collect(out[0], err[0], end);
        assert_int_equal(waitpid(pid, &end->status, 0), pid);
        (void)close(out[0]);
        (void)close(err[0]);
}

/* ---------------------------------------------------------------- judging */

/* What a program told: announced addresses, faults, and what it said. */
struct crime_told {
        char text[CRIME_TEXT];          /* the words below point into it */
        const char *expect[2];
        const char *fault;
        int expects, faults;
        char said[CRIME_TEXT];
};

/* What follows ${word} in ${line}, or NULL if it begins otherwise. */
static const char *
crime_after(const char *line, const char *word)
{
        size_t n = strlen(word);

        return strncmp(line, word, n) == 0 ? line + n : NULL;
}

/* Take in one line.  0 if it is of no known kind, or too much. */
static int
crime_listen_line(const char *line, struct crime_told *told)
{
        const char *rest;

        if ((rest = crime_after(line, "expect ")) != NULL) {
                if (told->expects == 2)
                        return 0;
                told->expect[told->expects++] = rest;
                return 1;
        }
        if ((rest = crime_after(line, "fault ")) != NULL) {
                told->fault = rest;
                told->faults++;
                return 1;
        }
        if ((rest = crime_after(line, "say ")) == NULL ||
            strlen(told->said) + strlen(rest) + 2 > sizeof told->said)
                return 0;
        (void)strcat(told->said, rest);
        (void)strcat(told->said, " ");
        return 1;
}

/* 0 if there is a line of no known kind. */
static int
crime_listen(const struct crime_end *end, struct crime_told *told)
{
        char *line, *save = NULL;

        memset(told, 0, sizeof *told);
        memcpy(told->text, end->out, sizeof told->text);
        told->expect[0] = told->expect[1] = told->fault = "nothing";
        line = strtok_r(told->text, "\n", &save);
        while (line != NULL && crime_listen_line(line, told))
                line = strtok_r(NULL, "\n", &save);
        return line == NULL;
}

/* What must stand on standard error. */
static void
crime_lines(const struct crime *crime, const struct crime_told *told,
            char *text, size_t size)
{
        int i, n = 0;

        text[0] = '\0';
        for (i = 0; i < 2 && crime->line[i] != NULL; i++)
                n += snprintf(text + n, size - (size_t)n, "locket: %s %s\n",
                              crime->line[i], told->expect[i]);
}

/* NULL if ${end} is how ${crime} must end, else what is wrong. */
static const char *
crime_judge(const struct crime *crime, const struct crime_end *end)
{
        struct crime_told told;
        char lines[512];

        if (!crime_listen(end, &told))
                return "wrong words";
        if (crime->signal == 0 &&
            !(WIFEXITED(end->status) && WEXITSTATUS(end->status) == 0))
                return "wrong end";
        if (crime->signal != 0 && !(WIFSIGNALED(end->status) &&
                                    WTERMSIG(end->status) == crime->signal))
                return "wrong end";
        crime_lines(crime, &told, lines, sizeof lines);
        if (strcmp(end->err, lines) != 0)
                return "wrong line";
        if (told.faults != crime->faults)
                return "wrong number of faults";
        if (crime->faults != 0 && (told.expects != 1 ||
            strcmp(told.fault, told.expect[0]) != 0))
                return "wrong address of the fault";
        if (strcmp(told.said, crime->said) != 0)
                return "wrong words";
        return NULL;
}

/* -------------------------------------------------------------- the tests */

static void
test_crime(void **state)
{
        const struct crime *crime = *state;
        struct crime_end end;
        const char *wrong;

        crime_run(crime->command, CRIME_SECONDS, &end);
        wrong = crime_judge(crime, &end);
        if (wrong != NULL)
                fail_msg("%s: %s (%s %d)\n  stdout: %s\n  stderr: %s",
                         crime->command, wrong,
                         WIFSIGNALED(end.status) ? "signal" : "exit",
                         WIFSIGNALED(end.status) ? WTERMSIG(end.status) :
                         WEXITSTATUS(end.status), end.out, end.err);
}

/* Run ${command} and judge it as if it were ${crime}. */
static const char *
crime_zero(const struct crime *crime, const char *command,
           unsigned int seconds)
{
        struct crime_end end;
        const char *wrong;

        crime_run(command, seconds, &end);
        wrong = crime_judge(crime, &end);
        return wrong == NULL ? "right" : wrong;
}

static void
test_zero(void **state)
{
        static const struct crime twice = VIOLATION("", DOUBLE);
        static const struct crime touch = FAULT("");
        static const struct crime clean = CLEAN("");
        static const struct crime says = { "", 0, { NULL, NULL }, 0, "x " };
        char abort_number[32], segv_number[32];

        (void)state;
        (void)snprintf(abort_number, sizeof abort_number, "zero_signal %d",
                       SIGABRT);
        (void)snprintf(segv_number, sizeof segv_number, "zero_signal %d",
                       SIGSEGV);
        /* What is right is right ... */
        assert_string_equal(crime_zero(&clean, "zero_nothing", 20), "right");
        assert_string_equal(crime_zero(&twice, abort_number, 20), "right");
        assert_string_equal(crime_zero(&touch, "zero_fault 0", 20), "right");
        assert_string_equal(crime_zero(&twice, "zero_line locket: double "
                                       "free of 0x1000", 20), "right");
        /* ... nothing was noticed ... */
        assert_string_equal(crime_zero(&twice, "zero_nothing", 20),
                            "wrong end");
        assert_string_equal(crime_zero(&touch, "zero_nothing", 20),
                            "wrong end");
        assert_string_equal(crime_zero(&says, "zero_nothing", 20),
                            "wrong words");
        /* ... the wrong signal ... */
        assert_string_equal(crime_zero(&twice, segv_number, 20), "wrong end");
        assert_string_equal(crime_zero(&clean, abort_number, 20),
                            "wrong end");
        assert_string_equal(crime_zero(&touch, segv_number, 20),
                            "wrong line");
        /* ... the wrong line: kind, address, too much, too little ... */
        assert_string_equal(crime_zero(&twice, "zero_line locket: foreign "
                                       "free of 0x1000", 20), "wrong line");
        assert_string_equal(crime_zero(&twice, "zero_line locket: double "
                                       "free of 0x1001", 20), "wrong line");
        assert_string_equal(crime_zero(&twice, "zero_line locket: double "
                                       "free of 0x1000 again", 20),
                            "wrong line");
        assert_string_equal(crime_zero(&twice, "zero_line locket: double "
                                       "free of", 20), "wrong line");
        assert_string_equal(crime_zero(&twice, "zero_line", 20),
                            "wrong line");
        /* ... a fault one byte beside, or none that was announced ... */
        assert_string_equal(crime_zero(&touch, "zero_fault 1", 20),
                            "wrong address of the fault");
        assert_string_equal(crime_zero(&twice, "zero_fault 0", 20),
                            "wrong end");
        /* ... a program that hangs, or is not there. */
        assert_string_equal(crime_zero(&clean, "zero_hang", 1), "wrong end");
        assert_string_equal(crime_zero(&clean, "zero_absent", 20),
                            "wrong end");
}

int
main(int argc, char **argv)
{
        static struct CMUnitTest tests[CRIMES + 1];
        const char *slash = strrchr(argv[0], '/');
        size_t i;

        if (slash != NULL)
                (void)snprintf(crime_folder, sizeof crime_folder, "%.*s",
                               (int)(slash - argv[0]), argv[0]);
        tests[0].name = "zero";
        tests[0].test_func = test_zero;
        for (i = 0; i < CRIMES; i++) {
                tests[i + 1].name = crimes[i].command;
                tests[i + 1].test_func = test_crime;
                tests[i + 1].initial_state = (void *)(uintptr_t)&crimes[i];
        }
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        return cmocka_run_group_tests_name("crime", tests, NULL, NULL);
}
