/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * os.h - stage 2: the border with the operating system.
 *
 * One function per system call.  Memory is always a base and two absolute
 * offsets, page multiples: b + lo .. b + hi.  A function that can fail returns
 * 0 or the errno value of the refusal, and none of them changes errno.
 *
 * The functions that make bytes reachable for others (unlock, discard,
 * plain, release; lock, which unlocks again what it could not lock) require that all
 * of them are zero.  That is the release point: there is no second way out.
 *
 * These contracts are what the proof believes of the kernel: proofs/
 * ASSUMPTIONS.md has the reason for each, and the test that asks the kernel.
 */
#ifndef LOCKET_OS_H
#define LOCKET_OS_H

#include "config.h"
#include "size.h"
#include "spec.h"

struct locket_slot;

/* ------------------------------------------------------------- the range */

/** locket_os_page(): The page size in bytes, a power of two. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures page: page_ok(\result);
*/
LOCKET_INTERNAL size_t locket_os_page(void);

/**
 * locket_os_reserve(size):
 * ${size} bytes of address space without access and without memory (mmap(2)
 * PROT_NONE, MAP_NORESERVE); NULL if there is not so much.
 */
/*@ requires none: locket_ghost_reserved == 0;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_reserved;
    ensures fresh: \result != \null ==>
                     \valid(\result + (0 .. size - 1)) && zeroed(\result, 0, size);
    ensures below: \result != \null ==> (uintptr_t)\result + size <= UINTPTR_MAX;
    ensures one:   locket_ghost_reserved == (\result == \null ? 0 : size);
*/
LOCKET_INTERNAL unsigned char *locket_os_reserve(size_t size);

/**
 * locket_os_join(b, page):
 * Have the kernel take all later mappings in a fresh reservation for parts of
 * one, so that they merge again when they are closed: without that, every
 * page that was ever open stays a mapping of its own and counts.  (Linux gives
 * a mapping an anon_vma at its first page, and merges only where they are
 * equal.)  A wish.
 */
/*@ requires wiped: zeroed(b, 0, page);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_os_join(unsigned char *b, size_t page);

/**
 * locket_os_table(size):
 * locket_os_reserve, for a table of locket's own: ${size} bytes between two
 * guard pages, left out of core files; no access yet.
 * locket_os_open_table(table, lo, hi): its bytes ${lo} .. ${hi}, rounded out to
 *      pages, can be read and written, and are zero the first time.  ENOMEM.
 * locket_os_open_records(table, lo, hi): the same, for a table of slots.
 * locket_os_wipe_table(table, size): the whole of it is zero in a child.
 * locket_os_release_table(table, size): all of it goes (munmap(2)).
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void *locket_os_table(size_t size);
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_open_table(void *table, size_t lo, size_t hi);
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi);
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_wipe_table(void *table, size_t size);
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_os_release_table(void *table, size_t size);

/**
 * locket_os_release(b, size):
 * Give a whole reservation back (munmap(2)).
 */
/*@ requires wiped: zeroed(b, 0, size);
    requires whole: locket_ghost_reserved == size;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_reserved;
    ensures none: locket_ghost_reserved == 0;
*/
LOCKET_INTERNAL void locket_os_release(unsigned char *b, size_t size);

/* ---------------------------------------------------------------- access */

