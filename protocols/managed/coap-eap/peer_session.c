/* SPDX-License-Identifier: GPL-2.0-only */
/* peer_session.c - the peer under OSCORE: EAP-Success, the session that it opens, its deletion and
 * its end. */
#include <string.h>

#include "peer_internal.h"
#include "protocols/crypto/crypto.h"

/* The session's end, and when the next one is asked for: then, or before. */
static void set_end(struct ceap_peer *p)
{
    imp_time lifetime = p->security.lifetime * IMP_S,
             early = imp_opt(p->env, CEAP_OPT_RENEW) * IMP_S;
    early = early < lifetime / 2 ? early : lifetime / 2;
    memcpy(p->resource, p->path, sizeof p->resource);
    imp_timer(p->env, CEAP__TIMER_STEP, lifetime ? p->now + lifetime - early : IMP_NEVER);
    if (ceap__peer_renews(p))
        imp_timer(p->env, CEAP__TIMER_END, lifetime ? p->now + lifetime : IMP_NEVER);
}

void ceap__peer_operational(struct ceap_peer *p)
{
    const struct imp_eap_export *x = &p->security.eap;
    p->state = CEAP_PEER_OPERATIONAL;
    p->interval = imp_opt(p->env, CEAP_OPT_TRIGGER) * IMP_S;
    p->waits = false;
    ceap_claim_running(p->env, &p->security);
    ceap_claim_commit(p->env, &p->security, imp_aaa_agent(p->env, x));
    if (!p->claimed)
        imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
    p->claimed = true;
    set_end(p);
}

static int open_message(struct ceap_peer *p, struct ceap_security *s,
                        const struct imp_coap_message *m, struct imp_coap_message *inner,
                        struct imp_oscore_binding *binding)
{
    struct imp_eap_export x;
    bool fresh = p->state == CEAP_PEER_REQUEST;
    if (fresh && (!imp_eap_peer_export(&p->eap, &x) || !x.has_key ||
                  ceap_derive(p->env, s, &x, &p->agreed, false) != 0))
        return -1;
    return imp_oscore_open_request(p->env, &s->oscore, m, inner, p->buffer, binding);
}

static void protect(struct ceap_peer *p, struct imp_coap_reply *reply,
                    const struct imp_oscore_binding *binding, unsigned code, int label)
{
    const struct imp_coap_message plain = {.code = (uint8_t)code};
    imp_oscore_protect_response(p->env, &p->security.oscore, binding, false, &plain,
                                &reply->message, p->sealed);
    reply->label = label;
}

/* EAP-Success and the session's lifetime. */
static void success(struct ceap_peer *p, const struct ceap_security *s,
                    const struct imp_coap_message *inner, const struct imp_oscore_binding *binding,
                    struct imp_coap_reply *reply)
{
    struct ceap_info info;
    size_t n;
    if (inner->code != IMP_COAP_POST || !imp_coap_path_is(inner, p->path) ||
        ceap_content_read(p->env, &info, &n, inner->payload, inner->payload_n, CEAP_LABEL_RID_I) !=
            0 ||
        imp_eap_peer_receive(&p->eap, p->env, inner->payload, n, p->now) != IMP_EAP_PEER_SUCCESS) {
        ceap__peer_refuse(p, reply, IMP_COAP_BAD_REQUEST, "no EAP-Success inside OSCORE");
        return;
    }
    p->security = *s;
    p->security.lifetime = info.has_lifetime ? info.lifetime : CEAP_LIFETIME;
    ceap_claim_accepted(p->env, &p->security, binding);
    protect(p, reply, binding, IMP_COAP_CHANGED, CEAP_MSG_CHANGED);
    ceap__peer_operational(p);
}

static void deletion(struct ceap_peer *p, const struct imp_oscore_binding *binding,
                     struct imp_coap_reply *reply)
{
    ceap_claim_accepted(p->env, &p->security, binding);
    protect(p, reply, binding, IMP_COAP_DELETED, CEAP_MSG_DELETED);
    ceap__peer_forget(p);
    ceap__peer_hold(p);
}

/* While another session is being made the one that goes on may still be deleted. */
static bool deleted_meanwhile(struct ceap_peer *p, const struct imp_coap_message *m,
                              struct imp_coap_reply *reply)
{
    struct imp_oscore_binding binding;
    struct imp_coap_message inner;
    if (!ceap__peer_renews(p) || !p->security.there || p->state == CEAP_PEER_OPERATIONAL ||
        imp_oscore_open_request(p->env, &p->security.oscore, m, &inner, p->buffer, &binding) != 0)
        return false;
    if (inner.code == IMP_COAP_DELETE && imp_coap_path_is(&inner, p->resource))
        deletion(p, &binding, reply);
    else
        ceap__peer_refuse(p, reply, IMP_COAP_NOT_FOUND, "no such resource");
    return true;
}

void ceap__peer_protected(struct ceap_peer *p, const struct imp_coap_message *m,
                          struct imp_coap_reply *reply)
{
    struct ceap_security s = p->security;
    struct imp_oscore_binding binding;
    struct imp_coap_message inner;
    if (deleted_meanwhile(p, m, reply))
        return;
    bool expected = p->state == CEAP_PEER_REQUEST || p->state == CEAP_PEER_OPERATIONAL;
    if (!expected || open_message(p, &s, m, &inner, &binding) != 0) {
        ceap__peer_refuse(p, reply, IMP_COAP_BAD_REQUEST, "OSCORE does not verify");
    } else if (p->state == CEAP_PEER_REQUEST) {
        success(p, &s, &inner, &binding, reply);
    } else {
        p->security.oscore = s.oscore; /* the replay window */
        if (inner.code == IMP_COAP_DELETE && imp_coap_path_is(&inner, p->path))
            deletion(p, &binding, reply);
        else
            ceap__peer_refuse(p, reply, IMP_COAP_NOT_FOUND, "no such resource");
    }
    imp_wipe(&s, sizeof s);
}
