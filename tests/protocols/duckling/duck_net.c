/* SPDX-License-Identifier: GPL-2.0-only */
#include "duck_net.h"

const struct imp_addr duck_stranger = {.n = 18, .bytes = {0xfd, [15] = 0x99, [16] = 0x16, 0x33}};

struct memnet *duck_net(uint64_t seed, const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_duckling, seed, settings);
    memnet_start(net);
    return net;
}

struct memnet *duck_net_complete(const char *const *settings)
{
    struct memnet *net = duck_net(1, settings);
    memnet_run(net, 600 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

bool duck_bond_of(const struct memnet *net, struct duck_bond *bond)
{
    uint8_t packed[DUCK_BOND_SIZE];
    if (memnet_cell(net, DUCK_DUCKLING, "bond", packed, sizeof packed) != DUCK_BOND_SIZE)
        return false;
    duck_bond_unpack(bond, packed);
    return true;
}

unsigned duck_ask(struct memnet *net, int role, const struct imp_addr *from, unsigned code,
                  const char *path, const void *payload, size_t n)
{
    static uint16_t mid = 0x4000;
    struct imp_coap_message m = {.type = IMP_COAP_CON,
                                 .code = (uint8_t)code,
                                 .mid = ++mid,
                                 .token_n = 1,
                                 .token = {0x77},
                                 .payload = payload,
                                 .payload_n = n},
                            answer;
    uint8_t datagram[512];
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    int length = imp_coap_encode(datagram, sizeof datagram, &m);
    size_t before = memnet_message_count(net);
    memnet_inject(net, role, DUCK_COAP, from, datagram, (size_t)length);
    memnet_run_past(net, memnet_run_past(net, 0) + IMP_MS / 2);
    for (size_t i = before; i < memnet_message_count(net); i++) {
        const struct memnet_message *sent = memnet_message(net, i);
        if (sent->from == role && sent->channel == DUCK_COAP &&
            imp_coap_decode(&answer, sent->bytes, sent->n) == 0 && answer.type == IMP_COAP_ACK &&
            answer.mid == mid)
            return answer.code;
    }
    return 0;
}

size_t duck_request_content(uint8_t *out, uint8_t mother)
{
    struct duck_content c = {.has = DUCK_HAS(DUCK_F_NODE) | DUCK_HAS(DUCK_F_NAME) |
                                    DUCK_HAS(DUCK_F_LIFETIME),
                             .name = "other",
                             .name_n = 5};
    memset(c.node, mother, DUCK_ID);
    return duck_content_write(NULL, out, &c);
}

size_t duck_offer_content(uint8_t *out, uint8_t duckling)
{
    struct duck_content c = {.has = DUCK_HAS(DUCK_F_NODE) | DUCK_HAS(DUCK_F_STATE)};
    memset(c.node, duckling, DUCK_ID);
    return duck_content_write(NULL, out, &c);
}
