/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_device.c - the unprovisioned device. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal mesh_device_legal[] = {
    {MESH_BEACONING, MESH_MSG_OPEN},
    {MESH_D_INVITE, MESH_MSG_INVITE},
    {MESH_D_START, MESH_MSG_START},
    {MESH_D_PUBLIC_KEY, MESH_MSG_PUBLIC_KEY},
    {MESH_D_INPUT, MESH_MSG_INPUT},
    {MESH_D_CONFIRMATION, MESH_MSG_CONFIRMATION},
    {MESH_D_RANDOM, MESH_MSG_RANDOM},
    {MESH_D_DATA, MESH_MSG_DATA},
    {-1, -1},
};

enum { TIMER };
#define ADVERSARY_PATIENCE (25 * IMP_S) /* for a look at what an honest user carries */

static imp_time link_timeout(const struct mesh_node *d)
{
    return imp_opt(d->env, MESH_OPT_LINK_TIMEOUT) * IMP_S;
}

static void arm(struct mesh_node *d)
{
    imp_time at = d->state == MESH_BEACONING ? d->beacon : IMP_NEVER;
    if (d->x.link.open && mesh_link_deadline(&d->x.link) < at)
        at = mesh_link_deadline(&d->x.link);
    if (d->x.link.open && d->x.quiet < at)
        at = d->x.quiet;
    if (d->state == MESH_D_INPUT && d->user < at)
        at = d->user;
    imp_timer(d->env, TIMER, at);
}

/* ---- discovery
 * -----------------------------------------------------------------------------------------------
 */
