/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_packet.c - EAP-TLS packets and fragments, RFC 5216 sections 2.1.5, 3.1 and 3.2. */
#include <string.h>

#include "eap_packet.h"
#include "etls.h"
#include "protocols/contract/observe.h"

enum { FLAGS = IMP_EAP_HEADER, LENGTH_SIZE = 4 };

int etls_parse(struct etls_packet *out, const uint8_t *packet, size_t n)
{
    size_t at = FLAGS + 1;
    if (n < at)
        return -1;
    *out = (struct etls_packet){.start = packet[FLAGS] & ETLS_FLAG_START,
                                .more = packet[FLAGS] & ETLS_MORE,
                                .has_length = packet[FLAGS] & ETLS_LENGTH};
    if (out->has_length) {
        if (n < at + LENGTH_SIZE)
            return -1;
        for (int i = 0; i < LENGTH_SIZE; i++)
            out->length = out->length << 8 | packet[at++];
    }
    out->data = packet + at;
    out->n = n - at;
    return out->more && out->n == 0 ? -1 : 0; /* a part of nothing */
}

void etls_write(struct imp_eap_io *io, struct etls_message *m, size_t size, bool length)
{
    size_t left = m->n - m->at, room = io->cap - ETLS_OVERHEAD;
    bool first = m->at == 0;
    if (size > room)
        size = room;
    bool more = left > size;
    size_t n = more ? size : left, at = FLAGS + 1;
    bool says = n && first && (more || length);
    io->out[FLAGS] = (uint8_t)((more ? ETLS_MORE : 0) | (says ? ETLS_LENGTH : 0));
    for (int i = LENGTH_SIZE - 1; says && i >= 0; i--)
        io->out[at++] = (uint8_t)(m->n >> 8 * i);
    memcpy(io->out + at, m->bytes + m->at, n);
    m->at += n;
    imp_eap_length(io, at + n);
}

/* Length is compulsory in the first of several fragments. What is malformed changes nothing. */
enum etls_taken etls_take(struct etls_message *m, const struct etls_packet *p)
{
    if (p->start || (m->n == 0 && p->more && !p->has_length) ||
        (p->has_length && (p->length > ETLS_MESSAGE || (m->n && p->length != m->total))))
        return ETLS_MALFORMED;
    size_t total = p->has_length ? p->length : m->total, n = m->n + p->n;
    if (n > ETLS_MESSAGE || (total && (p->more ? n >= total : n != total)))
        return ETLS_MALFORMED;
    memcpy(m->bytes + m->n, p->data, p->n);
    imp_observe_cut(m->bytes, m->n, p->n);
    m->total = total;
    m->n = n;
    return p->more ? ETLS_PART : ETLS_WHOLE;
}

void etls_say(struct etls_end *e, struct imp_eap_io *io)
{
    etls_write(io, &e->out, (size_t)imp_eap_opt(io->env, "fragment-size", IMP_EAP_MTU),
               imp_eap_opt(io->env, "length-always", 0));
}

enum etls_turn etls_turn(struct etls_end *e, const struct etls_packet *packet,
                         struct imp_eap_io *io)
{
    bool left = e->out.at < e->out.n;
    if (left && packet->n == 0 && !packet->start) { /* asks for the next fragment */
        etls_say(e, io);
        return ETLS_TURN_ANSWERED;
    }
    if (left && !e->server)
        return ETLS_TURN_IGNORE;
    switch (etls_take(&e->in, packet)) {
    case ETLS_PART:
        e->out.n = e->out.at = 0;
        etls_say(e, io); /* empty */
        return ETLS_TURN_ANSWERED;
    case ETLS_WHOLE:
        return ETLS_TURN_MESSAGE;
    default:
        return ETLS_TURN_IGNORE;
    }
}

/* A record's header stands at the beginning of a message, hardly ever of another fragment. */
static bool begins(const struct etls_packet *p)
{
    return p->n >= 6 && p->data[0] >= 20 && p->data[0] <= 23 && p->data[1] == 3 && p->data[2] <= 4;
}

enum etls_kind etls_kind(const uint8_t *packet, size_t n)
{
    bool request = packet[0] == IMP_EAP_REQUEST;
    struct etls_packet p;
    if (etls_parse(&p, packet, n) != 0)
        return request ? ETLS_FRAGMENT_REQUEST : ETLS_FRAGMENT_RESPONSE;
    if (p.start)
        return ETLS_START;
    if (p.n == 0)
        return request ? ETLS_EMPTY_REQUEST : ETLS_EMPTY_RESPONSE;
    if (!begins(&p))
        return request ? ETLS_FRAGMENT_REQUEST : ETLS_FRAGMENT_RESPONSE;
    if (p.data[0] == 21)
        return request ? ETLS_ALERT_REQUEST : ETLS_ALERT_RESPONSE;
    if (request)
        return p.data[0] == 22 && p.data[5] == 2 ? ETLS_SERVER_FLIGHT : ETLS_RESULT;
    return p.data[0] == 22 && p.data[5] == 1 ? ETLS_CLIENT_HELLO : ETLS_CLIENT_FLIGHT;
}
