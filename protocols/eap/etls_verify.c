/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_verify.c - what an end wants of the other's certificates. */
#include <string.h>

#include "etls.h"

bool etls_identity(char out[IMP_X509_NAME], const uint8_t *der, size_t n)
{
    struct imp_x509_info info;
    if (imp_x509_read_words(&info, der, n) != 0)
        return false;
    memset(out, 0, IMP_X509_NAME);
    memcpy(out, info.dns[0] ? info.dns : info.subject,
           strlen(info.dns[0] ? info.dns : info.subject));
    return true;
}

/* By enum etls_field; NULL: by name. */
static const char *field(const struct imp_env *env, const struct imp_x509_info *info)
{
    switch (imp_eap_opt(env, "identity-field", ETLS_FIELD_NAME)) {
    case ETLS_FIELD_SERIAL:
        return info->serial_number;
    case ETLS_FIELD_COMMON_NAME:
        return info->common_name;
    case ETLS_FIELD_HARDWARE:
        return info->hardware;
    default:
        return NULL;
    }
}

bool etls_device_identity(const struct imp_env *env, char out[IMP_X509_NAME], const uint8_t *der,
                          size_t n)
{
    struct imp_x509_info info;
    if (!etls_identity(out, der, n) || imp_x509_read_words(&info, der, n) != 0)
        return false;
    const char *text = field(env, &info);
    if (text && text[0]) {
        memset(out, 0, IMP_X509_NAME);
        memcpy(out, text, strlen(text)); /* a label is shorter than a name */
    }
    return true;
}

/* Who lacks the field by which devices are known here is nobody that the operator knows. */
static bool lacks_field(const struct imp_env *env, struct imp_piece leaf)
{
    struct imp_x509_info info;
    const char *text = imp_x509_read_words(&info, leaf.p, leaf.n) == 0 ? field(env, &info) : NULL;
    return text && !text[0];
}

/* Names apart by semicolons, since subjects have commas; an empty list names all. */
static bool admitted(const char *list, const char *name)
{
    if (!list[0])
        return true;
    for (size_t n; *list; list += n + (list[n] == ';')) {
        n = strcspn(list, ";");
        if (n == strlen(name) && memcmp(list, name, n) == 0)
            return true;
    }
    return false;
}

/* A certificate in a cell; false: there is none. */
static bool held(struct imp_env *env, const char *cell, struct imp_piece *out,
                 uint8_t der[IMP_X509_MAX])
{
    int n = env->ops->cell_get(env, cell, der, IMP_X509_MAX);
    *out = IMP_PIECE(der, n > 0 ? (size_t)n : 0);
    return n > 0;
}

/* Whether it is one of the operator's own. */
static bool of_operator(struct imp_env *env, const struct imp_x509_info *leaf)
{
    struct imp_x509_info operator;
    uint8_t der[IMP_X509_MAX];
    struct imp_piece anchor;
    return held(env, ETLS_CELL_ANCHOR, &anchor, der) &&
           imp_x509_read(&operator, anchor.p, anchor.n) == 0 &&
           strcmp(leaf->issuer, operator.subject) == 0;
}

/* A device may outlive what its manufacturer wrote into its identity (RFC 9148 section 9.1). */
static bool for_ever(struct etls_end *e, struct imp_piece leaf)
{
    struct imp_x509_info info;
    return e->server && imp_eap_opt(e->env, "ignore-notafter", 0) &&
           imp_x509_read_words(&info, leaf.p, leaf.n) == 0 && !of_operator(e->env, &info);
}

/* IEEE 802.1AR: the subject of an IDevID has the device's serialNumber. Certificates of the
 * operator's own authority name the device as he likes. */
static bool lacks_serial(struct imp_env *env, struct imp_piece leaf)
{
    struct imp_x509_info info;
    if (!imp_eap_opt(env, "subject-serial", 0) || imp_x509_read_words(&info, leaf.p, leaf.n) != 0)
        return false;
    return !of_operator(env, &info) && info.serial_number[0] == 0;
}

/* The certificate is good, its holder is not expected. */
static const char not_admitted[] = "not admitted";

/* RFC 8446 section 6.2. What has no alert of its own is a bad certificate. A session that is being
 * resumed says none. */
static void say_why(struct etls_end *e, enum imp_x509_verdict v, const char *why)
{
    if (!e->tls)
        return;
    if (why == not_admitted)
        imp_tls_refuse(e->tls, IMP_TLS_ACCESS_DENIED);
    else if (v == IMP_X509_UNTRUSTED)
        imp_tls_refuse(e->tls, IMP_TLS_UNKNOWN_CA);
    else if (v == IMP_X509_EXPIRED || v == IMP_X509_NOT_YET)
        imp_tls_refuse(e->tls, IMP_TLS_CERTIFICATE_EXPIRED);
    else if (v == IMP_X509_PURPOSE)
        imp_tls_refuse(e->tls, IMP_TLS_UNSUPPORTED_CERTIFICATE);
    else if (v == IMP_X509_REVOKED)
        imp_tls_refuse(e->tls, IMP_TLS_CERTIFICATE_REVOKED);
    else if (v == IMP_X509_NO_LIST)
        imp_tls_refuse(e->tls, IMP_TLS_CERTIFICATE_UNKNOWN);
    else if (v == IMP_X509_NO_STATUS)
        imp_tls_refuse(e->tls, IMP_TLS_BAD_STATUS);
}

