/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * locket.h - memory for secrets: the whole public interface.
 *
 * THE RULES, which hold for every call unless it says otherwise
 *
 *   Memory    A secret lies on pages of its own (or, in a compact arena, that
 *             it shares with other secrets of that arena), locked into RAM (mlock(2)),
 *             left out of core dumps (MADV_DONTDUMP), zero in a forked child
 *             (MADV_WIPEONFORK, Linux 4.14), never merged with another page
 *             (MADV_UNMERGEABLE), between two guard pages without access.  It
 *             is zero when it is handed out, and every byte of its pages is
 *             zeroed before anything else may have them.
 *   Sizes     are in bytes.  The largest secret is LOCKET_MAX_SIZE or what the
 *             address space has room for, whichever is less.
 *   Errors    A function that fails returns NULL or -1 and sets errno to a
 *             value named in its comment.  Nothing is lost, changed or half
 *             done.  A call that succeeds does not change errno.
 *             What a refusal of memory means, and what to do:
 *     EAGAIN  the lock limit is used up (RLIMIT_MEMLOCK).  Raise it: ulimit -l,
 *             LimitMEMLOCK= of systemd, limits.conf; a program may raise the
 *             soft limit itself (locket_harden_process).  Or free secrets, or
 *             use a compact arena.  locket_budget says how much is left.
 *     EPERM   locking is not allowed at all: the limit is 0, and the process
 *             has no CAP_IPC_LOCK in the first user namespace.  Give it a
 *             limit, as above, or the capability.
 *     ENOMEM  mappings, address space or memory; or an arena's cap.  A guard
 *             page that cannot be made is this.  Compare mappings_now with
 *             mapping_limit of locket_budget: if they meet, raise
 *             vm.max_map_count or use a compact arena.  Else look at
 *             RLIMIT_AS, RLIMIT_DATA, the memory of the container and of the
 *             machine.
 *     ENOTSUP the kernel, or an emulator or sandbox in its place, lacks a
 *             protection that the policy requires: "locket doctor" names it.
 *             With LOCKET_PREFER there is a secret, and locket_inspect says so.
 *   Misuse    that can be detected (enum locket_violation) does not return:
 *             one line on standard error, the handler of locket_on_violation,
 *             abort(3).  The block is wiped first.
 *   Pointers  Every function is total: any value may be passed for a pointer
 *             to a secret or to an arena, before the first allocation too.
 *             locket compares it and never reads through it before it is
 *             known to be its own.
 *   Threads   Any function may be called by any thread at any time; a secret
 *             may be freed by another thread than the one that allocated it.
 *             Using one secret from several threads is for the caller to
 *             order, as with malloc(3).
 *             A real-time thread (sched(7)) that waits for a lock of locket's
 *             gives its priority to whoever has it.
 *             Threads are those of pthread_create(3) or thrd_create(3).  One
 *             made by raw clone(2) may call only when the process has had one
 *             of these besides the first: else glibc says that there is only
 *             one thread, and no lock is taken for others.
 *   Signals   Only locket_wipe_all, locket_wipe, locket_equal and
 *             locket_version are async-signal-safe.  Another call, in a handler that
 *             has interrupted one of locket's in its own thread, does not wait for
 *             ever: where that one held a lock it fails with EDEADLK (each call
 *             that has an errno), nothing changed; and what cannot fail ends the
 *             process (locket_free and locket_free_sized of anything but NULL,
 *             locket_realloc to size 0, locket_validate):
 *             "locket: call inside a call, of 0x...", abort(3), without the
 *             handler of locket_on_violation.  So it is after a handler
 *             has jumped out of a call (siglongjmp(3)).
 *   Fork      In a child the parent's secrets are lost: they read as zero at
 *             the same addresses, are not locked, and can be inspected,
 *             resized and freed.  An arena can have another policy (enum
 *             locket_fork).  In every one, the child can allocate at once,
 *             and what it allocates is protected as in the parent.  A child
 *             that no handler of pthread_atfork(3) has seen (clone(2)) is
 *             recognised by its first call.  SECURITY.md says what each call
 *             does in a child.
 *   Start     Nothing happens before the first call that needs it, and no
 *             call is needed to start or to end.  At exit(3) the live secrets
 *             are zeroed; nothing is unmapped, so other exit handlers may
 *             still use and free them.
 *   Weakening No environment variable and no file changes what is promised.
 *
 *   COMPACT ARENAS (enum locket_layout) differ in this
 *
 *   Pages     A secret of up to 1,912 bytes, aligned to 64 or less, is a cell
 *             among others of its size class, in a run of 1 to 16 pages that
 *             has guard pages around it.  A larger one, or one more aligned,
 *             has pages of its own in the same arena, as in a guarded one.
 *   Size      locket_arena_malloc, which aligns to 16, takes 48 locked bytes
 *             for 32: no byte is left for a check in 32.  Who needs density
 *             asks for alignment 8: locket_arena_aligned_alloc(arena, 8, 32)
 *             takes 40, canary included; so do 25 to 31.  Under a lock limit
 *             of 8 MiB there is room for 200,000 of these, under 64 KiB for
 *             1,400.
 *   Found     Between two cells stand 8 bytes of canary or more, other ones
 *             for each secret.  An overflow or underflow is found when the
 *             secret, or its neighbour, is freed or validated: it does not
 *             fault, and if the neighbour is freed first, it is that one's
 *             underflow.  A late write is found before the cell is used again
 *             and before its pages are given back; a late read sees zeros,
 *             or the next secret there.  LOCKET_FREED_CLOSE closes no cell.
 *             A limit ends the quarantine of cells early.
 *   Fork      Secrets are zeros in a child.  LOCKET_FORK_OMIT and
 *             LOCKET_FORK_KEEP are not in this version: ENOTSUP.
 *   Refused   locket_protect: ENOTSUP, as others are on the page.
 *   Speed     No system call and no page fault but for a new run.
 *
 *   locket does not protect: copies that the caller makes (registers, stack,
 *   other buffers), memory read by the process itself or by root while a
 *   secret is open, hibernation images.  SECURITY.md has the whole list.
 */
