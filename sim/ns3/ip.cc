/* SPDX-License-Identifier: GPL-2.0-only */
/* ip.cc - ns-3's IPv6 on our ports, with routes from route.cc. */
#include "private.h"

#include "ns3/boolean.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/simulator.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/udp-l4-protocol.h"

#include <cstring>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr uint16_t kIpv6MinimumMtu = 1280; /* RFC 8200 section 5 */

void CopyIp(const Ipv6Address &a, uint8_t out[16])
{
    a.GetBytes(out);
}

class PlannedRoutes : public Ipv6RoutingProtocol
{
  public:
    explicit PlannedRoutes(int node) : m_node(node)
    {
    }
    Ptr<Ipv6Route> RouteOutput(Ptr<Packet>, const Ipv6Header &header, Ptr<NetDevice> oif,
                               Socket::SocketErrno &error) override;
    bool RouteInput(Ptr<const Packet> p, const Ipv6Header &header, Ptr<const NetDevice> idev,
                    UnicastForwardCallback, MulticastForwardCallback, LocalDeliverCallback,
                    ErrorCallback) override;
    void NotifyInterfaceUp(uint32_t) override
    {
    }
    void NotifyInterfaceDown(uint32_t) override
    {
    }
    void NotifyAddAddress(uint32_t, Ipv6InterfaceAddress) override
    {
    }
    void NotifyRemoveAddress(uint32_t, Ipv6InterfaceAddress) override
    {
    }
    void NotifyAddRoute(Ipv6Address, Ipv6Prefix, Ipv6Address, uint32_t, Ipv6Address) override
    {
    }
    void NotifyRemoveRoute(Ipv6Address, Ipv6Prefix, Ipv6Address, uint32_t, Ipv6Address) override
    {
    }
    void SetIpv6(Ptr<Ipv6> ipv6) override
    {
        m_ipv6 = ipv6;
    }
    void PrintRoutingTable(Ptr<OutputStreamWrapper>, Time::Unit) const override
    {
    }

  private:
    void DoDispose() override
    {
        m_ipv6 = nullptr;
        Ipv6RoutingProtocol::DoDispose();
    }
    int m_node;
    Ptr<Ipv6> m_ipv6;
};

Port *PortOfDevice(const NodeState &n, Ptr<const NetDevice> d)
{
    for (Port *p : n.ports)
        if (p->ip == d)
            return p;
    return nullptr;
}

