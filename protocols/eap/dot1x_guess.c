/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_guess.c - the RADIUS shared secret, tried off line against what was read. */
#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x.h"
#include "dot1x_radius.h"
#include "options.h"
#include "radius.h"

unsigned imp_dot1x_secret_bits(const struct imp_env *env)
{
    return (unsigned)imp_eap_opt(env, "radius-secret-entropy", 128);
}

size_t imp_dot1x_secret_candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    imp_weak_key_number(out, i);
    return 16;
}

static bool keep(struct imp_dot1x_secret_evidence *e, const struct imp_radius *r, bool response)
{
    if (r->n > sizeof e->packet)
        return false;
    memcpy(e->packet, r->packet, r->n);
    e->n = r->n;
    e->response = response;
    return true;
}

bool imp_dot1x_secret_evidence(void *evidence, struct imp_env *env, int channel,
                               const uint8_t *bytes, size_t n)
{
    struct imp_dot1x_secret_evidence *e = evidence;
    struct imp_radius r;
    size_t value_n;
    if (channel != imp_eap_channel(env, IMP_RADIUS_CHANNEL) || imp_radius_parse(&r, bytes, n) != 0)
        return false;
    if (r.code != IMP_RADIUS_REQUEST)
        return e->request_id == r.id + 1 && keep(e, &r, true);
    e->request_id = r.id + 1;
    memcpy(e->request, r.authenticator, sizeof e->request);
    return imp_radius_find(&r, IMP_RADIUS_MESSAGE_AUTHENTICATOR, &value_n) && keep(e, &r, false);
}

bool imp_dot1x_secret_right(const void *evidence, const uint8_t *candidate, size_t n)
{
    const struct imp_dot1x_secret_evidence *e = evidence;
    struct imp_radius r;
    if (imp_radius_parse(&r, e->packet, e->n) != 0)
        return false;
    return e->response ? imp_radius_response_ok(&r, NULL, candidate, n, e->request)
                       : imp_radius_message_ok(&r, NULL, candidate, n, r.authenticator);
}
