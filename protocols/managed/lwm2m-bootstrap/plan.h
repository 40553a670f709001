/* SPDX-License-Identifier: GPL-2.0-only */
/* plan.h - what a bootstrap server asks of a client, request after request (Core 1.2, section
 * 6.1.7): Discover, Delete, Writes, Read, Finish. */
#ifndef IMPRINT_LWM2M_PLAN_H
#define IMPRINT_LWM2M_PLAN_H

#include "client.h"

struct lwm_plan {
    struct lwm_config config;          /* to be written: all that is used */
    bool discover, delete_all, verify; /* verify: reads back object 1 before it finishes */
    enum lwm_format format;            /* of the writes, and of what is read back */
    unsigned step;
    uint8_t content[LWM_CONTENT_MAX];
    char path[16];
    bool failed; /* a request was refused, or what was read back is not what was written */
};

/* The next request; `m` borrows from the plan. Returns the operation, or LWM_UNKNOWN at the end. */
enum lwm_operation lwm_plan_next(struct lwm_plan *p, struct imp_coap_message *m);
/* The answer to it: whether the plan goes on. */
bool lwm_plan_answer(struct lwm_plan *p, enum lwm_operation operation,
                     const struct imp_coap_message *response);

#endif
