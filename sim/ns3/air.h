/* SPDX-License-Identifier: GPL-2.0-only */
/* air.h - the share of our own radio media: who hears a frame, and who is heard beside it; private.
 *
 * A frame is one event at its end, whatever the number of ports: at its beginning it looks at those
 * who listen on the medium, and at nobody else. Signals travel in no time (1 km is 3.3 us). */
#ifndef IMPRINT_ENGINE_AIR_H
#define IMPRINT_ENGINE_AIR_H

#include "private.h"

#include "ns3/pcap-file-wrapper.h"

#include <set>

namespace imprint
{

struct AirPort;
struct AirMedium;

/* A receiver that is locked on a frame. */
struct Hearing {
    AirPort *port;
    double power; /* dBm */
    bool whole;   /* nothing destroyed it so far */
};

/* One frame on the air. Media derive from it what their MAC needs to know of its own frames. */
struct Emission {
    virtual ~Emission() = default;
    AirPort *from = nullptr; /* whose radio */
    eng_addr src = 0, dst = ENG_ALL;
    eng_addr to = ENG_ALL; /* whom the sender named, where the frame itself cannot say it */
    int channel = 0;
    int mode = 0; /* what a receiver must be set to beside the channel, by the medium's own code */
    double power = 0; /* dBm */
    eng_time start = 0, end = 0;
    Bytes octets;       /* as captured, without pseudo-header */
    size_t message = 0; /* so many of them are a message's */
    bool again = false; /* the link layer repeats it */
    bool injected = false;
    uint64_t unit = 0; /* copies of one unit share it; 0: there is only this one */
    std::vector<Hearing> hearings;
};
using Frame = std::shared_ptr<Emission>;

struct AirMedium : Medium {
    /* Path loss is reference_loss at 1 m and 10 exponent dB more at each tenfold distance. */
    double reference_loss = 0, exponent = 0;
    /* How much stronger than `other` a frame must be to survive it, dB. */
    virtual double Margin(const Emission &wanted, const Emission &other) const = 0;

    double Loss(const AirPort &a, const AirPort &b) const;
    void Emit(const Frame &e, eng_time airtime);
    /* Whether a port hears a frame on the channel above `threshold` dBm. */
    bool Busy(const AirPort &at, int channel, double threshold) const;
    void Listen(AirPort *p, bool on);

    std::vector<AirPort *> listeners; /* in order of creation */
    uint64_t units = 0;               /* that were numbered */
    std::vector<Frame> active;

  private:
    friend struct AirPort;
    bool Survives(const Emission &e, double power, const Emission &other, const AirPort &at) const;
    void Disturb(const Emission &e);
    void Lock(Emission &e);
    void End(const Frame &e);
};

struct AirPort : Port {
    /* Asked when a frame begins: would this radio, as it is set now, receive all of it? */
    virtual bool Tuned(const Emission &e) const = 0;
    virtual double Sensitivity(const Emission &e) const = 0; /* dBm */
    virtual void Heard(const Frame &e, double power) = 0;    /* received intact */
    virtual void Missed(const Frame &)                       /* was locked on it in vain */
    {
    }
    virtual void Sent(const Frame &e) = 0;
    virtual Bytes PseudoHeader(const Emission &e, double power) const = 0;
    virtual uint32_t LinkType(const Emission *e) const = 0; /* NULL: of a capture without frames */

    void Place();  /* reads its position; call when attached */
    void Deafen(); /* what it is receiving is lost to it */
    uint64_t Draw(uint64_t below);
    /* A unit is on the air for the first time. */
    void Tell(const Bytes &payload, eng_addr src, eng_addr dst, uint16_t number, bool injected);
    /* Hands a unit up with its tags. */
    bool Deliver(const Bytes &payload, eng_addr src, eng_addr dst, uint16_t number, bool injected);
    /* Captures it, but of the copies of one unit the first alone: as a Bluetooth controller that
     * filters duplicates. */
    void Write(const Emission &e, double power);
    void Capture(const std::string &path) override;
    void Forget() override;
    bool TapsItself() const override
    {
        return true;
    }
    bool IsGroup(eng_addr a) const override
    {
        return a == ENG_ALL;
    }

    AirMedium *air = nullptr;
    double x = 0, y = 0, z = 0;
    size_t paths = 1; /* frames that it can receive at a time */
    size_t locked = 0;
    bool listening = false;
    eng_time sending_until = 0;
    uint64_t random = 0;
    ns3::Ptr<ns3::PcapFileWrapper> pcap; /* its first frame says of which link type it is */
    uint32_t link_type = 0;              /* 0: there was none yet */
    std::set<uint64_t> met;              /* units of which it sent or received a copy */
    std::set<uint64_t> captured;         /* units */
};

/* An unused port's rest: never listens. */
inline void Sleep(Port &p, eng_time now)
{
    p.meter.Rest(now, 0, 1, 0);
}

bool Injected(const ns3::Packet &p);

} // namespace imprint

#endif
