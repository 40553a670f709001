/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_provisioner.c - the provisioner: one device after the other, as a person with a telephone
 * does. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal mesh_provisioner_legal[] = {
    {MESH_SCANNING, MESH_MSG_BEACON},
    {MESH_P_OPENING, MESH_MSG_LINK_ACK},
    {MESH_P_CAPABILITIES, MESH_MSG_CAPABILITIES},
    {MESH_P_PUBLIC_KEY, MESH_MSG_PUBLIC_KEY},
    {MESH_P_OUTPUT, MESH_MSG_OUTPUT},
    {MESH_P_INPUT, MESH_MSG_INPUT_COMPLETE},
    {MESH_P_CONFIRMATION, MESH_MSG_CONFIRMATION},
    {MESH_P_RANDOM, MESH_MSG_RANDOM},
    {MESH_P_COMPLETE, MESH_MSG_COMPLETE},
    {-1, -1},
};

enum { TIMER };
enum { SUCCESS, TIMED_OUT, FAIL }; /* reasons of Link Close, section 5.3.1.4.3 */
#define OPEN_REPEAT (1 * IMP_S)
#define ADVERSARY_PATIENCE (25 * IMP_S) /* for a look at what an honest user carries */

static imp_time link_timeout(const struct mesh_provisioner *p)
{
    return imp_opt(p->env, MESH_OPT_LINK_TIMEOUT) * IMP_S;
}

static void arm(struct mesh_provisioner *p)
{
    imp_time at = IMP_NEVER;
    if (p->x.link.open) {
        at = mesh_link_deadline(&p->x.link);
        at = p->x.quiet < at ? p->x.quiet : at;
        at = p->again < at ? p->again : at;
    }
    imp_timer(p->env, TIMER, at);
}

/* ---- labels and nodes
 * -----------------------------------------------------------------------------------------------
 */
static const struct mesh_label *label_of(const struct mesh_provisioner *p,
                                         const uint8_t uuid[MESH_UUID])
{
    for (size_t i = 0; i < p->label_count; i++)
        if (memcmp(p->labels[i].uuid, uuid, MESH_UUID) == 0)
            return &p->labels[i];
    return NULL;
}

/* A label that is read again replaces what was read before. */
static void scanned(struct mesh_provisioner *p, const struct imp_event *e)
{
    struct mesh_label label;
    if (e->n != sizeof label) {
        mesh_claim(p->env, IMP_CLAIM_REJECT, "not-a-label");
        return;
    }
    memcpy(&label, e->bytes, sizeof label);
    struct mesh_label *known = (struct mesh_label *)label_of(p, label.uuid);
    if (!known && p->label_count == MESH_LABELS) { /* the oldest goes */
        memmove(p->labels, p->labels + 1, sizeof *p->labels * --p->label_count);
    }
    if (!known)
        known = &p->labels[p->label_count++];
    *known = label;
}

/* Did it complete with that device before? */
static bool node_known(struct mesh_provisioner *p, const uint8_t uuid[MESH_UUID])
{
    for (size_t i = 0; i < p->node_count; i++)
        if (memcmp(p->nodes[i], uuid, MESH_UUID) == 0)
            return true;
    if (p->node_count < MESH_NODES)
        memcpy(p->nodes[p->node_count++], uuid, MESH_UUID);
    return false;
}

/* ---- links
 * -----------------------------------------------------------------------------------------------
 */
static void scan(struct mesh_provisioner *p)
{
    imp_wipe(&p->x, sizeof p->x);
    p->state = MESH_SCANNING;
}

/* At least three times, section 5.3.1.4.3. */
static void close_link(struct mesh_provisioner *p, uint8_t reason, const char *why)
{
    if (why)
        mesh_claim(p->env, IMP_CLAIM_REJECT, why);
    for (int i = 0; i < 3; i++)
        mesh_control_send(&p->x.link, p->env, MESH_LINK_CLOSE, &reason, 1);
    scan(p);
}

static void open_link(struct mesh_provisioner *p, imp_time now)
{
    mesh_control_send(&p->x.link, p->env, MESH_LINK_OPEN, p->x.uuid, MESH_UUID);
    p->again = now + OPEN_REPEAT;
}

