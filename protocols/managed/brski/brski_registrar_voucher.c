/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_registrar_voucher.c - from the pledge's request to the MASA's voucher, what the pledge made
 * of it, and the audit log. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static bool is_same(const struct imp_x509 *a, const struct imp_x509 *b)
{
    return a->n == b->n && memcmp(a->der, b->der, a->n) == 0;
}

/* Who signed is who has authenticated in TLS, the serial number is its own (RFC 8995 section 5.5),
 * and it sees this registrar at the other end, else somebody is in between (5.2). Returns 0 or an
 * HTTP status. */
static int check(struct brski_session *s, const struct brski_voucher *v,
                 const struct imp_cms_signed *cms)
{
    struct brski_registrar *r = s->registrar;
    if (r->env->adversary)
        return 0;
    if (!is_same(&cms->signer, &s->idevid) || strcmp(v->serial, s->serial) != 0 || v->prior_n)
        return 403;
    return v->assertion == BRSKI_PROXIMITY && is_same(&v->proximity, &r->crt) ? 0 : 401;
}

/* ---- the registrar's own request, RFC 8995 section 5.5 */
static bool compose(struct brski_session *s, struct brski_voucher *ask, const char *serial,
                    const struct brski_voucher *pledge, const struct imp_http *m)
{
    struct brski_registrar *r = s->registrar;
    struct imp_x509_info idevid;
    *ask = (struct brski_voucher){.request = true};
    snprintf(ask->serial, sizeof ask->serial, "%s", serial);
    brski_date_write(ask->created_on, imp_x509_seconds(r->now));
    if (imp_x509_read(&idevid, s->idevid.der, s->idevid.n) == 0) {
        memcpy(ask->issuer, idevid.authority_key, idevid.authority_key_n);
        ask->issuer_n = idevid.authority_key_n;
    }
    if (pledge) {
        if (m->body_n > sizeof ask->prior)
            return false;
        ask->assertion = BRSKI_PROXIMITY;
        memcpy(ask->nonce, pledge->nonce, pledge->nonce_n);
        ask->nonce_n = pledge->nonce_n;
        memcpy(ask->prior, m->body, m->body_n);
        ask->prior_n = m->body_n;
    }
    const struct brski_signer by = {&r->crt, r->key.secret, &r->ca_crt};
    int n = brski_sign(r->env, s->request, sizeof s->request, ask, &by);
    s->request_n = n < 0 ? 0 : (size_t)n;
    return n > 0;
}

/* A voucher from before. That lives for a while only, instead of being revoked, and the MASA renews
 * it for its owner (RFC 8366 section 6.1). */
static bool has_expired(struct brski_session *s, const uint8_t *voucher, size_t n)
{
    static struct brski_voucher v; /* both filled and used within the call */
    static struct imp_cms_signed cms;
    int64_t at;
    return brski_open(s->registrar->env, &v, &cms, voucher, n, false) != 0 ||
           (v.expires_on[0] &&
            (brski_date_read(&at, v.expires_on) != 0 || at < imp_x509_seconds(s->registrar->now)));
}

static int stored(struct brski_session *s, uint8_t out[BRSKI_CMS])
{
    char cell[BRSKI_SERIAL + 8];
    struct imp_env *env = s->registrar->env;
    brski_cell(cell, sizeof cell, "voucher", s->serial);
    return env->ops->cell_get(env, cell, out, BRSKI_CMS);
}

static void give(struct brski_session *s, const uint8_t *voucher, size_t n)
{
    struct brski_registrar *r = s->registrar;
    struct est_sid sid;
    const struct imp_https_body body = {.type = BRSKI_CMS_TYPE, .bytes = voucher, .n = n};
    est_sid(&sid, s->link.tls);
    brski_claim_session(r->env, IMP_CLAIM_RUNNING, &sid, s->serial, r->key.pub);
    s->state = BRSKI_REQUEST;
    imp_https_answer(&s->link, BRSKI_MSG_VOUCHER, 200, -1, &body, r->now);
}

/* ---- a registrar of the adversary's ------------------------------------------------------------
 */
/* Signs a voucher for itself, with its own key. */
static void forge(struct brski_session *s, const struct brski_voucher *pledge)
{
    static struct brski_voucher v; /* filled and used within the call */
    struct brski_registrar *r = s->registrar;
    uint8_t der[BRSKI_CMS];
    v = (struct brski_voucher){
        .assertion = BRSKI_VERIFIED, .nonce_n = pledge->nonce_n, .pinned = r->ca_crt};
    memcpy(v.nonce, pledge->nonce, pledge->nonce_n);
    snprintf(v.serial, sizeof v.serial, "%s", s->serial);
    brski_date_write(v.created_on, imp_x509_seconds(r->now));
    const struct brski_signer by = {&r->crt, r->key.secret, &r->ca_crt};
    int n = brski_sign(r->env, der, sizeof der, &v, &by);
    if (n > 0)
        give(s, der, (size_t)n);
}

enum { A_DAY = 86400 /* s */ };

/* What it tries, attempt after attempt: a voucher that it has from before, or the MASA as everybody
 * may ask it; a voucher for a device that it has bought; one that it signs itself; to keep the
 * pledge waiting. */
