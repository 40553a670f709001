/* SPDX-License-Identifier: GPL-2.0-only */
/* What registrar and MASA refuse, and by which status: a pledge of the test's own says one wrong
 * thing at a time to a registrar over memnet; the MASA is asked directly. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_refusal, .init = imp_crypto_init);

/* ---- a pledge that says what it is told to -----------------------------------------------------
 */
enum wrong { NOTHING, SERIAL, PROXIMITY, SIGNER, PRIOR, GARBLED, NO_REQUEST };
enum binding { BOUND, BOUND_TO_ANOTHER, UNBOUND, BOUND_WITH_ANOTHER_NAME }; /* of an enrolment */
static const struct saying {
    const char *path, *type, *accept;
    enum wrong wrong;
    int status;      /* of the answer */
    const char *why; /* the registrar's */
    bool closes;
    enum imp_tls_versions versions;
    enum binding binding;
    const char *noted; /* in a cell of the registrar's, of a device; or NULL */
} * saying;

static struct talker {
    struct imp_https *to; /* first */
    struct imp_env *env;
    struct imp_https link;
    struct est_key idevid, other;
    struct imp_x509 idevid_crt, registrar, manufacturer;
    bool asked, closed;
    int status;
} * talker;

static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct talker *t = arg;
    (void)count;
    memcpy(t->registrar.der, chain[0].p, chain[0].n);
    t->registrar.n = chain[0].n;
    return true;
}

/* A voucher-request with one thing wrong: octets. */
static size_t compose(struct talker *t, uint8_t out[BRSKI_CMS])
{
    static struct brski_voucher v;
    v = (struct brski_voucher){
        .request = true, .assertion = BRSKI_PROXIMITY, .nonce_n = 16, .proximity = t->registrar};
    snprintf(v.serial, sizeof v.serial, "%s", saying->wrong == SERIAL ? "device-2" : t->env->name);
    if (saying->wrong == PROXIMITY)
        v.proximity = t->idevid_crt;
    if (saying->wrong == PRIOR)
        v.prior_n = 8;
    struct est_key *key = &t->idevid;
    struct imp_x509 crt = t->idevid_crt;
    if (saying->wrong == SIGNER) { /* the same name, another key */
        key = &t->other;
        imp_p256_keypair(t->env, "other", key->pub, key->secret);
        const struct imp_x509_spec spec = {.subject = "CN=device-1,serialNumber=device-1",
                                           .pub = key->pub,
                                           .not_after = IMP_NEVER};
        cr_assert_eq(imp_x509_issue(t->env, &crt, &spec, NULL, key->secret), 0);
    }
    const struct brski_signer by = {.crt = &crt, .secret = key->secret};
    int n = saying->wrong == NO_REQUEST ? imp_cms_sign(t->env, out, BRSKI_CMS, IMP_CMS_JSON_VOUCHER,
                                                       "{}", 2, &crt, key->secret, NULL, 0)
                                        : brski_sign(t->env, out, BRSKI_CMS, &v, &by);
    cr_assert_gt(n, 0);
    if (saying->wrong == GARBLED)
        out[n - 1] ^= 1;
    return (size_t)n;
}

/* A certificate request in base64, with its channel binding (RFC 7030 section 3.5): octets. */
static size_t compose_enrolment(struct talker *t, uint8_t out[BRSKI_CMS])
{
    char pop[48];
    struct imp_x509 request;
    struct imp_x509_request say = {.subject = "CN=device-1"};
    cr_assert(est_pop(t->link.tls, pop));
    if (saying->binding == BOUND_TO_ANOTHER)
        pop[0] = pop[0] == 'A' ? 'B' : 'A';
    if (saying->binding != UNBOUND)
        say.challenge = pop;
    if (saying->binding == BOUND_WITH_ANOTHER_NAME)
        say.subject = "CN=device-2";
    imp_p256_keypair(t->env, "other", t->other.pub, t->other.secret);
    cr_assert_eq(imp_x509_request(t->env, &request, &say, t->other.pub, t->other.secret), 0);
    int n = imp_base64_encode((char *)out, BRSKI_CMS, request.der, request.n);
    cr_assert_gt(n, 0);
    return (size_t)n;
}

static void ask(struct talker *t, imp_time now)
{
    static uint8_t body[BRSKI_CMS], out[BRSKI_CMS + 512];
    char type[96], accept[96];
    const char *fields[] = {type, saying->accept ? accept : NULL, NULL};
    bool enrols = strcmp(saying->type, "application/pkcs10") == 0;
    size_t n = enrols ? compose_enrolment(t, body) : compose(t, body);
    snprintf(type, sizeof type, "Content-Type: %s", saying->type);
    snprintf(accept, sizeof accept, "Accept: %s", saying->accept ? saying->accept : "");
    t->asked = true;
    imp_https_send(
        &t->link, BRSKI_MSG_REQUEST_VOUCHER, out,
        imp_http_request_write(out, sizeof out, "POST", saying->path, BRSKI_HOST, fields, body, n),
        now);
}

