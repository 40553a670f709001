/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_voucher.c - leaves of the YANG modules ietf-voucher and ietf-voucher-request. */
#include "brski_voucher.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *const assertions[] = {"", "verified", "logged", "proximity", NULL};
static const char *const tops[] = {"ietf-voucher:voucher", "ietf-voucher-request:voucher"};

const char *brski_assertion_text(enum brski_assertion a)
{
    return assertions[a];
}

int brski_assertion_find(const char *text)
{
    for (int i = BRSKI_VERIFIED; assertions[i]; i++)
        if (strcmp(assertions[i], text) == 0)
            return i;
    return -1;
}

/* ---- writing -----------------------------------------------------------------------------------
 */
static void put_string(struct brski_text *t, const char *name, const char *value)
{
    if (*value)
        brski_put_string(t, name, value);
}

static void put_binary(struct brski_text *t, const char *name, const void *bytes, size_t n)
{
    if (n)
        brski_put_binary(t, name, bytes, n);
}

int brski_voucher_write(char *out, size_t cap, const struct brski_voucher *v)
{
    struct brski_text t = {.p = out, .cap = cap};
    brski_put(&t, "{\"");
    brski_put(&t, tops[v->request]);
    brski_put(&t, "\":{");
    put_string(&t, "assertion", brski_assertion_text(v->assertion));
    put_string(&t, "created-on", v->created_on);
    put_string(&t, "expires-on", v->expires_on);
    put_string(&t, "serial-number", v->serial);
    put_binary(&t, "idevid-issuer", v->issuer, v->issuer_n);
    put_binary(&t, "nonce", v->nonce, v->nonce_n);
    put_binary(&t, "pinned-domain-cert", v->pinned.der, v->pinned.n);
    put_binary(&t, "proximity-registrar-cert", v->proximity.der, v->proximity.n);
    put_binary(&t, "prior-signed-voucher-request", v->prior, v->prior_n);
    brski_put(&t, "}}");
    return t.bad ? -1 : (int)t.n;
}

/* ---- reading -----------------------------------------------------------------------------------
 */
static bool get_text(char *out, size_t cap, const char *text)
{
    size_t n = strlen(text);
    if (n == 0 || n >= cap)
        return false;
    memcpy(out, text, n + 1);
    return true;
}

static bool get_date(char out[BRSKI_DATE], const char *text)
{
    int64_t seconds;
    return brski_date_read(&seconds, text) == 0 && get_text(out, BRSKI_DATE, text);
}

static bool get_binary(void *out, size_t *n, size_t min, size_t max, const char *text)
{
    int got = brski_binary(out, max, text);
    *n = got < 0 ? 0 : (size_t)got;
    return got >= 0 && *n >= min;
}

static bool get_assertion(struct brski_voucher *v, const char *text)
{
    int found = brski_assertion_find(text);
    v->assertion = found < 0 ? BRSKI_NO_ASSERTION : (enum brski_assertion)found;
    return found >= 0;
}

static bool is_leaf(const char *name)
{
    static const char *const names[] = {"assertion",
                                        "created-on",
                                        "expires-on",
                                        "last-renewal-date",
                                        "serial-number",
                                        "idevid-issuer",
                                        "nonce",
                                        "pinned-domain-cert",
                                        "domain-cert-revocation-checks",
                                        "proximity-registrar-cert",
                                        "prior-signed-voucher-request"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Leaves that only a request has, or only a voucher. */
static bool leaf_of_kind(struct brski_voucher *v, const char *name, const char *text)
{
    if (!v->request && strcmp(name, "pinned-domain-cert") == 0)
        return get_binary(v->pinned.der, &v->pinned.n, 1, sizeof v->pinned.der, text);
    if (v->request && strcmp(name, "proximity-registrar-cert") == 0)
        return get_binary(v->proximity.der, &v->proximity.n, 1, sizeof v->proximity.der, text);
    if (v->request && strcmp(name, "prior-signed-voucher-request") == 0)
        return get_binary(v->prior, &v->prior_n, 1, sizeof v->prior, text);
    return false;
}

static bool leaf(struct brski_voucher *v, const char *name, const char *text)
{
    char renewal[BRSKI_DATE];
    if (strcmp(name, "assertion") == 0)
        return get_assertion(v, text);
    if (strcmp(name, "created-on") == 0)
        return get_date(v->created_on, text);
    if (strcmp(name, "expires-on") == 0)
        return get_date(v->expires_on, text);
    if (strcmp(name, "last-renewal-date") == 0)
        return get_date(renewal, text);
    if (strcmp(name, "serial-number") == 0)
        return get_text(v->serial, sizeof v->serial, text);
    if (strcmp(name, "idevid-issuer") == 0)
        return get_binary(v->issuer, &v->issuer_n, 1, sizeof v->issuer, text);
    if (strcmp(name, "nonce") == 0)
        return get_binary(v->nonce, &v->nonce_n, 8, sizeof v->nonce, text);
    return leaf_of_kind(v, name, text);
}

static bool leaves(struct brski_voucher *v, json_t *object)
{
    const char *name;
    json_t *j;
    json_object_foreach(object, name, j)
    {
        if (json_is_boolean(j) && strcmp(name, "domain-cert-revocation-checks") == 0)
            continue;
        if (!v->request && !is_leaf(name))
            continue; /* RFC 8995 section 5.6.1: fields that a pledge does not know */
        if (!json_is_string(j) || strlen(json_string_value(j)) != json_string_length(j) ||
            !leaf(v, name, json_string_value(j)))
            return false;
    }
    return v->serial[0] != 0;
}

int brski_voucher_read(struct brski_voucher *out, const char *json, size_t n, bool request)
{
    memset(out, 0, sizeof *out);
    out->request = request;
    json_t *top = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
    json_t *object = json_object_get(top, tops[request]);
    bool good = json_is_object(object) && json_object_size(top) == 1 && leaves(out, object);
    json_decref(top);
    if (!good)
        memset(out, 0, sizeof *out);
    return good ? 0 : -1;
}

/* ---- signed ------------------------------------------------------------------------------------
 */
int brski_sign(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
               const struct brski_signer *by)
{
    char json[BRSKI_JSON];
    struct imp_piece above = {0};
    int n = brski_voucher_write(json, sizeof json, v);
    if (by->above)
        above = IMP_PIECE(by->above->der, by->above->n);
    return n < 0 ? -1
                 : imp_cms_sign(env, out, cap, IMP_CMS_JSON_VOUCHER, json, (size_t)n, by->crt,
                                by->secret, &above, by->above ? 1 : 0);
}

int brski_open(struct imp_env *env, struct brski_voucher *out, struct imp_cms_signed *cms,
               const uint8_t *der, size_t n, bool request)
{
    memset(out, 0, sizeof *out);
    if (imp_cms_verify(env, cms, IMP_CMS_JSON_VOUCHER, der, n) != 0)
        return -1;
    return brski_voucher_read(out, (const char *)cms->content, cms->n, request) == 0 ? 0 : -2;
}
