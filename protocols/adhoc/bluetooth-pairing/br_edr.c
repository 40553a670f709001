/* SPDX-License-Identifier: GPL-2.0-only */
/* br_edr.c - Secure Simple Pairing over LMP (Core volume 2 part C section 4.2.7). Its stages are
 * those of LE: each PDU of them is told here in LMP's words, and back. */
#include <string.h>

#include "pairing.h"
#include "protocols/contract/observe.h"

enum { PIECE = 16, KEY = 64 /* most octets of a public key */ };
enum { AUTH_MITM = 1, AUTH_GENERAL_BONDING = 4 }; /* authentication requirements */
enum { PAGE = 2, SECURE_CONNECTIONS = 1 };        /* features page 2, octet 1: controller support */

bool bt_br_edr(const struct bt_party *p)
{
    return imp_opt(p->env, BT_OPT_TRANSPORT) == BT_TRANSPORT_BR_EDR;
}

void bt_send_lmp(struct bt_party *p, enum lmp_pdu pdu, const uint8_t *parameters)
{
    uint8_t out[LMP_MAX];
    size_t n = lmp_write(out, pdu, parameters);
    imp_send(p->env, BT_LMP, &p->peer_addr, BT_MSG_LMP + (int)pdu, out, n);
}

void bt_send_accepted(struct bt_party *p, enum lmp_pdu pdu)
{
    uint8_t opcode = lmp_opcode(pdu);
    bt_send_lmp(p, LMP_ACCEPTED, &opcode);
}

void bt_send_not_accepted(struct bt_party *p, enum lmp_pdu pdu, enum lmp_error why)
{
    const uint8_t parameters[2] = {lmp_opcode(pdu), (uint8_t)why};
    bt_send_lmp(p, LMP_NOT_ACCEPTED, parameters);
}

void bt_br_io_cap(uint8_t out[3], const struct smp_features *f)
{
    out[0] = (uint8_t)(AUTH_GENERAL_BONDING | (f->auth_req & SMP_MITM ? AUTH_MITM : 0));
    out[1] = f->oob;
    out[2] = f->io;
}

/* ---- sending: SMP's PDU in LMP's words
 * --------------------------------------------------------------- */
static void send_features(struct bt_party *p, enum lmp_pdu pdu)
{
    uint8_t cap[3];
    bt_br_io_cap(cap, &p->own);
    const uint8_t parameters[3] = {cap[2], cap[1], cap[0]};
    bt_send_lmp(p, pdu, parameters);
}

static size_t key_size(const struct bt_party *p)
{
    return 2 * bt_width(p);
}

/* Major type 1; minor type 1: P-192 public key, 2: P-256. */
static void key_header(const struct bt_party *p, uint8_t out[3])
{
    out[0] = 1;
    out[1] = p->br.p192 ? 1 : 2;
    out[2] = (uint8_t)key_size(p);
}

/* The key goes in pieces, each one when the one before was accepted. SMP's y follows its x of 32
 * octets, of which the last are zeros with P-192. */
static void send_key(struct bt_party *p, const uint8_t *key)
{
    uint8_t header[3];
    size_t width = bt_width(p);
    key_header(p, header);
    memcpy(p->br.own_key, key, width);
    memcpy(p->br.own_key + width, key + BT_COORDINATE, width);
    p->br.sent = 0;
    p->br.sending = true;
    bt_send_lmp(p, LMP_ENCAPSULATED_HEADER, header);
}

static void next_piece(struct bt_party *p)
{
    uint8_t held[SMP_MAX];
    if (!p->br.sending)
        return;
    if (p->br.sent < key_size(p)) {
        bt_send_lmp(p, LMP_ENCAPSULATED_PAYLOAD, p->br.own_key + p->br.sent);
        p->br.sent += PIECE;
        return;
    }
    p->br.sending = false;
    memcpy(held, p->br.held, sizeof held);
    p->br.held[0] = 0;
    if (held[0])
        bt_send_as_lmp(p, held);
}

