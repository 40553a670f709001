/* SPDX-License-Identifier: GPL-2.0-only */
/* bredr.cc - BR/EDR: a discoverable device answers inquiries, a central pages it, and both exchange
 * LMP PDUs in DM1 packets, the central in even slots, the peripheral in the slot behind a packet of
 * its central. What has no more to say is polled every T_poll, of which only those polls are sent
 * that an LMP PDU waits for.
 *
 * Trains of ID packets are not sent one by one: an inquiry is answered at a moment that is drawn
 * evenly over the scan interval and the backoff, and a page ends in the target's next scan window.
 * Hops are drawn evenly from 79 channels of their own, apart from those of LE. */
#include "bredr.h"

#include "ble.h"

#include "ns3/simulator.h"

#include <algorithm>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr eng_time kMilli = 1000 * 1000;
constexpr eng_time kPageScan = 1280 * kMilli;     /* interval R1, section 8.3.1 */
constexpr eng_time kInquiryScan = 2560 * kMilli;  /* T_inquiry_scan, section 8.4.1 */
constexpr int kBackoff = 1024;                    /* slots, section 8.4.3 */
constexpr int kPollSlots = 40;                    /* T_poll: 25 ms */
constexpr eng_time kSupervision = 20000 * kMilli; /* supervisionTO, default */
constexpr int kHops = 79, kFirstHop = 100;        /* beside the channel indices of LE */
constexpr size_t kFhs = 18;

BlePort *At(int id)
{
    return static_cast<BlePort *>(PortOf(id));
}

std::shared_ptr<BleFrame> Make(BlePort *radio, int type, eng_addr src, eng_addr dst)
{
    auto f = std::make_shared<BleFrame>();
    f->from = radio;
    f->use = BleUse::kBrEdr;
    f->br_type = type;
    f->src = src;
    f->dst = dst;
    f->injected = radio->sniffer;
    f->channel = kFirstHop + static_cast<int>(radio->Draw(kHops));
    f->power = radio->set.power;
    return f;
}

bool Free(const BlePort *p)
{
    return p && p->on && !p->event && !p->current && !p->asking && p->sending_until <= Clock();
}

void Listen(BrEnd &e, bool on)
{
    if (e.listens == on)
        return;
    e.listens = on;
    if (e.port)
        e.port->Rest();
}

BrRef Find(const std::vector<BrRef> &links, eng_addr a, eng_addr b)
{
    for (const BrRef &l : links)
        if ((l->end[0].name == a && l->end[1].name == b) ||
            (l->end[0].name == b && l->end[1].name == a))
            return l;
    return nullptr;
}

/* Of two connections with the same names (an adversary's between both ends), the one in which that
 * radio has the name `self`. */
BrRef OwnLink(const BlePort &p, eng_addr self, eng_addr peer)
{
    for (const BrRef &l : p.br_links)
        for (int i = 0; i < 2; i++)
            if (l->end[i].port == &p && l->end[i].name == self && l->end[1 - i].name == peer)
                return l;
    return nullptr;
}

void Close(const BrRef &l)
{
    l->closed = true;
    for (BrEnd &e : l->end) {
        Listen(e, false);
        if (!e.port)
            continue;
        auto &links = e.port->br_links;
        links.erase(std::remove(links.begin(), links.end(), l), links.end());
    }
}

/* ---- connection --------------------------------------------------------------------------------
 */
void Exchange(const BrRef &l);

eng_time NextSlotPair(const BrLink &l, int64_t every)
{
    eng_time period = 2 * kBrSlot * every, since = Clock() - l.anchor;
    return l.anchor + (since / period + 1) * period;
}

/* The next slot pair in which the central sends, if there is anything to say. */
void Plan(const BrRef &l)
{
    bool now = !l->end[0].out.empty() || l->end[0].owes;
    if (l->closed || l->due || !l->up || (!now && l->end[1].out.empty() && !l->end[1].owes))
        return;
    l->due = true;
    eng_time at = NextSlotPair(*l, now || l->end[1].owes ? 1 : kPollSlots / 2);
    Simulator::Schedule(NanoSeconds(at - Clock()), &Exchange, l);
}

/* Behind LMP_start_encryption_req the only PDU of this size is LMP_accepted, sealed under a key
 * that the engine does not have. Captures have it as who decrypts it sees it, without its MIC. */
Bytes Decrypted(BrLink &l, const Bytes &data)
{
    constexpr uint8_t kAccepted = 3, kStartEncryption = 17;
    constexpr size_t kStartSize = 17, kSealed = 6;
    if (data.size() == kStartSize && data[0] >> 1 == kStartEncryption)
        l.encrypting = true;
    if (l.encrypting && data.size() == kSealed)
        return {kAccepted << 1, kStartEncryption};
    return data;
}

