/* SPDX-License-Identifier: GPL-2.0-only */
/* What comes in EAP-TTLS's tunnel: a sequence of attribute-value pairs. Its pieces lie within it,
 * what is read is written again as it was, and EAP in it is parsed. */
#include <stdlib.h>
#include <string.h>

#include "protocols/eap/eap_packet.h"
#include "protocols/eap/ttls.h"

static void require(int truth)
{
    if (!truth)
        abort();
}

static void inside(const struct imp_piece *piece, const uint8_t *p, size_t n)
{
    const uint8_t *q = piece->p;
    require(!q || (q >= p && q + piece->n <= p + n));
}

/* Pair by pair, as far as they fit. */
static void write_again(const uint8_t *data, size_t n)
{
    struct ttls_writer w = {0};
    struct ttls_avp a, b;
    for (size_t at = 0; ttls_avp_next(&a, data, n, &at) == 1;) {
        size_t from = w.n;
        if (a.vendor && a.vendor != 311)
            continue;
        w.mandatory = a.mandatory;
        (a.vendor ? ttls_put_microsoft : ttls_put)(&w, a.code, a.data, a.n);
        if (w.overflow)
            return;
        require(ttls_avp_next(&b, w.bytes, w.n, &from) == 1 && from == w.n);
        require(b.code == a.code && b.vendor == a.vendor && b.mandatory == a.mandatory);
        require(b.n == a.n && memcmp(b.data, a.data, a.n) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ttls_message m;
    struct imp_eap_packet e;
    write_again(data, n);
    if (ttls_read(&m, data, n) != 0)
        return 0;
    const struct imp_piece *pieces[] = {
        &m.user_name, &m.user_password, &m.chap_challenge, &m.chap_password, &m.eap,
        &m.reply,     &m.ms_challenge,  &m.ms_response,    &m.ms_success,    &m.ms_error};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        inside(pieces[i], data, n);
    if (m.eap.p && imp_eap_parse(&e, m.eap.p, m.eap.n) == 0)
        require(e.n <= m.eap.n);
    return 0;
}
