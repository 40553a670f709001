/* SPDX-License-Identifier: GPL-2.0-only */
/* What an eavesdropper can compute on real runs of the mechanisms, with and without keys that are
 * revealed to it afterwards. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "sim/judge/knowledge.h"
#include "tests/support/memnet_internal.h"

enum { SEED = 11, DRAWS = 32 };

struct spied { /* a run, and what an adversary knows that read every link */
    struct memnet *net;
    struct imp_knowledge k;
};

static void operation(void *arg, const struct imp_operation *op)
{
    imp_knowledge_rule(arg, op->name, op->in, op->count, op->out.p, op->out.n);
}

static void spy(struct spied *s, const char *mechanism, const char *const *settings)
{
    imp_crypto_init();
    *s = (struct spied){0};
    const struct imp_mechanism *m = imp_mechanism_find(mechanism);
    imp_observe(operation, &s->k);
    s->net = memnet_new(m, SEED, settings);
    memnet_start(s->net);
    memnet_run(s->net, 600 * IMP_S);
    imp_observe(NULL, NULL);
    cr_assert(memnet_complete(s->net), "%s", mechanism);
    for (size_t i = 0; i < memnet_message_count(s->net); i++) {
        const struct memnet_message *sent = memnet_message(s->net, i);
        char source[80];
        snprintf(source, sizeof source, "read message %zu", i);
        if (m->channels[sent->channel].service != IMP_SERVICE_OOB)
            imp_knowledge_add(&s->k, sent->bytes, sent->n, source);
    }
    imp_knowledge_close(&s->k);
}

static void over(struct spied *s)
{
    imp_knowledge_free(&s->k);
    memnet_free(s->net);
}

static void read_oob(struct spied *s)
{
    const struct imp_mechanism *m = memnet_env(s->net, 0)->mechanism;
    for (size_t i = 0; i < memnet_message_count(s->net); i++) {
        const struct memnet_message *sent = memnet_message(s->net, i);
        if (m->channels[sent->channel].service == IMP_SERVICE_OOB)
            imp_knowledge_add(&s->k, sent->bytes, sent->n, "read out of band");
    }
    imp_knowledge_close(&s->k);
}

static void reveal(struct spied *s, int role, const char *cell)
{
    uint8_t bytes[4096];
    char source[80];
    int n = memnet_cell(s->net, role, cell, bytes, sizeof bytes);
    cr_assert(n > 0 && n <= (int)sizeof bytes, "no cell %s", cell);
    snprintf(source, sizeof source, "cell %s revealed", cell);
    imp_knowledge_add(&s->k, bytes, (size_t)n, source);
    imp_knowledge_close(&s->k);
}

static void reveal_all_but(struct spied *s, int role, const char *cell)
{
    const struct memnet_party *p = (const struct memnet_party *)memnet_env(s->net, role);
    for (const struct memnet_cell *c = p->cells; c; c = c->next)
        if (strcmp(c->name, cell) != 0)
            reveal(s, role, c->name);
}

/* What the device drew from that stream: the k-th draw begins the key stream under nonce k. */
static void reveal_draws(struct spied *s, const char *purpose)
{
    struct imp_rng rng;
    uint8_t bytes[32];
    imp_rng_seed(&rng, SEED, "device-1", purpose);
    for (int i = 0; i < DRAWS; i++) {
        imp_rng_fill(&rng, bytes, sizeof bytes);
        imp_knowledge_add(&s->k, bytes, sizeof bytes, "draw revealed");
    }
    imp_knowledge_close(&s->k);
}

/* How many of the secrets claimed under that name are known, of how many. */
struct tally {
    size_t known, all;
};
static struct tally secrets(const struct spied *s, const char *name)
{
    struct tally t = {0};
    for (size_t i = 0; i < memnet_claim_count(s->net); i++) {
        const struct imp_claim *c = &memnet_claim(s->net, i)->claim;
        if (c->kind != IMP_CLAIM_SECRET || (name && strcmp(c->name, name) != 0))
            continue;
        t.all++;
        t.known += imp_knowledge_find(&s->k, c->data, c->data_n) != NULL;
    }
    return t;
}

