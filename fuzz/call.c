/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * call.c - one call of the public interface.  See call.h.
 */
#include "call.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "ledger.h"
#include "lib_home.h"
#include "lib_lock.h"
#include "say.h"

/* A value that no call sets errno to. */
#define CALL_UNCHANGED 9999

static sigjmp_buf call_back;
static struct call *call_now;

/* Violations are left by a jump: the process goes on. */
static void call_handler(enum locket_violation kind, const void *address)
{
        call_now->violated = 1;
        call_now->kind = kind;
        call_now->at = (void *)(uintptr_t)address;
        siglongjmp(call_back, 1);
}

static void call_get(struct call *c)
{
        switch (c->what) {
        case CALL_MALLOC:
                c->pointer = locket_malloc(c->size);
                break;
        case CALL_CALLOC:
                c->pointer = locket_calloc(c->other, c->size);
                break;
        case CALL_ALIGNED:
                c->pointer = locket_aligned_alloc(c->other, c->size);
                break;
        case CALL_ARENA_MALLOC:
                c->pointer = locket_arena_malloc(c->arena, c->size);
                break;
        case CALL_ARENA_ALIGNED:
                c->pointer = locket_arena_aligned_alloc(c->arena, c->other, c->size);
                break;
        case CALL_SECURE:
                c->pointer = alloc_secure_memory((unsigned)c->size);
                break;
        default:
                c->pointer = locket_realloc(c->p, c->size);
                break;
        }
}

static void call_use(struct call *c)
{
        switch (c->what) {
        case CALL_FREE:
                locket_free(c->p);
                break;
        case CALL_FREE_SIZED:
                locket_free_sized(c->p, c->size);
                break;
        case CALL_SECURE_FREE:
                free_secure_memory(c->p, (unsigned)c->size);
                break;
        case CALL_SIZE:
                c->number = locket_size(c->p);
                break;
        case CALL_PROTECT:
                c->code = locket_protect(c->p, (enum locket_access)c->mode);
                break;
        case CALL_VALIDATE:
                c->number = locket_validate();
                break;
        case CALL_WIPE_ALL:
                locket_wipe_all();
                break;
        default:
                call_get(c);
                break;
        }
}

static void call_look(struct call *c)
{
        switch (c->what) {
        case CALL_INSPECT:
                c->code = locket_inspect(c->p, c->to);
                break;
        case CALL_BUDGET:
                c->code = locket_budget(c->size, c->to);
                break;
        case CALL_STATS:
                c->code = locket_stats(c->to);
                break;
        case CALL_CREATE:
                c->made = locket_arena_create(c->policy);
                break;
        case CALL_RESERVE:
                c->code = locket_arena_reserve(c->arena, c->other, c->size);
                break;
        case CALL_DESTROY:
                c->code = locket_arena_destroy(c->arena);
                break;
        case CALL_HARDEN:
                c->code = locket_harden_process();
                break;
        case CALL_TRIM:
                ledger_trim();
                break;
        default:
                call_use(c);
                break;
        }
}

/* The line that src/fatal.c must have written. */
static void call_check_line(const struct call *c)
{
        static const char *const text[] = {
                "double free of", "foreign free of", "interior free of", "wrong size for free of",
                "overflow of", "underflow of", "write after free of", "metadata damage at",
        };
        char expected[96] = "";

        if (c->violated) {
                MUST(c->kind >= LOCKET_DOUBLE_FREE && c->kind <= LOCKET_METADATA_DAMAGE,
                     "a violation of no kind");
                (void)snprintf(expected, sizeof expected, "locket: %s 0x%llx\n", text[c->kind],
                               (unsigned long long)(uintptr_t)c->at);
        }
        MUST(strcmp(fuzz_fatal_line(), expected) == 0, "not the line of that violation");
}

void call_make(struct call *c)
{
        call_now = c;
        c->violated = 0;
        c->pointer = NULL;
        c->made = NULL;
        c->number = 0;
        c->code = 0;
        fuzz_fatal_quiet();
        (void)locket_on_violation(call_handler);
        if (sigsetjmp(call_back, 0) == 0) {
                errno = CALL_UNCHANGED;
                call_look(c);
                c->error = errno == CALL_UNCHANGED ? 0 : errno;
        }
        MUST((locket_on_violation(NULL) == NULL) == c->violated, "the handler is called once");
        MUST_BE(fuzz_locks_held(), 0, "locks held after a call");
        call_check_line(c);
}
