/* SPDX-License-Identifier: GPL-2.0-only */
/* Overrides from the command line, and plan lines read back. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static char error[IMP_ERROR + 200];

/* Canonical text of a member after --set words on `keys`; "" and `error` when refused. */
static char *with(const char *keys, const char *const *sets, size_t count, const char *member)
{
    const struct imp_overrides o = {.set = sets, .set_count = count};
    struct imp_plan plan;
    json_t *raw = json_pack("[{s:i, s:o}]", "line", 1, "keys", json_loads(keys, 0, NULL));
    char *found = NULL;
    imp_plan_init(&plan);
    *error = '\0';
    if (imp_plan_add_raw(&plan, raw, "f.lua", &o, error, sizeof error) == 0) {
        json_t *line = json_loads(plan.runs[0].line, 0, NULL);
        found = imp_canonical(json_object_get(line, member));
        json_decref(line);
    }
    json_decref(raw);
    imp_plan_free(&plan);
    return found ? found : strdup("");
}

static void sets(const char *keys, const char *set, const char *member, const char *expected)
{
    char *found = with(keys, &set, 1, member);
    cr_expect_str_eq(found, expected, "--set %s: %s is %s (%s)", set, member, found, error);
    free(found);
}

static void refuses_set(const char *set, const char *part)
{
    char *found = with("{\"mechanism\":\"framed\"}", &set, 1, "loss");
    cr_expect_str_eq(found, "", "--set %s was taken", set);
    cr_expect_not_null(strstr(error, part), "--set %s: \"%s\" lacks \"%s\"", set, error, part);
    free(found);
}

Test(campaign_override, replaces_keys_options_and_sweeps)
{
    static const char plain[] = "{\"mechanism\":\"framed\"}";
    sets(plain, "loss=0.25", "loss", "0.25");
    sets(plain, "name=a=b", "scenario", "\"a=b\"");
    sets(plain, "user.error=0.5", "user", "{\"error\":0.5,\"profile\":\"typical\"}");
    sets(plain, "flaws=no-mac,no-nonce", "flaws", "[\"no-mac\",\"no-nonce\"]");
    sets("{\"mechanism\":\"framed\",\"flaws\":[\"no-mac\"]}", "flaws=", "flaws", "[]");
    sets(plain, "options.server.name=zoe", "variant", "\"direction=up name=zoe\"");
    sets("{\"mechanism\":\"framed\",\"loss\":{\"$sweep\":[0.5,0.6]}}", "loss=0.1", "loss", "0.1");
    sets("{\"mechanism\":\"framed\",\"options\":{\"peer\":{\"direction\":\"up\"}}}",
         "options.direction=down", "variant", "\"direction=down\"");
}

Test(campaign_override, bad_words_are_told)
{
    refuses_set("loss", "expected KEY=VALUE");
    refuses_set("lsos=0.1", "did you mean \"loss\"?");
    refuses_set("loss=lots", "expected a number");
    refuses_set("loss=2", "from 0 to 0.9");
    refuses_set("expect=holds", "is a table");
    refuses_set("options.nothing=1", "no option or role");
    refuses_set("adversary=nobody-known", "unknown adversary");
}

