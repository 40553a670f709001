/* SPDX-License-Identifier: GPL-2.0-only */
/* world.h - the parts of one run, private to sim/world and sim/adversary.
 *
 * A world is built from a run's specification, lives in one process and is walked once. Parties sit
 * on nodes; channels are bound to media; the user carries what is out of band; the adversary's own
 * parties mirror the honest ones one to one. */
#ifndef IMPRINT_WORLD_H
#define IMPRINT_WORLD_H

#include <jansson.h>

#include "protocols/contract/mechanism.h"
#include "protocols/crypto/crypto.h"
#include "sim/adversary/strategy.h"
#include "sim/judge/judge.h"
#include "sim/ns3/engine.h"
#include "sim/world/cells.h"
#include "sim/world/human.h"
#include "sim/world/ledger.h"
#include "sim/world/platform.h"
#include "sim/world/radio.h"
#include "sim/world/sessions.h"
#include "sim/world/trace.h"
#include "sim/world/twin.h"

#define WORLD_MAX_ROLES 8
#define WORLD_MAX_CHANNELS 16
#define WORLD_MAX_HOPS 16
#define WORLD_MAX_TIMERS 64

/* One line of the scenario's timeline: something happens to the parties of a role. */
enum world_verb { WORLD_POWER_OFF, WORLD_POWER_ON, WORLD_RESET, WORLD_CONTROL };

struct world_happening {
    imp_time at;
    int role;
    enum world_verb verb;
    const char *word; /* CONTROL: what is said to the party */
};
#define WORLD_MAX_TIMELINE 64

/* ---- specification of a run, parsed from the plan line ------------------------------------------
 */
struct world_spec {
    const struct imp_mechanism *mechanism;
    enum eng_kind medium, backend;
    imp_time backend_delay;
    const struct imp_platform *platforms[IMP_ROLE_KIND_COUNT];
    int devices, cell;
    imp_time arrival; /* mean spacing of the devices' starts */
    double distance;  /* metres, of one hop */
    int hops;         /* from a device to its access node */
    double loss;
    int radio[IMP_RADIO_MAX]; /* in the order of the medium's settings */
    const char *user_profile;
    double user_error; /* probability that an act has to be repeated, beside the profile's own */
    struct imp_adversary adversary;
    const struct imp_strategy *strategy;
    imp_time limit;   /* the run ends then at the latest */
    uint64_t seed;    /* root seed and replication, hashed together */
    uint64_t session; /* of what is drawn after provisioning: the seed, but in a second session */
    struct imp_value *options[WORLD_MAX_ROLES]; /* by option index; owned */
    uint64_t flaws[WORLD_MAX_ROLES];
    struct world_happening timeline[WORLD_MAX_TIMELINE];
    size_t timeline_count;
    imp_time timeline_end; /* when the last of them has had its time, or 0 */
};
/* Strings borrow from `plan`. Returns 0, or -1 and a sentence. */
int world_spec_parse(struct world_spec *out, const json_t *plan, char *error, size_t cap);
void world_spec_free(struct world_spec *spec);
/* Both: 0, or -1 and why; the second in eng_message(). */
int world_radio_parse(struct world_spec *spec, const json_t *radio, char *error, size_t cap);
int world_radio_set(const struct world_spec *spec, int port);

/* ---- parties
 * ------------------------------------------------------------------------------------- */
struct world_party;
struct world;

struct world_stream { /* a named random stream of a party */
    const char *purpose;
    struct imp_rng rng;
};

/* One event waiting for the party's processor. */
struct world_event {
    struct imp_event event; /* bytes owned */
    int device;             /* whose bootstrapping it belongs to, or -1 */
    struct world_event *next;
};

struct world_timer {
    eng_timer handle;
    int device;
    struct world_party *party;
    unsigned id;
};

/* Where a party meets one channel. */
struct world_binding {
    int port;                       /* engine port, or -1 */
    int sock;                       /* UDP socket, or -1 */
    struct imp_addr self, peer;     /* n = 0: unknown */
    struct world_party *peer_party; /* whose address `peer` is, or NULL */
};

struct world_party {
    struct imp_env env; /* first: the carrier's record */
    struct world *world;
    int index; /* in world->parties; the mirror of an honest party is index + honest count */
    char name[40];
    int cell;                            /* cell number of devices and access parties, or 0 */
    const struct imp_platform *platform; /* NULL: infinitely fast (adversary) */
    struct world_binding bindings[WORLD_MAX_CHANNELS];
    struct world_timer timers[WORLD_MAX_TIMERS];
    struct world_cells cells;
    struct world_stream *streams;
    size_t stream_count;
    struct world_event *head, *tail; /* waiting for the processor */
    imp_time busy_until;
    imp_time cost;       /* processor time charged in the running call */
    int device;          /* device tag of the running call */
    bool running;        /* inside init or event */
    bool initialised;
    bool wake;           /* a wake-up of the processor is pending */
    bool free_of_charge; /* provisioning */
    uint64_t ops[IMP_OP_COUNT];
    struct imp_uplink uplink; /* of a mirror, settled for its next message ... */
    bool settled;             /* ... which is to come */
    bool started;
    bool revealed; /* its long-term keys became the adversary's before everybody had completed */
};