static void send_failed(struct bt_party *p, uint8_t reason)
{
    const uint8_t why = reason == SMP_REPEATED ? LMP_REPEATED_ATTEMPTS : LMP_PAIRING_NOT_ALLOWED;
    const uint8_t refused[3] = {LMP_EXTENDED, 25, why};
    const uint8_t detached = LMP_AUTHENTICATION_FAILURE;
    switch (reason) {
    case SMP_CONFIRM_VALUE:
        bt_send_not_accepted(p, LMP_SIMPLE_PAIRING_NUMBER, LMP_AUTHENTICATION_FAILURE);
        break;
    case SMP_DHKEY:
        bt_send_not_accepted(p, LMP_DHKEY_CHECK, LMP_AUTHENTICATION_FAILURE);
        break;
    case SMP_PARAMETERS:
        bt_send_not_accepted(p, LMP_ENCAPSULATED_PAYLOAD, LMP_INVALID_PARAMETERS);
        break;
    case SMP_OOB_UNAVAILABLE:
        bt_send_lmp(p, LMP_OOB_FAILED, NULL);
        break;
    case SMP_COMPARISON:
        bt_send_lmp(p, LMP_NUMERIC_COMPARISON_FAILED, NULL);
        break;
    case SMP_AUTHENTICATION_REQUIREMENTS:
    case SMP_NOT_SUPPORTED:
    case SMP_REPEATED:
        bt_send_lmp(p, LMP_NOT_ACCEPTED_EXT, refused);
        break;
    default:
        bt_send_lmp(p, LMP_DETACH, &detached);
        break;
    }
}

void bt_send_as_lmp(struct bt_party *p, const uint8_t *pdu)
{
    if (p->br.sending && pdu[0] != SMP_FAILED) {
        memcpy(p->br.held, pdu, smp_size(pdu[0]));
        return;
    }
    switch (pdu[0]) {
    case SMP_REQUEST:
        send_features(p, LMP_IO_CAPABILITY_REQ);
        break;
    case SMP_RESPONSE:
        send_features(p, LMP_IO_CAPABILITY_RES);
        break;
    case SMP_PUBLIC_KEY:
        send_key(p, pdu + 1);
        break;
    case SMP_CONFIRM:
        bt_send_lmp(p, LMP_SIMPLE_PAIRING_CONFIRM, pdu + 1);
        break;
    case SMP_RANDOM:
        bt_send_lmp(p, LMP_SIMPLE_PAIRING_NUMBER, pdu + 1);
        break;
    case SMP_DHKEY_CHECK:
        bt_send_lmp(p, LMP_DHKEY_CHECK, pdu + 1);
        break;
    case SMP_KEYPRESS:
        bt_send_lmp(p, LMP_KEYPRESS_NOTIFICATION, pdu + 1);
        break;
    case SMP_FAILED:
        send_failed(p, pdu[1]);
        break;
    default:
        break;
    }
}

/* LMP says aloud that a number or a check was right. */
void bt_accept(struct bt_party *p, enum smp_code code)
{
    if (bt_br_edr(p))
        bt_send_accepted(p, code == SMP_RANDOM ? LMP_SIMPLE_PAIRING_NUMBER : LMP_DHKEY_CHECK);
}

/* ---- connection
 * ------------------------------------------------------------------------------------- */
static void features_page(const struct bt_party *p, uint8_t out[10])
{
    bool sc = imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) != BT_SC_NO;
    memset(out, 0, 10);
    out[0] = out[1] = PAGE;
    out[3] = sc ? SECURE_CONNECTIONS : 0;
}

void bt_br_forget(struct bt_party *p)
{
    p->br.sending = false;
    p->br.held[0] = 0;
    p->br.asked_channels = p->br.peer_has_smp = false;
    memset(p->br.request, 0, sizeof p->br.request);
    memset(p->br.response, 0, sizeof p->br.response);
    p->br.p192 = bt_br_edr(p) && imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) == BT_SC_NO;
}

void bt_br_connect(struct bt_party *p, imp_time now)
{
    bt_await(p, BT_ASKED, now);
    bt_send_lmp(p, LMP_HOST_CONNECTION_REQ, NULL);
}

/* Without Secure Connections at both ends it will be P-192, E1 and E0, if the policy of this end
 * allows. */
