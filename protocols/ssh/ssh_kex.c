/* SPDX-License-Identifier: GPL-2.0-only */
/* ssh_kex.c - key exchange: RFC 4253 sections 7 and 8, RFC 5656 section 4, RFC 8731. */
#include <string.h>

#include "../crypto/crypto.h"
#include "ssh.h"

static const char KEX[] = "curve25519-sha256", HOST_KEY[] = "ssh-ed25519";
static const char CIPHER[] = "chacha20-poly1305@openssh.com", MAC[] = "hmac-sha2-256";
static const char STRICT_CLIENT[] = "kex-strict-c-v00@openssh.com";
static const char STRICT_SERVER[] = "kex-strict-s-v00@openssh.com";
enum { COOKIE = 16, POINT = 32, LISTS = 10, OWN = 0, PEER = 1 };

void imp_ssh_host_key_blob(uint8_t blob[IMP_SSH_HOST_KEY], const uint8_t pub[32])
{
    struct imp_ssh_writer w = {.p = blob, .cap = IMP_SSH_HOST_KEY};
    imp_ssh_put_text(&w, HOST_KEY);
    imp_ssh_put_string(&w, pub, 32);
}

/* ---- KEXINIT
 * ---------------------------------------------------------------------------------- */
/* One algorithm each: the peer's list has it or there is no common one. */
static const char *const offered[LISTS] = {KEX, HOST_KEY, CIPHER, CIPHER, MAC,
                                           MAC, "none",   "none", "",     ""};

void imp_ssh__kex_begin(struct imp_ssh *s)
{
    struct imp_ssh_writer w = {.p = s->init[OWN], .cap = sizeof s->init[OWN]};
    uint8_t cookie[COOKIE];
    char kex[64];
    if (s->initiated)
        return;
    s->initiated = true;
    imp_random(s->env, "ssh-cookie", cookie, sizeof cookie);
    size_t n = sizeof KEX - 1;
    memcpy(kex, KEX, n);
    kex[n++] = ',';
    strcpy(kex + n, s->server ? STRICT_SERVER : STRICT_CLIENT);
    imp_ssh_put_byte(&w, IMP_SSH_KEXINIT);
    imp_ssh_put_raw(&w, cookie, sizeof cookie);
    for (int i = 0; i < LISTS; i++)
        imp_ssh_put_text(&w, i == 0 ? kex : offered[i]);
    imp_ssh_put_byte(&w, 0); /* first_kex_packet_follows */
    imp_ssh_put_u32(&w, 0);
    s->init_n[OWN] = w.n;
    imp_ssh__packet(s, s->init[OWN], w.n);
}

void imp_ssh__kex_init(struct imp_ssh *s, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1 + COOKIE, .n = n - 1 - COOKIE};
    bool common = n > 1 + COOKIE && n <= sizeof s->init[PEER], follows;
    for (int i = 0; i < LISTS && common; i++) {
        struct imp_ssh_string list = imp_ssh_get_string(&r);
        if (i == 0 && !s->have_session)
            s->strict = imp_ssh_list_has(list, s->server ? STRICT_CLIENT : STRICT_SERVER);
        /* The MAC is the cipher's own (PROTOCOL.chacha20poly1305); languages are optional. */
        if (i != 4 && i != 5 && i < 8)
            common = imp_ssh_list_has(list, offered[i]);
    }
    follows = common && imp_ssh_get_byte(&r);
    if (!common || r.bad || follows) { /* nobody guesses with one algorithm */
        imp_ssh__fail(s, IMP_SSH_BY_KEX_FAILED, "no common algorithm");
        return;
    }
    if (s->strict && !s->have_session && s->in.sequence != 1) { /* KEXINIT comes first */
        imp_ssh__fail(s, IMP_SSH_BY_KEX_FAILED, "strict key exchange: packets before KEXINIT");
        return;
    }
    memcpy(s->init[PEER], payload, n);
    s->init_n[PEER] = n;
    imp_ssh__kex_begin(s);
    s->state = IMP_SSH_EXCHANGE;
    imp_x25519_keypair(s->env, "ssh-ephemeral", s->public, s->secret);
    if (s->server)
        return;
    uint8_t message[1 + 4 + POINT];
    struct imp_ssh_writer w = {.p = message, .cap = sizeof message};
    imp_ssh_put_byte(&w, IMP_SSH_KEX_ECDH_INIT);
    imp_ssh_put_string(&w, s->public, POINT);
    imp_ssh__packet(s, message, w.n);
}

