/* SPDX-License-Identifier: GPL-2.0-only */
/* A bootstrap server's requests against a client's bootstrap interface, each as octets of CoAP. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/managed/lwm2m-bootstrap/plan.h"
#include "protocols/managed/lwm2m-bootstrap/registration.h"

static const struct lwm_config factory = {.security = {{.used = true,
                                                        .uri = "coaps://[fd00::b]:5684",
                                                        .bootstrap = true,
                                                        .mode = LWM_MODE_PSK,
                                                        .identity_n = 2,
                                                        .identity = "ep",
                                                        .key_n = 16,
                                                        .key = "factory-key-0001"}}};

static const struct lwm_config wanted = {
    .security = {{.used = true,
                  .instance = 1,
                  .uri = "coaps://[fd00::5]:5684",
                  .mode = LWM_MODE_PSK,
                  .identity_n = 2,
                  .identity = "id",
                  .key_n = 16,
                  .key = "0123456789abcdef",
                  .short_id = 101}},
    .server = {{.used = true,
                .instance = 1,
                .short_id = 101,
                .lifetime = 3600,
                .storing = true,
                .binding = "U"}},
    .access = {{.used = true, .object = 3, .count = 1, .entries = {{101, 31}}, .owner = 101}}};

static struct imp_coap_message through(uint8_t *wire, size_t cap, const struct imp_coap_message *m)
{
    struct imp_coap_message out;
    int n = imp_coap_encode(wire, cap, m);
    cr_assert_gt(n, 0);
    cr_assert_eq(imp_coap_decode(&out, wire, (size_t)n), 0);
    return out;
}

/* One request over the wire and its answer back. */
static enum imp_coap_code ask(struct lwm_client *c, struct imp_coap_message *request,
                              struct imp_coap_message *response, uint8_t *wire)
{
    static uint8_t scratch[IMP_COAP_SCRATCH], there[IMP_COAP_MTU];
    struct imp_coap_reply reply = {.scratch = scratch};
    struct imp_coap_message m = through(there, sizeof there, request);
    lwm_client_serve(c, &m, &reply);
    *response = through(wire, IMP_COAP_MTU, &reply.message);
    return (enum imp_coap_code)response->code;
}

static enum imp_coap_code put(struct lwm_client *c, const char *path, const void *p, size_t n)
{
    struct imp_coap_message m = {.code = IMP_COAP_PUT, .payload = p, .payload_n = n}, response;
    uint8_t wire[IMP_COAP_MTU];
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LWM2M_TLV);
    return ask(c, &m, &response, wire);
}

static enum imp_coap_code simple(struct lwm_client *c, enum imp_coap_code method, const char *path)
{
    struct imp_coap_message m = {.code = (uint8_t)method}, response;
    uint8_t wire[IMP_COAP_MTU];
    if (*path)
        imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    return ask(c, &m, &response, wire);
}

/* Runs a plan to its end; writes what was asked, one letter each. */
static bool run(struct lwm_plan *plan, struct lwm_client *c, char *asked)
{
    struct imp_coap_message request, response;
    enum lwm_operation operation;
    uint8_t wire[IMP_COAP_MTU];
    while ((operation = lwm_plan_next(plan, &request)) != LWM_UNKNOWN) {
        *asked++ = "bpdrxsvaof"[operation];
        *asked = '\0';
        ask(c, &request, &response, wire);
        lwm_plan_answer(plan, operation, &response);
    }
    return !plan->failed;
}

Test(lwm2m_bootstrap, all_requests_come_in_their_order_and_configure)
{
    struct lwm_client c = {.config = factory};
    struct lwm_plan plan = {.config = wanted, .discover = true, .delete_all = true, .verify = true};
    char asked[16] = "";
    lwm_client_open(&c);
    cr_assert(run(&plan, &c, asked));
    cr_assert_str_eq(asked, "dxsvarf");
    cr_assert_not(c.open);
    cr_assert_null(lwm_config_fault(&c.config));
    const struct lwm_security *s = lwm_config_security_of(&c.config, &c.config.server[0]);
    cr_assert_not_null(s);
    cr_assert_arr_eq(s->key, wanted.security[0].key, 16);
    cr_assert_not_null(lwm_config_bootstrap(&c.config), "the bootstrap account stays");
}

Test(lwm2m_bootstrap, nothing_is_in_force_before_finish)
{
    struct lwm_client c = {.config = factory};
    uint8_t content[LWM_CONTENT_MAX];
    lwm_client_open(&c);
    cr_assert_eq(
        put(&c, "0/1", content, lwm_security_write(content, sizeof content, &wanted.security[0])),
        IMP_COAP_CHANGED);
    cr_assert_not(c.config.security[1].used);
    lwm_client_abort(&c);
    cr_assert_eq(simple(&c, IMP_COAP_POST, "bs"), IMP_COAP_METHOD_NOT_ALLOWED);
    cr_assert_not(c.config.security[1].used);
}

