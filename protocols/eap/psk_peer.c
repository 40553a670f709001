/* SPDX-License-Identifier: GPL-2.0-only */
/* psk_peer.c - the EAP-PSK peer ("Bob"), RFC 4764 section 4. */
#include <string.h>

#include "../crypto/crypto.h"
#include "psk.h"

void psk_peer_start(void *peer, struct imp_env *env, imp_time now)
{
    struct psk_peer *p = peer;
    (void)now;
    int n = env->ops->cell_get(env, PSK_CELL_ID, p->id, sizeof p->id - 1);
    p->id[n < 0 ? 0 : n] = 0;
    p->have_keys =
        env->ops->cell_get(env, PSK_CELL_KEYS, &p->keys, sizeof p->keys) == (int)sizeof p->keys;
    imp_eap_claim_identity(env, p->id);
}

void psk_peer_begin(void *peer, struct imp_env *env, imp_time now)
{
    struct psk_peer *p = peer;
    (void)env;
    (void)now;
    p->state = PSK_PEER_AWAIT_1;
    p->succeeded = false;
    imp_wipe(&p->c, sizeof p->c);
    p->c.keys = p->keys;
}

size_t psk_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap)
{
    const struct psk_peer *p = peer;
    size_t n = strlen(p->id);
    (void)env;
    if (n >= cap)
        n = cap - 1;
    memcpy(out, p->id, n);
    out[n] = 0;
    return n;
}

/* A failed check: silent discard, or the end of the conversation as the option says. */
static enum imp_eap_peer_verdict refuse(struct psk_peer *p, struct imp_eap_io *io, const char *why)
{
    imp_eap_claim_reject(io->env, why);
    if (imp_eap_opt(io->env, "bad-mac", PSK_BAD_MAC_SILENT) == PSK_BAD_MAC_SILENT)
        return IMP_EAP_PEER_IGNORE;
    p->state = PSK_PEER_ENDED;
    return IMP_EAP_PEER_FAILED; /* with nothing to say */
}

/* Message 1: RAND_S, ID_S. Answers with message 2: RAND_P, MAC_P, ID_P. */
static enum imp_eap_peer_verdict message_1(struct psk_peer *p, struct imp_eap_io *io,
                                           const struct psk_message *m)
{
    uint8_t mac[PSK_MAC];
    enum psk_id_encoding encoding =
        (enum psk_id_encoding)imp_eap_opt(io->env, "id-encoding", PSK_ID_NAI);
    struct psk_conversation *c = &p->c;
    if (!p->have_keys || m->id_encoding != encoding)
        return IMP_EAP_PEER_IGNORE;
    memcpy(c->rand_s, m->rand_s, PSK_RAND);
    memcpy(c->id_s, m->id, m->id_n);
    c->id_s[m->id_n] = 0;
    memcpy(c->id_p, p->id, sizeof c->id_p);
    imp_random(io->env, "rand-p", c->rand_p, PSK_RAND);
    psk_mac_p(io->env, mac, c->keys.ak, encoding, c->id_p, c->id_s, c->rand_s, c->rand_p);
    psk_write_2(io, encoding, c->rand_s, c->rand_p, mac, c->id_p);
    p->state = PSK_PEER_AWAIT_3;
    return IMP_EAP_PEER_CONTINUE;
}

