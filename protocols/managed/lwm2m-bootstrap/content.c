/* SPDX-License-Identifier: GPL-2.0-only */
#include "content.h"

#include <stdio.h>
#include <string.h>

#include "senml.h"
#include "senml_json.h"

static const enum imp_coap_format numbers[] = {[LWM_TLV] = IMP_COAP_FORMAT_LWM2M_TLV,
                                               [LWM_SENML_CBOR] = IMP_COAP_FORMAT_SENML_CBOR,
                                               [LWM_SENML_JSON] = IMP_COAP_FORMAT_SENML_JSON};

enum imp_coap_format lwm_format_number(enum lwm_format f)
{
    return numbers[f];
}

bool lwm_format_of(enum lwm_format *out, uint32_t number)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((uint32_t)numbers[i] == number) {
            *out = (enum lwm_format)i;
            return true;
        }
    return false;
}

bool lwm_format_named(enum lwm_format *out, const char *digits, size_t n)
{
    char text[8];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        snprintf(text, sizeof text, "%u", (unsigned)numbers[i]);
        if (strlen(text) == n && memcmp(text, digits, n) == 0) {
            *out = (enum lwm_format)i;
            return true;
        }
    }
    return false;
}

/* ---- writing */
struct target {
    struct lwm_config *c;
    struct lwm_path path;
    enum imp_coap_code code; /* of the last instance */
};

static bool put(void *arg, struct lwm_path path, const uint8_t *tlv, size_t n)
{
    struct target *t = arg;
    bool under = path.object == t->path.object &&
                 (t->path.instance < 0 || path.instance == t->path.instance);
    t->code = under ? lwm_config_put(t->c, path, tlv, n) : IMP_COAP_BAD_REQUEST;
    return t->code == IMP_COAP_CHANGED;
}

enum imp_coap_code lwm_content_put(struct lwm_config *c, struct lwm_path path, enum lwm_format f,
                                   const uint8_t *p, size_t n)
{
    struct lwm_config copy = *c;
    struct target t = {.c = &copy, .path = path, .code = IMP_COAP_BAD_REQUEST};
    uint8_t cbor[LWM_PACK_MAX];
    if (f == LWM_TLV)
        return lwm_config_put(c, path, p, n);
    if (path.object < 0)
        return IMP_COAP_METHOD_NOT_ALLOWED;
    if (f == LWM_SENML_JSON) {
        n = lwm_senml_from_json(cbor, sizeof cbor, p, n);
        p = cbor;
    }
    if (lwm_senml_read(NULL, p, n, put, &t) != 0)
        return t.code == IMP_COAP_CHANGED ? IMP_COAP_BAD_REQUEST : t.code;
    if (t.code == IMP_COAP_CHANGED)
        *c = copy;
    return t.code;
}

/* ---- reading */
struct source {
    struct lwm_path path;
    const uint8_t *tlv; /* resources of one instance, or instances of one object */
    size_t n;
};

static void fill(struct lwm_senml_writer *w, const void *arg)
{
    const struct source *s = arg;
    struct lwm_tlv_reader r = {.p = s->tlv, .n = s->n};
    struct lwm_tlv t;
    if (s->path.instance >= 0) {
        lwm_senml_instance(w, (unsigned)s->path.object, (unsigned)s->path.instance, s->tlv, s->n);
        return;
    }
    while (lwm_tlv_next(&r, &t))
        lwm_senml_instance(w, (unsigned)s->path.object, t.id, t.value, t.n);
}

size_t lwm_content_write(uint8_t *out, size_t cap, enum lwm_format f, struct lwm_path path,
                         const uint8_t *tlv, size_t n)
{
    const struct source s = {.path = path, .tlv = tlv, .n = n};
    uint8_t cbor[LWM_PACK_MAX];
    if (f == LWM_SENML_JSON)
        return lwm_senml_to_json(out, cap, cbor,
                                 lwm_senml_write(cbor, sizeof cbor, NULL, fill, &s));
    if (f == LWM_SENML_CBOR)
        return lwm_senml_write(out, cap, NULL, fill, &s);
    if (n > cap)
        return 0;
    memcpy(out, tlv, n);
    return n;
}

enum imp_coap_code lwm_content_get(const struct lwm_config *c, struct lwm_path path,
                                   enum lwm_format f, uint8_t *out, size_t cap, size_t *n)
{
    uint8_t tlv[LWM_CONTENT_MAX];
    enum imp_coap_code code = lwm_config_get(c, path, tlv, sizeof tlv, n);
    if (code != IMP_COAP_CONTENT)
        return code;
    size_t all = lwm_content_write(out, cap, f, path, tlv, *n);
    if (all == 0 && *n > 0)
        return IMP_COAP_INTERNAL_SERVER_ERROR;
    *n = all;
    return code;
}
