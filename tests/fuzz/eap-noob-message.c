/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-NOOB messages: first octet 0 for a request, else a response; then JSON. What is accepted must
 * have all members that its type requires, verbatim parts inside the input, and survive the public
 * key reader. */
#include <stdlib.h>
#include <string.h>

#include "protocols/eap/noob_keys.h"

static void require(int truth)
{
    if (!truth)
        abort();
}

static void check_spans(const struct noob_message *m, bool response, const uint8_t *text, size_t n)
{
    for (int i = 0; i < NOOB_MEMBER_COUNT; i++) {
        const struct noob_span *s = &m->raw[i];
        enum noob_presence p = noob_presence(m->type, response, (enum noob_member)i);
        require(s->n == 0 || (s->p >= text && s->p + s->n <= text + n));
        require(s->n == 0 ? p != NOOB_REQUIRED : p != NOOB_ABSENT);
    }
}

static void check_keys(const struct noob_message *m)
{
    static const enum noob_member keys[] = {NOOB_M_PKS, NOOB_M_PKP, NOOB_M_PKS2, NOOB_M_PKP2};
    for (size_t i = 0; i < 4; i++) {
        char jwk[NOOB_JWK_MAX];
        uint8_t pub[64], back[64];
        for (int suite = NOOB_X25519; suite <= NOOB_P256; suite++) {
            if (!noob_has(m, keys[i]) ||
                noob_jwk_parse(pub, (enum noob_suite)suite, &m->raw[keys[i]]) < 0)
                continue;
            size_t n = noob_jwk_write(jwk, (enum noob_suite)suite, pub);
            struct noob_span span = {(const uint8_t *)jwk, n};
            require(noob_jwk_parse(back, (enum noob_suite)suite, &span) == 0);
            require(memcmp(pub, back, suite == NOOB_X25519 ? 32 : 64) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct noob_message m;
    if (n == 0 || n > 4096)
        return 0;
    bool response = data[0] != 0;
    int error = noob_parse(&m, response, data + 1, n - 1);
    require(m.type <= NOOB_TYPES);
    if (error != NOOB_OK) {
        require(error >= NOOB_E_NAI && error <= NOOB_E_PEER_INFO);
        return 0;
    }
    check_spans(&m, response, data + 1, n - 1);
    check_keys(&m);
    if (noob_has(&m, NOOB_M_PEER_ID))
        require(noob_peer_id_valid(m.peer_id, m.peer_id_n));
    return 0;
}
