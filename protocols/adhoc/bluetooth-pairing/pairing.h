/* SPDX-License-Identifier: GPL-2.0-only */
/* pairing.h - roles, messages and states of LE pairing (Core volume 3 part H section 2.3) and of
 * the start of encryption that ends it (volume 6 part B section 5.1.3). */
#ifndef IMPRINT_PAIRING_H
#define IMPRINT_PAIRING_H

#include "bt_keys.h"
#include "lmp.h"
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
    BT_INQUIRY, /* BR/EDR */
    BT_LMP,
    BT_BR_SIGNALLING,
    BT_BR_SMP,
};

enum bt_message {
    BT_MSG_ADVERTISEMENT,
    BT_MSG_SMP, /* + code: 1 to 14 */
    BT_MSG_ENC_REQ = BT_MSG_SMP + SMP_KEYPRESS + 1,
    BT_MSG_ENC_RSP,
    BT_MSG_START_ENC_REQ,
    BT_MSG_START_ENC_RSP,
    BT_MSG_REJECT,
    BT_MSG_FEATURE_REQ,
    BT_MSG_FEATURE_RSP,
    BT_MSG_NUMBER_OF_RESPONDER,
    BT_MSG_NUMBER_OF_INITIATOR,
    BT_MSG_PASSKEY_OF_RESPONDER,
    BT_MSG_PASSKEY_OF_INITIATOR,
    BT_MSG_OOB_OF_RESPONDER,
    BT_MSG_OOB_OF_INITIATOR,
    BT_MSG_FHS,
    BT_MSG_LMP, /* + enum lmp_pdu */
    BT_MSG_INFORMATION_REQ = BT_MSG_LMP + LMP_COUNT,
    BT_MSG_INFORMATION_RSP,
    BT_MSG_BR_SMP, /* see bt_br_smp_message() */
    BT_MSG_TERMINATE = BT_MSG_BR_SMP + 6,
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
    BT_OPT_RE_PAIRING,
    BT_OPT_SECURITY_REQUEST,
    BT_OPT_FIXED_PASSKEY,
    BT_OPT_TRANSPORT,
    BT_OPT_CHECKS_POINT,
    BT_OPT_CHECKS_DHKEY,
    BT_OPT_DISTRIBUTES,
    BT_OPT_KEYPRESS,
    BT_OPT_CROSS_TRANSPORT,
    BT_OPT_OTHER_BOND,
    BT_OPT_DEBUG_KEY,
    BT_OPT_REPEATED_ATTEMPTS,
};
enum { BT_DEBUG_REFUSE, BT_DEBUG_ACCEPT, BT_DEBUG_USE };
enum { BT_SC_NO, BT_SC_OFFER, BT_SC_ONLY };
enum { BT_RE_PAIRING_REFUSE, BT_RE_PAIRING_NO_WEAKER, BT_RE_PAIRING_SILENT };
enum { BT_TRANSPORT_LE, BT_TRANSPORT_BR_EDR };
enum { BT_CROSS_NO, BT_CROSS_H6, BT_CROSS_H7 };
enum { BT_OTHER_NONE, BT_OTHER_UNAUTHENTICATED, BT_OTHER_AUTHENTICATED };
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
    BT_FLAW_OOB_CLAIM,
    BT_FLAW_RESPONDER_OOB_CLAIM,
};

enum bt_state {                /* of both roles, by what is awaited */
                BT_IDLE,       /* an advertisement, or the time of the next attempt */
                BT_ASKED,      /* initiator: Security Request, or LMP's set-up of the connection */
                BT_FEATURES,   /* Pairing Request or Response */
                BT_PUBLIC_KEY, /* the peer's */
                BT_CONFIRM,    /* its confirmation; before that perhaps the passkey */
                BT_RANDOM,     /* its random value */
                BT_COMPARE,    /* initiator: for the user */
                BT_DHKEY,      /* DHKey Check; before that perhaps the user */
                BT_ENC_REQ,    /* LL_ENC_REQ or LL_ENC_RSP */
                BT_START,      /* initiator: LL_START_ENC_REQ */
                BT_START_RSP,  /* LL_START_ENC_RSP */
                BT_SRES,       /* BR/EDR: LMP_sres */
                BT_MODE,       /* BR/EDR: mode, key size and start of encryption */
                BT_CROSS,      /* BR/EDR: Pairing Request or Response of who derives a key for LE */
                BT_KEYS,       /* what the other end hands over */
                BT_PAIRED,
                BT_STATES
};