#ifndef LOCKET_H
#define LOCKET_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header; locket_version() is that of the library. */
#define LOCKET_VERSION "0.1.0"

/* The largest size that any call accepts: 2 GiB less a page. */
#define LOCKET_MAX_SIZE ((size_t)0x7ffff000)

/* ------------------------------------------------------------------ types */

/* What a thread may do with a secret's pages (mprotect(2)).  A touch that is
 * not allowed is SIGSEGV, for every thread of the process. */
enum locket_access {
        LOCKET_NO_ACCESS,
        LOCKET_READ_ONLY,
        LOCKET_READ_WRITE       /* how a secret is handed out */
};

/* How secrets share pages. */
enum locket_layout {
        LOCKET_GUARDED,         /* each has its own pages between its guards */
        LOCKET_COMPACT          /* many share pages that are guarded together:
                                 * see COMPACT ARENAS below */
};

/* Where the pages come from.  SECRETMEM and FILE are asked for by who needs
 * them, never the default, and only in the guarded layout.  Their pages are left
 * out of children, always (LOCKET_FORK_OMIT); each place that is opened is a
 * descriptor of its own for a moment, closed before the call returns, and its
 * pages are given back together: where a kept place has more than a later
 * secret needs, the rest is its slack. */
enum locket_backing {
        LOCKET_ANONYMOUS,       /* private anonymous memory (mmap(2)) */
        LOCKET_SECRETMEM,       /* memory that the kernel itself has not mapped
                                 * (memfd_secret(2), Linux 5.14): /proc/PID/mem,
                                 * a debugger and process_vm_readv(2) cannot
                                 * read it.  Always locked, whatever `locked`
                                 * says, and counted in the lock limit.  Cost:
                                 * while such a page is there, the WHOLE
                                 * MACHINE cannot hibernate; the first touch of
                                 * a page takes some 30 us, ten times that of
                                 * others; a few more system calls for each
                                 * place that is opened */
        LOCKET_FILE             /* for machines where memory cannot be locked
                                 * (`locked` PREFER or OFF): files without a
                                 * name in `directory`, to which the kernel
                                 * writes these pages, and not to swap.  The
                                 * secret MAY REACH THAT DISK; it is
                                 * overwritten there, and that is waited for
                                 * (msync(2)), when it is freed, moved, wiped
                                 * by locket_wipe_all or at exit(3).  Cost: a
                                 * write to the disk for each free.  SECURITY.md
                                 * says what that is worth */
};

