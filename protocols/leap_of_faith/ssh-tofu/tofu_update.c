/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_update.c - host keys over an authenticated connection: hostkeys-00@openssh.com and
 * hostkeys-prove-00@openssh.com (OpenSSH's PROTOCOL, section 2.5; UpdateHostKeys of its client). */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

static const char announcement[] = "hostkeys-00@openssh.com";
static const char proof[] = "hostkeys-prove-00@openssh.com";

static void request(struct imp_ssh_writer *w, const char *name, bool want_reply)
{
    imp_ssh_put_byte(w, TOFU_GLOBAL_REQUEST);
    imp_ssh_put_text(w, name);
    imp_ssh_put_byte(w, want_reply);
}

static void put_key(struct imp_ssh_writer *w, const uint8_t key[32])
{
    uint8_t blob[IMP_SSH_HOST_KEY];
    imp_ssh_host_key_blob(blob, key);
    imp_ssh_put_string(w, blob, sizeof blob);
}

/* The next of the list into `key`; false: it is of a type that is unknown here. */
static bool get_key(struct imp_ssh_reader *r, uint8_t key[32])
{
    uint8_t blob[IMP_SSH_HOST_KEY];
    struct imp_ssh_string s = imp_ssh_get_string(r);
    if (s.n != sizeof blob)
        return false;
    memcpy(key, s.p + sizeof blob - 32, 32);
    imp_ssh_host_key_blob(blob, key);
    return memcmp(blob, s.p, sizeof blob) == 0;
}

/* What proves a key, in this connection alone. Returns its size. */
static size_t proved(uint8_t out[160], const struct tofu_end *e, const uint8_t key[32])
{
    struct imp_ssh_writer w = {.p = out, .cap = 160};
    imp_ssh_put_text(&w, proof);
    imp_ssh_put_string(&w, e->ssh.session_id, TOFU_SID);
    put_key(&w, key);
    return w.n;
}

static void fail(struct tofu_end *e)
{
    uint8_t p[1] = {TOFU_REQUEST_FAILURE};
    tofu_end_put(e, &(struct imp_ssh_writer){.p = p, .n = 1, .cap = 1});
}

/* ---- host --------------------------------------------------------------------------------------
 */
void tofu_update_announce(struct tofu_end *e)
{
    uint8_t p[256];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    if (imp_opt(e->env, TOFU_OPT_ROTATION) == 0)
        return;
    request(&w, announcement, false);
    put_key(&w, e->keys->own.public);
    if (e->keys->has_next)
        put_key(&w, e->keys->next.public);
    tofu_end_put(e, &w);
}

static const struct tofu_pair *held(const struct tofu_end *e, const uint8_t key[32])
{
    const struct tofu_keys *k = e->keys;
    if (memcmp(key, k->own.public, 32) == 0)
        return &k->own;
    return k->has_next && memcmp(key, k->next.public, 32) == 0 ? &k->next : NULL;
}

static bool prove(struct tofu_end *e, struct imp_ssh_reader *r, struct imp_ssh_writer *w)
{
    uint8_t key[32], text[160], signature[64], blob[IMP_SSH_SIGNATURE];
    while (r->n > 0) {
        const struct tofu_pair *pair = get_key(r, key) ? held(e, key) : NULL;
        struct imp_ssh_writer b = {.p = blob, .cap = sizeof blob};
        if (!pair)
            return false;
        imp_ed25519_sign(e->env, signature, pair->secret, text, proved(text, e, key));
        imp_ssh_put_text(&b, "ssh-ed25519");
        imp_ssh_put_string(&b, signature, sizeof signature);
        imp_ssh_put_string(w, blob, b.n);
    }
    return !r->bad && !w->bad;
}

/* ---- client ------------------------------------------------------------------------------------
 */
/* One key twice, or octets that are no list: nothing of it is taken. */
static bool read_offer(struct tofu_offer *o, struct imp_ssh_reader *r)
{
    uint8_t key[32];
    while (r->n > 0 && !r->bad) {
        if (!get_key(r, key))
            continue;
        for (size_t i = 0; i < o->n; i++)
            if (memcmp(o->keys[i], key, 32) == 0)
                return false;
        if (o->n < TOFU_HOST_KEYS)
            memcpy(o->keys[o->n++], key, 32);
    }
    return !r->bad && o->n > 0;
}

static void ask_proof(struct tofu_end *e)
{
    uint8_t p[320];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    request(&w, proof, true);
    for (size_t i = 0; i < e->offer.n; i++)
        if (e->offer.fresh[i])
            put_key(&w, e->offer.keys[i]);
    e->offer.awaited = true;
    tofu_end_put(e, &w);
}

static void keep(const struct tofu_end *e)
{
    tofu_host_update(e->env, e->name, e->offer.keys, e->offer.n);
}

static void offered(struct tofu_end *e, struct imp_ssh_reader *r)
{
    struct tofu_offer *o = &e->offer;
    bool fresh = false;
    if (!imp_opt(e->env, TOFU_OPT_UPDATE) || e->env->adversary || !read_offer(o, r))
        return;
    for (size_t i = 0; i < o->n; i++) {
        o->fresh[i] = !tofu_host_is_known(e->env, e->name, o->keys[i]);
        fresh = fresh || o->fresh[i];
    }
    if (fresh)
        ask_proof(e);
    else
        keep(e);
}

static bool is_proof(const struct tofu_end *e, struct imp_ssh_string s, const uint8_t key[32])
{
    uint8_t text[160];
    struct imp_ssh_reader r = {.p = s.p, .n = s.n};
    bool type = imp_ssh_string_is(imp_ssh_get_string(&r), "ssh-ed25519");
    struct imp_ssh_string signature = imp_ssh_get_string(&r);
    return type && !r.bad && r.n == 0 && signature.n == 64 &&
           imp_ed25519_verify(e->env, signature.p, key, text, proved(text, e, key)) == 0;
}

/* As many signatures as were asked for, in that order: all are right, or none counts. */
static bool all_proved(const struct tofu_end *e, struct imp_ssh_reader *r)
{
    for (size_t i = 0; i < e->offer.n; i++)
        if (e->offer.fresh[i] && !is_proof(e, imp_ssh_get_string(r), e->offer.keys[i]))
            return false;
    return !r->bad && r->n == 0;
}

static bool answered(struct tofu_end *e, bool success, struct imp_ssh_reader *r)
{
    if (!e->offer.awaited)
        return false;
    e->offer.awaited = false;
    if (success && all_proved(e, r))
        keep(e);
    else
        tofu_claim(e->env, IMP_CLAIM_REJECT, "host-keys-unproved");
    return true;
}

/* ---- both --------------------------------------------------------------------------------------
 */
/* False: what nobody may say. A request that is unknown fails, if it wants to hear of it (RFC 4254
 * section 4). */
static bool requested(struct tofu_end *e, struct imp_ssh_reader *r)
{
    uint8_t p[640];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    struct imp_ssh_string name = imp_ssh_get_string(r);
    bool want_reply = imp_ssh_get_byte(r) != 0;
    if (r->bad)
        return false;
    if (e->client && imp_ssh_string_is(name, announcement)) {
        if (e->offer.seen)
            return false;
        e->offer.seen = true;
        offered(e, r);
    } else if (!e->client && imp_ssh_string_is(name, proof)) {
        imp_ssh_put_byte(&w, TOFU_REQUEST_SUCCESS);
        if (prove(e, r, &w)) {
            tofu_end_put(e, &w);
            return true;
        }
    }
    if (want_reply)
        fail(e);
    return true;
}

bool tofu_update_message(struct tofu_end *e, int m, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    if (m == TOFU_MSG_REQUEST_SUCCESS || m == TOFU_MSG_REQUEST_FAILURE)
        return answered(e, m == TOFU_MSG_REQUEST_SUCCESS, &r);
    return requested(e, &r);
}
