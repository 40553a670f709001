/* SPDX-License-Identifier: GPL-2.0-only */
/* A host changes its key: announcement, proof, what a client keeps (OpenSSH's PROTOCOL, 2.5). */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

TestSuite(ssh_tofu_update, .init = imp_crypto_init);

enum { LINE = 32 + 1, LINES = TOFU_HOST_KEYS * LINE };

static struct memnet *until(imp_time end, const char *update, const char *device_is)
{
    const char *const settings[] = {"host-key-rotation=30", "refresh=10", update, device_is, NULL};
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, settings);
    memnet_start(net);
    memnet_run_past(net, end);
    return net;
}

/* ---- runs --------------------------------------------------------------------------------------
 */
static void keeps_up(const char *device_is, int host, const char *cell)
{
    int client = host == TOFU_SERVER ? TOFU_DEVICE : TOFU_SERVER;
    uint8_t lines[LINES], after[LINES], secret[32], public[32];
    struct memnet *net = until(45 * IMP_S, "update-host-keys=true", device_is);
    cr_assert_eq(memnet_cell(net, client, cell, lines, LINES), 2 * LINE, "the next beside it");
    cr_expect_eq(memnet_cell(net, host, "next-key", NULL, 0), 32);
    memnet_run_past(net, 85 * IMP_S);
    cr_assert_eq(memnet_cell(net, client, cell, after, LINES), LINE, "the former is forgotten");
    memnet_cell(net, host, "key", secret, 32);
    imp_ed25519_public(NULL, public, secret);
    cr_expect_arr_eq(after, public, 32);
    cr_expect_arr_eq(after, lines + LINE, 32, "that which was announced");
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_eq(memnet_count_claims(net, client, IMP_CLAIM_ALARM, NULL), 0);
    cr_expect_eq(memnet_count_claims(net, client, IMP_CLAIM_REJECT, NULL), 0);
    cr_expect_eq(memnet_count_claims(net, host, IMP_CLAIM_REJECT, NULL), 0);
    cr_expect_geq(memnet_count_messages(net, TOFU_MSG_HOST_KEYS_PROVE), 4);
    memnet_free(net);
}

Test(ssh_tofu_update, a_device_follows_its_servers_keys)
{
    keeps_up("device-is=client", TOFU_SERVER, "known-host");
}

Test(ssh_tofu_update, an_administrator_follows_his_devices_keys)
{
    keeps_up("device-is=server", TOFU_DEVICE, "known-host-device-1");
}

Test(ssh_tofu_update, who_does_not_follow_raises_the_alarm)
{
    struct memnet *net = until(55 * IMP_S, NULL, NULL);
    cr_expect_eq(memnet_cell(net, TOFU_DEVICE, "known-host", NULL, 0), LINE);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
    memnet_run_past(net, 75 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed", "ssh"));
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_HOST_KEYS_PROVE), 0);
    memnet_free(net);
}

Test(ssh_tofu_update, a_host_that_keeps_its_key_announces_nothing)
{
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("update-host-keys=true"));
    memnet_start(net);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_HOST_KEYS), 0);
    memnet_free(net);
}

Test(ssh_tofu_update, the_next_key_outlives_a_power_cut)
{
    struct memnet *net = until(35 * IMP_S, "update-host-keys=true", NULL);
    uint8_t before[32], after[32];
    cr_assert_eq(memnet_cell(net, TOFU_SERVER, "next-key", before, 32), 32);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_START, NULL);
    memnet_run_past(net, 36 * IMP_S);
    memnet_cell(net, TOFU_SERVER, "next-key", after, 32);
    cr_expect_arr_eq(before, after, 32);
    memnet_run_past(net, 150 * IMP_S);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_update, messages_have_the_sizes_of_the_formats)
{
    struct memnet *net = until(45 * IMP_S, "update-host-keys=true", NULL);
    /* 4 + 1 + message 1 + name 27 + flag 1 + keys of 55, padding, tag 16 */
    size_t one = 4 + 8 * ((1 + 1 + 27 + 1 + 55 + 4 + 7) / 8) + 16;
    size_t two = 4 + 8 * ((1 + 1 + 27 + 1 + 110 + 4 + 7) / 8) + 16;
    size_t prove = 4 + 8 * ((1 + 1 + 33 + 1 + 55 + 4 + 7) / 8) + 16;
    size_t proof = 4 + 8 * ((1 + 1 + 87 + 4 + 7) / 8) + 16;
    bool seen[2] = {false, false};
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        seen[0] = seen[0] || (m->message == TOFU_MSG_HOST_KEYS && m->n == one);
        seen[1] = seen[1] || (m->message == TOFU_MSG_HOST_KEYS && m->n == two);
    }
    cr_expect(seen[0] && seen[1]);
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_HOST_KEYS_PROVE)->n, prove);
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_REQUEST_SUCCESS)->n, proof);
    memnet_free(net);
}

