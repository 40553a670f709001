/* SPDX-License-Identifier: GPL-2.0-only */
/* Device identities of IEEE 802.1AR in EAP-TLS: hierarchies of authorities, chains that a server
 * takes from nobody, by what a device is known. */
#include "devid.h"
#include "tests/support/memnet_copy.h"

TestSuite(eap_tls_devid, .init = imp_crypto_init);

/* ---- hierarchies -------------------------------------------------------------------------------
 */
/* Octets of the device's last flight. */
static size_t flight(const struct memnet *net)
{
    const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_CLIENT_FLIGHT);
    return m ? m->n : 0;
}

Test(eap_tls_devid, a_server_builds_the_path_from_what_both_have)
{
    for (int v = 0; v < 2; v++)
        for (int leaf = 0; leaf < 2; leaf++)
            for (int known = 0; known < 2; known++) {
                struct memnet *net = memnet_new(
                    &imp_eap_tls, 7,
                    SETTINGS(versions[v], "fragment-size=1010", "vendor-chain=issuing",
                             leaf ? "send-chain=leaf" : "send-chain=full",
                             known ? "vendor-intermediates=true" : "vendor-intermediates=false"));
                run(net);
                if (leaf && !known) {
                    expect_refused(net, "no path to a trust anchor");
                    cr_expect(v || alert(net) == IMP_TLS_UNKNOWN_CA);
                } else {
                    cr_expect(memnet_complete(net), "%s %d %d", versions[v], leaf, known);
                }
                memnet_free(net);
            }
}

Test(eap_tls_devid, a_longer_chain_has_its_price)
{
    size_t n[3];
    for (int i = 0; i < 3; i++) {
        struct memnet *net = memnet_new(
            &imp_eap_tls, 7,
            SETTINGS("tls-version=1.3", i ? "vendor-chain=issuing" : "vendor-chain=root",
                     i == 2 ? "send-chain=leaf" : "send-chain=full", "fragment-size=1010"));
        run(net);
        n[i] = flight(net);
        memnet_free(net);
    }
    cr_expect_gt(n[1], n[0] + 300, "%zu %zu", n[0], n[1]);
    cr_expect_lt(n[2], n[0] + 50, "%zu %zu: longer names alone", n[0], n[2]);
}

/* ---- names of authorities ----------------------------------------------------------------------
 */
Test(eap_tls_devid, a_request_that_names_authorities_is_longer_by_their_names)
{
    /* SEQUENCE { SET { SEQUENCE { commonName, UTF8String } } } of both: 24 and 28 octets, each
     * behind a length of two; in TLS 1.3 an extension with its head and list length of six. */
    static const size_t more[] = {2 + 24 + 2 + 28, 2 + 24 + 2 + 28 + 6};
    for (int v = 0; v < 2; v++) {
        size_t n[2];
        for (int named = 0; named < 2; named++) {
            struct memnet *net = memnet_new(
                &imp_eap_tls, 7, SETTINGS(versions[v], named ? "ca-names=true" : "ca-names=false"));
            run(net);
            cr_expect(memnet_complete(net), "%s", versions[v]);
            n[named] = memnet_last_message(net, ETLS_MSG + ETLS_SERVER_FLIGHT)->n;
            memnet_free(net);
        }
        cr_expect_leq(n[1], n[0] + more[v] + 3, "%zu %zu: signatures vary", n[0], n[1]);
        cr_expect_geq(n[1] + 3, n[0] + more[v], "%zu %zu", n[0], n[1]);
    }
}

/* What it sends ends at an authority whose name the server does not know. */
Test(eap_tls_devid, a_device_without_a_certificate_of_those_named_sends_none)
{
    for (int leaf = 0; leaf < 2; leaf++) {
        struct memnet *net = memnet_new(&imp_eap_tls, 7,
                                        SETTINGS("tls-version=1.2", "vendor-chain=issuing",
                                                 "vendor-intermediates=true", "ca-names=true",
                                                 leaf ? "send-chain=leaf" : "send-chain=full"));
        run(net);
        cr_expect_eq(memnet_complete(net), !leaf);
        memnet_free(net);
    }
}

