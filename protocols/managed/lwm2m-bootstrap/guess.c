/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - keys of little entropy: the factory's, off line against a handshake with the bootstrap
 * server (RFC 4279 section 7.2), or against a request under OSCORE, whose tag tells a right Master
 * Secret from a wrong one. */
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

static unsigned bits(const struct imp_env *env, int64_t security)
{
    return imp_opt(env, LWM_OPT_BS_SECURITY) == security ? (unsigned)imp_opt(env, LWM_OPT_ENTROPY)
                                                         : 128;
}

static unsigned psk_bits(const struct imp_env *env)
{
    return bits(env, LWM_OPT_PSK);
}

static unsigned oscore_bits(const struct imp_env *env)
{
    return bits(env, LWM_OPT_OSCORE);
}

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    imp_weak_key_number(out, i);
    return LWM_PSK;
}

static bool name_of(struct imp_env *env, char endpoint[LWM_ENDPOINT + 1])
{
    memset(endpoint, 0, LWM_ENDPOINT + 1);
    return env->ops->cell_get(env, "endpoint", endpoint, LWM_ENDPOINT) == LWM_ENDPOINT;
}

/* ---- of a handshake */
/* Only the party's own, by its identity; others are looked at and forgotten. */
static bool handshake(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct imp_psk_evidence *e = kept;
    char endpoint[LWM_ENDPOINT + 1];
    if (!(channel == LWM_BS_COAPS && imp_psk_evidence(e, bytes, n)) &&
        !(channel == LWM_BS_TLS && imp_psk_evidence_stream(e, bytes, n)))
        return false;
    name_of(env, endpoint);
    if (strcmp(endpoint, e->identity) == 0)
        return true;
    *e = (struct imp_psk_evidence){.n = 0};
    return false;
}

static bool finishes(const void *kept, const uint8_t *key, size_t n)
{
    return imp_psk_evidence_right(kept, key, n);
}

/* ---- of a request under OSCORE */
struct request {
    struct lwm_oscore_object object; /* without its secret */
    bool tcp;
    uint8_t bytes[IMP_COAP_MTU];
    size_t n;
};

static bool decode(struct imp_coap_message *m, bool tcp, const uint8_t *bytes, size_t n)
{
    return tcp ? imp_coap_frame_read(m, bytes, n, n) > 0 : imp_coap_decode(m, bytes, n) == 0;
}

static bool is_kid(const struct imp_coap_message *m, const uint8_t *kid, size_t n)
{
    const struct imp_coap_option *value = imp_coap_find(m, IMP_COAP_OSCORE, 0);
    struct imp_oscore_option o;
    return imp_coap_is_request(m->code) && value &&
           imp_oscore_option_read(&o, imp_coap_value(value), value->n) == 0 && o.kid_n == n &&
           memcmp(o.kid, kid, n) == 0;
}

/* Only the party's own, by its Sender ID. */
static bool request(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    static const uint8_t none[LWM_PSK];
    struct request *r = kept;
    struct imp_coap_message m;
    char endpoint[LWM_ENDPOINT + 1];
    r->tcp = channel == LWM_BS_TCP;
    if ((channel != LWM_BS_COAP && !r->tcp) || n > sizeof r->bytes || !name_of(env, endpoint) ||
        !decode(&m, r->tcp, bytes, n))
        return false;
    lwm_bootstrap_oscore(env, &r->object, endpoint, none);
    if (!is_kid(&m, r->object.sender, r->object.sender_n))
        return false;
    memcpy(r->bytes, bytes, n);
    r->n = n;
    return true;
}

/* With the context of the server, which is the other end's. */
static bool opens(const void *kept, const uint8_t *key, size_t n)
{
    const struct request *r = kept;
    struct lwm_oscore_object object = r->object;
    struct imp_oscore_params p;
    struct imp_oscore context;
    struct imp_oscore_binding binding;
    struct imp_coap_message m, plain;
    uint8_t buffer[IMP_OSCORE_BUFFER];
    if (n != LWM_PSK)
        return false;
    memcpy(object.secret, key, LWM_PSK);
    return lwm_context_params(&p, &object, false) && imp_oscore_init(NULL, &context, &p) == 0 &&
           decode(&m, r->tcp, r->bytes, r->n) &&
           imp_oscore_open_request(NULL, &context, &m, &plain, buffer, &binding) == 0;
}

const struct imp_guess lwm_guesses[] = {
    {.name = "PSK",
     .summary = "Of one client with the bootstrap server; off line against the client's Finished.",
     .role = LWM_CLIENT,
     .cell = "security-0",
     .bits = psk_bits,
     .candidate = candidate,
     .evidence_size = sizeof(struct imp_psk_evidence),
     .evidence = handshake,
     .right = finishes},
    {.name = "OSCORE Master Secret",
     .summary = "Of one client with the bootstrap server; off line against the tag of a request.",
     .role = LWM_CLIENT,
     .cell = "oscore-0",
     .bits = oscore_bits,
     .candidate = candidate,
     .evidence_size = sizeof(struct request),
     .evidence = request,
     .right = opens},
    {.name = NULL},
};
