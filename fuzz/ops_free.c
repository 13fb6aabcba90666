/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_free.c - the operations that free secrets.
 */
#include "check.h"
#include "ops.h"
#include "say.h"

/* The kind of violation that the free of ${s} with ${size} must be; -1: none. */
static int free_forecast(const struct secret *s, enum call_what how, size_t size)
{
        const int damage = model_damage(s);

        if (damage >= 0) {
                return damage;
        }
        if ((how == CALL_FREE_SIZED || how == CALL_SECURE_FREE) && size != s->size) {
                return LOCKET_WRONG_SIZE;
        }
        return -1;
}

/* The pages could not be opened to be wiped: the secret stays. */
static enum tally_end free_refused(struct secret *s, const struct call *c, int damage)
{
        MUST(model_struck() && s->access != LOCKET_READ_WRITE, "free: metadata damage");
        MUST(c->at == s->p, "free: another address is reported");
        (void)damage;
        ops_access_again(s);
        return ops_end(c);
}

enum tally_end ops_free(struct secret *s, enum call_what how, size_t size)
{
        struct call c = { .what = how, .size = size };
        unsigned char *p = s->p;
        const int kind = free_forecast(s, how, size);
        const int damaged = model_damage(s) >= 0;

        c.p = p;
        ops_call_on(s, &c);
        if (c.violated && c.kind == LOCKET_METADATA_DAMAGE) {
                return free_refused(s, &c, damaged);
        }
        if (damaged || !ops_late(&c)) {
                MUST(c.violated == (kind >= 0), "free: a violation is made up, or not found");
                if (c.violated) {
                        MUST_BE(c.kind, kind, "free: the kind of violation");
                        MUST(c.at == p, "free: another address is reported");
                } else {
                        MUST_BE(c.error, 0, "free changes errno");
                }
        }
        if (s->pitch != 0) {
                model_cell_mended(s); /* what is damaged was reported, and put right */
        }
        model_remove(s);
        check_freed(p, s->size, s->alignment, s->pitch);
        return ops_end(&c);
}

enum tally_end op_free(const struct record *r)
{
        struct secret *s = model_pick(r->who);

        return s == NULL ? TALLY_NONE : ops_free(s, CALL_FREE, 0);
}

enum tally_end op_free_sized(const struct record *r)
{
        struct secret *s = model_pick(r->who);

        return s == NULL ? TALLY_NONE : ops_free(s, CALL_FREE_SIZED, s->size);
}

enum tally_end op_secure_free(const struct record *r)
{
        struct secret *s = model_pick(r->who);

        return s == NULL ? TALLY_NONE : ops_free(s, CALL_SECURE_FREE, s->size);
}

enum tally_end op_wrong_size(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        size_t size = ops_size(r->x, r->y);

        if (s == NULL) {
                return TALLY_NONE;
        }
        size = size == s->size ? size + 1 : size;
        return ops_free(s, CALL_FREE_SIZED, size);
}

enum tally_end op_free_null(const struct record *r)
{
        struct call c = { .what = r->who % 2u ? CALL_FREE : CALL_FREE_SIZED, .size = r->y };

        call_make(&c);
        MUST(!c.violated && c.error == 0, "a free of NULL does something");
        return TALLY_OK;
}
