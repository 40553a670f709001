/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_controller.c - the including controller: one node after the other. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zw.h"

const struct imp_legal zw_controller_legal[] = {
    {ZW_C_IDLE, ZW_MSG_NODE_INFO},
    {ZW_C_IDLE, ZW_MSG_LABEL},
    {ZW_C_KEX_REPORT, ZW_MSG_KEX_REPORT},
    {ZW_C_KEX_REPORT, ZW_MSG_KEX_FAIL},
    {ZW_C_PUBLIC_KEY, ZW_MSG_PUBLIC_KEY},
    {ZW_C_PUBLIC_KEY, ZW_MSG_KEX_FAIL},
    {ZW_C_PIN, ZW_MSG_PIN},
    {ZW_C_PIN, ZW_MSG_NONCE_GET},
    {ZW_C_PIN, ZW_MSG_KEX_FAIL},
    {ZW_C_ECHO, ZW_MSG_NONCE_GET},
    {ZW_C_ECHO, ZW_MSG_ECHO_SET},
    {ZW_C_ECHO, ZW_MSG_KEX_FAIL},
    {ZW_C_KEY_GET, ZW_MSG_NONCE_REPORT},
    {ZW_C_KEY_GET, ZW_MSG_KEY_GET},
    {ZW_C_KEY_GET, ZW_MSG_TRANSFER_END},
    {ZW_C_KEY_GET, ZW_MSG_KEX_FAIL},
    {ZW_C_VERIFY, ZW_MSG_NONCE_GET},
    {ZW_C_VERIFY, ZW_MSG_KEY_VERIFY},
    {ZW_C_VERIFY, ZW_MSG_KEX_FAIL},
    {ZW_C_SUPPORTED, ZW_MSG_NONCE_REPORT},
    {ZW_C_SUPPORTED, ZW_MSG_SUPPORTED_REPORT},
    {ZW_C_S0_SCHEME, ZW_MSG_S0_SCHEME_REPORT},
    {ZW_C_S0_NONCE, ZW_MSG_S0_NONCE_REPORT},
    {ZW_C_S0_VERIFY, ZW_MSG_S0_NONCE_GET},
    {ZW_C_S0_VERIFY, ZW_MSG_S0_KEY_VERIFY},
    {ZW_C_IDLE, ZW_MSG_PRIME},
    {ZW_C_IDLE, ZW_MSG_INCLUDE},
    {ZW_C_EXCLUDE, ZW_MSG_NODE_INFO},
    {ZW_C_EXCLUDE, ZW_MSG_EXCLUDE_REQUEST},
    {-1, -1},
};

enum { TIMER };
enum { UNDECODABLE_MAX = 2 };
/* TA1 to TA5, and each of S0, end in silence. TAI1 and TAI2 are the user's and end by a KEX Fail;
 * TAI2 counts from the node's public key to its KEX Set under the temporary key. */
#define STEP (10 * IMP_S)
#define TAI1 (240 * IMP_S)
#define TAI2 (240 * IMP_S)

void zw_controller_idle(struct zw_including *c)
{
    imp_wipe(&c->x, sizeof c->x);
    zw_controller_await(c, ZW_C_IDLE, IMP_NEVER);
}

void zw_controller_failed(struct zw_including *c, int code, const char *why)
{
    zw_claim(c->env, IMP_CLAIM_REJECT, why);
    if (code)
        zw_clear(&c->x, c->env, ZW_MSG_KEX_FAIL,
                 (uint8_t[]){ZW_CLASS_S2, ZW_S2_KEX_FAIL, (uint8_t)code}, 3);
    zw_controller_idle(c);
}

static void send_under(struct zw_including *c, const struct zw_derived *keys, int message,
                       const uint8_t *command, size_t n)
{
    struct zw_route r = zw_route_of(&c->x);
    zw_send(c->env, &c->x.link, &r, keys, message, command, n);
}

/* Said once for each node. */
void zw_controller_complete(struct zw_including *c)
{
    uint8_t id = zw_node_id(&c->x.peer), bit = (uint8_t)(1u << id % 8);
    if (!(c->known[id / 8] & bit))
        zw_claim(c->env, IMP_CLAIM_COMPLETE, NULL);
    c->known[id / 8] |= bit;
    zw_controller_idle(c);
}

/* ---- Security 2: key exchange
 * -----------------------------------------------------------------------------------------------
 */
/* An adversary takes the node by the least class that it asks for if it may search the PIN, else by
 * the one that has none. */
