/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole joins in memory: every version, what both ends then hold, replays, lost answers. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/lorawan-otaa/lorawan.h"
#include "tests/support/memnet.h"

static struct memnet *joined(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, settings);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

static void same_secret(const struct memnet *net, int role, const char *name)
{
    const struct imp_claim *a = memnet_last(net, LW_DEVICE, IMP_CLAIM_SECRET, name, NULL);
    const struct imp_claim *b = memnet_last(net, role, IMP_CLAIM_SECRET, name, NULL);
    cr_assert(a && b, "%s", name);
    cr_expect_arr_eq(a->data, b->data, LW_KEY);
    cr_expect_arr_eq(a->sid, b->sid, LW_SID);
}

static void same_claims(const struct memnet *net, const char *layer, int runs, int commits)
{
    const struct imp_claim *a = memnet_last(net, runs, IMP_CLAIM_RUNNING, NULL, layer);
    const struct imp_claim *b = memnet_last(net, commits, IMP_CLAIM_COMMIT, NULL, layer);
    cr_assert(a && b, "layer %s", layer);
    cr_expect_eq(a->sid_n, b->sid_n);
    cr_expect_arr_eq(a->sid, b->sid, b->sid_n);
    cr_expect_arr_eq(a->data, b->data, b->data_n);
}

Test(lorawan_run, every_version_and_option_completes)
{
    static const char *const variants[][3] = {
        {NULL},
        {"version=1.0.2"},
        {"version=1.0.4"},
        {"end-device.version=1.1", "join-server.version=1.0.4"},
        {"end-device.version=1.0.4", "join-server.version=1.1"},
        {"cflist=true", "js-kek=false"},
        {"old-session=drop", "deduplication=200"},
        {"version=1.0.3"},
        {"version=1.0.2", "devnonce-mode=counter"},
        {"devnonce-mode=random", "mac-commands=fopts"},
        {"version=1.0.4", "mac-commands=fopts"},
        {"appskey-via-ns=false"},
        {"appskey-via-ns=false", "js-kek=false"},
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        struct memnet *net = joined(variants[i]);
        bool v11 = (i < 1 || i > 4) && i != 7 && i != 8 && i != 10;
        same_secret(net, LW_NETWORK, v11 ? "FNwkSIntKey" : "NwkSKey");
        same_secret(net, LW_APPLICATION, "AppSKey");
        same_claims(net, "request", LW_DEVICE, LW_JOIN);
        same_claims(net, "join", LW_JOIN, LW_DEVICE);
        same_claims(net, "network", LW_DEVICE, LW_NETWORK);
        same_claims(net, "network", LW_NETWORK, LW_DEVICE);
        same_claims(net, "app", LW_DEVICE, LW_APPLICATION);
        cr_expect_eq(memnet_count_messages(net, LW_MSG_REKEY_IND), v11);
        cr_expect_eq(memnet_last_message(net, LW_MSG_JOIN_REQUEST)->n, LW_JOIN_REQUEST_SIZE);
        cr_expect_eq(memnet_last_message(net, LW_MSG_JOIN_ACCEPT)->n, i == 5 ? 33 : 17);
        memnet_free(net);
    }
}

static bool no_accepts(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != LW_MSG_JOIN_ACCEPT;
}

/* FOpts instead of FPort and FRMPayload: an octet less, and in 1.1 not to be read. */
Test(lorawan_run, commands_in_fopts)
{
    struct memnet *net = joined(SETTINGS("mac-commands=fopts"));
    const struct memnet_message *ind = memnet_last_message(net, LW_MSG_REKEY_IND);
    const struct memnet_message *conf = memnet_last_message(net, LW_MSG_REKEY_CONF);
    cr_expect(ind->n == 14 && (ind->bytes[5] & 15) == 2);
    cr_expect(conf->n == 14 && (conf->bytes[5] & 15) == 2);
    cr_expect(memcmp(ind->bytes + 8, "\x0b\1", 2) != 0);
    memnet_free(net);
    net = joined(SETTINGS("version=1.0.4", "mac-commands=fopts"));
    const struct memnet_message *ack = memnet_last_message(net, LW_MSG_ACK);
    cr_expect(ack->n == 13 && (ack->bytes[5] & 15) == 1 && ack->bytes[8] == 6, "DevStatusReq");
    memnet_free(net);
}

