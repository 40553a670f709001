/* SPDX-License-Identifier: GPL-2.0-only */
#include "peer.h"

#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"

typedef void digest(struct imp_env *env, uint8_t *out, const struct imp_piece *in, size_t count);
static const struct {
    digest *of;
    size_t n;
} digests[] = {[LWM_MATCH_EXACT] = {NULL, 0},
               [LWM_MATCH_SHA256] = {imp_sha256, 32},
               [LWM_MATCH_SHA384] = {imp_sha384, 48},
               [LWM_MATCH_SHA512] = {imp_sha512, 64}};

size_t lwm_digest_size(enum lwm_matching matching)
{
    return digests[matching].n;
}

size_t lwm_peer_value(struct imp_env *env, uint8_t *out, enum lwm_matching matching,
                      const uint8_t *p, size_t n)
{
    if (digests[matching].of) {
        digests[matching].of(env, out, &IMP_PIECE(p, n), 1);
        return digests[matching].n;
    }
    if (n > LWM_CERT_MAX)
        return 0;
    memcpy(out, p, n);
    return n;
}

bool lwm_peer_matches(struct imp_env *env, const struct lwm_security *s, const uint8_t *p, size_t n)
{
    uint8_t value[LWM_CERT_MAX];
    size_t value_n = lwm_peer_value(env, value, s->matching, p, n);
    return value_n > 0 && value_n == s->peer_n && memcmp(value, s->peer, value_n) == 0;
}

void lwm_peer_name(char out[LWM_HOST_MAX], const struct lwm_security *s)
{
    const char *host = strstr(s->uri, "//"); /* that all can be read was checked */
    host = host ? host + 2 : "";
    if (s->sni[0])
        snprintf(out, LWM_HOST_MAX, "%s", s->sni);
    else if (*host == '[') /* RFC 6066 section 3: names, not addresses */
        *out = '\0';
    else
        snprintf(out, LWM_HOST_MAX, "%.*s", (int)strcspn(host, ":/"), host);
}

bool lwm_peer_has(const struct lwm_security *s, const char *scheme)
{
    return strncmp(s->uri, scheme, strlen(scheme)) == 0;
}

bool lwm_peer_is_tcp(const struct lwm_security *s)
{
    return lwm_peer_has(s, "coaps+tcp://") || lwm_peer_has(s, "coap+tcp://");
}

bool lwm_peer_suites(enum imp_dtls_suites *out, const struct lwm_security *s)
{
    static const struct { /* RFC 6655 and RFC 7251 */
        uint32_t number;
        bool psk;
        enum imp_dtls_suites suite;
    } known[] = {{0xc0a8, true, IMP_DTLS_CCM_8},
                 {0xc0a4, true, IMP_DTLS_CCM},
                 {0xc0ae, false, IMP_DTLS_CCM_8},
                 {0xc0ac, false, IMP_DTLS_CCM}};
    bool has[2] = {false, false}; /* by imp_dtls_suites */
    for (size_t i = 0; i < s->suite_n; i++)
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (known[k].number == s->suites[i] && known[k].psk == (s->mode == LWM_MODE_PSK))
                has[known[k].suite] = true;
    *out =
        has[IMP_DTLS_CCM] ? has[IMP_DTLS_CCM_8] ? IMP_DTLS_EITHER : IMP_DTLS_CCM : IMP_DTLS_CCM_8;
    return s->suite_n == 0 || has[IMP_DTLS_CCM_8] || has[IMP_DTLS_CCM];
}
