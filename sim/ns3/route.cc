/* SPDX-License-Identifier: GPL-2.0-only */
/* route.cc - IPv6 addresses, routes and neighbours.
 *
 * Routes between media are known to every node: a medium's prefix is reached through its hub's node
 * where that is a neighbour, else through the node's default route, else through the hub of the
 * node's own medium. Neighbours are known too: no neighbour discovery is sent, so no first datagram
 * waits or is lost for it, and 10,000 nodes need no caches. */
#include "private.h"

#include <cstring>

namespace imprint
{

uint64_t InterfaceId(const Port *p)
{
    /* RFC 4291 appendix A: the universal/local bit is inverted; RFC 4944 section 6 for 16 bits. */
    if (p->medium->kind == ENG_LRWPAN && !p->extended)
        return 0x000000fffe000000ull | p->address;
    return p->eui64 ^ 0x0200000000000000ull;
}

void LinkLocalAddress(const Port *p, uint8_t out[16])
{
    uint64_t id = InterfaceId(p);
    memset(out, 0, 16);
    out[0] = 0xfe;
    out[1] = 0x80;
    for (int i = 0; i < 8; i++)
        out[8 + i] = static_cast<uint8_t>(id >> (8 * (7 - i)));
}

/* On lr-wpan the interface identifier is the link address's, which 6LoWPAN leaves out; elsewhere
 * the port's number. */
void GlobalAddress(const Port *p, uint8_t out[16])
{
    uint64_t id = p->medium->kind == ENG_LRWPAN ? InterfaceId(p) : static_cast<uint64_t>(p->id) + 1;
    memcpy(out, p->medium->prefix.data(), 8);
    for (int i = 0; i < 8; i++)
        out[8 + i] = static_cast<uint8_t>(id >> (8 * (7 - i)));
}

namespace
{

uint64_t Low(const uint8_t ip[16])
{
    uint64_t v = 0;
    for (int i = 8; i < 16; i++)
        v = v << 8 | ip[i];
    return v;
}

bool IsLinkLocal(const uint8_t ip[16])
{
    return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

const Medium *MediumOf(const uint8_t ip[16])
{
    for (const auto &m : world->media)
        if (m->ip && memcmp(m->prefix.data(), ip, 8) == 0)
            return m.get();
    return nullptr;
}

/* The port of `n` and the port of the hub's node that share a medium. */
Hop Towards(const NodeState &n, const Port *hub)
{
    for (Port *p : n.ports)
        for (Port *q : world->nodes[hub->node].ports)
            if (p->medium == q->medium && p->medium->ip && p != q)
                return {p, q};
    return {};
}

} // namespace

Port *Owner(const Medium *m, const uint8_t ip[16])
{
    bool on_prefix = memcmp(m->prefix.data(), ip, 8) == 0;
    if (IsLinkLocal(ip) || (on_prefix && m->kind == ENG_LRWPAN)) {
        auto it = m->by_interface_id.find(Low(ip));
        return it == m->by_interface_id.end() ? nullptr : it->second;
    }
    uint64_t id = Low(ip);
    if (!on_prefix || id == 0 || id > world->ports.size())
        return nullptr;
    Port *p = world->ports[id - 1].get();
    return p->medium == m && !p->sniffer ? p : nullptr;
}

namespace
{

Hop Direct(const NodeState &n, const uint8_t dst[16], Port *via)
{
    if (dst[0] == 0xff)
        return {via ? via : n.ports.empty() ? nullptr : n.ports[0], nullptr};
    if (IsLinkLocal(dst)) {
        if (via)
            return {via, Owner(via->medium, dst)};
        for (Port *p : n.ports)
            if (Port *q = Owner(p->medium, dst))
                return {p, q};
        return {};
    }
    const Medium *target = MediumOf(dst);
    for (Port *p : n.ports)
        if (p->medium == target)
            return {p, Owner(target, dst)};
    if (target && target->hub) {
        Hop h = Towards(n, target->hub);
        if (h.out)
            return h;
    }
    if (n.default_out)
        return {n.default_out, n.default_next};
    for (Port *p : n.ports)
        if (p->medium->ip && p->medium->hub && p->medium->hub != p)
            return {p, p->medium->hub};
    return {};
}

} // namespace

Hop Route(const NodeState &n, const uint8_t dst[16], Port *via)
{
    Hop h = Direct(n, dst, via);
    if (!h.out || !h.next || IsLinkLocal(dst))
        return h;
    auto relay = h.out->via.find(h.next);
    return relay == h.out->via.end() ? h : Hop{h.out, relay->second};
}

} // namespace imprint
