/* SPDX-License-Identifier: GPL-2.0-only */
/* pairing.h - roles, messages and states of LE pairing (Core volume 3 part H section 2.3) and of
 * the start of encryption that ends it (volume 6 part B section 5.1.3). */
#ifndef IMPRINT_PAIRING_H
#define IMPRINT_PAIRING_H

#include "bt_keys.h"
#include "protocols/contract/mechanism.h"
#include "smp.h"

enum { BT_RESPONDER, BT_INITIATOR }; /* roles */
enum bt_channel {
    BT_ADVERTISING,
    BT_SMP,
    BT_CONTROL,
    BT_NUMBER_OF_RESPONDER, /* what its display shows, held beside the other display */
    BT_NUMBER_OF_INITIATOR,
    BT_PASSKEY_OF_RESPONDER,
    BT_PASSKEY_OF_INITIATOR,
    BT_OOB_OF_RESPONDER,
    BT_OOB_OF_INITIATOR,
};

enum bt_message {
    BT_MSG_ADVERTISEMENT,
    BT_MSG_SMP, /* + code: 1 to 14 */
    BT_MSG_ENC_REQ = BT_MSG_SMP + SMP_KEYPRESS + 1,
    BT_MSG_ENC_RSP,
    BT_MSG_START_ENC_REQ,
    BT_MSG_START_ENC_RSP,
    BT_MSG_NUMBER_OF_RESPONDER,
    BT_MSG_NUMBER_OF_INITIATOR,
    BT_MSG_PASSKEY_OF_RESPONDER,
    BT_MSG_PASSKEY_OF_INITIATOR,
    BT_MSG_OOB_OF_RESPONDER,
    BT_MSG_OOB_OF_INITIATOR,
};

enum bt_option {
    BT_OPT_IO,
    BT_OPT_SECURE_CONNECTIONS,
    BT_OPT_MITM,
    BT_OPT_OOB,
    BT_OPT_AWAIT_OOB,
    BT_OPT_NAMES_METHOD,
    BT_OPT_KEY_LEAST,
    BT_OPT_KEY_MOST,
};
enum { BT_SC_NO, BT_SC_OFFER, BT_SC_ONLY };
enum { BT_MITM_NO, BT_MITM_ASK, BT_MITM_INSIST };
enum bt_flaw {
    BT_FLAW_REFLECTED_KEY,
    BT_FLAW_POLICY,
    BT_FLAW_RESPONDER_POLICY,
    BT_FLAW_COMPARISON,
    BT_FLAW_RESPONDER_COMPARISON,
    BT_FLAW_CONFIRMATION,
    BT_FLAW_RESPONDER_CONFIRMATION,
    BT_FLAW_OOB,
};

enum bt_state {                /* of both roles, by what is awaited */
                BT_IDLE,       /* an advertisement, or the time of the next attempt */
                BT_FEATURES,   /* Pairing Request or Response */
                BT_PUBLIC_KEY, /* the peer's */
                BT_CONFIRM,    /* its confirmation; before that perhaps the passkey */
                BT_RANDOM,     /* its random value */
                BT_COMPARE,    /* initiator: for the user */
                BT_DHKEY,      /* DHKey Check; before that perhaps the user */
                BT_ENC_REQ,    /* LL_ENC_REQ or LL_ENC_RSP */
                BT_START,      /* initiator: LL_START_ENC_REQ */
                BT_START_RSP,  /* LL_START_ENC_RSP */
                BT_PAIRED,
                BT_STATES
};

enum { BT_DIGITS = 6, BT_ROUNDS = 20, BT_OOB = BT_NAME + 32 };
#define BT_CELL_BOND "bond" /* peer's name | LTK */
#define BT_CELL_TK "tk"     /* of the latest legacy passkey entry */

/* What goes out of band: name, confirmation (or TK of legacy pairing), random value. */
struct bt_oob {
    uint8_t name[BT_NAME], confirm[16], random[16];
};

