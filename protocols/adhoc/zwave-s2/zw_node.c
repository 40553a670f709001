/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_node.c - the joining node. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zw.h"

const struct imp_legal zw_node_legal[] = {
    {ZW_N_LEARN, ZW_MSG_ASSIGN_IDS},
    {ZW_N_KEX_GET, ZW_MSG_KEX_GET},
    {ZW_N_KEX_GET, ZW_MSG_S0_SCHEME_GET},
    {ZW_N_KEX_SET, ZW_MSG_KEX_SET},
    {ZW_N_KEX_SET, ZW_MSG_KEX_FAIL},
    {ZW_N_PUBLIC_KEY, ZW_MSG_PUBLIC_KEY},
    {ZW_N_PUBLIC_KEY, ZW_MSG_KEX_FAIL},
    {ZW_N_CSA, ZW_MSG_CSA_PIN},
    {ZW_N_CSA, ZW_MSG_KEX_FAIL},
    {ZW_N_ECHO, ZW_MSG_NONCE_REPORT},
    {ZW_N_ECHO, ZW_MSG_ECHO_REPORT},
    {ZW_N_ECHO, ZW_MSG_KEX_FAIL},
    {ZW_N_KEY, ZW_MSG_KEY_REPORT},
    {ZW_N_KEY, ZW_MSG_KEX_FAIL},
    {ZW_N_TRANSFER, ZW_MSG_NONCE_GET},
    {ZW_N_TRANSFER, ZW_MSG_NONCE_REPORT},
    {ZW_N_TRANSFER, ZW_MSG_TRANSFER_END},
    {ZW_N_TRANSFER, ZW_MSG_KEX_FAIL},
    {ZW_N_S0_KEY, ZW_MSG_S0_NONCE_GET},
    {ZW_N_S0_KEY, ZW_MSG_S0_KEY_SET},
    {ZW_N_S0_NONCE, ZW_MSG_S0_NONCE_REPORT},
    {ZW_N_INCLUDED, ZW_MSG_NONCE_GET},
    {ZW_N_INCLUDED, ZW_MSG_SUPPORTED_GET},
    {ZW_N_LEAVE, ZW_MSG_TRANSFER_PRESENTATION},
    {ZW_N_LEAVE, ZW_MSG_ASSIGN_IDS},
    {-1, -1},
};

enum { TIMER };
/* Each ends in silence. */
#define TB2 (240 * IMP_S)
#define TBI1 (240 * IMP_S)
#define STEP (10 * IMP_S) /* TB3 to TB5, and each of S0 */
#define ECHO_INTERVAL (10 * IMP_S)

static const uint8_t zero_key[ZW_KEY];

static imp_time earlier(imp_time a, imp_time b)
{
    return a < b ? a : b;
}

static void failed(struct zw_joining *j, int code, const char *why, imp_time now)
{
    zw_claim(j->env, IMP_CLAIM_REJECT, why);
    if (code)
        zw_clear(&j->x, j->env, ZW_MSG_KEX_FAIL,
                 (uint8_t[]){ZW_CLASS_S2, ZW_S2_KEX_FAIL, (uint8_t)code}, 3);
    zw_node_await(j, ZW_N_FAILED, now + zw_node_pause(j));
}

/* Sends a command under the temporary key. */
static void send_temp(struct zw_joining *j, int message, const uint8_t *command, size_t n)
{
    struct zw_route r = zw_route_of(&j->x);
    zw_send(j->env, &j->x.link, &r, &j->x.temp, message, command, n);
}

/* ---- Security 2: key exchange
 * -----------------------------------------------------------------------------------------------
 */
static void kex_get(struct zw_joining *j, imp_time now)
{
    uint8_t keys = zw_mask_of(imp_opt(j->env, ZW_OPT_KEYS));
    if (j->env->adversary && j->attempts % 2 == 1)
        keys = ZW_UNAUTHENTICATED; /* what asks for least */
    uint8_t flags = imp_opt(j->env, ZW_OPT_CSA) ? ZW_CSA : 0;
    uint8_t frame[2 + ZW_KEX] = {ZW_CLASS_S2, ZW_S2_KEX_REPORT, flags,
                                 ZW_SCHEME_1, ZW_CURVE_25519,   keys};
    memcpy(j->x.requested, frame + 2, ZW_KEX);
    zw_node_await(j, ZW_N_KEX_SET, now + TB2);
    zw_clear(&j->x, j->env, ZW_MSG_KEX_REPORT, frame, sizeof frame);
}

