/* SPDX-License-Identifier: GPL-2.0-only */
/* ble_link.cc - connections of the LE link layer: from CONNECT_IND to the end, with acknowledgement
 * and L2CAP's cutting and joining. Channels by selection algorithm 1 with all 37 in use. Parameters
 * are those of the initiator for good: there are no update procedures, and a PDU is as long as both
 * ends were set to, as if they had agreed on it. */
#include "ble.h"

#include "ns3/simulator.h"

#include <algorithm>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr eng_time kWindowDelay = 1250 * 1000; /* section 4.5.3 */
constexpr eng_time kSlot = 1250 * 1000;
constexpr int kSlotsApart = 2;      /* connections of one central begin so far apart */
constexpr int kEstablishWithin = 6; /* connection intervals, section 4.5.2 */
constexpr size_t kL2capHeader = 4;
constexpr uint8_t kStartEncReq = 0x05, kStartEncRsp = 0x06;
constexpr size_t kSealedStartEncRsp = 5; /* opcode and MIC */

void Speak(const LinkRef &l, int end);

size_t PduMost(const BleLink &l)
{
    size_t most = 251;
    for (const BleEnd &e : l.end)
        if (e.port)
            most = std::min(most, static_cast<size_t>(e.port->set.pdu));
    return most;
}

void Queue(const BleLink &l, BleEnd &end, uint16_t number, const Bytes &payload, BlePort *radio)
{
    uint8_t llid = kLlStart;
    if (number == ENG_PDU_BLE_CONTROL) {
        end.out.push_back({kLlControl, payload, radio});
        end.out.back().message = payload.size();
    } else {
        for (Bytes &b : CutL2cap(number & 0xff, payload, PduMost(l))) {
            end.out.push_back({llid, std::move(b), radio});
            BlePdu &cut = end.out.back();
            cut.message = cut.data.size() - (llid == kLlStart ? kL2capHeader : 0);
            llid = kLlContinuation;
        }
    }
    end.out.back().number = number;
    end.out.back().unit = payload;
}

void Report(const BlePort *p, eng_addr peer, bool up)
{
    if (!p->sniffer && p->ops.peer)
        p->ops.peer(p->ops.arg, p->id, peer, up);
}

void EndConnectionEvent(const LinkRef &l)
{
    l->in_event = false;
    for (BleEnd &e : l->end)
        if (e.port && e.port->current == l) {
            e.port->current = nullptr;
            e.port->Rest();
        }
}

/* A connection that was never answered leaves its initiator as before. */
void Close(const LinkRef &l)
{
    if (l->closed)
        return;
    l->closed = true;
    EndConnectionEvent(l);
    for (int i = 0; i < 2; i++) {
        BlePort *p = l->end[i].port;
        if (!p)
            continue;
        p->links.erase(std::remove(p->links.begin(), p->links.end(), l), p->links.end());
        if (i == 0 && !l->wishes.empty()) {
            p->wishes.insert(p->wishes.begin(), l->wishes.begin(), l->wishes.end());
            p->Rest();
        } else {
            Report(p, l->end[1 - i].name, false);
        }
    }
}

bool TimedOut(const BleLink &l)
{
    eng_time now = Clock();
    auto silent = [&](const BleEnd &e) {
        if (!e.port)
            return false;
        return e.heard < 0 ? now - l.made > kEstablishWithin * l.terms.interval
                           : now - e.heard > l.terms.timeout;
    };
    return (!l.end[0].port && !l.end[1].port) || silent(l.end[0]) || silent(l.end[1]);
}

bool Free(const BlePort *p)
{
    return p && !p->event && !p->current && !p->asking && p->sending_until <= Clock();
}

void Event(const LinkRef &l)
{
    if (l->closed)
        return;
    if (TimedOut(*l)) {
        Close(l);
        return;
    }
    l->anchor += l->terms.interval;
    Simulator::Schedule(NanoSeconds(l->terms.interval), &Event, l);
    l->channel = (l->channel + l->terms.hop) % kDataChannels;
    if (!Free(l->end[0].port))
        return; /* its radio is elsewhere: this one is left out */
    for (BleEnd &e : l->end)
        if (Free(e.port)) {
            e.port->current = l;
            e.port->Rest();
        }
    l->in_event = true;
    Speak(l, 0);
}

