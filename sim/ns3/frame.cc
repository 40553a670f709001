/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.cc - the frame service: payloads under a registered EtherType. */
#include "private.h"

using namespace ns3;

namespace imprint
{

bool Port::Receive(Ptr<const Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype)
{
    if (!on || sniffer)
        return true;
    if (ethertype == kEtherIpv6) {
        UpIp(p, src);
        return true;
    }
    if (!ethertypes.count(ethertype))
        return true;
    LinkTag tag;
    bool injected = p->PeekPacketTag(tag) && tag.injector;
    if (tag.dst)
        dst = tag.dst;
    Bytes b = Copy(*p);
    if (TapBlocksFrame(this, b, src, dst, ethertype, injected))
        return false;
    if (ops.frame)
        ops.frame(ops.arg, id, src, dst, ethertype, b.data(), b.size());
    return true;
}

} // namespace imprint

using namespace imprint;

int eng_frames_on(int port, uint16_t ethertype)
{
    Port *p = PortOf(port);
    if (!p || ethertype == kEtherIpv6)
        return Fail(ENG_EARGUMENT, "port or EtherType");
    if (!eng_carries(p->medium->kind, ethertype))
        return Fail(ENG_ESUPPORT, "frames of this kind");
    p->ethertypes.insert(ethertype);
    p->Interested();
    return 0;
}

int eng_frame_send(int port, eng_addr dst, uint16_t ethertype, const void *payload, size_t n)
{
    Port *p = PortOf(port);
    if (!p || p->sniffer)
        return Fail(ENG_EARGUMENT, "port");
    if (!eng_carries(p->medium->kind, ethertype))
        return Fail(ENG_ESUPPORT, "frames of this kind");
    if (n > p->Limit(ethertype))
        return Fail(ENG_ESIZE);
    if (!p->Ready())
        return Fail(ENG_ESTATE, "the link is down");
    Ptr<Packet> packet = MarkMessage(Wrap(payload, n));
    LinkTag tag;
    tag.dst = dst;
    packet->AddPacketTag(tag);
    if (!p->TapsItself())
        TapFrame(p, *packet, p->address, dst, ethertype, false);
    return p->Send(packet, dst, ethertype);
}