void Speak(const BrRef &l, int which)
{
    BrEnd &e = l->end[which], &other = l->end[1 - which];
    BrPdu *next = e.out.empty() ? nullptr : &e.out.front();
    BlePort *radio = next && next->radio ? next->radio : e.port;
    if (!Free(radio))
        return;
    auto f = Make(radio, next ? kBrDm1 : which == 0 ? kBrPoll : kBrNull, e.name, other.name);
    f->br = l;
    f->end = which;
    f->br_seqn = e.seqn;
    f->br_arqn = e.owes;
    e.owes = false;
    if (next) {
        f->data = next->data;
        f->message = next->data.size();
        f->again = next->told;
        if (!next->told)
            radio->Tell(next->data, e.name, other.name, ENG_PDU_BREDR_LMP, radio->sniffer);
        next->told = true;
    }
    f->octets = BrPacket(*f, Decrypted(*l, f->data));
    Listen(other, true);
    radio->air->Emit(f, BrAirtime(f->br_type, f->data.size()));
}

void Answer(const BrRef &l)
{
    if (!l->closed && l->answered)
        Speak(l, 1);
}

void EndPair(const BrRef &l)
{
    Listen(l->end[0], false);
    Listen(l->end[1], false);
    if (Clock() - l->heard > kSupervision)
        Close(l);
    else
        Plan(l);
}

void Exchange(const BrRef &l)
{
    l->due = false;
    if (l->closed)
        return;
    l->answered = false;
    Speak(l, 0);
    Simulator::Schedule(NanoSeconds(kBrSlot), &Answer, l);
    Simulator::Schedule(NanoSeconds(2 * kBrSlot - 1), &EndPair, l);
}

/* ---- paging ------------------------------------------------------------------------------------
 */

/* In the target's scan window: ID, its answer a slot later, FHS in the third. */
void Page(const BrRef &l)
{
    BlePort *p = l->end[0].port;
    if (l->closed || l->up)
        return;
    Simulator::Schedule(NanoSeconds(kPageScan), &Page, l); /* until it was heard */
    if (Clock() - l->anchor > kSupervision) {
        Close(l);
        return;
    }
    if (!Free(p))
        return;
    auto f = Make(p, kBrFhs, l->end[0].name, l->end[1].name);
    f->br = l;
    f->octets = BrPacket(*f, {});
    if (auto *target = static_cast<BlePort *>(p->medium->Find(f->dst))) {
        target->br_scans++;
        target->Rest();
    }
    p->air->Emit(f, BrAirtime(kBrFhs, kFhs));
}

void Connect(BlePort &p, const BrRef &l)
{
    const Port *target = p.medium->Find(l->end[1].name);
    eng_time window = target ? static_cast<const BlePort *>(target)->br_phase : 0;
    eng_time wait = kPageScan - (Clock() + window) % kPageScan;
    l->anchor = l->heard = Clock();
    p.br_links.push_back(l);
    Simulator::Schedule(NanoSeconds(wait + 2 * kBrSlot), &Page, l);
}

/* ---- inquiry -----------------------------------------------------------------------------------
 */

void InquiryAnswer(int id, uint64_t number)
{
    BlePort *p = At(id);
    if (p->br_inquiry != number || !p->on || p->br_class.empty())
        return;
    if (Free(p)) {
        auto f = Make(p, kBrFhs, p->br_name, ENG_ALL);
        f->data = p->br_class;
        f->injected = p->br_injected;
        f->octets = BrPacket(*f, {});
        if (!p->br_told)
            p->Tell(f->data, f->src, ENG_ALL, ENG_PDU_BREDR_INQUIRY, f->injected);
        p->br_told = true;
        p->air->Emit(f, BrAirtime(kBrFhs, kFhs));
    }
    eng_time backoff = static_cast<eng_time>(p->Draw(kBackoff)) * kBrSlot;
    Simulator::Schedule(NanoSeconds(kInquiryScan + backoff), &InquiryAnswer, id, number);
}

} // namespace

int BrDiscoverable(BlePort &p, eng_addr name, const Bytes &payload, bool injected)
{
    p.br_class = payload;
    p.br_name = name;
    p.br_injected = injected;
    p.br_told = false;
    p.br_inquiry++;
    if (payload.empty())
        return 0;
    eng_time first = static_cast<eng_time>(p.Draw(static_cast<uint64_t>(kInquiryScan / kBrSlot))) +
                     static_cast<eng_time>(p.Draw(kBackoff));
    Simulator::Schedule(NanoSeconds(first * kBrSlot), &InquiryAnswer, p.id, p.br_inquiry);
    return 0;
}

