/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "../crypto/crypto.h"
#include "fourway_internal.h"

void imp_fourway_supplicant(struct imp_fourway *f, uint8_t eapol_version,
                            const struct imp_addr *spa)
{
    bool unchecked = f->unchecked;
    const uint8_t *rsne = f->rsne;
    *f = (struct imp_fourway){.state = IMP_FOURWAY_AWAIT_1,
                              .unchecked = unchecked,
                              .rsne = rsne,
                              .eapol_version = eapol_version,
                              .spa = *spa};
}

void imp_fourway_pmk(struct imp_fourway *f, const uint8_t pmk[32])
{
    memcpy(f->pmk, pmk, sizeof f->pmk);
    f->have_ptk = false;
}

/* Message 1: a new PTK, but nothing is installed and no counter is accepted, since it has no MIC.
 */
static enum imp_fourway_out message_1(struct imp_fourway *f, struct imp_env *env,
                                      const struct imp_addr *from, const struct imp_eapol_key *key)
{
    if (f->state == IMP_FOURWAY_INSTALLED)
        return IMP_FOURWAY_NOTHING;
    bool same = f->have_ptk && memcmp(f->anonce, key->nonce, sizeof f->anonce) == 0 &&
                imp_addr_equal(&f->aa, from);
    if (!same) {
        f->aa = *from;
        memcpy(f->anonce, key->nonce, sizeof f->anonce);
        imp_random(env, "snonce", f->snonce, sizeof f->snonce);
        imp__fourway_derive(f, env);
        imp__fourway_running(f, env); /* message 2 and 4 let the authenticator commit */
    }
    imp__fourway_write(f, env, 2, key->replay);
    f->state = IMP_FOURWAY_AWAIT_3;
    return IMP_FOURWAY_SEND;
}

static enum imp_fourway_out message_3(struct imp_fourway *f, struct imp_env *env,
                                      const struct imp_addr *from, const struct imp_eapol_key *key,
                                      const uint8_t *frame, size_t n)
{
    uint8_t gtk[IMP_GTK_SIZE] = {0};
    if (!f->have_ptk || !imp_addr_equal(&f->aa, from) ||
        memcmp(f->anonce, key->nonce, sizeof f->anonce) != 0)
        return IMP_FOURWAY_NOTHING;
    if (!imp__fourway_mic_ok(f, env, key, frame, n)) {
        imp__fourway_reject(env, "EAPOL-Key MIC");
        return IMP_FOURWAY_NOTHING;
    }
    if (imp_wpa_key_data_open(env, gtk, f->ptk.kek, imp__fourway_rsne(f), key->data, key->data_n) !=
            0 &&
        !f->unchecked) {
        imp__fourway_reject(env, "EAPOL-Key key data"); /* other RSNE than announced, or no GTK */
        return IMP_FOURWAY_NOTHING;
    }
    bool again = f->state == IMP_FOURWAY_INSTALLED;
    f->replay_seen = true;
    f->replay = key->replay;
    imp__fourway_accepted(f, env, key->replay);
    if (!again) {
        memcpy(f->gtk, gtk, sizeof f->gtk); /* never reinstalled: message 3 may be repeated */
        imp__fourway_commit(f, env, &f->aa);
        f->state = IMP_FOURWAY_INSTALLED;
    }
    imp__fourway_write(f, env, 4, key->replay);
    return again ? IMP_FOURWAY_SEND : IMP_FOURWAY_DONE;
}

/* Another GTK under the keys of the 4-way handshake; its replay counter is new, so that none is
 * installed twice. */
static enum imp_fourway_out group_1(struct imp_fourway *f, struct imp_env *env,
                                    const struct imp_addr *from, const struct imp_eapol_key *key,
                                    const uint8_t *frame, size_t n)
{
    uint8_t gtk[IMP_GTK_SIZE] = {0};
    if (f->state != IMP_FOURWAY_INSTALLED || !imp_addr_equal(&f->aa, from))
        return IMP_FOURWAY_NOTHING;
    if (!imp__fourway_mic_ok(f, env, key, frame, n)) {
        imp__fourway_reject(env, "EAPOL-Key MIC");
        return IMP_FOURWAY_NOTHING;
    }
    if (imp_wpa_key_data_open(env, gtk, f->ptk.kek, NULL, key->data, key->data_n) != 0) {
        imp__fourway_reject(env, "EAPOL-Key key data");
        return IMP_FOURWAY_NOTHING;
    }
    f->replay = key->replay;
    imp__fourway_accepted(f, env, key->replay);
    memcpy(f->gtk, gtk, sizeof f->gtk);
    imp__fourway_write(f, env, IMP__GROUP_2, key->replay);
    return IMP_FOURWAY_SEND;
}

enum imp_fourway_out imp_fourway_supplicant_receive(struct imp_fourway *f, struct imp_env *env,
                                                    const struct imp_addr *from,
                                                    const uint8_t *frame, size_t n)
{
    struct imp_eapol_key key;
    int number = imp__fourway_parse(&key, frame, n);
    f->frame_n = 0;
    if (number && f->replay_seen && key.replay <= f->replay)
        return IMP_FOURWAY_NOTHING; /* replay counter, section 12.7.2 d) */
    switch (number) {
    case 1:
        return message_1(f, env, from, &key);
    case 3:
        return message_3(f, env, from, &key, frame, n);
    case IMP__GROUP_1:
        return group_1(f, env, from, &key, frame, n);
    default:
        return IMP_FOURWAY_NOTHING;
    }
}
