/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_locket.c - design.md, section 4, and locket.h, sentence by sentence,
 * through the public interface alone.
 */
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "locket.h"

static struct locket_stats stats(void)
{
        struct locket_stats s = { 0 };

        SAME(locket_stats(&s), 0);
        return s;
}

static struct locket_report inspect(const void *p)
{
        struct locket_report r = { 0 };

        SAME(locket_inspect(p, &r), 0);
        return r;
}

/* An arena whose policy differs from the default by freed, quarantine, cap. */
static struct locket_arena *arena(enum locket_freed freed, size_t quarantine, size_t capacity)
{
        struct locket_policy policy;
        struct locket_arena *a;

        locket_policy_init(&policy);
        policy.freed = freed;
        policy.quarantine = quarantine;
        policy.capacity = capacity;
        a = locket_arena_create(&policy);
        NEED(a != NULL);
        return a;
}

/* ---------------------------------------------------------------- getting */

CASE(zeroed_and_aligned)
{
        size_t round;
        size_t size;

        for (round = 0; round < 3; round++) {
                for (size = 1; size < 20000; size += size < 100 ? 1 : 1237) {
                        unsigned char *p = locket_malloc(size);

                        NEED(p != NULL);
                        SAME((uintptr_t)p % 16, 0);
                        NEED(unit_zero(p, size));
                        memset(p, 0xff, size);
                        SAME(locket_size(p), size);
                        locket_free(p);
                }
        }
}

CASE(protected_by_the_kernel)
{
        const size_t page = unit_page();
        unsigned char *p = locket_malloc(2 * page);
        unsigned char *end = p + 2 * page;

        NEED(unit_flag(p, "lo") && unit_flag(p, "dd") && unit_flag(p, "wf"));
        NEED(!unit_flag(p, "mg"));
        SAME((uintptr_t)end % page, 0);
        NEED(unit_faults(end, 0) && unit_faults(end, 1));
        NEED(!unit_faults(end - 1, 1));
        NEED(unit_faults(p - page - 1, 0)); /* past the page with the canary */
}

CASE(size_zero)
{
        unsigned char *p[20];
        size_t i;
        size_t k;

        for (i = 0; i < 20; i++) {
                p[i] = i % 2 == 0 ? locket_malloc(0) : locket_calloc(i, 0);
                NEED(p[i] != NULL);
                SAME((uintptr_t)p[i] % 16, 0);
                NEED(unit_faults(p[i], 0) && unit_faults(p[i], 1));
                for (k = 0; k < i; k++) {
                        NEED(p[i] != p[k]);
                }
        }
        errno = 0;
        SAME(locket_size(p[0]), 0);
        SAME(errno, 0);
        SAME(stats().live_secrets, 20);
        SAME(stats().live_bytes, 0);
        SAME(inspect(p[3]).size, 0);
        SAME(locket_validate(), 0);
        p[0] = locket_realloc(p[0], 10);
        NEED(p[0] != NULL && unit_zero(p[0], 10));
        for (i = 0; i < 20; i++) {
                locket_free(p[i]);
        }
}

CASE(calloc_)
{
        const size_t root = (size_t)1 << (sizeof(size_t) * 4);
        unsigned char *p = locket_calloc(7, 11);

        NEED(p != NULL && unit_zero(p, 77));
        SAME(locket_size(p), 77);
        errno = 0;
        NEED(locket_calloc(SIZE_MAX, 2) == NULL);
        SAME(errno, ENOMEM);
        errno = 0;
        NEED(locket_calloc(root, root) == NULL);
        SAME(errno, ENOMEM);
        errno = 0;
        NEED(locket_calloc(root + 1, root) == NULL);
        SAME(errno, ENOMEM);
        NEED(locket_calloc(SIZE_MAX / 2 + 2, 2) == NULL);
        SAME(stats().live_secrets, 1);
}

static void refused(size_t size)
{
        struct locket_arena *a = locket_arena_create(NULL);
        unsigned char *p = locket_malloc(10);

        errno = 0;
        NEED(locket_malloc(size) == NULL);
        SAME(errno, ENOMEM);
        errno = 0;
        NEED(locket_aligned_alloc(1, size) == NULL);
        SAME(errno, ENOMEM);
        errno = 0;
        NEED(locket_arena_malloc(a, size) == NULL);
        SAME(errno, ENOMEM);
        errno = 0;
        NEED(locket_realloc(p, size) == NULL);
        SAME(errno, ENOMEM);
        errno = 0;
        SAME((unsigned)locket_arena_reserve(a, 1, size), (unsigned)-1);
        SAME(errno, ENOMEM);
        SAME(locket_size(p), 10);
        SAME(stats().live_secrets, 1);
        locket_free(p);
        SAME(locket_arena_destroy(a), 0);
}

CASE(too_large)
{
        size_t back;

        for (back = 0; back < 70; back++) {
                refused(SIZE_MAX - back);
                refused(LOCKET_MAX_SIZE + 1 + back);
        }
        refused(SIZE_MAX / 2);
        refused(SIZE_MAX / 2 + 1);
        refused((size_t)1 << 32);
}

/* First and last byte, guards, and the end of it; sanitizers' shadow and
 * valgrind are spared. */
static void large(size_t size)
{
        const size_t locked = unit_locked();
        unsigned char *p = locket_malloc(size);

        if (p == NULL) { /* a machine without so much memory */
                NEED(errno == ENOMEM || errno == EAGAIN || errno == EPERM);
                NEED(getuid() != 0);
                return;
        }
        SAME(locket_size(p), size);
        SAME((uintptr_t)p % 16, 0);
        NEED(unit_locked() - locked >= size);
        NEED(unit_flag(p, "lo") && unit_flag(p + size - 1, "lo"));
        p[0] = 1;
        p[size - 1] = 1;
        locket_free(p);
        NEED(unit_locked() <= LOCKET_KEEP_BYTES);
        SAME(stats().live_secrets, 0);
}

CASE(large_sizes)
{
        size_t size;

        for (size = (size_t)1 << 16; size <= (size_t)1 << unit_count(26, 20); size *= 4) {
                large(size - 16);
                large(size);
                large(size + 1);
        }
        if (!unit_light()) {
                large(((size_t)1 << 30) + 1);
                large(LOCKET_MAX_SIZE);
        }
}

CASE(alignments)
{
        const size_t page = unit_page();
        size_t alignment;
        size_t size;

        for (alignment = 1; alignment <= page; alignment *= 2) {
                for (size = 1; size < 9000; size += size < 20 ? 1 : 777) {
                        unsigned char *p = locket_aligned_alloc(alignment, size);
                        const size_t end = (size + alignment - 1) / alignment * alignment;

                        NEED(p != NULL);
                        SAME((uintptr_t)p % alignment, 0);
                        SAME(((uintptr_t)p + end) % page, 0); /* the end is the guard */
                        NEED(unit_zero(p, size));
                        if (alignment == 1 || size % alignment == 0) {
                                NEED(strcmp(unit_access(p + size), "---p") == 0);
                        }
                        memset(p, 0x55, size);
                        locket_free(p);
                }
        }
        {
                unsigned char *p = locket_aligned_alloc(1, 13);

                NEED(unit_faults(p + 13, 0) && unit_faults(p + 13, 1));
        }
}

