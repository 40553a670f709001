/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs over memnet: every method with both algorithms, messages and sizes, loss, refusals. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (600 * IMP_S)
extern const struct imp_mechanism imp_bluetooth_mesh;

static int number = MESH_MSG_OUTPUT;

TestSuite(bluetooth_mesh_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

static void ends_agree(const struct memnet *net, const char *what)
{
    static const char *const secrets[] = {"SessionKey", "DevKey", "NetKey"};
    for (int i = 0; i < 3; i++) {
        const struct imp_claim *a =
            memnet_last(net, MESH_DEVICE, IMP_CLAIM_SECRET, secrets[i], NULL);
        const struct imp_claim *b =
            memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_SECRET, secrets[i], NULL);
        cr_assert(a && b, "%s of %s", secrets[i], what);
        cr_expect_arr_eq(a->data, b->data, MESH_KEY, "%s of %s", secrets[i], what);
        cr_expect_arr_eq(a->sid, b->sid, MESH_KEY, "%s", what);
    }
    const struct imp_claim *a = memnet_last(net, MESH_DEVICE, IMP_CLAIM_COMMIT, NULL, NULL);
    const struct imp_claim *b = memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_COMMIT, NULL, NULL);
    cr_expect_arr_eq(a->data, b->data, a->data_n, "%s", what);
}

Test(bluetooth_mesh_run, every_method_with_both_algorithms_and_both_ways_of_the_public_key)
{
    static const char *const methods[] = {"oob=none", "oob=static", "oob=output", "oob=input"};
    static const char *const algorithms[] = {"algorithms=cmac", "algorithms=hmac",
                                             "algorithms=both"};
    static const char *const keys[] = {"public-key=in-band", "public-key=oob"};
    for (int m = 0; m < 4; m++)
        for (int a = 0; a < 3; a++)
            for (int k = 0; k < 2; k++) {
                struct memnet *net = run_with(SETTINGS(methods[m], algorithms[a], keys[k]));
                cr_assert(memnet_complete(net), "%s %s %s", methods[m], algorithms[a], keys[k]);
                ends_agree(net, methods[m]);
                size_t wanted = k ? 3 : 6; /* segments of one public key or of two */
                cr_expect_eq(memnet_count_messages(net, MESH_MSG_PUBLIC_KEY), wanted);
                cr_expect_eq(memnet_last_message(net, MESH_MSG_CONFIRMATION)->n,
                             a ? 2 + 6 + 13 : 2 + 9 + 17);
                memnet_free(net);
            }
}

/* Octets of each AD structure: 2, PB-ADV 5, generic 1 or 4, data. */
Test(bluetooth_mesh_run, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t n;
    } expected[] = {
        {MESH_MSG_BEACON, 21},       {MESH_MSG_OPEN, 24},         {MESH_MSG_LINK_ACK, 8},
        {MESH_MSG_INVITE, 13},       {MESH_MSG_CAPABILITIES, 23}, {MESH_MSG_START, 17},
        {MESH_MSG_CONFIRMATION, 28}, {MESH_MSG_RANDOM, 28},       {MESH_MSG_COMPLETE, 12},
        {MESH_MSG_CLOSE, 9},         {MESH_MSG_ACK, 8},
    };
    struct memnet *net = run_with(SETTINGS("oob=none", "algorithms=cmac"));
    cr_assert(memnet_complete(net));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct memnet_message *m = memnet_last_message(net, expected[i].message);
        cr_assert(m, "message %d", expected[i].message);
        cr_expect_eq(m->n, expected[i].n, "message %d", expected[i].message);
    }
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_DATA), 2);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_CONFIRMATION), 2);
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_OUTPUT), 0);
    memnet_free(net);
}

Test(bluetooth_mesh_run, the_stronger_algorithm_is_chosen_where_both_have_it)
{
    struct memnet *net = run_with(SETTINGS("oob=none"));
    const struct memnet_message *m = memnet_last_message(net, MESH_MSG_START);
    cr_expect_eq(m->bytes[12], MESH_HMAC);
    memnet_free(net);
    net = run_with(SETTINGS("oob=none", "device.algorithms=cmac"));
    m = memnet_last_message(net, MESH_MSG_START);
    cr_expect_eq(m->bytes[12], MESH_CMAC);
    memnet_free(net);
}

