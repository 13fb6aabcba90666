/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * fork.c - stage 7: which process owns the tables.
 *
 * Knows:    the process page.
 * Promises: a child never has its parent's canary key.
 * Proved:   all but locket_fork_page.   Tests: tests/unit/test_fork.c
 */
#include "fork.h"

#include "os.h"
#include "word.h"

struct locket_process *locket_fork_page(void)
{
        const size_t size = locket_os_page();
        struct locket_process *process = locket_os_table(size);

        if (process == NULL) {
                return NULL;
        }
        if (locket_os_open_table(process, 0, size) != 0) {
                locket_os_release_table(process, size);
                return NULL;
        }
        if (locket_os_wipe_table(process, size) != 0) {
                process->owner = locket_os_process();
        }
        process->state = LOCKET_FORK_RECOVERING;
        return process;
}

int locket_fork_stranger(const struct locket_process *process)
{
        const uint32_t owner = locket_load(&process->owner);

        return owner != 0 && owner != locket_os_process();
}

void locket_fork_adopt(struct locket_process *process)
{
        if (process->owner != 0) {
                locket_store(&process->owner, locket_os_process());
        }
}

int locket_fork_draw(struct locket_process *process)
{
        uint64_t low = 0;
        uint64_t high = 0;
        int error = locket_os_random(&low);

        if (error == 0) {
                error = locket_os_random(&high);
        }
        if (error != 0) {
                low = 0; /* half a key is none */
                high = 0;
        }
        process->key_low = low;
        process->key_high = high;
        process->key_error = error;
        return error;
}