/* ---- chains for nobody -------------------------------------------------------------------------
 */
/* A manufacturer's root whose chains may be so long, what stands below it, and the device. */
struct vendor {
    int path_length;     /* of the root */
    unsigned below, own; /* purposes */
};

static struct memnet *with(const struct vendor *v)
{
    struct memnet *net =
        memnet_new(&imp_eap_tls, 7, SETTINGS("tls-version=1.2", "vendor-chain=issuing"));
    struct holder root, below, own;
    issue(net, &root, "CN=Vendor Root", IMP_X509_CA, v->path_length, NULL);
    issue(net, &below, "CN=Vendor Issuing CA", v->below, 0, &root);
    issue(net, &own, "CN=device-1", v->own, 0, &below);
    put(net, SERVER, ETLS_CELL_MAKER, root.crt.der, root.crt.n);
    put(net, PEER, ETLS_CELL_ISSUING, below.crt.der, below.crt.n);
    put(net, PEER, ETLS_CELL_CERTIFICATE, own.crt.der, own.crt.n);
    put(net, PEER, ETLS_CELL_KEY, own.secret, sizeof own.secret);
    return net;
}

Test(eap_tls_devid, chains_that_no_server_takes)
{
    static const struct {
        struct vendor vendor;
        const char *why; /* NULL: a right one */
        unsigned alert;
    } cases[] = {
        {{1, IMP_X509_CA, 0}, NULL, 0},
        {{1, 0, 0}, "no path to a trust anchor", IMP_TLS_UNKNOWN_CA},           /* no authority */
        {{0, IMP_X509_CA, 0}, "no path to a trust anchor", IMP_TLS_UNKNOWN_CA}, /* pathLen */
        {{1, IMP_X509_CA, IMP_X509_CA | IMP_X509_CLIENT},
         "an authority's certificate",
         BAD_CERTIFICATE},
        {{1, IMP_X509_CA, IMP_X509_SERVER},
         "not for this purpose",
         IMP_TLS_UNSUPPORTED_CERTIFICATE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = with(&cases[i].vendor);
        run(net);
        if (cases[i].why)
            expect_refused(net, cases[i].why);
        else
            cr_expect(memnet_complete(net));
        cr_expect_eq(alert(net), cases[i].alert, "case %zu: %u", i, alert(net));
        memnet_free(net);
    }
}

/* An impostor has another device's certificate, which is no secret, and a key of its own. */
Test(eap_tls_devid, a_certificate_without_its_key_is_worth_nothing)
{
    for (int v = 0; v < 2; v++)
        for (int own = 0; own < 2; own++) {
            struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v]));
            struct holder other;
            issue(net, &other, "CN=other", 0, 0, NULL);
            ((struct imp_env *)memnet_env(net, PEER))->adversary = true;
            if (!own)
                put(net, PEER, ETLS_CELL_KEY, other.secret, sizeof other.secret);
            run(net);
            cr_expect_eq(memnet_completed(net, PEER), own, "%s", versions[v]);
            if (!own)
                expect_refused(net, "TLS");
            cr_expect(v || own || alert(net) == DECRYPT_ERROR, "%u", alert(net));
            memnet_free(net);
        }
}

/* In TLS 1.2 the signature travels in clear: its last octet arrives changed, before
 * ChangeCipherSpec.
 */
static bool spoil_signature(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                            size_t cap)
{
    static const uint8_t ccs[] = {20, 3, 3, 0, 1, 1};
    (void)arg, (void)cap;
    bool own = m->from == PEER && m->channel == IMP_DOT1X_ACCESS;
    uint8_t *at = own ? memmem(bytes, *n, ccs, sizeof ccs) : NULL;
    if (at)
        at[-1] ^= 1;
    return true;
}

