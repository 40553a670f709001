/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "../crypto/crypto.h"
#include "eap_packet.h"
#include "psk.h"

enum { /* offsets in the EAP packet, RFC 4764 section 5 */
       AT_FLAGS = 5,
       AT_RAND_S = 6,
       AT_BODY = 22,
       CHANNEL_FIXED = 4 + 16 + 1, /* nonce, tag, R/E octet */
       E_BIT = 0x20,
};

static int parse_channel(struct psk_message *m, const uint8_t *p, size_t n)
{
    if (n < CHANNEL_FIXED || n > CHANNEL_FIXED + 1 + PSK_EXT_MAX)
        return -1;
    m->nonce = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    m->tag = p + 4;
    m->sealed = p + 20;
    m->sealed_n = n - 20;
    return 0;
}

static int parse_id(struct psk_message *m, const uint8_t *p, size_t n)
{
    bool closed = n > 1 && p[n - 1] == 0;
    n -= closed;
    /* The RFC allows 966 octets; an NAI has at most 253 (RFC 7542). */
    if (n == 0 || n > IMP_EAP_ID_MAX || memchr(p, 0, n))
        return -1;
    m->id = p;
    m->id_n = n;
    m->id_encoding = closed ? PSK_ID_NUL_TERMINATED : PSK_ID_NAI;
    return 0;
}

int psk_parse(struct psk_message *out, const uint8_t *packet, size_t n)
{
    struct psk_message m = {0};
    const uint8_t *body = packet + AT_BODY;
    if (n < AT_BODY)
        return -1;
    size_t body_n = n - AT_BODY;
    m.t = packet[AT_FLAGS] >> 6; /* reserved bits are ignored */
    m.rand_s = packet + AT_RAND_S;
    int status = -1;
    switch (m.t) {
    case 0:
        status = parse_id(&m, body, body_n);
        break;
    case 1:
        if (body_n < PSK_RAND + PSK_MAC)
            return -1;
        m.rand_p = body;
        m.mac = body + PSK_RAND;
        status = parse_id(&m, body + PSK_RAND + PSK_MAC, body_n - PSK_RAND - PSK_MAC);
        break;
    case 2:
        if (body_n < PSK_MAC)
            return -1;
        m.mac = body;
        status = parse_channel(&m, body + PSK_MAC, body_n - PSK_MAC);
        break;
    case 3:
        status = parse_channel(&m, body, body_n);
        break;
    }
    if (status == 0)
        *out = m;
    return status;
}

static uint8_t *write_head(struct imp_eap_io *io, unsigned t, const uint8_t rand_s[PSK_RAND])
{
    io->out[AT_FLAGS] = (uint8_t)(t << 6);
    memcpy(io->out + AT_RAND_S, rand_s, PSK_RAND);
    return io->out + AT_BODY;
}

void psk_write_1(struct imp_eap_io *io, enum psk_id_encoding encoding,
                 const uint8_t rand_s[PSK_RAND], const char *id_s)
{
    size_t n = psk_id_size(id_s, encoding);
    uint8_t *p = write_head(io, 0, rand_s);
    memcpy(p, id_s, n);
    imp_eap_length(io, AT_BODY + n);
}

void psk_write_2(struct imp_eap_io *io, enum psk_id_encoding encoding,
                 const uint8_t rand_s[PSK_RAND], const uint8_t rand_p[PSK_RAND],
                 const uint8_t mac_p[PSK_MAC], const char *id_p)
{
    size_t n = psk_id_size(id_p, encoding);
    uint8_t *p = write_head(io, 1, rand_s);
    memcpy(p, rand_p, PSK_RAND);
    memcpy(p + PSK_RAND, mac_p, PSK_MAC);
    memcpy(p + PSK_RAND + PSK_MAC, id_p, n);
    imp_eap_length(io, AT_BODY + PSK_RAND + PSK_MAC + n);
}

/* EAX nonce: 96 zero bits and N, section 3.3. */
static void eax_nonce(uint8_t out[16], uint32_t n)
{
    memset(out, 0, 16);
    for (int i = 0; i < 4; i++)
        out[12 + i] = (uint8_t)(n >> (24 - 8 * i));
}

void psk_write_channel(struct imp_eap_io *io, const uint8_t rand_s[PSK_RAND], const uint8_t *mac_s,
                       const uint8_t tek[PSK_SIZE], uint32_t nonce,
                       const struct psk_channel *channel)
{
    uint8_t text[PSK_TEXT_MAX], n16[16];
    size_t n = 1;
    uint8_t *p = write_head(io, mac_s ? 2 : 3, rand_s);
    if (mac_s) {
        memcpy(p, mac_s, PSK_MAC);
        p += PSK_MAC;
    }
    text[0] = (uint8_t)(channel->r << 6 | (channel->e ? E_BIT : 0));
    if (channel->e) {
        text[n++] = channel->ext_type;
        if (channel->ext_n)
            memcpy(text + n, channel->ext, channel->ext_n);
        n += channel->ext_n;
    }
    /* The header that is authenticated holds the packet's length: it must be final here. */
    imp_eap_length(io, (size_t)(p - io->out) + 20 + n);
    eax_nonce(n16, nonce);
    memcpy(p, n16 + 12, 4);
    imp_aes_eax_seal(io->env, p + 20, p + 4, tek, n16, sizeof n16, io->out, PSK_HEADER, text, n);
    imp_wipe(text, n);
}

int psk_open_channel(struct imp_env *env, struct psk_channel *out, uint8_t *text,
                     const uint8_t *packet, const struct psk_message *m,
                     const uint8_t tek[PSK_SIZE])
{
    uint8_t n16[16];
    eax_nonce(n16, m->nonce);
    if (imp_aes_eax_open(env, text, m->tag, tek, n16, sizeof n16, packet, PSK_HEADER, m->sealed,
                         m->sealed_n) != 0)
        return -1;
    struct psk_channel c = {.r = text[0] >> 6, .e = text[0] & E_BIT};
    if (c.r < PSK_CONT || (c.e ? m->sealed_n < 2 : m->sealed_n != 1))
        return -1;
    if (c.e) {
        c.ext_type = text[1];
        c.ext = text + 2;
        c.ext_n = m->sealed_n - 2;
    }
    *out = c;
    return 0;
}
