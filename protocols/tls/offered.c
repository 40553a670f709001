/* SPDX-License-Identifier: GPL-2.0-only */
/* Tickets that a client offers in its ClientHello: in session_ticket (RFC 5077 section 3.2), or as
 * identities of pre_shared_key (RFC 8446 section 4.2.11). */
#include "tls.h"

enum {
    HANDSHAKE = 22,
    CLIENT_HELLO = 1,
    RECORD = 5,
    VERSION_AND_RANDOM = 2 + 32,
    SESSION_TICKET = 35,
    PRE_SHARED_KEY = 41,
    AGE = 4, /* obfuscated_ticket_age behind each identity */
};

static bool skip(struct imp_piece *from, size_t n)
{
    if (from->n < n)
        return false;
    *from = IMP_PIECE((const uint8_t *)from->p + n, from->n - n);
    return true;
}

static bool number(struct imp_piece *from, size_t width, size_t *out)
{
    const uint8_t *p = from->p;
    if (!skip(from, width))
        return false;
    *out = 0;
    for (size_t i = 0; i < width; i++)
        *out = *out << 8 | p[i];
    return true;
}

/* A length of that many octets, and as many octets of content. */
static bool vector(struct imp_piece *from, size_t width, struct imp_piece *out)
{
    size_t n;
    if (!number(from, width, &n) || from->n < n)
        return false;
    *out = IMP_PIECE(from->p, n);
    return skip(from, n);
}

static int count(int before, const struct imp_piece *found, struct imp_piece *first)
{
    if (found->n == 0) /* session_ticket is empty where there is none yet */
        return before;
    if (before == 0)
        *first = *found;
    return before + 1;
}

static int identities(struct imp_piece extension, int before, struct imp_piece *first)
{
    struct imp_piece list, identity;
    if (!vector(&extension, 2, &list))
        return -1;
    while (list.n > 0) {
        if (!vector(&list, 2, &identity) || !skip(&list, AGE))
            return -1;
        before = count(before, &identity, first);
    }
    return before;
}

static int extensions(struct imp_piece list, struct imp_piece *first)
{
    struct imp_piece extension;
    size_t type;
    int found = 0;
    while (found >= 0 && list.n > 0) {
        if (!number(&list, 2, &type) || !vector(&list, 2, &extension))
            return -1;
        if (type == SESSION_TICKET)
            found = count(found, &extension, first);
        else if (type == PRE_SHARED_KEY)
            found = identities(extension, found, first);
    }
    return found;
}

int imp_tls_offered(struct imp_piece *first, const uint8_t *stream, size_t n)
{
    struct imp_piece in = IMP_PIECE(stream, n), record, hello, part;
    size_t type;
    *first = (struct imp_piece){0};
    if (n < RECORD || stream[0] != HANDSHAKE || !skip(&in, RECORD - 2) || !vector(&in, 2, &record))
        return -1;
    if (!number(&record, 1, &type) || type != CLIENT_HELLO || !vector(&record, 3, &hello) ||
        !skip(&hello, VERSION_AND_RANDOM) || !vector(&hello, 1, &part) ||
        !vector(&hello, 2, &part) || !vector(&hello, 1, &part))
        return -1;
    if (hello.n == 0) /* no extensions at all */
        return 0;
    return vector(&hello, 2, &part) && hello.n == 0 ? extensions(part, first) : -1;
}
