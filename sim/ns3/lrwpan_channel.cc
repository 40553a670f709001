/* SPDX-License-Identifier: GPL-2.0-only */
/* lrwpan_channel.cc - the channel of one PAN. */
#include "lrwpan.h"

#include "ns3/lr-wpan-phy.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/simulator.h"
#include "ns3/spectrum-phy.h"
#include "ns3/spectrum-signal-parameters.h"

#include <cmath>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr double kLightMetresPerSecond = 299792458.0;
/* At 0 dBm sent, a signal weaker than -112 dBm is below the noise of the receiver. */
constexpr double kDeafLossDb = 112;

} // namespace

void PanChannel::AddRx(Ptr<SpectrumPhy>)
{
    m_neighbours.clear();
}

void PanChannel::RemoveRx(Ptr<SpectrumPhy>)
{
    m_neighbours.clear();
}

std::size_t PanChannel::GetNDevices() const
{
    return m_ports.size();
}

Ptr<NetDevice> PanChannel::GetDevice(std::size_t i) const
{
    return m_ports[i]->device;
}

void PanChannel::Own(LrWpanPort *port)
{
    m_ports.push_back(port);
    m_owner[PeekPointer(port->device->GetPhy())] = port;
    m_neighbours.clear();
}

void PanChannel::DoDispose()
{
    m_ports.clear();
    m_owner.clear();
    m_neighbours.clear();
    SpectrumChannel::DoDispose();
}

const std::vector<PanChannel::Neighbour> &PanChannel::NeighboursOf(LrWpanPort *port)
{
    auto [at, made] = m_neighbours.try_emplace(port);
    if (!made)
        return at->second;
    Ptr<MobilityModel> here = world->nodes[port->node].node->GetObject<MobilityModel>();
    for (LrWpanPort *p : m_ports) {
        if (p == port)
            continue;
        Ptr<MobilityModel> there = world->nodes[p->node].node->GetObject<MobilityModel>();
        double loss_db = -m_propagationLoss->CalcRxPower(0, here, there);
        if (loss_db > kDeafLossDb)
            continue;
        Time delay = Seconds(here->GetDistanceFrom(there) / kLightMetresPerSecond);
        at->second.push_back({p, std::pow(10.0, -loss_db / 10), delay});
    }
    return at->second;
}

void PanChannel::StartTx(Ptr<SpectrumSignalParameters> params)
{
    auto owner = m_owner.find(PeekPointer(params->txPhy));
    if (owner == m_owner.end() || !owner->second->on)
        return; /* what a MAC still has to say when its radio is off is not on the air */
    for (const Neighbour &n : NeighboursOf(owner->second)) {
        if (!n.port->on)
            continue;
        Ptr<SpectrumSignalParameters> copy = params->Copy();
        *copy->psd *= n.gain;
        Simulator::ScheduleWithContext(static_cast<uint32_t>(n.port->node), n.delay,
                                       &SpectrumPhy::StartRx,
                                       Ptr<SpectrumPhy>(n.port->device->GetPhy()), copy);
    }
}

} // namespace imprint
