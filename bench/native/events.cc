/* SPDX-License-Identifier: GPL-2.0-only */
/* The load of binding_events.c written for ns-3 itself, as a user of ns-3 would: timers that set
 * themselves anew, and stations of one IEEE 802.15.4 PAN that send frames to the coordinator. */
#include "ns3/boolean.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/global-value.h"
#include "ns3/lr-wpan-mac.h"
#include "ns3/lr-wpan-net-device.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/propagation-delay-model.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/single-model-spectrum-channel.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

using namespace ns3;

namespace
{

constexpr int kTimers = 1000, kStations = 20, kSize = 60 + 3;
uint64_t received;

uint32_t Draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

void Tick(uint32_t *state)
{
    Simulator::Schedule(NanoSeconds(1000 + Draw(state) % 2000000), &Tick, state);
}

void LoadTimers()
{
    static uint32_t states[kTimers];
    for (int i = 0; i < kTimers; i++) {
        states[i] = static_cast<uint32_t>(i);
        Simulator::Schedule(NanoSeconds(i), &Tick, &states[i]);
    }
}

Ptr<LrWpanNetDevice> MakeDevice(Ptr<SpectrumChannel> channel, double x, int number)
{
    Ptr<Node> node = CreateObject<Node>();
    Ptr<ConstantPositionMobilityModel> place = CreateObject<ConstantPositionMobilityModel>();
    place->SetPosition(Vector(x, 0, 0));
    node->AggregateObject(place);
    Ptr<LrWpanNetDevice> device = CreateObject<LrWpanNetDevice>();
    device->SetChannel(channel);
    node->AddDevice(device);
    device->GetPhy()->SetMobility(place);
    device->GetMac()->SetPanId(7);
    uint8_t b[2] = {0, static_cast<uint8_t>(number)};
    Mac16Address address;
    address.CopyFrom(b);
    device->GetMac()->SetShortAddress(address);
    device->AssignStreams(32 * (number - 1));
    return device;
}

void Send(Ptr<LrWpanNetDevice> device)
{
    static const uint8_t payload[kSize] = {};
    device->Send(Create<Packet>(payload, kSize), Mac16Address("00:01"), 0);
    Simulator::Schedule(MilliSeconds(200), &Send, device);
}

bool Receive(Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address &)
{
    received++;
    return true;
}

void LoadFrames()
{
    Ptr<SingleModelSpectrumChannel> channel = CreateObject<SingleModelSpectrumChannel>();
    channel->AddPropagationLossModel(CreateObject<LogDistancePropagationLossModel>());
    channel->SetPropagationDelayModel(CreateObject<ConstantSpeedPropagationDelayModel>());
    MakeDevice(channel, 0, 1)->SetReceiveCallback(MakeCallback(&Receive));
    for (int i = 0; i < kStations; i++)
        Simulator::Schedule(NanoSeconds(1) + MilliSeconds(10 * i), &Send,
                            MakeDevice(channel, 1 + i, 2 + i));
}

} // namespace

int main(int argc, char **argv)
{
    bool timers = argc > 1 && strcmp(argv[1], "timers") == 0;
    int until = argc > 2 ? atoi(argv[2]) : timers ? 5 : 200;
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    RngSeedManager::SetSeed(1);
    ObjectFactory scheduler;
    scheduler.SetTypeId("ns3::PriorityQueueScheduler");
    Simulator::SetScheduler(scheduler);
    if (timers)
        LoadTimers();
    else
        LoadFrames();
    Simulator::Stop(Seconds(until));
    std::clock_t start = std::clock();
    Simulator::Run();
    double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    std::printf("events %llu seconds %.4f received %llu\n",
                static_cast<unsigned long long>(Simulator::GetEventCount()), seconds,
                static_cast<unsigned long long>(received));
    Simulator::Destroy();
    return 0;
}
