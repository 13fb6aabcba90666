/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_run.c - the secrets of compact arenas: every byte around them, what a
 * freed one leaves, what every call does to them, and what is left at the end.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "canary.h"
#include "home.h"
#include "locket.h"
#include "run.h"

enum { MANY = 3000 };

static struct locket_arena *arena;
static size_t page;

static struct locket_arena *make(size_t quarantine, size_t capacity)
{
        struct locket_policy policy;
        struct locket_arena *a;

        page = unit_page();
        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        policy.quarantine = quarantine;
        policy.capacity = capacity;
        a = locket_arena_create(&policy);
        NEED(a != NULL);
        return a;
}

/* unit_zero, for memory that can be read. */
static int is_zero(const unsigned char *p, size_t size)
{
        size_t i;

        for (i = 0; i < size && p[i] == 0; i++) {
        }
        return i == size;
}

static unsigned char *get(size_t alignment, size_t size)
{
        unsigned char *p = locket_arena_aligned_alloc(arena, alignment, size);

        NEED(p != NULL);
        SAME((uintptr_t)p % alignment, 0);
        NEED(is_zero(p, size));
        return p;
}

static size_t locked(void)
{
        struct locket_stats stats = { 0 };

        NEED(locket_stats(&stats) == 0);
        return stats.locked_bytes;
}

static struct locket_report inspect(const void *p)
{
        struct locket_report report = { 0 };

        NEED(locket_inspect(p, &report) == 0);
        return report;
}

/* -------------------------------------------------------------- attacks */

/* What the violation that ${call}() ends in says: nothing else may be found. */
static jmp_buf back;
static volatile int kind;
static const void *volatile where;

static void jump(enum locket_violation k, const void *address)
{
        kind = (int)k;
        where = address;
        longjmp(back, 1);
}

/* The lines on standard error are not looked at here. */
static void silent(void)
{
        const int fd = open("/dev/null", O_WRONLY);

        NEED(getenv("LOCKET_TEST_LOUD") != NULL || dup2(fd, STDERR_FILENO) == STDERR_FILENO);
}

static int violates(void (*call)(void *), void *argument, int expected, const void *address)
{
        kind = -1;
        (void)locket_on_violation(jump);
        if (setjmp(back) == 0) {
                call(argument);
        }
        (void)locket_on_violation(NULL);
        if (expected < 0) {
                return kind < 0;
        }
        if (kind != expected || where != address) {
                fprintf(stderr, "kind %d, not %d; at %p, not %p\n", kind, expected, where, address);
        }
        return kind == expected && where == address;
}

/* The byte at ${at}, flipped by ${bit}, is found at validate; and put right, it is
 * not. */
static void flip(unsigned char *at, unsigned char bit)
{
        *at ^= bit;
        SAME(locket_validate(), 1);
        *at ^= bit;
}

/* Every byte around a secret of every size from 1 to 1,024, with secrets of the
 * same size on both sides, and with none: each is found. */
CASE(every_byte_around)
{
        size_t size;

        arena = make(8, 0);
        for (size = 1; size <= 1024; size += unit_light() ? 37 : 1) {
                const size_t alignment = size % 3 == 0 ? 8 : size % 3 == 1 ? 16 : 64;
                const uint32_t pitch = locket_cell_pitch(locket_cell_class(size, alignment));
                unsigned char *p[3];
                size_t i;
                size_t k;

                for (i = 0; i < 3; i++) {
                        p[i] = get(alignment, size);
                        memset(p[i], 0xff, size);
                }
                SAME(locket_validate(), 0);
                for (i = 0; i < 3; i++) {
                        for (k = size; k < pitch; k++) {
                                flip(p[i] + k, (unsigned char)(1u << (k + i) % 8));
                        }
                        for (k = 1; k <= LOCKET_GAP_BYTES; k++) {
                                flip(p[i] - k, (unsigned char)(1u << (k + i) % 8));
                        }
                        SAME(p[i][size] != 0, 1); /* a string that is one too long */
                        SAME(p[i][-1] != 0, 1);
                        for (k = 0; k < size; k++) {
                                SAME(p[i][k], 0xff);
                        }
                }
                for (i = 0; i < 3; i++) {
                        locket_free_sized(p[i], size);
                }
        }
        SAME(locket_validate(), 0);
        SAME((uint64_t)locket_arena_destroy(arena), 0);
}

