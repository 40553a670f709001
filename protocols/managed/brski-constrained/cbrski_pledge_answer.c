/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_pledge_answer.c - what the pledge makes of the registrar's answers, block by block. */
#include "cbrski.h"

#include "protocols/codec/cbor.h"
#include "protocols/crypto/crypto.h"

#include <string.h>

enum { MAX_AGE = 60 /* s where the option is absent, RFC 7252 section 5.10.5 */ };

/* ---- the voucher -------------------------------------------------------------------------------
 */
static struct brski_expected expected(const struct cbrski_pledge *d)
{
    return (struct brski_expected){
        .env = d->env,
        .now = d->now,
        .clock = imp_opt(d->env, CBRSKI_OPT_CLOCK) != 0,
        .any_nonce = imp_opt(d->env, CBRSKI_OPT_NONCE) == BRSKI_NONCE_ANY,
        .any_moment = imp_flawed(d->env, CBRSKI_FLAW_NONCE),
        .any_date = imp_flawed(d->env, CBRSKI_FLAW_EXPIRY),
        .nonce = d->nonce,
        .idevid = &d->idevid_crt,
        .chain = d->chain,
        .chain_count = d->chain_count,
    };
}

/* The key that signs vouchers has been in the pledge since it was made (cBRSKI section 9.2.3). */
static bool is_of_masa(struct cbrski_pledge *d, const struct imp_cose_sign1 *m)
{
    struct imp_x509_info info;
    return imp_x509_read(&info, d->masa.der, d->masa.n) == 0 &&
           imp_cose_verify(d->env, m, IMP_PIECE("", 0), info.pub) == 0;
}

const char *cbrski_check_voucher(struct cbrski_pledge *d, struct brski_voucher *v)
{
    struct imp_cose_sign1 m;
    const struct brski_expected x = expected(d);
    bool any_signer = d->env->adversary || imp_flawed(d->env, CBRSKI_FLAW_VOUCHER);
    bool any_serial = d->env->adversary || imp_flawed(d->env, CBRSKI_FLAW_SERIAL);
    if (cbrski_open(d->env, v, &m, d->in.bytes, d->in.n, false) != 0)
        return "malformed-voucher";
    if (!any_signer && !is_of_masa(d, &m))
        return "untrusted-voucher";
    if (!any_serial && strcmp(v->serial, d->serial) != 0)
        return "voucher-of-another";
    return d->env->adversary ? NULL : brski_not_ours(&x, v, IMP_CMS_UNDATED);
}

/* From here on the session is with the owner's registrar. */
static void obey(struct cbrski_pledge *d, const struct brski_voucher *v)
{
    d->pinned = v->pinned; /* empty: a key is pinned */
    if (v->pinned.n)
        d->env->ops->cell_put(d->env, "pinned-domain-cert", v->pinned.der, v->pinned.n);
    brski_claim_accepted(d->env, d->in.bytes, d->in.n);
    brski_claim_session(d->env, IMP_CLAIM_RUNNING, &d->sid, d->serial, d->registrar);
    brski_claim_owner(d->env, &d->sid);
}

static bool voucher(struct cbrski_pledge *d)
{
    static struct brski_voucher v; /* filled and used within the call */
    d->why = cbrski_check_voucher(d, &v);
    if (!d->why)
        obey(d, &v);
    cbrski_tell(d, BRSKI_AWAIT_STATUS, CBRSKI_MSG_VS, CBRSKI_PATH "vs");
    return true;
}

/* ---- enrolment ---------------------------------------------------------------------------------
 */
static bool keep(struct cbrski_pledge *d)
{
    d->env->ops->cell_put(d->env, "anchor", d->anchor.der, d->anchor.n);
    d->env->ops->cell_put(d->env, "certificate", d->crt.der, d->crt.n);
    d->env->ops->cell_put(d->env, "own-key", d->own.secret, sizeof d->own.secret);
    brski_claim_session(d->env, IMP_CLAIM_COMMIT, &d->sid, d->serial, d->registrar);
    brski_claim_enrolled(d->env, &d->sid, d->serial, &d->anchor, &d->crt);
    cbrski_tell(d, BRSKI_AWAIT_END, CBRSKI_MSG_ES, CBRSKI_PATH "es");
    return true;
}

/* The certificate is below that anchor (NULL: anybody's) and for our key. */
static bool fits(struct cbrski_pledge *d, const struct imp_x509 *anchor)
{
    const struct imp_cms_certs certs = {.count = 1, .crt = {d->crt}};
    return est_own_in(d->env, &certs, d->own.pub, anchor) != NULL;
}

static bool is_root(const struct imp_x509 *crt)
{
    struct imp_x509_info info;
    return crt->n && imp_x509_read(&info, crt->der, crt->n) == 0 && info.self_issued &&
           (info.purposes & IMP_X509_CA);
}

/* Where the pinned certificate is a root and has issued this one, it is the anchor; else the pledge
 * asks for the anchors (steps 3 and 4). */