/* Answers PCHANNEL of the server with ours; R by section 6.1, EXT by section 6.2. */
static enum imp_eap_peer_verdict respond(struct psk_peer *p, struct imp_eap_io *io,
                                         const struct psk_channel *in)
{
    struct psk_conversation *c = &p->c;
    struct psk_channel out = {.r = in->r, .e = in->e, .ext_type = in->ext_type};
    if (in->e && imp_eap_opt(io->env, "ext-supported", 1) && in->ext_type == PSK_EXT_TYPE) {
        out.ext = in->ext; /* our extension echoes */
        out.ext_n = in->ext_n;
    }
    c->extended = in->e;
    if (in->r == PSK_DONE_SUCCESS)
        psk_claim_running(io->env, c); /* the response lets the server commit */
    psk_write_channel(io, c->rand_s, NULL, c->session.tek, c->nonce + 1, &out);
    c->nonce += 2;
    switch (in->r) {
    case PSK_CONT:
        p->state = PSK_PEER_AWAIT_MORE;
        return IMP_EAP_PEER_CONTINUE;
    case PSK_DONE_SUCCESS:
        p->state = PSK_PEER_ENDED;
        p->succeeded = true;
        psk_claim_commit(io->env, c, c->id_s);
        return IMP_EAP_PEER_DONE;
    default:
        p->state = PSK_PEER_ENDED;
        imp_eap_claim_reject(io->env, "server sent DONE_FAILURE");
        return IMP_EAP_PEER_FAILED;
    }
}

/* Message 3: MAC_S first, then the session keys, then the tag (section 4.3). */
static enum imp_eap_peer_verdict message_3(struct psk_peer *p, struct imp_eap_io *io,
                                           const struct psk_message *m)
{
    struct psk_conversation *c = &p->c;
    enum psk_id_encoding encoding =
        (enum psk_id_encoding)imp_eap_opt(io->env, "id-encoding", PSK_ID_NAI);
    bool flawed = imp_eap_flawed(io->env, "no-server-auth");
    uint8_t mac[PSK_MAC], text[PSK_TEXT_MAX];
    struct psk_channel channel = {0};
    psk_mac_s(io->env, mac, c->keys.ak, encoding, c->id_s, c->rand_p);
    if (!imp_equal(mac, m->mac, PSK_MAC) && !flawed)
        return refuse(p, io, "MAC_S");
    if (m->nonce != 0)
        return refuse(p, io, "PCHANNEL nonce");
    psk_session_keys(io->env, &c->session, c->keys.kdk, c->rand_p);
    c->derived = true;
    if (psk_open_channel(io->env, &channel, text, io->in, m, c->session.tek) != 0) {
        if (!flawed)
            return refuse(p, io, "PCHANNEL tag");
        channel = (struct psk_channel){.r = PSK_DONE_SUCCESS}; /* takes it for a success */
    }
    psk_claim_nonce(io->env, c, m->nonce);
    return respond(p, io, &channel);
}

/* Later messages of an extended authentication: T=3 in requests. */
static enum imp_eap_peer_verdict message_more(struct psk_peer *p, struct imp_eap_io *io,
                                              const struct psk_message *m)
{
    uint8_t text[PSK_TEXT_MAX];
    struct psk_channel channel;
    if (m->nonce != p->c.nonce)
        return refuse(p, io, "PCHANNEL nonce");
    if (psk_open_channel(io->env, &channel, text, io->in, m, p->c.session.tek) != 0)
        return refuse(p, io, "PCHANNEL tag");
    psk_claim_nonce(io->env, &p->c, m->nonce);
    return respond(p, io, &channel);
}

enum imp_eap_peer_verdict psk_peer_process(void *peer, struct imp_eap_io *io)
{
    struct psk_peer *p = peer;
    struct psk_message m;
    if (psk_parse(&m, io->in, io->in_n) != 0)
        return IMP_EAP_PEER_IGNORE;
    if (m.t == 0 && p->state == PSK_PEER_AWAIT_1)
        return message_1(p, io, &m);
    if (memcmp(m.rand_s, p->c.rand_s, PSK_RAND) != 0)
        return IMP_EAP_PEER_IGNORE; /* another session's */
    if (m.t == 2 && p->state == PSK_PEER_AWAIT_3)
        return message_3(p, io, &m);
    if (m.t == 3 && p->state == PSK_PEER_AWAIT_MORE)
        return message_more(p, io, &m);
    return IMP_EAP_PEER_IGNORE;
}

bool psk_peer_export(const void *peer, struct imp_eap_export *out)
{
    const struct psk_peer *p = peer;
    if (!p->succeeded)
        return false;
    psk_export(&p->c, out);
    return true;
}