/* The same at free; the process goes on, and finds nothing more. */
CASE(every_byte_at_free)
{
        size_t size;

        silent();
        arena = make(8, 0);
        for (size = 1; size <= 1024; size += unit_light() ? 37 : 1) {
                const size_t alignment = size % 3 == 0 ? 8 : size % 3 == 1 ? 16 : 64;
                const uint32_t pitch = locket_cell_pitch(locket_cell_class(size, alignment));
                size_t k;

                for (k = size; k < pitch; k++) {
                        unsigned char *p = get(alignment, size);

                        p[k] ^= (unsigned char)(1u << (k + size) % 8);
                        NEED(violates(locket_free, p, LOCKET_OVERFLOW, p));
                        SAME(locket_validate(), 0);
                        NEED(unit_zero(p, size));
                }
                for (k = 1; k <= LOCKET_GAP_BYTES; k++) {
                        unsigned char *p = get(alignment, size);

                        p[-(ptrdiff_t)k] ^= (unsigned char)(1u << (k + size) % 8);
                        NEED(violates(locket_free, p, LOCKET_UNDERFLOW, p));
                        SAME(locket_validate(), 0);
                }
        }
        SAME((uint64_t)locket_arena_destroy(arena), 0);
}

static void again(void *p)
{
        locket_free(p);
}

static void sized(void *p)
{
        locket_free_sized(p, 33);
}

static void grow(void *p)
{
        (void)locket_realloc(p, 5000);
}

static void nothing_changed(size_t live)
{
        struct locket_stats stats = { 0 };

        NEED(locket_stats(&stats) == 0);
        SAME(stats.live_secrets, live);
        SAME(locket_validate(), 0);
}

CASE(bad_pointers)
{
        unsigned char *p[100];
        size_t i;

        silent();
        arena = make(8, 0);
        for (i = 0; i < 100; i++) {
                p[i] = get(16, 32);
        }
        for (i = 1; i < 48; i++) { /* each byte of it, slack and canary too */
                NEED(violates(again, p[5] + i, LOCKET_INTERIOR_FREE, p[5] + i));
                NEED(violates(sized, p[5] + i, LOCKET_INTERIOR_FREE, p[5] + i));
                NEED(violates(grow, p[5] + i, LOCKET_INTERIOR_FREE, p[5] + i));
                SAME(locket_size(p[5] + i), 0);
        }
        nothing_changed(100);
        locket_free(p[5]);
        for (i = 1; i < 48; i++) {
                NEED(violates(again, p[5] + i, LOCKET_FOREIGN_FREE, p[5] + i));
        }
        NEED(violates(again, p[5], LOCKET_DOUBLE_FREE, p[5]));
        NEED(violates(sized, p[5], LOCKET_DOUBLE_FREE, p[5]));
        NEED(violates(grow, p[5], LOCKET_DOUBLE_FREE, p[5]));
        SAME(locket_size(p[5]), 0);
        NEED(violates(sized, p[6], LOCKET_WRONG_SIZE, p[6]));
        NEED(unit_zero(p[6], 32)); /* wiped all the same */
        nothing_changed(98);
        for (i = 0; i < 20; i++) { /* long out of quarantine, not used again */
                locket_free(p[10 + i]);
        }
        NEED(violates(again, p[6], LOCKET_DOUBLE_FREE, p[6]));
        nothing_changed(78);
        /* the canary at the beginning of a run, and its guards */
        for (i = 0; i < 100; i++) {
                if (((uintptr_t)p[i] - 16) % page == 0) {
                        NEED(violates(again, p[i] - 8, LOCKET_FOREIGN_FREE, p[i] - 8));
                        NEED(violates(again, p[i] - 17, LOCKET_FOREIGN_FREE, p[i] - 17));
                        NEED(unit_faults(p[i] - 17, 0));
                }
        }
        nothing_changed(78);
}

/* A cell that nobody has used yet is foreign. */
CASE(never_used)
{
        unsigned char *p;
        unsigned char *q;

        silent();
        arena = make(8, 0);
        p = get(8, 32);
        q = p - ((uintptr_t)p % page - 16) + (((uintptr_t)p % page - 16) / 40 == 3 ? 4 : 3) * 40;
        NEED(violates(again, q, LOCKET_FOREIGN_FREE, q));
        nothing_changed(1);
}

