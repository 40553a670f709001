/* SPDX-License-Identifier: GPL-2.0-only */
#include "puppet.h"

#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"

extern const struct imp_mechanism imp_zwave_s2;

static const uint8_t entropy[ZW_EI] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static bool own_words(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    struct puppet *p = arg;
    (void)bytes, (void)n, (void)cap;
    if (m->from == p->other && m->message == ZW_MSG_NONCE_GET)
        p->asked = true;
    return m->from != p->role || m->message == ZW_MSG_NODE_INFO || m->message == ZW_MSG_ASSIGN_IDS;
}

void puppet_begin(struct puppet *p, int role, const char *const *settings)
{
    struct imp_addr self = {.n = 0};
    *p = (struct puppet){.role = role, .other = role == ZW_NODE ? ZW_CONTROLLER : ZW_NODE};
    p->net = memnet_new(&imp_zwave_s2, 7, settings);
    memnet_filter_set(p->net, own_words, p);
    memnet_start(p->net);
    puppet_wait(p, IMP_S);
    const struct memnet_message *m = memnet_last_message(p->net, ZW_MSG_ASSIGN_IDS);
    const struct imp_env *c = memnet_env(p->net, ZW_CONTROLLER);
    cr_assert_not_null(m);
    c->ops->self((struct imp_env *)c, ZW_RADIO, &self);
    p->x.link.ends.own = role == ZW_NODE ? m->bytes[2] : zw_node_id(&self);
    p->x.link.ends.peer = role == ZW_NODE ? zw_node_id(&self) : m->bytes[2];
    memcpy(p->x.link.ends.home, m->bytes + 3, 4);
    memset(p->x.own_secret, 0x42, sizeof p->x.own_secret);
    imp_x25519_public(NULL, p->x.own_public, p->x.own_secret);
}

void puppet_end(struct puppet *p)
{
    memnet_free(p->net);
}

void puppet_wait(struct puppet *p, imp_time more)
{
    memnet_run_past(p->net, p->now += more);
    if (p->asked)
        puppet_sos(p);
}

void puppet_sos(struct puppet *p)
{
    uint8_t report[4 + ZW_EI] = {ZW_CLASS_S2, ZW_S2_NONCE_REPORT, p->x.link.sequence++, 1};
    p->asked = false;
    p->x.link.promised = true;
    memcpy(p->x.link.rei, entropy, ZW_EI);
    memcpy(report + 4, entropy, ZW_EI);
    puppet_say(p, report, sizeof report);
}

void puppet_say(struct puppet *p, const uint8_t *bytes, size_t n)
{
    memnet_inject(p->net, p->other, ZW_RADIO, NULL, bytes, n);
    puppet_wait(p, 50 * IMP_MS);
}

void puppet_seal(struct puppet *p, const struct zw_derived *keys, const uint8_t *command, size_t n)
{
    uint8_t frame[ZW_FRAME_MAX];
    struct zw_link *l = &p->x.link;
    bool begins = !l->span.ready || memcmp(l->span_key, keys->ccm, ZW_KEY) != 0;
    if (begins) {
        size_t before = memnet_count_messages(p->net, ZW_MSG_NONCE_REPORT);
        PUPPET_SAY(p, ZW_CLASS_S2, ZW_S2_NONCE_GET, l->sequence++);
        cr_assert_eq(memnet_count_messages(p->net, ZW_MSG_NONCE_REPORT), before + 1);
        const struct memnet_message *m = memnet_last_message(p->net, ZW_MSG_NONCE_REPORT);
        zw_span_begin(NULL, &l->span, entropy, m->bytes + 4, keys->pstring);
        memcpy(l->span_key, keys->ccm, ZW_KEY);
    }
    size_t size = zw_seal(NULL, l, keys, begins ? entropy : NULL, command, n, frame);
    puppet_say(p, frame, size);
}

int puppet_open(struct puppet *p, const struct zw_derived *keys, int message,
                uint8_t command[ZW_FRAME_MAX])
{
    const struct memnet_message *m = memnet_last_message(p->net, message);
    return m ? zw_open(NULL, &p->x.link, keys, m->bytes, m->n, command) : -1;
}

void puppet_agree(struct puppet *p, uint8_t classes)
{
    uint8_t frame[3 + ZW_PUBLIC] = {ZW_CLASS_S2, ZW_S2_PUBLIC_KEY, p->role == ZW_CONTROLLER};
    uint8_t z[32];
    memcpy(frame + 3, p->x.own_public, ZW_PUBLIC);
    if (p->role == ZW_NODE) {
        PUPPET_SAY(p, ZW_CLASS_S2, ZW_S2_KEX_REPORT, 0, ZW_SCHEME_1, ZW_CURVE_25519, classes);
        puppet_wait(p, 2 * IMP_S); /* the user grants */
    } else {
        PUPPET_SAY(p, ZW_CLASS_S2, ZW_S2_KEX_GET);
        PUPPET_SAY(p, ZW_CLASS_S2, ZW_S2_KEX_SET, 0, ZW_SCHEME_1, ZW_CURVE_25519, classes);
    }
    puppet_say(p, frame, sizeof frame);
    const struct memnet_message *m = NULL;
    for (size_t i = 0; i < memnet_message_count(p->net); i++)
        if (memnet_message(p->net, i)->message == ZW_MSG_PUBLIC_KEY &&
            memnet_message(p->net, i)->from == p->other)
            m = memnet_message(p->net, i);
    cr_assert_not_null(m);
    memcpy(p->x.peer_public, m->bytes + 3, ZW_PUBLIC);
    bool node = p->role == ZW_NODE;
    cr_assert_eq(imp_x25519_shared(NULL, z, p->x.own_secret, p->x.peer_public), 0);
    zw_temp(NULL, &p->x.temp, z, node ? p->x.peer_public : p->x.own_public,
            node ? p->x.own_public : p->x.peer_public);
    if (node)
        PUPPET_SEAL(p, &p->x.temp, ZW_CLASS_S2, ZW_S2_KEX_SET, ZW_ECHO, ZW_SCHEME_1, ZW_CURVE_25519,
                    classes);
    else
        puppet_wait(p, 50 * IMP_MS);
}

int puppet_failure(const struct puppet *p)
{
    int code = -1;
    for (size_t i = 0; i < memnet_message_count(p->net); i++) {
        const struct memnet_message *m = memnet_message(p->net, i);
        if (m->message == ZW_MSG_KEX_FAIL && m->from == p->other)
            code = m->bytes[2];
    }
    return code;
}
