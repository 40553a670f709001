/* SPDX-License-Identifier: GPL-2.0-only */
/* From a scenario's keys to plan lines. */
#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"

static json_t *first_line(const struct imp_plan *plan)
{
    return json_loads(plan->runs[0].line, 0, NULL);
}

static const char *text(const json_t *line, const char *member)
{
    const char *s = json_string_value(json_object_get(line, member));
    return s ? s : "(none)";
}

/* The member of the only run's line, as canonical text. */
static void member_is(const char *keys, const char *member, const char *expected)
{
    struct imp_plan plan;
    fixture_plan(&plan, keys);
    cr_assert_eq(plan.count, 1, "%s gives %zu runs", keys, plan.count);
    json_t *line = first_line(&plan);
    char *found = imp_canonical(json_object_get(line, member));
    cr_expect_str_eq(found, expected, "%s: %s is %s, not %s", keys, member, found, expected);
    free(found);
    json_decref(line);
    imp_plan_free(&plan);
}

static void refuses(const char *keys, const char *part)
{
    static const struct imp_overrides none = {.set_count = 0};
    struct imp_plan plan;
    char error[IMP_ERROR + 100] = "";
    json_t *raw = json_pack("[{s:i, s:o}]", "line", 7, "keys", json_loads(keys, 0, NULL));
    imp_plan_init(&plan);
    cr_assert_not_null(raw, "%s", keys);
    cr_expect_eq(imp_plan_add_raw(&plan, raw, "dir/f.lua", &none, error, sizeof error), -1,
                 "%s was taken", keys);
    cr_expect_not_null(strstr(error, part), "%s: \"%s\" lacks \"%s\"", keys, error, part);
    cr_expect_eq(strncmp(error, "dir/f.lua:7: ", 13), 0, "%s", error);
    json_decref(raw);
    imp_plan_free(&plan);
}

Test(campaign_resolve, every_parameter_stands_in_the_line)
{
    struct imp_plan plan;
    fixture_plan(&plan, "{\"mechanism\":\"framed\"}");
    static const char expected[] =
        "{\"access_platform\":\"gateway\",\"adversary\":{\"name\":\"none\","
        "\"strategy\":{\"name\":\"none\"}},"
        "\"arrival_ms\":500,\"backend\":\"ethernet\",\"backend_delay_ms\":0,\"cell\":50,"
        "\"class\":\"managed\",\"devices\":1,\"distance_m\":10,\"expect\":{},\"flaws\":[],"
        "\"hops\":1,\"limit_s\":600,\"loss\":0,\"mechanism\":\"framed\",\"medium\":\"wifi\","
        "\"options\":{"
        "\"peer\":"
        "{\"direction\":\"up\",\"retries\":\"5\",\"strict\":\"true\"},\"server\":{\"direction\":"
        "\"up\","
        "\"name\":\"x\",\"strict\":\"true\"}},\"platform\":\"esp32\",\"replication\":0,"
        "\"scenario\":\"test\",\"schema\":2,\"seed\":1,\"server_platform\":\"server\","
        "\"timeline\":[],"
        "\"user\":{\"error\":0,\"profile\":\"typical\"},\"variant\":\"direction=up\"}";
    cr_assert_eq(plan.count, 1);
    cr_expect_str_eq(plan.runs[0].line, expected);
    imp_plan_free(&plan);
}

Test(campaign_resolve, defaults_follow_the_medium)
{
    member_is("{\"mechanism\":\"routed\"}", "medium", "\"lr-wpan\"");
    member_is("{\"mechanism\":\"routed\"}", "platform", "\"nrf52840\"");
    member_is("{\"mechanism\":\"joining\"}", "medium", "\"lorawan\"");
    member_is("{\"mechanism\":\"joining\"}", "platform", "\"samr34\"");
    member_is("{\"mechanism\":\"joining\",\"cell\":1000}", "cell", "1000");
    member_is(
        "{\"mechanism\":\"joining\",\"radio\":{\"spreading\":9}}", "radio",
        "{\"channels\":3,\"coding\":1,\"duty_cycle\":1,\"join_delay_s\":5,\"power_dbm\":14,"
        "\"region\":868,\"rx1_delay_s\":1,\"rx1_offset\":0,\"rx2_spreading\":12,\"spreading\":9}");
    member_is("{\"mechanism\":\"pairing\"}", "medium", "\"ble\"");
    member_is("{\"mechanism\":\"routed\",\"medium\":\"wifi\"}", "platform", "\"esp32\"");
    member_is("{\"mechanism\":\"framed\",\"medium\":\"ethernet\"}", "platform", "\"gateway\"");
    member_is("{\"mechanism\":\"framed\",\"backend\":\"wan\"}", "backend_delay_ms", "20");
    member_is("{\"mechanism\":\"routed\"}", "variant", "\"default\"");
}

