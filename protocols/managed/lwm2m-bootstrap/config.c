/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "context.h"
#include "peer.h"
#include "protocols/crypto/crypto.h"
#include "protocols/x509/x509.h"
#include "rawkey.h"

/* ---- paths */
static int32_t segment(const struct imp_coap_option *o)
{
    int32_t v = 0;
    const uint8_t *p = imp_coap_value(o);
    if (o->n == 0 || o->n > 5 || (p[0] == '0' && o->n > 1))
        return -1;
    for (size_t i = 0; i < o->n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v <= UINT16_MAX ? v : -1;
}

int lwm_resource_read(struct lwm_resource *out, const struct imp_coap_message *m)
{
    const struct imp_coap_option *o;
    int32_t part[3] = {-1, -1, -1};
    size_t n = 0;
    for (; (o = imp_coap_find(m, IMP_COAP_URI_PATH, n)); n++)
        if (n == 3 || (part[n] = segment(o)) < 0)
            return -1;
    *out = (struct lwm_resource){part[0], part[1], part[2]};
    return 0;
}

int lwm_path_read(struct lwm_path *out, const struct imp_coap_message *m)
{
    struct lwm_resource r;
    if (lwm_resource_read(&r, m) != 0 || r.resource >= 0)
        return -1;
    *out = (struct lwm_path){r.object, r.instance};
    return 0;
}

/* ---- writing */
struct head { /* as each kind of instance begins */
    bool used;
    uint16_t instance;
};

/* Where that instance is, or may go, in an array of instances; `count`: it is full. */
static size_t place(const void *array, size_t count, size_t size, uint16_t id)
{
    size_t found = count;
    for (size_t i = count; i-- > 0;) {
        struct head head;
        memcpy(&head, (const uint8_t *)array + i * size, sizeof head);
        if (head.used && head.instance == id)
            return i;
        if (!head.used)
            found = i;
    }
    return found;
}

static enum imp_coap_code put_security(struct lwm_config *c, uint16_t id, const uint8_t *p,
                                       size_t n)
{
    size_t i = place(c->security, LWM_SECURITIES, sizeof *c->security, id);
    return i < LWM_SECURITIES && lwm_security_read(&c->security[i], id, p, n) == 0
               ? IMP_COAP_CHANGED
               : IMP_COAP_BAD_REQUEST;
}

static enum imp_coap_code put_server(struct lwm_config *c, uint16_t id, const uint8_t *p, size_t n)
{
    size_t i = place(c->server, LWM_SERVERS, sizeof *c->server, id);
    return i < LWM_SERVERS && lwm_server_read(&c->server[i], id, p, n) == 0 ? IMP_COAP_CHANGED
                                                                            : IMP_COAP_BAD_REQUEST;
}

static enum imp_coap_code put_access(struct lwm_config *c, uint16_t id, const uint8_t *p, size_t n)
{
    size_t i = place(c->access, LWM_ACCESSES, sizeof *c->access, id);
    return i < LWM_ACCESSES && lwm_access_read(&c->access[i], id, p, n) == 0 ? IMP_COAP_CHANGED
                                                                             : IMP_COAP_BAD_REQUEST;
}

static enum imp_coap_code put_oscore(struct lwm_config *c, uint16_t id, const uint8_t *p, size_t n)
{
    size_t i = place(c->oscore, LWM_OSCORES, sizeof *c->oscore, id);
    return i < LWM_OSCORES && lwm_oscore_read(&c->oscore[i], id, p, n) == 0 ? IMP_COAP_CHANGED
                                                                            : IMP_COAP_BAD_REQUEST;
}

static enum imp_coap_code put_instance(struct lwm_config *c, int32_t object, uint16_t id,
                                       const uint8_t *p, size_t n)
{
    switch (object) {
    case LWM_SECURITY:
        return put_security(c, id, p, n);
    case LWM_SERVER:
        return put_server(c, id, p, n);
    case LWM_ACCESS:
        return put_access(c, id, p, n);
    case LWM_OSCORE:
        return put_oscore(c, id, p, n);
    default:
        return IMP_COAP_NOT_FOUND;
    }
}

enum imp_coap_code lwm_config_put(struct lwm_config *c, struct lwm_path path, const uint8_t *p,
                                  size_t n)
{
    struct lwm_config copy = *c;
    struct lwm_tlv_reader r = {.p = p, .n = n};
    struct lwm_tlv t;
    enum imp_coap_code code = IMP_COAP_BAD_REQUEST;
    if (path.object < 0)
        return IMP_COAP_METHOD_NOT_ALLOWED;
    if (path.instance >= 0)
        return put_instance(c, path.object, (uint16_t)path.instance, p, n);
    while (lwm_tlv_next(&r, &t)) {
        code = t.kind == LWM_TLV_INSTANCE ? put_instance(&copy, path.object, t.id, t.value, t.n)
                                          : IMP_COAP_BAD_REQUEST;
        if (code != IMP_COAP_CHANGED)
            return code;
    }
    if (!lwm_tlv_done(&r))
        return IMP_COAP_BAD_REQUEST;
    if (code == IMP_COAP_CHANGED)
        *c = copy;
    return code;
}

/* ---- deleting */
static bool meant(struct lwm_path path, int object, bool used, uint16_t instance)
{
    return used && (path.object < 0 || path.object == object) &&
           (path.instance < 0 || path.instance == instance);
}

bool lwm_config_is_spared(const struct lwm_config *c, uint16_t oscore)
{
    const struct lwm_security *s = lwm_config_bootstrap(c);
    return s && s->has_oscore && s->oscore == oscore;
}

static void delete_oscore(struct lwm_config *c, struct lwm_path path, size_t *spared,
                          size_t *deleted)
{
    for (size_t i = 0; i < LWM_OSCORES; i++) {
        struct lwm_oscore_object *o = &c->oscore[i];
        if (!meant(path, LWM_OSCORE, o->used, o->instance))
            continue;
        bool stays = lwm_config_is_spared(c, o->instance);
        *spared += stays;
        *deleted += !stays;
        if (!stays)
            *o = (struct lwm_oscore_object){.used = false};
    }
}

enum imp_coap_code lwm_config_delete(struct lwm_config *c, struct lwm_path path)
{
    size_t spared = 0, deleted = 0;
    if (path.object > LWM_ACCESS && path.object != LWM_OSCORE)
        return IMP_COAP_NOT_FOUND;
    for (size_t i = 0; i < LWM_SECURITIES; i++) {
        struct lwm_security *s = &c->security[i];
        if (!meant(path, LWM_SECURITY, s->used, s->instance))
            continue;
        spared += s->bootstrap;
        deleted += !s->bootstrap;
        if (!s->bootstrap)
            *s = (struct lwm_security){.used = false};
    }
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (meant(path, LWM_SERVER, c->server[i].used, c->server[i].instance)) {
            c->server[i] = (struct lwm_server_object){.used = false};
            deleted++;
        }
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        if (meant(path, LWM_ACCESS, c->access[i].used, c->access[i].instance)) {
            c->access[i] = (struct lwm_access){.used = false};
            deleted++;
        }
    delete_oscore(c, path, &spared, &deleted);
    if (path.instance >= 0 && !deleted)
        return spared ? IMP_COAP_BAD_REQUEST : IMP_COAP_NOT_FOUND;
    return IMP_COAP_DELETED;
}

/* ---- reading */
static void get_instance(struct lwm_tlv_writer *w, struct lwm_path path, uint16_t id,
                         const uint8_t *content, size_t n)
{
    if (path.instance < 0) {
        lwm_tlv_put(w, LWM_TLV_INSTANCE, id, content, n);
    } else if (w->cap - w->n >= n) {
        memcpy(w->p + w->n, content, n);
        w->n += n;
    } else {
        w->bad = true;
    }
}

enum imp_coap_code lwm_config_get(const struct lwm_config *c, struct lwm_path path, uint8_t *out,
                                  size_t cap, size_t *n)
{
    struct lwm_tlv_writer w = {.p = out, .cap = cap};
    uint8_t content[LWM_CONTENT_MAX];
    bool found = false;
    if (path.object <= LWM_SECURITY || path.object == LWM_OSCORE)
        return IMP_COAP_METHOD_NOT_ALLOWED;
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (meant(path, LWM_SERVER, c->server[i].used, c->server[i].instance)) {
            get_instance(&w, path, c->server[i].instance, content,
                         lwm_server_write(content, sizeof content, &c->server[i]));
            found = true;
        }
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        if (meant(path, LWM_ACCESS, c->access[i].used, c->access[i].instance)) {
            get_instance(&w, path, c->access[i].instance, content,
                         lwm_access_write(content, sizeof content, &c->access[i]));
            found = true;
        }
    if (w.bad)
        return IMP_COAP_INTERNAL_SERVER_ERROR;
    if (!found && (path.instance >= 0 || path.object > LWM_ACCESS))
        return IMP_COAP_NOT_FOUND;
    *n = w.n;
    return IMP_COAP_CONTENT;
}

struct text {
    char *out;
    size_t cap, n;
};

static void link_instance(struct text *t, unsigned object, unsigned instance, unsigned short_id)
{
    char ssid[16] = "";
    if (short_id)
        snprintf(ssid, sizeof ssid, ";ssid=%u", short_id);
    if (t->n < t->cap)
        t->n +=
            (size_t)snprintf(t->out + t->n, t->cap - t->n, ",</%u/%u>%s", object, instance, ssid);
}

/* In 1.0 the version has quotation marks and no link (Core 1.0, section 5.2.7.3). */
size_t lwm_config_links(const struct lwm_config *c, struct lwm_path path, enum lwm_version version,
                        char *out, size_t cap)
{
    struct text t = {out, cap, 0};
    t.n = (size_t)snprintf(out, cap, version == LWM_1_0 ? "lwm2m=\"%s\"" : "</>;lwm2m=%s",
                           lwm_version_text(version));
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (meant(path, LWM_SECURITY, c->security[i].used, c->security[i].instance))
            link_instance(&t, LWM_SECURITY, c->security[i].instance, c->security[i].short_id);
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (meant(path, LWM_SERVER, c->server[i].used, c->server[i].instance))
            link_instance(&t, LWM_SERVER, c->server[i].instance, c->server[i].short_id);
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        if (meant(path, LWM_ACCESS, c->access[i].used, c->access[i].instance))
            link_instance(&t, LWM_ACCESS, c->access[i].instance, 0);
    if (meant(path, 3, true, 0))
        link_instance(&t, 3, 0, 0); /* Device, which every client has */
    for (size_t i = 0; i < LWM_OSCORES; i++)
        if (meant(path, LWM_OSCORE, c->oscore[i].used, c->oscore[i].instance))
            link_instance(&t, LWM_OSCORE, c->oscore[i].instance, 0);
    return t.n < cap ? t.n : 0;
}

/* ---- accounts */
const struct lwm_security *lwm_config_bootstrap(const struct lwm_config *c)
{
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (c->security[i].used && c->security[i].bootstrap)
            return &c->security[i];
    return NULL;
}

const struct lwm_security *lwm_config_security_of(const struct lwm_config *c,
                                                  const struct lwm_server_object *server)
{
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (c->security[i].used && !c->security[i].bootstrap &&
            c->security[i].short_id == server->short_id)
            return &c->security[i];
    return NULL;
}

const struct lwm_oscore_object *lwm_config_oscore_of(const struct lwm_config *c,
                                                     const struct lwm_security *s)
{
    for (size_t i = 0; i < LWM_OSCORES && s->has_oscore; i++)
        if (c->oscore[i].used && c->oscore[i].instance == s->oscore)
            return &c->oscore[i];
    return NULL;
}

/* A digest is not looked into. */
static bool is_digest(const struct lwm_security *s)
{
    return s->matching != LWM_MATCH_EXACT && s->peer_n == lwm_digest_size(s->matching);
}

static bool raw_keys(const struct lwm_security *s)
{
    uint8_t scalar[LWM_SCALAR], pub[64], spki[LWM_SPKI];
    bool good = (s->matching == LWM_MATCH_EXACT ? imp_p256_from_spki(pub, s->peer, s->peer_n) == 0
                                                : is_digest(s)) &&
                imp_p256_pkcs8_read(scalar, s->key, s->key_n) == 0 &&
                lwm_spki_of(spki, scalar) == 0 && s->identity_n == LWM_SPKI &&
                memcmp(spki, s->identity, LWM_SPKI) == 0;
    imp_wipe(scalar, sizeof scalar);
    return good;
}

/* What the client shall hold the server's certificate against. */
static bool peer_certificate(const struct lwm_security *s)
{
    struct imp_x509_info peer;
    if (s->usage != LWM_USAGE_TRUST_ANCHOR && s->usage != LWM_USAGE_DOMAIN_ISSUED)
        return false;
    return s->matching == LWM_MATCH_EXACT ? imp_x509_read(&peer, s->peer, s->peer_n) == 0
                                          : is_digest(s) && s->usage == LWM_USAGE_DOMAIN_ISSUED;
}

/* The client's, with its key. */
static bool own_certificate(const struct lwm_security *s)
{
    struct imp_x509_info own;
    uint8_t scalar[LWM_SCALAR], pub[64];
    bool good = imp_p256_pkcs8_read(scalar, s->key, s->key_n) == 0 &&
                imp_p256_public(NULL, pub, scalar) == 0 &&
                imp_x509_read(&own, s->identity, s->identity_n) == 0 &&
                memcmp(own.pub, pub, sizeof pub) == 0;
    imp_wipe(scalar, sizeof scalar);
    return good;
}

/* With EST there may be none as yet. */
static bool certificates(const struct lwm_security *s)
{
    bool awaited = s->mode == LWM_MODE_EST && s->identity_n == 0 && s->key_n == 0;
    return peer_certificate(s) && (awaited || own_certificate(s));
}

/* OSCORE inside DTLS is not known here; and each instance serves one account (OMA registry). */
static const char *oscore_fault(const struct lwm_config *c, const struct lwm_security *s)
{
    const struct lwm_oscore_object *o = lwm_config_oscore_of(c, s);
    struct imp_oscore_params params;
    struct imp_oscore context;
    if (!s->has_oscore)
        return NULL;
    if (s->mode != LWM_MODE_NOSEC)
        return "OSCORE with a security mode beside it";
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (c->security[i].used && &c->security[i] != s && c->security[i].has_oscore &&
            c->security[i].oscore == s->oscore)
            return "two accounts with one OSCORE instance";
    bool good =
        o && lwm_context_params(&params, o, true) && imp_oscore_init(NULL, &context, &params) == 0;
    imp_wipe(&context, sizeof context);
    return good ? NULL : "OSCORE without a security context";
}

static const char *security_fault(const struct lwm_config *c, const struct lwm_security *s)
{
    enum imp_dtls_suites suites;
    bool secure = lwm_peer_has(s, "coaps://") || lwm_peer_has(s, "coaps+tcp://");
    bool plain = lwm_peer_has(s, "coap://") || lwm_peer_has(s, "coap+tcp://");
    if (s->mode == LWM_MODE_NOSEC ? !plain : !secure)
        return "address and security mode do not fit";
    if (s->mode == LWM_MODE_EST && s->bootstrap)
        return "no bootstrap server before the bootstrap"; /* that would give a certificate */
    if (s->mode == LWM_MODE_PSK &&
        (s->identity_n == 0 || s->identity_n > LWM_IDENTITY_MAX || s->key_n == 0))
        return "pre-shared key without identity or key";
    if (s->mode == LWM_MODE_RPK && !raw_keys(s))
        return "raw public key without a key";
    if (lwm_is_certificate(s->mode) && !certificates(s))
        return "certificate without a key, or of no use";
    if (secure && !lwm_peer_suites(&suites, s))
        return "no cipher suite of that mode";
    if (!s->bootstrap && s->short_id == 0)
        return "server without short identifier";
    return oscore_fault(c, s);
}

static const char *twice(const struct lwm_config *c)
{
    size_t bootstrap = 0;
    for (size_t i = 0; i < LWM_SECURITIES; i++) {
        if (!c->security[i].used)
            continue;
        bootstrap += c->security[i].bootstrap;
        for (size_t k = 0; k < i; k++)
            if (c->security[k].used && !c->security[k].bootstrap && !c->security[i].bootstrap &&
                c->security[k].short_id == c->security[i].short_id)
                return "short identifier twice";
    }
    for (size_t i = 0; i < LWM_SERVERS; i++)
        for (size_t k = 0; k < i; k++)
            if (c->server[i].used && c->server[k].used &&
                c->server[i].short_id == c->server[k].short_id)
                return "short identifier twice";
    return bootstrap > 1 ? "two bootstrap servers" : NULL;
}

const char *lwm_config_fault(const struct lwm_config *c)
{
    const char *fault = twice(c);
    size_t servers = 0;
    for (size_t i = 0; i < LWM_SECURITIES && !fault; i++)
        if (c->security[i].used)
            fault = security_fault(c, &c->security[i]);
    for (size_t i = 0; i < LWM_SERVERS && !fault; i++) {
        servers += c->server[i].used;
        if (c->server[i].used && !lwm_config_security_of(c, &c->server[i]))
            fault = "server without security";
    }
    return fault ? fault : servers ? NULL : "no server";
}