/* Whether it has what its owner wants to have in hand before it invites that device. */
static bool wanted(const struct mesh_provisioner *p, const uint8_t uuid[MESH_UUID])
{
    bool label = imp_opt(p->env, MESH_OPT_OOB) == MESH_OOB_STATIC ||
                 imp_opt(p->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB;
    return !label || p->env->adversary || label_of(p, uuid);
}

static void beacon(struct mesh_provisioner *p, const uint8_t uuid[MESH_UUID],
                   const struct imp_addr *from, imp_time now)
{
    uint8_t id[MESH_LINK_ID];
    if (p->state != MESH_SCANNING || !wanted(p, uuid))
        return;
    imp_random(p->env, "link", id, sizeof id);
    mesh_link_begin(&p->x.link, true, id, from, MESH_ADV, MESH_MSG_ACK);
    memcpy(p->x.uuid, uuid, MESH_UUID);
    p->state = MESH_P_OPENING;
    p->x.quiet = now + link_timeout(p);
    open_link(p, now);
}

static void opened(struct mesh_provisioner *p, imp_time now)
{
    uint8_t attention = 0;
    p->again = IMP_NEVER;
    p->state = MESH_P_CAPABILITIES;
    p->x.keys.inputs[0] = attention;
    memset(p->shown, 0, sizeof p->shown);
    mesh_pdu_send(&p->x, p->env, MESH_INVITE, &attention, 1, now);
}

/* ---- out of band
 * -----------------------------------------------------------------------------------------------
 */
static void commit(struct mesh_provisioner *p, imp_time now)
{
    p->again = IMP_NEVER;
    p->state = MESH_P_CONFIRMATION;
    mesh_commit_to_random(&p->x, p->env, now);
}

static void typed(struct mesh_provisioner *p, const uint8_t *digits, size_t n, imp_time now)
{
    int64_t v = mesh_number_read(digits, n);
    if (p->state == MESH_P_PUBLIC_KEY && v >= 0) { /* before the key has come as a whole */
        memset(p->shown, 0, sizeof p->shown);
        memcpy(p->shown, digits, n);
    }
    if (p->state != MESH_P_OUTPUT || v < 0)
        return;
    p->x.quiet = now + link_timeout(p);
    mesh_auth_number(&p->x.keys, (uint32_t)v, (const char *)digits, n);
    commit(p, now);
}

static void prepare_oob(struct mesh_provisioner *p, imp_time now)
{
    const struct mesh_label *label = label_of(p, p->x.uuid);
    uint32_t number;
    switch (p->x.method) {
    case MESH_OOB_OUTPUT:
        p->state = MESH_P_OUTPUT;
        p->again = p->env->adversary ? now + ADVERSARY_PATIENCE : IMP_NEVER;
        if (p->shown[0])
            typed(p, (const uint8_t *)p->shown, strlen(p->shown), now);
        return;
    case MESH_OOB_INPUT:
        p->state = MESH_P_INPUT;
        number = mesh_number_draw(p->env, (unsigned)imp_opt(p->env, MESH_OPT_DIGITS), p->shown);
        mesh_auth_number(&p->x.keys, number, p->shown, strlen(p->shown));
        imp_oob(p->env, MESH_INPUT, MESH_MSG_INPUT, p->shown, strlen(p->shown));
        return;
    case MESH_OOB_STATIC:
        if (label)
            mesh_auth_octets(&p->x.keys, label->static_oob, MESH_STATIC);
        break;
    default:
        break;
    }
    commit(p, now);
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
    int64_t oob = imp_opt(p->env, MESH_OPT_OOB), digits = imp_opt(p->env, MESH_OPT_DIGITS);
    if (c[0] == 0 || (imp_opt(p->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB && !(c[3] & 1)))
        return false;
    switch (oob) {
    case MESH_OOB_STATIC:
        return c[4] & 1;
    case MESH_OOB_OUTPUT:
        return c[5] >= digits && c[5] <= MESH_DIGITS_MAX && (c[7] & 1u << 3);
    case MESH_OOB_INPUT:
        return c[8] >= digits && c[8] <= MESH_DIGITS_MAX && (c[10] & 1u << 2);
    default:
        return !(c[4] & 2);
    }
}

static void agree(struct mesh_provisioner *p, const uint8_t key[MESH_PUBLIC], imp_time now)
{
    bool same = imp_equal(key, p->x.own_public, MESH_PUBLIC);
    if ((same && !imp_flawed(p->env, MESH_FLAW_REFLECTION)) ||
        mesh_agree(&p->x, p->env, key, true) != 0)
        close_link(p, FAIL, "public-key");
    else
        prepare_oob(p, now);
}

static void capabilities(struct mesh_provisioner *p, const uint8_t *c, imp_time now)
{
    int algorithm = choose(p, c[2]);
    const struct mesh_label *label = label_of(p, p->x.uuid);
    bool key_oob = imp_opt(p->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB;
    if (algorithm < 0 || !offers(p, c)) {
        close_link(p, FAIL, "capabilities");
        return;
    }
    uint8_t start[5] = {(uint8_t)algorithm, key_oob, (uint8_t)imp_opt(p->env, MESH_OPT_OOB)};
    if (start[2] >= MESH_OOB_OUTPUT) {
        start[3] = start[2] == MESH_OOB_OUTPUT ? 3 : 2;
        start[4] = (uint8_t)imp_opt(p->env, MESH_OPT_DIGITS);
    }
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
        close_link(p, FAIL, "no-label");
}

static void public_key(struct mesh_provisioner *p, const uint8_t *key, imp_time now)
{
    agree(p, key, now);
}

static void input_complete(struct mesh_provisioner *p, const uint8_t *none, imp_time now)
{
    (void)none;
    commit(p, now);
}

/* A device that gives back what it was given has shown nothing (CVE-2020-26560). */
static void confirmation(struct mesh_provisioner *p, const uint8_t *c, imp_time now)
{
    size_t width = mesh_width(p->x.keys.algorithm);
    if (imp_equal(c, p->x.confirmation, width) && !imp_flawed(p->env, MESH_FLAW_REFLECTION)) {
        close_link(p, FAIL, "reflected-confirmation");
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
        close_link(p, FAIL, "confirmation");
        return;
    }
    mesh_session(p->env, &p->x.keys, p->x.random, random);
    mesh_claim_session(p->env, IMP_CLAIM_COMMIT, &p->x);
    mesh_claim_session(p->env, IMP_CLAIM_RUNNING, &p->x);
    memset(p->data, 0, sizeof p->data);
    memcpy(p->data, p->netkey, MESH_KEY);
    p->data[23] = (uint8_t)(p->address >> 8);
    p->data[24] = (uint8_t)p->address;
    p->address = p->address < 0x7fff ? p->address + 1 : 1;
    imp_aes_ccm_seal(p->env, sealed, p->x.keys.session, p->x.keys.nonce, MESH_NONCE, NULL, 0,
                     p->data, MESH_DATA, MESH_MIC);
    p->state = MESH_P_COMPLETE;
    mesh_pdu_send(&p->x, p->env, MESH_PROVISIONING_DATA, sealed, sizeof sealed, now);
}

static void complete(struct mesh_provisioner *p, const uint8_t *none, imp_time now)
{
    (void)none;
    (void)now;
    mesh_claim_secrets(p->env, &p->x);
    mesh_claim_netkey(p->env, &p->x, p->netkey);
    if (!node_known(p, p->x.uuid))
        mesh_claim(p->env, IMP_CLAIM_COMPLETE, NULL);
    close_link(p, SUCCESS, NULL);
}

static void pdu(struct mesh_provisioner *p, const uint8_t *b, size_t n, imp_time now)
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
    p->x.quiet = now + link_timeout(p);
    if (b[0] == MESH_FAILED)
        close_link(p, FAIL, "failed-by-device");
    else if (b[0] != awaited[p->state].type)
        close_link(p, FAIL, "unexpected-pdu");
    else if (n - 1 != mesh_pdu_size(b[0], p->x.keys.algorithm))
        close_link(p, FAIL, "length");
    else
        awaited[p->state].act(p, b + 1, now);
}

/* ---- what comes
 * -----------------------------------------------------------------------------------------------
 */
static void frame(struct mesh_provisioner *p, const struct imp_event *e, imp_time now)
{
    struct mesh_generic g;
    uint8_t uuid[MESH_UUID];
    uint16_t oob;
    if (mesh_beacon_read(uuid, &oob, e->bytes, e->n) == 0) {
        beacon(p, uuid, &e->from, now);
        return;
    }
    if (mesh_generic_read(&g, e->bytes, e->n) != 0 || !p->x.link.open ||
        memcmp(g.link, p->x.link.id, MESH_LINK_ID) != 0)
        return;
    if (g.kind == MESH_GP_CONTROL) {
        if (g.number == MESH_LINK_ACK && p->state == MESH_P_OPENING)
            opened(p, now);
        else if (g.number == MESH_LINK_CLOSE) {
            mesh_claim(p->env, IMP_CLAIM_REJECT, "closed-by-device");
            scan(p);
        }
        return;
    }
    size_t n = p->state == MESH_P_OPENING ? 0 : mesh_link_receive(&p->x.link, p->env, &g, now);
    if (n > 0)
        pdu(p, p->x.link.in, n, now);
}

static void timeout(struct mesh_provisioner *p, imp_time now)
{
    if (!p->x.link.open)
        return;
    if (now >= p->x.quiet || !mesh_link_timeout(&p->x.link, p->env, now)) {
        close_link(p, TIMED_OUT, "link-timeout");
        return;
    }
    if (now < p->again)
        return;
    if (p->state == MESH_P_OPENING)
        open_link(p, now);
    else if (p->state == MESH_P_OUTPUT) /* an adversary that was told nothing */
        commit(p, now);
    else
        p->again = IMP_NEVER;
}

static void start(struct mesh_provisioner *p)
{
    struct mesh_provisioner fresh = {.env = p->env, .address = 0x0002};
    *p = fresh;
    p->env->ops->cell_get(p->env, MESH_CELL_NETWORK, p->netkey, MESH_KEY);
    scan(p);
    p->again = IMP_NEVER;
}

void mesh_provisioner_init(void *ctx, struct imp_env *env)
{
    struct mesh_provisioner *p = ctx;
    p->env = env;
    p->again = IMP_NEVER;
}

void mesh_provisioner_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct mesh_provisioner *p = ctx;
    (void)env;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(p);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == MESH_ADV)
            frame(p, e, now);
        else if (e->channel == MESH_LABEL)
            scanned(p, e);
        else if (e->channel == MESH_OUTPUT)
            typed(p, e->bytes, e->n, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(p, now);
        break;
    default:
        break;
    }
    arm(p);
}

void mesh_provisioner_fini(void *ctx, struct imp_env *env)
{
    struct mesh_provisioner *p = ctx;
    (void)env;
    imp_wipe(p, sizeof *p);
}

int mesh_provisioner_state_of(const void *ctx)
{
    return (int)((const struct mesh_provisioner *)ctx)->state;
}
