/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * unit.c - what the unit tests share.  See unit.h.
 */
#include "unit.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "arena.h"
#include "fork.h"
#include "os.h"

/* Seconds after which a child that hangs is killed. */
#define UNIT_PATIENCE 240

/* ------------------------------------------------------------------ cases */

void unit_need(int right, const char *what, const char *file, int line)
{
        if (!right) {
                (void)fprintf(stderr, "%s:%d: %s (errno %d)\n", file, line, what, errno);
                (void)fflush(stderr);
                _exit(1);
        }
}

void unit_same(uint64_t a, uint64_t b, const char *what, const char *file, int line)
{
        if (a != b) {
                (void)fprintf(stderr, "%s:%d: %s: %llu, %llu\n", file, line, what,
                              (unsigned long long)a, (unsigned long long)b);
                (void)fflush(stderr);
                _exit(1);
        }
}

static int unit_wait(pid_t child)
{
        int status = -1;

        while (waitpid(child, &status, 0) < 0) {
                if (errno != EINTR) {
                        return -1;
                }
        }
        return status;
}

static void unit_run(void (*body)(void *), void *argument)
{
        (void)signal(SIGSEGV, SIG_DFL); /* a sanitizer's own handler would exit */
        (void)signal(SIGBUS, SIG_DFL);
        (void)signal(SIGABRT, SIG_DFL);
        (void)alarm(UNIT_PATIENCE);
        body(argument);
        (void)fflush(stdout);
        _exit(0);
}

int unit_child(void (*body)(void *), void *argument)
{
        pid_t child;

        (void)fflush(NULL);
        child = fork();
        if (child == 0) {
                unit_run(body, argument);
        }
        return child < 0 ? -1 : unit_wait(child);
}

int unit_raw_child(void (*body)(void *), void *argument)
{
        long child;

        (void)fflush(NULL);
        child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
        if (child == 0) {
                unit_run(body, argument);
        }
        return child < 0 ? -1 : unit_wait((pid_t)child);
}

int unit_ends(void (*body)(void *), void *argument)
{
        return unit_child(body, argument) == 0;
}

static void unit_plain(void *body)
{
        void (*f)(void);

        memcpy(&f, body, sizeof f);
        f();
}

void unit_case(void (*body)(void))
{
        const int status = unit_child(unit_plain, &body);

        if (WIFSIGNALED(status)) {
                fail_msg("killed by signal %d", WTERMSIG(status));
        }
        assert_int_equal(status, 0);
}

struct unit_crime {
        void (*body)(void *);
        void *argument;
        int pipe[2];
};

static void unit_commit(void *crime)
{
        struct unit_crime *c = crime;

        (void)dup2(c->pipe[1], STDERR_FILENO);
        (void)close(c->pipe[0]);
        (void)close(c->pipe[1]);
        c->body(c->argument);
}

int unit_aborts(void (*body)(void *), void *argument, const char *text, const void *address)
{
        struct unit_crime crime = { body, argument, { -1, -1 } };
        char said[512];
        char expected[512];
        size_t length = 0;
        ssize_t n;
        int status;

        if (pipe(crime.pipe) != 0) {
                return 0;
        }
        status = unit_child(unit_commit, &crime);
        (void)close(crime.pipe[1]);
        while (length < sizeof said - 1 &&
               (n = read(crime.pipe[0], said + length, sizeof said - 1 - length)) > 0) {
                length += (size_t)n;
        }
        (void)close(crime.pipe[0]);
        said[length] = '\0';
        (void)snprintf(expected, sizeof expected, "%s0x%llx\n", text,
                       (unsigned long long)(uintptr_t)address);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || strcmp(said, expected) != 0) {
                (void)fprintf(stderr, "status %x, said \"%s\", expected \"%s\"\n",
                              (unsigned)status, said, expected);
                return 0;
        }
        return 1;
}

