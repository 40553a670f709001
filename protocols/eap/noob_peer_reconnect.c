/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB peer: Reconnect Exchange (RFC 9140 section 3.4.2). */
#include <string.h>

#include "noob_method.h"

/* The suite must be no weaker than the association's, or than the one before it while that may
 * still be the server's. */
static bool strong_enough(const struct noob_association *a, int suite)
{
    return !noob_suite_weaker(suite, a->suite) ||
           (a->suite_prev && !noob_suite_weaker(suite, a->suite_prev));
}

int noob_peer_reconnect_parameters(struct noob_peer *p, struct imp_eap_io *io,
                                   const struct noob_message *m, struct noob_writer *w)
{
    static const struct noob_span absent = {NULL, 0};
    struct noob_reconnect *r = &p->r;
    struct noob_transcript *t = &r->transcript;
    bool renamed = noob_has(m, NOOB_M_NEW_NAI);
    char info[NOOB_INFO_MAX + 1] = "";

    if (imp_eap_opt(io->env, "reconnect-info", 0))
        noob_peer_info(io->env, info);
    memset(r, 0, sizeof *r);
    r->verp = NOOB_VERSION;
    r->suite = noob_choose_suite(io->env, m->suites, m->suites_n);
    if (!noob_offers_version(m))
        return NOOB_E_VERSION;
    if (r->suite == 0 || !strong_enough(&p->association, r->suite))
        return NOOB_E_SUITE;
    strcpy(r->nai, renamed ? m->new_nai : p->association.nai);

    noob_transcript_span(t, &m->raw[NOOB_M_VERS]);
    noob_transcript_int(t, r->verp);
    noob_transcript_span(t, &m->raw[NOOB_M_PEER_ID]);
    noob_transcript_span(t, &m->raw[NOOB_M_CRYPTOSUITES]);
    noob_transcript_span(t, &absent); /* Dirs */
    noob_transcript_span(t, &m->raw[NOOB_M_SERVER_INFO]);
    noob_transcript_int(t, r->suite);
    noob_transcript_span(t, &absent); /* Dirp */
    if (renamed)
        noob_transcript_span(t, &m->raw[NOOB_M_NEW_NAI]);
    else
        noob_transcript_text(t, r->nai, strlen(r->nai));
    noob_transcript_span(t, &(struct noob_span){(const uint8_t *)info, strlen(info)});

    noob_put_int(w, NOOB_M_VERP, r->verp);
    noob_put_text(w, NOOB_M_PEER_ID, m->peer_id, m->peer_id_n);
    noob_put_int(w, NOOB_M_CRYPTOSUITEP, r->suite);
    if (info[0])
        noob_put_raw(w, NOOB_M_PEER_INFO, info, strlen(info));
    return NOOB_OK;
}

/* Keys travel in modes 2 and 3 only; a suite that is not the association's needs mode 3. */
static int check_mode(const struct noob_peer *p, const struct noob_message *m)
{
    const struct noob_association *a = &p->association;
    bool known = p->r.suite == a->suite || (a->suite_prev && p->r.suite == a->suite_prev);

    if ((m->keying_mode == 1) == noob_has(m, NOOB_M_PKS2))
        return NOOB_E_STRUCTURE;
    return m->keying_mode == 3 || known ? NOOB_OK : NOOB_E_DATA;
}

int noob_peer_reconnect_keys(struct noob_peer *p, struct imp_eap_io *io,
                             const struct noob_message *m, struct noob_writer *w)
{
    struct noob_reconnect *r = &p->r;
    struct noob_transcript *t = &r->transcript;
    enum noob_suite suite = (enum noob_suite)r->suite;
    uint8_t pks[64];
    char jwk[NOOB_JWK_MAX];
    size_t n = 0;
    int error = check_mode(p, m);

    if (error != NOOB_OK)
        return error;
    r->keying_mode = m->keying_mode;
    if (r->keying_mode != 1) {
        if (noob_jwk_parse(pks, suite, &m->raw[NOOB_M_PKS2]) < 0)
            return NOOB_E_KEY;
        noob_key_pair(io->env, &r->pair, suite);
        if (noob_shared(io->env, r->z, suite, &r->pair, pks) < 0)
            return NOOB_E_KEY;
        n = noob_jwk_write(jwk, suite, r->pair.pub);
    }
    memcpy(r->ns, m->nonce, NOOB_NONCE);
    imp_random(io->env, "noob-nonce", r->np, NOOB_NONCE);

    noob_transcript_span(t, &m->raw[NOOB_M_KEYING_MODE]);
    noob_transcript_span(t, &m->raw[NOOB_M_PKS2]);
    noob_transcript_span(t, &m->raw[NOOB_M_NS2]);
    noob_transcript_span(t, &(struct noob_span){(const uint8_t *)jwk, n});
    noob_transcript_base64(t, r->np, NOOB_NONCE);
    if (t->overflow)
        return NOOB_E_DATA;

    noob_put_text(w, NOOB_M_PEER_ID, m->peer_id, m->peer_id_n);
    if (n > 0)
        noob_put_raw(w, NOOB_M_PKP2, jwk, n);
    noob_put_base64(w, NOOB_M_NP2, r->np, NOOB_NONCE);
    return NOOB_OK;
}