/* The device uses the five channels for data, and none of them to join again. */
Test(lorawan_run, a_cflist_is_obeyed)
{
    static const uint32_t wanted[] = {867100000, 867300000, 867500000, 867700000, 867900000};
    const uint32_t *hertz;
    struct memnet *net = joined(SETTINGS("cflist=true"));
    cr_assert_eq(memnet_channels(net, LW_DEVICE, &hertz), 5);
    cr_expect_arr_eq(hertz, wanted, sizeof wanted);
    memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_filter_set(net, no_accepts, NULL);
    memnet_run_past(net, 620 * IMP_S);
    cr_expect_eq(memnet_channels(net, LW_DEVICE, &hertz), 0);
    memnet_free(net);
    net = joined(NULL);
    cr_expect_eq(memnet_channels(net, LW_DEVICE, &hertz), 0);
    memnet_free(net);
}

Test(lorawan_run, masks_of_us902_928_are_obeyed)
{
    const uint32_t *hertz;
    struct memnet *net = joined(SETTINGS("region=us915", "cflist=true"));
    cr_assert_eq(memnet_channels(net, LW_DEVICE, &hertz), LW_CHANNELS);
    for (size_t i = 0; i < LW_CHANNELS; i++)
        cr_expect_eq(hertz[i] != 0, (i >= 8 && i < 16) || i == 65, "channel %zu", i);
    memnet_free(net);
    net = joined(SETTINGS("end-device.region=us915", "cflist=true"));
    cr_expect_eq(memnet_channels(net, LW_DEVICE, &hertz), 0, "frequencies are no masks");
    memnet_free(net);
}

/* The application server asks once for each session; the network server never has AppSKey. */
Test(lorawan_run, app_s_key_past_the_network_server)
{
    struct memnet *net =
        joined(SETTINGS("appskey-via-ns=false", "js-kek=false", "rejoin=join", "rejoin-period=60"));
    memnet_run_past(net, 200 * IMP_S);
    int sessions = memnet_count_claims(net, LW_APPLICATION, IMP_CLAIM_SECRET, "AppSKey");
    cr_expect_geq(sessions, 3);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_APPSKEY_REQ), sessions);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_APPSKEY_ANS), sessions);
    memnet_free(net);
}

static bool on_the_wire(const struct memnet *net, int message, const uint8_t *secret)
{
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == message && memmem(m->bytes, m->n, secret, LW_KEY))
            return true;
    }
    return false;
}

Test(lorawan_run, no_key_travels_in_clear)
{
    struct memnet *net = joined(SETTINGS("js-kek=false"));
    const struct imp_claim *k = memnet_last(net, LW_DEVICE, IMP_CLAIM_SECRET, "AppSKey", NULL);
    for (int m = 0; imp_lorawan_otaa.messages[m].name; m++)
        cr_expect_not(on_the_wire(net, m, k->data));
    memnet_free(net);
}

Test(lorawan_run, a_join_request_is_taken_once)
{
    static const char *const versions[] = {"version=1.0.2", "version=1.0.3", "version=1.0.4",
                                           "version=1.1", "devnonce-mode=random"};
    for (size_t i = 0; i < 5; i++) {
        struct memnet *net = joined(SETTINGS(versions[i]));
        const struct memnet_message *m = memnet_last_message(net, LW_MSG_JOIN_REQUEST);
        memnet_inject(net, LW_NETWORK, LW_RADIO, NULL, m->bytes, m->n);
        memnet_run_past(net, 700 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LW_MSG_JOIN_REQ), 2);
        cr_expect_eq(memnet_count_messages(net, LW_MSG_JOIN_ANS), 1);
        cr_expect_not_null(memnet_last(net, LW_JOIN, IMP_CLAIM_REJECT, "DevNonce", NULL));
        memnet_free(net);
    }
}

/* LW-01: who remembers too few random nonces takes an old request again. */
Test(lorawan_run, a_short_list_of_nonces_forgets)
{
    struct memnet *net = joined(SETTINGS("version=1.0.2", "nonce-list=0"));
    const struct memnet_message *m = memnet_last_message(net, LW_MSG_JOIN_REQUEST);
    memnet_inject(net, LW_NETWORK, LW_RADIO, NULL, m->bytes, m->n);
    memnet_run_past(net, 700 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_JOIN_ANS), 2);
    cr_expect_eq(memnet_count_claims(net, LW_JOIN, IMP_CLAIM_ACCEPTED, "DevNonce"), 2);
    memnet_free(net);
}

