/* SPDX-License-Identifier: GPL-2.0-only */
/* duckling.c - the resurrecting duckling as data.
 *
 * The idea (discover, imprint, configure; one mother; death by the mother only) is that of
 * Stajano and Anderson and of Bergmann, Gerdes and Bormann, as summed up by
 * draft-sarikaya-t2trg-sbootstrapping. Neither gives a wire format: what stands here is imprint's
 * own profile, made of CoAP, CBOR and DTLS-PSK. */
#include "duckling.h"

#include "duckling_role.h"
#include "mother_role.h"

static const char *const duckling_states[] = {
    [DUCKLING_EGG] = "egg",
    [DUCKLING_SEARCHING] = "searching",
    [DUCKLING_OFFERED] = "offered",
    [DUCKLING_ACCEPTED] = "accepted",
    [DUCKLING_IMPRINTED] = "imprinted",
    [DUCKLING_CONFIGURED] = "configured",
    NULL,
};

static const char *const mother_states[] = {
    [MOTHER_IDLE] = "idle",
    [MOTHER_CONFIRMING] = "confirming",
    [MOTHER_REQUESTED] = "requested",
    [MOTHER_KEYED] = "keyed",
    [MOTHER_HANDSHAKE] = "handshake",
    [MOTHER_CONFIGURING] = "configuring",
    [MOTHER_OPERATIONAL] = "operational",
    [MOTHER_REKEYING] = "rekeying",
    [MOTHER_KILLING] = "killing",
    NULL,
};