static void connected(struct talker *t, const struct imp_addr *at, imp_time now)
{
    static const struct imp_https_labels labels = {BRSKI_MSG_CLIENT_HELLO, BRSKI_MSG_CLIENT_FLIGHT,
                                                   BRSKI_MSG_CLIENT_FLIGHT, BRSKI_MSG_CLIENT_FLIGHT,
                                                   BRSKI_MSG_CLIENT_ALERT};
    const struct imp_piece own = {t->idevid_crt.der, t->idevid_crt.n};
    const struct imp_dtls_x509 x509 = {.chain = &own,
                                       .count = 1,
                                       .secret = t->idevid.secret,
                                       .verify = verify,
                                       .versions = saying->versions};
    const struct imp_https_end end = {
        .env = t->env, .channel = BRSKI_JOIN, .labels = &labels, .x509 = &x509, .arg = t};
    cr_assert(imp_https_open(&t->link, &end, at, now));
}

static void received(struct talker *t, const struct imp_event *e, imp_time now)
{
    static struct imp_http m;
    imp_https_feed(&t->link, e->bytes, e->n, now);
    if (imp_tls_state(t->link.tls) != IMP_DTLS_OPEN)
        return;
    if (!t->asked)
        ask(t, now);
    int n = imp_https_message(&t->link, &m, false);
    if (n > 0) {
        t->status = m.status;
        imp_https_taken(&t->link, (size_t)n);
    }
}

static void talker_init(void *ctx, struct imp_env *env)
{
    talker = ctx;
    talker->env = env;
    talker->to = &talker->link;
}

static void talker_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct talker *t = ctx;
    struct brski_flood f;
    struct imp_addr proxy = {.n = 18};
    if (e->kind == IMP_EVENT_START) {
        est_key_load(env, "idevid-key", &t->idevid);
        est_cert_load(env, "idevid", &t->idevid_crt);
    } else if (e->kind == IMP_EVENT_OPENED) {
        connected(t, &e->from, now);
    } else if (e->kind == IMP_EVENT_CLOSED) {
        t->closed = true;
    } else if (e->kind == IMP_EVENT_RECEIVE && e->channel == BRSKI_JOIN) {
        received(t, e, now);
    } else if (e->kind == IMP_EVENT_RECEIVE && !t->link.tls &&
               brski_flood_read(env, &f, e->bytes, e->n) == 0) {
        memcpy(proxy.bytes, f.ip, sizeof f.ip);
        proxy.bytes[16] = (uint8_t)(f.port >> 8);
        proxy.bytes[17] = (uint8_t)f.port;
        env->ops->open(env, BRSKI_JOIN, &proxy);
    }
}

static void talker_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_tls_free(((struct talker *)ctx)->link.tls);
}

#define REQUEST BRSKI_PATH "requestvoucher"
static const struct saying sayings[] = {
    {REQUEST, BRSKI_CMS_TYPE, NULL, NOTHING, 200, NULL, false},
    {REQUEST, BRSKI_CMS_TYPE, "text/html, application/voucher-cms+json", NOTHING, 200, NULL, false},
    {REQUEST, BRSKI_CMS_TYPE, "*/*", NOTHING, 200, NULL, false},
    {REQUEST, BRSKI_CMS_TYPE, NULL, PROXIMITY, 401, "another-registrar", true},
    {REQUEST, BRSKI_CMS_TYPE, NULL, SERIAL, 403, "request-of-another", false},
    {REQUEST, BRSKI_CMS_TYPE, NULL, SIGNER, 403, "request-of-another", false},
    {REQUEST, BRSKI_CMS_TYPE, NULL, PRIOR, 403, "request-of-another", false},
    {REQUEST, BRSKI_CMS_TYPE, NULL, GARBLED, 403, "malformed-request", false},
    {REQUEST, BRSKI_CMS_TYPE, NULL, NO_REQUEST, 406, "malformed-request", false},
    {REQUEST, "application/voucher+cose", NULL, NOTHING, 415, "media-type", false},
    {REQUEST, BRSKI_CMS_TYPE, "application/voucher+cose", NOTHING, 415, "media-type", false},
    {BRSKI_PATH "voucher_status", BRSKI_CMS_TYPE, NULL, NOTHING, 400, "malformed-status", false},
    {BRSKI_PATH "enrollstatus", BRSKI_JSON_TYPE, NULL, NOTHING, 400, "malformed-status", false},
    {BRSKI_EST_PATH "simpleenroll", BRSKI_CMS_TYPE, NULL, NOTHING, 400, "bad-request", false},
    {BRSKI_PATH "fullcmc", BRSKI_CMS_TYPE, NULL, NOTHING, 404, "no-such-operation", false},
};

