/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk_list.c - the secrets that were typed at the server, and the limit of tries. */
#include <stdio.h>
#include <string.h>

#include "protocols/contract/typing.h"
#include "protocols/crypto/crypto.h"
#include "tpsk.h"

void tpsk_list_cell(char out[32], const char *serial)
{
    snprintf(out, 32, "psk-%.*s", TPSK_SERIAL, serial);
}

void tpsk_list_store(struct tpsk_server *s, const struct tpsk_entry *e)
{
    char name[32];
    tpsk_list_cell(name, e->serial);
    tpsk_psk_store(s->env, &e->key, name);
}

struct tpsk_entry *tpsk_list_find(struct tpsk_server *s, const char *serial)
{
    for (size_t i = 0; i < s->count; i++)
        if (*serial && strcmp(s->entries[i].serial, serial) == 0)
            return &s->entries[i];
    return NULL;
}

bool tpsk_list_expired(const struct tpsk_server *s, const struct tpsk_entry *e)
{
    return e->pin && !e->replaced && s->now - e->typed > imp_opt(s->env, TPSK_OPT_LIFETIME) * IMP_S;
}

/* NULL: the list is full. */
static struct tpsk_entry *unused(struct tpsk_server *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!*s->entries[i].serial)
            return &s->entries[i];
    return s->count < TPSK_ENTRIES ? &s->entries[s->count++] : NULL;
}

void tpsk_list_typed(struct tpsk_server *s, const struct imp_event *event)
{
    char serial[TPSK_SERIAL + 1], secret[TPSK_LABEL_MAX + 1];
    struct tpsk_psk key;
    uint8_t typed[TPSK_LABEL_MAX];
    size_t n = event->n < sizeof typed ? event->n : sizeof typed;
    memcpy(typed, event->bytes, n);
    imp_mistype(s->env, imp_opt(s->env, TPSK_OPT_TYPING), typed, n);
    if (event->n > n || tpsk_label_parse(serial, secret, typed, n) != 0 ||
        tpsk_from_text(s->env, &key, serial, secret, imp_opt(s->env, TPSK_OPT_STRETCHING) != 0) !=
            0) {
        tpsk_claim(s->env, IMP_CLAIM_REJECT, "bad-label");
        return;
    }
    struct tpsk_entry *e = tpsk_list_find(s, serial);
    if (!e)
        e = unused(s);
    if (e) {
        *e = (struct tpsk_entry){.key = key, .pin = tpsk_is_pin(secret), .typed = s->now};
        memcpy(e->serial, serial, sizeof e->serial);
        tpsk_list_store(s, e);
    } else {
        tpsk_claim(s->env, IMP_CLAIM_ALARM, "list-full");
    }
    imp_wipe(&key, sizeof key);
    imp_wipe(typed, sizeof typed);
    imp_wipe(secret, sizeof secret);
}

/* A wrong key shows in the client's Finished. After so many of them nothing is tried for a while,
 * each time twice as long. */
void tpsk_list_wrong(struct tpsk_server *s, struct tpsk_entry *e)
{
    if (++e->wrong < (unsigned)imp_opt(s->env, TPSK_OPT_TRIES))
        return;
    unsigned doublings = e->locks < 20 ? e->locks : 20;
    e->locked = s->now + (imp_opt(s->env, TPSK_OPT_LOCK) * IMP_S << doublings);
    e->wrong = 0;
    e->locks++;
    tpsk_claim(s->env, IMP_CLAIM_ALARM, "too-many-wrong-keys");
}

void tpsk_list_strike(struct tpsk_server *s, struct tpsk_entry *e)
{
    char name[32];
    tpsk_list_cell(name, e->serial);
    s->env->ops->cell_erase(s->env, name);
    imp_wipe(e, sizeof *e);
}