/* Behind LL_START_ENC_REQ the only PDU of this size is LL_START_ENC_RSP, encrypted under a key that
 * the engine does not have. Captures have it as who decrypts it sees it, without its MIC. */
bool Decrypts(BleLink &l, const BlePdu *next, Bytes &data)
{
    if (!next || next->llid != kLlControl)
        return false;
    if (data.size() == 1 && data[0] == kStartEncReq)
        l.encrypting = true;
    bool sealed = l.encrypting && data.size() == kSealedStartEncRsp;
    if (sealed)
        data = {kStartEncRsp};
    return sealed;
}

/* The end's next PDU: what is not acknowledged yet, what waits, or an empty one. */
void Speak(const LinkRef &l, int which)
{
    BleEnd &e = l->end[which];
    bool again = e.in_flight;
    if (!again)
        e.in_flight_data = !e.out.empty();
    e.in_flight = true;
    static const Bytes nothing;
    const BlePdu *next = e.in_flight_data ? &e.out.front() : nullptr;
    BlePort *radio = next && next->radio ? next->radio : e.port;
    if (!radio || !radio->on) {
        EndConnectionEvent(l);
        return;
    }
    if (next && next->number && !again)
        radio->Tell(next->unit, e.name, l->end[1 - which].name, next->number, radio->sniffer);
    auto f = std::make_shared<BleFrame>();
    f->from = radio;
    f->src = e.name;
    f->dst = l->end[1 - which].name;
    f->injected = radio->sniffer;
    f->channel = l->channel;
    f->power = radio->set.power;
    f->use = BleUse::kData;
    f->link = l;
    f->end = which;
    f->access = l->terms.access;
    f->crc = l->terms.crc;
    auto written = [&](const Bytes &data) {
        return DataPdu(next ? next->llid : static_cast<uint8_t>(kLlContinuation), e.nesn, e.sn,
                       e.out.size() > (next ? 1u : 0u), data);
    };
    Bytes seen = next ? next->data : nothing;
    f->pdu = written(seen);
    f->decrypted = Decrypts(*l, next, seen);
    f->octets = OnAir(f->access, f->crc, written(seen));
    f->message = next ? next->message : 0;
    f->again = again;
    l->got = false;
    radio->air->Emit(f, static_cast<eng_time>(kBleAround + f->pdu.size()) * kBleOctet);
}

/* An inter frame space after a PDU: who is next goes on, or the event is over. */
void Turn(const LinkRef &l, int next)
{
    if (l->closed || !l->in_event)
        return;
    eng_time exchange = 2 * (BleAirtime(ENG_PDU_BLE_CONTROL, PduMost(*l)) + kBleIfs);
    bool more = l->more || !l->end[0].out.empty();
    bool goes_on = next == 1 || (more && !l->closing && Clock() + exchange < l->anchor);
    if (l->got && goes_on) {
        Speak(l, next);
        return;
    }
    if (l->closing)
        Close(l);
    else
        EndConnectionEvent(l);
}

void Join(BleEnd &from, BleEnd &to, const Bytes &data, bool first, bool injected)
{
    if (first)
        to.assembly.clear();
    to.injected = injected || (!first && to.injected);
    to.assembly.insert(to.assembly.end(), data.begin(), data.end());
    if (to.assembly.size() < kL2capHeader)
        return;
    size_t length = static_cast<size_t>(to.assembly[0] | to.assembly[1] << 8);
    unsigned cid = static_cast<unsigned>(to.assembly[2] | to.assembly[3] << 8);
    if (to.assembly.size() < kL2capHeader + length)
        return;
    Bytes payload(to.assembly.begin() + kL2capHeader,
                  to.assembly.begin() + kL2capHeader + static_cast<ptrdiff_t>(length));
    to.assembly.clear();
    if (cid >= 4 && cid < 0x40)
        to.port->Deliver(payload, from.name, to.name, static_cast<uint16_t>(ENG_PDU_BLE_L2CAP(cid)),
                         to.injected);
}

