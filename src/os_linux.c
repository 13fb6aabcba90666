/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_linux.c - stage 2: the border with the operating system, Linux.
 *
 * Knows:    system calls; nothing of slots or arenas.
 * Promises: the contracts of os.h.  errno is never changed.
 * Assumed:  by the proof.   Tests: tests/unit/test_os.c, tests/kernel
 *
 * Memory calls are made by number, with every argument as wide as a register
 * (syscall(2) takes them as they come), because sanitizers replace mlock(2) by
 * nothing, and a test of locking under them would test nothing.
 */
#include "os.h"

#include "fatal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Values that older headers lack; they are the kernel's, and do not change. */
#define LOCKET_OS_DEADLINE 6 /* SCHED_DEADLINE, which sched.h has for GNU only */
#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#define MADV_KEEPONFORK 19
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif
#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MREMAP_MAYMOVE
#define MREMAP_MAYMOVE 1
#endif

/* A variable that each thread has, found without a call. */
#if defined(__GNUC__)
#define LOCKET_OS_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define LOCKET_OS_LOCAL _Thread_local
#endif

/* An advice that no kernel has. */
#define LOCKET_OS_NO_ADVICE 0x7ea5

/* CAP_IPC_LOCK of <linux/capability.h>: no lock limit for who has it. */
#define LOCKET_OS_CAP_IPC_LOCK 14u

/* Letters f that an address begins with if it is the kernel's, in 16 of them. */
#define LOCKET_OS_HIGH 9u

/* Bytes of /proc that are read at a time. */
#define LOCKET_OS_CHUNK 512u

/* The errno of a system call that gave ${result}; errno is put back. */
static int locket_os_result(long result, int before)
{
        int error = result == 0 ? 0 : errno;

        errno = before;
        return error;
}

size_t locket_os_page(void)
{
        return (size_t)sysconf(_SC_PAGESIZE);
}

/* Address space without access.  Under mlockall(MCL_FUTURE) it is marked as
 * locked, which a reservation is not meant to be. */
static void *locket_os_map(size_t size)
{
        void *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (p == MAP_FAILED) {
                return NULL;
        }
        (void)syscall(SYS_munlock, p, size);
        return p;
}

/* The same, also where all that is mapped is locked. */
static unsigned char *locket_os_room(size_t size)
{
        const int before = errno;
        const size_t page = locket_os_page();
        void *p = locket_os_map(size);

        if (p == NULL && errno == EAGAIN) {
                /* mlockall(MCL_FUTURE), and the lock limit is less than that:
                 * a page that is unlocked again can grow without one. */
                unsigned char *one = locket_os_map(page);

                if (one != NULL) {
                        const long big = syscall(SYS_mremap, one, page, size, (long)MREMAP_MAYMOVE);

                        if (big == -1) {
                                (void)munmap(one, page);
                        } else {
                                p = (void *)big;
                        }
                }
        }
        errno = before;
        return p;
}

/* A page at either end stays closed for good. */
unsigned char *locket_os_reserve(size_t size)
{
        const size_t page = locket_os_page();
        unsigned char *b = size > SIZE_MAX - 2 * page ? NULL : locket_os_room(size + 2 * page);

        return b == NULL ? NULL : b + page;
}

void locket_os_release(unsigned char *b, size_t size)
{
        const size_t page = locket_os_page();
        int before = errno;

        (void)munmap(b - page, size + 2 * page); /* a whole reservation: nothing to split, cannot fail */
        errno = before;
}

static int locket_os_access(unsigned char *b, size_t lo, size_t hi, int access)
{
        int before = errno;

        return locket_os_result(syscall(SYS_mprotect, b + lo, hi - lo, (long)access), before);
}

int locket_os_open(unsigned char *b, size_t lo, size_t hi)
{
        return locket_os_access(b, lo, hi, PROT_READ | PROT_WRITE);
}

int locket_os_read_only(unsigned char *b, size_t lo, size_t hi)
{
        return locket_os_access(b, lo, hi, PROT_READ);
}

int locket_os_close(unsigned char *b, size_t lo, size_t hi)
{
        return locket_os_access(b, lo, hi, PROT_NONE);
}

void locket_os_restore(unsigned char *b, size_t lo, size_t hi, int access)
{
        const int mode = access == LOCKET_READ_WRITE  ? PROT_READ | PROT_WRITE
                         : access == LOCKET_READ_ONLY ? PROT_READ
                                                      : PROT_NONE;

        if (lo < hi && locket_os_access(b, lo, hi, mode) != 0) {
                locket_fatal_stop(LOCKET_METADATA_DAMAGE, (uintptr_t)(b + lo));
        }
}