/* What a forked child has of a secret.  In a child made by clone(2) alone, what
 * stands here of OMIT and KEEP holds from its first call of locket on: before
 * that, something else can be mapped where an omitted secret was (then all
 * secrets that lay near it are no secrets of the child's any more: what is
 * there is never touched, and a free is a foreign free), and a kept secret is
 * not locked. */
enum locket_fork {
        LOCKET_FORK_WIPE,       /* zeros at the same address */
        LOCKET_FORK_OMIT,       /* nothing (MADV_DONTFORK): a touch is SIGSEGV,
                                 * and nothing else can be mapped there.  The
                                 * secret is lost and can be freed; opened
                                 * with locket_protect, it reads as zero */
        LOCKET_FORK_KEEP        /* its own copy, locked again before fork(2)
                                 * returns: for programs that become daemons.
                                 * What cannot be locked there, and is
                                 * required to be, is wiped there and lost */
};

/* What happens to the pages of a freed secret until they are used again. */
enum locket_freed {
        LOCKET_FREED_CLOSE,     /* no access: every late touch is SIGSEGV.
                                 * Two system calls for a malloc and a free */
        LOCKET_FREED_CHECK      /* open and zero: every late write is found
                                 * before reuse; a late read sees zeros.
                                 * No system call in the steady state */
};

/* How much a protection matters. */
enum locket_demand {
        LOCKET_REQUIRE,         /* no protection, no memory */
        LOCKET_PREFER,          /* tried; locket_inspect says what came of it */
        LOCKET_OFF              /* not asked for */
};

/* Misuse that ends the process.  The line on standard error begins with the
 * text that stands here, and ends with the address. */
enum locket_violation {
        LOCKET_DOUBLE_FREE,     /* "locket: double free of 0x..." */
        LOCKET_FOREIGN_FREE,    /* "locket: foreign free of 0x...": never a
                                 * secret, or so long ago that all trace of
                                 * it is gone */
        LOCKET_INTERIOR_FREE,   /* "locket: interior free of 0x...": on a live
                                 * secret's pages, or in its cell, but not its
                                 * first byte */
        LOCKET_WRONG_SIZE,      /* "locket: wrong size for free of 0x..." */
        LOCKET_OVERFLOW,        /* "locket: overflow of 0x...": a byte after
                                 * the secret has changed */
        LOCKET_UNDERFLOW,       /* "locket: underflow of 0x...": before it */
        LOCKET_WRITE_AFTER_FREE,/* "locket: write after free of 0x..." */
        LOCKET_METADATA_DAMAGE  /* "locket: metadata damage at 0x...": a table
                                 * of locket's own contradicts itself, or the
                                 * kernel refused to open pages that must be
                                 * wiped */
};

/* See locket_on_violation. */
typedef void locket_violation_fn(enum locket_violation kind,
                                 const void *address);

/* A set of secrets with one policy, opaque. */
struct locket_arena;

/* What an arena promises.  Fill it in with locket_policy_init, then change
 * what shall differ; the value after each comment is the default. */
struct locket_policy {
        size_t struct_size;             /* set by locket_policy_init */
        enum locket_layout layout;      /* LOCKET_GUARDED */
        enum locket_backing backing;    /* LOCKET_ANONYMOUS */
        enum locket_fork fork;          /* LOCKET_FORK_WIPE */
        enum locket_freed freed;        /* LOCKET_FREED_CLOSE */
        enum locket_demand locked;      /* in RAM, not in swap: REQUIRE */
        enum locket_demand undumped;    /* not in core files: REQUIRE */
        enum locket_demand fork_safe;   /* what `fork` says holds: REQUIRE */
        enum locket_demand unmerged;    /* no page is shared with another by
                                         * its contents (KSM): REQUIRE.  A
                                         * kernel without KSM satisfies it */
        size_t capacity;        /* most bytes of secret pages, live and kept,
                                 * that the arena may have locked; 0: no cap */
        size_t quarantine;      /* freed secrets whose place may not be used
                                 * again yet, first in first out; then the
                                 * next place is drawn at random from those
                                 * that are free: 8.  Where threads met at
                                 * the lock, each of the arena's shards (up
                                 * to 8) has a quarantine of its own */
        const char *directory;  /* LOCKET_FILE only: where its files are, not a
                                 * symbolic link; copied, and put after the
                                 * working directory if it is relative.  It is
                                 * looked up whenever a file is made.  On a
                                 * tmpfs the pages go to swap as others do:
                                 * NULL */
        const char *label;      /* names the pages in /proc/self/maps where
                                 * the kernel can (PR_SET_VMA_ANON_NAME, Linux
                                 * 5.17); at most 63 bytes are used; copied.
                                 * NULL: no name */
};

