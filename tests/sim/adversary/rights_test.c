/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/adversary/strategy.h"

static bool open_at(enum imp_when when, bool powered, bool device_done, bool all_done)
{
    struct imp_window w = {.when = when, .from = 2 * IMP_S, .until = 5 * IMP_S};
    return imp_window_open(&w, &(struct imp_progress){.now = 2 * IMP_S,
                                                      .powered = powered,
                                                      .device_done = device_done,
                                                      .all_done = all_done});
}

Test(rights, windows_open_and_close_with_the_run)
{
    cr_expect(!open_at(IMP_WHEN_NEVER, true, true, true));
    cr_expect(open_at(IMP_WHEN_ALWAYS, false, false, false));
    cr_expect(open_at(IMP_WHEN_BEFORE, false, false, false));
    cr_expect(!open_at(IMP_WHEN_BEFORE, true, false, false));
    cr_expect(open_at(IMP_WHEN_FIRST, true, false, false));
    cr_expect(!open_at(IMP_WHEN_FIRST, true, true, false));
    cr_expect(!open_at(IMP_WHEN_POST, true, true, false));
    cr_expect(open_at(IMP_WHEN_POST, true, true, true));
    cr_expect(open_at(IMP_WHEN_BETWEEN, false, false, false));
}

Test(rights, an_interval_begins_with_its_first_instant_and_ends_before_its_last)
{
    struct imp_window w = {IMP_WHEN_BETWEEN, 2, 5};
    cr_expect(!imp_window_open(&w, &(struct imp_progress){.now = 1}));
    cr_expect(imp_window_open(&w, &(struct imp_progress){.now = 2}));
    cr_expect(imp_window_open(&w, &(struct imp_progress){.now = 4}));
    cr_expect(!imp_window_open(&w, &(struct imp_progress){.now = 5}));
}

Test(rights, presets_survive_the_way_through_a_plan_line)
{
    for (const struct imp_adversary *a = imp_adversaries; a->name; a++) {
        struct imp_adversary back;
        char error[200] = "";
        json_t *j = imp_adversary_json(a);
        cr_assert_eq(imp_adversary_from_json(&back, j, error, sizeof error), 0, "%s", error);
        json_t *again = imp_adversary_json(&back);
        cr_expect(json_equal(j, again), "%s", a->name);
        cr_expect_str_eq(back.name, a->name);
        cr_expect_str_eq(back.strategy, a->strategy);
        cr_expect_arr_eq(back.network, a->network, sizeof a->network);
        cr_expect_not_null(imp_strategy_find(a->strategy), "%s", a->name);
        json_decref(again);
        json_decref(j);
    }
}

Test(rights, every_axis_survives_the_way_through_a_plan_line)
{
    struct imp_adversary back,
        a = {
            .name = "everything",
            .strategy = "own-keys",
            .params = {{"at", "backend"}},
            .network[IMP_LINK_DEVICE][IMP_POWER_BLOCK] = {IMP_WHEN_BETWEEN, 1500 * IMP_MS,
                                                          4 * IMP_S},
            .oob = {{"display", {.when = IMP_WHEN_FIRST}, {.when = IMP_WHEN_BEFORE}}},
            .keys = {{"server", -1, IMP_REVEAL_LTK, {.when = IMP_WHEN_POST}},
                     {"device", 1, IMP_REVEAL_CORRUPT, {.when = IMP_WHEN_ALWAYS}}},
            .place[IMP_PLACE_TOUCH] = {.when = IMP_WHEN_POST},
            .tries = 3,
            .work_bits = 48,
            .operations = true,
            .weaknesses = 1u << IMP_WEAKNESS_DISCRETE_LOG,
            .user[IMP_USER_SKIPS_CHECK] = 0.25,
        };
    char error[200] = "";
    json_t *j = imp_adversary_json(&a);
    cr_assert_eq(imp_adversary_from_json(&back, j, error, sizeof error), 0, "%s", error);
    cr_expect_eq(back.network[IMP_LINK_DEVICE][IMP_POWER_BLOCK].from, 1500 * IMP_MS);
    cr_expect_eq(back.network[IMP_LINK_BACKEND][IMP_POWER_BLOCK].when, IMP_WHEN_NEVER);
    cr_expect_eq(back.oob[0].write.when, IMP_WHEN_BEFORE);
    cr_expect_eq(back.keys[1].device, 1);
    cr_expect_eq(back.keys[1].reveal, IMP_REVEAL_CORRUPT);
    cr_expect_null(back.keys[2].role);
    cr_expect_eq(back.place[IMP_PLACE_TOUCH].when, IMP_WHEN_POST);
    cr_expect_eq(back.tries, 3);
    cr_expect_eq(back.work_bits, 48);
    cr_expect(back.operations);
    cr_expect(!back.parallel);
    cr_expect_eq(back.weaknesses, 1u << IMP_WEAKNESS_DISCRETE_LOG);
    cr_expect_float_eq(back.user[IMP_USER_SKIPS_CHECK], 0.25, 0);
    cr_expect_str_eq(imp_adversary_param(&back, "at", "device"), "backend");
    json_decref(j);
}

