/* SPDX-License-Identifier: GPL-2.0-only */
/* zwave.cc - Z-Wave's lower layers (ITU-T G.9959): frames of R1 to R3, listening before talking,
 * acknowledgement and retries. Channel configuration 2 (Europe): R1 and R2 share a channel, R3 has
 * its own; a node hears all three. No routing and no beams: every node listens all the time. */
#include "air.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <deque>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr uint32_t kLinkType = 147; /* user 0: the MPDU */
constexpr eng_time kMilli = 1000 * 1000;
constexpr eng_time kTurnaround = kMilli;        /* aPhyTurnaroundTimeRxTx, table 7-27 */
constexpr eng_time kLeastBackoff = 10 * kMilli; /* aMacMinRetransmitDelay, table 8-19 */
constexpr eng_time kMostBackoff = 40 * kMilli;  /* aMacMaxRetransmitDelay */
constexpr int kRetries = 2;                     /* aMacMaxFrameRetries, table 8-18 */
constexpr double kClearBelow = -80;             /* dBm, clear channel assessment; recalled */
constexpr double kMargin = 10;                  /* dB, co-channel; assumed for narrow-band FSK */
constexpr double kReferenceLoss = 31.2, kExponent = 3; /* free space to 1 m at 868.4 MHz */
constexpr uint32_t kHomeId = 0xc0000000;               /* with the medium's number below */
constexpr size_t kMostNodes = 232;
constexpr uint8_t kBroadcastNode = 0xff;
/* Header type and flags in the first octet of frame control. */
constexpr uint8_t kSinglecast = 1, kAck = 3, kAckRequest = 0x40;

/* Octets and rates: tcpdump's pages of LINKTYPE_ZWAVE_R1_R2 and R3; preambles of singlecasts. */
constexpr struct Rate {
    int bits; /* a second */
    size_t preamble, header, check, most;
    int channel;
    double sensitivity; /* dBm; recalled */
} rates[] = {
    {9600, 10, 9, 1, 54, 0, -103}, {40000, 20, 9, 1, 54, 0, -99}, {100000, 40, 10, 2, 158, 1, -95}};
constexpr size_t kDelimiter = 1; /* start of frame */

const Rate &RateOf(int rate)
{
    return rates[rate - 1];
}

eng_time Airtime(int rate, size_t mpdu)
{
    const Rate &r = RateOf(rate);
    int64_t bits = 8 * static_cast<int64_t>(r.preamble + kDelimiter + mpdu);
    constexpr int64_t kSecond = 1000 * 1000 * 1000;
    return (bits * kSecond + r.bits / 2) / r.bits;
}

struct ZwaveFrame : Emission {
    int rate = 0;
    uint8_t type = kSinglecast, sequence = 0;
    Bytes payload;
};

struct ZwaveMedium : AirMedium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
    double Margin(const Emission &, const Emission &) const override
    {
        return kMargin;
    }
};

struct Job {
    Bytes payload;
    eng_addr src, dst;
    bool injected;
    uint8_t sequence = 0;
    int tries = 0;
};

struct ZwavePort : AirPort {
    int Send(Ptr<Packet> p, eng_addr dst, uint16_t number) override;
    int Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t number) override;
    void Power(bool up) override;
    size_t Limit(uint16_t) const override
    {
        return RateOf(set.rate).most;
    }
    bool Tuned(const Emission &) const override
    {
        return true;
    }
    double Sensitivity(const Emission &e) const override
    {
        return RateOf(static_cast<const ZwaveFrame &>(e).rate).sensitivity;
    }
    void Heard(const Frame &e, double power) override;
    void Sent(const Frame &e) override;
    Bytes PseudoHeader(const Emission &, double) const override
    {
        return {};
    }
    uint32_t LinkType(const Emission *) const override
    {
        return kLinkType;
    }

    int Queue(Job j);
    void Try();
    void Later(eng_time delay);
    void GiveUpOrRepeat();
    void Next();
    void Emit(uint8_t type, eng_addr src, eng_addr dst, uint8_t sequence, int rate,
              const Bytes &payload, bool injected);

    eng_zwave set{};
    std::deque<Job> jobs; /* the first one is under way */
    uint64_t due = 0;     /* number of the latest delay */
    bool awaits_ack = false;
    eng_time owes_until = 0; /* it acknowledges first */
    uint8_t sequence = 0;
    std::unordered_map<eng_addr, uint8_t> seen; /* latest sequence number by source */
};

ZwavePort *At(int id)
{
    return static_cast<ZwavePort *>(PortOf(id));
}