bool Ends(const Bytes &data)
{
    return data.size() == 2 && data[0] == kTerminateInd; /* not a sealed PDU that begins so */
}

void Take(BleLink &l, int speaker, const BleFrame &f)
{
    BleEnd &from = l.end[speaker], &to = l.end[1 - speaker];
    uint8_t llid = f.pdu[0] & 3;
    Bytes data(f.pdu.begin() + 2, f.pdu.end());
    if (llid != kLlControl) {
        if (!data.empty())
            Join(from, to, data, llid == kLlStart, f.injected);
    } else {
        l.closing = l.closing || Ends(data);
        to.port->Deliver(data, from.name, to.name, ENG_PDU_BLE_CONTROL, f.injected);
    }
}

void SendConnect(const std::shared_ptr<BleFrame> &f)
{
    BlePort *p = static_cast<BlePort *>(f->from);
    p->asking = false;
    if (p->on && !p->event && !p->current && p->sending_until <= Clock())
        p->air->Emit(f, static_cast<eng_time>(kBleAround + f->pdu.size()) * kBleOctet);
}

BleTerms Propose(BlePort &p)
{
    BleTerms t;
    t.access = static_cast<uint32_t>(p.Draw(UINT64_C(1) << 32));
    t.crc = static_cast<uint32_t>(p.Draw(1 << 24));
    t.interval = p.set.connection_interval;
    t.timeout = p.set.supervision_timeout;
    int slots = static_cast<int>(t.interval / kSlot);
    t.window_offset = static_cast<int>(p.links.size()) * kSlotsApart % slots;
    t.hop = 5 + static_cast<int>(p.Draw(12));
    return t;
}

LinkRef FindLink(const std::vector<LinkRef> &links, eng_addr a, eng_addr b)
{
    for (const LinkRef &l : links)
        if ((l->end[0].name == a && l->end[1].name == b) ||
            (l->end[0].name == b && l->end[1].name == a))
            return l;
    return nullptr;
}

/* Of two connections with the same names (an adversary's between both ends), the one in which that
 * radio has the name `self`. */
LinkRef OwnLink(const BlePort &p, eng_addr self, eng_addr peer)
{
    for (const LinkRef &l : p.links)
        for (int i = 0; i < 2; i++)
            if (l->end[i].port == &p && l->end[i].name == self && l->end[1 - i].name == peer)
                return l;
    return nullptr;
}

} // namespace

eng_time NextAnchor(const BlePort &p)
{
    eng_time soonest = kForever;
    for (const LinkRef &l : p.links)
        soonest = std::min(soonest, l->anchor);
    return soonest;
}

/* ---- making a connection -----------------------------------------------------------------------
 */

/* A connectable advertiser was heard: if it is wanted, it is asked an inter frame space later. */
void BlePort::Ask(const BleFrame &f)
{
    if (asking || current || event || NextAnchor(*this) - Clock() < kSlot)
        return;
    auto wish = std::find_if(wishes.begin(), wishes.end(),
                             [&](const BleWish &w) { return w.peer == f.src; });
    if (wish == wishes.end())
        return;
    asking = true;
    auto c = std::make_shared<BleFrame>();
    c->from = this;
    c->src = wish->self;
    c->dst = f.src;
    c->injected = sniffer;
    c->channel = f.channel;
    c->power = set.power;
    c->use = BleUse::kConnect;
    c->link = std::make_shared<BleLink>();
    c->link->terms = Propose(*this);
    c->link->end[0].port = this;
    c->link->end[0].name = wish->self;
    c->link->end[1].name = f.src;
    c->pdu = ConnectPdu(wish->self, f.src, c->link->terms);
    c->octets = OnAir(c->access, c->crc, c->pdu);
    Simulator::Schedule(NanoSeconds(kBleIfs), &SendConnect, c);
}

