/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * model_late.c - writes to freed memory that are still to be found.
 */
#include "model.h"

void model_late_add(unsigned char *p, unsigned arena, int cell)
{
        unsigned i;

        for (i = 0; i < MODEL_LATE; i++) {
                if (model.late[i].p == p) {
                        return;
                }
        }
        for (i = 0; i < MODEL_LATE; i++) {
                if (model.late[i].p == NULL) {
                        model.late[i].p = p;
                        model.late[i].arena = arena;
                        model.late[i].certain = 1;
                        model.late[i].cell = cell;
                        return;
                }
        }
}

int model_late_room(const unsigned char *p)
{
        unsigned i;

        for (i = 0; i < MODEL_LATE; i++) {
                if (model.late[i].p == NULL || model.late[i].p == p) {
                        return 1;
                }
        }
        return 0;
}

int model_late(unsigned arena)
{
        unsigned i;

        for (i = 0; i < MODEL_LATE; i++) {
                if (model.late[i].p != NULL && model.late[i].certain &&
                    model.late[i].arena == arena) {
                        return 1;
                }
        }
        return 0;
}

int model_late_any(void)
{
        unsigned i;

        for (i = 0; i < MODEL_LATE; i++) {
                if (model.late[i].p != NULL) {
                        return 1;
                }
        }
        return 0;
}

int model_late_found(const void *at)
{
        int found = 0;
        unsigned i;

        for (i = 0; i < MODEL_LATE; i++) {
                if (model.late[i].p != NULL && model.late[i].p == at) {
                        if (model.late[i].cell) {
                                model_cell_drop(at);
                        }
                        model.late[i].p = NULL;
                        found = 1;
                } else {
                        model.late[i].certain = 0;
                }
        }
        return found;
}
