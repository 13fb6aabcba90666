/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_secret.c - one secret in one slot: where it lies, what is checked, and
 * that its end leaves nothing.
 */
#include "unit.h"

#include <sys/wait.h>

#include "os.h"
#include "policy.h"
#include "secret.h"
#include "size.h"

static struct locket_tables t;
static struct locket_arena a;
static size_t page;

static void begin(void)
{
        struct locket_policy policy;

        unit_tables(&t);
        page = t.range.page;
        locket_policy_default(&policy);
        locket_lock_init(&a.lock);
        locket_arena_begin(&a, &t, 0, &policy, 99);
}

static uint32_t make(size_t size, size_t alignment)
{
        const uint32_t i = locket_arena_get(&a, locket_size_data(size, alignment, page));

        NEED(i != LOCKET_NONE);
        locket_secret_make(&a, i, size, alignment);
        return i;
}

static unsigned char *user(uint32_t i)
{
        return t.range.base + t.slot[i].user;
}

CASE(lies_at_the_guard)
{
        size_t alignment;
        size_t size;

        begin();
        for (alignment = 1; alignment <= page; alignment *= 4) {
                for (size = 0; size < 9000; size += size < 70 ? 1 : 997) {
                        const uint32_t i = make(size, alignment);
                        const struct locket_slot *s = &t.slot[i];

                        SAME(s->state, LOCKET_SLOT_LIVE);
                        SAME(s->size, size);
                        SAME(s->alignment, alignment);
                        SAME(s->user % alignment, 0);
                        NEED(s->hi - (s->user + size) < alignment);
                        NEED(s->lo + LOCKET_CANARY_BYTES <= s->user);
                        NEED(unit_zero(user(i), size));
                        SAME((unsigned)locket_secret_damage(&a, i), (unsigned)-1);
                        locket_secret_end(&a, i);
                        SAME(a.found, 0);
                }
        }
        SAME(a.live, 0);
        SAME(a.live_bytes, 0);
        SAME(a.peak_live, 1);
}

CASE(canaries_are_fresh)
{
        uint64_t low = 0;
        uint64_t high = 0;
        int n;

        begin();
        a.policy.quarantine = 0;
        for (n = 0; n < 1000; n++) { /* in the same place again and again */
                const uint32_t i = make(64, 16);

                NEED(t.slot[i].canary_low != low && t.slot[i].canary_high != high);
                low = t.slot[i].canary_low;
                high = t.slot[i].canary_high;
                NEED(low != 0 && high != 0 && low != high);
                locket_secret_end(&a, i);
        }
}

/* Each byte around it changed, before its end: found, and yet all wiped. */
CASE(damage_is_found_and_wiped)
{
        const size_t size = 33;
        size_t n;

        begin();
        a.keep_limit = SIZE_MAX;
        for (n = 0; n < page; n += unit_count(1, 31)) {
                const uint32_t i = make(size, 16);
                const struct locket_slot s = t.slot[i];
                unsigned char *b = t.range.base + s.lo;
                const int after = s.lo + n >= s.user + size;
                const int inside = s.lo + n >= s.user && !after;

                b[n] ^= 0x10;
                locket_secret_end(&a, i);
                SAME(a.found, !inside);
                if (!inside) {
                        SAME(a.kind, after ? LOCKET_OVERFLOW : LOCKET_UNDERFLOW);
                        SAME(a.at, t.range.address + s.user);
                }
                NEED(unit_zero(b, page));
                NEED(strcmp(unit_access(b), "---p") == 0);
                NEED(t.slot[i].state != LOCKET_SLOT_LIVE);
                a.found = 0;
        }
}

