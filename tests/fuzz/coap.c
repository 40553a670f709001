/* SPDX-License-Identifier: GPL-2.0-only */
/* The CoAP decoder and an endpoint that meets the datagram out of the blue. What decodes must
 * encode to something that decodes to the same. */
#include "protocols/coap/endpoint.h"
#include "tests/support/test_env.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void discard(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct imp_coap_message m;
    (void)arg;
    (void)label;
    if (imp_coap_decode(&m, datagram, n) != 0)
        abort(); /* we send what we would take */
}

static void echo(void *arg, const struct imp_coap_message *request, struct imp_coap_reply *reply,
                 imp_time now)
{
    size_t n = request->payload_n < IMP_COAP_SCRATCH ? request->payload_n : IMP_COAP_SCRATCH;
    (void)arg;
    (void)now;
    if (n)
        memcpy(reply->scratch, request->payload, n);
    reply->message.payload = reply->scratch;
    reply->message.payload_n = n;
}

static void compare(const struct imp_coap_message *a, const struct imp_coap_message *b)
{
    if (a->type != b->type || a->code != b->code || a->mid != b->mid || a->token_n != b->token_n ||
        memcmp(a->token, b->token, a->token_n) != 0 || a->option_count != b->option_count ||
        a->payload_n != b->payload_n)
        abort();
    for (size_t i = 0; i < a->option_count; i++)
        if (a->options[i].number != b->options[i].number || a->options[i].n != b->options[i].n ||
            memcmp(a->options[i].p, b->options[i].p, a->options[i].n) != 0)
            abort();
    if (a->payload_n && memcmp(a->payload, b->payload, a->payload_n) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct imp_coap_endpoint e;
    static uint8_t out[1 << 17];
    struct imp_coap_message m, again;
    struct imp_coap_block block;
    struct test_env t;
    size_t query_n;
    if (n > 1 << 16)
        return 0;
    if (imp_coap_decode(&m, data, n) == 0) {
        int size = imp_coap_encode(out, sizeof out, &m);
        if (size < 0 || imp_coap_decode(&again, out, (size_t)size) != 0)
            abort();
        compare(&m, &again);
        imp_coap_bad_option(&m);
        imp_coap_path_is(&m, "a/b");
        imp_coap_query(&m, "ep", &query_n);
        imp_coap_get_block(&m, IMP_COAP_BLOCK1, &block);
    }
    test_env_init(&t, 1, "fuzz");
    const struct imp_coap_config config = {.token_n = 1, .send = discard, .serve = echo};
    imp_coap_endpoint_init(&e, &t.env, &config);
    struct imp_coap_message request = {.code = IMP_COAP_GET};
    imp_coap_request(&e, IMP_COAP_CON, &request, 0, 0);
    imp_coap_feed(&e, data, n, IMP_S);
    imp_coap_feed(&e, data, n, 2 * IMP_S);
    return 0;
}