/* ---- measured per device
 * -------------------------------------------------------------------------- */
#define WORLD_ACTS 64 /* of the user, whose times are kept for each device */

enum world_activity { WORLD_USER, WORLD_CPU, WORLD_ACTIVITIES };

struct world_device {
    struct world_party *party;
    int node, port; /* device node and its port on the device's link */
    int cell;
    imp_time start; /* power on */
    imp_time end;   /* every required honest party has completed, or IMP_NEVER */
    bool powered;
    bool role_done[WORLD_MAX_ROLES];
    int active[WORLD_ACTIVITIES]; /* nesting depth now */
    imp_time since;               /* of the present activity */
    imp_time user, cpu, network;  /* the split; adds up to end - start */
    imp_time own_cpu;             /* this device's processor */
    uint64_t messages_device, bytes_device, messages_total, bytes_total;
    unsigned user_acts;
    imp_time act_at[WORLD_ACTS]; /* when they began; also those after completion */
    unsigned act_count;
    bool in_time;            /* complete when the run was measured */
    struct imp_rng user_rng; /* of this device's user: how long acts take */
    struct imp_rng slip_rng; /* and which of them end wrongly */
    bool warned;             /* an alarm was raised in its bootstrapping */
    uint8_t *shown;          /* the out-of-band message that it showed last ... */
    size_t shown_n;
    int shown_channel;               /* ... and where */
    eng_time radio[ENG_RADIO_COUNT]; /* at start, then the difference at end */
    struct eng_count count;          /* likewise */
    bool measured;                   /* the two above hold differences */
};

/* ---- the world
 * -------------------------------------------------------------------------------------- */
struct world_cell_net {           /* one BSS, PAN or segment with its access node */
    int medium, node, port;       /* port of the access node on the device's link */
    int backend_port;             /* -1: no backend */
    int sniffer;                  /* the adversary's radio, or -1 */
    int path[WORLD_MAX_HOPS + 1]; /* ports from the access node on over the relays; the last is the
                                     device's */
    struct world_party *access;   /* or NULL */
};

struct world_content { /* which device a message belonged to when it was sent */
    uint64_t hash;
    int device, message;
    bool injected;            /* it was an adversary who sent it last */
    struct imp_uplink uplink; /* how it went, or an adversary means it to go, over the air ... */
    bool aired;               /* ... which is known */
};
#define WORLD_CONTENTS 65536u

struct world_adversary;
struct world_history;
struct world_crack;

/* What a run is for: itself; the undisturbed twin of another; another session, with one
 * device more that stays off; the same with that one in the place of the first; itself without
 * comparisons. Only the first is compared with the others. */
enum world_purpose { WORLD_RUN, WORLD_TWIN, WORLD_AGAIN, WORLD_OTHER, WORLD_BARE, WORLD_JUDGED };

struct world {
    char failure[200]; /* why the run gives no result; empty: nothing */
    struct world_spec spec;
    enum world_purpose purpose;
    struct world_ledger ledger;
    struct world_twin twin;
    struct world_sessions sessions;
    /* ---- the run's own part, closed when it is measured */
    imp_time measured_at;
    size_t judged_records;
    size_t learnt;               /* facts, as in struct imp_case */
    bool recorded, watched;      /* later knowledge was computed; recovery was watched */
    struct world_party *parties; /* honest ones, then their mirrors */
    size_t honest, party_count;
    size_t first_device; /* index of device 1's party */
    struct world_device *devices;
    struct world_cell_net *cells;
    size_t cell_count;
    int server_node, server_port; /* -1: no server role */
    int apart_port;               /* of a server on a node of its own (world_apart), or -1 */
    int backend_medium;           /* or -1 */
    struct world_connection *connections;
    struct listener *listeners; /* stream.c */
    int backend_sniffer;
    struct world_party *server;
    struct world_content *contents;
    struct imp_record *records; /* claims */
    size_t record_count, record_cap;
    struct imp_trace *trace;
    struct imp_knowledge knowledge;
    struct world_history *history;     /* NULL: nobody is there */
    struct world_crack *crack;         /* NULL: no off-line work */
    struct world_symbols *symbols;     /* names of states, or NULL (symbols.h) */
    struct world_adversary *adversary; /* NULL: nobody is there */
    int done;                          /* devices that completed */
    bool finished;
    imp_time finished_at;
    json_t *power; /* a profile that is being made (power.h), or NULL */
};

