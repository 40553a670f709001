/* SPDX-License-Identifier: GPL-2.0-only */
#include "lora_phy.h"

#include <algorithm>

namespace imprint
{
namespace
{

constexpr int kRates = kMostSpreading - kLeastSpreading + 1;

} // namespace

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

double LoraSensitivity(const LoraMode &m, bool gateway)
{
    constexpr double device[kRates] = {-124, -127, -130, -133, -135, -137};
    constexpr double concentrator[kRates] = {-130, -132.5, -135, -137.5, -140, -142.5};
    return (gateway ? concentrator : device)[m.spreading - kLeastSpreading] +
           (m.bandwidth == 500 ? 6 : 0);
}

double LoraMargin(int spreading, int other)
{
    constexpr double margin[kRates][kRates] = {
        {6, -16, -18, -19, -19, -20}, {-24, 6, -20, -22, -22, -22}, {-27, -27, 6, -23, -25, -25},
        {-30, -30, -30, 6, -26, -28}, {-33, -33, -33, -33, 6, -29}, {-36, -36, -36, -36, -36, 6},
    };
    return margin[spreading - kLeastSpreading][other - kLeastSpreading];
}

} // namespace imprint
