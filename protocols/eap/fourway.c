/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "../crypto/crypto.h"
#include "eapol.h"
#include "fourway_internal.h"

static const char LAYER[] = "link";

const uint8_t *imp__fourway_rsne(const struct imp_fourway *f)
{
    return f->rsne ? f->rsne : imp_rsne;
}

int imp__fourway_parse(struct imp_eapol_key *key, const uint8_t *frame, size_t n)
{
    struct imp_eapol e;
    if (imp_eapol_parse(&e, frame, n) != 0 || e.type != IMP_EAPOL_KEY ||
        imp_eapol_key_parse(key, e.body, e.body_n) != 0)
        return 0;
    int group = imp_eapol_key_group(key);
    return group ? IMP__GROUP_1 + group - 1 : imp_eapol_key_number(key);
}

bool imp__fourway_mic_ok(struct imp_fourway *f, struct imp_env *env,
                         const struct imp_eapol_key *key, const uint8_t *frame, size_t n)
{
    uint8_t mic[IMP_KEY_MIC_SIZE];
    struct imp_eapol e;
    if (imp_eapol_parse(&e, frame, n) != 0)
        return false;
    imp_wpa_mic(env, mic, f->ptk.kck, frame, IMP_EAPOL_HEADER + e.body_n);
    return imp_equal(mic, key->mic, sizeof mic) || f->unchecked;
}

void imp__fourway_derive(struct imp_fourway *f, struct imp_env *env)
{
    imp_wpa_ptk(env, &f->ptk, f->pmk, &f->aa, &f->spa, f->anonce, f->snonce);
    f->have_ptk = true;
}

void imp__fourway_write(struct imp_fourway *f, struct imp_env *env, int number, uint64_t replay)
{
    static const uint16_t info[] = {
        0,
        IMP_KEY_PAIRWISE | IMP_KEY_ACK,
        IMP_KEY_PAIRWISE | IMP_KEY_MIC,
        IMP_KEY_PAIRWISE | IMP_KEY_INSTALL | IMP_KEY_ACK | IMP_KEY_MIC | IMP_KEY_SECURE |
            IMP_KEY_ENCRYPTED,
        IMP_KEY_PAIRWISE | IMP_KEY_MIC | IMP_KEY_SECURE,
        IMP_KEY_ACK | IMP_KEY_MIC | IMP_KEY_SECURE | IMP_KEY_ENCRYPTED,
        IMP_KEY_MIC | IMP_KEY_SECURE,
    };
    uint8_t wrapped[IMP_KEY_DATA_MAX], pmkid[IMP_PMKID_SIZE], kde[IMP_PMKID_KDE];
    struct imp_eapol_key key = {.info = info[number] | IMP_KEY_VERSION_AES, .replay = replay};
    if (number == 1 || number == 3) {
        key.key_length = sizeof f->ptk.tk;
        memcpy(key.nonce, f->anonce, sizeof key.nonce);
    }
    if (number == 1 && f->names_pmk) {
        imp_wpa_pmkid(env, pmkid, f->pmk, &f->aa, &f->spa);
        imp_wpa_pmkid_kde(kde, pmkid);
        key.data = kde;
        key.data_n = sizeof kde;
    }
    if (number == 2) {
        memcpy(key.nonce, f->snonce, sizeof key.nonce);
        key.data = imp__fourway_rsne(f);
        key.data_n = IMP_RSNE_SIZE;
    }
    if (number == 3 || number == IMP__GROUP_1) {
        key.data = wrapped;
        key.data_n =
            imp_wpa_key_data(env, wrapped, sizeof wrapped, f->ptk.kek, f->gtk,
                             f->gtk_id ? f->gtk_id : 1, number == 3 ? imp__fourway_rsne(f) : NULL);
    }
    f->frame_n = imp_eapol_key_write(f->frame, sizeof f->frame, f->eapol_version, &key);
    if (number != 1)
        imp_wpa_mic_set(env, f->ptk.kck, f->frame, f->frame_n);
}

/* ---- claims
 * --------------------------------------------------------------------------------------- */

static void session(const struct imp_fourway *f, uint8_t sid[32], uint8_t data[32])
{
    struct imp_piece s[] = {IMP_PIECE(f->anonce, sizeof f->anonce),
                            IMP_PIECE(f->snonce, sizeof f->snonce), IMP_PIECE(f->aa.bytes, f->aa.n),
                            IMP_PIECE(f->spa.bytes, f->spa.n)};
    struct imp_piece d[] = {IMP_PIECE(&f->ptk, sizeof f->ptk), IMP_PIECE(f->aa.bytes, f->aa.n),
                            IMP_PIECE(f->spa.bytes, f->spa.n),
                            IMP_PIECE(imp__fourway_rsne(f), IMP_RSNE_SIZE)};
    imp_sha256(NULL, sid, s, 4); /* belief, not protocol: charged to nobody */
    imp_sha256(NULL, data, d, 4);
}

void imp__fourway_running(struct imp_fourway *f, struct imp_env *env)
{
    uint8_t sid[32], data[32];
    session(f, sid, data);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_RUNNING,
                                       .layer = LAYER,
                                       .sid = sid,
                                       .sid_n = sizeof sid,
                                       .data = data,
                                       .data_n = sizeof data});
}

void imp__fourway_commit(struct imp_fourway *f, struct imp_env *env, const struct imp_addr *peer)
{
    uint8_t sid[32], data[32];
    session(f, sid, data);
    struct imp_claim c = {.kind = IMP_CLAIM_COMMIT,
                          .layer = LAYER,
                          .peer = peer->bytes,
                          .peer_n = peer->n,
                          .sid = sid,
                          .sid_n = sizeof sid,
                          .data = data,
                          .data_n = sizeof data};
    imp_claim(env, &c);
    c = (struct imp_claim){.kind = IMP_CLAIM_SECRET,
                           .layer = LAYER,
                           .name = "PTK",
                           .sid = sid,
                           .sid_n = sizeof sid,
                           .data = (const uint8_t *)&f->ptk,
                           .data_n = sizeof f->ptk};
    imp_claim(env, &c);
    c.name = "PMK";
    c.data = f->pmk;
    c.data_n = sizeof f->pmk;
    imp_claim(env, &c);
}

void imp__fourway_accepted(struct imp_fourway *f, struct imp_env *env, uint64_t replay)
{
    uint8_t sid[32], data[32], counter[8];
    session(f, sid, data);
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)(replay >> 8 * (7 - i));
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = LAYER,
                                       .name = "replay counter",
                                       .sid = sid,
                                       .sid_n = sizeof sid,
                                       .data = counter,
                                       .data_n = sizeof counter});
}

void imp__fourway_reject(struct imp_env *env, const char *why)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = LAYER, .name = why});
}
