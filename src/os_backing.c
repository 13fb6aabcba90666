/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os_backing.c - stage 2: pages that are not anonymous memory, Linux.
 *
 * Such pages are made somewhere else, filled in and left out of children there,
 * and then moved to their place in the range in one step (mremap(2)): nothing
 * else can land there meanwhile, and no thread sees them half made.  Their
 * descriptor is closed before the call returns.
 *
 * Knows:    system calls; nothing of slots or arenas.
 * Promises: the contracts of os.h.  errno is never changed.
 * Assumed:  by the proof.   Tests: tests/backing
 */
#include "os.h"

#include "fatal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Values that older headers lack, or keep for _GNU_SOURCE. */
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef O_TMPFILE
#ifdef __O_TMPFILE
#define O_TMPFILE __O_TMPFILE
#else
#define O_TMPFILE (020000000 | O_DIRECTORY)
#endif
#endif
#define LOCKET_OS_MREMAP_MAYMOVE 1L
#define LOCKET_OS_MREMAP_FIXED 2L

/* Bytes of a directory's name, its end included. */
#define LOCKET_OS_PATH 4096u

/* ----------------------------------------------------------- descriptors */

/* ${fd} gets ${size} bytes.  The signal that an exceeded limit would be
 * (SIGXFSZ) is not risked. */
static int locket_os_size_fits(size_t size)
{
        struct rlimit limit;

        return getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
               size <= limit.rlim_cur;
}

static int locket_os_secret_fd(int *fd)
{
        *fd = (int)syscall(SYS_memfd_secret, (long)O_CLOEXEC);
        return *fd < 0 ? errno : 0;
}

/* A new file in ${directory} whose name, that nobody can guess, is gone before this
 * returns: for file systems without O_TMPFILE. */
static int locket_os_named_fd(const char *directory, int *fd)
{
        static const char digits[] = "0123456789abcdef";
        char name[] = ".locket-0123456789abcdef";
        uint64_t random = 0;
        const int folder = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = folder < 0 ? errno : locket_os_random(&random);
        size_t k;

        for (k = 0; k < 16; k++) {
                name[sizeof name - 2 - k] = digits[random >> (4 * k) & 15u];
        }
        *fd = -1;
        if (error == 0) {
                *fd = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
                error = *fd < 0 ? errno : 0;
        }
        if (error == 0 && unlinkat(folder, name, 0) != 0) {
                error = errno;
                (void)close(*fd);
        }
        if (folder >= 0) {
                (void)close(folder);
        }
        return error;
}

