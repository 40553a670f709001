/* SPDX-License-Identifier: GPL-2.0-only */
/* One manifest from those of several parts. */
#include "manifest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool has_entry(const json_t *campaigns, const json_t *entry)
{
    size_t i;
    const json_t *had;
    json_array_foreach(campaigns, i, had)
    {
        if (json_equal(had, entry))
            return true;
    }
    return false;
}

static const char *commit_of(const json_t *entry)
{
    const char *commit =
        json_string_value(json_object_get(json_object_get(entry, "program"), "commit"));
    return commit ? commit : "unknown";
}

static void tell_commit(const json_t *first, const json_t *entry, const char *path,
                        void (*say)(const char *))
{
    char sentence[4400];
    if (!say || !first || strcmp(commit_of(first), commit_of(entry)) == 0)
        return;
    snprintf(sentence, sizeof sentence, "%s: made by commit %.12s, others by %.12s", path,
             commit_of(entry), commit_of(first));
    say(sentence);
}

/* Members that are not there yet; those that are there stay. */
static void join_members(const struct imp_manifest *into, const struct imp_manifest *from,
                         const char *member, void (*say)(const char *))
{
    json_t *mine = json_object_get(into->root, member), *value;
    const char *name;
    char sentence[4600];
    json_object_foreach(json_object_get(from->root, member), name, value)
    {
        const json_t *had = json_object_get(mine, name);
        if (!had)
            json_object_set(mine, name, value);
        else if (say && strcmp(member, "figures") == 0 && !json_equal(had, value)) {
            snprintf(sentence, sizeof sentence, "%s: other figures of %s; the first are kept",
                     from->path, name);
            say(sentence);
        }
    }
}

int imp_manifest_join(struct imp_manifest *into, const struct imp_manifest *from,
                      void (*say)(const char *sentence), char *error, size_t cap)
{
    static const char *const members[] = {"scenarios", "parameters", "figures"};
    json_t *mine = json_object_get(into->root, "campaigns"), *entry;
    size_t i;
    json_array_foreach(json_object_get(from->root, "campaigns"), i, entry)
    {
        if (has_entry(mine, entry))
            continue;
        tell_commit(json_array_get(mine, 0), entry, from->path, say);
        json_array_append(mine, entry);
    }
    for (i = 0; i < sizeof members / sizeof *members; i++)
        join_members(into, from, members[i], say);
    return imp__manifest_save(into, error, cap);
}