/* ---- exchange hash and keys
 * ---------------------------------------------------------------------------------- */
static void exchange_hash(struct imp_ssh *s, const uint8_t q_c[POINT], const uint8_t q_s[POINT],
                          const uint8_t *k, size_t k_n)
{
    uint8_t text[2 * IMP_SSH_PAYLOAD_MAX + 1024];
    struct imp_ssh_writer w = {.p = text, .cap = sizeof text};
    int client = s->server ? PEER : OWN, server = s->server ? OWN : PEER;
    imp_ssh_put_text(&w, s->server ? s->peer_version : s->version);
    imp_ssh_put_text(&w, s->server ? s->version : s->peer_version);
    imp_ssh_put_string(&w, s->init[client], s->init_n[client]);
    imp_ssh_put_string(&w, s->init[server], s->init_n[server]);
    imp_ssh_put_string(&w, s->host_key, sizeof s->host_key);
    imp_ssh_put_string(&w, q_c, POINT);
    imp_ssh_put_string(&w, q_s, POINT);
    imp_ssh_put_raw(&w, k, k_n);
    imp_sha256(s->env, s->hash, &IMP_PIECE(text, w.n), 1);
    if (!s->have_session)
        memcpy(s->session_id, s->hash, sizeof s->session_id);
    s->have_session = true;
    imp_wipe(text, sizeof text);
}

/* Section 7.2: HASH(K | H | X | session_id), then HASH(K | H | what there is). */
static void derive(struct imp_ssh *s, uint8_t key[IMP_SSH_KEY], char x, const uint8_t *k,
                   size_t k_n)
{
    const struct imp_piece first[] = {
        {k, k_n}, {s->hash, IMP_SSH_HASH}, {&x, 1}, {s->session_id, IMP_SSH_HASH}};
    const struct imp_piece second[] = {{k, k_n}, {s->hash, IMP_SSH_HASH}, {key, 32}};
    imp_sha256(s->env, key, first, 4);
    imp_sha256(s->env, key + 32, second, 3);
}

/* From X25519's result to keys. Everything else travels in clear: who knows z knows all. */
static void keys(struct imp_ssh *s, const uint8_t z[32], const uint8_t q_c[POINT],
                 const uint8_t q_s[POINT])
{
    uint8_t k[4 + 33];
    struct imp_ssh_writer w = {.p = k, .cap = sizeof k};
    struct imp_observation before = imp_observe_hold();
    imp_ssh_put_mpint(&w, z, 32);
    exchange_hash(s, q_c, q_s, k, w.n);
    derive(s, s->out.next, s->server ? 'D' : 'C', k, w.n);
    derive(s, s->in.next, s->server ? 'C' : 'D', k, w.n);
    imp_observe_resume(before);
    imp_observe_keyed("SSH keys", s->out.next, IMP_SSH_KEY, z, 32, NULL, 0);
    imp_observe_keyed("SSH keys", s->in.next, IMP_SSH_KEY, z, 32, NULL, 0);
    imp_wipe(k, sizeof k);
}

static void send_newkeys(struct imp_ssh *s)
{
    static const uint8_t newkeys[] = {IMP_SSH_NEWKEYS};
    imp_ssh__packet(s, newkeys, sizeof newkeys);
    memcpy(s->out.key, s->out.next, IMP_SSH_KEY);
    s->out.encrypted = true;
    if (s->strict)
        s->out.sequence = 0;
    s->state = IMP_SSH_KEYS;
}

/* ---- server's turn, client's turn
 * ---------------------------------------------------------------------------------- */
