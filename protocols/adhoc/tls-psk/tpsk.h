/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk.h - a device's secret, typed at the server, as DTLS pre-shared key (RFC 4279, RFC 6655, RFC
 * 7252 section 9.1.3.1). */
#ifndef IMPRINT_TLS_PSK_H
#define IMPRINT_TLS_PSK_H

#include "protocols/coaps/coaps.h"
#include "protocols/contract/mechanism.h"
#include "protocols/tls/psk_evidence.h"

enum { TPSK_DEVICE, TPSK_SERVER }; /* roles */
enum { TPSK_COAPS, TPSK_LABEL };   /* channels */

enum tpsk_message_kind {
    TPSK_MSG_CLIENT_HELLO,
    TPSK_MSG_VERIFY_REQUEST,
    TPSK_MSG_SERVER_FLIGHT,
    TPSK_MSG_CLIENT_FLIGHT,
    TPSK_MSG_FINISHED,
    TPSK_MSG_ALERT,
    TPSK_MSG_REGISTER,
    TPSK_MSG_REGISTERED,
    TPSK_MSG_NEW_KEY,
    TPSK_MSG_CHANGED,
    TPSK_MSG_REFUSAL,
    TPSK_MSG_EMPTY,
    TPSK_MSG_LABEL,
};

enum tpsk_option {
    TPSK_OPT_SECRET,
    TPSK_OPT_DIGITS,
    TPSK_OPT_LIFETIME,
    TPSK_OPT_REPLACE,
    TPSK_OPT_UNKNOWN,
    TPSK_OPT_TRIES,
    TPSK_OPT_LOCK,
    TPSK_OPT_COOKIE,
    TPSK_OPT_BACK_OFF,
    TPSK_OPT_EXCHANGE,
    TPSK_OPT_FORM,
    TPSK_OPT_STRETCHING,
    TPSK_OPT_TYPING,
    TPSK_OPT_AGAIN,
};
enum { TPSK_SECRET_LABEL, TPSK_SECRET_PIN, TPSK_SECRET_DEFAULT };
enum { TPSK_FORM_HEXADECIMAL, TPSK_FORM_BASE32 };
enum { TPSK_EXCHANGE_PSK, TPSK_EXCHANGE_ECDHE };
enum { TPSK_UNKNOWN_ALERT, TPSK_UNKNOWN_DUMMY };

enum tpsk_flaw { TPSK_FLAW_DEFAULT_SECRET, TPSK_FLAW_ADMITS_DEFAULT };

/* States of the device, named by what it waits for. */
enum tpsk_device_state {
    TPSK_HANDSHAKE,   /* for the DTLS session */
    TPSK_BACK_OFF,    /* for the next attempt */
    TPSK_REGISTERING, /* for the answer to its registration */
    TPSK_REPLACING,   /* for the key that takes the label's place */
    TPSK_OPERATIONAL, /* for nothing */
};

/* States of the server's session with one device. */
enum tpsk_server_state {
    TPSK_SERVER_IDLE,      /* for a ClientHello */
    TPSK_SERVER_HANDSHAKE, /* for the DTLS session */
    TPSK_SERVER_OPEN,      /* for the registration */
    TPSK_SERVER_REPLACING, /* for the confirmation of the new key */
    TPSK_SERVER_DONE,      /* for nothing */
};

enum {
    TPSK_KEY = 16,    /* octets */
    TPSK_BASE32 = 20, /* characters of 5 bits */
    TPSK_PIN_MIN = 3, /* digits */
    TPSK_PIN_MAX = 8,
    TPSK_SERIAL = 16,        /* hexadecimal digits: the PSK identity */
    TPSK_LABEL_MAX = 64,     /* characters: serial, blank, secret */
    TPSK_SID = 32,           /* octets of the exporter that name a session */
    TPSK_ITERATIONS = 10000, /* of PBKDF2 over a PIN: ours, as is the salt, the serial number */
};

struct tpsk_psk {
    uint8_t octets[TPSK_BASE32];
    size_t n;
};

extern const struct imp_legal tpsk_device_legal[], tpsk_server_legal[];

/* ---- tpsk_secret.c: texts and keys */
extern const uint8_t tpsk_default[TPSK_KEY]; /* what a manual prints for all devices */
/* PSK of a secret as it is typed: 32 hexadecimal digits; 20 characters of base32 (RFC 4648 section
 * 6), in capitals the PSK itself (RFC 4279 section 5.4); or a PIN. 0 or -1. */
int tpsk_from_text(struct imp_env *env, struct tpsk_psk *psk, const char *serial, const char *text,
                   bool stretched);
bool tpsk_is_pin(const char *text);
/* A PIN's, n digits: stretched, or the digits themselves. */
void tpsk_from_pin(struct imp_env *env, struct tpsk_psk *psk, const char *serial, const char *pin,
                   size_t n, bool stretched);
