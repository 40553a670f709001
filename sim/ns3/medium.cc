/* SPDX-License-Identifier: GPL-2.0-only */
/* medium.cc - media and ports, whatever their kind. */
#include "private.h"

#include "ns3/ipv6-address.h"
#include "ns3/mac16-address.h"
#include "ns3/mac48-address.h"
#include "ns3/mac64-address.h"
#include "ns3/simulator.h"

#include <arpa/inet.h>
#include <cstring>

using namespace ns3;

namespace imprint
{

bool ParsePrefix(const char *text, std::array<uint8_t, 8> &out)
{
    uint8_t ip[16];
    static const uint8_t zero[8] = {};
    if (inet_pton(AF_INET6, text, ip) != 1 || memcmp(ip + 8, zero, 8) != 0)
        return false;
    std::copy(ip, ip + 8, out.begin());
    return true;
}

Address Mac48(eng_addr a)
{
    uint8_t b[6];
    for (int i = 0; i < 6; i++)
        b[i] = static_cast<uint8_t>(a >> (8 * (5 - i)));
    Mac48Address m;
    m.CopyFrom(b);
    return m;
}

eng_addr FromAddress(const Address &a)
{
    uint8_t b[Address::MAX_SIZE];
    uint32_t n = a.CopyTo(b);
    eng_addr v = 0;
    for (uint32_t i = 0; i < n && i < 8; i++)
        v = v << 8 | b[i];
    return v;
}

uint64_t Eui64From48(uint64_t mac)
{
    return (mac >> 24) << 40 | 0xfffeull << 24 | (mac & 0xffffff);
}

Ipv6Address Ip(const uint8_t ip[16])
{
    uint8_t b[16];
    memcpy(b, ip, sizeof b);
    return Ipv6Address(b);
}

Bytes Copy(const Packet &p)
{
    Bytes b(p.GetSize());
    p.CopyData(b.data(), static_cast<uint32_t>(b.size()));
    return b;
}

Ptr<Packet> Wrap(const void *p, size_t n)
{
    return Create<Packet>(static_cast<const uint8_t *>(p), static_cast<uint32_t>(n));
}

Port *Medium::Find(eng_addr link) const
{
    auto it = by_link.find(link);
    return it == by_link.end() ? nullptr : it->second;
}

void Port::Link(bool up)
{
    if (linked == up)
        return;
    linked = up;
    if (ops.link)
        ops.link(ops.arg, id, up);
}

/* RFC 2464 section 7: 33:33 and the last four octets of the group. */
eng_addr Port::GroupAddress(const uint8_t group[16]) const
{
    eng_addr low = 0;
    for (int i = 12; i < 16; i++)
        low = low << 8 | group[i];
    return 0x333300000000ull | low;
}

bool Port::IsGroup(eng_addr a) const
{
    return a == ENG_ALL || (a >> 40 & 1);
}

namespace
{

/* In the order of ENG_MEDIA. */
std::unique_ptr<Medium> (*const makers[ENG_KIND_COUNT])(const MediumWish &m) = {
    MakeWifi, MakeLrWpan, MakeEthernet, MakeWan, MakeBle, MakeLorawan, MakeZwave, MakeIdeal};
#define ENG_NAME(id, name, title) name,
#define ENG_TITLE(id, name, title) title,
const char *const names[] = {ENG_MEDIA(ENG_NAME)};
const char *const titles[] = {ENG_MEDIA(ENG_TITLE)};
#undef ENG_NAME
#undef ENG_TITLE

/* Locally administered addresses in order of creation: the same in every run. */
uint64_t NumberedMac(int port)
{
    return 0x020000000000ull | static_cast<uint64_t>(port + 1);
}

} // namespace

void Bind(Port &p, const eng_port &wish, Medium *m)
{
    p.id = static_cast<int>(world->ports.size());
    p.node = wish.node;
    p.index = static_cast<int>(m->ports.size());
    p.medium = m;
    p.role = wish.role;
    p.extended = wish.extended;
    p.sniffer = wish.sniffer;
    p.ops = wish.ops;
    p.address = NumberedMac(p.id);
    p.eui64 = Eui64From48(p.address);
    p.receiver = Create<Receiver>(&p, m->loss, m->loss_stream, static_cast<uint64_t>(p.index));
}

namespace
{

void StartLink(int id)
{
    Port *p = PortOf(id);
    if (p && p->on && !p->sniffer && p->medium->kind != ENG_WIFI)
        p->Link(true);
}

} // namespace

} // namespace imprint

