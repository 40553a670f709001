/* SPDX-License-Identifier: GPL-2.0-only */
#include "ble_pdu.h"

#include <algorithm>

namespace imprint
{
namespace
{

constexpr uint32_t kCrcTaps = 0xda6000; /* x^24+x^10+x^9+x^6+x^4+x^3+x+1, low bit first */
constexpr uint8_t kRandomTx = 0x40, kRandomRx = 0x80; /* TxAdd, RxAdd: all addresses are random */
constexpr eng_time kSlot = 1250 * 1000, kTimeoutUnit = 10 * 1000 * 1000;
constexpr uint8_t kAllChannels[] = {0xff, 0xff, 0xff, 0xff, 0x1f};
constexpr uint8_t kAccuracy = 5; /* 31 to 50 ppm */

void Put(Bytes &b, uint64_t v, size_t octets)
{
    for (size_t i = 0; i < octets; i++)
        b.push_back(static_cast<uint8_t>(v >> 8 * i));
}

/* The lowest `bits` bits of v in reverse. */
uint32_t Mirror(uint32_t v, int bits)
{
    uint32_t out = 0;
    for (int i = 0; i < bits; i++)
        out |= (v >> i & 1) << (bits - 1 - i);
    return out;
}

} // namespace

Bytes AdvertisingPdu(uint8_t type, eng_addr advertiser, const Bytes &data)
{
    Bytes b;
    Put(b, static_cast<uint64_t>(type | kRandomTx), 1);
    Put(b, kBleAddress + data.size(), 1);
    Put(b, advertiser, kBleAddress);
    b.insert(b.end(), data.begin(), data.end());
    return b;
}

Bytes ConnectPdu(eng_addr initiator, eng_addr advertiser, const BleTerms &t)
{
    Bytes b;
    Put(b, kConnectInd | kRandomTx | kRandomRx, 1);
    Put(b, 34, 1);
    Put(b, initiator, kBleAddress);
    Put(b, advertiser, kBleAddress);
    Put(b, t.access, 4);
    Put(b, t.crc, 3);
    Put(b, 1, 1); /* transmit window: 1.25 ms */
    Put(b, static_cast<uint64_t>(t.window_offset), 2);
    Put(b, static_cast<uint64_t>(t.interval / kSlot), 2);
    Put(b, 0, 2); /* peripheral latency */
    Put(b, static_cast<uint64_t>(t.timeout / kTimeoutUnit), 2);
    b.insert(b.end(), std::begin(kAllChannels), std::end(kAllChannels));
    Put(b, static_cast<uint64_t>(t.hop | kAccuracy << 5), 1);
    return b;
}

Bytes DataPdu(uint8_t llid, bool nesn, bool sn, bool more, const Bytes &data)
{
    Bytes b(2 + data.size());
    b[0] = static_cast<uint8_t>(llid | nesn << 2 | sn << 3 | more << 4);
    b[1] = static_cast<uint8_t>(data.size());
    std::copy(data.begin(), data.end(), b.begin() + 2);
    return b;
}

/* Volume 6 part B section 3.1.1: bits of each octet low first. */
uint32_t BleCrc(uint32_t init, const Bytes &pdu)
{
    uint32_t state = Mirror(init, 24);
    for (uint8_t octet : pdu)
        for (int i = 0; i < 8; i++) {
            bool out = (state ^ octet >> i) & 1;
            state >>= 1;
            if (out)
                state ^= kCrcTaps;
        }
    return state;
}

Bytes OnAir(uint32_t access, uint32_t crc_init, const Bytes &pdu)
{
    Bytes b;
    Put(b, access, 4);
    b.insert(b.end(), pdu.begin(), pdu.end());
    Put(b, BleCrc(crc_init, pdu), 3);
    return b;
}

uint8_t RfChannel(int index)
{
    static constexpr uint8_t advertising[] = {0, 12, 39};
    if (index >= kFirstAdvertising)
        return advertising[index - kFirstAdvertising];
    return static_cast<uint8_t>(index < 11 ? index + 1 : index + 2);
}

std::vector<Bytes> CutL2cap(uint16_t cid, const Bytes &payload, size_t most)
{
    Bytes whole;
    Put(whole, payload.size(), 2);
    Put(whole, cid, 2);
    whole.insert(whole.end(), payload.begin(), payload.end());
    std::vector<Bytes> out;
    for (size_t at = 0; at < whole.size(); at += most) {
        size_t end = std::min(at + most, whole.size());
        out.emplace_back(whole.begin() + static_cast<ptrdiff_t>(at),
                         whole.begin() + static_cast<ptrdiff_t>(end));
    }
    return out;
}

} // namespace imprint
