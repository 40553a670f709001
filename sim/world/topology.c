/* SPDX-License-Identifier: GPL-2.0-only */
/* topology.c - nodes, media and ports of a run: cells of devices around an access node each, and a
 * server behind the backend link. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "world.h"

#define CELL_SPACING                                                                               \
    1000.0 /* metres; cells do not hear each other: each has a channel of its own */
#define CAPTURED_DEVICES 20 /* captures are made of so many devices and cells at most */

static bool has_kind(const struct world *w, enum imp_role_kind kind)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    for (int i = 0; m->roles[i].name; i++)
        if (m->roles[i].kind == kind && imp_role_takes_part(m, i, w->spec.options[i]))
            return true;
    return false;
}

/* The adversary has a radio on a link only where it has a right to send. */
static bool needs_sniffer(const struct world *w, enum imp_link link)
{
    const struct imp_adversary *a = &w->spec.adversary;
    bool corrupts = false;
    for (const struct imp_key_right *k = a->keys; k->role; k++)
        corrupts = corrupts || k->reveal == IMP_REVEAL_CORRUPT;
    return imp_adversary_present(a) &&
           (corrupts || a->network[link][IMP_POWER_INJECT].when != IMP_WHEN_NEVER);
}

static int medium(struct world *w, enum eng_kind kind, const char *prefix, double loss,
                  imp_time delay, int number)
{
    char ssid[32];
    uint8_t stream[8];
    struct imp_rng rng;
    snprintf(ssid, sizeof ssid, "imprint-%d", number + 1);
    imp_rng_seed(&rng, w->spec.seed, prefix, "loss");
    imp_rng_fill(&rng, stream, sizeof stream);
    uint64_t name = 0;
    for (int i = 0; i < 8; i++)
        name = name << 8 | stream[i];
    return eng_medium(&(struct eng_medium){.kind = kind,
                                           .loss = loss,
                                           .loss_stream = name,
                                           .delay = delay,
                                           .pan = (uint16_t)(0xabc0 + number),
                                           .prefix = prefix,
                                           .ssid = ssid});
}

static struct world_party *party_for(struct world *w, enum imp_role_kind kind, int cell, int device)
{
    for (size_t i = 0; i < w->honest; i++) {
        struct world_party *p = &w->parties[i];
        if (w->spec.mechanism->roles[p->env.role].kind == kind && p->cell == cell &&
            p->env.device == device)
            return p;
    }
    return NULL;
}

static int sniffer(int node_x, int medium_id)
{
    int node = eng_node(node_x, 5, 1);
    return eng_attach(&(struct eng_port){
        .node = node, .medium = medium_id, .role = ENG_STATION, .sniffer = true});
}

static void build_cell(struct world *w, int c)
{
    char prefix[48];
    struct world_cell_net *cell = &w->cells[c];
    double x = c * CELL_SPACING;
    snprintf(prefix, sizeof prefix, "2001:db8:1:%x::", (unsigned)c + 1);
    cell->access = party_for(w, IMP_ROLE_ACCESS, c, -1);
    cell->medium = medium(w, w->spec.medium, prefix, w->spec.loss, 0, c);
    cell->node = eng_node(x, 0, 1.5);
    cell->port =
        eng_attach(&(struct eng_port){.node = cell->node,
                                      .medium = cell->medium,
                                      .role = ENG_HUB,
                                      .ops = {.frame = world_frame_in, .arg = cell->access}});
    cell->backend_port = cell->sniffer = -1;
}

/* In a line, one hop apart. They hand on datagrams and have no other part in the run. */
static void build_relays(struct world *w, int c)
{
    struct world_cell_net *cell = &w->cells[c];
    cell->path[0] = cell->port;
    for (int i = 1; i < w->spec.hops; i++) {
        int node = eng_node(c * CELL_SPACING + i * w->spec.distance, 0, 1.5);
        cell->path[i] = eng_attach(
            &(struct eng_port){.node = node, .medium = cell->medium, .role = ENG_STATION});
    }
}

static int join_paths(struct world *w)
{
    int status = 0;
    for (int d = 0; d < w->spec.devices && w->spec.hops > 1 && status == 0; d++) {
        int *path = w->cells[w->devices[d].cell].path;
        path[w->spec.hops] = w->devices[d].port;
        status = eng_path(path, w->spec.hops + 1);
    }
    return status;
}

static void link_changed(void *arg, int port, bool up)
{
    struct world_party *p = arg;
    struct world *w = p->world;
    (void)port;
    if (!up || !w->devices[p->env.device].powered)
        return;
    world_party_start(p, p->env.device);
    world_adversary_device_up(w, p->env.device);
}

