/* SPDX-License-Identifier: GPL-2.0-only */
/* run_cost.c - a complete run over its floor: the same cryptographic operations alone, plus the
 * same messages alone on the same media, those of streams as datagrams. What is above 1 is the
 * price of parties, world and judge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/support/measure.h"
#include "protocols/contract/mechanism.h"
#include "protocols/crypto/crypto.h"
#include "sim/ns3/engine.h"
#include "sim/world/run.h"

#define REPEATS 15

static void run(void *arg)
{
    json_decref(imp_world_run(arg, NULL));
}

/* ---- floor, first part: the operations that were charged
 * ------------------------------------------ */
static void random_octets(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    (void)env;
    (void)purpose;
    memset(out, 0x55, n);
}

static void no_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    (void)env;
    (void)op;
    (void)quantity;
}

static const struct imp_env_ops bare = {.random = random_octets, .charge = no_charge};

static void operation(struct imp_env *env, enum imp_op op, uint64_t quantity)
{
    static uint8_t buffer[4096], key[64], pub[64], sig[64];
    struct imp_piece piece = IMP_PIECE(buffer, 64);
    uint64_t blocks = (quantity + 63) / 64;
    switch (op) {
    case IMP_OP_AES:
        for (uint64_t i = 0; i < quantity; i += 16)
            imp_aes_encrypt(env, buffer, key, buffer);
        break;
    case IMP_OP_SHA256: /* 64 octets cost two blocks, padding included */
        for (uint64_t i = 0; i < blocks; i += 2)
            imp_sha256(env, buffer, &piece, 1);
        break;
    case IMP_OP_SHA1:
        for (uint64_t i = 0; i < blocks; i += 2)
            imp_sha1(env, buffer, &piece, 1);
        break;
    case IMP_OP_MD5:
        for (uint64_t i = 0; i < blocks; i += 2)
            imp_md5(env, buffer, &piece, 1);
        break;
    case IMP_OP_P256_KEYGEN:
        for (uint64_t i = 0; i < quantity; i++)
            imp_p256_keypair(env, "floor", pub, key);
        break;
    case IMP_OP_P256_ECDH:
        imp_p256_keypair(env, "floor", pub, key);
        for (uint64_t i = 0; i < quantity; i++)
            imp_p256_shared(env, buffer, key, pub);
        break;
    case IMP_OP_P256_SIGN:
        imp_p256_keypair(env, "floor", pub, key);
        for (uint64_t i = 0; i < quantity; i++)
            imp_p256_sign(env, "floor", sig, key, &piece, 1);
        break;
    case IMP_OP_P256_VERIFY:
        imp_p256_keypair(env, "floor", pub, key);
        imp_p256_sign(env, "floor", sig, key, &piece, 1);
        for (uint64_t i = 0; i < quantity; i++)
            imp_p256_verify(env, sig, pub, &piece, 1);
        break;
    case IMP_OP_X25519:
        for (uint64_t i = 0; i < quantity; i++)
            imp_x25519_public(env, pub, key);
        break;
    case IMP_OP_ED25519_SIGN:
        for (uint64_t i = 0; i < quantity; i++)
            imp_ed25519_sign(env, sig, key, buffer, 64);
        break;
    case IMP_OP_ED25519_VERIFY:
        for (uint64_t i = 0; i < quantity; i++)
            imp_ed25519_verify(env, sig, pub, buffer, 64);
        break;
    default: /* random octets and codecs are part of what is measured against the floor */
        break;
    }
}

static void operations(void *arg)
{
    const json_t *all = arg, *role, *count;
    const char *name, *op_name;
    struct imp_env env = {.ops = &bare};
    json_object_foreach((json_t *)all, name, role)
    {
        json_object_foreach((json_t *)role, op_name, count)
        {
            for (int op = 0; op < IMP_OP_COUNT; op++)
                if (strcmp(imp_op_name((enum imp_op)op), op_name) == 0)
                    operation(&env, (enum imp_op)op, (uint64_t)json_integer_value(count));
        }
    }
}

/* ---- floor, second part: the messages alone
 * ---------------------------------------------------------- */
struct traffic {
    const json_t *plan, *trace;
    const struct imp_mechanism *mechanism;
    int device, hub, uplink, server; /* ports */
    int sock[4];                     /* sockets on them, opened for datagrams */
    struct eng_endpoint at[4];
};

enum { DEVICE, HUB, UPLINK, SERVER };

struct message {
    struct traffic *t;
    int from, to;
    bool frame;
    size_t n;
};

static void transmit(void *arg)
{
    static const uint8_t zeros[4096];
    struct message *m = arg;
    struct traffic *t = m->t;
    int ports[] = {t->device, t->hub, t->uplink, t->server};
    if (m->frame)
        eng_frame_send(ports[m->from], eng_link_address(ports[m->to]), 0x888e, zeros, m->n);
    else
        eng_udp_send(t->sock[m->from], &t->at[m->to], zeros, m->n);
    free(m);
}

static void ignore(void *arg, int sock, const struct eng_endpoint *src,
                   const struct eng_endpoint *dst, const uint8_t *p, size_t n)
{
    (void)arg;
    (void)sock;
    (void)src;
    (void)dst;
    (void)p;
    (void)n;
}

