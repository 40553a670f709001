/* SPDX-License-Identifier: GPL-2.0-only */
/* mother_internal.h - what the files of the mother's role share. */
#ifndef IMPRINT_MOTHER_INTERNAL_H
#define IMPRINT_MOTHER_INTERNAL_H

#include "mother_role.h"

/* Timers: one for soliciting, the others for the records whose index leaves that remainder. A
 * timer that one duckling's event sets fires on behalf of that duckling. */
enum { MOTHER_TIMER_SOLICIT, MOTHER_TIMER_RECORDS, MOTHER_TIMERS = 60 };

/* mother_role.c */
bool mother__window_open(struct mother *m, imp_time now);
void mother__admitted(struct mother *m); /* a duckling is in: one admission is used up */
struct mother_record *mother__record(struct mother *m, const struct imp_addr *addr, imp_time now);
void mother__store(struct mother_record *r);
void mother__forget(struct mother_record *r);
void mother__idle(struct mother_record *r);
void mother__ask(struct mother *m);

/* mother_clear.c */
void mother__clear_init(struct mother_record *r);
void mother__clear_receive(struct mother *m, const struct imp_event *e, imp_time now);
void mother__answer_search(struct mother_record *r);
void mother__request(struct mother_record *r, imp_time now); /* the imprinting request */
void mother__attempt(struct mother_record *r, imp_time now); /* solicit: the next step */

/* mother_secure.c */
int duck_secure_message(int label); /* label of coaps.h to message */
void mother__secure_init(struct mother_record *r);
void mother__secure_receive(struct mother *m, const struct imp_event *e, imp_time now);
void mother__connect(struct mother_record *r, imp_time now);
void mother__retry(struct mother_record *r, imp_time now);
void mother__order(struct mother_record *r, enum mother_state order, imp_time now);

#endif