/* KEX Fail's code for a grant that does not fit the request, or 0. */
static int wrong(const struct zw_joining *j, const uint8_t *p, const char **why)
{
    bool unasked = p[3] & ~j->x.requested[3] & 0xff;
    if (p[0] & ZW_ECHO) {
        *why = "echo-in-clear";
        return ZW_FAIL_AUTH;
    }
    if (p[1] != ZW_SCHEME_1) {
        *why = "scheme";
        return ZW_FAIL_SCHEME;
    }
    if (p[2] != ZW_CURVE_25519) {
        *why = "curve";
        return ZW_FAIL_CURVES;
    }
    *why = "classes-not-asked"; /* nor client-side authentication */
    return p[0] & ~j->x.requested[0] & ZW_CSA || p[3] == 0 ||
                   (unasked && !imp_flawed(j->env, ZW_FLAW_UNASKED))
               ? ZW_FAIL_KEY
               : 0;
}

/* A key that goes whole is none of which octets are a PIN. */
static void own_key(struct zw_joining *j)
{
    bool whole = !(j->x.granted[3] & ZW_MASKING) && !zw_smart_start(j->env);
    if (!zw_client_side(j->x.granted) &&
        (imp_opt(j->env, ZW_OPT_KEY_PAIR) != ZW_BY_CLASS || !whole))
        return;
    imp_x25519_keypair(j->env, "ecdh", j->x.own_public, j->x.own_secret);
    zw_claim_identity(j->env, j->x.own_public);
}

static void kex_set(struct zw_joining *j, const uint8_t *p, imp_time now)
{
    uint8_t frame[3 + ZW_PUBLIC] = {ZW_CLASS_S2, ZW_S2_PUBLIC_KEY, 0};
    char pin[ZW_PIN + 1];
    const char *why;
    int code = wrong(j, p, &why);
    if (code) {
        failed(j, code, why, now);
        return;
    }
    memcpy(j->x.granted, p, ZW_KEX);
    own_key(j);
    memcpy(frame + 3, j->x.own_public, ZW_PUBLIC);
    zw_node_await(j, ZW_N_PUBLIC_KEY, now + STEP);
    bool masks = (p[3] & ZW_MASKING) && !zw_client_side(p);
    if (masks && !j->env->adversary)
        memset(frame + 3, 0, ZW_MASKED);
    zw_clear(&j->x, j->env, ZW_MSG_PUBLIC_KEY, frame, sizeof frame);
    if (masks && imp_opt(j->env, ZW_OPT_DSK) == ZW_DSK_PIN && !zw_smart_start(j->env)) {
        zw_pin(pin, j->x.own_public);
        imp_oob(j->env, ZW_CHANNEL_PIN, ZW_MSG_PIN, pin, ZW_PIN);
    }
}

static void echo(struct zw_joining *j, imp_time now)
{
    uint8_t command[2 + ZW_KEX] = {ZW_CLASS_S2, ZW_S2_KEX_SET};
    memcpy(command + 2, j->x.granted, ZW_KEX);
    command[2] |= ZW_ECHO;
    j->x.link.span.ready = false; /* the controller may have had no key for the last one */
    j->x.link.invited = false;
    j->repeat = now + ECHO_INTERVAL;
    send_temp(j, ZW_MSG_ECHO_SET, command, sizeof command);
}

static void agreed(struct zw_joining *j, imp_time due, imp_time now)
{
    if (zw_agree(&j->x, j->env) != 0) {
        failed(j, ZW_FAIL_DECRYPT, "public-key", now);
        return;
    }
    zw_claim_session(j->env, IMP_CLAIM_RUNNING, &j->x);
    zw_node_await(j, ZW_N_ECHO, due);
    echo(j, now);
}

static void public_key(struct zw_joining *j, const uint8_t *p, imp_time now)
{
    if (p[0] != 1) /* not of one who includes */
        return;
    memcpy(j->x.peer_public, p + 1, ZW_PUBLIC);
    if (zw_client_side(j->x.granted))
        zw_node_await(j, ZW_N_CSA, now + TBI1);
    else
        agreed(j, now + TBI1, now);
}

