/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * cells.c - scenarios: compact arenas under a lock limit, as an ordinary user.
 * What is locked is what smaps says.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"

enum { CELLS_MOST = 250000 };

static void *cell[CELLS_MOST];

static struct locket_arena *
cells_arena(void)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        locket_policy_init(&policy);
        policy.layout = LOCKET_COMPACT;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        return arena;
}

static size_t
cells_room(size_t size)
{
        struct locket_budget budget;

        budget.struct_size = sizeof budget;
        CHECK(locket_budget(size, &budget) == 0);
        return budget.compact_room;
}

/* As many as there are: how many. */
static size_t
cells_fill(struct locket_arena *arena, size_t alignment, size_t size)
{
        size_t n = 0;

        for (;;) {
                errno = 0;
                CHECK(n < CELLS_MOST);
                cell[n] = locket_arena_aligned_alloc(arena, alignment, size);
                if (cell[n] == NULL)
                        break;
                CHECK_SAME(errno, 0);
                kernel_fill(cell[n], size);
                n++;
        }
        CHECK_SAME(errno, EAGAIN);
        return n;
}

/* Every page that a cell is on is locked and resident, whole, and the sum of
 * all locked pages is what the process is charged for. */
static void
cells_locked(size_t n, size_t size)
{
        struct smaps smaps;
        const struct smaps_area *region = NULL;
        size_t i;

        smaps_read(&smaps);
        for (i = 0; i < n; i++) {
                uintptr_t at = (uintptr_t)cell[i];

                if (region == NULL || at < region->start || at + size > region->end) {
                        region = smaps_find(&smaps, (uintptr_t)cell[i]);
                        CHECK(region != NULL);
                        CHECK(at + size <= region->end);
                        CHECK_SAME(region->locked, region->end - region->start);
                        CHECK_SAME(region->rss, region->end - region->start);
                }
        }
        smaps_drop(&smaps);
}

static void
cells_user(size_t bytes, size_t least)
{
        struct locket_arena *arena;
        size_t n, again, room, i, k;

        kernel_become_user(bytes);
        arena = cells_arena();
        room = cells_room(32);
        n = cells_fill(arena, 16, 32);
        (void)fprintf(stderr, "%zu cells of 48 bytes in %zu\n", n, bytes);
        CHECK(room <= n && n <= room + kernel_page() / 48);
        CHECK(smaps_status("VmLck") <= bytes);
        CHECK_LESS(cells_room(32), 1);
        for (i = 0; i < n; i++) {
                CHECK(kernel_filled(cell[i], 32));
                locket_free(cell[i]);
        }
        n = cells_fill(arena, 8, 32);
        (void)fprintf(stderr, "%zu cells of 40 bytes in %zu\n", n, bytes);
        CHECK(n >= least);
        CHECK(smaps_status("VmLck") <= bytes);
        CHECK(n * 40 <= smaps_status("VmLck"));
        CHECK_SAME(locket_validate(), 0);
        cells_locked(n, 32);
        /* What is freed can be had again at once, quarantine or not. */
        for (i = 0; i < 100; i++) {
                locket_free(cell[i]);
                cell[i] = locket_arena_aligned_alloc(arena, 8, 30);
                CHECK(cell[i] != NULL);
                kernel_fill(cell[i], 30);
        }
        for (i = 0; i < n; i++) {
                CHECK(kernel_filled(cell[i], i < 100 ? 30 : 32));
                locket_free(cell[i]);
        }
        CHECK(smaps_status("VmLck") <= 2 * KERNEL_KEPT);
        for (i = 1; i < 4000; i = i * 2 + 1) {  /* classes in turn */
                for (k = 0; k < 16 && k * (i + 24) + 40000 < bytes; k++) {
                        cell[k] = locket_arena_malloc(arena, i);
                        CHECK(cell[k] != NULL);
                        kernel_fill(cell[k], i);
                }
                while (k-- > 0)
                        locket_free(cell[k]);
        }
        again = cells_fill(arena, 8, 32);
        CHECK_SAME(again, n);
        for (i = 0; i < n; i++)
                locket_free(cell[i]);
        CHECK(locket_arena_destroy(arena) == 0);
        CHECK_SAME(smaps_status("VmLck"), 0);
}

void
cells_64k(void)
{
        cells_user((size_t)64 << 10, 1400);
}

void
cells_8m(void)
{
        cells_user((size_t)8 << 20, 200000);
}

void
cells_none(void)
{
        struct locket_arena *arena;
        size_t i;

        kernel_become_user(0);
        arena = cells_arena();
        for (i = 1; i < 3000; i += 199) {
                errno = 0;
                CHECK(locket_arena_malloc(arena, i) == NULL);
                CHECK_SAME(errno, EPERM);
        }
        CHECK_SAME(smaps_status("VmLck"), 0);
        CHECK(locket_arena_destroy(arena) == 0);
}

/* Several classes share what an ordinary user may lock, eight pages of it. */
void
cells_classes(void)
{
        static const size_t sizes[] = { 16, 40, 60, 90, 120, 200, 300, 400 };
        struct locket_arena *arena;
        size_t i;

        kernel_become_user(8 * kernel_page());
        arena = cells_arena();
        for (i = 0; i < 8; i++) {
                cell[i] = locket_arena_malloc(arena, sizes[i]);
                CHECK(cell[i] != NULL);
                kernel_fill(cell[i], sizes[i]);
        }
        CHECK_SAME(smaps_status("VmLck"), 8 * kernel_page());
        errno = 0;
        CHECK(locket_arena_malloc(arena, 800) == NULL);
        CHECK_SAME(errno, EAGAIN);
        locket_free(cell[3]);                   /* its run goes, */
        cell[3] = locket_arena_malloc(arena, 800);      /* and this comes */
        CHECK(cell[3] != NULL);
        for (i = 0; i < 8; i++)
                locket_free(cell[i]);
        CHECK(locket_arena_destroy(arena) == 0);
}

/* In a child all cells read as zero, and what it gets is locked. */
static void
cells_child(void)
{
        struct locket_arena *arena = cells_arena();
        size_t i;

        for (i = 0; i < 1000; i++) {
                CHECK(kernel_zero(cell[i], 32));
                CHECK_SAME(locket_size(cell[i]), 32);
        }
        CHECK_SAME(smaps_status("VmLck"), 0);
        CHECK_SAME(locket_validate(), 0);
        for (i = 0; i < 1000; i++)
                locket_free(cell[i]);
        for (i = 0; i < 1000; i++) {
                cell[i] = locket_arena_aligned_alloc(arena, 8, 32);
                CHECK(cell[i] != NULL);
                kernel_fill(cell[i], 32);
        }
        cells_locked(1000, 32);
}

void
cells_fork(void)
{
        struct locket_arena *arena = cells_arena();
        size_t i;
        int raw;

        for (i = 0; i < 1000; i++) {
                cell[i] = locket_arena_aligned_alloc(arena, 8, 32);
                CHECK(cell[i] != NULL);
                kernel_fill(cell[i], 32);
        }
        for (raw = 0; raw < 2; raw++)
                CHECK_SAME(kernel_fork(cells_child, raw), 0);
        for (i = 0; i < 1000; i++) {
                CHECK(kernel_filled(cell[i], 32));
                locket_free(cell[i]);
        }
        CHECK(locket_arena_destroy(arena) == 0);
}