CASE(wiped_and_zero)
{
        static unsigned char *p[MANY];
        static size_t size[MANY];
        size_t i;
        size_t n;

        arena = make(8, 0);
        for (n = 0; n < unit_count(100000, 10000); n++) {
                i = unit_below(MANY);
                if (p[i] != NULL) {
                        size_t k;

                        SAME(locket_size(p[i]), size[i]);
                        for (k = 0; k < size[i]; k++) {
                                SAME(p[i][k], (unsigned char)(i | 1));
                        }
                        locket_free(p[i]);
                        NEED(n % 50 != 0 || unit_zero(p[i], size[i]));
                        p[i] = NULL;
                } else {
                        size[i] = unit_below(unit_below(9) == 0 ? 1900 : 120);
                        p[i] = locket_arena_aligned_alloc(arena, (size_t)1 << unit_below(7),
                                                          size[i]);
                        NEED(p[i] != NULL);
                        NEED(is_zero(p[i], size[i]));
                        memset(p[i], (int)(i | 1), size[i]);
                }
                if (n % 5000 == 0) {
                        SAME(locket_validate(), 0);
                }
        }
        for (i = 0; i < MANY; i++) {
                locket_free(p[i]);
        }
        nothing_changed(0);
        SAME((uint64_t)locket_arena_destroy(arena), 0);
        SAME(locked(), 0);
}

/* ------------------------------------------------------ written after free */

static void use_up(void *size)
{
        size_t i;

        for (i = 0; i < 400; i++) { /* out of quarantine, then drawn */
                locket_free(get(8, *(size_t *)size));
                (void)get(8, *(size_t *)size);
        }
}

/* Every byte of a freed cell: found at validate, and before it is used again. */
CASE(late_writes)
{
        size_t size;

        silent();
        for (size = 1; size <= 1024; size += size < 40 ? 13 : 211) {
                const uint32_t pitch = locket_cell_pitch(locket_cell_class(size, 8));
                size_t k;

                for (k = 0; k < pitch; k += unit_light() ? 97 : 1 + pitch / 50) {
                        unsigned char *other;
                        unsigned char *p;

                        arena = make(k % 3, 0);
                        other = get(8, size); /* so that the run is not given back */
                        p = get(8, size);
                        memset(p, 0xee, size);
                        locket_free(p);
                        flip(p + k, 1);
                        p[k] ^= 4;
                        if (k < pitch - LOCKET_GAP_BYTES) {
                                NEED(violates(use_up, &size, LOCKET_WRITE_AFTER_FREE, p));
                        } else { /* or an underflow of the next one, if that is freed first */
                                const void *next = p + pitch;

                                NEED(violates(use_up, &size, LOCKET_WRITE_AFTER_FREE, p) ||
                                     (kind == LOCKET_UNDERFLOW && where == next));
                        }
                        NEED(unit_zero(p, size));
                        SAME(locket_validate(), 0); /* put right */
                        SAME(locket_size(other), size);
                }
        }
}

static void destroy(void *a)
{
        (void)locket_arena_destroy(a);
}

static void fill_up(void *a)
{
        unsigned char *p = NULL;

        do {
                p = locket_arena_malloc(a, 1000);
        } while (p != NULL);
}

/* The same when the run is given back: at the end of the arena, or at a limit. */
CASE(late_writes_to_a_run_given_back)
{
        int way;

        silent();
        for (way = 0; way < 2; way++) {
                unsigned char *p;

                arena = make(0, 8 * unit_page());
                p = get(8, 32);
                locket_free(p);
                p[30] = 1;
                NEED(violates(way == 0 ? destroy : fill_up, arena, LOCKET_WRITE_AFTER_FREE, p));
        }
}

/* -------------------------------------------------------------- every call */

