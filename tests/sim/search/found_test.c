/* SPDX-License-Identifier: GPL-2.0-only */
/* The search on the mechanisms: what it must find without a hint, and what is not there. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/contract/mechanism.h"
#include "same.h"
#include "sim/adversary/rights.h"
#include "sim/campaign/expected.h"
#include "sim/judge/judge.h"
#include "sim/search/plan.h"
#include "sim/search/world_runs.h"
#include "sim/world/run.h"

static const char *const usual[] = {"g1_secrecy", "g3_agreement", "g5_binding", NULL};

struct wish {
    const char *mechanism, *variant, *rights;
    const char *const *goals; /* NULL: the usual */
    unsigned deviations, jobs;
    bool places;         /* from the first deviation on */
    const char *backend; /* NULL: ideal */
};

static struct imp_search_result search(struct wish w)
{
    char error[600];
    struct imp_search_result r;
    struct imp_search_wish wish = {.mechanism = w.mechanism,
                                   .variant = w.variant ? w.variant : "default",
                                   .rights = w.rights ? w.rights : "dolev-yao",
                                   .backend = w.backend};
    json_t *plan = imp_search_plan(&wish, error, sizeof error);
    cr_assert_not_null(plan, "%s", error);
    struct imp_world_runs runs = {.plan = plan, .goals = w.goals ? w.goals : usual};
    struct imp_search s = {.run = imp_world_runs,
                           .arg = &runs,
                           .deviations = w.deviations,
                           .full = w.places ? 0 : 2,
                           .jobs = w.jobs ? w.jobs : 2};
    cr_assert_eq(imp_search(&r, &s), 0);
    json_decref(plan);
    cr_expect_eq(r.failed, 0, "%s", r.first_failure);
    return r;
}

static void expect_attack(struct wish w, size_t deviations, enum imp_deviation first)
{
    struct imp_search_result r = search(w);
    cr_assert_eq(r.end, IMP_SEARCH_ATTACK, "%s, %s: none", w.mechanism, w.variant);
    cr_expect_eq(r.count, deviations, "%s, %s", w.mechanism, w.variant);
    cr_expect_eq(r.script[0].option.deviation, first, "%s, %s", w.mechanism, w.variant);
}

static void expect_none(struct wish w)
{
    struct imp_search_result r = search(w);
    cr_expect_eq(r.end, IMP_SEARCH_NONE, "%s, %s: %s: %s", w.mechanism, w.variant, r.goal, r.why);
    cr_expect_gt(r.runs, 10, "%s tried too little", w.mechanism);
}

static void warm(void)
{
    cr_assert_not_null(imp_mechanisms[0]);
    imp_world_warm();
}

TestSuite(found, .init = warm);

/* Whoever listens has the key that goes over in clear, without any deviation. */
Test(found, duckling_key_in_clear)
{
    struct imp_search_result r = search((struct wish){.mechanism = "duckling"});
    cr_expect_eq(r.end, IMP_SEARCH_ATTACK);
    cr_expect_eq(r.count, 0);
}

Test(found, duckling_first_contact)
{
    expect_attack(
        (struct wish){"duckling", "key-transport=x25519", "first-contact", NULL, 3, 2, false}, 1,
        IMP_DEVIATE_OWN_DEVICE);
}

Test(found, raw_public_keys_that_nobody_compares)
{
    expect_attack((struct wish){"dtls-rpk", "pin=none acl=any", NULL, NULL, 3, 2, false}, 1,
                  IMP_DEVIATE_OWN_DEVICE);
}

Test(found, by_places_too)
{
    expect_attack(
        (struct wish){"duckling", "key-transport=x25519", "first-contact", NULL, 3, 2, true}, 1,
        IMP_DEVIATE_OWN_DEVICE);
    expect_attack((struct wish){"dtls-rpk", "pin=none acl=any", NULL, NULL, 3, 2, true}, 1,
                  IMP_DEVIATE_OWN_DEVICE);
    expect_attack((struct wish){"eap-noob", NULL, "compromised-peer", NULL, 3, 2, true}, 1,
                  IMP_DEVIATE_COPY);
    expect_none((struct wish){"dtls-rpk", NULL, NULL, NULL, 2, 2, true});
}

Test(found, misbinding_by_a_compromised_device)
{
    expect_attack((struct wish){"eap-noob", NULL, "compromised-peer", NULL, 3, 2, false}, 1,
                  IMP_DEVIATE_COPY);
}

Test(found, nothing_where_keys_are_pinned)
{
    expect_none((struct wish){"dtls-rpk", NULL, NULL, NULL, 2, 2, false});
}

Test(found, nothing_where_keys_are_shared)
{
    expect_none((struct wish){"eap-psk", NULL, NULL, NULL, 2, 2, false});
}

Test(found, nothing_between_honest_ends_of_eap_noob)
{
    expect_none((struct wish){"eap-noob", NULL, NULL, NULL, 1, 2, false});
}

/* Whoever commits does so to somebody who runs, however short the way: a claim that waits for the
 * processor may be later than the message that it belongs to arrives. */
Test(found, nothing_without_a_deviation)
{
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        const char *name = imp_mechanisms[i]->name;
        struct imp_search_result r =
            search((struct wish){.mechanism = name, .backend = "ethernet", .deviations = 0});
        if (strcmp(name, "duckling") != 0) /* its key goes over in clear */
            cr_expect_eq(r.end, IMP_SEARCH_NONE, "%s: %s: %s", name, r.goal, r.why);
        cr_expect_eq(r.runs, 1, "%s", name);
    }
}

