/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * doctor_line.c - `locket doctor`: a check's words and values.
 *
 * Knows:    struct doctor_line.
 * Promises: every text ends; what is too long is cut.
 */
#include "doctor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void doctor_found(struct doctor_line *line, enum doctor_state state, const char *format,
                  ...)
{
        va_list list;

        line->state = state;
        va_start(list, format);
        vsnprintf(line->found, sizeof(line->found), format, list);
        va_end(list);
}

void doctor_means(struct doctor_line *line, const char *format, ...)
{
        va_list list;

        va_start(list, format);
        vsnprintf(line->meaning, sizeof(line->meaning), format, list);
        va_end(list);
}

void doctor_advise(struct doctor_line *line, const char *format, ...)
{
        va_list list;

        va_start(list, format);
        vsnprintf(line->advice, sizeof(line->advice), format, list);
        va_end(list);
}

static struct doctor_value *line_value(struct doctor_line *line, const char *key)
{
        static struct doctor_value spare;
        struct doctor_value *value = &spare;

        if (line->values < DOCTOR_VALUES) {
                value = &line->value[line->values++];
        }
        value->key = key;
        return value;
}

void doctor_number(struct doctor_line *line, const char *key, uint64_t number)
{
        struct doctor_value *value = line_value(line, key);

        value->kind = DOCTOR_NUMBER;
        value->number = number;
}

void doctor_flag(struct doctor_line *line, const char *key, int flag)
{
        struct doctor_value *value = line_value(line, key);

        value->kind = DOCTOR_FLAG;
        value->flag = flag;
}

void doctor_word(struct doctor_line *line, const char *key, const char *word)
{
        struct doctor_value *value = line_value(line, key);

        value->kind = DOCTOR_WORD;
        snprintf(value->word, sizeof(value->word), "%s", word);
}

const char *doctor_size(char text[DOCTOR_SIZE], uint64_t bytes)
{
        static const char *const unit[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        size_t i = 0;
        uint64_t whole = bytes, rest = 0;

        if (bytes == CMD_UNLIMITED) {
                snprintf(text, DOCTOR_SIZE, "unlimited");
                return text;
        }
        while (whole >= 1024 && i + 1 < sizeof(unit) / sizeof(unit[0])) {
                rest = whole % 1024;
                whole /= 1024;
                i++;
        }
        if (rest * 10 / 1024 && whole < 100) {
                snprintf(text, DOCTOR_SIZE, "%" PRIu64 ".%" PRIu64 " %s", whole,
                         rest * 10 / 1024, unit[i]);
        } else {
                snprintf(text, DOCTOR_SIZE, "%" PRIu64 " %s", whole, unit[i]);
        }
        return text;
}
