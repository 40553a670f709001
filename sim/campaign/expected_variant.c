/* SPDX-License-Identifier: GPL-2.0-only */
/* A variant's words as the keys of a scenario. Whether options and flaws exist is decided where all
 * scenarios are resolved. */
#include "expected.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bad_word(const char *word, char *error, size_t cap)
{
    snprintf(error, cap,
             "\"%.60s\"; expected \"default\", or words like name=value, role.name=value, !flaw, "
             "@devices=2, apart by blanks",
             word);
    return -1;
}

static int set_option(json_t *options, char *name, const char *value, char *error, size_t cap)
{
    char *dot = strchr(name, '.');
    json_t *into = options;
    if (dot) {
        *dot = '\0';
        into = json_object_get(options, name);
        if (!into && json_object_set_new(options, name, json_object()) == 0)
            into = json_object_get(options, name);
        name = dot + 1;
    }
    if (!json_is_object(into) || !*name)
        return bad_word(name, error, cap);
    if (json_object_get(into, name)) {
        snprintf(error, cap, "%.60s is set twice", name);
        return -1;
    }
    if (json_object_set_new(into, name, json_string(value)) == 0)
        return 0;
    return bad_word("(not UTF-8)", error, cap);
}

/* ---- what is not the mechanism's: @key=value */
static bool whole(const char *text, long *out)
{
    char *end;
    *out = strtol(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && *out <= 1000000;
}

/* @mother.kill=120: the event "kill" happens to the mother at 120 s; blanks are underscores. */
static int add_event(json_t *keys, char *role, char *event, long at)
{
    json_t *timeline = json_object_get(keys, "timeline");
    if (!timeline) {
        json_object_set_new(keys, "timeline", json_array());
        timeline = json_object_get(keys, "timeline");
    }
    for (char *p = event; *p; p++)
        *p = *p == '_' ? ' ' : *p;
    json_t *entry =
        json_pack("{s:I, s:s, s:s}", "at_s", (json_int_t)at, "role", role, "event", event);
    return entry ? json_array_append_new(timeline, entry) : -1;
}

static int set_key(json_t *keys, char *name, const char *value, char *error, size_t cap)
{
    static const char *const known[] = {"devices", "cell", "seeds"};
    char *dot = strchr(name, '.');
    long n;
    if (!whole(value, &n)) {
        snprintf(error, cap, "@%.60s: expected a whole number, not \"%.40s\"", name, value);
        return -1;
    }
    if (dot && dot[1]) {
        *dot = '\0';
        return add_event(keys, name, dot + 1, n) == 0 ? 0 : bad_word(name, error, cap);
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return strcmp(name, "seeds") == 0 ? 0
                                              : json_object_set_new(keys, name, json_integer(n));
    snprintf(error, cap, "@%.60s: expected @devices, @cell, @seeds or @ROLE.EVENT", name);
    return -1;
}

size_t imp_variant_seeds(const char *variant)
{
    const char *at = strstr(variant, "@seeds=");
    bool word = at && (at == variant || at[-1] == ' ');
    return word ? strtoul(at + strlen("@seeds="), NULL, 10) : 0;
}

int imp_variant_keys(json_t *keys, const char *variant, char *error, size_t cap)
{
    char words[4000], *save = NULL;
    json_t *options = json_object(), *flaws = json_array();
    json_object_set_new(keys, "options", options);
    json_object_set_new(keys, "flaws", flaws);
    if (strcmp(variant, "default") == 0)
        return 0;
    snprintf(words, sizeof words, "%s", variant);
    if (!*words)
        return bad_word("", error, cap);
    for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        char *value = *w == '@' ? strrchr(w, '=') : strchr(w, '='); /* names hold some: CN=x */
        if (*w == '!' && w[1]) {
            json_array_append_new(flaws, json_string(w + 1));
            continue;
        }
        if (*w == '!' || !value || value == w)
            return bad_word(w, error, cap);
        *value = '\0';
        if (*w == '@') {
            if (set_key(keys, w + 1, value + 1, error, cap) < 0)
                return -1;
            continue;
        }
        if (set_option(options, w, value + 1, error, cap) < 0)
            return -1;
    }
    return 0;
}
