/* SPDX-License-Identifier: GPL-2.0-only */
#include "noob_net.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { EAPOL_HEADER = 4 };

static void put16(uint8_t *p, size_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

/* Replaces text and mends the lengths of EAPOL and EAP (frames only). */
static bool replace(const struct noob_rule *r, bool frame, uint8_t *bytes, size_t *n, size_t cap)
{
    size_t old = strlen(r->find), new = strlen(r->replace);
    for (size_t i = 0; i + old <= *n; i++) {
        if (memcmp(bytes + i, r->find, old) != 0)
            continue;
        cr_assert(*n - old + new <= cap);
        memmove(bytes + i + new, bytes + i + old, *n - i - old);
        memcpy(bytes + i, r->replace, new);
        *n += new - old;
        if (frame) {
            put16(bytes + 2, *n - EAPOL_HEADER);
            put16(bytes + EAPOL_HEADER + 2, *n - EAPOL_HEADER);
        }
        return true;
    }
    return false;
}

static bool filter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    bool frame = m->channel == IMP_DOT1X_ACCESS;
    if (!frame && m->channel < IMP_DOT1X_CHANNELS)
        return true; /* RADIUS carries copies of the same messages */
    for (struct noob_rule *r = arg; r->message >= 0; r++) {
        if (m->message != r->message)
            continue;
        unsigned k = r->seen++;
        if (k < r->first || k >= r->first + r->count)
            continue;
        if (r->lose) {
            r->applied++;
            return false;
        }
        r->applied += replace(r, frame, bytes, n, cap);
    }
    return true;
}

void noob_rules(struct memnet *net, struct noob_rule *rules)
{
    memnet_filter_set(net, filter, rules);
}

struct memnet *noob_net(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_eap_noob, 7, settings);
    memnet_start(net);
    return net;
}

const struct noob_peer *noob_peer_of(const struct memnet *net)
{
    return imp_dot1x_peer_method(memnet_env(net, PEER)->ctx);
}

struct noob_server *noob_server_of(const struct memnet *net)
{
    return imp_dot1x_server_shared(memnet_env(net, SERVER)->ctx);
}

struct noob_record *noob_record_of(const struct memnet *net)
{
    const struct noob_peer *p = noob_peer_of(net);
    return p->e.peer_id[0] ? noob_db_find(noob_server_of(net), p->e.peer_id) : NULL;
}

static bool on_link(const struct memnet_message *m)
{
    return m->channel == IMP_DOT1X_ACCESS || m->channel >= IMP_DOT1X_CHANNELS;
}

size_t noob_sent_count(const struct memnet *net, int message)
{
    size_t count = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        count += on_link(memnet_message(net, i)) && memnet_message(net, i)->message == message;
    return count;
}

const struct memnet_message *noob_last_message(const struct memnet *net, int message)
{
    for (size_t i = memnet_message_count(net); i-- > 0;)
        if (on_link(memnet_message(net, i)) && memnet_message(net, i)->message == message)
            return memnet_message(net, i);
    return NULL;
}

bool noob_server_registered(const struct memnet *net, const char *peer_id,
                            struct noob_association *a)
{
    char name[8 + NOOB_PEER_ID_MAX];
    uint8_t cell[NOOB_CELL_MAX];
    snprintf(name, sizeof name, "peer/%s", peer_id);
    int n = memnet_cell(net, SERVER, name, cell, sizeof cell);
    return n > 0 && noob_association_read(a, cell, (size_t)n) == 0;
}

static void assert_agree(const struct imp_claim *a, const struct imp_claim *b)
{
    cr_assert_not_null(a);
    cr_assert_not_null(b);
    cr_assert_eq(a->sid_n, b->sid_n);
    cr_assert_arr_eq(a->sid, b->sid, a->sid_n);
    cr_assert_eq(a->data_n, b->data_n);
    cr_assert_arr_eq(a->data, b->data, a->data_n);
}

void noob_assert_registered(const struct memnet *net)
{
    const struct noob_peer *p = noob_peer_of(net);
    struct noob_association at_server;

    cr_assert(memnet_complete(net));
    cr_assert_eq(p->state, NOOB_REGISTERED);
    cr_assert(noob_server_registered(net, p->association.peer_id, &at_server));
    cr_assert_arr_eq(at_server.kz, p->association.kz, NOOB_KEY);
    cr_assert_eq(at_server.suite, p->association.suite);
    cr_assert_str_eq(at_server.nai, p->association.nai);
    assert_agree(memnet_last(net, SERVER, IMP_CLAIM_RUNNING, NULL, "eap"),
                 memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap"));
    assert_agree(memnet_last(net, PEER, IMP_CLAIM_RUNNING, NULL, "eap"),
                 memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap"));
    assert_agree(memnet_last(net, PEER, IMP_CLAIM_SECRET, "MSK", "eap"),
                 memnet_last(net, SERVER, IMP_CLAIM_SECRET, "MSK", "eap"));
    assert_agree(memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "link"),
                 memnet_last(net, AUTHENTICATOR, IMP_CLAIM_COMMIT, NULL, "link"));
}

bool noob_claimed(const struct memnet *net, int role, enum imp_claim_kind kind, const char *name)
{
    return memnet_last(net, role, kind, name, "eap") != NULL;
}

void noob_deliver(struct memnet *net, int role, const char *text)
{
    int channel = role == PEER ? NOOB_CH_SERVER_TO_PEER : NOOB_CH_PEER_TO_SERVER;
    memnet_inject(net, role, channel, &imp_to_all, text, strlen(text));
}