/* ---- a client that is told of keys -------------------------------------------------------------
 */
static struct memnet *net;
static struct tofu_keys own;
static struct tofu_end end;
static struct tofu_pair a, b;

static void pair_of(struct tofu_pair *p, uint8_t first)
{
    memset(p->secret, 0, 32);
    p->secret[0] = first;
    imp_ed25519_public(NULL, p->public, p->secret);
}

/* It knows the key of `a`. */
static void client(void)
{
    net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("update-host-keys=true"));
    memset(&end, 0, sizeof end);
    end.env = (struct imp_env *)memnet_env(net, TOFU_DEVICE);
    end.keys = &own;
    end.client = true;
    pair_of(&a, 1);
    pair_of(&b, 2);
    tofu_host_install(end.env, "", a.public);
}

static void put_key(struct imp_ssh_writer *w, const struct tofu_pair *p)
{
    uint8_t blob[IMP_SSH_HOST_KEY];
    imp_ssh_host_key_blob(blob, p->public);
    imp_ssh_put_string(w, blob, sizeof blob);
}

static void announce(struct imp_ssh_writer *w)
{
    w->n = 0;
    imp_ssh_put_byte(w, TOFU_GLOBAL_REQUEST);
    imp_ssh_put_text(w, "hostkeys-00@openssh.com");
    imp_ssh_put_byte(w, 0);
}

static void put_proof(struct imp_ssh_writer *w, const struct tofu_pair *key,
                      const struct tofu_pair *signer)
{
    uint8_t text[160], blob[IMP_SSH_SIGNATURE], signature[64];
    struct imp_ssh_writer t = {.p = text, .cap = sizeof text}, s = {.p = blob, .cap = sizeof blob};
    imp_ssh_put_text(&t, "hostkeys-prove-00@openssh.com");
    imp_ssh_put_string(&t, end.ssh.session_id, TOFU_SID);
    put_key(&t, key);
    imp_ed25519_sign(end.env, signature, signer->secret, text, t.n);
    imp_ssh_put_text(&s, "ssh-ed25519");
    imp_ssh_put_string(&s, signature, sizeof signature);
    imp_ssh_put_string(w, blob, s.n);
}

static bool says(int m, const struct imp_ssh_writer *w)
{
    return tofu_update_message(&end, m, w->p, w->n);
}

static size_t known(void)
{
    int n = memnet_cell(net, TOFU_DEVICE, "known-host", NULL, 0);
    return n > 0 ? (size_t)n / LINE : 0;
}

#define WRITER(w)                                                                                  \
    uint8_t octets[1024];                                                                          \
    struct imp_ssh_writer w = {.p = octets, .cap = sizeof octets}

/* `a` and `b` are announced, with a key of a type that is unknown between. */
static void offer(struct imp_ssh_writer *w)
{
    announce(w);
    put_key(w, &a);
    imp_ssh_put_text(w, "ssh-rsa and what belongs to it");
    put_key(w, &b);
    cr_assert(says(TOFU_MSG_HOST_KEYS, w));
    w->n = 0;
    imp_ssh_put_byte(w, TOFU_REQUEST_SUCCESS);
}

Test(ssh_tofu_update, a_proved_key_is_kept, .init = client)
{
    WRITER(w);
    offer(&w);
    cr_expect_eq(known(), 1, "not before its proof");
    put_proof(&w, &b, &b);
    cr_assert(says(TOFU_MSG_REQUEST_SUCCESS, &w));
    cr_expect_eq(known(), 2);
    cr_expect(!says(TOFU_MSG_REQUEST_SUCCESS, &w), "nobody asked twice");
    memnet_free(net);
}

