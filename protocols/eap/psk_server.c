/* SPDX-License-Identifier: GPL-2.0-only */
/* psk_server.c - the EAP-PSK server ("Alice"), RFC 4764 section 4. */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "psk.h"

static void cell_name(char out[sizeof PSK_CELL_PREFIX + IMP_EAP_ID_MAX], const char *id)
{
    snprintf(out, sizeof PSK_CELL_PREFIX + IMP_EAP_ID_MAX, "%s%s", PSK_CELL_PREFIX, id);
}

static bool find_keys(struct imp_env *env, const char *id, struct psk_keys *out)
{
    char cell[sizeof PSK_CELL_PREFIX + IMP_EAP_ID_MAX];
    cell_name(cell, id);
    return env->ops->cell_get(env, cell, out, sizeof *out) == (int)sizeof *out;
}

void psk_server_start(void *shared, struct imp_env *env, imp_time now)
{
    (void)shared;
    (void)now;
    imp_eap_claim_identity(env, imp_eap_opt_str(env, "server-id", PSK_SERVER_ID));
}

/* Message 1: RAND_S, ID_S. The peer is known only from message 2, unless its EAP identity counts.
 */
enum imp_eap_server_verdict psk_server_begin(void *session, void *shared, struct imp_eap_io *io)
{
    enum psk_id_encoding encoding =
        (enum psk_id_encoding)imp_eap_opt(io->env, "id-encoding", PSK_ID_NAI);
    struct psk_server *s = session;
    (void)shared;
    if (imp_eap_opt(io->env, "identity-source", PSK_SOURCE_ID_P) == PSK_SOURCE_EAP_IDENTITY &&
        !find_keys(io->env, io->identity, &s->c.keys)) {
        imp_eap_claim_reject(io->env, "unknown EAP identity");
        return IMP_EAP_SERVER_FAILURE;
    }
    snprintf(s->c.id_s, sizeof s->c.id_s, "%s",
             imp_eap_opt_str(io->env, "server-id", PSK_SERVER_ID));
    imp_random(io->env, "rand-s", s->c.rand_s, PSK_RAND);
    psk_write_1(io, encoding, s->c.rand_s, s->c.id_s);
    s->state = PSK_SERVER_AWAIT_2;
    return IMP_EAP_SERVER_REQUEST;
}

static enum imp_eap_server_verdict refuse(struct psk_server *s, struct imp_eap_io *io,
                                          const char *why)
{
    imp_eap_claim_reject(io->env, why);
    if (imp_eap_opt(io->env, "bad-mac", PSK_BAD_MAC_SILENT) == PSK_BAD_MAC_SILENT)
        return IMP_EAP_SERVER_DISCARD;
    s->state = PSK_SERVER_ENDED;
    return IMP_EAP_SERVER_FAILURE;
}

/* A request over the protected channel: message 3 (with MAC_S) or a later one. */
static enum imp_eap_server_verdict send_channel(struct psk_server *s, struct imp_eap_io *io,
                                                const uint8_t *mac_s, uint32_t nonce)
{
    uint8_t payload[PSK_EXT_MAX];
    size_t n = (size_t)imp_eap_opt(io->env, "ext-payload", 0);
    struct psk_channel out = {
        .r = s->sent, .e = s->c.extended, .ext_type = PSK_EXT_TYPE, .ext = payload};
    if (s->c.extended && (mac_s || s->c.ext_known)) { /* unknown extension: empty payloads */
        memset(payload, 0x5a, n);
        out.ext_n = n;
    }
    if (s->sent == PSK_DONE_SUCCESS)
        psk_claim_running(io->env, &s->c); /* this request lets the peer commit */
    psk_write_channel(io, s->c.rand_s, mac_s, s->c.session.tek, nonce, &out);
    s->c.nonce = nonce + 1;
    return IMP_EAP_SERVER_REQUEST;
}

/* The keys of the peer that message 2 names; false: unknown, or not the one that EAP was told of.
 */
static bool named_keys(const struct imp_eap_io *io, struct psk_conversation *c)
{
    bool outer =
        imp_eap_opt(io->env, "identity-source", PSK_SOURCE_ID_P) == PSK_SOURCE_EAP_IDENTITY;
    bool same = strcmp(io->identity, c->id_p) == 0;
    return find_keys(io->env, c->id_p, &c->keys) && (!outer || same);
}