using namespace imprint;

const char *eng_kind_name(enum eng_kind k)
{
    return k < ENG_KIND_COUNT ? names[k] : "?";
}

const char *eng_kind_title(enum eng_kind k)
{
    return k < ENG_KIND_COUNT ? titles[k] : "?";
}

int eng_medium(const struct eng_medium *m)
{
    if (!world || m->kind >= ENG_KIND_COUNT)
        return Fail(ENG_EARGUMENT, "kind");
    if (m->kind == ENG_IDEAL && m->loss > 0)
        return Fail(ENG_ESUPPORT, "the ideal medium loses nothing");
    if (!(m->loss >= 0 && m->loss <= 1) || m->rate < 0 || m->delay < 0)
        return Fail(ENG_EARGUMENT, "loss, rate or delay");
    std::array<uint8_t, 8> prefix{};
    if (m->prefix && !ParsePrefix(m->prefix, prefix))
        return Fail(ENG_EARGUMENT, "prefix is not an IPv6 /64");
    std::unique_ptr<Medium> made = makers[m->kind](*m);
    made->id = static_cast<int>(world->media.size());
    made->kind = m->kind;
    made->loss = m->loss;
    made->loss_stream = m->loss_stream;
    made->ip = m->prefix != nullptr && eng_carries(m->kind, kEtherIpv6);
    made->prefix = prefix;
    world->media.push_back(std::move(made));
    return static_cast<int>(world->media.size() - 1);
}

int eng_attach(const struct eng_port *wish)
{
    if (!world || wish->node < 0 || static_cast<size_t>(wish->node) >= world->nodes.size() ||
        wish->medium < 0 || static_cast<size_t>(wish->medium) >= world->media.size())
        return Fail(ENG_EARGUMENT, "node or medium");
    Medium *m = world->media[wish->medium].get();
    if (world->ip)
        return Fail(ENG_ESTATE, "addresses are given already");
    if (wish->role == ENG_HUB && m->hub && m->OneHub())
        return Fail(ENG_ESTATE, "the medium has its hub");
    std::unique_ptr<Port> made = m->Attach(*wish);
    if (!made)
        return ENG_ESTATE;
    Port *p = made.get();
    if (p->role == ENG_HUB && !m->hub)
        m->hub = p;
    m->ports.push_back(p);
    m->by_link[p->address] = p;
    world->ports.push_back(std::move(made));
    if (!p->sniffer)
        world->nodes[p->node].ports.push_back(p);
    if (p->role == ENG_STATION && !p->sniffer)
        Simulator::ScheduleNow(&StartLink, p->id);
    return p->id;
}

int eng_power(int port, bool on)
{
    Port *p = PortOf(port);
    if (!p)
        return Fail(ENG_EARGUMENT);
    if (p->on == on)
        return 0;
    p->on = on;
    p->meter.Power(Clock(), on);
    p->Power(on);
    if (!on)
        p->Link(false);
    else if (p->role == ENG_STATION)
        Simulator::ScheduleNow(&StartLink, p->id);
    return 0;
}

eng_addr eng_link_address(int port)
{
    Port *p = PortOf(port);
    return p ? p->address : 0;
}

uint64_t eng_eui64(int port)
{
    Port *p = PortOf(port);
    return p ? p->eui64 : 0;
}

size_t eng_mtu(int port)
{
    Port *p = PortOf(port);
    return p ? p->mtu : 0;
}

eng_time eng_airtime(int port, uint16_t number, size_t n)
{
    Port *p = PortOf(port);
    if (!p)
        return Fail(ENG_EARGUMENT);
    if (!eng_carries(p->medium->kind, number))
        return Fail(ENG_ESUPPORT, "frames of this kind");
    switch (p->medium->kind) {
    case ENG_BLE:
        return BleAirtime(number, n);
    case ENG_LORAWAN:
        return LorawanAirtime(p, n);
    case ENG_ZWAVE:
        return ZwaveAirtime(p, n);
    default:
        return Fail(ENG_ESUPPORT, "not on the air");
    }
}
