/* SPDX-License-Identifier: GPL-2.0-only */
/* resolve_backend.c - a wide-area link has two ends: one access node and one server's node. */
#include "resolve.h"

#include "protocols/contract/mechanism.h"

#include <string.h>

static int server_nodes(const struct imp__resolver *r)
{
    bool any = false, apart = false;
    for (int i = 0; r->mechanism->roles[i].name; i++) {
        any = any || (r->mechanism->roles[i].kind == IMP_ROLE_SERVER && r->parts >> i & 1);
        apart = apart || imp_role_is_apart(r->mechanism, i, r->parts);
    }
    return any + apart;
}

int imp__resolve_backend(struct imp__resolver *r)
{
    int devices = (int)json_integer_value(json_object_get(r->plan, "devices"));
    int cell = (int)json_integer_value(json_object_get(r->plan, "cell"));
    int access = (devices + cell - 1) / cell, servers = server_nodes(r);
    if (strcmp(json_string_value(json_object_get(r->plan, "backend")), "wan") != 0 || !servers)
        return 0;
    if (servers > 1)
        return imp__resolve_fail(r,
                                 "backend: wan joins two nodes; these options of %s put servers "
                                 "on two beside the access node",
                                 r->mechanism->name);
    if (access > 1)
        return imp__resolve_fail(r,
                                 "backend: wan joins two nodes; %d devices in cells of %d have "
                                 "%d access nodes",
                                 devices, cell, access);
    return 0;
}
