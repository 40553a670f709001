/* SPDX-License-Identifier: GPL-2.0-only */
/* fourway_internal.h - shared by the two ends of the 4-way handshake. */
#ifndef IMPRINT_FOURWAY_INTERNAL_H
#define IMPRINT_FOURWAY_INTERNAL_H

#include "fourway.h"

/* The RSNE that both ends must have announced. */
const uint8_t *imp__fourway_rsne(const struct imp_fourway *f);
enum { IMP__GROUP_1 = 5, IMP__GROUP_2 }; /* numbers of the group key handshake's messages */
/* Parses a frame and checks its key information. Returns 1..4, one of these, or 0. */
int imp__fourway_parse(struct imp_eapol_key *key, const uint8_t *frame, size_t n);
bool imp__fourway_mic_ok(struct imp_fourway *f, struct imp_env *env,
                         const struct imp_eapol_key *key, const uint8_t *frame, size_t n);
void imp__fourway_derive(struct imp_fourway *f, struct imp_env *env);
/* Writes message `number` (as above) into f->frame, with MIC where it has one. */
void imp__fourway_write(struct imp_fourway *f, struct imp_env *env, int number, uint64_t replay);
void imp__fourway_running(struct imp_fourway *f, struct imp_env *env);
void imp__fourway_commit(struct imp_fourway *f, struct imp_env *env, const struct imp_addr *peer);
/* An EAPOL-Key frame of the other end counted: its replay counter may not come again. */
void imp__fourway_accepted(struct imp_fourway *f, struct imp_env *env, uint64_t replay);
void imp__fourway_reject(struct imp_env *env, const char *why);

#endif