void DueAt(int id, uint64_t number)
{
    ZwavePort *p = At(id);
    if (p->due != number || !p->on)
        return;
    if (p->awaits_ack)
        p->GiveUpOrRepeat();
    else
        p->Try();
}

struct Ack {
    eng_addr src, dst;
    uint8_t sequence;
    int rate;
};

void SendAck(int id, const Ack &a)
{
    ZwavePort *p = At(id);
    if (p->on && p->sending_until <= Clock())
        p->Emit(kAck, a.src, a.dst, a.sequence, a.rate, {}, false);
}

/* ---- frames ------------------------------------------------------------------------------------
 */

uint8_t NodeOf(eng_addr a)
{
    return a == ENG_ALL ? kBroadcastNode : static_cast<uint8_t>(a);
}

/* 8.1.3.9: exclusive or from FF on R1 and R2, CRC-CCITT from 1D0F on R3. */
void AddCheck(Bytes &b, int rate)
{
    if (rate < 3) {
        uint8_t sum = 0xff;
        for (uint8_t octet : b)
            sum ^= octet;
        b.push_back(sum);
        return;
    }
    unsigned crc = 0x1d0f;
    for (uint8_t octet : b) {
        crc ^= static_cast<unsigned>(octet) << 8;
        for (int i = 0; i < 8; i++)
            crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
    }
    b.push_back(static_cast<uint8_t>(crc >> 8));
    b.push_back(static_cast<uint8_t>(crc));
}

Bytes Mpdu(const ZwaveFrame &f)
{
    const Rate &r = RateOf(f.rate);
    uint32_t home = static_cast<uint32_t>(f.src >> 8);
    bool r3 = f.rate == 3;
    bool asks = f.type == kSinglecast && f.dst != ENG_ALL;
    Bytes b{static_cast<uint8_t>(home >> 24),
            static_cast<uint8_t>(home >> 16),
            static_cast<uint8_t>(home >> 8),
            static_cast<uint8_t>(home),
            NodeOf(f.src),
            static_cast<uint8_t>(f.type | (asks ? kAckRequest : 0)),
            static_cast<uint8_t>(r3 ? 0 : f.sequence),
            static_cast<uint8_t>(r.header + f.payload.size() + r.check)};
    if (r3)
        b.push_back(f.sequence);
    b.push_back(NodeOf(f.dst));
    b.insert(b.end(), f.payload.begin(), f.payload.end());
    AddCheck(b, f.rate);
    return b;
}

void ZwavePort::Emit(uint8_t type, eng_addr src, eng_addr dst, uint8_t number, int rate,
                     const Bytes &payload, bool injected)
{
    const bool mine = type == kSinglecast && !jobs.empty();
    auto f = std::make_shared<ZwaveFrame>();
    f->from = this;
    f->src = src;
    f->dst = dst;
    f->injected = injected;
    f->channel = RateOf(rate).channel;
    f->power = set.power;
    f->rate = rate;
    f->type = type;
    f->sequence = number;
    f->payload = payload;
    f->message = payload.size();
    f->again = mine && jobs.front().tries > 0;
    f->octets = Mpdu(*f);
    air->Emit(f, Airtime(rate, f->octets.size()));
}

/* ---- sending -----------------------------------------------------------------------------------
 */

int ZwavePort::Queue(Job j)
{
    int most = set.rate == 3 ? 255 : 15; /* on R1 and R2 it has four bits */
    if (j.injected) {
        /* Neither the latest of whom it speaks for, nor the next ones. */
        uint8_t &latest = seen[j.src];
        latest = static_cast<uint8_t>((latest + most / 2) % most + 1);
        j.sequence = latest;
    } else {
        sequence = static_cast<uint8_t>(sequence % most + 1);
        j.sequence = sequence;
    }
    jobs.push_back(std::move(j));
    if (jobs.size() == 1)
        Try();
    return 0;
}

int ZwavePort::Send(Ptr<Packet> p, eng_addr dst, uint16_t)
{
    return Queue({Copy(*p), address, dst, false});
}

int ZwavePort::Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t)
{
    return Queue({Copy(*p), src, dst, true});
}

void ZwavePort::Later(eng_time delay)
{
    due++;
    Simulator::Schedule(NanoSeconds(delay), &DueAt, id, due);
}

void ZwavePort::Try()
{
    if (jobs.empty() || !on)
        return;
    if (owes_until > Clock()) {
        Later(owes_until - Clock() + kTurnaround);
        return;
    }
    if (locked || sending_until > Clock() ||
        air->Busy(*this, RateOf(set.rate).channel, kClearBelow)) {
        Later(kLeastBackoff + static_cast<eng_time>(Draw(kMostBackoff - kLeastBackoff)));
        return;
    }
    Job &j = jobs.front();
    /* On the air before it is told of, so that who answers at once finds the channel busy. */
    Emit(kSinglecast, j.src, j.dst, j.sequence, set.rate, j.payload, j.injected);
    if (j.tries++ == 0)
        Tell(j.payload, j.src, j.dst, ENG_PDU_ZWAVE, j.injected);
}