Test(eap_tls_devid, a_signature_that_does_not_verify_is_an_error_of_decryption)
{
    static const char *const keys[] = {"device-key=p256", "device-key=p384", "device-key=rsa"};
    for (int k = 0; k < 3; k++) {
        struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("tls-version=1.2", keys[k]));
        memnet_filter_set(net, spoil_signature, NULL);
        run(net);
        expect_refused(net, "TLS");
        cr_expect_eq(alert(net), DECRYPT_ERROR, "%s: %u", keys[k], alert(net));
        memnet_free(net);
    }
}

Test(eap_tls_devid, a_subject_has_the_serial_number_where_it_must)
{
    struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("server.subject-serial=true"));
    run(net);
    expect_refused(net, "no serial number");
    memnet_free(net);
    net = memnet_new(&imp_eap_tls, 7, SETTINGS("subject-serial=true"));
    run(net);
    cr_expect(memnet_complete(net));
    memnet_free(net);
    net = memnet_new(&imp_eap_tls, 7, SETTINGS("subject-serial=true", "device-identity=ldevid"));
    run(net);
    cr_expect(memnet_complete(net), "the operator names the device as he likes");
    memnet_free(net);
}

/* ---- names of devices --------------------------------------------------------------------------
 */
static bool known_as(const struct memnet *net, int role, const char *peer)
{
    const struct imp_claim *c = memnet_last(net, role, IMP_CLAIM_COMMIT, NULL, "eap");
    return c && c->peer_n == strlen(peer) && memcmp(c->peer, peer, strlen(peer)) == 0;
}

Test(eap_tls_devid, a_device_is_known_by_the_field_that_is_set)
{
    static const struct {
        const char *field, *serial, *identity, *name;
    } rows[] = {
        {"identity-field=dns-or-subject", "true", "idevid", "CN=device-1,serialNumber=device-1"},
        {"identity-field=serial-number", "true", "idevid", "device-1"},
        {"identity-field=common-name", "true", "idevid", "device-1"},
        {"identity-field=common-name", "false", "ldevid", "device-1@example.org"},
        {"identity-field=hardware", "false", "idevid", "device-1"},
        {"identity-field=serial-number", "false", "idevid", NULL},
        {"identity-field=serial-number", "false", "ldevid", NULL},
        {"identity-field=hardware", "true", "ldevid", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char serial[32], identity[32];
        snprintf(serial, sizeof serial, "subject-serial=%s", rows[i].serial);
        snprintf(identity, sizeof identity, "device-identity=%s", rows[i].identity);
        struct memnet *net = memnet_new(
            &imp_eap_tls, 7, SETTINGS("tls-version=1.2", rows[i].field, serial, identity));
        run(net);
        if (!rows[i].name) {
            expect_refused(net, "no field of its identity");
            cr_expect_eq(alert(net), BAD_CERTIFICATE);
        } else {
            cr_expect(memnet_complete(net), "%s %s", rows[i].field, identity);
            cr_expect(known_as(net, SERVER, rows[i].name), "%s %s", rows[i].field, identity);
            cr_expect(known_as(net, PEER, ETLS_SERVER), "the server's name is its dNSName");
        }
        memnet_free(net);
    }
}

/* The serial number of another field of the same certificate is not the device's name. */
Test(eap_tls_devid, who_is_not_expected_is_denied_access)
{
    static const struct {
        const char *field, *list;
        bool in;
    } rows[] = {
        {"identity-field=hardware", "admitted=device-1", true},
        {"identity-field=hardware", "admitted=device-9;device-1", true},
        {"identity-field=hardware", "admitted=device-9", false},
        {"identity-field=hardware", "admitted=device-10;device", false},
        {"identity-field=hardware", "admitted=;", false},
        {"identity-field=dns-or-subject", "admitted=device-1", false},
        {"identity-field=dns-or-subject", "admitted=CN=device-1", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int v = 0; v < 2; v++) {
            struct memnet *net =
                memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], rows[i].field, rows[i].list));
            run(net);
            if (rows[i].in) {
                cr_expect(memnet_complete(net), "%s", rows[i].list);
            } else {
                expect_refused(net, "not admitted");
                cr_expect(v || alert(net) == IMP_TLS_ACCESS_DENIED, "%u", alert(net));
            }
            memnet_free(net);
        }
}

