/* SPDX-License-Identifier: GPL-2.0-only */
/* est_answer.c - what the device makes of the server's answers. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

const struct imp_legal est_device_legal[] = {
    {EST_HANDSHAKE, EST_MSG_SERVER_FLIGHT}, {EST_HANDSHAKE, EST_MSG_FINISHED},
    {EST_HANDSHAKE, EST_MSG_ALERT},         {EST_ANCHORS, EST_MSG_CACERTS},
    {EST_ANCHORS, EST_MSG_REFUSAL},         {EST_ANCHORS, EST_MSG_ALERT},
    {EST_ATTRIBUTES, EST_MSG_CSRATTRS},     {EST_ATTRIBUTES, EST_MSG_REFUSAL},
    {EST_ATTRIBUTES, EST_MSG_ALERT},        {EST_ENROLLING, EST_MSG_CERTIFICATE},
    {EST_ENROLLING, EST_MSG_KEY},           {EST_ENROLLING, EST_MSG_ACCEPTED},
    {EST_ENROLLING, EST_MSG_UNAUTHORIZED},  {EST_ENROLLING, EST_MSG_REFUSAL},
    {EST_ENROLLING, EST_MSG_ALERT},         {EST_ATTRIBUTES, EST_MSG_REDIRECT},
    {EST_ENROLLING, EST_MSG_REDIRECT},      {EST_ATTRIBUTES, EST_MSG_NO_CONTENT},
    {EST_ANCHORS, EST_MSG_REDIRECT},        {-1, -1},
};

static void keep(struct est_device *d)
{
    d->env->ops->cell_put(d->env, "anchor", d->has.anchor.der, d->has.anchor.n);
    d->trusting = d->fresh = true;
}

static void install(struct est_device *d)
{
    keep(d);
    est_connect(d); /* a new session, authenticated by the new anchor */
}

/* Refused: what came is erased, and nothing goes on without the user (RFC 7030 section 4.1.1). */
static void abort_bootstrap(struct est_device *d)
{
    memset(&d->has.anchor, 0, sizeof d->has.anchor);
    est_claim(d->env, IMP_CLAIM_REJECT, "fingerprint-refused");
    d->state = EST_ABORTED;
    imp_timer(d->env, 0, IMP_NEVER);
}

/* The human sees the fingerprints of what came and has the operator's. A difference is in his face:
 * what he makes of it he says. A device that was given the fingerprint needs no human. From the
 * root that has it, NewWithOld may lead to a newer one. */
static void compare(struct est_device *d, const struct imp_cms_certs *certs)
{
    uint8_t right[32] = {0};
    if (d->env->adversary || imp_flawed(d->env, EST_FLAW_FINGERPRINT) ||
        imp_opt(d->env, EST_OPT_BOOTSTRAP) == EST_BOOTSTRAP_TOFU) {
        install(d);
        return;
    }
    d->env->ops->cell_get(d->env, "operator-fingerprint", right, sizeof right);
    const struct imp_x509 *root = est_root_of(d->env, certs, right);
    bool same = root && (root = est_next_root(d->env, certs, root));
    if (!same)
        est_claim(d->env, IMP_CLAIM_ALARM, "fingerprint-differs");
    if (imp_opt(d->env, EST_OPT_BOOTSTRAP) == EST_BOOTSTRAP_FINGERPRINT) {
        if (same)
            install(d);
        else
            est_give_up(d, "fingerprint-differs");
        return;
    }
    d->state = EST_HUMAN;
    imp_timer(d->env, 0, IMP_NEVER);
    imp_prompt(d->env, EST_ACT_COMPARE);
}

void est_human(struct est_device *d, bool same)
{
    if (d->state != EST_HUMAN)
        return;
    if (same)
        install(d);
    else
        abort_bootstrap(d);
}

