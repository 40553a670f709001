/* SPDX-License-Identifier: GPL-2.0-only */
/* What a folder has of a plan; nothing is run. */
#include "campaign.h"

#include "rounds.h"
#include "store.h"

#include <string.h>
#include <sys/stat.h>

struct look {
    sqlite3_stmt *status;
    const struct imp_plan *plan;
    struct imp_rounds *rounds;
};

static void count(struct imp_outcome *o, const struct look *l)
{
    o->present = o->failed = 0;
    for (size_t i = 0; i < l->plan->count; i++) {
        if (!imp_rounds_wants(l->rounds, i))
            continue;
        sqlite3_bind_text(l->status, 1, l->plan->runs[i].key, -1, SQLITE_STATIC);
        if (sqlite3_step(l->status) == SQLITE_ROW) {
            bool ok = strcmp((const char *)sqlite3_column_text(l->status, 0), "ok") == 0;
            o->present += ok;
            o->failed += !ok;
        }
        sqlite3_reset(l->status);
    }
}

static int look_into(struct imp_outcome *o, struct look *l, sqlite3 *db,
                     imp_half_width_function *half_width, char *error, size_t cap)
{
    if (sqlite3_prepare_v2(db, "SELECT status FROM run WHERE run_key = ?", -1, &l->status, NULL) !=
        SQLITE_OK) {
        snprintf(error, cap, IMP_STORE_FILE ": %s", sqlite3_errmsg(db));
        return -1;
    }
    while (half_width && imp_rounds_next(l->rounds, db, half_width))
        ;
    count(o, l);
    sqlite3_finalize(l->status);
    return 0;
}

int imp_campaign_look(struct imp_outcome *out, const char *dir, const struct imp_plan *plan,
                      imp_half_width_function *half_width, char *error, size_t cap)
{
    char path[4200];
    struct stat st;
    struct imp_store *store;
    struct look l = {.plan = plan, .rounds = imp_rounds_new(plan)};
    int status = 0;
    *out = (struct imp_outcome){.total = plan->count};
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    if (stat(path, &st) == 0) {
        status = imp_store_open_read(&store, dir, error, cap);
        if (status == 0) {
            status = look_into(out, &l, imp_store_db(store), half_width, error, cap);
            imp_store_close(store);
        }
    }
    out->spared = imp_rounds_spared(l.rounds);
    imp_rounds_free(l.rounds);
    return status;
}
