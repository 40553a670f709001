/* SPDX-License-Identifier: GPL-2.0-only */
/* queue.h - a server and one client in queue mode (Transport 1.1, section 6.5): what the operator
 * asks waits while the client sleeps, and goes one by one once it is heard again. */
#ifndef IMPRINT_LWM2M_QUEUE_H
#define IMPRINT_LWM2M_QUEUE_H

#include "protocols/contract/party.h"

enum { LWM_WORD_MAX = 32, LWM_WAITING_MAX = 8 };
#define LWM_AWAKE (93 * IMP_S) /* MAX_TRANSMIT_WAIT, RFC 7252 section 4.8.2 */

struct lwm_queue {
    bool on;         /* the client has registered in queue mode */
    imp_time online; /* till then it listens */
    size_t n;
    struct lwm_waiting {
        size_t n;
        char word[LWM_WORD_MAX];
    } waiting[LWM_WAITING_MAX]; /* the oldest first */
};

/* A registration: what waited for the last one is forgotten. */
void lwm_queue_begin(struct lwm_queue *q, bool on, imp_time now);
void lwm_queue_heard(struct lwm_queue *q, imp_time now); /* the client has sent something */
/* Shall the word wait? 1: it does; -1: there is no room for it. 0: it may go at once. */
int lwm_queue_put(struct lwm_queue *q, bool busy, const char *word, size_t n, imp_time now);
/* The next word, if the client listens; false: none. */
bool lwm_queue_take(struct lwm_queue *q, struct lwm_waiting *out, imp_time now);

#endif
