/* SPDX-License-Identifier: GPL-2.0-only */
#include "objects.h"

#include <string.h>

#define SEEN(id) (UINT32_C(1) << (id))

/* One resource into the instance that is being read; false: its value is not of its type. */
typedef bool take(void *instance, const struct lwm_tlv *t);

/* The resources of one instance, each at most once; `seen` has a bit for each below 32. */
static bool resources(void *instance, take *one, const uint8_t *p, size_t n, uint32_t *seen)
{
    struct lwm_tlv_reader r = {.p = p, .n = n};
    struct lwm_tlv t;
    while (lwm_tlv_next(&r, &t)) {
        if (t.kind != LWM_TLV_RESOURCE && t.kind != LWM_TLV_MULTIPLE)
            return false;
        if (t.id < 32) {
            if (*seen & SEEN(t.id))
                return false;
            *seen |= SEEN(t.id);
        }
        if (!one(instance, &t))
            return false;
    }
    return lwm_tlv_done(&r);
}

/* As above, within an object instance or without. */
static bool content(void *instance, uint16_t id, take *one, uint32_t mandatory, const uint8_t *p,
                    size_t n)
{
    struct lwm_tlv_reader r = {.p = p, .n = n};
    struct lwm_tlv t;
    uint32_t seen = 0;
    if (!lwm_tlv_next(&r, &t))
        return false;
    if (t.kind == LWM_TLV_INSTANCE) {
        if (t.id != id || !lwm_tlv_done(&r))
            return false;
        p = t.value;
        n = t.n;
    }
    return resources(instance, one, p, n, &seen) && (seen & mandatory) == mandatory;
}

static bool get_u16(const struct lwm_tlv *t, uint16_t max, uint16_t *v)
{
    int64_t number;
    if (!lwm_tlv_get_int(t, 0, max, &number))
        return false;
    *v = (uint16_t)number;
    return true;
}

static bool get_seconds(const struct lwm_tlv *t, uint32_t *v)
{
    int64_t number;
    if (!lwm_tlv_get_int(t, 0, INT32_MAX, &number))
        return false;
    *v = (uint32_t)number;
    return true;
}

/* ---- Security */
static bool take_mode(struct lwm_security *s, const struct lwm_tlv *t)
{
    int64_t mode;
    if (!lwm_tlv_get_int(t, LWM_MODE_PSK, LWM_MODE_EST, &mode))
        return false;
    s->mode = (enum lwm_mode)mode;
    return true;
}

static bool take_usage(struct lwm_security *s, const struct lwm_tlv *t)
{
    int64_t usage;
    if (!lwm_tlv_get_int(t, LWM_USAGE_CA_CONSTRAINT, LWM_USAGE_DOMAIN_ISSUED, &usage))
        return false;
    s->usage = (enum lwm_usage)usage;
    s->has_usage = true;
    return true;
}

static bool take_matching(struct lwm_security *s, const struct lwm_tlv *t)
{
    uint64_t matching;
    if (!lwm_tlv_get_unsigned(t, LWM_MATCH_SHA512, &matching))
        return false;
    s->matching = (enum lwm_matching)matching;
    return true;
}

static bool take_suites(struct lwm_security *s, const struct lwm_tlv *t)
{
    struct lwm_tlv_reader r = {.p = t->value, .n = t->n};
    struct lwm_tlv entry;
    uint64_t suite;
    while (lwm_tlv_next(&r, &entry)) {
        if (entry.kind != LWM_TLV_RESOURCE_INSTANCE || s->suite_n == LWM_SUITES_MAX ||
            !lwm_tlv_get_unsigned(&entry, UINT32_MAX, &suite))
            return false;
        s->suites[s->suite_n++] = (uint32_t)suite;
    }
    return lwm_tlv_done(&r);
}

/* An object link: number of the object and of the instance (Core 1.2, appendix C). */
static bool take_oscore(struct lwm_security *s, const struct lwm_tlv *t)
{
    s->has_oscore = true;
    if (t->n != 4 || (t->value[0] << 8 | t->value[1]) != LWM_OSCORE)
        return false;
    s->oscore = (uint16_t)(t->value[2] << 8 | t->value[3]);
    return true;
}

