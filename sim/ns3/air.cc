/* SPDX-License-Identifier: GPL-2.0-only */
/* air.cc - frames on the air: locks, interference, half duplex, delivery. */
#include "air.h"

#include "ns3/mobility-model.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr double kNearest = 1; /* metres: the path loss model's reference */

/* Of a frame that the port sends or receives: a copy is repeated for who knows another one. */
Octets LayersFor(AirPort *p, const Emission &e)
{
    bool again = e.again || (e.unit && !p->met.insert(e.unit).second);
    return {e.octets.size(), e.message, 0, again};
}

} // namespace

/* ---- medium ------------------------------------------------------------------------------------
 */

double AirMedium::Loss(const AirPort &a, const AirPort &b) const
{
    double d = std::hypot(a.x - b.x, a.y - b.y, a.z - b.z);
    return reference_loss + 10 * exponent * std::log10(std::max(d, kNearest));
}

void AirMedium::Listen(AirPort *p, bool on)
{
    if (p->listening == on)
        return;
    p->listening = on;
    auto at = std::lower_bound(listeners.begin(), listeners.end(), p,
                               [](const AirPort *a, const AirPort *b) { return a->id < b->id; });
    if (on)
        listeners.insert(at, p);
    else
        listeners.erase(at);
}

bool AirMedium::Busy(const AirPort &at, int channel, double threshold) const
{
    return std::any_of(active.begin(), active.end(), [&](const Frame &e) {
        return e->channel == channel && e->from != &at &&
               e->power - Loss(*e->from, at) >= threshold;
    });
}

bool AirMedium::Survives(const Emission &e, double power, const Emission &other,
                         const AirPort &at) const
{
    bool overlap = other.start < e.end && e.start < other.end;
    if (!overlap || other.channel != e.channel || other.from == &at)
        return true;
    return power - (other.power - Loss(*other.from, at)) >= Margin(e, other);
}

/* What a beginning frame does to those under way. Each overlapping frame is judged alone. */
void AirMedium::Disturb(const Emission &e)
{
    for (const Frame &other : active)
        for (Hearing &h : other->hearings)
            h.whole = h.whole && Survives(*other, h.power, e, *h.port);
}

void AirMedium::Lock(Emission &e)
{
    for (AirPort *p : listeners) {
        if (p == e.from || !p->on || p->sending_until > e.start || p->locked >= p->paths ||
            !p->Tuned(e))
            continue;
        double power = e.power - Loss(*e.from, *p);
        if (power < p->Sensitivity(e))
            continue;
        bool whole = std::all_of(active.begin(), active.end(), [&](const Frame &other) {
            return Survives(e, power, *other, *p);
        });
        e.hearings.push_back({p, power, whole});
        p->meter.Receive(e.start, p->locked++ ? std::max(p->meter.ReceivesUntil(), e.end) : e.end);
    }
}

void AirMedium::Emit(const Frame &e, eng_time airtime)
{
    e->start = Clock();
    e->end = e->start + airtime;
    e->from->Deafen();
    e->from->sending_until = e->end;
    e->from->meter.Transmit(e->start, e->end);
    CountSent(e->from, LayersFor(e->from, *e));
    Disturb(*e);
    Lock(*e);
    e->from->Write(*e, e->power);
    active.push_back(e);
    Simulator::Schedule(NanoSeconds(airtime), &AirMedium::End, this, e);
}

void AirMedium::End(const Frame &e)
{
    active.erase(std::find(active.begin(), active.end(), e));
    for (const Hearing &h : e->hearings)
        h.port->locked--;
    e->from->Sent(e);
    std::vector<Hearing> hearings = std::move(e->hearings);
    e->hearings.clear();
    for (const Hearing &h : hearings) {
        if (!h.port->on)
            continue;
        if (!h.port->sniffer && (e->dst == ENG_ALL || e->dst == h.port->address))
            CountReceived(h.port, LayersFor(h.port, *e));
        if (h.port->receiver->Lost(e->src) || !h.whole) {
            h.port->Missed(e);
            continue;
        }
        h.port->Write(*e, h.power);
        h.port->Heard(e, h.power);
    }
}

/* ---- port --------------------------------------------------------------------------------------
 */

void AirPort::Place()
{
    Vector v = world->nodes[node].node->GetObject<MobilityModel>()->GetPosition();
    x = v.x;
    y = v.y;
    z = v.z;
    random = RngSeedManager::GetSeed() * 0x9e3779b97f4a7c15u ^ RngSeedManager::GetRun();
    random = SplitMix(random) ^ static_cast<uint64_t>(id) * 0xd1342543de82ef95u;
}

void AirPort::Deafen()
{
    for (const Frame &e : air->active)
        for (size_t i = e->hearings.size(); i-- > 0;)
            if (e->hearings[i].port == this)
                e->hearings.erase(e->hearings.begin() + static_cast<ptrdiff_t>(i));
    locked = 0;
    meter.Receive(Clock(), Clock());
}

/* Multiplying keeps the bias below 2^-32 for the small ranges that are asked for. */
uint64_t AirPort::Draw(uint64_t below)
{
    return (SplitMix(random) >> 32) * below >> 32;
}

void AirPort::Tell(const Bytes &payload, eng_addr src, eng_addr dst, uint16_t number, bool injected)
{
    TapFrame(this, *Wrap(payload.data(), payload.size()), src, dst, number, injected);
}

bool AirPort::Deliver(const Bytes &payload, eng_addr src, eng_addr dst, uint16_t number,
                      bool injected)
{
    Ptr<Packet> p = Wrap(payload.data(), payload.size());
    LinkTag tag;
    tag.dst = dst;
    tag.injector = injected; /* only whether there is one counts above */
    p->AddPacketTag(tag);
    return Receive(p, src, dst, number);
}

void AirPort::Write(const Emission &e, double power)
{
    if (!pcap || (e.unit && !captured.insert(e.unit).second))
        return;
    if (!link_type)
        pcap->Init(link_type = LinkType(&e));
    if (link_type != LinkType(&e))
        return;
    Bytes b = PseudoHeader(e, power);
    b.insert(b.end(), e.octets.begin(), e.octets.end());
    pcap->Write(Simulator::Now(), Wrap(b.data(), b.size()));
}

void AirPort::Capture(const std::string &path)
{
    pcap = CreateObject<PcapFileWrapper>();
    pcap->Open(path, std::ios::out | std::ios::binary);
}

void AirPort::Forget()
{
    if (pcap && !link_type)
        pcap->Init(LinkType(nullptr));
    pcap = nullptr;
    receiver = nullptr;
}

bool Injected(const Packet &p)
{
    LinkTag tag;
    return p.PeekPacketTag(tag) && tag.injector;
}

} // namespace imprint