int BrEnqueue(BlePort &p, eng_addr self, eng_addr peer, const Bytes &payload)
{
    if (peer == ENG_ALL || peer == self)
        return Fail(ENG_EARGUMENT, "a connection has one other end");
    const Port *other = p.medium->Find(peer);
    BrRef l = OwnLink(p, self, peer);
    if (!l && p.sniffer && other)
        l = Find(static_cast<const BlePort *>(other)->br_links, self, peer);
    if (!l) {
        l = std::make_shared<BrLink>();
        l->end[0].port = &p;
        l->end[0].name = self;
        l->end[1].name = peer;
        Connect(p, l);
    }
    BrEnd &end = l->end[l->end[0].name == self ? 0 : 1];
    end.out.push_back({payload, end.port == &p ? nullptr : &p});
    Plan(l);
    return 0;
}

/* ---- a port ------------------------------------------------------------------------------------
 */

bool BrListens(const BlePort &p)
{
    return p.br_scans > 0 || (p.ethertypes.count(ENG_PDU_BREDR_INQUIRY) && !p.Scans()) ||
           std::any_of(p.br_links.begin(), p.br_links.end(), [&](const BrRef &l) {
               return (l->end[0].port == &p && l->end[0].listens) ||
                      (l->end[1].port == &p && l->end[1].listens);
           });
}

bool BrTuned(const BlePort &p, const BleFrame &f)
{
    if (p.current || p.event)
        return false;
    if (!f.br)
        return p.ethertypes.count(ENG_PDU_BREDR_INQUIRY) > 0;
    if (f.br_type == kBrFhs)
        return f.dst == p.address && p.ethertypes.count(ENG_PDU_BREDR_LMP) > 0;
    return f.br->end[1 - f.end].port == &p;
}

void BrSent(const BleFrame &f)
{
    if (!f.br || f.br_type != kBrFhs)
        return;
    if (auto *target = static_cast<BlePort *>(f.from->medium->Find(f.dst))) {
        target->br_scans--;
        target->Rest();
    }
}

static void Joined(BlePort &p, const BrRef &l)
{
    if (l->up)
        return;
    l->up = true;
    l->end[1].port = &p;
    l->anchor = l->heard = Clock();
    p.br_links.push_back(l);
    p.br_class.clear();
    Plan(l);
}

void BrHeard(BlePort &p, const BleFrame &f)
{
    if (!f.br) {
        p.Deliver(f.data, f.src, ENG_ALL, ENG_PDU_BREDR_INQUIRY, f.injected);
        return;
    }
    if (f.br_type == kBrFhs) {
        if (!p.sniffer)
            Joined(p, f.br);
        return;
    }
    BrLink &l = *f.br;
    BrEnd &me = l.end[1 - f.end];
    if (me.port != &p || l.closed)
        return;
    l.heard = Clock();
    l.answered = l.answered || f.end == 0;
    if (f.br_arqn && !me.out.empty() && me.out.front().told) {
        me.out.pop_front();
        me.seqn = !me.seqn;
    }
    if (f.br_type != kBrDm1)
        return;
    me.owes = true;
    if (f.br_seqn == me.seen)
        return; /* sent again: the acknowledgement was lost */
    me.seen = f.br_seqn;
    p.Deliver(f.data, f.src, f.dst, ENG_PDU_BREDR_LMP, f.injected);
}

void BrLeave(BlePort &p)
{
    p.br_class.clear();
    std::vector<BrRef> left = p.br_links;
    for (const BrRef &l : left)
        for (BrEnd &e : l->end)
            if (e.port == &p) {
                e.listens = false;
                e.port = nullptr;
            }
    p.br_links.clear();
}

/* ---- packets -----------------------------------------------------------------------------------
 */

eng_time BrAirtime(int type, size_t n)
{
    constexpr eng_time kBit = 1000, kAround = 72 + 54;
    size_t octets = type == kBrDm1 ? 1 + n + 2 : type == kBrFhs ? kFhs + 2 : 0;
    size_t blocks = (8 * octets + 9) / 10;
    return (kAround + 15 * static_cast<eng_time>(blocks)) * kBit;
}

