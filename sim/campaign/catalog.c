/* SPDX-License-Identifier: GPL-2.0-only */
#include "catalog.h"

#include "sim/adversary/rights.h"
#include "sim/ns3/engine.h"
#include "sim/words/nearest.h"
#include "sim/world/platform.h"

#include <stdio.h>
#include <string.h>

/* Names and titles are the engine's; the properties are what a plan needs to know. */
#define PROPERTIES_WIFI .device_link = true, .frames = true, .platform = "esp32"
#define PROPERTIES_LRWPAN .device_link = true, .platform = "nrf52840"
#define PROPERTIES_ETHERNET                                                                        \
    .device_link = true, .backend = true, .frames = true, .platform = "gateway"
#define PROPERTIES_WAN .backend = true
#define PROPERTIES_BLE .device_link = true, .platform = "nrf52840"
#define PROPERTIES_LORAWAN .device_link = true, .platform = "samr34"
#define PROPERTIES_ZWAVE .device_link = true, .platform = "zgm130s"
#define PROPERTIES_IDEAL                                                                           \
    .device_link = true, .backend = true, .frames = true, .ideal = true, .platform = "gateway"
#define ENTRY(id, text, words) [ENG_##id] = {.name = text, .title = words, PROPERTIES_##id},

const struct imp_medium_entry imp_media[] = {
    ENG_MEDIA(ENTRY) /* */
        [ENG_KIND_COUNT] = {.name = NULL},
};

const struct imp_medium_entry *imp_medium_find(const char *name)
{
    for (size_t i = 0; imp_media[i].name; i++)
        if (strcmp(imp_media[i].name, name) == 0)
            return &imp_media[i];
    return NULL;
}

static bool on_device_link(const struct imp_mechanism *m, const struct imp_channel *c)
{
    return c->service != IMP_SERVICE_OOB &&
           (m->roles[c->a].kind == IMP_ROLE_DEVICE || m->roles[c->b].kind == IMP_ROLE_DEVICE);
}

static bool carries(const struct imp_medium_entry *medium, const struct imp_channel *c)
{
    enum { IPV6 = 0x86dd, FIRST_ETHERTYPE = 0x600 };
    bool frame = c->service == IMP_SERVICE_FRAME;
    if (frame && c->number >= FIRST_ETHERTYPE)
        return medium->frames;
    return eng_carries((enum eng_kind)(medium - imp_media), frame ? c->number : IPV6);
}

const struct imp_channel *imp_medium_obstacle(const struct imp_medium_entry *medium,
                                              const struct imp_mechanism *m)
{
    for (const struct imp_channel *c = m->channels; c->name; c++)
        if (on_device_link(m, c) && !carries(medium, c))
            return c;
    return NULL;
}

/* A sentence about a name that is in no list: offer each known name, then end. */
struct unknown {
    const char *wanted;
    struct imp_nearest best;
    char list[400];
    size_t used;
};

static void offer(struct unknown *u, const char *name)
{
    imp_nearest_offer(&u->best, u->wanted, name);
    if (u->used < sizeof u->list)
        u->used += (size_t)snprintf(u->list + u->used, sizeof u->list - u->used, "%s%s",
                                    u->used ? ", " : "", name);
}

static void finish(const struct unknown *u, const char *kind, char *out, size_t cap)
{
    char hint[100];
    imp_nearest_hint(&u->best, hint, sizeof hint);
    snprintf(out, cap, "unknown %s \"%.40s\"%s; expected one of %s", kind, u->wanted, hint,
             u->used ? u->list : "(none)");
}

void imp_unknown_mechanism(const char *name, char *out, size_t cap)
{
    struct unknown u = {.wanted = name};
    for (size_t i = 0; imp_mechanisms[i]; i++)
        offer(&u, imp_mechanisms[i]->name);
    finish(&u, "mechanism", out, cap);
}

void imp_unknown_platform(const char *name, char *out, size_t cap)
{
    struct unknown u = {.wanted = name};
    for (size_t i = 0; i < imp_platform_count(); i++)
        offer(&u, imp_platform_name(imp_platform_at(i)));
    finish(&u, "platform", out, cap);
}

void imp_unknown_adversary(const char *name, char *out, size_t cap)
{
    struct unknown u = {.wanted = name};
    for (size_t i = 0; imp_adversaries[i].name; i++)
        offer(&u, imp_adversaries[i].name);
    finish(&u, "adversary", out, cap);
}
