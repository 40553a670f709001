/* SPDX-License-Identifier: GPL-2.0-only */
#include "noob_assoc.h"

#include <string.h>

/* ---- Noob values of an OOB sender
 * -------------------------------------------------------------------- */
void noob_sent_new(struct imp_env *env, struct noob_ephemeral *e, enum noob_dir dir, imp_time now,
                   struct noob_oob *out)
{
    if (e->sent_n == NOOB_SENT_MAX) {
        memmove(e->sent, e->sent + 1, sizeof e->sent - sizeof *e->sent);
        e->sent_n--;
    }
    struct noob_sent *s = &e->sent[e->sent_n++];
    imp_random(env, "noob", s->noob, NOOB_NOOB);
    s->made = now;

    *out = (struct noob_oob){.peer_id_n = strlen(e->peer_id)};
    memcpy(out->peer_id, e->peer_id, out->peer_id_n);
    memcpy(out->noob, s->noob, NOOB_NOOB);
    noob_hoob(env, out->hoob, dir, &e->transcript, s->noob);
}

void noob_sent_expire(struct noob_ephemeral *e, imp_time timeout, imp_time now)
{
    size_t old = 0;
    while (old < e->sent_n && now - e->sent[old].made > timeout)
        old++;
    memmove(e->sent, e->sent + old, (e->sent_n - old) * sizeof *e->sent);
    e->sent_n -= old;
}

const uint8_t *noob_sent_find(struct imp_env *env, const struct noob_ephemeral *e,
                              const uint8_t id[NOOB_NOOB])
{
    for (size_t i = e->sent_n; i-- > 0;) {
        uint8_t own[NOOB_NOOB];
        noob_id(env, own, e->sent[i].noob);
        if (imp_equal(own, id, NOOB_NOOB))
            return e->sent[i].noob;
    }
    return NULL;
}

const struct noob_sent *noob_sent_newest(const struct noob_ephemeral *e)
{
    return e->sent_n ? &e->sent[e->sent_n - 1] : NULL;
}

/* ---- an OOB receiver
 * ------------------------------------------------------------------------------------ */
bool noob_hoob_matches(struct imp_env *env, const struct noob_ephemeral *e, enum noob_dir dir,
                       const struct noob_oob *m)
{
    uint8_t hoob[NOOB_NOOB];
    noob_hoob(env, hoob, dir, &e->transcript, m->noob);
    return !e->transcript.overflow && imp_equal(hoob, m->hoob, NOOB_NOOB);
}

/* ---- persistent association
 * ------------------------------------------------------------------------------- Cell: format 1 |
 * Verp | Cryptosuitep | CryptosuitepPrev | n PeerId | n NAI | Kz | [KzPrev]. */
enum { CELL_FORMAT = 1 };

static uint8_t *put_text(uint8_t *p, const char *text)
{
    size_t n = strlen(text);
    *p++ = (uint8_t)n;
    memcpy(p, text, n);
    return p + n;
}

size_t noob_association_write(uint8_t out[NOOB_CELL_MAX], const struct noob_association *a)
{
    uint8_t *p = out;
    *p++ = CELL_FORMAT;
    *p++ = (uint8_t)a->verp;
    *p++ = (uint8_t)a->suite;
    *p++ = (uint8_t)a->suite_prev;
    p = put_text(p, a->peer_id);
    p = put_text(p, a->nai);
    memcpy(p, a->kz, NOOB_KEY);
    p += NOOB_KEY;
    if (a->suite_prev) {
        memcpy(p, a->kz_prev, NOOB_KEY);
        p += NOOB_KEY;
    }
    return (size_t)(p - out);
}

/* Length-prefixed text of at most `max` octets; NULL when the cell is too short or it too long. */
static const uint8_t *get_text(char *out, size_t max, const uint8_t *p, const uint8_t *end)
{
    if (!p || p >= end || *p > max || *p > end - p - 1)
        return NULL;
    memcpy(out, p + 1, *p);
    out[*p] = '\0';
    return p + 1 + *p;
}

int noob_association_read(struct noob_association *out, const uint8_t *bytes, size_t n)
{
    const uint8_t *end = bytes + n;

    memset(out, 0, sizeof *out);
    if (n < 4 || bytes[0] != CELL_FORMAT)
        return -1;
    out->verp = bytes[1];
    out->suite = bytes[2];
    out->suite_prev = bytes[3];
    const uint8_t *p = get_text(out->peer_id, NOOB_PEER_ID_MAX, bytes + 4, end);
    p = get_text(out->nai, NOOB_NAI_MAX, p, end);
    if (!p || (size_t)(end - p) != (out->suite_prev ? 2 : 1) * (size_t)NOOB_KEY)
        return -1;
    memcpy(out->kz, p, NOOB_KEY);
    if (out->suite_prev)
        memcpy(out->kz_prev, p + NOOB_KEY, NOOB_KEY);
    return 0;
}

/* The registry has two suites of equal strength (128 bits), neither deprecated; a suite that it
 * does not have counts as weaker than any that it has. */
bool noob_suite_weaker(int a, int b)
{
    bool known_a = a == NOOB_X25519 || a == NOOB_P256;
    bool known_b = b == NOOB_X25519 || b == NOOB_P256;
    return !known_a && known_b;
}
