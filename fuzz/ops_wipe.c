/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * ops_wipe.c - the operations that wipe secrets which stay.
 */
#include <string.h>

#include "check.h"
#include "ops.h"
#include "say.h"
#include "world.h"

/* A secret that could not be opened may be wiped in part: each byte is zero or
 * what it was. */
static void look_half_wiped(struct secret *s)
{
        const int access = s->access;
        const size_t most = s->size < MODEL_BYTES ? s->size : MODEL_BYTES;
        unsigned char now[MODEL_BYTES];
        size_t i;

        MUST(world_peek(s->p, now, most), "a secret cannot be looked at");
        for (i = 0; i < most; i++) {
                MUST(now[i] == 0 || now[i] == s->bytes[i], "wipe_all changes bytes");
                s->bytes[i] = now[i];
        }
        ops_access_again(s);
        MUST_BE(s->access, access, "wipe_all changes the access mode");
}

enum tally_end op_wipe_all(const struct record *r)
{
        struct call c = { .what = CALL_WIPE_ALL };
        unsigned i;

        (void)r;
        call_make(&c);
        MUST(!c.violated && c.error == 0, "wipe_all changes errno");
        for (i = 0; i < MODEL_SECRETS; i++) {
                struct secret *s = &model.secret[i];

                if (s->p != NULL && model_struck() && s->access != LOCKET_READ_WRITE) {
                        look_half_wiped(s);
                } else if (s->p != NULL) {
                        memset(s->bytes, 0, sizeof s->bytes);
                        check_secret(s);
                }
        }
        return model_struck() ? TALLY_STRUCK : TALLY_OK;
}

/* A part of a secret, as its owner may wipe it. */
enum tally_end op_wipe(const struct record *r)
{
        struct secret *s = model_pick(r->who);
        const size_t most = s == NULL ? 0 : s->size < MODEL_BYTES ? s->size : MODEL_BYTES;
        size_t from;
        size_t n;

        locket_wipe(NULL, r->y);
        if (most == 0 || s->access != LOCKET_READ_WRITE) {
                return TALLY_NONE;
        }
        from = r->x * 3u % most;
        n = r->y < most - from ? r->y : most - from;
        locket_wipe(s->p + from, n);
        memset(s->bytes + from, 0, n);
        check_secret(s);
        return TALLY_OK;
}