Ptr<Ipv6Route> PlannedRoutes::RouteOutput(Ptr<Packet>, const Ipv6Header &header, Ptr<NetDevice> oif,
                                          Socket::SocketErrno &error)
{
    const NodeState &n = world->nodes[m_node];
    uint8_t dst[16];
    CopyIp(header.GetDestination(), dst);
    Hop h = Route(n, dst, oif ? PortOfDevice(n, oif) : nullptr);
    if (!h.out || (!h.next && dst[0] != 0xff)) {
        error = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    error = Socket::ERROR_NOTERROR;
    uint8_t src[16];
    if (header.GetDestination().IsLinkLocal() || header.GetDestination().IsLinkLocalMulticast())
        LinkLocalAddress(h.out, src);
    else
        GlobalAddress(h.out, src);
    Ptr<Ipv6Route> route = Create<Ipv6Route>();
    route->SetDestination(header.GetDestination());
    route->SetSource(Ip(src));
    route->SetGateway(Ipv6Address::GetZero());
    route->SetOutputDevice(h.out->ip);
    return route;
}

/* Forwards by itself: ns-3's own forwarding refuses the documentation prefix 2001:db8::/32, which
 * scenarios are likely to use. */
bool PlannedRoutes::RouteInput(Ptr<const Packet> p, const Ipv6Header &header, Ptr<const NetDevice>,
                               UnicastForwardCallback, MulticastForwardCallback,
                               LocalDeliverCallback, ErrorCallback)
{
    const NodeState &n = world->nodes[m_node];
    uint8_t dst[16];
    CopyIp(header.GetDestination(), dst);
    if ((n.ports.size() < 2 && !n.relays) || dst[0] == 0xff ||
        header.GetDestination().IsLinkLocal() || header.GetSource().IsLinkLocal() ||
        header.GetHopLimit() <= 1)
        return true;
    Hop h = Route(n, dst, nullptr);
    if (!h.out || !h.next || !h.out->ip)
        return true;
    Ipv6Header forwarded = header;
    forwarded.SetHopLimit(header.GetHopLimit() - 1);
    if (p->GetSize() + forwarded.GetSerializedSize() > h.out->ip->GetMtu()) {
        Ptr<Packet> whole = p->Copy();
        whole->AddHeader(header);
        m_ipv6->GetObject<Icmpv6L4Protocol>()->SendErrorTooBig(whole, header.GetSource(),
                                                               h.out->ip->GetMtu());
        return true;
    }
    Ptr<Ipv6L3Protocol> l3 = DynamicCast<Ipv6L3Protocol>(m_ipv6);
    l3->GetInterface(h.out->interface)->Send(p->Copy(), forwarded, header.GetDestination());
    return true;
}

void AddAddresses(Ptr<Ipv6L3Protocol> ipv6, Port *p)
{
    uint8_t a[16];
    LinkLocalAddress(p, a);
    ipv6->AddAddress(p->interface, Ipv6InterfaceAddress(Ip(a), Ipv6Prefix(64)));
    GlobalAddress(p, a);
    ipv6->AddAddress(p->interface, Ipv6InterfaceAddress(Ip(a), Ipv6Prefix(64)));
}

void StartPort(NodeState &n, Port *p)
{
    p->StartIp();
    p->ip = Create<IpDevice>(p);
    n.node->AddDevice(p->ip);
    Ptr<Ipv6L3Protocol> ipv6 = n.node->GetObject<Ipv6L3Protocol>();
    p->interface = ipv6->AddInterface(p->ip);
    ipv6->SetMetric(p->interface, 1);
    AddAddresses(ipv6, p);
    ipv6->SetUp(p->interface);
    p->medium->by_interface_id[InterfaceId(p)] = p;
}

} // namespace

/* Only what is used: no IPv4, no ARP, no neighbour discovery, no queue discs; TCP when asked for.
 */
void StartStack(NodeState &n)
{
    if (n.ip)
        return;
    n.ip = true;
    Ptr<Ipv6L3Protocol> ipv6 = CreateObject<Ipv6L3Protocol>();
    ipv6->SetAttribute("IpForward", BooleanValue(true)); /* or it would solicit routers */
    n.node->AggregateObject(ipv6);
    Ptr<Icmpv6L4Protocol> icmp = CreateObject<Icmpv6L4Protocol>();
    icmp->SetAttribute("DAD", BooleanValue(false));
    n.node->AggregateObject(icmp);
    int id = static_cast<int>(&n - world->nodes.data());
    ipv6->SetRoutingProtocol(Create<PlannedRoutes>(id));
    ipv6->RegisterExtensions();
    ipv6->RegisterOptions();
    n.node->AggregateObject(CreateObject<TrafficControlLayer>());
    n.node->AggregateObject(CreateObject<UdpL4Protocol>());
}

IpDevice::IpDevice(Port *p)
{
    port = p;
    m_mtu = p->medium->kind == ENG_LRWPAN ? kIpv6MinimumMtu : static_cast<uint16_t>(p->mtu);
    m_address = Mac48(p->address);
}

namespace
{

/* A relay hands on what another port of the medium sent, or is for. */
bool Relayed(const Port *at, const uint8_t ip[16])
{
    if (!world->nodes[at->node].relays || ip[0] == 0xff)
        return false;
    const Port *end = Owner(at->medium, ip);
    return end && end != at;
}

} // namespace

bool IpDevice::Send(Ptr<Packet> p, const Address &, uint16_t)
{
    uint8_t header[40];
    if (p->CopyData(header, sizeof header) < sizeof header || !port->Ready())
        return false;
    const uint8_t *dst = header + 24;
    eng_addr link;
    if (dst[0] == 0xff) {
        link = port->GroupAddress(dst);
    } else {
        Hop h = Route(world->nodes[port->node], dst, port);
        if (!h.next || h.out != port)
            return false;
        link = h.next->address;
    }
    if (!Relayed(port, header + 8))
        TapDatagram(port, *p, port->address, link, false);
    return port->SendIp(p, port->address, link, false) == 0;
}

