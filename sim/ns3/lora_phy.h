/* SPDX-License-Identifier: GPL-2.0-only */
/* lora_phy.h - LoRa modulation and the EU863-870 region as far as arithmetic goes; private. */
#ifndef IMPRINT_ENGINE_LORA_PHY_H
#define IMPRINT_ENGINE_LORA_PHY_H

#include <cstddef>
#include <cstdint>

namespace imprint
{

constexpr int kLeastSpreading = 7, kMostSpreading = 12;
constexpr int kJoinChannels = 3; /* that every device has */
constexpr int kUplinkChannels = 8, kRx2Channel = 8, kLoraChannels = 9;

struct LoraMode {
    int spreading; /* 7..12 */
    int bandwidth; /* kHz: 125, 250 */
    int coding;    /* 1..4: rate 4/(4+n) */
    bool crc;      /* uplinks carry one, downlinks do not */
};

/* DR0 to DR6 of EU863-870 (LoRaWAN RP): SF12 to SF7 at 125 kHz, SF7 at 250 kHz. */
constexpr int kLoraRates = 7;
int LoraRate(const LoraMode &m);
LoraMode LoraUplink(int rate, int coding);

/* Nanoseconds of one symbol, and of a frame of n octets with a preamble of 8 symbols and an
 * explicit header (Semtech SX1272 guide). Exact: a symbol is 2^SF / BW. */
int64_t LoraSymbol(const LoraMode &m);
int64_t LoraAirtime(const LoraMode &m, size_t n);

/* Largest PHYPayload: M of the regional parameters (LoRaWAN RP, EU863-870) and 5 octets of MHDR and
 * MIC. */
size_t LoraLimit(int spreading);

/* dBm at 125 kHz (SX1272 and SX1301 data sheets, as in ns-3's lorawan module). */
double LoraSensitivity(int spreading, bool gateway);

/* How much stronger than one of `other` a frame must be, dB (Goursaud and Gorce 2015). */
double LoraMargin(int spreading, int other);

/* Centre frequency of a channel, Hz; and its sub-band: silence after a frame is airtime x off. */
uint32_t LoraFrequency(int channel);
int LoraBand(uint32_t hertz);
constexpr int kLoraBands = 6;
int LoraSilence(int band); /* 1/duty - 1 */

} // namespace imprint

#endif
