/* SPDX-License-Identifier: GPL-2.0-only */
#include "script.h"

#include "sim/scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `file` as it is found from the scenario's folder; NULL when it is too long. */
static const char *place(char *out, size_t cap, const char *scenario, const char *file)
{
    const char *slash = *file == '/' ? NULL : strrchr(scenario, '/');
    int folder = slash ? (int)(slash - scenario) + 1 : 0;
    int n = snprintf(out, cap, "%.*s%s", folder, scenario, file);
    return n > 0 && (size_t)n < cap ? out : NULL;
}

static json_t *read_text(const char *scenario, const char *file, char *error, size_t cap)
{
    char path[1000], why[500];
    size_t n;
    if (!place(path, sizeof path, scenario, file)) {
        snprintf(error, cap, "adversary.strategy.file: the name is too long");
        return NULL;
    }
    char *text = imp_file_read(path, IMP_SCRIPT_FILE, &n, why, sizeof why);
    json_t *j = text && !memchr(text, 0, n) ? json_stringn(text, n) : NULL;
    if (!text)
        snprintf(error, cap, "adversary.strategy.file: %s", why);
    else if (!j)
        snprintf(error, cap, "adversary.strategy.file: %s: expected UTF-8 text", path);
    free(text);
    return j;
}

int imp__script_add(json_t **added, json_t *keys, const char *scenario, char *error, size_t cap)
{
    json_t *mitm = json_object_get(json_object_get(keys, "adversary"), "$mitm");
    json_t *strategy = json_object_get(mitm, "strategy");
    const json_t *named = json_object_get(strategy, "file");
    const char *file = json_string_value(named);
    *added = NULL;
    if (!named || json_object_get(strategy, "script"))
        return 0;
    if (!file || !*file) {
        snprintf(error, cap, "adversary.strategy.file: expected the name of a file");
        return -1;
    }
    json_t *text = read_text(scenario, file, error, cap);
    if (!text)
        return -1;
    json_object_set_new(strategy, "script", text);
    *added = strategy;
    return 0;
}

void imp__script_remove(json_t *added)
{
    json_object_del(added, "script");
}
