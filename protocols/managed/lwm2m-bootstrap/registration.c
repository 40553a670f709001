/* SPDX-License-Identifier: GPL-2.0-only */
#include "registration.h"

#include <stdio.h>
#include <string.h>

static int query(struct imp_coap_message *m, const char *text, int n)
{
    return n < 0 || n >= LWM_QUERY_MAX ? -1 : imp_coap_add(m, IMP_COAP_URI_QUERY, text, (size_t)n);
}

/* Formats of the root's link; in 1.0, where TLV is a must, `ct` says that JSON is known too. */
static const char *formats(const struct lwm_client *c)
{
    static const char *const lists[] = {[LWM_TLV] = ";ct=11542",
                                        [LWM_SENML_CBOR] = ";ct=\"112 11542\"",
                                        [LWM_SENML_JSON] = ";ct=\"110 11542\""};
    return lwm_has_senml(c->version) ? lists[c->format] : "";
}

/* Security is not told; the other instances are, and Device. */
static size_t objects(char *out, size_t cap, const struct lwm_client *client)
{
    const struct lwm_config *c = &client->config;
    size_t n = (size_t)snprintf(out, cap, "</>;rt=\"oma.lwm2m\"%s", formats(client));
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (c->server[i].used)
            n += (size_t)snprintf(out + n, cap - n, ",</1/%u>", c->server[i].instance);
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        if (c->access[i].used)
            n += (size_t)snprintf(out + n, cap - n, ",</2/%u>", c->access[i].instance);
    n += (size_t)snprintf(out + n, cap - n, ",</3/0>");
    return n;
}

int lwm_register_write(struct imp_coap_message *m, struct lwm_registration *r,
                       const struct lwm_client *client, const char *endpoint,
                       const struct lwm_server_object *server, bool queue)
{
    *m = (struct imp_coap_message){.code = IMP_COAP_POST, .payload = (const uint8_t *)r->objects};
    int ep = snprintf(r->text[0], LWM_QUERY_MAX, "ep=%s", endpoint);
    int lt = snprintf(r->text[1], LWM_QUERY_MAX, "lt=%u", (unsigned)server->lifetime);
    int b = snprintf(r->text[2], LWM_QUERY_MAX, "b=%s", server->binding);
    int version =
        snprintf(r->text[3], LWM_QUERY_MAX, "lwm2m=%s", lwm_version_text(client->version));
    m->payload_n = objects(r->objects, sizeof r->objects, client);
    if (imp_coap_add_path(m, IMP_COAP_URI_PATH, "rd") != 0 || query(m, r->text[0], ep) != 0 ||
        query(m, r->text[1], lt) != 0 || query(m, r->text[3], version) != 0 ||
        query(m, r->text[2], b) != 0)
        return -1;
    if (queue && lwm_has_queue_parameter(client->version) && query(m, "Q", 1) != 0)
        return -1;
    return imp_coap_add_uint(m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LINK);
}

bool lwm_binding_queues(const char *binding)
{
    return strchr(binding, 'Q') != NULL;
}

/* The parameter has no value. */
static bool has_queue(const struct imp_coap_message *m)
{
    const struct imp_coap_option *o;
    for (size_t k = 0; (o = imp_coap_find(m, IMP_COAP_URI_QUERY, k)); k++)
        if (o->n == 1 && *imp_coap_value(o) == 'Q')
            return true;
    return false;
}

/* Value of a query into out[0..cap), terminated. */
static bool get(const struct imp_coap_message *m, const char *name, char *out, size_t cap)
{
    size_t n;
    const char *v = imp_coap_query(m, name, &n);
    if (!v || n >= cap || memchr(v, 0, n))
        return false;
    memcpy(out, v, n);
    out[n] = '\0';
    return true;
}

static bool seconds(const char *text, uint32_t *v)
{
    uint64_t number = 0;
    if (!*text || strlen(text) > 10)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    if (number == 0 || number > INT32_MAX)
        return false;
    *v = (uint32_t)number;
    return true;
}

/* The query "lt", where there is one. */
static bool lifetime_of(uint32_t *lifetime, const struct imp_coap_message *m)
{
    char text[12];
    size_t n;
    return !imp_coap_query(m, "lt", &n) ||
           (get(m, "lt", text, sizeof text) && seconds(text, lifetime));
}

enum imp_coap_code lwm_register_read(struct lwm_registration *out, const struct imp_coap_message *m,
                                     enum lwm_version newest)
{
    enum lwm_version version;
    uint32_t format;
    struct lwm_registration r = {.lifetime = 86400, .binding = "U"}; /* defaults of the section */
    size_t n;
    if (m->code != IMP_COAP_POST || !imp_coap_path_is(m, "rd"))
        return IMP_COAP_NOT_FOUND;
    if (!imp_coap_get_uint(m, IMP_COAP_CONTENT_FORMAT, &format) || format != IMP_COAP_FORMAT_LINK)
        return IMP_COAP_UNSUPPORTED_CONTENT_FORMAT;
    if (m->payload_n == 0 || !get(m, "ep", r.endpoint, sizeof r.endpoint) ||
        !get(m, "lwm2m", r.version, sizeof r.version))
        return IMP_COAP_BAD_REQUEST;
    if (!lifetime_of(&r.lifetime, m))
        return IMP_COAP_BAD_REQUEST;
    if (imp_coap_query(m, "b", &n) && !get(m, "b", r.binding, sizeof r.binding))
        return IMP_COAP_BAD_REQUEST;
    if (!lwm_version_read(&version, r.version) || version < newest)
        return IMP_COAP_PRECONDITION_FAILED;
    r.queue = lwm_has_queue_parameter(version) ? has_queue(m) : lwm_binding_queues(r.binding);
    *out = r;
    return IMP_COAP_CREATED;
}

int lwm_update_write(struct imp_coap_message *m, struct lwm_registration *r, const char *location,
                     uint32_t lifetime, uint32_t told)
{
    *m = (struct imp_coap_message){.code = IMP_COAP_POST};
    if (imp_coap_add_path(m, IMP_COAP_URI_PATH, location) != 0)
        return -1;
    int lt = snprintf(r->text[1], LWM_QUERY_MAX, "lt=%u", (unsigned)lifetime);
    return lifetime == told ? 0 : query(m, r->text[1], lt);
}

enum imp_coap_code lwm_update_read(uint32_t *lifetime, const struct imp_coap_message *m)
{
    return lifetime_of(lifetime, m) ? IMP_COAP_CHANGED : IMP_COAP_BAD_REQUEST;
}

int lwm_location_read(char *out, size_t cap, const struct imp_coap_message *response)
{
    const struct imp_coap_option *o = imp_coap_find(response, IMP_COAP_LOCATION_PATH, 0);
    const struct imp_coap_option *name = imp_coap_find(response, IMP_COAP_LOCATION_PATH, 1);
    if (!o || !name || o->n != 2 || memcmp(imp_coap_value(o), "rd", 2) != 0 || name->n == 0 ||
        memchr(imp_coap_value(name), 0, name->n) || (size_t)name->n + 4 > cap)
        return -1;
    snprintf(out, cap, "rd/%.*s", (int)name->n, (const char *)imp_coap_value(name));
    return 0;
}
