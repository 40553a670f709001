/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_registrar_voucher.c - from the pledge's request to the MASA's voucher, what the pledge
 * made of it, and the audit log: RFC 8995 sections 5.2 to 5.8, cBRSKI sections 6.8 and 9.2.1. */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static const struct cbrski_outcome good = {.code = IMP_COAP_CHANGED};

static struct cbrski_outcome refusal(enum imp_coap_code code, const char *why)
{
    return (struct cbrski_outcome){.code = code, .why = why};
}

/* ---- what the pledge asks ----------------------------------------------------------------------
 */
/* The registrar at the other end of the pledge's session is this one, else somebody is between. */
static bool sees_us(const struct cbrski_registrar *r, const struct brski_voucher *v)
{
    uint8_t spki[BRSKI_SPKI], hash[32];
    if (v->assertion != BRSKI_PROXIMITY)
        return false;
    if (v->proximity.n)
        return v->proximity.n == r->crt.n && memcmp(v->proximity.der, r->crt.der, r->crt.n) == 0;
    imp_p256_spki(spki, r->key.pub);
    imp_sha256(r->env, hash, &IMP_PIECE(spki, sizeof spki), 1);
    return (v->key_n == sizeof spki && memcmp(v->key, spki, sizeof spki) == 0) ||
           (v->key_n == sizeof hash && memcmp(v->key, hash, sizeof hash) == 0);
}

/* Who signed is who has authenticated in DTLS (certificates beside the signature count for nothing,
 * section 9.2.2), and the serial number is its own. */
static struct cbrski_outcome check(struct cbrski_session *s, const struct brski_voucher *v,
                                   const struct imp_cose_sign1 *m)
{
    struct cbrski_registrar *r = s->registrar;
    struct imp_x509_info info;
    if (r->env->adversary)
        return good;
    if (imp_x509_read(&info, s->idevid.der, s->idevid.n) != 0 ||
        imp_cose_verify(r->env, m, IMP_PIECE("", 0), info.pub) != 0 ||
        strcmp(v->serial, s->serial) != 0 || v->prior_n)
        return refusal(IMP_COAP_FORBIDDEN, "request-of-another");
    return sees_us(r, v) ? good : refusal(IMP_COAP_UNAUTHORIZED, "another-registrar");
}

/* ---- the registrar's own request ---------------------------------------------------------------
 */
static void put_issuer(struct cbrski_session *s, struct brski_voucher *ask)
{
    struct imp_x509_info idevid;
    if (imp_x509_read(&idevid, s->idevid.der, s->idevid.n) != 0)
        return;
    memcpy(ask->issuer, idevid.authority_key, idevid.authority_key_n);
    ask->issuer_n = idevid.authority_key_n;
}

/* The one above the pledge's, of what came in DTLS or is known; NULL: none. */
static const struct imp_x509 *above(const struct cbrski_session *s)
{
    const struct cbrski_registrar *r = s->registrar;
    const struct imp_x509 *all[] = {&s->above, &r->issuing, &r->manufacturer};
    for (size_t i = 0; i < 3; i++)
        if (all[i]->n)
            return all[i];
    return NULL;
}

/* The pledge's certificate goes along with what is above it, as far as four are enough: the MASA
 * has its own root (cBRSKI section 9.2.1). */
static bool compose(struct cbrski_session *s, struct brski_voucher *ask, const char *serial,
                    const struct brski_voucher *pledge)
{
    struct cbrski_registrar *r = s->registrar;
    const struct imp_x509 *over = above(s);
    const struct imp_piece bag[] = {{r->crt.der, r->crt.n},
                                    {r->ca_crt.der, r->ca_crt.n},
                                    {s->idevid.der, s->idevid.n},
                                    {over ? over->der : NULL, over ? over->n : 0}};
    *ask = (struct brski_voucher){.request = true};
    snprintf(ask->serial, sizeof ask->serial, "%s", serial);
    brski_date_write(ask->created_on, imp_x509_seconds(r->now));
    put_issuer(s, ask);
    if (pledge) {
        if (s->in.n > sizeof ask->prior)
            return false;
        ask->assertion = BRSKI_PROXIMITY;
        memcpy(ask->nonce, pledge->nonce, pledge->nonce_n);
        ask->nonce_n = pledge->nonce_n;
        memcpy(ask->prior, s->in.bytes, s->in.n);
        ask->prior_n = s->in.n;
    }
    int n =
        cbrski_sign(r->env, s->request, sizeof s->request, ask, r->key.secret, bag, over ? 4 : 3);
    s->request_n = n < 0 ? 0 : (size_t)n;
    return n > 0;
}

static struct cbrski_outcome ask_masa(struct cbrski_session *s)
{
    cbrski_ask_masa(s, BRSKI_ASK_VOUCHER);
    return (struct cbrski_outcome){.later = true};
}

