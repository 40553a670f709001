/* SPDX-License-Identifier: GPL-2.0-only */
/* Each timer of an inclusion: what is awaited never comes, and who waits gives up when it is due.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/zwave-s2/zw.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_zwave_s2;

TestSuite(zwave_s2_timers, .init = imp_crypto_init);

struct loss {
    int message, from, skip; /* of that kind from there all are lost but the first `skip` */
};

static bool lost(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    struct loss *l = arg;
    (void)bytes, (void)n, (void)cap;
    return m->message != l->message || m->from != l->from || l->skip-- > 0;
}

struct timer {
    const char *name;
    struct loss loss;
    int waits;      /* role */
    int since;      /* message with which its timer begins */
    int since_from; /* said by */
    int seconds;
    int code;                /* KEX Fail that it says, or 0 */
    const char *settings[4]; /* with NULL at the end */
};

static imp_time first(const struct memnet *net, int message, int from)
{
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == message && m->from == from)
            return m->at;
    }
    cr_assert_fail("message %d was not said", message);
    return 0;
}

static imp_time gave_up(const struct memnet *net, int role)
{
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *c = memnet_claim(net, i);
        if (c->role == role && c->claim.kind == IMP_CLAIM_REJECT)
            return strcmp(c->claim.name, "timeout") == 0 ? c->at : -2;
    }
    return -1;
}

static int failure(const struct memnet *net, int role)
{
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == ZW_MSG_KEX_FAIL && m->from == role)
            return m->bytes[2];
    }
    return 0;
}

static void check(const struct timer *t)
{
    struct loss l = t->loss;
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, t->settings);
    memnet_filter_set(net, lost, &l);
    if (strcmp(t->name, "TAI1") == 0)
        memnet_user(net, 1000 * IMP_S, true);
    if (strcmp(t->name, "TAI2") == 0)
        memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_run_past(net, 300 * IMP_S);
    imp_time took = gave_up(net, t->waits) - first(net, t->since, t->since_from);
    cr_expect(took >= t->seconds * IMP_S && took <= t->seconds * IMP_S + 10 * IMP_MS, "%s: %lld ms",
              t->name, (long long)(took / IMP_MS));
    cr_expect_eq(failure(net, t->waits), t->code, "%s", t->name);
    memnet_free(net);
}

#define LEAST "keys=unauthenticated", "grant=unauthenticated", "retry=3600"
#define NONE                                                                                       \
    {                                                                                              \
        -1, -1, 0                                                                                  \
    }

static const struct timer security_2[] = {
    {"TA1",
     {ZW_MSG_KEX_REPORT, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_KEX_GET,
     ZW_CONTROLLER,
     10,
     0,
     {LEAST}},
    {"TA2",
     {ZW_MSG_PUBLIC_KEY, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_KEX_SET,
     ZW_CONTROLLER,
     10,
     0,
     {LEAST}},
    {"TA3",
     {ZW_MSG_KEY_GET, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_ECHO_REPORT,
     ZW_CONTROLLER,
     10,
     0,
     {LEAST}},
    {"TA4",
     {ZW_MSG_KEY_VERIFY, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_KEY_REPORT,
     ZW_CONTROLLER,
     10,
     0,
     {LEAST}},
    {"TA5",
     {ZW_MSG_TRANSFER_END, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_KEY_VERIFY,
     ZW_NODE,
     10,
     0,
     {LEAST}},
    {"TAI1", NONE, ZW_CONTROLLER, ZW_MSG_KEX_REPORT, ZW_NODE, 240, ZW_FAIL_CANCEL, {LEAST}},
    {"TAI2", NONE, ZW_CONTROLLER, ZW_MSG_PUBLIC_KEY, ZW_NODE, 240, ZW_FAIL_CANCEL, {"retry=3600"}},
    {"TAI2 of the echo",
     {ZW_MSG_ECHO_SET, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_PUBLIC_KEY,
     ZW_NODE,
     240,
     0,
     {"retry=3600"}},
    {"TB1",
     {ZW_MSG_KEX_GET, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_ASSIGN_IDS,
     ZW_CONTROLLER,
     30,
     0,
     {LEAST}},
    {"TB2",
     {ZW_MSG_KEX_SET, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_KEX_REPORT,
     ZW_NODE,
     240,
     0,
     {LEAST}},
    {"TB3",
     {ZW_MSG_PUBLIC_KEY, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_PUBLIC_KEY,
     ZW_NODE,
     10,
     0,
     {LEAST}},
    {"TBI1",
     {ZW_MSG_ECHO_REPORT, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_PUBLIC_KEY,
     ZW_CONTROLLER,
     240,
     0,
     {LEAST}},
    {"TB4",
     {ZW_MSG_KEY_REPORT, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_KEY_GET,
     ZW_NODE,
     10,
     0,
     {LEAST}},
    {"TB5",
     {ZW_MSG_TRANSFER_END, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_KEY_REPORT,
     ZW_CONTROLLER,
     10,
     0,
     {LEAST}},
};

Test(zwave_s2_timers, security_2)
{
    for (size_t i = 0; i < sizeof security_2 / sizeof *security_2; i++)
        check(&security_2[i]);
}

#define OLD "security=s0", "s0-policy=accept", "retry=3600"

static const struct timer security_0[] = {
    {"scheme",
     {ZW_MSG_S0_SCHEME_REPORT, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_S0_SCHEME_GET,
     ZW_CONTROLLER,
     10,
     0,
     {OLD}},
    {"nonce",
     {ZW_MSG_S0_NONCE_REPORT, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_S0_NONCE_GET,
     ZW_CONTROLLER,
     10,
     0,
     {OLD}},
    {"verify",
     {ZW_MSG_S0_KEY_VERIFY, ZW_NODE, 0},
     ZW_CONTROLLER,
     ZW_MSG_S0_KEY_SET,
     ZW_CONTROLLER,
     10,
     0,
     {OLD}},
    {"key",
     {ZW_MSG_S0_KEY_SET, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_S0_SCHEME_REPORT,
     ZW_NODE,
     10,
     0,
     {OLD}},
    {"nonce of verify",
     {ZW_MSG_S0_NONCE_REPORT, ZW_CONTROLLER, 0},
     ZW_NODE,
     ZW_MSG_S0_KEY_SET,
     ZW_CONTROLLER,
     10,
     0,
     {OLD}},
};

Test(zwave_s2_timers, security_0)
{
    for (size_t i = 0; i < sizeof security_0 / sizeof *security_0; i++)
        check(&security_0[i]);
}

/* The echo is repeated each 10 s, with nonces of its own. */
Test(zwave_s2_timers, kex_set_is_repeated_until_the_pin_is_typed)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("retry=3600"));
    imp_time last = 0;
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_run_past(net, 235 * IMP_S);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message != ZW_MSG_ECHO_SET)
            continue;
        cr_expect(!last || (m->at - last >= 10 * IMP_S && m->at - last < 10 * IMP_S + 10 * IMP_MS));
        last = m->at;
    }
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_ECHO_SET), 24);
    memnet_free(net);
}