int locket_os_lock_again(unsigned char *b, size_t lo, size_t hi)
{
        const int before = errno;
        int error = locket_os_result(syscall(SYS_mlock, b + lo, hi - lo), before);

        /* mlock(2), Linux: ENOMEM is the lock limit if there is one, as the
         * range is mapped and open (else the mapping limit), and EAGAIN is
         * memory that could not be filled in. */
        switch (error) {
        case 0:
                /* The pages are there and stay.  With this mark mprotect(2)
                 * does not look for absent ones each time they are opened
                 * again, a tenth of what it costs; a kernel before 4.4 has no
                 * such mark. */
                (void)syscall(SYS_mlock2, b + lo, hi - lo, (long)MLOCK_ONFAULT);
                errno = before;
                return 0;
        case ENOMEM:
                error = locket_os_lock_limit() == SIZE_MAX ? ENOMEM : EAGAIN;
                break;
        case EAGAIN:
                error = ENOMEM;
                break;
        default:
                break;
        }
        /* A mark that stays is charged to nobody. */
        (void)syscall(SYS_munlock, b + lo, hi - lo);
        errno = before;
        return error;
}

int locket_os_lock(unsigned char *b, size_t lo, size_t hi)
{
        return locket_os_lock_again(b, lo, hi);
}

int locket_os_unlock(unsigned char *b, size_t lo, size_t hi)
{
        int before = errno;

        return locket_os_result(syscall(SYS_munlock, b + lo, hi - lo), before);
}

static int locket_os_advise(unsigned char *b, size_t lo, size_t hi, int advice)
{
        const int before = errno;
        const int error = locket_os_result(syscall(SYS_madvise, b + lo, hi - lo, (long)advice), before);

        return error == EAGAIN ? ENOMEM : error; /* madvise(2): the mapping limit */
}

int locket_os_discard(unsigned char *b, size_t lo, size_t hi)
{
        return locket_os_advise(b, lo, hi, MADV_DONTNEED);
}

/* As locket_os_advise, but a kernel that accepts anything is not believed:
 * qemu-user answers 0 to every advice and does nothing. */
static int locket_os_protect(unsigned char *b, size_t lo, size_t hi, int advice)
{
        if (locket_os_advise(b, lo, hi, LOCKET_OS_NO_ADVICE) == 0) {
                return ENOTSUP;
        }
        return locket_os_advise(b, lo, hi, advice);
}

int locket_os_undump(unsigned char *b, size_t lo, size_t hi, int on)
{
        return locket_os_protect(b, lo, hi, on ? MADV_DONTDUMP : MADV_DODUMP);
}

int locket_os_wipe_on_fork(unsigned char *b, size_t lo, size_t hi, int on)
{
        return locket_os_protect(b, lo, hi, on ? MADV_WIPEONFORK : MADV_KEEPONFORK);
}

int locket_os_omit_on_fork(unsigned char *b, size_t lo, size_t hi, int on)
{
        return locket_os_protect(b, lo, hi, on ? MADV_DONTFORK : MADV_DOFORK);
}

int locket_os_reserve_again(unsigned char *b, size_t lo, size_t hi)
{
        const int before = errno;
        void *p = mmap(b + lo, hi - lo, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        int error = p == MAP_FAILED ? errno : 0;

        if (error == 0 && p != b + lo) { /* before Linux 4.17 the address is a wish */
                (void)munmap(p, hi - lo);
                error = EEXIST;
        }
        errno = before;
        return error == EAGAIN ? ENOMEM : error;
}

int locket_os_unmerge(unsigned char *b, size_t lo, size_t hi)
{
        int error = locket_os_protect(b, lo, hi, MADV_UNMERGEABLE);

        return error == EINVAL ? 0 : error; /* built without KSM: nothing merges */
}

void locket_os_small_pages(unsigned char *b, size_t lo, size_t hi)
{
        (void)locket_os_advise(b, lo, hi, MADV_NOHUGEPAGE);
}

void locket_os_join(unsigned char *b, size_t page)
{
        if (locket_os_open(b, 0, page) == 0) {
                *(volatile unsigned char *)b = 0;
                (void)locket_os_advise(b, 0, page, MADV_DONTNEED);
                (void)locket_os_close(b, 0, page); /* a guard page again */
        }
}

int locket_os_mark(unsigned char *b, size_t lo, size_t hi, int on)
{
        return locket_os_advise(b, lo, hi, on ? MADV_RANDOM : MADV_NORMAL);
}

int locket_os_zero(unsigned char *b, size_t lo, size_t hi)
{
        static const unsigned char zeros[4096];
        const int before = errno;
        int error = 0;

        while (error == 0 && lo < hi) {
                const size_t bytes = hi - lo < sizeof zeros ? hi - lo : sizeof zeros;
                const struct iovec from = { (void *)(uintptr_t)zeros, bytes };
                const struct iovec to = { b + lo, bytes };
                const long n = syscall(SYS_process_vm_readv, (long)getpid(), &to, 1L, &from,
                                       1L, 0L);

                error = n > 0 ? 0 : n == 0 ? EFAULT : errno;
                lo += n > 0 ? (size_t)n : 0;
        }
        errno = before;
        return error;
}

void locket_os_name(unsigned char *b, size_t lo, size_t hi, const char *name)
{
        int before = errno;

        (void)prctl(PR_SET_VMA, (long)PR_SET_VMA_ANON_NAME, b + lo, hi - lo, name);
        errno = before;
}

/* ${size} rounded up to pages. */
static size_t locket_os_round(size_t size)
{
        const size_t page = locket_os_page();

        return (size + (page - 1)) / page * page;
}

void *locket_os_table(size_t size)
{
        const size_t page = locket_os_page();
        unsigned char *b = locket_os_reserve(locket_os_round(size));

        if (b == NULL) {
                return NULL;
        }
        /* Its guards, too, so that they merge with it; it holds no secret: a wish. */
        (void)locket_os_undump(b - page, 0, locket_os_round(size) + 2 * page, 1);
        return b;
}

int locket_os_open_table(void *table, size_t lo, size_t hi)
{
        const size_t page = locket_os_page();

        return locket_os_open(table, lo / page * page, locket_os_round(hi));
}

int locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi)
{
        return locket_os_open_table(table, lo, hi);
}

