/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of EST over CoAPS on a network in memory: enrolment in blocks, loss, refusals, resets. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est_coaps;

TestSuite(est_coaps_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static void check_enrolled(struct memnet *net)
{
    enrolled_check(net, EST_SERVER, "est");
}

Test(est_coaps_run, every_block_size_enrols)
{
    static const char *const sizes[] = {"block-size=64",
                                        "block-size=256",
                                        "block-size=1024",
                                        "csrattrs=true",
                                        "cookie=false",
                                        "discovery=true",
                                        "certificate-format=pkix-cert",
                                        "pop-linking=true"};
    size_t blocks[3] = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *settings[] = {sizes[i], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        if (i < 3)
            blocks[i] = memnet_count_messages(net, ESTC_MSG_CRTS);
        memnet_free(net);
    }
    cr_expect_gt(blocks[0], blocks[1]);
    cr_expect_eq(blocks[2], 1);
}

static bool refused(struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "est") != NULL;
}

/* RFC 9148 section 4.1: the paths that links lead to, which are not the usual ones. */
Test(est_coaps_run, resources_are_where_the_links_say)
{
    struct memnet *net = run_with(SETTINGS("discovery=true", "root=est", "block-size=64"));
    check_enrolled(net);
    cr_expect_gt(memnet_count_messages(net, ESTC_MSG_CORE), 3, "in blocks");
    memnet_free(net);
}

/* RFC 9148 section 4.8: by /skg in PKCS #7, by /skc alone; both ends have the key. */
Test(est_coaps_run, a_key_of_the_servers_making)
{
    static const struct {
        const char *format;
        int message;
    } kinds[] = {{"certificate-format=pkcs7", ESTC_MSG_SKG},
                 {"certificate-format=pkix-cert", ESTC_MSG_SKC}};
    for (size_t i = 0; i < 2; i++) {
        const char *settings[] = {"key-generation=server", kinds[i].format, NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        cr_expect_gt(memnet_count_messages(net, kinds[i].message), 0);
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_SEN), 0);
        enrolled_check_key(net, EST_SERVER);
        memnet_free(net);
    }
}

/* Format 280, in blocks, beside a certificate in either format. */
Test(est_coaps_run, a_key_of_the_servers_making_that_only_the_device_can_read)
{
    static const char *const kinds[] = {"key-encryption=symmetric", "key-encryption=asymmetric"};
    static const char *const formats[] = {"certificate-format=pkcs7",
                                          "certificate-format=pkix-cert"};
    for (size_t i = 0; i < 4; i++) {
        const char *settings[] = {"key-generation=server", kinds[i / 2], formats[i % 2], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        enrolled_check_key(net, EST_SERVER);
        cr_expect_gt(memnet_count_messages(net, ESTC_MSG_KEY), 5, "signed and enveloped");
        memnet_free(net);
    }
}

/* 5.03 with Max-Age: the same octets again, in the same session (section 4.7). */
Test(est_coaps_run, a_person_agrees_later)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("server.approval=40"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_LATER), 1);
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    memnet_run(net, 100 * IMP_S);
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_LATER), 1);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_SERVER_FLIGHT), 1, "one session");
    memnet_free(net);
}

static bool lose_first(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    size_t *lost = arg;
    (void)bytes, (void)n, (void)cap;
    return (m->message != ESTC_MSG_CERTIFICATE && m->message != ESTC_MSG_KEY) || (*lost)++ > 0;
}

static size_t count_from(struct memnet *net, int role, int message)
{
    size_t count = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        count += memnet_message(net, i)->from == role && memnet_message(net, i)->message == message;
    return count;
}

/* Figure 3: an empty ACK at once, after a while the first block of the certificate in a Confirmable
 * response, which the device acknowledges, and the rest as usual; also when that response is lost.
 */
Test(est_coaps_run, a_short_wait_is_a_separate_response)
{
    static const char *const keys[] = {"key-generation=device", "key-generation=server"};
    for (size_t i = 0; i < 4; i++) {
        const char *settings[] = {"server.approval=5", "block-size=64", keys[i % 2], NULL};
        size_t lost = i < 2 ? 1 : 0;
        struct memnet *net = memnet_new(&imp_est_coaps, 7, settings);
        memnet_filter_set(net, lose_first, &lost);
        memnet_start(net);
        imp_time at = memnet_run(net, 100 * IMP_S);
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_LATER), 0);
        cr_expect_eq(count_from(net, EST_SERVER, ESTC_MSG_EMPTY), 1);
        cr_expect_eq(count_from(net, EST_DEVICE, ESTC_MSG_EMPTY), 1);
        cr_expect(at > 5 * IMP_S && at < (i < 2 ? 6 : 9) * IMP_S, "%.3f s", (double)at / 1e9);
        memnet_free(net);
    }
}

