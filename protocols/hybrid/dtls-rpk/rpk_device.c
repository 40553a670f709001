/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_device.c - the device: label, pinned server key, handshake, enrolment, registration. */
#include "rpk_device.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

const struct imp_legal rpk_device_legal[] = {
    {RPK_UNPINNED, RPK_MSG_SERVER_ID},      {RPK_HANDSHAKE, RPK_MSG_VERIFY_REQUEST},
    {RPK_HANDSHAKE, RPK_MSG_SERVER_FLIGHT}, {RPK_HANDSHAKE, RPK_MSG_FINISHED},
    {RPK_HANDSHAKE, RPK_MSG_ALERT},         {RPK_HANDSHAKE, RPK_MSG_SERVER_ID},
    {RPK_BACK_OFF, RPK_MSG_SERVER_ID},      {RPK_ENROLLING, RPK_MSG_ENROLLED},
    {RPK_ENROLLING, RPK_MSG_REFUSAL},       {RPK_ENROLLING, RPK_MSG_ALERT},
    {RPK_ENROLLING, RPK_MSG_SERVER_ID},     {RPK_REGISTERING, RPK_MSG_REGISTERED},
    {RPK_REGISTERING, RPK_MSG_REFUSAL},     {RPK_REGISTERING, RPK_MSG_ALERT},
    {RPK_REGISTERING, RPK_MSG_SERVER_ID},   {RPK_OPERATIONAL, RPK_MSG_REGISTERED},
    {RPK_OPERATIONAL, RPK_MSG_REFUSAL},     {RPK_OPERATIONAL, RPK_MSG_ALERT},
    {RPK_OPERATIONAL, RPK_MSG_SERVER_ID},   {-1, -1},
};

bool rpk_is_legal(const struct imp_legal *table, int state, int message)
{
    for (; table->message >= 0; table++)
        if (table->state == state && table->message == message)
            return true;
    return false;
}

enum { TIMER_STEP, TIMER_SECURE }; /* next attempt or refresh; session and endpoint */

/* Octets that a device compares which looks at a prefix only: all of the algorithm's name. */
enum { SHORT_PREFIX = 24 };

static int64_t policy(const struct rpk_device *d)
{
    return imp_opt(d->env, RPK_OPT_PIN);
}

/* ---- the server's key
 * ---------------------------------------------------------------------------- */
static void pin_store(struct rpk_device *d)
{
    uint8_t name[1 + IMP_NIH_MAX];
    if (d->form == RPK_PIN_WHOLE)
        d->env->ops->cell_put(d->env, "server", d->pin_spki, RPK_SPKI);
    else
        d->env->ops->cell_put(d->env, "server", name, rpk_id_pack(name, &d->pin_name));
}

/* What the installer brings, and what the cell holds: the whole key or its name. */
static int pin_read(struct rpk_device *d, const uint8_t *p, size_t n)
{
    uint8_t pub[64];
    if (n == RPK_SPKI && imp_p256_from_spki(pub, p, n) == 0) {
        memcpy(d->pin_spki, p, RPK_SPKI);
        d->form = RPK_PIN_WHOLE;
        return 0;
    }
    if (rpk_id_unpack(&d->pin_name, p, n) != 0)
        return -1;
    d->form = RPK_PIN_NAME;
    return 0;
}

static void pin_whole(struct rpk_device *d)
{
    memcpy(d->pin_spki, d->server_spki, RPK_SPKI);
    d->form = RPK_PIN_WHOLE;
    pin_store(d);
}

static bool pin_matches(struct rpk_device *d, const uint8_t *spki)
{
    struct imp_nih name;
    if (d->form == RPK_PIN_WHOLE)
        return imp_equal(d->pin_spki, spki,
                         imp_flawed(d->env, RPK_FLAW_PREFIX) ? SHORT_PREFIX : RPK_SPKI);
    imp_nih_of(d->env, &name, d->pin_name.suite, spki, RPK_SPKI);
    return imp_nih_equal(&name, &d->pin_name);
}

/* Its configuration names servers, until it has met one of them or is told another. */
static bool is_configured(const struct rpk_device *d)
{
    return policy(d) == RPK_PIN_REFUSE && d->form == RPK_PIN_UNKNOWN &&
           imp_opt(d->env, RPK_OPT_NAMED_BY) == RPK_NAMED_BY_CONFIGURATION;
}

