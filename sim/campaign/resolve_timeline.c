/* SPDX-License-Identifier: GPL-2.0-only */
/* The timeline of a scenario: what happens to the parties of a role, and when. */
#include "resolve.h"

#include "canonical.h"

#include <stdio.h>
#include <string.h>

#define MOST 64 /* entries, as sim/world takes them */

static const char *const members[] = {"at_s", "event", "role", NULL};

static int check_members(struct imp__resolver *r, const json_t *entry, size_t i)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)entry, name, value)
    {
        bool known = false;
        for (size_t k = 0; members[k]; k++)
            known = known || strcmp(members[k], name) == 0;
        if (!known)
            return imp__resolve_fail(r,
                                     "timeline[%zu]: unknown key \"%.40s\"; expected at_s, role "
                                     "and event",
                                     i + 1, name);
    }
    return 0;
}

static int unknown_role(struct imp__resolver *r, size_t i)
{
    char list[160] = "";
    size_t used = 0;
    for (const struct imp_role *role = r->mechanism->roles; role->name && used < sizeof list;
         role++)
        used +=
            (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", role->name);
    return imp__resolve_fail(r, "timeline[%zu].role: expected one of %s", i + 1, list);
}

static int entry(struct imp__resolver *r, const json_t *j, size_t i, json_t *out)
{
    const json_t *at = json_object_get(j, "at_s");
    const char *role = json_string_value(json_object_get(j, "role"));
    const char *event = json_string_value(json_object_get(j, "event"));
    if (!json_is_object(j))
        return imp__resolve_fail(r,
                                 "timeline[%zu]: expected { at_s = 30, role = \"%s\", event = "
                                 "\"reset\" }",
                                 i + 1, r->mechanism->roles[0].name);
    if (check_members(r, j, i) < 0)
        return -1;
    if (!json_is_number(at) || !(json_number_value(at) >= 0 && json_number_value(at) <= 1e7))
        return imp__resolve_fail(r, "timeline[%zu].at_s: expected seconds from 0 to 10000000",
                                 i + 1);
    if (!role || imp_role_find(r->mechanism, role) < 0)
        return unknown_role(r, i);
    if (!event || !*event || strlen(event) > 200)
        return imp__resolve_fail(r,
                                 "timeline[%zu].event: expected reset, power-off, power-on or a "
                                 "word of the mechanism",
                                 i + 1);
    json_array_append_new(out, json_pack("{s:o, s:s, s:s}", "at_s",
                                         imp_canonical_number(json_number_value(at)), "role", role,
                                         "event", event));
    return 0;
}

int imp__resolve_timeline(struct imp__resolver *r)
{
    const json_t *list = json_object_get(r->keys, "timeline"), *item;
    json_t *out = json_array();
    size_t i;
    json_object_set_new(r->plan, "timeline", out);
    imp__resolve_source(r, "timeline", list != NULL, "default");
    if (list && json_is_object(list) && json_object_size(list) == 0)
        return 0; /* an empty Lua table */
    if (list && (!json_is_array(list) || json_array_size(list) > MOST))
        return imp__resolve_fail(r, "timeline: expected a list of at most %d entries", MOST);
    json_array_foreach(list, i, item)
    {
        if (entry(r, item, i, out) < 0)
            return -1;
    }
    return 0;
}
