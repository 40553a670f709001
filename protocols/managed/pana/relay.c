/* SPDX-License-Identifier: GPL-2.0-only */
#include "relay.h"

#include <string.h>

#include "pana.h"

size_t pana_relay_wrap(uint8_t out[PANA_MTU], const struct imp_addr *pac, const uint8_t *message,
                       size_t n)
{
    struct pana_writer w;
    if (pac->n != PANA_PAC_INFORMATION)
        return 0;
    pana_begin(&w, out, 0, PANA_RELAY, 0, 0); /* section 3: session and sequence are zero */
    pana_put_octets(&w, PANA_AVP_PAC_INFORMATION, pac->bytes, pac->n);
    pana_put_octets(&w, PANA_AVP_RELAYED, message, n);
    return pana_end(&w);
}

int pana_relay_open(struct imp_addr *pac, const uint8_t **message, size_t *message_n,
                    const uint8_t *p, size_t n)
{
    struct pana_message m;
    size_t address_n;
    if (pana_parse(&m, p, n) != 0 || m.type != PANA_RELAY)
        return -1;
    const uint8_t *address = pana_find(&m, PANA_AVP_PAC_INFORMATION, 0, &address_n);
    *message = pana_find(&m, PANA_AVP_RELAYED, 0, message_n);
    if (!address || address_n != PANA_PAC_INFORMATION || !*message)
        return -1;
    *pac = (struct imp_addr){.n = PANA_PAC_INFORMATION};
    memcpy(pac->bytes, address, address_n);
    return 0;
}

void pana_relay_to_agent(struct imp_env *env, const struct imp_event *e, int channel, int pry)
{
    uint8_t out[PANA_MTU];
    size_t n =
        pana_label_of(e->bytes, e->n) < 0 ? 0 : pana_relay_wrap(out, &e->from, e->bytes, e->n);
    if (n)
        imp_send(env, channel, NULL, pry, out, n);
}

void pana_relay_to_client(struct imp_env *env, const struct imp_event *e)
{
    struct imp_addr pac;
    const uint8_t *message;
    size_t n;
    int label;
    if (pana_relay_open(&pac, &message, &n, e->bytes, e->n) == 0 &&
        (label = pana_label_of(message, n)) >= 0)
        imp_send(env, PANA_CHANNEL, &pac, label, message, n);
}

int pana_label_of(const uint8_t *p, size_t n)
{
    struct pana_message m;
    if (pana_parse(&m, p, n) != 0)
        return -1;
    bool request = m.flags & PANA_R;
    switch (m.type) {
    case PANA_PCI:
        return PANA_MSG_PCI;
    case PANA_AUTH_EXCHANGE:
        if (m.flags & PANA_S)
            return request ? PANA_MSG_PAR_S : PANA_MSG_PAN_S;
        if (m.flags & PANA_C)
            return request ? PANA_MSG_PAR_C : PANA_MSG_PAN_C;
        return request ? PANA_MSG_PAR : PANA_MSG_PAN;
    case PANA_TERMINATION:
        return request ? PANA_MSG_PTR : PANA_MSG_PTA;
    case PANA_NOTIFICATION:
        if (m.flags & PANA_A)
            return request ? PANA_MSG_PNR_A : PANA_MSG_PNA_A;
        return !(m.flags & PANA_P) ? -1 : request ? PANA_MSG_PNR_P : PANA_MSG_PNA_P;
    default:
        return -1;
    }
}
