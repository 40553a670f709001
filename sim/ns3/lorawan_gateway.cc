/* SPDX-License-Identifier: GPL-2.0-only */
/* lorawan_gateway.cc - downlinks: a gateway answers into the receive windows of an uplink that it
 * has heard, and so does an adversary's radio. */
#include "lorawan.h"

#include "ns3/simulator.h"

using namespace ns3;

namespace imprint
{
namespace
{

/* A window opens in which a gateway may answer. */
void TryWindow(int id, const std::shared_ptr<Answer> &a)
{
    LoraPort *p = LoraAt(id);
    if (!p->on)
        return;
    Window w = a->windows.front();
    a->windows.pop_front();
    if (p->MaySend(w))
        p->Answering(a->unit, w);
    else
        p->Await(a);
}

} // namespace

/* The gateway sends nothing else, and the sub-band is open to it. */
bool LoraPort::MaySend(const Window &w) const
{
    bool closed =
        set.duty_cycle && Region().duty_cycle && !sniffer && band_free[BandOf(w.channel)] > Clock();
    return sending_until <= Clock() && !closed;
}

void LoraPort::Answering(const Unit &u, const Window &w)
{
    auto f = std::make_shared<LoraFrame>();
    f->from = this;
    f->src = u.src;
    f->dst = f->to = u.dst;
    f->injected = u.injected;
    f->channel = w.channel;
    f->power = set.power;
    f->octets = u.payload;
    f->message = u.payload.size();
    f->lora = w.mode;
    f->down = true;
    now.channel = -1;
    Tell(f->octets, f->src, f->dst, ENG_PDU_LORAWAN, f->injected);
    air->Emit(f, LoraAirtime(f->lora, f->octets.size()));
}

/* Whether a window is free shows when it opens: what is to be sent in 5 s takes nothing from what
 * is to be sent in 1 s. What finds no window is lost. */
void LoraPort::Await(const std::shared_ptr<Answer> &a)
{
    if (!a->windows.empty())
        Simulator::Schedule(NanoSeconds(a->windows.front().opens - Clock()), &TryWindow, id, a);
}

int LoraPort::Downlink(const Unit &u)
{
    auto known = answers.find(u.dst);
    if (known == answers.end())
        return Fail(ENG_ESTATE, "no uplink of that station was heard");
    auto a = std::make_shared<Answer>();
    a->unit = u;
    for (const Window &w : known->second) {
        if (w.opens >= Clock() && u.payload.size() <= LoraLimit(Region(), w.mode))
            a->windows.push_back(w);
    }
    if (a->windows.empty())
        return Fail(ENG_ESTATE, "no receive window is left");
    Await(a);
    return 0;
}

int LoraPort::Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t)
{
    Unit u{Copy(*p), src, dst, true, {{}, -1}};
    if (dst != ENG_ALL && !Net()->IsGateway(dst))
        return Downlink(u);
    if (sending_until > Clock())
        return Fail(ENG_ESTATE, "the radio is sending");
    u.way = Next();
    if (u.way.channel < 0)
        u.way = Choose();
    Uplink(u);
    return 0;
}

} // namespace imprint