Test(campaign_resolve, options_for_all_and_for_one_role)
{
    member_is("{\"mechanism\":\"framed\",\"options\":{\"direction\":\"down\",\"strict\":false,"
              "\"retries\":7}}",
              "options",
              "{\"peer\":{\"direction\":\"down\",\"retries\":\"7\",\"strict\":\"false\"},"
              "\"server\":{\"direction\":\"down\",\"name\":\"x\",\"strict\":\"false\"}}");
    member_is("{\"mechanism\":\"framed\",\"options\":{\"direction\":\"down\","
              "\"peer\":{\"direction\":\"up\"}}}",
              "variant", "\"peer.direction=up server.direction=down\"");
    member_is("{\"mechanism\":\"framed\",\"options\":{\"retries\":\"007\"},\"flaws\":[\"no-nonce\","
              "\"no-mac\",\"no-nonce\"]}",
              "variant", "\"direction=up retries=7 !no-mac !no-nonce\"");
    member_is("{\"mechanism\":\"framed\",\"options\":{\"name\":\"two\\nlines\"}}", "variant",
              "\"direction=up name=two...bd1b9870\"");
}

Test(campaign_resolve, a_changed_adversary)
{
    member_is("{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{\"preset\":\"dolev-yao\","
              "\"oob\":[\"write\",\"read\"],\"window\":\"first\"}}}",
              "adversary",
              "{\"name\":\"dolev-yao oob=write+read window=first\",\"network\":{"
              "\"backend\":{\"block\":\"first\",\"inject\":\"first\",\"read\":\"first\"},"
              "\"device\":{\"block\":\"first\",\"inject\":\"first\",\"read\":\"first\"}},"
              "\"oob\":{\"*\":{\"read\":\"first\",\"write\":\"first\"}},\"sessions\":\"parallel\","
              "\"strategy\":{\"name\":\"own-keys\"}}");
}

Test(campaign_resolve, short_forms_and_whole_axes_change_an_adversary)
{
    member_is("{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{\"preset\":\"dolev-yao\","
              "\"name\":\"mine\",\"block\":{},\"inject\":[\"device\"],\"read\":[\"device\"],"
              "\"window\":[2,5.5],\"at\":\"backend\",\"tries\":3,\"sessions\":\"sequential\"}}}",
              "adversary",
              "{\"name\":\"mine\",\"network\":{\"device\":{\"inject\":[2,5.5],"
              "\"read\":[2,5.5]}},\"sessions\":\"sequential\",\"strategy\":{\"at\":\"backend\","
              "\"name\":\"own-keys\"},\"tries\":3}");
}

Test(campaign_resolve, sweeps_give_the_cross_product)
{
    struct imp_plan plan;
    fixture_plan(&plan, "{\"mechanism\":\"framed\",\"loss\":{\"$sweep\":[0,0.1,0.2]},\"options\":"
                        "{\"direction\":{\"$sweep\":[\"up\",\"down\"]}},\"replications\":5}");
    cr_assert_eq(plan.count, 30);
    json_t *line = json_loads(plan.runs[5].line, 0, NULL); /* last key fastest, then replications */
    cr_expect_str_eq(text(line, "variant"), "direction=down");
    cr_expect_eq(json_number_value(json_object_get(line, "loss")), 0);
    json_decref(line);
    imp_plan_free(&plan);
}

Test(campaign_resolve, equal_runs_are_one)
{
    struct imp_plan plan;
    fixture_plan(&plan, "{\"mechanism\":\"framed\",\"loss\":{\"$sweep\":[0,0.0,0.5]}}");
    cr_expect_eq(plan.count, 2);
    imp_plan_free(&plan);
}