CASE(wrong_alignments)
{
        const size_t page = unit_page();
        struct locket_arena *a = locket_arena_create(NULL);
        size_t alignment;

        for (alignment = 0; alignment < 5 * page; alignment++) {
                if (alignment != 0 && alignment <= page && (alignment & (alignment - 1)) == 0) {
                        continue;
                }
                errno = 0;
                NEED(locket_aligned_alloc(alignment, 10) == NULL);
                SAME(errno, EINVAL);
                errno = 0;
                NEED(locket_arena_aligned_alloc(a, alignment, 10) == NULL);
                SAME(errno, EINVAL);
        }
        NEED(locket_aligned_alloc(SIZE_MAX, 10) == NULL);
        NEED(locket_aligned_alloc(SIZE_MAX / 2 + 1, 10) == NULL);
        SAME(errno, EINVAL);
        SAME(stats().live_secrets, 0);
}

/* Each of the limits has its own answer. */
static void with_lock_limit(void *bytes)
{
        const size_t limit = *(size_t *)bytes;

        NEED(unit_become_user(limit));
        errno = 0;
        NEED(locket_malloc(limit == 0 ? 10 : 2 * limit) == NULL);
        SAME(errno, limit == 0 ? EPERM : EAGAIN);
        SAME(unit_locked(), 0);
        SAME(stats().live_secrets, 0);
        SAME(stats().slabs, 0);
        if (limit != 0) {
                NEED(locket_malloc(10) != NULL); /* what fits still comes */
        }
}

CASE(lock_limits)
{
        size_t bytes = 0;

        NEED(unit_ends(with_lock_limit, &bytes));
        bytes = 64 << 10;
        NEED(unit_ends(with_lock_limit, &bytes));
}

static void with_many_arenas(void *unused)
{
        const size_t page = unit_page();
        struct locket_arena *a;
        struct locket_arena *b;
        void *p[4];
        size_t i;

        (void)unused;
        NEED(unit_become_user(4 * page));
        a = arena(LOCKET_FREED_CLOSE, 8, 0);
        b = arena(LOCKET_FREED_CLOSE, 8, 0);
        for (i = 0; i < 4; i++) {
                p[i] = locket_arena_malloc(a, 10);
                NEED(p[i] != NULL);
        }
        for (i = 0; i < 4; i++) {
                locket_free(p[i]); /* kept by a ... */
        }
        SAME(unit_locked(), 4 * page);
        for (i = 0; i < 4; i++) { /* ... and given up for b */
                NEED((p[i] = locket_arena_malloc(b, 10)) != NULL);
        }
        errno = 0;
        NEED(locket_arena_malloc(b, 10) == NULL);
        SAME(errno, EAGAIN);
}

CASE(kept_pages_are_given_up)
{
        NEED(unit_ends(with_many_arenas, NULL));
}

/* ----------------------------------------------------- freeing, quarantine */

CASE(free_in_any_mode)
{
        static const size_t size[] = { 0, 1, 100, 4096, 9000 };
        size_t s;
        int mode;

        locket_free(NULL);
        locket_free_sized(NULL, 0);
        locket_free_sized(NULL, 99);
        for (mode = LOCKET_NO_ACCESS; mode <= LOCKET_READ_WRITE; mode++) {
                for (s = 0; s < 5; s++) {
                        unsigned char *p = locket_malloc(size[s]);

                        memset(p, 0x99, size[s]);
                        SAME(locket_protect(p, (enum locket_access)mode), 0);
                        if (s % 2 == 0) {
                                locket_free(p);
                        } else {
                                locket_free_sized(p, size[s]);
                        }
                        NEED(unit_zero((unsigned char *)((uintptr_t)p / 4096 * 4096 - 4096),
                                       size[s] + 4096));
                }
        }
        SAME(stats().live_secrets, 0);
}

CASE(freed_is_closed)
{
        unsigned char *p = locket_malloc(100);

        locket_free(p);
        NEED(unit_faults(p, 0) && unit_faults(p + 99, 1));
}

CASE(freed_is_checked)
{
        struct locket_arena *a = arena(LOCKET_FREED_CHECK, 8, 0);
        unsigned char *p = locket_arena_malloc(a, 100);

        memset(p, 1, 100);
        locket_free(p);
        NEED(!unit_faults(p, 0)); /* a late read sees zeros */
        NEED(unit_zero(p, 100));
}

/* An address does not come back within as many frees as the policy says. */
CASE(quarantine)
{
        static const size_t depth[] = { 0, 1, 8, 30 };
        size_t d;
        size_t n;
        size_t k;

        for (d = 0; d < 4; d++) {
                struct locket_arena *a = arena(LOCKET_FREED_CLOSE, depth[d], 0);
                void *freed[40];
                size_t count = 0;

                for (n = 0; n < 2000; n++) {
                        void *p = locket_arena_malloc(a, 64);

                        NEED(p != NULL);
                        for (k = 0; k < count; k++) {
                                NEED(p != freed[k]);
                        }
                        locket_free(p);
                        memmove(freed + 1, freed, 39 * sizeof freed[0]);
                        freed[0] = p;
                        count = count < depth[d] ? count + 1 : depth[d];
                }
                SAME(stats().quarantined, depth[d]);
                /* and yet places are used again */
                NEED(unit_locked() <= (depth[d] + LOCKET_DRAW + 2) * unit_page());
                SAME(locket_arena_destroy(a), 0);
        }
}

CASE(choice_is_random)
{
        struct locket_arena *a = arena(LOCKET_FREED_CLOSE, 0, 0);
        void *p[8];
        size_t seen = 0;
        size_t i;
        size_t n;
        void *last = NULL;
        size_t same = 0;

        for (i = 0; i < 8; i++) {
                p[i] = locket_arena_malloc(a, 10);
        }
        for (i = 0; i < 8; i++) {
                locket_free(p[i]);
        }
        for (n = 0; n < 400; n++) {
                void *q = locket_arena_malloc(a, 10);

                for (i = 0; i < 8; i++) {
                        seen |= q == p[i] ? (size_t)1 << i : 0;
                }
                same += q == last;
                last = q;
                locket_free(q);
        }
        SAME(seen, 255);
        NEED(same > 10 && same < 150); /* 50 expected */
}

/* --------------------------------------------------------------- resizing */

static void fill(unsigned char *p, size_t from, size_t to)
{
        for (; from < to; from++) {
                p[from] = (unsigned char)(from * 7 + 1);
        }
}

static int filled(const unsigned char *p, size_t to)
{
        size_t i;

        for (i = 0; i < to && p[i] == (unsigned char)(i * 7 + 1); i++) {
        }
        return i == to;
}

