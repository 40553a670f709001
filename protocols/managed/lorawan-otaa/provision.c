/* SPDX-License-Identifier: GPL-2.0-only */
/* provision.c - what makers and operators give each party before it starts. */
#include <stdio.h>
#include <string.h>

#include "lorawan.h"

static void put_at(struct imp_env *const *parties, size_t count, int role, const char *cell,
                   const void *bytes, size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == role)
            parties[i]->ops->cell_put(parties[i], cell, bytes, n);
}

/* A network server's links: one key for each, KEKs that it shares with the join server, or that the
 * application server does. */
static void provision_links(struct imp_env *const *parties, size_t count, struct imp_env *ns,
                            uint8_t number, const uint8_t as_kek[LW_KEY])
{
    struct lw_link join = {.number = number}, application = {.number = number};
    char cell[LW_EUI_NAME];
    imp_random(ns, "links", join.key, LW_KEY);
    imp_random(ns, "links", join.kek, LW_KEY);
    imp_random(ns, "links", application.key, LW_KEY);
    snprintf(cell, sizeof cell, "network-%u", number);
    ns->ops->cell_put(ns, LW_CELL_LINK, &join, sizeof join);
    ns->ops->cell_put(ns, LW_CELL_APPLICATION, &application, sizeof application);
    put_at(parties, count, LW_JOIN, cell, &join, sizeof join);
    memcpy(application.kek, as_kek, LW_KEY);
    put_at(parties, count, LW_APPLICATION, cell, &application, sizeof application);
}

/* The link by which the application server asks the join server for AppSKeys. */
static void provision_keys(struct imp_env *const *parties, size_t count, struct imp_env *js,
                           const uint8_t as_kek[LW_KEY])
{
    struct lw_link link = {.number = LW_LINKS};
    imp_random(js, "key-link", link.key, LW_KEY);
    memcpy(link.kek, as_kek, LW_KEY);
    js->ops->cell_put(js, LW_CELL_KEYS, &link, sizeof link);
    put_at(parties, count, LW_APPLICATION, LW_CELL_KEYS, &link, sizeof link);
}

/* The next owner's application server: its links to the network servers, its KEK, and the link by
 * which it claims devices at the join server. */
static void provision_next(struct imp_env *const *parties, size_t count, struct imp_env *next)
{
    struct lw_link claims = {.number = LW_LINKS};
    uint8_t kek[LW_KEY], number = 0;
    imp_random(next, "next-kek", kek, sizeof kek);
    put_at(parties, count, LW_JOIN, "next-kek", kek, sizeof kek);
    imp_random(next, "claims", claims.key, LW_KEY);
    memcpy(claims.kek, kek, LW_KEY);
    next->ops->cell_put(next, LW_CELL_NEXT_KEYS, &claims, sizeof claims);
    put_at(parties, count, LW_JOIN, LW_CELL_NEXT_KEYS, &claims, sizeof claims);
    for (size_t i = 0; i < count; i++) {
        struct lw_link link = {.number = number};
        char cell[LW_EUI_NAME];
        if (parties[i]->role != LW_NETWORK || number >= LW_LINKS)
            continue;
        snprintf(cell, sizeof cell, "network-%u", number++);
        imp_random(next, "links", link.key, LW_KEY);
        parties[i]->ops->cell_put(parties[i], LW_CELL_NEXT, &link, sizeof link);
        memcpy(link.kek, kek, LW_KEY);
        next->ops->cell_put(next, cell, &link, sizeof link);
    }
}

/* The join server has the OwnerToken's hash alone. */
static void provision_token(struct imp_env *const *parties, size_t count, struct imp_env *device,
                            const struct lw_enrolment *e)
{
    struct lw_printed printed;
    uint8_t drawn[LW_KEY], hash[32];
    char token[LW_TOKEN_MAX + 1], cell[LW_EUI_NAME];
    memcpy(printed.join_eui, e->join_eui, LW_EUI);
    memcpy(printed.dev_eui, e->dev_eui, LW_EUI);
    imp_random(device, "owner-token", drawn, sizeof drawn);
    imp_weak_key(printed.token, (unsigned)imp_opt(device, LW_OPT_TOKEN_ENTROPY), drawn);
    device->ops->cell_put(device, LW_CELL_PRINTED, &printed, sizeof printed);
    lw_owner_token_text(token, printed.token);
    lw_owner_token_hash(device, hash, token);
    lw_cell_name(cell, "token-", e->dev_eui);
    put_at(parties, count, LW_JOIN, cell, hash, sizeof hash);
}

static void provision_device(struct imp_env *const *parties, size_t count, struct imp_env *device,
                             const uint8_t join_eui[LW_EUI])
{
    struct lw_enrolment e;
    uint8_t drawn[LW_KEY];
    char cell[LW_EUI_NAME];
    unsigned bits = (unsigned)imp_opt(device, LW_OPT_KEY_ENTROPY);
    memset(&e, 0, sizeof e);
    imp_random(device, "dev-eui", e.dev_eui, LW_EUI);
    memcpy(e.join_eui, join_eui, LW_EUI);
    e.version = (uint8_t)imp_opt(device, LW_OPT_VERSION);
    imp_random(device, "root-keys", drawn, sizeof drawn);
    imp_weak_key(e.root.nwk, bits, drawn);
    if (e.version == LW_1_1) {
        imp_random(device, "root-keys", drawn, sizeof drawn);
        imp_weak_key(e.root.app, bits, drawn);
    } else {
        memcpy(e.root.app, e.root.nwk, LW_KEY);
    }
    device->ops->cell_put(device, LW_CELL_ENROLMENT, &e, sizeof e);
    lw_cell_name(cell, "device-", e.dev_eui);
    put_at(parties, count, LW_JOIN, cell, &e, sizeof e);
    if (imp_opt(device, LW_OPT_CLAIM) != LW_CLAIM_NONE)
        provision_token(parties, count, device, &e);
    imp_wipe(&e, sizeof e);
    imp_wipe(drawn, sizeof drawn);
}

void lw_provision(struct imp_env *const *parties, size_t count)
{
    uint8_t join_eui[LW_EUI] = {0}, as_kek[LW_KEY] = {0}, networks = 0;
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == LW_JOIN) {
            imp_random(parties[i], "join-eui", join_eui, sizeof join_eui);
            imp_random(parties[i], "application-kek", as_kek, sizeof as_kek);
            parties[i]->ops->cell_put(parties[i], "join-eui", join_eui, sizeof join_eui);
            parties[i]->ops->cell_put(parties[i], "application-kek", as_kek, sizeof as_kek);
            provision_keys(parties, count, parties[i], as_kek);
        }
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == LW_NETWORK && networks < LW_LINKS)
            provision_links(parties, count, parties[i], networks++, as_kek);
        else if (parties[i]->role == LW_DEVICE)
            provision_device(parties, count, parties[i], join_eui);
        else if (parties[i]->role == LW_NEXT)
            provision_next(parties, count, parties[i]);
}
