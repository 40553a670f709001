/* SPDX-License-Identifier: GPL-2.0-only */
/* member.c - the parent as a member of the network: its own session with the coordinator, kept from
 * when it joined, in which it gets the next network key. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zigbee_ip.h"

static void keep(const struct zip_member *x, struct imp_env *env)
{
    struct pana_membership m;
    if (env->ops->cell_get(env, PANA_CELL_MEMBER, &m, sizeof m) == (int)sizeof m) {
        m.sequence = x->sequence;
        env->ops->cell_put(env, PANA_CELL_MEMBER, &m, sizeof m);
    }
    imp_wipe(&m, sizeof m);
}

void zip_member_start(struct zip_member *x, struct imp_env *env)
{
    struct pana_membership m;
    *x = (struct zip_member){.answer_n = 0};
    if (env->ops->cell_get(env, PANA_CELL_MEMBER, &m, sizeof m) == (int)sizeof m) {
        pana_membership_sa(&x->sa, &m);
        x->sequence = m.sequence;
    }
    imp_wipe(&m, sizeof m);
}

static void send(const struct zip_member *x, struct imp_env *env)
{
    imp_send(env, ZIP_RELAY, NULL, ZIP_MSG_PNA_PARENT, x->answer, x->answer_n);
}

static void answer(struct zip_member *x, struct imp_env *env)
{
    uint8_t bytes[PANA_MTU];
    struct pana_writer w;
    pana_begin(&w, bytes, PANA_P, PANA_NOTIFICATION, x->sa.session, x->sequence);
    size_t n = pana_protect(env, &x->sa, PANA_FROM_PAC, &w);
    x->answer_n = n <= sizeof x->answer ? n : 0;
    memcpy(x->answer, bytes, x->answer_n);
    send(x, env);
}

static bool take(struct zip_member *x, const struct pana_message *m, uint8_t key[PANA_NETWORK_KEY])
{
    size_t n;
    const uint8_t *value = pana_find_vendor(m, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, &n);
    if (!value || n != PANA_NETWORK_KEY)
        return false;
    memcpy(key, value, PANA_NETWORK_KEY);
    memcpy(x->sa.network_key, value, PANA_NETWORK_KEY);
    return x->sa.has_network_key = true;
}

bool zip_member_received(struct zip_member *x, struct imp_env *env, const struct imp_event *e,
                         uint8_t key[PANA_NETWORK_KEY])
{
    struct pana_message m;
    struct pana_view v;
    if (!x->sa.there || pana_parse(&m, e->bytes, e->n) != 0 || m.type != PANA_NOTIFICATION ||
        !(m.flags & PANA_R) || !(m.flags & PANA_P) || m.session != x->sa.session)
        return false;
    if (m.sequence == x->sequence && x->answer_n) {
        send(x, env);
        return false;
    }
    if (m.sequence != x->sequence + 1)
        return false;
    if (!pana_accept(env, &x->sa, PANA_FROM_PAA, e->bytes, e->n, &v)) {
        pana_claim(env, IMP_CLAIM_REJECT, "ping without AUTH");
        return false;
    }
    x->sequence = m.sequence;
    bool had = take(x, &v.m, key);
    imp_wipe(&v.avps, sizeof v.avps);
    if (had)
        pana_claim_key(env, &x->sa, IMP_CLAIM_RUNNING, NULL);
    pana_claim_said(env, IMP_CLAIM_COMMIT, &x->sa, PANA_MSG_PNR_P, m.sequence);
    pana_claim_said(env, IMP_CLAIM_RUNNING, &x->sa, PANA_MSG_PNA_P, m.sequence);
    answer(x, env);
    keep(x, env);
    if (had)
        pana_claim_key(env, &x->sa, IMP_CLAIM_COMMIT, NULL);
    return had;
}
