/* SPDX-License-Identifier: GPL-2.0-only */
/* private.h - what the engine's files share. Not for users of engine.h. */
#ifndef IMPRINT_ENGINE_PRIVATE_H
#define IMPRINT_ENGINE_PRIVATE_H

/* In C++ a function that has the name of a struct hides the struct's constructor. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "sim/ns3/engine.h"
#pragma GCC diagnostic pop

#include "ns3/error-model.h"
#include "ns3/ipv6-address.h"
#include "ns3/mobility-model.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/tag.h"

#include <array>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace imprint
{

constexpr uint16_t kEtherIpv6 = 0x86dd;
constexpr eng_time kForever = INT64_MAX;
constexpr int kStreamsPerPort = 32; /* ns-3 random streams reserved for one port */

using Bytes = std::vector<uint8_t>;
using MediumWish = struct eng_medium;
using Tap = struct eng_tap;
using Counts = struct eng_count;

struct Port;
struct Medium;
class IpDevice;

/* ---- octets by layer ------------------------------------------------------------------------- */
struct Octets { /* of one frame */
    size_t all, message, network;
    bool repeated; /* the link layer sends it again */
};
/* Says that the octets behind `headers` are a message's; returns `p`. */
ns3::Ptr<ns3::Packet> MarkMessage(ns3::Ptr<ns3::Packet> p, size_t headers = 0);
size_t MessageOctets(const ns3::Packet &p);
/* `own` octets are the link's; `network`: what else is no message's is the network layer's. */
Octets OctetsOf(const ns3::Packet &frame, size_t own, bool network);
void CountSent(Port *by, const Octets &o);
void CountReceived(Port *by, const Octets &o);

/* ---- errors ---------------------------------------------------------------------------------- */
int Fail(int error, const char *detail = nullptr);

/* ---- meter ----------------------------------------------------------------------------------- */
/* Time per radio state. Transmission hides reception, so a full-duplex port also adds up. */
class Meter
{
  public:
    void Advance(eng_time now);
    void Transmit(eng_time now, eng_time until);
    void Receive(eng_time now, eng_time until);
    void Listen(eng_time now);
    eng_time ReceivesUntil() const
    {
        return m_rxUntil;
    }
    void Power(eng_time now, bool on);
    /* A radio that sleeps while it has nothing to do: it listens in the first `window` of each
     * `period` counted from `phase`, and is ENG_OFF in the rest. period 0: it always listens. */
    void Rest(eng_time now, eng_time phase, eng_time period, eng_time window);
    void Read(eng_time now, eng_time out[ENG_RADIO_COUNT]);
    void Watch(eng_time now, eng_radio_piece *fn, void *arg);

  private:
    eng_time Awake(eng_time from, eng_time to) const;
    void Tell(eng_radio state, eng_time from, eng_time to) const;
    void TellRest(eng_time from, eng_time to) const;
    eng_radio_piece *m_tell = nullptr;
    void *m_tellArg = nullptr;
    eng_time m_spent[ENG_RADIO_COUNT] = {};
    eng_time m_phase = 0, m_period = 0, m_window = 0;
    eng_time m_since = 0;
    eng_time m_txUntil = 0;
    eng_time m_rxUntil = 0;
    bool m_on = true;
};

/* ---- frame loss and jamming ------------------------------------------------------------------ */
/* SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, every seed is good. */
uint64_t SplitMix(uint64_t &state);

/* Asked by every ns-3 device before its MAC acknowledges. Draws from its own generator, so that
 * losses disturb no other random stream. */
class Receiver : public ns3::ErrorModel
{
  public:
    Receiver(const Port *port, double loss, uint64_t stream, uint64_t receiver);
    bool Lost(eng_addr src); /* the same for a frame whose sender is known */
    std::set<eng_addr> jammed;

  private:
    bool ByChance();
    bool DoCorrupt(ns3::Ptr<ns3::Packet> p) override;
    void DoReset() override;
    const Port *m_port;
    double m_loss;
    uint64_t m_state;
};

/* ---- tags ------------------------------------------------------------------------------------ */
/* Travels with a packet inside the simulator only: destination of a frame, and who injected it. */
class LinkTag : public ns3::Tag
{
  public:
    static ns3::TypeId GetTypeId();
    ns3::TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(ns3::TagBuffer i) const override;
    void Deserialize(ns3::TagBuffer i) override;
    void Print(std::ostream &os) const override;

    eng_addr dst = 0;
    uint32_t injector = 0; /* port + 1; 0 = an honest port */
};

/* ---- media and ports --------------------------------------------------------------------------
 */
struct Medium {
    virtual ~Medium() = default;
    virtual std::unique_ptr<Port> Attach(const eng_port &wish) = 0;
    virtual bool OneHub() const
    {
        return true;
    }

