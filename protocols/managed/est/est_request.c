/* SPDX-License-Identifier: GPL-2.0-only */
/* est_request.c - what the device asks. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static void get(struct est_device *d, enum est_state then, int message, const char *path)
{
    uint8_t out[256];
    d->state = then;
    imp_https_send(
        &d->link, message, out,
        imp_http_request_write(out, sizeof out, "GET", path, est_host(d->elsewhere), NULL, NULL, 0),
        d->now);
}

void est_get(struct est_device *d, enum est_state then, int message)
{
    char path[IMP_HTTP_PATH];
    est_path(path, imp_opt_str(d->env, EST_OPT_LABEL), message);
    get(d, then, message, path);
}

static void post(struct est_device *d, int message, const char *path,
                 const struct imp_x509 *request)
{
    char body[4 * IMP_X509_MAX / 3 + 8], header[640];
    uint8_t out[2560];
    const char *fields[] = {"Content-Type: application/pkcs10", NULL, NULL, NULL};
    size_t count = 1;
    int n = imp_base64_encode(body, sizeof body, request->der, request->n);
    if (imp_opt(d->env, EST_OPT_HEADER))
        fields[count++] = EST_BASE64;
    if (d->challenged && est_authorization(d, path, header, sizeof header))
        fields[count] = header;
    d->state = EST_ENROLLING;
    imp_https_send(&d->link, message, out,
                   imp_http_request_write(out, sizeof out, "POST", path, est_host(d->elsewhere),
                                          fields, body, n < 0 ? 0 : (size_t)n),
                   d->now);
}

/* Whose key the request is for and by: where the server is to make one, the device signs with the
 * key that it has (RFC 7030 section 4.4.1: the server looks at neither). */
static const struct est_key *key_of(struct est_device *d, bool server)
{
    if (server)
        return d->has.renewing ? &d->has.held : &d->has.idevid;
    if (!d->keyed && !d->has.promised)
        imp_p256_keypair(d->env, "own-key", d->has.own.pub, d->has.own.secret);
    d->keyed = true;
    return &d->has.own;
}

/* The request for a certificate, to be sent to `path`; NULL: where such requests go. */
static bool enrol(struct est_device *d, const char *path)
{
    bool server = imp_opt(d->env, EST_OPT_KEY) == EST_KEY_SERVER;
    char subject[EST_NAME + 3], pop[48], usual[IMP_HTTP_PATH];
    struct imp_x509 request;
    struct imp_x509_request say = {.subject = subject, .dns = est_alt_name(&d->has)};
    snprintf(subject, sizeof subject, "CN=%s", d->has.name);
    if ((d->has.bound || imp_opt(d->env, EST_OPT_POP)) && est_pop(d->link.tls, pop))
        say.challenge = pop;
    if (server)
        est_sealing_ask(d->env, &say.sealing, (enum est_sealing)imp_opt(d->env, EST_OPT_SEALING));
    const struct est_key *key = key_of(d, server);
    if (imp_x509_request(d->env, &request, &say, key->pub, key->secret) != 0)
        return false;
    est_sid(&d->has.sid, d->link.tls);
    est_claim_session(d->env, IMP_CLAIM_RUNNING, "est", &d->has.sid, d->has.name, d->has.server);
    int message = server ? EST_MSG_KEYGEN : d->has.renewing ? EST_MSG_REENROLL : EST_MSG_ENROLL;
    est_path(usual, imp_opt_str(d->env, EST_OPT_LABEL), message);
    post(d, message, path ? path : usual, &request);
    return true;
}

bool est_enrol(struct est_device *d)
{
    return enrol(d, NULL);
}

bool est_ask_at(struct est_device *d, const char *path)
{
    if (d->state == EST_ENROLLING)
        return enrol(d, path);
    get(d, d->state, d->state == EST_ANCHORS ? EST_MSG_GET_CACERTS : EST_MSG_GET_CSRATTRS, path);
    return true;
}