/* Keeps the first join-accept back, to be delivered to the second request. */
struct kept {
    uint8_t bytes[LW_JOIN_ACCEPT_MAX];
    size_t n;
    int seen;
};

static bool late(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    struct kept *k = arg;
    (void)cap;
    if (m->message != LW_MSG_JOIN_ACCEPT)
        return true;
    if (k->seen++ == 0) {
        memcpy(k->bytes, bytes, k->n = *n);
        return false;
    }
    if (k->seen == 2)
        memcpy(bytes, k->bytes, *n = k->n);
    return true;
}

Test(lorawan_run, a_late_accept_is_taken_in_1_0_only)
{
    struct kept k = {.seen = 0};
    struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, SETTINGS("version=1.0.4"));
    memnet_filter_set(net, late, &k);
    memnet_start(net);
    memnet_run(net, 40 * IMP_S);
    const struct imp_claim *took = memnet_last(net, LW_DEVICE, IMP_CLAIM_COMMIT, NULL, "join");
    cr_assert_not_null(took, "the accept does not say which request it answers");
    cr_expect_null(memnet_last(net, LW_NETWORK, IMP_CLAIM_COMMIT, NULL, "network"));
    memnet_run(net, 900 * IMP_S);
    cr_expect(memnet_complete(net), "it joins again when nobody answers its uplinks");
    memnet_free(net);

    k = (struct kept){.seen = 0};
    net = memnet_new(&imp_lorawan_otaa, 1, NULL);
    memnet_filter_set(net, late, &k);
    memnet_start(net);
    memnet_run(net, 900 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_not_null(memnet_last(net, LW_DEVICE, IMP_CLAIM_REJECT, "MIC of join-accept", NULL));
    cr_expect_eq(memnet_count_claims(net, LW_DEVICE, IMP_CLAIM_COMMIT, NULL), 2);
    memnet_free(net);
}

static int requests_between(const struct memnet *net, imp_time from, imp_time to)
{
    int count = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        count += m->message == LW_MSG_JOIN_REQUEST && m->at >= from && m->at < to;
    }
    return count;
}

/* 36 s, 36 s and 8.7 s of 1.483 s each. */
Test(lorawan_run, unanswered_requests_back_off)
{
    imp_time hour = 3600 * IMP_S;
    struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, NULL);
    memnet_filter_set(net, no_accepts, NULL);
    memnet_start(net);
    memnet_run(net, 59 * hour);
    cr_expect_eq(requests_between(net, 0, hour), 24);
    cr_expect_eq(requests_between(net, hour, 11 * hour), 24);
    cr_expect_eq(requests_between(net, 11 * hour, 35 * hour), 5);
    cr_expect_eq(requests_between(net, 35 * hour, 59 * hour), 5);
    memnet_free(net);
}

Test(lorawan_run, rejoins_of_all_types_make_new_sessions)
{
    static const char *const how[] = {"rejoin=join", "rejoin=type-0", "rejoin=type-1",
                                      "rejoin=type-2"};
    for (size_t i = 0; i < 4; i++) {
        struct memnet *net = joined(SETTINGS(how[i], "rejoin-period=100"));
        uint8_t before[LW_KEY];
        memcpy(before, memnet_last(net, LW_NETWORK, IMP_CLAIM_SECRET, "NwkSEncKey", NULL)->data,
               LW_KEY);
        memnet_run_past(net, 250 * IMP_S);
        cr_expect_geq(memnet_count_messages(net, LW_MSG_JOIN_ACCEPT), 2, "%s", how[i]);
        cr_expect_eq(memnet_count_messages(net, LW_MSG_REJOIN_REQUEST) > 0, i > 0);
        same_secret(net, LW_NETWORK, "NwkSEncKey");
        same_secret(net, LW_APPLICATION, "AppSKey");
        cr_expect_neq(
            memcmp(before, memnet_last(net, LW_DEVICE, IMP_CLAIM_SECRET, "NwkSEncKey", NULL)->data,
                   LW_KEY),
            0);
        memnet_free(net);
    }
}