void ZwavePort::Sent(const Frame &e)
{
    const ZwaveFrame &f = static_cast<const ZwaveFrame &>(*e);
    if (f.type == kAck || jobs.empty() || !on)
        return;
    if (f.dst == ENG_ALL) {
        Next();
        return;
    }
    const Rate &r = RateOf(f.rate);
    awaits_ack = true;
    /* One nanosecond more, since the acknowledgement ends just then. */
    Later(kTurnaround + Airtime(f.rate, r.header + r.check) + 1);
}

void ZwavePort::GiveUpOrRepeat()
{
    awaits_ack = false;
    if (jobs.front().tries > kRetries)
        Next();
    else
        Later(kLeastBackoff + static_cast<eng_time>(Draw(kMostBackoff - kLeastBackoff)));
}

void ZwavePort::Next()
{
    awaits_ack = false;
    due++;
    jobs.pop_front();
    if (!jobs.empty())
        Later(kTurnaround);
}

/* ---- receiving ---------------------------------------------------------------------------------
 */

void ZwavePort::Heard(const Frame &e, double)
{
    const ZwaveFrame &f = static_cast<const ZwaveFrame &>(*e);
    if (f.type == kAck) {
        if (awaits_ack && f.dst == jobs.front().src && f.src == jobs.front().dst &&
            f.sequence == jobs.front().sequence)
            Next();
        return;
    }
    if (sniffer)
        seen[f.src] = f.sequence;
    if (sniffer || (f.dst != address && f.dst != ENG_ALL))
        return;
    if (f.dst == address) {
        const Rate &r = RateOf(f.rate);
        owes_until = Clock() + kTurnaround + Airtime(f.rate, r.header + r.check);
        Simulator::Schedule(NanoSeconds(kTurnaround), &SendAck, id,
                            Ack{address, f.src, f.sequence, f.rate});
    }
    auto [entry, fresh] = seen.try_emplace(f.src, f.sequence);
    if (!fresh && entry->second == f.sequence)
        return; /* its acknowledgement was lost */
    entry->second = f.sequence;
    Deliver(f.payload, f.src, f.dst, ENG_PDU_ZWAVE, f.injected);
}

void ZwavePort::Power(bool up)
{
    Deafen();
    jobs.clear();
    seen.clear();
    awaits_ack = false;
    due++;
    air->Listen(this, up);
}

std::unique_ptr<Port> ZwaveMedium::Attach(const eng_port &wish)
{
    if (ports.size() >= kMostNodes) {
        Fail(ENG_ESTATE, "a Z-Wave network has 232 nodes at most");
        return nullptr;
    }
    auto port = std::make_unique<ZwavePort>();
    Bind(*port, wish, this);
    port->address = static_cast<eng_addr>(kHomeId | pan) << 8 | (ports.size() + 1);
    port->air = this;
    port->Place();
    eng_zwave_default(&port->set);
    port->mtu = RateOf(port->set.rate).most;
    Listen(port.get(), true);
    return port;
}

} // namespace

std::unique_ptr<Medium> MakeZwave(const MediumWish &m)
{
    auto made = std::make_unique<ZwaveMedium>();
    made->reference_loss = kReferenceLoss;
    made->exponent = kExponent;
    made->pan = m.pan;
    return made;
}

eng_time ZwaveAirtime(const Port *p, size_t n)
{
    int rate = static_cast<const ZwavePort *>(p)->set.rate;
    return Airtime(rate, RateOf(rate).header + n + RateOf(rate).check);
}

} // namespace imprint

using namespace imprint;

void eng_zwave_default(struct eng_zwave *out)
{
    *out = eng_zwave{3, 0};
}

int eng_zwave_set(int port, const struct eng_zwave *s)
{
    Port *p = PortOf(port);
    if (!p || p->medium->kind != ENG_ZWAVE)
        return Fail(ENG_EARGUMENT, "a port of a z-wave medium");
    if (s->rate < 1 || s->rate > 3 || !(s->power >= -30 && s->power <= 14))
        return Fail(ENG_EARGUMENT, "rate 1 to 3, power -30 to 14 dBm");
    ZwavePort *z = static_cast<ZwavePort *>(p);
    z->set = *s;
    z->mtu = RateOf(s->rate).most;
    return 0;
}
