/* SPDX-License-Identifier: GPL-2.0-only */
/* Every parameter of a run with its value, unit, source and meaning. */
#include "plan.h"

#include "catalog.h"
#include "keys.h"
#include "sim/world/radio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void row(json_t *rows, const char *parameter, const json_t *value, const char *unit,
                const char *source, const char *meaning)
{
    char *text = json_is_string(value) ? strdup(json_string_value(value)) : imp_canonical(value);
    json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s, s:s}", "parameter", parameter,
                                          "value", text ? text : "", "unit", unit ? unit : "",
                                          "source", source ? source : "default", "meaning",
                                          meaning ? meaning : ""));
    free(text);
}

static const char *source_of(const json_t *sources, const char *parameter)
{
    return json_string_value(json_object_get(sources, parameter));
}

static void options(json_t *rows, const struct imp_mechanism *m, const json_t *plan,
                    const json_t *sources)
{
    const json_t *all = json_object_get(plan, "options");
    for (size_t role = 0; m->roles[role].name; role++) {
        const json_t *own = json_object_get(all, m->roles[role].name);
        for (const struct imp_option *o = m->options; o && o->name; o++) {
            const json_t *value = json_object_get(own, o->name);
            char name[200];
            if (!value)
                continue;
            snprintf(name, sizeof name, "options.%s.%s", m->roles[role].name, o->name);
            row(rows, name, value, o->unit, source_of(sources, name), o->summary);
        }
    }
}

static void user(json_t *rows, const json_t *plan, const json_t *sources)
{
    const json_t *u = json_object_get(plan, "user");
    row(rows, "user.profile", json_object_get(u, "profile"), NULL,
        source_of(sources, "user.profile"), "who performs the acts");
    row(rows, "user.error", json_object_get(u, "error"), "probability",
        source_of(sources, "user.error"), "that an act must be done again");
}

static void radio(json_t *rows, const json_t *plan, const json_t *sources)
{
    const json_t *set = json_object_get(plan, "radio");
    const struct imp_medium_entry *m =
        imp_medium_find(json_string_value(json_object_get(plan, "medium")));
    for (const struct imp_radio_setting *s = imp_radio_settings; m && s->name; s++) {
        char name[60];
        snprintf(name, sizeof name, "radio.%s", s->name);
        if (s->kind == (enum eng_kind)(m - imp_media))
            row(rows, name, json_object_get(set, s->name), s->unit, source_of(sources, name),
                s->summary);
    }
}

json_t *imp_explain(const json_t *plan, const json_t *sources)
{
    json_t *rows = json_array();
    const struct imp_mechanism *m =
        imp_mechanism_find(json_string_value(json_object_get(plan, "mechanism")));
    for (const struct imp_key *key = imp_keys; key->name; key++) {
        const char *member = strcmp(key->name, "name") == 0 ? "scenario" : key->name;
        const json_t *value = json_object_get(plan, member);
        if (strcmp(key->name, "options") == 0)
            options(rows, m, plan, sources);
        else if (strcmp(key->name, "user") == 0)
            user(rows, plan, sources);
        else if (strcmp(key->name, "radio") == 0)
            radio(rows, plan, sources);
        else if (value)
            row(rows, key->name, value, key->unit, source_of(sources, key->name), key->summary);
    }
    return rows;
}