Test(lwm2m_bootstrap, an_inconsistent_configuration_is_not_acceptable)
{
    struct lwm_client c = {.config = factory};
    struct lwm_plan plan = {.config = wanted};
    char asked[16];
    plan.config.server[0].short_id = 102;
    lwm_client_open(&c);
    cr_assert_not(run(&plan, &c, asked));
    cr_assert_str_eq(c.fault, "server without security");
    cr_assert(c.open, "the server may mend it");
    cr_assert_not(c.config.server[0].used);
}

Test(lwm2m_bootstrap, faults_have_their_words)
{
    struct lwm_config c = wanted;
    c.security[0].key_n = 0;
    cr_expect_str_eq(lwm_config_fault(&c), "pre-shared key without identity or key");
    c = wanted;
    c.security[0].mode = LWM_MODE_NOSEC;
    cr_expect_str_eq(lwm_config_fault(&c), "address and security mode do not fit");
    c = wanted;
    c.server[1] = c.server[0];
    cr_expect_str_eq(lwm_config_fault(&c), "short identifier twice");
    c = wanted;
    c.security[0].mode = LWM_MODE_RPK;
    cr_expect_str_eq(lwm_config_fault(&c), "raw public key without a key");
    cr_expect_str_eq(lwm_config_fault(&factory), "no server");
    cr_expect_null(lwm_config_fault(&wanted));
}

Test(lwm2m_bootstrap, deleting_spares_the_account_of_the_bootstrap_server)
{
    struct lwm_client c = {.config = wanted};
    c.config.security[1] = factory.security[0];
    lwm_client_open(&c);
    cr_expect_eq(simple(&c, IMP_COAP_DELETE, "0/0"), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(simple(&c, IMP_COAP_DELETE, "1/7"), IMP_COAP_NOT_FOUND);
    cr_expect_eq(simple(&c, IMP_COAP_DELETE, "1"), IMP_COAP_DELETED);
    cr_expect_not(c.draft.server[0].used);
    cr_expect(c.draft.security[0].used);
    cr_expect_eq(simple(&c, IMP_COAP_DELETE, ""), IMP_COAP_DELETED);
    cr_expect_not(c.draft.security[0].used);
    cr_expect_not(c.draft.access[0].used);
    cr_expect(c.draft.security[1].used);
}

Test(lwm2m_bootstrap, security_cannot_be_read)
{
    struct lwm_client c = {.config = wanted};
    lwm_client_open(&c);
    cr_expect_eq(simple(&c, IMP_COAP_GET, "0"), IMP_COAP_METHOD_NOT_ALLOWED);
    cr_expect_eq(simple(&c, IMP_COAP_GET, "0/1"), IMP_COAP_METHOD_NOT_ALLOWED);
    cr_expect_eq(simple(&c, IMP_COAP_GET, "1"), IMP_COAP_CONTENT);
    cr_expect_eq(simple(&c, IMP_COAP_GET, "1/9"), IMP_COAP_NOT_FOUND);
}

Test(lwm2m_bootstrap, discover_lists_instances_with_short_identifiers)
{
    struct lwm_config c = wanted;
    char links[LWM_LINKS_MAX];
    c.security[1] = factory.security[0];
    cr_assert_gt(lwm_config_links(&c, (struct lwm_path){-1, -1}, LWM_1_2, links, sizeof links), 0);
    cr_expect_str_eq(links, "</>;lwm2m=1.2,</0/1>;ssid=101,</0/0>,</1/1>;ssid=101,</2/0>,</3/0>");
    lwm_config_links(&c, (struct lwm_path){0, -1}, LWM_1_2, links, sizeof links);
    cr_expect_str_eq(links, "</>;lwm2m=1.2,</0/1>;ssid=101,</0/0>");
    cr_expect_eq(lwm_config_links(&c, (struct lwm_path){-1, -1}, LWM_1_2, links, 20), 0);
}

/* Two instances in one write of the object: both or none. */
Test(lwm2m_bootstrap, a_write_of_an_object_takes_all_instances_or_none)
{
    struct lwm_client c = {.config = factory};
    uint8_t one[LWM_CONTENT_MAX], both[LWM_CONTENT_MAX];
    struct lwm_tlv_writer w = {.p = both, .cap = sizeof both};
    size_t n = lwm_server_write(one, sizeof one, &wanted.server[0]);
    lwm_tlv_put(&w, LWM_TLV_INSTANCE, 1, one, n);
    lwm_tlv_put(&w, LWM_TLV_INSTANCE, 2, one, n - 3); /* the binding is missing */
    lwm_client_open(&c);
    cr_expect_eq(put(&c, "1", both, w.n), IMP_COAP_BAD_REQUEST);
    cr_expect_not(c.draft.server[0].used);
    w.n = 0;
    lwm_tlv_put(&w, LWM_TLV_INSTANCE, 1, one, n);
    lwm_tlv_put(&w, LWM_TLV_INSTANCE, 2, one, n);
    cr_expect_eq(put(&c, "1", both, w.n), IMP_COAP_CHANGED);
    cr_expect(c.draft.server[0].used && c.draft.server[1].used);
    cr_expect_eq(put(&c, "1/3", one, n), IMP_COAP_BAD_REQUEST, "no room for a third");
}

Test(lwm2m_bootstrap, paths_and_formats_are_checked)
{
    static const char *const bad[] = {"0/01", "0/65536", "0/1/2", "x", "4/0", "-1"};
    struct lwm_client c = {.config = factory};
    uint8_t content[LWM_CONTENT_MAX];
    size_t n = lwm_security_write(content, sizeof content, &wanted.security[0]);
    struct imp_coap_message m = {.code = IMP_COAP_PUT, .payload = content, .payload_n = n}, r;
    uint8_t wire[IMP_COAP_MTU];
    lwm_client_open(&c);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(put(&c, bad[i], content, n), IMP_COAP_NOT_FOUND, "%s", bad[i]);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "0/1");
    cr_expect_eq(ask(&c, &m, &r, wire), IMP_COAP_UNSUPPORTED_CONTENT_FORMAT);
    cr_expect_eq(put(&c, "0/1", "\xc1", 1), IMP_COAP_BAD_REQUEST);
}