static bool certificate(struct cbrski_pledge *d)
{
    if (d->in.n > sizeof d->crt.der)
        return false;
    memcpy(d->crt.der, d->in.bytes, d->in.n);
    d->crt.n = d->in.n;
    if (!fits(d, NULL))
        return false;
    if (is_root(&d->pinned) && fits(d, &d->pinned)) {
        d->anchor = d->pinned;
        return keep(d);
    }
    cbrski_read_anchors(d);
    return true;
}

/* application/multipart-core of certificates (cBRSKI section 6.7.5): the first that is a root and
 * above ours. */
static bool anchors(struct cbrski_pledge *d)
{
    struct imp_cbor_reader r;
    const uint8_t *p;
    size_t count, n;
    int64_t format;
    imp_cbor_read(&r, d->env, d->in.bytes, d->in.n);
    if (!imp_cbor_get_array(&r, &count) || count % 2 != 0)
        return false;
    for (; count > 0; count -= 2) {
        if (!imp_cbor_get_int(&r, &format) || !imp_cbor_get_bytes(&r, &p, &n))
            return false;
        if (format != IMP_COAP_FORMAT_PKIX_CERT || n > sizeof d->anchor.der)
            continue;
        memcpy(d->anchor.der, p, n);
        d->anchor.n = n;
        if (is_root(&d->anchor) && fits(d, d->env->adversary ? NULL : &d->anchor))
            return keep(d);
    }
    return false;
}

static bool ready(struct cbrski_pledge *d)
{
    if (!d->claimed)
        brski_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
    d->failures = 0;
    d->failed.n = 0;
    d->state = BRSKI_READY;
    imp_coaps_close(&d->secure, d->now);
    return true;
}

/* ---- parts of answers --------------------------------------------------------------------------
 */
/* Of what it is told of a status the pledge takes no notice (RFC 8995 section 5.7). */
static bool told(struct cbrski_pledge *d)
{
    if (d->why) {
        cbrski_give_up(d, d->why);
        return true;
    }
    return d->state == BRSKI_AWAIT_END ? ready(d) : cbrski_enrol(d);
}

/* 2.31: the next block of the request (RFC 7959 section 2.5). */
static bool go_on(struct cbrski_pledge *d, const struct imp_coap_message *r)
{
    int32_t next = imp_block_go_on(r, d->asked.n, &d->szx);
    if (next >= 0)
        cbrski_ask_on(d, (uint32_t)next, false);
    return next >= 0;
}

/* 5.03: the same request again after Max-Age, in this session (cBRSKI section 6.6). */
static bool put_off(struct cbrski_pledge *d, const struct imp_coap_message *r)
{
    uint32_t seconds = MAX_AGE;
    int64_t most = imp_opt(d->env, CBRSKI_OPT_RETRY_MAX);
    imp_coap_get_uint(r, IMP_COAP_MAX_AGE, &seconds);
    if (d->deferred == 0)
        d->deferred = d->now;
    if (d->now - d->deferred > imp_opt(d->env, CBRSKI_OPT_RETRY_STATE) * IMP_S)
        return false;
    d->state = BRSKI_DEFERRED;
    imp_timer(d->env, CBRSKI_TIMER_STEP, d->now + (seconds < most ? seconds : most) * IMP_S);
    return true;
}

/* A pledge of the adversary's does without a voucher. */
static bool refused(struct cbrski_pledge *d)
{
    if (!d->env->adversary || d->state != BRSKI_AWAIT_VOUCHER)
        return false;
    brski_claim_session(d->env, IMP_CLAIM_RUNNING, &d->sid, d->serial, d->registrar);
    return cbrski_enrol(d);
}

static bool whole(struct cbrski_pledge *d, uint32_t format)
{
    if ((int64_t)format != d->asked.accept)
        return false;
    switch (d->state) {
    case BRSKI_AWAIT_VOUCHER:
        return voucher(d);
    case BRSKI_AWAIT_CERT:
        return certificate(d);
    case BRSKI_AWAIT_ANCHORS:
        return anchors(d);
    default:
        return false;
    }
}

bool cbrski_answer(struct cbrski_pledge *d, const struct imp_coap_message *r)
{
    uint32_t format = UINT32_MAX;
    if (!d->asked.get && r->code == IMP_COAP_CONTINUE && go_on(d, r))
        return true;
    if (d->state == BRSKI_AWAIT_STATUS || d->state == BRSKI_AWAIT_END)
        return told(d);
    if (d->state == BRSKI_AWAIT_VOUCHER && r->code == IMP_COAP_SERVICE_UNAVAILABLE)
        return put_off(d, r);
    if (r->code != (d->asked.get ? IMP_COAP_CONTENT : IMP_COAP_CHANGED))
        return refused(d);
    int all = imp_block_take(&d->in, r, IMP_COAP_BLOCK2);
    imp_coap_get_uint(r, IMP_COAP_CONTENT_FORMAT, &format);
    if (all != 0)
        return all > 0 && whole(d, format);
    imp_block_heed(r, IMP_COAP_BLOCK2, &d->szx);
    cbrski_ask_on(d, imp_block_next(&d->in, d->szx), true);
    return true;
}
