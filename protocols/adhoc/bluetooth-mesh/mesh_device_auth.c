/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_device_auth.c - the device's part in provisioning: capabilities, authentication, data. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

#define ADVERSARY_PATIENCE (25 * IMP_S) /* for a look at what an honest user carries */

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
    struct mesh_action action = mesh_action_of(d->env, (enum mesh_oob)oob);
    uint8_t capabilities[11] = {
        [0] = 1, /* elements */
        [2] = algorithms == MESH_ALGORITHMS_CMAC   ? 1
              : algorithms == MESH_ALGORITHMS_HMAC ? 2
                                                   : 3,
        [3] = imp_opt(d->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB,
        [4] = (uint8_t)((oob == MESH_OOB_STATIC) | (oob != MESH_OOB_NONE) << 1),
    };
    if (oob == MESH_OOB_OUTPUT) {
        capabilities[5] = action.size;
        capabilities[7] = (uint8_t)(1u << action.value);
    } else if (oob == MESH_OOB_INPUT) {
        capabilities[8] = action.size;
        capabilities[10] = (uint8_t)(1u << action.value);
    }
    d->algorithms = capabilities[2];
    d->x.keys.inputs[0] = p[0];
    memcpy(d->x.keys.inputs + 1, capabilities, sizeof capabilities);
    d->state = MESH_D_START;
    mesh_pdu_send(&d->x, d->env, MESH_CAPABILITIES, capabilities, sizeof capabilities, now);
}

/* Section 5.4.1.3: up to the size that was offered. */
static bool size_fits(const struct mesh_node *d, struct mesh_action offered, uint8_t size)
{
    int64_t least = imp_opt(d->env, MESH_OPT_LEAST_DIGITS);
    return size <= offered.size && (size == offered.size || (least > 0 && size >= least));
}

