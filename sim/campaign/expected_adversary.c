/* SPDX-License-Identifier: GPL-2.0-only */
/* expected_adversary.c - an adversary of one's own in an expectation: that of a scenario file. */
#include "expected.h"

#include "script.h"
#include "sim/scenario/scenario.h"

#include <stdio.h>
#include <string.h>

bool imp_expected_own(const char *adversary)
{
    size_t n = strlen(adversary);
    return n > 4 && strcmp(adversary + n - 4, ".lua") == 0;
}

/* The adversary of the file's one scenario, as it stands in the scenario's raw data. */
static json_t *take(const json_t *raw, const char *path, const char *word, char *error, size_t cap)
{
    json_t *keys = json_object_get(json_array_get(raw, 0), "keys");
    json_t *adversary = json_object_get(keys, "adversary");
    json_t *mitm = json_object_get(adversary, "$mitm"), *added;
    if (json_array_size(raw) != 1 || !mitm) {
        snprintf(error, cap, "%s: expected one scenario with adversary = mitm { ... }", path);
        return NULL;
    }
    if (!json_object_get(mitm, "name"))
        json_object_set_new(mitm, "name", json_string(word));
    if (imp__script_add(&added, keys, path, error, cap) < 0)
        return NULL;
    return json_incref(adversary);
}

json_t *imp_expected_adversary(const char *expectations, const char *word, char *error, size_t cap)
{
    char path[1000];
    const char *slash = *word == '/' ? NULL : strrchr(expectations, '/');
    int folder = slash ? (int)(slash - expectations) + 1 : 0;
    if (snprintf(path, sizeof path, "%.*s%s", folder, expectations, word) >= (int)sizeof path) {
        snprintf(error, cap, "adversary: the name of the file is too long");
        return NULL;
    }
    json_t *raw = imp_scenario_load(path, error, cap);
    json_t *adversary = raw ? take(raw, path, word, error, cap) : NULL;
    json_decref(raw);
    return adversary;
}
