/* SPDX-License-Identifier: GPL-2.0-only */
#include "presets.h"

#include <stdio.h>
#include <string.h>

#define NAME(id, text) text,

const char *imp_link_name(enum imp_link l)
{
    static const char *const names[] = {"device", "backend"};
    return names[l];
}

const char *imp_window_name(enum imp_window w)
{
    static const char *const names[] = {IMP_WINDOWS(NAME)};
    return names[w];
}

const char *imp_strategy_name(enum imp_strategy s)
{
    static const char *const names[] = {IMP_STRATEGIES(NAME)};
    return names[s];
}

#define BOTH                                                                                       \
    {                                                                                              \
        true, true                                                                                 \
    }
#define DEVICE                                                                                     \
    {                                                                                              \
        true, false                                                                                \
    }

const struct imp_adversary imp_adversaries[] = {
    {.name = "none", .summary = "Nobody interferes."},
    {.name = "passive",
     .summary = "Reads every link from the beginning to the end and does nothing else.",
     .strategy = IMP_STRATEGY_EAVESDROP,
     .read = BOTH},
    {.name = "dolev-yao",
     .summary = "Man in the middle with keys of its own on the device's link: reads, blocks and "
                "injects on every link, always; no out-of-band rights.",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .read = BOTH,
     .block = BOTH,
     .inject = BOTH},
    {.name = "dolev-yao-backend",
     .summary = "As dolev-yao, but standing between the access node and the server.",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .at = IMP_LINK_BACKEND,
     .read = BOTH,
     .block = BOTH,
     .inject = BOTH},
    {.name = "dolev-yao-oob",
     .summary = "As dolev-yao, and it reads and replaces what the user carries out of band.",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .read = BOTH,
     .block = BOTH,
     .inject = BOTH,
     .oob_read = true,
     .oob_write = true},
    {.name = "dolev-yao-oob-read",
     .summary = "As dolev-yao, and it sees what the user carries out of band (shoulder surfer).",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .read = BOTH,
     .block = BOTH,
     .inject = BOTH,
     .oob_read = true},
    {.name = "dolev-yao-oob-write",
     .summary = "As dolev-yao, and it replaces what the user carries out of band (label swapper).",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .read = BOTH,
     .block = BOTH,
     .inject = BOTH,
     .oob_write = true},
    {.name = "first-contact",
     .summary =
         "Man in the middle with keys of its own on the device's link, only until the device "
         "believes that it is operational.",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .read = DEVICE,
     .block = DEVICE,
     .inject = DEVICE,
     .window = IMP_WINDOW_FIRST},
    {.name = "race",
     .summary = "Reads and injects on the device's link with keys of its own but cannot block: its "
                "answers race those of the honest parties.",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .read = DEVICE,
     .inject = DEVICE},
    {.name = "late-comer",
     .summary = "Man in the middle with keys of its own on the device's link, only after every "
                "honest party has completed.",
     .strategy = IMP_STRATEGY_OWN_KEYS,
     .read = DEVICE,
     .block = DEVICE,
     .inject = DEVICE,
     .window = IMP_WINDOW_POST},
    {.name = NULL},
};

const struct imp_adversary *imp_adversary_find(const char *name)
{
    for (size_t i = 0; imp_adversaries[i].name; i++)
        if (strcmp(imp_adversaries[i].name, name) == 0)
            return &imp_adversaries[i];
    return NULL;
}

static json_t *links_json(const bool rights[IMP_LINK_COUNT])
{
    json_t *list = json_array();
    for (int i = 0; i < IMP_LINK_COUNT; i++)
        if (rights[i])
            json_array_append_new(list, json_string(imp_link_name((enum imp_link)i)));
    return list;
}