enum { BT_COORDINATE = 32 }; /* octets, of a public key as it is held */
enum { BT_DIGITS = 6, BT_ROUNDS = 20, BT_OOB = BT_NAME + 32 };
#define BT_CELL_BOND "bond"         /* struct bt_bond for each peer, the latest last */
#define BT_CELL_OTHER "other-bond"  /* the same for the other transport: link keys */
#define BT_CELL_IDENTITY "identity" /* struct bt_identity of the latest peer that gave it */
#define BT_CELL_IRK "irk"           /* own */
#define BT_CELL_CSRK "csrk"         /* own */
#define BT_CELL_TK "tk"             /* of the latest legacy passkey entry */
#define BT_CELL_PASSKEY "passkey"   /* that is shown each time: six digits */
#define BT_CELL_SESSION "session"   /* BR/EDR: the encryption key */
enum { BT_BONDS_MOST = 8 };

/* What outlasts the connection. EDIV and Rand, as on the wire, name an LTK of legacy pairing; else
 * they are zero. */
struct bt_bond {
    uint8_t name[BT_NAME], ltk[16], ediv[2], rand[8];
    uint8_t secure, model; /* of the pairing; enum smp_model */
    uint8_t key_size;      /* octets of the key that are not zero by rule */
};

/* By which a peer is known again: behind addresses that it changes, and by its signatures. Zero:
 * not given. */
struct bt_identity {
    uint8_t name[BT_NAME], irk[16], address[BT_NAME], csrk[16]; /* address | its type */
};

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
    size_t keys_width; /* octets of a coordinate of the own key pair */
    bool secure, have_passkey, have_oob, user_agreed, keys_made;
    bool awaits_oob; /* initiator: a device was heard, its OOB data are missing */
    uint8_t key_size;
    unsigned round; /* of passkey entry with Secure Connections, from 0 */
    uint32_t passkey;
    uint8_t own_public[64], own_secret[32], peer_public[64], dhkey[32];
    uint8_t own_random[16], peer_random[16], peer_confirm[16];
    uint8_t tk[16], mac_key[16], ltk[16]; /* ltk: the STK of legacy pairing */
    uint8_t other_key[16];                /* of the other transport, from the ltk of this one */
    uint8_t skd[16], iv[8], session[16];
    uint8_t ediv[2], rand[8];         /* of LL_ENC_REQ */
    bool reconnects;                  /* with the LTK of a bond */
    unsigned sealed_sent, sealed_got; /* sealed PDUs of SMP in this connection */
    unsigned keys_got;                /* of these, handed over */
    struct bt_bond distributed;       /* legacy pairing: the LTK that is being handed over */
    struct bt_identity identity;      /* the peer's, the same */
    char shown[BT_DIGITS];            /* number that is compared */
    struct bt_oob own_oob, peer_oob;
    uint8_t held[SMP_MAX]; /* a PDU that waits for the user; code 0: none */
    imp_time deadline;     /* of the procedure, or of the next attempt */
    unsigned attempts;
    uint8_t failed_name[BT_NAME];          /* responder: with whom the latest attempt has failed */
    imp_time not_before;                   /* and until when it refuses another one */
    struct {                               /* br_*.c */
        uint8_t own_key[64], peer_key[64]; /* public keys as they travel */
        size_t sent, got;                  /* octets of them */
        bool sending;                      /* until the last piece is accepted */
        uint8_t held[SMP_MAX];             /* what follows the key; code 0: nothing */
        bool p192;                         /* without Secure Connections at both ends */
        bool asked_channels, peer_has_smp; /* br_signalling.c */
        uint8_t request[7], response[7];   /* br_smp.c: of SMP over BR/EDR; zeros: none */
        uint8_t au_own[16], au_peer[16], sres_own[4], sres_peer[4], aco[12]; /* aco: 8 of h5 */
    } br;
    struct { /* an adversary's own party: attacker.c */
        bool reflects, waits;
        unsigned bits; /* of the passkey that are known, from the lowest */
        uint8_t own_confirm[16];
    } attack;
    unsigned learned; /* the same, of a fixed passkey in all attempts together */
};

