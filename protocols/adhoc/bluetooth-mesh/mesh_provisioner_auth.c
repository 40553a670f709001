/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_provisioner_auth.c - the provisioner's part in provisioning: authentication, data. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

#define ADVERSARY_PATIENCE (25 * IMP_S) /* for a look at what an honest user carries */

/* ---- out of band
 * -----------------------------------------------------------------------------------------------
 */
void mesh_provisioner_commit(struct mesh_provisioner *p, imp_time now)
{
    p->again = IMP_NEVER;
    p->state = MESH_P_CONFIRMATION;
    mesh_commit_to_random(&p->x, p->env, now);
}

void mesh_provisioner_typed(struct mesh_provisioner *p, const uint8_t *digits, size_t n,
                            imp_time now)
{
    struct mesh_action a = mesh_action_of(p->env, MESH_OOB_OUTPUT);
    bool plausible = mesh_oob_plausible(a, digits, n);
    char text[MESH_DIGITS_MAX + 1] = {0};
    if (!plausible)
        return;
    memcpy(text, digits, n);
    if (p->state == MESH_P_PUBLIC_KEY) /* before the key has come as a whole */
        memcpy(p->shown, text, sizeof text);
    if (p->state != MESH_P_OUTPUT)
        return;
    p->x.quiet = now + mesh_link_silence(p->env);
    mesh_oob_auth(&p->x.keys, a, text);
    mesh_provisioner_commit(p, now);
}

static void prepare_oob(struct mesh_provisioner *p, imp_time now)
{
    const struct mesh_label *label = mesh_provisioner_label(p, p->x.uuid);
    struct mesh_action action = mesh_action_of(p->env, p->x.method);
    switch (p->x.method) {
    case MESH_OOB_OUTPUT:
        p->state = MESH_P_OUTPUT;
        p->again = p->env->adversary ? now + ADVERSARY_PATIENCE : IMP_NEVER;
        if (p->shown[0])
            mesh_provisioner_typed(p, (const uint8_t *)p->shown, strlen(p->shown), now);
        return;
    case MESH_OOB_INPUT:
        p->state = MESH_P_INPUT;
        mesh_oob_draw(p->env, action, p->shown);
        mesh_oob_auth(&p->x.keys, action, p->shown);
        imp_oob(p->env, MESH_INPUT, MESH_MSG_INPUT, p->shown, strlen(p->shown));
        return;
    case MESH_OOB_STATIC:
        if (label)
            mesh_auth_octets(&p->x.keys, label->static_oob, MESH_STATIC);
        break;
    default:
        break;
    }
    mesh_provisioner_commit(p, now);
}

/* ---- provisioning PDUs
 * -----------------------------------------------------------------------------------------------
 */
/* The strongest algorithm that both have; -1: none. Not CMAC where HMAC is offered,
 * section 5.4.1.3. */
static int choose(const struct mesh_provisioner *p, unsigned offered)
{
    int own = (int)imp_opt(p->env, MESH_OPT_ALGORITHMS);
    unsigned both = offered & (own == MESH_ALGORITHMS_CMAC   ? 1
                               : own == MESH_ALGORITHMS_HMAC ? 2
                                                             : 3);
    return both & 2 ? MESH_HMAC : both & 1 ? MESH_CMAC : -1;
}

/* Whether the device has what the owner insists on: there is no way back to less. */
static bool offers(const struct mesh_provisioner *p, const uint8_t c[11])
{
    int64_t oob = imp_opt(p->env, MESH_OPT_OOB);
    struct mesh_action a = mesh_action_of(p->env, (enum mesh_oob)oob);
    if (c[0] == 0 || (imp_opt(p->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB && !(c[3] & 1)))
        return false;
    switch (oob) {
    case MESH_OOB_STATIC:
        return c[4] & 1;
    case MESH_OOB_OUTPUT:
        return c[5] >= a.size && c[5] <= MESH_DIGITS_MAX && (c[7] & 1u << a.value);
    case MESH_OOB_INPUT:
        return c[8] >= a.size && c[8] <= MESH_DIGITS_MAX && (c[10] & 1u << a.value);
    default:
        return !(c[4] & 2);
    }
}

static void agree(struct mesh_provisioner *p, const uint8_t key[MESH_PUBLIC], imp_time now)
{
    bool same = imp_equal(key, p->x.own_public, MESH_PUBLIC);
    if ((same && !imp_flawed(p->env, MESH_FLAW_REFLECTION)) ||
        mesh_agree(&p->x, p->env, key, true) != 0)
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "public-key");
    else
        prepare_oob(p, now);
}

