/* SPDX-License-Identifier: GPL-2.0-only */
/* What the survey's words promise and what they do not, each with its reason. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/runner.h"

struct expectation {
    const char *mechanism, *adversary, *options; /* options as JSON */
    const char *g0, *g1, *g3, *g5;               /* NULL: not looked at */
    const char *because;
};

static const struct expectation expectations[] = {
    {"eap-psk", "none", "{}", "holds", "holds", "holds", "holds", "nobody interferes"},
    {"eap-psk", "passive", "{}", "holds", "holds", "holds", "holds",
     "session keys come from a key that never travels"},
    {"eap-psk", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "without the PSK neither MAC_P nor MAC_S can be made; only denial of service is left"},
    {"eap-psk", "first-contact", "{}", NULL, "holds", "holds", "holds",
     "there is no first contact to win: the key was there before"},
    {"eap-psk", "late-comer", "{}", "holds", "holds", "holds", "holds",
     "an installed association is not given up for a stranger's"},
    {"coap-eap", "passive", "{}", "holds", "holds", "holds", "holds",
     "the OSCORE context comes of the MSK, and that of a key that never travels"},
    {"coap-eap", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "CoAP is unprotected before the MSK is there, but the key is out of reach"},
    {"coap-eap", "late-comer", "{}", "holds", "holds", "holds", "holds",
     "a trigger by a stranger leaves the context that is there"},
    {"coap-eap", "dolev-yao-backend", "{\"eap-server\":\"radius\"}", "broken", "holds", "holds",
     "holds", "no forged Access-Accept has the Response Authenticator"},
    {"pana", "dolev-yao-backend", "{\"eap-server\":\"radius\"}", "broken", "holds", "holds",
     "holds", "no forged Access-Accept has the Response Authenticator"},
    {"pana-lowpan", "dolev-yao-backend", "{\"eap-server\":\"radius\"}", "broken", "holds", "holds",
     "holds", "no forged Access-Accept has the Response Authenticator"},
    {"zigbee-ip", "dolev-yao-backend", "{\"eap-server\":\"radius\"}", "broken", "holds", "holds",
     "holds", "no forged Access-Accept has the Response Authenticator"},
    {"pana", "passive", "{}", "holds", "holds", "holds", "holds",
     "PANA_AUTH_KEY comes of the MSK, and that of a key that never travels"},
    {"pana", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "EAP authenticates both ends; only denial of service is left"},
    {"pana", "late-comer", "{}", "holds", "holds", "holds", "holds",
     "neither PCI nor PTR without AUTH ends a session"},
    {"eap-noob", "none", "{}", "holds", "holds", "holds", "holds", "nobody interferes"},
    {"eap-noob", "passive", "{}", "holds", "holds", "holds", "holds",
     "an eavesdropper has neither ECDH secret"},
    {"eap-noob", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "Hoob authenticates the key exchange over a channel that the adversary does not have"},
    {"eap-noob", "dolev-yao-oob", "{}", NULL, "broken", "broken", "broken",
     "who reads and writes the out-of-band channel is the user's choice of server and device"},
    {"eap-noob", "late-comer", "{}", "holds", "holds", "holds", "holds",
     "registered peers leave their state by a user's reset only"},
    {"duckling", "none", "{}", "holds", "holds", "holds", "holds", "nobody interferes"},
    {"duckling", "passive", "{\"key-transport\":\"clear\"}", "holds", "broken", "holds", "holds",
     "the key travels in clear: this is the leap"},
    {"duckling", "passive", "{\"key-transport\":\"x25519\"}", "holds", "holds", "holds", "holds",
     "an eavesdropper cannot compute the shared X25519 secret"},
    {"duckling", "first-contact", "{}", NULL, "broken", "broken", "broken",
     "the duckling follows the first thing that calls itself mother"},
    {"duckling", "late-comer", "{}", "holds", "holds", "holds", "holds",
     "an imprinted duckling answers 4.09 to strangers"},
    {"duckling", "first-contact", "{\"cage\":\"true\"}", "holds", "holds", "holds", "holds",
     "nobody else is inside the Faraday cage"},
    {"dtls-rpk", "none", "{}", "holds", "holds", "holds", "holds", "nobody interferes"},
    {"dtls-rpk", "passive", "{}", "holds", "holds", "holds", "holds", "ECDHE is ephemeral"},
    {"dtls-rpk", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "both ends know the other's key from the out-of-band channel"},
    {"dtls-rpk", "dolev-yao", "{\"pin\":\"none\",\"acl\":\"any\"}", NULL, "broken", "broken",
     "broken", "a key that nobody compares authenticates nobody"},
    {"wpa2-psk", "passive", "{}", "holds", "holds", "holds", "holds",
     "the passphrase never travels on the link"},
    {"wpa2-psk", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "without the passphrase no MIC can be made"},
    {"tls-psk", "passive", "{}", "holds", "holds", "holds", "holds",
     "session keys need the pre-shared key"},
    {"tls-psk", "dolev-yao", "{\"secret\":\"default\"}", NULL, "broken", "broken", NULL,
     "the manual tells everybody the secret"},
    {"ssh-tofu", "first-contact", "{}", NULL, "broken", NULL, "broken",
     "the first host key met is kept"},
    {"ssh-tofu", "late-comer", "{\"authorized-keys\":\"installed\"}", "holds", "holds", "holds",
     "holds", "the kept key is compared"},
    {"ssh-tofu", "late-comer", "{}", NULL, "broken", "broken", "broken",
     "the server serves strangers"},
    {"ssh-tofu", "late-comer", "{\"device-is\":\"server\"}", "holds", "holds", "holds", "holds",
     "both ends compare the key that they keep"},
    {"bluetooth-mesh", "passive", "{\"oob\":\"none\"}", "holds", "holds", "holds", "holds",
     "an eavesdropper lacks the ECDH secret"},
    {"bluetooth-mesh", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "AuthValue is part of the HMAC's key"},
    {"bluetooth-mesh", "dolev-yao", "{\"algorithms\":\"cmac\"}", NULL, "broken", "broken", NULL,
     "the commitment of a CMAC is opened to fit the number that was found"},
    {"lwm2m-bootstrap", "passive", "{}", "holds", "holds", "holds", "holds",
     "the key of the server is written inside DTLS"},
    {"lwm2m-bootstrap", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "without the factory key no Finished can be made"},
    {"lwm2m-bootstrap", "dolev-yao", "{\"bootstrap-security\":\"nosec\"}", NULL, "broken", "broken",
     "broken", "in clear anybody may write the account of another server"},
    {"lwm2m-bootstrap", "dolev-yao", "{\"bootstrap-security\":\"oscore\"}", NULL, "holds", "holds",
     "holds", "what does not prove the Master Secret is refused, or ignored"},
    {"lwm2m-bootstrap", "late-comer",
     "{\"bootstrap-security\":\"nosec\",\"version\":\"1.0\",\"server-initiated-push\":true}", NULL,
     "broken", "broken", "broken",
     "who takes writes unasked is written to by anybody, at any time"},
    {"zwave-s2", "none", "{}", "holds", "holds", "holds", "holds", "nobody interferes"},
    {"zwave-s2", "none", "{\"inclusion\":\"smart-start\"}", "holds", "holds", "holds", "holds",
     "the controller has the DSK on its list"},
    {"zwave-s2", "dolev-yao", "{\"inclusion\":\"smart-start\"}", "broken", "holds", "holds",
     "holds", "the node takes no class that it did not request"},
    {"zwave-s2", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "the temporary key needs the octets that the user types"},
    {"lorawan-otaa", "none", "{}", "holds", "holds", "holds", "holds", "nobody interferes"},
    {"pana-lowpan", "passive", "{}", "holds", "holds", "holds", "holds",
     "the key travels under a key of the association"},
    {"pana-lowpan", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "without the node's key nobody gets the network's; only denial of service is left"},
    {"pana-lowpan", "malicious-proxy", "{}", NULL, "holds", "holds", "holds",
     "EAP goes from end to end through the relay"},
    {"zigbee-ip", "passive", "{}", "holds", "holds", "holds", "holds",
     "the network key travels under a key that comes of ECDH"},
    {"zigbee-ip", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "without a certificate nobody gets the network key; only denial of service is left"},
    {"lorawan-otaa", "passive", "{\"version\":\"1.0.4\"}", "holds", "holds", "holds", "holds",
     "root keys never travel"},
    {"lorawan-otaa", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "neither MIC can be made without the root keys"},
    {"lorawan-otaa", "malicious-proxy", "{\"js-kek\":false}", NULL, "broken", NULL, NULL,
     "AppSKey passes through the network server in clear"},
    {"lorawan-otaa", "malicious-proxy", "{\"js-kek\":false,\"appskey-via-ns\":false}", "holds",
     "holds", "holds", NULL, "the network server has its SessionKeyID only"},
    {"lorawan-otaa", "late-comer", "{}", "holds", "holds", "holds", "holds",
     "an active device listens to no stranger"},
    {"brski-constrained", "dolev-yao", "{}", "broken", "holds", "holds", "holds",
     "the manufacturer's authority gives the owner alone a voucher"},
    {"brski-constrained", "first-contact", "{\"masa-policy\":\"logged\"}", NULL, "broken", NULL,
     "broken", "an audit-only authority gives one to whoever the pledge has met"},
};