extern const struct imp_mechanism imp_bluetooth_pairing;
extern const struct imp_guess bt_guesses[];
extern const struct imp_legal bt_responder_legal[], bt_initiator_legal[];

/* Secure Connections, of LE or BR/EDR? */
static inline bool bt_secure_connections(const struct bt_party *p)
{
    return p->secure && !p->br.p192;
}
static inline bool bt_initiates(const struct bt_party *p)
{
    return p->env->role == BT_INITIATOR;
}
/* Is that check left out, which each end has under a flaw of its own? */
static inline bool bt_omits(const struct bt_party *p, unsigned of_initiator, unsigned of_responder)
{
    return imp_flawed(p->env, bt_initiates(p) ? of_initiator : of_responder);
}

/* ---- pairing.c: advertising, time, failure */
imp_party_init bt_init;
imp_party_event bt_event;
imp_party_fini bt_fini;
int bt_state_of(const void *ctx);
void bt_name_of(uint8_t out[BT_NAME], const struct imp_addr *a);
void bt_send(struct bt_party *p, size_t n, const uint8_t *pdu);
void bt_send_value(struct bt_party *p, enum smp_code code, const uint8_t *value);
/* A PDU's value; whoever knows one order of octets knows the other. */
void bt_value_of(uint8_t *value, const uint8_t *pdu);
void bt_failed(struct bt_party *p, enum smp_reason reason, const char *why, imp_time now);
void bt_given_up(struct bt_party *p, const char *why, imp_time now);
void bt_await(struct bt_party *p, enum bt_state state, imp_time now);
/* A PDU of SMP, or LMP's in its words, from the peer. */
void bt_pdu(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now);
void bt_oob_came(struct bt_party *p, imp_time now);
/* LE: the peer has ended the connection. */
void bt_connection_ended(struct bt_party *p, imp_time now);

/* ---- features.c: Pairing Request and Response, policy */
void bt_request(struct bt_party *p, imp_time now);
void bt_features(struct bt_party *p, const uint8_t *pdu, imp_time now);
/* Bits of the keys that an end hands over and asks for by its option. */
uint8_t bt_asked_keys(const struct bt_party *p);

/* ---- stages.c: authentication stages 1 and 2, legacy phase 2 */
void bt_model_chosen(struct bt_party *p, imp_time now);
void bt_smp(struct bt_party *p, const uint8_t *pdu, imp_time now);
void bt_stage_2(struct bt_party *p);
/* A number or OOB data from the user. */
void bt_user(struct bt_party *p, int channel, const uint8_t *bytes, size_t n, imp_time now);

/* ---- proofs.c */
void bt_send_confirm(struct bt_party *p);
struct bt_c1 bt_c1_of(const struct bt_party *p);
bool bt_confirmed(struct bt_party *p);
/* f4, or f1 of BR/EDR. */
void bt_commitment(const struct bt_party *p, uint8_t out[16], const uint8_t *u, const uint8_t *v,
                   const uint8_t x[16], uint8_t z);
void bt_check_value(struct bt_party *p, uint8_t out[16], bool own);
void bt_make_ltk(struct bt_party *p);

/* ---- ecdh.c: P-256, P-192 */
size_t bt_width(const struct bt_party *p); /* of a coordinate, in octets */
/* x of a public key, in that width. */
const uint8_t *bt_x_of(const struct bt_party *p, const uint8_t key[2 * BT_COORDINATE]);
/* Makes a key pair, unless there is one of that curve. */
void bt_make_keys(struct bt_party *p);
/* -1: the peer's key is refused. */
int bt_shared(struct bt_party *p);
/* The peer's is the debug key, and this end does not want that. */
bool bt_debug_key_refused(const struct bt_party *p);
/* The peer's x-coordinate is this end's own. */
bool bt_reflected(const struct bt_party *p);

