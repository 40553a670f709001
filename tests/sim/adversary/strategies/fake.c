/* SPDX-License-Identifier: GPL-2.0-only */
#include "fake.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct imp_role roles[] = {{.name = "node", .kind = IMP_ROLE_DEVICE},
                                        {.name = "point", .kind = IMP_ROLE_ACCESS},
                                        {.name = "server", .kind = IMP_ROLE_SERVER},
                                        {0}};
static const struct imp_channel channels[] = {
    {.name = "link", .service = IMP_SERVICE_FRAME, .a = 0, .b = 1},
    {.name = "back", .service = IMP_SERVICE_DATAGRAM, .a = 1, .b = 2},
    {.name = "label", .service = IMP_SERVICE_OOB, .a = 0, .b = 2},
    {0}};
static const struct imp_message messages[] = {{.name = "hello", .channel = LINK},
                                              {.name = "key", .channel = LINK},
                                              {.name = "bye", .channel = LINK},
                                              {.name = "labelled", .channel = LABEL},
                                              {0}};
static const struct imp_guess guesses[] = {{.name = "pin", .role = 0}, {0}};
static const struct imp_severance severances[] = {{"reset", 0, false}, {"let-go", 1, false}, {0}};
static const struct imp_mechanism mechanism = {.severances = severances,
                                               .guesses = guesses,

                                               .name = "fake",
                                               .roles = roles,
                                               .channels = channels,
                                               .messages = messages};

static const struct imp_adv_party parties[2 * PARTIES] = {
    [SERVER] = {"server", 2, IMP_ROLE_SERVER, -1, 0},
    [ACCESS_1] = {"access-1", 1, IMP_ROLE_ACCESS, -1, 0},
    [ACCESS_2] = {"access-2", 1, IMP_ROLE_ACCESS, -1, 1},
    [DEVICE_1] = {"device-1", 0, IMP_ROLE_DEVICE, 0, 0},
    [DEVICE_2] = {"device-2", 0, IMP_ROLE_DEVICE, 1, 1},
    [PARTIES + SERVER] = {"own/server", 2, IMP_ROLE_SERVER, -1, 0},
    [PARTIES + ACCESS_1] = {"own/access-1", 1, IMP_ROLE_ACCESS, -1, 0},
    [PARTIES + ACCESS_2] = {"own/access-2", 1, IMP_ROLE_ACCESS, -1, 1},
    [PARTIES + DEVICE_1] = {"own/device-1", 0, IMP_ROLE_DEVICE, 0, 0},
    [PARTIES + DEVICE_2] = {"own/device-2", 0, IMP_ROLE_DEVICE, 1, 1},
};

static struct fake *of(struct imp_adv *a)
{
    return (struct fake *)a;
}

