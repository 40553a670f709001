/* SPDX-License-Identifier: GPL-2.0-only */
/* The key refresh procedure over memnet: messages, phases, beacons, loss, removal. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (3600 * IMP_S)
extern const struct imp_mechanism imp_bluetooth_mesh;

TestSuite(bluetooth_mesh_refresh, .init = imp_crypto_init);

static const struct mesh_node *node(const struct memnet *net)
{
    return memnet_env(net, MESH_DEVICE)->ctx;
}

static const struct mesh_provisioner *provisioner(const struct memnet *net)
{
    return memnet_env(net, MESH_PROVISIONER)->ctx;
}

static struct memnet *configured(const char *by)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7,
                                    SETTINGS("oob=none", "configure=true", "link-timeout=600", by));
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    return net;
}

/* Both ends have new keys, the same, and no others; their storage too. */
static void renewed(const struct memnet *net, const struct mesh_subnet *before)
{
    const struct mesh_subnet *a = &node(net)->server.keys, *b = &provisioner(net)->keys;
    uint8_t cell[sizeof(struct mesh_identity)];
    static const uint8_t nothing[MESH_KEY];
    cr_expect_arr_neq(a->network[MESH_OLD], before->network[MESH_OLD], MESH_KEY);
    cr_expect_arr_neq(a->application[MESH_OLD], before->application[MESH_OLD], MESH_KEY);
    cr_expect_arr_eq(a->network[MESH_OLD], b->network[MESH_OLD], MESH_KEY);
    cr_expect_arr_eq(a->application[MESH_OLD], b->application[MESH_OLD], MESH_KEY);
    cr_expect(a->phase == MESH_NORMAL && b->phase == MESH_NORMAL);
    cr_expect_arr_eq(a->network[MESH_NEW], nothing, MESH_KEY);
    cr_expect_arr_eq(b->application[MESH_NEW], nothing, MESH_KEY);
    memnet_cell(net, MESH_PROVISIONER, MESH_CELL_NETWORK, cell, MESH_KEY);
    cr_expect_arr_eq(cell, b->network[MESH_OLD], MESH_KEY);
    memnet_cell(net, MESH_DEVICE, MESH_CELL_NODE, cell, sizeof cell);
    cr_expect_arr_eq(cell + MESH_KEY, a->network[MESH_OLD], MESH_KEY, "provisioning data");
    const struct imp_claim *claim = memnet_last(net, MESH_DEVICE, IMP_CLAIM_SECRET, "NetKey", NULL);
    cr_expect_arr_eq(claim->data, a->network[MESH_OLD], MESH_KEY);
    claim = memnet_last(net, MESH_DEVICE, IMP_CLAIM_CONFIG, NULL, NULL);
    cr_expect_arr_eq(claim->data,
                     memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_CONFIG, NULL, NULL)->data, 32);
}

static void refresh(struct memnet *net)
{
    memnet_event(net, MESH_PROVISIONER, IMP_EVENT_CONTROL, "key-refresh");
    memnet_run_past(net, 2 * LIMIT);
}

/* AD 2 + network header 7 + destination 2 + MIC 4, and inside: lower transport 1 (4 of a segment) +
 * access message + MIC 4. */
Test(bluetooth_mesh_refresh, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t count[2], last; /* by message, by beacon; octets of the last frame */
    } expected[] = {
        {MESH_MSG_NETKEY_UPDATE, {2, 2}, 15 + 4 + 12}, /* 20 + 4 in 12 + 12 */
        {MESH_MSG_NETKEY_STATUS, {1, 1}, 15 + 1 + 5 + 4},
        {MESH_MSG_APPKEY_UPDATE, {2, 2}, 15 + 4 + 12}, /* 20 + 4 in 12 + 12 */
        {MESH_MSG_APPKEY_STATUS, {2, 2}, 15 + 1 + 6 + 4},
        {MESH_MSG_PHASE_SET, {2, 0}, 15 + 1 + 5 + 4},
        {MESH_MSG_PHASE_GET, {0, 2}, 15 + 1 + 4 + 4},
        {MESH_MSG_PHASE_STATUS, {2, 2}, 15 + 1 + 6 + 4},
        {MESH_MSG_NETWORK_BEACON, {0, 2}, 2 + 1 + 1 + 8 + 4 + 8},
    };
    for (int beacon = 0; beacon < 2; beacon++) {
        struct memnet *net = configured(beacon ? "refresh-by=beacon" : "refresh-by=message");
        const struct mesh_subnet before = node(net)->server.keys;
        refresh(net);
        renewed(net, &before);
        for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
            const struct memnet_message *m = memnet_last_message(net, expected[i].message);
            size_t count = memnet_count_messages(net, expected[i].message);
            cr_expect_eq(count, expected[i].count[beacon], "message %d: %zu", expected[i].message,
                         count);
            cr_expect(!m || m->n == expected[i].last, "message %d has %zu", expected[i].message,
                      m ? m->n : 0);
        }
        memnet_free(net);
    }
}

