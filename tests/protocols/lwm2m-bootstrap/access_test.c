/* SPDX-License-Identifier: GPL-2.0-only */
/* What servers may do in a client: object 2 by itself, and requests of two servers over memnet. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/access.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_access, .init = imp_crypto_init);

static struct lwm_config two(void)
{
    return (struct lwm_config){
        .server = {{.used = true, .instance = 1, .short_id = 101},
                   {.used = true, .instance = 2, .short_id = 102}},
        .access = {{.used = true,
                    .object = 3,
                    .count = 2,
                    .entries = {{102, LWM_MAY_EXECUTE}, {0, LWM_MAY_READ}},
                    .owner = 101},
                   {.used = true, .instance = 1, .object = 1, .object_instance = 1, .owner = 101}}};
}

Test(lwm2m_access, an_entry_of_ones_own_comes_first_then_the_default)
{
    struct lwm_config c = two();
    cr_expect(lwm_access_may(&c, 102, LWM_MAY_EXECUTE, 3, 0));
    cr_expect_not(lwm_access_may(&c, 102, LWM_MAY_READ, 3, 0), "the default is for the others");
    cr_expect(lwm_access_may(&c, 101, LWM_MAY_READ, 3, 0));
    cr_expect_not(lwm_access_may(&c, 101, LWM_MAY_EXECUTE, 3, 0), "the owner is no exception");
}

Test(lwm2m_access, without_entries_all_is_the_owners)
{
    struct lwm_config c = two();
    cr_expect(lwm_access_may(&c, 101, LWM_MAY_WRITE, 1, 1));
    cr_expect_not(lwm_access_may(&c, 101, LWM_MAY_CREATE, 1, 1));
    cr_expect_not(lwm_access_may(&c, 102, LWM_MAY_READ, 1, 1));
    cr_expect_not(lwm_access_may(&c, 102, LWM_MAY_READ, 1, 2), "nobody has been given that");
}

Test(lwm2m_access, object_2_is_read_by_all_and_changed_by_its_owner)
{
    struct lwm_config c = two();
    cr_expect(lwm_access_may(&c, 102, LWM_MAY_READ, 2, 1));
    cr_expect(lwm_access_may(&c, 101, LWM_MAY_WRITE, 2, 1));
    cr_expect_not(lwm_access_may(&c, 102, LWM_MAY_WRITE, 2, 1));
    cr_expect_not(lwm_access_may(&c, 101, LWM_MAY_DELETE, 2, 1));
}

Test(lwm2m_access, the_only_server_may_do_all_but_security)
{
    struct lwm_config c = two();
    c.server[1].used = false;
    cr_expect(lwm_access_may(&c, 101, LWM_MAY_EXECUTE, 3, 0));
    cr_expect(lwm_access_may(&c, 101, LWM_MAY_WRITE, 1, 1));
    cr_expect_not(lwm_access_may(&c, 101, LWM_MAY_READ, 0, 1));
}

/* ---- requests, in clear so that codes and contents can be seen */
static struct memnet *after(const char *servers, int role, const char *word)
{
    struct memnet *net =
        memnet_new(&imp_lwm2m_bootstrap, 7,
                   SETTINGS("bootstrap-security=nosec", "server-security=nosec", servers));
    memnet_start(net);
    memnet_run_past(net, LIMIT);
    cr_assert(memnet_complete(net));
    memnet_event(net, role, IMP_EVENT_CONTROL, word);
    memnet_run_past(net, LIMIT + 60 * IMP_S);
    return net;
}

static uint8_t code_after(const char *servers, int role, const char *word, int label)
{
    struct memnet *net = after(servers, role, word);
    const struct memnet_message *m = memnet_last_message(net, label);
    uint8_t code = m ? m->bytes[1] : 0;
    memnet_free(net);
    return code;
}

Test(lwm2m_access, each_server_reads_its_own_instance_and_no_other)
{
    static const int roles[] = {LWM_MANAGEMENT, LWM_SECOND};
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(code_after("servers=two", roles[i], "read", LWM_MSG_S_ANSWER),
                     IMP_COAP_CONTENT);
        cr_expect_eq(code_after("servers=two", roles[i], "read-other", LWM_MSG_S_REFUSAL),
                     IMP_COAP_UNAUTHORIZED);
        cr_expect_eq(code_after("servers=two", roles[i], "disable-other", LWM_MSG_S_REFUSAL),
                     IMP_COAP_UNAUTHORIZED);
        cr_expect_eq(code_after("servers=two", roles[i], "read-security", LWM_MSG_S_REFUSAL),
                     IMP_COAP_UNAUTHORIZED);
    }
    cr_expect_eq(code_after("servers=one", LWM_MANAGEMENT, "read", LWM_MSG_S_ANSWER),
                 IMP_COAP_CONTENT);
    cr_expect_eq(code_after("servers=one", LWM_MANAGEMENT, "read-other", LWM_MSG_S_REFUSAL),
                 IMP_COAP_NOT_FOUND);
    cr_expect_eq(code_after("servers=one", LWM_MANAGEMENT, "read-security", LWM_MSG_S_REFUSAL),
                 IMP_COAP_UNAUTHORIZED);
}

/* Of the whole object each sees its own instance. */
Test(lwm2m_access, a_read_of_an_object_leaves_out_what_is_not_readable)
{
    static const int roles[] = {LWM_MANAGEMENT, LWM_SECOND};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = after("servers=two", roles[i], "read-all");
        const struct memnet_message *answer = memnet_last_message(net, LWM_MSG_S_ANSWER);
        struct imp_coap_message m;
        struct lwm_config c = {0};
        cr_assert_eq(imp_coap_decode(&m, answer->bytes, answer->n), 0);
        cr_assert_eq(lwm_config_put(&c, (struct lwm_path){1, -1}, m.payload, m.payload_n),
                     IMP_COAP_CHANGED);
        cr_expect_eq(c.server[0].short_id, 101 + i);
        cr_expect_not(c.server[1].used);
        memnet_free(net);
    }
}

/* Device, resource 5: the first server may, the second one not. */
Test(lwm2m_access, who_may_execute_resets_the_client)
{
    static const char *const servers[] = {"servers=one", "servers=two"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = after(servers[i], LWM_MANAGEMENT, "factory-reset");
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
        cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
        memnet_free(net);
    }
    cr_expect_eq(code_after("servers=two", LWM_SECOND, "factory-reset", LWM_MSG_S_REFUSAL),
                 IMP_COAP_UNAUTHORIZED);
}