static void expect_none(const struct spied *s)
{
    struct tally t = secrets(s, NULL);
    cr_assert_gt(t.all, 0u);
    cr_expect_eq(t.known, 0u, "%zu of %zu secrets are known", t.known, t.all);
}

static void expect_all(const struct spied *s)
{
    struct tally t = secrets(s, NULL);
    cr_assert_gt(t.all, 0u);
    cr_expect_eq(t.known, t.all, "%zu of %zu secrets are known", t.known, t.all);
}

static void expect_known(const struct spied *s, const char *name, bool known)
{
    struct tally t = secrets(s, name);
    cr_assert_gt(t.all, 0u, "%s", name);
    cr_expect_eq(t.known, known ? t.all : 0, "%s: %zu of %zu are known", name, t.known, t.all);
}

static const struct imp_fact *fact_of_secret(const struct spied *s, const char *name)
{
    for (size_t i = 0; i < memnet_claim_count(s->net); i++) {
        const struct imp_claim *c = &memnet_claim(s->net, i)->claim;
        if (c->kind == IMP_CLAIM_SECRET && strcmp(c->name, name) == 0)
            return imp_knowledge_find(&s->k, c->data, c->data_n);
    }
    return NULL;
}

/* RFC 4764, section 8.9: no perfect forward secrecy. */
Test(derivation, eap_psk_falls_with_the_long_term_keys)
{
    struct spied s;
    char text[8000];
    spy(&s, "eap-psk", NULL);
    expect_none(&s);
    reveal(&s, 0, "psk-keys");
    expect_all(&s);
    const struct imp_fact *ptk = fact_of_secret(&s, "PTK");
    cr_assert_not_null(ptk);
    cr_expect_not_null(strstr(ptk->source, "802.11 PRF from "), "%s", ptk->source);
    cr_expect_not_null(strstr(ptk->source, "cell psk-keys revealed"), "%s", ptk->source);
    imp_knowledge_explain(&s.k, ptk, text, sizeof text);
    cr_expect_not_null(strstr(text, "modified counter mode from "), "%s", text);
    over(&s);
}

/* MS-MPPE hides the MSK under the RADIUS secret: the backend is the weaker way. */
Test(derivation, eap_psk_falls_with_the_radius_secret)
{
    struct spied s;
    spy(&s, "eap-psk", NULL);
    reveal(&s, 1, "radius-secret");
    expect_known(&s, "MSK", true);
    expect_known(&s, "PMK", true);
    expect_known(&s, "PTK", true);
    expect_known(&s, "EMSK", false); /* stays at the ends of EAP */
    over(&s);
}

/* RFC 9140, section 7: the ephemeral keys are gone when the association is there. */
static void noob_keeps_its_secrets(const char *suite)
{
    struct spied s;
    char setting[40];
    snprintf(setting, sizeof setting, "suite=%s", suite);
    spy(&s, "eap-noob", SETTINGS(setting));
    expect_none(&s);
    read_oob(&s);
    expect_none(&s);
    for (int role = 0; role < 3; role++)
        reveal_all_but(&s, role, "radius-secret");
    expect_known(&s, "Kz", true); /* is what the association keeps */
    expect_known(&s, "MSK", false);
    expect_known(&s, "EMSK", false);
    expect_known(&s, "PTK", false);
    /* But MS-MPPE has carried the MSK to the access point under a key that stays. */
    reveal(&s, 1, "radius-secret");
    expect_known(&s, "MSK", true);
    expect_known(&s, "PTK", true);
    expect_known(&s, "EMSK", false);
    over(&s);
}

Test(derivation, eap_noob_keeps_old_sessions_with_x25519)
{
    noob_keeps_its_secrets("x25519");
}

Test(derivation, eap_noob_keeps_old_sessions_with_p256)
{
    noob_keeps_its_secrets("p256");
}

