/* SPDX-License-Identifier: GPL-2.0-only */
/* shell.cc - the NetDevice interface, as far as it is the same for all our devices; the tag. */
#include "private.h"

#include "ns3/channel.h"
#include "ns3/mac48-address.h"

using namespace ns3;

namespace imprint
{

NS_OBJECT_ENSURE_REGISTERED(LinkTag);

TypeId LinkTag::GetTypeId()
{
    static TypeId id = TypeId("imprint::LinkTag").SetParent<Tag>().AddConstructor<LinkTag>();
    return id;
}

TypeId LinkTag::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t LinkTag::GetSerializedSize() const
{
    return 12;
}

void LinkTag::Serialize(TagBuffer i) const
{
    i.WriteU64(dst);
    i.WriteU32(injector);
}

void LinkTag::Deserialize(TagBuffer i)
{
    dst = i.ReadU64();
    injector = i.ReadU32();
}

void LinkTag::Print(std::ostream &os) const
{
    os << dst << " " << injector;
}

void Shell::SetIfIndex(const uint32_t index)
{
    m_index = index;
}

uint32_t Shell::GetIfIndex() const
{
    return m_index;
}

Ptr<Channel> Shell::GetChannel() const
{
    return nullptr;
}

void Shell::SetAddress(Address address)
{
    m_address = address;
}

Address Shell::GetAddress() const
{
    return m_address;
}

bool Shell::SetMtu(const uint16_t mtu)
{
    m_mtu = mtu;
    return true;
}

uint16_t Shell::GetMtu() const
{
    return m_mtu;
}

bool Shell::IsLinkUp() const
{
    return true;
}

void Shell::AddLinkChangeCallback(Callback<void>)
{
}

bool Shell::IsBroadcast() const
{
    return true;
}

Address Shell::GetBroadcast() const
{
    return Mac48Address::GetBroadcast();
}

bool Shell::IsMulticast() const
{
    return true;
}

Address Shell::GetMulticast(Ipv4Address group) const
{
    return Mac48Address::GetMulticast(group);
}

Address Shell::GetMulticast(Ipv6Address group) const
{
    return Mac48Address::GetMulticast(group);
}

bool Shell::IsBridge() const
{
    return false;
}

bool Shell::IsPointToPoint() const
{
    return false;
}

bool Shell::SendFrom(Ptr<Packet>, const Address &, const Address &, uint16_t)
{
    return false;
}

Ptr<Node> Shell::GetNode() const
{
    return m_node;
}

void Shell::SetNode(Ptr<Node> node)
{
    m_node = node;
}

/* Neighbours are found by the engine; see route.cc. */
bool Shell::NeedsArp() const
{
    return false;
}

void Shell::SetReceiveCallback(ReceiveCallback callback)
{
    m_receive = callback;
}

void Shell::SetPromiscReceiveCallback(PromiscReceiveCallback)
{
}

bool Shell::SupportsSendFrom() const
{
    return false;
}

void Shell::DoDispose()
{
    m_node = nullptr;
    m_receive = ReceiveCallback();
    NetDevice::DoDispose();
}

} // namespace imprint
