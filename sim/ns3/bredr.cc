/* SPDX-License-Identifier: GPL-2.0-only */
/* bredr.cc - BR/EDR: a discoverable device answers inquiries, and a central pages it.
 *
 * Trains of ID packets are not sent one by one: an inquiry is answered at a moment that is drawn
 * evenly over the scan interval and the backoff, and a page ends in the target's next scan window.
 */
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
constexpr eng_time kPageScan = 1280 * kMilli;    /* interval R1, section 8.3.1 */
constexpr eng_time kInquiryScan = 2560 * kMilli; /* T_inquiry_scan, section 8.4.1 */
constexpr int kBackoff = 1024;                   /* slots, section 8.4.3 */

BlePort *At(int id)
{
    return static_cast<BlePort *>(PortOf(id));
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

/* ---- paging ------------------------------------------------------------------------------------
 */

/* In the target's scan window: ID, its answer a slot later, FHS in the third. */
void Page(const BrRef &l)
{
    BlePort *p = l->end[0].port;
    if (l->closed || l->up)
        return;
    Simulator::Schedule(NanoSeconds(kPageScan), &Page, l); /* until it was heard */
    if (Clock() - l->anchor > kBrSupervision) {
        BrClose(l);
        return;
    }
    if (!BrFree(p))
        return;
    auto f = BrMake(p, kBrFhs, l->end[0].name, l->end[1].name);
    f->br = l;
    f->octets = BrPacket(*f, {});
    if (auto *target = static_cast<BlePort *>(p->medium->Find(f->dst))) {
        target->br_scans++;
        target->Rest();
    }
    p->air->Emit(f, BrAirtime(kBrFhs, kBrFhsOctets));
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
    if (BrFree(p)) {
        auto f = BrMake(p, kBrFhs, p->br_name, ENG_ALL);
        f->data = p->br_class;
        f->injected = p->br_injected;
        f->octets = BrPacket(*f, {});
        if (!p->br_told)
            p->Tell(f->data, f->src, ENG_ALL, ENG_PDU_BREDR_INQUIRY, f->injected);
        p->br_told = true;
        p->air->Emit(f, BrAirtime(kBrFhs, kBrFhsOctets));
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

int BrEnqueue(BlePort &p, eng_addr self, eng_addr peer, uint16_t number, const Bytes &payload)
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
    end.out.push_back({number, payload, end.port == &p ? nullptr : &p});
    BrPlan(l);
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

void BrHeard(BlePort &p, const BleFrame &f)
{
    if (!f.br)
        p.Deliver(f.data, f.src, ENG_ALL, ENG_PDU_BREDR_INQUIRY, f.injected);
    else if (f.br_type != kBrFhs)
        BrTake(p, f);
    else if (!p.sniffer)
        BrJoined(p, f.br);
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

} // namespace imprint
