/* SPDX-License-Identifier: GPL-2.0-only */
/* loss.cc - frames destroyed at a receiver: by chance, by a jammer, or because it is off. */
#include "private.h"

#include "ns3/lr-wpan-mac-header.h"

using namespace ns3;

namespace imprint
{

uint64_t SplitMix(uint64_t &state)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

namespace
{

bool WifiTransmitter(const Packet &p, eng_addr &out)
{
    uint8_t b[16];
    if (p.CopyData(b, sizeof b) < sizeof b)
        return false; /* an acknowledgement names only its receiver */
    out = 0;
    for (int i = 10; i < 16; i++)
        out = out << 8 | b[i];
    return true;
}

bool EthernetTransmitter(const Packet &p, eng_addr &out)
{
    uint8_t b[12];
    if (p.CopyData(b, sizeof b) < sizeof b)
        return false;
    out = 0;
    for (int i = 6; i < 12; i++)
        out = out << 8 | b[i];
    return true;
}

bool LrWpanTransmitter(const Packet &p, eng_addr &out)
{
    LrWpanMacHeader h;
    p.PeekHeader(h);
    if (h.GetSrcAddrMode() == LrWpanMacHeader::SHORTADDR)
        out = FromAddress(h.GetShortSrcAddr());
    else if (h.GetSrcAddrMode() == LrWpanMacHeader::EXTADDR)
        out = FromAddress(h.GetExtSrcAddr());
    else
        return false;
    return true;
}

bool Transmitter(const Port *port, const Packet &p, eng_addr &out)
{
    switch (port->medium->kind) {
    case ENG_WIFI:
        return WifiTransmitter(p, out);
    case ENG_LRWPAN:
        return LrWpanTransmitter(p, out);
    case ENG_ETHERNET:
        return EthernetTransmitter(p, out);
    default:
        for (const Port *q : port->medium->ports)
            if (q != port && !q->sniffer)
                out = q->address;
        return true;
    }
}

} // namespace

Receiver::Receiver(const Port *port, double loss, uint64_t stream, uint64_t receiver)
    : m_port(port), m_loss(loss), m_state(stream)
{
    m_state = SplitMix(m_state) ^ receiver * 0xd1342543de82ef95u;
}

bool Receiver::ByChance()
{
    return m_loss > 0 && static_cast<double>(SplitMix(m_state) >> 11) * 0x1p-53 < m_loss;
}

bool Receiver::Lost(eng_addr src)
{
    return ByChance() || !m_port->on || jammed.count(ENG_ALL) || jammed.count(src);
}

bool Receiver::DoCorrupt(Ptr<Packet> p)
{
    if (ByChance() || !m_port->on)
        return true;
    if (jammed.empty())
        return false;
    if (jammed.count(ENG_ALL))
        return true;
    eng_addr src = 0;
    return Transmitter(m_port, *p, src) && jammed.count(src);
}

void Receiver::DoReset()
{
}

} // namespace imprint

using namespace imprint;

int eng_jam(int port, eng_addr src, bool on)
{
    Port *p = PortOf(port);
    if (!p || !p->receiver)
        return Fail(ENG_EARGUMENT);
    if (on)
        p->receiver->jammed.insert(src);
    else
        p->receiver->jammed.erase(src);
    return 0;
}
