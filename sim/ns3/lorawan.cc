/* SPDX-License-Identifier: GPL-2.0-only */
/* lorawan.cc - LoRaWAN class A: uplinks on a free channel, two receive windows after each, gateways
 * that hear all channels and answer into these windows.
 *
 * PHYPayloads are the mechanism's; of them the medium reads the message type, since joining has
 * delays of its own. There are no link addresses on the air: everybody who listens to a channel and
 * data rate hears what is sent there. The addresses of the engine say which port's windows a
 * downlink is for, as a network server remembers it by the uplink. */
#include "lorawan.h"

#include "ns3/simulator.h"

#include <algorithm>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr int kDemodulators = 8;                        /* SX1301 */
constexpr uint8_t kJoinRequest = 0, kRejoinRequest = 6; /* message types */
constexpr uint8_t kSyncWord = 0x34;                     /* public networks */
/* Log-distance of ns-3's lorawan module: 7.7 dB at 1 m, exponent 3.76. */
constexpr double kReferenceLoss = 7.7, kExponent = 3.76;

void KickPort(int id)
{
    LoraPort *p = LoraAt(id);
    p->kick_at = -1;
    p->Kick();
}

} // namespace

/* ---- medium ------------------------------------------------------------------------------------
 */

/* The least spreading factor that some gateway hears. */
int LoraMedium::Spreading(const LoraPort &from) const
{
    for (int sf = kLeastSpreading; sf < region->most_spreading; sf++)
        for (const LoraPort *p : gateways)
            if (from.set.power - Loss(from, *p) >= LoraSensitivity({sf, 125, 1, true}, true))
                return sf;
    return region->most_spreading;
}

uint32_t LoraMedium::Frequency(int channel) const
{
    return channel < kLoraChannels ? LoraFrequency(*region, channel)
                                   : others[static_cast<size_t>(channel - kLoraChannels)];
}

int LoraMedium::ChannelAt(uint32_t hertz)
{
    int known = kLoraChannels + static_cast<int>(others.size());
    for (int c = 0; c < known; c++)
        if ((c < region->uplinks || c >= kLoraChannels) && Frequency(c) == hertz)
            return c;
    others.push_back(hertz);
    return known;
}

/* ---- uplinks -----------------------------------------------------------------------------------
 */

LoraMode LoraPort::UplinkMode(int channel) const
{
    int sf = set.spreading ? set.spreading : Net()->Spreading(*this);
    return LoraUplinkOn(Region(), channel, sf, set.bandwidth, set.coding);
}

size_t LoraPort::Limit(uint16_t) const
{
    return LoraLimit(Region(),
                     role == ENG_HUB ? LoraMode{kLeastSpreading, 125, 1, false} : UplinkMode(0));
}

Windows LoraPort::WindowsAfter(eng_time end, int channel, const LoraMode &up, uint8_t type) const
{
    bool joins = type == kJoinRequest || type == kRejoinRequest;
    eng_time first = end + (joins ? set.join_delay : set.rx1_delay) * kSecond;
    LoraMode rx1 = LoraRx1(Region(), up, set.rx1_offset);
    LoraMode rx2 = LoraRx2(Region(), set.rx2_spreading, up.coding);
    return {
        {{first, LoraRx1Channel(Region(), channel), rx1}, {first + kSecond, Region().rx2, rx2}}};
}

void LoraPort::Uplink(const Unit &u)
{
    auto f = std::make_shared<LoraFrame>();
    f->from = this;
    f->src = u.src;
    f->injected = u.injected;
    f->channel = u.way.channel;
    f->power = set.power;
    f->octets = u.payload;
    f->message = u.payload.size();
    f->lora = u.way.mode;
    eng_time airtime = LoraAirtime(f->lora, f->octets.size());
    uint8_t type = u.payload.empty() ? kJoinRequest : u.payload[0] >> 5;
    f->windows = WindowsAfter(Clock() + airtime, f->channel, f->lora, type);
    f->to = u.dst;
    now = u.way;
    Tell(u.payload, u.src, u.dst, ENG_PDU_LORAWAN, u.injected);
    air->Emit(f, airtime);
}

eng_time LoraPort::OpensAt(int channel) const
{
    bool held = set.duty_cycle && Region().duty_cycle && !sniffer;
    return std::max(Clock(), held ? band_free[BandOf(channel)] : 0);
}

size_t LoraPort::BandOf(int channel) const
{
    return static_cast<size_t>(LoraBand(Net()->Frequency(channel)));
}

/* Told channels take the place of those that it was set to. */
int LoraPort::ChannelOf(int number) const
{
    int always = Region().always;
    int known = always == 0 ? Region().uplinks : set.channels; /* before it is told of any */
    if (number < always || further.empty())
        return number < std::max(always, further.empty() ? known : 0) ? number : -1;
    size_t at = static_cast<size_t>(number - always);
    return at < further.size() ? further[at] : -1;
}

