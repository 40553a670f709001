/* SPDX-License-Identifier: GPL-2.0-only */
/* What an eavesdropper can compute on real runs of the mechanisms, with and without keys that are
 * revealed to it afterwards. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "spied.h"

/* RFC 4764, section 8.9: no perfect forward secrecy. */
Test(derivation, eap_psk_falls_with_the_long_term_keys)
{
    struct spied s;
    char text[8000];
    spy(&s, "eap-psk", NULL);
    expect_none(&s);
    reveal(&s, 0, "psk-keys");
    expect_all(&s);
    const struct imp_fact *ptk = fact_of_secret(&s, "PTK");
    cr_assert_not_null(ptk);
    cr_expect_not_null(strstr(ptk->source, "802.11 PRF from "), "%s", ptk->source);
    cr_expect_not_null(strstr(ptk->source, "cell psk-keys revealed"), "%s", ptk->source);
    imp_knowledge_explain(&s.k, ptk, text, sizeof text);
    cr_expect_not_null(strstr(text, "modified counter mode from "), "%s", text);
    over(&s);
}

/* MS-MPPE hides the MSK under the RADIUS secret: the backend is the weaker way. */
Test(derivation, eap_psk_falls_with_the_radius_secret)
{
    struct spied s;
    spy(&s, "eap-psk", NULL);
    reveal(&s, 1, "radius-secret");
    expect_known(&s, "MSK", true);
    expect_known(&s, "PMK", true);
    expect_known(&s, "PTK", true);
    expect_known(&s, "EMSK", false); /* stays at the ends of EAP */
    over(&s);
}

/* RFC 9140, section 7: the ephemeral keys are gone when the association is there. */
static void noob_keeps_its_secrets(const char *suite)
{
    struct spied s;
    char setting[40];
    snprintf(setting, sizeof setting, "suite=%s", suite);
    spy(&s, "eap-noob", SETTINGS(setting));
    expect_none(&s);
    read_oob(&s);
    expect_none(&s);
    for (int role = 0; role < 3; role++)
        reveal_all_but(&s, role, "radius-secret");
    expect_known(&s, "Kz", true); /* is what the association keeps */
    expect_known(&s, "MSK", false);
    expect_known(&s, "EMSK", false);
    expect_known(&s, "PTK", false);
    /* But MS-MPPE has carried the MSK to the access point under a key that stays. */
    reveal(&s, 1, "radius-secret");
    expect_known(&s, "MSK", true);
    expect_known(&s, "PTK", true);
    expect_known(&s, "EMSK", false);
    over(&s);
}

Test(derivation, eap_noob_keeps_old_sessions_with_x25519)
{
    noob_keeps_its_secrets("x25519");
}

Test(derivation, eap_noob_keeps_old_sessions_with_p256)
{
    noob_keeps_its_secrets("p256");
}

/* Noob and one ephemeral scalar are all that is secret; either alone is not enough. */
static void noob_falls(const char *suite)
{
    struct spied s;
    char setting[40];
    snprintf(setting, sizeof setting, "suite=%s", suite);
    spy(&s, "eap-noob", SETTINGS(setting));
    reveal_draws(&s, "noob-ecdhe");
    expect_none(&s);
    read_oob(&s);
    expect_all(&s);
    over(&s);
}

Test(derivation, eap_noob_falls_with_scalar_and_noob_x25519)
{
    noob_falls("x25519");
}

Test(derivation, eap_noob_falls_with_scalar_and_noob_p256)
{
    noob_falls("p256");
}

/* The key travels in clear, and what is sent under it afterwards is no secret either. */
Test(derivation, duckling_in_clear_gives_everything)
{
    struct spied s;
    spy(&s, "duckling", SETTINGS("key-transport=clear"));
    expect_all(&s);
    over(&s);
}

Test(derivation, duckling_with_x25519_gives_nothing_until_a_scalar_is_known)
{
    struct spied s;
    spy(&s, "duckling", SETTINGS("key-transport=x25519"));
    expect_none(&s);
    reveal_draws(&s, "imprint");
    expect_all(&s);
    over(&s);
}

/* ECDHE: the raw keys of both ends do not give the old session, a scalar of one end does. */
Test(derivation, dtls_rpk_has_forward_secrecy)
{
    struct spied s;
    spy(&s, "dtls-rpk", NULL);
    expect_none(&s);
    reveal(&s, 0, "key");
    reveal(&s, 1, "key");
    expect_none(&s);
    reveal_draws(&s, "dtls");
    expect_all(&s);
    const struct imp_fact *f = fact_of_secret(&s, "operational-key");
    cr_expect_not_null(strstr(f->source, "AES-CCM from TLS key block from TLS master secret"), "%s",
                       f->source);
    over(&s);
}

