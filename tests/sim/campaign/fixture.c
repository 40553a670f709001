/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE /* nftw */
#include "fixture.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/campaign/columns.h"

void fixture_plan(struct imp_plan *plan, const char *keys)
{
    static const struct imp_overrides none = {.set_count = 0};
    char error[IMP_ERROR];
    json_error_t why;
    json_t *parsed = json_loads(keys, 0, &why);
    cr_assert_not_null(parsed, "%s: %s", keys, why.text);
    json_t *raw = json_pack("[{s:i, s:o}]", "line", 1, "keys", parsed);
    imp_plan_init(plan);
    cr_assert_eq(imp_plan_add_raw(plan, raw, "test.lua", &none, error, sizeof error), 0, "%s",
                 error);
    json_decref(raw);
}

json_t *fixture_result(const json_t *plan)
{
    json_int_t n = json_integer_value(json_object_get(plan, "replication"));
    json_t *row = json_object(), *device;
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        json_object_set_new(row, imp_measures[m].name, json_real(1.25 * m + (double)n));
    json_object_set_new(row, "completed", json_integer(n != 3));
    for (int g = 0; g < IMP_GOAL_COUNT; g++)
        json_object_set_new(row, imp_goal_name((enum imp_goal)g), json_string("na"));
    json_object_set_new(row, "g0_completion", json_string(n != 3 ? "holds" : "broken"));
    json_object_set_new(row, "g1_secrecy", json_string("holds"));
    json_object_set_new(row, "g5_binding", json_string("holds"));
    device = json_copy(row);
    json_object_set_new(device, "device", json_integer(0));
    return json_pack(
        "{s:s, s:o, s:[o], s:[{s:s, s:s, s:s}], s:[{s:i, s:s}], s:[{s:i, s:i, s:i, s:i,"
        " s:i}], s:{s:{s:i}}, s:{s:i}, s:i, s:s}",
        "status", "ok", "row", row, "devices", device, "verdicts", "goal", "g1_secrecy", "verdict",
        "holds", "why", "a, \"reason\"", "trace", "t", 1, "kind", "send", "radio", "device", 0,
        "off_ns", 1, "idle_ns", 2, "rx_ns", 3, "tx_ns", 4, "ops", "peer", "aes", 160, "adversary",
        "acts", 0, "events", 7, "digest", "00ff");
}

void fixture_folder(char *out, size_t cap)
{
    const char *where = getenv("TMPDIR");
    snprintf(out, cap, "%s/imprint-test-XXXXXX", where && *where ? where : P_tmpdir);
    cr_assert_not_null(mkdtemp(out), "no folder for the test");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

void fixture_remove(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