/* ---- every check left out is found by the rights that its flaw names
 * --------------------------------
 */
/* Flaws whose adversary needs no more than messages, and whose goal shows in a single run. */
static bool by_messages(const struct imp_flaw *f)
{
    const struct imp_adversary *a = imp_adversary_find(f->broken_by);
    enum imp_goal goal = (enum imp_goal)imp_goal_find(f->goal);
    return a && !a->keys[0].role && !a->work_bits && a->tries < 0 && !a->weaknesses &&
           (goal == IMP_GOAL_SECRECY || goal == IMP_GOAL_AGREEMENT || goal == IMP_GOAL_BINDING);
}

static void variant_of(char out[400], const struct imp_flaw *f)
{
    snprintf(out, 400, "!%s%s%s", f->name, f->with ? " " : "", f->with ? f->with : "");
    for (char *c = out; *c; c++)
        *c = *c == ',' ? ' ' : *c;
}

/* The ideal medium has no streams. */
static bool streams_behind(const struct imp_flaw *f)
{
    return f->with && strstr(f->with, "radius-transport=tls");
}

static size_t find_flaws(const struct imp_mechanism *m)
{
    size_t n = 0;
    for (const struct imp_flaw *f = m->flaws; f->name; f++) {
        char variant[400];
        if (!by_messages(f))
            continue;
        variant_of(variant, f);
        struct imp_search_result r =
            search((struct wish){.mechanism = m->name,
                                 .variant = variant,
                                 .rights = f->broken_by,
                                 .deviations = 1,
                                 .backend = streams_behind(f) ? "ethernet" : NULL});
        cr_expect_eq(r.end, IMP_SEARCH_ATTACK, "%s %s by %s: none", m->name, variant, f->broken_by);
        n++;
    }
    return n;
}

Test(found, each_missing_check)
{
    static const char *const names[] = {"eap-psk", "eap-noob", "duckling", "dtls-rpk"};
    for (size_t i = 0; i < 4; i++)
        cr_expect_gt(find_flaws(imp_mechanism_find(names[i])), 2, "%s", names[i]);
}

/* ---- streams
 * ------------------------------------------------------------------------------------------
 */
Test(found, first_contact_on_streams)
{
    expect_attack(
        (struct wish){.mechanism = "ssh-tofu", .rights = "first-contact", .deviations = 2}, 1,
        IMP_DEVIATE_OWN_DEVICE);
}

/* A medium without streams is told, not crashed into. */
Test(found, streams_on_the_ideal_medium_are_refused)
{
    char error[600];
    struct imp_search_result r;
    struct imp_search_wish wish = {
        .mechanism = "ssh-tofu", .variant = "default", .rights = "dolev-yao", .medium = "ideal"};
    json_t *plan = imp_search_plan(&wish, error, sizeof error);
    cr_assert_not_null(plan, "%s", error);
    struct imp_world_runs runs = {.plan = plan, .goals = usual};
    struct imp_search s = {.run = imp_world_runs, .arg = &runs, .deviations = 1, .jobs = 1};
    cr_assert_eq(imp_search(&r, &s), 0);
    cr_expect_eq(r.failed, 1);
    cr_expect_not_null(
        strstr(r.first_failure, "medium: the ideal medium has no streams, and channel \"ssh\""),
        "%s", r.first_failure);
    json_decref(plan);
}

Test(found, a_key_that_may_change_on_streams)
{
    cr_expect_gt(find_flaws(imp_mechanism_find("ssh-tofu")), 0);
}

/* ---- the same for any number of processes
 * ------------------------------------------------------------
 */
static void expect_same(struct wish w)
{
    w.jobs = 1;
    struct imp_search_result one = search(w);
    w.jobs = 3;
    struct imp_search_result three = search(w);
    cr_expect(same_result(&one, &three), "%s: %zu and %zu runs", w.mechanism, (size_t)one.runs,
              (size_t)three.runs);
}

Test(found, the_same_for_any_number_of_processes)
{
    expect_same((struct wish){.mechanism = "eap-psk", .deviations = 2});
    expect_same((struct wish){.mechanism = "dtls-rpk", .deviations = 2, .places = true});
    expect_same((struct wish){"dtls-rpk", "!no-acl-check", NULL, NULL, 2, 0, false});
    expect_same((struct wish){
        .mechanism = "ssh-tofu", .variant = "host-key-policy=strict", .deviations = 2});
}

/* What was found is a plan line: any run of it, alone and with all its measures, shows the same. */
Test(found, an_attack_runs_again)
{
    char error[600];
    struct imp_search_wish wish = {
        .mechanism = "dtls-rpk", .variant = "pin=none acl=any", .rights = "dolev-yao"};
    json_t *plan = imp_search_plan(&wish, error, sizeof error);
    struct imp_search_result r =
        search((struct wish){wish.mechanism, wish.variant, NULL, NULL, 1, 2, false});
    cr_assert_not_null(plan);
    imp_world_runs_script(plan, r.script, r.count);
    json_t *result = imp_world_run_bare(plan), *v;
    size_t i, broken = 0;
    json_array_foreach(json_object_get(result, "verdicts"), i,
                       v) if (strcmp(json_string_value(json_object_get(v, "goal")), r.goal) == 0 &&
                              strcmp(json_string_value(json_object_get(v, "why")), r.why) == 0)
        broken++;
    cr_expect_eq(broken, 1);
    json_decref(result);
    json_decref(plan);
}
