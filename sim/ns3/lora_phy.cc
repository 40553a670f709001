/* SPDX-License-Identifier: GPL-2.0-only */
#include "lora_phy.h"

#include <algorithm>

namespace imprint
{
namespace
{

constexpr int kRates = kMostSpreading - kLeastSpreading + 1;

/* 868.0-868.6 MHz 1 %, 865-868 MHz 1 %, 869.4-869.65 MHz 10 % (LoRaMac-node, RegionEU868.h). */
enum Band { kJoinBand, kLowBand, kHighBand };

constexpr struct {
    uint32_t hertz;
    int band;
} channels[kLoraChannels] = {
    {868100000, kJoinBand}, {868300000, kJoinBand}, {868500000, kJoinBand},
    {867100000, kLowBand},  {867300000, kLowBand},  {867500000, kLowBand},
    {867700000, kLowBand},  {867900000, kLowBand},  {869525000, kHighBand},
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
    return channels[channel].hertz;
}

int LoraBand(int channel)
{
    return channels[channel].band;
}

int LoraSilence(int band)
{
    return band == kHighBand ? 9 : 99;
}

} // namespace imprint
