/* SPDX-License-Identifier: GPL-2.0-only */
/* wifi_channel.cc - one channel per BSS, radio time, and when stations look for their access point.
 */
#include "wifi.h"

#include "ns3/propagation-loss-model.h"
#include "ns3/simulator.h"
#include "ns3/wifi-utils.h"

using namespace ns3;

namespace imprint
{
namespace
{

constexpr double kLightMetresPerSecond = 299792458.0;
/* IEEE 802.11 11.1.4.3: a scan stays MinChannelTime on a channel; 20 ms is common. */
constexpr int64_t kProbeWaitMs = 20;

WifiMedium::Path PathBetween(const WifiPort *a, const WifiPort *b)
{
    Ptr<LogDistancePropagationLossModel> model = CreateObject<LogDistancePropagationLossModel>();
    Ptr<MobilityModel> from = a->phy->GetMobility(), to = b->phy->GetMobility();
    double metres = from->GetDistanceFrom(to);
    return {-model->CalcRxPower(0, from, to), Seconds(metres / kLightMetresPerSecond)};
}

} // namespace

void BssPhy::StartTx(Ptr<const WifiPpdu> ppdu, const WifiTxVector &)
{
    port->bss->Transmit(this, ppdu, GetTxPowerForTransmission(ppdu) + GetTxGain());
}

void BssPhy::Hear(Ptr<const WifiPpdu> ppdu, double dbm)
{
    double heard = dbm + GetRxGain();
    if (!port->on || heard < GetRxSensitivity())
        return;
    RxPowerWattPerChannelBand watt;
    watt.insert({std::make_pair(0, 0), DbmToW(heard)});
    StartReceivePreamble(ppdu, watt, ppdu->GetTxDuration());
}

void WifiMedium::Transmit(BssPhy *from, Ptr<const WifiPpdu> ppdu, double dbm)
{
    WifiPort *sender = from->port;
    if (!sender->on)
        return;
    paths.resize(radios.size());
    auto &row = paths[sender->index];
    for (size_t i = row.size(); i < radios.size(); i++)
        row.push_back(static_cast<int>(i) == sender->index ? Path{}
                                                           : PathBetween(sender, radios[i]));
    for (size_t i = 0; i < radios.size(); i++) {
        WifiPort *to = radios[i];
        if (to == sender || !to->on)
            continue;
        Simulator::ScheduleWithContext(static_cast<uint32_t>(to->node), row[i].delay, &BssPhy::Hear,
                                       to->phy, ppdu, dbm - row[i].loss_db);
    }
}

void StationManager::NotifyChannelSwitched(uint8_t)
{
}

bool StationManager::Compare(const StaWifiMac::ApInfo &a, const StaWifiMac::ApInfo &b) const
{
    return a.m_snr > b.m_snr;
}

bool StationManager::CanBeInserted(const StaWifiMac::ApInfo &) const
{
    return true;
}

bool StationManager::CanBeReturned(const StaWifiMac::ApInfo &) const
{
    return true;
}

void StationManager::Cancel()
{
    m_probe.Cancel();
    m_end.Cancel();
}

void StationManager::DoDispose()
{
    Cancel();
    WifiAssocManager::DoDispose();
}

void StationManager::DoStartScanning()
{
    Cancel();
    if (!port->on)
        return; /* power-up starts the scan anew */
    Time probe = first + GetScanParams().probeDelay;
    first = Time(0);
    m_probe = Simulator::Schedule(probe, &StaWifiMac::SendProbeRequest, m_mac);
    m_end = Simulator::Schedule(probe + MilliSeconds(kProbeWaitMs),
                                &StationManager::ScanningTimeout, this);
}

void PhyMeter::NotifyRxStart(Time duration)
{
    m_port->meter.Receive(Clock(), Clock() + duration.GetNanoSeconds());
}

void PhyMeter::NotifyRxEndOk()
{
    m_port->meter.Receive(Clock(), Clock());
}

void PhyMeter::NotifyRxEndError()
{
    m_port->meter.Receive(Clock(), Clock());
}

void PhyMeter::NotifyTxStart(Time duration, double)
{
    m_port->meter.Listen(Clock()); /* a reception, if any, is given up */
    m_port->meter.Transmit(Clock(), Clock() + duration.GetNanoSeconds());
}

/* A preamble or energy that is not (yet) a frame counts as listening. */
void PhyMeter::NotifyCcaBusyStart(Time, WifiChannelListType, const std::vector<Time> &)
{
}

void PhyMeter::NotifySwitchingStart(Time)
{
}

void PhyMeter::NotifySleep()
{
}

void PhyMeter::NotifyOff()
{
}

void PhyMeter::NotifyWakeup()
{
}

void PhyMeter::NotifyOn()
{
}

} // namespace imprint