/* ---- passkey.c, comparison.c, out_of_band.c: association models */
bool bt_enters_passkey(const struct bt_party *p);
void bt_passkey(struct bt_party *p);
void bt_take_passkey(struct bt_party *p, uint32_t v);
/* False: nobody is to send that now. */
bool bt_keypress(const struct bt_party *p, const uint8_t *pdu);
void bt_typed(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now);
void bt_digits(uint32_t v, char out[BT_DIGITS]);
/* A number from six digits, or -1. */
int64_t bt_number(const uint8_t *digits, size_t n);
void bt_show_number(struct bt_party *p);
void bt_compared(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now);
void bt_show_oob(struct bt_party *p);
bool bt_oob_right(struct bt_party *p);
/* False: the peer says that it has data which this end has not given to anybody. */
bool bt_oob_credible(const struct bt_party *p);

/* ---- attacker.c: what an adversary's own parties do otherwise */
uint8_t bt_attack_io(const struct bt_party *p);
/* It says that it has OOB data. */
bool bt_attack_claims_oob(const struct bt_party *p);
/* The responder's, in passkey entry: the public key is given back, or a passkey of zeros stands in.
 */
void bt_attack_passkey(struct bt_party *p);
void bt_attack_learn(struct bt_party *p);
/* True: the confirmation of this round needs what the other half has not told yet. */
bool bt_attack_waits(struct bt_party *p);
/* Legacy pairing: finds TK, and the random value that its own confirmation then stands for. */
void bt_attack_open(struct bt_party *p);
/* An attempt ends: a fixed passkey's bit was guessed wrong. */
void bt_attack_failed(struct bt_party *p);
void bt_attack_tell(struct bt_party *p);
void bt_attack_told(struct bt_party *p, const uint8_t *bytes, size_t n);

/* ---- bonds.c */
bool bt_bond_find(const struct bt_party *p, const uint8_t name[BT_NAME], struct bt_bond *out);
void bt_bond_keep(struct bt_party *p, const struct bt_bond *b);
/* The same of BT_CELL_BOND or BT_CELL_OTHER. */
size_t bt_bonds_in(const struct bt_party *p, const char *cell, struct bt_bond out[BT_BONDS_MOST]);
bool bt_bond_find_in(const struct bt_party *p, const char *cell, const uint8_t name[BT_NAME],
                     struct bt_bond *out);
void bt_bond_keep_in(struct bt_party *p, const char *cell, const struct bt_bond *b);
int64_t bt_re_pairing(const struct bt_party *p); /* BT_RE_PAIRING_... */
/* Would what has been settled, with a key of so many octets, be worth less than that bond? */
bool bt_bond_weakened(const struct bt_party *p, const struct bt_bond *b, unsigned key_size);

/* ---- reconnection.c: encryption with a bond, Security Request, keys that are missing */
void bt_use_bond(struct bt_party *p, const struct bt_bond *b);
/* The initiator, connected: encryption with a bond, or pairing. */
void bt_secure(struct bt_party *p, imp_time now);
/* The initiator's first word to the device that it has heard. */
void bt_connect(struct bt_party *p, imp_time now);
void bt_security_request(struct bt_party *p, const uint8_t *pdu, imp_time now);
/* The responder: LL_FEATURE_REQ, the first word of an initiator that waits to be asked. */
void bt_feature_req(struct bt_party *p, const struct imp_addr *from);
/* The initiator: the peer has no such key. */
void bt_key_missing(struct bt_party *p, imp_time now);

/* ---- distribution.c: the LTK of legacy pairing, identities */
bool bt_distributes(const struct bt_party *p);
void bt_distribute(struct bt_party *p, imp_time now);
void bt_distributed(struct bt_party *p, const uint8_t *sealed, size_t n, imp_time now);

/* A PDU of SMP under the connection's encryption; false: it is not of the peer. `pdu`:
 * SMP_SEALED_MAX octets, *n: with the MIC and then without. */
enum { SMP_SEALED_MAX = 17 };
void bt_send_sealed(struct bt_party *p, size_t n, const uint8_t *pdu);
bool bt_open_sealed(struct bt_party *p, uint8_t *pdu, size_t *n, const uint8_t *sealed);

