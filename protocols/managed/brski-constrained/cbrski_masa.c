/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_masa.c - the MASA of brski with constrained vouchers over HTTPS, cBRSKI section 7. */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

const struct imp_legal cbrski_masa_legal[] = {
    {BRSKI_HANDSHAKE, CBRSKI_MSG_MASA_CLIENT_HELLO},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_MASA_CLIENT_FLIGHT},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_MASA_ALERT},
    {BRSKI_REQUEST, CBRSKI_MSG_MASA_REQUEST},
    {BRSKI_REQUEST, CBRSKI_MSG_MASA_REQUEST_LOG},
    {BRSKI_REQUEST, CBRSKI_MSG_MASA_ALERT},
    {-1, -1},
};

static const struct imp_https_labels labels = {
    CBRSKI_MSG_MASA_SERVER_FLIGHT, CBRSKI_MSG_MASA_SERVER_FLIGHT, CBRSKI_MSG_MASA_FINISHED,
    CBRSKI_MSG_MASA_FINISHED, CBRSKI_MSG_MASA_ALERT};

static bool keep(struct imp_x509 *out, struct imp_piece der)
{
    if (der.n > sizeof out->der)
        return false;
    memcpy(out->der, der.p, der.n);
    out->n = der.n;
    return true;
}

/* The registrar's chain is in an x5bag, protected or not (section 8.1). */
static const struct imp_cose_header *bag_of(const struct imp_cose_sign1 *m)
{
    return m->protected.count ? &m->protected : &m->unprotected;
}

static int open_request(struct imp_env *env, struct brski_asked *a, const uint8_t *request,
                        size_t n)
{
    struct imp_cose_sign1 m;
    int opened = cbrski_open(env, &a->v, &m, request, n, true);
    const struct imp_cose_header *bag = bag_of(&m);
    if (opened == -1)
        return -1;
    int signer = imp_cose_signer(env, &m, IMP_PIECE("", 0), bag);
    if (signer < 0 || bag->count > IMP_CMS_CERTS || !keep(&a->signer, bag->certs[signer]))
        return -1;
    for (size_t i = 0; i < bag->count; i++)
        if (!keep(&a->certs.crt[a->certs.count++], bag->certs[i]))
            return -1;
    return opened;
}

/* The pledge's certificates came in the registrar's bag (section 9.2.1). */
static int open_prior(struct imp_env *env, struct brski_asked *a)
{
    struct imp_cose_sign1 m;
    struct imp_cose_header bag = {.count = a->certs.count};
    for (size_t i = 0; i < bag.count; i++)
        bag.certs[i] = IMP_PIECE(a->certs.crt[i].der, a->certs.crt[i].n);
    if (cbrski_open(env, &a->prior, &m, a->v.prior, a->v.prior_n, true) != 0)
        return -1;
    int signer = imp_cose_signer(env, &m, IMP_PIECE("", 0), &bag);
    if (signer < 0)
        return -1;
    a->prior_signer = a->certs.crt[signer];
    return 0;
}

/* The key of the registrar that the pledge has seen, in one of three forms. */
static bool is_near(const struct brski_asked *a)
{
    struct imp_x509_info info;
    uint8_t spki[BRSKI_SPKI], hash[32];
    if (a->prior.proximity.n)
        return brski_same_key(&a->prior.proximity, &a->signer);
    if (imp_x509_read(&info, a->signer.der, a->signer.n) != 0)
        return false;
    imp_p256_spki(spki, info.pub);
    imp_sha256(NULL, hash, &IMP_PIECE(spki, sizeof spki), 1);
    return (a->prior.key_n == sizeof spki && memcmp(a->prior.key, spki, sizeof spki) == 0) ||
           (a->prior.key_n == sizeof hash && memcmp(a->prior.key, hash, sizeof hash) == 0);
}

int cbrski_issue(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
                 const struct brski_signer *by)
{
    const struct imp_piece bag[] = {
        {by->crt->der, by->crt->n},
        {by->above ? by->above->der : NULL, by->above ? by->above->n : 0}};
    return cbrski_sign(env, out, cap, v, by->secret, bag, by->above ? 2 : 1);
}

/* Where the registrar itself is to be pinned, its public key may be (section 8.3). */
static int sign(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
                const struct brski_signer *by)
{
    static struct brski_voucher with_key; /* filled and used within the call */
    struct imp_x509_info info;
    if (imp_opt(env, CBRSKI_OPT_PIN) != CBRSKI_PIN_KEY)
        return cbrski_issue(env, out, cap, v, by);
    with_key = *v;
    with_key.pinned.n = 0;
    if (imp_x509_read(&info, v->pinned.der, v->pinned.n) != 0)
        return -1;
    imp_p256_spki(with_key.key, info.pub);
    with_key.key_n = BRSKI_SPKI;
    return cbrski_issue(env, out, cap, &with_key, by);
}

const struct brski_masa_form cbrski_masa_form = {
    .type = CBRSKI_TYPE,
    .channel = CBRSKI_MASA,
    .messages = CBRSKI_MSG_MASA_CLIENT_HELLO,
    .labels = &labels,
    .policy = CBRSKI_OPT_POLICY,
    .pin = CBRSKI_OPT_PIN,
    .lifetime = CBRSKI_OPT_LIFETIME,
    .no_ownership_check = CBRSKI_FLAW_OWNERSHIP,
    .open = open_request,
    .open_prior = open_prior,
    .is_near = is_near,
    .sign = sign,
};

void cbrski_masa_init(void *ctx, struct imp_env *env)
{
    struct brski_masa *m = ctx;
    m->env = env;
    m->form = &cbrski_masa_form;
}