/* Action and size of Start, table 5.32: none but for output and input. */
static bool start_fits(const struct mesh_node *d, const uint8_t p[5])
{
    int64_t oob = imp_opt(d->env, MESH_OPT_OOB);
    struct mesh_action a = mesh_action_of(d->env, (enum mesh_oob)oob);
    return p[0] <= MESH_HMAC && (d->algorithms >> p[0] & 1) &&
           p[1] == imp_opt(d->env, MESH_OPT_PUBLIC_KEY) && p[2] == oob && p[3] == a.value &&
           size_fits(d, a, p[4]);
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
    d->x.oob_size = p[4];
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

/* With the size that the provisioner has chosen. */
static struct mesh_action chosen(const struct mesh_node *d)
{
    struct mesh_action a = mesh_action_of(d->env, d->x.method);
    a.size = d->x.oob_size;
    return a;
}

static void prepare_oob(struct mesh_node *d, imp_time now)
{
    uint8_t octets[MESH_STATIC];
    struct mesh_action action = chosen(d);
    d->state = MESH_D_CONFIRMATION;
    switch (d->x.method) {
    case MESH_OOB_STATIC:
        if (d->env->ops->cell_get(d->env, MESH_CELL_STATIC, octets, sizeof octets) == MESH_STATIC)
            mesh_auth_octets(&d->x.keys, octets, sizeof octets);
        break;
    case MESH_OOB_OUTPUT:
        mesh_oob_draw(d->env, action, d->pulses);
        mesh_oob_auth(&d->x.keys, action, d->pulses);
        d->pulsed = now + mesh_oob_pulses(action, d->pulses);
        if (d->pulsed == now)
            mesh_device_pulsed(d, now);
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
    /* A key that comes back proves nothing, and one from a label may be known to anybody. */
    if (own_key(d) != 0 || imp_equal(p, d->x.own_public, MESH_PUBLIC) ||
        mesh_agree(&d->x, d->env, p, false) != 0) {
        failed(d, MESH_INVALID_FORMAT, "public-key", now);
        return;
    }
    if (imp_opt(d->env, MESH_OPT_PUBLIC_KEY) != MESH_KEY_OOB)
        mesh_pdu_send(&d->x, d->env, MESH_PUBLIC_KEY, d->x.own_public, MESH_PUBLIC, now);
    prepare_oob(d, now);
}

void mesh_device_entered(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now)
{
    struct mesh_action a = mesh_action_of(d->env, MESH_OOB_INPUT);
    bool plausible = n > 0 && mesh_oob_plausible(a, p, n);
    if (d->state != MESH_D_INPUT || d->pulses[0] || (!plausible && !d->env->adversary))
        return;
    if (plausible)
        memcpy(d->pulses, p, n);
    d->pulsed =
        now + mesh_oob_pulses(a, d->pulses) + (a.counted && plausible ? MESH_INPUT_ENDS : 0);
    if (d->pulsed == now)
        mesh_device_pulsed(d, now);
}

void mesh_device_pulsed(struct mesh_node *d, imp_time now)
{
    struct mesh_action a = mesh_action_of(d->env, d->x.method);
    if (d->state == MESH_D_CONFIRMATION) {
        imp_oob(d->env, MESH_OUTPUT, MESH_MSG_OUTPUT, d->pulses, strlen(d->pulses));
    } else if (d->state == MESH_D_INPUT) {
        if (d->pulses[0])
            mesh_oob_auth(&d->x.keys, a, d->pulses);
        d->state = MESH_D_CONFIRMATION;
        d->x.quiet = now + mesh_link_silence(d->env);
        mesh_pdu_send(&d->x, d->env, MESH_INPUT_COMPLETE, NULL, 0, now);
    }
    d->pulsed = IMP_NEVER;
    memset(d->pulses, 0, sizeof d->pulses);
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
    if (mesh_oob_search(&d->x.keys, chosen(d), d->x.peer_confirmation, random))
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

static unsigned get16(const uint8_t p[2])
{
    return (unsigned)p[0] << 8 | p[1];
}

/* NetKey Index 16, Flags 18, IV Index 19, Unicast Address 23 (section 5.4.1.8); 0: nothing. */
static int data_fault(const uint8_t data[MESH_DATA])
{
    unsigned address = get16(data + 23);
    if (get16(data + 16) > 0x0fff || data[18] & ~3u)
        return MESH_INVALID_DATA;
    return address == 0 || address > 0x7fff ? MESH_CANNOT_ASSIGN : 0;
}

static void data(struct mesh_node *d, const uint8_t *p, imp_time now)
{
    struct mesh_identity node;
    if (imp_aes_ccm_open(d->env, node.data, d->x.keys.session, d->x.keys.nonce, MESH_NONCE, NULL, 0,
                         p, MESH_DATA + MESH_MIC, MESH_MIC) != 0) {
        failed(d, MESH_DECRYPTION_FAILED, "provisioning-data", now);
        return;
    }
    int fault = data_fault(node.data);
    if (fault) {
        failed(d, (enum mesh_error)fault, "provisioning-data", now);
        return;
    }
    memcpy(node.device, d->x.keys.device, MESH_KEY);
    memcpy(node.sid, d->x.keys.provisioning_salt, MESH_KEY);
    d->env->ops->cell_put(d->env, MESH_CELL_NODE, &node, sizeof node);
    mesh_claim_session(d->env, IMP_CLAIM_COMMIT, &d->x);
    mesh_claim_secrets(d->env, &d->x);
    mesh_claim_netkey(d->env, &d->x, node.data);
    mesh_claim_config(d->env, node.sid, node.data, MESH_DATA);
    mesh_pdu_send(&d->x, d->env, MESH_COMPLETE, NULL, 0, now);
    mesh_device_provisioned(d, &node);
    imp_wipe(&node, sizeof node);
}

/* ---- dispatch
 * -----------------------------------------------------------------------------------------------
 */
void mesh_device_pdu(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now)
{
    static const int awaited[] = {
        [MESH_BEACONING] = -1,         [MESH_D_INVITE] = MESH_INVITE,
        [MESH_D_START] = MESH_START,   [MESH_D_PUBLIC_KEY] = MESH_PUBLIC_KEY,
        [MESH_D_INPUT] = -1,           [MESH_D_CONFIRMATION] = MESH_CONFIRMATION,
        [MESH_D_RANDOM] = MESH_RANDOM, [MESH_D_DATA] = MESH_PROVISIONING_DATA,
        [MESH_D_FAILED] = -1};
    d->x.quiet = now + mesh_link_silence(d->env);
    if (d->state >= MESH_D_FAILED)
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
