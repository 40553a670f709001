/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_pledge_ask.c - what the pledge asks: a first block, and those that follow. */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

unsigned cbrski_szx(const struct imp_env *env)
{
    return (unsigned)imp_opt(env, CBRSKI_OPT_BLOCK); /* 16 << 0 is 16 */
}

void cbrski_ask_on(struct cbrski_pledge *d, uint32_t block, bool rest)
{
    const struct cbrski_asked *a = &d->asked;
    struct imp_coap_message m = {.code = a->get ? IMP_COAP_GET : IMP_COAP_POST};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, a->path);
    if (a->sent >= 0)
        imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, (uint32_t)a->sent);
    if (a->accept >= 0)
        imp_coap_add_uint(&m, IMP_COAP_ACCEPT, (uint32_t)a->accept);
    if (rest || a->get) {
        struct imp_coap_block b = {.num = block, .szx = d->szx};
        imp_coap_add_block(&m, IMP_COAP_BLOCK2, &b);
    } else {
        imp_block_put(&m, IMP_COAP_BLOCK1, a->body, a->n, block, d->szx);
    }
    imp_coaps_request(&d->secure, &m, a->label, d->now);
}

void cbrski_again(struct cbrski_pledge *d)
{
    d->state = BRSKI_AWAIT_VOUCHER;
    d->in.n = 0;
    d->szx = cbrski_szx(d->env);
    cbrski_ask_on(d, 0, false);
}

/* The body is in d->asked already. */
static void ask(struct cbrski_pledge *d, enum brski_state then, int label, const char *path,
                int sent, int accept)
{
    struct cbrski_asked *a = &d->asked;
    a->label = label;
    a->path = path;
    a->sent = sent;
    a->accept = accept;
    a->get = sent < 0;
    d->state = then;
    d->in.n = 0;
    d->szx = cbrski_szx(d->env);
    cbrski_ask_on(d, 0, false);
}

/* ---- a voucher ---------------------------------------------------------------------------------
 */
/* Which registrar is at the other end: its certificate, or its key, which is shorter (cBRSKI
 * section 9). */
static void put_proximity(struct cbrski_pledge *d, struct brski_voucher *v)
{
    uint8_t spki[BRSKI_SPKI];
    int64_t form = imp_opt(d->env, CBRSKI_OPT_PROXIMITY);
    imp_p256_spki(spki, d->registrar);
    if (form == CBRSKI_PROXIMITY_CERT) {
        v->proximity = d->chain[0];
    } else if (form == CBRSKI_PROXIMITY_KEY) {
        memcpy(v->key, spki, sizeof spki);
        v->key_n = sizeof spki;
    } else {
        imp_sha256(d->env, v->key, &IMP_PIECE(spki, sizeof spki), 1);
        v->key_n = 32;
    }
}

/* A request with a nonce of its own for each attempt. */
bool cbrski_request_voucher(struct cbrski_pledge *d)
{
    static struct brski_voucher v; /* filled and used within the call */
    v = (struct brski_voucher){
        .request = true, .assertion = BRSKI_PROXIMITY, .nonce_n = sizeof d->nonce};
    imp_random(d->env, "voucher-nonce", d->nonce, sizeof d->nonce);
    memcpy(v.nonce, d->nonce, sizeof d->nonce);
    snprintf(v.serial, sizeof v.serial, "%s", d->serial);
    put_proximity(d, &v);
    if (imp_opt(d->env, CBRSKI_OPT_CLOCK))
        brski_date_write(v.created_on, imp_x509_seconds(d->now));
    int n = cbrski_sign(d->env, d->asked.body, sizeof d->asked.body, &v, d->idevid.secret, NULL, 0);
    if (n < 0)
        return false;
    d->asked.n = (size_t)n;
    d->deferred = 0;
    ask(d, BRSKI_AWAIT_VOUCHER, CBRSKI_MSG_RV, CBRSKI_PATH "rv", IMP_COAP_FORMAT_VOUCHER_COSE,
        IMP_COAP_FORMAT_VOUCHER_COSE);
    return true;
}

/* Why, it does not say: who hears it is not known (RFC 8995 section 5.7). */
void cbrski_tell(struct cbrski_pledge *d, enum brski_state then, int label, const char *path)
{
    const char *reason = label == CBRSKI_MSG_VS ? "voucher not accepted" : "enrolment failed";
    int n =
        cbrski_status_write(d->env, d->asked.body, sizeof d->asked.body, d->why ? reason : NULL);
    d->asked.n = n < 0 ? 0 : (size_t)n;
    ask(d, then, label, path, IMP_COAP_FORMAT_CBOR, -1);
}

/* ---- enrolment, cBRSKI section 6.7.1 -----------------------------------------------------------
 */
void cbrski_read_anchors(struct cbrski_pledge *d)
{
    d->asked.n = 0;
    ask(d, BRSKI_AWAIT_ANCHORS, CBRSKI_MSG_GET_CRTS, CBRSKI_EST_PATH "crts", -1,
        IMP_COAP_FORMAT_MULTIPART_CORE);
}

/* The subject is the IDevID's, as it is. */
bool cbrski_enrol(struct cbrski_pledge *d)
{
    struct imp_x509_info idevid;
    struct imp_x509 request;
    if (imp_x509_read(&idevid, d->idevid_crt.der, d->idevid_crt.n) != 0)
        return false;
    const struct imp_x509_request say = {.subject = idevid.subject};
    imp_p256_keypair(d->env, "own-key", d->own.pub, d->own.secret);
    if (imp_x509_request(d->env, &request, &say, d->own.pub, d->own.secret) != 0)
        return false;
    memcpy(d->asked.body, request.der, request.n);
    d->asked.n = request.n;
    ask(d, BRSKI_AWAIT_CERT, CBRSKI_MSG_SEN, CBRSKI_EST_PATH "sen", IMP_COAP_FORMAT_PKCS10,
        IMP_COAP_FORMAT_PKIX_CERT);
    return true;
}
