/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * wrap.c - the wrappers: count, fail when it is their turn, and look at what
 * is released.
 */
#include "fault.h"

#include "os.h"

struct fault_plan *fault_plan;

const char *const fault_name[FAULT_FUNCTIONS] = {
        "reserve", "table", "open_table", "wipe_table", "open", "read_only", "close", "lock",
        "unlock", "discard", "undump", "wipe_on_fork", "unmerge", "mark", "random", "at_exit", "at_fork",
};

const int fault_errors[FAULT_FUNCTIONS][4] = {
        { ENOMEM },             /* NULL */
        { ENOMEM },             /* NULL */
        { ENOMEM },
        { EINVAL, ENOTSUP },
        { ENOMEM },
        { ENOMEM },
        { ENOMEM },
        { EAGAIN, ENOMEM, EPERM },
        { ENOMEM },
        { EINVAL },
        { EINVAL, ENOTSUP, ENOMEM },
        { EINVAL, ENOTSUP, ENOMEM },
        { ENOTSUP },
        { ENOMEM },
        { EIO },
        { ENOMEM },
        { ENOMEM },
};

/* The errno that this call of ${f} fails with; 0: it does not. */
static int strike(enum fault_function f)
{
        if (fault_plan == NULL || !fault_plan->armed) {
                return 0;
        }
        fault_plan->calls[f] += 1;
        if (fault_plan->function != f || fault_plan->calls[f] < fault_plan->n ||
            (fault_plan->calls[f] > fault_plan->n && !fault_plan->forever)) {
                return 0;
        }
        fault_plan->struck += 1;
        return fault_plan->error;
}

/* Bytes of a range that are looked at: more is fresh address space. */
#define LOOKED_AT ((size_t)64 << 20)

static void seen_zero(const unsigned char *b, size_t lo, size_t hi)
{
        if (fault_plan != NULL && hi - lo <= LOOKED_AT) {
                NEED(unit_zero(b + lo, hi - lo));
                fault_plan->released += 1;
        }
}

/* A function of a range, with the check that it is zero if ${zero}. */
#define WRAP_RANGE(name, NAME, zero)                                                      \
        int __real_locket_os_##name(unsigned char *b, size_t lo, size_t hi);              \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi);              \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi)               \
        {                                                                                 \
                const int error = strike(FAULT_##NAME);                                   \
                                                                                          \
                if (zero) {                                                               \
                        seen_zero(b, lo, hi);                                             \
                }                                                                         \
                return error != 0 ? error : __real_locket_os_##name(b, lo, hi);           \
        }

/* The same, where a refusal may leave a part of the range changed. */
#define WRAP_ACCESS(name, NAME)                                                           \
        int __real_locket_os_##name(unsigned char *b, size_t lo, size_t hi);              \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi);              \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi)               \
        {                                                                                 \
                const int error = strike(FAULT_##NAME);                                   \
                                                                                          \
                if (error != 0 && fault_plan->part < hi - lo) {                           \
                        NEED(__real_locket_os_##name(b, lo, lo + fault_plan->part) == 0); \
                }                                                                         \
                return error != 0 ? error : __real_locket_os_##name(b, lo, hi);           \
        }

WRAP_ACCESS(open, OPEN)
WRAP_ACCESS(read_only, READ_ONLY)
WRAP_ACCESS(close, CLOSE)
WRAP_RANGE(lock, LOCK, 0)
WRAP_RANGE(unlock, UNLOCK, 1)
WRAP_RANGE(discard, DISCARD, 1)
WRAP_RANGE(unmerge, UNMERGE, 0)

#define WRAP_ADVICE(name, NAME)                                                           \
        int __real_locket_os_##name(unsigned char *b, size_t lo, size_t hi, int on);      \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi, int on);      \
        int __wrap_locket_os_##name(unsigned char *b, size_t lo, size_t hi, int on)       \
        {                                                                                 \
                const int error = strike(FAULT_##NAME);                                   \
                                                                                          \
                return error != 0 ? error : __real_locket_os_##name(b, lo, hi, on);       \
        }

WRAP_ADVICE(mark, MARK)
WRAP_ADVICE(undump, UNDUMP)
WRAP_ADVICE(wipe_on_fork, WIPE_ON_FORK)

size_t __real_locket_os_page(void);
size_t __wrap_locket_os_page(void);
size_t __wrap_locket_os_page(void)
{
        return fault_plan != NULL && fault_plan->page != 0 ? fault_plan->page
                                                           : __real_locket_os_page();
}

unsigned char *__real_locket_os_reserve(size_t size);
unsigned char *__wrap_locket_os_reserve(size_t size);
unsigned char *__wrap_locket_os_reserve(size_t size)
{
        return strike(FAULT_RESERVE) != 0 ? NULL : __real_locket_os_reserve(size);
}

void *__real_locket_os_table(size_t size);
void *__wrap_locket_os_table(size_t size);
void *__wrap_locket_os_table(size_t size)
{
        return strike(FAULT_TABLE) != 0 ? NULL : __real_locket_os_table(size);
}

int __real_locket_os_open_table(void *table, size_t lo, size_t hi);
int __wrap_locket_os_open_table(void *table, size_t lo, size_t hi);
int __wrap_locket_os_open_table(void *table, size_t lo, size_t hi)
{
        const int error = strike(FAULT_OPEN_TABLE);

        return error != 0 ? error : __real_locket_os_open_table(table, lo, hi);
}

int __real_locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi);
int __wrap_locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi);
int __wrap_locket_os_open_records(struct locket_slot *table, size_t lo, size_t hi)
{
        const int error = strike(FAULT_OPEN_TABLE);

        return error != 0 ? error : __real_locket_os_open_records(table, lo, hi);
}

int __real_locket_os_wipe_table(void *table, size_t size);
int __wrap_locket_os_wipe_table(void *table, size_t size);
int __wrap_locket_os_wipe_table(void *table, size_t size)
{
        const int error = strike(FAULT_WIPE_TABLE);

        return error != 0 ? error : __real_locket_os_wipe_table(table, size);
}

void __real_locket_os_release(unsigned char *b, size_t size);
void __wrap_locket_os_release(unsigned char *b, size_t size);
void __wrap_locket_os_release(unsigned char *b, size_t size)
{
        seen_zero(b, 0, size);
        __real_locket_os_release(b, size);
}

int __real_locket_os_random(uint64_t *word);
int __wrap_locket_os_random(uint64_t *word);
int __wrap_locket_os_random(uint64_t *word)
{
        const int error = strike(FAULT_RANDOM);

        return error != 0 ? error : __real_locket_os_random(word);
}

int __real_locket_os_at_exit(void (*f)(void));
int __wrap_locket_os_at_exit(void (*f)(void));
int __wrap_locket_os_at_exit(void (*f)(void))
{
        const int error = strike(FAULT_AT_EXIT);

        return error != 0 ? error : __real_locket_os_at_exit(f);
}

int __real_locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void));
int __wrap_locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void));
int __wrap_locket_os_at_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
        const int error = strike(FAULT_AT_FORK);

        return error != 0 ? error : __real_locket_os_at_fork(before, parent, child);
}