    /* Counts one link frame. `dst` may be ENG_ALL or a group address. */
    void Count(Port *from, eng_addr dst, bool group, const Octets &o);
    Port *Find(eng_addr link) const;

    int id = 0;
    eng_kind kind = ENG_WIFI;
    double loss = 0;
    uint64_t loss_stream = 0;
    double rate = 0;
    eng_time delay = 0;
    uint16_t pan = 0;
    bool ip = false;
    std::array<uint8_t, 8> prefix{};
    std::string ssid;
    Tap tap{};
    Port *hub = nullptr;
    std::vector<Port *> ports;
    std::unordered_map<eng_addr, Port *> by_link;
    std::unordered_map<uint64_t, Port *> by_interface_id; /* link-local addresses */
};

struct Port {
    virtual ~Port() = default;
    /* Sends a payload on the link. `dst` is a link address. */
    virtual int Send(ns3::Ptr<ns3::Packet> p, eng_addr dst, uint16_t ethertype) = 0;
    /* Sends as `src` from an adversary's radio. */
    virtual int Inject(ns3::Ptr<ns3::Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype) = 0;
    virtual void Power(bool up) = 0;
    virtual void Capture(const std::string &path) = 0;
    /* Octets that a frame of this kind may carry. */
    virtual size_t Limit(uint16_t) const
    {
        return mtu;
    }
    virtual eng_addr GroupAddress(const uint8_t ip[16]) const;
    virtual bool IsGroup(eng_addr a) const;
    /* Sends an IPv6 packet to a link address; 6LoWPAN differs from the others. */
    virtual int SendIp(ns3::Ptr<ns3::Packet> p, eng_addr src, eng_addr dst, bool forged);
    virtual void StartIp();         /* makes what carries IPv6 under IpDevice */
    virtual bool Addressed() const; /* has its IPv6 addresses */
    virtual void Join(const uint8_t group[16]);
    /* An IPv6 packet arrived at this port. */
    virtual void UpIp(ns3::Ptr<const ns3::Packet> p, eng_addr src);
    virtual void Interested() /* a kind of frame was added that the port wants */
    {
    }
    /* The medium itself says when a frame is sent (TapFrame), since frames wait in the MAC. */
    virtual bool TapsItself() const
    {
        return false;
    }
    virtual void Forget() = 0; /* drops references before ns-3 is destroyed */

    /* Called by the device with what it received. */
    /* False: an adversary blocked it, so that it never came. */
    bool Receive(ns3::Ptr<const ns3::Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype);
    void Link(bool up);
    bool Ready() const
    {
        return on && (linked || role == ENG_HUB || medium->kind != ENG_WIFI);
    }

    int id = 0;
    int node = 0;
    int index = 0; /* within the medium */
    Medium *medium = nullptr;
    eng_role role = ENG_STATION;
    bool extended = false;
    bool sniffer = false;
    bool on = true;
    bool linked = false;
    size_t mtu = 1500;
    eng_addr address = 0;
    uint64_t eui64 = 0;
    eng_port_ops ops{};
    std::set<uint16_t> ethertypes;
    Meter meter;
    Counts count{};
    ns3::Ptr<Receiver> receiver;
    ns3::Ptr<IpDevice> ip;
    uint32_t interface = 0;
    std::unordered_map<const Port *, Port *> via; /* who hands on what is for a port: eng_path() */
};

