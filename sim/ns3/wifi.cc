/* SPDX-License-Identifier: GPL-2.0-only */
/* wifi.cc - IEEE 802.11g infrastructure BSS: access point, stations, adversary's radio. */
#include "wifi.h"

#include "ns3/ap-wifi-mac.h"
#include "ns3/boolean.h"
#include "ns3/fcfs-wifi-queue-scheduler.h"
#include "ns3/frame-exchange-manager.h"
#include "ns3/interference-helper.h"
#include "ns3/simulator.h"
#include "ns3/ssid.h"
#include "ns3/string.h"
#include "ns3/table-based-error-rate-model.h"
#include "ns3/threshold-preamble-detection-model.h"
#include "ns3/uinteger.h"
#include "ns3/wifi-default-ack-manager.h"
#include "ns3/wifi-default-protection-manager.h"
#include "ns3/wifi-helper.h"
#include "ns3/wifi-mac-queue.h"
#include "ns3/yans-wifi-helper.h"

using namespace ns3;

namespace imprint
{
namespace
{

/* 1000 time units, ten times the usual interval: beacons are most of what an idle BSS costs. */
constexpr int64_t kBeaconIntervalUs = 1024000;
constexpr size_t kLlc = 8; /* LLC and SNAP, with the EtherType at their end */
constexpr uint32_t kNeverMissed = 1000000;
constexpr int64_t kStaggerUs = 4000; /* between the first probes of two stations */

const int kOfdmMbps[] = {54, 48, 36, 24, 18, 12, 9, 6};

std::string ModeFor(double rate)
{
    for (int mbps : kOfdmMbps)
        if (rate >= mbps * 1e6)
            return "ErpOfdmRate" + std::to_string(mbps) + "Mbps";
    return "ErpOfdmRate6Mbps";
}

Ptr<BssPhy> MakePhy(WifiPort *port, Ptr<Node> node)
{
    Ptr<BssPhy> phy = CreateObject<BssPhy>();
    phy->port = port;
    phy->SetInterferenceHelper(CreateObject<InterferenceHelper>());
    phy->SetErrorRateModel(CreateObject<TableBasedErrorRateModel>());
    phy->SetPreambleDetectionModel(CreateObject<ThresholdPreambleDetectionModel>());
    phy->SetMobility(node->GetObject<MobilityModel>());
    phy->SetDevice(port->device);
    return phy;
}

Ptr<WifiMac> MakeMac(WifiPort *port, const std::string &ssid)
{
    ObjectFactory f;
    if (port->sniffer) {
        f.SetTypeId("ns3::AdhocWifiMac");
    } else if (port->role == ENG_HUB) {
        f.SetTypeId("ns3::ApWifiMac");
        f.Set("BeaconInterval", TimeValue(MicroSeconds(kBeaconIntervalUs)));
    } else {
        f.SetTypeId("ns3::StaWifiMac");
        f.Set("ActiveProbing", BooleanValue(true));
        /* ns-3 3.37 aborts when a station gives its access point up while its radio is off. */
        f.Set("MaxMissedBeacons", UintegerValue(kNeverMissed));
    }
    f.Set("Ssid", SsidValue(Ssid(ssid)));
    return f.Create<WifiMac>();
}

void Associated(WifiPort *port, bool up, Mac48Address)
{
    /* The MAC sends only after this trace has returned. */
    Simulator::ScheduleNow(
        +[](WifiPort *p, bool now_up) {
            if (!now_up || (p->on && p->station->IsAssociated()))
                p->Link(now_up);
        },
        port, up);
}

Octets Layers(const WifiPsdu &psdu)
{
    const WifiMacHeader &h = psdu.GetHeader(0);
    Octets o{psdu.GetSize(), 0, 0, h.IsRetry()};
    Ptr<const Packet> p = psdu.GetPayload(0);
    uint8_t llc[kLlc];
    if (!h.IsData() || p->CopyData(llc, sizeof llc) < sizeof llc)
        return o;
    bool ip = (llc[kLlc - 2] << 8 | llc[kLlc - 1]) == kEtherIpv6;
    Octets payload = OctetsOf(*p, kLlc, ip);
    o.message = payload.message;
    o.network = payload.network;
    return o;
}

void Transmitted(WifiPort *port, WifiConstPsduMap psdus, WifiTxVector, double)
{
    for (const auto &[id, psdu] : psdus) {
        const WifiMacHeader &h = psdu->GetHeader(0);
        if (h.IsBeacon())
            continue;
        port->medium->Count(port, FromAddress(h.GetAddr1()), h.GetAddr1().IsGroup(), Layers(*psdu));
    }
}

bool Up(WifiPort *port, Ptr<NetDevice>, Ptr<const Packet> p, uint16_t ethertype, const Address &src)
{
    port->Receive(p, FromAddress(src), port->address, ethertype);
    return true;
}

void BuildMac(WifiPort *port, const WifiMedium *m)
{
    Ptr<WifiMac> mac = MakeMac(port, m->ssid);
    mac->SetDevice(port->device);
    mac->SetAddress(Mac48Address::ConvertFrom(Mac48(port->address)));
    port->device->SetMac(mac);
    mac->ConfigureStandard(WIFI_STANDARD_80211g);
    mac->SetMacQueueScheduler(CreateObject<FcfsWifiQueueScheduler>());
    Ptr<FrameExchangeManager> exchange = mac->GetFrameExchangeManager();
    Ptr<WifiProtectionManager> protection = CreateObject<WifiDefaultProtectionManager>();
    protection->SetWifiMac(mac);
    exchange->SetProtectionManager(protection);
    Ptr<WifiAckManager> ack = CreateObject<WifiDefaultAckManager>();
    ack->SetWifiMac(mac);
    exchange->SetAckManager(ack);
    port->station = DynamicCast<StaWifiMac>(mac);
    if (!port->station)
        return;
    port->manager = CreateObject<StationManager>();
    port->manager->port = port;
    port->manager->first = MicroSeconds(kStaggerUs * port->index);
    port->station->SetAssocManager(port->manager);
    port->station->TraceConnectWithoutContext("Assoc", MakeBoundCallback(&Associated, port, true));
    port->station->TraceConnectWithoutContext("DeAssoc",
                                              MakeBoundCallback(&Associated, port, false));
}

void BuildDevice(WifiPort *port, const WifiMedium *m)
{
    Ptr<Node> node = world->nodes[port->node].node;
    port->device = CreateObject<WifiNetDevice>();
    node->AddDevice(port->device);
    port->device->SetStandard(WIFI_STANDARD_80211g);
    port->phy = MakePhy(port, node);
    port->device->SetPhys({port->phy});
    port->phy->ConfigureStandard(WIFI_STANDARD_80211g);
    ObjectFactory manager;
    manager.SetTypeId("ns3::ConstantRateWifiManager");
    manager.Set("DataMode", StringValue(m->mode));
    manager.Set("ControlMode", StringValue("ErpOfdmRate6Mbps"));
    port->device->SetRemoteStationManagers({manager.Create<WifiRemoteStationManager>()});
    BuildMac(port, m);
    port->device->SetReceiveCallback(MakeBoundCallback(&Up, port));
    port->phy->SetPostReceptionErrorModel(port->receiver);
    port->phy->TraceConnectWithoutContext("PhyTxPsduBegin", MakeBoundCallback(&Transmitted, port));
    port->listener = std::make_unique<PhyMeter>(port);
    port->phy->RegisterListener(port->listener.get());
    WifiHelper().AssignStreams(NetDeviceContainer(port->device), StreamOf(port));
}

} // namespace

std::unique_ptr<Medium> MakeWifi(const MediumWish &m)
{
    auto made = std::make_unique<WifiMedium>();
    made->mode = ModeFor(m.rate);
    made->ssid = m.ssid ? m.ssid : "imprint";
    return made;
}

std::unique_ptr<Port> WifiMedium::Attach(const eng_port &wish)
{
    auto port = std::make_unique<WifiPort>();
    Bind(*port, wish, this);
    port->bss = this;
    port->backoff_state = static_cast<uint64_t>(port->id) + 1;
    port->sequence = 2048; /* far from where honest counters start */
    BuildDevice(port.get(), this);
    if (port->sniffer)
        port->phy->TraceConnectWithoutContext("MonitorSnifferRx",
                                              MakeCallback(&WifiPort::Overhear, port.get()));
    radios.push_back(port.get());
    return port;
}

int WifiPort::Send(Ptr<Packet> p, eng_addr dst, uint16_t ethertype)
{
    Address to = dst == ENG_ALL ? Address(Mac48Address::GetBroadcast()) : Mac48(dst);
    return device->Send(p, to, ethertype) ? 0 : Fail(ENG_ESTATE);
}

void WifiPort::Power(bool up)
{
    if (up) {
        Resume();
        return;
    }
    attempt.Cancel();
    forgeries.clear();
    if (manager)
        manager->Cancel();
    if (Ptr<Txop> queue = device->GetMac()->GetTxop())
        queue->GetWifiMacQueue()->Flush();
    SwitchOff();
}

void WifiPort::SwitchOff()
{
    if (!phy->IsStateOff())
        phy->SetOffMode();
}

void WifiPort::Resume()
{
    phy->ResumeFromOff();
    if (!station)
        return;
    if (!station->IsAssociated()) {
        /* Starts a scan if the MAC rests in its scanning state. */
        station->SetAttribute("ActiveProbing", BooleanValue(true));
        return;
    }
    /* The MAC still believes in its old association. A changed capability makes it reassociate;
     * this one means nothing to 802.11g. */
    uint8_t streams = phy->GetMaxSupportedRxSpatialStreams();
    phy->SetMaxSupportedRxSpatialStreams(streams == 1 ? 2 : 1);
}

void WifiPort::Capture(const std::string &path)
{
    YansWifiPhyHelper helper;
    helper.SetPcapDataLinkType(WifiPhyHelper::DLT_IEEE802_11_RADIO);
    helper.EnablePcap(path, device, true, true);
}

void WifiPort::Forget()
{
    attempt.Cancel();
    if (manager)
        manager->Cancel();
    phy->UnregisterListener(listener.get());
    forgeries.clear();
    manager = nullptr;
    station = nullptr;
    phy = nullptr;
    device = nullptr;
    receiver = nullptr;
    ip = nullptr;
}

} // namespace imprint
