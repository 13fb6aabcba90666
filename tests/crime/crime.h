/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * crime.h - what every crime program shares: it tells the runner, line by
 * line on standard output, what must happen.  No stdio: the runner compares
 * standard error as a whole, and a program may die at any instruction.
 */
#ifndef CRIME_H
#define CRIME_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "locket.h"

/* A byte that the compiler must really read or write. */
typedef volatile unsigned char crime_byte;

/* The address that an integer names, without arithmetic on pointers. */
void *crime_at(uintptr_t address);

/* From here on SIGSEGV says "fault 0x..." and kills. */
void crime_start(void);

/* Say "expect 0x...": the address of the line or of the fault that follows. */
void crime_expect(const void *address);

/* Say "say ${text}". */
void crime_say(const char *text);

/* The program itself found something wrong: standard error, exit 1. */
void crime_check(int right, const char *what);

/* Argument ${i} as a word (the program exits if it is missing), or a number. */
const char *crime_word(int argc, char **argv, int i);
size_t crime_number(int argc, char **argv, int i);
int crime_is(const char *word, const char *other);

/* Read one byte, or write one that differs from what is there. */
void crime_read(crime_byte *p);
void crime_change(crime_byte *p);

/* locket_malloc that must succeed, with every byte written. */
crime_byte *crime_secret(size_t size);

/* Get and free ${count} secrets of ${size} bytes, one after the other. */
void crime_traffic(size_t count, size_t size);

#endif