static void check(const struct expectation *e, const json_t *result, const char *goal,
                  const char *expected)
{
    if (expected)
        cr_expect_str_eq(runner_verdict(result, goal), expected,
                         "%s %s against %s: %s should be %s, because %s; but: %s", e->mechanism,
                         e->options, e->adversary, goal, expected, e->because,
                         runner_why(result, goal));
}

static void expect_all(const char *mechanism)
{
    size_t tried = 0;
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        const struct expectation *e = &expectations[i];
        if (strcmp(e->mechanism, mechanism) != 0)
            continue;
        json_t *result = runner_run(json_pack("{s:s, s:s, s:o, s:i}", "mechanism", e->mechanism,
                                              "adversary", e->adversary, "options",
                                              json_loads(e->options, 0, NULL), "limit_s", 300));
        check(e, result, "g0", e->g0);
        check(e, result, "g1", e->g1);
        check(e, result, "g3", e->g3);
        check(e, result, "g5", e->g5);
        json_decref(result);
        tried++;
    }
    cr_assert_gt(tried, 0);
}

Test(attacks, eap_psk)
{
    expect_all("eap-psk");
}

Test(attacks, coap_eap)
{
    expect_all("coap-eap");
}

Test(attacks, pana)
{
    expect_all("pana");
}