Test(rights, presets_have_what_their_names_promise)
{
    const struct imp_adversary *none = imp_adversary_find("none");
    const struct imp_adversary *passive = imp_adversary_find("passive");
    const struct imp_adversary *late = imp_adversary_find("late-comer");
    cr_assert(none && passive && late);
    cr_expect(!imp_adversary_present(none));
    cr_expect_eq(passive->network[IMP_LINK_BACKEND][IMP_POWER_READ].when, IMP_WHEN_ALWAYS);
    cr_expect_eq(passive->network[IMP_LINK_DEVICE][IMP_POWER_BLOCK].when, IMP_WHEN_NEVER);
    cr_expect_eq(passive->network[IMP_LINK_DEVICE][IMP_POWER_INJECT].when, IMP_WHEN_NEVER);
    cr_expect_eq(late->network[IMP_LINK_DEVICE][IMP_POWER_INJECT].when, IMP_WHEN_POST);
    cr_expect_null(imp_adversary_find("nobody"));
}

static void refuse(const char *text, const char *expected)
{
    struct imp_adversary a;
    char error[300] = "";
    json_t *j = json_loads(text, 0, NULL);
    cr_assert_not_null(j, "the test's own JSON: %s", text);
    cr_expect_eq(imp_adversary_from_json(&a, j, error, sizeof error), -1, "%s", text);
    cr_expect_not_null(strstr(error, expected), "\"%s\" should speak of %s", error, expected);
    json_decref(j);
}

#define OWN "{\"name\":\"x\",\"strategy\":{\"name\":\"own-keys\"}"

Test(rights, bad_rights_are_refused_with_a_sentence)
{
    refuse("[]", "name");
    refuse("{\"name\":\"x\"}", "strategy");
    refuse("{\"name\":\"x\",\"strategy\":{\"name\":\"own-keys\",\"at\":1}}", "strategy.at");
    refuse(OWN ",\"network\":[]}", "network");
    refuse(OWN ",\"network\":{\"devise\":{}}}", "devise");
    refuse(OWN ",\"network\":{\"device\":{\"raed\":\"always\"}}}", "raed");
    refuse(OWN ",\"network\":{\"device\":{\"read\":\"sometimes\"}}}", "sometimes");
    refuse(OWN ",\"network\":{\"device\":{\"read\":[5,2]}}}", "network.device.read");
    refuse(OWN ",\"network\":{\"device\":{\"read\":\"between\"}}}", "between");
    refuse(OWN ",\"oob\":{\"*\":{\"see\":\"always\"}}}", "see");
    refuse(OWN ",\"keys\":[{\"reveal\":\"ltk\"}]}", "role");
    refuse(OWN ",\"keys\":[{\"role\":\"server\",\"reveal\":\"all\"}]}", "keys.reveal");
    refuse(OWN ",\"keys\":[{\"role\":\"server\",\"reveal\":\"ltk\",\"device\":0}]}", "device");
    refuse(OWN ",\"tries\":-1}", "tries");
    refuse(OWN ",\"work_bits\":2000}", "work_bits");
    refuse(OWN ",\"work_bits\":8,\"work_unit\":\"years\"}", "work_unit");
    refuse(OWN ",\"work_unit\":\"operations\"}", "work_bits");
    refuse(OWN ",\"sessions\":\"many\"}", "sessions");
    refuse(OWN ",\"weaknesses\":[\"luck\"]}", "weaknesses");
    refuse(OWN ",\"user\":{\"skips-check\":2}}", "user.skips-check");
    refuse(OWN ",\"place\":{\"moon\":\"always\"}}", "moon");
    refuse(OWN ",\"extra\":1}", "extra");
}

static void check(struct imp_adversary a, const char *expected)
{
    char error[300] = "";
    const struct imp_mechanism *m = imp_mechanism_find("eap-noob");
    cr_assert_not_null(m);
    cr_expect_eq(imp_adversary_check(&a, m, error, sizeof error), expected ? -1 : 0);
    cr_expect(!expected || strstr(error, expected), "\"%s\" should speak of %s", error,
              expected ? expected : "");
}

Test(rights, strategies_and_names_are_checked_against_the_mechanism)
{
    check((struct imp_adversary){.strategy = "own-keys"}, NULL);
    check((struct imp_adversary){.strategy = "magic"}, "magic");
    check((struct imp_adversary){.strategy = "eavesdrop", .params = {{"at", "device"}}}, "at");
    check((struct imp_adversary){.strategy = "own-keys", .params = {{"at", "moon"}}}, "moon");
    check((struct imp_adversary){.strategy = "own-keys", .oob = {{.channel = "smoke"}}}, "smoke");
    check((struct imp_adversary){.strategy = "own-keys", .keys = {{.role = "king"}}}, "king");
    check((struct imp_adversary){.strategy = "own-keys", .keys = {{.role = "server"}}}, NULL);
}

Test(rights, every_preset_has_a_sentence_and_an_example)
{
    size_t count = 0;
    for (const struct imp_adversary *a = imp_adversaries; a->name; a++) {
        char path[500];
        cr_expect(a->summary && a->summary[strlen(a->summary) - 1] == '.', "%s", a->name);
        if (!imp_adversary_present(a))
            continue;
        count++;
        cr_assert_not_null(a->scenario, "%s has no example", a->name);
        snprintf(path, sizeof path, "%s/scenarios/%s", IMPRINT_SOURCE_DIR, a->scenario);
        cr_expect_eq(access(path, R_OK), 0, "%s: no file %s", a->name, path);
    }
    cr_expect_geq(count, 17);
}
