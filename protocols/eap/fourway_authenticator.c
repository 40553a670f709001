/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "../crypto/crypto.h"
#include "fourway_internal.h"

static int number_of(const struct imp_fourway *f)
{
    if (f->state == IMP_FOURWAY_AWAIT_GROUP)
        return IMP__GROUP_1;
    return f->state == IMP_FOURWAY_AWAIT_2 ? 1 : 3;
}

/* Sends the present message for the first time or again; each time with a new replay counter. */
static enum imp_fourway_out transmit(struct imp_fourway *f, struct imp_env *env, imp_time now)
{
    f->replay++;
    if (f->tries == 0)
        f->replay_first = f->replay;
    imp__fourway_write(f, env, number_of(f), f->replay);
    f->deadline = now + (f->tries == 0 ? IMP_FOURWAY_FIRST : IMP_FOURWAY_NEXT);
    f->tries++;
    return IMP_FOURWAY_SEND;
}

enum imp_fourway_out imp_fourway_start(struct imp_fourway *f, struct imp_env *env,
                                       uint8_t eapol_version, const uint8_t pmk[32],
                                       const uint8_t gtk[IMP_GTK_SIZE], const struct imp_addr *aa,
                                       const struct imp_addr *spa, imp_time now)
{
    *f = (struct imp_fourway){.state = IMP_FOURWAY_AWAIT_2,
                              .unchecked = env->adversary,
                              .eapol_version = eapol_version,
                              .aa = *aa,
                              .spa = *spa};
    memcpy(f->pmk, pmk, sizeof f->pmk);
    memcpy(f->gtk, gtk, sizeof f->gtk);
    imp_random(env, "anonce", f->anonce, sizeof f->anonce);
    return transmit(f, env, now);
}

void imp_fourway_name_pmk(struct imp_fourway *f, struct imp_env *env)
{
    f->names_pmk = true;
    imp__fourway_write(f, env, 1, f->replay);
}

static enum imp_fourway_out message_2(struct imp_fourway *f, struct imp_env *env,
                                      const struct imp_eapol_key *key, const uint8_t *frame,
                                      size_t n, imp_time now)
{
    struct imp_fourway next = *f; /* checked on a copy: a forged message 2 changes nothing */
    memcpy(next.snonce, key->nonce, sizeof next.snonce);
    imp__fourway_derive(&next, env);
    if (!imp__fourway_mic_ok(&next, env, key, frame, n)) {
        imp__fourway_reject(env, "EAPOL-Key MIC");
        return IMP_FOURWAY_NOTHING;
    }
    if (key->data_n != IMP_RSNE_SIZE ||
        memcmp(key->data, imp__fourway_rsne(f), IMP_RSNE_SIZE) != 0) {
        imp__fourway_reject(env, "RSNE differs");
        return IMP_FOURWAY_NOTHING;
    }
    *f = next;
    f->state = IMP_FOURWAY_AWAIT_4;
    f->tries = 0;
    imp__fourway_accepted(f, env, key->replay);
    imp__fourway_running(f, env); /* message 3 lets the supplicant commit */
    return transmit(f, env, now);
}

static enum imp_fourway_out message_4(struct imp_fourway *f, struct imp_env *env,
                                      const struct imp_eapol_key *key, const uint8_t *frame,
                                      size_t n)
{
    if (!imp__fourway_mic_ok(f, env, key, frame, n)) {
        imp__fourway_reject(env, "EAPOL-Key MIC");
        return IMP_FOURWAY_NOTHING;
    }
    f->state = IMP_FOURWAY_INSTALLED;
    f->deadline = IMP_NEVER;
    f->frame_n = 0;
    imp__fourway_accepted(f, env, key->replay);
    imp__fourway_commit(f, env, &f->spa);
    return IMP_FOURWAY_DONE;
}

enum imp_fourway_out imp_fourway_group(struct imp_fourway *f, struct imp_env *env,
                                       const uint8_t gtk[IMP_GTK_SIZE], unsigned id, imp_time now)
{
    if (f->state != IMP_FOURWAY_INSTALLED && f->state != IMP_FOURWAY_AWAIT_GROUP)
        return IMP_FOURWAY_NOTHING;
    memcpy(f->gtk, gtk, sizeof f->gtk);
    f->gtk_id = id;
    f->state = IMP_FOURWAY_AWAIT_GROUP;
    f->tries = 0;
    return transmit(f, env, now);
}

static enum imp_fourway_out group_2(struct imp_fourway *f, struct imp_env *env,
                                    const struct imp_eapol_key *key, const uint8_t *frame, size_t n)
{
    if (!imp__fourway_mic_ok(f, env, key, frame, n)) {
        imp__fourway_reject(env, "EAPOL-Key MIC");
        return IMP_FOURWAY_NOTHING;
    }
    f->state = IMP_FOURWAY_INSTALLED;
    f->deadline = IMP_NEVER;
    f->frame_n = 0;
    imp__fourway_accepted(f, env, key->replay);
    return IMP_FOURWAY_DONE;
}

enum imp_fourway_out imp_fourway_receive(struct imp_fourway *f, struct imp_env *env,
                                         const uint8_t *frame, size_t n, imp_time now)
{
    struct imp_eapol_key key;
    int number = imp__fourway_parse(&key, frame, n);
    /* An answer to any transmission of the present message counts. */
    if (!number || key.replay < f->replay_first || key.replay > f->replay)
        return IMP_FOURWAY_NOTHING;
    if (number == 2 && f->state == IMP_FOURWAY_AWAIT_2)
        return message_2(f, env, &key, frame, n, now);
    if (number == 4 && f->state == IMP_FOURWAY_AWAIT_4)
        return message_4(f, env, &key, frame, n);
    if (number == IMP__GROUP_2 && f->state == IMP_FOURWAY_AWAIT_GROUP)
        return group_2(f, env, &key, frame, n);
    return IMP_FOURWAY_NOTHING;
}

enum imp_fourway_out imp_fourway_timeout(struct imp_fourway *f, struct imp_env *env, imp_time now)
{
    if (f->tries < IMP_FOURWAY_TRIES)
        return transmit(f, env, now);
    bool group = f->state == IMP_FOURWAY_AWAIT_GROUP;
    f->state = IMP_FOURWAY_IDLE;
    f->deadline = IMP_NEVER;
    imp__fourway_reject(env, group ? "group key handshake timeout" : "4-way handshake timeout");
    return IMP_FOURWAY_FAILED;
}
