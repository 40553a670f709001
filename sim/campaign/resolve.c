/* SPDX-License-Identifier: GPL-2.0-only */
/* The plain keys: text, integers and numbers. */
#include "resolve.h"

#include "canonical.h"
#include "catalog.h"
#include "keys.h"
#include "sim/ns3/engine.h"
#include "sim/words/nearest.h"
#include "sim/world/platform.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int imp__resolve_fail(struct imp__resolver *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->error, r->cap, format, args);
    va_end(args);
    return -1;
}

void imp__resolve_source(struct imp__resolver *r, const char *parameter, bool own,
                         const char *preset)
{
    const char *given = json_string_value(json_object_get(r->given, parameter));
    json_object_set_new(r->sources, parameter,
                        json_string(given ? given
                                    : own ? "scenario"
                                          : preset));
}

static int check_keys(struct imp__resolver *r)
{
    const char *name;
    json_t *value;
    char hint[100];
    json_object_foreach((json_t *)r->keys, name, value)
    {
        if (imp_key_find(name))
            continue;
        imp_key_hint(name, hint, sizeof hint);
        return imp__resolve_fail(r, "unknown key \"%.60s\"%s", name, hint);
    }
    return 0;
}

static const char *json_kind(const json_t *j)
{
    static const char *const kinds[] = {
        [JSON_OBJECT] = "a table",   [JSON_ARRAY] = "a list",  [JSON_STRING] = "a text",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "nothing"};
    return kinds[json_typeof(j)];
}

/* A text key: its value, its preset, or "" after an error. */
static const char *text(struct imp__resolver *r, const char *name, const char *preset)
{
    const json_t *j = json_object_get(r->keys, name);
    const char *s = j ? json_string_value(j) : preset;
    if (!s)
        imp__resolve_fail(r, "%s: expected a text, not %s", name, j ? json_kind(j) : "nothing");
    else if (!*s)
        imp__resolve_fail(r, "%s: expected a text that is not empty", name);
    imp__resolve_source(r, name, j, "default");
    return s ? s : "";
}

static int set_text(struct imp__resolver *r, const char *member, const char *value)
{
    return json_object_set_new(r->plan, member, json_string(value));
}

/* A number or integer key, checked against its range; `preset` is used when the key is absent. */
static int number(struct imp__resolver *r, const struct imp_key *key, double preset, double *out)
{
    const json_t *j = json_object_get(r->keys, key->name);
    bool integer = key->kind == IMP_KEY_INTEGER;
    double d = j ? json_number_value(j) : preset;
    imp__resolve_source(r, key->name, j, "default");
    *out = d;
    if (j && !json_is_number(j))
        return imp__resolve_fail(r, "%s: expected %s from %.15g to %.15g, not %s", key->name,
                                 integer ? "an integer" : "a number", key->min, key->max,
                                 json_kind(j));
    if (!isfinite(d) || d < key->min || d > key->max || (integer && d != floor(d)))
        return imp__resolve_fail(r, "%s: expected %s from %.15g to %.15g%s%s, not %.15g", key->name,
                                 integer ? "an integer" : "a number", key->min, key->max,
                                 key->unit ? " " : "", key->unit ? key->unit : "", d);
    return 0;
}

static int resolve_mechanism(struct imp__resolver *r)
{
    if (!json_object_get(r->keys, "mechanism"))
        return imp__resolve_fail(r, "no mechanism; expected mechanism = \"...\", see imprint list");
    const char *name = text(r, "mechanism", NULL);
    if (*r->error)
        return -1;
    r->mechanism = imp_mechanism_find(name);
    if (!r->mechanism) {
        imp_unknown_mechanism(name, r->error, r->cap);
        return -1;
    }
    set_text(r, "mechanism", name);
    set_text(r, "class", imp_class_name(r->mechanism->class));
    return 0;
}

