/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The locket developers */
/*
 * json_more.c - protections, misuse, live secrets and tails of a peer.
 */
#include "json.h"

static void json_sweep(FILE *out, const char *name,
                       const struct bench_sweep *sweep)
{
        (void)fprintf(out, ",\n     \"%s\": {\"sizes\": %u, \"trapped\": %u, "
                      "\"at_free\": %u, \"later\": %u, \"crashed\": %u, "
                      "\"unnoticed\": %u}", name, sweep->sizes, sweep->trapped,
                      sweep->at_free, sweep->later, sweep->crashed,
                      sweep->unnoticed);
}

void json_protection(FILE *out, const struct bench_result *result, size_t peer)
{
        (void)fprintf(out, ",\n     \"protections_seen\": %d, "
                      "\"protections\": {", bench_shield_sum(result, peer));
        for (size_t i = 0; i < BENCH_SHIELD_COUNT; i++)
                (void)fprintf(out, "%s\"%s\": %s", i ? ", " : "",
                              bench_shields[i],
                              bench_shield(result, peer, i) ? "true" :
                              "false");
        (void)fputs("},\n     \"misuse\": {", out);
        for (size_t crime = 0; crime < BENCH_CRIME_COUNT; crime++)
                (void)fprintf(out, "%s\"%s\": \"%s\"", crime ? ", " : "",
                              bench_crimes[crime],
                              result->crime[peer][crime]);
        (void)fputc('}', out);
        json_sweep(out, "past", &result->past[peer]);
        json_sweep(out, "before", &result->before[peer]);
        (void)fprintf(out, ",\n     \"wiped_at_free\": \"%s\", "
                      "\"forked_child_has\": \"%s\"", result->wiped[peer],
                      result->forked[peer]);
}

void json_live(FILE *out, const struct bench_result *result, size_t peer)
{
        static const char *const stop[] = {
                [BENCH_REFUSED] = "refused", [BENCH_CAP] = "cap",
                [BENCH_TIME] = "time"
        };
        int any = 0;

        (void)fputs(",\n     \"live\": [", out);
        for (size_t i = 0; i < BENCH_LIMIT_COUNT; i++) {
                const struct bench_live *live = &result->live[peer][i];

                if (!live->known)
                        continue;
                (void)fprintf(out, "%s\n      {\"limit\": \"%s\", "
                              "\"handed_out\": %lu, \"locked\": %lu, "
                              "\"stopped_by\": \"%s\", \"locked_kb\": %lu, "
                              "\"mappings\": %ld, \"wall_ns\": %lu}",
                              any++ ? "," : "", bench_limits[i].id,
                              (unsigned long)live->handed_out,
                              (unsigned long)live->locked, stop[live->stop],
                              (unsigned long)live->locked_kb,
                              (long)live->mappings,
                              (unsigned long)live->wall_ns);
        }
        (void)fputc(']', out);
}

void json_tail(FILE *out, const struct bench_result *result, size_t peer)
{
        (void)fputs(",\n     \"tail\": {", out);
        for (size_t i = 0; i < BENCH_TAIL_COUNT; i++) {
                (void)fputs(i ? ",\n       " : "", out);
                json_series(out, bench_tail_names[i],
                            result->tail[peer].at[i], result->repetitions);
        }
        (void)fprintf(out, ",\n       \"empty_pair\": %.0f}",
                      result->tail[peer].clock);
}
