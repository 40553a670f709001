/* SPDX-License-Identifier: GPL-2.0-only */
/* Each power that is not granted is refused, counted and told; the same act with the right is not.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/runner.h"

#define READ "'network':{'device':{'read':'always'}}"
#define READ_BLOCK "'network':{'device':{'read':'always','block':'always'}}"
#define READ_INJECT "'network':{'device':{'read':'always','inject':'always'}}"
#define FULL "'network':{'device':{'read':'always','block':'always','inject':'always'}}"

struct power {
    const char *name, *mechanism;
    int devices, cell;
    const char *without, *with; /* rights and strategy as JSON with single quotes */
    const char *refusal;        /* words of it */
};

static const struct power powers[] = {
    {"block", "eap-psk", 1, 1, READ ",'strategy':{'name':'drop','count':1}",
     READ_BLOCK ",'strategy':{'name':'drop','count':1}", "block on the device link"},
    {"block at that time", "eap-psk", 1, 1,
     "'network':{'device':{'read':'always','block':'post'}},'strategy':{'name':'drop','count':1}",
     "'network':{'device':{'read':'always','block':[0,60]}},'strategy':{'name':'drop','count':1}",
     "block on the device link"},
    {"inject", "eap-psk", 1, 1, READ ",'strategy':{'name':'replay','count':1}",
     READ_INJECT ",'strategy':{'name':'replay','count':1}", "inject on the device link"},
    {"write out of band", "dtls-rpk", 2, 2,
     "'oob':{'*':{'read':'always'}},'strategy':{'name':'swap-label','with':'other'}",
     "'oob':{'*':{'read':'always','write':'always'}},'strategy':{'name':'swap-label','with':'other'"
     "}",
     "write out of band on"},
    {"corrupt", "eap-noob", 2, 2,
     "'oob':{'*':{'read':'always','write':'always'}},'strategy':'compromised-peer'",
     "'oob':{'*':{'read':'always','write':'always'}},'strategy':'compromised-peer',"
     "'keys':[{'role':'device','device':1,'reveal':'corrupt','when':'always'}]",
     "reveal corrupt of device-1"},
    {"memory", "dtls-rpk", 1, 1, "'place':{'touch':'post'},'strategy':'thief'",
     "'place':{'memory':'post'},'strategy':'thief'", "read the memory of device-1"},
    {"touch", "dtls-rpk", 1, 1,
     "'place':{'memory':'post'},'strategy':{'name':'thief','act':'reset'}",
     "'place':{'touch':'post'},'strategy':{'name':'thief','act':'reset'}", "touch device-1"},
    {"distance", "eap-psk", 2, 1, FULL ",'strategy':'relay'",
     FULL ",'strategy':'relay','place':{'distant':'always'}", "from one cell to another"},
    {"sessions side by side", "eap-psk", 2, 2,
     FULL ",'strategy':'own-keys','sessions':'sequential'",
     FULL ",'strategy':'own-keys','sessions':'parallel'", "sessions are sequential"},
    {"tries", "eap-psk", 1, 1, FULL ",'strategy':{'name':'guess','every_s':5},'tries':2",
     FULL ",'strategy':{'name':'guess','every_s':5},'tries':100", "2 tries are used up"},
};

static json_t *adversary(const char *rights)
{
    char text[600];
    snprintf(text, sizeof text, "{'preset':'none','name':'tested',%s}", rights);
    for (char *p = text; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    json_t *j = json_loads(text, 0, NULL);
    cr_assert_not_null(j, "the test's own JSON: %s", text);
    return json_pack("{s:o}", "$mitm", j);
}

static json_t *run(const struct power *p, const char *rights)
{
    return runner_run(json_pack("{s:s, s:o, s:i, s:i, s:i}", "mechanism", p->mechanism, "adversary",
                                adversary(rights), "devices", p->devices, "cell", p->cell,
                                "limit_s", 90));
}

static json_int_t count(const json_t *result, const char *what)
{
    return json_integer_value(json_object_get(json_object_get(result, "adversary"), what));
}

static const char *refusal(const json_t *result)
{
    const char *s =
        json_string_value(json_object_get(json_object_get(result, "adversary"), "refusal"));
    return s ? s : "";
}

Test(world_rights, what_is_not_granted_is_refused)
{
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        const struct power *p = &powers[i];
        json_t *result = run(p, p->without);
        cr_expect_gt(count(result, "refused"), 0, "%s: nothing was refused", p->name);
        cr_expect_not_null(strstr(refusal(result), p->refusal), "%s: \"%s\" should say \"%s\"",
                           p->name, refusal(result), p->refusal);
        json_decref(result);
    }
}

Test(world_rights, what_is_granted_is_done)
{
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        const struct power *p = &powers[i];
        json_t *result = run(p, p->with);
        cr_expect_eq(count(result, "refused"), 0, "%s: \"%s\"", p->name, refusal(result));
        cr_expect_gt(count(result, "acts"), 0, "%s: it did nothing", p->name);
        json_decref(result);
    }
}

Test(world_rights, who_may_read_nothing_sees_nothing)
{
    static const struct power blind = {.mechanism = "eap-psk", .devices = 1, .cell = 1};
    json_t *result = run(&blind, "'strategy':'eavesdrop'");
    cr_expect_eq(count(result, "acts"), 0);
    cr_expect_str_eq(runner_verdict(result, "g1"), "never-acted", "a failed experiment is no pass");
    json_decref(result);
}

Test(world_rights, a_message_to_a_group_is_kept_from_each_of_its_receivers)
{
    static const struct power deaf = {.mechanism = "duckling", .devices = 1, .cell = 1};
    json_t *result =
        run(&deaf, FULL ",'strategy':{'name':'drop','message':'GET /.well-known/core'}");
    cr_expect_gt(count(result, "blocked"), 0);
    cr_expect_str_eq(runner_verdict(result, "g0"), "broken", "nobody should have heard it");
    json_decref(result);
}
