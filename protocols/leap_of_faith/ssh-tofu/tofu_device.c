/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_device.c - the device: regular connections, over which it is SSH's client or its server. */
#include <stdio.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

enum { TIMER, KEY_TIMER, WEAR_TIMER, NAME_TIMER };

static void later(struct tofu_device *d, int64_t seconds, imp_time now)
{
    imp_timer(d->env, TIMER, seconds ? now + seconds * IMP_S : IMP_NEVER);
}

static void done(struct tofu_end *e)
{
    struct tofu_device *d = e->env->ctx;
    if (!d->claimed)
        tofu_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
}

static void connect(struct tofu_device *d, imp_time now)
{
    d->end.state = TOFU_IDLE;
    later(d, imp_opt(d->env, TOFU_OPT_BACK_OFF), now);
    d->env->ops->open(d->env, TOFU_STREAM, NULL);
}

/* As a server it waits for the administrator, who may have to look at its fingerprint. */
static void connected(struct tofu_device *d, const struct imp_event *e, imp_time now)
{
    if (d->end.state != TOFU_IDLE || d->connected)
        return;
    d->connected = true;
    d->resting = false;
    tofu_end_begin(&d->end, d->env, &e->from);
    if (!d->end.client)
        later(d, imp_opt(d->env, TOFU_OPT_GRACE), now);
}

/* The end of a visit, good or bad: when the next one is due. */
static void leave(struct tofu_device *d, imp_time now)
{
    bool ready = d->end.state == TOFU_READY;
    if (!d->connected)
        return;
    d->connected = false;
    d->stale = d->prompted;
    d->env->ops->close(d->env, TOFU_STREAM, &d->end.at);
    if (d->end.timed)
        imp_timer(d->env, WEAR_TIMER, IMP_NEVER);
    imp_ssh_wipe(&d->end.ssh);
    if (!ready)
        d->end.state = TOFU_IDLE;
    later(d, imp_opt(d->env, ready ? TOFU_OPT_REFRESH : TOFU_OPT_BACK_OFF), now);
}

static bool is_kept(const struct tofu_device *d)
{
    return imp_opt(d->env, TOFU_OPT_CONNECTION) == TOFU_KEPT;
}

/* The visit has gone well: the connection ends with it, or waits for the next one. */
static void settle(struct tofu_device *d, imp_time now)
{
    if (!is_kept(d)) {
        leave(d, now);
        return;
    }
    if (!d->resting)
        later(d, imp_opt(d->env, TOFU_OPT_REFRESH), now);
    d->resting = true;
}

/* Where both ends have closed the channel, its number is free (RFC 4254 section 5.3); the host may
 * have been struck off meanwhile. */
static bool visit_again(struct tofu_device *d, imp_time now)
{
    if (!d->connected || !d->resting || !d->end.over ||
        tofu_host_verdict(d->env, d->end.name, d->end.peer) != TOFU_GOOD)
        return false;
    d->resting = false;
    later(d, imp_opt(d->env, TOFU_OPT_BACK_OFF), now);
    tofu_channel_open(&d->end);
    return true;
}

/* ---- its name as a host ------------------------------------------------------------------------
 */
static void take_name(struct tofu_device *d, imp_time now)
{
    int64_t turn = d->env->device + (int64_t)d->leases;
    bool leased = imp_opt(d->env, TOFU_OPT_NAMES) == TOFU_LEASED;
    if (leased)
        snprintf(d->name, sizeof d->name, "dhcp-%d",
                 (int)(turn % imp_opt(d->env, TOFU_OPT_POOL)) + 1);
    else
        snprintf(d->name, sizeof d->name, "device-%d", d->env->device + 1);
    if (leased)
        imp_timer(d->env, NAME_TIMER, now + imp_opt(d->env, TOFU_OPT_LEASE) * IMP_S);
}

static void start(struct tofu_device *d, imp_time now)
{
    take_name(d, now);
    d->end.alias = d->name;
    d->end.keys = &d->keys;
    d->end.done = done;
    tofu_keys_load(&d->keys, d->env);
    imp_timer(d->env, KEY_TIMER, tofu_keys_due(d->env, now));
    connect(d, now);
}

/* Whom it knows and what it was told go; a host key too, which is a new device's then. */
static void reset(struct tofu_device *d, imp_time now)
{
    tofu_forget(d->env, "");
    tofu_file_erase(d->env);
    d->env->ops->cell_erase(d->env, "authorized-key");
    d->env->ops->cell_erase(d->env, "revocations");
    d->env->ops->cell_erase(d->env, "config");
    leave(d, now);
    d->claimed = d->deleting = false;
    if (tofu_is_client(d->env)) {
        connect(d, now);
    } else {
        tofu_keys_erase(d->env);
        start(d, now);
    }
}

