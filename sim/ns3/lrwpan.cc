/* SPDX-License-Identifier: GPL-2.0-only */
/* lrwpan.cc - IEEE 802.15.4 PAN without beacons, with 6LoWPAN above. */
#include "lrwpan.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/lr-wpan-csmaca.h"
#include "ns3/lr-wpan-mac-header.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/simulator.h"

using namespace ns3;

namespace imprint
{
namespace
{

constexpr uint32_t kLinkType = 195; /* IEEE 802.15.4 with FCS */
/* Largest MSDU: 127 octets less MAC header and FCS, IEEE 802.15.4-2006 7.2.2.2, one PAN. */
constexpr size_t kShortMsdu = 116, kExtendedMsdu = 104;
/* Before a frame of the frame service: RFC 4944 "not a LoWPAN frame", then the EtherType. */
constexpr uint8_t kNotLowpan = 0x00;
constexpr size_t kFrameHeader = 3;
constexpr size_t kFcs = 2;
/* Longer than four tries with their backoffs (126 ms), shorter than 256 frames take. */
constexpr eng_time kDuplicateWindow = 200 * 1000 * 1000;
/* Of an adversary's radio, which gives up for nobody: a MAC of the standard drops a frame when the
 * channel was busy five times (IEEE 802.15.4-2006 7.5.1.4), and with it a datagram of many. */
constexpr uint8_t kStubbornBackoffs = 255, kStubbornRetries = 7; /* macMaxFrameRetries: 0..7 */
constexpr uint16_t kNoShortAddress = 0xfffe, kBroadcast = 0xffff;
constexpr uint8_t kContext = 0;

Mac16Address Short(eng_addr a)
{
    uint8_t b[2] = {static_cast<uint8_t>(a >> 8), static_cast<uint8_t>(a)};
    Mac16Address m;
    m.CopyFrom(b);
    return m;
}

Mac64Address Extended(eng_addr a)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = static_cast<uint8_t>(a >> (8 * (7 - i)));
    Mac64Address m;
    m.CopyFrom(b);
    return m;
}

bool IsShort(eng_addr a)
{
    return a <= 0xffff;
}

/* As 6LoWPAN sees it: RFC 6282 3.2.2 derives interface identifiers from 02:00:00:00:XX:YY. */
Address Pseudo(eng_addr a)
{
    return IsShort(a) ? Mac48(0x020000000000ull | a) : Address(Extended(a));
}

eng_addr FromPseudo(const Address &a)
{
    eng_addr v = FromAddress(a);
    return a.GetLength() == 6 ? v & 0xffff : v;
}

} // namespace

/* ---- the device that 6LoWPAN stands on --------------------------------------------------------
 */

bool LrWpanShell::Send(Ptr<Packet> p, const Address &dst, uint16_t)
{
    return static_cast<LrWpanPort *>(port)->Request(p, FromPseudo(dst)) == 0;
}

/* RFC 4944 section 9: without mesh routing a group is reached by broadcast. */
Address LrWpanShell::GetMulticast(Ipv6Address) const
{
    return GetBroadcast();
}

Address LrWpanShell::GetBroadcast() const
{
    return Pseudo(kBroadcast);
}

void LrWpanShell::Up(Ptr<Packet> p, const Address &src)
{
    if (!m_receive.IsNull())
        m_receive(this, p, 0, src);
}

/* ---- medium ------------------------------------------------------------------------------------
 */

std::unique_ptr<Medium> MakeLrWpan(const MediumWish &m)
{
    auto made = std::make_unique<LrWpanMedium>();
    made->pan = m.pan;
    made->channel = CreateObject<PanChannel>();
    made->channel->AddPropagationLossModel(CreateObject<LogDistancePropagationLossModel>());
    return made;
}

void LrWpanMedium::Acknowledged(Port *by, uint8_t dsn, size_t octets)
{
    Port *to = awaiting && awaited == dsn ? awaiting : nullptr;
    Count(by, to ? to->address : 0, false, {octets, 0, 0, false});
    awaiting = nullptr;
}