static uint8_t grant(const struct zw_including *c, uint8_t requested)
{
    if (c->env->adversary && c->env->work_bits >= 8 * ZW_MASKED)
        return zw_bit(zw_lowest(requested));
    if (c->env->adversary)
        return ZW_UNAUTHENTICATED;
    if (imp_flawed(c->env, ZW_FLAW_GRANT_ANY))
        return requested;
    return requested & zw_mask_of(imp_opt(c->env, ZW_OPT_GRANT));
}

static void decided(struct zw_including *c, bool ok, imp_time now)
{
    uint8_t frame[2 + ZW_KEX] = {ZW_CLASS_S2, ZW_S2_KEX_SET};
    if (c->state != ZW_C_GRANT)
        return;
    if (!ok) {
        zw_controller_failed(c, ZW_FAIL_CANCEL, "user-declined");
        return;
    }
    memcpy(frame + 2, c->x.granted, ZW_KEX);
    zw_controller_await(c, ZW_C_PUBLIC_KEY, now + STEP);
    zw_clear(&c->x, c->env, ZW_MSG_KEX_SET, frame, sizeof frame);
}

/* Bits of classes that nobody knows are passed over, and echoed with the others. */
static void kex_report(struct zw_including *c, const uint8_t *p, imp_time now)
{
    uint8_t granted = grant(c, p[3] & ZW_ALL);
    if (p[0] & ZW_ECHO) {
        zw_controller_failed(c, ZW_FAIL_AUTH, "echo-in-clear");
    } else if (p[1] != ZW_SCHEME_1) {
        zw_controller_failed(c, ZW_FAIL_SCHEME, "scheme");
    } else if (p[2] != ZW_CURVE_25519) {
        zw_controller_failed(c, ZW_FAIL_CURVES, "curve");
    } else if (p[0] & ZW_CSA && !imp_opt(c->env, ZW_OPT_CSA)) {
        zw_controller_failed(c, ZW_FAIL_CANCEL, "client-side-authentication");
    } else if (granted == 0) {
        zw_controller_failed(c, ZW_FAIL_KEY, "classes-not-granted");
    } else {
        memcpy(c->x.requested, p, ZW_KEX);
        memcpy(c->x.granted, (uint8_t[]){p[0] & ZW_CSA, ZW_SCHEME_1, ZW_CURVE_25519, granted},
               ZW_KEX);
        zw_controller_await(c, ZW_C_GRANT, now + TAI1);
        if (zw_smart_start(c->env))
            decided(c, true, now); /* the list says what is granted */
        else
            imp_prompt(c->env, ZW_ACT_GRANT);
    }
}

static void agreed(struct zw_including *c)
{
    if (zw_agree(&c->x, c->env) != 0)
        zw_controller_failed(c, ZW_FAIL_DECRYPT, "public-key");
    else
        zw_controller_await(c, ZW_C_ECHO, c->agreement);
}

/* The label whose DSK the key has, but for the masked octets; NULL: none was scanned. */
static const uint8_t *label_of(const struct zw_including *c)
{
    for (size_t i = 0; i < c->label_count; i++)
        if (imp_equal(c->labels[i] + ZW_MASKED, c->x.peer_public + ZW_MASKED, ZW_DSK - ZW_MASKED))
            return c->labels[i];
    return NULL;
}

static bool unmasked(const struct zw_including *c)
{
    return c->x.peer_public[0] | c->x.peer_public[1];
}

static void authenticate(struct zw_including *c)
{
    const uint8_t *label = label_of(c);
    bool scanned = imp_opt(c->env, ZW_OPT_DSK) == ZW_DSK_QR || zw_smart_start(c->env);
    if (c->env->adversary) {
        c->masked = !unmasked(c);
        agreed(c);
    } else if (unmasked(c) && imp_flawed(c->env, scanned ? ZW_FLAW_DSK : ZW_FLAW_UNMASKED)) {
        agreed(c);
    } else if (!scanned) {
        zw_controller_await(c, ZW_C_PIN, c->agreement);
    } else if (!label) {
        zw_controller_failed(c, ZW_FAIL_CANCEL, "not-on-the-list");
    } else {
        memcpy(c->x.peer_public, label, ZW_MASKED);
        imp_observe_join(
            c->x.peer_public, ZW_PUBLIC,
            (struct imp_piece[]){{label, ZW_DSK},
                                 {c->x.peer_public + ZW_MASKED, ZW_PUBLIC - ZW_MASKED}},
            2);
        agreed(c);
    }
}

