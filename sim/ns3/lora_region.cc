/* SPDX-License-Identifier: GPL-2.0-only */
#include "lora_region.h"

#include <algorithm>

namespace imprint
{
namespace
{

constexpr LoraRegion kEurope{8, 3, kMostSpreading, 7, 5, 8, 9, true, 16};
constexpr LoraRegion kAmerica{72, 0, 10, 5, 3, 72, 80, false, 30};
constexpr int kWide = 64;                          /* US902-928: uplinks of 500 kHz from here on */
constexpr int kWideSpreading = 8;                  /* of these, DR4 */
constexpr int kDown = 72, kDowns = 8;              /* and downlinks, all of 500 kHz */
constexpr int kSlowestDown = 8, kFastestDown = 13; /* DR8: SF12, to DR13: SF7 */

constexpr uint32_t europe[] = {868100000, 868300000, 868500000, 867100000, 867300000,
                               867500000, 867700000, 867900000, 869525000};

/* Sub-bands (RegionEU868.h). What lies between them is sent to as to the strictest. */
constexpr struct {
    uint32_t least, most;
    int silence;
} bands[kLoraBands] = {
    {868700000, 869200000, 999}, {865000000, 867999999, 99}, {868000000, 868600000, 99},
    {869400000, 869650000, 9},   {869700000, 870000000, 99}, {863000000, 864999999, 999},
};

bool InEurope(const LoraRegion &r)
{
    return &r == &kEurope;
}

} // namespace

const LoraRegion *LoraRegionOf(int name)
{
    return name == 868 ? &kEurope : name == 915 ? &kAmerica : nullptr;
}

uint32_t LoraFrequency(const LoraRegion &r, int channel)
{
    auto at = [](int first, int step, int n) { return static_cast<uint32_t>(first + step * n); };
    if (InEurope(r))
        return channel < r.channels ? europe[channel] : 0;
    if (channel >= kDown)
        return at(923300000, 600000, channel - kDown);
    return channel >= kWide ? at(903000000, 1600000, channel - kWide)
                            : at(902300000, 200000, channel);
}

bool LoraHears(const LoraRegion &r, int channel)
{
    if (InEurope(r))
        return channel < r.uplinks;
    return (channel >= 8 && channel < 16) || channel == kWide + 1;
}

LoraMode LoraUplinkOn(const LoraRegion &r, int channel, int spreading, int bandwidth, int coding)
{
    if (!InEurope(r) && channel >= kWide)
        return {kWideSpreading, 500, coding, true};
    return {spreading, spreading == kLeastSpreading && InEurope(r) ? bandwidth : 125, coding, true};
}

int LoraRate(const LoraRegion &r, const LoraMode &up)
{
    if (up.bandwidth == 500)
        return r.rates - 1;
    return r.most_spreading - up.spreading + (up.bandwidth == 250);
}

LoraMode LoraUplink(const LoraRegion &r, int rate, int coding)
{
    bool wide = rate == r.rates - 1;
    if (!InEurope(r))
        return {wide ? kWideSpreading : r.most_spreading - rate, wide ? 500 : 125, coding, true};
    return {wide ? kLeastSpreading : kMostSpreading - rate, wide ? 250 : 125, coding, true};
}

int LoraRx1Channel(const LoraRegion &r, int channel)
{
    return InEurope(r) ? channel : kDown + channel % kDowns;
}

LoraMode LoraRx1(const LoraRegion &r, const LoraMode &up, int offset)
{
    if (InEurope(r))
        return {std::min(up.spreading + offset, kMostSpreading), offset ? 125 : up.bandwidth,
                up.coding, false};
    int rate = std::clamp(10 + LoraRate(r, up) - offset, kSlowestDown, kFastestDown);
    return {kMostSpreading - (rate - kSlowestDown), 500, up.coding, false};
}

LoraMode LoraRx2(const LoraRegion &r, int spreading, int coding)
{
    return {spreading, InEurope(r) ? 125 : 500, coding, false};
}

size_t LoraLimit(const LoraRegion &r, const LoraMode &m)
{
    constexpr size_t kRest = 5;
    constexpr size_t eu[] = {230, 230, 123, 59, 59, 59}; /* SF7 to SF12 */
    constexpr size_t narrow[] = {250, 133, 61, 19, 19, 19};
    constexpr size_t wide[] = {250, 250, 250, 250, 137, 61};
    const size_t *most = InEurope(r) ? eu : m.bandwidth == 500 ? wide : narrow;
    return most[m.spreading - kLeastSpreading] + kRest;
}

int LoraBand(uint32_t hertz)
{
    for (int b = 0; b < kLoraBands; b++)
        if (hertz >= bands[b].least && hertz <= bands[b].most)
            return b;
    return 0;
}

int LoraSilence(int band)
{
    return bands[band].silence;
}

} // namespace imprint