CASE(layouts)
{
        static const struct {
                size_t alignment, size;
                int cell;
        } all[] = {
                { 1, 0, 1 },       { 8, 32, 1 },    { 16, 32, 1 },   { 64, 1, 1 },
                { 64, 1856, 1 },   { 8, 1912, 1 },  { 16, 1913, 0 }, { 128, 1, 0 },
                { 16, 100000, 0 }, { 4096, 10, 0 },
        };
        size_t i;

        arena = make(8, 0);
        for (i = 0; i < sizeof all / sizeof *all; i++) {
                unsigned char *p = get(all[i].alignment, all[i].size);
                const struct locket_report r = inspect(p);

                SAME(r.layout, all[i].cell ? LOCKET_COMPACT : LOCKET_GUARDED);
                SAME(r.guarded.in_force, !all[i].cell);
                SAME(r.size, all[i].size);
                NEED(r.capacity >= r.size);
                SAME(r.access, LOCKET_READ_WRITE);
                SAME(r.lost, 0);
                SAME(r.locked.in_force, 1);
                NEED(unit_flag(p, "lo") && unit_flag(p, "wf") && unit_flag(p, "dd"));
                errno = 0;
                SAME((uint64_t)locket_protect(p, LOCKET_NO_ACCESS),
                     all[i].cell ? UINT64_MAX : 0);
                SAME(errno, all[i].cell ? ENOTSUP : 0);
                locket_free(p);
        }
        for (i = 2; i < 100000; i = i * 3 / 2 + 1) {
                errno = 0;
                if ((i & (i - 1)) != 0) {
                        NEED(locket_arena_aligned_alloc(arena, i, 32) == NULL);
                        SAME(errno, EINVAL);
                }
        }
        errno = 0;
        NEED(locket_arena_aligned_alloc(arena, 0, 32) == NULL);
        SAME(errno, EINVAL);
        errno = 0;
        NEED(locket_arena_aligned_alloc(arena, 2 * page, 32) == NULL);
        SAME(errno, EINVAL);
        SAME((uint64_t)locket_arena_destroy(arena), 0);
}

CASE(resizes)
{
        unsigned char *p;
        unsigned char *q;
        size_t size;

        arena = make(8, 0);
        p = get(16, 1);
        p[0] = 0xa5;
        for (size = 2; size < 6000; size += 1 + size / 50) { /* cell to cell to slot */
                q = locket_realloc(p, size);
                NEED(q != NULL);
                SAME((uintptr_t)q % 16, 0);
                SAME(locket_size(q), size);
                SAME(unit_bytes(q, size - 1, 0xa5), size - 1 < 1 ? size - 1 : unit_bytes(q, size, 0xa5));
                NEED(unit_zero(q + unit_bytes(q, size, 0xa5), size - unit_bytes(q, size, 0xa5)));
                memset(q, 0xa5, size);
                SAME(locket_validate(), 0);
                p = q;
        }
        for (; size > 1; size -= 1 + size / 40) { /* and back */
                q = locket_realloc(p, size);
                NEED(q != NULL);
                SAME(locket_size(q), size);
                p = q;
                SAME(locket_validate(), 0);
        }
        NEED(locket_realloc(p, 0) == NULL);
        nothing_changed(0);
        /* In place as far as locket_inspect says, with no byte left behind. */
        p = get(8, 100);
        memset(p, 0xc3, 100);
        size = inspect(p).capacity;
        NEED(locket_realloc(p, size) == p);
        SAME(unit_bytes(p, size, 0xc3), 100);
        NEED(unit_zero(p + 100, size - 100));
        NEED(locket_realloc(p, 99) == p);
        NEED(unit_bytes(p, size + 8, 0xc3) < 110); /* the canary may have some */
        NEED(locket_realloc(p, size + 1) != p);
        SAME(locket_validate(), 0);
}

CASE(counts)
{
        struct locket_stats stats = { 0 };
        unsigned char *p[500];
        size_t i;

        arena = make(5, 0);
        for (i = 0; i < 500; i++) {
                p[i] = get(8, 32);
        }
        NEED(locket_stats(&stats) == 0);
        SAME(stats.live_secrets, 500);
        SAME(stats.live_bytes, 500 * 32);
        SAME(stats.peak_live_secrets, 500);
        SAME(stats.locked_bytes, unit_locked());
        errno = 0;
        SAME((uint64_t)locket_arena_destroy(arena), UINT64_MAX);
        SAME(errno, EBUSY);
        for (i = 0; i < 499; i++) {
                locket_free(p[i]);
        }
        errno = 0;
        SAME((uint64_t)locket_arena_destroy(arena), UINT64_MAX);
        SAME(errno, EBUSY);
        SAME(locket_size(p[499]), 32);
        locket_free(p[499]);
        NEED(locket_stats(&stats) == 0);
        SAME(stats.live_secrets, 0);
        SAME(stats.live_bytes, 0);
        SAME(stats.peak_live_secrets, 500);
        SAME((uint64_t)locket_arena_destroy(arena), 0);
        SAME(unit_locked(), 0);
        NEED(violates(again, p[0], LOCKET_FOREIGN_FREE, p[0]));
}

