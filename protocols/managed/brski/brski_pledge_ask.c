/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge_ask.c - what the pledge asks in a session that is provisional, and the voucher that
 * comes. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

void brski_ask(struct brski_pledge *d, enum brski_state then, int message, const char *path,
               const struct imp_https_body *body)
{
    d->a->state = then;
    brski_progress(d);
    imp_https_ask(&d->a->link, message, path, BRSKI_HOST, body, d->now);
}

/* A request with a nonce of its own for each attempt. */
static bool make_request(struct brski_pledge *d)
{
    static struct brski_voucher v; /* filled and used within the call */
    v = (struct brski_voucher){
        .request = true, .assertion = BRSKI_PROXIMITY, .proximity = d->a->chain[0]};
    struct brski_offer *o = d->a->by;
    imp_random(d->env, "voucher-nonce", o->nonce, sizeof o->nonce);
    memcpy(v.nonce, o->nonce, sizeof o->nonce);
    v.nonce_n = sizeof o->nonce;
    memcpy(o->registrar, d->a->registrar, sizeof o->registrar);
    snprintf(v.serial, sizeof v.serial, "%s", d->serial);
    if (imp_opt(d->env, BRSKI_OPT_CLOCK))
        brski_date_write(v.created_on, imp_x509_seconds(d->now));
    const struct brski_signer by = {&d->idevid_crt, d->idevid.secret,
                                    d->issuing.n ? &d->issuing : NULL};
    int n = brski_sign(d->env, o->request, sizeof o->request, &v, &by);
    o->request_n = n < 0 ? 0 : (size_t)n;
    return n > 0;
}

/* After 202 the same one again, if it is the same registrar. */
void brski_request_voucher(struct brski_pledge *d)
{
    const struct brski_offer *o = d->a->by;
    bool again = o->request_n && memcmp(o->registrar, d->a->registrar, sizeof o->registrar) == 0;
    if (!again && !make_request(d)) {
        brski_give_up(d, "no-request");
        return;
    }
    const struct imp_https_body body = {
        .type = BRSKI_CMS_TYPE, .accept = BRSKI_CMS_TYPE, .bytes = o->request, .n = o->request_n};
    brski_ask(d, BRSKI_AWAIT_VOUCHER, BRSKI_MSG_REQUEST_VOUCHER,
              d->a->path[0] ? d->a->path : BRSKI_PATH "requestvoucher", &body);
}

void brski_tell(struct brski_pledge *d, enum brski_state then, int message, const char *path,
                const char *reason)
{
    char json[160];
    int n = brski_status_write(json, sizeof json, reason == NULL, reason);
    const struct imp_https_body body = {
        .type = BRSKI_JSON_TYPE, .bytes = json, .n = n < 0 ? 0 : (size_t)n};
    brski_ask(d, then, message, path, &body);
}

/* From here on the session is with the owner's registrar. */
static void obey(struct brski_pledge *d, const struct imp_http *m)
{
    est_sid(&d->a->sid, d->a->link.tls);
    brski_leave_others(d);
    d->trusting = true;
    d->env->ops->cell_put(d->env, "pinned-domain-cert", d->pinned.der, d->pinned.n);
    brski_claim_accepted(d->env, m->body, m->body_n);
    brski_claim_session(d->env, IMP_CLAIM_RUNNING, &d->a->sid, d->serial, d->a->registrar);
    brski_claim_owner(d->env, &d->a->sid);
}

bool brski_voucher_answer(struct brski_pledge *d, const struct imp_http *m)
{
    const char *wrong = imp_http_is(m, "Content-Type", BRSKI_CMS_TYPE)
                            ? brski_check_voucher(d, m->body, m->body_n)
                            : "malformed-voucher";
    d->a->by->request_n = 0;
    if (!wrong)
        obey(d, m);
    brski_tell(d, BRSKI_AWAIT_STATUS, BRSKI_MSG_VOUCHER_STATUS, BRSKI_PATH "voucher_status",
               wrong ? "voucher not accepted" : NULL); /* to whom, it does not know: 5.7 */
    if (wrong)
        brski_give_up(d, wrong);
    return true;
}

/* Neither a wait nor all of them together are as long as the registrar likes: RFC 8995 section 5.6.
 */
bool brski_retry(struct brski_pledge *d, const struct imp_http *m)
{
    const struct imp_http_field *f = imp_http_field(m, "Retry-After");
    int64_t seconds = 0, most = imp_opt(d->env, BRSKI_OPT_RETRY_MAX);
    for (size_t i = 0; f && i < f->value_n && i < 6; i++) {
        if (f->value[i] < '0' || f->value[i] > '9')
            return false;
        seconds = seconds * 10 + (f->value[i] - '0');
    }
    if (!f || f->value_n == 0)
        return false;
    if (d->a->by->deferred == 0)
        d->a->by->deferred = d->now;
    if (d->now - d->a->by->deferred > imp_opt(d->env, BRSKI_OPT_RETRY_STATE) * IMP_S)
        return false;
    brski_put_off(d, seconds < most ? seconds : most);
    return true;
}
