/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_info.c - the peer's PeerInfo (RFC 9140 section 3.3.2, Table 12 for its members over Wi-Fi).
 */
#include "noob_options.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `given` with that SerialNumber, members in their order; malloc'ed, or NULL. */
static char *with_serial(const char *given, const char *serial)
{
    json_t *j = json_loads(given, 0, NULL);
    char *text = NULL;
    if (json_is_object(j) && json_object_set_new(j, "SerialNumber", json_string(serial)) == 0)
        text = json_dumps(j, JSON_COMPACT);
    json_decref(j);
    return text;
}

void noob_peer_info(const struct imp_env *env, char *out)
{
    const char *given = imp_eap_opt_str(env, "peer-info", NOOB_PEER_INFO);
    char serial[32] = "";
    int n = env->ops->cell_get((struct imp_env *)env, NOOB_SERIAL_CELL, serial, sizeof serial - 1);
    char *own = n > 0 && n < (int)sizeof serial ? with_serial(given, serial) : NULL;
    bool fits = own && strlen(own) <= NOOB_INFO_MAX;
    snprintf(out, NOOB_INFO_MAX + 1, "%s", fits ? own : given);
    free(own);
}