/* In a session that the anchor has authenticated: the same, or one to which it leads. */
static bool refreshed(struct est_device *d, const struct imp_cms_certs *certs)
{
    bool any = d->env->adversary || imp_flawed(d->env, EST_FLAW_ANY_SERVER);
    const struct imp_x509 *root =
        any ? est_authority_in(certs) : est_next_root(d->env, certs, &d->has.anchor);
    if (!root) {
        est_claim(d->env, IMP_CLAIM_REJECT, "unlinked-root");
        return false;
    }
    d->has.anchor = *root;
    d->env->ops->cell_put(d->env, "anchor", root->der, root->n);
    d->fresh = true;
    est_begin(d);
    return true;
}

static bool anchors(struct est_device *d, const struct imp_http *m)
{
    uint8_t der[EST_BODY];
    struct imp_cms_certs certs;
    const struct imp_x509 *authority;
    int n = est_body(der, sizeof der, m);
    if (n < 0 || imp_cms_certs_read(&certs, der, (size_t)n) != 0 ||
        !(authority = est_authority_in(&certs)))
        return false;
    if (d->trusting)
        return refreshed(d, &certs);
    d->has.anchor = *authority;
    if (d->implicit.n) { /* it has authenticated the session, which goes on (section 4.1.3) */
        keep(d);
        est_begin(d);
        return true;
    }
    est_leave(d);
    compare(d, &certs);
    return true;
}

/* No attributes, by 204 or 404, ask for nothing (RFC 7030 section 4.5.2). */
static bool attributes(struct est_device *d, const struct imp_http *m)
{
    uint8_t der[EST_BODY];
    int n = m->status == 200 ? est_body(der, sizeof der, m) : 0;
    bool listed = m->status == 200; /* an empty body is no list */
    if (n < (listed ? 1 : 0) ||
        !est_heed(&d->has, der, (size_t)n, imp_opt(d->env, EST_OPT_REQUIRED) != 0))
        return false;
    est_try(d);
    return true;
}

void est_rest(struct est_device *d)
{
    d->state = EST_READY;
    imp_timer(d->env, 0,
              est_due(&d->has, imp_opt(d->env, EST_OPT_RENEW), imp_opt(d->env, EST_OPT_RENEW_PART),
                      d->now));
}

/* The one that is trusted; NULL: any. */
static const struct imp_x509 *authority(const struct est_device *d)
{
    bool any = d->env->adversary || imp_flawed(d->env, EST_FLAW_ANY_SERVER);
    return any ? NULL : &d->has.anchor;
}

/* The certificate is for the key that was sent, and from the authority that is trusted. */
static bool install_certificate(struct est_device *d, const struct imp_cms_certs *certs)
{
    const struct imp_x509 *own = est_own_in(d->env, certs, d->has.own.pub, authority(d));
    if (!own)
        return false;
    est_keep(d->env, &d->has, own, imp_opt(d->env, EST_OPT_KEY) == EST_KEY_SERVER);
    est_leave(d);
    est_rest(d);
    return true;
}

static bool certificate(struct est_device *d, const struct imp_http *m)
{
    uint8_t der[EST_BODY];
    struct imp_cms_certs certs;
    int n = est_body(der, sizeof der, m);
    return n >= 0 && imp_opt(d->env, EST_OPT_KEY) == EST_KEY_DEVICE &&
           imp_cms_certs_read(&certs, der, (size_t)n) == 0 && install_certificate(d, &certs);
}

/* The server has made the key (RFC 7030 section 4.4). */
static bool key_and_certificate(struct est_device *d, const struct imp_http *m)
{
    struct imp_cms_certs certs;
    struct est_private private;
    const enum est_sealing how = (enum est_sealing)imp_opt(d->env, EST_OPT_SEALING);
    bool good = imp_opt(d->env, EST_OPT_KEY) == EST_KEY_SERVER &&
                est_keygen_read(&private, &certs, m) == 0 &&
                est_private_read(d->env, d->has.own.secret, &private, how, authority(d)) == 0 &&
                imp_p256_public(d->env, d->has.own.pub, d->has.own.secret) == 0;
    imp_wipe(&private, sizeof private);
    return good && install_certificate(d, &certs);
}