static bool is_of_configuration(struct rpk_device *d, const uint8_t *spki)
{
    bool found = false;
    for (size_t i = 0; !found; i++) {
        uint8_t id[RPK_SPKI];
        char cell[RPK_DELIVERED];
        rpk_delivered_cell(cell, i);
        int n = d->env->ops->cell_get(d->env, cell, id, sizeof id);
        if (n < 0)
            break;
        found = (size_t)n <= sizeof id && pin_read(d, id, (size_t)n) == 0 && pin_matches(d, spki);
    }
    d->form = RPK_PIN_UNKNOWN; /* pinned once the session is open */
    return found;
}

/* RFC 7250: the handshake proves that the server holds this key, and nothing else. */
static bool verify(void *arg, const uint8_t *spki, size_t n)
{
    struct rpk_device *d = arg;
    if (n != RPK_SPKI)
        return false;
    memcpy(d->server_spki, spki, RPK_SPKI);
    imp_sha256(NULL, d->server_hash, &IMP_PIECE(spki, n), 1);
    if (policy(d) == RPK_PIN_NONE || imp_flawed(d->env, RPK_FLAW_NO_SERVER_CHECK))
        return true;
    if (d->form == RPK_PIN_UNKNOWN && !is_configured(d))
        return policy(d) == RPK_PIN_FIRST_USE;
    if ((is_configured(d) ? is_of_configuration(d, spki) : pin_matches(d, spki)) ||
        (policy(d) == RPK_PIN_FIRST_USE && imp_flawed(d->env, RPK_FLAW_CHANGED_KEY)))
        return true;
    rpk_claim(d->env, d->enrolled ? IMP_CLAIM_ALARM : IMP_CLAIM_REJECT,
              d->enrolled ? "server-key-changed" : "server-key-unknown");
    return false;
}

/* Whom the device believes to talk to; nobody in particular when it compares nothing. */
static const uint8_t *believed(const struct rpk_device *d)
{
    return policy(d) == RPK_PIN_NONE ? NULL : d->server_hash;
}

/* ---- attempts
 * -------------------------------------------------------------------------------------- */
static void attempt(struct rpk_device *d, imp_time now)
{
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    if (d->form == RPK_PIN_UNKNOWN && policy(d) == RPK_PIN_REFUSE && !is_configured(d) &&
        !imp_flawed(d->env, RPK_FLAW_NO_SERVER_CHECK)) {
        d->state = RPK_UNPINNED;
        return;
    }
    d->state = RPK_HANDSHAKE;
    imp_coaps_connect(&d->secure, now);
}

static void back_off(struct rpk_device *d, imp_time now)
{
    imp_time max = imp_opt(d->env, RPK_OPT_BACK_OFF_MAX) * IMP_S;
    imp_time wait = d->back_off < max ? d->back_off : max;
    d->back_off = 2 * wait;
    d->state = RPK_BACK_OFF;
    imp_timer(d->env, TIMER_STEP, now + wait);
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct rpk_device *d = arg;
    (void)why;
    if (end == IMP_COAPS_HANDSHAKE_FAILED) {
        rpk_claim(d->env, IMP_CLAIM_REJECT, "handshake-failed");
        back_off(d, now);
    } else {
        attempt(d, now);
    }
}

/* ---- enrolment and registration
 * ----------------------------------------------------------------------- */
static void request(struct rpk_device *d, const char *path, const uint8_t *content, size_t n,
                    enum rpk_message label, imp_time now)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST, .payload = content, .payload_n = n};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    if (n)
        imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_CBOR);
    imp_coaps_request(&d->secure, &m, (int)label, now);
}

static void send_enrol(struct rpk_device *d, imp_time now)
{
    struct imp_nih name;
    struct rpk_request r = {0};
    uint8_t content[RPK_CONTENT_MAX];
    imp_nih_of(d->env, &name, rpk_suite(d->env), d->key.spki, RPK_SPKI);
    memcpy(r.id, name.hash, name.n);
    r.id_n = name.n;
    memcpy(r.name, imp_opt_str(d->env, RPK_OPT_NAME), strlen(imp_opt_str(d->env, RPK_OPT_NAME)));
    d->state = RPK_ENROLLING;
    size_t n = rpk_request_write(d->env, content, &r);
    request(d, "enrol", content, n, RPK_MSG_ENROL, now);
}

static void send_ready(struct rpk_device *d, imp_time now)
{
    if (d->state != RPK_OPERATIONAL)
        d->state = RPK_REGISTERING;
    request(d, "ready", NULL, 0, RPK_MSG_READY, now);
}

