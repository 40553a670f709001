/* SPDX-License-Identifier: GPL-2.0-only */
/* All connections are taken, some by who says nothing. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_room, .init = imp_crypto_init);

static struct memnet *net;

static struct imp_addr connection(unsigned number)
{
    return (struct imp_addr){.n = 26, .bytes = {0xfd, [25] = (uint8_t)number}};
}

static void happens(int role, enum imp_event_kind kind, int channel, unsigned number, double at)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, role);
    const struct imp_event e = {.kind = kind,
                                .channel = channel,
                                .from = connection(number),
                                .bytes = (const uint8_t *)"\x16",
                                .n = kind == IMP_EVENT_RECEIVE};
    imp_brski.roles[role].event(env->ctx, env, &e, (imp_time)(at * 1000) * IMP_MS);
}

static bool has(int role, unsigned number)
{
    const void *ctx = memnet_env(net, role)->ctx;
    const struct imp_addr wanted = connection(number);
    for (size_t i = 0; role == BRSKI_PROXY && i < BRSKI_CIRCUITS; i++) {
        const struct brski_circuit *c = &((const struct brski_proxy *)ctx)->circuit[i];
        if (c->used && imp_addr_equal(&c->pledge, &wanted))
            return true;
    }
    for (size_t i = 0; role == BRSKI_REGISTRAR && i < BRSKI_SESSIONS; i++) {
        const struct brski_session *s = &((const struct brski_registrar *)ctx)->session[i];
        if (s->used && imp_addr_equal(&s->link.at, &wanted))
            return true;
    }
    return false;
}

/* Number 1 was there first and has said something since; 2 is the one that has been silent. */
static void crowd(int role, int channel, const char *setting)
{
    enum { ALL = BRSKI_SESSIONS };
    net = memnet_new(&imp_brski, 7, SETTINGS(setting));
    happens(role, IMP_EVENT_START, channel, 0, 0);
    for (unsigned i = 1; i <= ALL; i++)
        happens(role, IMP_EVENT_OPENED, channel, i, 1 + i / 100.0);
    happens(role, IMP_EVENT_RECEIVE, channel, 1, 3);
    happens(role, IMP_EVENT_OPENED, channel, ALL + 1, 5);
    cr_expect_not(has(role, ALL + 1), "nobody is silent for long");
    happens(role, IMP_EVENT_OPENED, channel, ALL + 2, 6.5);
    bool makes_way = strcmp(setting, "make-way=0") != 0;
    cr_expect_eq(has(role, ALL + 2), makes_way);
    cr_expect_eq(has(role, 2), !makes_way);
    cr_expect(has(role, 1) && has(role, 3) && has(role, ALL));
    memnet_free(net);
}

Test(brski_room, who_has_said_nothing_for_long_makes_way)
{
    _Static_assert((int)BRSKI_CIRCUITS == (int)BRSKI_SESSIONS, "one number for both");
    static const char *const settings[] = {"make-way=0", "make-way=5"};
    for (size_t i = 0; i < 2; i++) {
        crowd(BRSKI_PROXY, BRSKI_JOIN, settings[i]);
        crowd(BRSKI_REGISTRAR, BRSKI_ACP, settings[i]);
    }
}
