/* SPDX-License-Identifier: GPL-2.0-only */
/* Configuration of keys after provisioning over memnet: messages and sizes, loss, replay, reset. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (600 * IMP_S)
extern const struct imp_mechanism imp_bluetooth_mesh;

TestSuite(bluetooth_mesh_config, .init = imp_crypto_init);

static struct memnet *start(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, settings);
    memnet_start(net);
    return net;
}

static struct memnet *configured(const char *const *settings)
{
    struct memnet *net = start(settings);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    return net;
}

static void ends_agree(const struct memnet *net)
{
    const struct imp_claim *a = memnet_last(net, MESH_DEVICE, IMP_CLAIM_SECRET, "AppKey", NULL);
    const struct imp_claim *b =
        memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_SECRET, "AppKey", NULL);
    cr_assert(a && b);
    cr_expect_arr_eq(a->data, b->data, MESH_KEY);
    a = memnet_last(net, MESH_DEVICE, IMP_CLAIM_CONFIG, NULL, NULL);
    b = memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_CONFIG, NULL, NULL);
    cr_expect_arr_eq(a->data, b->data, 32);
}

/* AD 2 + network header 7 + destination 2 + MIC 4 (8 of a control message), and inside: lower
 * transport 1 (4 of a segment) + access message + MIC 4. */
Test(bluetooth_mesh_config, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t count, last; /* octets of the last frame */
    } expected[] = {
        {MESH_MSG_COMPOSITION_GET, 1, 15 + 1 + 3 + 4},
        {MESH_MSG_COMPOSITION_STATUS, 3, 15 + 4 + 2}, /* 22 + 4 in 12 + 12 + 2 */
        {MESH_MSG_APPKEY_ADD, 2, 15 + 4 + 12},        /* 20 + 4 in 12 + 12 */
        {MESH_MSG_APPKEY_STATUS, 1, 15 + 1 + 6 + 4},
        {MESH_MSG_BIND, 1, 15 + 1 + 8 + 4},
        {MESH_MSG_BIND_STATUS, 1, 15 + 1 + 9 + 4},
        {MESH_MSG_SEGMENT_ACK, 2, 19 + 7},
    };
    struct memnet *net = configured(SETTINGS("oob=none", "configure=true"));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct memnet_message *m = memnet_last_message(net, expected[i].message);
        cr_assert(m, "message %d", expected[i].message);
        cr_expect_eq(memnet_count_messages(net, expected[i].message), expected[i].count,
                     "message %d: %zu", expected[i].message,
                     memnet_count_messages(net, expected[i].message));
        cr_expect_eq(m->n, expected[i].last, "message %d has %zu", expected[i].message, m->n);
    }
    cr_expect_eq(memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_COMPLETE, NULL), 1);
    cr_expect_eq(memnet_count_claims(net, MESH_PROVISIONER, IMP_CLAIM_COMPLETE, NULL), 1);
    ends_agree(net);
    memnet_free(net);
}

Test(bluetooth_mesh_config, without_the_option_nothing_follows_complete)
{
    struct memnet *net = configured(SETTINGS("oob=none"));
    memnet_run_past(net, LIMIT);
    for (int m = MESH_MSG_SEGMENT_ACK; m <= MESH_MSG_NODE_RESET_STATUS; m++)
        cr_expect_eq(memnet_count_messages(net, m), 0);
    memnet_free(net);
}

Test(bluetooth_mesh_config, a_node_that_is_not_configured_has_not_completed)
{
    struct memnet *net = start(SETTINGS("oob=none", "provisioner.configure=true"));
    memnet_run(net, LIMIT);
    cr_expect(memnet_completed(net, MESH_DEVICE));
    cr_expect_not(memnet_completed(net, MESH_PROVISIONER));
    cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "configuration-timeout", NULL));
    memnet_free(net);
}

Test(bluetooth_mesh_config, completes_when_half_of_the_frames_are_lost)
{
    for (unsigned i = 0; i < 8; i++) {
        struct memnet_loss loss = {MESH_ADV, i};
        struct memnet *net =
            memnet_new(&imp_bluetooth_mesh, 7 + i, SETTINGS("oob=none", "configure=true"));
        memnet_filter_set(net, memnet_lose_half, &loss);
        memnet_start(net);
        memnet_run(net, LIMIT);
        cr_assert(memnet_complete(net), "seed %u", 7 + i);
        ends_agree(net);
        memnet_free(net);
    }
}

/* All frames that the device was sent, once more. */
static void replay(struct memnet *net, int role)
{
    size_t n = memnet_message_count(net);
    for (size_t i = 0; i < n; i++) {
        const struct memnet_message *m = memnet_message(net, i);
        uint8_t copy[MESH_AD_MAX];
        size_t size = m->n;
        if (m->message < MESH_MSG_SEGMENT_ACK || m->from == role)
            continue;
        memcpy(copy, m->bytes, size);
        memnet_inject(net, role, MESH_ADV, NULL, copy, size);
    }
    memnet_run_past(net, LIMIT + 60 * IMP_S);
}