static bool take_security(void *instance, const struct lwm_tlv *t)
{
    struct lwm_security *s = instance;
    if (t->id == 16)
        return t->kind == LWM_TLV_MULTIPLE && take_suites(s, t);
    switch (t->kind == LWM_TLV_RESOURCE ? t->id : -1) {
    case 0:
        return lwm_tlv_get_text(t, s->uri, sizeof s->uri);
    case 1:
        return lwm_tlv_get_bool(t, &s->bootstrap);
    case 2:
        return take_mode(s, t);
    case 3:
        return lwm_tlv_get_opaque(t, s->identity, sizeof s->identity, &s->identity_n);
    case 4:
        return lwm_tlv_get_opaque(t, s->peer, sizeof s->peer, &s->peer_n);
    case 5:
        return lwm_tlv_get_opaque(t, s->key, sizeof s->key, &s->key_n);
    case 10:
        return get_u16(t, LWM_SHORT_ID_MAX, &s->short_id) && s->short_id > 0;
    case 11:
        return get_seconds(t, &s->hold_off);
    case 12:
        return get_seconds(t, &s->timeout);
    case 13:
        return take_matching(s, t);
    case 14:
        return lwm_tlv_get_text(t, s->sni, sizeof s->sni);
    case 15:
        return take_usage(s, t);
    case 17:
        return take_oscore(s, t);
    default:
        return t->id > 12 || (t->id > 5 && t->id < 10);
    }
}

int lwm_security_read(struct lwm_security *out, uint16_t instance, const uint8_t *p, size_t n)
{
    struct lwm_security s = {.used = true, .instance = instance, .usage = LWM_USAGE_DOMAIN_ISSUED};
    if (!content(&s, instance, take_security, SEEN(0) | SEEN(1) | SEEN(2), p, n))
        return -1;
    *out = s;
    return 0;
}

static void put(struct lwm_tlv_writer *w, uint16_t id, const void *p, size_t n)
{
    lwm_tlv_put(w, LWM_TLV_RESOURCE, id, p, n);
}

static void put_int(struct lwm_tlv_writer *w, uint16_t id, int64_t v)
{
    lwm_tlv_put_int(w, LWM_TLV_RESOURCE, id, v);
}

static size_t written(const struct lwm_tlv_writer *w)
{
    return w->bad ? 0 : w->n;
}

/* A resource of several integers, whose instances are numbered. */
static void put_suites(struct lwm_tlv_writer *w, const struct lwm_security *s)
{
    uint8_t list[11 * LWM_SUITES_MAX];
    struct lwm_tlv_writer entries = {.p = list, .cap = sizeof list};
    for (size_t i = 0; i < s->suite_n; i++)
        lwm_tlv_put_int(&entries, LWM_TLV_RESOURCE_INSTANCE, (uint16_t)i, s->suites[i]);
    w->bad |= entries.bad;
    lwm_tlv_put(w, LWM_TLV_MULTIPLE, 16, list, entries.n);
}

size_t lwm_security_write(uint8_t *out, size_t cap, const struct lwm_security *s)
{
    struct lwm_tlv_writer w = {.p = out, .cap = cap};
    put(&w, 0, s->uri, strlen(s->uri));
    put_int(&w, 1, s->bootstrap);
    put_int(&w, 2, s->mode);
    if (s->identity_n)
        put(&w, 3, s->identity, s->identity_n);
    if (s->peer_n)
        put(&w, 4, s->peer, s->peer_n);
    if (s->key_n)
        put(&w, 5, s->key, s->key_n);
    if (s->short_id)
        put_int(&w, 10, s->short_id);
    if (s->hold_off)
        put_int(&w, 11, s->hold_off);
    if (s->timeout)
        put_int(&w, 12, s->timeout);
    if (s->matching)
        put_int(&w, 13, s->matching);
    if (s->sni[0])
        put(&w, 14, s->sni, strlen(s->sni));
    if (s->has_usage)
        put_int(&w, 15, s->usage);
    if (s->suite_n)
        put_suites(&w, s);
    if (s->has_oscore)
        put(&w, 17, (const uint8_t[]){0, LWM_OSCORE, s->oscore >> 8, s->oscore & 0xff}, 4);
    return written(&w);
}

/* ---- Server */
static bool is_registration(unsigned resource)
{
    return resource >= LWM_PRIORITY_ORDER && resource < LWM_REGISTRATION_END;
}

bool lwm_server_has(const struct lwm_server_object *s, enum lwm_registration_resource resource)
{
    return s->there >> (resource - LWM_PRIORITY_ORDER) & 1;
}