struct bt_party {
    struct imp_env *env;
    enum bt_state state;
    struct imp_addr peer_addr;
    uint8_t own_name[BT_NAME], peer_name[BT_NAME];
    uint8_t request[7], response[7]; /* PDUs as sent */
    struct smp_features own, peer;
    enum smp_model model;
    bool secure, have_passkey, have_oob, user_agreed, keys_made;
    bool awaits_oob; /* initiator: a device was heard, its OOB data are missing */
    uint8_t key_size;
    unsigned round; /* of passkey entry with Secure Connections, from 0 */
    uint32_t passkey;
    uint8_t own_public[64], own_secret[32], peer_public[64], dhkey[32];
    uint8_t own_random[16], peer_random[16], peer_confirm[16];
    uint8_t tk[16], mac_key[16], ltk[16]; /* ltk: the STK of legacy pairing */
    uint8_t skd[16], iv[8], session[16];
    char shown[BT_DIGITS]; /* number that is compared */
    struct bt_oob own_oob, peer_oob;
    uint8_t held[SMP_MAX]; /* a PDU that waits for the user; code 0: none */
    imp_time deadline;     /* of the procedure, or of the next attempt */
    unsigned attempts;
    struct { /* an adversary's own party: attacker.c */
        bool reflects, waits;
        unsigned bits; /* of the passkey that are known, from the lowest */
    } attack;
};

extern const struct imp_mechanism imp_bluetooth_pairing;
extern const struct imp_guess bt_guesses[];
extern const struct imp_legal bt_responder_legal[], bt_initiator_legal[];

static inline bool bt_initiates(const struct bt_party *p)
{
    return p->env->role == BT_INITIATOR;
}
/* Is that check left out, which each end has under a flaw of its own? */
static inline bool bt_omits(const struct bt_party *p, unsigned of_initiator, unsigned of_responder)
{
    return imp_flawed(p->env, bt_initiates(p) ? of_initiator : of_responder);
}

/* ---- pairing.c */
imp_party_init bt_init;
imp_party_event bt_event;
imp_party_fini bt_fini;
int bt_state_of(const void *ctx);
void bt_name_of(uint8_t out[BT_NAME], const struct imp_addr *a);
void bt_send(struct bt_party *p, size_t n, const uint8_t *pdu);
void bt_send_value(struct bt_party *p, enum smp_code code, const uint8_t *value);
void bt_failed(struct bt_party *p, enum smp_reason reason, const char *why, imp_time now);

/* ---- stages.c: authentication stages 1 and 2, legacy phase 2 */
void bt_model_chosen(struct bt_party *p, imp_time now);
void bt_smp(struct bt_party *p, const uint8_t *pdu, imp_time now);
/* A number or OOB data from the user. */
void bt_user(struct bt_party *p, int channel, const uint8_t *bytes, size_t n, imp_time now);
void bt_show_oob(struct bt_party *p);
bool bt_enters_passkey(const struct bt_party *p);
void bt_send_confirm(struct bt_party *p);
void bt_take_passkey(struct bt_party *p, uint32_t v);
void bt_digits(uint32_t v, char out[BT_DIGITS]);
/* A number from six digits, or -1. */
int64_t bt_number(const uint8_t *digits, size_t n);

/* ---- attacker.c: what an adversary's own parties do otherwise */
uint8_t bt_attack_io(const struct bt_party *p);
/* The responder's, in passkey entry: the public key is given back, or a passkey of zeros stands in.
 */
void bt_attack_passkey(struct bt_party *p);
void bt_attack_learn(struct bt_party *p);
/* True: the confirmation of this round needs what the other half has not told yet. */
bool bt_attack_waits(struct bt_party *p);
void bt_attack_tell(struct bt_party *p);
void bt_attack_told(struct bt_party *p, const uint8_t *bytes, size_t n);

/* ---- pairing.c */
void bt_oob_came(struct bt_party *p, imp_time now);

/* ---- encryption.c: start of encryption, claims, bond */
void bt_encrypt(struct bt_party *p);
void bt_control(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now);

#endif
