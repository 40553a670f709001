/* SPDX-License-Identifier: GPL-2.0-only */
/* Without loss a run sends what the specification adds up to: each message's octets by its fields,
 * and the columns are their number and sum. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/runner.h"

struct message {
    const char *name;
    size_t octets;
};

#define SERVER_ID (sizeof "server@example.org" - 1)
#define DEVICE_ID (sizeof "device-1@example.org" - 1)
#define PADDED(n) (((n) + 3) / 4 * 4)

/* IEEE 802.1X-2020 11.3: version, type, length. */
#define EAPOL(body) (4 + (body))
/* RFC 3748 4.1: code, identifier, length, and type but for Success. */
#define EAP(data) (5 + (data))
#define EAP_SUCCESS 4
/* RFC 4764 5: flags and RAND_S in each; then RAND_P, MAC_P, ID_P; MAC_S, PCHANNEL; PCHANNEL, which
 * is a nonce of 4, a tag of 16 and one octet of result. */
#define PSK_1 EAP(1 + 16 + SERVER_ID)
#define PSK_2 EAP(1 + 16 + 16 + 16 + DEVICE_ID)
#define PSK_3 EAP(1 + 16 + 16 + 21)
#define PSK_4 EAP(1 + 16 + 21)
/* IEEE 802.11-2020 12.7.2: 95 octets before the key data: none, RSNE, RSNE and GTK KDE (type 1,
 * length 1, OUI and type 4, key identifier 2, key 16) padded to eights and wrapped, none. */
#define EAPOL_KEY(data) EAPOL(95 + (data))
#define RSNE 22
#define GTK_KDE 24
#define WRAPPED(n) (((n) + 7) / 8 * 8 + 8)
#define FOUR_WAY                                                                                   \
    {"EAPOL-Key 1/4", EAPOL_KEY(0)}, {"EAPOL-Key 2/4", EAPOL_KEY(RSNE)},                           \
        {"EAPOL-Key 3/4", EAPOL_KEY(WRAPPED(RSNE + GTK_KDE))},                                     \
    {                                                                                              \
        "EAPOL-Key 4/4", EAPOL_KEY(0)                                                              \
    }
/* RFC 5191 6.2 and 6.3: header 16; an AVP has 8 and its value, padded to fours. */
#define PANA(avps) (16 + (avps))
#define AVP(value) PADDED(8 + (value))
#define NUMBER AVP(4)
#define AUTH AVP(16) /* HMAC-SHA-256-128 */

static bool at_device(const json_t *entry)
{
    const char *from = json_string_value(json_object_get(entry, "from"));
    const char *to = json_string_value(json_object_get(entry, "to"));
    return strcmp(json_string_value(json_object_get(entry, "kind")), "send") == 0 &&
           (strcmp(from, "device-1") == 0 || strcmp(to, "device-1") == 0);
}

static void expect(const char *keys, const struct message *want)
{
    json_t *result = runner_run(json_loads(keys, 0, NULL));
    const json_t *entry;
    size_t i, n = 0, octets = 0;
    cr_assert(runner_completed(result));
    json_array_foreach(json_object_get(result, "trace"), i, entry)
    {
        if (!at_device(entry))
            continue;
        const char *name = json_string_value(json_object_get(entry, "message"));
        size_t size = (size_t)json_integer_value(json_object_get(entry, "n"));
        cr_assert_not_null(want[n].name, "one more than expected: %s", name);
        cr_expect_str_eq(name, want[n].name);
        cr_expect_eq(size, want[n].octets, "%s has %zu octets, not %zu", name, size,
                     want[n].octets);
        octets += want[n++].octets;
    }
    cr_assert_null(want[n].name, "%s was not sent", want[n].name);
    cr_expect_eq(runner_column(result, "messages_device"), (double)n);
    cr_expect_eq(runner_column(result, "bytes_device"), (double)octets);
    json_decref(result);
}

Test(arithmetic, eap_psk)
{
    static const struct message want[] = {
        {"EAPOL-Start", EAPOL(0)},
        {"EAP-Request/Identity", EAPOL(EAP(0))},
        {"EAP-Response/Identity", EAPOL(EAP(DEVICE_ID))},
        {"EAP-PSK 1 (T=0)", EAPOL(PSK_1)},
        {"EAP-PSK 2 (T=1)", EAPOL(PSK_2)},
        {"EAP-PSK 3 (T=2)", EAPOL(PSK_3)},
        {"EAP-PSK 4 (T=3)", EAPOL(PSK_4)},
        {"EAP-Success", EAPOL(EAP_SUCCESS)},
        FOUR_WAY,
        {NULL, 0},
    };
    expect("{\"mechanism\":\"eap-psk\"}", want);
}

Test(arithmetic, wpa2_psk)
{
    static const struct message want[] = {{"EAPOL-Start", EAPOL(0)}, FOUR_WAY, {NULL, 0}};
    expect("{\"mechanism\":\"wpa2-psk\"}", want);
}