/* Whether a protection is there.  Not wanted: 0, 0.  fork_safe with 1, ENOTSUP:
 * the kernel cannot wipe a page on fork (before Linux 4.14), so a child made by
 * clone(2) alone is known by its process id only: not if it has its parent's
 * (a new pid namespace), and a process that shares the memory (CLONE_VM,
 * vfork(2)) must not call locket. */
struct locket_protection {
        int in_force;           /* 1: yes, 0: no */
        int error;              /* errno of the refusal, 0 if none */
};

/* The structures below begin with their own size.  The caller sets it to
 * sizeof the structure before the call, or to 0 for that of version 0.1; the
 * call fills in that many bytes, at most those it knows, and sets struct_size
 * to what it filled in.  A size that is neither 0 nor at least that of
 * version 0.1 is EINVAL. */

struct locket_report {
        size_t struct_size;
        size_t size;                    /* bytes asked for */
        size_t capacity;                /* bytes to which locket_realloc can
                                         * resize it without moving it */
        enum locket_layout layout;      /* of this secret: a large one of a
                                         * compact arena is LOCKET_GUARDED */
        enum locket_backing backing;
        enum locket_access access;
        int lost;                       /* 1: gone in a fork; reads as zero, or
                                         * not at all (LOCKET_FORK_OMIT).  A
                                         * kept one that could not be locked:
                                         * locked.error says why; EBUSY: it
                                         * was in the middle of a call */
        struct locket_protection locked;
        struct locket_protection undumped;
        struct locket_protection fork_safe;
        struct locket_protection unmerged;
        struct locket_protection guarded;       /* guard pages of its own: a
                                         * cell has none, its run has */
};

struct locket_budget {
        size_t struct_size;
        size_t page_size;               /* bytes */
        size_t lock_limit;              /* bytes, RLIMIT_MEMLOCK (soft); or
                                         * SIZE_MAX: unlimited, which it also
                                         * is with CAP_IPC_LOCK */
        size_t locked_now;              /* bytes, whole process (VmLck) */
        size_t mapping_limit;           /* vm.max_map_count */
        size_t mappings_now;            /* mappings of the process, as the
                                         * kernel counts them: without [vsyscall] */
        size_t guarded_room;            /* how many more secrets fit in the
                                         * default arena */
        size_t compact_room;            /* how many fit in a new compact
                                         * arena, aligned to 16 */
};

struct locket_stats {
        size_t struct_size;
        size_t live_secrets;            /* number */
        size_t live_bytes;              /* bytes asked for by their owners */
        size_t locked_bytes;            /* bytes locked for live, quarantined
                                         * and kept secrets */
        size_t slabs;                   /* number, over all arenas */
        size_t quarantined;             /* freed, not to be used again yet */
        size_t peak_live_secrets;       /* the sum of each arena's highest */
        size_t peak_locked_bytes;       /* the same */
        size_t violations;              /* reported so far; a handler that
                                         * jumped away can see more than 0 */
};

/* ---------------------------------------------------- getting and freeing */

