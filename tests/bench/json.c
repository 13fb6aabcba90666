/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * json.c - the figures for programs: every repetition, nothing rounded away.
 *
 * All texts are this program's own or the kernel's version: none holds a
 * quotation mark, a backslash or a control character.
 */
#include <sys/utsname.h>
#include <unistd.h>

#include "json.h"

void json_series(FILE *out, const char *name, const double *value,
                        size_t count)
{
        (void)fprintf(out, "\"%s\": [", name);
        for (size_t i = 0; i < count; i++)
                if (value[i] > 0)
                        (void)fprintf(out, "%s%.2f", i ? ", " : "", value[i]);
                else
                        (void)fprintf(out, "%snull", i ? ", " : "");
        (void)fprintf(out, "], \"%s_median\": %.2f, \"%s_min\": %.2f", name,
                      bench_median(value, count), name,
                      bench_least(value, count));
}

static void json_count(FILE *out, const struct bench_count *count)
{
        int any = 0;

        if (count->pairs == 0) {
                (void)fputs("\"calls\": null", out);
                return;
        }
        (void)fprintf(out, "\"calls\": %.4f, \"which\": {",
                      (double)count->calls / (double)count->pairs);
        for (size_t k = 0; k < BENCH_CALL_COUNT; k++)
                if (count->kind[k] != 0)
                        (void)fprintf(out, "%s\"%s\": %.4f",
                                      any++ ? ", " : "", bench_call_names[k],
                                      (double)count->kind[k] /
                                      (double)count->pairs);
        (void)fputc('}', out);
        if (count->instructions != 0)
                (void)fprintf(out, ", \"instructions\": %lu",
                              (unsigned long)count->instructions);
}

static void json_cell(FILE *out, const struct bench_result *result,
                      size_t peer, size_t work, int *any)
{
        const struct bench_cell *cell = &result->cell[peer][work];

        (void)fprintf(out, "%s\n      {\"work\": \"%s\", \"size\": %zu, "
                      "\"held\": %zu, \"samples\": %zu,\n       ",
                      (*any)++ ? "," : "", bench_works[work].id,
                      bench_works[work].size, bench_works[work].held,
                      cell->samples);
        json_series(out, "cpu_ns", cell->cpu, result->repetitions);
        (void)fputs(",\n       ", out);
        json_series(out, "wall_ns", cell->wall, result->repetitions);
        (void)fprintf(out, ",\n       \"ratio\": %.3f, \"faults\": %.4f, "
                      "\"locked\": %s, \"flags\": \"%s\", ",
                      bench_ratio(result, peer, work), cell->faults,
                      cell->samples == 0 || cell->last.locked < 0 ? "null" :
                      cell->last.locked ? "true" : "false", cell->last.flags);
        (void)fprintf(out, "\"held_locked\": %lu, \"locked_kb\": %lu, "
                      "\"mappings\": %ld, ",
                      (unsigned long)cell->last.held_locked,
                      (unsigned long)cell->last.locked_kb,
                      (long)cell->last.mappings);
        json_count(out, &cell->count);
        (void)fputc('}', out);
}

static void json_peer(FILE *out, const struct bench_result *result,
                      size_t peer)
{
        int any = 0;

        (void)fprintf(out, "%s\n    {\"id\": \"%s\", \"name\": \"%s\"",
                      peer ? "," : "", bench_peers[peer]->id,
                      bench_peers[peer]->name);
        if (bench_peers[peer]->absent != NULL) {
                (void)fprintf(out, ", \"absent\": \"%s\"}",
                              bench_peers[peer]->absent);
                return;
        }
        json_protection(out, result, peer);
        json_live(out, result, peer);
        json_tail(out, result, peer);
        (void)fputs(",\n     \"works\": [", out);
        for (size_t work = 0; work < BENCH_WORK_COUNT; work++)
                if (bench_can(bench_peers[peer], &bench_works[work]))
                        json_cell(out, result, peer, work, &any);
        (void)fputs("]}", out);
}

/**
 * bench_json(out, result):
 * Write everything as one object.
 */
void bench_json(FILE *out, const struct bench_result *result)
{
        struct utsname system;

        if (uname(&system) != 0)
                return;
        (void)fprintf(out, "{\n  \"format\": 2,\n  \"system\": \"%s %s %s\","
                      "\n  \"processors\": %ld,\n  \"load\": %.2f,\n"
                      "  \"empty_call_ns\": %.1f,\n"
                      "  \"instructions_by\": \"%s\",\n"
                      "  \"compiler\": \"%s\",\n  \"repetitions\": %zu,\n"
                      "  \"reference\": \"%s\",\n  \"peers\": [",
                      system.sysname, system.release, system.machine,
                      sysconf(_SC_NPROCESSORS_ONLN), result->load,
                      result->empty_call, result->perf ? "perf_event_open" :
                      "single steps", __VERSION__, result->repetitions,
                      bench_peers[0]->id);
        for (size_t i = 0; i < bench_peer_count; i++)
                json_peer(out, result, i);
        (void)fputs("]\n}\n", out);
}
