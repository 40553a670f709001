/* SPDX-License-Identifier: GPL-2.0-only */
/* retry.h - how often a client tries to register, and how long it waits (Core 1.2, 6.2.1.1 and
 * Server, 17 to 20): sequences of attempts, within which the wait doubles. Keeps no time. */
#ifndef IMPRINT_LWM2M_RETRY_H
#define IMPRINT_LWM2M_RETRY_H

#include "objects.h"
#include "protocols/contract/party.h"

struct lwm_retry {
    uint32_t count;          /* 17: attempts of a sequence */
    uint32_t timer;          /* 18, s: before the second attempt */
    uint32_t longest;        /* s: no wait within a sequence is longer */
    uint32_t sequence_delay; /* 19, s: between sequences; UINT32_MAX: there is no other */
    uint32_t sequences;      /* 20 */
};
struct lwm_attempts { /* those that failed */
    uint32_t count, sequences;
};
enum lwm_retry_next {
    LWM_RETRY_AGAIN,    /* in the same sequence */
    LWM_RETRY_SEQUENCE, /* in another one */
    LWM_RETRY_FAILED,   /* not at all: the registration has failed */
};

/* What the Server instance says; where it says nothing of attempts and their wait, the client's own
 * `count` and `timer`. */
void lwm_retry_of(struct lwm_retry *out, const struct lwm_server_object *server, uint32_t count,
                  uint32_t timer);
/* An attempt has failed. What comes next, and after what time: `wait`, in either case set. */
enum lwm_retry_next lwm_retry_next(struct lwm_attempts *a, const struct lwm_retry *r,
                                   imp_time *wait);

#endif
