/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * atomic.h - for Frama-C, which knows neither gcc's atomic functions nor the
 * generic part of stdatomic.h: one thread at a time, they are plain reads and
 * writes.  Included before all else.
 */
#ifndef LOCKET_EVA_ATOMIC_H
#define LOCKET_EVA_ATOMIC_H

#define __atomic_load_n(word, order) (*(word))
#define __atomic_store_n(word, value, order) (*(word) = (value))
#define __atomic_compare_exchange_n(word, from, to, weak, order, other) \
        (*(word) == *(from) ? (*(word) = (to), 1) : (*(from) = *(word), 0))

#define __atomic_add_fetch(word, more, order) (*(word) += (more))
#define __atomic_exchange_n(word, value, order) \
        ({ __typeof__(*(word)) before = *(word); *(word) = (value); before; })

#define __FC_STDATOMIC  /* stdatomic.h is this */
#define _STDATOMIC_H
#define _Atomic(type) __typeof__(type)
typedef __SIZE_TYPE__ atomic_size_t;

#define atomic_load(word) (*(word))
#define atomic_fetch_add(word, more) ((*(word) += (more)) - (more))
#define atomic_exchange(word, to) \
        ({ __typeof__(*(word)) before = *(word); *(word) = (to); before; })

#ifdef _ERRNO_H /* the system's: a macro there, which clauses that are named so cannot be */
#undef errno
extern int errno;
#endif

/*@ assigns \nothing; */
void __atomic_signal_fence(int order);

#endif