static void answer(struct imp_ssh *s, struct imp_ssh_reader *r)
{
    struct imp_ssh_string q = imp_ssh_get_string(r);
    uint8_t pub[32], z[32], signature[64], blob[IMP_SSH_SIGNATURE], message[256];
    struct imp_ssh_writer b = {.p = blob, .cap = sizeof blob};
    struct imp_ssh_writer w = {.p = message, .cap = sizeof message};
    if (r->bad || r->n || q.n != POINT || imp_x25519_shared(s->env, z, s->secret, q.p) != 0) {
        imp_ssh__fail(s, IMP_SSH_BY_KEX_FAILED, "bad public key");
        return;
    }
    imp_ed25519_public(s->env, pub, s->host_secret);
    imp_ssh_host_key_blob(s->host_key, pub);
    keys(s, z, q.p, s->public);
    imp_ed25519_sign(s->env, signature, s->host_secret, s->hash, sizeof s->hash);
    imp_ssh_put_text(&b, HOST_KEY);
    imp_ssh_put_string(&b, signature, sizeof signature);
    imp_ssh_put_byte(&w, IMP_SSH_KEX_ECDH_REPLY);
    imp_ssh_put_string(&w, s->host_key, sizeof s->host_key);
    imp_ssh_put_string(&w, s->public, POINT);
    imp_ssh_put_string(&w, blob, sizeof blob);
    imp_ssh__packet(s, message, w.n);
    imp_wipe(z, sizeof z);
    send_newkeys(s);
}

static const uint8_t *parts(struct imp_ssh_string blob, size_t n)
{
    struct imp_ssh_reader r = {.p = blob.p, .n = blob.n};
    struct imp_ssh_string type = imp_ssh_get_string(&r), value = imp_ssh_get_string(&r);
    return !r.bad && r.n == 0 && imp_ssh_string_is(type, HOST_KEY) && value.n == n ? value.p : NULL;
}

/* The signature is verified before the key is looked at, so that no key is ever stored that the
 * server has not proven. */
static void conclude(struct imp_ssh *s, struct imp_ssh_reader *r)
{
    struct imp_ssh_string k_s = imp_ssh_get_string(r), q = imp_ssh_get_string(r);
    struct imp_ssh_string signature = imp_ssh_get_string(r);
    uint8_t z[32];
    const uint8_t *pub = r->bad || r->n ? NULL : parts(k_s, 32);
    const uint8_t *sig = pub ? parts(signature, 64) : NULL;
    if (!sig || k_s.n != IMP_SSH_HOST_KEY || q.n != POINT ||
        imp_x25519_shared(s->env, z, s->secret, q.p) != 0) {
        imp_ssh__fail(s, IMP_SSH_BY_KEX_FAILED, "bad KEX_ECDH_REPLY");
        return;
    }
    memcpy(s->host_key, k_s.p, k_s.n);
    keys(s, z, s->public, q.p);
    imp_wipe(z, sizeof z);
    if (imp_ed25519_verify(s->env, sig, pub, s->hash, sizeof s->hash) != 0 && !s->unchecked)
        imp_ssh__fail(s, IMP_SSH_BY_KEX_FAILED, "bad signature");
    else {
        bool good = s->hooks->host_key(s->arg, s->host_key);
        if (s->state != IMP_SSH_ASKING)
            imp_ssh__kex_verdict(s, good);
    }
}

void imp_ssh__kex_verdict(struct imp_ssh *s, bool good)
{
    if (good)
        send_newkeys(s);
    else
        imp_ssh__fail(s, IMP_SSH_BY_HOST_KEY, "host key refused");
}

void imp_ssh__kex_ecdh(struct imp_ssh *s, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    if (s->server)
        answer(s, &r);
    else
        conclude(s, &r);
}

void imp_ssh__kex_newkeys(struct imp_ssh *s)
{
    bool first = !s->in.encrypted;
    memcpy(s->in.key, s->in.next, IMP_SSH_KEY);
    s->in.encrypted = true;
    if (s->strict)
        s->in.sequence = 0;
    s->initiated = false;
    s->state = IMP_SSH_OPEN;
    s->carried = 0;
    s->exchanges++;
    imp_wipe(s->secret, sizeof s->secret);
    if (first)
        s->hooks->opened(s->arg);
    else
        imp_ssh__release(s);
}
