/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/sim/report/rows.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

struct imp_store *rows_open(char *dir)
{
    char error[700];
    struct imp_store *store;
    cr_assert_not_null(mkdtemp(dir));
    cr_assert_eq(imp_store_open_write(&store, dir, error, sizeof error), 0, "%s", error);
    return store;
}

void rows_close(struct imp_store *store, const char *dir)
{
    imp_store_close(store);
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void rows_put(struct imp_store *store, const struct row *r)
{
    int devices = r->devices ? r->devices : 1;
    double latency = r->latency_ms > 0 ? r->latency_ms : 1500;
    bool attacked = strcmp(r->adversary, "none") != 0;
    json_t *plan = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:f,s:{s:s},s:i,s:i}", "scenario", r->scenario, "mechanism",
        r->mechanism, "variant", r->variant ? r->variant : "", "class", r->class, "medium",
        r->medium, "platform", "nrf52840", "devices", devices, "loss", r->loss, "adversary", "name",
        r->adversary, "replication", r->replication, "seed", 1);
    char key[80], deltas[80];
    snprintf(key, sizeof key, "%d/%g/%d", devices, r->loss, r->replication);
    snprintf(deltas, sizeof deltas, "2, 30, 4, 90, %f, 3, 1", r->delta_latency_ms);
    char *text = json_dumps(plan, JSON_SORT_KEYS | JSON_COMPACT);
    char *sql = sqlite3_mprintf(
        "INSERT INTO run (run_key, status, why, plan, scenario, mechanism, variant, class, medium,"
        " platform, devices, loss, adversary, replication, seed, completed, messages_device,"
        " bytes_device, bytes_air, air_message, air_network, air_link, air_repeated, latency_ms, "
        "network_ms, cpu_ms, user_ms, energy_mj, tx_mj,"
        " rx_mj, idle_mj, cpu_mj, user_acts, delta_messages, delta_bytes, delta_frames_air, "
        "delta_bytes_air,"
        " delta_latency_ms, delta_energy_mj, delta_user_acts, g0_completion, g1_secrecy, "
        "g3_agreement, g5_binding, digest,"
        " counts) VALUES ('%q/%q/%q/%s', 'ok', '', %Q, %Q, %Q, '', %Q, %Q, 'nrf52840', %d, %f, %Q,"
        " %d, 1, %d, %f, 400, 700, 400, 150, 100, 50, %f, %f, 100, 1000, 9, 1, 2, 5, 1, 2, %s, "
        "'holds', %Q, 'holds',"
        " 'holds', '', '{}')",
        r->scenario, r->mechanism, r->adversary, key, text, r->scenario, r->mechanism, r->class,
        r->medium, devices, r->loss, r->adversary, r->replication, r->completed, r->messages,
        latency, latency - 1100, attacked ? deltas : "NULL, NULL, NULL, NULL, NULL, NULL, NULL",
        r->g1);
    cr_assert_eq(sqlite3_exec(imp_store_db(store), sql, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(imp_store_db(store)));
    sqlite3_free(sql);
    free(text);
    json_decref(plan);
}

void rows_put_some(struct imp_store *store, const char *scenario, const char *mechanism,
                   const char *class, const char *adversary, const char *g1)
{
    for (int i = 0; i < 4; i++)
        rows_put(store, &(struct row){.scenario = scenario,
                                      .mechanism = mechanism,
                                      .class = class,
                                      .medium = "lr-wpan",
                                      .adversary = adversary,
                                      .g1 = g1,
                                      .replication = i,
                                      .completed = i < 3,
                                      .messages = 8 + 2 * i});
}