CASE(realloc_keeps_and_zeroes)
{
        static const size_t size[] = { 1, 15, 16, 17, 100, 4000, 4080, 4081, 20000 };
        const size_t most = sizeof size / sizeof size[0];
        size_t from;
        size_t to;
        int mode;

        for (mode = LOCKET_NO_ACCESS; mode <= LOCKET_READ_WRITE; mode++) {
                for (from = 0; from < most; from++) {
                        for (to = 0; to < most; to++) {
                                unsigned char *p = locket_malloc(size[from]);
                                const size_t least = size[from] < size[to] ? size[from] : size[to];
                                const int stays = (size[from] + 15) / 16 == (size[to] + 15) / 16;
                                unsigned char *q;

                                fill(p, 0, size[from]);
                                SAME(locket_protect(p, (enum locket_access)mode), 0);
                                q = locket_realloc(p, size[to]);
                                NEED(q != NULL);
                                SAME(q == p, stays);
                                NEED(filled(q, least));
                                NEED(unit_zero(q + least, size[to] - least));
                                SAME(locket_size(q), size[to]);
                                SAME(inspect(q).access, LOCKET_READ_WRITE);
                                if (!stays) {
                                        NEED(unit_zero(p, size[from]));
                                        SAME(locket_size(p), 0);
                                }
                                SAME(locket_validate(), 0);
                                fill(q, 0, size[to]);
                                locket_free(q);
                        }
                }
        }
        SAME(stats().live_secrets, 0);
}

/* Within the multiple of its alignment it stays; old bytes are wiped. */
CASE(realloc_in_place)
{
        unsigned char *p = locket_aligned_alloc(256, 200);
        size_t size;
        size_t n;

        for (n = 0; n < 500; n++) {
                size = 1 + unit_below(256);
                fill(p, 0, locket_size(p));
                NEED(locket_realloc(p, size) == p);
                SAME(locket_size(p), size);
                SAME(locket_validate(), 0);
                NEED(size + 16 > 256 || unit_zero(p + size + 16, 256 - size - 16));
        }
        NEED(locket_realloc(p, 257) != p);
}

CASE(realloc_edges)
{
        struct locket_arena *a = arena(LOCKET_FREED_CLOSE, 8, 0);
        unsigned char *p = locket_realloc(NULL, 50);

        NEED(p != NULL && unit_zero(p, 50));
        SAME(locket_size(p), 50);
        errno = 4711;
        NEED(locket_realloc(p, 0) == NULL);
        SAME(errno, 4711);
        SAME(locket_size(p), 0);
        SAME(stats().live_secrets, 0);
        p = locket_realloc(NULL, 0);
        NEED(p != NULL); /* as locket_malloc(0) */
        locket_free(p);
        p = locket_arena_aligned_alloc(a, 1024, 5);
        p = locket_realloc(p, 3000); /* same alignment, same arena */
        SAME((uintptr_t)p % 1024, 0);
        SAME((unsigned)locket_arena_destroy(a), (unsigned)-1);
        p = locket_realloc(p, 6);
        SAME((uintptr_t)p % 1024, 0);
        locket_free(p);
        SAME(locket_arena_destroy(a), 0);
}

static void failing_realloc(void *unused)
{
        const size_t page = unit_page();
        unsigned char *p;
        int mode;

        (void)unused;
        NEED(unit_become_user(2 * page));
        for (mode = LOCKET_NO_ACCESS; mode <= LOCKET_READ_WRITE; mode++) {
                p = locket_malloc(300);
                NEED(p != NULL);
                fill(p, 0, 300);
                SAME(locket_protect(p, (enum locket_access)mode), 0);
                errno = 0;
                NEED(locket_realloc(p, 3 * page) == NULL);
                SAME(errno, EAGAIN);
                SAME(locket_size(p), 300);
                SAME(inspect(p).access, mode);
                SAME(stats().live_secrets, 1);
                SAME(locket_protect(p, LOCKET_READ_ONLY), 0);
                NEED(filled(p, 300));
                locket_free(p);
        }
}

CASE(realloc_failing)
{
        NEED(unit_ends(failing_realloc, NULL));
}

/* ------------------------------------------------------------ wild pointers */

static void all_refuse(void *p)
{
        struct locket_report report = { 0 };
        int mode;

        errno = 0;
        SAME(locket_size(p), 0);
        SAME(errno, EINVAL);
        errno = 0;
        SAME((unsigned)locket_inspect(p, &report), (unsigned)-1);
        SAME(errno, EINVAL);
        for (mode = LOCKET_NO_ACCESS; mode <= LOCKET_READ_WRITE; mode++) {
                errno = 0;
                SAME((unsigned)locket_protect(p, (enum locket_access)mode), (unsigned)-1);
                SAME(errno, EINVAL);
        }
        errno = 0;
        NEED(locket_arena_malloc(p, 10) == NULL);
        SAME(errno, EINVAL);
        errno = 0;
        NEED(locket_arena_aligned_alloc(p, 16, 10) == NULL);
        SAME(errno, EINVAL);
        errno = 0;
        SAME((unsigned)locket_arena_reserve(p, 1, 10), (unsigned)-1);
        SAME(errno, EINVAL);
        errno = 0;
        SAME((unsigned)locket_arena_destroy(p), (unsigned)-1);
        SAME(errno, EINVAL);
}

static void wild(void)
{
        static int in_data;
        int on_stack = 0;
        void *in_heap = malloc(32);
        void *closed = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        uintptr_t bit;

        all_refuse(NULL);
        all_refuse(&in_data);
        all_refuse(&on_stack);
        all_refuse(in_heap);
        all_refuse(closed);
        all_refuse((void *)(uintptr_t)&locket_malloc);
        all_refuse((void *)UINTPTR_MAX);
        for (bit = 1; bit != 0; bit <<= 1) {
                all_refuse((void *)bit);
                all_refuse((void *)(bit - 1));
                all_refuse((void *)~bit);
        }
        free(in_heap);
}

CASE(wild_before_first_use)
{
        struct locket_stats s;
        const size_t mappings = unit_mappings();

        SAME(locket_validate(), 0);
        locket_wipe_all();
        wild();
        s = stats();
        SAME(s.live_secrets | s.locked_bytes | s.slabs | s.violations, 0);
        NEED(unit_mappings() <= mappings + 3 + UNIT_SLACK); /* nothing was started */
}

CASE(wild_after)
{
        unsigned char *p = locket_malloc(100);
        unsigned char *freed = locket_malloc(100);
        struct locket_arena *a = locket_arena_create(NULL);
        uintptr_t near;

        locket_free(freed);
        wild();
        all_refuse(freed);
        for (near = 1; near < 10000; near += near < 200 ? 1 : 111) {
                all_refuse(p + near);
                all_refuse(p - near);
        }
        for (near = 1; near < 3000; near++) { /* handles that are almost right */
                void *q = (void *)((uintptr_t)a + near);

                if (locket_arena_malloc(q, 1) != NULL) {
                        NEED(0);
                }
                SAME(errno, EINVAL);
        }
        SAME(locket_arena_destroy(a), 0);
        all_refuse(a);
        SAME(stats().live_secrets, 1);
}

static void frees(void *p)
{
        locket_free(p);
}

static void resizes(void *p)
{
        (void)locket_realloc(p, 10);
}

static void resizes_here(void *p)
{
        (void)locket_realloc(p, 40);
}

static void resizes_to_nothing(void *p)
{
        (void)locket_realloc(p, 0);
}