Test(bluetooth_mesh_run, a_provisioner_that_insists_does_not_fall_back)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("device.oob=none"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_not(memnet_completed(net, MESH_PROVISIONER));
    cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "capabilities", NULL));
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_START), 0);
    memnet_free(net);
}

Test(bluetooth_mesh_run, completes_when_half_of_the_frames_are_lost)
{
    struct memnet_loss loss = {MESH_ADV, 1};
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, NULL);
    memnet_filter_set(net, memnet_lose_half, &loss);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    ends_agree(net, "lossy run");
    memnet_free(net);
}

/* A frame that is heard three times changes nothing. */
Test(bluetooth_mesh_run, repeated_frames_are_answered_once)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("oob=none"));
    memnet_start(net);
    memnet_run(net, LIMIT);
    const struct memnet_message *m = memnet_last_message(net, MESH_MSG_DATA);
    size_t acks = memnet_count_messages(net, MESH_MSG_ACK), all = memnet_message_count(net);
    uint8_t copy[MESH_AD_MAX];
    size_t n = m->n;
    memcpy(copy, m->bytes, n);
    for (int i = 0; i < 3; i++)
        memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, copy, n);
    memnet_run_past(net, LIMIT + IMP_S);
    cr_expect_eq(memnet_count_claims(net, MESH_DEVICE, IMP_CLAIM_COMPLETE, NULL), 1);
    cr_expect_leq(memnet_count_messages(net, MESH_MSG_ACK), acks + 1);
    cr_expect_leq(memnet_message_count(net), all + 2);
    memnet_free(net);
}

static struct memnet *mistyped(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, settings);
    memnet_filter_set(net, memnet_wrong_digit, &number);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    return net;
}

Test(bluetooth_mesh_run, a_mistyped_number_fails_at_the_device)
{
    for (int i = 0; i < 2; i++) {
        struct memnet *net = mistyped(SETTINGS(i ? "algorithms=cmac" : "algorithms=hmac"));
        cr_expect_not(memnet_completed(net, MESH_DEVICE));
        cr_expect(memnet_last(net, MESH_DEVICE, IMP_CLAIM_REJECT, "confirmation", NULL));
        cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "failed-by-device", NULL));
        cr_expect_gt(memnet_count_messages(net, MESH_MSG_OUTPUT), 1, "a new number");
        memnet_free(net);
    }
}

Test(bluetooth_mesh_run, without_its_check_the_device_goes_on_and_the_provisioner_does_not)
{
    struct memnet *net = mistyped(SETTINGS("device!no-provisioner-confirmation-check"));
    cr_expect_not(memnet_last(net, MESH_DEVICE, IMP_CLAIM_REJECT, "confirmation", NULL));
    cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "confirmation", NULL));
    memnet_free(net);
    net = mistyped(SETTINGS("device!no-provisioner-confirmation-check",
                            "provisioner!no-device-confirmation-check"));
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* Who answers with what he was given: the confirmation of the provisioner itself. */
static bool reflect(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    uint8_t(*kept)[MESH_AD_MAX] = arg;
    (void)cap;
    int which = m->message == MESH_MSG_CONFIRMATION ? 0 : m->message == MESH_MSG_RANDOM ? 1 : -1;
    if (which < 0)
        return true;
    if (m->from == MESH_PROVISIONER) {
        memcpy(kept[which], bytes, *n);
    } else {
        uint8_t transaction = bytes[6];
        memcpy(bytes, kept[which], *n);
        bytes[6] = transaction;
    }
    return true;
}

static size_t commits_reflected(const char *flaw, const char *method)
{
    uint8_t kept[2][MESH_AD_MAX] = {{0}};
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7,
                                    (const char *const[]){"algorithms=cmac", method, flaw, NULL});
    memnet_filter_set(net, reflect, kept);
    memnet_start(net);
    memnet_run(net, 50 * IMP_S);
    size_t n = memnet_count_claims(net, MESH_PROVISIONER, IMP_CLAIM_COMMIT, NULL);
    if (!flaw)
        cr_expect(
            memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "reflected-confirmation", NULL));
    memnet_free(net);
    return n;
}

Test(bluetooth_mesh_run, a_reflected_confirmation_is_refused)
{
    cr_expect_eq(commits_reflected(NULL, "oob=static"), 0);
    cr_expect_gt(commits_reflected("provisioner!accept-reflection", "oob=static"), 0);
}