CASE(end_wipes_all_modes)
{
        static const int mode[] = { LOCKET_NO_ACCESS, LOCKET_READ_ONLY, LOCKET_READ_WRITE };
        size_t m;
        size_t size;

        begin();
        a.keep_limit = SIZE_MAX;
        for (size = 1; size < 70000; size = size * 3 + 1) {
                for (m = 0; m < 3; m++) {
                        const uint32_t i = make(size, 1);
                        const size_t lo = t.slot[i].lo;
                        const size_t hi = t.slot[i].hi;

                        memset(user(i), 0xcc, size);
                        if (mode[m] == LOCKET_NO_ACCESS) {
                                SAME(locket_os_close(t.range.base, lo, hi), 0);
                        } else if (mode[m] == LOCKET_READ_ONLY) {
                                SAME(locket_os_read_only(t.range.base, lo, hi), 0);
                        }
                        t.slot[i].access = mode[m];
                        locket_secret_end(&a, i);
                        SAME(a.found, 0);
                        NEED(unit_zero(t.range.base + lo, hi - lo));
                }
        }
}

/* Where nobody can say any more who may touch what, the process ends. */
static void unwipeable(void *unused)
{
        uint32_t i;

        (void)unused;
        begin();
        i = make(10, 16);
        memset(user(i), 1, 10);
        t.slot[i].access = LOCKET_NO_ACCESS;
        locket_os_release(t.range.base, t.range.size);
        locket_secret_end(&a, i);
}

CASE(unwipeable_aborts)
{
        const int status = unit_child(unwipeable, NULL);

        NEED(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

CASE(resize_in_place)
{
        uint32_t i;
        struct locket_slot *s;
        size_t n;

        begin();
        i = make(100, 64);
        s = &t.slot[i];
        for (n = 0; n <= 200; n++) {
                SAME(locket_secret_stays(&a, i, n), n > 64 && n <= 128);
        }
        memset(user(i), 0xdd, 100);
        for (n = 0; n < 500; n++) {
                const size_t old = s->size;
                const size_t size = 65 + unit_below(64);

                memset(user(i), 0xdd, old);
                locket_secret_resize(&a, i, size);
                SAME(s->size, size);
                SAME(a.live_bytes, size);
                SAME((unsigned)locket_secret_damage(&a, i), (unsigned)-1);
                SAME(unit_bytes(user(i), size < old ? size : old, 0xdd), size < old ? size : old);
                NEED(size <= old || unit_zero(user(i) + old, size - old));
                if (size < 112) { /* past a whole canary all slack is zero again */
                        NEED(unit_zero(user(i) + size + 16, 128 - size - 16));
                }
        }
}

CASE(move)
{
        static const size_t size[] = { 1, 16, 100, 5000 };
        size_t x;
        size_t y;

        begin();
        for (x = 0; x < 4; x++) {
                for (y = 0; y < 4; y++) {
                        const uint32_t from = make(size[x], 16);
                        const uint32_t to = make(size[y], 16);
                        const size_t least = size[x] < size[y] ? size[x] : size[y];

                        memset(user(from), 0xdd, size[x]);
                        locket_secret_move(&a, from, to);
                        SAME(unit_bytes(user(to), least, 0xdd), least);
                        NEED(unit_zero(user(to) + least, size[y] - least));
                        SAME((unsigned)locket_secret_damage(&a, to), (unsigned)-1);
                        locket_secret_end(&a, from);
                        locket_secret_end(&a, to);
                        SAME(a.found, 0);
                }
        }
}

CASE(lost)
{
        uint32_t i;
        struct locket_slot *s;

        begin();
        i = make(100, 16);
        s = &t.slot[i];
        SAME(locket_secret_lost(&a, i), 0);
        t.epoch += 1;
        SAME(locket_secret_lost(&a, i), 1);
        SAME(locket_secret_stays(&a, i, 100), 0);
        memset(t.range.base + s->lo, 0, s->hi - s->lo); /* as the kernel does */
        SAME((unsigned)locket_secret_damage(&a, i), (unsigned)-1);
        a.wiped_by_fork = 0; /* a policy that keeps them */
        SAME(locket_secret_lost(&a, i), 0);
        SAME(locket_secret_damage(&a, i) >= 0, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(lies_at_the_guard),
                cmocka_unit_test(canaries_are_fresh),
                cmocka_unit_test(damage_is_found_and_wiped),
                cmocka_unit_test(end_wipes_all_modes),
                cmocka_unit_test(unwipeable_aborts),
                cmocka_unit_test(resize_in_place),
                cmocka_unit_test(move),
                cmocka_unit_test(lost),
        };

        return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
