/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is authenticated and not let in (RFC 5191 section 4.1): both last messages are protected, and
 * the session ends with them. */
#include "story.h"

TestSuite(pana_authorization, .init = imp_crypto_init, .timeout = 100);

static struct memnet *refused(const char *setting, int *spoilt, imp_time until)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("grant-access=false", setting));
    if (spoilt)
        memnet_filter_set(net, memnet_spoil_last, spoilt);
    memnet_start(net);
    memnet_run_past(net, until);
    return net;
}

Test(pana_authorization, a_refusal_is_protected_and_ends_the_session)
{
    static const char *const settings[] = {"eap-method=eap-psk", "eap-method=eap-tls",
                                           "eap-server=radius", "encrypted-avps=all",
                                           "network-key=true"};
    for (int i = 0; i < 5; i++) {
        struct memnet *net = refused(settings[i], NULL, 5 * IMP_S);
        struct pana_message m;
        uint32_t code = 0, id;
        size_t n;
        uint8_t key[PANA_NETWORK_KEY];
        const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PAR_C);
        cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
        cr_expect(pana_find_u32(&m, PANA_AVP_RESULT, 0, &code) && code == PANA_UNAUTHORIZED);
        cr_expect(pana_find_u32(&m, PANA_AVP_KEY_ID, 0, &id), "%s", settings[i]);
        cr_expect_not_null(pana_find(&m, PANA_AVP_AUTH, 0, &n), "%s", settings[i]);
        cr_expect_eq(memnet_last_message(net, PANA_MSG_PAN_C)->n, 52u, "16, Key-Id 12, AUTH 24");
        cr_expect_not_null(
            memnet_last(net, PANA_PAC, IMP_CLAIM_REJECT, "authorization rejected", "pana"));
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_HELD, "%s", settings[i]);
        cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_IDLE, "%s", settings[i]);
        cr_expect_not(memnet_completed(net, PANA_PAC) || memnet_completed(net, PANA_PAA));
        cr_expect_lt(memnet_cell(net, PANA_PAC, PANA_CELL_NETWORK_KEY, key, sizeof key), 0);
        memnet_free(net);
    }
}

Test(pana_authorization, a_refusal_without_its_key_is_none)
{
    int request = PANA_MSG_PAR_C, answer = PANA_MSG_PAN_C;
    struct memnet *net = refused("eap-method=eap-psk", &request, 5 * IMP_S);
    cr_expect_not_null(memnet_last(net, PANA_PAC, IMP_CLAIM_REJECT, "AUTH", "pana"));
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_REQUEST);
    memnet_free(net);
    net = refused("eap-method=eap-psk", &answer, 5 * IMP_S);
    cr_expect_not_null(memnet_last(net, PANA_PAA, IMP_CLAIM_REJECT, "AUTH", "pana"));
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_FAILING);
    memnet_free(net);
}

Test(pana_authorization, a_client_asks_again_later)
{
    struct memnet *net = refused("eap-method=eap-psk", NULL, 15 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 2u);
    memnet_free(net);
}