/**
 * locket_malloc(size):
 * Get ${size} bytes from the default guarded arena, all zero.
 *
 * Returns: a pointer aligned to 16.  With size 0, a unique pointer that may
 *          not be read or written but must be freed.  NULL with errno
 *            ENOMEM   no address space, no mapping (vm.max_map_count) or no
 *                     memory left, or size above LOCKET_MAX_SIZE
 *            EAGAIN   the lock limit is used up (RLIMIT_MEMLOCK)
 *            EPERM    this process may not lock memory at all (limit 0)
 *            ENOTSUP  the kernel lacks a protection that the policy requires
 *            EIO      the kernel gives no random bytes (getrandom(2))
 * Threads: one lock per arena is held, over the system calls too.  Threads that
 *          meet at it spread over up to 8 shards of the arena, unless it has a
 *          cap or a reserve.
 * Fork:    see the rules above.
 * Does not: keep secrets of more than one call apart in time; zero the
 *          caller's registers.
 */
void *locket_malloc(size_t size);

/**
 * locket_calloc(count, size):
 * locket_malloc(${count} * ${size}).
 *
 * Returns: as locket_malloc; a product that overflows is ENOMEM.
 */
void *locket_calloc(size_t count, size_t size);

/**
 * locket_aligned_alloc(alignment, size):
 * locket_malloc with another alignment: a power of two from 1 to the page
 * size.  ${size} need not be a multiple of it.  The end of the secret, rounded
 * up to the alignment, is the upper guard page: with alignment 1 the first
 * byte past the end always faults.
 *
 * Returns: as locket_malloc; any other alignment is EINVAL.
 */
void *locket_aligned_alloc(size_t alignment, size_t size);

/**
 * locket_realloc(ptr, size):
 * Change the size of a secret.  The first bytes, up to the lesser of both
 * sizes, are kept and new ones are zero.  It stays where it is if its last
 * byte stays within the same multiple of its alignment (a cell: if it stays in
 * its size class); else it moves to another place of the same arena with the
 * same alignment, and the old place is wiped and freed.  Any access mode of the old secret is fine, and the
 * result is LOCKET_READ_WRITE.  NULL: as locket_malloc(size).  Size 0: frees
 * ${ptr}.
 *
 * Returns: the secret; NULL and the errno of locket_malloc, the old secret
 *          untouched; NULL for size 0, errno unchanged.
 *          A ${ptr} that is not a live secret is a violation.
 *
 * Violations: also a late write to another place of the arena, or at a limit of
 *          any, that is found on the way.  Found before the secret has moved, it
 *          is as it was.  Found when its old place is put away, it has ended,
 *          as by locket_free: its bytes are wiped in both places.  A handler
 *          that jumps can ask locket_size(${ptr}), which is 0 then.
 */
void *locket_realloc(void *ptr, size_t size);

/**
 * locket_free(ptr):
 * Check the canary and all slack of a secret, wipe every byte of its pages
 * and put its place into quarantine; close it with LOCKET_FREED_CLOSE.  Any
 * access mode is fine.  NULL is ignored.  Does not change errno.
 * Of a cell's pages only the cell is wiped: the rest is others'.
 *
 * Violations: a ${ptr} that is not a live secret (nothing is changed then);
 *          overflow or underflow of the secret (after it was wiped).
 */
void locket_free(void *ptr);

/**
 * locket_free_sized(ptr, size):
 * locket_free, for a caller who knows the size that was asked for.
 *
 * Violations: also LOCKET_WRONG_SIZE, if ${size} is another (after the secret
 *          was wiped).
 */
void locket_free_sized(void *ptr, size_t size);

/**
 * locket_size(ptr):
 * The size that was asked for.
 *
 * Returns: the size; 0 with errno EINVAL for anything that is not a live
 *          secret (a live secret of size 0 gives 0 and leaves errno alone).
 */
size_t locket_size(const void *ptr);

/* ----------------------------------------------------------------- access */

/**
 * locket_protect(ptr, access):
 * Set what every thread may do with a secret's pages.  One system call, or
 * none if nothing changes.  The mode is not counted: the last call holds.
 *
 * Returns: 0; -1 with errno EINVAL (not a live secret, or no such mode),
 *          ENOTSUP (it shares pages: a cell of a compact arena) or
 *          ENOMEM (the kernel could not change the mapping).
 */
int locket_protect(void *ptr, enum locket_access access);

/**
 * locket_wipe(ptr, size):
 * Zero ${size} bytes of any memory.  No compiler at any level removes it.
 * NULL is ignored.
 */
void locket_wipe(void *ptr, size_t size);

