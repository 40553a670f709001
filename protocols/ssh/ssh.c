/* SPDX-License-Identifier: GPL-2.0-only */
#include "ssh.h"

#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"

void imp_ssh_init(struct imp_ssh *s, struct imp_env *env, bool server, const char *version,
                  const uint8_t *host_secret, const struct imp_ssh_hooks *hooks, void *arg)
{
    memset(s, 0, sizeof *s);
    s->env = env;
    s->hooks = hooks;
    s->arg = arg;
    s->server = server;
    s->version = version;
    s->unchecked = env->adversary;
    if (host_secret)
        memcpy(s->host_secret, host_secret, sizeof s->host_secret);
}

void imp_ssh_wipe(struct imp_ssh *s)
{
    imp_wipe(s, sizeof *s);
}

void imp_ssh_start(struct imp_ssh *s)
{
    char line[IMP_SSH_VERSION_MAX + 3];
    int n = snprintf(line, sizeof line, "%.253s\r\n", s->version);
    s->hooks->send(s->arg, 0, (const uint8_t *)line, (size_t)n);
    imp_ssh__kex_begin(s);
}

/* RFC 4253 section 9. */
void imp_ssh_rekey(struct imp_ssh *s)
{
    if (s->state == IMP_SSH_OPEN)
        imp_ssh__kex_begin(s);
}

static void rekey_if_worn(struct imp_ssh *s)
{
    if (s->rekey_after && s->carried >= s->rekey_after)
        imp_ssh_rekey(s);
}

static void hold(struct imp_ssh *s, const uint8_t *payload, size_t n)
{
    if (n + 2 > sizeof s->held - s->held_n) {
        imp_ssh__fail(s, IMP_SSH_BY_APPLICATION, "too much before the keys");
        return;
    }
    s->held[s->held_n++] = (uint8_t)(n >> 8);
    s->held[s->held_n++] = (uint8_t)n;
    memcpy(s->held + s->held_n, payload, n);
    s->held_n += n;
}

void imp_ssh_message(struct imp_ssh *s, const uint8_t *payload, size_t n)
{
    bool exchanging = s->in.encrypted && (s->initiated || s->state != IMP_SSH_OPEN);
    if (s->state == IMP_SSH_OVER)
        return;
    if (exchanging) {
        hold(s, payload, n);
    } else if (s->state == IMP_SSH_OPEN) {
        imp_ssh__packet(s, payload, n);
        rekey_if_worn(s);
    }
}

void imp_ssh__release(struct imp_ssh *s)
{
    uint8_t held[IMP_SSH_HELD_MAX];
    size_t held_n = s->held_n, size;
    memcpy(held, s->held, held_n);
    s->held_n = 0;
    for (size_t i = 0; i < held_n; i += size) {
        size = (size_t)held[i] << 8 | held[i + 1];
        i += 2;
        imp_ssh_message(s, held + i, size);
    }
    imp_wipe(held, sizeof held);
}

void imp_ssh_disconnect(struct imp_ssh *s, enum imp_ssh_reason reason, const char *why)
{
    uint8_t message[256];
    struct imp_ssh_writer w = {.p = message, .cap = sizeof message};
    if (s->state == IMP_SSH_OVER)
        return;
    imp_ssh_put_byte(&w, IMP_SSH_DISCONNECT);
    imp_ssh_put_u32(&w, (uint32_t)reason);
    imp_ssh_put_text(&w, why);
    imp_ssh_put_text(&w, "");
    imp_ssh__packet(s, message, w.n);
    s->state = IMP_SSH_OVER;
}

void imp_ssh__fail(struct imp_ssh *s, enum imp_ssh_reason reason, const char *why)
{
    imp_ssh_disconnect(s, reason, why);
    s->hooks->over(s->arg, reason, why, false);
}

/* ---- identification, RFC 4253 section 4.2
 * -------------------------------------------------------------- */
/* Cuts a line off the buffer. True when one was there; lines before the identification that do not
 * begin with SSH- are a server's to send and are skipped. */
static bool identification(struct imp_ssh *s)
{
    uint8_t *end = memchr(s->buffer, '\n', s->buffered);
    if (!end) {
        if (s->buffered > IMP_SSH_VERSION_MAX)
            imp_ssh__fail(s, IMP_SSH_BY_PROTOCOL_ERROR, "identification too long");
        return false;
    }
    size_t whole = (size_t)(end - s->buffer) + 1, n = whole - 1;
    if (n > 0 && s->buffer[n - 1] == '\r')
        n--;
    bool version = n >= 4 && memcmp(s->buffer, "SSH-", 4) == 0;
    bool known = n >= 8 && memcmp(s->buffer, "SSH-2.0-", 8) == 0;
    if ((version && !known) || (!version && s->server) || n > IMP_SSH_VERSION_MAX ||
        memchr(s->buffer, 0, n)) {
        imp_ssh__fail(s, IMP_SSH_BY_VERSION, "SSH-2.0 expected");
        return false;
    }
    if (known) {
        memcpy(s->peer_version, s->buffer, n);
        s->peer_version[n] = 0;
        s->state = IMP_SSH_INIT;
    }
    s->buffered -= whole;
    memmove(s->buffer, s->buffer + whole, s->buffered);
    return true;
}

