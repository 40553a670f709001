/* SPDX-License-Identifier: GPL-2.0-only */
/* device_trust.c - keys and certificates of servers against the accounts. */
#include <string.h>

#include "device_internal.h"
#include "protocols/crypto/crypto.h"

/* Is it the key of the account, or has it that digest? */
static bool same_key(struct lwm_device *d, const struct lwm_security *s, const uint8_t *spki,
                     size_t n)
{
    bool same = s && lwm_peer_matches(d->env, s, spki, n);
    if (!same)
        lwm_claim(d->env, IMP_CLAIM_REJECT, "other-server-key");
    return same || imp_flawed(d->env, LWM_FLAW_ANY_SERVER_KEY);
}

bool lwm__bs_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct lwm_device *d = arg;
    return same_key(d, lwm_config_bootstrap(&d->client.config), spki, n);
}

bool lwm__s_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct lwm_contact *c = arg;
    return same_key(c->device, lwm__security_of(c), spki, n);
}

/* The server's own certificate, or its digest; or one issued by the anchor to the server's name. */
static bool good_chain(struct lwm_device *d, const struct lwm_link *l, const struct lwm_security *s,
                       const struct imp_piece *chain, size_t count)
{
    bool good = false;
    if (s && lwm_is_certificate(s->mode) && s->usage == LWM_USAGE_DOMAIN_ISSUED) {
        good = count > 0 && lwm_peer_matches(d->env, s, chain[0].p, chain[0].n);
    } else if (s && lwm_is_certificate(s->mode)) {
        const struct imp_x509_policy policy = {.anchors = &IMP_PIECE(s->peer, s->peer_n),
                                               .anchor_count = 1,
                                               .purpose = IMP_X509_SERVER,
                                               .host = l->host};
        good = imp_x509_verify(d->env, chain, count, &policy, d->now) == IMP_X509_GOOD;
    }
    if (!good)
        lwm_claim(d->env, IMP_CLAIM_REJECT, "other-server-certificate");
    return good || imp_flawed(d->env, LWM_FLAW_ANY_SERVER_KEY);
}

bool lwm__bs_verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct lwm_device *d = arg;
    return good_chain(d, &d->bs, lwm_config_bootstrap(&d->client.config), chain, count);
}

bool lwm__s_verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct lwm_contact *c = arg;
    return good_chain(c->device, &c->link, lwm__security_of(c), chain, count);
}
