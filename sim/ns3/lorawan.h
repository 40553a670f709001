/* SPDX-License-Identifier: GPL-2.0-only */
/* lorawan.h - ports of the LoRaWAN medium: what its files share; private.
 *
 * lorawan.cc has the medium and uplinks, lorawan_windows.cc what a station receives and a gateway
 * hears, lorawan_gateway.cc downlinks. */
#ifndef IMPRINT_ENGINE_LORAWAN_H
#define IMPRINT_ENGINE_LORAWAN_H

#include "air.h"
#include "lora_region.h"

#include <deque>

namespace imprint
{

constexpr eng_time kSecond = 1000 * 1000 * 1000;
constexpr uint32_t kLoraLinkType = 270; /* LoRaTap */

struct LoraPort;

/* A receive window, as device and gateway know it from the uplink before. */
struct Window {
    eng_time opens;
    int channel;
    LoraMode mode;
};
using Windows = std::array<Window, 2>;

struct LoraFrame : Emission {
    LoraMode lora{};
    bool down = false;
    Windows windows{}; /* of an uplink */
};

struct LoraMedium : AirMedium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
    bool OneHub() const override
    {
        return false;
    }
    double Margin(const Emission &wanted, const Emission &other) const override
    {
        return LoraMargin(static_cast<const LoraFrame &>(wanted).lora.spreading,
                          static_cast<const LoraFrame &>(other).lora.spreading);
    }
    bool IsGateway(eng_addr a) const
    {
        Port *p = Find(a);
        return p && p->role == ENG_HUB;
    }
    int Spreading(const LoraPort &from) const;
    uint32_t Frequency(int channel) const;
    int ChannelAt(uint32_t hertz);
    const LoraRegion *region = LoraRegionOf(868);
    std::vector<const LoraPort *> gateways;
    std::vector<uint32_t> others; /* channels from kLoraChannels on, which no gateway hears */
};

/* A channel -1: one is drawn when the radio is free. `number` is what the station calls it. */
struct Way {
    LoraMode mode;
    int channel;
    int number = 0;
};

struct Unit {
    Bytes payload;
    eng_addr src, dst;
    bool injected;
    Way way;
};

/* A downlink and the windows that are left for it. */
struct Answer {
    Unit unit;
    std::deque<Window> windows;
};

struct LoraPort : AirPort {
    int Send(ns3::Ptr<ns3::Packet> p, eng_addr dst, uint16_t number) override;
    int Inject(ns3::Ptr<ns3::Packet> p, eng_addr src, eng_addr dst, uint16_t number) override;
    void Power(bool up) override;
    size_t Limit(uint16_t number) const override;
    bool Tuned(const Emission &e) const override;
    double Sensitivity(const Emission &e) const override;
    void Heard(const Frame &e, double power) override;
    void Missed(const Frame &e) override;
    void Sent(const Frame &e) override;
    Bytes PseudoHeader(const Emission &e, double power) const override;
    uint32_t LinkType(const Emission *) const override
    {
        return kLoraLinkType;
    }

    LoraMedium *Net() const
    {
        return static_cast<LoraMedium *>(air);
    }
    const LoraRegion &Region() const
    {
        return *Net()->region;
    }
    LoraMode UplinkMode(int channel) const;
    Windows WindowsAfter(eng_time end, int channel, const LoraMode &up, uint8_t type) const;
    eng_time OpensAt(int channel) const;
    int ChannelOf(int number) const;
    size_t BandOf(int channel) const;
    Way Choose();
    Way Next();
    void Uplink(const Unit &u);
    void Kick();
    void Open(uint64_t cycle, size_t which);
    void Shut(uint64_t cycle, size_t which);
    void Finish();
    int Downlink(const Unit &u);
    void Await(const std::shared_ptr<Answer> &a);
    bool MaySend(const Window &w) const;
    void Answering(const Unit &u, const Window &w);

    eng_lorawan set{};
    std::vector<int> further; /* channels after the join channels as it was told; -1: none */
    std::deque<Unit> queue;
    Way next{{}, -1};      /* of the next uplink, if that is settled */
    Way now{{}, -1};       /* of the uplink that is handed up or begins; of a downlink -1 */
    bool sending = false;  /* from an uplink's beginning to the end of its windows */
    eng_time kick_at = -1; /* when it will try again */
    std::array<eng_time, kLoraBands> band_free{};
    Windows windows{};
    int open = -1;      /* which window */
    uint64_t cycle = 0; /* number of the uplink whose windows are meant */
    std::unordered_map<eng_addr, Windows> answers; /* of those that a gateway heard */
};

/* The port of that number, which is one of this medium. */
inline LoraPort *LoraAt(int id)
{
    return static_cast<LoraPort *>(PortOf(id));
}

} // namespace imprint

#endif
