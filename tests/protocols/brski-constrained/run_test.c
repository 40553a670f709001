/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of constrained BRSKI over memnet: a voucher and an enrolment, forms, refusals, loss. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski-constrained/cbrski.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_brski_constrained, imp_brski;

TestSuite(cbrski_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_brski_constrained, 7, settings);
    memnet_start(net);
    memnet_run(net, 200 * IMP_S);
    return net;
}

static bool rejects(struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "brski") != NULL;
}

static void check_enrolled(struct memnet *net)
{
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    const struct imp_claim *a = memnet_last(net, BRSKI_PLEDGE, IMP_CLAIM_COMMIT, NULL, "brski");
    const struct imp_claim *owner = memnet_last(net, BRSKI_PLEDGE, IMP_CLAIM_OWNER, NULL, "brski");
    cr_assert(owner);
    cr_expect_arr_eq(owner->sid, a->sid, EST_SID);
}

Test(cbrski_run, a_voucher_then_a_certificate)
{
    struct memnet *net = run_with(NULL);
    check_enrolled(net);
    struct imp_x509 ca = enrolled_cert(net, BRSKI_REGISTRAR, "ca-certificate");
    struct imp_x509 anchor = enrolled_cert(net, BRSKI_PLEDGE, "anchor");
    cr_expect_eq(anchor.n, ca.n);
    cr_expect_arr_eq(anchor.der, ca.der, ca.n);
    cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_SERVER_FLIGHT), 1, "one session for all");
    cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_MASA_REQUEST), 1);
    cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_MASA_LOG), 1);
    cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_GET_CRTS), 0, "the pinned root is enough");
    cr_expect_eq(memnet_count_claims(net, BRSKI_REGISTRAR, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

Test(cbrski_run, every_variant_enrols)
{
    static const char *const variants[][3] = {
        {"pin=registrar"},
        {"pin=key"},
        {"proximity=key"},
        {"proximity=key-hash", "pin=key"},
        {"masa-policy=logged"},
        {"audit=skip"},
        {"audit=strict"},
        {"audit=nonced"},
        {"clock=true"},
        {"cookie=false"},
        {"block-size=64"},
        {"block-size=16"},
        {"pledge.block-size=512", "registrar.block-size=32"},
        {"pledge.block-size=32", "registrar.block-size=512"},
        {"pledge.block-size=256", "registrar.block-size=64"},
        {"block-size=512", "proximity=key"},
        {"nonce=any", "voucher=nonceless"},
        {"nonce=any", "voucher=stored"},
        {"nonce=any", "voucher=stored", "clock=true"},
        {"approval=25"},
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        const char *settings[] = {variants[i][0], variants[i][1], variants[i][2], NULL};
        struct memnet *net = run_with(settings);
        bool ca = strncmp(variants[i][0], "pin", 3) != 0 && (!variants[i][1] || i != 3);
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_GET_CRTS), ca ? 0 : 2,
                     "variant %zu: who has no root pinned asks for it", i);
        memnet_free(net);
    }
}

/* Policies and flaws are looked up by number in code that both mechanisms share. */
Test(cbrski_run, what_is_shared_with_brski_has_its_names)
{
    const struct imp_mechanism *m = &imp_brski_constrained;
    static const struct {
        unsigned here, there;
    } options[] = {{CBRSKI_OPT_POLICY, BRSKI_OPT_POLICY},
                   {CBRSKI_OPT_PIN, BRSKI_OPT_PIN},
                   {CBRSKI_OPT_LIFETIME, BRSKI_OPT_LIFETIME}};
    for (size_t i = 0; i < 3; i++)
        cr_expect_str_eq(m->options[options[i].here].name,
                         imp_brski.options[options[i].there].name);
    for (int i = BRSKI_PLEDGE; i <= BRSKI_AUTHORITY; i++)
        cr_expect_str_eq(m->roles[i].name, imp_brski.roles[i].name);
    for (int i = BRSKI_MSG_MASA_CLIENT_HELLO; i <= BRSKI_MSG_MASA_REFUSAL; i++)
        cr_expect_str_eq(
            m->messages[CBRSKI_MSG_MASA_CLIENT_HELLO + i - BRSKI_MSG_MASA_CLIENT_HELLO].name,
            imp_brski.messages[i].name);
}

/* The datagrams of the pledge cross the proxy as they are, and it keeps nothing of whose they are.
 */
Test(cbrski_run, the_proxy_wraps_and_reads_nothing)
{
    struct memnet *net = run_with(NULL);
    size_t sent = 0, wrapped = 0;
    memnet_run_past(net, IMP_S);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        struct cbrski_jpy jpy;
        sent += m->from == BRSKI_PLEDGE && m->channel == CBRSKI_JOIN ? m->n : 0;
        if (m->from != BRSKI_PROXY || m->channel != CBRSKI_JPY)
            continue;
        cr_assert_eq(cbrski_jpy_read(NULL, &jpy, m->bytes, m->n), 0);
        cr_expect_eq(jpy.header.n, 16);
        wrapped += jpy.content.n;
    }
    cr_expect_gt(sent, 1500);
    cr_expect_eq(sent, wrapped);
    cr_expect_eq(memnet_charged(net, BRSKI_PROXY, IMP_OP_P256_VERIFY), 0);
    memnet_free(net);
}

/* What the registrar gets of the MASA has certificates beside it, what the pledge gets has none
 * (cBRSKI section 6.8). */