/* A server that takes any certificate does not ask whose it is. */
Test(eap_tls_devid, a_server_that_looks_at_no_certificate_looks_in_no_list)
{
    struct memnet *net =
        memnet_new(&imp_eap_tls, 7, SETTINGS("admitted=somebody", "server!any-peer"));
    run(net);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* ---- reset -------------------------------------------------------------------------------------
 */
/* IEEE 802.1AR: an IDevID is for the device's life. */
Test(eap_tls_devid, a_reset_takes_nothing_of_the_manufacturers_identity)
{
    static const char *const cells[] = {ETLS_CELL_CERTIFICATE, ETLS_CELL_KEY, ETLS_CELL_ISSUING};
    uint8_t before[3][IMP_X509_MAX], after[IMP_X509_MAX];
    int n[3];
    struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("vendor-chain=issuing"));
    memnet_start(net);
    for (int i = 0; i < 3; i++)
        n[i] = memnet_cell(net, PEER, cells[i], before[i], IMP_X509_MAX);
    memnet_run(net, LIMIT);
    cr_expect(memnet_complete(net));
    memnet_event(net, PEER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 2 * LIMIT);
    for (int i = 0; i < 3; i++) {
        cr_expect_gt(n[i], 0, "%s", cells[i]);
        cr_expect_eq(memnet_cell(net, PEER, cells[i], after, IMP_X509_MAX), n[i], "%s", cells[i]);
        cr_expect_arr_eq(after, before[i], (size_t)n[i], "%s", cells[i]);
    }
    cr_expect_eq(commits(net), 2, "it authenticates with it again");
    memnet_free(net);
}

/* ---- copied keys -------------------------------------------------------------------------------
 */
/* The device authenticates, and seconds later again: at its own station or, if `copied`, another.
 * How many alarms the server has raised. */
static size_t alarms(const char *window, bool copied)
{
    struct memnet *net =
        memnet_new(&imp_eap_tls, 7, SETTINGS("tls-version=1.3", "four-way=false", window));
    struct memnet_copy copy = {
        .net = net, .device = PEER, .access = AUTHENTICATOR, .channel = IMP_DOT1X_ACCESS};
    memnet_filter_set(net, memnet_from_elsewhere, &copy);
    memnet_delay(net, 300 * IMP_MS);
    memnet_start(net);
    imp_time then = memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    if (copied)
        copy.at = (struct imp_addr){.n = 6, .bytes = {0x02, 0, 0, 0, 0, 0x77}};
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_carry(&copy, then, then + LIMIT);
    cr_expect_eq(memnet_count_claims(net, AUTHENTICATOR, IMP_CLAIM_ALARM, NULL), 0);
    cr_expect_eq(commits(net), 2, "%s: a copied key is as good as the key", window);
    size_t raised = memnet_count_claims(net, SERVER, IMP_CLAIM_ALARM, "cloned device identity");
    memnet_free(net);
    return raised;
}

Test(eap_tls_devid, an_identity_at_two_stations_at_once_raises_an_alarm)
{
    cr_expect_eq(alarms("clone-window=3600", true), 1);
    cr_expect_eq(alarms("clone-window=3600", false), 0, "the device is where it was");
    cr_expect_eq(alarms("clone-window=0", true), 0, "nobody looks");
    cr_expect_eq(alarms("clone-window=1", true), 0, "it may have moved");
}
