/* SPDX-License-Identifier: GPL-2.0-only */
#include "block.h"

#include <string.h>

#include "protocols/contract/observe.h"

int imp_block_put(struct imp_coap_message *m, unsigned option, const uint8_t *bytes, size_t n,
                  uint32_t num, unsigned szx)
{
    size_t size = imp_block_size(szx), at = (size_t)num * size;
    if (at >= n && num > 0)
        return -1;
    size_t left = n - at;
    const struct imp_coap_block b = {.num = num, .more = left > size, .szx = szx};
    m->payload = bytes + at;
    m->payload_n = left > size ? size : left;
    if (num == 0 && !b.more)
        return 0;
    return imp_coap_add_block(m, option, &b);
}

int imp_block_take(struct imp_block_in *in, const struct imp_coap_message *m, unsigned option)
{
    struct imp_coap_block b = {0};
    bool cut = imp_coap_find(m, option, 0) != NULL;
    if (cut && !imp_coap_get_block(m, option, &b))
        return -1;
    size_t size = imp_block_size(b.szx);
    if (b.num == 0)
        in->n = 0;
    if (in->n != (size_t)b.num * size || (cut && m->payload_n > size) ||
        (b.more && m->payload_n != size))
        return -1;
    if (m->payload_n > sizeof in->bytes - in->n)
        return -2;
    if (m->payload_n)
        memcpy(in->bytes + in->n, m->payload, m->payload_n);
    imp_observe_cut(in->bytes, in->n, m->payload_n);
    in->n += m->payload_n;
    return !b.more;
}

uint32_t imp_block_next(const struct imp_block_in *in, unsigned szx)
{
    return (uint32_t)(in->n / imp_block_size(szx));
}

void imp_block_heed(const struct imp_coap_message *m, unsigned option, unsigned *szx)
{
    struct imp_coap_block b;
    if (imp_coap_get_block(m, option, &b) && b.szx < *szx)
        *szx = b.szx;
}

int32_t imp_block_go_on(const struct imp_coap_message *response, size_t n, unsigned *szx)
{
    struct imp_coap_block b;
    if (!imp_coap_get_block(response, IMP_COAP_BLOCK1, &b) || b.num > UINT16_MAX)
        return -1;
    size_t gone = (b.num + 1) * imp_block_size(*szx);
    if (gone >= n)
        return -1;
    imp_block_heed(response, IMP_COAP_BLOCK1, szx);
    return (int32_t)(gone / imp_block_size(*szx));
}
