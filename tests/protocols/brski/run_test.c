/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of BRSKI over memnet: a voucher and an enrolment, policies, refusals, the log, resets. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_brski, 7, settings);
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

Test(brski_run, a_voucher_then_a_certificate)
{
    struct memnet *net = run_with(NULL);
    check_enrolled(net);
    struct imp_x509 ca = enrolled_cert(net, BRSKI_REGISTRAR, "ca-certificate");
    struct imp_x509 pinned = enrolled_cert(net, BRSKI_PLEDGE, "pinned-domain-cert");
    cr_expect_eq(pinned.n, ca.n);
    cr_expect_arr_eq(pinned.der, ca.der, ca.n);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_CLIENT_HELLO), 1, "one session for all");
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_MASA_REQUEST), 1);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_MASA_LOG), 1);
    cr_expect_eq(memnet_count_claims(net, BRSKI_REGISTRAR, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

Test(brski_run, every_variant_enrols)
{
    static const char *const variants[][3] = {
        {"tls-version=1.3"},
        {"pin=registrar"},
        {"masa-policy=logged"},
        {"audit=skip"},
        {"audit=strict"},
        {"clock=true"},
        {"status-session=new", "tls-version=1.3"},
        {"nonce=any", "voucher=nonceless"},
        {"nonce=any", "voucher=stored"},
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        const char *settings[] = {variants[i][0], variants[i][1], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        memnet_free(net);
    }
}

/* The octets of the pledge cross the proxy as they are. */
Test(brski_run, the_proxy_forwards_and_reads_nothing)
{
    struct memnet *net = run_with(NULL);
    size_t sent = 0, forwarded = 0;
    memnet_run_past(net, IMP_S);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        sent += m->from == BRSKI_PLEDGE && m->channel == BRSKI_JOIN ? m->n : 0;
        forwarded += m->from == BRSKI_PROXY && m->channel == BRSKI_ACP ? m->n : 0;
    }
    cr_expect_gt(sent, 2000);
    cr_expect_eq(sent, forwarded);
    cr_expect_eq(memnet_charged(net, BRSKI_PROXY, IMP_OP_P256_VERIFY), 0);
    memnet_free(net);
}

Test(brski_run, a_stored_voucher_needs_no_masa)
{
    struct memnet *net = run_with(SETTINGS("nonce=any", "voucher=stored", "audit=skip"));
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_MASA_CLIENT_HELLO), 0);
    memnet_free(net);
}

/* RFC 8366 section 6.1: the MASA renews what has expired while the operator made up his mind. */
Test(brski_run, a_stored_voucher_that_has_expired_is_renewed)
{
    static const char *const lifetimes[] = {"voucher-lifetime=5", "voucher-lifetime=50"};
    for (size_t i = 0; i < 2; i++) {
        uint8_t before[BRSKI_CMS], after[BRSKI_CMS];
        struct memnet *net = memnet_new(
            &imp_brski, 7,
            SETTINGS("nonce=any", "voucher=stored", "clock=true", "approval=8", lifetimes[i]));
        int n = memnet_cell(net, BRSKI_REGISTRAR, "voucher-device-1", before, sizeof before);
        memnet_start(net);
        memnet_run(net, 200 * IMP_S);
        check_enrolled(net);
        int m = memnet_cell(net, BRSKI_REGISTRAR, "voucher-device-1", after, sizeof after);
        cr_assert(n > 0 && m > 0);
        cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_MASA_REQUEST), i == 0 ? 1 : 0);
        cr_expect_eq(n == m && memcmp(before, after, (size_t)n) == 0, i == 1);
        memnet_free(net);
    }
}

Test(brski_run, without_a_nonce_only_who_accepts_it)
{
    struct memnet *net = run_with(SETTINGS("voucher=nonceless"));
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    cr_expect(rejects(net, BRSKI_PLEDGE, "voucher-not-fresh"));
    cr_expect(rejects(net, BRSKI_REGISTRAR, "voucher-refused"), "it is told");
    cr_expect_eq(memnet_cell(net, BRSKI_PLEDGE, "pinned-domain-cert", NULL, 0), -1);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_ENROLL), 0);
    memnet_free(net);
}

