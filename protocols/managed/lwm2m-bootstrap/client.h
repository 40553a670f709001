/* SPDX-License-Identifier: GPL-2.0-only */
/* client.h - the bootstrap interface of an LwM2M client (Core 1.2, section 6.1): requests of a
 * bootstrap server work on a draft of the configuration, which Bootstrap-Finish puts in force.
 *
 * Sans I/O: takes requests of CoAP, gives replies, keeps no time. */
#ifndef IMPRINT_LWM2M_CLIENT_H
#define IMPRINT_LWM2M_CLIENT_H

#include "content.h"
#include "protocols/coap/endpoint.h"
#include "version.h"

enum lwm_operation {
    LWM_REQUEST, /* client to bootstrap server: POST /bs */
    LWM_PACK,    /* GET /bspack */
    LWM_DISCOVER,
    LWM_READ,
    LWM_DELETE,
    LWM_WRITE_SECURITY,
    LWM_WRITE_SERVER,
    LWM_WRITE_ACCESS,
    LWM_WRITE_OSCORE,
    LWM_FINISH,
    LWM_UNKNOWN,
};

struct lwm_client {
    struct lwm_config config; /* in force */
    struct lwm_config draft;
    bool open;         /* between Bootstrap-Request and Bootstrap-Finish */
    const char *fault; /* why the last Bootstrap-Finish was refused, or NULL */
    enum lwm_version version;
    enum lwm_format format; /* it prefers; it reads all that its version has */
};

/* Bootstrap-Request for `m`, whose query is written to and borrows `query`. It names a preferred
 * content format (`pct`) that is not TLV, if its version can. */
enum { LWM_QUERY_MAX = 80, LWM_NAME_MAX = 64 };
int lwm_client_request(const struct lwm_client *c, struct imp_coap_message *m,
                       char query[LWM_QUERY_MAX], const char *endpoint);
/* Bootstrap-Pack-Request, likewise, for SenML CBOR. */
int lwm_client_pack_request(struct imp_coap_message *m, char query[LWM_QUERY_MAX],
                            const char *endpoint);
void lwm_client_open(struct lwm_client *c);  /* a draft equal to what is in force */
void lwm_client_abort(struct lwm_client *c); /* what is in force stays */
/* What a pack holds replaces all but the account of the bootstrap server, if it is consistent: 0.
 * Else -1, `fault` is set, and what is in force stays. Charges `env` (may be NULL). */
int lwm_client_take_pack(struct lwm_client *c, struct imp_env *env, const uint8_t *p, size_t n);
/* Instances of `from` at that path, in the format that the request accepts. */
enum imp_coap_code lwm_client_read(const struct lwm_client *c, const struct lwm_config *from,
                                   struct lwm_path path, const struct imp_coap_message *request,
                                   struct imp_coap_reply *reply);
enum lwm_operation lwm_operation_of(const struct imp_coap_message *m);
/* Serves one request: the reply's code, format and payload. Returns the operation; what came of it
 * is the code. */
enum lwm_operation lwm_client_serve(struct lwm_client *c, const struct imp_coap_message *request,
                                    struct imp_coap_reply *reply);

#endif