/* Ten digits of its key of this inclusion, for the user to type at the node. */
static void show(struct zw_including *c)
{
    char digits[ZW_CSA_PIN + 1];
    zw_pin(digits, c->x.own_public);
    zw_pin(digits + ZW_PIN, c->x.own_public + ZW_MASKED);
    imp_oob(c->env, ZW_CHANNEL_CSA, ZW_MSG_CSA_PIN, digits, ZW_CSA_PIN);
}

static void public_key(struct zw_including *c, const uint8_t *p, imp_time now)
{
    uint8_t frame[3 + ZW_PUBLIC] = {ZW_CLASS_S2, ZW_S2_PUBLIC_KEY, 1};
    bool client_side = zw_client_side(c->x.granted);
    if (p[0] != 0)
        return;
    memcpy(c->x.peer_public, p + 1, ZW_PUBLIC);
    c->agreement = now + TAI2;
    imp_x25519_keypair(c->env, "ecdh", c->x.own_public, c->x.own_secret);
    zw_claim_identity(c->env, c->x.own_public);
    memcpy(frame + 3, c->x.own_public, ZW_PUBLIC);
    if (client_side)
        memset(frame + 3, 0, ZW_CSA_MASKED);
    zw_clear(&c->x, c->env, ZW_MSG_PUBLIC_KEY, frame, sizeof frame);
    if (client_side)
        show(c);
    if ((c->x.granted[3] & ZW_MASKING) && !client_side)
        authenticate(c);
    else
        agreed(c);
}

static void typed(struct zw_including *c, const struct imp_event *e)
{
    if (c->state == ZW_C_PIN && zw_pin_restore(c->x.peer_public, ZW_MASKED, e->bytes, e->n) == 0)
        agreed(c);
}

static void scanned(struct zw_including *c, const struct imp_event *e)
{
    if (e->n == ZW_DSK && c->label_count < ZW_LABELS)
        memcpy(c->labels[c->label_count++], e->bytes, ZW_DSK);
}

/* ---- an adversary's: tries all PINs on the first frame under the temporary key. It costs nobody's
 * processor.
 * -----------------------------------------------------------------------------------------------
 */
static bool opens(struct zw_exchange *x, struct imp_env *env, unsigned v, const uint8_t *p,
                  size_t n)
{
    uint8_t command[ZW_FRAME_MAX], z[32];
    struct zw_link link = x->link;
    x->peer_public[0] = (uint8_t)(v >> 8);
    x->peer_public[1] = (uint8_t)v;
    (void)env;
    if (imp_x25519_shared(NULL, z, x->own_secret, x->peer_public) != 0)
        return false;
    zw_temp(NULL, &x->temp, z, x->own_public, x->peer_public);
    return zw_open(NULL, &link, &x->temp, p, n, command) > 0;
}

static void search(struct zw_including *c, const uint8_t *p, size_t n)
{
    struct imp_observation before = imp_observe_hold();
    bool found = false;
    for (unsigned v = 0; v <= UINT16_MAX && !found; v++)
        found = opens(&c->x, c->env, v, p, n);
    imp_observe_resume(before);
    c->masked = !found;
    if (found)
        zw_agree(&c->x, c->env);
}

/* ---- network keys
 * -----------------------------------------------------------------------------------------------
 */
static void echo(struct zw_including *c, const uint8_t *p, imp_time now)
{
    uint8_t command[2 + ZW_KEX] = {ZW_CLASS_S2, ZW_S2_KEX_REPORT};
    if (p[0] != (c->x.granted[0] | ZW_ECHO) || memcmp(p + 1, c->x.granted + 1, ZW_KEX - 1) != 0) {
        zw_controller_failed(c, ZW_FAIL_AUTH, "echo-differs");
        return;
    }
    zw_claim_session(c->env, IMP_CLAIM_COMMIT, &c->x);
    zw_claim_session(c->env, IMP_CLAIM_RUNNING, &c->x);
    zw_claim_key(c->env, &c->x, "TemporaryKey", c->x.temp.ccm);
    zw_claim_class(c->env, &c->x, c->x.granted[3], false);
    memcpy(command + 2, c->x.requested, ZW_KEX);
    command[2] |= ZW_ECHO;
    zw_controller_await(c, ZW_C_KEY_GET, now + STEP);
    send_under(c, &c->x.temp, ZW_MSG_ECHO_REPORT, command, sizeof command);
}

