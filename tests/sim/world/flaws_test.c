/* SPDX-License-Identifier: GPL-2.0-only */
/* Every check of every mechanism matters: with its flaw switched on, the adversary that the
 * mechanism's table names breaks the goal that it names; with the flaw off, it does not. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/contract/mechanism.h"
#include "tests/support/runner.h"

/* `name` for every role that has it, or "role.name" for one. */
static void set_option(json_t *options, char *name, const char *value)
{
    char *dot = strchr(name, '.');
    if (dot) {
        *dot++ = '\0';
        if (!json_object_get(options, name))
            json_object_set_new(options, name, json_object());
        options = json_object_get(options, name);
    }
    json_object_set_new(options, dot ? dot : name, json_string(value));
}

/* "@role.event=second" as an entry of the timeline. */
static void add_event(json_t *timeline, char *role, const char *second)
{
    char *event = strchr(role, '.');
    cr_assert_not_null(event, "flaw table: event \"%s\"", role);
    *event++ = '\0';
    for (char *p = event; *p; p++) /* blanks are underscores */
        *p = *p == '_' ? ' ' : *p;
    json_array_append_new(
        timeline, json_pack("{s:i, s:s, s:s}", "at_s", atoi(second), "role", role, "event", event));
}

/* "name=value,role.name=value,@role.event=second" as parts of a scenario. */
static void set_needs(json_t *scenario, const char *with)
{
    json_t *options = json_object(), *timeline = json_array();
    char text[256], *save = NULL;
    snprintf(text, sizeof text, "%s", with ? with : "");
    for (char *item = strtok_r(text, ",", &save); item; item = strtok_r(NULL, ",", &save)) {
        char *value = strchr(item, '=');
        cr_assert_not_null(value, "flaw table: \"%s\"", with);
        *value++ = '\0';
        if (*item == '@')
            add_event(timeline, item + 1, value);
        else
            set_option(options, item, value);
    }
    json_object_set_new(scenario, "options", options);
    if (json_array_size(timeline))
        json_object_set(scenario, "timeline", timeline);
    json_decref(timeline);
}

static json_t *attack(const struct imp_mechanism *m, const struct imp_flaw *f, bool flawed)
{
    json_t *flaws = json_array();
    if (flawed)
        json_array_append_new(flaws, json_string(f->name));
    json_t *scenario = json_pack("{s:s, s:s, s:o, s:i}", "mechanism", m->name, "adversary",
                                 f->broken_by, "flaws", flaws, "limit_s", 300);
    set_needs(scenario, f->with);
    return runner_run(scenario);
}

/* The EAP method that the attack on that flaw needs, "eap-method=NAME" up to its comma; or NULL. */
static const char *method_of(const struct imp_flaw *f)
{
    static const char key[] = "eap-method=";
    return f->with && strncmp(f->with, key, sizeof key - 1) == 0 ? f->with : NULL;
}

/* Of the checks of an EAP method that a lower layer carries beside its own, the first stands for
 * all: they are the method's, and the mechanism that has the name of the method tries each. */
static bool tried_elsewhere(const struct imp_mechanism *m, const struct imp_flaw *f)
{
    const char *own = method_of(f), *last = f > m->flaws ? method_of(f - 1) : NULL;
    return own && last && strncmp(own, last, strcspn(own, ",") + 1) == 0;
}

/* One test for each mechanism that exists, in a process of its own. */
ParameterizedTestParameters(flaws, every_check_matters)
{
    static size_t indices[64];
    size_t n = 0;
    while (imp_mechanisms[n] && n < sizeof indices / sizeof *indices) {
        indices[n] = n;
        n++;
    }
    return cr_make_param_array(size_t, indices, n);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The attack on the mechanism with all its checks: the same run for all flaws with the same
 * adversary and the same needs. `seen` has a place for each flaw of the mechanism. Borrowed from
 * it. */
static json_t *whole(const struct imp_mechanism *m, const struct imp_flaw *f, json_t **seen)
{
    size_t at = (size_t)(f - m->flaws);
    for (size_t i = 0; i < at && !seen[at]; i++)
        if (seen[i] && same_text(m->flaws[i].broken_by, f->broken_by) &&
            same_text(m->flaws[i].with, f->with))
            seen[at] = json_incref(seen[i]);
    if (!seen[at])
        seen[at] = attack(m, f, false);
    return seen[at];
}

ParameterizedTest(size_t *index, flaws, every_check_matters, .timeout = 1200)
{
    const struct imp_mechanism *m = imp_mechanisms[*index];
    size_t count = imp_flaw_count(m);
    cr_assert_gt(count, 0, "%s names no check", m->name);
    json_t **seen = calloc(count, sizeof *seen);
    cr_assert_not_null(seen);
    for (const struct imp_flaw *f = m->flaws; f->name; f++) {
        if (tried_elsewhere(m, f))
            continue;
        json_t *with = attack(m, f, true), *without = whole(m, f, seen);
        cr_expect_str_eq(runner_verdict(with, f->goal), "broken",
                         "%s, flaw %s, adversary %s: %s should be broken: %s", m->name, f->name,
                         f->broken_by, f->goal, runner_why(with, f->goal));
        cr_expect_str_eq(runner_verdict(without, f->goal), "holds",
                         "%s without flaw %s, adversary %s: %s should hold: %s", m->name, f->name,
                         f->broken_by, f->goal, runner_why(without, f->goal));
        json_decref(with);
    }
    for (size_t i = 0; i < count; i++)
        json_decref(seen[i]);
    free(seen);
}