uint32_t lwm_server_get(const struct lwm_server_object *s, enum lwm_registration_resource resource,
                        uint32_t absent)
{
    return lwm_server_has(s, resource) ? s->registration[resource - LWM_PRIORITY_ORDER] : absent;
}

void lwm_server_set(struct lwm_server_object *s, enum lwm_registration_resource resource,
                    uint32_t v)
{
    unsigned i = resource - LWM_PRIORITY_ORDER;
    s->there |= (uint8_t)(1u << i);
    s->registration[i] = v;
}

static bool take_registration(struct lwm_server_object *s, const struct lwm_tlv *t)
{
    uint64_t number;
    bool truth;
    if (t->id == LWM_FAILURE_BLOCK || t->id == LWM_BOOTSTRAP_ON_FAILURE) {
        if (!lwm_tlv_get_bool(t, &truth))
            return false;
        number = truth;
    } else if (!lwm_tlv_get_unsigned(t, UINT32_MAX, &number)) {
        return false;
    }
    lwm_server_set(s, (enum lwm_registration_resource)t->id, (uint32_t)number);
    return true;
}

static bool take_server(void *instance, const struct lwm_tlv *t)
{
    struct lwm_server_object *s = instance;
    if (is_registration(t->id))
        return t->kind == LWM_TLV_RESOURCE && take_registration(s, t);
    switch (t->kind == LWM_TLV_RESOURCE ? t->id : -1) {
    case 0:
        return get_u16(t, LWM_SHORT_ID_MAX, &s->short_id) && s->short_id > 0;
    case 1:
        return get_seconds(t, &s->lifetime) && s->lifetime > 0;
    case 5:
        return get_seconds(t, &s->disable_timeout);
    case 6:
        return lwm_tlv_get_bool(t, &s->storing);
    case 7:
        return lwm_tlv_get_text(t, s->binding, sizeof s->binding);
    default:
        return t->id > 7 || (t->id > 1 && t->id < 5);
    }
}

int lwm_server_read(struct lwm_server_object *out, uint16_t instance, const uint8_t *p, size_t n)
{
    struct lwm_server_object s = {.used = true, .instance = instance};
    if (!content(&s, instance, take_server, SEEN(0) | SEEN(1) | SEEN(6) | SEEN(7), p, n))
        return -1;
    *out = s;
    return 0;
}

int lwm_server_update(struct lwm_server_object *s, const uint8_t *p, size_t n)
{
    const uint32_t read_only = SEEN(0) | SEEN(LWM_PRIORITY_ORDER) | SEEN(LWM_FAILURE_BLOCK) |
                               SEEN(LWM_BOOTSTRAP_ON_FAILURE); /* OMA registry */
    struct lwm_server_object copy = *s;
    uint32_t seen = 0;
    if (n == 0 || !resources(&copy, take_server, p, n, &seen))
        return -1;
    if (seen & read_only)
        return 1;
    *s = copy;
    return 0;
}

size_t lwm_server_write(uint8_t *out, size_t cap, const struct lwm_server_object *s)
{
    struct lwm_tlv_writer w = {.p = out, .cap = cap};
    put_int(&w, 0, s->short_id);
    put_int(&w, 1, s->lifetime);
    if (s->disable_timeout)
        put_int(&w, 5, s->disable_timeout);
    put_int(&w, 6, s->storing);
    put(&w, 7, s->binding, strlen(s->binding));
    for (unsigned r = 0; r < LWM_REGISTRATION_END - LWM_PRIORITY_ORDER; r++)
        if (s->there >> r & 1)
            put_int(&w, (uint16_t)(LWM_PRIORITY_ORDER + r), s->registration[r]);
    return written(&w);
}

/* ---- Access Control */
static bool take_entries(struct lwm_access *a, const struct lwm_tlv *t)
{
    struct lwm_tlv_reader r = {.p = t->value, .n = t->n};
    struct lwm_tlv entry;
    while (lwm_tlv_next(&r, &entry)) {
        int64_t rights;
        if (entry.kind != LWM_TLV_RESOURCE_INSTANCE || entry.id > LWM_SHORT_ID_MAX ||
            a->count == LWM_ACL_MAX || !lwm_tlv_get_int(&entry, 0, 31, &rights))
            return false;
        for (size_t i = 0; i < a->count; i++)
            if (a->entries[i].short_id == entry.id)
                return false;
        a->entries[a->count].short_id = entry.id;
        a->entries[a->count++].rights = (uint8_t)rights;
    }
    return lwm_tlv_done(&r);
}