Test(campaign_override, sources_are_kept)
{
    const char *set[] = {"loss=0.1", "options.direction=down"};
    const struct imp_overrides o = {.set = set, .set_count = 2, .seed = 9};
    struct imp_plan plan;
    json_t *raw =
        json_pack("[{s:i, s:{s:s, s:i}}]", "line", 1, "keys", "mechanism", "framed", "devices", 2);
    imp_plan_init(&plan);
    cr_assert_eq(imp_plan_add_raw(&plan, raw, "f.lua", &o, error, sizeof error), 0, "%s", error);
    const json_t *sources = json_object_get(json_array_get(plan.parameters, 0), "sources");
    static const char *const expected[][2] = {{"loss", "--set"},
                                              {"devices", "scenario"},
                                              {"seed", "--seed"},
                                              {"medium", "default"},
                                              {"options.peer.direction", "--set"},
                                              {"options.peer.retries", "default"}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        cr_expect_str_eq(json_string_value(json_object_get(sources, expected[i][0])),
                         expected[i][1], "%s", expected[i][0]);
    json_t *rows =
        imp_explain(json_object_get(json_array_get(plan.parameters, 0), "plan"), sources);
    cr_expect_geq(json_array_size(rows), 25); /* every key, every option of each role */
    json_decref(rows);
    json_decref(raw);
    imp_plan_free(&plan);
}

/* ---- plan lines
 * ------------------------------------------------------------------------------------ */
static int take(struct imp_plan *plan, const char *line)
{
    return imp_plan_add_line(plan, line, strlen(line), error, sizeof error);
}

/* A good line with one member replaced (or removed when value is NULL). */
static void refuses_line(const char *member, const char *value, const char *part)
{
    struct imp_plan good, plan;
    fixture_plan(&good, "{\"mechanism\":\"framed\",\"loss\":0.1}");
    json_t *line = json_loads(good.runs[0].line, 0, NULL);
    if (value)
        json_object_set_new(line, member, json_loads(value, JSON_DECODE_ANY, NULL));
    else
        json_object_del(line, member);
    char *text = json_dumps(line, 0);
    imp_plan_init(&plan);
    cr_expect_eq(take(&plan, text), -1, "%s = %s was taken", member, value ? value : "(none)");
    cr_expect_not_null(strstr(error, part), "%s = %s: \"%s\" lacks \"%s\"", member,
                       value ? value : "(none)", error, part);
    free(text);
    json_decref(line);
    imp_plan_free(&plan);
    imp_plan_free(&good);
}

Test(campaign_line, what_was_written_is_read)
{
    struct imp_plan good, plan;
    fixture_plan(&good,
                 "{\"mechanism\":\"framed\",\"loss\":{\"$sweep\":[0,0.1]},\"adversary\":"
                 "{\"$mitm\":{\"preset\":\"dolev-yao\",\"oob\":[\"read\"]}},\"options\":"
                 "{\"peer\":{\"direction\":\"down\"}},\"flaws\":[\"no-mac\"],"
                 "\"expect\":{\"g1_secrecy\":\"broken\",\"because\":\"x\"},\"replications\":3}");
    imp_plan_init(&plan);
    for (size_t i = 0; i < good.count; i++) {
        cr_assert_eq(take(&plan, good.runs[i].line), 0, "%s", error);
        cr_expect_str_eq(plan.runs[i].key, good.runs[i].key);
        cr_expect_str_eq(plan.runs[i].line, good.runs[i].line);
    }
    cr_expect_eq(plan.count, 6);
    imp_plan_free(&plan);
    imp_plan_free(&good);
}

Test(campaign_line, every_doubt_is_refused)
{
    refuses_line("schema", "1", "schema");
    refuses_line("schema", "3", "schema");
    refuses_line("schema", NULL, "schema");
    refuses_line("colour", "1", "unknown member \"colour\"");
    refuses_line("two\nlines", "1", "unknown member \"two lines\"");
    refuses_line("name", "\"x\"", "unknown member \"name\"");
    refuses_line("replications", "3", "unknown member");
    refuses_line("replication", "-1", "replication");
    refuses_line("replication", "0.5", "replication");
    refuses_line("loss", NULL, "\"loss\" is missing");
    refuses_line("loss", "1", "from 0 to 0.9");
    refuses_line("loss", "\"0.1\"", "loss");
    refuses_line("class", "\"hybrid\"", "expected \"managed\"");
    refuses_line("variant", "\"other\"", "variant");
    refuses_line("mechanism", "\"none\"", "unknown mechanism");
    refuses_line("options", "{}", "options");
    refuses_line("options", "{\"peer\":{\"x\":1}}", "no option or role");
    refuses_line("adversary", "{\"name\":\"none\"}", "adversary");
    refuses_line("adversary", "\"none\"", "adversary");
    refuses_line("flaws", "[\"no-nonce\",\"no-mac\"]", "flaws");
}

Test(campaign_line, corrupt_lines_are_refused)
{
    static const char *const lines[] = {
        "", "{", "[]", "null", "{\"a\":1}}", "{\"a\":1,\"a\":1}", "\xff", "{\"schema\":1}"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct imp_plan plan;
        imp_plan_init(&plan);
        cr_expect_eq(take(&plan, lines[i]), -1, "%s was taken", lines[i]);
        cr_expect_null(strpbrk(error, "\n\r"));
        imp_plan_free(&plan);
    }
}

static int load(const char *content, const char *name, const struct imp_overrides *o)
{
    char dir[200], path[300];
    struct imp_plan plan;
    fixture_folder(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(content, f);
    fclose(f);
    const char *paths[] = {path};
    int status = imp_plan_load(&plan, paths, 1, o, error, sizeof error);
    if (status == 0)
        imp_plan_free(&plan);
    fixture_remove(dir);
    return status;
}

Test(campaign_line, files)
{
    const struct imp_overrides none = {.set_count = 0}, seed = {.seed = 3};
    cr_expect_eq(load("return scenario { mechanism = 'framed' }", "a.lua", &seed), 0, "%s", error);
    cr_expect_eq(load("\n\nreturn scenario { mechanism = 'famed' }", "a.lua", &none), -1);
    cr_expect_not_null(strstr(error, "a.lua:3: unknown mechanism"), "%s", error);
    cr_expect_eq(load("", "a.jsonl", &none), -1);
    cr_expect_not_null(strstr(error, "no plan line"), "%s", error);
    cr_expect_eq(load("{}\n", "a.jsonl", &none), -1);
    cr_expect_not_null(strstr(error, "a.jsonl:1: "), "%s", error);
    cr_expect_eq(load("{}\n", "a.jsonl", &seed), -1);
    cr_expect_not_null(strstr(error, "everything is resolved"), "%s", error);
}

/* What the command line sets is what the functions of a scenario see. */
Test(campaign_override, functions_see_it)
{
    char dir[200], path[300];
    struct imp_plan plan;
    const char *set[] = {"loss=0.2"}, *paths[] = {path};
    const struct imp_overrides o = {.set = set, .set_count = 1, .replications = 2};
    fixture_folder(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/f.lua", dir);
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs("return scenario { mechanism = 'framed', loss = 0.1, devices = sweep { 1, 2, 3 },"
          " distance_m = function(p) return 100 * p.loss * p.devices end,"
          " where = function(p) return p.distance_m > 20 end }",
          f);
    fclose(f);
    cr_assert_eq(imp_plan_load(&plan, paths, 1, &o, error, sizeof error), 0, "%s", error);
    cr_expect_eq(plan.count, 4);
    cr_expect_not_null(strstr(plan.runs[0].line, "\"devices\":2,\"distance_m\":40,"));
    cr_expect_not_null(strstr(plan.runs[3].line, "\"devices\":3,\"distance_m\":60,"));
    imp_plan_free(&plan);
    fixture_remove(dir);
}

Test(campaign_expand, lists_advance_together)
{
    struct imp_plan plan;
    fixture_plan(&plan, "{\"mechanism\":\"framed\",\"devices\":{\"$sweep\":[1,2],\"$with\":\"x\"},"
                        "\"loss\":{\"$sweep\":[0,0.1]},"
                        "\"user\":{\"error\":{\"$sweep\":[0.3,0.4],\"$with\":\"x\"}}}");
    cr_assert_eq(plan.count, 4);
    cr_expect_not_null(strstr(plan.runs[1].line, "\"devices\":1,"));
    cr_expect_not_null(strstr(plan.runs[1].line, "\"error\":0.3,"));
    cr_expect_not_null(strstr(plan.runs[2].line, "\"devices\":2,"));
    cr_expect_not_null(strstr(plan.runs[2].line, "\"error\":0.4,"));
    imp_plan_free(&plan);
}

/* A line that only looks like the one before it is read in full. */
Test(campaign_line, neighbours_are_read_alike)
{
    static const char *const numbers[] = {"0", "7", "12", "999999"};
    static const char *const bad[] = {"00",      "07",       "-1",    "1.0", "1e2",
                                      "1000000", "12345678", "\"1\"", ""};
    struct imp_plan good, plan;
    char line[4000];
    fixture_plan(&good, "{\"mechanism\":\"framed\",\"expect\":{\"g1_secrecy\":\"holds\"}}");
    char *at = strstr(good.runs[0].line, "\"replication\":0") + strlen("\"replication\":");
    imp_plan_init(&plan);
    for (size_t i = 0; i < 4; i++) {
        json_t *full;
        char key[IMP_RUN_KEY];
        snprintf(line, sizeof line, "%.*s%s%s", (int)(at - good.runs[0].line), good.runs[0].line,
                 numbers[i], at + 1);
        cr_assert_eq(take(&plan, line), 0, "%s", error);
        full = json_loads(line, 0, NULL);
        imp_run_key(key, full);
        cr_expect_str_eq(plan.runs[i].key, key);
        cr_expect_str_eq(plan.runs[i].line, line);
        json_decref(full);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(line, sizeof line, "%.*s%s%s", (int)(at - good.runs[0].line), good.runs[0].line,
                 bad[i], at + 1);
        cr_expect_eq(take(&plan, line), -1, "replication %s was taken", bad[i]);
    }
    cr_expect_eq(plan.count, 4);
    cr_expect_eq(json_array_size(plan.parameters), 1);
    cr_expect_eq(
        json_integer_value(json_object_get(json_array_get(plan.parameters, 0), "replications")), 4);
    imp_plan_free(&plan);
    imp_plan_free(&good);
}
