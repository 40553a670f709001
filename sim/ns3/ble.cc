/* SPDX-License-Identifier: GPL-2.0-only */
/* ble.cc - Bluetooth Low Energy: ports, scanning, advertising. Legacy advertising on LE 1M. */
#include "ble.h"

#include "ns3/simulator.h"

#include <algorithm>

using namespace ns3;

namespace imprint
{
namespace
{

constexpr uint32_t kLinkType = 256; /* LE link layer with pseudo-header */
constexpr eng_time kMilli = 1000 * 1000;
constexpr eng_time kAdvDelay = 10 * kMilli; /* section 4.4.2.2: 0..10 ms */
/* After its PDU a connectable advertiser listens for the beginning of an answer. */
constexpr eng_time kInvitation = kBleIfs + 5 * kBleOctet;
constexpr eng_time kEventMost = 2 * kMilli; /* an advertising event is shorter */
constexpr eng_time kRetry = 1250 * 1000;
constexpr double kSensitivity = -95;    /* nRF52840 product specification, LE 1M; recalled */
constexpr double kCochannelMargin = 21; /* volume 6 part A section 4.2, C/I; recalled */
constexpr double kNoiseDbm = -105;
/* Log-distance: free space to 1 m at 2.44 GHz, then the exponent of ns-3's LR-WPAN medium. */
constexpr double kReferenceLoss = 40.2, kExponent = 3;
constexpr eng_addr kStaticRandom = 0xc00000000000; /* two highest bits set */
constexpr size_t kAttSignalling = 23, kSmpMtu = 65;

BlePort *At(int id)
{
    return static_cast<BlePort *>(PortOf(id));
}

void DueAt(int id, bool invites, uint64_t number)
{
    BlePort *p = At(id);
    if (p->scheduled[invites] == number)
        p->Due(invites);
}

void AfterPduAt(int id, uint64_t number)
{
    BlePort *p = At(id);
    if (p->event && p->event_number == number)
        p->AfterPdu();
}

uint16_t NumberOf(uint8_t type)
{
    return type == kAdvInd ? ENG_PDU_BLE_CONNECTABLE : ENG_PDU_BLE_ADVERTISING;
}

bool IsAdvertising(uint16_t number)
{
    return number == ENG_PDU_BLE_ADVERTISING || number == ENG_PDU_BLE_CONNECTABLE;
}

} // namespace

/* ---- listening ---------------------------------------------------------------------------------
 */

double BleMedium::Margin(const Emission &, const Emission &) const
{
    return kCochannelMargin;
}

double BlePort::Sensitivity(const Emission &) const
{
    return kSensitivity;
}

bool BlePort::Scans() const
{
    return ethertypes.count(ENG_PDU_BLE_ADVERTISING) || ethertypes.count(ENG_PDU_BLE_CONNECTABLE) ||
           !wishes.empty();
}

/* A scanner stays on one channel for an interval and listens in its first part. */
bool BlePort::ScansChannel(const Emission &e) const
{
    eng_time since = e.start - scan_phase, at = since % set.scan_interval;
    bool fits = at + (e.end - e.start) <= set.scan_window;
    return fits && e.channel == kFirstAdvertising + static_cast<int>(since / set.scan_interval %
                                                                     kAdvertisingChannels);
}

bool BlePort::Tuned(const Emission &e) const
{
    const BleFrame &f = static_cast<const BleFrame &>(e);
    if (sniffer)
        return true;
    switch (f.use) {
    case BleUse::kData:
        return current == f.link && f.link->end[1 - f.end].port == this;
    case BleUse::kBrEdr:
        return BrTuned(*this, f);
    case BleUse::kConnect:
        return event && e.start <= invites_until && e.channel == kFirstAdvertising + step;
    default:
        return Scans() && !current && !event && ScansChannel(e);
    }
}

void BlePort::Rest()
{
    if (sniffer)
        return;
    bool awaits = current || invites_until >= Clock() || BrListens(*this);
    air->Listen(this, on && (awaits || Scans()));
    if (awaits)
        meter.Rest(Clock(), 0, 0, 0);
    else if (Scans())
        meter.Rest(Clock(), scan_phase, set.scan_interval, set.scan_window);
    else
        Sleep(*this, Clock());
}

void BlePort::Interested()
{
    Rest();
}

void BlePort::Heard(const Frame &e, double)
{
    const BleFrame &f = static_cast<const BleFrame &>(*e);
    switch (f.use) {
    case BleUse::kData:
        LinkHeard(this, f);
        break;
    case BleUse::kBrEdr:
        BrHeard(*this, f);
        break;
    case BleUse::kConnect:
        if (event == &connectable && f.dst == connectable.name)
            Accept(f);
        else
            Missed(e);
        break;
    default:
        if (f.type == kAdvInd)
            Ask(f);
        Deliver(f.data, f.src, f.to, NumberOf(f.type), f.injected);
    }
}

/* What came in the time for an answer was none for it. */
void BlePort::Missed(const Frame &)
{
    if (event && invites_until >= 0)
        AfterPdu();
}

/* ---- advertising -------------------------------------------------------------------------------
 */

Frame AdvertisingFrame(BlePort *from, const BleTrain &t, int channel)
{
    auto f = std::make_shared<BleFrame>();
    f->from = from;
    f->src = t.name;
    f->to = t.to;
    f->channel = channel;
    f->power = from->set.power;
    f->injected = t.injected;
    f->unit = t.unit;
    f->type = t.type;
    f->data = t.data;
    f->message = t.data.size();
    f->pdu = AdvertisingPdu(t.type, t.name, t.data);
    f->octets = OnAir(f->access, f->crc, f->pdu);
    return f;
}

int BlePort::Advertise(BleTrain t, uint16_t number)
{
    t.unit = ++air->units;
    if (number == ENG_PDU_BLE_CONNECTABLE) {
        if (event == &connectable)
            StopEvent();
        connectable = std::move(t);
        connectable.type = kAdvInd;
        connectable.left = connectable.data.empty() ? 0 : -1;
        if (connectable.left)
            Schedule(true, static_cast<eng_time>(Draw(kAdvDelay)));
        return 0;
    }
    t.left = set.advertising_events;
    trains.push_back(std::move(t));
    if (trains.size() == 1)
        Schedule(false, static_cast<eng_time>(Draw(kAdvDelay)));
    return 0;
}

void BlePort::Schedule(bool invites, eng_time delay)
{
    scheduled[invites]++;
    Simulator::Schedule(NanoSeconds(delay), &DueAt, id, invites, scheduled[invites]);
}

/* Begins an advertising event, or waits: there is one radio, and connections go first. */
void BlePort::Due(bool invites)
{
    if (!on || (invites ? connectable.left == 0 : trains.empty()))
        return;
    if (event || current || asking || sending_until > Clock() ||
        NextAnchor(*this) - Clock() < kEventMost) {
        Schedule(invites, kRetry);
        return;
    }
    event = invites ? &connectable : &trains.front();
    event_start = Clock();
    event_number++;
    step = 0;
    NextPdu();
}

void BlePort::NextPdu()
{
    if (!event->told) {
        event->told = true;
        Tell(event->data, event->name, event->to, NumberOf(event->type), event->injected);
    }
    Frame f = AdvertisingFrame(this, *event, kFirstAdvertising + step);
    air->Emit(f, static_cast<eng_time>(kBleAround + static_cast<BleFrame &>(*f).pdu.size()) *
                     kBleOctet);
}

/* The time for an answer is over, or would be. */
void BlePort::AfterPdu()
{
    if (invites_until >= 0 && locked)
        return; /* an answer is coming in; Heard goes on */
    invites_until = -1;
    Rest();
    if (++step < kAdvertisingChannels)
        NextPdu();
    else
        EndEvent();
}

void BlePort::EndEvent()
{
    bool invites = event == &connectable;
    BleTrain *ended = event;
    StopEvent();
    eng_time interval = invites ? set.connectable_interval : set.advertising_interval;
    eng_time next = event_start + interval + static_cast<eng_time>(Draw(kAdvDelay));
    if (ended->left > 0 && --ended->left == 0)
        trains.pop_front();
    if (invites || !trains.empty())
        Schedule(invites, std::max<eng_time>(next - Clock(), 0));
}

void BlePort::StopEvent()
{
    event = nullptr;
    invites_until = -1;
    Rest();
}

void BlePort::Sent(const Frame &e)
{
    auto f = std::static_pointer_cast<BleFrame>(e);
    if (f->use == BleUse::kConnect) {
        BeginLink(f);
    } else if (f->use == BleUse::kBrEdr) {
        BrSent(*f);
    } else if (f->use == BleUse::kData) {
        LinkSent(f);
    } else if (event) {
        eng_time pause = kBleIfs;
        if (f->type == kAdvInd) {
            invites_until = Clock() + kInvitation;
            Rest();
            pause = kInvitation + 1;
        }
        Simulator::Schedule(NanoSeconds(pause), &AfterPduAt, id, event_number);
    }
}

/* ---- port --------------------------------------------------------------------------------------
 */

size_t BlePort::Limit(uint16_t number) const
{
    if (IsAdvertising(number))
        return kAdvertisingData;
    if (number == ENG_PDU_BLE_CONTROL)
        return static_cast<size_t>(set.pdu);
    if (number == ENG_PDU_BREDR_LMP || number == ENG_PDU_BREDR_INQUIRY)
        return kLmpMost;
    if (BrCarries(number))
        return kBrL2capMost;
    if (number == ENG_PDU_BLE_L2CAP(4))
        return static_cast<size_t>(set.mtu);
    return number == ENG_PDU_BLE_L2CAP(6) ? kSmpMtu : kAttSignalling;
}

int BlePort::Send(Ptr<Packet> p, eng_addr dst, uint16_t number)
{
    if (IsAdvertising(number))
        return Advertise({Copy(*p), address, dst}, number);
    if (number == ENG_PDU_BREDR_INQUIRY)
        return BrDiscoverable(*this, address, Copy(*p), false);
    if (BrCarries(number))
        return BrEnqueue(*this, address, dst, number, Copy(*p));
    return Enqueue(address, dst, number, Copy(*p));
}

int BlePort::Inject(Ptr<Packet> p, eng_addr src, eng_addr dst, uint16_t number)
{
    if (IsAdvertising(number))
        return Advertise({Copy(*p), src, dst, kAdvNonconnInd, 0, true}, number);
    if (number == ENG_PDU_BREDR_INQUIRY)
        return BrDiscoverable(*this, src, Copy(*p), true);
    if (BrCarries(number))
        return BrEnqueue(*this, src, dst, number, Copy(*p));
    return Enqueue(src, dst, number, Copy(*p));
}

void BlePort::Power(bool up)
{
    Deafen();
    Leave();
    BrLeave(*this);
    trains.clear();
    wishes.clear();
    connectable.left = 0;
    asking = false;
    StopEvent();
    if (sniffer)
        air->Listen(this, up);
}

/* Channel, signal and noise in dBm, access address offences, reference access address, flags:
 * dewhitened, signal and address valid, CRC checked and valid, decrypted or not, and for data PDUs
 * the direction. */
Bytes BlePort::PseudoHeader(const Emission &e, double power) const
{
    const BleFrame &f = static_cast<const BleFrame &>(e);
    if (f.use == BleUse::kBrEdr)
        return BrPseudoHeader(f, power);
    constexpr uint16_t kDecrypted = 0x0008;
    constexpr uint16_t kValid = 0x0001 | 0x0002 | 0x0004 | 0x0010 | 0x0400 | 0x0800;
    uint16_t direction = f.use == BleUse::kData ? static_cast<uint16_t>((2 + f.end) << 7) : 0;
    uint16_t flags = kValid | direction | (f.decrypted ? kDecrypted : 0);
    Bytes b{RfChannel(f.channel), static_cast<uint8_t>(std::clamp(power, -128.0, 20.0)),
            static_cast<uint8_t>(kNoiseDbm), 0};
    for (int i = 0; i < 4; i++)
        b.push_back(static_cast<uint8_t>(f.access >> 8 * i));
    b.push_back(static_cast<uint8_t>(flags));
    b.push_back(static_cast<uint8_t>(flags >> 8));
    return b;
}

uint32_t BlePort::LinkType(const Emission *e) const
{
    bool br = e && static_cast<const BleFrame *>(e)->use == BleUse::kBrEdr;
    return br ? kBrLinkType : kLinkType;
}

std::unique_ptr<Port> BleMedium::Attach(const eng_port &wish)
{
    auto port = std::make_unique<BlePort>();
    Bind(*port, wish, this);
    port->address |= kStaticRandom;
    port->air = this;
    port->Place();
    eng_ble_default(&port->set);
    port->scan_phase = -static_cast<eng_time>(
        port->Draw(static_cast<uint64_t>(port->set.scan_interval) * kAdvertisingChannels));
    port->mtu = static_cast<size_t>(port->set.mtu);
    port->br_phase = static_cast<eng_time>(port->address % 2048) * kBrSlot;
    port->paths = port->sniffer ? 64 : 1;
    if (port->sniffer)
        Listen(port.get(), true);
    port->Rest();
    return port;
}

std::unique_ptr<Medium> MakeBle(const MediumWish &)
{
    auto made = std::make_unique<BleMedium>();
    made->reference_loss = kReferenceLoss;
    made->exponent = kExponent;
    return made;
}

eng_time BleAirtime(uint16_t number, size_t n)
{
    if (number == ENG_PDU_BREDR_INQUIRY || BrCarries(number))
        return BrAirtime(BrType(number), n);
    size_t header = IsAdvertising(number) ? 2 + kBleAddress : 2;
    return static_cast<eng_time>(kBleAround + header + n) * kBleOctet;
}

} // namespace imprint