/* Bits of the beacon's OOB information, section 3.10.2. */
static uint16_t oob_information(const struct mesh_node *d)
{
    return imp_opt(d->env, MESH_OPT_OOB) == MESH_OOB_STATIC ||
                   imp_opt(d->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB
               ? 1u << 2 /* 2D machine-readable code */
               : 0;
}

static void beacon(struct mesh_node *d, imp_time now)
{
    uint8_t frame[MESH_AD_MAX];
    size_t n = mesh_beacon_write(frame, d->x.uuid, oob_information(d));
    imp_send(d->env, MESH_ADV, &imp_to_all, MESH_MSG_BEACON, frame, n);
    d->beacon = now + imp_opt(d->env, MESH_OPT_BEACON) * IMP_MS;
}

/* The label goes to whoever is to provision the device. */
static void show_label(struct mesh_node *d)
{
    struct mesh_label label = {.uuid = {0}};
    uint8_t secret[32];
    bool shown = false;
    memcpy(label.uuid, d->x.uuid, MESH_UUID);
    if (imp_opt(d->env, MESH_OPT_OOB) == MESH_OOB_STATIC)
        shown = d->env->ops->cell_get(d->env, MESH_CELL_STATIC, label.static_oob, MESH_STATIC) > 0;
    if (imp_opt(d->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB &&
        d->env->ops->cell_get(d->env, MESH_CELL_PRIVATE, secret, sizeof secret) == 32)
        shown |= imp_p256_public(NULL, label.public_key, secret) == 0;
    if (shown)
        imp_oob(d->env, MESH_LABEL, MESH_MSG_LABEL, &label, sizeof label);
    imp_wipe(secret, sizeof secret);
}

/* After a link that failed at once the beacon keeps its interval: a provisioner that insists would
 * otherwise be invited again and again within milliseconds. */
static void unprovisioned(struct mesh_node *d, imp_time now)
{
    uint8_t uuid[MESH_UUID];
    memcpy(uuid, d->x.uuid, sizeof uuid);
    imp_wipe(&d->x, sizeof d->x);
    memcpy(d->x.uuid, uuid, sizeof uuid);
    d->state = MESH_BEACONING;
    if (d->beacon <= now)
        beacon(d, now);
}

static void failed(struct mesh_node *d, enum mesh_error error, const char *why, imp_time now)
{
    uint8_t code = (uint8_t)error;
    d->state = MESH_D_FAILED;
    mesh_claim(d->env, IMP_CLAIM_REJECT, why);
    mesh_pdu_send(&d->x, d->env, MESH_FAILED, &code, 1, now);
}

/* ---- provisioning
 * -----------------------------------------------------------------------------------------------
 */
static void invited(struct mesh_node *d, const uint8_t *p, imp_time now)
{
    int oob = (int)imp_opt(d->env, MESH_OPT_OOB),
        algorithms = (int)imp_opt(d->env, MESH_OPT_ALGORITHMS);
    uint8_t digits = (uint8_t)imp_opt(d->env, MESH_OPT_DIGITS);
    uint8_t capabilities[11] = {
        [0] = 1, /* elements */
        [2] = algorithms == MESH_ALGORITHMS_CMAC   ? 1
              : algorithms == MESH_ALGORITHMS_HMAC ? 2
                                                   : 3,
        [3] = imp_opt(d->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB,
        [4] = (uint8_t)((oob == MESH_OOB_STATIC) | (oob != MESH_OOB_NONE) << 1),
    };
    if (oob == MESH_OOB_OUTPUT) {
        capabilities[5] = digits;
        capabilities[7] = 1u << 3; /* output numeric */
    } else if (oob == MESH_OOB_INPUT) {
        capabilities[8] = digits;
        capabilities[10] = 1u << 2; /* input number */
    }
    d->algorithms = capabilities[2];
    d->x.keys.inputs[0] = p[0];
    memcpy(d->x.keys.inputs + 1, capabilities, sizeof capabilities);
    d->state = MESH_D_START;
    mesh_pdu_send(&d->x, d->env, MESH_CAPABILITIES, capabilities, sizeof capabilities, now);
}

/* Action and size of Start, table 5.32: none but for numbers. */
static bool start_fits(const struct mesh_node *d, const uint8_t p[5])
{
    int64_t oob = imp_opt(d->env, MESH_OPT_OOB);
    uint8_t action = oob == MESH_OOB_OUTPUT ? 3 : oob == MESH_OOB_INPUT ? 2 : 0;
    uint8_t size = action ? (uint8_t)imp_opt(d->env, MESH_OPT_DIGITS) : 0;
    return p[0] <= MESH_HMAC && (d->algorithms >> p[0] & 1) &&
           p[1] == imp_opt(d->env, MESH_OPT_PUBLIC_KEY) && p[2] == oob && p[3] == action &&
           p[4] == size;
}

static void started(struct mesh_node *d, const uint8_t *p, imp_time now)
{
    if (!start_fits(d, p)) {
        failed(d, MESH_INVALID_FORMAT, "start-not-as-offered", now);
        return;
    }
    memcpy(d->x.keys.inputs + 12, p, 5);
    d->x.keys.algorithm = (enum mesh_algorithm)p[0];
    d->x.method = (enum mesh_oob)p[2];
    d->state = MESH_D_PUBLIC_KEY;
}

static int own_key(struct mesh_node *d)
{
    if (imp_opt(d->env, MESH_OPT_PUBLIC_KEY) != MESH_KEY_OOB) {
        imp_p256_keypair(d->env, "ecdh", d->x.own_public, d->x.own_secret);
        return 0;
    }
    if (d->env->ops->cell_get(d->env, MESH_CELL_PRIVATE, d->x.own_secret, 32) != 32)
        return -1;
    return imp_p256_public(d->env, d->x.own_public, d->x.own_secret);
}

static void prepare_oob(struct mesh_node *d, imp_time now)
{
    uint8_t octets[MESH_STATIC];
    char digits[MESH_DIGITS_MAX + 1];
    uint32_t number;
    d->state = MESH_D_CONFIRMATION;
    switch (d->x.method) {
    case MESH_OOB_STATIC:
        if (d->env->ops->cell_get(d->env, MESH_CELL_STATIC, octets, sizeof octets) == MESH_STATIC)
            mesh_auth_octets(&d->x.keys, octets, sizeof octets);
        break;
    case MESH_OOB_OUTPUT:
        number = mesh_number_draw(d->env, (unsigned)imp_opt(d->env, MESH_OPT_DIGITS), digits);
        mesh_auth_number(&d->x.keys, number, digits, strlen(digits));
        imp_oob(d->env, MESH_OUTPUT, MESH_MSG_OUTPUT, digits, strlen(digits));
        break;
    case MESH_OOB_INPUT:
        d->state = MESH_D_INPUT;
        d->user = d->env->adversary ? now + ADVERSARY_PATIENCE : IMP_NEVER;
        break;
    default:
        break;
    }
}

static void public_key(struct mesh_node *d, const uint8_t *p, imp_time now)
{
    if (own_key(d) != 0 || mesh_agree(&d->x, d->env, p, false) != 0) {
        failed(d, MESH_INVALID_FORMAT, "public-key", now);
        return;
    }
    if (imp_opt(d->env, MESH_OPT_PUBLIC_KEY) != MESH_KEY_OOB)
        mesh_pdu_send(&d->x, d->env, MESH_PUBLIC_KEY, d->x.own_public, MESH_PUBLIC, now);
    prepare_oob(d, now);
}

/* Octets from the device's own user, or nothing for an adversary's without one. */
static void entered(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now)
{
    int64_t v = mesh_number_read(p, n);
    if (d->state != MESH_D_INPUT)
        return;
    if (v >= 0)
        mesh_auth_number(&d->x.keys, (uint32_t)v, (const char *)p, n);
    else if (!d->env->adversary)
        return;
    d->state = MESH_D_CONFIRMATION;
    d->x.quiet = now + link_timeout(d);
    mesh_pdu_send(&d->x, d->env, MESH_INPUT_COMPLETE, NULL, 0, now);
}

/* An adversary that has the CMAC's key commits to nothing, or gives back what it got. */
static bool can_forge(const struct mesh_exchange *x)
{
    return x->keys.algorithm == MESH_CMAC &&
           (x->method == MESH_OOB_OUTPUT || x->method == MESH_OOB_INPUT);
}

/* What it does in every other attempt where it cannot forge. */
static bool reflects(const struct mesh_node *d)
{
    return d->env->adversary && !can_forge(&d->x) && d->x.method != MESH_OOB_NONE &&
           d->attempts % 2 == 0;
}

static void confirmation(struct mesh_node *d, const uint8_t *p, imp_time now)
{
    size_t width = mesh_width(d->x.keys.algorithm);
    memcpy(d->x.peer_confirmation, p, width);
    d->state = MESH_D_RANDOM;
    if (!reflects(d)) {
        mesh_commit_to_random(&d->x, d->env, now);
        return;
    }
    mesh_confirmation_key(d->env, &d->x.keys);
    mesh_pdu_send(&d->x, d->env, MESH_CONFIRMATION, p, width, now);
}

/* CVE-2020-26556: finds the AuthValue by trying all numbers, then the random value that fits both
 * it and the confirmation that has been sent. */
static void forge(struct mesh_node *d, const uint8_t *random)
{
    uint8_t committed[16];
    mesh_confirm(d->env, &d->x.keys, d->x.random, committed);
    if (mesh_search_number(&d->x.keys, (unsigned)imp_opt(d->env, MESH_OPT_DIGITS),
                           d->x.peer_confirmation, random) >= 0)
        mesh_forge_random(&d->x.keys, committed, d->x.keys.auth, d->x.random);
}

static void random_value(struct mesh_node *d, const uint8_t *p, imp_time now)
{
    size_t width = mesh_width(d->x.keys.algorithm);
    bool right = mesh_confirmation_right(&d->x, d->env, p);
    bool unchecked = d->env->adversary || imp_flawed(d->env, MESH_FLAW_DEVICE_CONFIRMATION);
    if (!right && !unchecked) {
        failed(d, MESH_CONFIRMATION_FAILED, "confirmation", now);
        return;
    }
    if (!right && d->env->adversary && can_forge(&d->x))
        forge(d, p);
    else if (!right && reflects(d))
        memcpy(d->x.random, p, width); /* CVE-2020-26560: reflected as its confirmation was */
    mesh_session(d->env, &d->x.keys, p, d->x.random);
    mesh_claim_session(d->env, IMP_CLAIM_RUNNING, &d->x);
    d->state = MESH_D_DATA;
    mesh_pdu_send(&d->x, d->env, MESH_RANDOM, d->x.random, width, now);
}

static void data(struct mesh_node *d, const uint8_t *p, imp_time now)
{
    uint8_t node[MESH_KEY + MESH_DATA];
    if (imp_aes_ccm_open(d->env, node + MESH_KEY, d->x.keys.session, d->x.keys.nonce, MESH_NONCE,
                         NULL, 0, p, MESH_DATA + MESH_MIC, MESH_MIC) != 0) {
        failed(d, MESH_DECRYPTION_FAILED, "provisioning-data", now);
        return;
    }
    memcpy(node, d->x.keys.device, MESH_KEY);
    d->env->ops->cell_put(d->env, MESH_CELL_NODE, node, sizeof node);
    mesh_claim_session(d->env, IMP_CLAIM_COMMIT, &d->x);
    mesh_claim_secrets(d->env, &d->x);
    mesh_claim_netkey(d->env, &d->x, node + MESH_KEY);
    d->state = MESH_D_PROVISIONED;
    mesh_pdu_send(&d->x, d->env, MESH_COMPLETE, NULL, 0, now);
    mesh_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    imp_wipe(node, sizeof node);
}

/* ---- what comes on the link
 * -----------------------------------------------------------------------------------------------
 */
static void pdu(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now)
{
    static const int awaited[] = {
        [MESH_BEACONING] = -1,         [MESH_D_INVITE] = MESH_INVITE,
        [MESH_D_START] = MESH_START,   [MESH_D_PUBLIC_KEY] = MESH_PUBLIC_KEY,
        [MESH_D_INPUT] = -1,           [MESH_D_CONFIRMATION] = MESH_CONFIRMATION,
        [MESH_D_RANDOM] = MESH_RANDOM, [MESH_D_DATA] = MESH_PROVISIONING_DATA,
        [MESH_D_FAILED] = -1,          [MESH_D_PROVISIONED] = -1};
    d->x.quiet = now + link_timeout(d);
    if (d->state == MESH_D_FAILED || d->state == MESH_D_PROVISIONED)
        return;
    if (p[0] >= MESH_PDU_TYPES) {
        failed(d, MESH_INVALID_PDU, "unknown-pdu", now);
    } else if (p[0] != awaited[d->state]) {
        failed(d, MESH_UNEXPECTED_PDU, "unexpected-pdu", now);
    } else if (n - 1 != mesh_pdu_size(p[0], d->x.keys.algorithm)) {
        failed(d, MESH_INVALID_FORMAT, "length", now);
    } else {
        static void (*const act[])(struct mesh_node *, const uint8_t *, imp_time) = {
            [MESH_INVITE] = invited,        [MESH_START] = started,
            [MESH_PUBLIC_KEY] = public_key, [MESH_CONFIRMATION] = confirmation,
            [MESH_RANDOM] = random_value,   [MESH_PROVISIONING_DATA] = data,
        };
        act[p[0]](d, p + 1, now);
    }
}

static void control(struct mesh_node *d, const struct mesh_generic *g, const struct imp_addr *from,
                    imp_time now)
{
    bool ours = d->x.link.open && memcmp(g->link, d->x.link.id, MESH_LINK_ID) == 0;
    if (g->number == MESH_LINK_OPEN && memcmp(g->data, d->x.uuid, MESH_UUID) == 0) {
        if (d->state == MESH_BEACONING) {
            mesh_link_begin(&d->x.link, false, g->link, from, MESH_ADV, MESH_MSG_ACK);
            d->state = MESH_D_INVITE;
            d->attempts++;
            d->x.quiet = now + link_timeout(d);
        } else if (!ours || d->state != MESH_D_INVITE) {
            return;
        }
        mesh_control_send(&d->x.link, d->env, MESH_LINK_ACK, NULL, 0);
    } else if (g->number == MESH_LINK_CLOSE && ours) {
        if (d->state == MESH_D_PROVISIONED)
            d->x.link.open = false;
        else
            unprovisioned(d, now);
    }
}

static void frame(struct mesh_node *d, const struct imp_event *e, imp_time now)
{
    struct mesh_generic g;
    if (mesh_generic_read(&g, e->bytes, e->n) != 0)
        return;
    if (g.kind == MESH_GP_CONTROL) {
        control(d, &g, &e->from, now);
        return;
    }
    if (!d->x.link.open)
        return;
    size_t n = mesh_link_receive(&d->x.link, d->env, &g, now);
    if (n > 0)
        pdu(d, d->x.link.in, n, now);
}

static void timeout(struct mesh_node *d, imp_time now)
{
    if (d->state == MESH_BEACONING) {
        if (now >= d->beacon)
            beacon(d, now);
        return;
    }
    if (d->state == MESH_D_INPUT && now >= d->user)
        entered(d, NULL, 0, now);
    if (!d->x.link.open)
        return;
    if (now < d->x.quiet && mesh_link_timeout(&d->x.link, d->env, now))
        return;
    if (d->state == MESH_D_PROVISIONED) {
        d->x.link.open = false;
        return;
    }
    mesh_claim(d->env, IMP_CLAIM_REJECT, "link-timeout");
    mesh_control_send(&d->x.link, d->env, MESH_LINK_CLOSE, &(uint8_t){1}, 1);
    unprovisioned(d, now);
}

void mesh_device_init(void *ctx, struct imp_env *env)
{
    struct mesh_node *d = ctx;
    d->env = env;
}

static void start(struct mesh_node *d, imp_time now)
{
    uint8_t node[MESH_KEY + MESH_DATA];
    d->env->ops->cell_get(d->env, MESH_CELL_UUID, d->x.uuid, MESH_UUID);
    mesh_claim_identity(d->env, d->x.uuid, MESH_UUID);
    if (d->env->ops->cell_get(d->env, MESH_CELL_NODE, node, sizeof node) == (int)sizeof node &&
        !d->env->adversary) {
        d->state = MESH_D_PROVISIONED;
        imp_wipe(node, sizeof node);
        return;
    }
    show_label(d);
    unprovisioned(d, now);
}

void mesh_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct mesh_node *d = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == MESH_ADV)
            frame(d, e, now);
        else if (e->channel == MESH_INPUT)
            entered(d, e->bytes, e->n, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(d, now);
        break;
    case IMP_EVENT_RESET:
        env->ops->cell_erase(env, MESH_CELL_NODE);
        show_label(d);
        unprovisioned(d, now);
        break;
    default:
        break;
    }
    arm(d);
}

void mesh_device_fini(void *ctx, struct imp_env *env)
{
    struct mesh_node *d = ctx;
    (void)env;
    imp_wipe(&d->x, sizeof d->x);
}

int mesh_device_state_of(const void *ctx)
{
    return (int)((const struct mesh_node *)ctx)->state;
}