/* A NetDevice's share that is the same for ours. */
class Shell : public ns3::NetDevice
{
  public:
    void SetIfIndex(const uint32_t index) override;
    uint32_t GetIfIndex() const override;
    ns3::Ptr<ns3::Channel> GetChannel() const override;
    void SetAddress(ns3::Address address) override;
    ns3::Address GetAddress() const override;
    bool SetMtu(const uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(ns3::Callback<void> callback) override;
    bool IsBroadcast() const override;
    ns3::Address GetBroadcast() const override;
    bool IsMulticast() const override;
    ns3::Address GetMulticast(ns3::Ipv4Address group) const override;
    ns3::Address GetMulticast(ns3::Ipv6Address group) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool SendFrom(ns3::Ptr<ns3::Packet> p, const ns3::Address &src, const ns3::Address &dst,
                  uint16_t protocol) override;
    ns3::Ptr<ns3::Node> GetNode() const override;
    void SetNode(ns3::Ptr<ns3::Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(ReceiveCallback callback) override;
    void SetPromiscReceiveCallback(PromiscReceiveCallback callback) override;
    bool SupportsSendFrom() const override;

    Port *port = nullptr;

  protected:
    void DoDispose() override;
    ReceiveCallback m_receive;
    ns3::Address m_address;
    uint16_t m_mtu = 1500;

  private:
    ns3::Ptr<ns3::Node> m_node;
    uint32_t m_index = 0;
};

/* What ns-3's IPv6 sees of a port: finds the next hop's link address and is where datagrams are
 * read and blocked. */
class IpDevice : public Shell
{
  public:
    explicit IpDevice(Port *p);
    bool Send(ns3::Ptr<ns3::Packet> p, const ns3::Address &dst, uint16_t protocol) override;
    void Up(ns3::Ptr<const ns3::Packet> p, eng_addr src);
};

/* ---- the world --------------------------------------------------------------------------------
 */
struct UdpSocket {
    Port *port;
    uint16_t number;
    eng_udp_rx *rx;
    void *arg;
};

struct NodeState {
    ns3::Ptr<ns3::Node> node;
    std::vector<Port *> ports;
    Port *default_out = nullptr;
    Port *default_next = nullptr;
    bool ip = false;
    bool tcp = false;
    bool relays = false; /* hands on datagrams of its own medium: eng_path() */
    std::unordered_map<uint16_t, std::vector<int>> udp; /* sockets by port number */
    uint16_t ephemeral = 49152; /* next number of sockets without ns-3's UDP (RFC 6335) */
};

struct TcpState;

struct World {
    std::vector<NodeState> nodes;
    std::vector<std::unique_ptr<Medium>> media;
    std::vector<std::unique_ptr<Port>> ports;
    std::vector<UdpSocket> sockets;
    std::unique_ptr<TcpState> tcp;
    bool ip = false;
    World();
    ~World();
};
extern std::unique_ptr<World> world;

Port *PortOf(int port);
eng_time Clock();
int64_t StreamOf(const Port *p);
/* Fills what every kind of port has. */
void Bind(Port &p, const eng_port &wish, Medium *m);

/* One for each kind. */
std::unique_ptr<Medium> MakeWifi(const MediumWish &m);
std::unique_ptr<Medium> MakeLrWpan(const MediumWish &m);
std::unique_ptr<Medium> MakeEthernet(const MediumWish &m);
std::unique_ptr<Medium> MakeWan(const MediumWish &m);
std::unique_ptr<Medium> MakeIdeal(const MediumWish &m);
std::unique_ptr<Medium> MakeBle(const MediumWish &m);
std::unique_ptr<Medium> MakeLorawan(const MediumWish &m);
std::unique_ptr<Medium> MakeZwave(const MediumWish &m);
/* Time on air of one frame of n octets. */
eng_time LorawanAirtime(const Port *p, size_t n);
eng_time BleAirtime(uint16_t number, size_t n);
eng_time ZwaveAirtime(const Port *p, size_t n);
bool ParsePrefix(const char *text, std::array<uint8_t, 8> &out);

/* ---- routing ----------------------------------------------------------------------------------
 */
struct Hop {
    Port *out = nullptr;
    Port *next = nullptr;
};
/* `via`: the port for link-local and group destinations. */
Hop Route(const NodeState &n, const uint8_t dst[16], Port *via);
void GlobalAddress(const Port *p, uint8_t out[16]);
void LinkLocalAddress(const Port *p, uint8_t out[16]);
uint64_t InterfaceId(const Port *p);
Port *Owner(const Medium *m, const uint8_t ip[16]);
void StartStack(NodeState &n);

/* ---- taps -------------------------------------------------------------------------------------
 */
/* Both return whether the adversary lets it pass. */
void TapFrame(Port *from, const ns3::Packet &p, eng_addr src, eng_addr dst, uint16_t ethertype,
              bool injected);
bool TapBlocksFrame(Port *at, const Bytes &p, eng_addr src, eng_addr dst, uint16_t ethertype,
                    bool injected);
void TapDatagram(Port *from, const ns3::Packet &p, eng_addr src, eng_addr dst, bool injected);
bool TapBlocksDatagram(Port *at, const ns3::Packet &p, eng_addr src);

/* ---- link addresses ----------------------------------------------------------------------------
 */
ns3::Address Mac48(eng_addr a);
eng_addr FromAddress(const ns3::Address &a);
uint64_t Eui64From48(uint64_t mac);
ns3::Ipv6Address Ip(const uint8_t ip[16]);
Bytes Copy(const ns3::Packet &p);
ns3::Ptr<ns3::Packet> Wrap(const void *p, size_t n);

/* ---- UDP and TCP -------------------------------------------------------------------------------
 */
void DropTcp();
/* Hands a datagram to the socket of the port's node that it is for, if there is one. */
void DeliverDatagram(const Port *at, const eng_endpoint &src, const eng_endpoint &dst,
                     const uint8_t *p, size_t n);
int SendIdealDatagram(Port *p, const eng_endpoint &src, const eng_endpoint &dst,
                      const void *payload, size_t n);
Bytes BuildDatagram(const eng_endpoint &src, const eng_endpoint &dst, const void *p, size_t n);

} // namespace imprint

#endif