int locket_os_wipe_table(void *table, size_t size)
{
        return locket_os_wipe_on_fork(table, 0, locket_os_round(size), 1);
}

void locket_os_release_table(void *table, size_t size)
{
        locket_os_release(table, locket_os_round(size));
}

int locket_os_random(uint64_t *word)
{
        int before = errno;
        ssize_t n;

        do {
                n = getrandom(word, sizeof *word, 0);
        } while (n < 0 && errno == EINTR);
        errno = before;
        return n == (ssize_t)sizeof *word ? 0 : EIO;
}

/* 0, or an errno. */
static int locket_os_futex(const uint32_t *word, long what, long value)
{
        const int before = errno;
        const long n = syscall(SYS_futex, word, what | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0L);
        const int error = n < 0 ? errno : 0;

        errno = before;
        return error;
}

/* Nothing that these answer matters: a word that has changed, a signal, nobody
 * there; the caller looks again. */
void locket_os_sleep(const uint32_t *word, uint32_t seen)
{
        (void)locket_os_futex(word, FUTEX_WAIT, (long)seen);
}

void locket_os_wake(const uint32_t *word, int most)
{
        (void)locket_os_futex(word, FUTEX_WAKE, most);
}

int locket_os_inherit(uint32_t *word)
{
        return locket_os_futex(word, FUTEX_LOCK_PI, 0);
}

int locket_os_bequeath(uint32_t *word)
{
        return locket_os_futex(word, FUTEX_UNLOCK_PI, 0);
}

uint32_t locket_os_self(void)
{
        return (uint32_t)syscall(SYS_gettid);
}

int locket_os_real_time(void)
{
        const int before = errno;
        const long policy = syscall(SYS_sched_getscheduler, 0L); /* musl's function has no answer */

        errno = before;
        switch (policy & 0xff) { /* above: SCHED_RESET_ON_FORK */
        case SCHED_FIFO:
        case SCHED_RR:
        case LOCKET_OS_DEADLINE:
                return 1;
        default:
                return 0;
        }
}

/* glibc puts a thread's own variables on its stack's mapping. */
uint32_t locket_os_thread(void)
{
        static LOCKET_OS_LOCAL const char here;

        return (uint32_t)((uintptr_t)&here >> 20);
}

uint32_t locket_os_process(void)
{
        return (uint32_t)getpid();
}

int locket_os_at_exit(void (*f)(void))
{
        return atexit(f) == 0 ? 0 : ENOMEM;
}

int locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
        return pthread_atfork(before, parent, child);
}

int locket_os_harden(void)
{
        const struct rlimit none = { 0, 0 };
        struct rlimit memory;
        int before = errno;
        int core = locket_os_result(setrlimit(RLIMIT_CORE, &none), before);
        int dump = locket_os_result(prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L), before);
        int lock = locket_os_result(getrlimit(RLIMIT_MEMLOCK, &memory), before);

        if (lock == 0) {
                memory.rlim_cur = memory.rlim_max;
                lock = locket_os_result(setrlimit(RLIMIT_MEMLOCK, &memory), before);
        }
        return core != 0 ? core : dump != 0 ? dump : lock;
}

