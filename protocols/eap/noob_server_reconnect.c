/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB server: Reconnect Exchange (RFC 9140 section 3.4.2). */
#include <string.h>

#include "noob_server.h"

static const char *server_info(const struct imp_env *env)
{
    return imp_eap_opt(env, "reconnect-info", 0)
               ? imp_eap_opt_str(env, "server-info", NOOB_SERVER_INFO)
               : "";
}

/* A new NAI is sent only when it differs from the association's: then it is an update. */
static const char *renamed(const struct noob_session *s, const struct imp_env *env)
{
    const char *nai = imp_eap_opt_str(env, "new-nai", "");
    return strcmp(nai, s->association.nai) != 0 ? nai : "";
}

enum imp_eap_server_verdict noob_begin_reconnect(struct noob_session *s, struct imp_eap_io *io)
{
    static const int versions[] = {NOOB_VERSION};
    const struct noob_suites *own = noob_own_suites(io->env);
    const char *nai = renamed(s, io->env), *info = server_info(io->env);
    struct noob_writer w;

    noob_request(&w, io, NOOB_RECONNECT_PARAMETERS);
    noob_put_ints(&w, NOOB_M_VERS, versions, 1);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    noob_put_ints(&w, NOOB_M_CRYPTOSUITES, own->suites, own->n);
    if (nai[0])
        noob_put_text(&w, NOOB_M_NEW_NAI, nai, strlen(nai));
    if (info[0])
        noob_put_raw(&w, NOOB_M_SERVER_INFO, info, strlen(info));
    return noob_send(s, io, &w, NOOB_RECONNECT_PARAMETERS);
}

static void agree_parameters(struct noob_session *s, struct imp_env *env,
                             const struct noob_message *m)
{
    static const struct noob_span absent = {NULL, 0};
    struct noob_transcript *t = &s->r.transcript;
    const struct noob_suites *own = noob_own_suites(env);
    const char *info = server_info(env);

    noob_transcript_add(t, "[1]", 3); /* Vers */
    noob_transcript_span(t, &m->raw[NOOB_M_VERP]);
    noob_transcript_text(t, s->peer_id, strlen(s->peer_id));
    noob_transcript_add(t, own->json, strlen(own->json));
    noob_transcript_span(t, &absent); /* Dirs */
    noob_transcript_span(t, &(struct noob_span){(const uint8_t *)info, strlen(info)});
    noob_transcript_span(t, &m->raw[NOOB_M_CRYPTOSUITEP]);
    noob_transcript_span(t, &absent); /* Dirp */
    noob_transcript_text(t, s->r.nai, strlen(s->r.nai));
    noob_transcript_span(t, &m->raw[NOOB_M_PEER_INFO]);
}

enum imp_eap_server_verdict noob_reconnect_parameters(struct noob_session *s,
                                                      struct noob_server *db, struct imp_eap_io *io,
                                                      const struct noob_message *m)
{
    struct imp_env *env = io->env;
    struct noob_reconnect *r = &s->r;
    struct noob_transcript *t = &r->transcript;
    const char *nai = renamed(s, env);
    char jwk[NOOB_JWK_MAX];
    size_t n = 0;
    struct noob_writer w;
    (void)db;

    if (!noob_offered(env, m) || noob_suite_weaker(m->cryptosuitep, s->association.suite))
        return noob_refuse(s, io, NOOB_E_DATA);
    *r = (struct noob_reconnect){.verp = m->verp, .suite = m->cryptosuitep};
    strcpy(r->nai, nai[0] ? nai : s->association.nai);
    agree_parameters(s, env, m);

    /* A suite that is not the association's needs mode 3; else it is a matter of policy. */
    r->keying_mode = r->suite != s->association.suite ? 3 : (int)imp_eap_opt(env, "keying-mode", 2);
    if (r->keying_mode != 1) {
        noob_key_pair(env, &r->pair, (enum noob_suite)r->suite);
        n = noob_jwk_write(jwk, (enum noob_suite)r->suite, r->pair.pub);
    }
    imp_random(env, "noob-nonce", r->ns, NOOB_NONCE);
    noob_transcript_int(t, r->keying_mode);
    noob_transcript_span(t, &(struct noob_span){(const uint8_t *)jwk, n});
    noob_transcript_base64(t, r->ns, NOOB_NONCE);

    noob_request(&w, io, NOOB_RECONNECT_KEYS);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    noob_put_int(&w, NOOB_M_KEYING_MODE, r->keying_mode);
    if (n > 0)
        noob_put_raw(&w, NOOB_M_PKS2, jwk, n);
    noob_put_base64(&w, NOOB_M_NS2, r->ns, NOOB_NONCE);
    return noob_send(s, io, &w, NOOB_RECONNECT_KEYS);
}