/* Empty runs go back, all but one for each class, and that at the cap. */
CASE(empty_runs_are_given_back)
{
        static unsigned char *p[20000];
        size_t most;
        size_t i;

        arena = make(8, 0);
        for (i = 0; i < 20000; i++) {
                p[i] = get(8, 32);
        }
        most = locked();
        NEED(most >= 20000 * 40 && most < 20000 * 40 + 2 * LOCKET_RUN_BYTES);
        for (i = 0; i < 20000; i++) {
                locket_free(p[i]);
        }
        NEED(locked() <= LOCKET_KEEP_BYTES + LOCKET_RUN_BYTES);
        NEED(locked() < most || most <= LOCKET_KEEP_BYTES);
        SAME((uint64_t)locket_arena_destroy(arena), 0);
        SAME(locked(), 0);
        /* 4 pages of cap, several classes in turn: each finds room */
        arena = make(0, 4 * page);
        for (i = 1; i < 200; i++) {
                size_t k;
                size_t n;

                for (n = 0; n < 20000; n++) {
                        p[n] = locket_arena_malloc(arena, i * 9);
                        if (p[n] == NULL) {
                                SAME(errno, ENOMEM);
                                break;
                        }
                }
                NEED(n >= 4 && n + 8 >= 3 * (page / locket_cell_pitch(locket_cell_class(i * 9, 16))));
                NEED(locked() <= 4 * page);
                for (k = 0; k < n; k++) {
                        locket_free(p[k]);
                }
        }
}

/* A freed cell does not come again before the quarantine says so, and which one
 * comes next cannot be told. */
CASE(quarantine_and_chance)
{
        unsigned char *first;
        size_t same = 0;
        size_t n;

        arena = make(50, 0);
        for (n = 0; n < 1000; n++) {
                size_t k;

                first = get(16, 32);
                locket_free(first);
                for (k = 0; k < 50; k++) {
                        unsigned char *p = get(16, 32);

                        NEED(p != first);
                        locket_free(p);
                }
                {
                        unsigned char *p = get(16, 32);

                        same += p == first;
                        locket_free(p);
                }
        }
        NEED(same > 2 && same < 200);
}

/* A run that has room again waits until the one that is first has none. */
CASE(room_again)
{
        static unsigned char *p[2000];
        uintptr_t mask;
        unsigned char *q;
        size_t n = 0;
        size_t more = 0;
        size_t i;

        arena = make(0, 0);
        mask = ~(uintptr_t)(page - 1);
        do {
                p[n] = get(8, 32);
                n += 1;
        } while (((uintptr_t)p[n - 1] & mask) == ((uintptr_t)p[0] & mask));
        for (i = 0; i < 3; i++) {
                locket_free(p[7 * i]);
        }
        do {
                q = get(8, 32);
                more += 1;
        } while (((uintptr_t)q & mask) != ((uintptr_t)p[n - 2] & mask));
        NEED(more >= n - 1); /* all of the second run's but one, and then this one */
        for (i = 0; i < 2; i++) {
                q = get(8, 32);
                NEED(((uintptr_t)q & mask) == ((uintptr_t)p[n - 2] & mask));
        }
        SAME(locket_validate(), 0);
}

/* The canary is another one each time, in the same cell too. */
CASE(canaries_differ)
{
        static uint64_t seen[2000];
        size_t n;
        size_t k;

        arena = make(0, 0);
        for (n = 0; n < 2000; n++) {
                unsigned char *p = get(8, 32);

                memcpy(&seen[n], p + 32, 8);
                NEED(p[32] != 0 && p[39] != 0);
                locket_free(p);
                for (k = 0; k < n; k++) {
                        NEED(seen[k] != seen[n]);
                }
        }
}

