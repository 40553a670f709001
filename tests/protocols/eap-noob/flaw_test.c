/* SPDX-License-Identifier: GPL-2.0-only */
/* Each flaw switch leaves its check out, and nothing but it: the same forged messages are refused
 * without the switch and believed with it. The forger is the adversary's own party of this
 * mechanism, put in the place of one honest end. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "noob_net.h"

#define RESPONSE(type) (NOOB_MSG_RESPONSE + (type))
#define ALL (~UINT64_C(0) & ~UINT64_C(7)) /* not those of 802.1X and RADIUS */

struct story {
    const char *flaw;
    int victim;
    const char *settings[4];
    const char *refusal; /* error code or alarm without the flaw */
};

static const struct story stories[] = {
    {"peer-no-completion-check", PEER, {"direction=peer-to-server"}, "2003-unrecognized-noobid"},
    {"server-no-completion-check",
     SERVER,
     {"direction=server-to-peer"},
     "2003-unrecognized-noobid"},
    {"peer-no-oob-check", PEER, {"direction=server-to-peer"}, "oob-peerid-unrecognized"},
    {"server-no-oob-check", SERVER, {"direction=peer-to-server"}, "oob-peerid-unrecognized"},
    {"peer-no-macs2-check", PEER, {"peer.association=stored"}, "4001-hmac-failure"},
    {"server-no-macp2-check", SERVER, {"association=stored"}, "4001-hmac-failure"},
};

/* A message for another association, as the honest user carries it in a man in the middle's run. */
static const char foreign[] =
    "P=mcm5BSCDZ45cYPlAr1ghNw&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ";

static struct memnet *play(const struct story *s, bool flawed)
{
    char flaw[60];
    snprintf(flaw, sizeof flaw, "!%s", s->flaw);
    const char *const settings[] = {s->settings[0], flawed ? flaw : NULL, NULL};
    struct memnet *net = memnet_new(&imp_eap_noob, 3, settings);
    struct imp_env *forger = (struct imp_env *)memnet_env(net, s->victim == PEER ? SERVER : PEER);
    forger->adversary = true;
    forger->flaws = ALL;
    memnet_oob_blocked(net, true);                       /* no out-of-band rights */
    if (strcmp(s->flaw, "server-no-macp2-check") == 0) { /* right PeerId, wrong key */
        uint8_t cell[NOOB_CELL_MAX];
        struct noob_association a;
        int n = memnet_cell(net, PEER, NOOB_CELL, cell, sizeof cell);
        cr_assert_eq(noob_association_read(&a, cell, (size_t)n), 0);
        a.kz[5] ^= 0x80;
        forger->ops->cell_put(forger, NOOB_CELL, cell, noob_association_write(cell, &a));
    }
    memnet_start(net);
    memnet_run(net, 3 * IMP_S);
    if (strstr(s->flaw, "oob-check"))
        noob_deliver(net, s->victim, foreign);
    memnet_run(net, 100 * IMP_S);
    return net;
}

Test(noob_flaw, each_switch_leaves_its_check_out)
{
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        const struct story *s = &stories[i];
        struct memnet *net = play(s, false);
        cr_assert_null(memnet_last(net, s->victim, IMP_CLAIM_COMMIT, NULL, "eap"), "%s", s->flaw);
        cr_assert(noob_claimed(net, s->victim, IMP_CLAIM_REJECT, s->refusal) ||
                      noob_claimed(net, s->victim, IMP_CLAIM_ALARM, s->refusal),
                  "%s is noticed", s->flaw);
        memnet_free(net);

        net = play(s, true);
        const struct imp_claim *commit = memnet_last(net, s->victim, IMP_CLAIM_COMMIT, NULL, "eap");
        cr_assert_not_null(commit, "%s", s->flaw);
        int forger = s->victim == PEER ? SERVER : PEER;
        const struct imp_claim *running = memnet_last(net, forger, IMP_CLAIM_RUNNING, NULL, "eap");
        cr_assert_not_null(running);
        cr_assert_arr_neq(running->data, commit->data, 32, "the ends do not agree");
        memnet_free(net);
    }
}

/* With its flaw set but everybody honest, a run is as ever. */
Test(noob_flaw, honest_runs_do_not_notice)
{
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        char flaw[60];
        snprintf(flaw, sizeof flaw, "!%s", stories[i].flaw);
        const char *const settings[] = {flaw, NULL};
        struct memnet *net = noob_net(settings);
        memnet_run(net, 100 * IMP_S);
        noob_assert_registered(net);
        memnet_free(net);
    }
}

/* The adversary's two parties complete with one another (its own runs must work). */
Test(noob_flaw, the_adversarys_own_parties_complete)
{
    static const char *const directions[] = {"direction=peer-to-server", "direction=server-to-peer",
                                             "direction=both"};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net =
            memnet_new(&imp_eap_noob, 3, (const char *const[]){directions[i], NULL});
        for (int r = PEER; r <= SERVER; r++) {
            struct imp_env *env = (struct imp_env *)memnet_env(net, r);
            env->adversary = true;
            env->flaws = ALL;
        }
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        cr_assert(memnet_complete(net), "%s", directions[i]);
        memnet_free(net);
    }
}

/* NOOB-04 of the attack list: the man in the middle's server before the honest peer never gets it
 * to commit as long as the out-of-band channel is out of its reach. */
Test(noob_flaw, no_commit_without_the_message)
{
    static const char *const directions[] = {"direction=peer-to-server", "direction=server-to-peer",
                                             "direction=both"};
    for (size_t i = 0; i < 3; i++)
        for (int victim = PEER; victim <= SERVER; victim += SERVER - PEER) {
            const struct story s = {"none", victim, {directions[i]}, ""};
            struct memnet *net = play(&s, false);
            cr_assert_null(memnet_last(net, victim, IMP_CLAIM_COMMIT, NULL, "eap"));
            cr_assert_not(memnet_completed(net, victim));
            memnet_free(net);
        }
}
