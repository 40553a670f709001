/* SPDX-License-Identifier: GPL-2.0-only */
#include "choice.h"

#include <stdio.h>
#include <string.h>

const char *const imp_eap_choice_names[] = {[IMP_EAP_CHOICE_PSK] = "eap-psk",
                                            [IMP_EAP_CHOICE_TLS] = "eap-tls",
                                            [IMP_EAP_CHOICE_NOOB] = "eap-noob",
                                            [IMP_EAP_CHOICE_TTLS] = "eap-ttls",
                                            NULL};

static const struct imp_eap_method methods[] = {
    [IMP_EAP_CHOICE_PSK] = {PSK_METHOD_FIELDS},
    [IMP_EAP_CHOICE_TLS] = {ETLS_METHOD_FIELDS},
    [IMP_EAP_CHOICE_NOOB] = {NOOB_METHOD_FIELDS},
    [IMP_EAP_CHOICE_TTLS] = {TTLS_METHOD_FIELDS},
};

/* By its word, since a mechanism may offer some of the methods only. */
static enum imp_eap_choice choice(const struct imp_env *env)
{
    int option = imp_option_find(env->mechanism, "eap-method");
    if (option < 0)
        return IMP_EAP_CHOICE_PSK;
    const char *word = env->mechanism->options[option].choices[imp_opt(env, (unsigned)option)];
    for (int i = 0; imp_eap_choice_names[i]; i++)
        if (strcmp(imp_eap_choice_names[i], word) == 0)
            return (enum imp_eap_choice)i;
    return IMP_EAP_CHOICE_PSK;
}

const struct imp_eap_method *imp_eap_chosen(const struct imp_env *env)
{
    return &methods[choice(env)];
}

static const char *realm(const struct imp_env *env)
{
    return imp_eap_opt_str(env, "realm", "example.org");
}

void imp_eap_device_name(char *out, size_t cap, const struct imp_env *env)
{
    snprintf(out, cap, "device-%d@%s", env->device + 1, realm(env));
}

static void provide_psk(struct imp_env *const *parties, size_t count, int peer, int server)
{
    for (size_t i = 0; i < count; i++) {
        char id[IMP_EAP_ID_MAX + 1];
        if (parties[i]->role != peer)
            continue;
        imp_eap_device_name(id, sizeof id, parties[i]);
        psk_provision(parties[i], id, psk_guess_bits(parties[i]), parties, count, server);
    }
}

static void provide_tls(struct imp_env *const *parties, size_t count, int peer, int server)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == peer) {
            etls_provision(parties, count, server, realm(parties[i]));
            return;
        }
}

void imp_eap_provide(struct imp_env *const *parties, size_t count, int peer, int server)
{
    bool has[sizeof methods / sizeof *methods] = {false};
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == peer || parties[i]->role == server)
            has[choice(parties[i])] = true;
    if (has[IMP_EAP_CHOICE_PSK])
        provide_psk(parties, count, peer, server);
    if (has[IMP_EAP_CHOICE_TLS] || has[IMP_EAP_CHOICE_TTLS])
        provide_tls(parties, count, peer, server);
    if (has[IMP_EAP_CHOICE_TTLS])
        ttls_provision(parties, count, peer, server);
    if (has[IMP_EAP_CHOICE_NOOB])
        noob_provision(parties, count, peer, server);
}

bool imp_eap_event_is_methods(const struct imp_event *e, int channel)
{
    switch (e->kind) {
    case IMP_EVENT_RECEIVE:
        return e->channel > channel;
    case IMP_EVENT_TIMER:
        return e->id >= IMP_EAP_METHOD_TIMER;
    case IMP_EVENT_USER:
    case IMP_EVENT_CONTROL:
    case IMP_EVENT_RESET:
        return true;
    default:
        return false;
    }
}

imp_time imp_eap_peer_event(const struct imp_eap_method *m, void *peer, struct imp_env *env,
                            const struct imp_event *e, imp_time now)
{
    return m->peer_event ? m->peer_event(peer, env, e, now) : IMP_EAP_HELD;
}

void imp_eap_server_event(const struct imp_eap_method *m, void *shared, struct imp_env *env,
                          const struct imp_event *e, imp_time now)
{
    if (m->server_event)
        m->server_event(shared, env, e, now);
}