/* A new file in ${directory} without a name.  Not in what a link points to. */
static int locket_os_file_fd(const char *directory, int *fd)
{
        int error;

        *fd = open(directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        error = *fd < 0 ? errno : 0;
        /* open(2): the file system has no such files; EISDIR: nor has the kernel */
        return error == EOPNOTSUPP || error == EISDIR ? locket_os_named_fd(directory, fd) : error;
}

/* Have all of the ${size} bytes of file ${fd} on its disk, so that a full one is an
 * errno now and not a fault later. */
static int locket_os_fill_file(int fd, size_t size)
{
        int error;

        do {
                error = posix_fallocate(fd, 0, (off_t)size);
        } while (error == EINTR);
        return error == EDQUOT ? ENOSPC : error; /* EDQUOT is an arena's cap */
}

/* --------------------------------------------------------------- mappings */

/* Have the ${size} bytes at ${p}, fresh, in memory.  Through the kernel, since a
 * page that cannot be had is an errno there, and a signal or worse here. */
static int locket_os_touch(unsigned char *p, size_t size)
{
        const size_t page = locket_os_page();
        int error = locket_os_zero(p, 0, size);
        size_t at;

        if (error == 0 || error == EFAULT) {
                return error == 0 ? 0 : ENOMEM;
        }
        for (at = 0; at < size; at += page) { /* a kernel without that call */
                *(volatile unsigned char *)(p + at) = 0;
        }
        return 0;
}

/* Map all of ${fd} somewhere: zero pages, all there, that no child has. */
static int locket_os_draft(int fd, size_t size, unsigned char **draft)
{
        void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        int error;

        if (p == MAP_FAILED) {
                return errno;
        }
        *draft = p;
        error = locket_os_omit_on_fork(p, 0, size, 1);
        if (error == 0) {
                error = locket_os_touch(p, size);
        }
        if (error != 0) {
                (void)munmap(p, size);
        }
        return error;
}

/* A call that was refused has left b + lo .. b + hi as it was, or else a hole, in
 * which something else could land. */
static void locket_os_mend(unsigned char *b, size_t lo, size_t hi)
{
        const int error = locket_os_reserve_again(b, lo, hi);

        if (error != 0 && error != EEXIST) {
                locket_fatal_stop(LOCKET_METADATA_DAMAGE, (uintptr_t)(b + lo));
        }
}

/* Move the pages of ${draft} to b + lo .. b + hi. */
static int locket_os_move(unsigned char *draft, unsigned char *b, size_t lo, size_t hi)
{
        const size_t size = hi - lo;
        int error;

        if (syscall(SYS_mremap, draft, size, size,
                    LOCKET_OS_MREMAP_MAYMOVE | LOCKET_OS_MREMAP_FIXED, b + lo) != -1) {
                return 0;
        }
        error = errno;
        (void)munmap(draft, size);
        locket_os_mend(b, lo, hi);
        return error;
}

/* Map all of ${fd}, which is closed, at b + lo .. b + hi. */
static int locket_os_put(int fd, unsigned char *b, size_t lo, size_t hi)
{
        unsigned char *draft = NULL;
        int error = locket_os_draft(fd, hi - lo, &draft);

        (void)close(fd);
        if (error == 0) {
                error = locket_os_move(draft, b, lo, hi);
        }
        return error;
}

int locket_os_secret(unsigned char *b, size_t lo, size_t hi)
{
        const int before = errno;
        int fd = -1;
        int error = locket_os_secret_fd(&fd);

        if (error == 0 && !locket_os_size_fits(hi - lo)) {
                error = EFBIG;
        } else if (error == 0 && ftruncate(fd, (off_t)(hi - lo)) != 0) {
                error = errno;
        }
        if (error == 0) {
                error = locket_os_put(fd, b, lo, hi);
        } else if (fd >= 0) {
                (void)close(fd);
        }
        if (error == EAGAIN && locket_os_lock_limit() == 0) {
                error = EPERM; /* as mlock(2) says */
        }
        errno = before;
        return error;
}

int locket_os_file(unsigned char *b, size_t lo, size_t hi, const char *directory)
{
        const int before = errno;
        int fd = -1;
        int error = locket_os_size_fits(hi - lo) ? locket_os_file_fd(directory, &fd) : EFBIG;

        if (error == 0) {
                error = locket_os_fill_file(fd, hi - lo);
                if (error == 0) {
                        error = locket_os_put(fd, b, lo, hi);
                } else {
                        (void)close(fd);
                }
        }
        errno = before;
        return error;
}

int locket_os_plain(unsigned char *b, size_t lo, size_t hi)
{
        const int before = errno;
        const void *p = mmap(b + lo, hi - lo, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
        int error = p == MAP_FAILED ? errno : 0;

        if (error == 0) {
                (void)syscall(SYS_munlock, b + lo, hi - lo); /* mlockall(MCL_FUTURE) */
        } else {
                locket_os_mend(b, lo, hi);
        }
        errno = before;
        return error == EAGAIN ? ENOMEM : error;
}

int locket_os_sync(unsigned char *b, size_t lo, size_t hi)
{
        const int before = errno;
        const int error = msync(b + lo, hi - lo, MS_SYNC) == 0 ? 0 : errno;

        errno = before;
        return error;
}

/* --------------------------------------------------------------- at first */

int locket_os_try_secret(void)
{
        const int before = errno;
        int fd = -1;
        const int error = locket_os_secret_fd(&fd);

        if (error == 0) {
                (void)close(fd);
        }
        errno = before;
        return error;
}

int locket_os_try_file(const char *directory)
{
        const int before = errno;
        int fd = -1;
        const int error = locket_os_file_fd(directory, &fd);

        if (error == 0) {
                (void)close(fd);
        }
        errno = before;
        return error;
}

/* Put the name of the working directory and a slash into ${path}, if ${name} begins
 * there: how long that is.  0, or an errno. */
static int locket_os_here(const char *name, char *path, size_t *length)
{
        *length = 0;
        if (name[0] == '/') {
                return 0;
        }
        if (name[0] == '\0') {
                return ENOENT;
        }
        if (getcwd(path, LOCKET_OS_PATH - 1) == NULL) {
                return errno == ERANGE ? ENAMETOOLONG : errno;
        }
        *length = strlen(path);
        path[(*length)++] = '/';
        return 0;
}

int locket_os_keep_path(const char *name, char **path)
{
        const int before = errno;
        char *copy = locket_os_table(LOCKET_OS_PATH);
        size_t length = 0;
        size_t bytes = 0;
        int error = copy == NULL ? ENOMEM : locket_os_open_table(copy, 0, LOCKET_OS_PATH);

        if (error == 0) {
                error = locket_os_here(name, copy, &length);
        }
        if (error == 0) {
                bytes = strlen(name);
                while (bytes > 1 && name[bytes - 1] == '/') {
                        bytes--; /* a slash at the end would follow a link */
                }
                error = bytes < LOCKET_OS_PATH - length ? 0 : ENAMETOOLONG;
        }
        if (error == 0) {
                memcpy(copy + length, name, bytes); /* the rest is zero */
        } else if (copy != NULL) {
                locket_os_release_table(copy, LOCKET_OS_PATH);
                copy = NULL;
        }
        *path = copy;
        errno = before;
        return error;
}

void locket_os_drop_path(char *path)
{
        locket_os_release_table(path, LOCKET_OS_PATH);
}
