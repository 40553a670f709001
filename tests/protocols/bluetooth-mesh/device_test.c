/* SPDX-License-Identifier: GPL-2.0-only */
/* The device before a provisioner that is made of frames: what it accepts of Start and public keys,
 * and how it closes a link. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_bluetooth_mesh;

TestSuite(bluetooth_mesh_device, .init = imp_crypto_init);

static const uint8_t link_id[MESH_LINK_ID] = {1, 2, 3, 4};

static bool silent_provisioner(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                               size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->from != MESH_PROVISIONER;
}

static void pass(struct memnet *net)
{
    static imp_time now;
    now = now < 5 * IMP_S ? 5 * IMP_S : now;
    memnet_run_past(net, now += 10 * IMP_MS);
}

/* The latest frame of the device, acknowledged if it is part of a PDU. */
static void acknowledge(struct memnet *net)
{
    uint8_t frame[MESH_AD_MAX];
    struct mesh_generic got = {.kind = MESH_GP_CONTROL};
    for (size_t i = memnet_message_count(net); i-- > 0;) {
        const struct memnet_message *m = memnet_message(net, i);
        bool pdu = m->from == MESH_DEVICE && m->channel == MESH_ADV &&
                   mesh_generic_read(&got, m->bytes, m->n) == 0 &&
                   (got.kind == MESH_GP_START || got.kind == MESH_GP_CONTINUE);
        if (pdu)
            break;
        got.kind = MESH_GP_CONTROL;
    }
    if (got.kind == MESH_GP_CONTROL)
        return;
    struct mesh_generic ack = {.kind = MESH_GP_ACK, .transaction = got.transaction};
    memcpy(ack.link, link_id, sizeof link_id);
    memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, frame, mesh_generic_write(frame, &ack));
    pass(net);
}

static void send(struct memnet *net, const void *pdu, size_t n)
{
    static uint8_t transaction;
    uint8_t frame[MESH_AD_MAX];
    size_t size;
    for (unsigned i = 0; (size = mesh_segment(frame, link_id, transaction, pdu, n, i)) > 0; i++)
        memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, frame, size);
    transaction = (transaction + 1) & 0x7f;
    pass(net);
    acknowledge(net);
}

/* The link is open and the device has been invited. */
static struct memnet *invited(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, settings);
    uint8_t uuid[MESH_UUID], frame[MESH_AD_MAX];
    memnet_filter_set(net, silent_provisioner, NULL);
    memnet_start(net);
    pass(net);
    memnet_cell(net, MESH_DEVICE, MESH_CELL_UUID, uuid, sizeof uuid);
    struct mesh_generic g = {
        .kind = MESH_GP_CONTROL, .number = MESH_LINK_OPEN, .data = uuid, .n = sizeof uuid};
    memcpy(g.link, link_id, sizeof link_id);
    memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, frame, mesh_generic_write(frame, &g));
    pass(net);
    cr_assert_eq(memnet_state(net, MESH_DEVICE), MESH_D_INVITE);
    send(net, (const uint8_t[]){MESH_INVITE, 0}, 2);
    cr_assert_eq(memnet_state(net, MESH_DEVICE), MESH_D_START);
    return net;
}

static void expect_failed(const struct memnet *net, enum mesh_error error, const char *what)
{
    const struct memnet_message *m = memnet_last_message(net, MESH_MSG_FAILED);
    cr_assert(m, "%s", what);
    cr_expect_eq(m->bytes[m->n - 1], error, "%s", what);
    cr_expect_eq(memnet_state(net, MESH_DEVICE), MESH_D_FAILED, "%s", what);
}

/* ---- Start
 * ------------------------------------------------------------------------------------------ */
static void start_with(const char *least, uint8_t size, bool accepted)
{
    struct memnet *net = invited(SETTINGS("oob=output", "digits=8", least));
    send(net, (const uint8_t[]){MESH_START, MESH_HMAC, 0, MESH_OOB_OUTPUT, 3, size}, 6);
    if (accepted)
        cr_expect_eq(memnet_state(net, MESH_DEVICE), MESH_D_PUBLIC_KEY, "%s, %u", least, size);
    else
        expect_failed(net, MESH_INVALID_FORMAT, least);
    memnet_free(net);
}

Test(bluetooth_mesh_device, a_shorter_number_is_accepted_down_to_its_own_bound)
{
    start_with(NULL, 8, true);
    start_with(NULL, 7, false);
    start_with("least-digits=4", 8, true);
    start_with("least-digits=4", 4, true);
    start_with("least-digits=4", 3, false);
    start_with("least-digits=4", 9, false);
    start_with("least-digits=1", 0, false);
}

Test(bluetooth_mesh_device, what_it_shows_is_as_long_as_the_provisioner_wants)
{
    static const char *const methods[] = {"oob=output", "oob=input"};
    static const int shown[] = {MESH_MSG_OUTPUT, MESH_MSG_INPUT};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7,
                                        SETTINGS(methods[i], "device.digits=8",
                                                 "provisioner.digits=5", "device.least-digits=4"));
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        cr_expect(memnet_complete(net), "%s", methods[i]);
        cr_expect_eq(memnet_last_message(net, shown[i])->n, 5, "%s", methods[i]);
        memnet_free(net);
    }
}

/* ---- public keys
 * ------------------------------------------------------------------------------------ */
Test(bluetooth_mesh_device, its_own_public_key_is_no_provisioners)
{
    uint8_t secret[32], pdu[1 + MESH_PUBLIC] = {MESH_PUBLIC_KEY};
    for (int other = 0; other < 2; other++) {
        struct memnet *net = invited(SETTINGS("oob=none", "public-key=oob"));
        cr_assert_eq(memnet_cell(net, MESH_DEVICE, MESH_CELL_PRIVATE, secret, sizeof secret), 32);
        secret[31] ^= (uint8_t)other;
        cr_assert_eq(imp_p256_public(NULL, pdu + 1, secret), 0);
        send(net, (const uint8_t[]){MESH_START, MESH_HMAC, 1, MESH_OOB_NONE, 0, 0}, 6);
        send(net, pdu, sizeof pdu);
        if (other)
            cr_expect_eq(memnet_state(net, MESH_DEVICE), MESH_D_CONFIRMATION);
        else
            expect_failed(net, MESH_INVALID_FORMAT, "its own key");
        memnet_free(net);
    }
}

/* ---- links
 * ------------------------------------------------------------------------------------------ */
/* Section 5.3.1.4.3: at least three times. */
Test(bluetooth_mesh_device, a_silent_link_is_closed_with_three_frames)
{
    struct memnet *net = invited(SETTINGS("oob=none"));
    memnet_run_past(net, 100 * IMP_S);
    size_t closes = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->from != MESH_DEVICE || m->message != MESH_MSG_CLOSE)
            continue;
        closes++;
        cr_expect_eq(m->bytes[m->n - 1], MESH_CLOSE_TIMED_OUT);
    }
    cr_expect_eq(closes, 3);
    memnet_free(net);
}