/* A session that ends takes with it what was promised in it. */
Test(est_coaps_run, a_promise_ends_with_its_session)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("server.approval=5"));
    memnet_start(net);
    memnet_run(net, 3 * IMP_S);
    cr_assert_eq(count_from(net, EST_SERVER, ESTC_MSG_EMPTY), 1);
    memnet_event(net, EST_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 20 * IMP_S);
    check_enrolled(net);
    memnet_free(net);
}

/* Section 4.1: a label behind the root, wherever that is. */
Test(est_coaps_run, a_label_behind_the_root)
{
    static const char *const good[][2] = {{"label=a", "discovery=false"},
                                          {"label=a b", "discovery=true"},
                                          {"server.label=a", "discovery=false"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct memnet *net =
            run_with(SETTINGS("root=est", "csrattrs=true", good[i][0], good[i][1]));
        check_enrolled(net);
        memnet_free(net);
    }
    struct memnet *net = run_with(SETTINGS("client.label=a", "server.label=b"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_SERVER, "no-such-resource"));
    memnet_free(net);
}

/* 4.03, and alerts of either end: a foreign authority's server, a foreign manufacturer's device. */
Test(est_coaps_run, who_is_let_in)
{
    struct memnet *net = run_with(SETTINGS("admitted=somebody"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_SERVER, "not-admitted"));
    memnet_free(net);
    static const struct {
        int role;
        const char *cell, *other;
    } cases[] = {{EST_DEVICE, "operator-anchor", "manufacturer"},
                 {EST_SERVER, "manufacturer", "ca-certificate"}};
    for (size_t i = 0; i < 2; i++) {
        net = memnet_new(&imp_est_coaps, 7, NULL);
        struct imp_env *env = (struct imp_env *)memnet_env(net, cases[i].role);
        struct imp_x509 other = enrolled_cert(net, EST_SERVER, cases[i].other);
        env->ops->cell_put(env, cases[i].cell, other.der, other.n);
        memnet_start(net);
        memnet_run(net, 9 * IMP_S);
        cr_expect_not(memnet_completed(net, EST_DEVICE));
        cr_expect(refused(net, EST_DEVICE, "handshake-failed"));
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_GET_CRTS), 0);
        memnet_free(net);
    }
}

/* RFC 7030 section 4.5.2, by 4.04 and by an empty list. */
Test(est_coaps_run, attributes_that_must_be)
{
    struct imp_x509_info info;
    struct memnet *net = run_with(SETTINGS("csrattrs-required=true"));
    check_enrolled(net);
    struct imp_x509 crt = enrolled_cert(net, EST_DEVICE, "certificate");
    cr_assert_eq(imp_x509_read(&info, crt.der, crt.n), 0);
    cr_expect_str_eq(info.dns, memnet_env(net, EST_DEVICE)->name);
    memnet_free(net);
    net = run_with(SETTINGS("server.csrattrs-required=true"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_SERVER, "attributes-missing"));
    memnet_free(net);
    static const char *const answers[] = {"csrattrs-answer=empty", "csrattrs-answer=not-found"};
    for (size_t i = 0; i < 2; i++) {
        net = run_with(SETTINGS("csrattrs=true", answers[i]));
        check_enrolled(net);
        memnet_free(net);
        net = run_with(SETTINGS("client.csrattrs-required=true", answers[i]));
        cr_expect_not(memnet_completed(net, EST_DEVICE));
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_SEN), 0);
        memnet_free(net);
    }
}

static bool same(struct memnet *net, const char *device, const char *server)
{
    struct imp_x509 a = enrolled_cert(net, EST_DEVICE, device);
    struct imp_x509 b = enrolled_cert(net, EST_SERVER, server);
    return a.n == b.n && memcmp(a.der, b.der, a.n) == 0;
}

/* RFC 7030 section 4.1.3, by /crts in PKCS #7; one certificate alone says nothing of the old key.
 */