static uint8_t nid_of(const struct memnet *net, int message)
{
    return memnet_last_message(net, message)->bytes[2] & 0x7f;
}

/* Phase 1 speaks under the old key, phase 2 under the new one; then the old one opens nothing. */
Test(bluetooth_mesh_refresh, each_phase_speaks_under_its_key)
{
    struct memnet *net = configured("refresh-by=message");
    const struct mesh_transport before = node(net)->t;
    refresh(net);
    const struct mesh_transport *after = &node(net)->t;
    cr_assert_neq(before.s.network.nid, after->s.network.nid);
    cr_expect_eq(nid_of(net, MESH_MSG_NETKEY_STATUS), before.s.network.nid);
    cr_expect_eq(nid_of(net, MESH_MSG_APPKEY_UPDATE), before.s.network.nid);
    cr_expect_eq(nid_of(net, MESH_MSG_PHASE_SET), after->s.network.nid);
    cr_expect_eq(nid_of(net, MESH_MSG_PHASE_STATUS), after->s.network.nid);
    cr_expect_not(after->s.two);
    size_t accepted = memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_ACCEPTED, NULL);
    for (int new = 0; new < 2; new ++) {
        uint8_t frame[MESH_AD_MAX], upper[8], access[] = {0x80, 0x15, 0, 0};
        struct mesh_envelope e = {.seq = 0x1000, .src = after->s.peer, .dst = after->s.own};
        struct mesh_network_pdu pdu = {.seq = e.seq, .src = e.src, .dst = e.dst};
        struct mesh_lower l = {.data = upper, .n = sizeof upper};
        mesh_access_seal(NULL, upper, after->s.device_key, &e, access, sizeof access);
        pdu.n = mesh_lower_write(pdu.transport, &l);
        size_t n = mesh_network_seal(NULL, frame + 2, new ? &after->s.network : &before.s.network,
                                     0, &pdu);
        frame[0] = (uint8_t)(n + 1);
        frame[1] = MESH_AD_MESSAGE;
        memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, frame, n + 2);
        memnet_run_past(net, 2 * LIMIT + (new + 1) * IMP_S);
        cr_expect_eq(memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_ACCEPTED, NULL),
                     accepted + (size_t) new);
    }
    memnet_free(net);
}

Test(bluetooth_mesh_refresh, ends_with_new_keys_when_half_of_the_frames_are_lost)
{
    for (unsigned i = 0; i < 8; i++) {
        struct memnet_loss loss = {MESH_ADV, i};
        struct memnet *net = configured(i & 1 ? "refresh-by=beacon" : "refresh-by=message");
        const struct mesh_subnet before = node(net)->server.keys;
        memnet_filter_set(net, memnet_lose_half, &loss);
        refresh(net);
        renewed(net, &before);
        memnet_free(net);
    }
}

/* Stops the run when the node has come to a phase. */
static void run_to(struct memnet *net, enum mesh_phase phase)
{
    imp_time now = 0;
    memnet_event(net, MESH_PROVISIONER, IMP_EVENT_CONTROL, "key-refresh");
    while (node(net)->server.keys.phase != phase && now < LIMIT)
        memnet_run_past(net, now += IMP_MS);
    cr_assert_eq(node(net)->server.keys.phase, phase);
}

Test(bluetooth_mesh_refresh, a_node_that_loses_power_goes_on_in_its_phase)
{
    for (int phase = MESH_PHASE_1; phase <= MESH_PHASE_2; phase++) {
        struct memnet *net = configured("refresh-by=message");
        const struct mesh_subnet before = node(net)->server.keys;
        run_to(net, phase);
        memnet_event(net, MESH_DEVICE, IMP_EVENT_START, NULL);
        memnet_run_past(net, 2 * LIMIT);
        renewed(net, &before);
        memnet_free(net);
    }
}

static bool cut_off(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->channel != MESH_ADV;
}

/* Who knows the network's identifier, but no key, ends the procedure where beacons are not checked.
 */
Test(bluetooth_mesh_refresh, a_forged_beacon_counts_only_where_none_is_checked)
{
    for (int checked = 0; checked < 2; checked++) {
        struct memnet *net = configured(checked ? "beacon-check=true" : "beacon-check=false");
        uint8_t frame[MESH_AD_MAX];
        run_to(net, MESH_PHASE_1);
        size_t n = mesh_network_beacon_write(NULL, frame, node(net)->server.keys.network[MESH_NEW],
                                             &(struct mesh_network_beacon){.iv_index = 0});
        frame[n - 1] ^= 1;
        memnet_filter_set(net, cut_off, NULL);
        memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, frame, n);
        memnet_run_past(net, LIMIT);
        cr_expect_eq(node(net)->server.keys.phase, checked ? MESH_PHASE_1 : MESH_NORMAL);
        cr_expect_eq(memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_CONFIG, NULL),
                     checked ? 2 : 3);
        memnet_free(net);
    }
}

