/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * sim.h - the simulated machine: pages with an access, a lock and advices, and
 * tables.
 *
 * Under AddressSanitizer what has no access is poisoned, so that every touch
 * by locket or by the harness is found; else only the calls are checked.
 */
#ifndef FUZZ_SIM_H
#define FUZZ_SIM_H

#include <stddef.h>
#include <stdint.h>

/* SIM_SANITIZED: the program is, though this file is not, for speed. */
#if defined(__SANITIZE_ADDRESS__) && !defined(SIM_SANITIZED)
#define SIM_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(SIM_SANITIZED)
#define SIM_SANITIZED 1
#endif
#endif
#if defined(SIM_SANITIZED)
#include <sanitizer/asan_interface.h>
#define SIM_POISON(p, n) __asan_poison_memory_region((p), (n))
#define SIM_UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#define SIM_UNSEEN __attribute__((no_sanitize("address")))
#else
#define SIM_POISON(p, n) ((void)(p), (void)(n))
#define SIM_UNPOISON(p, n) ((void)(p), (void)(n))
#define SIM_UNSEEN
#endif

/* Bytes of address space, of which locket tries how much there is; bytes, and
 * pages, that it then has for its range at most. */
#define SIM_SPACE ((size_t)1 << 30)
#define SIM_ROOM ((size_t)256 << 20)
#define SIM_PAGES ((size_t)65536)
/* Tables at once, and bytes that each has room for. */
#define SIM_TABLES 9u
#define SIM_TABLE_ROOM ((size_t)128 << 20)

/* One page.  own_*: the advice was given for this page, not for the range. */
struct sim_page {
        uint8_t access;         /* enum locket_access */
        uint8_t locked, marked, touched;
        uint8_t own_dump, undumped, own_wipe, wiped;
        uint8_t omitted;        /* on fork */
        uint8_t absent;         /* it was omitted, and is not mapped here */
};

struct sim_table {
        unsigned char *room;    /* SIM_TABLE_ROOM bytes */
        size_t size;            /* 0: not in use */
        size_t lo, hi;          /* what was opened of it */
        int wiped;              /* on fork */
};

/* Everything that is so. */
struct sim {
        unsigned char *room;
        size_t page;            /* bytes */
        size_t most;            /* bytes that can be reserved at once */
        size_t reserved;        /* bytes at room; 0: nothing */
        size_t lock_limit;      /* bytes */
        unsigned refused;       /* bit per enum world_lack: no such advice */
        unsigned lacking;       /* bit per enum world_lack: refused for the range */
        int no_zero;            /* locket_os_zero does not work */
        int undumped, wiped;    /* the range as a whole */
        size_t locked, open;    /* bytes */
        size_t touched;         /* how many in order[] */
        uint32_t process;       /* its number, of each child another */
        uint64_t seed;          /* of the random numbers */
        uint64_t word[8];       /* the last of them */
        unsigned words;
        void (*exit)(void);
        void (*before)(void), (*parent)(void), (*child)(void);
        int (*live)(uintptr_t lo, uintptr_t hi);
        struct sim_table table[SIM_TABLES];
        uint32_t order[SIM_PAGES];      /* pages that were ever changed */
        struct sim_page pages[SIM_PAGES];
};
extern struct sim sim;

/* The page at offset ${at}, from now on among those that are looked at. */
struct sim_page *sim_page(size_t at);

/* Set the access of lo .. hi, poison and count. */
void sim_access(size_t lo, size_t hi, int access);
void sim_lock(size_t lo, size_t hi, int locked);

/* 1 if ${n} bytes are zero, whatever their access; zero them. */
int sim_zero(const unsigned char *b, size_t n);
void sim_clear(unsigned char *b, size_t n);
void sim_copy(unsigned char *to, const unsigned char *from, size_t n);

/* The next random word. */
uint64_t sim_random(void);

#endif
