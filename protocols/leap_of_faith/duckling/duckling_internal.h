/* SPDX-License-Identifier: GPL-2.0-only */
/* duckling_internal.h - what the files of the duckling's role share. */
#ifndef IMPRINT_DUCKLING_INTERNAL_H
#define IMPRINT_DUCKLING_INTERNAL_H

#include "duckling_role.h"

enum duckling_timer {
    DUCKLING_TIMER_SEARCH, /* next search, or end of the collection time */
    DUCKLING_TIMER_STATE,  /* offered timeout, configure deadline */
    DUCKLING_TIMER_CLEAR,  /* endpoint in clear */
    DUCKLING_TIMER_SECURE, /* session and endpoint over DTLS */
    DUCKLING_TIMER_AGE,    /* end of the key's lifetime */
};

/* The message may come now: by the legality table, or because a flaw lets it. */
bool duckling__allows(const struct duckling *d, enum duck_message message);
/* Fills a reply's code, label and content. */
void duckling__reply(struct duckling *d, struct imp_coap_reply *reply, enum imp_coap_code code,
                     enum duck_message label, const struct duck_content *content);
/* A reply that refuses, with the claim of why (static word). */
void duckling__refuse(struct duckling *d, struct imp_coap_reply *reply, enum imp_coap_code code,
                      enum duck_message label, const char *why);

/* duckling_role.c: life */
void duckling__search_later(struct duckling *d, imp_time at); /* EGG until then */
void duckling__store(struct duckling *d);
void duckling__imprint(struct duckling *d, const struct duck_bond *bond, imp_time now);
void duckling__configure(struct duckling *d, const uint8_t *config, size_t n, const uint8_t *sid);
void duckling__die(struct duckling *d, imp_time now);

/* duckling_clear.c: everything before the secure channel */
void duckling__search(struct duckling *d, imp_time now);
void duckling__collected(struct duckling *d, imp_time now);
void duckling__clear_receive(struct duckling *d, const struct imp_event *e, imp_time now);

/* duckling_secure.c: what the mother orders over DTLS */
void duckling__secure_init(struct duckling *d);
void duckling__secure_receive(struct duckling *d, const struct imp_event *e, imp_time now);

#endif