Test(bluetooth_mesh_refresh, a_node_that_is_silent_is_left_out)
{
    struct memnet *net = configured("refresh-by=message");
    const struct mesh_subnet before = provisioner(net)->keys;
    memnet_filter_set(net, cut_off, NULL);
    refresh(net);
    cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "configuration-timeout", NULL));
    cr_expect_eq(provisioner(net)->keys.phase, MESH_NORMAL);
    cr_expect_arr_neq(provisioner(net)->keys.network[MESH_OLD], before.network[MESH_OLD], MESH_KEY);
    cr_expect_arr_eq(node(net)->server.keys.network[MESH_OLD], before.network[MESH_OLD], MESH_KEY);
    memnet_free(net);
}

/* Nor is it provisioned anew, though it beacons again. */
Test(bluetooth_mesh_refresh, a_node_that_was_removed_gets_no_new_key)
{
    struct memnet *net = configured("refresh-by=beacon");
    const struct mesh_subnet before = node(net)->server.keys;
    memnet_event(net, MESH_PROVISIONER, IMP_EVENT_CONTROL, "remove-node 1");
    memnet_run_past(net, LIMIT);
    cr_expect_arr_neq(provisioner(net)->keys.network[MESH_OLD], before.network[MESH_OLD], MESH_KEY);
    cr_expect_arr_eq(node(net)->server.keys.network[MESH_OLD], before.network[MESH_OLD], MESH_KEY);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_NETKEY_UPDATE), 0);
    size_t opened = memnet_count_messages(net, MESH_MSG_OPEN);
    memnet_event(net, MESH_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, LIMIT + 60 * IMP_S);
    cr_expect_eq(memnet_state(net, MESH_DEVICE), MESH_BEACONING);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_OPEN), opened);
    memnet_free(net);
}

/* ---- the server alone
 * -----------------------------------------------------------------------------------------------
 */
/* Status and, of a phase, what it is; -1: no answer. */
static int asked(struct mesh_server *s, const struct mesh_request *r, int *phase)
{
    uint8_t request[MESH_ACCESS_MAX], answer[MESH_ACCESS_MAX];
    const uint8_t *q;
    size_t m;
    int opcode;
    size_t n = mesh_server_answer(s, answer, &opcode, request, mesh_request_write(request, r));
    if (n == 0)
        return -1;
    mesh_opcode_read(&q, &m, answer, n);
    *phase = opcode == MESH_PHASE_GET || opcode == MESH_PHASE_SET ? q[m - 1] : -1;
    return q[0];
}

Test(bluetooth_mesh_refresh, the_server_obeys_in_the_right_phase_only)
{
    const uint8_t a[MESH_KEY] = {1}, b[MESH_KEY] = {2};
    struct mesh_request network = {.opcode = MESH_NETKEY_UPDATE, .key = a},
                        application = {.opcode = MESH_APPKEY_UPDATE, .key = a},
                        set = {.opcode = MESH_PHASE_SET, .transition = MESH_PHASE_2},
                        get = {.opcode = MESH_PHASE_GET};
    struct mesh_server s = {.element = 2};
    int phase;
    cr_expect_eq(asked(&s, &application, &phase), MESH_INVALID_APPKEY_INDEX, "none yet");
    mesh_subnet_add_application(&s.keys, b);
    cr_expect_eq(asked(&s, &application, &phase), MESH_CANNOT_UPDATE, "no refresh");
    cr_expect_eq(asked(&s, &set, &phase), MESH_CANNOT_UPDATE, "no refresh");
    cr_expect_eq(phase, MESH_NORMAL);
    cr_expect_eq(asked(&s, &network, &phase), MESH_SUCCESS);
    cr_expect_eq(asked(&s, &network, &phase), MESH_SUCCESS, "the same again");
    network.key = b;
    cr_expect_eq(asked(&s, &network, &phase), MESH_CANNOT_UPDATE, "another");
    cr_expect_eq(asked(&s, &application, &phase), MESH_SUCCESS);
    application.key = b;
    cr_expect_eq(asked(&s, &application, &phase), MESH_CANNOT_UPDATE, "another");
    cr_expect(asked(&s, &set, &phase) == MESH_SUCCESS && phase == MESH_PHASE_2);
    cr_expect_eq(asked(&s, &network, &phase), MESH_CANNOT_UPDATE, "phase 2");
    cr_expect(asked(&s, &get, &phase) == MESH_SUCCESS && phase == MESH_PHASE_2);
    set.transition = 1;
    cr_expect_eq(asked(&s, &set, &phase), -1, "no such transition");
    set.transition = MESH_PHASE_3;
    cr_expect(asked(&s, &set, &phase) == MESH_SUCCESS && phase == MESH_NORMAL);
    cr_expect(asked(&s, &set, &phase) == MESH_SUCCESS && phase == MESH_NORMAL, "again");
    cr_expect_arr_eq(s.keys.network[MESH_OLD], a, MESH_KEY);
    cr_expect_arr_eq(s.keys.application[MESH_OLD], a, MESH_KEY);
}