Test(bluetooth_mesh_run, a_reset_device_is_provisioned_anew)
{
    struct memnet *net = run_with(NULL);
    uint8_t before[MESH_KEY], after[MESH_KEY];
    cr_assert_gt(memnet_cell(net, MESH_DEVICE, MESH_CELL_NODE, before, sizeof before), 0);
    memnet_event(net, MESH_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, LIMIT);
    cr_assert_gt(memnet_cell(net, MESH_DEVICE, MESH_CELL_NODE, after, sizeof after), 0);
    cr_expect_arr_neq(before, after, MESH_KEY);
    cr_expect_eq(memnet_count_claims(net, MESH_PROVISIONER, IMP_CLAIM_COMPLETE, NULL), 1);
    memnet_free(net);
}

/* ---- other actions than numbers
 * -----------------------------------------------------------------------------------------------
 */
struct action {
    const char *oob, *setting;
    uint8_t value, size; /* in Start */
    int message;
};

static const struct action actions[] = {
    {"oob=output", "output-action=blink", 0, 1, MESH_MSG_OUTPUT},
    {"oob=output", "output-action=beep", 1, 1, MESH_MSG_OUTPUT},
    {"oob=output", "output-action=vibrate", 2, 1, MESH_MSG_OUTPUT},
    {"oob=output", "output-action=numeric", 3, 6, MESH_MSG_OUTPUT},
    {"oob=output", "output-action=alphanumeric", 4, 4, MESH_MSG_OUTPUT},
    {"oob=input", "input-action=push", 0, 1, MESH_MSG_INPUT},
    {"oob=input", "input-action=twist", 1, 1, MESH_MSG_INPUT},
    {"oob=input", "input-action=numeric", 2, 6, MESH_MSG_INPUT},
    {"oob=input", "input-action=alphanumeric", 3, 4, MESH_MSG_INPUT},
};

Test(bluetooth_mesh_run, every_action_with_both_algorithms)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        for (int cmac = 0; cmac < 2; cmac++) {
            const struct action *a = &actions[i];
            struct memnet *net = run_with(
                SETTINGS(a->oob, a->setting, cmac ? "algorithms=cmac" : "algorithms=hmac"));
            cr_assert(memnet_complete(net), "%s", a->setting);
            ends_agree(net, a->setting);
            const struct memnet_message *m = memnet_last_message(net, MESH_MSG_START);
            cr_expect_eq(m->bytes[15], a->value, "%s", a->setting);
            cr_expect_eq(m->bytes[16], a->size, "%s", a->setting);
            cr_expect_eq(memnet_last_message(net, a->message)->n, a->size, "%s", a->setting);
            memnet_free(net);
        }
}

/* A pulse and its pause last a second; pushing has ended after five seconds of nothing. */
Test(bluetooth_mesh_run, pulses_take_their_time)
{
    struct memnet *net = run_with(SETTINGS("oob=output", "output-action=blink"));
    const struct memnet_message *key = memnet_last_message(net, MESH_MSG_PUBLIC_KEY);
    const struct memnet_message *shown = memnet_last_message(net, MESH_MSG_OUTPUT);
    cr_expect_eq((shown->at - key->at) / IMP_S, shown->bytes[0] - '0');
    memnet_free(net);
    net = run_with(SETTINGS("oob=input", "input-action=push"));
    shown = memnet_last_message(net, MESH_MSG_INPUT);
    imp_time user = IMP_S; /* memnet's */
    const struct memnet_message *done = memnet_last_message(net, MESH_MSG_INPUT_COMPLETE);
    cr_expect_eq((done->at - shown->at - user) / IMP_S, shown->bytes[0] - '0' + 5);
    memnet_free(net);
}

Test(bluetooth_mesh_run, a_device_without_the_action_is_refused)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("device.output-action=beep"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "capabilities", NULL));
    cr_expect_not(memnet_completed(net, MESH_DEVICE));
    memnet_free(net);
}

