/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/adversary/presets.h"

Test(presets, survive_the_way_through_a_plan_line)
{
    for (const struct imp_adversary *a = imp_adversaries; a->name; a++) {
        struct imp_adversary back;
        char error[200] = "";
        json_t *j = imp_adversary_json(a);
        cr_assert_eq(imp_adversary_from_json(&back, j, error, sizeof error), 0, "%s", error);
        cr_expect_str_eq(back.name, a->name);
        cr_expect_eq(back.strategy, a->strategy);
        cr_expect_eq(back.at, a->at);
        cr_expect_eq(back.window, a->window);
        cr_expect_eq(back.oob_read, a->oob_read);
        cr_expect_eq(back.oob_write, a->oob_write);
        cr_expect_arr_eq(back.read, a->read, sizeof a->read);
        cr_expect_arr_eq(back.block, a->block, sizeof a->block);
        cr_expect_arr_eq(back.inject, a->inject, sizeof a->inject);
        json_decref(j);
    }
}

Test(presets, have_the_rights_that_their_names_promise)
{
    const struct imp_adversary *none = imp_adversary_find("none");
    const struct imp_adversary *passive = imp_adversary_find("passive");
    const struct imp_adversary *late = imp_adversary_find("late-comer");
    cr_assert(none && passive && late);
    cr_expect(!none->read[IMP_LINK_DEVICE] && !none->oob_read && !none->oob_write);
    cr_expect(passive->read[IMP_LINK_DEVICE] && passive->read[IMP_LINK_BACKEND]);
    cr_expect(!passive->block[IMP_LINK_DEVICE] && !passive->inject[IMP_LINK_DEVICE]);
    cr_expect_eq(late->window, IMP_WINDOW_POST);
    cr_expect_null(imp_adversary_find("nobody"));
}

static void refuse(const char *text, const char *expected)
{
    struct imp_adversary a;
    char error[200] = "";
    json_t *j = json_loads(text, 0, NULL);
    cr_assert_not_null(j, "the test's own JSON: %s", text);
    cr_expect_eq(imp_adversary_from_json(&a, j, error, sizeof error), -1, "%s", text);
    cr_expect_not_null(strstr(error, expected), "\"%s\" should speak of %s", error, expected);
    json_decref(j);
}

Test(presets, bad_rights_are_refused_with_a_sentence)
{
    refuse("[]", "name");
    refuse("{\"name\":\"x\"}", "strategy");
    refuse("{\"name\":\"x\",\"strategy\":\"own-keys\",\"at\":\"moon\",\"window\":\"always\"}",
           "at");
    refuse("{\"name\":\"x\",\"strategy\":\"own-keys\",\"at\":\"device\",\"window\":\"always\","
           "\"read\":[\"devise\"],\"block\":[],\"inject\":[],\"oob\":[]}",
           "read");
    refuse("{\"name\":\"x\",\"strategy\":\"own-keys\",\"at\":\"device\",\"window\":\"always\","
           "\"read\":[],\"block\":[],\"inject\":[],\"oob\":[],\"extra\":1}",
           "extra");
}