namespace
{

void SetChannelNumber(Ptr<LrWpanPhy> phy, uint16_t pan)
{
    LrWpanPhyPibAttributes pib;
    pib.phyCurrentChannel = static_cast<uint8_t>(11 + pan % 16);
    phy->PlmeSetAttributeRequest(LrWpanPibAttributeIdentifier::phyCurrentChannel, &pib);
}

void BuildDevice(LrWpanPort *port)
{
    Ptr<Node> node = world->nodes[port->node].node;
    port->device = CreateObject<LrWpanNetDevice>();
    port->device->SetChannel(port->net->channel);
    node->AddDevice(port->device);
    Ptr<LrWpanPhy> phy = port->device->GetPhy();
    Ptr<LrWpanMac> mac = port->device->GetMac();
    phy->SetMobility(node->GetObject<MobilityModel>());
    SetChannelNumber(phy, port->net->pan);
    mac->SetPanId(port->net->pan);
    mac->SetShortAddress(Short(port->extended ? kNoShortAddress : port->address));
    mac->SetExtendedAddress(Extended(port->eui64));
    if (port->sniffer) {
        port->device->GetCsmaCa()->SetMacMaxCSMABackoffs(kStubbornBackoffs);
        mac->SetMacMaxFrameRetries(kStubbornRetries);
    }
    /* The constructor drew it from a stream that depends on what the process did before. */
    mac->m_macDsn = SequenceNumber8(static_cast<uint8_t>(port->id * 37));
    port->device->AssignStreams(StreamOf(port));
    port->net->channel->Own(port);
}

void ConnectDevice(LrWpanPort *port)
{
    Ptr<LrWpanPhy> phy = port->device->GetPhy();
    Ptr<LrWpanMac> mac = port->device->GetMac();
    phy->SetPostReceptionErrorModel(port->receiver);
    phy->TraceConnectWithoutContext("PhyTxBegin", MakeCallback(&LrWpanPort::Transmitted, port));
    phy->TraceConnectWithoutContext("TrxState", MakeCallback(&LrWpanPort::State, port));
    mac->TraceConnectWithoutContext("MacPromiscRx", MakeCallback(&LrWpanPort::Heard, port));
    mac->SetMcpsDataIndicationCallback(MakeCallback(&LrWpanPort::Indication, port));
}

} // namespace

std::unique_ptr<Port> LrWpanMedium::Attach(const eng_port &wish)
{
    auto port = std::make_unique<LrWpanPort>();
    Bind(*port, wish, this);
    port->net = this;
    port->address = wish.extended ? port->eui64 : static_cast<eng_addr>(port->index + 1);
    extended |= wish.extended;
    port->mtu = kShortMsdu - kFrameHeader;
    BuildDevice(port.get());
    ConnectDevice(port.get());
    if (extended) {
        port->mtu = kExtendedMsdu - kFrameHeader;
        for (Port *p : ports)
            p->mtu = port->mtu;
    }
    return port;
}

/* ---- port --------------------------------------------------------------------------------------
 */

int LrWpanPort::Request(Ptr<Packet> p, eng_addr dst)
{
    if (!on)
        return Fail(ENG_ESTATE, "the radio is off");
    McpsDataRequestParams r;
    r.m_srcAddrMode = extended ? EXT_ADDR : SHORT_ADDR;
    r.m_dstPanId = net->pan;
    r.m_txOptions = TX_OPTION_ACK; /* the MAC asks for none from a group */
    if (dst == ENG_ALL)
        dst = kBroadcast;
    if (IsShort(dst)) {
        r.m_dstAddrMode = SHORT_ADDR;
        r.m_dstAddr = Short(dst);
    } else {
        r.m_dstAddrMode = EXT_ADDR;
        r.m_dstExtAddr = Extended(dst);
    }
    device->GetMac()->McpsDataRequest(r, p);
    return 0;
}

int LrWpanPort::Send(Ptr<Packet> p, eng_addr dst, uint16_t ethertype)
{
    const uint8_t header[kFrameHeader] = {kNotLowpan, static_cast<uint8_t>(ethertype >> 8),
                                          static_cast<uint8_t>(ethertype)};
    Ptr<Packet> framed = Wrap(header, sizeof header);
    framed->AddAtEnd(p);
    LinkTag tag;
    if (p->PeekPacketTag(tag))
        framed->AddPacketTag(tag);
    return Request(framed, dst);
}

/* The stock MAC puts its own address into the header at the moment of the request, and takes
 * acknowledgements by sequence number; so a borrowed address gives a forged frame with the MAC's
 * own backoffs and retries. */
int LrWpanPort::Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype)
{
    Ptr<LrWpanMac> mac = device->GetMac();
    Mac16Address own_short = mac->GetShortAddress();
    Mac64Address own_extended = mac->GetExtendedAddress();
    bool own_mode = extended;
    extended = !IsShort(src);
    if (extended)
        mac->SetExtendedAddress(Extended(src));
    else
        mac->SetShortAddress(Short(src));
    int r = Send(p, dst, ethertype);
    mac->SetShortAddress(own_short);
    mac->SetExtendedAddress(own_extended);
    extended = own_mode;
    return r;
}

void LrWpanPort::Indication(McpsDataIndicationParams params, Ptr<Packet> p)
{
    bool is_short = params.m_srcAddrMode == SHORT_ADDR;
    eng_addr src = is_short ? FromAddress(params.m_srcAddr) : FromAddress(params.m_srcExtAddr);
    /* The stock MAC indicates a repeated frame again (IEEE 802.15.4-2006 7.5.6.4.4). */
    auto [entry, fresh] = seen.try_emplace(src, Seen{params.m_dsn, Clock()});
    if (!fresh) {
        Seen before = entry->second;
        entry->second = {params.m_dsn, Clock()};
        if (before.dsn == params.m_dsn && Clock() - before.at < kDuplicateWindow)
            return;
    }
    uint8_t b[kFrameHeader];
    if (p->CopyData(b, sizeof b) == sizeof b && b[0] == kNotLowpan) {
        p->RemoveAtStart(sizeof b);
        Receive(p, src, address, static_cast<uint16_t>(b[1] << 8 | b[2]));
    } else if (shell && on) {
        shell->Up(p, Pseudo(src));
    }
}