static enum eng_kind kind(const json_t *plan, const char *key)
{
    const char *name = json_string_value(json_object_get(plan, key));
    for (int k = 0; k < ENG_KIND_COUNT; k++)
        if (strcmp(eng_kind_name((enum eng_kind)k), name) == 0)
            return (enum eng_kind)k;
    return ENG_ETHERNET;
}

static int attach(double x, int medium, enum eng_role role, int node)
{
    return eng_attach(&(struct eng_port){
        .node = node >= 0 ? node : eng_node(x, 0, 1), .medium = medium, .role = role});
}

static void open_ports(struct traffic *t)
{
    int link = eng_medium(&(struct eng_medium){.kind = kind(t->plan, "medium"),
                                               .pan = 0xabc0,
                                               .prefix = "2001:db8:1:1::",
                                               .ssid = "imprint-1"});
    int back = eng_medium(
        &(struct eng_medium){.kind = kind(t->plan, "backend"), .prefix = "2001:db8:2:1::"});
    int hub = eng_node(0, 0, 1);
    t->hub = attach(0, link, ENG_HUB, hub);
    t->server = attach(200, back, ENG_HUB, -1);
    t->uplink = attach(0, back, ENG_STATION, hub);
    t->device = attach(10, link, ENG_STATION, -1);
    eng_ip_start();
    int ports[] = {t->device, t->hub, t->uplink, t->server};
    for (int i = 0; i < 4; i++) {
        eng_frames_on(ports[i], 0x888e);
        t->sock[i] = eng_udp(ports[i], (uint16_t)(5684 + i), ignore, NULL);
        t->at[i].port = (uint16_t)(5684 + i);
        if (i < UPLINK)
            eng_ip_linklocal(ports[i], t->at[i].ip);
        else
            eng_ip_address(ports[i], t->at[i].ip);
    }
}

/* Which of the four ports sends and which receives. */
static void ends(const struct traffic *t, const json_t *e, struct message *m)
{
    const char *channel = json_string_value(json_object_get(e, "channel"));
    bool device = strncmp(json_string_value(json_object_get(e, "from")), "device-", 7) == 0;
    for (const struct imp_channel *c = t->mechanism->channels; c->name; c++) {
        if (strcmp(c->name, channel) != 0)
            continue;
        const struct imp_role *roles = t->mechanism->roles;
        bool link = roles[c->a].kind == IMP_ROLE_DEVICE || roles[c->b].kind == IMP_ROLE_DEVICE;
        bool up = strcmp(json_string_value(json_object_get(e, "to")), "server") == 0;
        m->frame = c->service == IMP_SERVICE_FRAME;
        m->from = link ? (device ? DEVICE : HUB) : up ? UPLINK : SERVER;
        m->to = link ? (device ? HUB : DEVICE) : up ? SERVER : UPLINK;
    }
}

static void messages(void *arg)
{
    struct traffic *t = arg;
    const json_t *e;
    size_t i;
    eng_time last = 0;
    eng_open(1, 1);
    open_ports(t);
    json_array_foreach(t->trace, i, e)
    {
        if (strcmp(json_string_value(json_object_get(e, "kind")), "send") != 0)
            continue;
        struct message *m = calloc(1, sizeof *m);
        *m = (struct message){.t = t, .n = (size_t)json_integer_value(json_object_get(e, "n"))};
        ends(t, e, m);
        last = json_integer_value(json_object_get(e, "t"));
        eng_after(last, transmit, m);
    }
    eng_run(last + 100000000);
    eng_close();
}

/* ---- the ratio
 * ------------------------------------------------------------------------------------------ */
/* In a child, so that every measured run starts from the same warmed process. */
static json_t *result_of(const json_t *plan)
{
    int fds[2];
    if (pipe(fds) != 0)
        exit(3);
    pid_t pid = fork();
    if (pid == 0) {
        json_t *r = imp_world_run(plan, NULL);
        _exit(json_dumpfd(r, fds[1], JSON_COMPACT) == 0 ? 0 : 1);
    }
    close(fds[1]);
    FILE *f = fdopen(fds[0], "r");
    json_t *result = f ? json_loadf(f, 0, NULL) : NULL;
    if (f)
        fclose(f);
    waitpid(pid, NULL, 0);
    if (!result)
        exit(3);
    return result;
}

static int mechanism(const char *name)
{
    char keys[80];
    snprintf(keys, sizeof keys, "{\"mechanism\":\"%s\"}", name);
    json_t *plan = measure_plan(keys), *result = result_of(plan);
    struct traffic t = {.plan = plan,
                        .trace = json_object_get(result, "trace"),
                        .mechanism = imp_mechanism_find(name)};
    double whole = measure(run, plan, REPEATS).seconds;
    double crypto = measure(operations, json_object_get(result, "ops"), REPEATS).seconds;
    double frames = measure(messages, &t, REPEATS).seconds;
    printf("| %s | %.2f | %.0f | %.2f | %.2f | %.2f |\n", name, whole * 1e3, 1 / whole,
           crypto * 1e3, frames * 1e3, whole / (crypto + frames));
    fflush(stdout);
    json_decref(result);
    json_decref(plan);
    return 0;
}

int main(void)
{
    imp_world_warm();
    printf("| mechanism | run, CPU ms | runs/s of a core | operations alone | messages alone | "
           "ratio |\n"
           "|--|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; imp_mechanisms[i]; i++)
        mechanism(imp_mechanisms[i]->name);
    return 0;
}