Test(brski_run, a_clock_tells_an_expired_voucher)
{
    struct memnet *net = memnet_new(
        &imp_brski, 7, SETTINGS("nonce=any", "voucher=stored", "voucher-lifetime=1", "clock=true"));
    memnet_delay(net, 900 * IMP_MS);
    memnet_start(net);
    memnet_run(net, 200 * IMP_S);
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    cr_expect(rejects(net, BRSKI_PLEDGE, "voucher-expired"));
    memnet_free(net);
}

static void save(const char *dir, const char *name, const void *bytes, size_t n)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

/* What the registrar got from the MASA and handed on, as another implementation sees it. */
Test(brski_run, openssl_verifies_the_voucher_of_a_run)
{
    char dir[] = "/tmp/imprint-brski-XXXXXX", command[512];
    static uint8_t voucher[BRSKI_CMS];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    struct memnet *net = run_with(NULL);
    struct imp_x509 anchor = enrolled_cert(net, BRSKI_PLEDGE, "manufacturer");
    int n = memnet_cell(net, BRSKI_REGISTRAR, "voucher-device-1", voucher, sizeof voucher);
    cr_assert_gt(n, 0);
    cr_assert_not_null(mkdtemp(dir));
    save(dir, "voucher", voucher, (size_t)n);
    save(dir, "anchor", anchor.der, anchor.n);
    snprintf(command, sizeof command,
             "cd %s && openssl x509 -inform der -in anchor -out anchor.pem &&"
             " openssl cms -verify -inform der -in voucher -CAfile anchor.pem -purpose any"
             " -no_check_time -out json 2>log && grep -q '\"assertion\":\"verified\"' json &&"
             " grep -q '\"pinned-domain-cert\"' json",
             dir);
    cr_expect_eq(system(command), 0);
    snprintf(command, sizeof command, "rm -r %s", dir);
    cr_assert_eq(system(command), 0);
    memnet_free(net);
}

/* 202: the same request again, in the same session. */
Test(brski_run, the_operator_takes_his_time)
{
    struct memnet *net = run_with(SETTINGS("approval=25"));
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_RETRY), 3);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_REQUEST_VOUCHER), 4);
    cr_expect_eq(memnet_charged(net, BRSKI_PLEDGE, IMP_OP_P256_SIGN) > 0, true);
    memnet_free(net);
}

/* RFC 8995 section 5.9.4: the new certificate authenticates a session of its own for that. */
Test(brski_run, the_enrolment_status_in_a_session_of_its_own)
{
    static const struct {
        const char *setting, *with;
        size_t sessions;
    } kinds[] = {{"status-session=same", "idevid", 1}, {"status-session=new", "certificate", 2}};
    for (size_t i = 0; i < 2; i++) {
        const char *settings[] = {kinds[i].setting, NULL};
        struct memnet *net = run_with(settings);
        char with[16] = "";
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_CLIENT_HELLO), kinds[i].sessions);
        cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_ENROLL_STATUS), 1);
        memnet_cell(net, BRSKI_REGISTRAR, "done-device-1", with, sizeof with - 1);
        cr_expect_str_eq(with, kinds[i].with);
        memnet_free(net);
    }
}

/* Another domain is in the log: the strict operator gives nothing by EST, and the pledge, which has
 * its voucher, tells that it is not enrolled, in the same session (sections 5.8.3 and 5.9.4). */
