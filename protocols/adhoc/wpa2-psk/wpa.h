/* SPDX-License-Identifier: GPL-2.0-only */
/* wpa.h - WPA2-Personal: a passphrase that somebody types, and the 4-way handshake
 * (IEEE 802.11-2016 sections 12.7.6 and J.4). */
#ifndef IMPRINT_WPA_H
#define IMPRINT_WPA_H

#include "protocols/contract/mechanism.h"
#include "protocols/eap/group_key.h"

enum { WPA_STATION, WPA_NETWORK };              /* roles */
enum { WPA_LINK, WPA_REQUEST, WPA_PASSPHRASE }; /* channels */

enum wpa_message {
    WPA_MSG_START,
    WPA_MSG_KEY_1,
    WPA_MSG_KEY_2,
    WPA_MSG_KEY_3,
    WPA_MSG_KEY_4,
    WPA_MSG_REQUEST,
    WPA_MSG_PASSPHRASE,
    WPA_MSG_GROUP_1,
    WPA_MSG_GROUP_2,
};

enum wpa_option {
    WPA_OPT_SSID,
    WPA_OPT_LENGTH,
    WPA_OPT_ENTROPY,
    WPA_OPT_TYPING,
    WPA_OPT_VERSION,
    WPA_OPT_PATIENCE,
    WPA_OPT_TRIES,
    WPA_OPT_BACK_OFF,
    WPA_OPT_PMKID,
    WPA_OPT_FORM,
    WPA_OPT_GROUP,
};
enum { WPA_FORM_PASSPHRASE, WPA_FORM_PSK };

enum wpa_flaw { WPA_FLAW_NO_KEY_MIC, WPA_FLAW_NO_STATION_MIC };

/* States of the station, named by what it waits for. */
enum wpa_station_state {
    WPA_UNTOLD,    /* for the passphrase */
    WPA_AWAIT_1,   /* for EAPOL-Key 1/4 */
    WPA_AWAIT_3,   /* for EAPOL-Key 3/4 */
    WPA_BACK_OFF,  /* for the next attempt */
    WPA_CONNECTED, /* for nothing: answers repeated messages 3/4 */
};

/* States of the network's conversation with one station. */
enum wpa_network_state {
    WPA_NETWORK_IDLE,    /* for EAPOL-Start */
    WPA_NETWORK_AWAIT_2, /* for EAPOL-Key 2/4 */
    WPA_NETWORK_AWAIT_4, /* for EAPOL-Key 4/4 */
    WPA_NETWORK_OPEN,    /* for nothing: the port is open */
    WPA_NETWORK_GROUP,   /* for EAPOL-Key 2/2 of the group key handshake; the port is open */
};

enum { /* characters, IEEE 802.11-2016 J.4.1 */
       WPA_PASSPHRASE_MIN = 8,
       WPA_PASSPHRASE_MAX = 63,
       WPA_PSK_TEXT = 64, /* hexadecimal digits: the PMK itself */
       WPA_SECRET_MAX = WPA_PSK_TEXT,
       WPA_SSID_MAX = 32, /* octets */
       WPA_PMK = 32,
       WPA_ITERATIONS = 4096,
};

#define WPA_CELL_PASSPHRASE "passphrase"
#define WPA_CELL_PMK "pmk"

extern const struct imp_legal wpa_station_legal[], wpa_network_legal[];
extern const struct imp_guess wpa_guesses[];

/* ---- wpa_secret.c */
/* 8 to 63 printable ASCII characters, or 64 hexadecimal digits. */
bool wpa_passphrase_ok(const uint8_t *p, size_t n);
/* Passphrase number i of `length` characters: what a list of likely passphrases would hold. */
void wpa_passphrase_number(char *out, size_t length, const uint8_t i[16]);
/* What is typed, drawn from the party's stream "passphrase" with the entropy of its option, or
 * as a PSK; returns its length. */
size_t wpa_passphrase_draw(struct imp_env *env, char out[WPA_SECRET_MAX]);
/* PMK = PBKDF2-HMAC-SHA1(passphrase, SSID, 4096, 32), or what the digits say. */
void wpa_pmk_derive(struct imp_env *env, uint8_t pmk[WPA_PMK], const void *passphrase, size_t n,
                    const char *ssid);
/* The same with the party's SSID. Stores both in the party's cells. */
void wpa_pmk_make(struct imp_env *env, uint8_t pmk[WPA_PMK], const uint8_t *passphrase, size_t n);
/* From the cells. False: there is none. */
bool wpa_pmk_load(struct imp_env *env, uint8_t pmk[WPA_PMK]);
void wpa_provision(struct imp_env *const *parties, size_t count);

bool wpa_is_legal(const struct imp_legal *table, int state, int message);
/* The message of an EAPOL frame, or -1. */
int wpa_message_of(const uint8_t *frame, size_t n);
void wpa_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
/* "I am known by this link-layer address". */
void wpa_claim_address(struct imp_env *env);

imp_party_init wpa_station_init, wpa_network_init;
imp_party_event wpa_station_event, wpa_network_event;
imp_party_fini wpa_station_fini, wpa_network_fini;
int wpa_station_state_of(const void *ctx);
int wpa_network_state_of(const void *ctx);

/* ---- memory */
struct wpa_station {
    struct imp_env *env;
    enum wpa_station_state state;
    unsigned wrong; /* attempts that ended after message 2: the passphrase is likely wrong */
    bool claimed;   /* COMPLETE is said */
    struct imp_fourway fourway;
};

enum { WPA_STATIONS = 256, WPA_TIMERS = 60 };

struct wpa_association {
    struct imp_addr addr;
    enum wpa_network_state state;
    bool claimed; /* COMPLETE is said for it */
    bool struck;  /* its owner has struck it off: it is told no passphrase */
    struct imp_fourway fourway;
};

struct wpa_network {
    struct imp_env *env;
    uint8_t pmk[WPA_PMK];
    struct imp_group_key group;
    size_t count, last; /* associations from `count` on were never used; the one that acted last */
    struct wpa_association associations[WPA_STATIONS];
};

#endif
