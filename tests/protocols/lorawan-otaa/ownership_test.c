/* SPDX-License-Identifier: GPL-2.0-only */
/* Claims by QR code: the first owner's, the sale to the next one, and who may not claim. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/lorawan-otaa/lorawan.h"
#include "tests/support/memnet.h"

static struct memnet *claimed(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, settings);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

static void run_for(struct memnet *net, imp_time s)
{
    static imp_time now = 600 * IMP_S;
    memnet_run_past(net, now += s * IMP_S);
}

static void inject(struct memnet *net, const struct lw_label *l)
{
    char text[LW_LABEL_MAX + 1];
    size_t n = lw_label_write(text, l);
    memnet_inject(net, LW_JOIN, LW_LABEL, NULL, text, n);
}

static struct lw_label label_of(const struct memnet *net)
{
    struct lw_label l;
    const struct memnet_message *m = memnet_last_message(net, LW_MSG_LABEL);
    cr_assert_not_null(m);
    cr_assert_eq(lw_label_read(&l, m->bytes, m->n), 0);
    return l;
}

static bool refused(const struct memnet *net, const char *why)
{
    return memnet_last(net, LW_JOIN, IMP_CLAIM_REJECT, why, NULL) != NULL;
}

static int sessions(const struct memnet *net, int role)
{
    return (int)memnet_count_claims(net, role, IMP_CLAIM_SECRET, "AppSKey");
}

Test(lorawan_ownership, none_claims_by_default)
{
    struct memnet *net = claimed(NULL);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_LABEL), 0);
    memnet_free(net);
}

Test(lorawan_ownership, a_device_joins_when_it_is_claimed)
{
    struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, SETTINGS("claim=qr"));
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_expect_not(memnet_completed(net, LW_DEVICE));
    cr_expect(refused(net, "unclaimed device"));
    cr_expect_eq(memnet_count_messages(net, LW_MSG_JOIN_ANS), 0);
    memnet_free(net);
    net = claimed(SETTINGS("claim=qr"));
    cr_expect_eq(memnet_count_messages(net, LW_MSG_LABEL), 1);
    cr_expect_eq(sessions(net, LW_APPLICATION), 1);
    cr_expect_eq(sessions(net, LW_NEXT), 0);
    memnet_free(net);
}

/* Also where the first owner's server asks the join server for AppSKeys. */
Test(lorawan_ownership, the_next_owner_has_other_keys)
{
    static const char *const how[] = {"js-kek=true", "appskey-via-ns=false", "version=1.0.4"};
    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        struct memnet *net = claimed(SETTINGS("claim=qr", how[i]));
        uint8_t before[LW_KEY];
        memcpy(before, memnet_last(net, LW_APPLICATION, IMP_CLAIM_SECRET, "AppSKey", NULL)->data,
               LW_KEY);
        memnet_event(net, LW_JOIN, IMP_EVENT_CONTROL, "release");
        memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
        run_for(net, 300);
        cr_assert_eq(sessions(net, LW_NEXT), 1, "%s", how[i]);
        cr_expect_eq(sessions(net, LW_APPLICATION), 1, "the old owner hears no more");
        const struct imp_claim *a = memnet_last(net, LW_DEVICE, IMP_CLAIM_SECRET, "AppSKey", NULL);
        const struct imp_claim *b = memnet_last(net, LW_NEXT, IMP_CLAIM_SECRET, "AppSKey", NULL);
        cr_expect_arr_eq(a->data, b->data, LW_KEY);
        cr_expect_neq(memcmp(before, b->data, LW_KEY), 0);
        cr_expect_eq(memnet_state(net, LW_DEVICE), LW_DEVICE_ACTIVE);
        memnet_free(net);
    }
}