size_t etls_anchors(struct imp_env *env, struct imp_piece out[2], uint8_t der[2][IMP_X509_MAX])
{
    size_t count = held(env, ETLS_CELL_ANCHOR, &out[0], der[0]);
    return count + held(env, ETLS_CELL_MAKER, &out[count], der[count]);
}

/* A device's certificate is no authority's (IEEE 802.1AR), which the server checks. */
enum imp_x509_verdict etls_path(struct etls_end *e, const struct imp_piece *chain, size_t count,
                                unsigned purpose, const char *host)
{
    struct imp_env *env = e->env;
    uint8_t der[3][IMP_X509_MAX];
    struct imp_piece trusted[2], issuing;
    struct imp_x509_policy policy = {
        .anchors = trusted, .purpose = purpose, .host = host, .end_entity = e->server};
    policy.any_time = !e->server && !etls_has_clock(env);
    policy.past_end = for_ever(e, chain[0]);
    policy.anchor_count = etls_anchors(env, trusted, der);
    policy.intermediates = &issuing;
    policy.intermediate_count = e->server && held(env, ETLS_CELL_ISSUING, &issuing, der[2]);
    return imp_x509_verify(env, chain, count, &policy, e->now);
}

/* RFC 9190 section 2.2: the server looks whether a certificate was revoked (section 5.4) too. */
static enum imp_x509_verdict of_peer(struct etls_end *e, const struct imp_piece *chain,
                                     size_t count, const char **why)
{
    enum imp_x509_verdict v = etls_path(e, chain, count, IMP_X509_CLIENT, NULL);
    if (v == IMP_X509_GOOD)
        v = etls_standing(e, chain, count);
    *why = imp_x509_verdict_text(v);
    if (v != IMP_X509_GOOD)
        return v;
    if (lacks_serial(e->env, chain[0]))
        *why = "no serial number";
    else if (lacks_field(e->env, chain[0]))
        *why = "no field of its identity";
    else if (!admitted(imp_eap_opt_str(e->env, "admitted", ""), e->other))
        *why = not_admitted;
    else
        return v;
    return IMP_X509_OTHER_NAME;
}

/* RFC 9190 section 5.4: the response that the server staples says that its certificate stands. Who
 * asks and does not insist goes on without one. */
static enum imp_x509_verdict status(struct etls_end *e, const struct imp_piece *chain, size_t count)
{
    int64_t wanted = imp_eap_opt(e->env, "status-request", ETLS_STATUS_NONE);
    struct imp_piece got, issuer;
    uint8_t der[IMP_X509_MAX];
    if (wanted == ETLS_STATUS_NONE || etls_resumed(e))
        return IMP_X509_GOOD;
    got = imp_tls_status(e->tls);
    if (got.n == 0)
        return wanted == ETLS_STATUS_REQUIRE ? IMP_X509_NO_STATUS : IMP_X509_GOOD;
    if (count > 1)
        issuer = chain[1];
    else if (!held(e->env, ETLS_CELL_ANCHOR, &issuer, der))
        return IMP_X509_NO_STATUS;
    return imp_x509_check_ocsp(e->env, got, chain[0], issuer, e->now);
}

/* RFC 5216 section 5.3, RFC 9190 section 5.2: the name too. */
static enum imp_x509_verdict of_server(struct etls_end *e, const struct imp_piece *chain,
                                       size_t count, const char **why)
{
    enum imp_x509_verdict v = etls_path(e, chain, count, IMP_X509_SERVER,
                                        imp_eap_opt_str(e->env, "server-name", ETLS_SERVER));
    if (v == IMP_X509_GOOD)
        v = status(e, chain, count);
    *why = imp_x509_verdict_text(v);
    return v;
}

enum imp_key etls_device_key(const struct imp_env *env)
{
    static const enum imp_key kinds[] = {IMP_KEY_P256, IMP_KEY_P384, IMP_KEY_RSA};
    return kinds[imp_eap_opt(env, "device-key", 0)];
}

/* Who has P-256 alone can do nothing with another key. On another curve it may in TLS 1.2 sign all
 * the same: no algorithm is bound to a curve there. */
static bool takes_key(struct etls_end *e, struct imp_piece leaf)
{
    struct imp_x509_info info;
    return imp_x509_read_words(&info, leaf.p, leaf.n) == 0 &&
           (info.key == IMP_KEY_P256 || info.key == etls_device_key(e->env));
}

bool etls_verify(void *end, const struct imp_piece *chain, size_t count)
{
    struct etls_end *e = end;
    bool lax = e->env->adversary || imp_eap_flawed(e->env, e->server ? "any-peer" : "any-server");
    const char *why;
    if (!(e->server ? etls_device_identity(e->env, e->other, chain[0].p, chain[0].n)
                    : etls_identity(e->other, chain[0].p, chain[0].n)))
        return false;
    if (!takes_key(e, chain[0])) {
        why = "another kind of key";
        e->other[0] = 0;
        imp_eap_claim_reject(e->env, why);
        say_why(e, IMP_X509_PURPOSE, why); /* unsupported_certificate */
        return false;
    }
    enum imp_x509_verdict v =
        e->server ? of_peer(e, chain, count, &why) : of_server(e, chain, count, &why);
    if (v == IMP_X509_GOOD || lax)
        return true;
    imp_eap_claim_reject(e->env, why);
    say_why(e, v, why);
    e->other[0] = 0;
    return false;
}
