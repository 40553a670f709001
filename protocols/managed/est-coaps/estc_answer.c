/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_answer.c - what the device makes of the server's answers, block by block. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

const struct imp_legal estc_device_legal[] = {
    {ESTC_HANDSHAKE, ESTC_MSG_VERIFY_REQUEST},
    {ESTC_HANDSHAKE, ESTC_MSG_SERVER_FLIGHT},
    {ESTC_HANDSHAKE, ESTC_MSG_FINISHED},
    {ESTC_HANDSHAKE, ESTC_MSG_ALERT},
    {ESTC_DISCOVERY, ESTC_MSG_CORE},
    {ESTC_DISCOVERY, ESTC_MSG_REFUSAL},
    {ESTC_ANCHORS, ESTC_MSG_CRTS},
    {ESTC_ANCHORS, ESTC_MSG_REFUSAL},
    {ESTC_ANCHORS, ESTC_MSG_EMPTY},
    {ESTC_ATTRIBUTES, ESTC_MSG_ATT},
    {ESTC_ATTRIBUTES, ESTC_MSG_REFUSAL},
    {ESTC_ATTRIBUTES, ESTC_MSG_EMPTY},
    {ESTC_ENROLLING, ESTC_MSG_CONTINUE},
    {ESTC_ENROLLING, ESTC_MSG_CERTIFICATE},
    {ESTC_ENROLLING, ESTC_MSG_KEY},
    {ESTC_ENROLLING, ESTC_MSG_LATER},
    {ESTC_ENROLLING, ESTC_MSG_REFUSAL},
    {ESTC_ENROLLING, ESTC_MSG_EMPTY},
    {-1, -1},
};

enum { MAX_AGE = 60 /* s where the option is absent, RFC 7252 section 5.10.5 */ };

/* ---- whole answers -----------------------------------------------------------------------------
 */
static bool resources(struct estc_device *d, imp_time now)
{
    bool server = imp_opt(d->env, ESTC_OPT_KEY) == EST_KEY_SERVER;
    bool alone = imp_opt(d->env, ESTC_OPT_FORMAT) == ESTC_FORMAT_PKIX;
    const char *links = (const char *)d->in.bytes;
    char root[ESTC_PATH];
    if (!estc_links_find(root, links, d->in.n, server ? alone ? "skc" : "skg" : "sen") ||
        !estc_links_find(d->root, links, d->in.n, "crts") || strcmp(root, d->root) != 0)
        return false;
    estc_get(d, ESTC_ANCHORS, ESTC_MSG_GET_CRTS, now);
    return true;
}

/* The anchor that was there before has authenticated the session: what it brings takes its place.
 * What has come so leads to another root by NewWithOld alone (RFC 7030 section 4.1.3). */
static bool anchors(struct estc_device *d, unsigned format, imp_time now)
{
    struct imp_cms_certs certs;
    bool any = !d->brought || d->env->adversary || imp_flawed(d->env, ESTC_FLAW_ANY_SERVER);
    if (estc_certs_read(&certs, d->in.bytes, d->in.n, format) != 0)
        return false;
    const struct imp_x509 *root =
        any ? est_authority_in(&certs) : est_next_root(d->env, &certs, &d->has.anchor);
    if (!root) {
        est_claim(d->env, IMP_CLAIM_REJECT, "unlinked-root");
        return false;
    }
    d->has.anchor = *root;
    d->env->ops->cell_put(d->env, "anchor", d->has.anchor.der, d->has.anchor.n);
    d->brought = d->fresh = true;
    if (d->has.renewing)
        estc_try(d, now);
    else if (imp_opt(d->env, ESTC_OPT_ATT) || imp_opt(d->env, ESTC_OPT_REQUIRED))
        estc_get(d, ESTC_ATTRIBUTES, ESTC_MSG_GET_ATT, now);
    else
        estc_try(d, now);
    return true;
}

/* None, by 4.04, asks for nothing (RFC 7030 section 4.5.2): n is 0. */
static bool attributes(struct estc_device *d, size_t n, imp_time now)
{
    bool required = imp_opt(d->env, ESTC_OPT_REQUIRED) != 0;
    if (!est_heed(&d->has, d->in.bytes, n, required))
        return false;
    estc_try(d, now);
    return true;
}