Test(lorawan_ownership, a_device_may_be_sold_back)
{
    struct memnet *net = claimed(SETTINGS("claim=qr"));
    for (int i = 0; i < 2; i++) {
        memnet_event(net, LW_JOIN, IMP_EVENT_CONTROL, "release");
        memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
        run_for(net, 300);
    }
    cr_expect_eq(sessions(net, LW_APPLICATION), 2);
    cr_expect_eq(sessions(net, LW_NEXT), 1);
    memnet_free(net);
}

/* Who photographed the label cannot take the device from its owner. */
Test(lorawan_ownership, what_is_claimed_is_not_claimed_again)
{
    struct memnet *net = claimed(SETTINGS("claim=qr"));
    struct lw_label l = label_of(net);
    inject(net, &l);
    run_for(net, 10);
    cr_expect(refused(net, "claim of claimed device"));
    memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
    run_for(net, 300);
    cr_expect_eq(sessions(net, LW_APPLICATION), 2, "it stays the first owner's");
    cr_expect_eq(sessions(net, LW_NEXT), 0);
    memnet_free(net);
}

Test(lorawan_ownership, wrong_claims_are_refused)
{
    struct memnet *net = claimed(SETTINGS("claim=qr"));
    struct lw_label right = label_of(net), l = right;
    memnet_event(net, LW_JOIN, IMP_EVENT_CONTROL, "release");
    l.token[0] = l.token[0] == '0' ? '1' : '0';
    inject(net, &l);
    run_for(net, 10);
    cr_expect(refused(net, "OwnerToken"));
    l.token[0] = 0;
    inject(net, &l);
    run_for(net, 10);
    cr_expect_eq(memnet_count_claims(net, LW_JOIN, IMP_CLAIM_REJECT, "OwnerToken"), 2);
    l = right;
    l.dev_eui[0] ^= 1;
    inject(net, &l);
    l = right;
    l.join_eui[0] ^= 1;
    inject(net, &l);
    memnet_inject(net, LW_JOIN, LW_LABEL, NULL, "LW:D0:", 6);
    run_for(net, 10);
    cr_expect_eq(memnet_count_claims(net, LW_JOIN, IMP_CLAIM_REJECT, "claim of unknown device"), 2);
    cr_expect(refused(net, "label"));
    memnet_oob_blocked(net, true);
    memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
    run_for(net, 300);
    cr_expect_eq(sessions(net, LW_NEXT) + sessions(net, LW_APPLICATION), 1, "nobody's");
    memnet_free(net);
}

Test(lorawan_ownership, without_the_check_the_old_owner_is_served)
{
    struct memnet *net = claimed(SETTINGS("claim=qr", "join-server!no-claim-check"));
    memnet_event(net, LW_JOIN, IMP_EVENT_CONTROL, "release");
    memnet_oob_blocked(net, true);
    memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
    run_for(net, 300);
    cr_expect_eq(sessions(net, LW_APPLICATION), 2);
    memnet_free(net);
}

/* ---- each owner's account at his own application server
 * -----------------------------------------------------------------------------------------------
 */
static bool alarmed(const struct memnet *net, int role)
{
    return memnet_last(net, role, IMP_CLAIM_ALARM, "claim refused", NULL) != NULL;
}

Test(lorawan_ownership, owners_claim_through_their_servers)
{
    struct memnet *net = claimed(SETTINGS("claim=server"));
    cr_expect_eq(memnet_count_messages(net, LW_MSG_LABEL), 0);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_LABEL_OWN), 1);
    cr_assert_eq(memnet_count_messages(net, LW_MSG_CLAIM_REQ), 1);
    cr_expect_eq(memnet_last_message(net, LW_MSG_CLAIM_REQ)->n, 16 + 82);
    cr_expect_eq(memnet_last_message(net, LW_MSG_CLAIM_ANS)->n, 16 + 9);
    memnet_event(net, LW_JOIN, IMP_EVENT_CONTROL, "release");
    memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
    run_for(net, 300);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_NEXT_CLAIM_REQ), 1);
    cr_expect_eq(sessions(net, LW_APPLICATION), 1);
    cr_expect_eq(sessions(net, LW_NEXT), 1);
    cr_expect(!alarmed(net, LW_APPLICATION) && !alarmed(net, LW_NEXT));
    memnet_free(net);
}

