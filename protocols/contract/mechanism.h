/* SPDX-License-Identifier: GPL-2.0-only */
/* mechanism.h - what a bootstrapping mechanism declares about itself.
 *
 * A mechanism is one constant `struct imp_mechanism`. Everything that a table, a plan, a test or
 * the adversary needs to know about it stands here as data; what it does stands in the role's three
 * functions (party.h). Tables are `static const` and end with an entry whose name is NULL. */
#ifndef IMPRINT_MECHANISM_H
#define IMPRINT_MECHANISM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "party.h"

/* The four classes of draft-sarikaya-t2trg-sbootstrapping, section 3. */
#define IMP_CLASSES(X)                                                                             \
    X(MANAGED, "managed")                                                                          \
    X(AD_HOC, "ad-hoc")                                                                            \
    X(LEAP_OF_FAITH, "leap-of-faith")                                                              \
    X(HYBRID, "hybrid")

/* Phases by which every message is labelled. */
#define IMP_PHASES(X)                                                                              \
    X(DISCOVERY, "discovery")         /* finding a network, an authenticator, a mother */          \
    X(BOOTSTRAPPING, "bootstrapping") /* authentication and key establishment */                   \
    X(PROVISIONING, "provisioning")   /* credentials and configuration */                          \
    X(REGISTRATION, "registration")   /* the device announces itself as operational */

/* Where a role lives; the world places it on a node accordingly. */
#define IMP_ROLE_KINDS(X)                                                                          \
    X(DEVICE, "device") /* one per new device, on its own node */                                  \
    X(ACCESS, "access") /* one per cell, on the node at the other end of the device's link */      \
    X(SERVER, "server") /* one per run, on a node behind the backend link */

/* The service that a channel asks of the medium to which a scenario binds it. */
#define IMP_SERVICES(X)                                                                            \
    X(FRAME, "frame")       /* link-layer payload under `number` = EtherType */                    \
    X(DATAGRAM, "datagram") /* UDP over IPv6, `number` = the responder's port */                   \
    X(STREAM, "stream")     /* TCP over IPv6, `number` = the responder's port */                   \
    X(OOB, "oob")           /* out of band, carried by the user with `act` */

/* What a user does. Times and error rates: sim/world/data/human.csv. */
#define IMP_ACT_KINDS(X)                                                                           \
    X(SCAN_QR, "scan-qr")                                                                          \
    X(TAP_NFC, "tap-nfc")                                                                          \
    X(PRESS_BUTTON, "press-button")                                                                \
    X(COPY_DIGITS, "copy-digits")                                                                  \
    X(COMPARE, "compare")                                                                          \
    X(CONFIRM, "confirm")                                                                          \
    X(WALK, "walk")                                                                                \
    X(SHIELD, "shield") /* put the device into a Faraday cage */

#define IMP_OPTION_TYPES(X)                                                                        \
    X(BOOL, "bool")                                                                                \
    X(INT, "int")       /* min..max in `unit` */                                                   \
    X(CHOICE, "choice") /* one of `choices`; the value is its index */                             \
    X(STRING, "string") /* min..max octets */

#define IMP_ENUM_CLASS(id, text) IMP_CLASS_##id,
#define IMP_ENUM_PHASE(id, text) IMP_PHASE_##id,
#define IMP_ENUM_ROLE(id, text) IMP_ROLE_##id,
#define IMP_ENUM_SERVICE(id, text) IMP_SERVICE_##id,
#define IMP_ENUM_ACT(id, text) IMP_ACT_##id,
#define IMP_ENUM_OPTION(id, text) IMP_OPTION_##id,
enum imp_class { IMP_CLASSES(IMP_ENUM_CLASS) IMP_CLASS_COUNT };
enum imp_phase { IMP_PHASES(IMP_ENUM_PHASE) IMP_PHASE_COUNT };
enum imp_role_kind { IMP_ROLE_KINDS(IMP_ENUM_ROLE) IMP_ROLE_KIND_COUNT };
enum imp_service { IMP_SERVICES(IMP_ENUM_SERVICE) IMP_SERVICE_COUNT };
enum imp_act_kind { IMP_ACT_KINDS(IMP_ENUM_ACT) IMP_ACT_KIND_COUNT };
enum imp_option_type { IMP_OPTION_TYPES(IMP_ENUM_OPTION) IMP_OPTION_TYPE_COUNT };

/* Names as they stand in the lists above. */
const char *imp_class_name(enum imp_class c);
const char *imp_phase_name(enum imp_phase p);
const char *imp_role_kind_name(enum imp_role_kind k);
const char *imp_service_name(enum imp_service s);
const char *imp_act_kind_name(enum imp_act_kind a);
const char *imp_option_type_name(enum imp_option_type t);