static void opened(void *arg, imp_time now)
{
    struct rpk_device *d = arg;
    imp_coaps_export(&d->secure, d->sid, sizeof d->sid);
    d->back_off = imp_opt(d->env, RPK_OPT_BACK_OFF) * IMP_S;
    if (policy(d) != RPK_PIN_NONE)
        pin_whole(d); /* from now on the whole key is compared */
    rpk_claim_session(d->env, IMP_CLAIM_RUNNING, d->sid, d->key.hash, d->server_hash, believed(d));
    rpk_claim_session(d->env, IMP_CLAIM_COMMIT, d->sid, d->key.hash, d->server_hash, believed(d));
    if (d->enrolled)
        send_ready(d, now);
    else
        send_enrol(d, now);
}

static void data(void *arg, imp_time now)
{
    (void)arg;
    (void)now;
}

static void configured(struct rpk_device *d, const struct imp_coap_message *m, imp_time now)
{
    struct rpk_config config;
    uint8_t hash[RPK_HASH];
    if (rpk_config_read(d->env, &config, m->payload, m->payload_n) != 0) {
        rpk_claim(d->env, IMP_CLAIM_REJECT, "bad-content");
        imp_coaps_close(&d->secure, now);
        back_off(d, now);
        return;
    }
    d->env->ops->cell_put(d->env, "config", m->payload, m->payload_n);
    d->enrolled = true;
    d->number = config.number;
    imp_sha256(NULL, hash, &IMP_PIECE(m->payload, m->payload_n), 1);
    rpk_claim_config(d->env, IMP_CLAIM_COMMIT, d->sid, m->payload, m->payload_n, believed(d));
    rpk_claim_secret(d->env, d->sid, &config);
    imp_wipe(&config, sizeof config);
    imp_claim(d->env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                          .layer = "config",
                                          .self = d->key.hash,
                                          .self_n = RPK_HASH,
                                          .data = hash,
                                          .data_n = RPK_HASH});
    imp_claim(d->env, &(struct imp_claim){.kind = IMP_CLAIM_OWNER,
                                          .layer = "config",
                                          .self = d->key.hash,
                                          .self_n = RPK_HASH,
                                          .peer = d->server_hash,
                                          .peer_n = RPK_HASH,
                                          .sid = d->sid,
                                          .sid_n = RPK_SID});
    send_ready(d, now);
}

static void registered(struct rpk_device *d, imp_time now)
{
    imp_time refresh = imp_opt(d->env, RPK_OPT_REFRESH) * IMP_S;
    d->state = RPK_OPERATIONAL;
    if (!d->claimed)
        rpk_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
    imp_timer(d->env, TIMER_STEP, refresh ? now + refresh : IMP_NEVER);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct rpk_device *d = arg;
    int answer = label == RPK_MSG_ENROL ? RPK_MSG_ENROLLED : RPK_MSG_REGISTERED;
    if (!rpk_is_legal(rpk_device_legal, (int)d->state, answer))
        return;
    if (outcome != IMP_COAP_ANSWERED) {
        attempt(d, now); /* the session is dead: a new one */
    } else if (label == RPK_MSG_ENROL && response->code == IMP_COAP_CREATED) {
        configured(d, response, now);
    } else if (label == RPK_MSG_READY && response->code == IMP_COAP_CHANGED) {
        registered(d, now);
    } else {
        rpk_claim(d->env, IMP_CLAIM_REJECT, "refused");
        imp_coaps_close(&d->secure, now);
        back_off(d, now);
    }
}

/* ---- datagrams
 * ------------------------------------------------------------------------------------- */
static const struct imp_coaps_messages messages = {
    .dtls[IMP_DTLS_CLIENT_HELLO] = RPK_MSG_CLIENT_HELLO,
    .dtls[IMP_DTLS_HELLO_VERIFY_REQUEST] = RPK_MSG_VERIFY_REQUEST,
    .dtls[IMP_DTLS_SERVER_FLIGHT] = RPK_MSG_SERVER_FLIGHT,
    .dtls[IMP_DTLS_CLIENT_FLIGHT] = RPK_MSG_CLIENT_FLIGHT,
    .dtls[IMP_DTLS_FINISHED] = RPK_MSG_FINISHED,
    .dtls[IMP_DTLS_DATA] = RPK_MSG_EMPTY,
    .dtls[IMP_DTLS_ALERT] = RPK_MSG_ALERT,
    .dtls[IMP_DTLS_OTHER] = RPK_MSG_ALERT,
    .empty = RPK_MSG_EMPTY,
    .error = RPK_MSG_REFUSAL,
};

int rpk_message_of(int label)
{
    return imp_coaps_message_of(&messages, label);
}

static void secure_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct rpk_device *d = arg;
    imp_send(d->env, RPK_COAPS, NULL, rpk_message_of(label), datagram, n);
}