static enum imp_eap_server_verdict message_2(struct psk_server *s, struct imp_eap_io *io,
                                             const struct psk_message *m)
{
    struct psk_conversation c = s->c; /* all checks on a copy */
    enum psk_id_encoding encoding =
        (enum psk_id_encoding)imp_eap_opt(io->env, "id-encoding", PSK_ID_NAI);
    bool flawed = imp_eap_flawed(io->env, "no-peer-auth");
    uint8_t mac[PSK_MAC];
    if (m->id_encoding != encoding)
        return IMP_EAP_SERVER_DISCARD;
    memcpy(c.id_p, m->id, m->id_n);
    c.id_p[m->id_n] = 0;
    memcpy(c.rand_p, m->rand_p, PSK_RAND);
    bool known = named_keys(io, &c);
    psk_mac_p(io->env, mac, c.keys.ak, encoding, c.id_p, c.id_s, c.rand_s, c.rand_p);
    bool right = imp_equal(mac, m->mac, PSK_MAC);
    if ((!known || !right) && !flawed)
        return refuse(s, io, known ? "MAC_P" : "unknown ID_P"); /* answered alike */
    psk_session_keys(io->env, &c.session, c.keys.kdk, c.rand_p);
    c.derived = true;
    psk_mac_s(io->env, mac, c.keys.ak, encoding, c.id_s, c.rand_p);
    s->c = c;
    s->c.extended = imp_eap_opt(io->env, "ext-payload", 0) > 0;
    s->state = PSK_SERVER_AWAIT_4;
    s->sent = !imp_eap_opt(io->env, "authorize", 1) ? PSK_DONE_FAILURE
              : s->c.extended                       ? PSK_CONT
                                                    : PSK_DONE_SUCCESS;
    return send_channel(s, io, mac, 0);
}

/* Message 4 and, in an extended authentication, those after it. */
static enum imp_eap_server_verdict message_4(struct psk_server *s, struct imp_eap_io *io,
                                             const struct psk_message *m)
{
    bool flawed = imp_eap_flawed(io->env, "no-peer-auth");
    uint8_t text[PSK_TEXT_MAX];
    struct psk_channel in = {0};
    if (m->nonce != s->c.nonce)
        return refuse(s, io, "PCHANNEL nonce");
    if (psk_open_channel(io->env, &in, text, io->in, m, s->c.session.tek) != 0) {
        if (!flawed)
            return refuse(s, io, "PCHANNEL tag");
        in = (struct psk_channel){.r = s->sent, .e = s->c.extended, .ext_type = PSK_EXT_TYPE};
    }
    if (in.e != s->c.extended || (in.e && in.ext_type != PSK_EXT_TYPE))
        return refuse(s, io, "EXT");
    psk_claim_nonce(io->env, &s->c, m->nonce);
    s->c.ext_known = in.e && in.ext_n > 0;
    if (in.r == PSK_DONE_SUCCESS && s->sent == PSK_DONE_SUCCESS) {
        s->state = PSK_SERVER_ENDED;
        s->succeeded = true;
        psk_claim_commit(io->env, &s->c, s->c.id_p);
        return IMP_EAP_SERVER_SUCCESS;
    }
    if (in.r != PSK_CONT || s->sent == PSK_DONE_FAILURE) {
        s->state = PSK_SERVER_ENDED;
        imp_eap_claim_reject(io->env, "DONE_FAILURE");
        return IMP_EAP_SERVER_FAILURE;
    }
    s->sent = PSK_DONE_SUCCESS; /* one round of the extension is all we ask for */
    return send_channel(s, io, NULL, s->c.nonce + 1);
}

enum imp_eap_server_verdict psk_server_process(void *session, void *shared, struct imp_eap_io *io)
{
    struct psk_server *s = session;
    struct psk_message m;
    (void)shared;
    if (psk_parse(&m, io->in, io->in_n) != 0 || memcmp(m.rand_s, s->c.rand_s, PSK_RAND) != 0)
        return IMP_EAP_SERVER_DISCARD;
    if (m.t == 1 && s->state == PSK_SERVER_AWAIT_2)
        return message_2(s, io, &m);
    if (m.t == 3 && s->state == PSK_SERVER_AWAIT_4)
        return message_4(s, io, &m);
    return IMP_EAP_SERVER_DISCARD;
}

/* "revoke NAI": the account is closed. */
void psk_server_event(void *shared, struct imp_env *env, const struct imp_event *event,
                      imp_time now)
{
    static const char verb[] = "revoke ";
    char id[IMP_EAP_ID_MAX + 1], cell[sizeof PSK_CELL_PREFIX + IMP_EAP_ID_MAX];
    size_t skip = sizeof verb - 1;
    (void)shared;
    (void)now;
    if (event->kind != IMP_EVENT_CONTROL || event->n <= skip || event->n - skip >= sizeof id ||
        memcmp(event->bytes, verb, skip) != 0)
        return;
    memcpy(id, event->bytes + skip, event->n - skip);
    id[event->n - skip] = 0;
    cell_name(cell, id);
    env->ops->cell_erase(env, cell);
}

bool psk_server_export(const void *session, struct imp_eap_export *out)
{
    const struct psk_server *s = session;
    if (!s->succeeded)
        return false;
    psk_export(&s->c, out);
    return true;
}
