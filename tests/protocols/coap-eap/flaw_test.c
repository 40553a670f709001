/* SPDX-License-Identifier: GPL-2.0-only */
/* Each flaw of coap-eap removes the check that it names, and only then does the run go wrong. */
#include <criterion/criterion.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "tests/support/memnet.h"

TestSuite(coap_eap_flaw, .init = imp_crypto_init);

static const struct psk_keys other = {.ak = {1}, .kdk = {2}};

static struct memnet *with_other_key(const char *flaw, int role, const char *cell)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 11, SETTINGS(flaw));
    struct imp_env *env = (struct imp_env *)memnet_env(net, role);
    env->ops->cell_put(env, cell, &other, sizeof other);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    return net;
}

static bool committed(const struct memnet *net, int role, const char *layer)
{
    return memnet_last(net, role, IMP_CLAIM_COMMIT, NULL, layer) != NULL;
}

Test(coap_eap_flaw, no_server_auth_takes_a_controller_without_the_key)
{
    const char *cell = PSK_CELL_PREFIX "device-1@example.org";
    struct memnet *sound = with_other_key("peer.bad-mac=silent-drop", CEAP_CONTROLLER, cell);
    cr_expect_not(committed(sound, CEAP_PEER, "eap"));
    memnet_free(sound);
    struct memnet *net =
        memnet_new(&imp_coap_eap, 11, SETTINGS("peer!no-server-auth", "controller!no-peer-auth"));
    struct imp_env *env = (struct imp_env *)memnet_env(net, CEAP_CONTROLLER);
    env->ops->cell_put(env, cell, &other, sizeof other);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect(committed(net, CEAP_PEER, "eap"));
    memnet_free(net);
}

/* EAP-Success in clear, after the first message of the method. */
static void inject_success(struct memnet *net)
{
    struct imp_coap_message request, m = {.type = IMP_COAP_CON, .code = IMP_COAP_POST, .mid = 1};
    uint8_t success[4], datagram[64];
    const struct memnet_message *last = memnet_last_message(net, CEAP_MSG_REQUEST);
    cr_assert_eq(imp_coap_decode(&request, last->bytes, last->n), 0);
    imp_eap_write_result(success, sizeof success, IMP_EAP_SUCCESS, request.payload[1]);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "a/eap/3");
    m.payload = success;
    m.payload_n = sizeof success;
    int n = imp_coap_encode(datagram, sizeof datagram, &m);
    memnet_inject(net, CEAP_PEER, CEAP_COAP, NULL, datagram, (size_t)n);
}

static bool stop_at_response(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                             size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != CEAP_MSG_RESPONSE;
}

static bool believes_bare_success(const char *setting)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 11, SETTINGS(setting));
    memnet_filter_set(net, stop_at_response, NULL);
    memnet_start(net);
    memnet_run(net, IMP_S);
    inject_success(net);
    memnet_run(net, 2 * IMP_S);
    bool believed = memnet_completed(net, CEAP_PEER);
    memnet_free(net);
    return believed;
}

Test(coap_eap_flaw, bare_success_is_believed_by_the_flawed_peer_only)
{
    cr_expect_not(believes_bare_success("eap-method=eap-psk"));
    cr_expect(believes_bare_success("peer!bare-success"));
}

/* The last answer of the peer, altered under way. */
static bool spoil_changed(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                          size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message == CEAP_MSG_CHANGED)
        bytes[*n - 1] ^= 1;
    return true;
}

static bool takes_spoilt_answer(const char *setting)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 11, SETTINGS(setting));
    memnet_filter_set(net, spoil_changed, NULL);
    memnet_start(net);
    memnet_run(net, 10 * IMP_S);
    bool taken = committed(net, CEAP_CONTROLLER, "oscore");
    memnet_free(net);
    return taken;
}

Test(coap_eap_flaw, no_peer_auth_takes_an_answer_that_does_not_verify)
{
    cr_expect_not(takes_spoilt_answer("eap-method=eap-psk"));
    cr_expect(takes_spoilt_answer("controller!no-peer-auth"));
}
