/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * budget.c - what the scenarios share.
 */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "budget.h"

enum { BUDGET_MOST = 2000000, BUDGET_NOBODY = 65534 };

static void *budget_secret[BUDGET_MOST];

static void
budget_limit(enum budget_who who, size_t bytes)
{
        struct rlimit limit;

        limit.rlim_cur = limit.rlim_max = bytes == SIZE_MAX ? RLIM_INFINITY : (rlim_t)bytes;
        if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0)
                return;
        CHECK(bytes == SIZE_MAX && errno == EPERM);
        if (who != BUDGET_ROOT)                 /* for whom no limit counts */
                kernel_skip("this root may not raise the hard limit");
}

/* Keep CAP_IPC_LOCK alone. */
static void
budget_capable(void)
{
        struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
        struct __user_cap_data_struct data[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

        data[0].effective = data[0].permitted = 1u << CAP_IPC_LOCK;
        CHECK(syscall(SYS_capset, &header, data) == 0);
}

/* Have malloc(3), which the test's own reading of /proc needs, do with what it has. */
static void
budget_heap(void)
{
        void *volatile p;

        CHECK(mallopt(M_MMAP_MAX, 0) == 1 && mallopt(M_TRIM_THRESHOLD, INT_MAX) == 1);
        p = malloc((size_t)1 << 20);
        CHECK(p != NULL);
        free(p);
}

void
budget_become(enum budget_who who, size_t bytes)
{
        budget_heap();
        if (!kernel_is_root())
                kernel_skip("only root can become somebody else");
        budget_limit(who, bytes);
        if (who == BUDGET_ROOT)
                return;
        CHECK(prctl(PR_SET_KEEPCAPS, who == BUDGET_CAPABLE, 0, 0, 0) == 0);
        CHECK(setgroups(0, NULL) == 0);
        CHECK(setgid(BUDGET_NOBODY) == 0);
        CHECK(setuid(BUDGET_NOBODY) == 0);
        if (who == BUDGET_CAPABLE)
                budget_capable();
        CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
}

/* vm.max_map_count less the mappings there are. */
static size_t
budget_mappings_left(void)
{
        FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
        size_t most = 0;

        CHECK(f != NULL);
        CHECK(fscanf(f, "%zu", &most) == 1);
        (void)fclose(f);
        return most - smaps_mappings();
}

void
budget_leave_mappings(size_t left)
{
        const size_t page = kernel_page();
        size_t now = budget_mappings_left();
        const size_t pages = now + 16;
        unsigned char *p;
        size_t i;

        if (now > BUDGET_MOST)
                kernel_skip("vm.max_map_count is out of reach");
        CHECK(now > left + 4);
        p = mmap(NULL, pages * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        CHECK(p != MAP_FAILED);
        (void)munlock(p, pages * page);         /* mlockall(MCL_FUTURE) */
        now = budget_mappings_left();
        for (i = 1; now > left + 1; i += 2, now -= 2)
                CHECK(mprotect(p + i * page, page, PROT_READ) == 0);
        CHECK(budget_mappings_left() - left <= 1);
}

struct locket_arena *
budget_arena(enum locket_layout layout)
{
        struct locket_policy policy;
        struct locket_arena *arena;

        locket_policy_init(&policy);
        policy.layout = layout;
        arena = locket_arena_create(&policy);
        CHECK(arena != NULL);
        return arena;
}

struct locket_budget
budget_ask(size_t size)
{
        struct locket_budget b = { 0 };

        errno = 0;
        CHECK(locket_budget(size, &b) == 0);
        CHECK_SAME(errno, 0);
        CHECK_SAME(b.struct_size, sizeof b);
        CHECK_SAME(b.page_size, kernel_page());
        CHECK_SAME(b.locked_now, smaps_status("VmLck"));
        return b;
}

static size_t
budget_room(const struct locket_budget *b, enum locket_layout layout)
{
        return layout == LOCKET_GUARDED ? b->guarded_room : b->compact_room;
}

size_t
budget_compare(enum locket_layout layout, size_t size, int error)
{
        const struct locket_budget b = budget_ask(size);
        const size_t room = budget_room(&b, layout);
        const size_t page = kernel_page();
        const size_t off = size < page ? page / (size + 8) : 1;
        struct locket_budget after;
        struct locket_arena *arena = NULL;
        size_t n = 0;

        if (layout == LOCKET_COMPACT)
                arena = budget_arena(layout);
        for (; n < BUDGET_MOST; n++) {
                errno = 0;
                budget_secret[n] = arena != NULL ? locket_arena_malloc(arena, size)
                                                 : locket_malloc(size);
                if (budget_secret[n] == NULL)
                        break;
                CHECK_SAME(errno, 0);
        }
        (void)fprintf(stderr, "%s, %zu bytes: said %zu, fit %zu\n",
                      arena != NULL ? "compact" : "guarded", size, room, n);
        CHECK_SAME(errno, error);
        if (layout == LOCKET_GUARDED)
                CHECK_LESS(room > n ? room - n : n - room, 2);
        else
                CHECK_LESS(room > n ? room - n : n - room, off + 1);    /* a page of them */
        after = budget_ask(size);
        CHECK_LESS(budget_room(&after, layout), off + 1);
        CHECK(smaps_status("VmLck") <= (b.locked_now < b.lock_limit ? b.lock_limit
                                                                     : b.locked_now));
        return n;
}

void
budget_free(size_t count)
{
        size_t i;

        for (i = 0; i < count; i++)
                locket_free(budget_secret[i]);
}
