/* SPDX-License-Identifier: GPL-2.0-only */
/* wired.cc - IEEE 802.3 segment on ns-3's CSMA device. */
#include "wired.h"

#include "ns3/csma-channel.h"
#include "ns3/csma-net-device.h"
#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/ethernet-header.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"

using namespace ns3;

namespace imprint
{
namespace
{

constexpr double kDefaultRate = 100e6;
constexpr uint32_t kLinkType = 1;
constexpr size_t kAround = 18; /* header and frame check sequence */

struct EthernetMedium : Medium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
    Ptr<CsmaChannel> channel;
};

struct EthernetPort : Port {
    int Send(Ptr<Packet> p, eng_addr dst, uint16_t ethertype) override;
    int Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype) override;
    void Power(bool up) override;
    void Capture(const std::string &path) override;
    void Forget() override;
    void Transmitted(Ptr<const Packet> p);
    void Sniffed(Ptr<const Packet> p);
    bool Up(Ptr<NetDevice> d, Ptr<const Packet> p, uint16_t ethertype, const Address &src);
    Ptr<CsmaNetDevice> device;
    Ptr<PcapFileWrapper> pcap;
};

Address Target(eng_addr a)
{
    return a == ENG_ALL ? Address(Mac48Address::GetBroadcast()) : Mac48(a);
}

} // namespace

eng_time WireTime(size_t octets, double rate)
{
    DataRate r(static_cast<uint64_t>(rate));
    return r.CalculateBytesTxTime(static_cast<uint32_t>(octets)).GetNanoSeconds();
}

void HearLater(Port *to, eng_time delay, eng_time airtime)
{
    if (!to->on)
        return;
    if (delay == 0) {
        to->meter.Receive(Clock(), Clock() + airtime);
        return;
    }
    Simulator::Schedule(
        NanoSeconds(delay),
        +[](Port *p, eng_time t) {
            if (p->on)
                p->meter.Receive(Clock(), Clock() + t);
        },
        to, airtime);
}

std::unique_ptr<Medium> MakeEthernet(const MediumWish &m)
{
    auto made = std::make_unique<EthernetMedium>();
    made->rate = m.rate > 0 ? m.rate : kDefaultRate;
    made->delay = m.delay;
    made->channel = CreateObject<CsmaChannel>();
    made->channel->SetAttribute("DataRate",
                                DataRateValue(DataRate(static_cast<uint64_t>(made->rate))));
    made->channel->SetAttribute("Delay", TimeValue(NanoSeconds(made->delay)));
    return made;
}

std::unique_ptr<Port> EthernetMedium::Attach(const eng_port &wish)
{
    auto port = std::make_unique<EthernetPort>();
    Bind(*port, wish, this);
    port->device = CreateObject<CsmaNetDevice>();
    port->device->SetAddress(Mac48Address::ConvertFrom(Mac48(port->address)));
    Ptr<DropTailQueue<Packet>> queue = CreateObject<DropTailQueue<Packet>>();
    queue->SetMaxSize(QueueSize("10000p"));
    port->device->SetQueue(queue);
    world->nodes[port->node].node->AddDevice(port->device);
    port->device->Attach(channel);
    port->device->SetAttribute("ReceiveErrorModel", PointerValue(port->receiver));
    port->device->AssignStreams(StreamOf(port.get()));
    port->device->TraceConnectWithoutContext("PhyTxBegin",
                                             MakeCallback(&EthernetPort::Transmitted, port.get()));
    port->device->SetReceiveCallback(MakeCallback(&EthernetPort::Up, port.get()));
    return port;
}

int EthernetPort::Send(Ptr<Packet> p, eng_addr dst, uint16_t ethertype)
{
    return device->Send(p, Target(dst), ethertype) ? 0 : Fail(ENG_ESTATE);
}

int EthernetPort::Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype)
{
    return device->SendFrom(p, Mac48(src), Target(dst), ethertype) ? 0 : Fail(ENG_ESTATE);
}

void EthernetPort::Power(bool up)
{
    device->SetSendEnable(up);
    device->SetReceiveEnable(up);
}

void EthernetPort::Transmitted(Ptr<const Packet> p)
{
    EthernetHeader h;
    p->PeekHeader(h);
    eng_time airtime = WireTime(p->GetSize(), medium->rate);
    meter.Transmit(Clock(), Clock() + airtime);
    eng_addr dst = FromAddress(h.GetDestination());
    bool group = h.GetDestination().IsGroup();
    medium->Count(this, dst, group, OctetsOf(*p, kAround, h.GetLengthType() == kEtherIpv6));
    Port *to = medium->Find(dst);
    if (to && to != this)
        HearLater(to, medium->delay, airtime);
    if (group)
        for (Port *q : medium->ports)
            if (q != this)
                HearLater(q, medium->delay, airtime);
}

bool EthernetPort::Up(Ptr<NetDevice>, Ptr<const Packet> p, uint16_t ethertype, const Address &src)
{
    Receive(p, FromAddress(src), address, ethertype);
    return true;
}

void EthernetPort::Sniffed(Ptr<const Packet> p)
{
    pcap->Write(Simulator::Now(), p);
}

void EthernetPort::Capture(const std::string &path)
{
    pcap = CreateObject<PcapFileWrapper>();
    pcap->Open(path, std::ios::out | std::ios::binary);
    pcap->Init(kLinkType);
    device->TraceConnectWithoutContext("PromiscSniffer",
                                       MakeCallback(&EthernetPort::Sniffed, this));
}

void EthernetPort::Forget()
{
    pcap = nullptr;
    device = nullptr;
    receiver = nullptr;
    ip = nullptr;
    static_cast<EthernetMedium *>(medium)->channel = nullptr;
}

} // namespace imprint