/* ---- formats and versions */
Test(lwm2m_bootstrap, senml_configures_as_tlv_does)
{
    struct lwm_client tlv = {.config = factory}, senml = {.config = factory};
    struct lwm_plan plan = {.config = wanted, .verify = true}, other = plan;
    char asked[16] = "";
    other.format = LWM_SENML_CBOR;
    lwm_client_open(&tlv);
    lwm_client_open(&senml);
    cr_assert(run(&plan, &tlv, asked));
    cr_assert(run(&other, &senml, asked));
    cr_assert_str_eq(asked, "svarf");
    cr_expect_arr_eq(&tlv.config, &senml.config, sizeof tlv.config);
}

/* Path, content format and payload of a write by hand. */
static enum imp_coap_code put_senml(struct lwm_client *c, const char *path, const void *p, size_t n)
{
    struct imp_coap_message m = {.code = IMP_COAP_PUT, .payload = p, .payload_n = n}, response;
    uint8_t wire[IMP_COAP_MTU];
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_SENML_CBOR);
    return ask(c, &m, &response, wire);
}

static const uint8_t server_1[] = {0x84, 0xa3, 0x00, 0x61, '0',  0x02, 0x18, 101,  0x21,
                                   0x65, '/',  '1',  '/',  '1',  '/',  0xa2, 0x00, 0x61,
                                   '1',  0x02, 0x18, 60,   0xa2, 0x00, 0x61, '6',  0x04,
                                   0xf4, 0xa2, 0x00, 0x61, '7',  0x03, 0x61, 'U'};

