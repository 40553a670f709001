/* SPDX-License-Identifier: GPL-2.0-only */
/* resolve_adversary.c - from a preset's name or mitm { preset = ..., changes } to the rights of a
 * plan line.
 *
 * Changes replace whole members (network, oob, keys, ...) or use the short forms: read, block and
 * inject list links, oob lists read and write for every channel, at moves the strategy, and window
 * is the time of every power of network and oob. */
#include "resolve.h"

#include "canonical.h"
#include "catalog.h"
#include "sim/adversary/strategy.h"
#include "sim/words/nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In this order, since the later ones look at what the earlier ones left. */
static const char *const entries[] = {"preset",    "name",      "network",  "keys",       "tries",
                                      "work_bits", "work_unit", "sessions", "weaknesses", "user",
                                      "place",     "strategy",  "at",       "read",       "block",
                                      "inject",    "oob",       "window",   NULL};

static bool among(const char *name, const char *const *list)
{
    for (size_t i = 0; list[i]; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static const struct imp_adversary *preset_of(struct imp__resolver *r, const json_t *j)
{
    const char *name = json_string_value(j);
    const struct imp_adversary *a = name ? imp_adversary_find(name) : NULL;
    if (!name)
        imp__resolve_fail(r, "adversary: expected a preset's name or mitm { preset = \"...\" }");
    else if (!a)
        imp_unknown_adversary(name, r->error, r->cap);
    return a;
}

/* The member of j, made when it is missing. */
static json_t *member(json_t *j, const char *key)
{
    json_t *value = json_object_get(j, key);
    if (json_is_object(value))
        return value;
    value = json_object();
    json_object_set_new(j, key, value);
    return value;
}

/* ---- short forms
 * --------------------------------------------------------------------------------- */
/* The first window in a table of powers, or "always". */
static json_t *window_of(const json_t *j)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)j, key, value)
    {
        const char *inner;
        json_t *window;
        json_object_foreach(value, inner, window) return json_incref(window);
    }
    return json_string("always");
}

static int each_name(struct imp__resolver *r, const char *key, const json_t *list,
                     const char *const *known, bool found[2])
{
    const json_t *item;
    size_t i;
    bool none = json_is_object(list) && json_object_size(list) == 0; /* {} of Lua */
    if (!json_is_array(list) && !none)
        return imp__resolve_fail(r, "adversary.%s: expected a list", key);
    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(item);
        if (!name || !among(name, known))
            return imp__resolve_fail(r, "adversary.%s: expected one of %s, %s; not \"%.40s\"", key,
                                     known[0], known[1], name ? name : "(not a text)");
        found[strcmp(name, known[1]) == 0] = true;
    }
    return 0;
}

/* read = { "device" }: that power on these links and no others. */
static int set_power(struct imp__resolver *r, json_t *rights, const char *power, const json_t *list)
{
    static const char *const links[] = {"device", "backend", NULL};
    bool found[2] = {false, false};
    json_t *network = member(rights, "network"), *window = window_of(network);
    int status = each_name(r, power, list, links, found);
    for (int l = 0; l < 2 && status == 0; l++)
        if (found[l])
            json_object_set(member(network, links[l]), power, window);
        else
            json_object_del(json_object_get(network, links[l]), power);
    json_decref(window);
    return status;
}

/* oob = { "read" }: that power on every channel; or a table by channel. */
static int set_oob(struct imp__resolver *r, json_t *rights, const json_t *value)
{
    static const char *const powers[] = {"read", "write", NULL};
    bool found[2] = {false, false};
    if (json_is_object(value) && json_object_size(value) > 0)
        return json_object_set(rights, "oob", (json_t *)value);
    if (each_name(r, "oob", value, powers, found) < 0)
        return -1;
    json_object_del(rights, "oob");
    for (int p = 0; p < 2; p++)
        if (found[p])
            json_object_set_new(member(member(rights, "oob"), "*"), powers[p],
                                json_string("always"));
    return 0;
}

static void set_windows(json_t *table, const json_t *window)
{
    const char *key, *power;
    json_t *powers, *old;
    void *next;
    json_object_foreach(table, key, powers)
    {
        json_object_foreach_safe(powers, next, power, old)
        {
            json_object_set(powers, power, (json_t *)window);
        }
    }
}

/* strategy = "name" or { name = ..., parameter = ... }; numbers become texts. */
static int set_strategy(struct imp__resolver *r, json_t *rights, const json_t *value)
{
    const char *key;
    json_t *item;
    if (json_is_string(value))
        return json_object_set_new(rights, "strategy", json_pack("{s:O}", "name", value));
    if (!json_is_object(value))
        return imp__resolve_fail(r, "adversary.strategy: expected a name or a table with a name");
    json_t *strategy = json_object();
    json_object_foreach((json_t *)value, key, item)
    {
        char *text = json_is_string(item) ? NULL : imp_canonical(item);
        json_object_set_new(strategy, key, text ? json_string(text) : json_incref(item));
        free(text);
    }
    return json_object_set_new(rights, "strategy", strategy);
}

static int apply(struct imp__resolver *r, json_t *rights, const char *key, const json_t *value)
{
    if (strcmp(key, "at") == 0)
        return json_object_set(member(rights, "strategy"), "at", (json_t *)value);
    if (strcmp(key, "read") == 0 || strcmp(key, "block") == 0 || strcmp(key, "inject") == 0)
        return set_power(r, rights, key, value);
    if (strcmp(key, "oob") == 0)
        return set_oob(r, rights, value);
    if (strcmp(key, "strategy") == 0)
        return set_strategy(r, rights, value);
    if (strcmp(key, "window") == 0) {
        set_windows(json_object_get(rights, "network"), value);
        set_windows(json_object_get(rights, "oob"), value);
        return 0;
    }
    return json_object_set(rights, key, (json_t *)value);
}