static void trick(struct brski_session *s, const struct brski_voucher *pledge,
                  const struct imp_http *m)
{
    static struct brski_voucher ask; /* filled and used within the call */
    uint8_t der[BRSKI_CMS];
    unsigned k = s->registrar->tricks++ % 4;
    int n = stored(s, der);
    if (k == 3)
        imp_https_answer(&s->link, BRSKI_MSG_RETRY, 202, A_DAY, NULL, s->registrar->now);
    else if (k == 2)
        forge(s, pledge);
    else if (k == 0 && n > 0)
        give(s, der, (size_t)n);
    else if (k == 0 ? compose(s, &ask, s->serial, pledge, m)
                    : compose(s, &ask, BRSKI_SHELF, NULL, NULL))
        brski_ask_masa(s, BRSKI_ASK_VOUCHER);
    else
        brski_refuse(s, 400, "no-request");
}

/* ---- requests ----------------------------------------------------------------------------------
 */
/* Has the operator agreed? He does so a while after the pledge has first come. */
static bool approved(struct brski_session *s)
{
    struct brski_registrar *r = s->registrar;
    char cell[BRSKI_SERIAL + 8];
    int64_t wait = imp_opt(r->env, BRSKI_OPT_APPROVAL);
    imp_time first = r->now;
    if (wait == 0)
        return true;
    brski_cell(cell, sizeof cell, "seen", s->serial);
    if (r->env->ops->cell_get(r->env, cell, &first, sizeof first) != sizeof first) {
        first = r->now;
        r->env->ops->cell_put(r->env, cell, &first, sizeof first);
    }
    return r->now - first >= wait * IMP_S;
}

static void ask_masa(struct brski_session *s, const struct brski_voucher *pledge,
                     const struct imp_http *m)
{
    static struct brski_voucher ask; /* filled and used within the call */
    bool nonceless = imp_opt(s->registrar->env, BRSKI_OPT_VOUCHER) != BRSKI_NONCEFUL;
    if (compose(s, &ask, s->serial, nonceless ? NULL : pledge, m))
        brski_ask_masa(s, BRSKI_ASK_VOUCHER);
    else
        brski_refuse(s, 400, "no-request");
}

void brski_voucher_requested(struct brski_session *s, const struct imp_http *m)
{
    static struct brski_voucher v; /* both filled and used within the call */
    static struct imp_cms_signed cms;
    struct brski_registrar *r = s->registrar;
    uint8_t der[BRSKI_CMS];
    int status, opened;
    if (!imp_http_is(m, "Content-Type", BRSKI_CMS_TYPE) || !brski_accepts(m, BRSKI_CMS_TYPE)) {
        brski_refuse(s, 415, "media-type");
    } else if ((opened = brski_open(r->env, &v, &cms, m->body, m->body_n, true)) != 0) {
        brski_refuse(s, opened == -1 ? 403 : 406, "malformed-request"); /* sections 5.6, 5.3 */
    } else if ((status = check(s, &v, &cms)) != 0) {
        brski_refuse(s, status, status == 401 ? "another-registrar" : "request-of-another");
        s->closing = status == 401;
    } else if (brski_is_noted(r->env, BRSKI_DECLINED, s->serial)) {
        brski_refuse(s, 406, "declined");
    } else if (brski_redirect(s)) {
        return; /* whoever is there will see */
    } else if (r->env->adversary) {
        trick(s, &v, m);
    } else if (!approved(s)) {
        imp_https_answer(&s->link, BRSKI_MSG_RETRY, 202, (int)imp_opt(r->env, BRSKI_OPT_RETRY),
                         NULL, r->now);
    } else if (imp_opt(r->env, BRSKI_OPT_VOUCHER) == BRSKI_STORED &&
               (status = stored(s, der)) > 0 && !has_expired(s, der, (size_t)status)) {
        if (compose(s, &v, s->serial, NULL, NULL)) /* for the audit log */
            give(s, der, (size_t)status);
    } else {
        ask_masa(s, &v, m);
    }
}

/* ---- the MASA's answers ------------------------------------------------------------------------
 */
void brski_voucher_came(struct brski_session *s, const uint8_t *voucher, size_t n)
{
    char cell[BRSKI_SERIAL + 8];
    struct imp_env *env = s->registrar->env;
    brski_cell(cell, sizeof cell, "voucher", s->serial);
    if (!env->adversary)
        env->ops->cell_put(env, cell, voucher, n);
    give(s, voucher, n); /* as it came: RFC 8995 section 5.6 */
}

void brski_voucher_told(struct brski_session *s, const struct imp_http *m)
{
    struct imp_env *env = s->registrar->env;
    struct brski_status status;
    if (!brski_read_status(s, &status, m))
        return;
    brski_taken(s);
    if (!status.good)
        brski_claim(env, IMP_CLAIM_REJECT, "voucher-refused");
    else if (imp_opt(env, BRSKI_OPT_AUDIT) != BRSKI_AUDIT_SKIP && s->request_n && !env->adversary)
        brski_ask_masa(s, BRSKI_ASK_LOG);
}

void brski_log_came(struct brski_session *s, const uint8_t *json, size_t n)
{
    struct brski_registrar *r = s->registrar;
    const struct brski_heeded x = {s->serial, imp_opt(r->env, BRSKI_OPT_AUDIT), &r->ca_crt,
                                   &r->crt};
    brski_heed_log(r->env, &x, json, n);
}

void brski_job_done(struct brski_session *s, enum brski_job job, int status, const uint8_t *body,
                    size_t n)
{
    s->state = BRSKI_REQUEST;
    if (job == BRSKI_ASK_LOG)
        brski_log_came(s, body, status == 200 ? n : 0);
    else if (status == 200 && n > 0)
        brski_voucher_came(s, body, n);
    else
        brski_refuse(s, status == 200 ? 503 : status, "no-voucher");
    brski_go_on(s);
}
