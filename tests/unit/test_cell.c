/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * test_cell.c - the numbers of cells: every size and alignment, every offset
 * of a run, and the table of free cells against a model, with damage in it.
 */
#include "unit.h"

#include "cell.h"

static struct locket_run r;
static struct locket_cell cell[LOCKET_RUN_CELLS];

static void cut(size_t first, size_t bytes, uint32_t pitch)
{
        r.pitch = pitch;
        r.count = locket_cell_count(bytes, pitch);
        r.first = first + bytes - (size_t)r.count * pitch;
        locket_cell_clear(&r, cell);
}

CASE(pitches)
{
        static uint32_t of_class[LOCKET_CELL_CLASSES];
        size_t alignment;
        size_t size;

        for (alignment = 1; alignment <= 4096; alignment *= 2) {
                for (size = 0; size < 3000; size++) {
                        const uint32_t k = locket_cell_class(size, alignment);
                        const size_t need = (size < 8 ? 8 : size) + LOCKET_GAP_BYTES;
                        uint32_t pitch;

                        if (size > LOCKET_PITCH_MOST - LOCKET_GAP_BYTES || alignment > 64) {
                                SAME(k, LOCKET_NONE);
                                continue;
                        }
                        NEED(k < LOCKET_CELL_CLASSES);
                        pitch = locket_cell_pitch(k);
                        NEED(pitch >= need && pitch <= LOCKET_PITCH_MOST);
                        SAME(pitch % alignment, 0);
                        SAME(pitch % 8, 0);
                        /* at most an eighth is wasted, or the alignment */
                        NEED(pitch - need < (need / 8 < 8 ? 8 : need / 8 + 1) ||
                             pitch - need < alignment);
                        NEED(k == 0 || locket_cell_pitch(k - 1) < need ||
                             locket_cell_pitch(k - 1) % alignment != 0); /* the least */
                        of_class[k] = pitch;
                }
        }
        for (size = 1; size < LOCKET_CELL_CLASSES; size++) {
                NEED(of_class[size - 1] < of_class[size]); /* each is used */
        }
        SAME(locket_cell_class(SIZE_MAX, 16), LOCKET_NONE);
        for (size = 0; size < 3000; size++) { /* no power of two */
                SAME(locket_cell_class(32, (size & (size - 1)) != 0 ? size : 0), LOCKET_NONE);
        }
        SAME(locket_cell_pitch(locket_cell_class(32, 8)), 40); /* what locket.h promises */
        SAME(locket_cell_pitch(locket_cell_class(32, 16)), 48);
}

CASE(lie_apart)
{
        size_t size;

        for (size = 0; size < LOCKET_CELL_CLASSES; size++) {
                const uint32_t pitch = locket_cell_pitch((uint32_t)size);
                size_t bytes;

                for (bytes = 4096; bytes <= LOCKET_RUN_BYTES; bytes *= 2) {
                        uint32_t i;

                        cut(8192, bytes, pitch);
                        NEED(r.count > 0 && r.count <= LOCKET_RUN_CELLS);
                        SAME(locket_cell_from(&r, 0), r.first);
                        NEED(r.first >= 8192 + LOCKET_CANARY_BYTES);
                        NEED(r.first < 8192 + LOCKET_CANARY_BYTES + pitch); /* no more would fit */
                        for (i = 0; i + 1 < r.count; i++) {
                                SAME(locket_cell_from(&r, i) + pitch, locket_cell_from(&r, i + 1));
                        }
                        SAME(locket_cell_from(&r, i) + pitch, 8192 + bytes); /* the guard */
                }
        }
}

CASE(guess)
{
        const uint32_t pitches[] = { 16, 40, 48, 112, 1024, 1920 };
        size_t p;

        for (p = 0; p < sizeof pitches / sizeof *pitches; p++) {
                size_t off;
                uint32_t i = 0;

                cut(4096, LOCKET_RUN_BYTES, pitches[p]);
                for (off = 0; off < 4096 + LOCKET_RUN_BYTES + 5000; off++) {
                        if (off < r.first || off >= 4096 + LOCKET_RUN_BYTES) {
                                SAME(locket_cell_guess(&r, off), LOCKET_NONE);
                                continue;
                        }
                        i += off == locket_cell_from(&r, i) + r.pitch;
                        SAME(locket_cell_guess(&r, off), i);
                }
                SAME(locket_cell_guess(&r, SIZE_MAX), LOCKET_NONE);
        }
}