/* By lot, of the channels that are open first. */
Way LoraPort::Choose()
{
    std::vector<int> first;
    eng_time soonest = kForever;
    for (int number = 0; number < Region().uplinks; number++) {
        int c = ChannelOf(number);
        if (c < 0 || OpensAt(c) > soonest)
            continue;
        if (OpensAt(c) < soonest)
            first.clear();
        soonest = OpensAt(c);
        first.push_back(number);
    }
    int number = first[Draw(first.size())];
    int channel = ChannelOf(number);
    return {UplinkMode(channel), channel, number};
}

/* What was settled for the next uplink, which is now this one. */
Way LoraPort::Next()
{
    Way way = next;
    next.channel = -1;
    return way;
}

/* Sends what waits if its channel is open to it, else comes back when it is. */
void LoraPort::Kick()
{
    if (sending || queue.empty() || !on)
        return;
    Way &way = queue.front().way;
    if (way.channel < 0)
        way = Choose();
    eng_time opens = OpensAt(way.channel);
    if (opens > Clock()) {
        if (kick_at < 0) {
            kick_at = opens;
            Simulator::Schedule(NanoSeconds(opens - Clock()), &KickPort, id);
        }
        return;
    }
    Unit u = std::move(queue.front());
    queue.pop_front();
    sending = true;
    Uplink(u);
}

int LoraPort::Send(Ptr<Packet> p, eng_addr dst, uint16_t)
{
    Unit u{Copy(*p), address, dst, false, {{}, -1}};
    if (role == ENG_HUB)
        return Downlink(u);
    u.way = Next();
    queue.push_back(std::move(u));
    Kick();
    return 0;
}

/* ---- port --------------------------------------------------------------------------------------
 */

void LoraPort::Power(bool up)
{
    Deafen();
    queue.clear();
    next.channel = -1;
    sending = false;
    open = -1;
    cycle++;
    answers.clear();
    bool hears = role == ENG_HUB || sniffer;
    air->Listen(this, up && hears);
    if (!hears)
        Sleep(*this, Clock());
}

/* LoRaTap version 0: big endian; bandwidth in steps of 125 kHz; RSSI in dBm + 139; SNR in 1/4 dB.
 */
Bytes LoraPort::PseudoHeader(const Emission &e, double power) const
{
    const LoraFrame &f = static_cast<const LoraFrame &>(e);
    constexpr double kNoiseDbm = -117; /* 125 kHz, noise figure 6 dB */
    uint32_t hz = Net()->Frequency(f.channel);
    auto octet = [](double v) { return static_cast<uint8_t>(std::clamp(v, 0.0, 255.0)); };
    uint8_t rssi = octet(power + 139);
    int8_t snr = static_cast<int8_t>(std::clamp(4 * (power - kNoiseDbm), -128.0, 127.0));
    return {0,
            0,
            0,
            15,
            static_cast<uint8_t>(hz >> 24),
            static_cast<uint8_t>(hz >> 16),
            static_cast<uint8_t>(hz >> 8),
            static_cast<uint8_t>(hz),
            static_cast<uint8_t>(f.lora.bandwidth / 125),
            static_cast<uint8_t>(f.lora.spreading),
            rssi,
            rssi,
            rssi,
            static_cast<uint8_t>(snr),
            kSyncWord};
}

std::unique_ptr<Port> LoraMedium::Attach(const eng_port &wish)
{
    auto port = std::make_unique<LoraPort>();
    Bind(*port, wish, this);
    port->air = this;
    port->Place();
    eng_lorawan_default(&port->set);
    bool hears = port->role == ENG_HUB || port->sniffer;
    port->paths = hears ? kDemodulators : 1;
    port->mtu = LoraLimit(*region, {kLeastSpreading, 125, 1, false});
    if (port->role == ENG_HUB)
        gateways.push_back(port.get());
    if (hears)
        Listen(port.get(), true);
    else
        Sleep(*port, Clock());
    return port;
}

std::unique_ptr<Medium> MakeLorawan(const MediumWish &)
{
    auto made = std::make_unique<LoraMedium>();
    made->reference_loss = kReferenceLoss;
    made->exponent = kExponent;
    return made;
}

eng_time LorawanAirtime(const Port *p, size_t n)
{
    const LoraPort *port = static_cast<const LoraPort *>(p);
    LoraMode m = port->UplinkMode(0);
    m.crc = port->role != ENG_HUB;
    return LoraAirtime(m, n);
}