/* A base name elsewhere is a Bad Request (so Anjay's cbor_requests.py has it). */
Test(lwm2m_bootstrap, records_lie_under_the_path_of_the_write)
{
    struct lwm_client c = {.config = factory};
    lwm_client_open(&c);
    cr_expect_eq(put_senml(&c, "1/2", server_1, sizeof server_1), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(put_senml(&c, "2", server_1, sizeof server_1), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(put_senml(&c, "1/1", server_1, sizeof server_1 - 1), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(put_senml(&c, "1/1", "\x80", 1), IMP_COAP_BAD_REQUEST, "no record");
    cr_expect_not(c.draft.server[0].used);
    cr_expect_eq(put_senml(&c, "1", server_1, sizeof server_1), IMP_COAP_CHANGED);
    cr_expect_eq(c.draft.server[0].lifetime, 60);
}

static enum imp_coap_code read_server(struct lwm_client *c, uint32_t accept,
                                      struct imp_coap_message *response, uint8_t *wire)
{
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "1/1");
    if (accept)
        imp_coap_add_uint(&m, IMP_COAP_ACCEPT, accept);
    return ask(c, &m, response, wire);
}

Test(lwm2m_bootstrap, what_is_read_comes_in_the_format_that_is_accepted)
{
    struct lwm_client c = {.config = factory, .format = LWM_SENML_CBOR};
    struct imp_coap_message response;
    uint8_t wire[IMP_COAP_MTU];
    uint32_t format = 0;
    lwm_client_open(&c);
    cr_assert_eq(put_senml(&c, "1/1", server_1, sizeof server_1), IMP_COAP_CHANGED);
    cr_expect_eq(read_server(&c, IMP_COAP_FORMAT_JSON, &response, wire), IMP_COAP_NOT_ACCEPTABLE);
    cr_assert_eq(read_server(&c, IMP_COAP_FORMAT_SENML_CBOR, &response, wire), IMP_COAP_CONTENT);
    cr_expect_eq(response.payload_n, sizeof server_1);
    cr_expect_arr_eq(response.payload, server_1, sizeof server_1);
    cr_assert_eq(read_server(&c, IMP_COAP_FORMAT_LWM2M_TLV, &response, wire), IMP_COAP_CONTENT);
    cr_expect(imp_coap_get_uint(&response, IMP_COAP_CONTENT_FORMAT, &format));
    cr_expect_eq(format, IMP_COAP_FORMAT_LWM2M_TLV);
    cr_assert_eq(read_server(&c, 0, &response, wire), IMP_COAP_CONTENT);
    cr_expect(imp_coap_get_uint(&response, IMP_COAP_CONTENT_FORMAT, &format));
    cr_expect_eq(format, IMP_COAP_FORMAT_SENML_CBOR, "its own preference");
}

Test(lwm2m_bootstrap, a_client_of_1_0_knows_neither_senml_nor_reads)
{
    struct lwm_client c = {.config = factory, .version = LWM_1_0};
    struct imp_coap_message response;
    uint8_t wire[IMP_COAP_MTU];
    char links[LWM_LINKS_MAX];
    lwm_client_open(&c);
    cr_expect_eq(put_senml(&c, "1/1", server_1, sizeof server_1),
                 IMP_COAP_UNSUPPORTED_CONTENT_FORMAT);
    cr_expect_eq(read_server(&c, IMP_COAP_FORMAT_LWM2M_TLV, &response, wire),
                 IMP_COAP_METHOD_NOT_ALLOWED);
    lwm_config_links(&wanted, (struct lwm_path){0, -1}, LWM_1_0, links, sizeof links);
    cr_expect_str_eq(links, "lwm2m=\"1.0\",</0/1>;ssid=101");
}

/* What Bootstrap-Discover says of the version is obeyed: TLV, and nothing is read back. */
Test(lwm2m_bootstrap, a_bootstrap_server_writes_as_the_client_can_read)
{
    static const struct {
        enum lwm_version version;
        enum lwm_format format;
        const char *asked;
    } cases[] = {{LWM_1_0, LWM_TLV, "dsvaf"},
                 {LWM_1_1, LWM_SENML_CBOR, "dsvarf"},
                 {LWM_1_2, LWM_SENML_CBOR, "dsvarf"}};
    for (size_t i = 0; i < 3; i++) {
        struct lwm_client c = {.config = factory, .version = cases[i].version};
        struct lwm_plan plan = {
            .config = wanted, .discover = true, .verify = true, .format = LWM_SENML_CBOR};
        char asked[16] = "";
        lwm_client_open(&c);
        cr_expect(run(&plan, &c, asked), "%zu", i);
        cr_expect_eq(plan.format, cases[i].format);
        cr_expect_str_eq(asked, cases[i].asked);
    }
}

Test(lwm2m_bootstrap, a_preference_is_told_from_1_1_on)
{
    static const enum lwm_version versions[] = {LWM_1_0, LWM_1_1, LWM_1_2};
    for (size_t i = 0; i < 3; i++) {
        const struct lwm_client c = {.version = versions[i], .format = LWM_SENML_CBOR};
        struct imp_coap_message m = {0};
        char query[LWM_QUERY_MAX];
        size_t n = 0;
        cr_assert_eq(lwm_client_request(&c, &m, query, "urn:dev:os:1"), 0);
        const char *pct = imp_coap_query(&m, "pct", &n);
        cr_expect_eq(pct != NULL, i > 0);
        cr_expect(!pct || (n == 3 && memcmp(pct, "112", 3) == 0));
    }
}

Test(lwm2m_bootstrap, requests_name_the_endpoint)
{
    const struct lwm_client c = {.format = LWM_TLV};
    struct imp_coap_message m = {0};
    char query[LWM_QUERY_MAX], name[100];
    size_t n;
    cr_assert_eq(lwm_client_request(&c, &m, query, "urn:dev:os:1"), 0);
    cr_assert(imp_coap_path_is(&m, "bs"));
    cr_assert_arr_eq(imp_coap_query(&m, "ep", &n), "urn:dev:os:1", 12);
    cr_assert_eq(n, 12);
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    cr_assert_eq(lwm_client_request(&c, &m, query, name), -1);
}

static struct imp_coap_message registration(struct lwm_registration *r, uint8_t *wire)
{
    const struct lwm_client client = {.config = wanted};
    struct imp_coap_message m;
    cr_assert_eq(lwm_register_write(&m, r, &client, "urn:dev:os:1", &wanted.server[0], false), 0);
    return through(wire, IMP_COAP_MTU, &m);
}

Test(lwm2m_bootstrap, registration_comes_back)
{
    struct lwm_registration r, back;
    uint8_t wire[IMP_COAP_MTU];
    struct imp_coap_message m = registration(&r, wire);
    cr_assert_eq(lwm_register_read(&back, &m, LWM_1_2), IMP_COAP_CREATED);
    cr_expect_str_eq(back.endpoint, "urn:dev:os:1");
    cr_expect_eq(back.lifetime, 3600);
    cr_expect_str_eq(back.version, "1.2");
    cr_expect_str_eq(back.binding, "U");
    cr_expect_str_eq(r.objects, "</>;rt=\"oma.lwm2m\";ct=11542,</1/1>,</2/0>,</3/0>");
}

Test(lwm2m_bootstrap, registrations_are_refused_by_their_fault)
{
    struct lwm_registration r, out;
    uint8_t wire[IMP_COAP_MTU];
    struct imp_coap_message m = registration(&r, wire);
    m.payload_n = 0;
    cr_expect_eq(lwm_register_read(&out, &m, LWM_1_2), IMP_COAP_BAD_REQUEST);
    m = (struct imp_coap_message){.code = IMP_COAP_POST, .payload = wire, .payload_n = 1};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "rd");
    cr_expect_eq(lwm_register_read(&out, &m, LWM_1_2), IMP_COAP_UNSUPPORTED_CONTENT_FORMAT);
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LINK);
    cr_expect_eq(lwm_register_read(&out, &m, LWM_1_2), IMP_COAP_BAD_REQUEST);
    imp_coap_add(&m, IMP_COAP_URI_QUERY, "ep=a", 4);
    imp_coap_add(&m, IMP_COAP_URI_QUERY, "lwm2m=2.0", 9);
    cr_expect_eq(lwm_register_read(&out, &m, LWM_1_2), IMP_COAP_PRECONDITION_FAILED);
}