int unit_light(void)
{
        return getenv("LOCKET_TEST_LIGHT") != NULL;
}

size_t unit_count(size_t heavy, size_t light)
{
        return unit_light() ? light : heavy;
}

/* ----------------------------------------------------------------- faults */

static sigjmp_buf unit_back;
static volatile uintptr_t unit_at;

static void unit_caught(int number, siginfo_t *info, void *context)
{
        (void)number;
        (void)context;
        unit_at = (uintptr_t)info->si_addr;
        siglongjmp(unit_back, 1);
}

/* No sanitizer looks at this touch: the kernel shall. */
__attribute__((noinline, no_sanitize("address"))) static void
unit_touch(const volatile unsigned char *p, int write)
{
        if (write) {
                volatile unsigned char *q = (volatile unsigned char *)(uintptr_t)p;

                *q = *q;
        } else {
                (void)*p;
        }
}

int unit_faults(const volatile unsigned char *p, int write)
{
        struct sigaction action;
        struct sigaction before;
        volatile int fault = 0;

        if (unit_light()) {
                const char *access = unit_access((const void *)(uintptr_t)p);

                return access[write ? 1 : 0] != (write ? 'w' : 'r');
        }
        memset(&action, 0, sizeof action);
        action.sa_sigaction = unit_caught;
        action.sa_flags = SA_SIGINFO;
        (void)sigaction(SIGSEGV, &action, &before);
        unit_at = 0;
        if (sigsetjmp(unit_back, 1) == 0) {
                unit_touch(p, write);
        } else {
                fault = unit_at == (uintptr_t)p;
        }
        (void)sigaction(SIGSEGV, &before, NULL);
        return fault;
}

/* --------------------------------------------------- the kernel's own view */

static int shared;              /* the page that unit_access has looked at is */

const char *unit_access(const void *address)
{
        static char access[8];
        const uintptr_t at = (uintptr_t)address;
        FILE *maps = fopen("/proc/self/maps", "re");
        char line[512];
        unsigned long long lo;
        unsigned long long hi;

        access[0] = '\0';
        shared = 0;
        NEED(maps != NULL);
        while (fgets(line, sizeof line, maps) != NULL) {
                char mode[8];

                if (sscanf(line, "%llx-%llx %4s", &lo, &hi, mode) == 3 && lo <= at && at < hi) {
                        memcpy(access, mode, sizeof access);
                        break;
                }
        }
        (void)fclose(maps);
        if (access[3] == 's' && getenv("LOCKET_TEST_BACKING") != NULL) {
                access[3] = 'p'; /* the test means the first three */
                shared = 1;
        }
        return access;
}

int unit_flag(const void *address, const char *flag)
{
        const uintptr_t at = (uintptr_t)address;
        const char *mode = strcmp(flag, "wf") == 0 ? unit_access(address) : "";
        FILE *maps = fopen("/proc/self/smaps", "re");
        char line[512];
        char padded[16];
        int here = 0;
        int found = 0;

        NEED(maps != NULL);
        if (mode[0] != '\0' && shared) {
                flag = "dc"; /* zero in a child: or not there at all */
        }
        (void)snprintf(padded, sizeof padded, " %s ", flag);
        while (fgets(line, sizeof line, maps) != NULL) {
                unsigned long long lo;
                unsigned long long hi;

                if (sscanf(line, "%llx-%llx ", &lo, &hi) == 2) {
                        here = lo <= at && at < hi;
                } else if (here && strncmp(line, "VmFlags:", 8) == 0) {
                        found = strstr(line, padded) != NULL;
                        break;
                }
        }
        (void)fclose(maps);
        return found;
}

/* Copy what only this process itself can read (secret memory), page by page,
 * opened for that moment. */