static void write_down(struct imp_adv *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void write_down(struct imp_adv *a, const char *format, ...)
{
    struct fake *f = of(a);
    size_t used = strlen(f->log);
    va_list args;
    va_start(args, format);
    vsnprintf(f->log + used, sizeof f->log - used, format, args);
    va_end(args);
}

/* ---- addresses: one octet, the party's index + 1; mirrors have those of their twins */
static bool address(struct imp_adv *a, int party, int channel, struct imp_addr *out)
{
    int role = parties[party].role;
    (void)a;
    *out = (struct imp_addr){.n = 1, .bytes = {(uint8_t)(party % PARTIES + 1)}};
    return channels[channel].service != IMP_SERVICE_OOB &&
           (channels[channel].a == role || channels[channel].b == role);
}

static const char *at(const struct imp_addr *addr)
{
    return addr->n ? parties[addr->bytes[0] - 1].name : "all";
}

/* ---- acts */
static int granted(struct imp_adv *a)
{
    return of(a)->refuses ? -1 : 0;
}

static int inject(struct imp_adv *a, const struct imp_letter *l)
{
    write_down(a, "inject %s as %s", messages[l->message].name, parties[l->as].name);
    if (l->from.n)
        write_down(a, " from %.*s", l->from.n, (const char *)l->from.bytes);
    write_down(a, " to %s: %.*s\n", at(&l->to), (int)l->n, (const char *)l->bytes);
    return granted(a);
}

static int oob_write(struct imp_adv *a, int channel, int device, const void *bytes, size_t n)
{
    write_down(a, "oob-write %s of device-%d: %.*s\n", channels[channel].name, device + 1, (int)n,
               (const char *)bytes);
    return granted(a);
}

static int reveal(struct imp_adv *a, int party, enum imp_reveal what)
{
    write_down(a, "reveal %s of %s\n", imp_reveal_name(what), parties[party].name);
    return granted(a);
}

static int corrupt(struct imp_adv *a, int party)
{
    write_down(a, "corrupt %s\n", parties[party].name);
    return granted(a);
}

static int adopt(struct imp_adv *a)
{
    write_down(a, "adopt\n");
    return of(a)->adopts;
}

static int touch(struct imp_adv *a, int device, enum imp_event_kind event, const char *word)
{
    write_down(a, "touch device-%d: %s\n", device + 1, word ? word : "");
    (void)event;
    return granted(a);
}

static int memory(struct imp_adv *a, int device)
{
    write_down(a, "memory of device-%d\n", device + 1);
    return granted(a);
}

static int attempt(struct imp_adv *a)
{
    return of(a)->tries-- > 0 ? 0 : -1;
}

static int crack(struct imp_adv *a)
{
    write_down(a, "crack\n");
    return of(a)->found;
}

/* Three candidates: "0", "1", "2". */
static size_t candidate(struct imp_adv *a, const struct imp_guess *g, int party, uint64_t i,
                        uint8_t out[IMP_GUESS_MAX])
{
    (void)a;
    cr_expect_str_eq(g->name, "pin");
    cr_expect_eq(party, DEVICE_1);
    out[0] = (uint8_t)('0' + i);
    return i < 3;
}

static void start(struct imp_adv *a, int mirror, int device)
{
    (void)device;
    write_down(a, "start %s\n", parties[mirror].name);
}

static void control(struct imp_adv *a, int mirror, const char *word)
{
    write_down(a, "say %s to %s\n", word, parties[mirror].name);
}

static void feed(struct imp_adv *a, int mirror, int channel, const struct imp_addr *from,
                 const uint8_t *bytes, size_t n)
{
    (void)channel;
    write_down(a, "feed %s from %s: %.*s\n", parties[mirror].name, from->n ? at(from) : "nowhere",
               (int)n, (const char *)bytes);
}

static void between(struct imp_adv *a, const struct imp_letter *l)
{
    write_down(a, "between from %s to %s: %.*s\n", parties[l->as].name, at(&l->to), (int)l->n,
               (const char *)l->bytes);
}

static void timer(struct imp_adv *a, unsigned id, imp_time delay)
{
    of(a)->due[id] = delay < 0 ? -1 : a->now + delay;
}

static void dice(struct imp_adv *a, void *out, size_t n)
{
    memset(out, of(a)->dice, n);
}

static bool knows(struct imp_adv *a, const void *bytes, size_t n)
{
    (void)a;
    (void)bytes;
    return n == 0;
}

static void learn(struct imp_adv *a, const void *bytes, size_t n, const char *source)
{
    (void)source;
    write_down(a, "learn %.*s\n", (int)n, (const char *)bytes);
}

static bool may(struct imp_adv *a, enum imp_link link, enum imp_power power)
{
    return of(a)->may[link][power];
}

static bool may_oob(struct imp_adv *a, int channel, enum imp_power power)
{
    (void)channel;
    return power == IMP_POWER_READ ? of(a)->oob_read : of(a)->oob_write;
}

static void note(struct imp_adv *a, const char *sentence)
{
    (void)a;
    cr_expect_gt(strlen(sentence), 5);
}

static void fail(struct imp_adv *a, const char *sentence)
{
    write_down(a, "fail %s\n", sentence);
}

static const struct imp_adv_ops ops = {.inject = inject,
                                       .oob_write = oob_write,
                                       .reveal = reveal,
                                       .adopt = adopt,
                                       .corrupt = corrupt,
                                       .touch = touch,
                                       .memory = memory,
                                       .attempt = attempt,
                                       .crack = crack,
                                       .candidate = candidate,
                                       .start = start,
                                       .control = control,
                                       .feed = feed,
                                       .between = between,
                                       .address = address,
                                       .timer = timer,
                                       .random = dice,
                                       .knows = knows,
                                       .learn = learn,
                                       .may = may,
                                       .may_oob = may_oob,
                                       .note = note,
                                       .fail = fail};

/* ---- a run on paper */
static void set_params(struct imp_adversary *r, va_list args)
{
    const char *name;
    for (size_t i = 0; (name = va_arg(args, const char *)); i++)
        r->params[i] = (struct imp_param){name, va_arg(args, const char *)};
}

static int begin(struct fake *f, const char *strategy, int devices, va_list args, char *error,
                 size_t cap)
{
    *f = (struct fake){.strategy = imp_strategy_find(strategy), .rights.strategy = strategy};
    cr_assert_not_null(f->strategy, "no strategy %s", strategy);
    memset(f->may, 1, sizeof f->may);
    for (size_t i = 0; i < sizeof f->due / sizeof *f->due; i++)
        f->due[i] = -1;
    set_params(&f->rights, args);
    f->adv = (struct imp_adv){.ops = &ops,
                              .mechanism = &mechanism,
                              .rights = &f->rights,
                              .parties = parties,
                              .honest = PARTIES,
                              .party_count = 2 * PARTIES,
                              .devices = devices,
                              .state = calloc(1, f->strategy->state_size + 1)};
    if (f->strategy->check && f->strategy->check(&f->rights, &mechanism, error, cap) != 0)
        return -1;
    return f->strategy->open ? f->strategy->open(&f->adv, error, cap) : 0;
}

void fake_open(struct fake *f, const char *strategy, ...)
{
    char error[200] = "";
    va_list args;
    va_start(args, strategy);
    cr_assert_eq(begin(f, strategy, 2, args, error, sizeof error), 0, "%s", error);
    va_end(args);
}

const char *fake_refusal(const char *strategy, int devices, ...)
{
    static char error[200];
    struct fake f;
    va_list args;
    va_start(args, devices);
    *error = '\0';
    int status = begin(&f, strategy, devices, args, error, sizeof error);
    va_end(args);
    cr_expect_eq(status == 0, *error == '\0', "a refusal comes with a sentence");
    fake_close(&f);
    return error;
}

void fake_close(struct fake *f)
{
    if (f->strategy->close)
        f->strategy->close(&f->adv);
    free(f->adv.state);
}

enum imp_answer fake_seen(struct fake *f, imp_time ms, int from, int to, int message,
                          const char *text)
{
    struct imp_unit u = {.channel = messages[message].channel,
                         .message = message,
                         .from = from,
                         .to = to,
                         .group = to < 0,
                         .device = parties[from].device >= 0 ? parties[from].device
                                   : to >= 0                 ? parties[to].device
                                                             : -1,
                         .bytes = (const uint8_t *)text,
                         .n = strlen(text)};
    f->adv.now = ms * IMP_MS;
    address(&f->adv, from, u.channel, &u.source);
    if (to >= 0)
        address(&f->adv, to, u.channel, &u.target);
    return f->strategy->seen ? f->strategy->seen(&f->adv, &u) : IMP_PASS;
}

enum imp_answer fake_oob(struct fake *f, int device, const char *text)
{
    struct imp_unit u = {.channel = LABEL,
                         .message = LABELLED,
                         .from = DEVICE_1 + device,
                         .to = SERVER,
                         .device = device,
                         .bytes = (const uint8_t *)text,
                         .n = strlen(text)};
    return f->strategy->oob(&f->adv, &u);
}

void fake_moment(struct fake *f, enum imp_moment m, int device)
{
    f->strategy->moment(&f->adv, m, device);
}

void fake_own(struct fake *f, int party, int to, int message, const char *text)
{
    struct imp_letter l = {.channel = messages[message].channel,
                           .message = message,
                           .as = party + PARTIES,
                           .device = -1,
                           .bytes = (const uint8_t *)text,
                           .n = strlen(text)};
    address(&f->adv, to, l.channel, &l.to);
    f->strategy->own_send(&f->adv, &l);
}

void fake_own_oob(struct fake *f, int device, const char *text)
{
    f->strategy->own_oob(&f->adv, DEVICE_1 + device + PARTIES, LABEL, device, (const uint8_t *)text,
                         strlen(text));
}

void fake_pass(struct fake *f, imp_time ms)
{
    for (;;) {
        unsigned first = 4;
        for (unsigned i = 0; i < 4; i++)
            if (f->due[i] >= 0 && f->due[i] <= ms * IMP_MS &&
                (first == 4 || f->due[i] < f->due[first]))
                first = i;
        if (first == 4)
            break;
        f->adv.now = f->due[first];
        f->due[first] = -1;
        f->strategy->timer(&f->adv, first);
    }
    f->adv.now = ms * IMP_MS;
}

void fake_expect(struct fake *f, const char *log)
{
    cr_expect_str_eq(f->log, log, "asked for:\n%sbut expected:\n%s", f->log, log);
    f->log[0] = '\0';
}
