/* SPDX-License-Identifier: GPL-2.0-only */
/* wifi_inject.cc - frames with any addresses from an adversary's radio. They are built by hand and
 * given to its PHY; it waits for the channel as a station does (DIFS, backoff) and repeats until
 * somebody acknowledges to the forged address. */
#include "wifi.h"

#include "ns3/llc-snap-header.h"
#include "ns3/simulator.h"
#include "ns3/wifi-mpdu.h"
#include "ns3/wifi-psdu.h"
#include "ns3/wifi-tx-vector.h"

using namespace ns3;

namespace imprint
{
namespace
{

/* IEEE 802.11-2020 18.4.4 (ERP, short slot) and 10.3: all in microseconds. */
constexpr int64_t kSlotUs = 9, kSifsUs = 10, kDifsUs = kSifsUs + 2 * kSlotUs;
constexpr int64_t kAckUs = 50; /* 14 octets at 6 Mbit/s: 44 us, and 6 us of signal extension */
constexpr int64_t kAckTimeoutUs = kSifsUs + kAckUs + kSlotUs;
constexpr int kRetryLimit = 7; /* dot11ShortRetryLimit */
constexpr int kWindowMin = 15, kWindowMax = 1023;

uint64_t Draw(uint64_t &state)
{
    state = state * 6364136223846793005u + 1442695040888963407u; /* Knuth, MMIX */
    return state >> 33;
}

Time Backoff(WifiPort *port, int tries)
{
    int window = std::min(((kWindowMin + 1) << std::min(tries, 6)) - 1, kWindowMax);
    int64_t slots = static_cast<int64_t>(Draw(port->backoff_state) % (window + 1));
    return MicroSeconds(kDifsUs + slots * kSlotUs);
}

Ptr<WifiPsdu> BuildPsdu(const WifiPort::Forgery &f)
{
    WifiMacHeader h;
    h.SetType(WIFI_MAC_DATA);
    h.SetAddr1(Mac48Address::ConvertFrom(Mac48(f.ra)));
    h.SetAddr2(Mac48Address::ConvertFrom(Mac48(f.ta)));
    h.SetAddr3(Mac48Address::ConvertFrom(Mac48(f.third)));
    if (f.to_ds) {
        h.SetDsTo();
        h.SetDsNotFrom();
    } else {
        h.SetDsFrom();
        h.SetDsNotTo();
    }
    h.SetNoMoreFragments();
    h.SetFragmentNumber(0);
    h.SetSequenceNumber(f.sequence);
    if (f.tries > 0)
        h.SetRetry();
    else
        h.SetNoRetry();
    bool group = h.GetAddr1().IsGroup();
    h.SetDuration(group ? Time(0) : MicroSeconds(kSifsUs + 44));
    return Create<WifiPsdu>(f.payload->Copy(), h);
}

WifiTxVector VectorFor(const std::string &mode)
{
    WifiTxVector v;
    v.SetMode(WifiMode(mode));
    v.SetPreambleType(WIFI_PREAMBLE_LONG);
    v.SetChannelWidth(20);
    v.SetGuardInterval(800);
    v.SetNTx(1);
    v.SetNss(1);
    return v;
}

} // namespace

int WifiPort::Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype)
{
    if (!medium->hub)
        return Fail(ENG_ESTATE, "the BSS has no access point");
    if (!on)
        return Fail(ENG_ESTATE, "the radio is off");
    LlcSnapHeader llc;
    llc.SetType(ethertype);
    p->AddHeader(llc);
    eng_addr bssid = medium->hub->address;
    eng_addr to = dst == ENG_ALL ? 0xffffffffffffull : dst;
    Forgery f{};
    f.payload = p;
    f.to_ds = to == bssid;
    f.ra = to;
    f.ta = f.to_ds ? src : bssid; /* stations listen to their access point only */
    f.third = f.to_ds ? to : src;
    f.sequence = sequence;
    sequence = (sequence + 1) & 0xfff;
    forgeries.push_back(f);
    if (!attempt.IsRunning())
        attempt = Simulator::Schedule(Backoff(this, 0), &WifiPort::Attempt, this);
    return 0;
}

void WifiPort::Attempt()
{
    if (forgeries.empty())
        return;
    Time idle_for = Simulator::Now() - phy->GetLastRxEndTime();
    if (!phy->IsStateIdle() || idle_for < MicroSeconds(kDifsUs)) {
        attempt =
            Simulator::Schedule(phy->GetDelayUntilIdle() + Backoff(this, forgeries.front().tries),
                                &WifiPort::Attempt, this);
        return;
    }
    Forgery &f = forgeries.front();
    Ptr<WifiPsdu> psdu = BuildPsdu(f);
    WifiTxVector vector = VectorFor(bss->mode);
    Time airtime = WifiPhy::CalculateTxDuration(psdu->GetSize(), vector, phy->GetPhyBand());
    bool group = psdu->GetAddr1().IsGroup();
    phy->Send(psdu, vector);
    Time wait = airtime;
    f.tries++;
    sent_until = Clock() + airtime.GetNanoSeconds();
    if (group || f.tries > kRetryLimit)
        forgeries.erase(forgeries.begin());
    else
        wait += MicroSeconds(kAckTimeoutUs);
    if (!forgeries.empty())
        attempt = Simulator::Schedule(wait + Backoff(this, forgeries.front().tries),
                                      &WifiPort::Attempt, this);
}

/* An acknowledgement to the forged address, at its due time, ends the repetitions. */
void WifiPort::Overhear(Ptr<const Packet> p, uint16_t, WifiTxVector, MpduInfo, SignalNoiseDbm,
                        uint16_t)
{
    if (forgeries.empty() || forgeries.front().tries == 0 ||
        Clock() - sent_until > kAckTimeoutUs * 1000)
        return;
    WifiMacHeader h;
    p->PeekHeader(h);
    if (h.IsAck() && FromAddress(h.GetAddr1()) == forgeries.front().ta)
        forgeries.erase(forgeries.begin());
}

} // namespace imprint
