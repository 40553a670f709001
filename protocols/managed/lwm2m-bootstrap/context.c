/* SPDX-License-Identifier: GPL-2.0-only */
#include "context.h"

#include <stdio.h>
#include <string.h>

#include "protocols/codec/text.h"

/* ---- numbers that outlive a session */
enum { NUMBERS = 8 + 8 + 4 }; /* octets: sequence, next, window */

static void put(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> 8 * (n - 1 - i));
}

static uint64_t get(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static void store(struct imp_env *env, const struct lwm_context *c)
{
    uint8_t cell[NUMBERS];
    put(cell, c->oscore.sequence, 8);
    put(cell + 8, c->oscore.next, 8);
    put(cell + 16, c->oscore.window, 4);
    env->ops->cell_put(env, c->cell, cell, sizeof cell);
}

/* Two sessions of one client, of which the second has another address, count together. */
static void load(struct imp_env *env, struct lwm_context *c)
{
    uint8_t cell[NUMBERS];
    if (env->ops->cell_get(env, c->cell, cell, sizeof cell) != NUMBERS)
        return;
    c->oscore.sequence = get(cell, 8);
    c->oscore.next = get(cell + 8, 8);
    c->oscore.window = (uint32_t)get(cell + 16, 4);
}

/* By the keys: another Master Secret has numbers of its own, the same one has the old ones. */
static void name_cell(struct lwm_context *c)
{
    const struct imp_piece keys[] = {
        IMP_PIECE(c->oscore.sender_key, sizeof c->oscore.sender_key),
        IMP_PIECE(c->oscore.recipient_key, sizeof c->oscore.recipient_key)};
    uint8_t hash[32];
    char name[17];
    imp_sha256(NULL, hash, keys, 2); /* a name in memory, not protocol: charged to nobody */
    imp_hex_encode(name, sizeof name, hash, 8);
    snprintf(c->cell, sizeof c->cell, "numbers-%s", name);
}

/* ---- from object 21 */
/* The object names the ends as the client does. */
static void ends(struct imp_oscore_params *p, const struct lwm_oscore_object *o, bool client)
{
    p->sender = client ? o->sender : o->recipient;
    p->sender_n = client ? o->sender_n : o->recipient_n;
    p->recipient = client ? o->recipient : o->sender;
    p->recipient_n = client ? o->recipient_n : o->sender_n;
}

bool lwm_context_params(struct imp_oscore_params *p, const struct lwm_oscore_object *o, bool client)
{
    static const struct { /* RFC 9053, tables 5 and 6 */
        int32_t number;
        enum imp_aead aead;
    } aeads[] = {{LWM_AEAD, IMP_AEAD_AES_CCM_16_64_128},
                 {1, IMP_AEAD_A128GCM},
                 {3, IMP_AEAD_A256GCM},
                 {24, IMP_AEAD_CHACHA20_POLY1305}};
    bool known = false;
    *p =
        (struct imp_oscore_params){.secret = o->secret,
                                   .secret_n = o->secret_n,
                                   .salt = o->salt,
                                   .salt_n = o->salt_n,
                                   .id_context = o->id_context,
                                   .id_context_n = o->id_context_n,
                                   .has_id_context = o->has_id_context,
                                   .hash = o->hmac == LWM_HMAC ? IMP_HASH_SHA256 : IMP_HASH_SHA384};
    ends(p, o, client);
    for (size_t i = 0; i < sizeof aeads / sizeof *aeads; i++)
        if (aeads[i].number == o->aead) {
            p->aead = aeads[i].aead;
            known = true;
        }
    return known && o->secret_n > 0 && (o->hmac == LWM_HMAC || o->hmac == LWM_HMAC_384);
}

int lwm_context_make(struct imp_env *env, struct lwm_context *out,
                     const struct lwm_oscore_object *o, bool client)
{
    struct imp_oscore_params p;
    *out = (struct lwm_context){.there = false};
    if (!lwm_context_params(&p, o, client) || imp_oscore_init(env, &out->oscore, &p) != 0)
        return -1;
    name_cell(out);
    out->there = true;
    return 0;
}

/* ---- messages */
int lwm_context_ask(struct imp_env *env, struct lwm_context *c, const struct imp_coap_message *m,
                    struct imp_coap_message *outer)
{
    load(env, c);
    int error = imp_oscore_protect_request(env, &c->oscore, m, outer, c->sealed, &c->asked);
    store(env, c); /* before it is sent: no number serves twice */
    c->last = c->asked;
    return error;
}

int lwm_context_answer(struct imp_env *env, struct lwm_context *c,
                       const struct imp_oscore_binding *to, const struct imp_coap_message *m,
                       struct imp_coap_message *outer)
{
    return imp_oscore_protect_response(env, &c->oscore, to, false, m, outer, c->sealed);
}

int lwm_context_open(struct imp_env *env, struct lwm_context *c,
                     const struct imp_coap_message *outer, struct imp_coap_message *m,
                     uint8_t buffer[IMP_OSCORE_BUFFER])
{
    struct imp_oscore_binding binding;
    load(env, c);
    int error = imp_oscore_open_request(env, &c->oscore, outer, m, buffer, &binding);
    if (error)
        return error;
    c->last = binding;
    store(env, c);
    return 0;
}