/* ---- the name of a changed preset
 * ------------------------------------------------------------------- */
static void append(char *name, size_t cap, const char *text)
{
    size_t used = strlen(name);
    snprintf(name + used, cap - used, "%s", text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Appends " NAME key=value ..." in the order of the keys. */
static void name_strategy(char *name, size_t cap, const json_t *strategy)
{
    const char *keys[IMP_RIGHTS_LIST + 1], *key;
    const char *own = json_string_value(json_object_get(strategy, "name"));
    json_t *value;
    size_t n = 0;
    append(name, cap, " ");
    append(name, cap, own ? own : "?");
    json_object_foreach((json_t *)strategy, key, value)
    {
        bool told = strcmp(key, "name") == 0 || strcmp(key, "script") == 0; /* the file is enough */
        if (!told && n < IMP_RIGHTS_LIST + 1)
            keys[n++] = key;
    }
    qsort(keys, n, sizeof *keys, by_text);
    for (size_t i = 0; i < n; i++) {
        value = json_object_get(strategy, keys[i]);
        char *text = json_is_string(value) ? NULL : imp_canonical(value);
        append(name, cap, " ");
        append(name, cap, keys[i]);
        append(name, cap, "=");
        append(name, cap, text ? text : json_string_value(value));
        free(text);
    }
}

/* Appends " key=a+b"; what is neither a text nor a list of texts stands as JSON. */
static void name_change(char *name, size_t cap, const char *key, const json_t *value)
{
    size_t i;
    const json_t *item;
    append(name, cap, " ");
    append(name, cap, key);
    append(name, cap, "=");
    json_array_foreach(value, i, item)
    {
        char *text = json_is_string(item) ? NULL : imp_canonical(item);
        append(name, cap, i ? "+" : "");
        append(name, cap, text ? text : json_string_value(item));
        free(text);
    }
    if (json_is_array(value) && i > 0)
        return;
    bool nothing = (json_is_array(value) || json_is_object(value)) && json_object_size(value) == 0;
    char *text = json_is_string(value) || nothing ? NULL : imp_canonical(value);
    append(name, cap, nothing ? "nothing" : text ? text : json_string_value(value));
    free(text);
}

/* ---- the whole
 * ---------------------------------------------------------------------------------------- */
static json_t *changed_preset(struct imp__resolver *r, const json_t *changes)
{
    const struct imp_adversary *a = preset_of(r, json_object_get(changes, "preset"));
    const json_t *own = json_object_get(changes, "name");
    char name[300];
    if (!a)
        return NULL;
    json_t *rights = imp_adversary_json(a);
    snprintf(name, sizeof name, "%s", a->name);
    for (size_t i = 2; entries[i]; i++) {
        const json_t *value = json_object_get(changes, entries[i]);
        if (!value)
            continue;
        if (strcmp(entries[i], "strategy") == 0 && json_is_object(value))
            name_strategy(name, sizeof name, value);
        else
            name_change(name, sizeof name, entries[i], value);
        if (apply(r, rights, entries[i], value) < 0) {
            json_decref(rights);
            return NULL;
        }
    }
    json_object_set_new(rights, "name", own ? json_incref((json_t *)own) : json_string(name));
    return rights;
}

static int check_changes(struct imp__resolver *r, const json_t *changes)
{
    const char *name;
    json_t *value;
    if (!json_is_object(changes))
        return imp__resolve_fail(r, "mitm: expected named entries such as preset = \"dolev-yao\"");
    json_object_foreach((json_t *)changes, name, value)
    {
        struct imp_nearest best = {0};
        char hint[100];
        if (among(name, entries))
            continue;
        for (size_t i = 0; entries[i]; i++)
            imp_nearest_offer(&best, name, entries[i]);
        imp_nearest_hint(&best, hint, sizeof hint);
        return imp__resolve_fail(r, "mitm: unknown entry \"%.60s\"%s", name, hint);
    }
    return 0;
}

int imp__resolve_adversary(struct imp__resolver *r)
{
    const json_t *j = json_object_get(r->keys, "adversary");
    const json_t *changes = json_object_get(j, "$mitm"), *line = json_object_get(j, "$line");
    struct imp_adversary parsed;
    json_t *rights = NULL;
    if (!j)
        rights = imp_adversary_json(&imp_adversaries[0]);
    else if (line) /* as it stands in a plan line */
        rights = json_deep_copy(line);
    else if (changes)
        rights = check_changes(r, changes) == 0 ? changed_preset(r, changes) : NULL;
    else if (preset_of(r, j))
        rights = imp_adversary_json(preset_of(r, j));
    if (!rights)
        return -1;
    imp__resolve_source(r, "adversary", j, "default");
    json_object_set_new(r->plan, "adversary", rights);
    if (imp_adversary_from_json(&parsed, rights, r->error, r->cap) < 0 ||
        imp_adversary_check(&parsed, r->mechanism, r->error, r->cap) < 0)
        return -1;
    json_t *clean = imp_adversary_json(&parsed); /* each right once, in one order */
    if (!clean)
        return imp__resolve_fail(r, "adversary: expected printable texts");
    json_object_set_new(r->plan, "adversary", clean);
    return 0;
}
