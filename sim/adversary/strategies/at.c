/* SPDX-License-Identifier: GPL-2.0-only */
#include "strategies.h"

#include <stdio.h>
#include <string.h>

enum imp_link imp_at(const struct imp_adv *a)
{
    const char *at = imp_adversary_param(a->rights, "at", "device");
    return strcmp(at, "backend") == 0 ? IMP_LINK_BACKEND : IMP_LINK_DEVICE;
}

int imp_at_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    const char *at = imp_adversary_param(a, "at", "device");
    (void)m;
    if (strcmp(at, "device") == 0 || strcmp(at, "backend") == 0)
        return 0;
    snprintf(error, cap, "adversary.strategy.at: expected device or backend, not \"%.40s\"", at);
    return -1;
}

enum imp_link imp_channel_link(const struct imp_mechanism *m, int channel)
{
    const struct imp_channel *c = &m->channels[channel];
    bool device = m->roles[c->a].kind == IMP_ROLE_DEVICE || m->roles[c->b].kind == IMP_ROLE_DEVICE;
    return device ? IMP_LINK_DEVICE : IMP_LINK_BACKEND;
}