/* Section 7.1.2: x^16+x^12+x^5+1 over the bits in the order of transmission, from the UAP. */
static uint16_t Crc(uint8_t uap, const Bytes &b)
{
    uint16_t reg = 0;
    for (int i = 0; i < 8; i++)
        reg = static_cast<uint16_t>(reg | (uap >> i & 1) << (15 - i));
    for (uint8_t octet : b)
        for (int i = 0; i < 8; i++) {
            bool bit = (reg ^ octet >> i) & 1;
            reg = static_cast<uint16_t>(reg >> 1);
            if (bit)
                reg ^= 0x8408;
        }
    return reg;
}

/* Section 7.1.1: x^8+x^7+x^5+x^2+x+1 over the ten bits of the header, from the UAP. */
static uint8_t Hec(uint8_t uap, uint32_t header)
{
    unsigned reg = 0;
    for (int i = 0; i < 8; i++)
        reg |= static_cast<unsigned>(uap >> i & 1) << (7 - i);
    for (int i = 0; i < 10; i++) {
        reg = reg >> 1 | ((reg ^ header >> i) & 1) << 7;
        if (reg & 0x80)
            reg ^= 0x65;
    }
    return static_cast<uint8_t>(reg);
}

static eng_addr CentralOf(const BleFrame &f)
{
    return f.br && f.br_type != kBrFhs ? f.br->end[0].name : f.src;
}

/* FHS, section 6.5.1.4: parity bits of the sync word 34 (zero here), LAP 24, EIR and page scan
 * bits, UAP 8, NAP 16, class of device 24, LT_ADDR 3, clock 26, page scan mode 3. */
static Bytes Fhs(const BleFrame &f)
{
    Bytes b(kFhs);
    uint64_t lap = f.src & 0xffffff;
    for (int i = 0; i < 24; i++)
        b[static_cast<size_t>((34 + i) / 8)] |=
            static_cast<uint8_t>((lap >> i & 1) << (34 + i) % 8);
    b[7] |= 0x20; /* bits 60, 61: page scan repetition R1 */
    b[8] = static_cast<uint8_t>(f.src >> 24);
    b[9] = static_cast<uint8_t>(f.src >> 32);
    b[10] = static_cast<uint8_t>(f.src >> 40);
    for (size_t i = 0; i < 3 && i < f.data.size(); i++)
        b[11 + i] = f.data[i];
    b[14] = f.br ? 1 : 0; /* LT_ADDR */
    return b;
}

Bytes BrPacket(const BleFrame &f, const Bytes &payload)
{
    Bytes b;
    if (f.br_type == kBrFhs)
        b = Fhs(f);
    else if (f.br_type == kBrDm1) {
        b.push_back(static_cast<uint8_t>(3 | 1 << 2 | payload.size() << 3)); /* LLID 3: LMP; FLOW */
        b.insert(b.end(), payload.begin(), payload.end());
    } else {
        return b;
    }
    uint16_t crc = Crc(static_cast<uint8_t>(CentralOf(f) >> 24), b);
    b.push_back(static_cast<uint8_t>(crc));
    b.push_back(static_cast<uint8_t>(crc >> 8));
    return b;
}

/* RF channel, signal, noise, offences, rate, corrected bits 1 and 2, LAP 4, reference LAP and UAP
 * 4, packet header 4 (HEC from bit 10), flags 2. */
Bytes BrPseudoHeader(const BleFrame &f, double power)
{
    /* dewhitened, signal, noise valid; decrypted; reference LAP and UAP valid; HEC checked and
     * passed; with a payload: data present, CRC checked and passed */
    uint16_t flags = 0x0001 | 0x0002 | 0x0004 | 0x0008 | 0x0010 | 0x0080 | 0x0100 | 0x0200;
    eng_addr central = CentralOf(f);
    uint32_t header = static_cast<uint32_t>((f.br ? 1 : 0) | f.br_type << 3 | 1 << 7 |
                                            f.br_arqn << 8 | f.br_seqn << 9);
    Bytes b{static_cast<uint8_t>(f.channel - kFirstHop),
            static_cast<uint8_t>(std::clamp(power, -128.0, 20.0)), static_cast<uint8_t>(-105)};
    auto put = [&](uint64_t v, int octets) {
        for (int i = 0; i < octets; i++)
            b.push_back(static_cast<uint8_t>(v >> 8 * i));
    };
    if (!f.octets.empty())
        flags |= 0x0020 | 0x0400 | 0x0800;
    put(0, 5);
    put(central & 0xffffff, 4);
    put(central & 0xffffffff, 4);
    put(header | static_cast<uint32_t>(Hec(static_cast<uint8_t>(central >> 24), header)) << 10, 4);
    put(flags, 2);
    return b;
}

} // namespace imprint