namespace
{

/* A port of the medium, or NULL. */
LoraPort *LoraOf(int port)
{
    Port *p = PortOf(port);
    return p && p->medium->kind == ENG_LORAWAN ? static_cast<LoraPort *>(p) : nullptr;
}

int TellWay(const LoraPort *p, const Way &way, struct eng_uplink *out)
{
    *out = {static_cast<uint8_t>(LoraRate(p->Region(), way.mode)),
            static_cast<uint8_t>(way.number)};
    return 0;
}

} // namespace

} // namespace imprint

using namespace imprint;

void eng_lorawan_default(struct eng_lorawan *out)
{
    *out = eng_lorawan{};
    out->region = 868;
    out->bandwidth = 125;
    out->coding = 1;
    out->channels = 3;
    out->rx1_delay = 1;
    out->join_delay = 5;
    out->rx2_spreading = kMostSpreading;
    out->duty_cycle = true;
    out->power = 14;
}

int eng_lorawan_set(int port, const struct eng_lorawan *s)
{
    LoraPort *p = LoraOf(port);
    const LoraRegion *r = LoraRegionOf(s->region);
    if (!p)
        return Fail(ENG_EARGUMENT, "a port of a lorawan medium");
    if (!r)
        return Fail(ENG_EARGUMENT, "region: 868 or 915");
    if (s->spreading != 0 && (s->spreading < kLeastSpreading || s->spreading > r->most_spreading))
        return Fail(ENG_EARGUMENT, "spreading factor: 0 or 7 to 12 (US: 10)");
    if (s->bandwidth != 125 && (s->bandwidth != 250 || s->spreading != kLeastSpreading))
        return Fail(ENG_EARGUMENT, "bandwidth: 125 kHz, or 250 with spreading factor 7");
    if (s->coding < 1 || s->coding > 4 || (s->channels != 3 && s->channels != 8))
        return Fail(ENG_EARGUMENT, "coding rate 1 to 4, channels 3 or 8");
    if (s->rx1_delay < 1 || s->rx1_delay > 15 || s->join_delay < 1 || s->join_delay > 6 ||
        s->rx1_offset < 0 || s->rx1_offset > r->most_offset || s->rx2_spreading < kLeastSpreading ||
        s->rx2_spreading > kMostSpreading)
        return Fail(ENG_EARGUMENT, "receive windows");
    if (!(s->power >= -4 && s->power <= r->most_power))
        return Fail(ENG_EARGUMENT, "power: -4 to 16 dBm (US: 30)");
    p->Net()->region = r;
    p->set = *s;
    return 0;
}

int eng_uplink_next(int port, struct eng_uplink *out)
{
    LoraPort *p = LoraOf(port);
    *out = eng_uplink{};
    if (!p || p->role == ENG_HUB)
        return Fail(ENG_ESUPPORT, "uplinks");
    if (p->next.channel < 0)
        p->next = p->Choose();
    return TellWay(p, p->next, out);
}

int eng_uplink_as(int port, const struct eng_uplink *u)
{
    LoraPort *p = LoraOf(port);
    if (!p || !p->sniffer)
        return Fail(ENG_ESUPPORT, "uplinks of others");
    bool known =
        u->channel < p->Region().uplinks ||
        (u->channel >= kLoraChannels && u->channel < kLoraChannels + p->Net()->others.size());
    if (u->rate >= p->Region().rates || !known)
        return Fail(ENG_EARGUMENT, "data rate or channel");
    p->next = {LoraUplink(p->Region(), u->rate, p->set.coding), u->channel, u->channel};
    return 0;
}

int eng_uplink_channels(int port, const uint32_t *hertz, size_t n)
{
    LoraPort *p = LoraOf(port);
    if (!p || p->role == ENG_HUB)
        return Fail(ENG_ESUPPORT, "uplinks");
    if (n > static_cast<size_t>(p->Region().uplinks - p->Region().always))
        return Fail(ENG_EARGUMENT, "channels: more than the region has");
    p->further.clear();
    for (size_t i = 0; i < n; i++)
        p->further.push_back(hertz[i] ? p->Net()->ChannelAt(hertz[i]) : -1);
    bool none = p->Region().always == 0 &&
                std::all_of(p->further.begin(), p->further.end(), [](int c) { return c < 0; });
    if (none)
        p->further.clear(); /* no channel at all is no list */
    p->next.channel = -1;
    return 0;
}

int eng_uplink_now(int port, struct eng_uplink *out)
{
    LoraPort *p = LoraOf(port);
    *out = eng_uplink{};
    if (!p)
        return Fail(ENG_ESUPPORT, "uplinks");
    return p->now.channel < 0 ? Fail(ENG_ESTATE, "a downlink") : TellWay(p, p->now, out);
}
