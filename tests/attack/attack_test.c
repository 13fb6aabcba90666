/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * attack_test.c - is the secret there?  Looks for it from outside: through
 * /proc/pid/mem while the victim is stopped, at the moment it exits, in its
 * forked child, and in a real core file.  Each search is first shown to find
 * the same stream where it must stand.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pattern.h"
#include "scan.h"

enum { ATTACK_SECONDS = 60, ATTACK_PATH = 4096 };

static char attack_victim[ATTACK_PATH];

static uint32_t
attack_seed(void)
{
        static uint32_t count;

        return (uint32_t)getpid() * 1000 + ++count;
}

/* Start the victim in ${folder}, and wait until it has stopped. */
static pid_t
attack_start(const char *way, uint32_t seed, const char *folder, int out)
{
        char number[16];
        int status = 0;
        pid_t pid;

        (void)snprintf(number, sizeof number, "%lu", (unsigned long)seed);
        (void)fflush(NULL);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                struct rlimit limit;

                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                (void)alarm(ATTACK_SECONDS);
                if (chdir(folder) != 0 || dup2(out, STDOUT_FILENO) < 0 ||
                    getrlimit(RLIMIT_CORE, &limit) != 0)
                        _exit(126);
                limit.rlim_cur = limit.rlim_max;
                (void)setrlimit(RLIMIT_CORE, &limit);
                (void)setenv("ASAN_OPTIONS", "disable_coredump=0:"
                             "detect_leaks=0:handle_abort=0", 1);
                (void)execl(attack_victim, "victim", way, number,
                            (char *)NULL);
                _exit(127);
        }
        assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
        if (!WIFSTOPPED(status))
                fail_msg("victim %s did not stop: status 0x%x", way,
                         (unsigned int)status);
        return pid;
}

/* Let it go on to its end, which must be without an error. */
static void
attack_end(pid_t pid)
{
        int status = 0;

        assert_int_equal(kill(pid, SIGCONT), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
}

static void
attack_kill(pid_t pid)
{
        int status = 0;

        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, &status, 0);
}

/* Pieces of the stream in the memory of ${pid}; skipped if the kernel does
 * not let us look. */
static long
attack_look(pid_t pid, uint32_t seed)
{
        size_t bytes = 0;
        long hits = scan_process(pid, seed, &bytes);

        if (hits < 0) {
                print_message("SKIPPED: /proc/%d/mem: %s\n", (int)pid,
                              strerror(errno));
                attack_kill(pid);
                skip();
        }
        assert_true(bytes > 65536);
        return hits;
}

/* ----------------------------------------------------------------- memory */

struct attack_way {
        const char *way;
        long hits;              /* pieces that must be there */
};

static const struct attack_way attack_ways[] = {
        { "in_heap", PATTERN_PIECES },          /* the search works */
        { "live", PATTERN_PIECES },             /* the secret, and no copy */
        { "closed", PATTERN_PIECES },           /* modes do not stop it */
        { "moved", PATTERN_PIECES },            /* not at the old place */
        { "shrunk", 1 },
        { "compared", 2 * PATTERN_PIECES },
        { "freed", 0 },
        { "freed_closed", 0 },
        { "freed_checked", 0 },
        { "wiped_all", 0 },
        { "overflown", 0 },
        { "wrong_size", 0 },
};

enum { ATTACK_WAYS = sizeof attack_ways / sizeof attack_ways[0] };

static void
test_memory(void **state)
{
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        size_t i;

        (void)state;
        for (i = 0; i < ATTACK_WAYS; i++) {
                uint32_t seed = attack_seed();
                pid_t pid = attack_start(attack_ways[i].way, seed, ".", null);
                long hits = attack_look(pid, seed);

                attack_end(pid);
                if (hits != attack_ways[i].hits)
                        fail_msg("%s: %ld pieces, not %ld", attack_ways[i].way,
                                 hits, attack_ways[i].hits);
        }
        (void)close(null);
}

/* The child has nothing of it while the parent has both secrets. */
static void
test_child(void **state)
{
        uint32_t seed = attack_seed();
        char number[32] = "";
        int out[2];
        long hits, parent_hits;
        pid_t pid;

        (void)state;
        assert_int_equal(pipe(out), 0);
        pid = attack_start("forked", seed, ".", out[1]);
        assert_true(read(out[0], number, sizeof number - 1) > 0);
        parent_hits = attack_look(pid, seed);
        hits = attack_look((pid_t)atoi(number), seed);
        attack_end(pid);
        assert_int_equal(parent_hits, 2 * PATTERN_PIECES);
        assert_int_equal(hits, 0);
        (void)close(out[0]);
        (void)close(out[1]);
}

