/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * json.c - the command `locket`: what it says to machines (RFC 8259).
 *
 * Knows:    how texts and numbers are written.
 * Promises: valid JSON of ASCII characters, whatever bytes a text has: those
 *           above 127 count as Latin-1.
 */
#include "cmd.h"

#include <inttypes.h>

void cmd_json_text(const char *text)
{
        const unsigned char *at = (const unsigned char *)text;

        putchar('"');
        for (; *at; at++) {
                if (*at == '"' || *at == '\\') {
                        printf("\\%c", *at);
                } else if (*at < 0x20 || *at > 0x7e) {
                        printf("\\u%04x", (unsigned int)*at);
                } else {
                        putchar(*at);
                }
        }
        putchar('"');
}

void cmd_json_number(uint64_t number)
{
        if (number == CMD_UNLIMITED) {
                fputs("null", stdout);
        } else {
                printf("%" PRIu64, number);
        }
}

void cmd_json_flag(int flag)
{
        fputs(flag < 0 ? "null" : flag ? "true" : "false", stdout);
}
