/* SPDX-License-Identifier: GPL-2.0-only */
/* udp.cc - datagrams on ns-3's UDP, used below its sockets: an end point gives the destination
 * address and the interface of what arrives. One end point per node and number, shared by the
 * node's ports. */
#include "private.h"

#include "ns3/callback.h"
#include "ns3/ipv6-end-point.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-route.h"
#include "ns3/udp-l4-protocol.h"

#include <cstring>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr size_t kHeaders = 48;               /* IPv6 and UDP */
constexpr size_t kSmallest = 1280 - kHeaders; /* RFC 8200 section 5 */

Port *PortWith(const NodeState &n, Ptr<Ipv6Interface> interface)
{
    for (Port *p : n.ports)
        if (interface && p->ip == interface->GetDevice())
            return p;
    return nullptr;
}

/* The socket on the port that the datagram came in by, else the first on the node. */
int SocketFor(const std::vector<int> &sockets, const Port *at)
{
    for (int s : sockets)
        if (world->sockets[s].port == at)
            return s;
    return sockets.front();
}

void Hand(const std::vector<int> &sockets, const Port *at, const eng_endpoint &src,
          const eng_endpoint &dst, const uint8_t *p, size_t n)
{
    int s = SocketFor(sockets, at);
    const UdpSocket socket = world->sockets[s];
    if (socket.rx)
        socket.rx(socket.arg, s, &src, &dst, p, n);
}

void Arrived(int node, uint16_t number, Ptr<Packet> p, Ipv6Header header, uint16_t from,
             Ptr<Ipv6Interface> interface)
{
    NodeState &n = world->nodes[node];
    eng_endpoint src{}, dst{};
    header.GetSource().GetBytes(src.ip);
    header.GetDestination().GetBytes(dst.ip);
    src.port = from;
    dst.port = number;
    Bytes b = Copy(*p);
    Hand(n.udp[number], PortWith(n, interface), src, dst, b.data(), b.size());
}

Ptr<UdpL4Protocol> UdpOf(int node)
{
    return world->nodes[node].node->GetObject<UdpL4Protocol>();
}

uint16_t Allocate(int node, uint16_t number)
{
    Ptr<UdpL4Protocol> udp = UdpOf(node);
    Ipv6EndPoint *end = number ? udp->Allocate6(nullptr, number) : udp->Allocate6();
    if (!end)
        return 0;
    end->SetRxCallback(MakeBoundCallback(&Arrived, node, end->GetLocalPort()));
    return end->GetLocalPort();
}

uint16_t AllocateIdeal(NodeState &n, uint16_t number)
{
    while (number == 0 && n.udp.count(n.ephemeral))
        n.ephemeral++;
    return number ? number : n.ephemeral++;
}

} // namespace

void DeliverDatagram(const Port *at, const eng_endpoint &src, const eng_endpoint &dst,
                     const uint8_t *p, size_t n)
{
    const NodeState &node = world->nodes[at->node];
    auto sockets = node.udp.find(dst.port);
    if (sockets != node.udp.end())
        Hand(sockets->second, at, src, dst, p, n);
}

} // namespace imprint

using namespace imprint;

int eng_udp(int port, uint16_t number, eng_udp_rx *rx, void *arg)
{
    Port *p = PortOf(port);
    if (!p || !p->Addressed())
        return Fail(ENG_EARGUMENT, "the port has no address");
    auto &sockets = world->nodes[p->node].udp;
    if (number && sockets.count(number)) {
        for (int s : sockets[number])
            if (world->sockets[s].port == p)
                return Fail(ENG_ESTATE, "the number is taken");
    } else {
        number = p->ip ? Allocate(p->node, number) : AllocateIdeal(world->nodes[p->node], number);
        if (!number)
            return Fail(ENG_ESTATE, "no number is free");
    }
    int s = static_cast<int>(world->sockets.size());
    world->sockets.push_back({p, number, rx, arg});
    sockets[number].push_back(s);
    return s;
}

int eng_udp_send(int sock, const struct eng_endpoint *dst, const void *payload, size_t n)
{
    if (!world || sock < 0 || static_cast<size_t>(sock) >= world->sockets.size())
        return Fail(ENG_EARGUMENT, "socket");
    UdpSocket &s = world->sockets[sock];
    Hop h = Route(world->nodes[s.port->node], dst->ip, s.port);
    Ipv6Address to = Ip(dst->ip);
    if (!h.out || (!h.next && !to.IsMulticast()))
        return Fail(ENG_ESTATE, "no route");
    uint8_t src[16];
    if (to.IsLinkLocal() || to.IsLinkLocalMulticast())
        LinkLocalAddress(h.out, src);
    else
        GlobalAddress(s.port, src);
    if (!h.out->ip) {
        eng_endpoint from{};
        memcpy(from.ip, src, sizeof src);
        from.port = s.number;
        return SendIdealDatagram(h.out, from, *dst, payload, n);
    }
    bool on_link = to.IsMulticast() || Owner(h.out->medium, dst->ip);
    if (n > (on_link ? h.out->ip->GetMtu() - kHeaders : kSmallest))
        return Fail(ENG_ESIZE);
    if (!h.out->Ready() && h.next != h.out)
        return Fail(ENG_ESTATE, "the link is down");
    Ptr<Ipv6Route> route = Create<Ipv6Route>();
    route->SetDestination(to);
    route->SetSource(Ip(src));
    route->SetGateway(Ipv6Address::GetZero());
    route->SetOutputDevice(h.out->ip);
    UdpOf(s.port->node)
        ->Send(MarkMessage(Wrap(payload, n)), Ip(src), to, s.number, dst->port, route);
    return 0;
}

uint16_t eng_udp_number(int sock)
{
    if (!world || sock < 0 || static_cast<size_t>(sock) >= world->sockets.size())
        return 0;
    return world->sockets[sock].number;
}
