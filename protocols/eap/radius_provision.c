/* SPDX-License-Identifier: GPL-2.0-only */
/* radius_provision.c - the secrets of RADIUS: one of authenticators and server or first proxy, one
 * for each pair of neighbours behind that. */
#include "../crypto/crypto.h"
#include "dot1x.h"
#include "dot1x_proxy.h"
#include "dot1x_radius.h"
#include "dot1x_tls.h"
#include "options.h"

static struct imp_env *server_of(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == imp_radius_server_role(parties[i]))
            return parties[i];
    return NULL;
}

/* A secret for each pair of neighbours behind the first proxy. */
static void provide_proxies(struct imp_env *server)
{
    uint8_t drawn[16], secret[16];
    for (unsigned k = 1; k <= (unsigned)imp_eap_opt(server, "proxy-hops", 0); k++) {
        char cell[32];
        dot1x_chain_cell(cell, k);
        imp_random(server, IMP_RADIUS_SECRET_CELL, drawn, sizeof drawn);
        imp_weak_key(secret, imp_dot1x_secret_bits(server), drawn);
        server->ops->cell_put(server, cell, secret, sizeof secret);
    }
}

void imp_radius_provision(struct imp_env *const *parties, size_t count)
{
    struct imp_env *server = server_of(parties, count);
    uint8_t drawn[16], secret[16];
    if (!server)
        return;
    if (dot1x_tls_chosen(server)) {
        dot1x_tls_provision(parties, count);
        return;
    }
    imp_random(server, IMP_RADIUS_SECRET_CELL, drawn, sizeof drawn);
    imp_weak_key(secret, imp_dot1x_secret_bits(server), drawn);
    for (size_t i = 0; i < count; i++)
        if (parties[i] == server || parties[i]->role == imp_radius_nas_role(parties[i]))
            parties[i]->ops->cell_put(parties[i], IMP_RADIUS_SECRET_CELL, secret, sizeof secret);
    provide_proxies(server);
}
