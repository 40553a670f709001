/* SPDX-License-Identifier: GPL-2.0-only */
/* substitute_key.c - forwards everything but one kind of message: in the place of the honest
 * party's, which carries its public key, the receiver gets that of the adversary's own party, which
 * was handed the same messages before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kept.h"
#include "mirrors.h"

struct substitute {
    struct imp_mirrors mirrors;
    int message;
    struct imp_keep waiting; /* honest messages whose substitute has not been made yet */
    struct imp_keep made;    /* substitutes not needed yet; unit.from is the honest party */
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    const char *label = imp_adversary_param(a, "message", "");
    if (imp_at_check(a, m, error, cap) != 0)
        return -1;
    if (imp_adv_message(m, label) >= 0)
        return 0;
    snprintf(error, cap, "adversary.strategy.message: %s has no message \"%.60s\"", m->name, label);
    return -1;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct substitute *s = a->state;
    (void)error;
    (void)cap;
    s->message = imp_adv_message(a->mechanism, imp_adversary_param(a->rights, "message", ""));
    return 0;
}

static void close_(struct imp_adv *a)
{
    struct substitute *s = a->state;
    imp_keep_clear(&s->waiting);
    imp_keep_clear(&s->made);
}

/* The substitute goes to the receiver of the honest message. */
static void put(struct imp_adv *a, const struct imp_unit *honest, const struct imp_unit *own)
{
    struct imp_unit u = *honest;
    u.bytes = own->bytes;
    u.n = own->n;
    imp_resend(a, &u);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct substitute *s = a->state;
    imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
    if (u->link != imp_at(a) || u->message != s->message || !u->bytes || u->from < 0)
        return IMP_PASS;
    if (s->made.head && s->made.head->unit.from == u->from) {
        put(a, u, &s->made.head->unit);
        imp_keep_drop(&s->made);
    } else {
        imp_keep(&s->waiting, u);
    }
    return IMP_BLOCK;
}

static void own_send(struct imp_adv *a, const struct imp_letter *l)
{
    struct substitute *s = a->state;
    struct imp_unit own = {.from = l->as - (int)a->honest, .bytes = l->bytes, .n = l->n};
    if (imp_channel_link(a->mechanism, l->channel) != imp_at(a)) {
        a->ops->between(a, l);
    } else if (l->message == s->message) {
        if (s->waiting.head && s->waiting.head->unit.from == own.from) {
            put(a, &s->waiting.head->unit, &own);
            imp_keep_drop(&s->waiting);
        } else if (s->made.count < 16) {
            imp_keep(&s->made, &own);
        }
    }
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct substitute *s = a->state;
    imp_mirrors_moment(a, &s->mirrors, IMP_MIRROR_ALL, m, device);
}

static const struct imp_strategy_param params[] = {
    IMP_PARAM_AT, {"message", NULL, "label of the message that carries the public key"}, {0}};

const struct imp_strategy imp_strategy_substitute_key = {
    .name = "substitute-key",
    .summary = "Puts its own party's public key in the place of the honest one's.",
    .mirrors = true,
    .state_size = sizeof(struct substitute),
    .params = params,
    .check = check,
    .open = open_,
    .close = close_,
    .seen = seen,
    .own_send = own_send,
    .moment = moment,
};