namespace
{

Octets Layers(const Packet &p, const LrWpanMacHeader &h)
{
    uint8_t b[64];
    size_t header = h.GetSerializedSize();
    bool dispatch = header < sizeof b && p.CopyData(b, static_cast<uint32_t>(header + 1)) > header;
    bool lowpan = dispatch && b[header] != kNotLowpan;
    return OctetsOf(p, header + kFcs, lowpan);
}

} // namespace

void LrWpanPort::Transmitted(Ptr<const Packet> p)
{
    if (!on)
        return;
    if (pcap)
        pcap->Write(Simulator::Now(), p);
    LrWpanMacHeader h;
    p->PeekHeader(h);
    if (h.IsAcknowledgment()) {
        net->Acknowledged(this, h.GetSeqNum(), p->GetSize());
        return;
    }
    bool is_short = h.GetDstAddrMode() == LrWpanMacHeader::SHORTADDR;
    eng_addr dst = is_short ? FromAddress(h.GetShortDstAddr()) : FromAddress(h.GetExtDstAddr());
    if (h.IsAckReq()) {
        net->awaiting = this;
        net->awaited = h.GetSeqNum();
    }
    Octets o = Layers(*p, h);
    o.repeated = last_dsn == h.GetSeqNum(); /* the stock MAC numbers its requests */
    last_dsn = h.GetSeqNum();
    net->Count(this, dst, IsGroup(dst), o);
}

void LrWpanPort::Heard(Ptr<const Packet> p)
{
    if (pcap && on)
        pcap->Write(Simulator::Now(), p);
}

void LrWpanPort::State(Time, LrWpanPhyEnumeration, LrWpanPhyEnumeration to)
{
    if (!on)
        return;
    meter.Listen(Clock());
    if (to == IEEE_802_15_4_PHY_BUSY_TX)
        meter.Transmit(Clock(), kForever);
    else if (to == IEEE_802_15_4_PHY_BUSY_RX)
        meter.Receive(Clock(), kForever);
}

void LrWpanPort::Power(bool up)
{
    /* What the MAC is in the middle of, it ends by itself; the channel does not carry it. */
    device->GetMac()->SetRxOnWhenIdle(up);
}

void LrWpanPort::Capture(const std::string &path)
{
    pcap = CreateObject<PcapFileWrapper>();
    pcap->Open(path, std::ios::out | std::ios::binary);
    pcap->Init(kLinkType);
}

eng_addr LrWpanPort::GroupAddress(const uint8_t *) const
{
    return kBroadcast;
}

bool LrWpanPort::IsGroup(eng_addr a) const
{
    return a == ENG_ALL || a == kBroadcast;
}

/* ---- IPv6 ---------------------------------------------------------------------------------------
 */

bool LrWpanPort::Up(Ptr<NetDevice>, Ptr<const Packet> p, uint16_t protocol, const Address &src)
{
    Receive(p, FromPseudo(src), address, protocol);
    return true;
}

void LrWpanPort::StartIp()
{
    Ptr<Node> host = world->nodes[node].node;
    shell = Create<LrWpanShell>();
    shell->port = this;
    shell->SetAddress(Pseudo(address));
    shell->SetMtu(static_cast<uint16_t>(net->extended ? kExtendedMsdu : kShortMsdu));
    host->AddDevice(shell);
    sixlowpan = CreateObject<SixLowPanNetDevice>();
    /* RFC 6282 4.3.2: the UDP checksum may be left out only with a tunnel's integrity check. */
    sixlowpan->SetAttribute("OmitUdpChecksum", BooleanValue(false));
    host->AddDevice(sixlowpan);
    sixlowpan->SetNetDevice(shell);
    sixlowpan->SetReceiveCallback(MakeCallback(&LrWpanPort::Up, this));
    sixlowpan->AssignStreams(StreamOf(this) + kStreamsPerPort / 2);
    uint8_t prefix[16] = {};
    std::copy(medium->prefix.begin(), medium->prefix.end(), prefix);
    sixlowpan->AddContext(kContext, Ipv6Prefix(prefix, 64), true, Time::Max());
}

int LrWpanPort::SendIp(Ptr<Packet> p, eng_addr, eng_addr dst, bool)
{
    if (!sixlowpan)
        return Fail(ENG_ESUPPORT, "the medium has no prefix");
    return sixlowpan->Send(p, Pseudo(dst == ENG_ALL ? kBroadcast : dst), kEtherIpv6)
               ? 0
               : Fail(ENG_ESTATE);
}

void LrWpanPort::Forget()
{
    pcap = nullptr;
    sixlowpan = nullptr;
    shell = nullptr;
    device = nullptr;
    net->channel = nullptr;
    receiver = nullptr;
    ip = nullptr;
}

} // namespace imprint