static const struct imp_role roles[] = {
    [DUCK_DUCKLING] = {.name = "duckling",
                       .kind = IMP_ROLE_DEVICE,
                       .summary = "The new node: takes the first mother that it meets for its own.",
                       .context_size = sizeof(struct duckling),
                       .init = duckling_init,
                       .event = duckling_event,
                       .fini = duckling_fini,
                       .state = duckling_state_of,
                       .states = duckling_states,
                       .legal = duckling_legal},
    [DUCK_MOTHER] = {.name = "mother",
                     .kind = IMP_ROLE_ACCESS,
                     .summary = "The home controller: imprints ducklings while its window is open.",
                     .context_size = sizeof(struct mother),
                     .init = mother_init,
                     .event = mother_event,
                     .fini = mother_fini,
                     .state = mother_state_of,
                     .states = mother_states,
                     .legal = mother_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [DUCK_COAP] = {.name = "coap",
                   .service = IMP_SERVICE_DATAGRAM,
                   .number = 5683,
                   .group = "ff02::fd",
                   .a = DUCK_DUCKLING,
                   .b = DUCK_MOTHER,
                   .summary = "Clear CoAP (RFC 7252) until the imprint ends."},
    [DUCK_COAPS] = {.name = "coaps",
                    .service = IMP_SERVICE_DATAGRAM,
                    .number = 5684,
                    .a = DUCK_DUCKLING,
                    .b = DUCK_MOTHER,
                    .summary = "CoAP over DTLS-PSK with the imprinted key."},
    [DUCK_BUTTON] = {.name = "button",
                     .service = IMP_SERVICE_OOB,
                     .a = DUCK_DUCKLING,
                     .b = DUCK_MOTHER,
                     .act = IMP_ACT_PRESS_BUTTON,
                     .bits = 8,
                     .summary = "The user, who has powered a duckling, opens the mother's window; "
                                "carries no data."},
    {.name = NULL},
};

static const struct imp_message messages[] = {
    [DUCK_MSG_DISCOVER] = {"GET /.well-known/core", IMP_PHASE_DISCOVERY, DUCK_COAP},
    [DUCK_MSG_LINKS] = {"2.05 Content (mother)", IMP_PHASE_DISCOVERY, DUCK_COAP},
    [DUCK_MSG_OFFER] = {"POST /imprint (offer)", IMP_PHASE_DISCOVERY, DUCK_COAP},
    [DUCK_MSG_OFFER_NOTED] = {"2.04 Changed (offer noted)", IMP_PHASE_DISCOVERY, DUCK_COAP},
    [DUCK_MSG_REQUEST] = {"POST /imprint (request)", IMP_PHASE_BOOTSTRAPPING, DUCK_COAP},
    [DUCK_MSG_ACCEPT] = {"2.04 Changed (accepted)", IMP_PHASE_BOOTSTRAPPING, DUCK_COAP},
    [DUCK_MSG_KEY] = {"PUT /key", IMP_PHASE_BOOTSTRAPPING, DUCK_COAP},
    [DUCK_MSG_PROOF] = {"2.04 Changed (proof)", IMP_PHASE_BOOTSTRAPPING, DUCK_COAP},
    [DUCK_MSG_REFUSAL] = {"4.xx (refusal)", IMP_PHASE_BOOTSTRAPPING, DUCK_COAP},
    [DUCK_MSG_EMPTY] = {"Empty", IMP_PHASE_BOOTSTRAPPING, DUCK_COAP},
    [DUCK_MSG_CLEAR_CONFIG] = {"PUT /config (clear)", IMP_PHASE_PROVISIONING, DUCK_COAP},
    [DUCK_MSG_CLEAR_DEATH] = {"DELETE /key (clear)", IMP_PHASE_PROVISIONING, DUCK_COAP},
    [DUCK_MSG_CLEAR_DONE] = {"2.xx (clear order done)", IMP_PHASE_PROVISIONING, DUCK_COAP},
    [DUCK_MSG_CLIENT_HELLO] = {"ClientHello", IMP_PHASE_BOOTSTRAPPING, DUCK_COAPS},
    [DUCK_MSG_VERIFY_REQUEST] = {"HelloVerifyRequest", IMP_PHASE_BOOTSTRAPPING, DUCK_COAPS},
    [DUCK_MSG_SERVER_FLIGHT] = {"ServerHello..ServerHelloDone", IMP_PHASE_BOOTSTRAPPING,
                                DUCK_COAPS},
    [DUCK_MSG_CLIENT_FLIGHT] = {"ClientKeyExchange..Finished", IMP_PHASE_BOOTSTRAPPING, DUCK_COAPS},
    [DUCK_MSG_FINISHED] = {"ChangeCipherSpec, Finished", IMP_PHASE_BOOTSTRAPPING, DUCK_COAPS},
    [DUCK_MSG_ALERT] = {"Alert", IMP_PHASE_BOOTSTRAPPING, DUCK_COAPS},
    [DUCK_MSG_CONFIG] = {"PUT /config", IMP_PHASE_PROVISIONING, DUCK_COAPS},
    [DUCK_MSG_OPERATIONAL] = {"2.04 Changed (operational)", IMP_PHASE_REGISTRATION, DUCK_COAPS},
    [DUCK_MSG_REKEY] = {"PUT /key (roll-over)", IMP_PHASE_PROVISIONING, DUCK_COAPS},
    [DUCK_MSG_REKEYED] = {"2.04 Changed (rolled over)", IMP_PHASE_PROVISIONING, DUCK_COAPS},
    [DUCK_MSG_DEATH] = {"DELETE /key", IMP_PHASE_PROVISIONING, DUCK_COAPS},
    [DUCK_MSG_DIED] = {"2.02 Deleted", IMP_PHASE_PROVISIONING, DUCK_COAPS},
    [DUCK_MSG_SECURE_REFUSAL] = {"4.xx (refusal over DTLS)", IMP_PHASE_PROVISIONING, DUCK_COAPS},
    [DUCK_MSG_SECURE_EMPTY] = {"Empty (over DTLS)", IMP_PHASE_PROVISIONING, DUCK_COAPS},
    [DUCK_MSG_PRESS] = {"button press", IMP_PHASE_DISCOVERY, DUCK_BUTTON},
    {.name = NULL},
};

static const struct imp_act acts[] = {
    [DUCK_ACT_SHIELD] = {"shield", IMP_ACT_SHIELD, DUCK_DUCKLING,
                         "Puts duckling and mother together into a Faraday cage."},
    [DUCK_ACT_CONFIRM] = {"confirm-offer", IMP_ACT_CONFIRM, DUCK_MOTHER,
                          "Confirms at the mother that the announced duckling is wanted."},
    {.name = NULL},
};

static const char *const transports[] = {"clear", "x25519", NULL};
static const char *const resets[] = {"mother-only", "allowed", NULL};

#define DUCKLING_ROLE (1u << DUCK_DUCKLING)
#define MOTHER_ROLE (1u << DUCK_MOTHER)
#define BOTH_ROLES (DUCKLING_ROLE | MOTHER_ROLE)

static const struct imp_option options[] = {
    [DUCK_OPT_TRANSPORT] = {.name = "key-transport",
                            .summary = "How the key reaches the duckling: in clear (the leap), or "
                                       "agreed by X25519, which shuts out eavesdroppers only.",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "clear",
                            .choices = transports,
                            .roles = BOTH_ROLES},
    [DUCK_OPT_CAGE] = {.name = "cage",
                       .summary = "The user shields both in a Faraday cage until the duckling is "
                                  "operational: no adversary reaches their link meanwhile.",
                       .type = IMP_OPTION_BOOL,
                       .preset = "false",
                       .roles = BOTH_ROLES},
    [DUCK_OPT_WINDOW] = {.name = "window",
                         .summary = "How long one press of the mother's button admits a duckling.",
                         .type = IMP_OPTION_INT,
                         .preset = "30",
                         .min = 1,
                         .max = 120,
                         .unit = "s",
                         .roles = BOTH_ROLES},
    [DUCK_OPT_LEISURE] = {.name = "leisure",
                          .summary = "Period at whose random point the mother answers a multicast "
                                     "search (RFC 7252 section 8.2).",
                          .type = IMP_OPTION_INT,
                          .preset = "5000",
                          .min = 0,
                          .max = 60000,
                          .unit = "ms",
                          .roles = MOTHER_ROLE},
    [DUCK_OPT_COLLECTION] = {.name = "collection",
                             .summary = "How long the duckling collects answers; it then chooses "
                                        "only if exactly one mother has answered.",
                             .type = IMP_OPTION_INT,
                             .preset = "5000",
                             .min = 100,
                             .max = 60000,
                             .unit = "ms",
                             .roles = DUCKLING_ROLE},
    [DUCK_OPT_INTERVAL] = {.name = "discovery-interval",
                           .summary = "From the first search to the second; doubles each time.",
                           .type = IMP_OPTION_INT,
                           .preset = "5",
                           .min = 1,
                           .max = 300,
                           .unit = "s",
                           .roles = DUCKLING_ROLE},
    [DUCK_OPT_INTERVAL_MAX] = {.name = "discovery-interval-max",
                               .summary = "Longest time between two searches.",
                               .type = IMP_OPTION_INT,
                               .preset = "300",
                               .min = 1,
                               .max = 86400,
                               .unit = "s",
                               .roles = DUCKLING_ROLE},
    [DUCK_OPT_OFFERED] = {.name = "offered-timeout",
                          .summary = "How long an offered duckling waits for its key before it "
                                     "searches again.",
                          .type = IMP_OPTION_INT,
                          .preset = "60",
                          .min = 1,
                          .max = 3600,
                          .unit = "s",
                          .roles = DUCKLING_ROLE},
    [DUCK_OPT_CONFIGURE] = {.name = "configure-deadline",
                            .summary = "How long the configuration may take after the imprint "
                                       "before it counts as late; the mother then tries again.",
                            .type = IMP_OPTION_INT,
                            .preset = "60",
                            .min = 1,
                            .max = 3600,
                            .unit = "s",
                            .roles = BOTH_ROLES},
    [DUCK_OPT_CONFIRM] = {.name = "confirm",
                          .summary = "The user confirms each offer at the mother.",
                          .type = IMP_OPTION_BOOL,
                          .preset = "false",
                          .roles = MOTHER_ROLE},
    [DUCK_OPT_RESET] = {.name = "reset-button",
                        .summary = "Who may kill an imprinted duckling: its mother alone, or also "
                                   "whoever presses its button.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "mother-only",
                        .choices = resets,
                        .roles = DUCKLING_ROLE},
    [DUCK_OPT_SOLICIT] = {.name = "solicit",
                          .summary =
                              "A mother that hears no duckling sends imprinting requests and "
                              "orders unasked and in clear; what an attacker does.",
                          .type = IMP_OPTION_BOOL,
                          .preset = "false",
                          .roles = MOTHER_ROLE},
    [DUCK_OPT_NAME] = {.name = "mother-name",
                       .summary = "What the mother calls itself in the imprinting request.",
                       .type = IMP_OPTION_STRING,
                       .preset = "mother",
                       .min = 1,
                       .max = 16,
                       .unit = "octets",
                       .roles = MOTHER_ROLE},
    [DUCK_OPT_LIFETIME] = {.name = "key-lifetime",
                           .summary =
                               "The duckling dies of old age when its key is not rolled over "
                               "within this time; 0: never.",
                           .type = IMP_OPTION_INT,
                           .preset = "0",
                           .min = 0,
                           .max = 2147483647,
                           .unit = "s",
                           .roles = MOTHER_ROLE},
    {.name = NULL},
};

/* The proofs of steps 7 and 8 are redundant against an attacker: who knows the key can compute
 * them, and the DTLS handshake proves the same key again. Therefore the duckling's proof check goes
 * together with the rule that a key comes by request or over DTLS only, and the mother's with the
 * window. Likewise, to refuse two mothers at once only finds mistakes and alarms: who can block
 * wins the first contact anyhow; its absence matters together with that of the one-mother rule. */
static const struct imp_flaw flaws[] = {
    [DUCK_FLAW_SECOND_IMPRINT] = {.name = "accepts-second-imprint",
                                  .summary = "An imprinted duckling follows another mother.",
                                  .role = DUCK_DUCKLING,
                                  .broken_by = "late-comer",
                                  .goal = "g5"},
    [DUCK_FLAW_CLEAR_DEATH] = {.name = "accepts-death-in-clear",
                               .summary = "DELETE /key is obeyed outside DTLS, from anybody.",
                               .role = DUCK_DUCKLING,
                               .broken_by = "late-comer",
                               .goal = "g5"},
    [DUCK_FLAW_CLEAR_CONFIG] = {.name = "accepts-config-in-clear",
                                .summary = "PUT /config is obeyed outside DTLS, from anybody.",
                                .role = DUCK_DUCKLING,
                                .broken_by = "late-comer",
                                .goal = "g3"},
    [DUCK_FLAW_NO_PROOF] = {.name = "no-proof-check",
                            .summary = "PUT /key is obeyed without its proof, unrequested and "
                                       "outside DTLS.",
                            .role = DUCK_DUCKLING,
                            .broken_by = "late-comer",
                            .goal = "g1"},
    [DUCK_FLAW_COMPETING] = {.name = "ignores-competing-mother",
                             .summary =
                                 "Neither a second answer to its search nor the imprint that "
                                 "it has keeps it from following a mother.",
                             .role = DUCK_DUCKLING,
                             .broken_by = "late-comer",
                             .goal = "g5"},
    [DUCK_FLAW_WINDOW] = {.name = "window-never-closes",
                          .summary = "The mother admits ducklings for ever.",
                          .role = DUCK_MOTHER,
                          .broken_by = "late-comer",
                          .goal = "g5"},
    [DUCK_FLAW_ANY_DUCKLING] = {.name = "takes-any-duckling",
                                .summary = "The mother asks neither for an open window nor for the "
                                           "user's confirmation nor for the duckling's proof.",
                                .role = DUCK_MOTHER,
                                .broken_by = "late-comer",
                                .goal = "g5"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "none", "Nothing secret is installed before; the EUI-64 is a name only."},
    {"interface", "button", "One button on the mother; a light on the duckling."},
    {"oob", "none", "The button opens a window; nothing about keys is carried."},
    {"third-party", "none", "Mother and duckling only."},
    {"user-acts", "1", "Open the window; one more to shield, one more to confirm."},
    {"link", "link-local IPv6", "Multicast CoAP in clear until the imprint ends."},
    {"assumption", "undisturbed first contact",
     "Nobody hostile listens (clear key) or transmits while the window is open."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "discover", "draft-sarikaya-t2trg-sbootstrapping"},
    {IMP_PHASE_BOOTSTRAPPING, "imprint", "draft-sarikaya-t2trg-sbootstrapping; Stajano, Anderson"},
    {IMP_PHASE_PROVISIONING, "configure", "draft-sarikaya-t2trg-sbootstrapping"},
    {IMP_PHASE_REGISTRATION, "operational", "imprint's own profile"},
    {.word = NULL},
};

/* The adversary's mother needs no user and no leisure. */
static const struct imp_setting adversary[] = {
    {"leisure", "0"},
    {"confirm", "false"},
    {"solicit", "true"},
    {NULL, NULL},
};

static const char *const variant[] = {"key-transport", "cage", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "how the key travels is configured, and there is one cipher suite"}, {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", DUCK_DUCKLING, false}, {"kill", DUCK_MOTHER, false}, {.word = NULL}};

const struct imp_mechanism imp_duckling = {
    .name = "duckling",
    .title = "Resurrecting duckling over CoAP",
    .class = IMP_CLASS_LEAP_OF_FAITH,
    .reference = "Stajano and Anderson 1999; Bergmann, Gerdes and Bormann 2012",
    .summary =
        "A new node searches for a mother, follows the first one that answers while her "
        "window is open, receives a key from her and is configured over DTLS with that key. "
        "Later only that mother may kill it, whereupon it is born again. The survey and the "
        "workshop paper give no wire format: messages and contents are imprint's own profile.",
    .own_profile = true,
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .adversary = adversary,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .owner = "mother",
    .provision = duck_provision,
};
