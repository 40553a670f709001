/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - what an LwM2M client is configured with: instances of Security, Server, Access
 * Control and OSCORE, as a bootstrap server writes, deletes, lists and closes them.
 *
 * Results are codes of CoAP: 2.xx done, 4.xx refused and nothing changed. */
#ifndef IMPRINT_LWM2M_CONFIG_H
#define IMPRINT_LWM2M_CONFIG_H

#include "objects.h"
#include "protocols/coap/coap.h"
#include "version.h"

enum {
    LWM_SECURITIES = 3,
    LWM_SERVERS = 2,
    LWM_ACCESSES = 4,
    LWM_OSCORES = 3,
    LWM_LINKS_MAX = 320
};

struct lwm_config {
    struct lwm_security security[LWM_SECURITIES];
    struct lwm_server_object server[LWM_SERVERS];
    struct lwm_access access[LWM_ACCESSES];
    struct lwm_oscore_object oscore[LWM_OSCORES];
};

struct lwm_path { /* -1: not there */
    int32_t object, instance;
};
/* Uri-Path of none to two decimal numbers. 0, or -1 when it is anything else. */
int lwm_path_read(struct lwm_path *out, const struct imp_coap_message *m);
struct lwm_resource { /* -1: not there */
    int32_t object, instance, resource;
};
/* Likewise of none to three. */
int lwm_resource_read(struct lwm_resource *out, const struct imp_coap_message *m);

/* TLV into an instance, new or known; with no instance in the path the content is object instances,
 * all or none of which are taken. */
enum imp_coap_code lwm_config_put(struct lwm_config *c, struct lwm_path path, const uint8_t *p,
                                  size_t n);
/* An instance, an object or all. The account of the bootstrap server stays (Core 1.2, 6.1.7.6). */
enum imp_coap_code lwm_config_delete(struct lwm_config *c, struct lwm_path path);
/* TLV of the instances of Server or Access Control; Security and OSCORE are not
 * readable. */
enum imp_coap_code lwm_config_get(const struct lwm_config *c, struct lwm_path path, uint8_t *out,
                                  size_t cap, size_t *n);
/* CoRE links of all instances, or of one object, and the version before them. Returns the length,
 * 0 when cap is too small. */
size_t lwm_config_links(const struct lwm_config *c, struct lwm_path path, enum lwm_version version,
                        char *out, size_t cap);

const struct lwm_security *lwm_config_bootstrap(const struct lwm_config *c); /* account, or NULL */
/* The Security instance of a Server instance, by short identifier, or NULL. */
const struct lwm_security *lwm_config_security_of(const struct lwm_config *c,
                                                  const struct lwm_server_object *server);
/* What resource 17 of the account links to, or NULL. */
const struct lwm_oscore_object *lwm_config_oscore_of(const struct lwm_config *c,
                                                     const struct lwm_security *s);
/* Whether the account of the bootstrap server links to that instance: then it stays with it. */
bool lwm_config_is_spared(const struct lwm_config *c, uint16_t oscore);
/* Why these are no accounts to work with, or NULL: each server has its security, identifiers are
 * there once, credentials fit the mode, the scheme of the address too. */
const char *lwm_config_fault(const struct lwm_config *c);

#endif