/* What a bootstrap server writes in clear is no secret, in whatever form the key stands there. */
Test(derivation, lwm2m_bootstrap_in_clear_gives_everything)
{
    static const char *const servers[] = {"server-security=psk", "server-security=rpk",
                                          "server-security=x509"};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        struct spied s;
        spy(&s, "lwm2m-bootstrap", SETTINGS("bootstrap-security=nosec", servers[i]));
        expect_all(&s);
        over(&s);
    }
}

/* RFC 4279, section 7.1: no perfect forward secrecy with a pre-shared key; with ECDHE there is. */
Test(derivation, lwm2m_bootstrap_falls_with_the_factory_key_if_it_is_symmetric)
{
    struct spied s;
    spy(&s, "lwm2m-bootstrap", NULL);
    expect_none(&s);
    reveal(&s, 0, "security-0");
    expect_all(&s);
    over(&s);
    spy(&s, "lwm2m-bootstrap", SETTINGS("bootstrap-security=rpk", "server-security=rpk"));
    expect_none(&s);
    reveal(&s, 0, "security-0");
    reveal(&s, 1, "key");
    expect_none(&s);
    over(&s);
    spy(&s, "lwm2m-bootstrap",
        SETTINGS("bootstrap-security=oscore", "server-security=oscore", "format=senml-cbor"));
    expect_none(&s);
    reveal(&s, 0, "oscore-0");
    expect_all(&s);
    over(&s);
}

/* EAP over CoAP and PANA: what the lower layer makes of the MSK stands and falls with the method.
 */
static const char *const lower_layers[] = {"coap-eap", "pana"};
enum { LOWER_LAYERS = 2 };

Test(derivation, lower_layers_with_eap_psk_fall_with_the_long_term_keys)
{
    for (int i = 0; i < LOWER_LAYERS; i++) {
        struct spied s;
        spy(&s, lower_layers[i], NULL);
        expect_none(&s);
        reveal(&s, 0, "psk-keys");
        expect_all(&s);
        over(&s);
    }
}

/* No RADIUS carries the MSK here: nothing undoes the forward secrecy of TLS. */
Test(derivation, lower_layers_with_eap_tls_keep_old_sessions)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    for (int i = 0; i < LOWER_LAYERS * 2; i++) {
        struct spied s;
        spy(&s, lower_layers[i / 2], SETTINGS("eap-method=eap-tls", versions[i % 2]));
        expect_none(&s);
        reveal(&s, 0, "eap-tls-key");
        reveal(&s, 1, "eap-tls-key");
        expect_none(&s);
        over(&s);
    }
}

/* The tunnel keeps old sessions; the password, which outlives them, tells nothing about them. */
Test(derivation, lower_layers_with_eap_ttls_keep_old_sessions)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    static const char *const inner[] = {"ttls-inner=pap", "ttls-inner=mschapv2"};
    for (int i = 0; i < LOWER_LAYERS * 4; i++) {
        struct spied s;
        spy(&s, lower_layers[i / 4],
            SETTINGS("eap-method=eap-ttls", versions[i % 2], inner[i / 2 % 2]));
        expect_none(&s);
        reveal(&s, 1, "eap-tls-key");
        expect_none(&s);
        reveal(&s, 0, "ttls-password");
        expect_known(&s, "password", true);
        expect_known(&s, "MSK", false);
        over(&s);
    }
}

/* Who ends the tunnel reads the password where it is said as it is; of an answer to a challenge it
 * does not follow. */
Test(derivation, the_server_of_a_tunnel_reads_a_password_of_pap)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    static const char *const inner[] = {"ttls-inner=pap", "ttls-inner=chap", "ttls-inner=mschapv2",
                                        "ttls-inner=eap-md5"};
    for (int i = 0; i < 8; i++) {
        struct spied s;
        spy(&s, "pana", SETTINGS("eap-method=eap-ttls", versions[i % 2], inner[i / 2]));
        reveal_draws(&s, "tls");
        expect_known(&s, "MSK", true);
        expect_known(&s, "password", i < 2);
        over(&s);
    }
}

/* But for an AAA server behind the authenticator: MS-MPPE carries the MSK under a secret that
 * stays, through a proxy too (the first of two secrets is enough). */
Test(derivation, lower_layers_with_an_aaa_server_fall_with_its_secret)
{
    static const char *const hops[] = {"proxy-hops=0", "proxy-hops=1"};
    for (int i = 0; i < LOWER_LAYERS * 2; i++) {
        struct spied s;
        spy(&s, lower_layers[i / 2],
            SETTINGS("eap-method=eap-tls", "eap-server=radius", hops[i % 2]));
        expect_none(&s);
        reveal(&s, 0, "eap-tls-key");
        reveal(&s, 2, "eap-tls-key");
        expect_none(&s);
        reveal(&s, 1, "radius-secret");
        expect_known(&s, "MSK", true);
        expect_known(&s, i < 2 ? "OSCORE Master Secret" : "PANA_AUTH_KEY", true);
        expect_known(&s, "EMSK", false); /* stays at the ends of EAP */
        over(&s);
    }
}

