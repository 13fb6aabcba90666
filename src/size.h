/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * size.h - stage 1: from bytes asked for to bytes of pages and a size class.
 *
 * All arithmetic on a caller's numbers is here, so all its overflow checks
 * are.  Knows numbers only, and touches no memory.
 */
#ifndef LOCKET_SIZE_H
#define LOCKET_SIZE_H

#include "config.h"
#include "spec.h"

/*@ predicate multiple_ok(integer m) = 1 <= m <= 65536;

    // the least multiple of m that is not less than size
    logic integer rounded(integer size, integer m) =
      size % m == 0 ? size : size + (m - size % m);

    // bytes of pages that slots of class k have: the page size, doubled k times
    logic integer class_bytes(integer page, integer k) =
      k <= 0 ? page : 2 * class_bytes(page, k - 1);

    predicate power_of_two(integer m) =
         m == 1    || m == 2    || m == 4    || m == 8     || m == 16    || m == 32
      || m == 64   || m == 128  || m == 256  || m == 512   || m == 1024  || m == 2048
      || m == 4096 || m == 8192 || m == 16384 || m == 32768 || m == 65536;

    // what a page size is here: the constants of config.h rest on it
    predicate page_ok(integer m) = power_of_two(m) && 1024 <= m;
*/

/**
 * locket_size_round(size, multiple):
 * The least multiple of ${multiple} that is not less than ${size}.
 */
/*@ requires multiple:  multiple_ok(multiple);
    requires size:      size <= LOCKET_MAX_SIZE + 131072;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures enough:     size <= \result;
    ensures least:      \result - size < multiple;
    ensures multiple:   \result % multiple == 0;
    ensures exact:      \result == rounded(size, multiple);
*/
LOCKET_INTERNAL size_t locket_size_round(size_t size, size_t multiple);

/**
 * locket_size_product(count, size):
 * ${count} * ${size}, or SIZE_MAX, which no call accepts, if that overflows.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact:    count * size <= SIZE_MAX ==> \result == count * size;
    ensures overflow: count * size >  SIZE_MAX ==> \result == SIZE_MAX;
*/
LOCKET_INTERNAL size_t locket_size_product(size_t count, size_t size);

/**
 * locket_size_plus(a, b), locket_size_minus(a, b):
 * ${a} + ${b} and ${a} - ${b}, or the nearest number that there is: SIZE_MAX
 * and 0.  For counters, which damage may have set to anything.
 */
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact:    a + b <= SIZE_MAX ==> \result == a + b;
    ensures overflow: a + b >  SIZE_MAX ==> \result == SIZE_MAX;
*/
LOCKET_INTERNAL size_t locket_size_plus(size_t a, size_t b);
/*@ terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures exact:    b <= a ==> \result == a - b;
    ensures negative: b >  a ==> \result == 0;
*/
LOCKET_INTERNAL size_t locket_size_minus(size_t a, size_t b);

/**
 * locket_size_aligned(alignment, page):
 * 1 if ${alignment} is a power of two from 1 to ${page}, else 0.
 */
/*@ requires page:  multiple_ok(page);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bool:   \result == 0 || \result == 1;
    ensures exact:  \result == 1 <==> power_of_two(alignment) && alignment <= page;
    ensures divides: \result == 1 ==> power_of_two(page) ==> page % alignment == 0;
*/
LOCKET_INTERNAL int locket_size_aligned(size_t alignment, size_t page);

/**
 * locket_size_data(size, alignment, page):
 * Bytes of pages for a secret of ${size} bytes whose end, rounded up to
 * ${alignment}, is the end of its last page, and a canary below it.
 */
/*@ requires size:      size <= LOCKET_MAX_SIZE;
    requires alignment: multiple_ok(alignment);
    requires page:      multiple_ok(page);
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures enough:     size + LOCKET_CANARY_BYTES <= \result;
    ensures room:       rounded(size, alignment) + LOCKET_CANARY_BYTES <= \result;
    ensures bound:      \result < size + alignment + LOCKET_CANARY_BYTES + page;
    ensures pages:      \result % page == 0;
*/
LOCKET_INTERNAL size_t locket_size_data(size_t size, size_t alignment, size_t page);

/**
 * locket_size_class(data, page):
 * The least class whose slots have ${data} bytes of pages.
 */
/*@ requires data:  data <= LOCKET_MAX_SIZE + 65536;
    requires page:  1024 <= page <= 65536;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures enough: data <= class_bytes(page, \result);
    ensures least:  \result > 0 ==> class_bytes(page, \result - 1) < data;
    ensures range:  data <= class_bytes(page, LOCKET_CLASS_COUNT - 1) ==>
                      \result < LOCKET_CLASS_COUNT;
*/
LOCKET_INTERNAL uint32_t locket_size_class(size_t data, size_t page);

/**
 * locket_size_capacity(class, page):
 * Bytes of pages that slots of class ${class} can have.
 */
/*@ requires class: class < LOCKET_CLASS_COUNT;
    requires page:  1024 <= page <= 65536;
    terminates \true;
    exits      \false;
    assigns    \nothing;
    ensures bytes:  \result == class_bytes(page, class);
    ensures range:  page <= \result <= LOCKET_CAPACITY_MOST;
*/
LOCKET_INTERNAL uint64_t locket_size_capacity(uint32_t class, size_t page);

#endif