static void key_get(struct zw_including *c, uint8_t class, imp_time now)
{
    uint8_t command[3 + ZW_KEY] = {ZW_CLASS_S2, ZW_S2_KEY_REPORT, class};
    int slot = zw_lowest(class);
    if (class != zw_bit(slot) || !(class & c->x.granted[3])) {
        zw_controller_failed(c, ZW_FAIL_GET, "key-not-granted");
        return;
    }
    c->x.slot = slot;
    memcpy(command + 3, c->keys.key[slot], ZW_KEY);
    zw_network(c->env, &c->x.network, c->keys.key[slot]);
    zw_controller_await(c, ZW_C_VERIFY, now + STEP);
    send_under(c, &c->x.temp, ZW_MSG_KEY_REPORT, command, sizeof command);
    imp_wipe(command, sizeof command);
}

static void transferred(struct zw_including *c, uint8_t flags, imp_time now)
{
    if ((flags & ZW_TRANSFER_FLAGS) != ZW_KEY_REQUEST_COMPLETE || c->x.taken != c->x.granted[3]) {
        zw_controller_failed(c, ZW_FAIL_VERIFY, "keys-left");
        return;
    }
    if (zw_highest(c->x.granted[3]) == 3) { /* S0 knows no such query */
        zw_controller_complete(c);
        return;
    }
    zw_network(c->env, &c->x.network, c->keys.key[zw_highest(c->x.granted[3])]);
    zw_controller_await(c, ZW_C_SUPPORTED, now + STEP);
    send_under(c, &c->x.network, ZW_MSG_SUPPORTED_GET,
               (uint8_t[]){ZW_CLASS_S2, ZW_S2_SUPPORTED_GET}, 2);
}

static void verified(struct zw_including *c, imp_time now)
{
    zw_claim_key(c->env, &c->x, zw_key_names[c->x.slot], c->keys.key[c->x.slot]);
    c->x.taken |= zw_bit(c->x.slot);
    zw_controller_await(c, ZW_C_KEY_GET, now + STEP);
    send_under(c, &c->x.temp, ZW_MSG_TRANSFER_END,
               (uint8_t[]){ZW_CLASS_S2, ZW_S2_TRANSFER_END, ZW_KEY_VERIFIED}, 3);
}

/* Until the node has the temporary key its frames are told to be wrong, not asked for again. */
static void undecodable(struct zw_including *c)
{
    struct zw_route r = zw_route_of(&c->x);
    if (c->state > ZW_C_ECHO && zw_resync(c->env, &c->x.link, &r))
        return;
    if (c->state == ZW_C_VERIFY)
        zw_controller_failed(c, ZW_FAIL_VERIFY, "key-not-verified");
    else if (c->state != ZW_C_SUPPORTED && ++c->undecodable >= UNDECODABLE_MAX)
        zw_controller_failed(c, ZW_FAIL_DECRYPT, "undecodable");
}

static void command(struct zw_including *c, const uint8_t *p, size_t n, imp_time now)
{
    if (p[0] != ZW_CLASS_S2)
        return;
    if (p[1] == ZW_S2_KEX_FAIL && n == 3 && c->state < ZW_C_SUPPORTED)
        zw_controller_failed(c, 0, "failed-by-node");
    else if (c->state == ZW_C_ECHO && p[1] == ZW_S2_KEX_SET && n == 2 + ZW_KEX)
        echo(c, p + 2, now);
    else if (c->state == ZW_C_KEY_GET && p[1] == ZW_S2_KEY_GET && n == 3)
        key_get(c, p[2], now);
    else if (c->state == ZW_C_KEY_GET && p[1] == ZW_S2_TRANSFER_END && n == 3)
        transferred(c, p[2], now);
    else if (c->state == ZW_C_VERIFY && p[1] == ZW_S2_KEY_VERIFY && n == 2)
        verified(c, now);
    else if (c->state == ZW_C_SUPPORTED && p[1] == ZW_S2_SUPPORTED_REPORT)
        zw_controller_complete(c);
}

static void encapsulated(struct zw_including *c, const uint8_t *p, size_t n, imp_time now)
{
    uint8_t clear[ZW_FRAME_MAX];
    bool network = c->state == ZW_C_VERIFY || c->state == ZW_C_SUPPORTED;
    if (c->state < ZW_C_ECHO || c->state > ZW_C_SUPPORTED)
        return;
    if (c->state == ZW_C_ECHO && c->masked && c->env->work_bits >= 8 * ZW_MASKED)
        search(c, p, n);
    int size = zw_open(c->env, &c->x.link, network ? &c->x.network : &c->x.temp, p, n, clear);
    if (size == ZW_REPEATED)
        return;
    if (size < 2)
        undecodable(c);
    else
        command(c, clear, (size_t)size, now);
    imp_wipe(clear, sizeof clear);
}