static bool take_access(void *instance, const struct lwm_tlv *t)
{
    struct lwm_access *a = instance;
    if (t->id == 2)
        return t->kind == LWM_TLV_MULTIPLE && take_entries(a, t);
    switch (t->kind == LWM_TLV_RESOURCE ? t->id : -1) {
    case 0:
        return get_u16(t, LWM_SHORT_ID_MAX, &a->object) && a->object > 0;
    case 1:
        return get_u16(t, UINT16_MAX, &a->object_instance);
    case 3:
        return get_u16(t, UINT16_MAX, &a->owner);
    default:
        return t->id > 3;
    }
}

int lwm_access_read(struct lwm_access *out, uint16_t instance, const uint8_t *p, size_t n)
{
    struct lwm_access a = {.used = true, .instance = instance};
    if (!content(&a, instance, take_access, SEEN(0) | SEEN(1) | SEEN(3), p, n))
        return -1;
    *out = a;
    return 0;
}

size_t lwm_access_write(uint8_t *out, size_t cap, const struct lwm_access *a)
{
    struct lwm_tlv_writer w = {.p = out, .cap = cap};
    uint8_t list[5 * LWM_ACL_MAX];
    struct lwm_tlv_writer entries = {.p = list, .cap = sizeof list};
    for (size_t i = 0; i < a->count; i++)
        lwm_tlv_put_int(&entries, LWM_TLV_RESOURCE_INSTANCE, a->entries[i].short_id,
                        a->entries[i].rights);
    put_int(&w, 0, a->object);
    put_int(&w, 1, a->object_instance);
    if (a->count)
        lwm_tlv_put(&w, LWM_TLV_MULTIPLE, 2, list, entries.n);
    put_int(&w, 3, a->owner);
    return written(&w);
}

/* ---- OSCORE */
static bool get_algorithm(const struct lwm_tlv *t, int32_t *v)
{
    int64_t number;
    if (!lwm_tlv_get_int(t, INT32_MIN, INT32_MAX, &number))
        return false;
    *v = (int32_t)number;
    return true;
}

static bool take_oscore_object(void *instance, const struct lwm_tlv *t)
{
    struct lwm_oscore_object *o = instance;
    switch (t->kind == LWM_TLV_RESOURCE ? t->id : -1) {
    case 0:
        return lwm_tlv_get_opaque(t, o->secret, sizeof o->secret, &o->secret_n);
    case 1:
        return lwm_tlv_get_opaque(t, o->sender, sizeof o->sender, &o->sender_n);
    case 2:
        return lwm_tlv_get_opaque(t, o->recipient, sizeof o->recipient, &o->recipient_n);
    case 3:
        return get_algorithm(t, &o->aead);
    case 4:
        return get_algorithm(t, &o->hmac);
    case 5:
        return lwm_tlv_get_opaque(t, o->salt, sizeof o->salt, &o->salt_n);
    case 6:
        o->has_id_context = true;
        return lwm_tlv_get_opaque(t, o->id_context, sizeof o->id_context, &o->id_context_n);
    default:
        return t->id > 6;
    }
}

int lwm_oscore_read(struct lwm_oscore_object *out, uint16_t instance, const uint8_t *p, size_t n)
{
    struct lwm_oscore_object o = {
        .used = true, .instance = instance, .aead = LWM_AEAD, .hmac = LWM_HMAC};
    if (!content(&o, instance, take_oscore_object, SEEN(0) | SEEN(1) | SEEN(2), p, n))
        return -1;
    *out = o;
    return 0;
}

size_t lwm_oscore_write(uint8_t *out, size_t cap, const struct lwm_oscore_object *o)
{
    struct lwm_tlv_writer w = {.p = out, .cap = cap};
    put(&w, 0, o->secret, o->secret_n);
    put(&w, 1, o->sender, o->sender_n);
    put(&w, 2, o->recipient, o->recipient_n);
    if (o->aead != LWM_AEAD)
        put_int(&w, 3, o->aead);
    if (o->hmac != LWM_HMAC)
        put_int(&w, 4, o->hmac);
    if (o->salt_n)
        put(&w, 5, o->salt, o->salt_n);
    if (o->has_id_context)
        put(&w, 6, o->id_context, o->id_context_n);
    return written(&w);
}