using namespace imprint;

void eng_ble_default(struct eng_ble *out)
{
    *out = eng_ble{};
    out->advertising_interval = 20 * kMilli;
    out->advertising_events = 3;
    out->connectable_interval = 100 * kMilli;
    out->scan_interval = out->scan_window = 30 * kMilli;
    out->connection_interval = 50 * kMilli;
    out->supervision_timeout = 4000 * kMilli;
    out->pdu = 27;
    out->mtu = 23;
    out->power = 0;
}

int eng_ble_set(int port, const struct eng_ble *s)
{
    constexpr eng_time kSlowest = 10240 * kMilli, kQuarter = 1250 * 1000;
    auto within = [](eng_time v, eng_time least, eng_time most) { return v >= least && v <= most; };
    Port *p = PortOf(port);
    if (!p || p->medium->kind != ENG_BLE)
        return Fail(ENG_EARGUMENT, "a port of a ble medium");
    if (!within(s->advertising_interval, 20 * kMilli, kSlowest) ||
        !within(s->connectable_interval, 20 * kMilli, kSlowest) ||
        !within(s->advertising_events, 1, 255))
        return Fail(ENG_EARGUMENT, "advertising: 20 ms to 10.24 s, 1 to 255 events");
    if (!within(s->scan_interval, 2500 * 1000, kSlowest) ||
        !within(s->scan_window, 2500 * 1000, s->scan_interval))
        return Fail(ENG_EARGUMENT, "scanning: interval 2.5 ms to 10.24 s, window at most that");
    if (!within(s->connection_interval, 6 * kQuarter, 3200 * kQuarter) ||
        s->connection_interval % kQuarter ||
        !within(s->supervision_timeout, 100 * kMilli, 32000 * kMilli) ||
        s->supervision_timeout <= 2 * s->connection_interval)
        return Fail(ENG_EARGUMENT, "connection: 7.5 ms to 4 s in 1.25 ms, timeout above twice it");
    if (!within(s->pdu, 27, 251) || !within(s->mtu, 23, 517) ||
        !(s->power >= -40 && s->power <= 20))
        return Fail(ENG_EARGUMENT, "PDU 27 to 251, MTU 23 to 517 octets, power -40 to 20 dBm");
    BlePort *ble = static_cast<BlePort *>(p);
    ble->set = *s;
    ble->mtu = static_cast<size_t>(s->mtu);
    ble->Rest();
    return 0;
}