/* Noob and one ephemeral scalar are all that is secret; either alone is not enough. */
static void noob_falls(const char *suite)
{
    struct spied s;
    char setting[40];
    snprintf(setting, sizeof setting, "suite=%s", suite);
    spy(&s, "eap-noob", SETTINGS(setting));
    reveal_draws(&s, "noob-ecdhe");
    expect_none(&s);
    read_oob(&s);
    expect_all(&s);
    over(&s);
}

Test(derivation, eap_noob_falls_with_scalar_and_noob_x25519)
{
    noob_falls("x25519");
}

Test(derivation, eap_noob_falls_with_scalar_and_noob_p256)
{
    noob_falls("p256");
}

/* The key travels in clear, and what is sent under it afterwards is no secret either. */
Test(derivation, duckling_in_clear_gives_everything)
{
    struct spied s;
    spy(&s, "duckling", SETTINGS("key-transport=clear"));
    expect_all(&s);
    over(&s);
}

Test(derivation, duckling_with_x25519_gives_nothing_until_a_scalar_is_known)
{
    struct spied s;
    spy(&s, "duckling", SETTINGS("key-transport=x25519"));
    expect_none(&s);
    reveal_draws(&s, "imprint");
    expect_all(&s);
    over(&s);
}

/* ECDHE: the raw keys of both ends do not give the old session, a scalar of one end does. */
Test(derivation, dtls_rpk_has_forward_secrecy)
{
    struct spied s;
    spy(&s, "dtls-rpk", NULL);
    expect_none(&s);
    reveal(&s, 0, "key");
    reveal(&s, 1, "key");
    expect_none(&s);
    reveal_draws(&s, "dtls");
    expect_all(&s);
    const struct imp_fact *f = fact_of_secret(&s, "operational-key");
    cr_expect_not_null(strstr(f->source, "AES-CCM from TLS key block from TLS master secret"), "%s",
                       f->source);
    over(&s);
}

/* What a bootstrap server writes in clear is no secret, in whatever form the key stands there. */
Test(derivation, lwm2m_bootstrap_in_clear_gives_everything)
{
    static const char *const servers[] = {"server-security=psk", "server-security=rpk",
                                          "server-security=x509"};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        struct spied s;
        spy(&s, "lwm2m-bootstrap", SETTINGS("bootstrap-security=nosec", servers[i]));
        expect_all(&s);
        over(&s);
    }
}

/* RFC 4279, section 7.1: no perfect forward secrecy with a pre-shared key; with ECDHE there is. */
Test(derivation, lwm2m_bootstrap_falls_with_the_factory_key_if_it_is_symmetric)
{
    struct spied s;
    spy(&s, "lwm2m-bootstrap", NULL);
    expect_none(&s);
    reveal(&s, 0, "security-0");
    expect_all(&s);
    over(&s);
    spy(&s, "lwm2m-bootstrap", SETTINGS("bootstrap-security=rpk", "server-security=rpk"));
    expect_none(&s);
    reveal(&s, 0, "security-0");
    reveal(&s, 1, "key");
    expect_none(&s);
    over(&s);
}

/* EAP over CoAP and PANA: what the lower layer makes of the MSK stands and falls with the method.
 */
static const char *const lower_layers[] = {"coap-eap", "pana"};
enum { LOWER_LAYERS = 2 };

Test(derivation, lower_layers_with_eap_psk_fall_with_the_long_term_keys)
{
    for (int i = 0; i < LOWER_LAYERS; i++) {
        struct spied s;
        spy(&s, lower_layers[i], NULL);
        expect_none(&s);
        reveal(&s, 0, "psk-keys");
        expect_all(&s);
        over(&s);
    }
}

/* No RADIUS carries the MSK here: nothing undoes the forward secrecy of TLS. */
Test(derivation, lower_layers_with_eap_tls_keep_old_sessions)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    for (int i = 0; i < LOWER_LAYERS * 2; i++) {
        struct spied s;
        spy(&s, lower_layers[i / 2], SETTINGS("eap-method=eap-tls", versions[i % 2]));
        expect_none(&s);
        reveal(&s, 0, "eap-tls-key");
        reveal(&s, 1, "eap-tls-key");
        expect_none(&s);
        over(&s);
    }
}