/* EAP-PSK in AVPs: two algorithms of each kind are offered, one is taken; nonces of 16. The last
 * request has Result-Code, Success, Key-Id, Session-Lifetime and AUTH. */
Test(arithmetic, pana)
{
    static const struct message want[] = {
        {"PCI", PANA(0)},
        {"PAR[S]", PANA(4 * NUMBER)},
        {"PAN[S]", PANA(2 * NUMBER)},
        {"PAR", PANA(AVP(16) + AVP(EAP(0)))},
        {"PAN", PANA(AVP(16) + AVP(EAP(DEVICE_ID)))},
        {"PAR", PANA(AVP(PSK_1))},
        {"PAN", PANA(AVP(PSK_2))},
        {"PAR", PANA(AVP(PSK_3))},
        {"PAN", PANA(AVP(PSK_4))},
        {"PAR[C]", PANA(NUMBER + AVP(EAP_SUCCESS) + NUMBER + NUMBER + AUTH)},
        {"PAN[C]", PANA(NUMBER + AUTH)},
        {NULL, 0},
    };
    expect("{\"mechanism\":\"pana\"}", want);
}

/* Mesh Protocol 1.1: AD structure 2, NID 1, obfuscated header 6, destination 2; a control message's
 * MIC has 8 octets, another's 4. Section 3.5.2: header 1, of a segment 4; MIC of the access message
 * 4, inside the segments. */
#define NETWORK(transport) (2 + 1 + 6 + 2 + (transport) + 4)
#define CONTROL(transport) (2 + 1 + 6 + 2 + (transport) + 8)
#define WHOLE(access) NETWORK(1 + (access) + 4)
#define SEGMENT(octets) NETWORK(4 + (octets))

static bool of_configuration(const char *name)
{
    return strncmp(name, "Config ", 7) == 0 || strcmp(name, "Segment Acknowledgment") == 0;
}

static void expect_configuration(const char *plan, const struct message *want)
{
    json_t *result = runner_run(json_loads(plan, 0, NULL));
    const json_t *entry;
    size_t i, n = 0;
    cr_assert(runner_completed(result));
    json_array_foreach(json_object_get(result, "trace"), i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "message"));
        if (!at_device(entry) || !of_configuration(name))
            continue;
        cr_assert_not_null(want[n].name, "one more than expected: %s", name);
        cr_expect_str_eq(name, want[n].name);
        cr_expect_eq((size_t)json_integer_value(json_object_get(entry, "n")), want[n].octets, "%s",
                     name);
        n++;
    }
    cr_expect_null(want[n].name, "%s was not sent", want[n].name);
    json_decref(result);
}

/* The status of composition has 2 + 10 + 4 + 3 x 2 octets, with MIC 26: three segments; AppKey Add
 * has 1 + 3 + 16, with MIC 24: two. */
#define CONFIGURATION                                                                              \
    {"Config Composition Data Get", WHOLE(3)}, {"Config Composition Data Status", SEGMENT(12)},    \
        {"Config Composition Data Status", SEGMENT(12)},                                           \
        {"Config Composition Data Status", SEGMENT(2)}, {"Segment Acknowledgment", CONTROL(7)},    \
        {"Config AppKey Add", SEGMENT(12)}, {"Config AppKey Add", SEGMENT(12)},                    \
        {"Segment Acknowledgment", CONTROL(7)}, {"Config AppKey Status", WHOLE(2 + 1 + 3)},        \
        {"Config Model App Bind", WHOLE(2 + 6)},                                                   \
    {                                                                                              \
        "Config Model App Status", WHOLE(2 + 1 + 6)                                                \
    }

Test(arithmetic, configuration_of_a_mesh_node)
{
    static const struct message want[] = {CONFIGURATION, {NULL, 0}};
    expect_configuration("{\"mechanism\":\"bluetooth-mesh\",\"options\":{\"oob\":\"none\","
                         "\"configure\":\"true\"}}",
                         want);
}

/* Section 4.3.2: two keys of 16 octets in two segments each, two transitions. */
Test(arithmetic, key_refresh_of_a_mesh_node)
{
    static const struct message want[] = {
        CONFIGURATION,
        {"Config NetKey Update", SEGMENT(12)},
        {"Config NetKey Update", SEGMENT(12)},
        {"Segment Acknowledgment", CONTROL(7)},
        {"Config NetKey Status", WHOLE(2 + 1 + 2)},
        {"Config AppKey Update", SEGMENT(12)},
        {"Config AppKey Update", SEGMENT(12)},
        {"Segment Acknowledgment", CONTROL(7)},
        {"Config AppKey Status", WHOLE(2 + 1 + 3)},
        {"Config Key Refresh Phase Set", WHOLE(2 + 2 + 1)},
        {"Config Key Refresh Phase Status", WHOLE(2 + 1 + 2 + 1)},
        {"Config Key Refresh Phase Set", WHOLE(2 + 2 + 1)},
        {"Config Key Refresh Phase Status", WHOLE(2 + 1 + 2 + 1)},
        {NULL, 0},
    };
    expect_configuration("{\"mechanism\":\"bluetooth-mesh\",\"options\":{\"oob\":\"none\","
                         "\"configure\":\"true\"},\"timeline\":[{\"at_s\":60,"
                         "\"role\":\"provisioner\",\"event\":\"key-refresh\"}]}",
                         want);
}

