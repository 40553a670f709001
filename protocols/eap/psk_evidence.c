/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "../crypto/crypto.h"
#include "eap_packet.h"
#include "psk.h"

unsigned psk_guess_bits(const struct imp_env *env)
{
    return (unsigned)imp_eap_opt(env, "psk-entropy", 8 * PSK_SIZE);
}

size_t psk_guess_candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    imp_weak_key_number(out, i);
    return PSK_SIZE;
}

static void copy_id(char out[IMP_EAP_ID_MAX + 1], const struct psk_message *m)
{
    memcpy(out, m->id, m->id_n);
    out[m->id_n] = 0;
}

bool psk_evidence_look(struct psk_evidence *e, struct imp_env *env, const uint8_t *packet, size_t n)
{
    struct imp_eap_packet p;
    struct psk_message m;
    char own[IMP_EAP_ID_MAX + 1];
    if (imp_eap_parse(&p, packet, n) != 0 || p.type != PSK_TYPE ||
        psk_parse(&m, packet, p.n) != 0 || m.t > 1)
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

bool psk_evidence_right(const void *evidence, const uint8_t *psk, size_t n)
{
    const struct psk_evidence *e = evidence;
    struct psk_keys keys;
    uint8_t mac[PSK_MAC];
    if (n != PSK_SIZE)
        return false;
    psk_key_setup(NULL, &keys, psk);
    psk_mac_p(NULL, mac, keys.ak, e->encoding, e->id_p, e->id_s, e->rand_s, e->rand_p);
    return imp_equal(mac, e->mac, PSK_MAC);
}