/**
 * locket_os_open(b, lo, hi): read and write (mprotect(2)).
 * locket_os_read_only(b, lo, hi): read.
 * locket_os_close(b, lo, hi): no access.
 * ENOMEM: the mapping limit, or no memory for the kernel's own records.  Then
 * some of the pages may have the new access, others the old one.
 */
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_READ_WRITE);
*/
LOCKET_INTERNAL int locket_os_open(unsigned char *b, size_t lo, size_t hi);
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_READ_ONLY);
*/
LOCKET_INTERNAL int locket_os_read_only(unsigned char *b, size_t lo, size_t hi);
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS);
*/
LOCKET_INTERNAL int locket_os_close(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_restore(b, lo, hi, access):
 * Give pages back the ${access} that they had before a call that was refused,
 * or that they have outside a mapping of their own.  Nothing has to be split
 * for that, so the kernel cannot refuse it (Linux mm/mprotect.c); if it did,
 * nobody could say who may touch what, and the process ends with one line.
 */
/*@ requires range:  lo <= hi;
    requires access: LOCKET_NO_ACCESS <= access <= LOCKET_READ_WRITE;
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1];
    ensures ok: access_is(lo, hi, access);
*/
LOCKET_INTERNAL void locket_os_restore(unsigned char *b, size_t lo, size_t hi, int access);

/* ---------------------------------------------------------------- memory */

/**
 * locket_os_lock(b, lo, hi):
 * Keep open pages in RAM, and fill them in (mlock(2)).  All or nothing: what
 * was refused is not locked, nor marked as such.  EAGAIN: the lock limit is
 * used up.  EPERM: no locking allowed.  ENOMEM: no memory.
 */
/*@ requires range: lo <= hi;
    requires open:  access_is(lo, hi, LOCKET_READ_WRITE);
    requires wiped: zeroed(b, lo, hi);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> locked_is(lo, hi, 1);
    ensures refused: \result != 0 ==> locked_is(lo, hi, 0);
*/
LOCKET_INTERNAL int locket_os_lock(unsigned char *b, size_t lo, size_t hi);

/** locket_os_unlock(b, lo, hi): let the pages go to swap (munlock(2)). */
/*@ requires range: lo <= hi;
    requires wiped: zeroed(b, lo, hi);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> locked_is(lo, hi, 0);
    ensures refused: \result != 0 ==> \forall integer i; lo <= i < hi ==>
                       locket_ghost_locked[i] == \old(locket_ghost_locked[i]);
*/
LOCKET_INTERNAL int locket_os_unlock(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_discard(b, lo, hi):
 * Give the memory of unlocked pages back; they read as zero from now on
 * (MADV_DONTNEED), as before.
 */
/*@ requires range:    lo <= hi;
    requires wiped:    zeroed(b, lo, hi);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_discard(unsigned char *b, size_t lo, size_t hi);

/* -------------------------------------------------------------- backings */

/**
 * locket_os_secret(b, lo, hi):
 * In the place of closed pages: open ones of secret memory (memfd_secret(2),
 * Linux 5.14), which no system call reads and the kernel itself has not mapped;
 * locked by their nature, never dumped, and in no child (MADV_DONTFORK).  All
 * or nothing.  EAGAIN: the lock limit is used up.  EPERM: it is 0.  ENOSYS:
 * not on this machine.  EFBIG: more than RLIMIT_FSIZE.  EMFILE, ENFILE: no
 * descriptor.  ENOMEM: memory, or mappings.
 */
/*@ requires range:    lo <= hi;
    requires wiped:    zeroed(b, lo, hi);
    requires closed:   access_is(lo, hi, LOCKET_NO_ACCESS);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1], locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_READ_WRITE) &&
                       locked_is(lo, hi, 1);
    ensures refused: \result != 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS) &&
                       locked_is(lo, hi, 0);
*/
LOCKET_INTERNAL int locket_os_secret(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_file(b, lo, hi, directory):
 * In the place of closed pages: open ones of a new file without a name in
 * ${directory}, on disk as a whole, in no child.  All or nothing.  Not locked.
 * Errors: those of open(2) for the directory (ENOENT, ENOTDIR, ELOOP for a
 * link, EACCES, EROFS), ENOSPC for a quota too, EFBIG, EMFILE, ENFILE, ENOMEM.
 */
/*@ requires range:    lo <= hi;
    requires wiped:    zeroed(b, lo, hi);
    requires closed:   access_is(lo, hi, LOCKET_NO_ACCESS);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_READ_WRITE);
    ensures refused: \result != 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS);
*/
LOCKET_INTERNAL int locket_os_file(unsigned char *b, size_t lo, size_t hi, const char *directory);

/**
 * locket_os_sync(b, lo, hi):
 * What is in the pages, zeros, is on the disk when this returns (msync(2)).
 */
/*@ requires range: lo <= hi;
    requires wiped: zeroed(b, lo, hi);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_sync(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_plain(b, lo, hi):
 * In the place of any pages: those of a fresh reservation (mmap(2), MAP_FIXED).
 * The memory or the file that was there goes.  ENOMEM: nothing has changed.
 */
/*@ requires range: lo <= hi;
    requires wiped: zeroed(b, lo, hi);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_access[lo .. hi - 1], locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS) &&
                       locked_is(lo, hi, 0);
    ensures refused: \result != 0 ==> \forall integer i; lo <= i < hi ==>
                       locket_ghost_access[i] == \old(locket_ghost_access[i]) &&
                       locket_ghost_locked[i] == \old(locket_ghost_locked[i]);
*/
LOCKET_INTERNAL int locket_os_plain(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_try_secret(): 0, or the errno of a machine without secret memory.
 * locket_os_try_file(directory): 0, or why no file can be made there.
 * locket_os_keep_path(name, path): a copy of the name of a directory, which stays
 *      right when the working directory changes.  ENOENT, ENAMETOOLONG, ENOMEM.
 * locket_os_drop_path(path): it is not needed any more.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_try_secret(void);
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_try_file(const char *directory);
/*@ requires valid: \valid(path);
    terminates \true;
    exits      \false;
    assigns    *path;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_keep_path(const char *name, char **path);
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_os_drop_path(char *path);

/* ------------------------------------------------------------ protections */

/**
 * locket_os_undump(b, lo, hi, on): leave out of core files (MADV_DONTDUMP).
 * locket_os_wipe_on_fork(b, lo, hi, on): zero in a child (MADV_WIPEONFORK,
 *      Linux 4.14).
 * locket_os_unmerge(b, lo, hi): never merge by contents (MADV_UNMERGEABLE); a
 *      kernel without merging satisfies it.
 * ENOTSUP: the kernel accepts any advice (an emulator), so none is believed.
 */
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_undump(unsigned char *b, size_t lo, size_t hi, int on);
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_wipe_on_fork(unsigned char *b, size_t lo, size_t hi, int on);
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_unmerge(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_omit_on_fork(b, lo, hi, on):
 * A child has nothing there (MADV_DONTFORK, Linux 2.6.16): no memory and no
 * reservation, until locket_os_reserve_again.  Errors as above.
 */
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_omit_on_fork(unsigned char *b, size_t lo, size_t hi, int on);

/**
 * locket_os_reserve_again(b, lo, hi):
 * In a child: reserve what a fork has left out of it, without access and zero.
 * EEXIST: something else is there by now, or in a part of it; it is left alone.
 * ENOMEM.
 */
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1], locket_ghost_access[lo .. hi - 1],
               locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures zero:    \result == 0 ==> zeroed(b, lo, hi);
    ensures closed:  \result == 0 ==> access_is(lo, hi, LOCKET_NO_ACCESS);
    ensures not:     \result == 0 ==> locked_is(lo, hi, 0);
*/
LOCKET_INTERNAL int locket_os_reserve_again(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_lock_again(b, lo, hi):
 * In a child: lock open pages that were locked in its parent, whatever is in
 * them.  All or nothing; errors as locket_os_lock.  What is refused was not
 * locked here before, so nobody can reach more than before.
 */
/*@ requires range:    lo <= hi;
    requires open:     access_is(lo, hi, LOCKET_READ_WRITE);
    requires unlocked: locked_is(lo, hi, 0);
    terminates \true;
    exits      \false;
    assigns    locket_ghost_locked[lo .. hi - 1];
    ensures code:    0 <= \result;
    ensures ok:      \result == 0 ==> locked_is(lo, hi, 1);
    ensures refused: \result != 0 ==> locked_is(lo, hi, 0);
*/
LOCKET_INTERNAL int locket_os_lock_again(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_mark(b, lo, hi, on):
 * Keep open pages that are not locked a mapping of their own when they are
 * closed, so that opening them again needs no new one (MADV_RANDOM, which
 * means nothing else for anonymous memory).  ENOMEM.
 */
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_mark(unsigned char *b, size_t lo, size_t hi, int on);

/**
 * locket_os_zero(b, lo, hi):
 * Zero bytes that another thread may close meanwhile: EFAULT then, not a
 * fault (process_vm_readv(2), which reads zeros into them: the other way round
 * the kernel would have to reach them, and it cannot reach secret memory).  Any other errno: the kernel does not do it.
 * Async-signal-safe.
 */
/*@ requires range: lo <= hi;
    terminates \true;
    exits      \false;
    assigns    b[lo .. hi - 1];
    ensures code:  0 <= \result;
    ensures ok:    \result == 0 ==> zeroed(b, lo, hi);
    ensures each:  \forall integer i; lo <= i < hi ==> b[i] == 0 || b[i] == \old(b[i]);
*/
LOCKET_INTERNAL int locket_os_zero(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_small_pages(b, lo, hi):
 * Ask that the kernel uses no huge pages, of which most would be locked for
 * nothing (MADV_NOHUGEPAGE).  A wish: a kernel without them refuses.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_os_small_pages(unsigned char *b, size_t lo, size_t hi);

/**
 * locket_os_name(b, lo, hi, name):
 * Name the pages in /proc/self/maps (PR_SET_VMA_ANON_NAME, Linux 5.17).  A
 * wish: a kernel without it refuses.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_os_name(unsigned char *b, size_t lo, size_t hi, const char *name);

/* ------------------------------------------------------------ the process */

/**
 * locket_os_random(word):
 * 64 unpredictable bits (getrandom(2)).  EIO: the kernel gives none.
 */
/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_random(uint64_t *word);

/**
 * locket_os_sleep(word, seen):
 * Wait until somebody wakes ${word}, unless it is not ${seen} any more; or for no
 * reason (futex(2)).
 * locket_os_wake(word, most): wake ${most} of those that wait so, at most.
 *      Async-signal-safe.
 */
/*@ requires valid: \valid_read(word);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_os_sleep(const uint32_t *word, uint32_t seen);
/*@ requires valid: \valid_read(word);
    terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL void locket_os_wake(const uint32_t *word, int most);

/**
 * locket_os_self(): the number of this thread (gettid(2)), not 0.
 * locket_os_real_time(): 1 if its policy is one of real time (sched(7)).
 * locket_os_inherit(word): ${word} is 0, or the number of the thread that has it: wait
 *      for it, and have that one run at this thread's priority meanwhile.  0: it is
 *      this thread's; or an errno: EAGAIN, try again; ENOSYS, this kernel cannot.
 * locket_os_bequeath(word): this thread's word is that of whoever waits for it so, or
 *      0.  0, or an errno: EPERM, it is not this thread's.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL uint32_t locket_os_self(void);
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL int locket_os_real_time(void);
/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
*/
LOCKET_INTERNAL int locket_os_inherit(uint32_t *word);
/*@ requires valid: \valid(word);
    terminates \true;
    exits      \false;
    assigns    *word;
*/
LOCKET_INTERNAL int locket_os_bequeath(uint32_t *word);
/** locket_os_thread(): a number by which threads are told apart, most often: by their
 * stacks, which are megabytes apart.  Two may have the same. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL uint32_t locket_os_thread(void);

/** locket_os_process(): the number of this process (getpid(2)), not 0. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures some: 0 < \result;
*/
LOCKET_INTERNAL uint32_t locket_os_process(void);

/** locket_os_at_exit(f): call ${f} at exit(3).  ENOMEM. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_at_exit(void (*f)(void));

/** locket_os_at_fork(before, parent, child): pthread_atfork(3).  ENOMEM. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_at_fork(void (*before)(void), void (*parent)(void),
                                      void (*child)(void));

/** locket_os_harden(): what locket_harden_process promises. */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_harden(void);

/**
 * locket_os_lock_limit(): bytes this process may lock; SIZE_MAX: unlimited.
 * locket_os_locked_now(bytes): bytes locked by the process.
 * locket_os_mapping_limit(number): mappings it may have.
 * locket_os_mappings_now(number): mappings it has.
 * The last three read /proc, and fail with the errno of open(2) or read(2).
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
*/
LOCKET_INTERNAL size_t locket_os_lock_limit(void);
/*@ requires valid: \valid(bytes);
    terminates \true;
    exits      \false;
    assigns    *bytes;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_locked_now(size_t *bytes);
/*@ requires valid: \valid(number);
    terminates \true;
    exits      \false;
    assigns    *number;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_mapping_limit(size_t *number);
/*@ requires valid: \valid(number);
    terminates \true;
    exits      \false;
    assigns    *number;
    ensures code:  0 <= \result;
*/
LOCKET_INTERNAL int locket_os_mappings_now(size_t *number);

#endif
