/* SPDX-License-Identifier: GPL-2.0-only */
/* meter.cc - time per radio state. */
#include "private.h"

#include <algorithm>

namespace imprint
{

/* How much of [from, to) a resting radio listens. */
eng_time Meter::Awake(eng_time from, eng_time to) const
{
    if (m_period == 0)
        return to - from;
    auto until = [this](eng_time t) {
        eng_time n = (t - m_phase) / m_period, rest = (t - m_phase) % m_period;
        return n * m_window + std::min(rest, m_window);
    };
    return until(to) - until(from);
}

void Meter::Tell(eng_radio state, eng_time from, eng_time to) const
{
    if (m_tell && to > from)
        m_tell(m_tellArg, state, from, to);
}

/* The windows of a resting radio one by one. */
void Meter::TellRest(eng_time from, eng_time to) const
{
    if (!m_tell)
        return;
    if (m_period == 0 || m_window >= m_period)
        return Tell(ENG_IDLE, from, to);
    if (m_window == 0)
        return Tell(ENG_OFF, from, to);
    while (from < to) {
        eng_time rest = (from - m_phase) % m_period;
        eng_time end = std::min(to, from + (rest < m_window ? m_window : m_period) - rest);
        Tell(rest < m_window ? ENG_IDLE : ENG_OFF, from, end);
        from = end;
    }
}

void Meter::Watch(eng_time now, eng_radio_piece *fn, void *arg)
{
    Advance(now);
    m_tell = fn;
    m_tellArg = arg;
}

void Meter::Advance(eng_time now)
{
    while (m_since < now) {
        eng_radio state = ENG_IDLE;
        eng_time end = now;
        if (!m_on) {
            state = ENG_OFF;
        } else if (m_since < m_txUntil) {
            state = ENG_TX;
            end = std::min(now, m_txUntil);
        } else if (m_since < m_rxUntil) {
            state = ENG_RX;
            end = std::min(now, m_rxUntil);
        } else {
            eng_time asleep = end - m_since - Awake(m_since, end);
            m_spent[ENG_OFF] += asleep;
            m_spent[ENG_IDLE] -= asleep;
            TellRest(m_since, end);
        }
        if (state != ENG_IDLE)
            Tell(state, m_since, end);
        m_spent[state] += end - m_since;
        m_since = end;
    }
}

void Meter::Transmit(eng_time now, eng_time until)
{
    Advance(now);
    m_txUntil = until;
}

void Meter::Receive(eng_time now, eng_time until)
{
    Advance(now);
    m_rxUntil = until;
}

void Meter::Listen(eng_time now)
{
    Advance(now);
    m_txUntil = now;
    m_rxUntil = now;
}

void Meter::Power(eng_time now, bool on)
{
    Advance(now);
    m_on = on;
    if (!on)
        m_txUntil = m_rxUntil = now;
}

void Meter::Rest(eng_time now, eng_time phase, eng_time period, eng_time window)
{
    Advance(now);
    m_phase = phase;
    m_period = period;
    m_window = window;
}

void Meter::Read(eng_time now, eng_time out[ENG_RADIO_COUNT])
{
    Advance(now);
    std::copy(m_spent, m_spent + ENG_RADIO_COUNT, out);
}

} // namespace imprint

using namespace imprint;

void eng_radio_time(int port, eng_time out[ENG_RADIO_COUNT])
{
    Port *p = PortOf(port);
    if (p)
        p->meter.Read(Clock(), out);
    else
        std::fill(out, out + ENG_RADIO_COUNT, 0);
}

void eng_radio_watch(int port, eng_radio_piece *fn, void *arg)
{
    if (Port *p = PortOf(port))
        p->meter.Watch(Clock(), fn, arg);
}

void eng_count(int port, struct eng_count *out)
{
    Port *p = PortOf(port);
    *out = p ? p->count : Counts{};
}