Test(campaign_resolve, more_replications_keep_the_first)
{
    struct imp_plan few, many;
    fixture_plan(&few, "{\"mechanism\":\"framed\",\"replications\":2}");
    fixture_plan(&many, "{\"mechanism\":\"framed\",\"replications\":4}");
    cr_assert_eq(few.count, 2);
    cr_assert_eq(many.count, 4);
    cr_expect_str_eq(few.runs[0].key, many.runs[0].key);
    cr_expect_str_eq(few.runs[1].key, many.runs[1].key);
    cr_expect_str_neq(many.runs[2].key, many.runs[3].key);
    imp_plan_free(&few);
    imp_plan_free(&many);
}

Test(campaign_resolve, an_expectation_does_not_change_the_run)
{
    struct imp_plan with, without;
    fixture_plan(&with, "{\"mechanism\":\"framed\",\"expect\":{\"g1_secrecy\":\"holds\"}}");
    fixture_plan(&without, "{\"mechanism\":\"framed\"}");
    cr_expect_str_eq(with.runs[0].key, without.runs[0].key);
    cr_expect_str_neq(with.runs[0].line, without.runs[0].line);
    imp_plan_free(&with);
    imp_plan_free(&without);
}

Test(campaign_resolve, bad_keys_are_told)
{
    refuses("{}", "no mechanism");
    refuses("{\"mechanism\":\"framd\"}", "did you mean \"framed\"?");
    refuses("{\"mechanism\":\"framed\",\"devises\":3}", "did you mean \"devices\"?");
    refuses("{\"mechanism\":\"framed\",\"dev\\nices\":3}", "unknown key \"dev ices\"");
    refuses("{\"mechanism\":3}", "expected a text");
    refuses("{\"mechanism\":\"framed\",\"devices\":0}", "from 1 to 100000");
    refuses("{\"mechanism\":\"framed\",\"devices\":1.5}", "expected an integer");
    refuses("{\"mechanism\":\"framed\",\"devices\":\"3\"}", "not a text");
    refuses("{\"mechanism\":\"framed\",\"loss\":0.95}", "from 0 to 0.9");
    refuses("{\"mechanism\":\"framed\",\"seed\":0}", "from 1");
    refuses("{\"mechanism\":\"framed\",\"name\":\"\"}", "not empty");
    refuses("{\"mechanism\":\"framed\",\"medium\":\"lr-wpan\"}", "cannot carry");
    refuses("{\"mechanism\":\"framed\",\"medium\":\"ble\"}",
            "frames under an EtherType, which ble cannot carry; expected one of wifi, ethernet");
    refuses("{\"mechanism\":\"routed\",\"medium\":\"lorawan\"}", "sends datagrams, which lorawan");
    refuses("{\"mechanism\":\"joining\",\"medium\":\"wifi\"}",
            "PDUs of lorawan, which wifi cannot carry; expected one of lorawan");
    refuses("{\"mechanism\":\"pairing\",\"medium\":\"z-wave\"}", "expected one of ble");
    refuses("{\"mechanism\":\"framed\",\"radio\":{\"rate\":1}}", "wifi has nothing to set");
    refuses("{\"mechanism\":\"framed\",\"cell\":201}", "from 1 to 200 on wifi");
    refuses("{\"mechanism\":\"framed\",\"hops\":2}", "expected 1 on wifi; only lr-wpan has relays");
    refuses("{\"mechanism\":\"routed\",\"hops\":17}", "from 1 to 16");
    refuses("{\"mechanism\":\"joining\",\"radio\":3}", "expected a table");
    refuses("{\"mechanism\":\"joining\",\"radio\":{\"spreadin\":7}}",
            "unknown entry \"spreadin\" of lorawan; did you mean \"spreading\"?");
    refuses("{\"mechanism\":\"joining\",\"radio\":{\"spreading\":6}}", "0 or an integer from 7");
    refuses("{\"mechanism\":\"joining\",\"radio\":{\"spreading\":7.5}}", "from 0 to 12");
    refuses("{\"mechanism\":\"joining\",\"radio\":{\"channels\":5}}", "3 or 8");
    refuses("{\"mechanism\":\"pairing\",\"radio\":{\"mtu\":22}}", "from 23 to 517");
    refuses("{\"mechanism\":\"pairing\",\"radio\":{\"scan_window_ms\":31}}", "at most scan_ms");
    refuses("{\"mechanism\":\"pairing\",\"radio\":{\"connection_ms\":4000}}", "more than twice");
    refuses("{\"mechanism\":\"pairing\",\"platform\":\"esp32\"}", "no interface for ble");
    refuses("{\"mechanism\":\"framed\",\"medium\":\"wan\"}", "expected one of wifi");
    refuses("{\"mechanism\":\"framed\",\"backend\":\"wifi\"}", "expected one of ethernet, wan");
    refuses("{\"mechanism\":\"framed\",\"platform\":\"esp23\"}", "did you mean \"esp32\"?");
    refuses("{\"mechanism\":\"framed\",\"platform\":\"telosb\"}", "no interface for wifi");
    refuses("{\"mechanism\":\"framed\",\"user\":{\"profile\":\"nobody\"}}", "typical");
    refuses("{\"mechanism\":\"framed\",\"user\":{\"error\":2}}", "from 0 to 1");
    refuses("{\"mechanism\":\"framed\",\"user\":{\"erorr\":0}}", "unknown entry");
}

