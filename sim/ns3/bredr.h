/* SPDX-License-Identifier: GPL-2.0-only */
/* bredr.h - the BR/EDR half of a dual-mode radio on the Bluetooth medium: inquiry, paging, and one
 * ACL connection that carries LMP in DM1 and fixed L2CAP channels in DH1 packets (Bluetooth Core,
 * volume 2 part B); private. */
#ifndef IMPRINT_ENGINE_BREDR_H
#define IMPRINT_ENGINE_BREDR_H

#include "private.h"

#include <deque>

namespace imprint
{

struct BlePort;
struct BleFrame;

constexpr eng_time kBrSlot = 625 * 1000;         /* ns, section 2.2.1 */
constexpr eng_time kBrSupervision = 20000000000; /* ns, supervisionTO, default */
constexpr int kBrFirstHop = 100;                 /* beside the channel indices of LE */
constexpr size_t kBrFhsOctets = 18;
constexpr size_t kLmpMost = 17;                      /* octets of a DM1 payload */
constexpr size_t kBrL2capHeader = 4;                 /* octets: length, channel */
constexpr size_t kBrL2capMost = 27 - kBrL2capHeader; /* of a DH1 payload */
constexpr uint32_t kBrLinkType = 255;                /* BR/EDR baseband with pseudo-header */
enum { kBrNull = 0, kBrPoll = 1, kBrFhs = 2, kBrDm1 = 3, kBrDh1 = 4 }; /* types, section 6.5 */

struct BrPdu {
    uint16_t number; /* ENG_PDU_BREDR_LMP or _L2CAP */
    Bytes data;
    BlePort *radio; /* whose radio sends it: an adversary may speak for an end; NULL: the end's */
    bool told = false;
    Bytes captured{}; /* as who has the key sees it; since it was told */
};

struct BrEnd {
    BlePort *port = nullptr;
    eng_addr name = 0;
    std::deque<BrPdu> out;
    bool seqn = false; /* of its packet under way, section 7.6.2 */
    bool seen = true;  /* SEQN of the latest packet that it took */
    bool owes = false; /* has taken a packet that it has not acknowledged yet */
    bool listens = false;
};

struct BrLink {
    BrEnd end[2]; /* 0: central, 1: peripheral */
    eng_time anchor = 0, heard = 0;
    bool up = false, closed = false, due = false;
    bool encrypting = false; /* LMP_start_encryption_req was sent */
    bool encrypted = false;  /* and accepted */
    bool answered = false;   /* the central's packet of this slot pair arrived */
};
using BrRef = std::shared_ptr<BrLink>;

/* ---- bredr_link.cc: a connection */
std::shared_ptr<BleFrame> BrMake(BlePort *radio, int type, eng_addr src, eng_addr dst);
bool BrFree(const BlePort *p);
void BrListen(BrEnd &e, bool on);
void BrClose(const BrRef &l);
/* The next slot pair in which the central sends, if there is anything to say. */
void BrPlan(const BrRef &l);
void BrJoined(BlePort &p, const BrRef &l); /* the page was heard there */
void BrTake(BlePort &p, const BleFrame &f);

/* ---- bredr_packet.cc */
bool BrCarries(uint16_t number); /* LMP or an L2CAP channel */
int BrType(uint16_t number);     /* of packets that carry it */
/* Time on air of a packet: access code 72, header 54 bits, payloads of DM1 and FHS in a (15,10)
 * code. `n`: octets of the PDU. */
eng_time BrAirtime(int type, size_t n);
/* As captured; `payload` of DM1 or DH1. */
Bytes BrPacket(const BleFrame &f, const Bytes &payload);
Bytes BrPseudoHeader(const BleFrame &f, double power);

/* ---- bredr.cc: inquiry, paging, ports */
int BrDiscoverable(BlePort &p, eng_addr name, const Bytes &payload, bool injected);
int BrEnqueue(BlePort &p, eng_addr self, eng_addr peer, uint16_t number, const Bytes &payload);
bool BrListens(const BlePort &p);
bool BrTuned(const BlePort &p, const BleFrame &f);
void BrSent(const BleFrame &f);
void BrHeard(BlePort &p, const BleFrame &f);
void BrLeave(BlePort &p);

} // namespace imprint

#endif