/* tls-unique, in TLS 1.3 tls-exporter. */
#define ENROLMENT(v, b, s, w)                                                                      \
    {                                                                                              \
        BRSKI_EST_PATH "simpleenroll", "application/pkcs10", NULL, NOTHING, s, w, false, v, b      \
    }
static const struct saying enrolments[] = {
    ENROLMENT(IMP_TLS_1_2, BOUND, 200, NULL),
    ENROLMENT(IMP_TLS_1_3, BOUND, 200, NULL),
    ENROLMENT(IMP_TLS_1_2, BOUND_TO_ANOTHER, 400, "another-session"),
    ENROLMENT(IMP_TLS_1_3, BOUND_TO_ANOTHER, 400, "another-session"),
    ENROLMENT(IMP_TLS_1_2, UNBOUND, 400, "another-session"),
    ENROLMENT(IMP_TLS_1_3, UNBOUND, 400, "another-session"),
    ENROLMENT(IMP_TLS_1_3, BOUND_WITH_ANOTHER_NAME, 400, "another-subject"),
};

static void each_is_answered(const struct saying *list, size_t count)
{
    struct imp_mechanism mine = imp_brski;
    struct imp_role roles[5];
    memcpy(roles, imp_brski.roles, sizeof roles);
    roles[BRSKI_PLEDGE].context_size = sizeof(struct talker);
    roles[BRSKI_PLEDGE].init = talker_init;
    roles[BRSKI_PLEDGE].event = talker_event;
    roles[BRSKI_PLEDGE].fini = talker_fini;
    roles[BRSKI_PLEDGE].state = NULL;
    mine.roles = roles;
    for (size_t i = 0; i < count; i++) {
        saying = &list[i];
        struct memnet *net = memnet_new(&mine, 7, NULL);
        struct imp_env *env = (struct imp_env *)memnet_env(net, BRSKI_REGISTRAR);
        if (saying->noted)
            env->ops->cell_put(env, saying->noted, "", 0);
        memnet_start(net);
        memnet_run(net, 40 * IMP_S);
        cr_expect_eq(talker->status, saying->status, "%zu: %d", i, talker->status);
        cr_expect_eq(talker->closed, saying->closes, "%zu", i);
        if (saying->why)
            cr_expect(memnet_last(net, BRSKI_REGISTRAR, IMP_CLAIM_REJECT, saying->why, "brski") !=
                          NULL,
                      "%zu: %s", i, saying->why);
        memnet_free(net);
    }
}

Test(brski_refusal, a_registrar_answers_each_fault_by_its_status)
{
    each_is_answered(sayings, sizeof sayings / sizeof *sayings);
}

Test(brski_refusal, a_request_belongs_to_its_session_and_device)
{
    each_is_answered(enrolments, sizeof enrolments / sizeof *enrolments);
}

/* What was found out in another session holds in this one: RFC 8995 sections 5.6 and 5.8.3. */
Test(brski_refusal, whom_the_operator_does_not_take_gets_no_certificate_either)
{
    static const struct saying list[] = {
        {BRSKI_EST_PATH "simpleenroll", "application/pkcs10", .status = 403, .why = "declined",
         .noted = "declined-device-1"},
        {BRSKI_EST_PATH "simpleenroll", "application/pkcs10", .status = 403, .why = "audit",
         .noted = "refused-device-1"},
        {BRSKI_EST_PATH "simpleenroll", "application/pkcs10", .status = 200,
         .noted = "declined-device-2"},
        {REQUEST, BRSKI_CMS_TYPE, .status = 406, .why = "declined", .noted = "declined-device-1"},
    };
    each_is_answered(list, sizeof list / sizeof *list);
}

/* ---- the MASA ----------------------------------------------------------------------------------
 */
static struct brski_masa masa;
static struct brski_voucher pvr, rvr; /* of the pledge, of the registrar */
static struct authority {
    struct est_key key;
    struct imp_x509 crt, ca;
} registrar, stranger, device;

static struct imp_env *env_of(struct memnet *net, int role)
{
    return (struct imp_env *)memnet_env(net, role);
}