/* In which state of a role which message (index into `messages`) is legal; anything else takes the
 * role's single error path. Ends with message < 0. */
struct imp_legal {
    int state;
    int message;
};

struct imp_role {
    const char *name; /* the specification's word: "peer", "authenticator", "mother" */
    enum imp_role_kind kind;
    const char *summary; /* one sentence */
    size_t context_size; /* octets of party memory; the carrier allocates them zeroed */
    imp_party_init *init;
    imp_party_event *event;
    imp_party_fini *fini;          /* may be NULL: nothing held beyond the context */
    int (*state)(const void *ctx); /* current state, an index into `states` */
    const char *const *states;     /* NULL-terminated, each named by what it waits for */
    const struct imp_legal *legal; /* ends with message < 0 */
    bool optional;                 /* true: the run may complete without this role's completion */
    /* A choice that the role reads: there is a party of it, and a node for a server, only where the
     * value is not the first one. NULL: always. */
    const char *only_with;
    bool apart; /* a server on a node of its own, where another server takes part */
    /* Of neither side, as a manufacturer's service: what is said of a kind of role does not mean
     * it, and an adversary's own parties ask the honest one. */
    bool third_party;
};

struct imp_channel {
    const char *name;
    enum imp_service service;
    uint16_t number;       /* EtherType or port */
    const char *group;     /* IPv6 multicast group of `imp_to_all`, or NULL */
    int a, b;              /* roles at the two ends; for OOB from a to b */
    enum imp_act_kind act; /* OOB: how the user carries it */
    unsigned bits;         /* OOB: capacity of one message, bits */
    const char *summary;
    /* A role, in whose stead the ends meet: the channel is there only where that takes no part
     * (`only_with`). 0, which is the device: always. */
    int without;
};

struct imp_message {
    const char *name; /* as the specification calls it */
    enum imp_phase phase;
    int channel;
};

struct imp_act {
    const char *name;
    enum imp_act_kind kind;
    int role; /* the role that prompts for it */
    const char *summary;
};

struct imp_option {
    const char *name; /* lower case, hyphens */
    const char *summary;
    enum imp_option_type type;
    const char *preset; /* default, as text: "true", "30", "x25519" */
    int64_t min, max;
    const char *unit;           /* "s", "octets", ... or NULL */
    const char *const *choices; /* NULL-terminated, for IMP_OPTION_CHOICE */
    unsigned roles;             /* bit i: role i reads it; each end is set separately */
    /* Another value than the preset is nothing without "name=value,value" of the same role: one of
     * those of an option that is not a string. A role that does not read that one is not asked.
     * NULL: it goes with all. */
    const char *needs;
    const char *needing; /* "value,value": these alone need it; NULL: all but the preset */
    /* STRING: what else a text must be; false, and a sentence saying what was expected. NULL: any
     * will do. */
    bool (*check)(const char *text, char *error, size_t cap);
};

struct imp_flaw {
    const char *name; /* the check that is left out: "no-mac-check" */
    const char *summary;
    int role;              /* the role whose check it is */
    const char *broken_by; /* adversary preset that must break a run when this flaw is set */
    const char *goal;      /* the goal that breaks: "g1", "g3", "g5" */
    /* What the attack needs, "name=value,...", or NULL: options, and events as "@role.event=second"
     */
    const char *with;
};

/* Everything a deployment must bring; the chooser's and the survey's tables come from it. */
struct imp_requirement {
    const char *name; /* "credential", "interface", "third-party", "user-acts", "link" */
    const char *value;
    const char *summary;
};

struct imp_term {
    enum imp_phase phase;
    const char *word;   /* what the mechanism's own standard calls that phase */
    const char *source; /* section */
};

/* A secret that may have little entropy, so that who has read enough finds it by trying. Nothing
 * here costs a party anything. */
#define IMP_GUESS_MAX 64 /* octets of a candidate: a WPA passphrase has up to 63 */
struct imp_guess {
    const char *name;    /* "PSK" */
    const char *summary; /* what it is and how it is checked off line */
    int role;            /* whose: each party of the role has its own */
    const char *cell;    /* that party's cell with the secret, or with what is computed from it */
    /* Entropy under the options of that party: the secret is one of 2^bits candidates. */
    unsigned (*bits)(const struct imp_env *env);
    /* Candidate number i < 2^bits, in the order in which it pays to try. Returns its octets. */
    size_t (*candidate)(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX]);
    /* Base-2 logarithm of the operations (a hash's compressions) that a candidate takes, where it
     * is slow on purpose; NULL: 0. */
    unsigned (*cost)(const struct imp_env *env);
    unsigned computed;    /* up to so many bits candidates are really tried; 0: the carrier's limit.
                             For secrets that are slow to try */
    size_t evidence_size; /* octets of what is kept of messages; zeroed at start */
    /* Looks at a message that was read on a channel, until it returns true: a candidate can be told
     * right from wrong. `env` is the party's, for what is public of it. */
    bool (*evidence)(void *evidence, struct imp_env *env, int channel, const uint8_t *bytes,
                     size_t n);
    bool (*right)(const void *evidence, const uint8_t *candidate, size_t n);
};

