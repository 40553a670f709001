/* SPDX-License-Identifier: GPL-2.0-only */
/* PANA messages: every AVP that is found lies inside, and nothing verifies under a fixed key; what
 * a relay opens, it wraps into the same; what is disclosed of a message with encrypted AVPs keeps
 * the rules of RFC 6786. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/pana/encapsulation.h"
#include "protocols/managed/pana/relay.h"

static void relay(const uint8_t *data, size_t n)
{
    struct imp_addr pac, again;
    const uint8_t *inner, *same;
    size_t inner_n, same_n;
    uint8_t pry[PANA_MTU];
    if (pana_relay_open(&pac, &inner, &inner_n, data, n) != 0)
        return;
    size_t pry_n = pana_relay_wrap(pry, &pac, inner, inner_n);
    if (pry_n == 0)
        return;
    if (pana_relay_open(&again, &same, &same_n, pry, pry_n) != 0 || !imp_addr_equal(&pac, &again) ||
        same_n != inner_n || memcmp(same, inner, inner_n) != 0)
        abort();
}

/* The AVPs of a view are all readable, the message's own or decrypted, without an envelope; a key
 * in clear is not among what a message without envelope had. */
static void disclose(const struct pana_message *m, bool encryption)
{
    const struct pana_sa sa = {.there = true, .encryption = encryption, .paa_encr_key = {1}};
    struct pana_view v;
    struct pana_avp a;
    size_t n, at = 0;
    bool sealed = pana_find(m, PANA_AVP_ENCR_ENCAP, 0, &n) != NULL;
    if (!pana_disclose(NULL, &sa, PANA_FROM_PAA, m, &v))
        return;
    if ((sealed && !encryption) || pana_find(m, PANA_AVP_ENCR_ENCAP, 1, &n) ||
        pana_find(&v.m, PANA_AVP_ENCR_ENCAP, 0, &n))
        abort();
    if (pana_find_vendor(m, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, &n))
        abort();
    while (pana_next(&v.m, &at, &a))
        if (a.whole < v.m.avps || a.whole + a.whole_n > v.m.avps + v.m.avps_n)
            abort();
    if (at != v.m.avps_n || (sealed && v.m.avps_n + PANA_AVP_HEADER > m->avps_n))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct pana_sa sa = {
        .there = true, .integrity = PANA_INTEGRITY_SHA1_160, .auth_key_n = 20};
    struct pana_message m;
    if (pana_parse(&m, data, n) != 0)
        return 0;
    for (unsigned code = 0; code < 16; code++) {
        size_t value_n;
        for (size_t k = 0; k < 4; k++) {
            const uint8_t *p = pana_find(&m, code, k, &value_n);
            if (p && (p < data + PANA_HEADER || p + value_n > data + n))
                abort();
        }
    }
    relay(data, n);
    disclose(&m, false);
    disclose(&m, true);
    if (pana_verify(NULL, &sa, data, n))
        abort();
    return 0;
}