enum imp_eap_server_verdict noob_reconnect_keys(struct noob_session *s, struct noob_server *db,
                                                struct imp_eap_io *io, const struct noob_message *m)
{
    struct imp_env *env = io->env;
    struct noob_reconnect *r = &s->r;
    const uint8_t *kz = s->association.kz;
    uint8_t pkp[64], macs[NOOB_MAC];
    struct noob_writer w;
    (void)db;

    if ((r->keying_mode == 1) == noob_has(m, NOOB_M_PKP2))
        return noob_refuse(s, io, NOOB_E_STRUCTURE);
    if (r->keying_mode != 1 &&
        (noob_jwk_parse(pkp, (enum noob_suite)r->suite, &m->raw[NOOB_M_PKP2]) < 0 ||
         noob_shared(env, r->z, (enum noob_suite)r->suite, &r->pair, pkp) < 0))
        return noob_refuse(s, io, NOOB_E_KEY);
    memcpy(r->np, m->nonce, NOOB_NONCE);
    noob_transcript_span(&r->transcript, &m->raw[NOOB_M_PKP2]);
    noob_transcript_span(&r->transcript, &m->raw[NOOB_M_NP2]);
    if (r->transcript.overflow)
        return noob_refuse(s, io, NOOB_E_DATA);

    noob_derive(env, &s->keys, r->keying_mode,
                (enum noob_supp)imp_eap_opt(env, "supp-priv-info", 0),
                r->keying_mode == 1 ? kz : r->z, r->np, r->ns, kz);
    noob_mac(env, macs, s->keys.kms, NOOB_FIRST_S, &r->transcript, NULL);
    noob_claim_running(env, &s->keys, s->peer_id, &r->transcript);
    noob_request(&w, io, NOOB_RECONNECT_MAC);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    noob_put_base64(&w, NOOB_M_MACS2, macs, NOOB_MAC);
    return noob_send(s, io, &w, NOOB_RECONNECT_MAC);
}

enum imp_eap_server_verdict noob_reconnect_mac(struct noob_session *s, struct noob_server *db,
                                               struct imp_eap_io *io, const struct noob_message *m)
{
    struct imp_env *env = io->env;
    struct noob_association *a = &s->association;
    const struct noob_reconnect *r = &s->r;
    uint8_t macp[NOOB_MAC];

    noob_mac(env, macp, s->keys.kmp, NOOB_FIRST_P, &r->transcript, NULL);
    if (!imp_equal(macp, m->mac, NOOB_MAC) && !imp_eap_flawed(env, "server-no-macp2-check")) {
        return noob_refuse(s, io, NOOB_E_HMAC);
    }
    a->verp = r->verp;
    memcpy(a->nai, r->nai, sizeof a->nai);
    if (r->keying_mode == 3) {
        a->suite = r->suite;
        memcpy(a->kz, s->keys.kz, NOOB_KEY);
    }
    noob_db_save(db, env, a);
    s->has_keys = true;
    noob_claim_commit(env, &s->keys, s->peer_id, &r->transcript, r->keying_mode == 3, true);
    noob_claim_settled(env, &s->keys, s->peer_id, r->verp, r->suite);
    return IMP_EAP_SERVER_SUCCESS;
}
