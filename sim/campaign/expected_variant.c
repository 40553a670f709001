/* SPDX-License-Identifier: GPL-2.0-only */
/* A variant's words as the keys of a scenario. Whether options and flaws exist is decided where all
 * scenarios are resolved. */
#include "expected.h"

#include <stdio.h>
#include <string.h>

static int bad_word(const char *word, char *error, size_t cap)
{
    snprintf(error, cap,
             "\"%.60s\"; expected \"default\", or words like name=value, role.name=value, !flaw, "
             "apart by blanks",
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
        char *value = strchr(w, '=');
        if (*w == '!' && w[1]) {
            json_array_append_new(flaws, json_string(w + 1));
            continue;
        }
        if (*w == '!' || !value || value == w)
            return bad_word(w, error, cap);
        *value = '\0';
        if (set_option(options, w, value + 1, error, cap) < 0)
            return -1;
    }
    return 0;
}
