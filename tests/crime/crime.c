/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * crime.c - how a crime program talks to the runner.
 */
#include <signal.h>
#include <unistd.h>

#include "crime.h"

static unsigned char crime_stack[65536];

static void
crime_write(int fd, const char *text)
{
        size_t left = strlen(text);

        while (left > 0) {
                ssize_t n = write(fd, text, left);

                if (n <= 0)
                        _exit(99);
                text += n;
                left -= (size_t)n;
        }
}

/* "${word} 0x...", built back to front without stdio. */
static void
crime_write_address(const char *word, uintptr_t address)
{
        char text[2 + 2 * sizeof address + 2];
        size_t i = sizeof text;

        text[--i] = '\0';
        text[--i] = '\n';
        do {
                text[--i] = "0123456789abcdef"[address % 16];
                address /= 16;
        } while (address != 0);
        text[--i] = 'x';
        text[--i] = '0';
        crime_write(STDOUT_FILENO, word);
        crime_write(STDOUT_FILENO, text + i);
}

/* SA_RESETHAND: the signal raised here kills when the handler returns. */
static void
crime_fault(int sig, siginfo_t *info, void *context)
{
        (void)context;
        crime_write_address("fault ", (uintptr_t)info->si_addr);
        (void)raise(sig);
}

void
crime_start(void)
{
        stack_t stack;
        struct sigaction action;

        memset(&stack, 0, sizeof stack);
        memset(&action, 0, sizeof action);
        stack.ss_sp = crime_stack;
        stack.ss_size = sizeof crime_stack;
        action.sa_sigaction = crime_fault;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND;
        crime_check(sigaltstack(&stack, NULL) == 0, "sigaltstack");
        crime_check(sigaction(SIGSEGV, &action, NULL) == 0, "sigaction");
        crime_check(sigaction(SIGBUS, &action, NULL) == 0, "sigaction");
}

void *
crime_at(uintptr_t address)
{
        return (void *)address;
}

void
crime_expect(const void *address)
{
        crime_write_address("expect ", (uintptr_t)address);
}

void
crime_say(const char *text)
{
        crime_write(STDOUT_FILENO, "say ");
        crime_write(STDOUT_FILENO, text);
        crime_write(STDOUT_FILENO, "\n");
}

void
crime_check(int right, const char *what)
{
        if (right)
                return;
        crime_write(STDERR_FILENO, "crime: ");
        crime_write(STDERR_FILENO, what);
        crime_write(STDERR_FILENO, "\n");
        _exit(1);
}

const char *
crime_word(int argc, char **argv, int i)
{
        crime_check(i < argc, "argument missing");
        return argv[i];
}

size_t
crime_number(int argc, char **argv, int i)
{
        return (size_t)strtoull(crime_word(argc, argv, i), NULL, 0);
}

int
crime_is(const char *word, const char *other)
{
        return strcmp(word, other) == 0;
}

void
crime_read(crime_byte *p)
{
        (void)*p;
}

void
crime_change(crime_byte *p)
{
        *p = (unsigned char)(*p ^ 0x40);
}

crime_byte *
crime_secret(size_t size)
{
        crime_byte *p = locket_malloc(size);
        size_t i;

        crime_check(p != NULL, "locket_malloc failed");
        for (i = 0; i < size; i++)
                p[i] = (unsigned char)(i * 7 + 1);
        return p;
}

void
crime_traffic(size_t count, size_t size)
{
        size_t i;

        for (i = 0; i < count; i++)
                locket_free((void *)crime_secret(size));
}