static void load(struct memnet *net, int role, struct authority *a, const char *key,
                 const char *crt, const char *ca)
{
    struct imp_env *env = env_of(net, role);
    cr_assert(est_key_load(env, key, &a->key) && est_cert_load(env, crt, &a->crt) &&
              est_cert_load(env, ca, &a->ca));
}

/* Another domain, whose registrar is as good as the owner's. */
static void make_stranger(struct imp_env *env)
{
    struct est_key ca;
    imp_p256_keypair(env, "stranger-ca", ca.pub, ca.secret);
    imp_p256_keypair(env, "stranger", stranger.key.pub, stranger.key.secret);
    const struct imp_x509_spec top = {.subject = "CN=Stranger CA",
                                      .pub = ca.pub,
                                      .purposes = IMP_X509_CA,
                                      .not_after = 1000 * IMP_S};
    const struct imp_x509_spec leaf = {.subject = "CN=stranger",
                                       .pub = stranger.key.pub,
                                       .purposes = IMP_X509_CMC_RA,
                                       .not_after = 1000 * IMP_S};
    cr_assert_eq(imp_x509_issue(env, &stranger.ca, &top, NULL, ca.secret), 0);
    cr_assert_eq(imp_x509_issue(env, &stranger.crt, &leaf, &stranger.ca, ca.secret), 0);
}

static struct memnet *masa_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_brski, 7, settings);
    struct imp_env *env = env_of(net, BRSKI_AUTHORITY);
    struct imp_x509_info info;
    masa = (struct brski_masa){.env = env, .form = &brski_masa_cms, .now = IMP_S};
    est_key_load(env, "key", &masa.key);
    est_cert_load(env, "certificate", &masa.crt);
    est_cert_load(env, "ca-certificate", &masa.ca_crt);
    est_cert_load(env, "manufacturer", &masa.manufacturer);
    load(net, BRSKI_REGISTRAR, &registrar, "key", "certificate", "ca-certificate");
    load(net, BRSKI_PLEDGE, &device, "idevid-key", "idevid", "manufacturer");
    make_stranger(env);
    cr_assert_eq(imp_x509_read(&info, device.crt.der, device.crt.n), 0);
    pvr = (struct brski_voucher){.request = true,
                                 .assertion = BRSKI_PROXIMITY,
                                 .serial = "device-1",
                                 .nonce = {1, 2, 3},
                                 .nonce_n = 16,
                                 .proximity = registrar.crt};
    rvr = (struct brski_voucher){
        .request = true, .serial = "device-1", .nonce = {1, 2, 3}, .nonce_n = 16};
    memcpy(rvr.issuer, info.authority_key, info.authority_key_n);
    rvr.issuer_n = info.authority_key_n;
    return net;
}

/* The MASA's status: the pledge's request by `signer` inside, unless NULL, the registrar's by `a`.
 */
static int asked(const struct authority *a, const struct authority *signer)
{
    static uint8_t request[BRSKI_CMS], out[BRSKI_CMS];
    const struct brski_signer inner = {.crt = signer ? &signer->crt : NULL,
                                       .secret = signer ? signer->key.secret : NULL};
    const struct brski_signer outer = {.crt = &a->crt, .secret = a->key.secret, .above = &a->ca};
    int status = -1;
    rvr.prior_n = 0;
    if (signer) {
        int n = brski_sign(masa.env, rvr.prior, sizeof rvr.prior, &pvr, &inner);
        cr_assert_gt(n, 0);
        rvr.prior_n = (size_t)n;
    }
    int n = brski_sign(masa.env, request, sizeof request, &rvr, &outer);
    cr_assert_gt(n, 0);
    int made = brski_masa_issue(&masa, out, sizeof out, request, (size_t)n, &status);
    cr_expect_eq(made > 0, status == 0);
    return status;
}

Test(brski_refusal, the_masa_gives_the_owner_what_he_asks)
{
    struct memnet *net = masa_with(NULL);
    cr_expect_eq(asked(&registrar, &device), 0);
    rvr.issuer_n = 0;
    cr_expect_eq(asked(&registrar, &device), 0);
    rvr.nonce_n = 0;
    cr_expect_eq(asked(&registrar, NULL), 0, "nonceless, to him alone");
    memnet_free(net);
}

