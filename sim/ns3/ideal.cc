/* SPDX-License-Identifier: GPL-2.0-only */
/* ideal.cc - a link without radio, loss and stacks: every unit arrives after one constant delay.
 *
 * For the search of attacks, which needs very many runs and no costs: a frame or datagram is one
 * event and two calls of the tap. Ports have the addresses of route.cc; datagrams reach nodes on
 * the same link only, since nothing is routed. No streams. */
#include "private.h"

#include "ns3/ethernet-header.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/simulator.h"

#include <cstring>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr eng_time kDefaultDelay = 1000 * 1000;
constexpr uint32_t kLinkType = 1;
constexpr size_t kHeaders = 48; /* IPv6 and UDP */
constexpr uint8_t kAllNodes[16] = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

using Group = std::array<uint8_t, 16>;

struct IdealMedium : Medium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
};

struct IdealPort : Port {
    int Send(Ptr<Packet> p, eng_addr dst, uint16_t ethertype) override;
    int Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype) override;
    void Power(bool) override
    {
    }
    void Capture(const std::string &path) override;
    void Forget() override;
    bool Addressed() const override;
    void Join(const uint8_t group[16]) override;
    void UpIp(Ptr<const Packet> p, eng_addr src) override;

    void Write(const Packet &p, eng_addr src, eng_addr dst, uint16_t ethertype);
    bool Accepts(const uint8_t dst[16]) const;
    std::set<Group> groups;
    Ptr<PcapFileWrapper> pcap;
};

struct Flight { /* one unit on its way to one port */
    Ptr<Packet> packet;
    eng_addr src, dst;
    uint16_t ethertype;
};

void Arrive(int port, const Flight &f)
{
    IdealPort *p = static_cast<IdealPort *>(PortOf(port));
    const std::set<eng_addr> &jammed = p->receiver->jammed;
    if (!p->on || jammed.count(ENG_ALL) || jammed.count(f.src))
        return;
    p->Write(*f.packet, f.src, f.dst, f.ethertype);
    p->Receive(f.packet, f.src, f.dst, f.ethertype);
}

void Launch(IdealPort *from, const Flight &f)
{
    Medium *m = from->medium;
    bool group = from->IsGroup(f.dst);
    m->Count(from, f.dst, group, OctetsOf(*f.packet, 0, true));
    from->Write(*f.packet, f.src, f.dst, f.ethertype);
    for (Port *to : m->ports)
        if (to != from && (group || to->address == f.dst))
            Simulator::Schedule(NanoSeconds(m->delay), &Arrive, to->id, f);
}

/* On the same link, or nowhere. */
Port *Neighbour(const Port *p, const uint8_t ip[16])
{
    Port *q = Owner(p->medium, ip);
    return q == p ? nullptr : q;
}

} // namespace

std::unique_ptr<Medium> MakeIdeal(const MediumWish &m)
{
    auto made = std::make_unique<IdealMedium>();
    made->delay = m.delay > 0 ? m.delay : kDefaultDelay;
    return made;
}

std::unique_ptr<Port> IdealMedium::Attach(const eng_port &wish)
{
    auto port = std::make_unique<IdealPort>();
    Bind(*port, wish, this);
    return port;
}

int IdealPort::Send(Ptr<Packet> p, eng_addr dst, uint16_t ethertype)
{
    Launch(this, {p, address, dst, ethertype});
    return 0;
}

int IdealPort::Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype)
{
    Launch(this, {p, src, dst, ethertype});
    return 0;
}

bool IdealPort::Addressed() const
{
    return medium->ip && world->ip && !sniffer;
}

void IdealPort::Join(const uint8_t group[16])
{
    Group g;
    std::copy(group, group + 16, g.begin());
    groups.insert(g);
}

bool IdealPort::Accepts(const uint8_t dst[16]) const
{
    if (dst[0] != 0xff)
        return Owner(medium, dst) == this;
    Group g;
    std::copy(dst, dst + 16, g.begin());
    return memcmp(dst, kAllNodes, 16) == 0 || groups.count(g);
}

void IdealPort::UpIp(Ptr<const Packet> p, eng_addr src)
{
    Bytes b = Copy(*p);
    if (b.size() < kHeaders || !Accepts(b.data() + 24) || TapBlocksDatagram(this, *p, src))
        return;
    eng_endpoint from{}, to{};
    memcpy(from.ip, b.data() + 8, 16);
    memcpy(to.ip, b.data() + 24, 16);
    from.port = static_cast<uint16_t>(b[40] << 8 | b[41]);
    to.port = static_cast<uint16_t>(b[42] << 8 | b[43]);
    DeliverDatagram(this, from, to, b.data() + kHeaders, b.size() - kHeaders);
}

void IdealPort::Write(const Packet &p, eng_addr src, eng_addr dst, uint16_t ethertype)
{
    if (!pcap)
        return;
    Ptr<Packet> frame = p.Copy();
    EthernetHeader h;
    h.SetSource(Mac48Address::ConvertFrom(Mac48(src)));
    h.SetDestination(Mac48Address::ConvertFrom(Mac48(dst)));
    h.SetLengthType(ethertype);
    frame->AddHeader(h);
    pcap->Write(Simulator::Now(), frame);
}

void IdealPort::Capture(const std::string &path)
{
    pcap = CreateObject<PcapFileWrapper>();
    pcap->Open(path, std::ios::out | std::ios::binary);
    pcap->Init(kLinkType);
}

void IdealPort::Forget()
{
    pcap = nullptr;
    receiver = nullptr;
}

int SendIdealDatagram(Port *p, const eng_endpoint &src, const eng_endpoint &dst,
                      const void *payload, size_t n)
{
    bool group = dst.ip[0] == 0xff;
    Port *to = group ? nullptr : Neighbour(p, dst.ip);
    if (!group && !to)
        return Fail(ENG_ESUPPORT, "the ideal medium has no routes");
    if (n > p->mtu - kHeaders)
        return Fail(ENG_ESIZE);
    if (!p->Ready())
        return Fail(ENG_ESTATE, "the link is down");
    eng_addr link = to ? to->address : p->GroupAddress(dst.ip);
    Bytes b = BuildDatagram(src, dst, payload, n);
    Ptr<Packet> packet = MarkMessage(Wrap(b.data(), b.size()), kHeaders);
    TapDatagram(p, *packet, p->address, link, false);
    return p->Send(packet, link, kEtherIpv6);
}

} // namespace imprint