/* What is awaited under a key and comes in clear. */
static bool in_clear(const struct zw_including *c, uint8_t command)
{
    return (c->state == ZW_C_ECHO && command == ZW_S2_KEX_SET) ||
           (c->state == ZW_C_KEY_GET &&
            (command == ZW_S2_KEY_GET || command == ZW_S2_TRANSFER_END)) ||
           (c->state == ZW_C_VERIFY && command == ZW_S2_KEY_VERIFY);
}

static void security2(struct zw_including *c, const uint8_t *p, size_t n, imp_time now)
{
    if (p[1] == ZW_S2_ENCAPSULATION)
        encapsulated(c, p, n, now);
    else if (p[1] == ZW_S2_KEX_FAIL && n == 3 && c->state < ZW_C_SUPPORTED)
        zw_controller_failed(c, 0, "failed-by-node");
    else if (in_clear(c, p[1]))
        zw_controller_failed(c, ZW_FAIL_AUTH, "in-clear");
    else if (c->state == ZW_C_KEX_REPORT && p[1] == ZW_S2_KEX_REPORT && n == 2 + ZW_KEX)
        kex_report(c, p + 2, now);
    else if (c->state == ZW_C_PUBLIC_KEY && p[1] == ZW_S2_PUBLIC_KEY && n == 3 + ZW_PUBLIC)
        public_key(c, p + 2, now);
}

/* ---- what comes
 * -----------------------------------------------------------------------------------------------
 */
static void frame(struct zw_including *c, const struct imp_event *e, imp_time now)
{
    struct zw_route r = zw_route_of(&c->x);
    const uint8_t *p = e->bytes;
    if (e->n < 2)
        return;
    if (zw_controller_network_frame(c, e, now))
        return;
    if (!imp_addr_equal(&e->from, &c->x.peer))
        return;
    if (c->state >= ZW_C_PIN && c->state <= ZW_C_SUPPORTED &&
        zw_nonces(c->env, &c->x.link, &r, p, e->n))
        return;
    if (p[0] == ZW_CLASS_S2)
        security2(c, p, e->n, now);
    else if (p[0] == ZW_CLASS_S0)
        zw_controller_s0(c, p, e->n, now);
}

static void timeout(struct zw_including *c, imp_time now)
{
    if (zw_controller_network_timeout(c, now) || now < c->due)
        return;
    if (c->state == ZW_C_SUPPORTED)
        zw_controller_complete(c);
    else
        zw_controller_failed(c, c->state == ZW_C_GRANT || c->state == ZW_C_PIN ? ZW_FAIL_CANCEL : 0,
                             "timeout");
}

static void start(struct zw_including *c)
{
    *c = (struct zw_including){.env = c->env, .due = IMP_NEVER, .repeat = IMP_NEVER};
    int n = zw_smart_start(c->env)
                ? c->env->ops->cell_get(c->env, ZW_CELL_LIST, c->labels, sizeof c->labels)
                : 0;
    c->label_count = (uint16_t)(n > 0 ? n / ZW_DSK : 0);
    c->env->ops->cell_get(c->env, ZW_CELL_KEYS, &c->keys, sizeof c->keys);
}

void zw_controller_init(void *ctx, struct imp_env *env)
{
    struct zw_including *c = ctx;
    c->env = env;
    c->due = c->repeat = IMP_NEVER;
}

void zw_controller_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct zw_including *c = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(c);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == ZW_RADIO)
            frame(c, e, now);
        else if (e->channel == ZW_CHANNEL_PIN)
            typed(c, e);
        else if (e->channel == ZW_CHANNEL_LABEL)
            scanned(c, e);
        break;
    case IMP_EVENT_USER:
        decided(c, e->ok, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(c, now);
        break;
    case IMP_EVENT_CONTROL: /* the owner sets it to exclusion mode */
        if (e->n == 7 && memcmp(e->bytes, "exclude", 7) == 0)
            zw_controller_exclude(c, now);
        break;
    default:
        break;
    }
    imp_timer(env, TIMER, c->due < c->repeat ? c->due : c->repeat);
}

void zw_controller_fini(void *ctx, struct imp_env *env)
{
    struct zw_including *c = ctx;
    (void)env;
    imp_wipe(c, sizeof *c);
}

int zw_controller_state_of(const void *ctx)
{
    return (int)((const struct zw_including *)ctx)->state;
}