Test(campaign_resolve, bad_options_flaws_and_expectations_are_told)
{
    refuses("{\"mechanism\":\"framed\",\"options\":{\"directoin\":\"up\"}}",
            "did you mean \"direction\"?");
    refuses("{\"mechanism\":\"framed\",\"options\":{\"direction\":\"sideways\"}}",
            "expected one of up, down");
    refuses("{\"mechanism\":\"framed\",\"options\":{\"retries\":21}}", "from 0 to 20");
    refuses("{\"mechanism\":\"framed\",\"options\":{\"retries\":1.5}}", "expected an integer");
    refuses("{\"mechanism\":\"framed\",\"options\":{\"strict\":\"maybe\"}}", "true or false");
    refuses("{\"mechanism\":\"framed\",\"options\":{\"server\":{\"retries\":1}}}", "does not read");
    refuses("{\"mechanism\":\"framed\",\"options\":{\"direction\":{}}}", "expected a value");
    refuses("{\"mechanism\":\"framed\",\"options\":{\"strict\":false}}",
            "options.peer.strict: false needs direction=down");
    refuses("{\"mechanism\":\"framed\",\"options\":[1]}", "expected a table");
    refuses("{\"mechanism\":\"framed\",\"backend\":\"wan\",\"devices\":3,\"cell\":2}",
            "backend: wan joins two nodes; 3 devices in cells of 2 have 2 access nodes");
    refuses("{\"mechanism\":\"framed\",\"flaws\":[\"no-mc\"]}", "did you mean \"no-mac\"?");
    refuses("{\"mechanism\":\"framed\",\"flaws\":\"no-mac\"}", "expected a list");
    refuses("{\"mechanism\":\"framed\",\"expect\":{\"g1\":\"holds\"}}", "unknown goal");
    refuses("{\"mechanism\":\"framed\",\"expect\":{\"g1_secrecy\":\"yes\"}}",
            "expected one of holds");
}

Test(campaign_resolve, bad_adversaries_are_told)
{
    refuses("{\"mechanism\":\"framed\",\"adversary\":\"dolev-yoa\"}",
            "did you mean \"dolev-yao\"?");
    refuses("{\"mechanism\":\"framed\",\"adversary\":{\"x\":1}}", "expected a preset");
    refuses("{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{}}}", "expected a preset");
    refuses(
        "{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{\"preset\":\"passive\",\"reed\":[]}}}",
        "did you mean \"read\"?");
    refuses("{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{\"preset\":\"passive\","
            "\"window\":\"sometimes\"}}}",
            "adversary.network.device.read");
    refuses("{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{\"preset\":\"passive\","
            "\"read\":[\"devise\"]}}}",
            "adversary.read");
    refuses("{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{\"preset\":\"passive\","
            "\"strategy\":\"magic\"}}}",
            "there is no \"magic\"");
    refuses("{\"mechanism\":\"framed\",\"adversary\":{\"$mitm\":{\"preset\":\"passive\","
            "\"oob\":[\"smell\"]}}}",
            "adversary.oob");
}

Test(campaign_resolve, a_plan_has_an_end)
{
    refuses("{\"mechanism\":\"framed\",\"replications\":{\"$sweep\":[1,1000000]}}",
            "more than 1000000 runs");
}
