/* SPDX-License-Identifier: GPL-2.0-only */
/* choice.h - the methods among which a lower layer lets its option eap-method choose: EAP-PSK
 * (psk.h), EAP-TLS (etls.h), EAP-TTLS (ttls.h), EAP-NOOB (noob_method.h).
 *
 * The lower layer has the rows below in its tables and hands the method its events: those of other
 * channels, timers from IMP_EAP_METHOD_TIMER on, user acts, CONTROL and RESET. */
#ifndef IMPRINT_EAP_CHOICE_H
#define IMPRINT_EAP_CHOICE_H

#include "etls.h"
#include "noob_method.h"
#include "psk.h"
#include "ttls.h"

enum imp_eap_choice {
    IMP_EAP_CHOICE_PSK,
    IMP_EAP_CHOICE_TLS,
    IMP_EAP_CHOICE_NOOB,
    IMP_EAP_CHOICE_TTLS
};
extern const char *const imp_eap_choice_names[]; /* NULL-terminated */

/* Contexts of method.h. */
union imp_eap_peer_context {
    struct psk_peer psk;
    struct etls_peer tls;
    struct noob_peer noob;
    struct ttls_peer ttls;
};
union imp_eap_session_context {
    struct psk_server psk;
    struct etls_server tls;
    struct noob_session noob;
    struct ttls_server ttls;
};
union imp_eap_shared_context {
    struct noob_server noob;
};

/* The method of that party's option eap-method; it has no labels. */
const struct imp_eap_method *imp_eap_chosen(const struct imp_env *env);
/* What each method that a party of one universe has needs before; `peer` and `server` are roles.
 * Devices are known as device-N@realm (option realm). */
void imp_eap_provide(struct imp_env *const *parties, size_t count, int peer, int server);

/* That name of the device of a party. */
void imp_eap_device_name(char *out, size_t cap, const struct imp_env *env);

/* ---- events of the method
 * ----------------------------------------------------------------------------- */
/* Whether the event is the method's: neither its channel nor its timer is one of the lower layer,
 * which are channels up to `channel` and timers below IMP_EAP_METHOD_TIMER. */
bool imp_eap_event_is_methods(const struct imp_event *e, int channel);
/* Hands it to the peer's method. Returns when to begin a conversation; IMP_EAP_HELD: no change. */
imp_time imp_eap_peer_event(const struct imp_eap_method *m, void *peer, struct imp_env *env,
                            const struct imp_event *e, imp_time now);
void imp_eap_server_event(const struct imp_eap_method *m, void *shared, struct imp_env *env,
                          const struct imp_event *e, imp_time now);

/* ---- rows of tables, each with its comma
 * -------------------------------------------------------------- */
#define IMP_EAP_CHOICE_OPTION_ROW(PEER_BIT, SERVER_BIT)                                            \
    {                                                                                              \
        .name = "eap-method", .summary = "The EAP method that this end has.",                      \
        .type = IMP_OPTION_CHOICE, .preset = "eap-psk", .choices = imp_eap_choice_names,           \
        .roles = (PEER_BIT) | (SERVER_BIT)                                                         \
    }
#define IMP_EAP_CHOICE_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                           \
    PSK_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                                          \
    ETLS_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                                         \
    NOOB_OPTION_ROWS(PEER_BIT, SERVER_BIT) TTLS_OPTION_ROWS(PEER_BIT, SERVER_BIT)
/* Beside PSK_FLAW_ROWS. */
#define IMP_EAP_CHOICE_FLAW_ROWS(PEER, SERVER)                                                     \
    ETLS_FLAW_ROWS_WITH(PEER, SERVER, "eap-method=eap-tls")                                        \
    NOOB_FLAW_ROWS(PEER, SERVER, "eap-method=eap-noob,") TTLS_FLAW_ROWS(SERVER)

#endif