/* The warning stays on the screen while the device goes on; who lets the line stand is not asked
 * again. */
static void warn(struct tofu_device *d)
{
    if (imp_opt(d->env, TOFU_OPT_CHANGED) != TOFU_CHANGED_ASK || d->deleting ||
        tofu_change_is_settled(d->env, d->end.name))
        return;
    d->deleting = true;
    imp_prompt(d->env, TOFU_ACT_DELETE_LINE);
}

static void warned(struct tofu_device *d, bool deletes)
{
    if (!d->deleting) /* a reset came between */
        return;
    d->deleting = false;
    if (deletes)
        tofu_forget(d->env, d->end.name);
    else
        tofu_change_settle(d->env, d->end.name);
}

/* One question at a time: what is said of a connection that is over says nothing of the next. */
static void ask(struct tofu_device *d)
{
    if (!d->prompted)
        imp_prompt(d->env, TOFU_ACT_SERVER_KEY);
    d->prompted = true;
}

static void receive(struct tofu_device *d, const struct imp_event *e, imp_time now)
{
    if (!d->connected || !imp_addr_equal(&e->from, &d->end.at))
        return;
    bool asking = d->end.ssh.state == IMP_SSH_ASKING;
    imp_ssh_feed(&d->end.ssh, e->bytes, e->n);
    imp_time keys = tofu_end_keys_due(&d->end, now);
    if (keys != IMP_NEVER)
        imp_timer(d->env, WEAR_TIMER, keys);
    if (d->end.ssh.state == IMP_SSH_ASKING && asking)
        return;
    if (d->end.ssh.state == IMP_SSH_ASKING) {
        later(d, 0, now);
        ask(d);
    } else if (d->end.ssh.state == IMP_SSH_OVER) {
        leave(d, now);
        if (d->end.changed)
            warn(d);
    } else if (d->end.state == TOFU_READY && d->end.ssh.held_n == 0) {
        settle(d, now);
    }
}

static void said(struct tofu_device *d, bool same, imp_time now)
{
    bool stale = d->stale;
    d->prompted = d->stale = false;
    if (d->end.ssh.state != IMP_SSH_ASKING)
        return;
    if (stale) {
        ask(d);
        return;
    }
    later(d, imp_opt(d->env, TOFU_OPT_BACK_OFF), now);
    tofu_end_said(&d->end, same);
    if (d->end.ssh.state == IMP_SSH_OVER)
        leave(d, now);
}

static void due(struct tofu_device *d, unsigned timer, imp_time now)
{
    if (timer == KEY_TIMER) {
        tofu_keys_change(&d->keys, d->env);
        imp_timer(d->env, KEY_TIMER, tofu_keys_due(d->env, now));
        return;
    }
    if (timer == NAME_TIMER) {
        d->leases++;
        take_name(d, now);
        return;
    }
    if (timer == WEAR_TIMER) {
        if (d->connected && d->end.authenticated)
            imp_ssh_rekey(&d->end.ssh);
        return;
    }
    if (visit_again(d, now))
        return;
    leave(d, now);
    connect(d, now);
}

void tofu_device_init(void *ctx, struct imp_env *env)
{
    ((struct tofu_device *)ctx)->env = env;
}

void tofu_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct tofu_device *d = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_OPENED:
        connected(d, e, now);
        break;
    case IMP_EVENT_RECEIVE:
        receive(d, e, now);
        break;
    case IMP_EVENT_USER:
        if (e->id == TOFU_ACT_DELETE_LINE)
            warned(d, e->ok);
        else
            said(d, e->ok, now);
        break;
    case IMP_EVENT_CLOSED:
        if (d->connected && imp_addr_equal(&e->from, &d->end.at))
            leave(d, now);
        break;
    case IMP_EVENT_TIMER:
        due(d, e->id, now);
        break;
    case IMP_EVENT_RESET:
        reset(d, now);
        break;
    case IMP_EVENT_CONTROL:
        tofu_control(env, e);
        break;
    }
}

void tofu_device_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_wipe(ctx, sizeof(struct tofu_device));
}

int tofu_device_state_of(const void *ctx)
{
    return (int)((const struct tofu_device *)ctx)->end.state;
}