Test(derivation, lower_layers_with_eap_noob_fall_with_scalar_and_noob)
{
    for (int i = 0; i < LOWER_LAYERS; i++) {
        struct spied s;
        spy(&s, lower_layers[i], SETTINGS("eap-method=eap-noob"));
        expect_none(&s);
        reveal_draws(&s, "noob-ecdhe");
        expect_none(&s);
        read_oob(&s);
        expect_all(&s);
        over(&s);
    }
}

/* The network key is hidden under a key of the association, so it falls with the method's. */
Test(derivation, pana_network_key_falls_with_the_long_term_keys)
{
    struct spied s;
    spy(&s, "pana", SETTINGS("network-key=true"));
    expect_none(&s);
    reveal(&s, 0, "psk-keys");
    expect_known(&s, "network key", true);
    over(&s);
}

/* Keys of a link are a function of the network key, which stays in every node; TLS kept those
 * before. */
Test(derivation, zigbee_ip_links_fall_with_the_network_key)
{
    struct spied s;
    spy(&s, "zigbee-ip", NULL);
    expect_none(&s);
    reveal(&s, 0, "eap-tls-key");
    reveal(&s, 2, "eap-tls-key");
    expect_none(&s);
    reveal(&s, 1, "network-key");
    expect_known(&s, "MAC key", true);
    expect_known(&s, "network key", true);
    expect_known(&s, "PANA_AUTH_KEY", false);
    expect_known(&s, "MSK", false);
    over(&s);
}

/* A session whose scalar is known gives a private key of the server's making, unless that has an
 * encryption of its own beside the session's (RFC 7030 section 4.4): then it needs that key too. */
static void server_made_key(const char *mechanism, const char *how, bool sealed)
{
    struct spied s;
    bool blocks = strcmp(mechanism, "est-coaps") == 0; /* less than 8 octets at a cut are lost */
    spy(&s, mechanism, SETTINGS("key-generation=server", how, blocks ? "block-size=1024" : NULL));
    expect_none(&s);
    reveal_draws(&s, blocks ? "dtls" : "tls");
    expect_known(&s, "session-secret", true);
    expect_known(&s, "server-made-key", !sealed);
    if (sealed)
        reveal(&s, 0, "sealing");
    expect_all(&s);
    over(&s);
}

Test(derivation, a_key_of_the_servers_making_may_be_sealed)
{
    static const char *const mechanisms[] = {"est", "est-coaps"};
    for (size_t i = 0; i < 2; i++) {
        server_made_key(mechanisms[i], "key-encryption=none", false);
        server_made_key(mechanisms[i], "key-encryption=symmetric", true);
        server_made_key(mechanisms[i], "key-encryption=asymmetric", true);
    }
}

/* Core volume 3 part H sections 2.4.2.4 and 2.4.2.5: the other transport's key follows from that of
 * the one that was paired over, not the other way round. */
static void other_transport(const char *transport, const char *function, const char *derived)
{
    struct spied s;
    spy(&s, "bluetooth-pairing", SETTINGS(transport, function));
    expect_none(&s);
    reveal_secret(&s, derived);
    expect_known(&s, "LTK", false);
    over(&s);
    spy(&s, "bluetooth-pairing", SETTINGS(transport, function));
    reveal_secret(&s, "LTK");
    expect_known(&s, derived, true);
    over(&s);
}

Test(derivation, bluetooth_keys_of_the_other_transport_fall_with_the_first)
{
    static const char *const functions[] = {"cross-transport=h6", "cross-transport=h7"};
    for (size_t i = 0; i < 2; i++) {
        other_transport("transport=le", functions[i], "link key");
        other_transport("transport=br-edr", functions[i], "LTK for LE");
    }
}

/* Mesh Protocol 1.1, 3.9 and 5.4.2: AppKey Add is sealed with DevKey, which comes of ECDH, and
 * carried under NetKey. DevKey opens the configuration of a recorded node, NetKey alone does not.
 */
static void mesh(struct spied *s)
{
    spy(s, "bluetooth-mesh", SETTINGS("oob=none", "configure=true"));
    expect_none(s);
}

Test(derivation, mesh_application_key_falls_with_network_and_device_key_alone)
{
    struct spied s;
    mesh(&s);
    reveal_secret(&s, "NetKey");
    expect_known(&s, "AppKey", false);
    expect_known(&s, "DevKey", false);
    reveal_secret(&s, "DevKey");
    expect_known(&s, "AppKey", true);
    over(&s);
    mesh(&s);
    reveal_secret(&s, "DevKey");
    expect_known(&s, "NetKey", false); /* it was sent under the session key */
    expect_known(&s, "AppKey", false); /* within what NetKey covers */
    over(&s);
    mesh(&s);
    reveal(&s, 0, "node"); /* DevKey and NetKey, as a node keeps them */
    expect_known(&s, "NetKey", true);
    expect_known(&s, "AppKey", true);
    expect_known(&s, "SessionKey", false);
    over(&s);
}
