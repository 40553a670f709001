/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls_talk.h - an end of EAP-TTLS alone, against one that speaks in the tunnel as the test likes.
 */
#ifndef IMPRINT_TEST_TTLS_TALK_H
#define IMPRINT_TEST_TTLS_TALK_H

#include "protocols/eap/eap_packet.h"
#include "protocols/eap/ttls.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_pana;
enum { PAC, PAA };
#define TTLS(...) SETTINGS("eap-method=eap-ttls" __VA_OPT__(, ) __VA_ARGS__)

struct talk {
    struct memnet *net;
    struct imp_env *peer, *server; /* whose cells the ends have */
    struct etls_end other;         /* the test's */
    struct ttls_peer p;
    struct ttls_server s;
    uint8_t packet[IMP_EAP_MTU]; /* the last from the end that is tried */
    size_t n;
};

struct talk *talk_new(const char *const *settings);
void talk_free(struct talk *t);
struct imp_eap_io io_for(struct imp_env *env, uint8_t out[IMP_EAP_MTU], uint8_t code);
/* What the test's end has to say, as a packet to the other. */
struct imp_eap_io said(struct talk *t, uint8_t out[IMP_EAP_MTU], bool to_server);
/* The test's end hears the last packet. */
void hear(struct talk *t, bool from_server);
enum imp_eap_server_verdict to_server(struct talk *t);
enum imp_eap_server_verdict tell_server(struct talk *t, const struct ttls_writer *w);
/* The device's password, in the name of somebody. */
void put_password(struct talk *t, struct ttls_writer *w, const char *name);

#endif