/* run.c: as imp_world_run, with its device's power watched. */
json_t *world_run_watched(const json_t *plan, json_t *power);

/* power.c: nothing unless this device is watched */
void world_power_start(struct world *w, int device);
void world_power_busy(struct world *w, int device, imp_time from, imp_time to); /* its processor */
void world_power_end(struct world *w, int device);

/* env.c */
extern const struct imp_env_ops world_env_ops;

/* party.c */
void *world_copy(const void *p, size_t n); /* the caller frees it */
void world_parties_make(struct world *w);
void world_parties_provision(struct world *w);
void world_parties_free(struct world *w);

/* processor.c */
void world_party_drop_events(struct world_party *p);
/* Queues an event (bytes copied) for the party's processor. */
void world_party_event(struct world_party *p, const struct imp_event *event, int device);
void world_party_start(struct world_party *p, int device);
static inline bool world_honest(const struct world_party *p)
{
    return !p->env.adversary;
}
/* Loses everything but its cells; starts anew when it is started the next time. */
void world_party_power_off(struct world_party *p);
struct world_party *world_mirror(struct world_party *p); /* of an honest party; NULL without one */
struct world_party *
world_origin(struct world_party *p); /* the honest party that a mirror mirrors */
struct world_party *world_party_at(struct world *w, int channel, int role,
                                   const struct imp_addr *addr);

/* channel.c: between channels and the engine */
void world_channels_open(struct world *w);
void world_channel_send(struct world_party *p, int channel, const struct imp_addr *to, int message,
                        const uint8_t *bytes, size_t n, int device);
void world_channel_received(struct world_party *p, int channel, const struct imp_addr *from,
                            const uint8_t *bytes, size_t n);
/* The same with the device that it belongs to. */
void world_channel_arrived(struct world_party *p, int channel, const struct imp_addr *from,
                           const uint8_t *bytes, size_t n, int device);
void world_frame_in(void *arg, int port, eng_addr src, eng_addr dst, uint16_t ethertype,
                    const uint8_t *p, size_t n); /* arg: the port's party */
int world_channel_of(const struct world *w, bool datagram, uint16_t number);
/* As above, of a channel on that link if there is one: a number may serve on both. */
int world_channel_on(const struct world *w, enum imp_link link, bool datagram, uint16_t number);
void world_addr_link(struct imp_addr *out, eng_addr a, bool extended);
void world_addr_ip(struct imp_addr *out, const uint8_t ip[16], uint16_t port);
void world_endpoint(struct eng_endpoint *out, const struct imp_addr *a);
bool world_group(struct eng_endpoint *out, const struct imp_channel *c); /* false: has none */
bool world_crosses(const struct world *w, int channel); /* the device's link or the backend */
enum imp_link world_channel_link(const struct world *w, int channel);
void world_content_put(struct world *w, int channel, int message, const uint8_t *p, size_t n,
                       int device);
void world_content_inject(struct world *w, int channel, int message, const uint8_t *p, size_t n,
                          int device); /* the same for what an adversary sends */
/* What is known of that content, or NULL. */
struct world_content *world_content_of(const struct world *w, int channel, const uint8_t *p,
                                       size_t n);
/* The device, or -1; the message's label (or -1) into *message unless that is NULL. */
int world_content_get(const struct world *w, int channel, const uint8_t *p, size_t n, int *message);

/* A stream joins and cuts what was sent: how many of the n octets, which follow on *hash (0 at a
 * message's beginning), reach as far as the end of a message that was sent; then *hash becomes 0
 * and *device its device. Else n, with -1. */
size_t world_content_reach(const struct world *w, int channel, uint64_t *hash, const uint8_t *p,
                           size_t n, int *device);

/* uplink.c: data rates and channels of uplinks */
void world_uplink_next(struct world_party *p, int channel, struct imp_uplink *out);
/* An honest party tunes its radio; a mirror has none of its own. */
void world_uplink_channels(struct world_party *p, int channel, const uint32_t *hertz, size_t n);
/* Of the frame that the engine hands to a party now; zero where there is none. */
struct imp_uplink world_uplink_now(const struct world_party *p, int channel);
/* A mirror sends what it asked for before; an adversary's radio reads; what was read is handed to a
 * mirror; and goes out by that radio once more, as it was. */
void world_uplink_sent(struct world_party *mirror, int channel, const uint8_t *bytes, size_t n);
void world_uplink_read(struct world *w, int channel, const struct eng_unit *u);
struct imp_uplink world_uplink_known(const struct world *w, int channel, const uint8_t *bytes,
                                     size_t n);
void world_uplink_again(const struct world *w, int channel, const uint8_t *bytes, size_t n,
                        int radio);