/* Sections 5.5.4 to 5.5.6, one thing wrong at a time. */
Test(brski_refusal, the_masa_refuses_what_does_not_fit)
{
    struct memnet *net = masa_with(NULL);
    struct authority no_ra = {device.key, device.crt, device.ca};
    cr_expect_eq(asked(&no_ra, &device), 403, "signed by no registration authority");
    cr_expect_eq(asked(&registrar, &stranger), 403, "signed by no pledge of this manufacturer");
    cr_expect_eq(asked(&registrar, NULL), 403, "a nonce, and nobody who has drawn it");
    pvr.nonce[0]++;
    cr_expect_eq(asked(&registrar, &device), 403, "another nonce inside");
    pvr.nonce[0]--;
    pvr.proximity = stranger.crt;
    cr_expect_eq(asked(&registrar, &device), 403, "the pledge has met another registrar");
    pvr.proximity = registrar.crt;
    snprintf(pvr.serial, sizeof pvr.serial, "device-2");
    cr_expect_eq(asked(&registrar, &device), 403, "another serial number inside");
    snprintf(rvr.serial, sizeof rvr.serial, "device-2");
    cr_expect_eq(asked(&registrar, &device), 403, "another serial number than the IDevID's");
    memnet_free(net);
}

Test(brski_refusal, the_masa_does_not_know_the_device)
{
    struct memnet *net = masa_with(NULL);
    rvr.issuer[0] ^= 1;
    cr_expect_eq(asked(&registrar, &device), 404, "of another issuer");
    rvr.issuer[0] ^= 1;
    rvr.nonce_n = 0;
    snprintf(rvr.serial, sizeof rvr.serial, "device-77");
    cr_expect_eq(asked(&registrar, NULL), 404, "of no such serial number");
    memnet_free(net);
}

/* By `logged` a stranger gets one whom the pledge has met, and nothing without a nonce; by `blind`
 * that too, and the log tells of him. */
Test(brski_refusal, the_masa_knows_the_owner)
{
    struct memnet *net = masa_with(NULL);
    pvr.proximity = stranger.crt;
    cr_expect_eq(asked(&stranger, &device), 403);
    memnet_free(net);
    net = masa_with(SETTINGS("masa-policy=logged"));
    pvr.proximity = stranger.crt;
    cr_expect_eq(asked(&stranger, &device), 0);
    rvr.nonce_n = 0;
    cr_expect_eq(asked(&stranger, NULL), 403, "section 5.5.4");
    memnet_free(net);
    static struct brski_log log;
    net = masa_with(SETTINGS("masa-policy=blind"));
    rvr.nonce_n = 0;
    cr_expect_eq(asked(&stranger, NULL), 0);
    cr_assert_gt(memnet_cell(net, BRSKI_AUTHORITY, "log-device-1", &log, sizeof log), 0);
    cr_expect_eq(log.event[0].assertion, BRSKI_LOGGED);
    cr_expect_eq(log.event[0].nonce_n, 0);
    memnet_free(net);
}

Test(brski_refusal, the_masa_tells_form_from_signature)
{
    static uint8_t request[BRSKI_CMS], out[BRSKI_CMS];
    struct memnet *net = masa_with(NULL);
    int status;
    int n = imp_cms_sign(masa.env, request, sizeof request, IMP_CMS_JSON_VOUCHER, "{}", 2,
                         &registrar.crt, registrar.key.secret, NULL, 0);
    cr_assert_gt(n, 0);
    cr_expect_eq(brski_masa_issue(&masa, out, sizeof out, request, (size_t)n, &status), -1);
    cr_expect_eq(status, 406);
    request[n - 1] ^= 1;
    cr_expect_eq(brski_masa_issue(&masa, out, sizeof out, request, (size_t)n, &status), -1);
    cr_expect_eq(status, 403);
    cr_expect_eq(brski_masa_log(&masa, (char *)out, sizeof out, request, (size_t)n, &status), -1);
    cr_expect_eq(status, 403);
    memnet_free(net);
}

/* The log is given to domains that are in it (section 5.8). */
Test(brski_refusal, the_log_is_for_those_who_are_in_it)
{
    static uint8_t request[BRSKI_CMS];
    char json[2048];
    int status;
    struct memnet *net = masa_with(NULL);
    cr_assert_eq(asked(&registrar, &device), 0);
    const struct authority *who[] = {&registrar, &stranger};
    for (int i = 0; i < 2; i++) {
        const struct brski_signer by = {
            .crt = &who[i]->crt, .secret = who[i]->key.secret, .above = &who[i]->ca};
        rvr.nonce_n = rvr.prior_n = 0;
        int n = brski_sign(masa.env, request, sizeof request, &rvr, &by);
        cr_assert_gt(n, 0);
        n = brski_masa_log(&masa, json, sizeof json, request, (size_t)n, &status);
        cr_expect_eq(n > 0, i == 0);
        cr_expect_eq(status, i == 0 ? 0 : 404);
    }
    memnet_free(net);
}
