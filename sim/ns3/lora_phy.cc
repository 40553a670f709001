/* SPDX-License-Identifier: GPL-2.0-only */
#include "lora_phy.h"

#include <algorithm>

namespace imprint
{
namespace
{

constexpr int kRates = kMostSpreading - kLeastSpreading + 1;

constexpr uint32_t channels[kLoraChannels] = {868100000, 868300000, 868500000, 867100000, 867300000,
                                              867500000, 867700000, 867900000, 869525000};

/* Sub-bands (LoRaMac-node, RegionEU868.h). What lies between them is sent to as to the strictest.
 */
constexpr struct {
    uint32_t least, most;
    int silence;
} bands[kLoraBands] = {
    {868700000, 869200000, 999}, {865000000, 867999999, 99}, {868000000, 868600000, 99},
    {869400000, 869650000, 9},   {869700000, 870000000, 99}, {863000000, 864999999, 999},
};

} // namespace

int LoraRate(const LoraMode &m)
{
    return kMostSpreading - m.spreading + (m.bandwidth == 250);
}

LoraMode LoraUplink(int rate, int coding)
{
    bool wide = rate == kLoraRates - 1;
    return {wide ? kLeastSpreading : kMostSpreading - rate, wide ? 250 : 125, coding, true};
}

int64_t LoraSymbol(const LoraMode &m)
{
    return (INT64_C(1) << m.spreading) * 1000000 / m.bandwidth;
}

int64_t LoraAirtime(const LoraMode &m, size_t n)
{
    int slow = m.spreading >= 11 && m.bandwidth == 125; /* low data rate optimisation */
    int64_t bits = 8 * static_cast<int64_t>(n) - 4 * m.spreading + 28 + 16 * m.crc;
    int64_t each = 4 * (m.spreading - 2 * slow);
    int64_t blocks = bits > 0 ? (bits + each - 1) / each : 0;
    int64_t symbols = 8 + blocks * (m.coding + 4);
    int64_t quarters = 4 * (8 + symbols) + 17; /* preamble 8 + 4.25 */
    return quarters * LoraSymbol(m) / 4;
}

size_t LoraLimit(int spreading)
{
    constexpr size_t kRest = 5;
    constexpr size_t most[kRates] = {230, 230, 123, 59, 59, 59};
    return most[spreading - kLeastSpreading] + kRest;
}

double LoraSensitivity(int spreading, bool gateway)
{
    constexpr double device[kRates] = {-124, -127, -130, -133, -135, -137};
    constexpr double concentrator[kRates] = {-130, -132.5, -135, -137.5, -140, -142.5};
    return (gateway ? concentrator : device)[spreading - kLeastSpreading];
}

double LoraMargin(int spreading, int other)
{
    constexpr double margin[kRates][kRates] = {
        {6, -16, -18, -19, -19, -20}, {-24, 6, -20, -22, -22, -22}, {-27, -27, 6, -23, -25, -25},
        {-30, -30, -30, 6, -26, -28}, {-33, -33, -33, -33, 6, -29}, {-36, -36, -36, -36, -36, 6},
    };
    return margin[spreading - kLeastSpreading][other - kLeastSpreading];
}

uint32_t LoraFrequency(int channel)
{
    return channels[channel];
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