/**
 * locket_equal(a, b, size):
 * Compare ${size} bytes.  The time depends on ${size} alone.
 *
 * Returns: 1 if all are equal (always, if ${size} is 0), else 0.
 */
int locket_equal(const void *a, const void *b, size_t size);

/* ---------------------------------------------------------------- looking */

/**
 * locket_validate():
 * Check the canary and all slack of every live secret of every arena.  A
 * secret that is LOCKET_NO_ACCESS is readable meanwhile.  Secrets lost in a
 * fork are not damaged.  Cells of compact arenas that are free are looked at
 * too: one that is not zero counts as damaged.  A canary between two secrets
 * counts once, for the first of them.
 *
 * Returns: how many are damaged.  Aborts nothing.
 */
size_t locket_validate(void);

/**
 * locket_wipe_all():
 * Zero every live secret now, whatever its access mode (which is kept).  The
 * secrets stay live, their canaries intact.
 *
 * Signals: async-signal-safe; takes no lock, and waits for nobody.  A handler
 *          that interrupts it in turn has to return to it, or to end the
 *          process.
 *          A handler may fork(2) after it, also if it has interrupted a call
 *          of locket: the child may use locket there, but must not return into
 *          that call.
 * Threads: may be called at any moment, whatever other threads, or the one that
 *          a handler has interrupted, are in the middle of: they go on
 *          undisturbed.  A call that is just then moving a secret may have one
 *          byte of it in a register; it is zeroed before that call returns.
 *          A call of another thread that begins meanwhile waits for it.
 * Costs:   one system call for each secret and each 4096 bytes of it, and two
 *          more where it is not open for writing.
 * Does not wipe copies that the caller has elsewhere, nor keep other threads from
 *          writing to their secrets again.
 */
void locket_wipe_all(void);

/**
 * locket_inspect(ptr, report):
 * Say what is in force for one secret.
 *
 * Returns: 0; -1 with errno EINVAL (not a live secret, NULL ${report}, or its
 *          struct_size).
 */
int locket_inspect(const void *ptr, struct locket_report *report);

/**
 * locket_budget(size, budget):
 * Say what this process may still lock and map, and how many more secrets of
 * ${size} bytes fit: as many can be had, to within a page of them, while nobody
 * else locks, maps or gets secrets.  What arenas keep of freed secrets counts,
 * as it makes way.  What the machine has of memory is not looked at, nor a cgroup.
 * Reads /proc/self/status, /proc/self/maps and /proc/sys/vm/max_map_count; makes
 * locket's tables, as the first secret and the first compact arena would.  If they cannot be, nothing fits.
 *
 * Returns: 0; -1 with errno EINVAL (NULL ${budget}, or its struct_size) or
 *          that of open(2) or read(2) if /proc cannot be read.
 */
int locket_budget(size_t size, struct locket_budget *budget);

/**
 * locket_stats(stats):
 * Add up all arenas.  Before the first allocation everything is 0.
 *
 * Returns: 0; -1 with errno EINVAL (NULL ${stats}, or its struct_size).
 */
int locket_stats(struct locket_stats *stats);

/* ------------------------------------------------------------ the process */

/**
 * locket_on_violation(handler):
 * Have ${handler} called, without any lock held, after the line on standard
 * error is written and before the process aborts.  It may call locket, log,
 * or leave by a jump; if it returns, the process aborts.  It is called once:
 * the violation that calls it also removes it, so that a violation inside the
 * handler, or in another thread meanwhile, aborts at once.  A handler that
 * was left by a jump is to be installed again.  NULL: none.
 * It is kept where nobody can write to but this call, which holds signals back
 * meanwhile.
 *
 * Returns: the handler that was installed before, or NULL.  errno is left as it
 *          is, unless the kernel refuses (mprotect(2): a sandbox): then it is that
 *          errno, nothing has changed, and the one before is still installed.
 */
locket_violation_fn *locket_on_violation(locket_violation_fn *handler);

/**
 * locket_harden_process():
 * For programs, not libraries: no core files (RLIMIT_CORE 0), not dumpable or
 * traceable by others (PR_SET_DUMPABLE 0), soft lock limit raised to the hard
 * one (RLIMIT_MEMLOCK).  All three are tried.
 *
 * Returns: 0; -1 with the errno of the first that failed.
 */
