/* SPDX-License-Identifier: GPL-2.0-only */
/* tcp.cc - streams on ns-3's TCP sockets. */
#include "private.h"

#include "ns3/boolean.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/socket.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <cstring>

using namespace ns3;

namespace imprint
{

struct Connection {
    Ptr<Socket> socket;
    Port *port = nullptr;
    eng_tcp_ops ops{};
    Bytes waiting; /* given by the user, not yet taken by ns-3 */
    size_t taken = 0;
    bool open = false;
    bool closing = false; /* nothing more will be given */
    bool shut = false;    /* ns-3 was told to close */
    bool over = false;
};

struct TcpState {
    std::vector<std::unique_ptr<Connection>> all;
};

World::World() = default;
World::~World() = default;

namespace
{

Connection *ConnectionOf(int c)
{
    if (!world || !world->tcp || c < 0 || static_cast<size_t>(c) >= world->tcp->all.size())
        return nullptr;
    return world->tcp->all[c].get();
}

int Add(Ptr<Socket> socket, Port *port, const eng_tcp_ops &ops)
{
    if (!world->tcp)
        world->tcp = std::make_unique<TcpState>();
    auto c = std::make_unique<Connection>();
    c->socket = socket;
    c->port = port;
    c->ops = ops;
    world->tcp->all.push_back(std::move(c));
    return static_cast<int>(world->tcp->all.size() - 1);
}

eng_endpoint FromSocketAddress(const Address &a)
{
    eng_endpoint e{};
    if (Inet6SocketAddress::IsMatchingType(a)) {
        Inet6SocketAddress s = Inet6SocketAddress::ConvertFrom(a);
        s.GetIpv6().GetBytes(e.ip);
        e.port = s.GetPort();
    }
    return e;
}

void Over(int id)
{
    Connection *c = ConnectionOf(id);
    if (!c || c->over)
        return;
    c->over = true;
    if (!c->closing && c->ops.closed)
        c->ops.closed(c->ops.arg, id);
}

/* Closing calls back at once in some states. */
void Shut(Connection *c)
{
    if (c->shut)
        return;
    c->shut = true;
    c->socket->Close();
}

void Flush(Connection *c)
{
    if (!c->open)
        return;
    while (c->taken < c->waiting.size()) {
        size_t n = std::min<size_t>(c->waiting.size() - c->taken, c->socket->GetTxAvailable());
        if (n == 0)
            return;
        int sent = c->socket->Send(MarkMessage(Wrap(c->waiting.data() + c->taken, n)));
        if (sent <= 0)
            return;
        c->taken += static_cast<size_t>(sent);
    }
    c->waiting.clear();
    c->taken = 0;
    if (c->closing)
        Shut(c);
}

/* Between two sockets of one node data may come before it is said that they are connected: they
 * wait. */
void Readable(int id, Ptr<Socket> socket)
{
    if (!ConnectionOf(id)->open)
        return;
    while (Ptr<Packet> p = socket->Recv()) {
        if (p->GetSize() == 0)
            return;
        Connection *c = ConnectionOf(id);
        Bytes b = Copy(*p);
        if (!c->closing && c->ops.data)
            c->ops.data(c->ops.arg, id, b.data(), b.size());
    }
}

void Writable(int id, Ptr<Socket>, uint32_t)
{
    if (Connection *c = ConnectionOf(id))
        Flush(c);
}

void Connected(int id, Ptr<Socket> socket)
{
    Connection *c = ConnectionOf(id);
    c->open = true;
    Address a;
    socket->GetPeerName(a);
    eng_endpoint peer = FromSocketAddress(a);
    if (c->ops.opened && !c->closing)
        c->ops.opened(c->ops.arg, id, &peer);
    Flush(ConnectionOf(id));
    Readable(id, socket);
}

void Refused(int id, Ptr<Socket>)
{
    Over(id);
}

/* The peer has closed its direction: so do we, once what waits is sent. */
void PeerClosed(int id, Ptr<Socket> socket)
{
    Readable(id, socket);
    Connection *c = ConnectionOf(id);
    Over(id);
    c->closing = true;
    Flush(c);
}

void Broken(int id, Ptr<Socket>)
{
    Over(id);
}

void Watch(int id, Ptr<Socket> socket)
{
    socket->SetRecvCallback(MakeBoundCallback(&Readable, id));
    socket->SetSendCallback(MakeBoundCallback(&Writable, id));
    socket->SetCloseCallbacks(MakeBoundCallback(&PeerClosed, id), MakeBoundCallback(&Broken, id));
}

bool Wanted(Ptr<Socket>, const Address &)
{
    return true;
}

void Accepted(int listener, Ptr<Socket> socket, const Address &)
{
    Connection *l = ConnectionOf(listener);
    int id = Add(socket, l->port, l->ops);
    Watch(id, socket);
    Connected(id, socket);
}

/* TCP's objects are large; a node gets them with its first connection. */
Ptr<Socket> MakeSocket(Port *port)
{
    NodeState &n = world->nodes[port->node];
    if (!n.tcp) {
        n.tcp = true;
        n.node->AggregateObject(CreateObject<TcpL4Protocol>());
    }
    Ptr<Socket> s = Socket::CreateSocket(n.node, TcpSocketFactory::GetTypeId());
    s->SetAttribute("TcpNoDelay", BooleanValue(true));
    return s;
}

} // namespace

void DropTcp()
{
    if (!world->tcp)
        return;
    for (auto &c : world->tcp->all) {
        c->over = true;
        c->socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        c->socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        c->socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                     MakeNullCallback<void, Ptr<Socket>>());
        c->socket = nullptr;
    }
}

} // namespace imprint

