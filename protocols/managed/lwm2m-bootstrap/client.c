/* SPDX-License-Identifier: GPL-2.0-only */
#include "client.h"

#include <stdio.h>
#include <string.h>

#include "pack.h"

static int ask(struct imp_coap_message *m, enum imp_coap_code code, const char *path,
               char query[LWM_QUERY_MAX], const char *endpoint)
{
    int n = snprintf(query, LWM_QUERY_MAX, "ep=%s", endpoint);
    if (n >= LWM_QUERY_MAX)
        return -1;
    m->code = (uint8_t)code;
    if (imp_coap_add_path(m, IMP_COAP_URI_PATH, path) != 0 ||
        imp_coap_add(m, IMP_COAP_URI_QUERY, query, (size_t)n) != 0)
        return -1;
    return 0;
}

int lwm_client_request(const struct lwm_client *c, struct imp_coap_message *m,
                       char query[LWM_QUERY_MAX], const char *endpoint)
{
    static const char *const preferred[] = {
        [LWM_TLV] = NULL, [LWM_SENML_CBOR] = "pct=112", [LWM_SENML_JSON] = "pct=110"};
    const char *pct = lwm_has_senml(c->version) ? preferred[c->format] : NULL;
    if (ask(m, IMP_COAP_POST, "bs", query, endpoint) != 0)
        return -1;
    return pct ? imp_coap_add(m, IMP_COAP_URI_QUERY, pct, strlen(pct)) : 0;
}

int lwm_client_pack_request(struct imp_coap_message *m, char query[LWM_QUERY_MAX],
                            const char *endpoint)
{
    if (ask(m, IMP_COAP_GET, "bspack", query, endpoint) != 0)
        return -1;
    return imp_coap_add_uint(m, IMP_COAP_ACCEPT, IMP_COAP_FORMAT_SENML_CBOR);
}

void lwm_client_open(struct lwm_client *c)
{
    c->draft = c->config;
    c->open = true;
    c->fault = NULL;
}

void lwm_client_abort(struct lwm_client *c)
{
    memset(&c->draft, 0, sizeof c->draft);
    c->open = false;
}

static enum lwm_operation write_of(const struct imp_coap_message *m)
{
    struct lwm_path path;
    if (lwm_path_read(&path, m) != 0)
        return LWM_UNKNOWN;
    if (path.object == LWM_OSCORE)
        return LWM_WRITE_OSCORE;
    if (path.object < 0 || path.object > LWM_ACCESS)
        return LWM_UNKNOWN;
    return (enum lwm_operation)(LWM_WRITE_SECURITY + path.object);
}

enum lwm_operation lwm_operation_of(const struct imp_coap_message *m)
{
    uint32_t accept;
    switch (m->code) {
    case IMP_COAP_POST:
        return imp_coap_path_is(m, "bs") ? LWM_FINISH : LWM_UNKNOWN;
    case IMP_COAP_GET:
        return imp_coap_get_uint(m, IMP_COAP_ACCEPT, &accept) && accept == IMP_COAP_FORMAT_LINK
                   ? LWM_DISCOVER
                   : LWM_READ;
    case IMP_COAP_DELETE:
        return LWM_DELETE;
    case IMP_COAP_PUT:
        return write_of(m);
    default:
        return LWM_UNKNOWN;
    }
}

static enum imp_coap_code discover(const struct lwm_client *c, struct lwm_path path,
                                   struct imp_coap_reply *reply)
{
    size_t n = lwm_config_links(&c->draft, path, c->version, (char *)reply->scratch, LWM_LINKS_MAX);
    if (path.instance >= 0)
        return IMP_COAP_BAD_REQUEST; /* of objects only */
    if (n == 0)
        return IMP_COAP_INTERNAL_SERVER_ERROR;
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LINK);
    reply->message.payload = reply->scratch;
    reply->message.payload_n = n;
    return IMP_COAP_CONTENT;
}

