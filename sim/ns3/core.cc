/* SPDX-License-Identifier: GPL-2.0-only */
/* core.cc - life of a simulation, clock, nodes, errors. */
#include "private.h"

#include "ns3/boolean.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/global-value.h"
#include "ns3/object-factory.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

using namespace ns3;

namespace imprint
{

std::unique_ptr<World> world;

namespace
{

std::string message;
uint64_t events;

const char *Sentence(int error)
{
    switch (error) {
#define ENG_CASE(id, value, text)                                                                  \
    case value:                                                                                    \
        return text;
        ENG_ERRORS(ENG_CASE)
#undef ENG_CASE
    default:
        return "unknown error";
    }
}

} // namespace

int Fail(int error, const char *detail)
{
    message = Sentence(error);
    if (detail) {
        message += ": ";
        message += detail;
    }
    return error;
}

eng_time Clock()
{
    return Simulator::Now().GetNanoSeconds();
}

Port *PortOf(int port)
{
    if (!world || port < 0 || static_cast<size_t>(port) >= world->ports.size())
        return nullptr;
    return world->ports[port].get();
}

int64_t StreamOf(const Port *p)
{
    return static_cast<int64_t>(p->id) * kStreamsPerPort;
}

} // namespace imprint

using namespace imprint;

const char *eng_message(void)
{
    return message.c_str();
}

void eng_open(uint32_t seed, uint64_t run)
{
    /* Checksums cost little and make every captured frame complete; always on, so that a run is the
     * same with and without capture. */
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    RngSeedManager::SetSeed(seed ? seed : 1);
    RngSeedManager::SetRun(run);
    ObjectFactory scheduler;
    scheduler.SetTypeId("ns3::PriorityQueueScheduler");
    Simulator::SetScheduler(scheduler);
    world = std::make_unique<World>();
}

void eng_close(void)
{
    if (!world)
        return;
    events = Simulator::GetEventCount();
    DropTcp();
    for (auto &p : world->ports)
        p->Forget();
    Simulator::Destroy();
    world.reset();
}

eng_time eng_now(void)
{
    return Clock();
}

void eng_run(eng_time until)
{
    eng_time left = until - Clock();
    EventId end = Simulator::Schedule(NanoSeconds(left > 0 ? left : 0), &Simulator::Stop);
    Simulator::Run();
    end.Cancel();
}

void eng_stop(void)
{
    Simulator::Stop();
}

uint64_t eng_events(void)
{
    return world ? Simulator::GetEventCount() : events;
}

int eng_node(double x, double y, double z)
{
    NodeState n;
    n.node = CreateObject<Node>();
    Ptr<ConstantPositionMobilityModel> m = CreateObject<ConstantPositionMobilityModel>();
    m->SetPosition(Vector(x, y, z));
    n.node->AggregateObject(m);
    world->nodes.push_back(std::move(n));
    return static_cast<int>(world->nodes.size() - 1);
}