static void frees_sized(void *p)
{
        locket_free_sized(p, 5);
}

/* The kinds of misuse by pointer; each in tests/crime too. */
CASE(violations)
{
        static void (*const way[])(void *) = { frees, resizes, resizes_to_nothing, frees_sized };
        unsigned char *p;
        unsigned char *freed;
        int local = 0;
        size_t i;

        for (i = 0; i < 4; i++) { /* before first use too */
                NEED(unit_aborts(way[i], &local, "locket: foreign free of ", &local));
        }
        p = locket_malloc(100);
        freed = locket_malloc(100);
        locket_free(freed);
        for (i = 0; i < 4; i++) {
                NEED(unit_aborts(way[i], &local, "locket: foreign free of ", &local));
                NEED(unit_aborts(way[i], freed, "locket: double free of ", freed));
                NEED(unit_aborts(way[i], p + 1, "locket: interior free of ", p + 1));
                NEED(unit_aborts(way[i], p - 1, "locket: interior free of ", p - 1));
        }
        NEED(unit_aborts(frees_sized, p, "locket: wrong size for free of ", p));
        SAME(stats().violations, 0); /* they were others' */
        locket_free(p);
}

static void *seen_address;
static enum locket_violation seen_kind;
static size_t seen_violations;
static sigjmp_buf out;

static void jump_out(enum locket_violation kind, const void *address)
{
        seen_kind = kind;
        seen_address = (void *)(uintptr_t)address;
        seen_violations = stats().violations; /* no lock is held */
        locket_free(locket_malloc(10));
        siglongjmp(out, 1);
}