/* A server takes clients of its version and of older ones; each says what its version has. */
Test(lwm2m_bootstrap, registrations_are_of_a_version)
{
    static const struct {
        struct lwm_client client;
        const char *root;
    } cases[] = {{{.version = LWM_1_0}, "</>;rt=\"oma.lwm2m\",</3/0>"},
                 {{.version = LWM_1_0, .format = LWM_SENML_CBOR}, "</>;rt=\"oma.lwm2m\",</3/0>"},
                 {{.version = LWM_1_1}, "</>;rt=\"oma.lwm2m\";ct=11542,</3/0>"},
                 {{.version = LWM_1_2, .format = LWM_SENML_CBOR},
                  "</>;rt=\"oma.lwm2m\";ct=\"112 11542\",</3/0>"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int newest = LWM_1_2; newest <= LWM_1_0; newest++) {
            struct lwm_registration r, out;
            struct imp_coap_message m;
            cr_assert_eq(lwm_register_write(&m, &r, &cases[i].client, "urn:dev:os:1",
                                            &wanted.server[0], false),
                         0);
            cr_expect_str_eq(r.objects, cases[i].root);
            cr_expect_eq(lwm_register_read(&out, &m, (enum lwm_version)newest),
                         (int)cases[i].client.version >= newest ? IMP_COAP_CREATED
                                                                : IMP_COAP_PRECONDITION_FAILED);
        }
}

Test(lwm2m_bootstrap, the_location_is_read)
{
    struct imp_coap_message m = {.code = IMP_COAP_CREATED};
    char location[16];
    cr_expect_eq(lwm_location_read(location, sizeof location, &m), -1);
    imp_coap_add_path(&m, IMP_COAP_LOCATION_PATH, "rd/5a3f");
    cr_expect_eq(lwm_location_read(location, sizeof location, &m), 0);
    cr_expect_str_eq(location, "rd/5a3f");
    cr_expect_eq(lwm_location_read(location, 7, &m), -1);
}
