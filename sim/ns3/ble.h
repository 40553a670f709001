/* SPDX-License-Identifier: GPL-2.0-only */
/* ble.h - parts of the Bluetooth Low Energy medium; private. ble.cc: ports and advertising,
 * ble_link.cc: connections. */
#ifndef IMPRINT_ENGINE_BLE_H
#define IMPRINT_ENGINE_BLE_H

#include "air.h"
#include "ble_pdu.h"
#include "bredr.h"

#include <deque>

namespace imprint
{

struct BlePort;
struct BleLink;

enum class BleUse { kAdvertising, kConnect, kData, kBrEdr };

struct BleFrame : Emission {
    BleUse use = BleUse::kAdvertising;
    Bytes pdu;
    /* advertising */
    uint8_t type = 0;
    Bytes data;
    /* connect, data */
    std::shared_ptr<BleLink> link;
    int end = 0;            /* which end of the link speaks */
    bool decrypted = false; /* captured as what it says, and flagged so */
    uint32_t access = kAdvertisingAccess, crc = kAdvertisingCrc;
    /* BR/EDR */
    std::shared_ptr<BrLink> br; /* none: an answer to an inquiry */
    int br_type = 0;
    uint16_t br_number = 0; /* of the PDU that DM1 or DH1 carries */
    bool br_seqn = false, br_arqn = false, sealed = false;
};

/* A frame that is advertised in several events. */
struct BleTrain {
    Bytes data;
    eng_addr name = 0;     /* advertiser address */
    eng_addr to = ENG_ALL; /* whom the sender named; everybody hears it */
    uint8_t type = kAdvNonconnInd;
    int left = 0; /* events; < 0: until it is replaced */
    bool injected = false;
    bool told = false; /* was on the air already */
    uint64_t unit = 0;
};

struct BlePdu {
    uint8_t llid;
    Bytes data;
    BlePort *radio; /* whose radio sends it: an adversary may speak for an end; NULL: the end's */
    /* Of the last PDU of a unit: the unit. */
    uint16_t number = 0;
    Bytes unit = {};
    size_t message = 0; /* so many octets are a message's, the rest L2CAP's */
};

/* What an adversary's or a mechanism's frame waits for: a connection. */
struct BleWish {
    eng_addr self, peer;
    uint16_t number;
    Bytes payload;
};

/* One end of a connection: sequence numbers of volume 6 part B section 4.5.9, what waits, what came
 * in. */
struct BleEnd {
    BlePort *port = nullptr; /* NULL: nobody is there */
    eng_addr name = 0;
    bool sn = false, nesn = false;
    bool in_flight = false, in_flight_data = false; /* sent, not acknowledged; not an empty one */
    std::deque<BlePdu> out;
    Bytes assembly;
    bool injected = false; /* part of the assembly is the adversary's */
    eng_time heard = -1;
};

struct BleLink {
    BleTerms terms{};
    BleEnd end[2];                 /* 0: central, 1: peripheral */
    std::vector<BleWish> wishes;   /* what it was made for, until the peripheral answers */
    eng_time made = 0, anchor = 0; /* next connection event */
    int channel = 0;
    bool in_event = false, closing = false, closed = false;
    bool got = false;        /* the latest PDU reached the other end */
    bool more = false;       /* its sender has more */
    bool encrypting = false; /* LL_START_ENC_REQ was sent */
};
using LinkRef = std::shared_ptr<BleLink>;

struct BleMedium : AirMedium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
    double Margin(const Emission &, const Emission &) const override;
};

struct BlePort : AirPort {
    int Send(ns3::Ptr<ns3::Packet> p, eng_addr dst, uint16_t number) override;
    int Inject(ns3::Ptr<ns3::Packet> p, eng_addr src, eng_addr dst, uint16_t number) override;
    void Power(bool up) override;
    size_t Limit(uint16_t number) const override;
    void Interested() override;
    bool Tuned(const Emission &e) const override;
    double Sensitivity(const Emission &e) const override;
    void Heard(const Frame &e, double power) override;
    void Missed(const Frame &e) override;
    void Sent(const Frame &e) override;
    Bytes PseudoHeader(const Emission &e, double power) const override;
    uint32_t LinkType(const Emission *e) const override;

    bool Scans() const;
    bool ScansChannel(const Emission &e) const;
    void Rest(); /* tells meter and medium whether it listens now */

    /* advertising; [0]: trains, [1]: connectable */
    int Advertise(BleTrain t, uint16_t number);
    void Schedule(bool invites, eng_time delay);
    void Due(bool invites);
    void NextPdu();
    void AfterPdu();
    void EndEvent();
    void StopEvent();

    /* connections, in ble_link.cc */
    int Enqueue(eng_addr self, eng_addr peer, uint16_t number, const Bytes &payload);
    void Ask(const BleFrame &invitation);
    void Accept(const BleFrame &connect);
    void Leave(); /* all connections, without a word */

    eng_ble set{};
    eng_time scan_phase = 0;
    std::deque<BleTrain> trains;
    BleTrain connectable;      /* left == 0: not connectable */
    uint64_t scheduled[2]{};   /* number of the latest schedule of each */
    BleTrain *event = nullptr; /* being advertised now */
    eng_time event_start = 0;
    uint64_t event_number = 0;
    int step = 0;                /* channel of the event */
    eng_time invites_until = -1; /* awaits a CONNECT_IND */
    LinkRef current;             /* in a connection event */
    std::vector<BleWish> wishes;
    bool asking = false; /* its CONNECT_IND is about to be sent */
    std::vector<LinkRef> links;

    /* BR/EDR, in bredr*.cc */
    std::vector<BrRef> br_links;
    Bytes br_class; /* of a discoverable device; empty: it is none */
    eng_addr br_name = 0;
    bool br_injected = false, br_told = false;
    uint64_t br_inquiry = 0; /* number of the latest one */
    eng_time br_phase = 0;   /* of its page scan windows */
    int br_scans = 0;        /* pages that it listens to */
};

Frame AdvertisingFrame(BlePort *from, const BleTrain &t, int channel);
void BeginLink(const std::shared_ptr<BleFrame> &connect); /* CONNECT_IND was sent */
void LinkSent(const std::shared_ptr<BleFrame> &f);
void LinkHeard(BlePort *at, const BleFrame &f);
eng_time NextAnchor(const BlePort &p);

} // namespace imprint

#endif
