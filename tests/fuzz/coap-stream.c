/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames of RFC 8323 and a connection that takes the octets, cut in two. What can be read must be
 * written to something that is read alike; how a stream is cut makes no difference. */
#include "protocols/coap/connection.h"
#include "tests/support/test_env.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct log {
    size_t messages, octets;
    uint8_t last;
    bool ended;
};

static void count(void *arg, int label, const uint8_t *bytes, size_t n)
{
    struct log *l = arg;
    struct imp_coap_message m;
    (void)label;
    if (imp_coap_frame_read(&m, bytes, n, n) != (int)n)
        abort(); /* we send what we would take */
    l->messages++;
    l->octets += n;
    l->last = m.code;
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

static void ended(void *arg, enum imp_coap_ending ending, imp_time now)
{
    struct log *l = arg;
    (void)ending;
    (void)now;
    if (l->ended)
        abort();
    l->ended = true;
}

static void run(struct log *l, const uint8_t *data, size_t n, size_t cut)
{
    static struct imp_coap_connection c;
    const struct imp_coap_connection_config config = {
        .token_n = 1, .send = count, .serve = echo, .ended = ended, .arg = l};
    struct test_env t;
    test_env_init(&t, 1, "fuzz");
    *l = (struct log){.messages = 0};
    imp_coap_connection_open(&c, &t.env, &config);
    imp_coap_connection_feed(&c, data, cut, 0);
    imp_coap_connection_feed(&c, data + cut, n - cut, 0);
}

static void compare(const struct imp_coap_message *a, const struct imp_coap_message *b)
{
    if (a->code != b->code || a->option_count != b->option_count || a->payload_n != b->payload_n)
        abort();
    if (a->code == IMP_COAP_EMPTY)
        return;
    if (a->token_n != b->token_n || memcmp(a->token, b->token, a->token_n) != 0)
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
    static uint8_t out[1 << 17];
    struct imp_coap_message m, again;
    struct log whole, cut;
    if (n == 0 || n > 1 << 14)
        return 0;
    int used = imp_coap_frame_read(&m, data, n, 1 << 14);
    if (used > 0) {
        int size = imp_coap_frame_write(out, sizeof out, &m);
        if (size < 0 || imp_coap_frame_read(&again, out, (size_t)size, sizeof out) != size)
            abort();
        compare(&m, &again);
    }
    run(&whole, data, n, 0);
    run(&cut, data, n, data[n - 1] % n);
    if (whole.messages != cut.messages || whole.octets != cut.octets || whole.last != cut.last ||
        whole.ended != cut.ended)
        abort();
    return 0;
}
