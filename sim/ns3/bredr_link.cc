/* SPDX-License-Identifier: GPL-2.0-only */
/* bredr_link.cc - one connection of BR/EDR: LMP PDUs in DM1 packets, those of L2CAP in DH1, the
 * central in even slots, the peripheral in the slot behind a packet of its central. What has no
 * more to say is polled every T_poll, of which only those polls are sent that an LMP PDU waits for.
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

constexpr int kPollSlots = 40; /* T_poll: 25 ms */
constexpr int kHops = 79;

void Exchange(const BrRef &l);

eng_time NextSlotPair(const BrLink &l, int64_t every)
{
    eng_time period = 2 * kBrSlot * every, since = Clock() - l.anchor;
    return l.anchor + (since / period + 1) * period;
}

/* Behind LMP_start_encryption_req the first PDU of this size is LMP_accepted, sealed under a key
 * that the engine does not have. Captures have it as who decrypts it sees it, without its MIC. */
Bytes Decrypted(BrLink &l, const Bytes &data)
{
    constexpr uint8_t kAccepted = 3, kStartEncryption = 17;
    constexpr size_t kStartSize = 17, kSealed = 6, kUnderE0 = 2;
    if (data.size() == kStartSize && data[0] >> 1 == kStartEncryption)
        l.encrypting = true;
    if (!l.encrypting || (data.size() != kSealed && data.size() != kUnderE0))
        return data;
    l.encrypting = false;
    l.encrypted = true;
    return {kAccepted << 1, kStartEncryption};
}

void Speak(const BrRef &l, int which)
{
    BrEnd &e = l->end[which], &other = l->end[1 - which];
    BrPdu *next = e.out.empty() ? nullptr : &e.out.front();
    BlePort *radio = next && next->radio ? next->radio : e.port;
    if (!BrFree(radio))
        return;
    int type = next ? BrType(next->number) : which == 0 ? kBrPoll : kBrNull;
    auto f = BrMake(radio, type, e.name, other.name);
    f->br = l;
    f->end = which;
    f->br_seqn = e.seqn;
    f->br_arqn = e.owes;
    e.owes = false;
    if (next) {
        f->data = next->data;
        f->br_number = next->number;
        f->sealed = l->encrypted && next->number != ENG_PDU_BREDR_LMP;
        f->message = next->data.size();
        f->again = next->told;
        if (!next->told) {
            bool lmp = next->number == ENG_PDU_BREDR_LMP;
            next->captured = lmp ? Decrypted(*l, next->data) : next->data;
            radio->Tell(next->data, e.name, other.name, next->number, radio->sniffer);
        }
        next->told = true;
    }
    f->octets = BrPacket(*f, next ? next->captured : f->data);
    BrListen(other, true);
    radio->air->Emit(f, BrAirtime(f->br_type, f->data.size()));
}

void Answer(const BrRef &l)
{
    if (!l->closed && l->answered)
        Speak(l, 1);
}

void EndPair(const BrRef &l)
{
    BrListen(l->end[0], false);
    BrListen(l->end[1], false);
    if (Clock() - l->heard > kBrSupervision)
        BrClose(l);
    else
        BrPlan(l);
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

} // namespace

std::shared_ptr<BleFrame> BrMake(BlePort *radio, int type, eng_addr src, eng_addr dst)
{
    auto f = std::make_shared<BleFrame>();
    f->from = radio;
    f->use = BleUse::kBrEdr;
    f->br_type = type;
    f->src = src;
    f->dst = dst;
    f->injected = radio->sniffer;
    f->channel = kBrFirstHop + static_cast<int>(radio->Draw(kHops));
    f->power = radio->set.power;
    return f;
}

bool BrFree(const BlePort *p)
{
    return p && p->on && !p->event && !p->current && !p->asking && p->sending_until <= Clock();
}

void BrListen(BrEnd &e, bool on)
{
    if (e.listens == on)
        return;
    e.listens = on;
    if (e.port)
        e.port->Rest();
}

void BrClose(const BrRef &l)
{
    l->closed = true;
    for (BrEnd &e : l->end) {
        BrListen(e, false);
        if (!e.port)
            continue;
        auto &links = e.port->br_links;
        links.erase(std::remove(links.begin(), links.end(), l), links.end());
    }
}

/* The next slot pair in which the central sends, if there is anything to say. */
void BrPlan(const BrRef &l)
{
    bool now = !l->end[0].out.empty() || l->end[0].owes;
    if (l->closed || l->due || !l->up || (!now && l->end[1].out.empty() && !l->end[1].owes))
        return;
    l->due = true;
    eng_time at = NextSlotPair(*l, now || l->end[1].owes ? 1 : kPollSlots / 2);
    Simulator::Schedule(NanoSeconds(at - Clock()), &Exchange, l);
}

void BrJoined(BlePort &p, const BrRef &l)
{
    if (l->up)
        return;
    l->up = true;
    l->end[1].port = &p;
    l->anchor = l->heard = Clock();
    p.br_links.push_back(l);
    p.br_class.clear();
    BrPlan(l);
}

void BrTake(BlePort &p, const BleFrame &f)
{
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
    if (f.br_type != kBrDm1 && f.br_type != kBrDh1)
        return;
    me.owes = true;
    if (f.br_seqn == me.seen)
        return; /* sent again: the acknowledgement was lost */
    me.seen = f.br_seqn;
    p.Deliver(f.data, f.src, f.dst, f.br_number, f.injected);
}

} // namespace imprint
