/* SPDX-License-Identifier: GPL-2.0-only */
#include "refusals.h"

#include <jansson.h>

struct refusals {
    json_int_t acts;
    size_t runs;
    char first[200];
};

static void count_run(struct refusals *r, const char *counts)
{
    json_t *j = json_loads(counts, 0, NULL);
    json_int_t acts = json_integer_value(json_object_get(j, "refused"));
    const char *words = json_string_value(json_object_get(j, "refusal"));
    r->acts += acts;
    r->runs += acts > 0;
    if (!*r->first && words)
        snprintf(r->first, sizeof r->first, "%s", words);
    json_decref(j);
}

size_t imp_refusals_print(FILE *f, const struct imp_attack *attack, sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    size_t lines = 0;
    if (sqlite3_prepare_v2(db, "SELECT counts FROM run WHERE run_key = ?1", -1, &s, NULL) !=
        SQLITE_OK)
        return 0;
    for (size_t i = 0; i < attack->group_count; i++) {
        const struct imp_attack_group *g = &attack->group[i];
        struct refusals r = {.acts = 0};
        for (size_t k = 0; k < g->seeds; k++) {
            sqlite3_bind_text(s, 1, g->keys[k], -1, SQLITE_TRANSIENT);
            if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0))
                count_run(&r, (const char *)sqlite3_column_text(s, 0));
            sqlite3_reset(s);
        }
        if (r.acts == 0)
            continue;
        fprintf(f, "refused: %s, %s, against %s: %lld acts in %zu of %zu runs; the first: %s\n",
                g->mechanism, g->variant, g->adversary, (long long)r.acts, r.runs, g->seeds,
                r.first);
        lines++;
    }
    sqlite3_finalize(s);
    return lines;
}