Test(attacks, pana_lowpan)
{
    expect_all("pana-lowpan");
}

Test(attacks, zigbee_ip)
{
    expect_all("zigbee-ip");
}

Test(attacks, eap_noob)
{
    expect_all("eap-noob");
}

Test(attacks, duckling)
{
    expect_all("duckling");
}

Test(attacks, dtls_rpk)
{
    expect_all("dtls-rpk");
}

Test(attacks, lorawan_otaa)
{
    expect_all("lorawan-otaa");
}

Test(attacks, lwm2m_bootstrap)
{
    expect_all("lwm2m-bootstrap");
}

Test(attacks, brski_constrained)
{
    expect_all("brski-constrained");
}

Test(attacks, wpa2_psk)
{
    expect_all("wpa2-psk");
}

Test(attacks, tls_psk)
{
    expect_all("tls-psk");
}

Test(attacks, ssh_tofu)
{
    expect_all("ssh-tofu");
}

Test(attacks, bluetooth_mesh)
{
    expect_all("bluetooth-mesh");
}

Test(attacks, zwave_s2)
{
    expect_all("zwave-s2");
}

/* Who keeps an uplink of 1.1 back sends it again on the channel where it was heard: the network
 * server answers each, though too late for the device's windows. */
Test(attacks, lorawan_uplinks_are_repeated_where_they_were_heard)
{
    static const char plan[] =
        "{\"mechanism\":\"lorawan-otaa\",\"limit_s\":100,\"radio\":{\"channels\":8},"
        "\"adversary\":{\"$mitm\":{\"preset\":\"dolev-yao\",\"name\":\"late\",\"strategy\":{"
        "\"name\":\"delay\",\"message\":\"RekeyInd\",\"delay_ms\":500}}}}";
    json_t *r = runner_run(json_loads(plan, 0, NULL));
    json_int_t injected =
        json_integer_value(json_object_get(json_object_get(r, "adversary"), "injected"));
    cr_expect_gt(injected, 3);
    cr_expect_eq(runner_column(r, "messages_device"), 2.0 + 2.0 * (double)injected,
                 "joining, RekeyInd, and RekeyConf to each of them");
    json_decref(r);
}