/* Derives with `kz` and says whether MACs2 confirms it. */
static bool confirms(struct noob_peer *p, struct imp_env *env, const uint8_t kz[NOOB_KEY],
                     const struct noob_message *m)
{
    const struct noob_reconnect *r = &p->r;
    uint8_t mac[NOOB_MAC];

    noob_derive(env, &p->keys, r->keying_mode,
                (enum noob_supp)imp_eap_opt(env, "supp-priv-info", 0),
                r->keying_mode == 1 ? kz : r->z, r->np, r->ns, kz);
    noob_mac(env, mac, p->keys.kms, NOOB_FIRST_S, &r->transcript, NULL);
    return imp_equal(mac, m->mac, NOOB_MAC);
}

/* Rules 1, 2 and 4: with Kz, else with KzPrev, which rolls a lost upgrade back. */
static bool settle_keys(struct noob_peer *p, struct imp_env *env, const struct noob_message *m)
{
    struct noob_association *a = &p->association;
    bool good = confirms(p, env, a->kz, m);

    if (!good && a->suite_prev && confirms(p, env, a->kz_prev, m)) {
        a->suite = a->suite_prev;
        memcpy(a->kz, a->kz_prev, NOOB_KEY);
        good = true;
    }
    if (!good && imp_eap_flawed(env, "peer-no-macs2-check")) {
        confirms(p, env, a->kz, m); /* the keys of Kz again */
        good = true;
    }
    if (good) {
        a->suite_prev = 0;
        imp_wipe(a->kz_prev, sizeof a->kz_prev);
    }
    return good;
}

/* Rule 3: a new suite brings a new Kz; the old one is kept until the server has shown that it has
 * the new one. */
static void update_association(struct noob_peer *p, struct imp_env *env)
{
    struct noob_association *a = &p->association;
    const struct noob_reconnect *r = &p->r;

    if (r->keying_mode == 3) {
        a->suite_prev = a->suite;
        memcpy(a->kz_prev, a->kz, NOOB_KEY);
        a->suite = r->suite;
        memcpy(a->kz, p->keys.kz, NOOB_KEY);
    }
    a->verp = r->verp;
    memcpy(a->nai, r->nai, sizeof a->nai);
    noob_store(env, NOOB_CELL, a);
}

int noob_peer_reconnect_mac(struct noob_peer *p, struct imp_eap_io *io,
                            const struct noob_message *m, struct noob_writer *w)
{
    struct imp_env *env = io->env;
    const struct noob_transcript *t = &p->r.transcript;
    uint8_t mac[NOOB_MAC];

    if (!settle_keys(p, env, m))
        return NOOB_E_HMAC;
    noob_mac(env, mac, p->keys.kmp, NOOB_FIRST_P, t, NULL);
    noob_put_text(w, NOOB_M_PEER_ID, m->peer_id, m->peer_id_n);
    noob_put_base64(w, NOOB_M_MACP2, mac, NOOB_MAC);

    p->has_keys = true;
    noob_claim_running(env, &p->keys, p->association.peer_id, t);
    noob_claim_commit(env, &p->keys, p->association.peer_id, t, p->r.keying_mode == 3, false);
    noob_claim_settled(env, &p->keys, p->association.peer_id, p->r.verp, p->r.suite);
    update_association(p, env);
    p->state = NOOB_REGISTERED;
    p->ended = true;
    return NOOB_OK;
}
