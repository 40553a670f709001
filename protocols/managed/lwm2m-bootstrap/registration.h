/* SPDX-License-Identifier: GPL-2.0-only */
/* registration.h - the registration interface of LwM2M (Core 1.2, section 6.2): POST /rd with the
 * client's name, lifetime, version and binding, the objects as CoRE links, and the location that
 * the server gives. */
#ifndef IMPRINT_LWM2M_REGISTRATION_H
#define IMPRINT_LWM2M_REGISTRATION_H

#include "client.h"

struct lwm_registration {
    char endpoint[LWM_NAME_MAX + 1];
    uint32_t lifetime; /* s */
    char version[8], binding[LWM_BINDING_MAX + 1];
    bool queue;                  /* the client sleeps: requests wait for its next Update */
    char objects[LWM_LINKS_MAX]; /* not read back: of the request's writer only */
    char text[4][LWM_QUERY_MAX]; /* of the queries */
};

/* The request; `m` borrows from `r`, whose objects are written. `queue`: in queue mode, which is
 * said by a parameter where the version has one. 0 or -1. */
int lwm_register_write(struct imp_coap_message *m, struct lwm_registration *r,
                       const struct lwm_client *client, const char *endpoint,
                       const struct lwm_server_object *server, bool queue);
/* Does the binding have queue mode (1.0)? */
bool lwm_binding_queues(const char *binding);
/* A request to a server of that version, checked: 2.01 and what it says, or the refusal. */
enum imp_coap_code lwm_register_read(struct lwm_registration *out, const struct imp_coap_message *m,
                                     enum lwm_version newest);
/* Update (Core 1.2, 6.2.2) of that location; the lifetime is told when it is another than `told`.
 */
int lwm_update_write(struct imp_coap_message *m, struct lwm_registration *r, const char *location,
                     uint32_t lifetime, uint32_t told);
/* What an Update says: 2.04, and `lifetime` is changed if it says one; or the refusal. */
enum imp_coap_code lwm_update_read(uint32_t *lifetime, const struct imp_coap_message *m);
/* Location-Path of 2.01 as "rd/NAME", or -1. */
int lwm_location_read(char *out, size_t cap, const struct imp_coap_message *response);

#endif
