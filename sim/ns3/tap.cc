/* SPDX-License-Identifier: GPL-2.0-only */
/* tap.cc - what an adversary on a medium reads and blocks. Read: when a unit is sent. Block: at a
 * receiver, after its MAC acknowledged, before anything above. Never alters bytes. */
#include "private.h"

#include <cstring>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr size_t kIpHeader = 40, kUdpHeader = 8;
constexpr uint8_t kProtocolUdp = 17;

uint16_t Get16(const uint8_t *p)
{
    return static_cast<uint16_t>(p[0] << 8 | p[1]);
}

/* Fills the datagram's fields of `u`; false for anything that is not UDP straight after IPv6. */
bool ParseDatagram(const Bytes &b, eng_unit &u)
{
    if (b.size() < kIpHeader + kUdpHeader || b[0] >> 4 != 6 || b[6] != kProtocolUdp)
        return false;
    const uint8_t *udp = b.data() + kIpHeader;
    size_t length = Get16(udp + 4);
    if (length < kUdpHeader || kIpHeader + length > b.size())
        return false;
    u.datagram = true;
    u.ethertype = kEtherIpv6;
    memcpy(u.from.ip, b.data() + 8, 16);
    memcpy(u.to.ip, b.data() + 24, 16);
    u.from.port = Get16(udp);
    u.to.port = Get16(udp + 2);
    u.p = udp + kUdpHeader;
    u.n = length - kUdpHeader;
    return true;
}

eng_unit FrameUnit(const Port *at, const Bytes &b, eng_addr src, eng_addr dst, uint16_t ethertype,
                   bool injected)
{
    eng_unit u{};
    u.medium = at->medium->id;
    u.port = at->id;
    u.src = src;
    u.dst = dst;
    u.ethertype = ethertype;
    u.p = b.data();
    u.n = b.size();
    u.injected = injected;
    return u;
}

} // namespace

void TapFrame(Port *from, const Packet &p, eng_addr src, eng_addr dst, uint16_t ethertype,
              bool injected)
{
    const Tap &tap = from->medium->tap;
    if (!tap.read)
        return;
    Bytes b = Copy(p);
    eng_unit u = FrameUnit(from, b, src, dst, ethertype, injected);
    tap.read(tap.arg, &u);
}

bool TapBlocksFrame(Port *at, const Bytes &p, eng_addr src, eng_addr dst, uint16_t ethertype,
                    bool injected)
{
    const Tap &tap = at->medium->tap;
    if (!tap.block)
        return false;
    eng_unit u = FrameUnit(at, p, src, dst, ethertype, injected);
    return tap.block(tap.arg, &u) == ENG_BLOCK;
}

void TapDatagram(Port *from, const Packet &p, eng_addr src, eng_addr dst, bool injected)
{
    const Tap &tap = from->medium->tap;
    if (!tap.read)
        return;
    Bytes b = Copy(p);
    eng_unit u = FrameUnit(from, b, src, dst, kEtherIpv6, injected);
    if (ParseDatagram(b, u))
        tap.read(tap.arg, &u);
}

bool TapBlocksDatagram(Port *at, const Packet &p, eng_addr src)
{
    const Tap &tap = at->medium->tap;
    if (!tap.block)
        return false;
    LinkTag tag;
    bool injected = (p.PeekPacketTag(tag) || p.FindFirstMatchingByteTag(tag)) && tag.injector;
    Bytes b = Copy(p);
    eng_unit u = FrameUnit(at, b, src, at->address, kEtherIpv6, injected);
    return ParseDatagram(b, u) && tap.block(tap.arg, &u) == ENG_BLOCK;
}

} // namespace imprint

using namespace imprint;

int eng_tap(int medium, const struct eng_tap *tap)
{
    if (!world || medium < 0 || static_cast<size_t>(medium) >= world->media.size())
        return Fail(ENG_EARGUMENT);
    world->media[medium]->tap = tap ? *tap : Tap{};
    return 0;
}
