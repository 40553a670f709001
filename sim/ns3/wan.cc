/* SPDX-License-Identifier: GPL-2.0-only */
/* wan.cc - wide-area link between two nodes: ns-3's point-to-point device, PPP, full duplex.
 *
 * An adversary on such a link stands on the path. It has no device of its own: what it injects is
 * put on the wire in the direction of its victim, waits behind what is there, and is metered to it.
 */
#include "wired.h"

#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"

using namespace ns3;

namespace imprint
{
namespace
{

constexpr double kDefaultRate = 10e6;
constexpr eng_time kDefaultDelay = 10 * 1000 * 1000;
constexpr uint32_t kLinkType = 9;
constexpr size_t kPppHeader = 2;

struct WanPort;

struct WanMedium : Medium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
    Ptr<PointToPointChannel> channel;
    std::vector<WanPort *> ends;
};

struct WanPort : Port {
    int Send(Ptr<Packet> p, eng_addr dst, uint16_t ethertype) override;
    int Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype) override;
    void Power(bool up) override;
    void Capture(const std::string &path) override;
    void Forget() override;
    WanPort *Peer() const;
    void Transmitted(Ptr<const Packet> p);
    void Sniffed(Ptr<const Packet> p);
    bool Up(Ptr<NetDevice> d, Ptr<const Packet> p, uint16_t ethertype, const Address &src);
    WanMedium *wire = nullptr;
    Ptr<PointToPointNetDevice> device; /* none for an adversary */
    Ptr<PcapFileWrapper> pcap;
};

} // namespace

std::unique_ptr<Medium> MakeWan(const MediumWish &m)
{
    auto made = std::make_unique<WanMedium>();
    made->rate = m.rate > 0 ? m.rate : kDefaultRate;
    made->delay = m.delay > 0 ? m.delay : kDefaultDelay;
    made->channel = CreateObject<PointToPointChannel>();
    made->channel->SetAttribute("Delay", TimeValue(NanoSeconds(made->delay)));
    return made;
}

std::unique_ptr<Port> WanMedium::Attach(const eng_port &wish)
{
    if (!wish.sniffer && ends.size() == 2) {
        Fail(ENG_ESTATE, "a wide-area link has two ends");
        return nullptr;
    }
    auto port = std::make_unique<WanPort>();
    Bind(*port, wish, this);
    port->wire = this;
    if (wish.sniffer)
        return port;
    port->device = CreateObject<PointToPointNetDevice>();
    port->device->SetAddress(Mac48Address::ConvertFrom(Mac48(port->address)));
    port->device->SetDataRate(DataRate(static_cast<uint64_t>(rate)));
    Ptr<DropTailQueue<Packet>> queue = CreateObject<DropTailQueue<Packet>>();
    queue->SetMaxSize(QueueSize("10000p"));
    port->device->SetQueue(queue);
    world->nodes[port->node].node->AddDevice(port->device);
    port->device->Attach(channel);
    port->device->SetAttribute("ReceiveErrorModel", PointerValue(port->receiver));
    port->device->TraceConnectWithoutContext("PhyTxBegin",
                                             MakeCallback(&WanPort::Transmitted, port.get()));
    port->device->SetReceiveCallback(MakeCallback(&WanPort::Up, port.get()));
    ends.push_back(port.get());
    return port;
}

WanPort *WanPort::Peer() const
{
    for (WanPort *p : wire->ends)
        if (p != this)
            return p;
    return nullptr;
}

int WanPort::Send(Ptr<Packet> p, eng_addr, uint16_t ethertype)
{
    if (!Peer())
        return Fail(ENG_ESTATE, "the link has one end only");
    return device->Send(p, device->GetBroadcast(), ethertype) ? 0 : Fail(ENG_ESTATE);
}

int WanPort::Inject(Ptr<Packet> p, eng_addr, eng_addr dst, uint16_t ethertype)
{
    Port *victim = medium->Find(dst);
    WanPort *from = victim && !victim->sniffer ? static_cast<WanPort *>(victim)->Peer() : nullptr;
    if (!from)
        return Fail(ENG_ESTATE, "no such end of the link");
    return from->device->Send(p, from->device->GetBroadcast(), ethertype) ? 0 : Fail(ENG_ESTATE);
}

void WanPort::Power(bool)
{
}

void WanPort::Transmitted(Ptr<const Packet> p)
{
    LinkTag tag;
    Port *payer = this;
    if (p->PeekPacketTag(tag) && tag.injector)
        payer = PortOf(static_cast<int>(tag.injector) - 1);
    if (!payer->on)
        return;
    eng_time airtime = WireTime(p->GetSize(), medium->rate);
    payer->meter.Transmit(Clock(), Clock() + airtime);
    WanPort *to = Peer();
    medium->Count(payer, to->address, false, OctetsOf(*p, kPppHeader, true));
    HearLater(to, medium->delay, airtime);
}

bool WanPort::Up(Ptr<NetDevice>, Ptr<const Packet> p, uint16_t ethertype, const Address &)
{
    Receive(p, Peer()->address, address, ethertype);
    return true;
}

void WanPort::Sniffed(Ptr<const Packet> p)
{
    pcap->Write(Simulator::Now(), p);
}

void WanPort::Capture(const std::string &path)
{
    pcap = CreateObject<PcapFileWrapper>();
    pcap->Open(path, std::ios::out | std::ios::binary);
    pcap->Init(kLinkType);
    device->TraceConnectWithoutContext("PromiscSniffer", MakeCallback(&WanPort::Sniffed, this));
}

void WanPort::Forget()
{
    pcap = nullptr;
    device = nullptr;
    receiver = nullptr;
    ip = nullptr;
    wire->channel = nullptr;
}

} // namespace imprint