static bool peer_features(struct bt_party *p, const uint8_t *page, imp_time now)
{
    const uint8_t why = LMP_INSUFFICIENT_SECURITY;
    int64_t policy = imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS);
    p->br.p192 = policy == BT_SC_NO || !(page[3] & SECURE_CONNECTIONS);
    if (!p->br.p192 || policy != BT_SC_ONLY ||
        bt_omits(p, BT_FLAW_POLICY, BT_FLAW_RESPONDER_POLICY))
        return true;
    bt_send_lmp(p, LMP_DETACH, &why);
    bt_given_up(p, "secure-connections", now);
    return false;
}

/* The initiator: host_connection_req, features, setup_complete, then security. */
static void setting_up(struct bt_party *p, int pdu, const uint8_t *parameters, imp_time now)
{
    uint8_t page[10];
    features_page(p, page);
    if (pdu == LMP_ACCEPTED && parameters[0] == lmp_opcode(LMP_HOST_CONNECTION_REQ)) {
        bt_send_lmp(p, LMP_FEATURES_REQ_EXT, page);
    } else if (pdu == LMP_FEATURES_RES_EXT && peer_features(p, parameters, now)) {
        bt_send_lmp(p, LMP_SETUP_COMPLETE, NULL);
    } else if (pdu == LMP_SETUP_COMPLETE && bt_ct_wanted(p) && !p->br.p192) {
        bt_br_channels_ask(p);
    } else if (pdu == LMP_SETUP_COMPLETE) {
        bt_secure(p, now);
    }
}

static void asked_to_set_up(struct bt_party *p, int pdu, const uint8_t *parameters, imp_time now)
{
    uint8_t page[10];
    features_page(p, page);
    if (pdu == LMP_HOST_CONNECTION_REQ)
        bt_send_accepted(p, LMP_HOST_CONNECTION_REQ);
    else if (pdu == LMP_FEATURES_REQ_EXT && peer_features(p, parameters, now))
        bt_send_lmp(p, LMP_FEATURES_RES_EXT, page);
    else if (pdu == LMP_SETUP_COMPLETE)
        bt_send_lmp(p, LMP_SETUP_COMPLETE, NULL);
}

/* ---- receiving: LMP's PDU in SMP's words
 * ------------------------------------------------------------- */
static void io_capability(struct bt_party *p, enum smp_code code, const uint8_t *parameters,
                          imp_time now)
{
    bool mitm = parameters[2] & AUTH_MITM;
    const uint8_t pdu[7] = {(uint8_t)code, parameters[0], parameters[1],
                            (uint8_t)(SMP_BONDING | SMP_SC | (mitm ? SMP_MITM : 0)), SMP_KEY_MOST};
    bt_pdu(p, pdu, sizeof pdu, now);
}

static void value(struct bt_party *p, enum smp_code code, const uint8_t *parameters, imp_time now)
{
    uint8_t pdu[1 + PIECE] = {(uint8_t)code};
    memcpy(pdu + 1, parameters, PIECE);
    bt_pdu(p, pdu, sizeof pdu, now);
}

static void key_piece(struct bt_party *p, const uint8_t *parameters, imp_time now)
{
    uint8_t pdu[1 + KEY] = {SMP_PUBLIC_KEY};
    uint8_t *at = p->br.peer_key;
    size_t width = bt_width(p);
    if (p->br.got >= 2 * width)
        return;
    memcpy(at + p->br.got, parameters, PIECE);
    p->br.got += PIECE;
    bt_send_accepted(p, LMP_ENCAPSULATED_PAYLOAD);
    if (p->br.got < 2 * width)
        return;
    memcpy(pdu + 1, at, width);
    memcpy(pdu + 1 + BT_COORDINATE, at + width, width);
    const struct imp_piece pieces[] = {{at, 16}, {at + 16, 16}, {at + 32, 16}, {at + 48, 16}};
    imp_observe_join(pdu + 1, KEY, pieces, 2 * width / PIECE);
    bt_pdu(p, pdu, sizeof pdu, now);
}