/* But for an AAA server behind the authenticator: MS-MPPE carries the MSK under a secret that
 * stays, through a proxy too (the first of two secrets is enough). */
Test(derivation, lower_layers_with_an_aaa_server_fall_with_its_secret)
{
    static const char *const hops[] = {"proxy-hops=0", "proxy-hops=1"};
    for (int i = 0; i < LOWER_LAYERS * 2; i++) {
        struct spied s;
        spy(&s, lower_layers[i / 2],
            SETTINGS("eap-method=eap-tls", "eap-server=radius", hops[i % 2]));
        expect_none(&s);
        reveal(&s, 0, "eap-tls-key");
        reveal(&s, 2, "eap-tls-key");
        expect_none(&s);
        reveal(&s, 1, "radius-secret");
        expect_known(&s, "MSK", true);
        expect_known(&s, i < 2 ? "OSCORE Master Secret" : "PANA_AUTH_KEY", true);
        expect_known(&s, "EMSK", false); /* stays at the ends of EAP */
        over(&s);
    }
}

Test(derivation, lower_layers_with_eap_noob_fall_with_scalar_and_noob)
{
    for (int i = 0; i < LOWER_LAYERS; i++) {
        struct spied s;
        spy(&s, lower_layers[i], SETTINGS("eap-method=eap-noob"));
        expect_none(&s);
        reveal_draws(&s, "noob-ecdhe");
        expect_none(&s);
        read_oob(&s);
        expect_all(&s);
        over(&s);
    }
}

/* The network key is hidden under a key of the association, so it falls with the method's. */
Test(derivation, pana_network_key_falls_with_the_long_term_keys)
{
    struct spied s;
    spy(&s, "pana", SETTINGS("network-key=true"));
    expect_none(&s);
    reveal(&s, 0, "psk-keys");
    expect_known(&s, "network key", true);
    over(&s);
}

/* Keys of a link are a function of the network key, which stays in every node; TLS kept those
 * before. */
Test(derivation, zigbee_ip_links_fall_with_the_network_key)
{
    struct spied s;
    spy(&s, "zigbee-ip", NULL);
    expect_none(&s);
    reveal(&s, 0, "eap-tls-key");
    reveal(&s, 2, "eap-tls-key");
    expect_none(&s);
    reveal(&s, 1, "network-key");
    expect_known(&s, "MAC key", true);
    expect_known(&s, "network key", true);
    expect_known(&s, "PANA_AUTH_KEY", false);
    expect_known(&s, "MSK", false);
    over(&s);
}

/* A session whose scalar is known gives a private key of the server's making, unless that has an
 * encryption of its own beside the session's (RFC 7030 section 4.4): then it needs that key too. */
static void server_made_key(const char *mechanism, const char *how, bool sealed)
{
    struct spied s;
    bool blocks = strcmp(mechanism, "est-coaps") == 0; /* less than 8 octets at a cut are lost */
    spy(&s, mechanism, SETTINGS("key-generation=server", how, blocks ? "block-size=1024" : NULL));
    expect_none(&s);
    reveal_draws(&s, blocks ? "dtls" : "tls");
    expect_known(&s, "session-secret", true);
    expect_known(&s, "server-made-key", !sealed);
    if (sealed)
        reveal(&s, 0, "sealing");
    expect_all(&s);
    over(&s);
}

Test(derivation, a_key_of_the_servers_making_may_be_sealed)
{
    static const char *const mechanisms[] = {"est", "est-coaps"};
    for (size_t i = 0; i < 2; i++) {
        server_made_key(mechanisms[i], "key-encryption=none", false);
        server_made_key(mechanisms[i], "key-encryption=symmetric", true);
        server_made_key(mechanisms[i], "key-encryption=asymmetric", true);
    }
}