using namespace imprint;

int eng_tcp_listen(int port, uint16_t number, const struct eng_tcp_ops *ops)
{
    Port *p = PortOf(port);
    if (p && p->medium->kind == ENG_IDEAL)
        return Fail(ENG_ESUPPORT, "the ideal medium has no streams");
    if (!p || !p->ip || !number)
        return Fail(ENG_EARGUMENT, "port or number");
    Ptr<Socket> s = MakeSocket(p);
    if (s->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), number)) != 0)
        return Fail(ENG_ESTATE, "the number is taken");
    int id = Add(s, p, *ops);
    s->SetAcceptCallback(MakeCallback(&Wanted), MakeBoundCallback(&Accepted, id));
    return s->Listen() == 0 ? id : Fail(ENG_ESTATE);
}

int eng_tcp_connect(int port, const struct eng_endpoint *dst, const struct eng_tcp_ops *ops)
{
    Port *p = PortOf(port);
    if (p && p->medium->kind == ENG_IDEAL)
        return Fail(ENG_ESUPPORT, "the ideal medium has no streams");
    if (!p || !p->ip)
        return Fail(ENG_EARGUMENT, "port");
    Hop h = Route(world->nodes[p->node], dst->ip, p);
    if (!h.out || !h.next)
        return Fail(ENG_ESTATE, "no route");
    uint8_t own[16];
    if (Ip(dst->ip).IsLinkLocal())
        LinkLocalAddress(p, own);
    else
        GlobalAddress(p, own);
    Ptr<Socket> s = MakeSocket(p);
    if (s->Bind(Inet6SocketAddress(Ip(own), 0)) != 0)
        return Fail(ENG_ESTATE, "no number is free");
    int id = Add(s, p, *ops);
    Watch(id, s);
    s->SetConnectCallback(MakeBoundCallback(&Connected, id), MakeBoundCallback(&Refused, id));
    if (s->Connect(Inet6SocketAddress(Ip(dst->ip), dst->port)) != 0)
        return Fail(ENG_ESTATE, "no route");
    return id;
}

int eng_tcp_name(int conn, eng_endpoint *own)
{
    Connection *c = ConnectionOf(conn);
    Address a;
    if (!c || c->socket->GetSockName(a) != 0)
        return Fail(ENG_EARGUMENT, "connection");
    *own = FromSocketAddress(a);
    return 0;
}

int eng_tcp_send(int conn, const void *payload, size_t n)
{
    Connection *c = ConnectionOf(conn);
    if (!c)
        return Fail(ENG_EARGUMENT, "connection");
    if (c->over || c->closing)
        return Fail(ENG_ESTATE, "the connection is closed");
    const uint8_t *b = static_cast<const uint8_t *>(payload);
    c->waiting.insert(c->waiting.end(), b, b + n);
    Flush(c);
    return 0;
}

int eng_tcp_close(int conn)
{
    Connection *c = ConnectionOf(conn);
    if (!c)
        return Fail(ENG_EARGUMENT, "connection");
    if (c->closing)
        return 0;
    c->closing = true;
    if (c->open)
        Flush(c);
    else if (c->waiting.empty()) /* else once it is open */
        Shut(c);
    return 0;
}