static void encapsulated_header(struct bt_party *p, const uint8_t parameters[3])
{
    uint8_t header[3];
    key_header(p, header);
    p->br.got = 0;
    if (memcmp(parameters, header, sizeof header) == 0)
        bt_send_accepted(p, LMP_ENCAPSULATED_HEADER);
    else
        bt_send_not_accepted(p, LMP_ENCAPSULATED_HEADER, LMP_INVALID_PARAMETERS);
}

static void pairing(struct bt_party *p, int pdu, const uint8_t *parameters, imp_time now)
{
    switch (pdu) {
    case LMP_IO_CAPABILITY_REQ:
        io_capability(p, SMP_REQUEST, parameters, now);
        break;
    case LMP_IO_CAPABILITY_RES:
        io_capability(p, SMP_RESPONSE, parameters, now);
        break;
    case LMP_ENCAPSULATED_HEADER:
        encapsulated_header(p, parameters);
        break;
    case LMP_ENCAPSULATED_PAYLOAD:
        key_piece(p, parameters, now);
        break;
    case LMP_SIMPLE_PAIRING_CONFIRM:
        value(p, SMP_CONFIRM, parameters, now);
        break;
    case LMP_SIMPLE_PAIRING_NUMBER:
        value(p, SMP_RANDOM, parameters, now);
        break;
    case LMP_DHKEY_CHECK:
        value(p, SMP_DHKEY_CHECK, parameters, now);
        break;
    case LMP_KEYPRESS_NOTIFICATION:
        bt_pdu(p, (const uint8_t[]){SMP_KEYPRESS, parameters[0]}, 2, now);
        break;
    default:
        break;
    }
}

static void failed(struct bt_party *p, int pdu, const uint8_t *parameters, imp_time now)
{
    bool challenged = p->state == BT_ENC_REQ || p->state == BT_SRES;
    bool missing = pdu == LMP_NOT_ACCEPTED && parameters[0] == lmp_opcode(LMP_AU_RAND) &&
                   parameters[1] == LMP_KEY_MISSING;
    if (missing && bt_initiates(p) && challenged)
        bt_key_missing(p, now);
    else if (p->state != BT_IDLE && p->state != BT_PAIRED &&
             (p->state != BT_FEATURES || bt_initiates(p)))
        bt_given_up(p, "failed-by-peer", now);
}

static bool says_no(int pdu)
{
    return pdu == LMP_NOT_ACCEPTED || pdu == LMP_NOT_ACCEPTED_EXT || pdu == LMP_DETACH ||
           pdu == LMP_NUMERIC_COMPARISON_FAILED || pdu == LMP_PASSKEY_FAILED ||
           pdu == LMP_OOB_FAILED;
}

static bool accepts_key(int pdu, const uint8_t *parameters)
{
    return pdu == LMP_ACCEPTED && (parameters[0] == lmp_opcode(LMP_ENCAPSULATED_HEADER) ||
                                   parameters[0] == lmp_opcode(LMP_ENCAPSULATED_PAYLOAD));
}

void bt_lmp(struct bt_party *p, const struct imp_event *e, imp_time now)
{
    int pdu = lmp_read(e->bytes, e->n);
    if (p->state == BT_FEATURES && !bt_initiates(p)) {
        p->peer_addr = e->from;
        bt_name_of(p->peer_name, &p->peer_addr);
    }
    if (!imp_addr_equal(&e->from, &p->peer_addr) || p->state == BT_IDLE || p->state == BT_PAIRED)
        return;
    if (bt_br_sealed(p, e->bytes, e->n, now))
        return;
    if (pdu < 0) {
        bt_failed(p, SMP_UNSPECIFIED, "malformed-pdu", now);
        return;
    }
    const uint8_t *parameters = e->bytes + lmp_head((enum lmp_pdu)pdu);
    if (says_no(pdu))
        failed(p, pdu, parameters, now);
    else if (accepts_key(pdu, parameters))
        next_piece(p);
    else if (p->state == BT_ASKED)
        setting_up(p, pdu, parameters, now);
    else if (!bt_br_security(p, pdu, parameters, now)) {
        if (p->state == BT_FEATURES && !bt_initiates(p))
            asked_to_set_up(p, pdu, parameters, now);
        pairing(p, pdu, parameters, now);
    }
}