CASE(reserve)
{
        static unsigned char *p[5000];
        size_t before;
        size_t i;
        int round;

        arena = make(8, 0);
        SAME((uint64_t)locket_arena_reserve(arena, 5000, 32), 0);
        before = unit_locked();
        NEED(before >= 5000 * 48);
        for (round = 0; round < 3; round++) {
                for (i = 0; i < 5000; i++) {
                        p[i] = get(16, 32);
                }
                SAME(unit_locked(), before);
                for (i = 0; i < 5000; i++) {
                        locket_free(p[i]);
                }
                SAME(unit_locked(), before);
        }
        SAME((uint64_t)locket_arena_reserve(arena, 3, 100000), 0);
        errno = 0;
        SAME((uint64_t)locket_arena_reserve(arena, SIZE_MAX, 32), UINT64_MAX);
        SAME(errno, ENOMEM);
        SAME((uint64_t)locket_arena_destroy(arena), 0);
        SAME(unit_locked(), 0);
        /* all or nothing */
        arena = make(8, 10 * page);
        errno = 0;
        SAME((uint64_t)locket_arena_reserve(arena, 1000, 32), UINT64_MAX);
        SAME(errno, ENOMEM);
        SAME(unit_locked(), 0);
        SAME((uint64_t)locket_arena_reserve(arena, 700, 32), 0);
        NEED(unit_locked() <= 10 * page);
}

CASE(wipe_all)
{
        unsigned char *p[300];
        size_t i;

        arena = make(8, 0);
        for (i = 0; i < 300; i++) {
                p[i] = get(8, 1 + i);
                memset(p[i], 0x77, 1 + i);
        }
        locket_wipe_all();
        for (i = 0; i < 300; i++) {
                NEED(unit_zero(p[i], 1 + i));
        }
        nothing_changed(300);
        for (i = 0; i < 300; i++) {
                locket_free_sized(p[i], 1 + i);
        }
        nothing_changed(0);
}

/* Whoever wipes above a call may see a record that is being changed: no byte but
 * those of cells is touched then, and no canary. */
CASE(wipe_all_checks_records)
{
        struct locket_runs *runs;
        struct locket_cell *cell;
        struct locket_run *run;
        struct locket_found found;
        struct locket_run was;
        unsigned char *p;
        unsigned char *q;
        size_t lo;
        int damage;

        arena = make(8, 0);
        p = get(8, 40);
        q = locket_arena_malloc(arena, 6000); /* a slot of its own */
        NEED(q != NULL);
        memset(p, 0x77, 40);
        found = locket_home_find((uintptr_t)p);
        NEED(found.arena != NULL && found.cell);
        locket_home_leave(found.arena);
        runs = locket_home_runs();
        cell = &runs->cell[found.index];
        run = &runs->run[found.index / LOCKET_RUN_CELLS];
        was = *run;
        lo = arena->tables->slot[run->slot].lo; /* the canary below */
        for (damage = 0; damage < 7; damage++) {
                memset(p, 0x77, 40);
                switch (damage) {
                case 0: cell->size = run->pitch; break;
                case 1: cell->size = UINT32_MAX; break;
                case 2: run->first = lo - found.index % LOCKET_RUN_CELLS * (size_t)run->pitch; break;
                case 3: run->first = SIZE_MAX - 100; break;
                case 4: run->first += page; break;
                case 5: run->count = 0; break;
                default: run->pitch = UINT32_MAX - 7; break;
                }
                locket_wipe_all();
                cell->size = 40;
                *run = was;
                SAME(p[0], 0x77);
                SAME(locket_validate(), 0);
                NEED(locket_canary_filled(p, 40, run->pitch, cell->canary));
        }
        locket_wipe_all();
        NEED(is_zero(p, 40));
        NEED(is_zero(q, 6000));
        locket_free(p);
        locket_free(q);
        nothing_changed(0);
}

/* ------------------------------------------------------------------- fork */

static unsigned char *secret[300];

