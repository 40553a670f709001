/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_ask.c - what the device asks: a first block, and those that follow. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static bool alone(const struct estc_device *d)
{
    return imp_opt(d->env, ESTC_OPT_FORMAT) == ESTC_FORMAT_PKIX;
}

unsigned estc_awaited_format(const struct estc_device *d)
{
    if (d->state == ESTC_ENROLLING && (d->asking == ESTC_MSG_SKG || d->asking == ESTC_MSG_SKC))
        return IMP_COAP_FORMAT_MULTIPART_CORE;
    return alone(d) ? IMP_COAP_FORMAT_PKIX_CERT : IMP_COAP_FORMAT_PKCS7_CERTS_ONLY;
}

/* Without Accept the server answers in PKCS #7. */
static void accept(struct estc_device *d, struct imp_coap_message *m)
{
    unsigned format = estc_awaited_format(d);
    if (format != IMP_COAP_FORMAT_PKCS7_CERTS_ONLY)
        imp_coap_add_uint(m, IMP_COAP_ACCEPT, format);
}

/* A label stands between root and resource (RFC 9148 section 4.1). */
static const char *path_to(const struct estc_device *d, char out[ESTC_PATH_MAX], const char *name)
{
    const char *label = imp_opt_str(d->env, ESTC_OPT_LABEL);
    snprintf(out, ESTC_PATH_MAX, "%s%s%s%s", d->root, label, label[0] ? "/" : "", name);
    return out;
}

void estc_get_on(struct estc_device *d, int label, imp_time now)
{
    static const char query[] = "rt=ace.est*";
    char path[ESTC_PATH_MAX];
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    struct imp_coap_block b = {.num = imp_block_next(&d->in, d->szx), .szx = d->szx};
    bool core = label == ESTC_MSG_GET_CORE;
    imp_coap_add_path(&m, IMP_COAP_URI_PATH,
                      core ? ESTC_CORE
                           : path_to(d, path, label == ESTC_MSG_GET_CRTS ? "crts" : "att"));
    if (core)
        imp_coap_add(&m, IMP_COAP_URI_QUERY, query, sizeof query - 1);
    if (label == ESTC_MSG_GET_CRTS)
        accept(d, &m);
    imp_coap_add_block(&m, IMP_COAP_BLOCK2, &b);
    imp_coaps_request(&d->secure, &m, label, now);
}

void estc_get(struct estc_device *d, enum estc_state then, int label, imp_time now)
{
    d->state = then;
    d->in.n = 0;
    d->szx = estc_szx(d->env, &d->secure);
    estc_get_on(d, label, now);
}

static const char *name_of(int label)
{
    switch (label) {
    case ESTC_MSG_SREN:
        return "sren";
    case ESTC_MSG_SKG:
        return "skg";
    case ESTC_MSG_SKC:
        return "skc";
    default:
        return "sen";
    }
}

void estc_post(struct estc_device *d, uint32_t num, bool rest, imp_time now)
{
    char path[ESTC_PATH_MAX];
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path_to(d, path, name_of(d->asking)));
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_PKCS10);
    accept(d, &m);
    if (rest) {
        struct imp_coap_block b = {.num = num, .szx = d->szx};
        imp_coap_add_block(&m, IMP_COAP_BLOCK2, &b);
    } else {
        imp_block_put(&m, IMP_COAP_BLOCK1, d->request.der, d->request.n, num, d->szx);
    }
    imp_coaps_request(&d->secure, &m, d->asking, now);
}

void estc_post_anew(struct estc_device *d, imp_time now)
{
    d->in.n = 0;
    estc_post(d, 0, false, now);
}

/* By which key the request is signed and for which it asks; where the server makes one, it looks at
 * neither (RFC 9148 section 4.8). */
static const struct est_key *key_of(struct estc_device *d, bool server)
{
    if (server)
        return d->has.renewing ? &d->has.held : &d->has.idevid;
    if (!d->has.promised)
        imp_p256_keypair(d->env, "own-key", d->has.own.pub, d->has.own.secret);
    return &d->has.own;
}

bool estc_enrol(struct estc_device *d, imp_time now)
{
    char subject[EST_NAME + 3], pop[48];
    uint8_t bound[32];
    bool server = imp_opt(d->env, ESTC_OPT_KEY) == EST_KEY_SERVER;
    struct imp_x509_request say = {.subject = subject, .dns = est_alt_name(&d->has)};
    snprintf(subject, sizeof subject, "CN=%s", d->has.name);
    if ((d->has.bound || imp_opt(d->env, ESTC_OPT_POP)) &&
        est_pop_of(bound, imp_coaps_binding(&d->secure, bound), pop))
        say.challenge = pop;
    if (server)
        est_sealing_ask(d->env, &say.sealing, (enum est_sealing)imp_opt(d->env, ESTC_OPT_SEALING));
    const struct est_key *key = key_of(d, server);
    if (imp_x509_request(d->env, &d->request, &say, key->pub, key->secret) != 0)
        return false;
    est_claim_session(d->env, IMP_CLAIM_RUNNING, "est", &d->has.sid, d->has.name, d->has.server);
    d->asking = server            ? alone(d) ? ESTC_MSG_SKC : ESTC_MSG_SKG
                : d->has.renewing ? ESTC_MSG_SREN
                                  : ESTC_MSG_SEN;
    d->state = ESTC_ENROLLING;
    d->szx = estc_szx(d->env, &d->secure);
    d->restarts = 0;
    estc_post_anew(d, now);
    return true;
}