/* Stop ${pid} when it exits, its memory still there, and look. */
static long
attack_look_at_exit(pid_t pid, uint32_t seed)
{
        int status = 0;
        long hits;

        if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)PTRACE_O_TRACEEXIT) != 0) {
                print_message("SKIPPED: ptrace: %s\n", strerror(errno));
                attack_kill(pid);
                skip();
        }
        assert_int_equal(kill(pid, SIGCONT), 0);
        for (;;) {
                assert_int_equal(waitpid(pid, &status, 0), pid);
                assert_true(WIFSTOPPED(status));
                if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
                        break;
                (void)ptrace(PTRACE_CONT, pid, NULL, NULL);
        }
        hits = attack_look(pid, seed);
        assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        return hits;
}

static void
test_exit(void **state)
{
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        uint32_t seed = attack_seed();
        pid_t pid;

        (void)state;
        pid = attack_start("left_at_once", seed, ".", null);
        assert_int_equal(attack_look_at_exit(pid, seed), PATTERN_PIECES);
        seed = attack_seed();
        pid = attack_start("left", seed, ".", null);
        assert_int_equal(attack_look(pid, seed), 2 * PATTERN_PIECES);
        assert_int_equal(attack_look_at_exit(pid, seed), 0);
        (void)close(null);
}

/* ------------------------------------------------------------------- core */

/* Core files that land in the victim's folder, or a visible skip. */
static void
attack_need_core(void)
{
        struct rlimit limit;
        char pattern[256] = "";
        FILE *f = fopen("/proc/sys/kernel/core_pattern", "re");

        if (f == NULL || fgets(pattern, sizeof pattern, f) == NULL ||
            strchr("|/@\n", pattern[0]) != NULL) {
                print_message("SKIPPED: core_pattern: %s\n", pattern);
                skip();
        }
        (void)fclose(f);
        if (getrlimit(RLIMIT_CORE, &limit) != 0 ||
            limit.rlim_max < ((rlim_t)64 << 20)) {
                print_message("SKIPPED: the hard limit of RLIMIT_CORE\n");
                skip();
        }
}

/* Look at the only file in ${folder}, and remove it. */
static long
attack_core_file(const char *folder, uint32_t seed, size_t *bytes)
{
        char path[ATTACK_PATH];
        DIR *dir = opendir(folder);
        struct dirent *entry;
        long hits = -1;

        assert_non_null(dir);
        while ((entry = readdir(dir)) != NULL) {
                if (entry->d_name[0] == '.')
                        continue;
                (void)snprintf(path, sizeof path, "%s/%s", folder,
                               entry->d_name);
                hits = scan_file(path, seed, bytes);
                (void)unlink(path);
        }
        (void)closedir(dir);
        return hits;
}

/* Pieces in the core file of a victim killed by SIGABRT. */
static long
attack_core(const char *way, uint32_t seed)
{
        const char *tmp = getenv("TMPDIR");
        char folder[ATTACK_PATH - 512];
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        int status = 0;
        size_t bytes = 0;
        long hits;
        pid_t pid;

        (void)snprintf(folder, sizeof folder, "%s/locket-core-XXXXXX",
                       tmp == NULL ? "/tmp" : tmp);
        assert_non_null(mkdtemp(folder));
        pid = attack_start(way, seed, folder, null);
        assert_int_equal(kill(pid, SIGABRT), 0);
        assert_int_equal(kill(pid, SIGCONT), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        assert_true(WCOREDUMP(status));
        hits = attack_core_file(folder, seed, &bytes);
        (void)rmdir(folder);
        (void)close(null);
        assert_true(hits >= 0 && bytes > 65536);
        return hits;
}

static void
test_core(void **state)
{
        static const char *const none[] = {
                "live", "closed", "read_only", "freed", "freed_checked"
        };
        size_t i;

        (void)state;
        attack_need_core();
        /* Ordinary memory is in the core file: the search works. */
        assert_int_equal(attack_core("in_heap", attack_seed()),
                         PATTERN_PIECES);
        for (i = 0; i < sizeof none / sizeof none[0]; i++) {
                long hits = attack_core(none[i], attack_seed());

                if (hits != 0)
                        fail_msg("%s: %ld pieces in the core file", none[i],
                                 hits);
        }
}

int
main(int argc, char **argv)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_memory),
                cmocka_unit_test(test_child),
                cmocka_unit_test(test_exit),
                cmocka_unit_test(test_core),
        };
        char self[ATTACK_PATH - 16] = "";
        char *slash;

        if (readlink("/proc/self/exe", self, sizeof self - 1) < 0 ||
            (slash = strrchr(self, '/')) == NULL)
                return 1;
        *slash = '\0';
        (void)snprintf(attack_victim, sizeof attack_victim, "%s/victim", self);
        if (argc > 1)
                cmocka_set_test_filter(argv[1]);
        return cmocka_run_group_tests_name("attack", tests, NULL, NULL);
}