static void in_child(void *raw)
{
        const size_t live = 300;
        size_t i;

        (void)raw;
        SAME(locket_validate(), 0);
        for (i = 0; i < 300; i++) {
                NEED(unit_zero(secret[i], 100));
                SAME(inspect(secret[i]).lost, 1);
                SAME(inspect(secret[i]).locked.in_force, 0);
                SAME(locket_size(secret[i]), 100);
        }
        nothing_changed(live);
        for (i = 0; i < 300; i++) { /* new ones are elsewhere, and locked */
                unsigned char *p = get(16, 100);
                size_t k;

                SAME(inspect(p).lost, 0);
                NEED(unit_flag(p, "lo"));
                for (k = 0; k < 300; k++) {
                        NEED((uintptr_t)p / page != (uintptr_t)secret[k] / page);
                }
        }
        nothing_changed(live + 300);
        memset(secret[0], 1, 112); /* its cell, which may be the last: nothing is checked there */
        locket_free(secret[0]);
        NEED(unit_zero(secret[0], 112));
        secret[1] = locket_realloc(secret[1], 99);
        NEED(secret[1] != NULL);
        SAME(inspect(secret[1]).lost, 0);
        NEED(violates(again, secret[0], LOCKET_DOUBLE_FREE, secret[0]));
        for (i = 1; i < 300; i++) {
                locket_free(secret[i]);
        }
        nothing_changed(300);
}

CASE(forks)
{
        size_t i;

        arena = make(8, 0);
        for (i = 0; i < 300; i++) {
                secret[i] = get(16, 100);
                memset(secret[i], 0x3c, 100);
        }
        NEED(unit_ends(in_child, NULL));
        NEED(WIFEXITED(unit_raw_child(in_child, NULL)));
        for (i = 0; i < 300; i++) {
                SAME(unit_bytes(secret[i], 100, 0x3c), 100);
                locket_free(secret[i]);
        }
        nothing_changed(0);
        SAME((uint64_t)locket_arena_destroy(arena), 0);
}

/* A run of which the parent was about to be rid is nobody's in a child. */
CASE(torn_run)
{
        struct locket_runs *runs;
        struct locket_found found;
        uint32_t run;
        size_t at;
        unsigned char *p;

        arena = make(0, 0);
        p = get(8, 40);
        found = locket_home_find((uintptr_t)p);
        NEED(found.arena == arena && found.cell);
        locket_home_leave(found.arena);
        runs = locket_home_runs();
        run = found.index / LOCKET_RUN_CELLS;
        at = arena->tables->slot[runs->run[run].slot].lo / runs->page;
        locket_run_distrust(runs, arena);
        SAME(runs->run[run].owner, arena->index + 1); /* nothing is the matter with it */
        locket_free(p); /* and it is idle */
        runs->of[at] = 0;
        locket_run_distrust(runs, arena);
        SAME(runs->run[run].owner, LOCKET_NONE);
        locket_run_end(runs, arena); /* does not touch it */
        SAME(runs->run[run].owner, LOCKET_NONE);
        SAME(arena->tables->slot[runs->run[run].slot].state, LOCKET_SLOT_LIVE);
        runs->run[run].owner = arena->index + 1;
        runs->of[at] = run + 1;
        SAME((uint64_t)locket_arena_destroy(arena), 0);
}

/* A child of a process whose secrets are all freed; and one that had no compact
 * arena, and makes one. */
static void empty_child(void *unused)
{
        (void)unused;
        if (arena == NULL) {
                arena = make(8, 0);
        }
        locket_free(get(8, 32));
        (void)get(8, 32);
        SAME(locket_validate(), 0);
}

CASE(forks_of_nothing)
{
        NEED(unit_ends(empty_child, NULL));
        locket_free(locket_malloc(1));
        NEED(unit_ends(empty_child, NULL));
        arena = make(8, 0);
        NEED(unit_ends(empty_child, NULL));
        locket_free(get(8, 32));
        NEED(unit_ends(empty_child, NULL));
        SAME((uint64_t)locket_arena_destroy(arena), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_byte_around),
                cmocka_unit_test(every_byte_at_free),
                cmocka_unit_test(bad_pointers),
                cmocka_unit_test(never_used),
                cmocka_unit_test(wiped_and_zero),
                cmocka_unit_test(late_writes),
                cmocka_unit_test(late_writes_to_a_run_given_back),
                cmocka_unit_test(layouts),
                cmocka_unit_test(resizes),
                cmocka_unit_test(counts),
                cmocka_unit_test(empty_runs_are_given_back),
                cmocka_unit_test(quarantine_and_chance),
                cmocka_unit_test(room_again),
                cmocka_unit_test(canaries_differ),
                cmocka_unit_test(reserve),
                cmocka_unit_test(wipe_all),
                cmocka_unit_test(wipe_all_checks_records),
                cmocka_unit_test(forks),
                cmocka_unit_test(torn_run),
                cmocka_unit_test(forks_of_nothing),
        };

        return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
