/* SPDX-License-Identifier: GPL-2.0-only */
/* bredr_packet.cc - packets of BR/EDR: their time on air, and as they are captured (Bluetooth Core,
 * volume 2 part B sections 6 and 7; link type 255). */
#include "bredr.h"

#include "ble.h"

#include <algorithm>

namespace imprint
{

bool BrCarries(uint16_t number)
{
    return number == ENG_PDU_BREDR_LMP ||
           (number > ENG_PDU_BREDR_L2CAP(0) && number <= ENG_PDU_BREDR_L2CAP(7));
}

int BrType(uint16_t number)
{
    return number == ENG_PDU_BREDR_LMP ? kBrDm1 : number == ENG_PDU_BREDR_INQUIRY ? kBrFhs : kBrDh1;
}

eng_time BrAirtime(int type, size_t n)
{
    constexpr eng_time kBit = 1000, kAround = 72 + 54;
    if (type == kBrDh1)
        return (kAround + 8 * static_cast<eng_time>(1 + kBrL2capHeader + n + 2)) * kBit;
    size_t octets = type == kBrDm1 ? 1 + n + 2 : type == kBrFhs ? kBrFhsOctets + 2 : 0;
    size_t blocks = (8 * octets + 9) / 10;
    return (kAround + 15 * static_cast<eng_time>(blocks)) * kBit;
}

/* Section 7.1.2: x^16+x^12+x^5+1 over the bits in the order of transmission, from the UAP. */
static uint16_t Crc(uint8_t uap, const Bytes &b)
{
    uint16_t reg = 0;
    for (int i = 0; i < 8; i++)
        reg = static_cast<uint16_t>(reg | (uap >> i & 1) << (15 - i));
    for (uint8_t octet : b)
        for (int i = 0; i < 8; i++) {
            bool bit = (reg ^ octet >> i) & 1;
            reg = static_cast<uint16_t>(reg >> 1);
            if (bit)
                reg ^= 0x8408;
        }
    return reg;
}

/* Section 7.1.1: x^8+x^7+x^5+x^2+x+1 over the ten bits of the header, from the UAP. */
static uint8_t Hec(uint8_t uap, uint32_t header)
{
    unsigned reg = 0;
    for (int i = 0; i < 8; i++)
        reg |= static_cast<unsigned>(uap >> i & 1) << (7 - i);
    for (int i = 0; i < 10; i++) {
        reg = reg >> 1 | ((reg ^ header >> i) & 1) << 7;
        if (reg & 0x80)
            reg ^= 0x65;
    }
    return static_cast<uint8_t>(reg);
}

static eng_addr CentralOf(const BleFrame &f)
{
    return f.br && f.br_type != kBrFhs ? f.br->end[0].name : f.src;
}

/* FHS, section 6.5.1.4: parity bits of the sync word 34 (zero here), LAP 24, EIR and page scan
 * bits, UAP 8, NAP 16, class of device 24, LT_ADDR 3, clock 26, page scan mode 3. */
static Bytes Fhs(const BleFrame &f)
{
    Bytes b(kBrFhsOctets);
    uint64_t lap = f.src & 0xffffff;
    for (int i = 0; i < 24; i++)
        b[static_cast<size_t>((34 + i) / 8)] |=
            static_cast<uint8_t>((lap >> i & 1) << (34 + i) % 8);
    b[7] |= 0x20; /* bits 60, 61: page scan repetition R1 */
    b[8] = static_cast<uint8_t>(f.src >> 24);
    b[9] = static_cast<uint8_t>(f.src >> 32);
    b[10] = static_cast<uint8_t>(f.src >> 40);
    for (size_t i = 0; i < 3 && i < f.data.size(); i++)
        b[11 + i] = f.data[i];
    b[14] = f.br ? 1 : 0; /* LT_ADDR */
    return b;
}

/* LLID 3: LMP, 2: an L2CAP frame; FLOW. */
static uint8_t PayloadHeader(int llid, size_t n)
{
    return static_cast<uint8_t>(llid | 1 << 2 | n << 3);
}

static Bytes L2capFrame(uint16_t number, const Bytes &payload)
{
    Bytes b{static_cast<uint8_t>(payload.size()), 0, static_cast<uint8_t>(number & 7), 0};
    b.insert(b.end(), payload.begin(), payload.end());
    return b;
}

Bytes BrPacket(const BleFrame &f, const Bytes &payload)
{
    Bytes b;
    if (f.br_type == kBrFhs)
        b = Fhs(f);
    else if (f.br_type == kBrDm1 || f.br_type == kBrDh1) {
        bool lmp = f.br_type == kBrDm1;
        Bytes body = lmp ? payload : L2capFrame(f.br_number, payload);
        b.push_back(PayloadHeader(lmp ? 3 : 2, body.size()));
        b.insert(b.end(), body.begin(), body.end());
    } else {
        return b;
    }
    uint16_t crc = Crc(static_cast<uint8_t>(CentralOf(f) >> 24), b);
    b.push_back(static_cast<uint8_t>(crc));
    b.push_back(static_cast<uint8_t>(crc >> 8));
    return b;
}

/* RF channel, signal, noise, offences, rate, corrected bits 1 and 2, LAP 4, reference LAP and UAP
 * 4, packet header 4 (HEC from bit 10), flags 2. */
Bytes BrPseudoHeader(const BleFrame &f, double power)
{
    /* dewhitened, signal, noise valid; decrypted unless it is sealed; reference LAP and UAP valid;
     * HEC checked and passed; with a payload: data present, CRC checked and passed */
    uint16_t flags = 0x0001 | 0x0002 | 0x0004 | 0x0010 | 0x0080 | 0x0100 | 0x0200;
    constexpr unsigned kAclBasicRate = 0x30; /* else: any transport */
    eng_addr central = CentralOf(f);
    uint32_t header = static_cast<uint32_t>((f.br ? 1 : 0) | f.br_type << 3 | 1 << 7 |
                                            f.br_arqn << 8 | f.br_seqn << 9);
    Bytes b{static_cast<uint8_t>(f.channel - kBrFirstHop),
            static_cast<uint8_t>(std::clamp(power, -128.0, 20.0)), static_cast<uint8_t>(-105)};
    auto put = [&](uint64_t v, int octets) {
        for (int i = 0; i < octets; i++)
            b.push_back(static_cast<uint8_t>(v >> 8 * i));
    };
    if (!f.sealed)
        flags |= 0x0008;
    if (!f.octets.empty())
        flags |= 0x0020 | 0x0400 | 0x0800;
    put(0, 1);
    put(f.br_type == kBrDh1 ? kAclBasicRate : 0, 1);
    put(0, 3);
    put(central & 0xffffff, 4);
    put(central & 0xffffffff, 4);
    put(header | static_cast<uint32_t>(Hec(static_cast<uint8_t>(central >> 24), header)) << 10, 4);
    put(flags, 2);
    return b;
}

} // namespace imprint