Test(bluetooth_mesh_run, letters_are_searched_as_numbers_are)
{
    static const char word[] = "0K2";
    struct mesh_action a = {.value = 4, .size = 3, .text = true};
    struct mesh_keys k = {.algorithm = MESH_CMAC};
    uint8_t random[16] = {3}, committed[MESH_WIDTH_MAX];
    mesh_oob_auth(&k, a, word);
    cr_expect_arr_eq(k.auth, word, 4, "ASCII, on the left, zeros behind");
    mesh_confirm(NULL, &k, random, committed);
    memset(k.auth, 0, sizeof k.auth);
    cr_expect(mesh_oob_search(&k, a, committed, random));
    cr_expect_arr_eq(k.auth, word, 4);
    committed[0] ^= 1;
    cr_expect_not(mesh_oob_search(&k, a, committed, random));
    cr_expect_not(mesh_oob_plausible(a, (const uint8_t *)"a1", 2), "small letters");
    cr_expect_not(mesh_oob_plausible((struct mesh_action){.size = 6}, (const uint8_t *)"A1", 2));
}

/* Section 3.10.2: the first octets of s1 of the URI; a provisioner takes both beacons. */
Test(bluetooth_mesh_run, a_beacon_may_carry_the_hash_of_a_uri)
{
    static const char uri[] = "https://example.org/lamp";
    struct memnet *net = run_with(SETTINGS("oob=none", "device.uri=https://example.org/lamp"));
    const struct memnet_message *m = memnet_last_message(net, MESH_MSG_BEACON);
    uint8_t hash[16];
    mesh_s1(NULL, hash, &IMP_PIECE(uri, sizeof uri - 1), 1);
    cr_assert(memnet_complete(net));
    cr_assert_eq(m->n, 21 + MESH_URI_HASH);
    cr_expect_eq(m->bytes[0], 20 + MESH_URI_HASH);
    cr_expect_arr_eq(m->bytes + 21, hash, MESH_URI_HASH);
    memnet_free(net);
}

/* Puts an octet into the first provisioning data that are sent, and seals them again. */
struct spoil {
    struct memnet *net;
    size_t at;
    uint8_t octet;
    bool done;
};

static bool spoil_data(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    enum { BEFORE = 1 + 2 + 1 + 1 }; /* opcode, handle, Proxy header, type */
    struct spoil *s = arg;
    const struct mesh_node *d = memnet_env(s->net, MESH_DEVICE)->ctx;
    uint8_t data[MESH_DATA];
    (void)cap;
    if (m->message != MESH_MSG_DATA || s->done)
        return true;
    cr_assert_eq(*n, BEFORE + MESH_DATA + MESH_MIC);
    cr_assert_eq(imp_aes_ccm_open(NULL, data, d->x.keys.session, d->x.keys.nonce, MESH_NONCE, NULL,
                                  0, bytes + BEFORE, MESH_DATA + MESH_MIC, MESH_MIC),
                 0);
    data[s->at] = s->octet;
    imp_aes_ccm_seal(NULL, bytes + BEFORE, d->x.keys.session, d->x.keys.nonce, MESH_NONCE, NULL, 0,
                     data, MESH_DATA, MESH_MIC);
    s->done = true;
    return true;
}

/* Section 5.4.1.10: what opens must also be of use. In the next attempt it is. */
Test(bluetooth_mesh_run, provisioning_data_of_no_use_are_refused)
{
    static const struct {
        size_t at;
        uint8_t octet;
        enum mesh_error error;
    } cases[] = {{23, 0x80, MESH_CANNOT_ASSIGN}, /* 8002 is a virtual address */
                 {24, 0, MESH_CANNOT_ASSIGN},
                 {16, 0x10, MESH_INVALID_DATA}, /* NetKey Index 1000 */
                 {18, 4, MESH_INVALID_DATA}};   /* a flag for future use */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spoil s = {.at = cases[i].at, .octet = cases[i].octet};
        s.net = memnet_new(&imp_bluetooth_mesh, 1,
                           SETTINGS("oob=none", "bearer=pb-gatt", "att-mtu=100"));
        memnet_filter_set(s.net, spoil_data, &s);
        memnet_start(s.net);
        memnet_run(s.net, LIMIT);
        const struct memnet_message *m = memnet_last_message(s.net, MESH_MSG_FAILED);
        cr_assert_not_null(m, "%zu", i);
        cr_expect_eq(m->bytes[m->n - 1], cases[i].error, "%zu", i);
        cr_expect_eq(memnet_count_messages(s.net, MESH_MSG_FAILED), 1);
        cr_expect_eq(memnet_count_claims(s.net, MESH_DEVICE, IMP_CLAIM_COMMIT, NULL), 1);
        cr_expect(memnet_complete(s.net));
        memnet_free(s.net);
    }
}