json_t *imp_adversary_json(const struct imp_adversary *a)
{
    json_t *oob = json_array();
    if (a->oob_read)
        json_array_append_new(oob, json_string("read"));
    if (a->oob_write)
        json_array_append_new(oob, json_string("write"));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s}", "name", a->name, "strategy",
                     imp_strategy_name(a->strategy), "at", imp_link_name(a->at), "read",
                     links_json(a->read), "block", links_json(a->block), "inject",
                     links_json(a->inject), "oob", oob, "window", imp_window_name(a->window));
}

/* Index of `text` among `count` names, or -1 with a sentence. */
static int name_index(const char *text, const char *const *names, int count, const char *what,
                      char *error, size_t cap)
{
    size_t used = 0;
    for (int i = 0; i < count; i++)
        if (text && strcmp(text, names[i]) == 0)
            return i;
    used = (size_t)snprintf(error, cap, "adversary.%s: expected one of", what);
    for (int i = 0; i < count && used < cap; i++)
        used += (size_t)snprintf(error + used, cap - used, "%s %s", i ? "," : "", names[i]);
    if (used < cap)
        snprintf(error + used, cap - used, "; not \"%.40s\"", text ? text : "(not a text)");
    return -1;
}

/* Sets flags[i] for every name in the list `key` of j. */
static int list_flags(bool *flags, const json_t *j, const char *key, const char *const *names,
                      int count, char *error, size_t cap)
{
    const json_t *list = json_object_get(j, key), *item;
    size_t i;
    if (!json_is_array(list)) {
        snprintf(error, cap, "adversary.%s: expected a list", key);
        return -1;
    }
    json_array_foreach(list, i, item)
    {
        int k = name_index(json_string_value(item), names, count, key, error, cap);
        if (k < 0)
            return -1;
        flags[k] = true;
    }
    return 0;
}

static int unknown_member(const json_t *j, char *error, size_t cap)
{
    static const char *const known[] = {"name",  "strategy", "at",  "read",
                                        "block", "inject",   "oob", "window"};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)j, key, value)
    {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found = found || strcmp(key, known[i]) == 0;
        if (!found) {
            snprintf(error, cap, "adversary: unknown member \"%.40s\"", key);
            return -1;
        }
    }
    return 0;
}

int imp_adversary_from_json(struct imp_adversary *out, const json_t *j, char *error, size_t cap)
{
    static const char *const links[] = {"device", "backend"};
    static const char *const oob[] = {"read", "write"};
    static const char *const windows[] = {IMP_WINDOWS(NAME)};
    static const char *const strategies[] = {IMP_STRATEGIES(NAME)};
    struct imp_adversary a = {.name = json_string_value(json_object_get(j, "name"))};
    bool oob_rights[2] = {false, false};

    if (!json_is_object(j) || !a.name) {
        snprintf(error, cap, "adversary: expected an object with a name");
        return -1;
    }
    int strategy = name_index(json_string_value(json_object_get(j, "strategy")), strategies,
                              IMP_STRATEGY_COUNT, "strategy", error, cap);
    int window = strategy < 0 ? -1
                              : name_index(json_string_value(json_object_get(j, "window")), windows,
                                           IMP_WINDOW_COUNT, "window", error, cap);
    int at = window < 0 ? -1
                        : name_index(json_string_value(json_object_get(j, "at")), links,
                                     IMP_LINK_COUNT, "at", error, cap);
    if (at < 0 || unknown_member(j, error, cap) < 0 ||
        list_flags(a.read, j, "read", links, IMP_LINK_COUNT, error, cap) < 0 ||
        list_flags(a.block, j, "block", links, IMP_LINK_COUNT, error, cap) < 0 ||
        list_flags(a.inject, j, "inject", links, IMP_LINK_COUNT, error, cap) < 0 ||
        list_flags(oob_rights, j, "oob", oob, 2, error, cap) < 0)
        return -1;
    a.strategy = (enum imp_strategy)strategy;
    a.window = (enum imp_window)window;
    a.at = (enum imp_link)at;
    a.oob_read = oob_rights[0];
    a.oob_write = oob_rights[1];
    *out = a;
    return 0;
}
