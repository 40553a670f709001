/* SPDX-License-Identifier: GPL-2.0-only */
/* octets.cc - whose octets a frame carries: the message's, the network layer's or its own.
 *
 * A mark lies on the octets of a message from the moment it is sent. ns-3 keeps it on them whatever
 * header comes before them, and when they are cut, joined or sent again. */
#include "private.h"

using namespace ns3;

namespace imprint
{
namespace
{

class MessageMark : public Tag
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId id = TypeId("imprint::MessageMark").SetParent<Tag>();
        return id;
    }
    TypeId GetInstanceTypeId() const override
    {
        return GetTypeId();
    }
    uint32_t GetSerializedSize() const override
    {
        return 0;
    }
    void Serialize(TagBuffer) const override
    {
    }
    void Deserialize(TagBuffer) override
    {
    }
    void Print(std::ostream &) const override
    {
    }
};

} // namespace

Ptr<Packet> MarkMessage(Ptr<Packet> p, size_t headers)
{
    if (p->GetSize() > headers)
        p->AddByteTag(MessageMark(), static_cast<uint32_t>(headers), p->GetSize());
    return p;
}

size_t MessageOctets(const Packet &p)
{
    size_t n = 0;
    for (ByteTagIterator i = p.GetByteTagIterator(); i.HasNext();) {
        ByteTagIterator::Item item = i.Next();
        if (item.GetTypeId() == MessageMark::GetTypeId())
            n += item.GetEnd() - item.GetStart();
    }
    return n;
}

Octets OctetsOf(const Packet &frame, size_t own, bool network)
{
    size_t all = frame.GetSize(), message = MessageOctets(frame);
    return {all, message, network && all > own + message ? all - own - message : 0, false};
}

namespace
{

void Add(Counts &c, const Octets &o)
{
    if (o.repeated) {
        c.repeated_octets += o.all;
        return;
    }
    c.message_octets += o.message;
    c.network_octets += o.network;
}

} // namespace

void CountSent(Port *by, const Octets &o)
{
    by->count.tx_frames++;
    by->count.tx_octets += o.all;
    Add(by->count, o);
}

void CountReceived(Port *by, const Octets &o)
{
    by->count.rx_frames++;
    by->count.rx_octets += o.all;
    Add(by->count, o);
}

void Medium::Count(Port *from, eng_addr dst, bool group, const Octets &o)
{
    CountSent(from, o);
    if (group) {
        for (Port *p : ports)
            if (p != from && p->on && !p->sniffer)
                CountReceived(p, o);
        return;
    }
    Port *to = Find(dst);
    if (to && to != from && to->on)
        CountReceived(to, o);
}

} // namespace imprint