static bool read_own(struct estc_device *d, struct imp_cms_certs *certs, unsigned format)
{
    if (format != IMP_COAP_FORMAT_MULTIPART_CORE)
        return estc_certs_read(certs, d->in.bytes, d->in.n, format) == 0;
    struct est_private private;
    const enum est_sealing how = (enum est_sealing)imp_opt(d->env, ESTC_OPT_SEALING);
    bool any = d->env->adversary || imp_flawed(d->env, ESTC_FLAW_ANY_SERVER);
    bool good = estc_key_read(d->env, &private, certs, d->in.bytes, d->in.n) == 0 &&
                est_private_read(d->env, d->has.own.secret, &private, how,
                                 any ? NULL : &d->has.anchor) == 0 &&
                imp_p256_public(d->env, d->has.own.pub, d->has.own.secret) == 0;
    imp_wipe(&d->in, sizeof d->in);
    imp_wipe(&private, sizeof private);
    return good;
}

static bool certificate(struct estc_device *d, unsigned format, imp_time now)
{
    struct imp_cms_certs certs;
    const struct imp_x509 *own;
    if (!read_own(d, &certs, format) ||
        !(own = est_own_in(d->env, &certs, d->has.own.pub, &d->has.anchor)))
        return false;
    est_keep(d->env, &d->has, own, imp_opt(d->env, ESTC_OPT_KEY) == EST_KEY_SERVER);
    estc_rest(d, now);
    imp_coaps_close(&d->secure, now);
    return true;
}

/* ---- parts of answers --------------------------------------------------------------------------
 */
/* 2.31: the next block of the request. */
static bool go_on(struct estc_device *d, const struct imp_coap_message *r, imp_time now)
{
    int32_t next = imp_block_go_on(r, d->request.n, &d->szx);
    if (next >= 0)
        estc_post(d, (uint32_t)next, false, now);
    return next >= 0;
}

/* 4.08: a block was missing; 4.13: too large, perhaps in smaller blocks (RFC 7959 sections 2.9.2
 * and 2.9.3). The same request again from its beginning, some times. */
static bool restart(struct estc_device *d, const struct imp_coap_message *r, imp_time now)
{
    struct imp_coap_block b;
    bool smaller = imp_coap_get_block(r, IMP_COAP_BLOCK1, &b) && b.szx < d->szx;
    if ((r->code == IMP_COAP_REQUEST_ENTITY_TOO_LARGE && !smaller) ||
        d->restarts++ == ESTC_RESTARTS)
        return false;
    if (smaller)
        d->szx = b.szx;
    estc_post_anew(d, now);
    return true;
}

/* 5.03: the same request again after Max-Age, in this session (RFC 9148 section 4.7). */
static bool wait(struct estc_device *d, const struct imp_coap_message *r, imp_time now)
{
    uint32_t seconds = MAX_AGE;
    imp_coap_get_uint(r, IMP_COAP_MAX_AGE, &seconds);
    d->has.promised = true;
    d->state = ESTC_WAITING;
    imp_timer(d->env, ESTC_TIMER_STEP, now + (imp_time)seconds * IMP_S);
    return true;
}

static bool whole(struct estc_device *d, int label, unsigned format, imp_time now)
{
    switch (label) {
    case ESTC_MSG_GET_CORE:
        return format == IMP_COAP_FORMAT_LINK && resources(d, now);
    case ESTC_MSG_GET_ATT:
        return format == IMP_COAP_FORMAT_CSRATTRS && d->in.n > 0 && attributes(d, d->in.n, now);
    case ESTC_MSG_GET_CRTS:
        return format == estc_awaited_format(d) && anchors(d, format, now);
    default:
        return format == estc_awaited_format(d) && certificate(d, format, now);
    }
}

bool estc_answer(struct estc_device *d, int label, const struct imp_coap_message *r, imp_time now)
{
    bool enrolling = d->state == ESTC_ENROLLING;
    uint32_t format = UINT32_MAX;
    if (enrolling && r->code == IMP_COAP_CONTINUE)
        return go_on(d, r, now);
    if (enrolling && r->code == IMP_COAP_SERVICE_UNAVAILABLE)
        return wait(d, r, now);
    if (enrolling && (r->code == IMP_COAP_REQUEST_ENTITY_INCOMPLETE ||
                      r->code == IMP_COAP_REQUEST_ENTITY_TOO_LARGE))
        return restart(d, r, now);
    if (label == ESTC_MSG_GET_ATT && r->code == IMP_COAP_NOT_FOUND)
        return attributes(d, 0, now);
    if (r->code != (enrolling ? IMP_COAP_CHANGED : IMP_COAP_CONTENT))
        return false;
    int all = imp_block_take(&d->in, r, IMP_COAP_BLOCK2);
    imp_block_heed(r, IMP_COAP_BLOCK2, &d->szx);
    imp_coap_get_uint(r, IMP_COAP_CONTENT_FORMAT, &format);
    if (all != 0)
        return all > 0 && whole(d, label, format, now);
    if (enrolling)
        estc_post(d, imp_block_next(&d->in, d->szx), true, now);
    else
        estc_get_on(d, label, now);
    return true;
}
