/* SPDX-License-Identifier: GPL-2.0-only */
/* ssh_packet.c - the binary packet protocol, RFC 4253 section 6. */
#include <string.h>

#include "../crypto/crypto.h"
#include "ssh.h"

enum { LENGTH = 4, BLOCK = 8, PADDING_MIN = 4, TAG = 16 };

/* Unencrypted, the length field counts for the block size; under the cipher it does not. */
void imp_ssh__packet(struct imp_ssh *s, const uint8_t *payload, size_t n)
{
    uint8_t packet[IMP_SSH_PACKET_MAX];
    struct imp_ssh_direction *d = &s->out;
    size_t counted = (d->encrypted ? 0 : LENGTH) + 1 + n;
    size_t padding = BLOCK - counted % BLOCK;
    if (padding < PADDING_MIN)
        padding += BLOCK;
    size_t body = 1 + n + padding;
    if (n > IMP_SSH_PAYLOAD_MAX)
        return;
    for (int i = 0; i < LENGTH; i++)
        packet[i] = (uint8_t)(body >> (24 - 8 * i));
    packet[LENGTH] = (uint8_t)padding;
    memcpy(packet + LENGTH + 1, payload, n);
    if (d->encrypted) { /* padding needs not be random under a stream cipher, but is to be */
        imp_random(s->env, "ssh-padding", packet + LENGTH + 1 + n, padding);
        imp_ssh_chacha_seal(s->env, packet, body, d->key, d->sequence);
    } else {
        memset(packet + LENGTH + 1 + n, 0, padding);
    }
    d->sequence++;
    s->carried += LENGTH + body;
    s->hooks->send(s->arg, payload[0], packet, LENGTH + body + (d->encrypted ? TAG : 0));
}

static uint32_t length(const struct imp_ssh *s)
{
    const uint8_t *p = s->buffer;
    return s->in.encrypted
               ? imp_ssh_chacha_length(s->env, p, s->in.key, s->in.sequence)
               : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

long imp_ssh__cut(struct imp_ssh *s, uint8_t payload[IMP_SSH_PACKET_MAX])
{
    if (s->buffered < LENGTH)
        return 0;
    size_t body = length(s), tag = s->in.encrypted ? TAG : 0, whole = LENGTH + body + tag;
    size_t counted = body + (s->in.encrypted ? 0 : LENGTH);
    if (body > sizeof s->buffer - LENGTH - TAG || body < 1 + PADDING_MIN || counted % BLOCK) {
        imp_ssh__fail(s, s->in.encrypted ? IMP_SSH_BY_MAC_ERROR : IMP_SSH_BY_PROTOCOL_ERROR,
                      "bad packet length");
        return -1;
    }
    if (s->buffered < whole)
        return 0;
    if (tag && imp_ssh_chacha_open(s->env, s->buffer, body, s->in.key, s->in.sequence) != 0) {
        imp_ssh__fail(s, IMP_SSH_BY_MAC_ERROR, "bad tag");
        return -1;
    }
    size_t padding = s->buffer[LENGTH];
    if (padding < PADDING_MIN || padding + 2 > body) { /* a payload has one octet at least */
        imp_ssh__fail(s, IMP_SSH_BY_PROTOCOL_ERROR, "bad padding");
        return -1;
    }
    size_t n = body - 1 - padding;
    memcpy(payload, s->buffer + LENGTH + 1, n);
    s->in.sequence++;
    s->carried += LENGTH + body;
    s->buffered -= whole;
    memmove(s->buffer, s->buffer + whole, s->buffered);
    return (long)n;
}