static bool supported(const struct lwm_client *c, enum lwm_format *out, uint32_t number)
{
    return lwm_format_of(out, number) && (*out == LWM_TLV || lwm_has_senml(c->version));
}

/* In the format that is accepted, or else in the preferred one. */
enum imp_coap_code lwm_client_read(const struct lwm_client *c, const struct lwm_config *from,
                                   struct lwm_path path, const struct imp_coap_message *request,
                                   struct imp_coap_reply *reply)
{
    enum lwm_format format = lwm_has_senml(c->version) ? c->format : LWM_TLV;
    uint32_t accept;
    size_t n;
    if (imp_coap_get_uint(request, IMP_COAP_ACCEPT, &accept) && !supported(c, &format, accept))
        return IMP_COAP_NOT_ACCEPTABLE;
    enum imp_coap_code code =
        lwm_content_get(from, path, format, reply->scratch, IMP_COAP_SCRATCH, &n);
    if (code != IMP_COAP_CONTENT)
        return code;
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, lwm_format_number(format));
    reply->message.payload = reply->scratch;
    reply->message.payload_n = n;
    return code;
}

static enum imp_coap_code write(struct lwm_client *c, struct lwm_path path,
                                const struct imp_coap_message *m)
{
    enum lwm_format format;
    uint32_t number;
    if (!imp_coap_get_uint(m, IMP_COAP_CONTENT_FORMAT, &number) || !supported(c, &format, number))
        return IMP_COAP_UNSUPPORTED_CONTENT_FORMAT;
    return lwm_content_put(&c->draft, path, format, m->payload, m->payload_n);
}

/* All or nothing: what is in force changes here and nowhere else. */
static enum imp_coap_code finish(struct lwm_client *c)
{
    c->fault = lwm_config_fault(&c->draft);
    if (c->fault)
        return IMP_COAP_NOT_ACCEPTABLE;
    c->config = c->draft;
    lwm_client_abort(c);
    return IMP_COAP_CHANGED;
}

int lwm_client_take_pack(struct lwm_client *c, struct imp_env *env, const uint8_t *p, size_t n)
{
    bool taken = false;
    lwm_client_open(c);
    lwm_config_delete(&c->draft, (struct lwm_path){-1, -1});
    if (lwm_pack_read(&c->draft, env, p, n) != 0)
        c->fault = "not a pack";
    else
        taken = finish(c) == IMP_COAP_CHANGED;
    if (!taken) {
        const char *fault = c->fault;
        lwm_client_abort(c);
        c->fault = fault;
    }
    return taken ? 0 : -1;
}

enum lwm_operation lwm_client_serve(struct lwm_client *c, const struct imp_coap_message *request,
                                    struct imp_coap_reply *reply)
{
    enum lwm_operation operation = lwm_operation_of(request);
    struct lwm_path path = {-1, -1};
    enum imp_coap_code code = IMP_COAP_NOT_FOUND;
    if (!c->open)
        code = IMP_COAP_METHOD_NOT_ALLOWED;
    else if (operation == LWM_FINISH)
        code = finish(c);
    else if (operation == LWM_WRITE_OSCORE && !lwm_has_oscore(c->version))
        code = IMP_COAP_NOT_FOUND;
    else if (operation == LWM_UNKNOWN || lwm_path_read(&path, request) != 0)
        code = IMP_COAP_NOT_FOUND;
    else if (operation == LWM_DISCOVER)
        code = discover(c, path, reply);
    else if (operation == LWM_READ)
        code = lwm_has_read(c->version) ? lwm_client_read(c, &c->draft, path, request, reply)
                                        : IMP_COAP_METHOD_NOT_ALLOWED;
    else if (operation == LWM_DELETE)
        code = lwm_config_delete(&c->draft, path);
    else
        code = write(c, path, request);
    reply->message.code = (uint8_t)code;
    return operation;
}