Test(bluetooth_mesh_config, what_was_recorded_counts_no_second_time)
{
    for (int checked = 0; checked < 2; checked++) {
        struct memnet *net = configured(SETTINGS(
            "oob=none", "configure=true", checked ? "replay-check=true" : "replay-check=false"));
        size_t before = memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_ACCEPTED, NULL);
        cr_expect_eq(before, 3);
        replay(net, MESH_DEVICE);
        size_t after = memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_ACCEPTED, NULL);
        cr_expect_eq(after, checked ? before : 2 * before);
        memnet_free(net);
    }
}

static bool garble(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message >= MESH_MSG_SEGMENT_ACK)
        bytes[*n - 1] ^= 1;
    return true;
}

Test(bluetooth_mesh_config, nothing_counts_whose_mic_is_wrong)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("oob=none", "configure=true"));
    memnet_filter_set(net, garble, NULL);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect_not(memnet_completed(net, MESH_DEVICE));
    cr_expect_eq(memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_ACCEPTED, NULL), 0);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_COMPOSITION_STATUS), 0);
    memnet_free(net);
}

Test(bluetooth_mesh_config, node_reset_frees_the_node_which_is_provisioned_anew)
{
    struct memnet *net = configured(SETTINGS("oob=none", "configure=true"));
    uint8_t before[MESH_KEY], after[MESH_KEY];
    memnet_cell(net, MESH_DEVICE, MESH_CELL_NODE, before, sizeof before);
    memnet_event(net, MESH_PROVISIONER, IMP_EVENT_CONTROL, "node-reset 1");
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_NODE_RESET), 1);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_NODE_RESET_STATUS), 1);
    memnet_cell(net, MESH_DEVICE, MESH_CELL_NODE, after, sizeof after);
    cr_expect_arr_neq(before, after, MESH_KEY);
    cr_expect_eq(memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_COMPLETE, NULL), 2);
    cr_expect_eq(memnet_count_claims(net, MESH_PROVISIONER, IMP_CLAIM_COMPLETE, NULL), 1);
    memnet_free(net);
}

Test(bluetooth_mesh_config, a_node_that_lost_power_goes_on_with_its_numbers)
{
    struct memnet *net = configured(SETTINGS("oob=none", "configure=true"));
    memnet_event(net, MESH_DEVICE, IMP_EVENT_START, NULL);
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_state(net, MESH_DEVICE), MESH_D_PROVISIONED);
    replay(net, MESH_DEVICE);
    cr_expect_eq(memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_ACCEPTED, NULL), 3);
    memnet_event(net, MESH_PROVISIONER, IMP_EVENT_CONTROL, "node-reset");
    memnet_run_past(net, LIMIT + 120 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_NODE_RESET_STATUS), 1);
    memnet_free(net);
}

/* ---- the server alone
 * -----------------------------------------------------------------------------------------------
 */
static int status_of(struct mesh_server *s, const uint8_t *p, size_t n)
{
    uint8_t answer[MESH_ACCESS_MAX];
    const uint8_t *q;
    size_t m;
    int request;
    size_t k = mesh_server_answer(s, answer, &request, p, n);
    if (k == 0)
        return -1;
    mesh_opcode_read(&q, &m, answer, k);
    return m ? q[0] : 0;
}

Test(bluetooth_mesh_config, the_server_refuses_what_it_does_not_have)
{
    struct mesh_server s = {.element = 2};
    uint8_t add[20] = {0x00}, bind[8] = {0x80, 0x3d, 2, 0, 0, 0, 0x00, 0x10};
    cr_expect_eq(status_of(&s, bind, 8), MESH_INVALID_APPKEY_INDEX, "no key yet");
    add[1] = 1;
    cr_expect_eq(status_of(&s, add, 20), MESH_INVALID_NETKEY_INDEX);
    add[1] = 0;
    add[3] = 1;
    cr_expect_eq(status_of(&s, add, 20), MESH_INVALID_APPKEY_INDEX);
    add[3] = 0;
    cr_expect_eq(status_of(&s, add, 19), -1, "too short");
    cr_expect_eq(status_of(&s, add, 20), MESH_SUCCESS);
    cr_expect_eq(status_of(&s, add, 20), MESH_SUCCESS, "the same again");
    add[19] = 1;
    cr_expect_eq(status_of(&s, add, 20), MESH_INDEX_STORED);
    bind[2] = 3;
    cr_expect_eq(status_of(&s, bind, 8), MESH_INVALID_ADDRESS);
    bind[2] = 2;
    bind[7] = 0x11;
    cr_expect_eq(status_of(&s, bind, 8), MESH_INVALID_MODEL);
    bind[7] = 0x10;
    cr_expect_not(s.bound);
    cr_expect_eq(status_of(&s, bind, 8), MESH_SUCCESS);
    cr_expect(s.bound);
}
