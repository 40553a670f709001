/* SPDX-License-Identifier: GPL-2.0-only */
/* pac.h - what the files of the PANA client share. */
#ifndef IMPRINT_PANA_PAC_H
#define IMPRINT_PANA_PAC_H

#include "pana.h"

void pana_pac_send(struct pana_pac *p, int label, const uint8_t *bytes, size_t n);
void pana_pac_answer(struct pana_pac *p, const struct pana_message *m, int label, size_t n);
void pana_pac_wait(struct pana_pac *p, enum pana_pac_state state, imp_time at);
size_t pana_pac_finish(struct pana_pac *p, struct pana_writer *w);
void pana_pac_draw_sequence(struct pana_pac *p);
/* A request of our own, begun in p->request and n octets long, until it is answered. */
void pana_pac_request(struct pana_pac *p, int label, size_t n);
void pana_pac_attempt(struct pana_pac *p);
void pana_pac_hold(struct pana_pac *p);
void pana_pac_start_request(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                            size_t n);
void pana_pac_eap_request(struct pana_pac *p, const struct pana_message *m);
/* An EAP response in a request of our own, and the agent's answer to it. */
void pana_pac_respond(struct pana_pac *p);
void pana_pac_acknowledged(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                           size_t n);
void pana_pac_result(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                     size_t n);
void pana_pac_next_request(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                           size_t n);
/* Only after AUTH was verified. Whether there was one. */
bool pana_pac_take_network_key(struct pana_pac *p, struct pana_sa *sa,
                               const struct pana_message *m);
void pana_pac_ping_later(struct pana_pac *p);
void pana_pac_leave(struct pana_pac *p);
void pana_pac_leave_timeout(struct pana_pac *p);
void pana_pac_left_answer(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                          size_t n);
void pana_pac_ping_timeout(struct pana_pac *p);
void pana_pac_ask_renewal(struct pana_pac *p);
void pana_pac_notified(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                       size_t n);
void pana_pac_pinged(struct pana_pac *p, const uint8_t *bytes, size_t n);
void pana_pac_renewed_by_agent(struct pana_pac *p, const uint8_t *bytes, size_t n);
void pana_pac_forge(struct pana_pac *p, const uint8_t *bytes, size_t n);
void pana_pac_termination(struct pana_pac *p, const uint8_t *bytes, size_t n);

#endif