/* TBI1 counts from the controller's key, as the user's time does. */
static void typed(struct zw_joining *j, const struct imp_event *e, imp_time now)
{
    if (j->state == ZW_N_CSA &&
        zw_pin_restore(j->x.peer_public, ZW_CSA_MASKED, e->bytes, e->n) == 0)
        agreed(j, j->due, now);
}

/* ---- network keys, each by its class
 * -----------------------------------------------------------------------------------------------
 */
static void next_key(struct zw_joining *j, imp_time now)
{
    j->x.slot = zw_lowest(j->x.granted[3] & (uint8_t)~j->x.taken);
    zw_node_await(j, ZW_N_KEY, now + STEP);
    send_temp(j, ZW_MSG_KEY_GET, (uint8_t[]){ZW_CLASS_S2, ZW_S2_KEY_GET, zw_bit(j->x.slot)}, 3);
}

static void echoed(struct zw_joining *j, const uint8_t *p, imp_time now)
{
    if (p[0] != (j->x.requested[0] | ZW_ECHO) ||
        memcmp(p + 1, j->x.requested + 1, ZW_KEX - 1) != 0) {
        failed(j, ZW_FAIL_AUTH, "echo-differs", now);
        return;
    }
    zw_claim_session(j->env, IMP_CLAIM_COMMIT, &j->x);
    zw_claim_key(j->env, &j->x, "TemporaryKey", j->x.temp.ccm);
    zw_claim_class(j->env, &j->x, j->x.granted[3], false);
    next_key(j, now);
}

static void key_report(struct zw_joining *j, const uint8_t *p, imp_time now)
{
    struct zw_route r = zw_route_of(&j->x);
    if (p[0] != zw_bit(j->x.slot)) {
        failed(j, ZW_FAIL_REPORT, "another-class", now);
        return;
    }
    memcpy(j->keys.key[j->x.slot], p + 1, ZW_KEY);
    zw_network(j->env, &j->x.network, p + 1);
    zw_node_await(j, ZW_N_TRANSFER, now + STEP);
    zw_send(j->env, &j->x.link, &r, &j->x.network, ZW_MSG_KEY_VERIFY,
            (uint8_t[]){ZW_CLASS_S2, ZW_S2_KEY_VERIFY}, 2);
}

static void included(struct zw_joining *j)
{
    j->env->ops->cell_put(j->env, ZW_CELL_KEYS, &j->keys, sizeof j->keys);
    zw_node_await(j, ZW_N_INCLUDED, IMP_NEVER);
    zw_claim(j->env, IMP_CLAIM_COMPLETE, NULL);
}

static void transfer_end(struct zw_joining *j, const uint8_t *p, imp_time now)
{
    if ((p[0] & ZW_TRANSFER_FLAGS) != ZW_KEY_VERIFIED) {
        failed(j, ZW_FAIL_VERIFY, "not-verified", now);
        return;
    }
    zw_claim_key(j->env, &j->x, zw_key_names[j->x.slot], j->keys.key[j->x.slot]);
    j->x.taken |= zw_bit(j->x.slot);
    if (j->x.taken != j->x.granted[3]) {
        next_key(j, now);
        return;
    }
    send_temp(j, ZW_MSG_TRANSFER_END,
              (uint8_t[]){ZW_CLASS_S2, ZW_S2_TRANSFER_END, ZW_KEY_REQUEST_COMPLETE}, 3);
    j->keys.granted = j->x.granted[3];
    zw_network(j->env, &j->x.network, j->keys.key[zw_highest(j->keys.granted)]);
    included(j);
}

static void supported(struct zw_joining *j)
{
    static const uint8_t report[] = {ZW_CLASS_S2, ZW_S2_SUPPORTED_REPORT, 0x62, 0x63, 0x85};
    struct zw_route r = zw_route_of(&j->x);
    zw_send(j->env, &j->x.link, &r, &j->x.network, ZW_MSG_SUPPORTED_REPORT, report, sizeof report);
}

/* What is awaited under the temporary key. */
static const struct {
    int command;
    size_t n;
    void (*act)(struct zw_joining *, const uint8_t *, imp_time);
} awaited[] = {
    [ZW_N_ECHO] = {ZW_S2_KEX_REPORT, 2 + ZW_KEX, echoed},
    [ZW_N_KEY] = {ZW_S2_KEY_REPORT, 3 + ZW_KEY, key_report},
    [ZW_N_TRANSFER] = {ZW_S2_TRANSFER_END, 3, transfer_end},
    [ZW_N_INCLUDED] = {0, 0, NULL},
};