/* ---- vouchers ----------------------------------------------------------------------------------
 */
static int stored(struct cbrski_session *s, uint8_t out[CBRSKI_SIGNED])
{
    char cell[BRSKI_SERIAL + 8];
    struct imp_env *env = s->registrar->env;
    brski_cell(cell, sizeof cell, "voucher", s->serial);
    return env->ops->cell_get(env, cell, out, CBRSKI_SIGNED);
}

/* The MASA renews it for its owner (RFC 8366 section 6.1). */
static bool has_expired(struct cbrski_session *s, const uint8_t *voucher, size_t n)
{
    static struct brski_voucher v; /* filled and used within the call */
    struct imp_cose_sign1 m;
    int64_t at;
    return cbrski_open(s->registrar->env, &v, &m, voucher, n, false) != 0 ||
           (v.expires_on[0] &&
            (brski_date_read(&at, v.expires_on) != 0 || at < imp_x509_seconds(s->registrar->now)));
}

/* Without the certificates beside it, which are for the registrar (section 6.8). */
static struct cbrski_outcome give(struct cbrski_session *s, const uint8_t *voucher, size_t n)
{
    struct cbrski_registrar *r = s->registrar;
    struct imp_cose_sign1 m;
    struct est_sid sid;
    if (imp_cose_read(r->env, &m, voucher, n) != 0)
        return refusal(IMP_COAP_SERVICE_UNAVAILABLE, "no-voucher");
    m.unprotected.count = 0;
    int size = imp_cose_rewrite(r->env, s->out, sizeof s->out, &m);
    if (size < 0)
        return refusal(IMP_COAP_SERVICE_UNAVAILABLE, "no-voucher");
    estc_sid(&sid, &s->secure);
    brski_claim_session(r->env, IMP_CLAIM_RUNNING, &sid, s->serial, r->key.pub);
    s->out_n = (size_t)size;
    return good;
}

/* ---- a registrar of the adversary's ------------------------------------------------------------
 */
/* Signs a voucher for itself, with its own key. */
static struct cbrski_outcome forge(struct cbrski_session *s, const struct brski_voucher *pledge)
{
    static struct brski_voucher v; /* filled and used within the call */
    struct cbrski_registrar *r = s->registrar;
    uint8_t out[CBRSKI_DATA];
    v = (struct brski_voucher){
        .assertion = BRSKI_VERIFIED, .nonce_n = pledge->nonce_n, .pinned = r->ca_crt};
    memcpy(v.nonce, pledge->nonce, pledge->nonce_n);
    snprintf(v.serial, sizeof v.serial, "%s", s->serial);
    brski_date_write(v.created_on, imp_x509_seconds(r->now));
    int n = cbrski_sign(r->env, out, sizeof out, &v, r->key.secret, NULL, 0);
    return n > 0 ? give(s, out, (size_t)n) : refusal(IMP_COAP_BAD_REQUEST, "no-voucher");
}

enum { A_DAY = 86400 /* s */ };

/* What it tries, attempt after attempt: a voucher that it has from before, or the MASA as everybody
 * may ask it; a voucher for a device that it has bought; one that it signs itself; to keep the
 * pledge waiting. */
static struct cbrski_outcome trick(struct cbrski_session *s, const struct brski_voucher *pledge)
{
    static struct brski_voucher ask; /* filled and used within the call */
    uint8_t voucher[CBRSKI_SIGNED];
    unsigned k = s->registrar->tricks++ % 4;
    int n = stored(s, voucher);
    if (k == 3)
        return (struct cbrski_outcome){.max_age = A_DAY};
    if (k == 2)
        return forge(s, pledge);
    if (k == 0 && n > 0)
        return give(s, voucher, (size_t)n);
    return (k == 0 ? compose(s, &ask, s->serial, pledge) : compose(s, &ask, BRSKI_SHELF, NULL))
               ? ask_masa(s)
               : refusal(IMP_COAP_BAD_REQUEST, "no-request");
}

/* ---- requests ----------------------------------------------------------------------------------
 */
/* Has the operator agreed? He does so a while after the pledge has first come. */
static bool approved(struct cbrski_session *s)
{
    struct cbrski_registrar *r = s->registrar;
    return est_pending(r->env, s->serial, imp_opt(r->env, CBRSKI_OPT_APPROVAL), r->now) == 0;
}

static struct cbrski_outcome serve_voucher(struct cbrski_session *s, struct brski_voucher *v)
{
    static struct brski_voucher ask; /* filled and used within the call */
    uint8_t voucher[CBRSKI_SIGNED];
    int64_t how = imp_opt(s->registrar->env, CBRSKI_OPT_VOUCHER);
    int n = how == BRSKI_STORED ? stored(s, voucher) : -1;
    if (n > 0 && !has_expired(s, voucher, (size_t)n))
        return compose(s, &ask, s->serial, NULL) /* for the audit log */
                   ? give(s, voucher, (size_t)n)
                   : refusal(IMP_COAP_BAD_REQUEST, "no-request");
    return compose(s, &ask, s->serial, how == BRSKI_NONCEFUL ? v : NULL)
               ? ask_masa(s)
               : refusal(IMP_COAP_BAD_REQUEST, "no-request");
}

