/* SPDX-License-Identifier: GPL-2.0-only */
/* accounts.h - shared by the files that make what is known before the first power-on. */
#ifndef IMPRINT_LWM2M_ACCOUNTS_H
#define IMPRINT_LWM2M_ACCOUNTS_H

#include "lwm2m.h"

/* ---- entries.c */
extern const uint8_t lwm__model_key[LWM_PSK]; /* of a maker that gives all devices the same */
void lwm__entry_put(struct imp_env *env, const char *endpoint, const struct lwm_entry *e);
void lwm__credential_put(struct imp_env *env, const char *identity, const struct lwm_credential *c);

/* ---- account.c */
void lwm__bootstrap_account(const struct imp_env *env, struct lwm_config *c, const char *endpoint,
                            const uint8_t key[LWM_PSK], const struct lwm_key_pair *pair);

/* ---- operator.c */
/* An operator of one kind of server: all its servers have one key, and one authority issues their
 * certificate and those of the clients: the root that accounts name, or one below it. */
struct lwm__operator {
    struct imp_env *env; /* of the first of them, or NULL */
    uint8_t secret[LWM_SCALAR], authority_secret[LWM_SCALAR];
    uint8_t spki[LWM_SPKI];
    struct imp_x509 root, authority, server; /* empty without certificates */
    bool below;                              /* the authority is not the root */
};
struct lwm__kind { /* of server */
    int role;
    unsigned security, authority; /* options */
    const char *host;
};
void lwm__operate(struct lwm__operator *o, struct imp_env *const *parties, size_t count,
                  const struct lwm__kind *kind);
/* What its servers hold clients' certificates against. */
void lwm__anchor_put(struct imp_env *server, const struct lwm__operator *o);
/* A client's key pair, and what it knows of the operator's servers. `teller`: who writes the
 * account, whose options say what it holds. */
void lwm__draw_pair(struct imp_env *device, const char *purpose, struct lwm_key_pair *k,
                    int64_t security, const struct imp_env *teller, const char *endpoint,
                    const struct lwm__operator *o);

#endif