int locket_harden_process(void);

/* ----------------------------------------------------------------- arenas */

/**
 * locket_policy_init(policy):
 * Fill in the defaults of struct locket_policy.  NULL is ignored.
 */
void locket_policy_init(struct locket_policy *policy);

/**
 * locket_arena_create(policy):
 * Make an arena.  It takes no address space and locks nothing before its
 * first secret.  NULL ${policy}: the defaults.
 *
 * Returns: the arena; NULL with errno
 *            EINVAL   a value that does not exist, a policy that
 *                     locket_policy_init did not fill in, or what a backing
 *                     cannot carry: shared pages (LOCKET_SECRETMEM,
 *                     LOCKET_FILE) can only be left out of a child
 *                     (LOCKET_FORK_OMIT; also if fork_safe is LOCKET_OFF);
 *                     LOCKET_FILE without a directory
 *            ENOTSUP  what this version does not have (LOCKET_COMPACT with
 *                     LOCKET_FORK_OMIT, LOCKET_FORK_KEEP or another backing
 *                     than LOCKET_ANONYMOUS), a policy of a later version, or
 *                     a required protection that the running kernel lacks
 *            ENOSYS   LOCKET_SECRETMEM: not in this kernel, or switched off
 *                     there; or what else memfd_secret(2) answers
 *            ENOENT, ENOTDIR, EACCES, EROFS, ENAMETOOLONG, EMFILE, ENFILE
 *                     LOCKET_FILE: no file can be made in the directory; or
 *                     what else open(2) answers.  A symbolic link: ENOTDIR
 *            ENOMEM   no memory, or 1023 arenas exist
 *            EIO      the kernel gives no random bytes
 */
struct locket_arena *locket_arena_create(const struct locket_policy *policy);

/**
 * locket_arena_malloc(arena, size):
 * locket_arena_aligned_alloc(arena, alignment, size):
 * As locket_malloc and locket_aligned_alloc, from ${arena}.  locket_free,
 * locket_realloc and the rest find the arena by themselves.
 *
 * Returns: as locket_malloc; ENOMEM also for an arena at its cap; EINVAL for
 *          anything that is not an arena.  With LOCKET_SECRETMEM or
 *          LOCKET_FILE also EMFILE or ENFILE (no descriptor is free), EFBIG
 *          (RLIMIT_FSIZE; no SIGXFSZ is sent), and what locket_arena_create
 *          says of them; with LOCKET_FILE ENOSPC (disk or quota: its blocks
 *          are all there before the secret is), EIO.
 */
void *locket_arena_malloc(struct locket_arena *arena, size_t size);
void *locket_arena_aligned_alloc(struct locket_arena *arena, size_t alignment,
                                 size_t size);

/**
 * locket_arena_reserve(arena, count, size):
 * Open and lock room for ${count} more secrets of ${size} bytes, aligned to
 * 16, and keep it: getting and freeing them later makes no page fault and,
 * with LOCKET_FREED_CHECK or for cells of a compact arena, no system call.  The
 * arena's quarantine holds freed places back, so room for that many more (at most 1,024) is opened too,
 * as far as the cap and the limits allow.  The room is the arena's until it is
 * destroyed.  Where locks are only preferred, room that could not be locked is
 * tried again when it is handed out, if other arenas keep what they can give.
 *
 * Returns: 0; -1 with the errno of locket_malloc or EINVAL, and then nothing
 *          more is locked than before.
 */
int locket_arena_reserve(struct locket_arena *arena, size_t count,
                         size_t size);

/**
 * locket_arena_destroy(arena):
 * Give back everything that the arena has.
 *
 * Returns: 0; -1 with errno EBUSY (it has live secrets; nothing is changed),
 *          EINVAL (not an arena, or destroyed already) or ENOMEM (the kernel
 *          did not take the pages back, or zeros could not be written to the
 *          disk of a LOCKET_FILE; try again).
 */
int locket_arena_destroy(struct locket_arena *arena);

/**
 * locket_version():
 * Returns: the library's version, such as "0.1.0".
 */
const char *locket_version(void);

#ifdef __cplusplus
}
#endif

#endif /* LOCKET_H */