/* Core 5.3 volume 3 part F 3.4, Mesh Protocol 1.1 5.2.2 and 6.3: with the least ATT_MTU of 23
 * octets, opcode 1 and handle 2, a segment has a header of 1 and 19 octets of the provisioning PDU.
 */
#define PROXY(octets) (1 + 2 + 1 + (octets))
/* The first: flags, service, service data. */
#define GATT_BEGINS                                                                                \
    {"ADV_IND", 3 + 4 + 2 + 2 + 16 + 2}, {"ATT_EXCHANGE_MTU_REQ", 1 + 2},                          \
        {"ATT_EXCHANGE_MTU_RSP", 1 + 2}, {"ATT_READ_BY_TYPE_REQ", 1 + 2 + 2 + 2},                  \
        {"ATT_READ_BY_TYPE_RSP", 1 + 1 + 2 * (2 + 1 + 2 + 2)}, {"ATT_WRITE_REQ", 1 + 2 + 2},       \
        {"ATT_WRITE_RSP", 1}, {"Invite", PROXY(2)}, {"Capabilities", PROXY(12)},                   \
    {                                                                                              \
        "Start", PROXY(6)                                                                          \
    }
#define PUBLIC_KEY                                                                                 \
    {"Public Key", PROXY(19)}, {"Public Key", PROXY(19)}, {"Public Key", PROXY(19)},               \
    {                                                                                              \
        "Public Key", PROXY(65 - 3 * 19)                                                           \
    }

Test(arithmetic, mesh_provisioning_over_gatt)
{
    static const struct message want[] = {
        GATT_BEGINS,
        PUBLIC_KEY,
        PUBLIC_KEY,
        {"Confirmation", PROXY(17)},
        {"Confirmation", PROXY(17)},
        {"Random", PROXY(17)},
        {"Random", PROXY(17)},
        {"Data", PROXY(19)},
        {"Data", PROXY(34 - 19)},
        {"Complete", PROXY(1)},
        {"LL_TERMINATE_IND", 1 + 1},
        {NULL, 0},
    };
    expect("{\"mechanism\":\"bluetooth-mesh\",\"options\":{\"oob\":\"none\","
           "\"algorithms\":\"cmac\",\"bearer\":\"pb-gatt\"}}",
           want);
}

/* ATT_MTU 100 at the device and 185 at the provisioner: the smaller is used, and no PDU needs
 * segments; the link layer sends each in one data PDU of its own that is long enough. */
Test(arithmetic, mesh_provisioning_over_gatt_with_a_larger_mtu)
{
    static const struct message want[] = {
        GATT_BEGINS,
        {"Public Key", PROXY(65)},
        {"Public Key", PROXY(65)},
        {"Confirmation", PROXY(17)},
        {"Confirmation", PROXY(17)},
        {"Random", PROXY(17)},
        {"Random", PROXY(17)},
        {"Data", PROXY(34)},
        {"Complete", PROXY(1)},
        {"LL_TERMINATE_IND", 1 + 1},
        {NULL, 0},
    };
    expect("{\"mechanism\":\"bluetooth-mesh\",\"radio\":{\"mtu\":185,\"pdu\":251},\"options\":{"
           "\"oob\":\"none\",\"algorithms\":\"cmac\",\"bearer\":\"pb-gatt\","
           "\"device\":{\"att-mtu\":\"100\"},\"provisioner\":{\"att-mtu\":\"185\"}}}",
           want);
}

/* LoRaWAN 1.0.4, 6.2: MHDR, JoinEUI, DevEUI, DevNonce, MIC; MHDR, JoinNonce, NetID, DevAddr,
 * DLSettings, RxDelay, MIC. On this medium a frame is a message. */
Test(arithmetic, lorawan)
{
    json_t *result = runner_run(json_loads("{\"mechanism\":\"lorawan-otaa\"}", 0, NULL));
    const json_t *entry;
    size_t i, found = 0;
    json_array_foreach(json_object_get(result, "trace"), i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "message"));
        json_int_t n = json_integer_value(json_object_get(entry, "n"));
        if (!at_device(entry))
            continue;
        if (strcmp(name, "Join-request") == 0 && ++found)
            cr_expect_eq(n, 1 + 8 + 8 + 2 + 4);
        else if (strcmp(name, "Join-accept") == 0 && ++found)
            cr_expect_eq(n, 1 + 3 + 3 + 4 + 1 + 1 + 4);
    }
    cr_expect_eq(found, 2);
    cr_expect_eq(runner_column(result, "bytes_air"), runner_column(result, "bytes_device"));
    cr_expect_eq(runner_column(result, "frames_air"), runner_column(result, "messages_device"));
    json_decref(result);
}
