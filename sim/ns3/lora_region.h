/* SPDX-License-Identifier: GPL-2.0-only */
/* lora_region.h - regional parameters of LoRaWAN as far as arithmetic goes: EU863-870 and US902-928
 * (LoRaMac-node, RegionEU868.h and RegionUS915.h); private. */
#ifndef IMPRINT_ENGINE_LORA_REGION_H
#define IMPRINT_ENGINE_LORA_REGION_H

#include "lora_phy.h"

namespace imprint
{

struct LoraRegion {
    int uplinks;        /* channels 0, 1, ... of uplinks */
    int always;         /* of these from 0 on: join channels that every device keeps */
    int most_spreading; /* of an uplink */
    int rates;          /* DR0, DR1, ... of uplinks */
    int most_offset;    /* RX1DROffset */
    int rx2;            /* channel of the second window */
    int channels;       /* with those of downlinks */
    bool duty_cycle;    /* sub-bands limit how much of the time is sent */
    int most_power;     /* dBm */
};

constexpr int kLoraChannels = 80; /* more than any region has */

/* By its name in MHz, 868 or 915; NULL: another. */
const LoraRegion *LoraRegionOf(int name);

/* Centre frequency of a channel, Hz. */
uint32_t LoraFrequency(const LoraRegion &r, int channel);
/* What a gateway of eight channels hears; in US902-928 those of the second sub-band, 8 to 15, and
 * 65 of 500 kHz. */
bool LoraHears(const LoraRegion &r, int channel);
/* Modulation of an uplink there; `spreading` and `bandwidth` where the channel leaves a choice. */
LoraMode LoraUplinkOn(const LoraRegion &r, int channel, int spreading, int bandwidth, int coding);
int LoraRate(const LoraRegion &r, const LoraMode &up);
LoraMode LoraUplink(const LoraRegion &r, int rate, int coding);
/* The windows after an uplink: channel and modulation of the first, modulation of the second. */
int LoraRx1Channel(const LoraRegion &r, int channel);
LoraMode LoraRx1(const LoraRegion &r, const LoraMode &up, int offset);
LoraMode LoraRx2(const LoraRegion &r, int spreading, int coding);

/* Largest PHYPayload: M of the regional parameters and 5 octets of MHDR and MIC. */
size_t LoraLimit(const LoraRegion &r, const LoraMode &m);

/* The sub-band of a frequency: silence after a frame is airtime x off. */
int LoraBand(uint32_t hertz);
constexpr int kLoraBands = 6;
int LoraSilence(int band); /* 1/duty - 1 */

} // namespace imprint

#endif