static int resolve_name(struct imp__resolver *r, const char *preset)
{
    const char *name = text(r, "name", preset);
    if (!*r->error && strlen(name) > 100)
        imp__resolve_fail(r, "name: expected at most 100 octets");
    for (const char *p = name; *p && !*r->error; p++)
        if ((unsigned char)*p < ' ')
            imp__resolve_fail(r, "name: expected printable text");
    set_text(r, "scenario", name);
    return *r->error ? -1 : 0;
}

/* The medium without radio is for the search of attacks and for what it has found. */
static bool scripted(const struct imp__resolver *r)
{
    const json_t *line = json_object_get(json_object_get(r->keys, "adversary"), "$line");
    const json_t *strategy = json_object_get(line, "strategy");
    const char *name = json_string_value(json_object_get(strategy, "name"));
    return name && strcmp(name, "script") == 0;
}

static bool serves(const struct imp__resolver *r, const struct imp_medium_entry *m, bool backend)
{
    if (!m || (m->ideal && !scripted(r)))
        return false;
    return backend ? m->backend : m->device_link;
}

/* The media that may be named there, and can carry the mechanism's channels. */
static void offer_media(const struct imp__resolver *r, const char *name, bool backend,
                        struct imp_nearest *best, char *list, size_t cap)
{
    size_t used = 0;
    *list = '\0';
    for (const struct imp_medium_entry *m = imp_media; m->name; m++) {
        if (!serves(r, m, backend) || (!backend && imp_medium_obstacle(m, r->mechanism)))
            continue;
        imp_nearest_offer(best, name, m->name);
        if (used < cap)
            used += (size_t)snprintf(list + used, cap - used, "%s%s", used ? ", " : "", m->name);
    }
}

static int unknown_medium(struct imp__resolver *r, const char *key, const char *name, bool backend)
{
    struct imp_nearest best = {0};
    char list[200], hint[100];
    offer_media(r, name, backend, &best, list, sizeof list);
    imp_nearest_hint(&best, hint, sizeof hint);
    return imp__resolve_fail(r, "%s: \"%.40s\" cannot be it%s; expected one of %s", key, name, hint,
                             list);
}

/* "frames of EtherType 0x888e", "IPv6 datagrams", "PDUs of kind 0x0200 (lorawan)" */
static void say_service(char *out, size_t cap, const struct imp_channel *c)
{
    const char *home = NULL;
    for (const struct imp_medium_entry *m = imp_media; m->name && !home; m++)
        if (!m->ideal && eng_carries((enum eng_kind)(m - imp_media), c->number))
            home = m->name;
    if (c->service == IMP_SERVICE_STREAM)
        snprintf(out, cap, "streams");
    else if (c->service == IMP_SERVICE_DATAGRAM)
        snprintf(out, cap, "datagrams");
    else if (c->number >= 0x600 || !home)
        snprintf(out, cap, "frames under an EtherType");
    else
        snprintf(out, cap, "PDUs of %s", home);
}

static int unfit_medium(struct imp__resolver *r, const char *name, const struct imp_channel *c)
{
    struct imp_nearest best = {0};
    char list[200], service[60];
    offer_media(r, name, false, &best, list, sizeof list);
    say_service(service, sizeof service, c);
    return imp__resolve_fail(r, "medium: %s sends %s, which %s cannot carry; expected one of %s",
                             r->mechanism->name, service, name, list);
}

/* lr-wpan where it will do, else the first that does. */
static const char *default_medium(const struct imp__resolver *r)
{
    const struct imp_medium_entry *m = imp_medium_find("lr-wpan");
    if (imp_medium_obstacle(m, r->mechanism))
        for (m = imp_media; m->name; m++)
            if (serves(r, m, false) && !imp_medium_obstacle(m, r->mechanism))
                break;
    return m->name ? m->name : "wifi";
}

