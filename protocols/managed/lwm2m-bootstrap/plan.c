/* SPDX-License-Identifier: GPL-2.0-only */
#include "plan.h"

#include <stdio.h>
#include <string.h>

enum { /* steps in their order */
       DISCOVER,
       DELETE,
       SECURITY,
       SERVER = SECURITY + LWM_SECURITIES,
       ACCESS = SERVER + LWM_SERVERS,
       OSCORE = ACCESS + LWM_ACCESSES,
       VERIFY = OSCORE + LWM_OSCORES,
       FINISH,
       END,
};

static bool wanted(const struct lwm_plan *p, unsigned step)
{
    if (step == DISCOVER)
        return p->discover;
    if (step == DELETE)
        return p->delete_all;
    if (step < SERVER)
        return p->config.security[step - SECURITY].used;
    if (step < ACCESS)
        return p->config.server[step - SERVER].used;
    if (step < OSCORE)
        return p->config.access[step - ACCESS].used;
    if (step < VERIFY)
        return p->config.oscore[step - OSCORE].used;
    return step == FINISH || p->verify;
}

static enum lwm_operation write(struct lwm_plan *p, struct imp_coap_message *m,
                                enum lwm_object object, uint16_t instance, const uint8_t *tlv,
                                size_t n)
{
    const struct lwm_path path = {object, instance};
    snprintf(p->path, sizeof p->path, "%u/%u", (unsigned)object, (unsigned)instance);
    m->code = IMP_COAP_PUT;
    imp_coap_add_path(m, IMP_COAP_URI_PATH, p->path);
    imp_coap_add_uint(m, IMP_COAP_CONTENT_FORMAT, lwm_format_number(p->format));
    m->payload = p->content;
    m->payload_n = lwm_content_write(p->content, sizeof p->content, p->format, path, tlv, n);
    return object == LWM_OSCORE ? LWM_WRITE_OSCORE
                                : (enum lwm_operation)(LWM_WRITE_SECURITY + (int)object);
}

static enum lwm_operation writes(struct lwm_plan *p, struct imp_coap_message *m, unsigned step)
{
    uint8_t tlv[LWM_CONTENT_MAX];
    if (step < SERVER) {
        const struct lwm_security *s = &p->config.security[step - SECURITY];
        return write(p, m, LWM_SECURITY, s->instance, tlv, lwm_security_write(tlv, sizeof tlv, s));
    }
    if (step < ACCESS) {
        const struct lwm_server_object *s = &p->config.server[step - SERVER];
        return write(p, m, LWM_SERVER, s->instance, tlv, lwm_server_write(tlv, sizeof tlv, s));
    }
    if (step < OSCORE) {
        const struct lwm_access *a = &p->config.access[step - ACCESS];
        return write(p, m, LWM_ACCESS, a->instance, tlv, lwm_access_write(tlv, sizeof tlv, a));
    }
    const struct lwm_oscore_object *o = &p->config.oscore[step - OSCORE];
    return write(p, m, LWM_OSCORE, o->instance, tlv, lwm_oscore_write(tlv, sizeof tlv, o));
}

static enum lwm_operation get(struct imp_coap_message *m, const char *path,
                              enum imp_coap_format format)
{
    m->code = IMP_COAP_GET;
    imp_coap_add_path(m, IMP_COAP_URI_PATH, path);
    imp_coap_add_uint(m, IMP_COAP_ACCEPT, (uint32_t)format);
    return format == IMP_COAP_FORMAT_LINK ? LWM_DISCOVER : LWM_READ;
}

enum lwm_operation lwm_plan_next(struct lwm_plan *p, struct imp_coap_message *m)
{
    while (p->step < END && !wanted(p, p->step))
        p->step++;
    *m = (struct imp_coap_message){0};
    if (p->failed || p->step == END)
        return LWM_UNKNOWN;
    unsigned step = p->step++;
    switch (step) {
    case DISCOVER:
        return get(m, "0", IMP_COAP_FORMAT_LINK);
    case DELETE:
        m->code = IMP_COAP_DELETE; /* of "/": no Uri-Path */
        return LWM_DELETE;
    case VERIFY:
        return get(m, "1", lwm_format_number(p->format));
    case FINISH:
        m->code = IMP_COAP_POST;
        imp_coap_add_path(m, IMP_COAP_URI_PATH, "bs");
        return LWM_FINISH;
    default:
        return writes(p, m, step);
    }
}

static bool read_back(const struct lwm_plan *p, const struct imp_coap_message *response)
{
    uint8_t want[LWM_CONTENT_MAX];
    size_t n;
    return lwm_content_get(&p->config, (struct lwm_path){LWM_SERVER, -1}, p->format, want,
                           sizeof want, &n) == IMP_COAP_CONTENT &&
           n == response->payload_n && memcmp(want, response->payload, n) == 0;
}

/* A client of 1.0 is written to in TLV, and not read. */
static void learn_version(struct lwm_plan *p, const struct imp_coap_message *response)
{
    static const char old[] = "lwm2m=\"1.0\"";
    if (response->payload_n < sizeof old - 1 || memcmp(response->payload, old, sizeof old - 1) != 0)
        return;
    p->format = LWM_TLV;
    p->verify = false;
}

bool lwm_plan_answer(struct lwm_plan *p, enum lwm_operation operation,
                     const struct imp_coap_message *response)
{
    const enum imp_coap_code wants = operation == LWM_DISCOVER || operation == LWM_READ
                                         ? IMP_COAP_CONTENT
                                     : operation == LWM_DELETE ? IMP_COAP_DELETED
                                                               : IMP_COAP_CHANGED;
    if (response->code != wants || (operation == LWM_READ && !read_back(p, response)))
        p->failed = true;
    if (operation == LWM_DISCOVER)
        learn_version(p, response);
    return !p->failed;
}