static void build_device(struct world *w, int d)
{
    struct world_device *device = &w->devices[d];
    int in_cell = d % w->spec.cell, c = d / w->spec.cell;
    double angle = 2 * M_PI * in_cell / w->spec.cell;
    char user[32];
    *device = (struct world_device){.cell = c, .end = IMP_NEVER};
    double relay = c * CELL_SPACING + (w->spec.hops - 1) * w->spec.distance;
    device->node =
        eng_node(relay + w->spec.distance * cos(angle), w->spec.distance * sin(angle), 1);
    device->party = &w->parties[w->first_device + (size_t)d];
    device->port = eng_attach(&(struct eng_port){
        .node = device->node,
        .medium = w->cells[c].medium,
        .role = ENG_STATION,
        .ops = {.frame = world_frame_in, .link = link_changed, .arg = device->party}});
    eng_power(device->port, false);
    snprintf(user, sizeof user, "user-%d", d == world_subject(w) ? 1 : d + 1);
    imp_rng_seed(&device->slip_rng, w->spec.session, user, "errors");
    imp_rng_seed(&device->user_rng, w->spec.session, user, "acts");
}

bool world_apart(const struct world *w, int role)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    unsigned parts = 0;
    for (int i = 0; m->roles[i].name; i++)
        parts |= (unsigned)imp_role_takes_part(m, i, w->spec.options[i]) << i;
    return imp_role_is_apart(m, role, parts);
}

/* The role that has it, or -1. */
static int apart(const struct world *w)
{
    for (int i = 0; w->spec.mechanism->roles[i].name; i++)
        if (world_apart(w, i))
            return i;
    return -1;
}

static void build_backend(struct world *w)
{
    w->server_node = w->server_port = w->backend_medium = w->backend_sniffer = -1;
    w->apart_port = -1;
    if (!has_kind(w, IMP_ROLE_SERVER))
        return;
    w->server_node = eng_node(0, 200, 1.5);
    w->backend_medium = medium(w, w->spec.backend, "2001:db8:2:1::", 0, w->spec.backend_delay, 0);
    w->server_port = eng_attach(
        &(struct eng_port){.node = w->server_node, .medium = w->backend_medium, .role = ENG_HUB});
    for (size_t c = 0; c < w->cell_count; c++)
        w->cells[c].backend_port = eng_attach(&(struct eng_port){
            .node = w->cells[c].node, .medium = w->backend_medium, .role = ENG_STATION});
    if (apart(w) >= 0)
        w->apart_port = eng_attach(&(struct eng_port){
            .node = eng_node(0, 210, 1.5), .medium = w->backend_medium, .role = ENG_STATION});
}

/* Last of all: with or without an adversary, everybody else has the same addresses and draws. */
static void build_sniffers(struct world *w)
{
    for (size_t c = 0; c < w->cell_count && needs_sniffer(w, IMP_LINK_DEVICE); c++)
        w->cells[c].sniffer = sniffer((int)c * CELL_SPACING + 5, w->cells[c].medium);
    if (w->backend_medium >= 0 && needs_sniffer(w, IMP_LINK_BACKEND))
        w->backend_sniffer = sniffer(5, w->backend_medium);
}

static int capture(int port, const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.pcap", dir, name);
    return eng_pcap(port, path);
}

static int captures(struct world *w, const char *dir)
{
    char name[64];
    int status = w->server_port >= 0 ? capture(w->server_port, dir, "server") : 0;
    if (w->apart_port >= 0 && status == 0)
        status = capture(w->apart_port, dir, w->spec.mechanism->roles[apart(w)].name);
    for (size_t c = 0; c < w->cell_count && c < CAPTURED_DEVICES && status == 0; c++) {
        snprintf(name, sizeof name, "access-%zu", c + 1);
        status = capture(w->cells[c].port, dir, name);
    }
    for (int d = 0; d < w->spec.devices && d < CAPTURED_DEVICES && status == 0; d++) {
        snprintf(name, sizeof name, "device-%d", d + 1);
        status = capture(w->devices[d].port, dir, name);
    }
    return status;
}

static int set_radios(const struct world *w)
{
    int status = 0;
    for (size_t c = 0; c < w->cell_count && status == 0; c++) {
        status = world_radio_set(&w->spec, w->cells[c].port);
        if (status == 0 && w->cells[c].sniffer >= 0)
            status = world_radio_set(&w->spec, w->cells[c].sniffer);
    }
    for (int d = 0; d < w->spec.devices && status == 0; d++)
        status = world_radio_set(&w->spec, w->devices[d].port);
    return status;
}

int world_build(struct world *w, const char *pcap_dir, char *error, size_t cap)
{
    size_t nodes = w->cell_count + 1 + (apart(w) >= 0);
    if (w->spec.backend == ENG_WAN && nodes > 2 && has_kind(w, IMP_ROLE_SERVER)) {
        snprintf(error, cap, "backend wan joins two nodes only: %d devices in cells of %d need %zu",
                 w->spec.devices, w->spec.cell, nodes);
        return -1;
    }
    for (size_t c = 0; c < w->cell_count; c++) {
        build_cell(w, (int)c);
        build_relays(w, (int)c);
    }
    build_backend(w);
    for (int d = 0; d < w->spec.devices; d++)
        build_device(w, d);
    build_sniffers(w);
    if (set_radios(w) < 0 || eng_ip_start() < 0 || join_paths(w) < 0 ||
        (pcap_dir && captures(w, pcap_dir) < 0)) {
        snprintf(error, cap, "%s", eng_message());
        return -1;
    }
    world_channels_open(w);
    return 0;
}
