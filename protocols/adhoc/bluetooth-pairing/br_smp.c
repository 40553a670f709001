/* SPDX-License-Identifier: GPL-2.0-only */
/* br_smp.c - the Security Manager Protocol over an encrypted BR/EDR connection (Core volume 3 part
 * H sections 2.4.2.5, 3.5.1, 3.5.2 and 3.6.1): request and response say that both ends derive an
 * LTK for LE from the link key, and which keys they hand over beside it. */
#include <string.h>

#include "pairing.h"

static const uint8_t codes[] = {SMP_REQUEST,          SMP_RESPONSE,
                                SMP_FAILED,           SMP_IDENTITY_INFORMATION,
                                SMP_IDENTITY_ADDRESS, SMP_SIGNING_INFORMATION};

/* -1: none that goes over BR/EDR (table 3.3). */
static int place_of(uint8_t code)
{
    for (int i = 0; i < (int)sizeof codes; i++)
        if (codes[i] == code)
            return i;
    return -1;
}

int bt_br_smp_message(uint8_t code)
{
    return BT_MSG_BR_SMP + place_of(code);
}

/* The end has a link key that was made on P-256 just now, and AES-CCM under it. */
static bool may_derive(const struct bt_party *p)
{
    return bt_ct_wanted(p) && bt_secure_connections(p) && !p->reconnects;
}

static bool begins(const struct bt_party *p)
{
    return may_derive(p) && p->br.peer_has_smp && p->key_size >= SMP_KEY_LEAST;
}

/* IO capability, OOB flag and all of AuthReq but CT2 are reserved here. */
static void write(const struct bt_party *p, uint8_t pdu[7], enum smp_code code)
{
    const struct smp_features f = {.auth_req = bt_ct_auth_req(p),
                                   .key_size = p->key_size,
                                   .initiator_keys = bt_asked_keys(p) | SMP_ENC_KEY,
                                   .responder_keys = bt_asked_keys(p) | SMP_ENC_KEY};
    uint8_t out[SMP_MAX];
    memcpy(pdu, out, smp_features_write(out, code, &f));
}

bool bt_br_smp_begin(struct bt_party *p, imp_time now)
{
    if (!begins(p))
        return false;
    bt_await(p, BT_CROSS, now);
    if (bt_initiates(p)) {
        bt_ct_announce(p);
        write(p, p->br.request, SMP_REQUEST);
        bt_send_sealed(p, sizeof p->br.request, p->br.request);
    }
    return true;
}

/* The connection stays, and so does its link key; LE gets no key. */
static void give_up(struct bt_party *p, const char *why)
{
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = "link", .name = why});
    memset(p->br.response, 0, sizeof p->br.response);
    bt_complete(p);
}

void bt_br_smp_timeout(struct bt_party *p)
{
    give_up(p, "cross-transport-timeout");
}

static void fail(struct bt_party *p, enum smp_reason reason, const char *why)
{
    const uint8_t pdu[2] = {SMP_FAILED, (uint8_t)reason};
    bt_send_sealed(p, sizeof pdu, pdu);
    give_up(p, why);
}

static void derive(struct bt_party *p, imp_time now)
{
    bt_ct_derive(p);
    bt_ct_keep(p);
    if (bt_distributes(p))
        bt_distribute(p, now);
    else
        bt_complete(p);
}

/* The size of the key is that of the connection's encryption. */
static bool size_right(struct bt_party *p, const uint8_t *pdu)
{
    return pdu[4] == p->key_size && p->key_size >= imp_opt(p->env, BT_OPT_KEY_LEAST);
}

static void request(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    if (!size_right(p, pdu)) {
        fail(p, SMP_KEY_SIZE, "key-size");
        return;
    }
    memcpy(p->br.request, pdu, sizeof p->br.request);
    write(p, p->br.response, SMP_RESPONSE);
    p->br.response[5] &= pdu[5];
    p->br.response[6] &= pdu[6];
    bt_send_sealed(p, sizeof p->br.response, p->br.response);
    derive(p, now);
}

static void response(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    if (!size_right(p, pdu)) {
        fail(p, SMP_KEY_SIZE, "key-size");
    } else if ((pdu[5] & ~p->br.request[5]) || (pdu[6] & ~p->br.request[6])) {
        fail(p, SMP_PARAMETERS, "keys-not-asked-for");
    } else {
        memcpy(p->br.response, pdu, sizeof p->br.response);
        derive(p, now);
    }
}

static void awaited(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now)
{
    int wanted = bt_initiates(p) ? SMP_RESPONSE : SMP_REQUEST;
    if (!smp_whole(pdu, n))
        fail(p, SMP_PARAMETERS, "malformed-pdu");
    else if (pdu[0] == SMP_FAILED)
        give_up(p, "failed-by-peer");
    else if (pdu[0] != wanted)
        fail(p, SMP_UNSPECIFIED, "unexpected-pdu");
    else if (bt_initiates(p))
        response(p, pdu, now);
    else
        request(p, pdu, now);
}

/* Before there is encryption, or where there never will be a key that is worth it. */
static void refuse(struct bt_party *p, const uint8_t *pdu, size_t n)
{
    const uint8_t failed[2] = {SMP_FAILED, SMP_CROSS_TRANSPORT};
    if (n > 0 && pdu[0] == SMP_REQUEST)
        imp_send(p->env, BT_BR_SMP, &p->peer_addr, bt_br_smp_message(SMP_FAILED), failed,
                 sizeof failed);
}

static void refuse_sealed(struct bt_party *p, const uint8_t *sealed, size_t n)
{
    uint8_t pdu[SMP_SEALED_MAX];
    const uint8_t failed[2] = {SMP_FAILED, SMP_CROSS_TRANSPORT};
    if (bt_open_sealed(p, pdu, &n, sealed) && smp_whole(pdu, n) && pdu[0] == SMP_REQUEST)
        bt_send_sealed(p, sizeof failed, failed);
}

void bt_br_smp(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now)
{
    uint8_t pdu[SMP_SEALED_MAX];
    bool encrypted = p->state == BT_CROSS || p->state == BT_KEYS || p->state == BT_PAIRED;
    if (!encrypted) {
        refuse(p, bytes, n);
    } else if (bt_br_legacy(p) || n < 1 + BT_MIC || n > sizeof pdu + BT_MIC) {
        return;
    } else if (p->state == BT_PAIRED) {
        if (!may_derive(p))
            refuse_sealed(p, bytes, n);
    } else if (p->state == BT_KEYS) {
        bt_distributed(p, bytes, n, now);
    } else if (!bt_open_sealed(p, pdu, &n, bytes)) {
        bt_given_up(p, "mic", now);
    } else {
        awaited(p, pdu, n, now);
    }
}
