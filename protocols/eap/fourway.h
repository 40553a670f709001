/* SPDX-License-Identifier: GPL-2.0-only */
/* fourway.h - the 4-way handshake of RSN, IEEE 802.11-2016 section 12.7.6, and the group key
 * handshake that may follow, section 12.7.7; both ends.
 *
 * Frames in, frames out; the caller sends them and owns the timer. Claims are on layer "link". */
#ifndef IMPRINT_FOURWAY_H
#define IMPRINT_FOURWAY_H

#include "eapol_key.h"

/* dot11RSNAConfigPairwiseUpdateTimeout is 100 ms (802.11-2016 Annex C); as in hostapd only the
 * first wait is that short, later ones are 1 s, and there are 4 tries. */
#define IMP_FOURWAY_FIRST (100 * IMP_MS)
#define IMP_FOURWAY_NEXT (1 * IMP_S)
#define IMP_FOURWAY_TRIES 4

enum imp_fourway_out {
    IMP_FOURWAY_NOTHING, /* discarded */
    IMP_FOURWAY_SEND,    /* frame[0..frame_n) is to be sent */
    IMP_FOURWAY_DONE,    /* keys installed; send the frame if frame_n > 0 */
    IMP_FOURWAY_FAILED,  /* no more tries */
};

/* What both ends keep. */
struct imp_fourway {
    enum {
        IMP_FOURWAY_IDLE,
        IMP_FOURWAY_AWAIT_1,
        IMP_FOURWAY_AWAIT_2,
        IMP_FOURWAY_AWAIT_3,
        IMP_FOURWAY_AWAIT_4,
        IMP_FOURWAY_INSTALLED,
        IMP_FOURWAY_AWAIT_GROUP, /* authenticator: message 2 of the group key handshake */
    } state;
    bool unchecked; /* takes every MIC for right (flaw, or an adversary's end) */
    bool have_ptk;
    bool names_pmk;      /* authenticator: message 1 has a PMKID */
    const uint8_t *rsne; /* announced: imp_rsne, or imp_rsne_psk; NULL: imp_rsne. Borrowed */
    uint8_t eapol_version;
    uint8_t pmk[32];
    struct imp_addr aa, spa;
    uint8_t anonce[IMP_KEY_NONCE], snonce[IMP_KEY_NONCE];
    struct imp_ptk ptk;
    uint8_t gtk[IMP_GTK_SIZE];
    unsigned gtk_id;       /* authenticator: 1 or 2; 0 is 1 */
    bool replay_seen;      /* supplicant: a replay counter was accepted */
    uint64_t replay;       /* supplicant: highest accepted; authenticator: last sent */
    uint64_t replay_first; /* authenticator: first one of the present message */
    unsigned tries;
    imp_time deadline; /* authenticator: next retransmission */
    uint8_t frame[IMP_KEY_FRAME_MAX];
    size_t frame_n;
};

/* Supplicant: waits for message 1. The PMK may come later (imp_fourway_pmk). `rsne` and `unchecked`
 * stay as they are. */
void imp_fourway_supplicant(struct imp_fourway *f, uint8_t eapol_version,
                            const struct imp_addr *spa);
void imp_fourway_pmk(struct imp_fourway *f, const uint8_t pmk[32]);
/* `from` is the sender's address, which becomes AA with message 1. */
enum imp_fourway_out imp_fourway_supplicant_receive(struct imp_fourway *f, struct imp_env *env,
                                                    const struct imp_addr *from,
                                                    const uint8_t *frame, size_t n);

/* Authenticator: writes message 1. Another RSNE than imp_rsne may be set afterwards. */
enum imp_fourway_out imp_fourway_start(struct imp_fourway *f, struct imp_env *env,
                                       uint8_t eapol_version, const uint8_t pmk[32],
                                       const uint8_t gtk[IMP_GTK_SIZE], const struct imp_addr *aa,
                                       const struct imp_addr *spa, imp_time now);
/* After the start: message 1 says in clear by a PMKID which PMK is meant, now and when it is
 * repeated. A supplicant with one PMK looks at it no further. */
void imp_fourway_name_pmk(struct imp_fourway *f, struct imp_env *env);
enum imp_fourway_out imp_fourway_receive(struct imp_fourway *f, struct imp_env *env,
                                         const uint8_t *frame, size_t n, imp_time now);
/* With keys installed: another GTK, message 1 of the group key handshake. Its answer and its
 * deadline are taken as those of the 4-way handshake are. */
enum imp_fourway_out imp_fourway_group(struct imp_fourway *f, struct imp_env *env,
                                       const uint8_t gtk[IMP_GTK_SIZE], unsigned id, imp_time now);
/* The deadline has passed. */
enum imp_fourway_out imp_fourway_timeout(struct imp_fourway *f, struct imp_env *env, imp_time now);

#endif
