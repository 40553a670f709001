/* SPDX-License-Identifier: GPL-2.0-only */
/* The mechanism's own options and flaws, and the variant's name. */
#include "resolve.h"

#include "sim/words/nearest.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE 600 /* octets of an option's value as text */

/* The scenario's value as the text that imp_option_parse takes. */
static const char *as_text(const json_t *j, char *buffer, size_t cap)
{
    if (json_is_boolean(j))
        return json_is_true(j) ? "true" : "false";
    if (json_is_integer(j)) {
        snprintf(buffer, cap, "%" JSON_INTEGER_FORMAT, json_integer_value(j));
        return buffer;
    }
    if (json_is_real(j)) {
        snprintf(buffer, cap, "%.15g", json_real_value(j));
        return buffer;
    }
    return json_string_value(j);
}

/* One text for one value: "007" and "7" are the same run. */
static json_t *option_value(const struct imp_option *o, const struct imp_value *v, const char *text)
{
    char buffer[24];
    if (o->type != IMP_OPTION_INT)
        return json_string(text);
    snprintf(buffer, sizeof buffer, "%" PRId64, v->i);
    return json_string(buffer);
}

static bool reads(const struct imp_option *o, size_t role)
{
    return o->roles >> role & 1;
}

static int unknown_option(struct imp__resolver *r, const char *name)
{
    const struct imp_mechanism *m = r->mechanism;
    struct imp_nearest best = {0};
    char hint[100];
    for (size_t i = 0; m->options && m->options[i].name; i++)
        imp_nearest_offer(&best, name, m->options[i].name);
    for (size_t i = 0; m->roles[i].name; i++)
        imp_nearest_offer(&best, name, m->roles[i].name);
    imp_nearest_hint(&best, hint, sizeof hint);
    return imp__resolve_fail(r,
                             "options: %s has no option or role \"%.60s\"%s; see imprint describe "
                             "%s",
                             m->name, name, hint, m->name);
}

/* options.ROLE must hold options that this role reads. */
static int check_role_options(struct imp__resolver *r, int role, const json_t *table)
{
    const struct imp_mechanism *m = r->mechanism;
    const char *name;
    json_t *value;
    if (!json_is_object(table))
        return imp__resolve_fail(r, "options.%s: expected a table of this role's options",
                                 m->roles[role].name);
    json_object_foreach((json_t *)table, name, value)
    {
        int o = imp_option_find(m, name);
        if (o < 0)
            return unknown_option(r, name);
        if (!reads(&m->options[o], (size_t)role))
            return imp__resolve_fail(r, "options.%s: this role does not read \"%s\"",
                                     m->roles[role].name, name);
    }
    return 0;
}

static int check_options(struct imp__resolver *r, const json_t *options)
{
    const char *name;
    json_t *value;
    if (!json_is_object(options))
        return imp__resolve_fail(r, "options: expected a table of named values");
    json_object_foreach((json_t *)options, name, value)
    {
        int role = imp_role_find(r->mechanism, name);
        bool table = json_is_object(value);
        if (role >= 0 && (table || imp_option_find(r->mechanism, name) < 0)) {
            if (check_role_options(r, role, value) < 0)
                return -1;
        } else if (imp_option_find(r->mechanism, name) < 0) {
            return unknown_option(r, name);
        }
    }
    return 0;
}

/* The value of option `o` for one role: the role's own, the common one, or the preset. */
static int one_option(struct imp__resolver *r, const json_t *options, json_t *into,
                      const struct imp_option *o, const char *role, struct imp_value *value)
{
    char parameter[200], buffer[VALUE], why[IMP_ERROR / 2];
    struct imp_value parsed;
    const json_t *own = json_object_get(json_object_get(options, role), o->name);
    const json_t *common = json_object_get(options, o->name);
    const json_t *j = own ? own : common;
    const char *text = j ? as_text(j, buffer, sizeof buffer) : o->preset;
    snprintf(parameter, sizeof parameter, "options.%s.%s", role, o->name);
    if (!text)
        return imp__resolve_fail(r, "%s: expected a value of type %s", parameter,
                                 imp_option_type_name(o->type));
    if (imp_option_parse(&parsed, o, text, why, sizeof why) < 0)
        return imp__resolve_fail(r, "%s: %s", parameter, why);
    value->i = parsed.i;
    json_object_set_new(into, o->name, option_value(o, &parsed, text));
    if (!own && common) { /* the source of "options.NAME" holds for each role */
        char shared[120];
        snprintf(shared, sizeof shared, "options.%s", o->name);
        const char *given = json_string_value(json_object_get(r->given, shared));
        json_object_set_new(r->sources, parameter, json_string(given ? given : "scenario"));
    } else {
        imp__resolve_source(r, parameter, own, "default");
    }
    return 0;
}

static int role_options(struct imp__resolver *r, const json_t *options, int role, json_t *into)
{
    const struct imp_mechanism *m = r->mechanism;
    const char *name = m->roles[role].name;
    struct imp_value *values = calloc(imp_option_count(m) + 1, sizeof *values);
    int status = values ? 0 : -1, unmet;
    for (size_t i = 0; i < imp_option_count(m) && status == 0; i++)
        if (reads(&m->options[i], (size_t)role))
            status = one_option(r, options, into, &m->options[i], name, &values[i]);
    if (status == 0 && (unmet = imp_option_unmet(m, role, values)) >= 0)
        status = imp__resolve_fail(r, "options.%s.%s: %.60s needs %s", name, m->options[unmet].name,
                                   json_string_value(json_object_get(into, m->options[unmet].name)),
                                   m->options[unmet].needs);
    if (imp_role_takes_part(m, role, values))
        r->parts |= 1u << role;
    free(values);
    return status;
}

