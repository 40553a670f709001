/* SPDX-License-Identifier: GPL-2.0-only */
/* psk_guess.c - a weak PSK, tried off line against message 2 (RFC 4764, section 8.7). */
#include <string.h>

#include "../../crypto/crypto.h"
#include "../../eap/eap_packet.h"
#include "../../eap/eapol.h"
#include "psk.h"

/* What MAC_P is computed over, and MAC_P. */
struct evidence {
    char id_s[IMP_EAP_ID_MAX + 1], id_p[IMP_EAP_ID_MAX + 1];
    enum psk_id_encoding encoding;
    uint8_t rand_s[PSK_RAND], rand_p[PSK_RAND], mac[PSK_MAC];
};

static unsigned bits(const struct imp_env *env)
{
    return (unsigned)imp_opt(env, PSK_OPT_ENTROPY);
}

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    imp_weak_key_number(out, i);
    return PSK_SIZE;
}

/* The EAP-PSK message in an EAPOL frame. */
static bool read_message(struct psk_message *m, const uint8_t *frame, size_t n)
{
    struct imp_eapol l;
    struct imp_eap_packet e;
    return imp_eapol_parse(&l, frame, n) == 0 && l.type == IMP_EAPOL_EAP &&
           imp_eap_parse(&e, l.body, l.body_n) == 0 && e.type == PSK_TYPE &&
           psk_parse(m, l.body, e.n) == 0;
}

static void copy_id(char out[IMP_EAP_ID_MAX + 1], const struct psk_message *m)
{
    memcpy(out, m->id, m->id_n);
    out[m->id_n] = 0;
}

/* ID_S from any message 1, since a server has one; the rest from the party's own message 2. */
static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct evidence *e = kept;
    struct psk_message m;
    char own[IMP_EAP_ID_MAX + 1];
    if (channel != IMP_DOT1X_ACCESS || !read_message(&m, bytes, n) || m.t > 1)
        return false;
    if (m.t == 0) {
        copy_id(e->id_s, &m);
        return false;
    }
    int own_n = env->ops->cell_get(env, PSK_CELL_ID, own, sizeof own);
    if (!e->id_s[0] || own_n != (int)m.id_n || memcmp(own, m.id, m.id_n) != 0)
        return false;
    copy_id(e->id_p, &m);
    e->encoding = m.id_encoding;
    memcpy(e->rand_s, m.rand_s, PSK_RAND);
    memcpy(e->rand_p, m.rand_p, PSK_RAND);
    memcpy(e->mac, m.mac, PSK_MAC);
    return true;
}

static bool right(const void *kept, const uint8_t *psk, size_t n)
{
    const struct evidence *e = kept;
    struct psk_keys keys;
    uint8_t mac[PSK_MAC];
    if (n != PSK_SIZE)
        return false;
    psk_key_setup(NULL, &keys, psk);
    psk_mac_p(NULL, mac, keys.ak, e->encoding, e->id_p, e->id_s, e->rand_s, e->rand_p);
    return imp_equal(mac, e->mac, PSK_MAC);
}

const struct imp_guess psk_guesses[] = {
    {.name = "PSK",
     .summary = "Shared by device and server; off line against MAC_P of message 2.",
     .role = IMP_DOT1X_PEER,
     .cell = PSK_CELL_KEYS,
     .bits = bits,
     .candidate = candidate,
     .evidence_size = sizeof(struct evidence),
     .evidence = evidence,
     .right = right},
    IMP_DOT1X_GUESS_ROW,
    {.name = NULL},
};