static int look_myself(const void *address, void *to, size_t size)
{
        const size_t page = unit_page();
        size_t done = 0;

        while (done < size) {
                const char *from = (const char *)address + done;
                char *first = (char *)(uintptr_t)from - (uintptr_t)from % page;
                const size_t left = page - (uintptr_t)from % page;
                const size_t n = left < size - done ? left : size - done;
                const int closed = unit_access(from)[0] != 'r';

                if (closed && mprotect(first, page, PROT_READ) != 0) {
                        return 0;
                }
                memcpy((char *)to + done, from, n);
                if (closed && mprotect(first, page, PROT_NONE) != 0) {
                        return 0;
                }
                done += n;
        }
        return 1;
}

int unit_peek(const void *address, void *to, size_t size)
{
        const int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
        size_t done = 0;

        while (fd >= 0 && done < size) {
                const ssize_t n = pread(fd, (char *)to + done, size - done,
                                        (off_t)((uintptr_t)address + done));

                if (n <= 0) {
                        break;
                }
                done += (size_t)n;
        }
        if (fd >= 0) {
                (void)close(fd);
        }
        if (fd >= 0 && done < size && getenv("LOCKET_TEST_BACKING") != NULL) {
                return look_myself((const char *)address + done, (char *)to + done, size - done);
        }
        return done == size;
}

size_t unit_bytes(const void *address, size_t size, unsigned char value)
{
        static unsigned char chunk[1 << 16];
        size_t done;
        size_t count = 0;

        for (done = 0; done < size;) {
                const size_t n = size - done < sizeof chunk ? size - done : sizeof chunk;
                size_t i;

                NEED(unit_peek((const char *)address + done, chunk, n));
                for (i = 0; i < n; i++) {
                        count += chunk[i] == value;
                }
                done += n;
        }
        return count;
}

int unit_zero(const void *address, size_t size)
{
        return unit_bytes(address, size, 0) == size;
}

size_t unit_locked(void)
{
        FILE *status = fopen("/proc/self/status", "re");
        char line[256];
        unsigned long long kilobytes = 0;
        int found = 0;

        NEED(status != NULL);
        while (!found && fgets(line, sizeof line, status) != NULL) {
                found = sscanf(line, "VmLck: %llu", &kilobytes) == 1;
        }
        (void)fclose(status);
        NEED(found);
        return (size_t)kilobytes * 1024u;
}

size_t unit_mappings(void)
{
        const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
        static char chunk[4096]; /* no heap, whose mappings are counted too */
        size_t lines = 0;
        ssize_t n;

        NEED(fd >= 0);
        while ((n = read(fd, chunk, sizeof chunk)) > 0) {
                ssize_t i;

                for (i = 0; i < n; i++) {
                        lines += chunk[i] == '\n';
                }
        }
        (void)close(fd);
        return lines;
}

/* ------------------------------------------------------------------- rest */

uint64_t unit_random(void)
{
        static uint64_t x = 0x9e3779b97f4a7c15u;

        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        return x;
}

size_t unit_below(size_t bound)
{
        return (size_t)(unit_random() >> 11) % bound;
}

int unit_become_user(size_t bytes)
{
        const struct rlimit limit = { bytes, bytes };
        const gid_t nobody = 65534;

        if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
                return 0;
        }
        if (getuid() != 0) {
                return 1;
        }
        return setgroups(0, NULL) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0;
}

void unit_tables(struct locket_tables *t)
{
        memset(t, 0, sizeof *t);
        SAME(locket_range_reserve(&t->range), 0);
        t->slot_count = t->range.span_slots * LOCKET_SPAN_COUNT;
        t->slot = locket_os_table(t->slot_count * sizeof *t->slot);
        t->process = locket_fork_page();
        NEED(t->slot != NULL && t->process != NULL);
        SAME(locket_fork_draw(t->process), 0);
        locket_lock_init(&t->span_lock);
        t->process->state = LOCKET_FORK_ALIVE;
}

size_t unit_page(void)
{
        return (size_t)sysconf(_SC_PAGESIZE);
}
