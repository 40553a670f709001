/* SPDX-License-Identifier: GPL-2.0-only */
/* lrwpan.h - parts of the IEEE 802.15.4 medium; private. */
#ifndef IMPRINT_ENGINE_LRWPAN_H
#define IMPRINT_ENGINE_LRWPAN_H

#include "private.h"

#include "ns3/lr-wpan-mac.h"
#include "ns3/lr-wpan-net-device.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/sixlowpan-net-device.h"
#include "ns3/spectrum-channel.h"

namespace imprint
{

struct LrWpanPort;

/* One PAN's channel: a table of who hears whom, made once since nobody moves. */
class PanChannel : public ns3::SpectrumChannel
{
  public:
    void StartTx(ns3::Ptr<ns3::SpectrumSignalParameters> params) override;
    void AddRx(ns3::Ptr<ns3::SpectrumPhy> phy) override;
    void RemoveRx(ns3::Ptr<ns3::SpectrumPhy> phy) override;
    std::size_t GetNDevices() const override;
    ns3::Ptr<ns3::NetDevice> GetDevice(std::size_t i) const override;
    void Own(LrWpanPort *port);

  private:
    struct Neighbour {
        LrWpanPort *port;
        double gain;
        ns3::Time delay;
    };
    void DoDispose() override;
    const std::vector<Neighbour> &NeighboursOf(LrWpanPort *port);
    std::vector<LrWpanPort *> m_ports;
    std::unordered_map<const ns3::SpectrumPhy *, LrWpanPort *> m_owner;
    std::unordered_map<const LrWpanPort *, std::vector<Neighbour>> m_neighbours;
};

/* Between the stock MAC and 6LoWPAN: both address lengths, duplicate rejection, frame service. */
class LrWpanShell : public Shell
{
  public:
    bool Send(ns3::Ptr<ns3::Packet> p, const ns3::Address &dst, uint16_t protocol) override;
    ns3::Address GetMulticast(ns3::Ipv6Address group) const override;
    ns3::Address GetBroadcast() const override;
    void Up(ns3::Ptr<ns3::Packet> p, const ns3::Address &src);
};

struct LrWpanMedium : Medium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
    void Acknowledged(Port *by, uint8_t dsn, size_t octets);
    ns3::Ptr<PanChannel> channel;
    bool extended = false;    /* some port uses its 64-bit address */
    Port *awaiting = nullptr; /* who sent the latest frame that asks for an acknowledgement */
    uint8_t awaited = 0;
};

struct LrWpanPort : Port {
    int Send(ns3::Ptr<ns3::Packet> p, eng_addr dst, uint16_t ethertype) override;
    int Inject(ns3::Ptr<ns3::Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype) override;
    int SendIp(ns3::Ptr<ns3::Packet> p, eng_addr src, eng_addr dst, bool forged) override;
    void StartIp() override;
    void Power(bool up) override;
    void Capture(const std::string &path) override;
    void Forget() override;
    eng_addr GroupAddress(const uint8_t ip[16]) const override;
    bool IsGroup(eng_addr a) const override;

    int Request(ns3::Ptr<ns3::Packet> p, eng_addr dst);
    void Indication(ns3::McpsDataIndicationParams params, ns3::Ptr<ns3::Packet> p);
    void Transmitted(ns3::Ptr<const ns3::Packet> p);
    void Heard(ns3::Ptr<const ns3::Packet> p);
    void State(ns3::Time when, ns3::LrWpanPhyEnumeration from, ns3::LrWpanPhyEnumeration to);
    bool Up(ns3::Ptr<ns3::NetDevice> d, ns3::Ptr<const ns3::Packet> p, uint16_t protocol,
            const ns3::Address &src);

    LrWpanMedium *net = nullptr;
    ns3::Ptr<ns3::LrWpanNetDevice> device;
    ns3::Ptr<LrWpanShell> shell;
    ns3::Ptr<ns3::SixLowPanNetDevice> sixlowpan;
    ns3::Ptr<ns3::PcapFileWrapper> pcap;
    int last_dsn = -1; /* of the latest frame that it sent, but for acknowledgements */
    struct Seen {
        uint8_t dsn;
        eng_time at;
    };
    std::unordered_map<eng_addr, Seen> seen; /* by source */
};

} // namespace imprint

#endif