/* A reader of a /proc file, a small piece at a time. */
struct locket_os_reader {
        int fd;
        int error;
        size_t at, length;
        char chunk[LOCKET_OS_CHUNK];
};

static int locket_os_start(struct locket_os_reader *r, const char *path)
{
        r->fd = open(path, O_RDONLY | O_CLOEXEC);
        r->error = r->fd < 0 ? errno : 0;
        r->at = 0;
        r->length = 0;
        return r->error;
}

/* The next byte, or -1 at the end or after an error. */
static int locket_os_next(struct locket_os_reader *r)
{
        ssize_t n;

        if (r->at == r->length) {
                do {
                        n = read(r->fd, r->chunk, sizeof r->chunk);
                } while (n < 0 && errno == EINTR);
                if (n <= 0) {
                        r->error = n < 0 ? errno : 0;
                        return -1;
                }
                r->at = 0;
                r->length = (size_t)n;
        }
        return (unsigned char)r->chunk[r->at++];
}

/* The number in base ${base} that stands after ${key} in a /proc file; with
 * the empty key, the first one.  ENOENT: none does. */
static int locket_os_number(const char *path, const char *key, unsigned base, uint64_t *number)
{
        struct locket_os_reader r;
        int before = errno;
        const char *left = key;
        unsigned digits = 0;
        uint64_t value = 0;
        int c;

        if (locket_os_start(&r, path) == 0) {
                while ((c = locket_os_next(&r)) >= 0) {
                        unsigned digit = base;

                        if (*left != '\0') {
                                left = c == *left ? left + 1 : c == *key ? key + 1 : key;
                                continue;
                        }
                        if (c >= '0' && c <= '9') {
                                digit = (unsigned)(c - '0');
                        } else if (c >= 'a' && c <= 'f') {
                                digit = (unsigned)(c - 'a') + 10u;
                        }
                        if (digit < base) {
                                value = value * base + digit;
                                digits++;
                        } else if (digits > 0) {
                                break;
                        }
                }
                if (digits == 0 && r.error == 0) {
                        r.error = ENOENT;
                }
                (void)close(r.fd);
        }
        errno = before;
        *number = value;
        return r.error;
}

/* 1 in the first user namespace: mlock(2) asks for CAP_IPC_LOCK there, and root of
 * another one has all capabilities, of which this one does not count
 * (user_namespaces(7)).  An ordinary user cannot make one with this map. */
static int locket_os_first_namespace(void)
{
        uint64_t users = 0;
        const int error = locket_os_number("/proc/self/uid_map", "         0          0 ", 10,
                                           &users);

        return error == 0 && users == UINT32_MAX;
}

size_t locket_os_lock_limit(void)
{
        struct rlimit limit;
        uint64_t capabilities;
        int before = errno;
        int error = locket_os_result(getrlimit(RLIMIT_MEMLOCK, &limit), before);

        if (error != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > SIZE_MAX) {
                return SIZE_MAX;
        }
        if (locket_os_number("/proc/self/status", "\nCapEff:", 16, &capabilities) == 0 &&
            (capabilities >> LOCKET_OS_CAP_IPC_LOCK & 1u) != 0 && locket_os_first_namespace()) {
                return SIZE_MAX;
        }
        return (size_t)limit.rlim_cur;
}

int locket_os_locked_now(size_t *bytes)
{
        uint64_t kilobytes;
        int error = locket_os_number("/proc/self/status", "\nVmLck:", 10, &kilobytes);

        *bytes = (size_t)kilobytes * 1024u;
        return error;
}

int locket_os_mapping_limit(size_t *number)
{
        uint64_t value;
        int error = locket_os_number("/proc/sys/vm/max_map_count", "", 10, &value);

        *number = (size_t)value;
        return error;
}

int locket_os_mappings_now(size_t *number)
{
        struct locket_os_reader r;
        int before = errno;
        unsigned high = 0; /* letters f that the line begins with */
        int c;

        *number = 0;
        if (locket_os_start(&r, "/proc/self/maps") == 0) {
                while ((c = locket_os_next(&r)) >= 0) {
                        /* ffffffffff600000 is the kernel's own page (vsyscall), for
                         * which no mapping of the process is counted. */
                        if (c == '\n') {
                                *number += high != LOCKET_OS_HIGH;
                                high = 0;
                        } else if (high < LOCKET_OS_HIGH) {
                                high = c == 'f' ? high + 1u : LOCKET_OS_HIGH + 1u;
                        }
                }
                (void)close(r.fd);
        }
        errno = before;
        return r.error;
}