/* As it stands on a label. */
void tpsk_to_text(char text[2 * TPSK_KEY + 1], const struct tpsk_psk *psk);
/* False: that cell has none. */
bool tpsk_psk_load(struct imp_env *env, struct tpsk_psk *psk, const char *cell);
void tpsk_psk_store(struct imp_env *env, const struct tpsk_psk *psk, const char *cell);
/* "SERIAL SECRET" apart. 0 or -1. */
int tpsk_label_parse(char serial[TPSK_SERIAL + 1], char secret[TPSK_LABEL_MAX + 1],
                     const uint8_t *p, size_t n);
size_t tpsk_label_write(char out[TPSK_LABEL_MAX + 1], const char *serial, const char *secret);
/* A new PIN, drawn, as text. */
void tpsk_pin_draw(struct imp_env *env, char pin[16]);
void tpsk_hex(char *out, const uint8_t *p, size_t n);
void tpsk_provision(struct imp_env *const *parties, size_t count);

void tpsk_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
/* RUNNING or COMMIT of a session between the server and the device of that serial number. */
void tpsk_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *serial,
                        const uint8_t sid[TPSK_SID]);
/* The replaced key as secret and configuration. */
void tpsk_claim_key(struct imp_env *env, const char *serial, const uint8_t sid[TPSK_SID],
                    const uint8_t key[TPSK_KEY]);
bool tpsk_is_legal(const struct imp_legal *table, int state, int message);
int tpsk_message_of(int label); /* label of coaps.h to message */
/* A server's name: there is one, and the PSK stands for it. */
extern const char tpsk_server_name[];

imp_party_init tpsk_device_init, tpsk_server_init;
imp_party_event tpsk_device_event, tpsk_server_event;
imp_party_fini tpsk_device_fini, tpsk_server_fini;
int tpsk_device_state_of(const void *ctx);
int tpsk_server_state_of(const void *ctx);

/* ---- memory */
struct tpsk_device {
    struct imp_env *env;
    enum tpsk_device_state state;
    char serial[TPSK_SERIAL + 1];
    struct tpsk_psk key;
    char secret[2 * TPSK_KEY + 1]; /* on the label or the display */
    int64_t failures;              /* of the handshake since it was typed */
    bool replaced;                 /* the key is not the label's any more */
    bool claimed;
    struct imp_coaps secure;
    uint8_t sid[TPSK_SID];
};

enum { TPSK_ENTRIES = 256, TPSK_SESSIONS = 256, TPSK_TIMERS = 60 };

struct tpsk_entry { /* a device whose secret was typed */
    char serial[TPSK_SERIAL + 1];
    struct tpsk_psk key;
    bool pin, replaced, claimed;
    imp_time typed;
    unsigned wrong;  /* attempts in a row */
    unsigned locks;  /* so far: each lasts twice as long */
    imp_time locked; /* until then nothing is tried */
};

struct tpsk_server;
struct tpsk_session {
    bool used;
    struct tpsk_server *server;
    struct imp_addr addr;
    enum tpsk_server_state state;
    struct imp_coaps secure;
    struct tpsk_entry *tried; /* of the handshake in progress */
    struct tpsk_entry *entry; /* of the open session; NULL: an unlisted device was admitted */
    char asked[TPSK_SERIAL + 1], serial[TPSK_SERIAL + 1];
    uint8_t fresh[TPSK_KEY];
    uint8_t sid[TPSK_SID];
    bool believed, searched;
};

struct tpsk_server {
    struct imp_env *env;
    imp_time now;
    size_t count, reached, last;
    struct tpsk_entry entries[TPSK_ENTRIES];
    struct tpsk_session sessions[TPSK_SESSIONS];
};

/* ---- tpsk_guess.c: a PIN, tried off line on what was recorded */
struct tpsk_evidence {
    struct imp_psk_evidence seen;
    bool stretched;
};
extern const struct imp_guess tpsk_guesses[];

/* ---- tpsk_search.c: an adversary's server that a device with a short PIN has tried to enter */
void tpsk_search(struct tpsk_session *s);

/* ---- tpsk_list.c: typed secrets */
void tpsk_list_cell(char out[32], const char *serial);
struct tpsk_entry *tpsk_list_find(struct tpsk_server *s, const char *serial); /* NULL: none */
/* A PIN is too old. */
bool tpsk_list_expired(const struct tpsk_server *s, const struct tpsk_entry *e);
void tpsk_list_typed(struct tpsk_server *s, const struct imp_event *event);
void tpsk_list_store(struct tpsk_server *s, const struct tpsk_entry *e);
void tpsk_list_wrong(struct tpsk_server *s, struct tpsk_entry *e);
/* Sessions must not hold it any more. */
void tpsk_list_strike(struct tpsk_server *s, struct tpsk_entry *e);

#endif