long est_retry_after(const struct imp_http *m)
{
    const struct imp_http_field *f = imp_http_field(m, "Retry-After");
    char text[12] = "";
    if (!f || f->value_n == 0 || f->value_n >= sizeof text)
        return -1;
    memcpy(text, f->value, f->value_n);
    char *end;
    long seconds = strtol(text, &end, 10);
    return *end || seconds < 0 ? -1 : seconds;
}

/* Not yet: a person decides (RFC 7030 section 4.2.3). Without Retry-After it is no answer. */
static bool wait(struct est_device *d, const struct imp_http *m)
{
    long seconds = est_retry_after(m);
    if (seconds < 0)
        return false;
    est_leave(d);
    d->has.promised = true;
    d->state = EST_IDLE;
    imp_timer(d->env, 0, d->now + (imp_time)seconds * IMP_S);
    return true;
}

/* Only an authorized server gets an answer (section 3.2.3), and of a scheme that we have. */
static bool unauthorized(struct est_device *d, const struct imp_http *m)
{
    if (d->challenged || !d->trusting ||
        imp_opt(d->env, EST_OPT_CLIENT_AUTH) != EST_AUTH_PASSWORD ||
        !est_challenge_read(&d->challenge, m))
        return false;
    d->challenged = true;
    est_try(d);
    return true;
}

/* A provisional session is led nowhere. A 3xx that lets a POST become a GET is no answer to a
 * request. */
static bool redirected(struct est_device *d, const struct imp_http *m)
{
    char path[IMP_HTTP_PATH];
    bool keeps = d->state != EST_ENROLLING || m->status == 307 || m->status == 308;
    bool authorized = d->trusting || d->implicit.n > 0;
    if (!authorized || !keeps || d->moved++ >= EST_REDIRECTS)
        return false;
    switch (est_redirected(path, m, d->elsewhere)) {
    case EST_ORIGIN_SAME:
        return est_ask_at(d, path);
    case EST_ORIGIN_OTHER: /* and from there no farther */
        return !d->elsewhere && est_led_away(d, path);
    default:
        return false;
    }
}

static int message_of(const struct est_device *d, const struct imp_http *m)
{
    if (m->status == 401)
        return EST_MSG_UNAUTHORIZED;
    if (d->state == EST_ATTRIBUTES && (m->status == 200 || m->status == 204 || m->status == 404))
        return EST_MSG_CSRATTRS; /* none: RFC 7030 section 4.5.2 */
    if (m->status >= 300 && m->status < 400)
        return EST_MSG_REDIRECT;
    if (m->status == 202)
        return EST_MSG_ACCEPTED;
    if (m->status == 200 && imp_http_is(m, "Content-Type", "multipart/mixed"))
        return EST_MSG_KEY;
    if (m->status != 200 || !imp_http_is(m, "Content-Type", "application/pkcs7-mime"))
        return EST_MSG_REFUSAL;
    return d->state == EST_ANCHORS ? EST_MSG_CACERTS : EST_MSG_CERTIFICATE;
}

bool est_answer(void *arg, const struct imp_http *m)
{
    struct est_device *d = arg;
    int message = message_of(d, m);
    if (!est_is_legal(est_device_legal, (int)d->state, message))
        return false;
    switch (message) {
    case EST_MSG_CACERTS:
        return anchors(d, m);
    case EST_MSG_CSRATTRS:
        return attributes(d, m);
    case EST_MSG_CERTIFICATE:
        return certificate(d, m);
    case EST_MSG_KEY:
        return key_and_certificate(d, m);
    case EST_MSG_ACCEPTED:
        return wait(d, m);
    case EST_MSG_UNAUTHORIZED:
        return unauthorized(d, m);
    case EST_MSG_REDIRECT:
        return redirected(d, m);
    default:
        return false;
    }
}
