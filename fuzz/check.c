/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * check.c - what must hold between any two operations.
 */
#include "check.h"

#include <string.h>

#include "../include/locket.h"
#include "ledger.h"
#include "say.h"
#include "world.h"

/* Bytes at each end of a secret that are compared after every operation. */
#define CHECK_END ((size_t)16)

/* Bytes ${from} .. ${to} of the secret are what was written.  One that can be
 * read is read, so that the access is tried too. */
static void check_bytes(const struct secret *s, size_t from, size_t to)
{
        unsigned char copy[1024];

        while (from < to) {
                const size_t n = to - from < sizeof copy ? to - from : sizeof copy;
                size_t i;

                if (s->access != LOCKET_NO_ACCESS) {
                        memcpy(copy, s->p + from, n);
                } else {
                        MUST(world_peek(s->p + from, copy, n), "a secret cannot be looked at");
                }
                for (i = 0; i < n; i++) {
                        const size_t at = from + i;

                        MUST_BE(copy[i], at < MODEL_BYTES ? s->bytes[at] : 0, "a byte of a secret");
                }
                from += n;
        }
}

/* The bytes that were changed beside it are as they were left. */
static void check_damage(const struct secret *s)
{
        unsigned i;

        for (i = 0; i < MODEL_DAMAGE; i++) {
                unsigned char now;

                if (s->damage[i].at != NULL) {
                        MUST(world_peek(s->damage[i].at, &now, 1), "slack cannot be looked at");
                        MUST_BE(now, s->damage[i].is, "a byte of slack");
                }
        }
}

void check_secret(const struct secret *s)
{
        check_bytes(s, 0, s->size);
        check_damage(s);
}

/* The guard above it is closed; its pages have its access, are locked and
 * advised as its arena demands. */
static void check_place(const struct secret *s)
{
        const struct locket_policy *p = &model.arena[s->arena].policy;
        unsigned char *end = model_end(s);
        unsigned char *lo = end - model_data(s->size, s->alignment);
        const size_t data = (size_t)(end - lo);
        unsigned char *at;

        MUST_BE((uintptr_t)end % world_page(), 0, "a secret does not end at a page");
        if (world_access(end) == WORLD_UNKNOWN) {
                return;
        }
        MUST(world_access(end) == LOCKET_NO_ACCESS, "the guard above a secret is open");
        MUST_BE(world_locked(end, 1), 0, "the guard above a secret is locked");
        for (at = lo; at < end; at += world_page()) {
                MUST_BE(world_access(at), s->access, "the access of a secret's page");
        }
        if (s->stale || p->locked == LOCKET_OFF) {
                MUST_BE(world_locked(lo, data), 0, "a secret that nobody wants locked is");
        } else if (p->locked == LOCKET_REQUIRE) {
                MUST_BE(world_locked(lo, data), 1, "a secret's pages are locked");
        } else {
                MUST(world_locked(lo, data) != WORLD_SOME, "a part of a secret is locked");
        }
        if (!world_lacks(WORLD_UNDUMP)) {
                MUST_BE(world_undumped(lo, data), p->undumped != LOCKET_OFF, "left out of dumps");
        }
        if (!world_lacks(WORLD_FORK)) {
                MUST_BE(world_wiped(lo, data), p->fork_safe != LOCKET_OFF, "wiped on fork");
        }
}

static void check_near(const struct secret *s)
{
        const size_t end = s->size < CHECK_END ? s->size : CHECK_END;

        check_bytes(s, 0, end);
        check_bytes(s, s->size - end, s->size);
        check_damage(s);
        check_place(s);
}

static size_t check_sum(size_t (*of)(const struct arena *a))
{
        size_t sum = 0;
        unsigned i;

        for (i = 0; i < MODEL_ARENAS; i++) {
                if (model.arena[i].alive) {
                        sum += of(&model.arena[i]);
                }
        }
        return sum;
}

static size_t check_peak(const struct arena *a)
{
        return a->peak;
}

