/* SPDX-License-Identifier: GPL-2.0-only */
/* wifi.h - parts of the Wi-Fi medium; private. */
#ifndef IMPRINT_ENGINE_WIFI_H
#define IMPRINT_ENGINE_WIFI_H

#include "private.h"

#include "ns3/event-id.h"
#include "ns3/sta-wifi-mac.h"
#include "ns3/wifi-assoc-manager.h"
#include "ns3/phy-entity.h"
#include "ns3/wifi-net-device.h"
#include "ns3/wifi-phy-listener.h"
#include "ns3/wifi-ppdu.h"
#include "ns3/yans-wifi-phy.h"

namespace imprint
{

struct WifiMedium;
struct WifiPort;

/* A radio on the BSS's own channel. The channel costs nothing for radios that are off. */
class BssPhy : public ns3::YansWifiPhy
{
  public:
    void StartTx(ns3::Ptr<const ns3::WifiPpdu> ppdu, const ns3::WifiTxVector &vector) override;
    void Hear(ns3::Ptr<const ns3::WifiPpdu> ppdu, double dbm);
    WifiPort *port = nullptr;
};

/* Decides when a station looks for its access point: only while powered, one after the other. */
class StationManager : public ns3::WifiAssocManager
{
  public:
    void NotifyChannelSwitched(uint8_t link) override;
    bool Compare(const ns3::StaWifiMac::ApInfo &a, const ns3::StaWifiMac::ApInfo &b) const override;
    void Cancel();
    WifiPort *port = nullptr;
    ns3::Time first; /* delay of the first probe, so that stations do not all start at once */

  protected:
    void DoDispose() override;
    bool CanBeInserted(const ns3::StaWifiMac::ApInfo &ap) const override;
    bool CanBeReturned(const ns3::StaWifiMac::ApInfo &ap) const override;

  private:
    void DoStartScanning() override;
    ns3::EventId m_probe;
    ns3::EventId m_end;
};

/* Radio time, from the states that the PHY announces. */
class PhyMeter : public ns3::WifiPhyListener
{
  public:
    explicit PhyMeter(Port *p) : m_port(p)
    {
    }
    void NotifyRxStart(ns3::Time duration) override;
    void NotifyRxEndOk() override;
    void NotifyRxEndError() override;
    void NotifyTxStart(ns3::Time duration, double dbm) override;
    void NotifyCcaBusyStart(ns3::Time duration, ns3::WifiChannelListType type,
                            const std::vector<ns3::Time> &per20) override;
    void NotifySwitchingStart(ns3::Time duration) override;
    void NotifySleep() override;
    void NotifyOff() override;
    void NotifyWakeup() override;
    void NotifyOn() override;

  private:
    Port *m_port;
};

struct WifiPort : Port {
    int Send(ns3::Ptr<ns3::Packet> p, eng_addr dst, uint16_t ethertype) override;
    int Inject(ns3::Ptr<ns3::Packet> p, eng_addr src, eng_addr dst, uint16_t ethertype) override;
    void Power(bool up) override;
    void Capture(const std::string &path) override;
    void Forget() override;

    void Resume();
    void SwitchOff();
    void Attempt();
    void Overhear(ns3::Ptr<const ns3::Packet> p, uint16_t frequency, ns3::WifiTxVector vector,
                  ns3::MpduInfo info, ns3::SignalNoiseDbm power, uint16_t id);

    WifiMedium *bss = nullptr;
    ns3::Ptr<ns3::WifiNetDevice> device;
    ns3::Ptr<BssPhy> phy;
    ns3::Ptr<ns3::StaWifiMac> station;
    ns3::Ptr<StationManager> manager;
    std::unique_ptr<PhyMeter> listener;
    struct Forgery {
        ns3::Ptr<ns3::Packet> payload;
        eng_addr ra, ta, third; /* the three addresses of the MAC header */
        bool to_ds;
        uint16_t sequence;
        int tries;
    };
    std::vector<Forgery> forgeries; /* waiting to be sent, in order */
    ns3::EventId attempt;
    eng_time sent_until = 0; /* end of the latest forged frame */
    uint16_t sequence = 0;
    uint64_t backoff_state = 0;
};

struct WifiMedium : Medium {
    std::unique_ptr<Port> Attach(const eng_port &wish) override;
    void Transmit(BssPhy *from, ns3::Ptr<const ns3::WifiPpdu> ppdu, double dbm);

    std::string mode;
    struct Path {
        double loss_db;
        ns3::Time delay;
    };
    std::vector<WifiPort *> radios;
    std::vector<std::vector<Path>> paths; /* by transmitter, then receiver */
};

} // namespace imprint

#endif
