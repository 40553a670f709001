/* SPDX-License-Identifier: GPL-2.0-only */
/* warm.cc - runs each device type once, so that forked runs find libraries loaded, type tables
 * built and memory touched. All our random streams are fixed, so a run is the same with or without
 * it. */
#include "private.h"

namespace imprint
{
namespace
{

constexpr eng_time kSecond = 1000 * 1000 * 1000;
constexpr uint16_t kNumber = 4000;

void Ignore(void *, int, const eng_endpoint *, const eng_endpoint *, const uint8_t *, size_t)
{
}

struct Pair {
    int hub, station, socket;
};

Pair MakePair(eng_kind kind, const char *prefix)
{
    struct eng_medium m = {};
    m.kind = kind;
    m.pan = 1;
    m.prefix = prefix;
    m.ssid = "warm";
    int medium = eng_medium(&m);
    struct eng_port p = {};
    p.medium = medium;
    p.node = eng_node(0, 0, 0);
    p.role = ENG_HUB;
    Pair made{eng_attach(&p), 0, 0};
    p.node = eng_node(5, 0, 0);
    p.role = ENG_STATION;
    made.station = eng_attach(&p);
    return made;
}

void Talk(void *arg)
{
    const Pair *pair = static_cast<const Pair *>(arg);
    struct eng_endpoint to = {};
    eng_ip_address(pair->hub, to.ip);
    to.port = kNumber;
    eng_udp_send(pair->socket, &to, "warm", 4);
    struct eng_tcp_ops ops = {};
    eng_tcp_connect(pair->station, &to, &ops);
}

} // namespace
} // namespace imprint

using namespace imprint;

void eng_warm(void)
{
    std::vector<Pair> pairs;
    eng_open(1, 1);
    for (int k = 0; k < ENG_KIND_COUNT; k++) {
        std::string prefix = "fd00:" + std::to_string(k + 1) + "::";
        if (eng_carries(static_cast<eng_kind>(k), kEtherIpv6))
            pairs.push_back(MakePair(static_cast<eng_kind>(k), prefix.c_str()));
    }
    eng_ip_start();
    struct eng_tcp_ops ops = {};
    for (Pair &pair : pairs) {
        eng_udp(pair.hub, kNumber, Ignore, nullptr);
        eng_tcp_listen(pair.hub, kNumber, &ops);
        pair.socket = eng_udp(pair.station, 0, Ignore, nullptr);
        eng_after(kSecond, Talk, &pair);
    }
    eng_run(2 * kSecond);
    eng_close();
}