Test(brski_run, a_device_with_a_past_is_refused_by_who_is_strict)
{
    static const char *const audits[] = {"audit=strict", "audit=alarm", "audit=skip"};
    for (size_t i = 0; i < 3; i++) {
        const char *settings[] = {audits[i], NULL};
        struct brski_log log = {0};
        struct memnet *net = memnet_new(&imp_brski, 7, settings);
        struct imp_env *masa = (struct imp_env *)memnet_env(net, BRSKI_AUTHORITY);
        brski_log_append(&log, &(struct brski_log_event){
                                   .domain = {1, 2}, .domain_n = 20, .assertion = BRSKI_LOGGED});
        masa->ops->cell_put(masa, "log-device-1", &log, sizeof log);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect_eq(memnet_completed(net, BRSKI_PLEDGE), i > 0);
        cr_expect_eq(memnet_count_claims(net, BRSKI_REGISTRAR, IMP_CLAIM_ALARM, NULL) > 0, i < 2);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "audit"), i == 0);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "not-enrolled"), i == 0, "it is told");
        if (i == 0)
            cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_CACERTS), 0);
        memnet_free(net);
    }
}

/* The device comes to its second owner with the first one's name in the log: here both are one. */
Test(brski_run, a_reset_device_needs_a_new_voucher)
{
    static struct brski_log log;
    struct memnet *net = run_with(NULL);
    struct imp_x509 identity = enrolled_cert(net, BRSKI_PLEDGE, "idevid");
    struct imp_x509 before = enrolled_cert(net, BRSKI_PLEDGE, "certificate");
    memnet_event(net, BRSKI_PLEDGE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, IMP_S);
    cr_expect_eq(memnet_cell(net, BRSKI_PLEDGE, "pinned-domain-cert", NULL, 0), -1);
    memnet_run_past(net, 300 * IMP_S);
    struct imp_x509 after = enrolled_cert(net, BRSKI_PLEDGE, "certificate");
    struct imp_x509 still = enrolled_cert(net, BRSKI_PLEDGE, "idevid");
    cr_expect_arr_eq(identity.der, still.der, identity.n);
    cr_expect(before.n != after.n || memcmp(before.der, after.der, before.n) != 0);
    cr_assert_eq(memnet_cell(net, BRSKI_AUTHORITY, "log-device-1", &log, sizeof log), sizeof log);
    cr_expect_eq(log.count, 2);
    cr_expect_neq(memcmp(log.event[0].nonce, log.event[1].nonce, BRSKI_NONCE), 0);
    cr_expect_eq(memnet_count_claims(net, BRSKI_PLEDGE, IMP_CLAIM_ACCEPTED, "voucher"), 2);
    memnet_free(net);
}

static bool drop(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != *(int *)arg;
}

Test(brski_run, without_a_masa_the_pledge_is_refused_and_comes_again)
{
    int away = BRSKI_MSG_MASA_CLIENT_HELLO;
    struct memnet *net = memnet_new(&imp_brski, 7, NULL);
    memnet_filter_set(net, drop, &away);
    memnet_start(net);
    memnet_run(net, 200 * IMP_S);
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    cr_expect(rejects(net, BRSKI_REGISTRAR, "no-voucher"));
    cr_expect_gt(memnet_count_messages(net, BRSKI_MSG_CLIENT_HELLO), 2);
    cr_expect_lt(memnet_count_messages(net, BRSKI_MSG_CLIENT_HELLO), 10, "ever more rarely");
    memnet_free(net);
}

Test(brski_run, an_altered_message_never_enrols)
{
    static int altered[] = {BRSKI_MSG_SERVER_FLIGHT,   BRSKI_MSG_CLIENT_FLIGHT,
                            BRSKI_MSG_REQUEST_VOUCHER, BRSKI_MSG_MASA_SERVER_FLIGHT,
                            BRSKI_MSG_MASA_REQUEST,    BRSKI_MSG_MASA_VOUCHER,
                            BRSKI_MSG_VOUCHER,         BRSKI_MSG_CERTIFICATE};
    for (size_t i = 0; i < sizeof altered / sizeof *altered; i++) {
        struct memnet *net = memnet_new(&imp_brski, 7, NULL);
        memnet_filter_set(net, enrolled_bend, &altered[i]);
        memnet_start(net);
        memnet_run(net, 60 * IMP_S);
        cr_expect_not(memnet_completed(net, BRSKI_PLEDGE), "message %d", altered[i]);
        memnet_free(net);
    }
}