void BeginLink(const std::shared_ptr<BleFrame> &f)
{
    BlePort *p = static_cast<BlePort *>(f->from);
    LinkRef l = f->link;
    if (!p->on)
        return;
    auto mine = std::stable_partition(p->wishes.begin(), p->wishes.end(), [&](const BleWish &w) {
        return w.peer != l->end[1].name || w.self != l->end[0].name;
    });
    l->wishes.assign(mine, p->wishes.end());
    p->wishes.erase(mine, p->wishes.end());
    p->links.push_back(l);
    p->Rest();
    l->made = Clock();
    l->anchor = Clock() + kWindowDelay + l->terms.window_offset * kSlot;
    for (const BleWish &w : l->wishes)
        Queue(*l, l->end[0], w.number, w.payload, nullptr);
    Simulator::Schedule(NanoSeconds(l->anchor - Clock()), &Event, l);
}

void BlePort::Accept(const BleFrame &f)
{
    f.link->end[1].port = this;
    links.push_back(f.link);
    connectable.left = 0;
    StopEvent();
}

/* ---- in a connection ---------------------------------------------------------------------------
 */

void LinkSent(const std::shared_ptr<BleFrame> &f)
{
    Simulator::Schedule(NanoSeconds(kBleIfs), &Turn, f->link, 1 - f->end);
}

void LinkHeard(BlePort *at, const BleFrame &f)
{
    BleLink &l = *f.link;
    BleEnd &me = l.end[1 - f.end];
    if (me.port != at || l.closed)
        return;
    bool nesn = f.pdu[0] >> 2 & 1, sn = f.pdu[0] >> 3 & 1;
    l.got = true;
    l.more = f.pdu[0] >> 4 & 1;
    bool first = me.heard < 0;
    me.heard = Clock();
    if (me.in_flight && nesn != me.sn) { /* acknowledged */
        me.sn = !me.sn;
        me.in_flight = false;
        if (me.in_flight_data)
            me.out.pop_front();
    }
    if (first) {
        if (f.end == 1)
            l.wishes.clear();
        Report(at, l.end[f.end].name, true);
    }
    if (sn == me.nesn && me.port) {
        me.nesn = !me.nesn;
        Take(l, f.end, f);
    }
}

/* For an existing connection of these two names, or for one to be made. */
int BlePort::Enqueue(eng_addr self, eng_addr peer, uint16_t number, const Bytes &payload)
{
    if (peer == ENG_ALL || peer == self)
        return Fail(ENG_EARGUMENT, "a connection has one other end");
    const Port *other = medium->Find(peer);
    LinkRef l = OwnLink(*this, self, peer);
    if (!l && sniffer && other)
        l = FindLink(static_cast<const BlePort *>(other)->links, self, peer);
    if (!l && number == ENG_PDU_BLE_CONTROL && Ends(payload))
        return 0; /* it has ended already */
    if (!l) {
        wishes.push_back({self, peer, number, payload});
        Rest();
        return 0;
    }
    BleEnd &end = l->end[l->end[0].name == self ? 0 : 1];
    Queue(*l, end, number, payload, end.port == this ? nullptr : this);
    return 0;
}

void BlePort::Leave()
{
    std::vector<LinkRef> left = std::move(links);
    links.clear();
    for (const LinkRef &l : left) {
        EndConnectionEvent(l);
        for (BleEnd &e : l->end)
            if (e.port == this)
                e.port = nullptr;
    }
    current = nullptr;
}

} // namespace imprint

using namespace imprint;

int eng_ble_disconnect(int port, eng_addr peer)
{
    Port *p = PortOf(port);
    if (!p || p->medium->kind != ENG_BLE)
        return Fail(ENG_EARGUMENT, "a port of a ble medium");
    BlePort *ble = static_cast<BlePort *>(p);
    LinkRef l = FindLink(ble->links, ble->address, peer);
    if (!l)
        return Fail(ENG_ESTATE, "no connection");
    BleEnd &end = l->end[l->end[0].port == ble ? 0 : 1];
    end.out.push_back({kLlControl, {kTerminateInd, kUserTerminated}, nullptr});
    return 0;
}