/* A setting "option = value" applied to the adversary's own parties. */
struct imp_setting {
    const char *name, *value;
};

/* A security goal that the mechanism does not have, and why. */
struct imp_inapplicable {
    const char *goal;   /* "g9" */
    const char *reason; /* a sentence without its full stop */
};

/* A word of the timeline ("reset" is the user's) that ends what binds devices to their owner. */
struct imp_severance {
    const char *word; /* its first word, as far as a blank */
    int role;         /* of the party to which it is said */
    bool revokes;     /* that party strikes devices off; false: they get rid of their owner */
};

struct imp_mechanism {
    const char *name;  /* "eap-psk" */
    const char *title; /* "EAP-PSK over IEEE 802.1X" */
    enum imp_class class;
    const char *reference; /* "RFC 4764" */
    const char *summary;   /* a paragraph */
    bool own_profile;      /* true: the wire format is imprint's own; documentation must say so */
    const struct imp_role *roles; /* in the order of their index; role 0 is the device */
    const struct imp_channel *channels;
    const struct imp_message *messages;
    const struct imp_act *acts;
    const struct imp_option *options;
    const struct imp_flaw *flaws;
    const struct imp_requirement *requirements;
    const struct imp_term *terms;        /* ends with word NULL */
    const struct imp_guess *guesses;     /* ends with name NULL; or NULL */
    const struct imp_setting *adversary; /* settings of the adversary's own parties; or NULL */
    /* Part of the options that tells variants apart in tables, NULL-terminated names; or NULL. */
    const char *const *variant;
    const struct imp_inapplicable *inapplicable; /* ends with goal NULL; or NULL */
    const struct imp_severance *severances;      /* ends with word NULL; or NULL */
    const char *owner; /* the role that devices come to obey, or NULL: there is no ownership */
    imp_time recovery; /* how soon service must be there after a disturbance; 0: 300 s */
    /* Pre-provisions one universe of parties (all honest ones, or all of one adversary): writes
     * credentials into their cells, drawing on the parties' own random streams. Runs before any
     * other function of these parties; nothing is charged. NULL when nothing is pre-provisioned. */
    void (*provision)(struct imp_env *const *parties, size_t count);
};

/* All mechanisms, NULL-terminated, ordered by name; generated by CMake from imprint_protocol(). */
extern const struct imp_mechanism *const imp_mechanisms[];

/* NULL when there is none of that name. */
const struct imp_mechanism *imp_mechanism_find(const char *name);

/* Index in the respective table, or -1. */
int imp_role_find(const struct imp_mechanism *m, const char *name);
int imp_option_find(const struct imp_mechanism *m, const char *name);
int imp_flaw_find(const struct imp_mechanism *m, const char *name);
size_t imp_role_count(const struct imp_mechanism *m);
/* Whether the role takes part, given the values of its options (`only_with`). */
bool imp_role_takes_part(const struct imp_mechanism *m, int role, const struct imp_value *options);
/* Whether it has a node of its own: a server that is `apart`, where another server takes part.
 * `parts`: bits of the roles that take part. */
bool imp_role_is_apart(const struct imp_mechanism *m, int role, unsigned parts);
/* Whether the channel is there: both ends take part, and whoever it does without does not.
 * `options` are by role, then by index. */
bool imp_channel_is_there(const struct imp_mechanism *m, int channel,
                          struct imp_value *const *options);
size_t imp_channel_count(const struct imp_mechanism *m);
size_t imp_option_count(const struct imp_mechanism *m);
size_t imp_flaw_count(const struct imp_mechanism *m);

/* Parses `text` as a value of option `o`. Returns 0, or -1 and a sentence saying what was expected
 * in error[0..cap). The value borrows `text` for strings. */
int imp_option_parse(struct imp_value *out, const struct imp_option *o, const char *text,
                     char *error, size_t cap);
/* The first option of that role whose value lacks what it needs, or -1. `values` are by index. */
int imp_option_unmet(const struct imp_mechanism *m, int role, const struct imp_value *values);

#endif