static void encapsulated(struct zw_joining *j, const uint8_t *p, size_t n, imp_time now)
{
    struct zw_route r = zw_route_of(&j->x);
    uint8_t command[ZW_FRAME_MAX];
    bool done = j->state == ZW_N_INCLUDED;
    if (!done && !awaited[j->state].act)
        return;
    int size = zw_open(j->env, &j->x.link, done ? &j->x.network : &j->x.temp, p, n, command);
    if (size == ZW_UNOPENED)
        zw_resync(j->env, &j->x.link, &r);
    if (size < 2 || command[0] != ZW_CLASS_S2)
        return;
    if (done) {
        if (command[1] == ZW_S2_SUPPORTED_GET)
            supported(j);
    } else if (command[1] == ZW_S2_KEX_FAIL && size == 3) {
        failed(j, 0, "failed-by-controller", now);
    } else if (command[1] == awaited[j->state].command && (size_t)size == awaited[j->state].n) {
        awaited[j->state].act(j, command + 2, now);
    }
    imp_wipe(command, sizeof command);
}

/* ---- Security 0
 * -----------------------------------------------------------------------------------------------
 */
static void scheme_get(struct zw_joining *j, imp_time now)
{
    zw_node_await(j, ZW_N_S0_KEY, now + STEP);
    zw_clear(&j->x, j->env, ZW_MSG_S0_SCHEME_REPORT,
             (uint8_t[]){ZW_CLASS_S0, ZW_S0_SCHEME_REPORT, 0}, 3);
}

static void s0_key_set(struct zw_joining *j, const uint8_t *p, size_t n, imp_time now)
{
    uint8_t command[ZW_FRAME_MAX];
    int size = zw_s0_receive(&j->x, j->env, zero_key, p, n, command);
    if (size != 2 + ZW_KEY || command[0] != ZW_CLASS_S0 || command[1] != ZW_S0_KEY_SET) {
        failed(j, 0, "s0-key-set", now);
        return;
    }
    memcpy(j->keys.key[3], command + 2, ZW_KEY);
    zw_node_await(j, ZW_N_S0_NONCE, now + STEP);
    zw_clear(&j->x, j->env, ZW_MSG_S0_NONCE_GET, (uint8_t[]){ZW_CLASS_S0, ZW_S0_GET}, 2);
}

static void s0_verify(struct zw_joining *j, const uint8_t nonce[ZW_S0_NONCE])
{
    j->keys.granted = ZW_S0;
    zw_claim_s0(j->env, IMP_CLAIM_COMMIT, &j->x, j->keys.key[3]);
    zw_claim_s0(j->env, IMP_CLAIM_RUNNING, &j->x, j->keys.key[3]);
    zw_claim_key(j->env, &j->x, zw_key_names[3], j->keys.key[3]);
    zw_claim_class(j->env, &j->x, 0, true);
    zw_s0_send(&j->x, j->env, ZW_MSG_S0_KEY_VERIFY, j->keys.key[3], nonce,
               (uint8_t[]){ZW_CLASS_S0, ZW_S0_KEY_VERIFY}, 2);
    included(j);
}

static void security0(struct zw_joining *j, const uint8_t *p, size_t n, imp_time now)
{
    if (imp_opt(j->env, ZW_OPT_SECURITY) == ZW_SECURITY_S2)
        return;
    if (j->state == ZW_N_KEX_GET && p[1] == ZW_S0_SCHEME_GET && n == 3) {
        scheme_get(j, now);
    } else if (j->state == ZW_N_S0_KEY && p[1] == ZW_S0_GET && n == 2) {
        zw_s0_report(&j->x, j->env);
        memcpy(j->x.sid, j->x.s0_own, ZW_S0_NONCE);
    } else if (j->state == ZW_N_S0_KEY && p[1] == ZW_S0_ENCAPSULATION) {
        s0_key_set(j, p, n, now);
    } else if (j->state == ZW_N_S0_NONCE && p[1] == ZW_S0_REPORT && n == 2 + ZW_S0_NONCE) {
        s0_verify(j, p + 2);
    }
}

/* ---- what comes
 * -----------------------------------------------------------------------------------------------
 */
