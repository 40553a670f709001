/* SPDX-License-Identifier: GPL-2.0-only */
/* devid.h - stories of device identities in EAP-TLS: one attempt, and what came of it. */
#ifndef IMPRINT_TEST_EAP_TLS_DEVID_H
#define IMPRINT_TEST_EAP_TLS_DEVID_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-tls/eap_tls.h"
#include "tests/support/memnet.h"

enum { PEER, AUTHENTICATOR, SERVER };
enum { BAD_CERTIFICATE = 42 }; /* what has no alert of its own */
enum { DECRYPT_ERROR = 51 };   /* a signature that does not verify */
#define LIMIT (40 * IMP_S)     /* one attempt: the held period is longer */

static const char *const versions[]
    __attribute__((unused)) = {"tls-version=1.2", "tls-version=1.3"};

static inline void run(struct memnet *net)
{
    memnet_start(net);
    memnet_run(net, LIMIT);
}

/* The description in the server's alert, which TLS 1.2 sends in clear; 0: none. */
static inline unsigned alert(const struct memnet *net)
{
    const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_ALERT_REQUEST);
    return m ? m->bytes[m->n - 1] : 0;
}

static inline void expect_refused(const struct memnet *net, const char *why)
{
    cr_expect_not(memnet_completed(net, PEER), "%s", why);
    cr_expect_not(memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap"), "%s", why);
    cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, why, "eap"), "%s", why);
}

/* How often the server has let a device in. */
static inline size_t commits(const struct memnet *net)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *c = memnet_claim(net, i);
        n += c->role == SERVER && c->claim.kind == IMP_CLAIM_COMMIT &&
             strcmp(c->claim.layer, "eap") == 0;
    }
    return n;
}

/* Somebody with a certificate, and what a party holds instead of its own. */
struct holder {
    uint8_t pub[64], secret[32];
    struct imp_x509 crt;
};

static inline void put(struct memnet *net, int role, const char *cell, const void *bytes, size_t n)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, role);
    env->ops->cell_put(env, cell, bytes, n);
}

static inline void issue(struct memnet *net, struct holder *h, const char *subject,
                         unsigned purposes, int path_length, const struct holder *by)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, PEER);
    imp_p256_keypair(env, subject, h->pub, h->secret);
    const struct imp_x509_spec spec = {.subject = subject,
                                       .pub = h->pub,
                                       .purposes = purposes,
                                       .path_length = path_length,
                                       .not_after = IMP_NEVER};
    cr_assert_eq(
        imp_x509_issue(env, &h->crt, &spec, by ? &by->crt : NULL, by ? by->secret : h->secret), 0,
        "%s", subject);
}

#endif