/* ---- cross_transport.c: the other transport's key from that of this one */
bool bt_ct_wanted(const struct bt_party *p);
/* Bits of AuthReq and of key distribution. */
uint8_t bt_ct_auth_req(const struct bt_party *p);
uint8_t bt_ct_keys(const struct bt_party *p);
/* Power is on; this transport's key is made; encryption has begun. */
void bt_ct_start(struct bt_party *p);
void bt_ct_derive(struct bt_party *p);
/* The initiator, over BR/EDR: the keys that may follow. */
void bt_ct_announce(struct bt_party *p);
void bt_ct_keep(struct bt_party *p);
void bt_ct_provision(struct imp_env *const *parties, size_t count);

/* ---- encryption.c: start of encryption, claims */
void bt_encrypt(struct bt_party *p);
void bt_control(struct bt_party *p, const struct imp_addr *from, const uint8_t *pdu, size_t n,
                imp_time now);
void bt_send_control(struct bt_party *p, int message, const uint8_t *pdu, size_t n);
void bt_disconnect(struct bt_party *p);
void bt_claim_secret(struct bt_party *p, const char *name, const uint8_t secret[16]);
void bt_claim_running(struct bt_party *p);
/* Encryption has begun at both ends. */
void bt_encrypted(struct bt_party *p, imp_time now);
void bt_complete(struct bt_party *p);
/* CCM of the link layer. Out of seal: n + 4 octets. open: 0 or -1. */
enum { BT_MIC = 4 };
struct bt_packet {
    bool own;         /* from this end */
    unsigned counter; /* of its direction, from 0 */
    uint8_t header;   /* its first octet, without NESN, SN, MD */
};
void bt_seal(struct bt_party *p, uint8_t *out, struct bt_packet k, const uint8_t *in, size_t n);
int bt_open(struct bt_party *p, uint8_t *out, struct bt_packet k, const uint8_t *in, size_t n);

/* ---- br_edr.c: Secure Simple Pairing in LMP's words */
bool bt_br_edr(const struct bt_party *p);
void bt_br_connect(struct bt_party *p, imp_time now);
/* What the ends of a connection have told each other. */
void bt_br_forget(struct bt_party *p);
void bt_lmp(struct bt_party *p, const struct imp_event *e, imp_time now);
void bt_send_as_lmp(struct bt_party *p, const uint8_t *pdu);
void bt_send_lmp(struct bt_party *p, enum lmp_pdu pdu, const uint8_t *parameters);
void bt_send_accepted(struct bt_party *p, enum lmp_pdu pdu);
void bt_send_not_accepted(struct bt_party *p, enum lmp_pdu pdu, enum lmp_error why);
/* What was verified: says so in LMP, nothing in SMP. */
void bt_accept(struct bt_party *p, enum smp_code code);
/* Authentication requirements | OOB | IO capability, as f3 takes them. */
void bt_br_io_cap(uint8_t out[3], const struct smp_features *f);

/* ---- br_legacy.c: without Secure Connections */
bool bt_br_legacy(const struct bt_party *p);
/* The peer's challenge came. */
void bt_br_legacy_challenged(struct bt_party *p, imp_time now);
/* False: it is not the answer of who has the link key. */
bool bt_br_legacy_answered(struct bt_party *p, const uint8_t sres[4], imp_time now);
void bt_br_legacy_key(struct bt_party *p, const uint8_t en_rand[16]);
/* LMP_accepted, the first sealed PDU, and back. */
void bt_br_e0(struct bt_party *p, uint8_t out[2], const uint8_t in[2]);

/* ---- br_security.c: authentication and encryption over BR/EDR */
void bt_br_encrypt(struct bt_party *p);
/* True: the PDU was taken. */
bool bt_br_security(struct bt_party *p, int pdu, const uint8_t *parameters, imp_time now);
bool bt_br_sealed(struct bt_party *p, const uint8_t *sealed, size_t n, imp_time now);

/* ---- br_signalling.c: fixed channels */
void bt_br_channels_ask(struct bt_party *p);
void bt_br_signalling(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now);

/* ---- br_smp.c: an LTK for LE */
int bt_br_smp_message(uint8_t code);
/* Encryption has begun. False: nothing is derived. */
bool bt_br_smp_begin(struct bt_party *p, imp_time now);
void bt_br_smp(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now);
void bt_br_smp_timeout(struct bt_party *p);

#endif