static int resolve_media(struct imp__resolver *r)
{
    const char *name = text(r, "medium", default_medium(r));
    if (*r->error)
        return -1;
    const struct imp_medium_entry *medium = imp_medium_find(name);
    if (!serves(r, medium, false))
        return unknown_medium(r, "medium", name, false);
    const struct imp_channel *obstacle = imp_medium_obstacle(medium, r->mechanism);
    if (obstacle)
        return unfit_medium(r, name, obstacle);
    set_text(r, "medium", name);
    name = text(r, "backend", imp_key_find("backend")->preset);
    if (*r->error)
        return -1;
    const struct imp_medium_entry *backend = imp_medium_find(name);
    if (!serves(r, backend, true))
        return unknown_medium(r, "backend", name, true);
    set_text(r, "backend", name);
    return 0;
}

static int resolve_platform(struct imp__resolver *r, const char *key, const char *preset)
{
    const char *name = text(r, key, preset);
    char sentence[IMP_ERROR];
    if (*r->error)
        return -1;
    if (!imp_platform_find(name)) {
        imp_unknown_platform(name, sentence, sizeof sentence);
        return imp__resolve_fail(r, "%s: %.500s", key, sentence);
    }
    return set_text(r, key, name);
}

static int resolve_platforms(struct imp__resolver *r)
{
    const char *medium = json_string_value(json_object_get(r->plan, "medium"));
    if (resolve_platform(r, "platform", imp_medium_find(medium)->platform) < 0)
        return -1;
    const char *name = json_string_value(json_object_get(r->plan, "platform"));
    if (!imp_medium_find(medium)->ideal && !imp_platform_radio(imp_platform_find(name), medium))
        return imp__resolve_fail(r, "platform: %s has no interface for %s; see imprint describe %s",
                                 name, medium, name);
    if (resolve_platform(r, "access_platform", imp_key_find("access_platform")->preset) < 0)
        return -1;
    return resolve_platform(r, "server_platform", imp_key_find("server_platform")->preset);
}

/* One-way delay when the scenario gives none. */
static double default_delay(const struct imp__resolver *r)
{
    return strcmp(json_string_value(json_object_get(r->plan, "backend")), "wan") == 0 ? 20 : 0;
}

static int resolve_numbers(struct imp__resolver *r, json_int_t *replications)
{
    for (const struct imp_key *key = imp_keys; key->name; key++) {
        double value;
        if (key->kind != IMP_KEY_INTEGER && key->kind != IMP_KEY_NUMBER)
            continue;
        if (number(r, key, key->preset ? strtod(key->preset, NULL) : default_delay(r), &value) < 0)
            return -1;
        if (strcmp(key->name, "replications") == 0)
            *replications = (json_int_t)value;
        else
            json_object_set_new(r->plan, key->name, imp_canonical_number(value));
    }
    return 0;
}

int imp_resolve(struct imp_resolved *out, const json_t *keys, const json_t *given, const char *name,
                char *error, size_t cap)
{
    struct imp__resolver r = {.keys = keys,
                              .given = given,
                              .plan = json_object(),
                              .sources = json_object(),
                              .error = error,
                              .cap = cap};
    *out = (struct imp_resolved){.plan = r.plan, .sources = r.sources};
    *error = '\0';
    json_object_set_new(r.plan, "schema", json_integer(IMP_PLAN_SCHEMA));
    json_object_set_new(r.plan, "replication", json_integer(0));
    if (check_keys(&r) == 0 && resolve_mechanism(&r) == 0 && resolve_name(&r, name) == 0 &&
        resolve_media(&r) == 0 && resolve_platforms(&r) == 0 &&
        resolve_numbers(&r, &out->replications) == 0 && imp__resolve_radio(&r) == 0 &&
        imp__resolve_hops(&r) == 0 && imp__resolve_options(&r) == 0 &&
        imp__resolve_backend(&r) == 0 && imp__resolve_adversary(&r) == 0 &&
        imp__resolve_user(&r) == 0 && imp__resolve_expect(&r) == 0 &&
        imp__resolve_timeline(&r) == 0 && imp__resolve_stop(&r, name ? out->replications : 0) == 0)
        return 0;
    imp_resolved_free(out);
    return -1;
}

void imp_resolved_free(struct imp_resolved *r)
{
    json_decref(r->plan);
    json_decref(r->sources);
    *r = (struct imp_resolved){0};
}
