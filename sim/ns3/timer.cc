/* SPDX-License-Identifier: GPL-2.0-only */
/* timer.cc - timers with handles that stay safe after they fired. */
#include "private.h"

#include "ns3/event-impl.h"
#include "ns3/simulator.h"

using namespace ns3;

namespace
{

class TimerEvent;

/* A handle is slot and generation: a handle of a timer that fired no longer matches. */
struct Slot {
    uint32_t generation = 1;
    TimerEvent *event = nullptr;
};
std::vector<Slot> slots;
std::vector<uint32_t> vacant;

class TimerEvent final : public EventImpl
{
  public:
    TimerEvent(void (*fn)(void *), void *arg, uint32_t slot) : m_fn(fn), m_arg(arg), m_slot(slot)
    {
    }

  private:
    void Notify() override
    {
        slots[m_slot].event = nullptr;
        slots[m_slot].generation++;
        vacant.push_back(m_slot);
        m_fn(m_arg);
    }
    void (*m_fn)(void *);
    void *m_arg;
    uint32_t m_slot;
};

uint32_t TakeSlot()
{
    if (vacant.empty()) {
        slots.emplace_back();
        return static_cast<uint32_t>(slots.size() - 1);
    }
    uint32_t i = vacant.back();
    vacant.pop_back();
    return i;
}

} // namespace

eng_timer eng_after(eng_time delay, void (*fn)(void *), void *arg)
{
    /* ns-3's assertions are off in Debian: a negative delay would turn the clock back. */
    if (delay < 0)
        delay = 0;
    uint32_t i = TakeSlot();
    TimerEvent *event = new TimerEvent(fn, arg, i);
    slots[i].event = event;
    Simulator::Schedule(NanoSeconds(delay), Ptr<EventImpl>(event, false));
    return static_cast<eng_timer>(slots[i].generation) << 32 | i;
}

void eng_cancel(eng_timer t)
{
    uint32_t i = static_cast<uint32_t>(t);
    if (t == 0 || i >= slots.size() || slots[i].generation != t >> 32 || !slots[i].event)
        return;
    slots[i].event->Cancel(); /* stays queued until due: removal is slow with this scheduler */
    slots[i].event = nullptr;
    slots[i].generation++;
    vacant.push_back(i);
}