CASE(judge)
{
        int state;

        for (state = LOCKET_CELL_VIRGIN; state <= LOCKET_CELL_LIVE; state++) {
                size_t off;

                cell[0].state = (uint16_t)state;
                for (off = 1000; off < 1040; off++) {
                        int expected = LOCKET_HIT_NOTHING;

                        if (state == LOCKET_CELL_LIVE) {
                                expected = off == 1000 ? LOCKET_HIT_LIVE : LOCKET_HIT_INSIDE;
                        } else if (state != LOCKET_CELL_VIRGIN && off == 1000) {
                                expected = LOCKET_HIT_FREED;
                        }
                        SAME(locket_cell_judge(&cell[0], 1000, off), expected);
                }
        }
}

/* Each free cell comes out once, and what is put back comes out again. */
CASE(draws_each_once)
{
        static unsigned char out[LOCKET_RUN_CELLS];
        uint32_t left;
        uint32_t n;

        cut(4096, LOCKET_RUN_BYTES, 16);
        left = r.count;
        SAME(left, (LOCKET_RUN_BYTES - 16) / 16);
        for (n = 0; n < 100000; n++) {
                if (unit_below(2) == 0 && left > 0) {
                        const uint32_t i = locket_cell_draw(&r, cell, (uint32_t)unit_below(65536));

                        NEED(i < r.count && !out[i]);
                        locket_cell_begin(&cell[i], 3, 16, 99);
                        SAME(cell[i].state, LOCKET_CELL_LIVE);
                        SAME(cell[i].size, 3);
                        SAME(cell[i].alignment, 16);
                        SAME(cell[i].canary, 99);
                        out[i] = 1;
                        left -= 1;
                } else {
                        const uint32_t i = (uint32_t)unit_below(r.count);

                        if (out[i]) {
                                locket_cell_put(&r, cell, i);
                                SAME(cell[i].state, LOCKET_CELL_FREE);
                                out[i] = 0;
                                left += 1;
                        }
                }
                SAME(r.free, left);
        }
        while (left > 0) {
                const uint32_t i = locket_cell_draw(&r, cell, 65535);

                NEED(i < r.count && !out[i]);
                out[i] = 1;
                left -= 1;
        }
        SAME(locket_cell_draw(&r, cell, 0), LOCKET_NONE);
        SAME(locket_cell_draw(&r, cell, 65535), LOCKET_NONE);
}

/* Every cell can be the next one, and about as likely as every other. */
CASE(draws_at_random)
{
        static uint32_t drawn[102];
        uint32_t n;

        for (n = 0; n < 65536; n++) {
                cut(4096, 4096, 40);
                drawn[locket_cell_draw(&r, cell, n)] += 1;
        }
        for (n = 0; n < 102; n++) {
                NEED(drawn[n] >= 642 && drawn[n] <= 643);
        }
}

CASE(damage)
{
        cut(4096, 4096, 40);
        cell[0].pick = r.count; /* out of range */
        SAME(locket_cell_draw(&r, cell, 0), LOCKET_NONE);
        cut(4096, 4096, 40);
        cell[0].pick = 7; /* a live one */
        cell[7].state = LOCKET_CELL_LIVE;
        SAME(locket_cell_draw(&r, cell, 0), LOCKET_NONE);
        cut(4096, 4096, 40);
        cell[0].pick = 7; /* one in quarantine */
        cell[7].state = LOCKET_CELL_QUARANTINED;
        SAME(locket_cell_draw(&r, cell, 0), LOCKET_NONE);
        cut(4096, 4096, 40);
        r.free = r.count + 1; /* more than there are */
        SAME(locket_cell_draw(&r, cell, 0), LOCKET_NONE);
        r.free = UINT32_MAX;
        SAME(locket_cell_draw(&r, cell, 65535), LOCKET_NONE);
        r.free = r.count; /* full: not beyond its end */
        cell[r.count].pick = 4321;
        locket_cell_put(&r, cell, 0);
        SAME(cell[r.count].pick, 4321);
        SAME(r.free, r.count);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(pitches),       cmocka_unit_test(lie_apart),
                cmocka_unit_test(guess),         cmocka_unit_test(judge),
                cmocka_unit_test(draws_each_once), cmocka_unit_test(draws_at_random),
                cmocka_unit_test(damage),
        };

        return cmocka_run_group_tests_name("cell", tests, NULL, NULL);
}
