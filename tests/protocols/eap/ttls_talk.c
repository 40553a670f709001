/* SPDX-License-Identifier: GPL-2.0-only */
#include "ttls_talk.h"

#include <criterion/criterion.h>
#include <string.h>

struct talk *talk_new(const char *const *settings)
{
    static struct talk t;
    memset(&t, 0, sizeof t);
    t.net = memnet_new(&imp_pana, 7, settings);
    t.peer = (struct imp_env *)memnet_env(t.net, PAC);
    t.server = (struct imp_env *)memnet_env(t.net, PAA);
    return &t;
}

void talk_free(struct talk *t)
{
    etls_close(&t->other);
    ttls_peer_free(&t->p);
    ttls_server_free(&t->s);
    memnet_free(t->net);
}

struct imp_eap_io io_for(struct imp_env *env, uint8_t out[IMP_EAP_MTU], uint8_t code)
{
    out[0] = code;
    out[4] = TTLS_TYPE;
    return (struct imp_eap_io){.env = env, .out = out, .cap = IMP_EAP_MTU};
}

struct imp_eap_io said(struct talk *t, uint8_t out[IMP_EAP_MTU], bool to_server)
{
    struct imp_eap_io io = io_for(to_server ? t->peer : t->server, out,
                                  to_server ? IMP_EAP_RESPONSE : IMP_EAP_REQUEST);
    etls_say(&t->other, &io);
    return io;
}

void hear(struct talk *t, bool from_server)
{
    uint8_t out[IMP_EAP_MTU];
    struct imp_eap_io io = io_for(from_server ? t->peer : t->server, out, 0);
    struct etls_packet in;
    cr_assert_eq(etls_parse(&in, t->packet, t->n), 0);
    cr_assert_eq(etls_turn(&t->other, &in, &io), ETLS_TURN_MESSAGE);
    etls_feed(&t->other, 0);
}

enum imp_eap_server_verdict to_server(struct talk *t)
{
    uint8_t in[IMP_EAP_MTU];
    struct imp_eap_io from = said(t, in, true);
    struct imp_eap_io io = io_for(t->server, t->packet, IMP_EAP_REQUEST);
    io.in = in;
    io.in_n = from.out_n;
    enum imp_eap_server_verdict v = ttls_server_process(&t->s, NULL, &io);
    t->n = io.out_n;
    return v;
}

enum imp_eap_server_verdict tell_server(struct talk *t, const struct ttls_writer *w)
{
    t->other.out.n = t->other.out.at = 0;
    cr_assert_eq(imp_tls_write(t->other.tls, w->bytes, w->n, 0), 0);
    return to_server(t);
}

void put_password(struct talk *t, struct ttls_writer *w, const char *name)
{
    uint8_t password[TTLS_PASSWORD];
    t->peer->ops->cell_get(t->peer, TTLS_CELL_PASSWORD, password, sizeof password);
    ttls_put(w, TTLS_USER_NAME, name, strlen(name));
    ttls_put(w, TTLS_USER_PASSWORD, password, sizeof password);
}