Test(ssh_tofu_update, a_key_without_its_proof_is_not, .init = client)
{
    for (int how = 0; how < 5; how++) {
        WRITER(w);
        end.offer = (struct tofu_offer){.n = 0};
        offer(&w);
        end.ssh.session_id[0] ^= how == 1; /* the proof is another connection's */
        put_proof(&w, how == 2 ? &a : &b, how == 0 ? &a : &b);
        end.ssh.session_id[0] ^= how == 1;
        if (how == 3)
            put_proof(&w, &b, &b); /* one too many */
        if (how == 4)
            w.n--;
        cr_expect(says(TOFU_MSG_REQUEST_SUCCESS, &w));
        cr_expect_eq(known(), 1, "%d", how);
        cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "host-keys-unproved"),
                     (size_t)how + 1);
    }
    memnet_free(net);
}

Test(ssh_tofu_update, who_cannot_prove_says_so, .init = client)
{
    WRITER(w);
    offer(&w);
    octets[0] = TOFU_REQUEST_FAILURE;
    w.n = 1;
    cr_expect(says(TOFU_MSG_REQUEST_FAILURE, &w));
    cr_expect_eq(known(), 1);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "host-keys-unproved", "ssh"));
    memnet_free(net);
}

Test(ssh_tofu_update, a_list_that_is_none_changes_nothing, .init = client)
{
    for (int how = 0; how < 4; how++) {
        WRITER(w);
        end.offer = (struct tofu_offer){.n = 0};
        announce(&w);
        if (how > 0)
            put_key(&w, &b);
        if (how == 1)
            put_key(&w, &b); /* twice the same */
        w.n -= how == 2;
        if (how == 3)
            imp_ssh_put_byte(&w, 0);
        cr_expect(says(TOFU_MSG_HOST_KEYS, &w));
        cr_expect(!end.offer.awaited, "%d", how);
        cr_expect_eq(known(), 1);
    }
    memnet_free(net);
}

Test(ssh_tofu_update, keys_are_announced_once, .init = client)
{
    WRITER(w);
    offer(&w);
    announce(&w);
    put_key(&w, &a);
    cr_expect(!says(TOFU_MSG_HOST_KEYS, &w));
    memnet_free(net);
}

Test(ssh_tofu_update, a_key_that_is_announced_no_more_is_forgotten, .init = client)
{
    WRITER(w);
    const uint8_t both[2][32] = {{1}, {2}};
    uint8_t line[LINE];
    tofu_host_update(end.env, "", both, 2);
    announce(&w);
    memcpy(a.public, both[1], 32);
    put_key(&w, &a);
    cr_expect(says(TOFU_MSG_HOST_KEYS, &w));
    cr_assert_eq(known(), 1);
    memnet_cell(net, TOFU_DEVICE, "known-host", line, LINE);
    cr_expect_arr_eq(line, both[1], 32);
    memnet_free(net);
}

Test(ssh_tofu_update, what_was_struck_off_meanwhile_stays_so, .init = client)
{
    WRITER(w);
    offer(&w);
    tofu_control(end.env, &(struct imp_event){.bytes = (const uint8_t *)"revoke", .n = 6});
    put_proof(&w, &b, &b);
    cr_assert(says(TOFU_MSG_REQUEST_SUCCESS, &w));
    cr_expect_eq(known(), 1);
    cr_expect_eq(tofu_host_verdict(end.env, "", a.public), TOFU_REFUSED);
    memnet_free(net);
}

Test(ssh_tofu_update, other_requests_are_no_fault, .init = client)
{
    WRITER(w);
    imp_ssh_put_byte(&w, TOFU_GLOBAL_REQUEST);
    imp_ssh_put_text(&w, "keepalive@openssh.com");
    imp_ssh_put_byte(&w, 1);
    cr_expect(says(TOFU_MSG_HOST_KEYS, &w));
    w.n -= 2; /* a text that is cut off */
    cr_expect(!says(TOFU_MSG_HOST_KEYS, &w));
    memnet_free(net);
}
