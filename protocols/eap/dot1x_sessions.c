/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_sessions.c - the server's conversations: found again, begun, given up for new ones. */
#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x_server_internal.h"
#include "options.h"

struct dot1x__session *dot1x__session_at(const struct dot1x__server *v, size_t i)
{
    return (struct dot1x__session *)(void *)(v->sessions + i * v->stride);
}

uint64_t dot1x__key_of(const uint8_t authenticator[16])
{
    uint64_t key;
    memcpy(&key, authenticator, sizeof key); /* compared only with itself */
    return key;
}

/* A repeated request: same sender, identifier and authenticator. */
struct dot1x__session *dot1x__repeated(const struct dot1x__call *c)
{
    uint64_t key = dot1x__key_of(c->edge.authenticator);
    for (size_t i = 0; i < c->v->count; i++) {
        struct dot1x__session *s = dot1x__session_at(c->v, i);
        if (c->v->entries[i].used && c->v->entries[i].key == key && s->id == c->edge.id &&
            imp_addr_equal(&s->from, c->from) &&
            memcmp(s->authenticator, c->edge.authenticator, sizeof s->authenticator) == 0)
            return s;
    }
    return NULL;
}

/* The place for a new conversation: one never used, else the oldest finished, else the oldest. */
static size_t place(struct dot1x__server *v)
{
    size_t best = 0;
    if (v->count < IMP_DOT1X_SESSIONS)
        return v->count++;
    for (size_t i = 1; i < IMP_DOT1X_SESSIONS; i++) {
        const struct dot1x__entry *e = &v->entries[i], *b = &v->entries[best];
        if (e->finished != b->finished ? e->finished : e->touched < b->touched)
            best = i;
    }
    return best;
}

void dot1x__finish(struct dot1x__call *c, enum imp_dot1x_server_state state)
{
    c->s->state = state;
    c->v->entries[c->s->index].finished = true;
}

struct dot1x__session *dot1x__begin(struct dot1x__call *c)
{
    size_t i = place(c->v);
    struct dot1x__session *s = dot1x__session_at(c->v, i);
    if (c->v->entries[i].used && !c->v->entries[i].finished)
        imp_eap_server_abort(&s->eap, c->env, c->now);
    memset(s, 0, c->v->stride);
    c->v->entries[i] = (struct dot1x__entry){.used = true};
    s->index = i;
    s->name[0] = (uint8_t)(i >> 8);
    s->name[1] = (uint8_t)i;
    imp_random(c->env, "radius-state", s->name + 2, sizeof s->name - 2);
    imp_eap_server_init(&s->eap, c->v->method, s->memory, c->v->memory,
                        (enum imp_eap_offer)imp_eap_opt(c->env, "first-offer", 0));
    return s;
}

/* The unfinished conversation of a State attribute; NULL: none. */
struct dot1x__session *dot1x__continued(const struct dot1x__server *v, const uint8_t *state,
                                        size_t n)
{
    size_t i = n == STATE_SIZE ? (size_t)state[0] << 8 | state[1] : v->count;
    if (i >= v->count || !v->entries[i].used || v->entries[i].finished)
        return NULL;
    struct dot1x__session *s = dot1x__session_at(v, i);
    return memcmp(s->name, state, n) == 0 ? s : NULL;
}

/* Those that no end of theirs has released. */
void dot1x__free_conversations(struct dot1x__server *v)
{
    for (size_t i = 0; v->method->server_free && i < v->count; i++)
        if (v->entries[i].used)
            v->method->server_free(dot1x__session_at(v, i)->memory);
}
