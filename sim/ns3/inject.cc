/* SPDX-License-Identifier: GPL-2.0-only */
/* inject.cc - what an adversary sends from its own port with any source. */
#include "private.h"

#include <cstring>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr uint8_t kProtocolUdp = 17, kHopLimit = 64;

void Put16(Bytes &b, size_t at, uint32_t v)
{
    b[at] = static_cast<uint8_t>(v >> 8);
    b[at + 1] = static_cast<uint8_t>(v);
}

uint32_t Sum(const uint8_t *p, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += static_cast<uint32_t>(p[i]) << (i % 2 ? 0 : 8);
    return sum;
}

/* RFC 8200 section 8.1: addresses, length, next header, then header and payload. */
uint16_t Checksum(const Bytes &b)
{
    uint32_t length = static_cast<uint32_t>(b.size() - 40);
    uint32_t sum = Sum(b.data() + 8, 32) + length + kProtocolUdp + Sum(b.data() + 40, length);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    uint16_t folded = static_cast<uint16_t>(~sum);
    return folded ? folded : 0xffff;
}

Ptr<Packet> Tagged(Ptr<Packet> p, const Port *injector, eng_addr dst)
{
    LinkTag tag;
    tag.dst = dst;
    tag.injector = static_cast<uint32_t>(injector->id) + 1;
    p->AddPacketTag(tag);
    p->AddByteTag(tag); /* stays on the octets when 6LoWPAN cuts and joins them */
    return p;
}

} // namespace

Bytes BuildDatagram(const eng_endpoint &src, const eng_endpoint &dst, const void *p, size_t n)
{
    Bytes b(48 + n);
    b[0] = 0x60;
    Put16(b, 4, static_cast<uint32_t>(8 + n));
    b[6] = kProtocolUdp;
    b[7] = kHopLimit;
    memcpy(&b[8], src.ip, 16);
    memcpy(&b[24], dst.ip, 16);
    Put16(b, 40, src.port);
    Put16(b, 42, dst.port);
    Put16(b, 44, static_cast<uint32_t>(8 + n));
    if (n)
        memcpy(&b[48], p, n);
    Put16(b, 46, Checksum(b));
    return b;
}

} // namespace imprint

using namespace imprint;

int eng_inject_frame(int port, eng_addr src, eng_addr dst, uint16_t ethertype, const void *payload,
                     size_t n)
{
    Port *p = PortOf(port);
    if (!p || !p->sniffer || ethertype == kEtherIpv6)
        return Fail(ENG_EARGUMENT, "only an adversary's port injects frames");
    if (!eng_carries(p->medium->kind, ethertype))
        return Fail(ENG_ESUPPORT, "frames of this kind");
    if (n > p->Limit(ethertype))
        return Fail(ENG_ESIZE);
    if (!p->on)
        return Fail(ENG_ESTATE, "the radio is off");
    Ptr<Packet> packet = Tagged(MarkMessage(Wrap(payload, n)), p, dst);
    if (!p->TapsItself())
        TapFrame(p, *packet, src, dst, ethertype, true);
    return p->Inject(packet, src, dst, ethertype);
}

int eng_inject_datagram(int port, int dst_port, const struct eng_endpoint *src,
                        const struct eng_endpoint *dst, const void *payload, size_t n)
{
    Port *p = PortOf(port);
    Port *to = PortOf(dst_port);
    if (!p || !p->sniffer || (dst_port >= 0 && (!to || to->medium != p->medium)) ||
        (dst_port < 0 && dst->ip[0] != 0xff))
        return Fail(ENG_EARGUMENT, "only an adversary's port injects, to a port of its medium");
    if (!p->medium->ip || !world->ip)
        return Fail(ENG_ESUPPORT, "the medium has no prefix");
    if (n > 1280 - 48)
        return Fail(ENG_ESIZE);
    if (!p->on)
        return Fail(ENG_ESTATE, "the radio is off");
    Port *forged = Owner(p->medium, src->ip);
    if (!forged)
        forged = p->medium->hub; /* a source beyond the link comes by its router */
    eng_addr from = forged && forged != to ? forged->address : p->address;
    eng_addr link = to ? to->address : p->GroupAddress(dst->ip);
    Bytes b = BuildDatagram(*src, *dst, payload, n);
    Ptr<Packet> packet = Tagged(MarkMessage(Wrap(b.data(), b.size()), b.size() - n), p, link);
    TapDatagram(p, *packet, from, link, true);
    return p->SendIp(packet, from, link, true);
}