static void secure_init(struct rpk_device *d)
{
    static const struct imp_coaps_hooks hooks = {.send = secure_send,
                                                 .done = done,
                                                 .verify = verify,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_RPK, .secret = d->key.secret};
    imp_coaps_init(&d->secure, d->env, &dtls, &hooks, d);
}

/* ---- events
 * ------------------------------------------------------------------------------------------ */
/* The label is on the body. The installer scans it where the server asks for names, or where the
 * device must be told the server's: then it tells the server which device is next. */
static void show_label(struct rpk_device *d)
{
    struct imp_nih name;
    char text[IMP_NIH_TEXT_MAX];
    bool asked = imp_opt(d->env, RPK_OPT_ACL) == RPK_ACL_LIST ||
                 (policy(d) == RPK_PIN_REFUSE && !is_configured(d));
    if (!asked && !d->env->adversary) /* an adversary has labels of its own to offer */
        return;
    imp_nih_of(NULL, &name, rpk_suite(d->env), d->key.spki, RPK_SPKI);
    imp_oob(d->env, RPK_LABEL, RPK_MSG_LABEL, text, imp_nih_text(text, &name));
}

static void start(struct rpk_device *d, imp_time now)
{
    uint8_t cell[RPK_CONTENT_MAX];
    int n = d->env->ops->cell_get(d->env, "server", cell, sizeof cell);
    if (!rpk_key_load(d->env, &d->key))
        rpk_key_make(d->env, &d->key);
    rpk_claim_identity(d->env, &d->key);
    if (n > 0 && pin_read(d, cell, (size_t)n) != 0)
        d->form = RPK_PIN_UNKNOWN;
    n = d->env->ops->cell_get(d->env, "config", cell, sizeof cell);
    d->enrolled = n > 0;
    d->claimed = d->enrolled;
    d->back_off = imp_opt(d->env, RPK_OPT_BACK_OFF) * IMP_S;
    secure_init(d);
    if (!d->enrolled)
        show_label(d);
    attempt(d, now);
}

/* What the installer brings is believed: it replaces what was pinned before. */
static void server_named(struct rpk_device *d, const struct imp_event *e, imp_time now)
{
    if (pin_read(d, e->bytes, e->n) != 0) {
        rpk_claim(d->env, IMP_CLAIM_REJECT, "bad-server-identifier");
        return;
    }
    pin_store(d);
    d->back_off = imp_opt(d->env, RPK_OPT_BACK_OFF) * IMP_S;
    if (d->state == RPK_UNPINNED || d->state == RPK_BACK_OFF)
        attempt(d, now);
}

static void step(struct rpk_device *d, imp_time now)
{
    if (d->state == RPK_BACK_OFF)
        attempt(d, now);
    else if (d->state == RPK_OPERATIONAL)
        send_ready(d, now);
}

/* The server is forgotten and the configuration erased. The factory's key stays: the identity
 * survives, and the same label serves the next owner. */
static void reset(struct rpk_device *d, imp_time now)
{
    d->env->ops->cell_erase(d->env, "server");
    d->env->ops->cell_erase(d->env, "config");
    rpk_claim(d->env, IMP_CLAIM_OWNER, NULL); /* nobody */
    if (imp_opt(d->env, RPK_OPT_ORIGIN) == RPK_ORIGIN_BOOT)
        d->env->ops->cell_erase(d->env, "key");
    imp_coaps_free(&d->secure);
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    struct imp_env *env = d->env;
    imp_wipe(d, sizeof *d);
    d->env = env;
    start(d, now);
}

void rpk_device_init(void *ctx, struct imp_env *env)
{
    struct rpk_device *d = ctx;
    d->env = env;
    d->state = RPK_UNPINNED;
    secure_init(d);
}

void rpk_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct rpk_device *d = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == RPK_SERVER_ID)
            server_named(d, e, now);
        else
            imp_coaps_feed(&d->secure, e->bytes, e->n, now);
        break;
    case IMP_EVENT_TIMER:
        if (e->id == TIMER_STEP)
            step(d, now);
        else
            imp_coaps_expire(&d->secure, now);
        break;
    case IMP_EVENT_RESET:
        reset(d, now);
        break;
    default:
        break;
    }
    imp_timer(env, TIMER_SECURE, imp_coaps_deadline(&d->secure));
}

void rpk_device_fini(void *ctx, struct imp_env *env)
{
    struct rpk_device *d = ctx;
    (void)env;
    imp_coaps_free(&d->secure);
    imp_wipe(d, sizeof *d);
}

int rpk_device_state_of(const void *ctx)
{
    return (int)((const struct rpk_device *)ctx)->state;
}