static void security2(struct zw_joining *j, const uint8_t *p, size_t n, imp_time now)
{
    bool exchanging = j->state >= ZW_N_KEX_SET && j->state <= ZW_N_TRANSFER;
    if (imp_opt(j->env, ZW_OPT_SECURITY) == ZW_SECURITY_S0)
        return;
    if (p[1] == ZW_S2_ENCAPSULATION)
        encapsulated(j, p, n, now);
    else if (p[1] == ZW_S2_KEX_FAIL && n == 3 && exchanging)
        failed(j, 0, "failed-by-controller", now);
    else if (exchanging && j->state >= ZW_N_ECHO && p[1] == awaited[j->state].command)
        failed(j, ZW_FAIL_AUTH, "in-clear", now);
    else if (j->state == ZW_N_KEX_GET && p[1] == ZW_S2_KEX_GET && n == 2)
        kex_get(j, now);
    else if (j->state == ZW_N_KEX_SET && p[1] == ZW_S2_KEX_SET && n == 2 + ZW_KEX)
        kex_set(j, p + 2, now);
    else if (j->state == ZW_N_PUBLIC_KEY && p[1] == ZW_S2_PUBLIC_KEY && n == 3 + ZW_PUBLIC)
        public_key(j, p + 2, now);
}

static void frame(struct zw_joining *j, const struct imp_event *e, imp_time now)
{
    struct zw_route r = zw_route_of(&j->x);
    const uint8_t *p = e->bytes;
    if (e->n < 2)
        return;
    if (zw_node_network_frame(j, e, now))
        return;
    if (j->state == ZW_N_FAILED || !imp_addr_equal(&e->from, &j->x.peer))
        return;
    if (j->state >= ZW_N_ECHO && zw_nonces(j->env, &j->x.link, &r, p, e->n))
        return;
    if (p[0] == ZW_CLASS_S2)
        security2(j, p, e->n, now);
    else if (p[0] == ZW_CLASS_S0)
        security0(j, p, e->n, now);
}

static void timeout(struct zw_joining *j, imp_time now)
{
    if (zw_node_network_timeout(j, now))
        return;
    if (now >= j->due)
        failed(j, 0, "timeout", now);
    else if (j->state == ZW_N_ECHO && now >= j->repeat)
        echo(j, now);
}

static void start(struct zw_joining *j, imp_time now)
{
    bool scanned = imp_opt(j->env, ZW_OPT_DSK) == ZW_DSK_QR && !zw_smart_start(j->env);
    *j = (struct zw_joining){.env = j->env, .due = IMP_NEVER, .repeat = IMP_NEVER};
    j->env->ops->cell_get(j->env, ZW_CELL_SECRET, j->x.own_secret, 32);
    imp_x25519_public(NULL, j->x.own_public, j->x.own_secret);
    zw_claim_identity(j->env, j->x.own_public);
    if (j->env->ops->cell_get(j->env, ZW_CELL_KEYS, &j->keys, sizeof j->keys) ==
            (int)sizeof j->keys &&
        !j->env->adversary) {
        j->state = ZW_N_INCLUDED;
        return;
    }
    if (scanned)
        imp_oob(j->env, ZW_CHANNEL_LABEL, ZW_MSG_LABEL, j->x.own_public, ZW_DSK);
    zw_node_learn(j, now);
}

void zw_node_init(void *ctx, struct imp_env *env)
{
    struct zw_joining *j = ctx;
    j->env = env;
    j->due = j->repeat = IMP_NEVER;
}

void zw_node_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct zw_joining *j = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(j, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == ZW_RADIO)
            frame(j, e, now);
        else if (e->channel == ZW_CHANNEL_CSA)
            typed(j, e, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(j, now);
        break;
    case IMP_EVENT_RESET:
        env->ops->cell_erase(env, ZW_CELL_KEYS);
        start(j, now);
        break;
    case IMP_EVENT_CONTROL: /* the button of a node that is included: to leave */
        if (e->n == 7 && memcmp(e->bytes, "exclude", 7) == 0)
            zw_node_leave(j, now);
        break;
    default:
        break;
    }
    imp_timer(env, TIMER, earlier(j->due, j->repeat));
}

void zw_node_fini(void *ctx, struct imp_env *env)
{
    struct zw_joining *j = ctx;
    (void)env;
    imp_wipe(j, sizeof *j);
}

int zw_node_state_of(const void *ctx)
{
    return (int)((const struct zw_joining *)ctx)->state;
}
