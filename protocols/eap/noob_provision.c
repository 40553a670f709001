/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_provision.c - what is there before: cryptosuites by setting, names of choices, and the
 * association of an earlier run. */
#include <stdio.h>
#include <string.h>

#include "../codec/text.h"
#include "noob_method.h"

const struct noob_suites noob_suites[] = {
    {{NOOB_X25519, NOOB_P256}, 2, "[1,2]"},
    {{NOOB_P256, NOOB_X25519}, 2, "[2,1]"},
    {{NOOB_X25519}, 1, "[1]"},
    {{NOOB_P256}, 1, "[2]"},
};

const struct noob_suites *noob_own_suites(const struct imp_env *env)
{
    return &noob_suites[imp_eap_opt(env, "suite", 0)];
}

const char *const noob_suite_names[] = {"x25519-first", "p256-first", "x25519", "p256", NULL};
const char *const noob_direction_names[] = {"peer-to-server", "server-to-peer", "both", NULL};
const char *const noob_supp_names[] = {"length-byte", "plain", NULL};
const char *const noob_association_names[] = {"none", "stored", NULL};
const char *const noob_serial_names[] = {"as-given", "own", NULL};

/* An association that an earlier run of the protocol left behind. The PeerId is no secret (it goes
 * over the air in every handshake), so an adversary's peer and server know it too, but with a Kz of
 * their own. */
static void association_make(struct noob_association *a, struct imp_env *peer)
{
    uint8_t digest[32], device[4] = {(uint8_t)(peer->device >> 24), (uint8_t)(peer->device >> 16),
                                     (uint8_t)(peer->device >> 8), (uint8_t)peer->device};
    const struct imp_piece in[] = {IMP_PIECE("EAP-NOOB PeerId", 15), IMP_PIECE(device, 4)};

    *a = (struct noob_association){.verp = NOOB_VERSION, .suite = noob_own_suites(peer)->suites[0]};
    imp_sha256(NULL, digest, in, 2);
    imp_base64url_encode(a->peer_id, sizeof a->peer_id, digest, NOOB_NOOB);
    strncpy(a->nai, imp_eap_opt_str(peer, "nai", NOOB_DEFAULT_NAI), NOOB_NAI_MAX);
    imp_random(peer, "noob-association", a->kz, NOOB_KEY);
}

static void serial_make(struct imp_env *peer)
{
    uint8_t octets[6];
    char text[2 * sizeof octets + 1];
    imp_random(peer, "noob-serial-number", octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++)
        snprintf(text + 2 * i, 3, "%02X", octets[i]);
    peer->ops->cell_put(peer, NOOB_SERIAL_CELL, text, sizeof text - 1);
}

void noob_provision(struct imp_env *const *parties, size_t count, int peer, int server)
{
    struct imp_env *at = NULL;
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == server)
            at = parties[i];
    for (size_t i = 0; i < count; i++) {
        struct noob_association a;
        if (parties[i]->role != peer)
            continue;
        if (imp_eap_opt(parties[i], "serial-number", 0))
            serial_make(parties[i]);
        bool at_peer = imp_eap_opt(parties[i], "association", 0);
        bool at_server = at && imp_eap_opt(at, "association", 0);
        if (at_peer || at_server)
            association_make(&a, parties[i]);
        if (at_peer)
            noob_store(parties[i], NOOB_CELL, &a);
        if (at_server)
            noob_db_provision(at, &a);
    }
}
