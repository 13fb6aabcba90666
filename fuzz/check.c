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

/* A cell is one of a run of such, the last of which ends at a guard, and has no byte in
 * common with another secret.  The guard. */
static unsigned char *check_cell(const struct secret *s)
{
        unsigned char *lo;
        unsigned char *hi;
        unsigned i;

        MUST_BE((uintptr_t)s->p % s->alignment, 0, "a cell is not aligned");
        MUST(ledger_run(s->p, &lo, &hi), "a cell is in no run");
        MUST(s->p >= lo + MODEL_CANARY && s->p + s->pitch <= hi, "a cell is beyond its run");
        MUST_BE((size_t)(hi - s->p) % s->pitch, 0, "a cell is not one of its class");
        for (i = 0; i < MODEL_SECRETS; i++) {
                const struct secret *t = &model.secret[i];

                MUST(t == s || t->p == NULL || t->pitch == 0 || t->p + t->pitch <= s->p ||
                             s->p + s->pitch <= t->p,
                     "two cells overlap");
        }
        return hi;
}

/* The guard above it is closed; its pages have its access, are locked and
 * advised as its arena demands. */
static void check_place(const struct secret *s)
{
        const struct locket_policy *p = &model.arena[s->arena].policy;
        unsigned char *end = s->pitch != 0 ? check_cell(s) : model_end(s);
        unsigned char *lo;
        const size_t data = model_pages(s, &lo);
        unsigned char *at;

        MUST_BE((uintptr_t)end % world_page(), 0, "a secret does not end at a page");
        if (world_access(end) == WORLD_UNKNOWN) {
                return;
        }
        MUST(world_access(end) == LOCKET_NO_ACCESS, "the guard above a secret is open");
        MUST_BE(world_locked(end, 1), 0, "the guard above a secret is locked");
        for (at = lo; at < lo + data; at += world_page()) {
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
                MUST_BE(world_wiped(lo, data),
                        p->fork_safe != LOCKET_OFF && p->fork != LOCKET_FORK_KEEP, "wiped on fork");
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

/* What was changed of cells is as it was left. */
static void check_marks(void)
{
        unsigned i;

        for (i = 0; i < MODEL_MARKS; i++) {
                unsigned char now;

                if (model.mark[i].at != NULL) {
                        MUST(world_peek(model.mark[i].at, &now, 1), "a cell cannot be looked at");
                        MUST_BE(now, model.mark[i].is, "a byte of a cell's canary, or of a freed one");
                }
        }
}

void check_all(int thorough)
{
        const char *broken = ledger_broken(thorough && !model_late_any() && !model.dirty);
        unsigned i;

        if (broken != NULL) {
                say_fail(__FILE__, __LINE__, broken);
        }
        check_statistics();
        check_marks();
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

void check_freed(unsigned char *p, size_t size, size_t alignment, size_t pitch)
{
        const size_t data = model_data(size, alignment);

        if (pitch != 0) {
                MUST(check_zero(p, pitch - MODEL_GAP), "a freed cell is not wiped");
                return;
        }
        MUST(check_zero(p + model_round(size, alignment) - data, data),
             "a freed secret is not wiped");
}

/* The canary after a cell is words of 8 bytes, the last one whole, that no other has; its
 * first byte ends a string. */
static void check_made_cell(const struct secret *s)
{
        unsigned char bytes[MODEL_CELL_MOST + MODEL_GAP];
        const unsigned char *word = bytes + s->pitch - MODEL_GAP;
        size_t k;

        check_secret(s);
        MUST(s->pitch <= sizeof bytes && world_peek(s->p, bytes, s->pitch), "a cell is not to be seen");
        for (k = s->size; k < s->pitch; k++) {
                MUST_BE(bytes[k], word[MODEL_GAP - 1 - (s->pitch - 1 - k) % MODEL_GAP],
                        "the canary after a cell");
        }
        MUST(bytes[s->size] != 0, "the canary after a cell begins with zero");
        MUST(word[MODEL_GAP - 1] != 0, "the canary below the next cell ends with zero");
        for (k = 0; k < MODEL_WORDS; k++) {
                MUST(memcmp(word, model.word[k], MODEL_GAP) != 0, "a cell's canary is used again");
        }
        memcpy(model.word[model.word_next++ % MODEL_WORDS], word, MODEL_GAP);
}

void check_made(const struct secret *s)
{
        unsigned char canary[MODEL_CANARY];
        const size_t data = model_data(s->size, s->alignment);
        unsigned i;

        if (s->pitch != 0) {
                check_made_cell(s);
                return;
        }
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