/* stream.c: a channel of service STREAM; one connection is one correspondent */
void world_channel_open(struct world_party *p, int channel, const struct imp_addr *to, int device);
void world_channel_close(struct world_party *p, int channel, const struct imp_addr *to);
void world_stream_listen(struct world_party *p, int channel);
void world_stream_send(struct world_party *p, int channel, const struct imp_addr *to,
                       const uint8_t *bytes, size_t n);
bool world_stream_taken(const struct world_party *p, int channel, const struct imp_addr *to);
/* The honest party that is meant by it, or NULL. */
struct world_party *world_stream_partner(const struct world_party *p, int channel,
                                         const struct imp_addr *to);
void world_streams_free(struct world *w);

/* topology.c */
/* Whether that server has a node of its own: another one takes part, and the role is such a one. */
bool world_apart(const struct world *w, int role);
int world_build(struct world *w, const char *pcap_dir, char *error, size_t cap);

/* timeline.c */
int world_timeline_parse(struct world_spec *s, const json_t *list, char *error, size_t cap);
void world_timeline_schedule(struct world *w);
void world_happen(struct world *w, struct world_party *p, const struct world_happening *h);

/* user.c */
void world_user_prompt(struct world_party *p, unsigned act, int device);
void world_user_oob(struct world_party *p, int channel, int message, const uint8_t *bytes, size_t n,
                    int device);

/* meter.c */
void world_meter_start(struct world *w, int device);
void world_meter_activity(struct world *w, int device, enum world_activity a, int change);
void world_meter_role_done(struct world *w, int device, int role);
void world_meter_end(struct world *w, int device); /* takes the measures now */

/* run.c: a run of its own for `tell`, which is given the world and the result before they go, and
 * whose answer is returned; a run that failed gives its result, with `why`. Takes the process: one
 * run a process. */
json_t *world_run_apart(const json_t *plan, enum world_purpose purpose, unsigned session,
                        json_t *(*tell)(struct world *w, json_t *result));

static inline bool world_is_session(const struct world *w)
{
    return w->purpose == WORLD_AGAIN || w->purpose == WORLD_OTHER;
}

/* The device that comes first: in WORLD_OTHER the last, and the one numbered 0 stays off. */
static inline int world_subject(const struct world *w)
{
    return w->purpose == WORLD_OTHER ? w->spec.devices - 1 : 0;
}

/* result.c */
json_t *world_result(struct world *w);
json_t *world_verdicts(struct world *w); /* status and verdicts alone */

/* adversary.c, adversary_oob.c: the adversary at work */
/* Returns 0, or -1 and a sentence when the strategy cannot begin. */
int world_adversary_open(struct world *w, char *error, size_t cap);
void world_adversary_free(struct world *w);
/* The run ends here as a harness failure, for the first reason that is given. */
__attribute__((format(printf, 2, 3))) void world_fail(struct world *w, const char *format, ...);
const char *world_adversary_failure(const struct world *w);  /* its strategy failed: why; or NULL */
void world_adversary_device_up(struct world *w, int device); /* its link is up */
/* A device believes that it is operational. */
void world_adversary_device_done(struct world *w, int device);
void world_adversary_all_done(struct world *w); /* every honest party has completed */
/* An honest party shows an out-of-band message: the adversary may look. Returns true when it has
 * the right to write and takes the delivery over. */
bool world_adversary_oob(struct world_party *from, int channel, int message, const uint8_t *bytes,
                         size_t n, int device);
/* The user's act on that channel is over and delivery was taken over. He meant that device, for
 * that party (or NULL): so it is in the ledger once something is handed over. */
void world_adversary_oob_deliver(struct world *w, int channel, int device, int meant,
                                 const struct world_party *with);
/* A mirror sends, or shows something out of band. */
void world_adversary_send(struct world_party *p, int channel, const struct imp_addr *to,
                          int message, const uint8_t *bytes, size_t n);
void world_adversary_emit(struct world_party *p, int channel, const uint8_t *bytes, size_t n,
                          int device);
/* adversary_streams.c: an honest party connects: is it answered by the adversary? An own party
 * connects: over the network, or in memory? */
bool world_adversary_takes(struct world *w, const struct world_party *p, int channel);
bool world_adversary_connects(struct world *w, const struct world_party *p, int channel);
/* An honest party sends on a stream that is not taken over. True: the adversary keeps it back. */
bool world_adversary_stream(struct world_party *p, int channel, const struct imp_addr *to,
                            int message, const uint8_t *bytes, size_t n, int device);
bool world_adversary_corrupts(const struct world *w, const struct world_party *p);
bool world_adversary_acts_late(const struct world *w); /* it has rights after completion */
json_t *world_adversary_json(const struct world *w);
size_t world_adversary_acts(const struct world *w);

#endif