/* Also where the same link carries AppSKeyReq. */
Test(lorawan_ownership, what_is_an_owners_is_not_another_accounts)
{
    struct memnet *net = claimed(SETTINGS("claim=server", "appskey-via-ns=false"));
    const struct memnet_message *m = memnet_last_message(net, LW_MSG_LABEL_OWN);
    memnet_inject(net, LW_NEXT, LW_LABEL_NEXT, NULL, m->bytes, m->n);
    run_for(net, 10);
    cr_expect(refused(net, "claim of claimed device") && alarmed(net, LW_NEXT));
    memnet_event(net, LW_DEVICE, IMP_EVENT_CONTROL, "nothing");
    run_for(net, 10);
    cr_expect_eq(sessions(net, LW_NEXT), 0);
    memnet_free(net);
}

Test(lorawan_ownership, a_join_server_with_accounts_of_its_own_takes_no_other_claims)
{
    struct memnet *net =
        memnet_new(&imp_lorawan_otaa, 1, SETTINGS("claim=server", "join-server.claim=qr"));
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_CLAIM_REQ), 1);
    cr_expect(refused(net, "AppSKeyReq") && refused(net, "unclaimed device"));
    cr_expect_not(memnet_completed(net, LW_DEVICE));
    memnet_free(net);
}

/* Who knows the OwnerToken and is first has the device; its owner hears of it. */
Test(lorawan_ownership, a_stranger_who_is_first_has_the_device)
{
    struct memnet *net = claimed(SETTINGS("claim=server"));
    char text[LW_LABEL_MAX + 1];
    struct lw_label l;
    const struct memnet_message *m = memnet_last_message(net, LW_MSG_LABEL_OWN);
    cr_assert_eq(lw_label_read(&l, m->bytes, m->n), 0);
    size_t n = lw_label_write(text, &l);
    memnet_free(net);
    net = memnet_new(&imp_lorawan_otaa, 1, SETTINGS("claim=server"));
    memnet_user(net, 30 * IMP_S, true);
    memnet_start(net);
    memnet_run(net, IMP_S);
    memnet_inject(net, LW_NEXT, LW_LABEL_NEXT, NULL, text, n);
    memnet_run_past(net, 600 * IMP_S);
    cr_expect_eq(sessions(net, LW_NEXT), 1);
    cr_expect_eq(sessions(net, LW_APPLICATION), 0);
    cr_expect(alarmed(net, LW_APPLICATION) && !alarmed(net, LW_NEXT));
    memnet_free(net);
}

static bool listed(const struct memnet *net, uint64_t most)
{
    struct lw_printed p;
    uint8_t candidate[IMP_GUESS_MAX];
    const struct imp_guess *g = &lw_guesses[1];
    cr_assert_str_eq(g->name, "OwnerToken");
    cr_assert_eq(memnet_cell(net, LW_DEVICE, LW_CELL_PRINTED, &p, sizeof p), (int)sizeof p);
    for (uint64_t i = 0; i < most; i++)
        if (g->candidate(memnet_env(net, LW_DEVICE), i, candidate) == sizeof p.token &&
            memcmp(candidate, p.token, sizeof p.token) == 0)
            return true;
    return false;
}

Test(lorawan_ownership, a_weak_token_is_one_of_a_list)
{
    struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, SETTINGS("claim=qr", "token-entropy=4"));
    cr_expect(listed(net, 16));
    memnet_free(net);
    net = memnet_new(&imp_lorawan_otaa, 1, SETTINGS("claim=qr"));
    cr_expect_not(listed(net, 1024));
    memnet_free(net);
}
