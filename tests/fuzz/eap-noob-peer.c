/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB peer under any sequence of requests. Input: an octet with the state to begin in,
 * then requests, each preceded by two octets of length. A persistent association must survive
 * whatever comes over the network. */
#include <stdlib.h>
#include <string.h>

#include "protocols/adhoc/eap-noob/eap_noob.h"

extern const struct imp_mechanism imp_eap_noob;

static struct noob_peer peer;

/* ---- a world in which nothing happens
 * -------------------------------------------------------------- */
static void no_timer(struct imp_env *env, unsigned id, imp_time at)
{
    (void)env;
    (void)id;
    (void)at;
}

static void no_oob(struct imp_env *env, int channel, int message, const void *bytes, size_t n)
{
    (void)env;
    (void)channel;
    (void)message;
    (void)bytes;
    (void)n;
}

static void no_claim(struct imp_env *env, const struct imp_claim *claim)
{
    (void)env;
    if (claim->kind == IMP_CLAIM_COMMIT)
        abort(); /* nobody here knows the keys */
}

static int no_cell(struct imp_env *env, const char *name, void *out, size_t cap)
{
    (void)env;
    (void)name;
    (void)out;
    (void)cap;
    return -1;
}

static void no_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    (void)env;
    (void)op;
    (void)quantity;
}

static void some_octets(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    (void)env;
    (void)purpose;
    memset(out, 0x5a, n);
}

static struct imp_env *world(void)
{
    static const struct imp_env_ops ops = {.timer = no_timer,
                                           .oob = no_oob,
                                           .claim = no_claim,
                                           .cell_get = no_cell,
                                           .charge = no_charge,
                                           .random = some_octets};
    static struct imp_value options[NOOB_OPT_ASSOCIATION + 1];
    static struct imp_env env = {
        .ops = &ops, .mechanism = &imp_eap_noob, .name = "device-1", .options = options};
    char error[200];

    if (options[NOOB_OPT_NAI].s)
        return &env;
    imp_crypto_init();
    for (int i = 0; i <= NOOB_OPT_ASSOCIATION; i++)
        if (imp_option_parse(&options[i], &imp_eap_noob.options[i], imp_eap_noob.options[i].preset,
                             error, sizeof error) < 0)
            abort();
    return &env;
}

static void prepare(struct imp_env *env, uint8_t state)
{
    noob_peer_start(&peer, env, 0);
    peer.state = (enum noob_state)(state % NOOB_REGISTERED);
    strcpy(peer.e.peer_id, "p");
    strcpy(peer.e.nai, "a@b.c");
    strcpy(peer.association.peer_id, "p");
    strcpy(peer.association.nai, "a@b.c");
    peer.association.suite = NOOB_X25519;
    peer.e.suite = NOOB_X25519;
    peer.e.dirp = NOOB_BOTH_DIRS;
    noob_peer_begin(&peer, env, 0);
}

static void hand_in(struct imp_env *env, const uint8_t *text, size_t n)
{
    static uint8_t in[2048];
    uint8_t out[IMP_EAP_MTU] = {2, 1, 0, 0, NOOB_EAP_TYPE};
    struct imp_eap_io io = {
        .env = env, .in = in, .in_n = n + IMP_EAP_HEADER, .out = out, .cap = sizeof out};
    struct noob_message m;
    memcpy(in, out, IMP_EAP_HEADER);
    memcpy(in + IMP_EAP_HEADER, text, n);
    bool persistent = peer.state >= NOOB_RECONNECTING;
    enum imp_eap_peer_verdict v = noob_peer_process(&peer, &io);
    if (persistent && peer.state < NOOB_RECONNECTING)
        abort();
    if (v != IMP_EAP_PEER_IGNORE &&
        noob_parse(&m, true, out + IMP_EAP_HEADER, io.out_n - IMP_EAP_HEADER) != NOOB_OK)
        abort(); /* it answers in well-formed messages only */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_env *env = world();
    if (n == 0)
        return 0;
    prepare(env, data[0]);
    for (size_t at = 1; at + 2 <= n;) {
        size_t size = (size_t)data[at] << 8 | data[at + 1];
        at += 2;
        if (size > n - at || size > 2000)
            size = n - at < 2000 ? n - at : 2000;
        hand_in(env, data + at, size);
        at += size;
    }
    noob_peer_end(&peer, env, false, 0);
    return 0;
}