Test(cbrski_run, the_registrar_takes_certificates_out)
{
    struct memnet *net = run_with(NULL);
    uint8_t kept[CBRSKI_SIGNED];
    struct imp_cose_sign1 m;
    int n = memnet_cell(net, BRSKI_REGISTRAR, "voucher-device-1", kept, sizeof kept);
    cr_assert(n > 0);
    cr_assert_eq(imp_cose_read(NULL, &m, kept, (size_t)n), 0);
    cr_expect_eq(m.unprotected.count, 2);
    struct imp_x509 ca = enrolled_cert(net, BRSKI_PLEDGE, "pinned-domain-cert");
    size_t voucher = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memnet_message(net, i)->message == CBRSKI_MSG_VOUCHER)
            voucher += memnet_message(net, i)->n;
    cr_expect_gt(voucher, ca.n + 64);
    cr_expect_lt(voucher, (size_t)n, "without a chain of the MASA's");
    memnet_free(net);
}

Test(cbrski_run, without_a_nonce_only_who_accepts_it)
{
    struct memnet *net = run_with(SETTINGS("voucher=nonceless"));
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    cr_expect(rejects(net, BRSKI_PLEDGE, "voucher-not-fresh"));
    cr_expect(rejects(net, BRSKI_REGISTRAR, "voucher-refused"), "it is told");
    cr_expect_eq(memnet_cell(net, BRSKI_PLEDGE, "pinned-domain-cert", NULL, 0), -1);
    cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_SEN), 0);
    memnet_free(net);
}

Test(cbrski_run, a_clock_tells_an_expired_voucher)
{
    struct memnet *net =
        memnet_new(&imp_brski_constrained, 7,
                   SETTINGS("nonce=any", "voucher=stored", "voucher-lifetime=1", "clock=true"));
    memnet_delay(net, 180 * IMP_MS);
    memnet_start(net);
    memnet_run(net, 200 * IMP_S);
    cr_expect(memnet_completed(net, BRSKI_PLEDGE) || rejects(net, BRSKI_PLEDGE, "voucher-expired"));
    memnet_free(net);
}

/* 5.03 with Max-Age: the same octets again, in the same session (section 6.6). */
Test(cbrski_run, a_person_agrees_later)
{
    struct memnet *net = memnet_new(&imp_brski_constrained, 7, SETTINGS("approval=40"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_gt(memnet_count_messages(net, CBRSKI_MSG_LATER), 1);
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    memnet_run(net, 100 * IMP_S);
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_SERVER_FLIGHT), 1, "one session");
    memnet_free(net);
}

static bool lose_some(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    size_t *count = arg;
    (void)bytes, (void)n, (void)cap;
    bool air = m->channel == CBRSKI_JOIN || m->channel == CBRSKI_SEARCH;
    return !air || (*count)++ % 4 != 1;
}

Test(cbrski_run, lost_datagrams_are_sent_again)
{
    size_t count = 0;
    struct memnet *net = memnet_new(&imp_brski_constrained, 7, NULL);
    memnet_filter_set(net, lose_some, &count);
    memnet_start(net);
    memnet_run(net, 400 * IMP_S);
    check_enrolled(net);
    memnet_free(net);
}

Test(cbrski_run, a_reset_forgets_the_owner)
{
    struct memnet *net = run_with(NULL);
    check_enrolled(net);
    memnet_event(net, BRSKI_PLEDGE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 100 * IMP_S);
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, CBRSKI_MSG_MASA_REQUEST), 2, "a new voucher");
    memnet_free(net);
}

/* Another domain has had a voucher for the device: what follows is the operator's choice, and holds
 * in each session to come (RFC 8995 section 5.8.3). */
Test(cbrski_run, second_hand)
{
    static const struct {
        const char *setting;
        bool nonceless, enrols;
    } cases[] = {{"audit=alarm", true, true},
                 {"audit=strict", false, false},
                 {"audit=nonced", false, true},
                 {"audit=nonced", true, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *settings[] = {cases[i].setting, NULL};
        struct memnet *net = memnet_new(&imp_brski_constrained, 7, settings);
        struct imp_env *masa = (struct imp_env *)memnet_env(net, BRSKI_AUTHORITY);
        struct brski_log log = {0};
        brski_log_append(&log, &(struct brski_log_event){.at = imp_x509_seconds(0),
                                                         .domain = {1, 2, 3},
                                                         .nonce = {4},
                                                         .domain_n = 20,
                                                         .assertion = BRSKI_VERIFIED,
                                                         .nonce_n = cases[i].nonceless ? 0 : 16});
        masa->ops->cell_put(masa, "log-device-1", &log, sizeof log);
        memnet_start(net);
        memnet_run_past(net, 60 * IMP_S); /* the log may come after the certificate */
        cr_expect_eq(memnet_completed(net, BRSKI_PLEDGE), cases[i].enrols, "case %zu", i);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "audit"), !cases[i].enrols, "case %zu", i);
        cr_expect_gt(
            memnet_count_claims(net, BRSKI_REGISTRAR, IMP_CLAIM_ALARM, "another-domain-in-log"), 0);
        memnet_free(net);
    }
}

/* A header that somebody else has made leads nowhere. */
Test(cbrski_run, a_foreign_header_is_dropped)
{
    struct memnet *net = run_with(NULL);
    uint8_t header[16] = {1, 2, 3}, out[64];
    const struct cbrski_jpy m = {{header, sizeof header}, {"hello", 5}};
    size_t before = memnet_message_count(net);
    size_t n = cbrski_jpy_write(NULL, out, sizeof out, &m);
    memnet_inject(net, BRSKI_PROXY, CBRSKI_JPY, NULL, out, n);
    memnet_run_past(net, IMP_S);
    for (size_t i = before; i < memnet_message_count(net); i++)
        cr_expect_neq(memnet_message(net, i)->message, CBRSKI_MSG_TO_PLEDGE);
    memnet_free(net);
}