void IpDevice::Up(Ptr<const Packet> p, eng_addr src)
{
    uint8_t header[40];
    bool passes = p->CopyData(header, sizeof header) == sizeof header && Relayed(port, header + 24);
    if ((passes || !TapBlocksDatagram(port, *p, src)) && !m_receive.IsNull())
        m_receive(this, p, kEtherIpv6, Mac48(src));
}

int Port::SendIp(Ptr<Packet> p, eng_addr src, eng_addr dst, bool forged)
{
    return forged ? Inject(p, src, dst, kEtherIpv6) : Send(p, dst, kEtherIpv6);
}

void Port::StartIp()
{
}

bool Port::Addressed() const
{
    return ip != nullptr;
}

void Port::Join(const uint8_t group[16])
{
    Ptr<Ipv6L3Protocol> ipv6 = world->nodes[node].node->GetObject<Ipv6L3Protocol>();
    ipv6->AddMulticastAddress(Ip(group), interface);
}

void Port::UpIp(Ptr<const Packet> p, eng_addr src)
{
    if (ip)
        ip->Up(p, src);
}

} // namespace imprint

using namespace imprint;

int eng_ip_start(void)
{
    if (!world || world->ip)
        return Fail(ENG_ESTATE);
    world->ip = true;
    for (NodeState &n : world->nodes) {
        for (Port *p : n.ports) {
            if (!p->medium->ip)
                continue;
            if (p->medium->kind == ENG_IDEAL) { /* carries datagrams itself */
                p->medium->by_interface_id[InterfaceId(p)] = p;
                continue;
            }
            StartStack(n);
            StartPort(n, p);
        }
    }
    for (auto &p : world->ports)
        if (p->sniffer && p->medium->ip)
            p->StartIp();
    return 0;
}

int eng_ip_address(int port, uint8_t out[16])
{
    Port *p = PortOf(port);
    if (!p || !p->medium->ip)
        return Fail(ENG_EARGUMENT, "the medium has no prefix");
    GlobalAddress(p, out);
    return 0;
}

int eng_ip_linklocal(int port, uint8_t out[16])
{
    Port *p = PortOf(port);
    if (!p || !p->medium->ip)
        return Fail(ENG_EARGUMENT, "the medium has no prefix");
    LinkLocalAddress(p, out);
    return 0;
}

int eng_route(int port, const uint8_t gateway[16])
{
    Port *p = PortOf(port);
    if (!p || !p->ip)
        return Fail(ENG_EARGUMENT, "the port has no address");
    Port *next = Owner(p->medium, gateway);
    if (!next || next == p)
        return Fail(ENG_EARGUMENT, "no such gateway on the port's medium");
    world->nodes[p->node].default_out = p;
    world->nodes[p->node].default_next = next;
    return 0;
}

int eng_path(const int *ports, int n)
{
    std::vector<Port *> path;
    for (int i = 0; i < n; i++) {
        Port *p = PortOf(ports[i]);
        if (!p || !p->ip || (i > 0 && p->medium != path[0]->medium))
            return Fail(ENG_EARGUMENT, "a path has ports with addresses, all of one medium");
        path.push_back(p);
    }
    for (size_t i = 0; i < path.size(); i++)
        for (size_t j = 0; j < path.size(); j++)
            if (i != j)
                path[i]->via[path[j]] = path[i < j ? i + 1 : i - 1];
    for (size_t i = 1; i + 1 < path.size(); i++)
        world->nodes[path[i]->node].relays = true;
    return 0;
}

int eng_ip_join(int port, const uint8_t group[16])
{
    Port *p = PortOf(port);
    if (!p || !p->Addressed() || group[0] != 0xff)
        return Fail(ENG_EARGUMENT, "port or group");
    p->Join(group);
    return 0;
}