static void capabilities(struct mesh_provisioner *p, const uint8_t *c, imp_time now)
{
    int algorithm = choose(p, c[2]);
    const struct mesh_label *label = mesh_provisioner_label(p, p->x.uuid);
    bool key_oob = imp_opt(p->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB;
    if (algorithm < 0 || !offers(p, c)) {
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "capabilities");
        return;
    }
    int64_t oob = imp_opt(p->env, MESH_OPT_OOB);
    struct mesh_action action = mesh_action_of(p->env, (enum mesh_oob)oob);
    uint8_t start[5] = {(uint8_t)algorithm, key_oob, (uint8_t)oob, action.value, action.size};
    memcpy(p->x.keys.inputs + 1, c, 11);
    memcpy(p->x.keys.inputs + 12, start, sizeof start);
    p->x.keys.algorithm = (enum mesh_algorithm)algorithm;
    p->x.method = (enum mesh_oob)start[2];
    imp_p256_keypair(p->env, "ecdh", p->x.own_public, p->x.own_secret);
    mesh_claim_identity(p->env, p->x.own_public, MESH_PUBLIC);
    mesh_pdu_send(&p->x, p->env, MESH_START, start, sizeof start, now);
    mesh_pdu_send(&p->x, p->env, MESH_PUBLIC_KEY, p->x.own_public, MESH_PUBLIC, now);
    p->state = MESH_P_PUBLIC_KEY;
    if (!key_oob)
        return;
    if (label)
        agree(p, label->public_key, now);
    else
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "no-label");
}

static void public_key(struct mesh_provisioner *p, const uint8_t *key, imp_time now)
{
    agree(p, key, now);
}

static void input_complete(struct mesh_provisioner *p, const uint8_t *none, imp_time now)
{
    (void)none;
    mesh_provisioner_commit(p, now);
}

/* A device that gives back what it was given has shown nothing (CVE-2020-26560). */
static void confirmation(struct mesh_provisioner *p, const uint8_t *c, imp_time now)
{
    size_t width = mesh_width(p->x.keys.algorithm);
    if (imp_equal(c, p->x.confirmation, width) && !imp_flawed(p->env, MESH_FLAW_REFLECTION)) {
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "reflected-confirmation");
        return;
    }
    memcpy(p->x.peer_confirmation, c, width);
    p->state = MESH_P_RANDOM;
    mesh_pdu_send(&p->x, p->env, MESH_RANDOM, p->x.random, width, now);
}

/* Network key, its index, flags, IV index, unicast address. */
static void random_value(struct mesh_provisioner *p, const uint8_t *random, imp_time now)
{
    uint8_t sealed[MESH_DATA + MESH_MIC];
    bool right = mesh_confirmation_right(&p->x, p->env, random);
    if (!right && !p->env->adversary && !imp_flawed(p->env, MESH_FLAW_PROVISIONER_CONFIRMATION)) {
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "confirmation");
        return;
    }
    mesh_session(p->env, &p->x.keys, p->x.random, random);
    mesh_claim_session(p->env, IMP_CLAIM_COMMIT, &p->x);
    mesh_claim_session(p->env, IMP_CLAIM_RUNNING, &p->x);
    memset(p->data, 0, sizeof p->data);
    memcpy(p->data, p->keys.network[MESH_OLD], MESH_KEY);
    p->data[23] = (uint8_t)(p->address >> 8);
    p->data[24] = (uint8_t)p->address;
    p->address = p->address < 0x7fff ? p->address + 1 : 1;
    mesh_provisioner_keep(p);
    mesh_claim_config(p->env, p->x.keys.provisioning_salt, p->data, MESH_DATA);
    imp_aes_ccm_seal(p->env, sealed, p->x.keys.session, p->x.keys.nonce, MESH_NONCE, NULL, 0,
                     p->data, MESH_DATA, MESH_MIC);
    p->state = MESH_P_COMPLETE;
    mesh_pdu_send(&p->x, p->env, MESH_PROVISIONING_DATA, sealed, sizeof sealed, now);
}

static void complete(struct mesh_provisioner *p, const uint8_t *none, imp_time now)
{
    (void)none;
    mesh_claim_secrets(p->env, &p->x);
    mesh_claim_netkey(p->env, &p->x, p->keys.network[MESH_OLD]);
    mesh_provisioner_provisioned(p, now);
}

void mesh_provisioner_pdu(struct mesh_provisioner *p, const uint8_t *b, size_t n, imp_time now)
{
    static const struct {
        int type;
        void (*act)(struct mesh_provisioner *, const uint8_t *, imp_time);
    } awaited[] = {
        [MESH_SCANNING] = {-1, NULL},
        [MESH_P_OPENING] = {-1, NULL},
        [MESH_P_CAPABILITIES] = {MESH_CAPABILITIES, capabilities},
        [MESH_P_PUBLIC_KEY] = {MESH_PUBLIC_KEY, public_key},
        [MESH_P_OUTPUT] = {-1, NULL},
        [MESH_P_INPUT] = {MESH_INPUT_COMPLETE, input_complete},
        [MESH_P_CONFIRMATION] = {MESH_CONFIRMATION, confirmation},
        [MESH_P_RANDOM] = {MESH_RANDOM, random_value},
        [MESH_P_COMPLETE] = {MESH_COMPLETE, complete},
    };
    p->x.quiet = now + mesh_link_silence(p->env);
    if (b[0] == MESH_FAILED)
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "failed-by-device");
    else if (b[0] != awaited[p->state].type)
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "unexpected-pdu");
    else if (n - 1 != mesh_pdu_size(b[0], p->x.keys.algorithm))
        mesh_provisioner_close(p, MESH_CLOSE_FAIL, "length");
    else
        awaited[p->state].act(p, b + 1, now);
}