static int all_options(struct imp__resolver *r, const json_t *options)
{
    const struct imp_mechanism *m = r->mechanism;
    json_t *by_role = json_object();
    json_object_set_new(r->plan, "options", by_role);
    for (size_t role = 0; m->roles[role].name; role++) {
        json_t *into = json_object();
        json_object_set_new(by_role, m->roles[role].name, into);
        if (role_options(r, options, (int)role, into) < 0)
            return -1;
    }
    return 0;
}

static int unknown_flaw(struct imp__resolver *r, const char *name)
{
    const struct imp_mechanism *m = r->mechanism;
    struct imp_nearest best = {0};
    char hint[100];
    for (size_t i = 0; m->flaws && m->flaws[i].name; i++)
        imp_nearest_offer(&best, name, m->flaws[i].name);
    imp_nearest_hint(&best, hint, sizeof hint);
    return imp__resolve_fail(r, "flaws: %s has no flaw \"%.60s\"%s; see imprint describe %s",
                             m->name, name, hint, m->name);
}

/* In the mechanism's order, each once. */
static int resolve_flaws(struct imp__resolver *r)
{
    const struct imp_mechanism *m = r->mechanism;
    const json_t *list = json_object_get(r->keys, "flaws"), *item;
    json_t *flaws = json_array();
    uint64_t set = 0;
    size_t i;
    json_object_set_new(r->plan, "flaws", flaws);
    imp__resolve_source(r, "flaws", list, "default");
    if (list && !json_is_array(list) && !(json_is_object(list) && !json_object_size(list)))
        return imp__resolve_fail(r, "flaws: expected a list of names");
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item))
            return imp__resolve_fail(r, "flaws: expected a list of names");
        int flaw = imp_flaw_find(m, json_string_value(item));
        if (flaw < 0)
            return unknown_flaw(r, json_string_value(item));
        set |= UINT64_C(1) << flaw;
    }
    for (i = 0; i < imp_flaw_count(m); i++)
        if (set >> i & 1)
            json_array_append_new(flaws, json_string(m->flaws[i].name));
    return 0;
}

/* ---- the variant's name -------------------------------------------------------------------------
 */
struct words {
    char text[1000];
    size_t used;
};

static void word(struct words *w, const char *a, const char *b, const char *c, const char *d)
{
    if (w->used < sizeof w->text)
        w->used += (size_t)snprintf(w->text + w->used, sizeof w->text - w->used, "%s%s%s%s%s",
                                    w->used ? " " : "", a, b, c, d);
}

/* A text of more lines than one, or a long one, stands by its beginning and a hash (FNV-1a). */
static const char *short_text(const char *text, char *buffer, size_t cap)
{
    enum { LONG = 100, SHOWN = 24 };
    uint32_t hash = 2166136261u;
    size_t n = 0, plain = 0;
    for (; text[n]; n++) {
        hash = (hash ^ (unsigned char)text[n]) * 16777619u;
        plain += plain == n && (unsigned char)text[n] >= ' ';
    }
    if (plain == n && n <= LONG)
        return text;
    snprintf(buffer, cap, "%.*s...%08" PRIx32, (int)(plain < SHOWN ? plain : SHOWN), text, hash);
    return buffer;
}

static bool names_variant(const struct imp_mechanism *m, const char *option)
{
    for (size_t i = 0; m->variant && m->variant[i]; i++)
        if (strcmp(m->variant[i], option) == 0)
            return true;
    return false;
}

/* NAME=VALUE when all roles agree, else ROLE.NAME=VALUE for each; left out when it tells nothing:
 * not among the mechanism's variant options and at its preset everywhere. */
static void option_words(struct words *w, const struct imp__resolver *r, const struct imp_option *o)
{
    const struct imp_role *roles = r->mechanism->roles;
    const json_t *options = json_object_get(r->plan, "options");
    const char *first = NULL;
    bool agree = true, preset = true;
    for (size_t i = 0; roles[i].name; i++) {
        const char *v =
            json_string_value(json_object_get(json_object_get(options, roles[i].name), o->name));
        if (!v)
            continue;
        first = first ? first : v;
        agree = agree && strcmp(first, v) == 0;
        preset = preset && strcmp(v, o->preset) == 0;
    }
    if (!first || (preset && !names_variant(r->mechanism, o->name)))
        return;
    char shown[200];
    if (agree) {
        word(w, o->name, "=", short_text(first, shown, sizeof shown), "");
        return;
    }
    for (size_t i = 0; roles[i].name; i++) {
        const char *v =
            json_string_value(json_object_get(json_object_get(options, roles[i].name), o->name));
        char value[sizeof shown + 8];
        if (!v)
            continue;
        snprintf(value, sizeof value, "=%s", short_text(v, shown, sizeof shown));
        word(w, roles[i].name, ".", o->name, value);
    }
}

static int resolve_variant(struct imp__resolver *r)
{
    struct words w = {.used = 0};
    const json_t *flaws = json_object_get(r->plan, "flaws"), *flaw;
    size_t i;
    for (const struct imp_option *o = r->mechanism->options; o && o->name; o++)
        option_words(&w, r, o);
    json_array_foreach(flaws, i, flaw) word(&w, "!", json_string_value(flaw), "", "");
    return json_object_set_new(r->plan, "variant", json_string(w.used ? w.text : "default"));
}

int imp__resolve_options(struct imp__resolver *r)
{
    json_t *none = json_object();
    const json_t *options = json_object_get(r->keys, "options");
    int status = -1;
    if (!options)
        options = none;
    if (check_options(r, options) == 0 && all_options(r, options) == 0 && resolve_flaws(r) == 0)
        status = resolve_variant(r);
    json_decref(none);
    return status;
}