/* The nonce survives the loss of everything else. */
Test(lorawan_run, a_reset_device_joins_with_the_next_nonce)
{
    struct memnet *net = joined(NULL);
    memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_JOIN_ACCEPT), 2);
    cr_expect_eq(memnet_state(net, LW_DEVICE), LW_DEVICE_ACTIVE);
    cr_expect_eq(memnet_count_claims(net, LW_JOIN, IMP_CLAIM_REJECT, NULL), 0);
    memnet_free(net);
}

static bool corrupt(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    (void)cap;
    if (m->message == *(const int *)arg)
        bytes[*n - 1] ^= 1;
    return true;
}

Test(lorawan_run, every_message_is_authenticated)
{
    for (int m = 0; m <= LW_MSG_APPSKEY_ANS; m++) {
        if (m == LW_MSG_REJOIN_REQUEST)
            continue;
        const char *const apart[] = {m > LW_MSG_DATA ? "appskey-via-ns=false" : NULL, NULL};
        struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, apart);
        memnet_filter_set(net, corrupt, &m);
        memnet_start(net);
        memnet_run(net, 300 * IMP_S);
        cr_expect_not(memnet_complete(net), "%s", imp_lorawan_otaa.messages[m].name);
        memnet_free(net);
    }
    int accept = LW_MSG_JOIN_ACCEPT;
    struct memnet *net =
        memnet_new(&imp_lorawan_otaa, 1, SETTINGS("end-device!no-accept-mic-check"));
    memnet_filter_set(net, corrupt, &accept);
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    cr_expect_not_null(memnet_last(net, LW_DEVICE, IMP_CLAIM_COMMIT, NULL, "join"));
    memnet_free(net);
}

/* RJcount0 begins anew with each session and is never taken twice within one. */
Test(lorawan_run, a_rejoin_request_is_taken_once)
{
    static const char *const how[] = {"rejoin=type-0", "rejoin=type-1", "rejoin=type-2"};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = joined(SETTINGS(how[i], "rejoin-period=100"));
        memnet_run_past(net, 150 * IMP_S);
        const struct memnet_message *m = memnet_last_message(net, LW_MSG_REJOIN_REQUEST);
        size_t answers = memnet_count_messages(net, LW_MSG_JOIN_ANS);
        cr_assert_not_null(m);
        memnet_inject(net, LW_NETWORK, LW_RADIO, NULL, m->bytes, m->n);
        memnet_run_past(net, 160 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LW_MSG_JOIN_ANS), answers, "%s", how[i]);
        memnet_free(net);
    }
}

/* TxDr and TxCh are those with which the gateway heard the uplink. */
Test(lorawan_run, the_network_verifies_with_what_the_gateway_heard)
{
    struct memnet *net = joined(NULL);
    const struct memnet_message *first = memnet_last_message(net, LW_MSG_REKEY_IND);
    const struct memnet_message *second = memnet_last_message(net, LW_MSG_UPLINK);
    cr_expect_neq(first->uplink.data_rate, second->uplink.data_rate);
    cr_expect_neq(first->uplink.channel, second->uplink.channel);
    memnet_inject(net, LW_NETWORK, LW_RADIO, NULL, second->bytes, second->n);
    memnet_run_past(net, 700 * IMP_S);
    cr_expect_not_null(memnet_last(net, LW_NETWORK, IMP_CLAIM_REJECT, "MIC of uplink", NULL),
                       "the same octets on another channel");
    memnet_free(net);
}

/* ConfFCnt of an uplink: RekeyConf is confirmed by the uplink that follows. */
Test(lorawan_run, confirmed_downlinks_are_acknowledged)
{
    struct lw_data d;
    static const char *const versions[] = {"version=1.0.4", "version=1.1"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = joined(SETTINGS("confirmed-downlink=true", versions[i]));
        const struct memnet_message *m = memnet_last_message(net, LW_MSG_UPLINK);
        cr_assert_eq(lw_data_read(&d, m->bytes, m->n), 0);
        cr_expect_eq(d.ack, i == 1);
        m = memnet_last_message(net, LW_MSG_ACK);
        cr_assert_eq(lw_data_read(&d, m->bytes, m->n), 0);
        cr_expect_eq(d.mtype, LW_CONFIRMED_DOWN);
        memnet_free(net);
    }
}