/* ---- messages
 * -------------------------------------------------------------- */
/* Of the packet that came last. */
void imp_ssh_unimplemented(struct imp_ssh *s)
{
    uint8_t message[5];
    struct imp_ssh_writer w = {.p = message, .cap = sizeof message};
    imp_ssh_put_byte(&w, IMP_SSH_UNIMPLEMENTED);
    imp_ssh_put_u32(&w, s->in.sequence - 1);
    imp_ssh__packet(s, message, w.n);
}

static void over_by_peer(struct imp_ssh *s, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    uint32_t reason = imp_ssh_get_u32(&r);
    s->state = IMP_SSH_OVER;
    s->hooks->over(s->arg, (enum imp_ssh_reason)reason, "disconnected", true);
}

/* Numbers of the transport and of key exchange that mean nothing here (RFC 4250 section 4.1.1). */
static bool unknown(unsigned number)
{
    return number == 0 || (number > IMP_SSH_EXT_INFO && number < IMP_SSH_KEXINIT) ||
           (number > IMP_SSH_NEWKEYS && number < IMP_SSH_KEX_ECDH_INIT) ||
           (number > IMP_SSH_KEX_ECDH_REPLY && number < IMP_SSH_USERAUTH_REQUEST);
}

static void dispatch(struct imp_ssh *s, const uint8_t *payload, size_t n)
{
    uint8_t number = payload[0];
    bool idle = s->state == IMP_SSH_INIT || s->state == IMP_SSH_OPEN;
    bool ours = number == (s->server ? IMP_SSH_KEX_ECDH_INIT : IMP_SSH_KEX_ECDH_REPLY);
    bool strict = s->strict && !s->in.encrypted; /* then nothing else is allowed */
    if (number == IMP_SSH_DISCONNECT)
        over_by_peer(s, payload, n);
    else if (number == IMP_SSH_KEXINIT && idle)
        imp_ssh__kex_init(s, payload, n);
    else if (ours && s->state == IMP_SSH_EXCHANGE)
        imp_ssh__kex_ecdh(s, payload, n);
    else if (number == IMP_SSH_NEWKEYS && s->state == IMP_SSH_KEYS && n == 1)
        imp_ssh__kex_newkeys(s);
    else if (!strict && number >= IMP_SSH_IGNORE && number <= IMP_SSH_DEBUG)
        return;
    else if (number == IMP_SSH_EXT_INFO && s->state == IMP_SSH_OPEN)
        return; /* RFC 8308: known and of no use here */
    else if (!strict && unknown(number))
        imp_ssh_unimplemented(s);
    else if (s->state == IMP_SSH_OPEN && (number < IMP_SSH_KEXINIT || number > 49))
        s->hooks->message(s->arg, payload, n);
    else if (s->state == IMP_SSH_OPEN)
        imp_ssh_unimplemented(s);
    else
        imp_ssh__fail(s, IMP_SSH_BY_PROTOCOL_ERROR, "unexpected message");
}

static void work(struct imp_ssh *s)
{
    uint8_t payload[IMP_SSH_PACKET_MAX];
    while (s->state == IMP_SSH_VERSION)
        if (!identification(s))
            return;
    long n;
    while (s->state != IMP_SSH_OVER && s->state != IMP_SSH_ASKING &&
           (n = imp_ssh__cut(s, payload)) > 0)
        dispatch(s, payload, (size_t)n);
    rekey_if_worn(s);
    imp_wipe(payload, sizeof payload);
}

void imp_ssh_feed(struct imp_ssh *s, const uint8_t *p, size_t n)
{
    while (n > 0 && s->state != IMP_SSH_OVER) {
        size_t room = sizeof s->buffer - s->buffered, take = n < room ? n : room;
        if (take == 0) { /* NEWKEYS alone may come while somebody is asked */
            imp_ssh__fail(s, IMP_SSH_BY_PROTOCOL_ERROR, "too much before the keys");
            return;
        }
        memcpy(s->buffer + s->buffered, p, take);
        s->buffered += take;
        p += take;
        n -= take;
        work(s);
    }
}

void imp_ssh_ask(struct imp_ssh *s)
{
    s->state = IMP_SSH_ASKING;
}

void imp_ssh_answer(struct imp_ssh *s, bool good)
{
    if (s->state != IMP_SSH_ASKING)
        return;
    imp_ssh__kex_verdict(s, good);
    work(s);
}
