/* SPDX-License-Identifier: GPL-2.0-only */
/* ble_pdu.h - PDUs of the LE link layer (Bluetooth Core, volume 6 part B), L2CAP's cutting of what
 * is longer; private. Octets are in the order of transmission: addresses and lengths low octet
 * first. */
#ifndef IMPRINT_ENGINE_BLE_PDU_H
#define IMPRINT_ENGINE_BLE_PDU_H

#include "private.h"

namespace imprint
{

constexpr eng_time kBleOctet = 8000;     /* ns: LE 1M */
constexpr eng_time kBleIfs = 150000;     /* ns: inter frame space, section 4.1.1 */
constexpr size_t kBleAround = 1 + 4 + 3; /* preamble, access address, CRC */
constexpr uint32_t kAdvertisingAccess = 0x8e89bed6, kAdvertisingCrc = 0x555555;
constexpr int kFirstAdvertising = 37, kAdvertisingChannels = 3, kDataChannels = 37;
constexpr size_t kBleAddress = 6, kAdvertisingData = 31;

/* PDU types of advertising channels, section 2.3; LLID of data channels, section 2.4. */
enum { kAdvInd = 0, kAdvNonconnInd = 2, kConnectInd = 5 };
enum { kLlContinuation = 1, kLlStart = 2, kLlControl = 3 };
constexpr uint8_t kTerminateInd = 0x02, kUserTerminated = 0x13;

/* What a CONNECT_IND fixes. */
struct BleTerms {
    uint32_t access, crc;
    eng_time interval, timeout;
    int window_offset; /* in 1.25 ms */
    int hop;           /* 5..16 */
};

Bytes AdvertisingPdu(uint8_t type, eng_addr advertiser, const Bytes &data);
Bytes ConnectPdu(eng_addr initiator, eng_addr advertiser, const BleTerms &t);
/* nesn, sn, more: the bits of the header. */
Bytes DataPdu(uint8_t llid, bool nesn, bool sn, bool more, const Bytes &data);

/* A PDU as captured: access address before it, CRC behind it. */
Bytes OnAir(uint32_t access, uint32_t crc_init, const Bytes &pdu);
uint32_t BleCrc(uint32_t init, const Bytes &pdu);

/* RF channel number (frequency 2402 + 2k MHz) of a channel index. */
uint8_t RfChannel(int index);

/* L2CAP basic frames: payloads of data PDUs of at most `most` octets, the first one starts. */
std::vector<Bytes> CutL2cap(uint16_t cid, const Bytes &payload, size_t most);

} // namespace imprint

#endif