Test(est_coaps_run, the_authority_changes_its_key)
{
    static const char *const more[][2] = {{"rollover-certificate=old", "cacerts-refresh=true"},
                                          {"rollover-certificate=new", "cacerts-refresh=true"},
                                          {"cacerts-refresh=true", "key-generation=server"},
                                          {"rollover-certificate=new", "cacerts-refresh=false"},
                                          {"certificate-format=pkix-cert", "cacerts-refresh=true"}};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct memnet *net = memnet_new(&imp_est_coaps, 7,
                                        SETTINGS("client.renew=1000", "server.ca-rollover=500",
                                                 "key-encryption=none", more[i][0], more[i][1]));
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        check_enrolled(net);
        memnet_run_past(net, 1500 * IMP_S);
        cr_expect_eq(same(net, "anchor", "ca-certificate"), i < 3, "%zu", i);
        cr_expect_eq(refused(net, EST_DEVICE, "unlinked-root"), i == 4);
        cr_expect_eq(refused(net, EST_DEVICE, "refused"), i > 2);
        if (i < 3) {
            memnet_event(net, EST_DEVICE, IMP_EVENT_CONTROL, "renew"); /* under the new root */
            memnet_run_past(net, 1600 * IMP_S);
            cr_expect_eq(memnet_count_claims(net, EST_DEVICE, IMP_CLAIM_REJECT, NULL), 0);
            check_enrolled(net);
        }
        memnet_free(net);
    }
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("ca-rollover=1"));
    memnet_delay(net, 600 * IMP_MS);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    check_enrolled(net);
    cr_expect(same(net, "anchor", "ca-certificate"), "who comes afterwards");
    memnet_free(net);
}

/* By /sren, with the certificate that it has (section 3). */
Test(est_coaps_run, a_device_renews_its_certificate)
{
    uint8_t before[IMP_X509_MAX], after[IMP_X509_MAX];
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("client.renew=1000"));
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    int n = memnet_cell(net, EST_DEVICE, "certificate", before, sizeof before);
    memnet_run_past(net, 1500 * IMP_S);
    check_enrolled(net);
    int m = memnet_cell(net, EST_DEVICE, "certificate", after, sizeof after);
    cr_expect(n != m || memcmp(before, after, (size_t)n) != 0);
    size_t once = memnet_count_messages(net, ESTC_MSG_SREN);
    cr_expect_gt(once, 0);
    memnet_event(net, EST_DEVICE, IMP_EVENT_CONTROL, "renew");
    memnet_run_past(net, 1600 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_SREN), 2 * once, "on command");
    memnet_free(net);
}

/* Bound where the server asks for it, refused where it does not say so and the device does not. */
Test(est_coaps_run, a_request_that_is_not_bound_is_refused)
{
    struct memnet *net = run_with(SETTINGS("server.pop-linking=true"));
    cr_expect_not(memnet_complete(net));
    cr_expect(refused(net, EST_SERVER, "another-session"));
    cr_expect_eq(memnet_cell(net, EST_DEVICE, "certificate", NULL, 0), -1);
    memnet_free(net);
    net = run_with(SETTINGS("server.pop-linking=true", "csrattrs=true"));
    check_enrolled(net);
    memnet_free(net);
}

/* Each end has a size of its own: the smaller one is used (RFC 7959 section 2.4). */
Test(est_coaps_run, a_smaller_block_is_respected)
{
    struct memnet *net = run_with(SETTINGS("client.block-size=64", "server.block-size=1024"));
    check_enrolled(net);
    memnet_free(net);
}

static bool lose(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)m, (void)bytes, (void)n, (void)cap;
    return ++*(int *)arg % 5 != 0;
}

Test(est_coaps_run, every_fifth_datagram_is_lost)
{
    int count = 0;
    struct memnet *net = memnet_new(&imp_est_coaps, 7, NULL);
    memnet_filter_set(net, lose, &count);
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    check_enrolled(net);
    memnet_free(net);
}

Test(est_coaps_run, a_reset_device_enrols_again)
{
    struct memnet *net = run_with(NULL);
    uint8_t before[IMP_X509_MAX], after[IMP_X509_MAX];
    int n = memnet_cell(net, EST_DEVICE, "certificate", before, sizeof before);
    memnet_event(net, EST_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    int m = memnet_cell(net, EST_DEVICE, "certificate", after, sizeof after);
    cr_expect_gt(m, 0);
    cr_expect(n != m || memcmp(before, after, (size_t)n) != 0);
    memnet_free(net);
}

/* What the operator's authority has issued is revoked, and the identity opens no other way. */
Test(est_coaps_run, a_device_that_is_struck_off)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("renew=200"));
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    enrolled_check(net, EST_SERVER, "est");
    memnet_event(net, EST_SERVER, IMP_EVENT_CONTROL, "revoke device-1");
    memnet_run_past(net, 250 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_SREN), 0);
    cr_expect_geq(memnet_count_claims(net, EST_SERVER, IMP_CLAIM_REJECT, "revoked"), 1);
    memnet_event(net, EST_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_eq(memnet_cell(net, EST_DEVICE, "certificate", NULL, 0), -1);
    cr_expect_geq(memnet_count_claims(net, EST_SERVER, IMP_CLAIM_REJECT, "struck-off"), 1);
    memnet_free(net);
}