/* What ${way}(${p}) is found to be; -1: nothing. */
static int found_to_be(void (*way)(void *), unsigned char *p)
{
        static int said;
        static int kind;

        said = dup(STDERR_FILENO);
        kind = -1;
        (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        (void)locket_on_violation(jump_out);
        if (sigsetjmp(out, 1) == 0) {
                way(p);
        } else {
                kind = (int)seen_kind;
                NEED(seen_address == p);
        }
        (void)dup2(said, STDERR_FILENO);
        return kind;
}

/* Each byte of the slack and of the canary of a secret of 33 bytes. */
CASE(each_byte_is_checked)
{
        static void (*const way[])(void *) = { frees, resizes, resizes_to_nothing, resizes_here };
        size_t n;

        for (n = 0; n < 4096; n += unit_count(n > 4096 - 90 ? 1 : 7, 111)) {
                unsigned char *p = locket_malloc(33);
                unsigned char *end = p + 48;
                unsigned char *b = end - 4096 + n;
                const int inside = b >= p && b < p + 33;
                const int expected = inside ? -1 : b < p ? LOCKET_UNDERFLOW : LOCKET_OVERFLOW;

                *b ^= 0x20;
                SAME(locket_validate(), !inside);
                SAME((unsigned)found_to_be(way[n % 4], p), (unsigned)expected);
                if (!inside) {
                        NEED(unit_zero(end - 4096, 4096));
                        SAME(locket_size(p), 0);
                }
        }
}

/* A write after the free is found before the place is used again. */
CASE(late_writes)
{
        struct locket_arena *a = arena(LOCKET_FREED_CHECK, 0, unit_page()); /* of one place */
        unsigned char *p = locket_arena_malloc(a, 33);

        locket_free(p);
        p[-100] = 1;
        (void)locket_on_violation(jump_out);
        (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        if (sigsetjmp(out, 1) == 0) {
                (void)locket_arena_malloc(a, 33);
                _exit(9);
        }
        SAME(seen_kind, LOCKET_WRITE_AFTER_FREE);
        NEED(seen_address == p);
        NEED(unit_zero((unsigned char *)((uintptr_t)p / 4096 * 4096), 4096));
}

/* A lock that is only preferred cannot be had, so all arenas give back what they keep;
 * that finds a late write in another one.  A handler that jumps takes nothing with it:
 * not the place that was got meanwhile, and not the one of a secret that was to move. */
static void jumps_out_of_the_middle(void *resized)
{
        static struct locket_arena *late;
        static struct locket_arena *a;
        static unsigned char *p;
        static unsigned char *q;
        struct locket_policy policy;

        NEED(unit_become_user(1 * unit_page()));
        locket_policy_init(&policy);
        policy.locked = LOCKET_PREFER;
        late = arena(LOCKET_FREED_CHECK, 8, 0);
        a = locket_arena_create(&policy);
        q = locket_arena_malloc(late, 33);
        NEED(a != NULL && q != NULL);
        if (resized != NULL) {
                p = locket_arena_malloc(a, 33); /* not locked: there is no room */
                NEED(p != NULL);
                memset(p, 0x42, 33);
        }
        locket_free(q);
        q[0] = 1;
        (void)locket_on_violation(jump_out);
        (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        if (sigsetjmp(out, 1) == 0) {
                (void)(resized != NULL ? locket_realloc(p, 5000) : locket_arena_malloc(a, 33));
                _exit(9);
        }
        SAME(seen_kind, LOCKET_WRITE_AFTER_FREE);
        NEED(seen_address == q);
        if (resized != NULL) {
                SAME(locket_size(p), 33);
                NEED(p[0] == 0x42 && memcmp(p, p + 1, 32) == 0);
                locket_free(p);
        }
        SAME(stats().live_secrets, 0);
        SAME(locket_arena_destroy(late), 0);
        SAME(locket_arena_destroy(a), 0); /* ENOMEM as long as a page is open */
        SAME(stats().slabs, 1); /* of the default arena: jump_out has used it */
}

/* The old place of a secret that has moved is put away: that finds a late write to
 * ${late}, and a handler that jumps would lose the new place for ever.  So the secret has
 * ended, in both places, and ${others} are live. */
static void jumps_out_of_a_move(unsigned char *p, size_t size, size_t to, unsigned char *late,
                                size_t others)
{
        static size_t n;

        n = others; /* a jump leaves it alone */
        memset(p, 0x42, size);
        late[0] = 1;
        (void)locket_on_violation(jump_out);
        (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        if (sigsetjmp(out, 1) == 0) {
                (void)locket_realloc(p, to);
                _exit(9);
        }
        SAME(seen_kind, LOCKET_WRITE_AFTER_FREE);
        NEED(seen_address == late);
        SAME(locket_size(p), 0);
        NEED(unit_zero(p, size));
        SAME(stats().live_secrets, n);
        SAME(locket_validate(), 0);
}

/* So much is kept that the pages of a place written to late are given back. */
static void moves_a_slot(void *unused)
{
        static struct locket_arena *a;
        unsigned char *p;
        unsigned char *q;

        (void)unused;
        a = arena(LOCKET_FREED_CHECK, 0, 0);
        p = locket_arena_malloc(a, 600000);
        q = locket_arena_malloc(a, 600000);
        NEED(p != NULL && q != NULL);
        locket_free(q);
        jumps_out_of_a_move(p, 600000, 100, q, 0);
        SAME(locket_arena_destroy(a), 0);
}

/* The last cell of a run, in which another was written to late, moves away: not the
 * only run, so it ends. */
static void moves_a_cell(void *unused)
{
        struct locket_policy policy;
        static struct locket_arena *a;
        static unsigned char *cell[64];
        static size_t most;
        size_t n;

        (void)unused;
        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        policy.quarantine = 0;
        a = locket_arena_create(&policy);
        most = 2 * ((unit_page() < 4096 ? 4096 : unit_page()) / 1920);
        NEED(a != NULL && 2 <= most && most <= 64);
        for (n = 0; n < most; n++) { /* two runs */
                cell[n] = locket_arena_malloc(a, 1900);
                NEED(cell[n] != NULL);
        }
        locket_free(cell[most - 1]);
        for (n = 1; n < most / 2; n++) {
                locket_free(cell[n]);
        }
        jumps_out_of_a_move(cell[0], 1900, 16, cell[most / 2 - 1], most / 2 - 1);
        for (n = most / 2; n + 1 < most; n++) {
                locket_free(cell[n]);
        }
        SAME(locket_arena_destroy(a), 0);
}

CASE(jumps_lose_nothing)
{
        static int resized;

        NEED(unit_ends(jumps_out_of_the_middle, NULL));
        NEED(unit_ends(jumps_out_of_the_middle, &resized));
        NEED(unit_ends(moves_a_slot, NULL));
        NEED(unit_ends(moves_a_cell, NULL));
}

/* A block is wiped before anything is said. */
CASE(wiped_before_the_verdict)
{
        unsigned char *p = locket_malloc(100);

        (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        memset(p, 0x42, 100);
        p[100] ^= 1; /* a value of its own may be the canary's */
        NEED(locket_on_violation(jump_out) == NULL);
        if (sigsetjmp(out, 1) == 0) {
                locket_free(p);
                _exit(9);
        }
        SAME(seen_kind, LOCKET_OVERFLOW);
        NEED(seen_address == p);
        SAME(seen_violations, 1);
        NEED(unit_zero(p, 112));
        SAME(locket_size(p), 0);
        NEED(locket_malloc(10) != NULL); /* usable after a jump */
        NEED(locket_on_violation(jump_out) == NULL); /* it had been removed */
        NEED(locket_on_violation(NULL) == jump_out);
}

/* ----------------------------------------------------------------- access */

CASE(protect)
{
        static const char *const access[] = { "---p", "r--p", "rw-p" };
        unsigned char *p = locket_malloc(5000);
        size_t n;

        fill(p, 0, 5000);
        for (n = 0; n < 100; n++) {
                const int mode = (int)unit_below(3);

                errno = 4711;
                SAME(locket_protect(p, (enum locket_access)mode), 0);
                SAME(errno, 4711);
                NEED(strcmp(unit_access(p), access[mode]) == 0);
                NEED(strcmp(unit_access(p + 4999), access[mode]) == 0);
                SAME(unit_faults(p + 4000, 0), mode == LOCKET_NO_ACCESS);
                SAME(unit_faults(p + 4000, 1), mode != LOCKET_READ_WRITE);
                SAME(inspect(p).access, mode);
                SAME(locket_validate(), 0);
                NEED(unit_flag(p, "lo"));
        }
        errno = 0;
        SAME((unsigned)locket_protect(p, (enum locket_access)3), (unsigned)-1);
        SAME(errno, EINVAL);
        SAME((unsigned)locket_protect(p, (enum locket_access)-1), (unsigned)-1);
        SAME(locket_protect(p, LOCKET_READ_WRITE), 0);
        NEED(filled(p, 5000));
}

CASE(equal)
{
        unsigned char a[100];
        unsigned char b[100];
        size_t i;
        size_t bit;

        fill(a, 0, 100);
        fill(b, 0, 100);
        SAME(locket_equal(a, b, 100), 1);
        SAME(locket_equal(a, a, 100), 1);
        SAME(locket_equal(a, b, 0), 1);
        SAME(locket_equal(NULL, NULL, 0), 1);
        SAME(locket_equal(a, NULL, 0), 1);
        for (i = 0; i < 100; i++) {
                for (bit = 0; bit < 8; bit++) {
                        b[i] ^= (unsigned char)(1u << bit);
                        SAME(locket_equal(a, b, 100), 0);
                        SAME(locket_equal(a, b, i), 1);
                        b[i] ^= (unsigned char)(1u << bit);
                }
        }
        a[3] ^= 0x80; /* differences do not cancel */
        a[9] ^= 0x80;
        SAME(locket_equal(a, b, 100), 0);
        for (i = 0; i < 100; i++) { /* 256 differences are not none either */
                b[i] = (unsigned char)~a[i];
        }
        SAME(locket_equal(a, b, 100), 0);
}

CASE(equal_many_differences)
{
        unsigned char *a = calloc(1, 70000);
        unsigned char *b = malloc(70000);
        size_t n;

        NEED(a != NULL && b != NULL);
        memset(b, 0xff, 70000);
        for (n = 1; n < 70000; n += n < 1000 ? 1 : 255) {
                SAME(locket_equal(a, b, n), 0);
        }
        SAME(locket_equal(a, b, 65536), 0);
        free(a);
        free(b);
}

/* ---------------------------------------------------------------- looking */

CASE(validate_counts)
{
        struct locket_arena *a = locket_arena_create(NULL);
        unsigned char *p[30];
        size_t i;

        SAME(locket_validate(), 0);
        for (i = 0; i < 30; i++) {
                p[i] = i % 3 == 0 ? locket_arena_malloc(a, 77) : locket_malloc(i * 200 + 1);
        }
        SAME(locket_validate(), 0);
        for (i = 0; i < 30; i += 2) {
                p[i][-1] ^= 1;
                SAME(locket_validate(), i / 2 + 1);
                SAME(locket_protect(p[i], LOCKET_NO_ACCESS), 0);
        }
        SAME(locket_validate(), 15);
        for (i = 0; i < 30; i++) {
                SAME(strcmp(unit_access(p[i]), i % 2 == 0 ? "---p" : "rw-p"), 0);
        }
        SAME(stats().violations, 0);
}

CASE(wipe_all)
{
        struct locket_arena *a = locket_arena_create(NULL);
        unsigned char *p[30];
        size_t i;

        locket_wipe_all();
        for (i = 0; i < 30; i++) {
                const size_t size = i * 300;

                p[i] = i % 4 == 0 ? locket_arena_malloc(a, size) : locket_malloc(size);
                memset(p[i], 0x33, size);
                SAME(locket_protect(p[i], (enum locket_access)(i % 3)), 0);
        }
        errno = 4711;
        locket_wipe_all();
        SAME(errno, 4711);
        for (i = 0; i < 30; i++) {
                NEED(unit_zero(p[i], i * 300));
                SAME(inspect(p[i]).access, i % 3);
                if (i > 0) {
                        NEED(strcmp(unit_access(p[i]), i % 3 == 0   ? "---p"
                                                       : i % 3 == 1 ? "r--p"
                                                                    : "rw-p") == 0);
                }
        }
        SAME(locket_validate(), 0); /* the canaries are intact */
        SAME(stats().live_secrets, 30);
        for (i = 0; i < 30; i++) {
                locket_free(p[i]);
        }
}

static volatile sig_atomic_t handled;
static unsigned char *volatile handled_secret; /* raise(3) is declared as calling nothing here */

static void wipes_in_a_handler(int number)
{
        (void)number;
        locket_wipe_all();
        handled = unit_zero(handled_secret, 64);
}

CASE(wipe_all_in_a_handler)
{
        handled_secret = locket_malloc(64);
        memset(handled_secret, 1, 64);
        (void)signal(SIGUSR1, wipes_in_a_handler);
        (void)raise(SIGUSR1);
        SAME(handled, 1);
}

/* The rule of struct_size, for the three structures that are filled in. */
static void size_rule(int (*call)(void *), size_t known)
{
        union {
                size_t struct_size;
                unsigned char bytes[1024];
        } u;
        size_t size;
        size_t i;

        for (size = 0; size <= known + 200; size++) {
                int expected = size == 0 || size >= known;

                memset(&u, 0xaa, sizeof u);
                u.struct_size = size;
                errno = 4711;
                SAME(call(&u) == 0, expected);
                SAME(errno, expected ? 4711 : EINVAL);
                SAME(u.struct_size, expected ? known : size);
                for (i = expected ? known : sizeof(size_t); i < sizeof u; i++) {
                        SAME(u.bytes[i], 0xaa);
                }
        }
        memset(&u, 0xaa, sizeof u);
        u.struct_size = SIZE_MAX;
        SAME(call(&u), 0);
        SAME(u.struct_size, known);
        errno = 0;
        NEED(call(NULL) == -1);
        SAME(errno, EINVAL);
}

static void *looked_at;

static int call_inspect(void *u)
{
        return locket_inspect(looked_at, u);
}

static int call_stats(void *u)
{
        return locket_stats(u);
}

static int call_budget(void *u)
{
        return locket_budget(10, u);
}

CASE(struct_sizes)
{
        looked_at = locket_malloc(10);
        size_rule(call_inspect, sizeof(struct locket_report));
        size_rule(call_stats, sizeof(struct locket_stats));
        size_rule(call_budget, sizeof(struct locket_budget));
}

/* ----------------------------------------------------------------- arenas */

CASE(policies_refused)
{
        struct locket_policy p;
        int value;

        locket_policy_init(NULL);
        locket_policy_init(&p);
        SAME(p.struct_size, sizeof p);
        for (value = 0; value < 6; value++) {
                struct locket_policy q = p;

                switch (value) {
                case 0: q.backing = LOCKET_SECRETMEM; break;
                case 1: q.backing = LOCKET_FILE; break;
                case 2:
                        q.backing = LOCKET_FILE; /* no directory */
                        q.fork = LOCKET_FORK_OMIT;
                        break;
                case 3:
                        q.backing = LOCKET_FILE;
                        q.fork = LOCKET_FORK_KEEP;
                        break;
                case 4:
                        q.layout = LOCKET_COMPACT;
                        q.fork = LOCKET_FORK_OMIT;
                        break;
                default:
                        q.layout = LOCKET_COMPACT;
                        q.fork = LOCKET_FORK_KEEP;
                        break;
                }
                errno = 0;
                NEED(locket_arena_create(&q) == NULL);
                SAME(errno, value > 3 ? ENOTSUP : EINVAL);
        }
        memset(&p, 0xaa, sizeof p);
        errno = 0;
        NEED(locket_arena_create(&p) == NULL);
        NEED(errno == EINVAL || errno == ENOTSUP);
        memset(&p, 0, sizeof p);
        errno = 0;
        NEED(locket_arena_create(&p) == NULL);
        SAME(errno, EINVAL);
        locket_policy_init(&p);
        p.freed = (enum locket_freed)2;
        errno = 0;
        NEED(locket_arena_create(&p) == NULL);
        SAME(errno, EINVAL);
        locket_policy_init(&p);
        p.layout = (enum locket_layout)2;
        errno = 0;
        NEED(locket_arena_create(&p) == NULL);
        SAME(errno, EINVAL);
}

CASE(several_arenas)
{
        const size_t page = unit_page();
        struct locket_arena *a = arena(LOCKET_FREED_CLOSE, 0, 3 * page);
        struct locket_arena *b = arena(LOCKET_FREED_CHECK, 2, 5 * page);
        void *p[5];
        void *q[5];
        size_t i;

        for (i = 0; i < 3; i++) {
                NEED((p[i] = locket_arena_malloc(a, 100)) != NULL);
        }
        errno = 0;
        NEED(locket_arena_malloc(a, 1) == NULL);
        SAME(errno, ENOMEM);
        for (i = 0; i < 5; i++) { /* another's cap is its own */
                NEED((q[i] = locket_arena_malloc(b, 100)) != NULL);
        }
        NEED(locket_arena_malloc(b, 0) == NULL);
        SAME(errno, ENOMEM);
        NEED(locket_malloc(100) != NULL);
        locket_free(p[1]);
        NEED((p[1] = locket_arena_malloc(a, 100)) != NULL); /* room again */
        errno = 0;
        NEED(locket_realloc(p[0], 5000) == NULL); /* a move needs both places */
        SAME(errno, ENOMEM);
        SAME(locket_size(p[0]), 100);
        locket_free(q[0]);
        locket_free(q[1]);
        NEED((q[0] = locket_arena_malloc(b, 5000)) != NULL); /* two pages: kept ones go */
        errno = 0;
        SAME((unsigned)locket_arena_destroy(a), (unsigned)-1);
        SAME(errno, EBUSY);
        SAME(locket_size(p[0]), 100);
        for (i = 0; i < 3; i++) {
                locket_free(p[i]);
        }
        SAME(locket_arena_destroy(a), 0);
        errno = 0;
        SAME((unsigned)locket_arena_destroy(a), (unsigned)-1);
        SAME(errno, EINVAL);
        errno = 0;
        NEED(locket_arena_malloc(a, 1) == NULL);
        SAME(errno, EINVAL);
        locket_free(q[0]);
        for (i = 2; i < 5; i++) {
                locket_free(q[i]);
        }
        SAME(locket_arena_destroy(b), 0);
        SAME(stats().slabs, 1);
}

CASE(cap_smaller_than_a_page)
{
        struct locket_arena *a = arena(LOCKET_FREED_CLOSE, 0, 1);

        errno = 0;
        NEED(locket_arena_malloc(a, 1) == NULL);
        SAME(errno, ENOMEM);
        SAME(stats().slabs, 0);
        SAME(locket_arena_destroy(a), 0);
}

CASE(destroy_gives_back)
{
        struct locket_arena *a = locket_arena_create(NULL);
        const size_t locked = unit_locked();
        void *p[100];
        size_t i;

        for (i = 0; i < 100; i++) {
                p[i] = locket_arena_malloc(a, i * 100);
        }
        for (i = 0; i < 100; i++) {
                locket_free(p[i]);
        }
        SAME(locket_arena_destroy(a), 0);
        SAME(unit_locked(), locked);
        SAME(stats().locked_bytes, 0);
        SAME(stats().slabs, 0);
        SAME(stats().quarantined, 0);
}

CASE(reserve)
{
        struct locket_arena *a = arena(LOCKET_FREED_CHECK, 4, 0);
        const size_t count = 50;
        void *p[50];
        size_t locked;
        size_t i;
        int round;

        SAME(locket_arena_reserve(a, 0, 10), 0);
        SAME(locket_arena_reserve(a, count, 100), 0);
        locked = unit_locked();
        NEED(locked >= count * unit_page());
        SAME(stats().live_secrets, 0);
        for (round = 0; round < 10; round++) {
                struct rusage before;
                struct rusage after;

                SAME(getrusage(RUSAGE_SELF, &before), 0);
                for (i = 0; i < count; i++) {
                        p[i] = locket_arena_malloc(a, 100);
                }
                for (i = 0; i < count; i++) {
                        locket_free(p[i]);
                }
                SAME(getrusage(RUSAGE_SELF, &after), 0);
                if (round > 0 && !unit_light()) { /* the code itself is paged in */
                        NEED(after.ru_minflt - before.ru_minflt <= 1);
                }
                SAME(unit_locked(), locked);
        }
        errno = 0;
        SAME((unsigned)locket_arena_reserve(a, SIZE_MAX, 10), (unsigned)-1);
        SAME(errno, ENOMEM);
        SAME((unsigned)locket_arena_reserve(a, 1, SIZE_MAX), (unsigned)-1);
        SAME(unit_locked(), locked);
        SAME(locket_arena_destroy(a), 0);
        SAME(unit_locked(), 0);
}

static void reserve_at_limit(void *unused)
{
        struct locket_arena *a;

        (void)unused;
        NEED(unit_become_user(20 * unit_page()));
        a = arena(LOCKET_FREED_CLOSE, 0, 0);
        errno = 0;
        SAME((unsigned)locket_arena_reserve(a, 21, 100), (unsigned)-1);
        SAME(errno, EAGAIN);
        SAME(unit_locked(), 0);
        SAME(stats().locked_bytes, 0);
        SAME(locket_arena_reserve(a, 20, 100), 0);
        SAME(unit_locked(), 20 * unit_page());
}

CASE(reserve_all_or_nothing)
{
        NEED(unit_ends(reserve_at_limit, NULL));
}

/* Two places and a lock limit of two pages, and both are in quarantine: the one that
 * is reserved can be had, again and again. */
static void reserve_what_is_detained(void *unused)
{
        struct locket_arena *a;
        void *p[2];
        int i;

        (void)unused;
        NEED(unit_become_user(2 * unit_page()));
        a = arena(LOCKET_FREED_CLOSE, 2, 0);
        p[0] = locket_arena_malloc(a, 64);
        p[1] = locket_arena_malloc(a, 64);
        NEED(p[0] != NULL && p[1] != NULL);
        locket_free(p[0]);
        locket_free(p[1]);
        SAME(locket_arena_reserve(a, 1, 64), 0);
        SAME(unit_locked(), 2 * unit_page());
        for (i = 0; i < 9; i++) {
                p[0] = locket_arena_malloc(a, 64);
                NEED(p[0] != NULL);
                locket_free(p[0]);
        }
}

CASE(reserve_at_the_limit)
{
        NEED(unit_ends(reserve_what_is_detained, NULL));
}

/* ------------------------------------------------------------------ errno */

CASE(errno_is_left_alone)
{
        struct locket_arena *a;
        struct locket_budget budget = { 0 };
        struct locket_stats s = { 0 };
        struct locket_report r = { 0 };
        unsigned char *p;
        unsigned char *q;

        errno = 4711; /* the very first use, too */
        p = locket_malloc(10);
        SAME(errno, 4711);
        q = locket_aligned_alloc(1, 100000);
        a = locket_arena_create(NULL);
        NEED(p != NULL && q != NULL && a != NULL);
        SAME(locket_arena_reserve(a, 20, 100), 0);
        SAME(errno, 4711);
        p = locket_realloc(p, 12);
        p = locket_realloc(p, 12000);
        SAME(locket_protect(p, LOCKET_NO_ACCESS), 0);
        SAME(locket_inspect(p, &r), 0);
        SAME(locket_stats(&s), 0);
        SAME(errno, 4711);
        SAME(locket_budget(10, &budget), 0);
        SAME(errno, 4711);
        SAME(locket_validate(), 0);
        locket_wipe_all();
        SAME(locket_size(p), 12000);
        locket_free(p);
        locket_free_sized(q, 100000);
        SAME(locket_arena_destroy(a), 0);
        SAME(errno, 4711);
}

CASE(version)
{
        NEED(strcmp(locket_version(), LOCKET_VERSION) == 0);
}

CASE(harden_process)
{
        struct rlimit limit;

        errno = 4711;
        SAME(locket_harden_process(), 0);
        SAME(errno, 4711);
        SAME(getrlimit(RLIMIT_CORE, &limit), 0);
        SAME(limit.rlim_cur, 0);
        SAME(prctl(PR_GET_DUMPABLE), 0);
        SAME(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
        SAME(limit.rlim_cur, limit.rlim_max);
}

/* ---------------------------------------------------------------- at exit */

static unsigned char *of_exit[3];

static void registered_before(void)
{
        int i;

        for (i = 0; i < 3; i++) { /* locket's handler ran first: zeros, and yet alive */
                NEED(unit_zero(of_exit[i], 64));
                SAME(locket_size(of_exit[i]), 64);
        }
        SAME(locket_protect(of_exit[0], LOCKET_READ_WRITE), 0);
        memset(of_exit[0], 1, 64);
        SAME(locket_validate(), 0);
        for (i = 0; i < 3; i++) {
                locket_free(of_exit[i]);
        }
        NEED(locket_malloc(10) != NULL);
        _exit(33);
}

static void exits(void *unused)
{
        int i;

        (void)unused;
        NEED(atexit(registered_before) == 0);
        for (i = 0; i < 3; i++) {
                of_exit[i] = locket_malloc(64);
                memset(of_exit[i], 0x66, 64);
                SAME(locket_protect(of_exit[i], (enum locket_access)i), 0);
        }
        exit(0);
}

CASE(wiped_at_exit)
{
        SAME(unit_child(exits, NULL), 33 << 8);
}

/* ---------------------------------------------------------------- threads */

#define THREADS 4u
#define MAILBOXES 16u

static struct locket_arena *shared[3]; /* the first is the default one: NULL */
static _Atomic(unsigned char *) mailbox[MAILBOXES]; /* from one thread to another */
static size_t rounds;

static void *hammer(void *seed)
{
        uint64_t x = 0x9e3779b97f4a7c15u * ((uintptr_t)seed + 1);
        unsigned char *own[24] = { NULL };
        size_t n;
        size_t i;

        for (n = 0; n < rounds; n++) {
                unsigned char **slot;
                unsigned char *p;
                struct locket_report r = { 0 };

                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                slot = &own[x % 24];
                p = *slot;
                if (p == NULL) {
                        const size_t size = (size_t)(x >> 8) % 6000 + 1;
                        struct locket_arena *a = shared[(x >> 32) % 3];

                        p = a == NULL ? locket_malloc(size) : locket_arena_malloc(a, size);
                        NEED(p != NULL);
                        NEED(p[0] == 0 && p[size - 1] == 0);
                        p[0] = p[size - 1] = (unsigned char)(uintptr_t)seed;
                        *slot = p;
                        continue;
                }
                switch ((x >> 40) % 6) {
                case 0:
                        *slot = locket_realloc(p, (size_t)(x >> 8) % 6000 + 1);
                        NEED(*slot != NULL);
                        break;
                case 1:
                        SAME(locket_protect(p, (enum locket_access)((x >> 50) % 3)), 0);
                        SAME(locket_protect(p, LOCKET_READ_WRITE), 0);
                        break;
                case 2:
                        SAME(locket_inspect(p, &r), 0);
                        SAME(r.size, locket_size(p));
                        SAME(r.locked.in_force, 1);
                        break;
                case 3: /* to whom it may concern: freed by another thread */
                        locket_free(atomic_exchange(&mailbox[(x >> 44) % MAILBOXES], p));
                        *slot = NULL;
                        break;
                case 4:
                        if (n % 64 == 0) {
                                SAME(locket_validate(), 0);
                        }
                        (void)stats();
                        break;
                default:
                        locket_free(p);
                        *slot = NULL;
                        break;
                }
        }
        for (i = 0; i < 24; i++) {
                locket_free(own[i]);
        }
        return NULL;
}

static pthread_t thread[THREADS];

static void start_hammering(size_t n)
{
        uintptr_t i;

        rounds = n;
        shared[1] = arena(LOCKET_FREED_CLOSE, 8, 0);
        shared[2] = arena(LOCKET_FREED_CHECK, 3, 0);
        for (i = 0; i < THREADS; i++) {
                SAME(pthread_create(&thread[i], NULL, hammer, (void *)(i + 1)), 0);
        }
}

static void stop_hammering(void)
{
        size_t i;

        for (i = 0; i < THREADS; i++) {
                SAME(pthread_join(thread[i], NULL), 0);
        }
        for (i = 0; i < MAILBOXES; i++) {
                locket_free(mailbox[i]);
        }
        SAME(locket_validate(), 0);
        SAME(stats().live_secrets, 0);
        SAME(stats().live_bytes, 0);
        SAME(stats().locked_bytes, unit_locked());
        SAME(locket_arena_destroy(shared[1]), 0);
        SAME(locket_arena_destroy(shared[2]), 0);
}

CASE(threads)
{
        start_hammering(unit_count(60000, 2000));
        stop_hammering();
}

static void child_of_many(void *unused)
{
        size_t i;
        struct locket_arena *a;

        (void)unused;
        SAME(locket_validate(), 0);
        for (i = 0; i < 40; i++) { /* no lock is held by a thread that is not here */
                unsigned char *p = i % 3 == 0 ? locket_malloc(i * 90)
                                              : locket_arena_malloc(shared[i % 3], i * 90);

                NEED(p != NULL && unit_zero(p, i * 90));
                memset(p, 3, i * 90);
                locket_free(p);
        }
        for (i = 0; i < MAILBOXES; i++) { /* lost ones can be freed */
                unsigned char *p = mailbox[i];

                if (p != NULL && locket_size(p) != 0) {
                        NEED(unit_zero(p, locket_size(p)));
                        locket_free(p);
                }
        }
        SAME(stats().locked_bytes, unit_locked());
        a = locket_arena_create(NULL);
        NEED(a != NULL);
        SAME(locket_arena_destroy(a), 0);
}

CASE(fork_among_threads)
{
        size_t n;

        start_hammering(unit_count(60000, 1000));
        for (n = 0; n < unit_count(60, 5); n++) {
                SAME(unit_child(child_of_many, NULL), 0);
        }
        stop_hammering();
}

/* A child by clone(2): no handler runs in it, and none ran before. */
static void raw_child(void *secret)
{
        unsigned char *p = secret;

        NEED(unit_zero(p, 200));
        SAME(inspect(p).lost, 1);
        p = locket_malloc(50);
        NEED(p != NULL && p != secret && unit_flag(p, "lo"));
        locket_free(secret);
        locket_free(p);
        SAME(locket_validate(), 0);
}

CASE(raw_clone)
{
        unsigned char *p = locket_malloc(200);
        int n;

        memset(p, 9, 200);
        for (n = 0; n < 20; n++) {
                SAME(unit_raw_child(raw_child, p), 0);
        }
        SAME(unit_bytes(p, 200, 9), 200);
        locket_free(p);
}

static pthread_barrier_t together;
static unsigned char *first[8];

static void *uses_first(void *i)
{
        (void)pthread_barrier_wait(&together);
        first[(uintptr_t)i] = locket_malloc(32);
        NEED(first[(uintptr_t)i] != NULL);
        memset(first[(uintptr_t)i], (int)(uintptr_t)i, 32);
        return NULL;
}

static void many_first(void *unused)
{
        pthread_t id[8];
        uintptr_t i;
        uintptr_t k;

        (void)unused;
        SAME(pthread_barrier_init(&together, NULL, 8), 0);
        for (i = 0; i < 8; i++) {
                SAME(pthread_create(&id[i], NULL, uses_first, (void *)i), 0);
        }
        for (i = 0; i < 8; i++) {
                SAME(pthread_join(id[i], NULL), 0);
        }
        for (i = 0; i < 8; i++) {
                SAME(unit_bytes(first[i], 32, (unsigned char)i), 32);
                for (k = 0; k < i; k++) {
                        NEED(first[i] != first[k]);
                }
        }
        SAME(stats().live_secrets, 8);
        NEED(1 <= stats().slabs && stats().slabs <= 8); /* one a shard */
        for (i = 0; i < 8; i++) {
                locket_free(first[i]);
        }
}

CASE(first_use_by_many)
{
        size_t n;

        for (n = 0; n < unit_count(50, 5); n++) {
                NEED(unit_ends(many_first, NULL));
        }
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
        const struct CMUnitTest tests[] = {
                T(zeroed_and_aligned), T(protected_by_the_kernel), T(size_zero), T(calloc_),
                T(too_large), T(large_sizes), T(alignments), T(wrong_alignments), T(lock_limits),
                T(kept_pages_are_given_up), T(free_in_any_mode), T(freed_is_closed),
                T(freed_is_checked), T(quarantine), T(choice_is_random),
                T(realloc_keeps_and_zeroes), T(realloc_in_place), T(realloc_edges),
                T(realloc_failing), T(wild_before_first_use), T(wild_after), T(violations), T(each_byte_is_checked), T(late_writes),
                T(jumps_lose_nothing),
                T(wiped_before_the_verdict), T(protect), T(equal), T(equal_many_differences),
                T(validate_counts), T(wipe_all), T(wipe_all_in_a_handler), T(struct_sizes),
                T(policies_refused), T(several_arenas), T(cap_smaller_than_a_page),
                T(destroy_gives_back), T(reserve), T(reserve_all_or_nothing),
                T(reserve_at_the_limit),
                T(errno_is_left_alone), T(version), T(harden_process), T(wiped_at_exit),
                T(threads), T(fork_among_threads), T(raw_clone), T(first_use_by_many),
        };

        return cmocka_run_group_tests_name("locket", tests, NULL, NULL);
}
