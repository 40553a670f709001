/* SPDX-License-Identifier: GPL-2.0-only */
/* lora_phy.h - LoRa modulation as far as arithmetic goes; private. */
#ifndef IMPRINT_ENGINE_LORA_PHY_H
#define IMPRINT_ENGINE_LORA_PHY_H

#include <cstddef>
#include <cstdint>

namespace imprint
{

constexpr int kLeastSpreading = 7, kMostSpreading = 12;

struct LoraMode {
    int spreading; /* 7..12 */
    int bandwidth; /* kHz: 125, 250, 500 */
    int coding;    /* 1..4: rate 4/(4+n) */
    bool crc;      /* uplinks carry one, downlinks do not */
};

/* Nanoseconds of one symbol, and of a frame of n octets with a preamble of 8 symbols and an
 * explicit header (Semtech SX1272 guide). Exact: a symbol is 2^SF / BW. */
int64_t LoraSymbol(const LoraMode &m);
int64_t LoraAirtime(const LoraMode &m, size_t n);

/* dBm at 125 kHz (SX1272 and SX1301 data sheets, as in ns-3's lorawan module); at 500 kHz 6 dB more
 * noise come in. */
double LoraSensitivity(const LoraMode &m, bool gateway);

/* How much stronger than one of `other` a frame must be, dB (Goursaud and Gorce 2015). */
double LoraMargin(int spreading, int other);

} // namespace imprint

#endif