static size_t check_quarantined(const struct arena *a)
{
        return a->quarantined;
}

/* The address space was swept: what is in quarantine is taken from the tables,
 * which are checked by themselves. */
static void check_swept(size_t now)
{
        unsigned i;

        MUST(now <= check_sum(check_quarantined), "stats: quarantined");
        for (i = 0; i < MODEL_ARENAS; i++) {
                struct arena *a = &model.arena[i];

                if (a->alive) {
                        a->swept = a->frees;
                        a->quarantined = ledger_quarantined(a->handle);
                }
        }
        MUST_BE(now, check_sum(check_quarantined), "stats: quarantined");
}

static void check_stats(void)
{
        struct locket_stats stats;
        size_t bytes = 0;
        unsigned i;

        for (i = 0; i < MODEL_SECRETS; i++) {
                bytes += model.secret[i].p != NULL ? model.secret[i].size : 0;
        }
        memset(&stats, 0x5a, sizeof stats);
        stats.struct_size = 0;
        MUST_BE(locket_stats(&stats), 0, "locket_stats");
        MUST_BE(stats.struct_size, sizeof stats, "stats: struct_size");
        MUST_BE(stats.live_secrets, model_count(), "stats: live_secrets");
        MUST_BE(stats.live_bytes, bytes, "stats: live_bytes");
        MUST_BE(stats.violations, model.violations, "stats: violations");
        MUST_BE(stats.peak_live_secrets, check_sum(check_peak), "stats: peak_live_secrets");
        MUST_BE(stats.slabs, ledger_slabs(), "stats: slabs");
        MUST(stats.peak_locked_bytes >= stats.locked_bytes, "stats: peak_locked_bytes");
        if (world_locked_bytes() != SIZE_MAX) {
                MUST_BE(stats.locked_bytes, world_locked_bytes(), "stats: locked_bytes");
        }
        if (stats.quarantined != check_sum(check_quarantined)) {
                /* A lock that was refused for want of memory may be tried again later. */
                MUST(model_struck() || model.tight || !model.calm, "stats: quarantined");
                check_swept(stats.quarantined);
        }
}

void check_all(int thorough)
{
        const char *broken = ledger_broken(thorough && !model_late_any());
        unsigned i;

        if (broken != NULL) {
                say_fail(__FILE__, __LINE__, broken);
        }
        check_stats();
        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *s = &model.secret[i];

                if (s->p != NULL && thorough) {
                        check_secret(s);
                }
                if (s->p != NULL) {
                        check_near(s);
                }
        }
}

/* 1 if ${n} bytes from ${p} on are zero. */
static int check_zero(const unsigned char *p, size_t n)
{
        unsigned char copy[1024];

        while (n > 0) {
                const size_t part = n < sizeof copy ? n : sizeof copy;
                size_t i;

                MUST(world_peek(p, copy, part), "bytes of ours cannot be looked at");
                for (i = 0; i < part; i++) {
                        if (copy[i] != 0) {
                                return 0;
                        }
                }
                p += part;
                n -= part;
        }
        return 1;
}

void check_freed(unsigned char *p, size_t size, size_t alignment)
{
        const size_t data = model_data(size, alignment);

        MUST(check_zero(p + model_round(size, alignment) - data, data),
             "a freed secret is not wiped");
}

void check_made(const struct secret *s)
{
        unsigned char canary[MODEL_CANARY];
        const size_t data = model_data(s->size, s->alignment);
        unsigned i;

        check_secret(s);
        MUST(world_peek(s->p - MODEL_CANARY, canary, sizeof canary), "a canary is not to be seen");
        MUST(check_zero(model_end(s) - data,
                        data - model_round(s->size, s->alignment) - MODEL_CANARY),
             "the slack below a canary is not zero");
        for (i = 0; i < MODEL_CANARIES; i++) {
                MUST(memcmp(canary, model.canary[i], sizeof canary) != 0, "a canary is used again");
        }
        memcpy(model.canary[model.canary_next++ % MODEL_CANARIES], canary, sizeof canary);
}