struct cbrski_outcome cbrski_voucher_requested(struct cbrski_session *s)
{
    static struct brski_voucher v; /* filled and used within the call */
    struct cbrski_registrar *r = s->registrar;
    struct imp_cose_sign1 m;
    int opened = cbrski_open(r->env, &v, &m, s->in.bytes, s->in.n, true);
    if (opened != 0)
        return refusal(opened == -1 ? IMP_COAP_FORBIDDEN : IMP_COAP_NOT_ACCEPTABLE,
                       "malformed-request"); /* RFC 8995 sections 5.6, 5.3 */
    const struct cbrski_outcome o = check(s, &v, &m);
    s->closing = o.code == IMP_COAP_UNAUTHORIZED;
    if (o.why)
        return o;
    if (brski_is_noted(r->env, BRSKI_DECLINED, s->serial))
        return refusal(IMP_COAP_NOT_ACCEPTABLE, "declined");
    if (r->env->adversary)
        return trick(s, &v);
    if (!approved(s))
        return (struct cbrski_outcome){.max_age = (uint32_t)imp_opt(r->env, CBRSKI_OPT_RETRY)};
    return serve_voucher(s, &v);
}

/* Before the log is there nobody enrols, and the pledge hears of its status when it is. */
static bool is_strict(const struct cbrski_session *s)
{
    return imp_opt(s->registrar->env, CBRSKI_OPT_AUDIT) >= BRSKI_AUDIT_STRICT;
}

struct cbrski_outcome cbrski_voucher_told(struct cbrski_session *s)
{
    struct imp_env *env = s->registrar->env;
    struct brski_status status;
    if (cbrski_status_read(env, &status, s->in.bytes, s->in.n) != 0)
        return refusal(IMP_COAP_BAD_REQUEST, "malformed-status");
    if (status.newer) /* RFC 8995 section 5.7 */
        brski_claim(env, IMP_CLAIM_ALARM, "status-of-unknown-version");
    if (!status.good)
        brski_claim(env, IMP_CLAIM_REJECT, "voucher-refused");
    if (!status.good || !s->request_n || env->adversary ||
        imp_opt(env, CBRSKI_OPT_AUDIT) == BRSKI_AUDIT_SKIP)
        return good;
    cbrski_ask_masa(s, BRSKI_ASK_LOG);
    return (struct cbrski_outcome){.code = IMP_COAP_CHANGED, .later = is_strict(s)};
}

/* ---- the MASA's answers ------------------------------------------------------------------------
 */
static void log_came(struct cbrski_session *s, const uint8_t *json, size_t n)
{
    struct cbrski_registrar *r = s->registrar;
    const struct brski_heeded x = {s->serial, imp_opt(r->env, CBRSKI_OPT_AUDIT), &r->ca_crt,
                                   &r->crt};
    brski_heed_log(r->env, &x, json, n);
}

static void voucher_came(struct cbrski_session *s, const uint8_t *voucher, size_t n)
{
    char cell[BRSKI_SERIAL + 8];
    struct imp_env *env = s->registrar->env;
    brski_cell(cell, sizeof cell, "voucher", s->serial);
    if (!env->adversary)
        env->ops->cell_put(env, cell, voucher, n);
    cbrski_answer_late(s, give(s, voucher, n));
}

static enum imp_coap_code code_of(int status)
{
    switch (status) {
    case 400:
        return IMP_COAP_BAD_REQUEST;
    case 403:
        return IMP_COAP_FORBIDDEN;
    case 404:
        return IMP_COAP_NOT_FOUND;
    case 406:
        return IMP_COAP_NOT_ACCEPTABLE;
    case 415:
        return IMP_COAP_UNSUPPORTED_CONTENT_FORMAT;
    default:
        return IMP_COAP_SERVICE_UNAVAILABLE;
    }
}

void cbrski_job_done(struct cbrski_session *s, enum brski_job job, int status, const uint8_t *body,
                     size_t n)
{
    bool waits = s->state == BRSKI_AWAIT_MASA;
    s->state = BRSKI_REQUEST;
    if (job == BRSKI_ASK_LOG) {
        log_came(s, body, status == 200 ? n : 0);
        if (waits)
            cbrski_answer_late(s, good);
    } else if (status == 200 && n > 0) {
        voucher_came(s, body, n);
    } else {
        cbrski_answer_late(s, refusal(code_of(status), "no-voucher"));
    }
}
