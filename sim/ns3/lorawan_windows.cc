/* SPDX-License-Identifier: GPL-2.0-only */
/* lorawan_windows.cc - what follows an uplink of a class A station: two receive windows; and what
 * stations and gateways hear. */
#include "lorawan.h"

#include "ns3/simulator.h"

#include <algorithm>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr int kWindowSymbols = 8; /* a preamble: later than this, nothing is recognised */

void OpenWindow(int id, uint64_t cycle, size_t which)
{
    LoraAt(id)->Open(cycle, which);
}

void ShutWindow(int id, uint64_t cycle, size_t which)
{
    LoraAt(id)->Shut(cycle, which);
}

} // namespace

void LoraPort::Sent(const Frame &e)
{
    const LoraFrame &f = static_cast<const LoraFrame &>(*e);
    if (sniffer)
        return;
    size_t band = BandOf(f.channel);
    band_free[band] = f.end + (f.end - f.start) * LoraSilence(static_cast<int>(band));
    if (!on || f.down)
        return;
    windows = f.windows;
    cycle++;
    for (size_t i = 0; i < windows.size(); i++)
        Simulator::Schedule(NanoSeconds(windows[i].opens - Clock()), &OpenWindow, id, cycle, i);
}

void LoraPort::Open(uint64_t of, size_t which)
{
    if (of != cycle || !on || !sending || locked)
        return; /* answered already, or in the middle of an answer */
    open = static_cast<int>(which);
    air->Listen(this, true);
    meter.Rest(Clock(), 0, 0, 0);
    eng_time length = kWindowSymbols * LoraSymbol(windows[which].mode);
    Simulator::Schedule(NanoSeconds(length), &ShutWindow, id, cycle, which);
}

void LoraPort::Shut(uint64_t of, size_t which)
{
    if (of != cycle || open != static_cast<int>(which) || locked)
        return;
    open = -1;
    air->Listen(this, false);
    Sleep(*this, Clock());
    if (which + 1 == windows.size() || windows[which + 1].opens <= Clock())
        Finish();
}

void LoraPort::Finish()
{
    sending = false;
    open = -1;
    air->Listen(this, false);
    Sleep(*this, Clock());
    Kick();
}

void LoraPort::Missed(const Frame &)
{
    if (open >= 0)
        Shut(cycle, static_cast<size_t>(open));
}

bool LoraPort::Tuned(const Emission &e) const
{
    const LoraFrame &f = static_cast<const LoraFrame &>(e);
    if (sniffer)
        return true;
    if (role == ENG_HUB)
        return !f.down && LoraHears(Region(), f.channel);
    const Window &w = windows[static_cast<size_t>(std::max(open, 0))];
    return f.down && open >= 0 && w.channel == f.channel && w.mode.spreading == f.lora.spreading &&
           w.mode.bandwidth == f.lora.bandwidth;
}

double LoraPort::Sensitivity(const Emission &e) const
{
    return LoraSensitivity(static_cast<const LoraFrame &>(e).lora, role == ENG_HUB);
}

void LoraPort::Heard(const Frame &e, double)
{
    const LoraFrame &f = static_cast<const LoraFrame &>(*e);
    now = {f.lora, f.down ? -1 : f.channel, f.channel};
    if (sniffer || role == ENG_HUB) {
        if (!f.down)
            answers[f.src] = f.windows;
    }
    bool came = sniffer || Deliver(f.octets, f.src, f.to, ENG_PDU_LORAWAN, f.injected);
    if (sniffer || role == ENG_HUB)
        return;
    if (came && f.dst == address)
        Finish();
    else
        Missed(e); /* for another one, or blocked: the next window opens all the same */
}

} // namespace imprint
