/* SPDX-License-Identifier: GPL-2.0-only */
/* rights_json.c - rights as they stand in a plan line: members that say nothing are left out, so
 * that equal rights are equal octets. */
#include "rights.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME(id, text) text,
static const char *const whens[] = {IMP_WHENS(NAME)};
static const char *const powers[] = {IMP_POWERS(NAME)};
static const char *const reveals[] = {IMP_REVEALS(NAME)};
static const char *const weaknesses[] = {IMP_WEAKNESSES(NAME)};
static const char *const user_errors[] = {IMP_USER_ERRORS(NAME)};
static const char *const places[] = {IMP_PLACES(NAME)};
static const char *const links[] = {"device", "backend"};
static const char *const units[] = {"candidates", "operations"};
static const char *const sessions[] = {"sequential", "parallel"};
static const char *const oob_powers[] = {"read", "write"};
static const char *const members[] = {"name",       "network",   "oob",       "keys",
                                      "tries",      "work_bits", "work_unit", "sessions",
                                      "weaknesses", "user",      "place",     "strategy"};
#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))
#define MAX_SECONDS 1e9

/* ---- writing ------------------------------------------------------------------------------------
 */
static json_t *seconds(imp_time t)
{
    double s = (double)t / (double)IMP_S;
    return s == floor(s) ? json_integer((json_int_t)s) : json_real(s);
}

static json_t *window_json(const struct imp_window *w)
{
    if (w->when == IMP_WHEN_BETWEEN)
        return json_pack("[o, o]", seconds(w->from), seconds(w->until));
    return json_string(imp_when_name(w->when));
}

static void set_window(json_t *j, const char *key, const struct imp_window *w)
{
    if (w->when != IMP_WHEN_NEVER)
        json_object_set_new(j, key, window_json(w));
}

/* Takes `value`, leaves it out when it is empty. */
static void set_filled(json_t *j, const char *key, json_t *value)
{
    if (json_object_size(value) || json_array_size(value))
        json_object_set_new(j, key, value);
    else
        json_decref(value);
}

static json_t *network_json(const struct imp_adversary *a)
{
    json_t *network = json_object();
    for (int l = 0; l < IMP_LINK_COUNT; l++) {
        json_t *link = json_object();
        for (int p = 0; p < IMP_POWER_COUNT; p++)
            set_window(link, powers[p], &a->network[l][p]);
        set_filled(network, links[l], link);
    }
    return network;
}

static json_t *oob_json(const struct imp_adversary *a)
{
    json_t *oob = json_object();
    for (const struct imp_oob_right *o = a->oob; o->channel; o++) {
        json_t *channel = json_object();
        set_window(channel, "read", &o->read);
        set_window(channel, "write", &o->write);
        set_filled(oob, o->channel, channel);
    }
    return oob;
}

static json_t *keys_json(const struct imp_adversary *a)
{
    json_t *keys = json_array();
    for (const struct imp_key_right *k = a->keys; k->role; k++) {
        json_t *j = json_pack("{s:s, s:s, s:o}", "role", k->role, "reveal",
                              imp_reveal_name(k->reveal), "when", window_json(&k->when));
        if (k->device >= 0)
            json_object_set_new(j, "device", json_integer(k->device + 1));
        json_array_append_new(keys, j);
    }
    return keys;
}

static json_t *names_json(unsigned mask, const char *const *names, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        if (mask >> i & 1)
            json_array_append_new(list, json_string(names[i]));
    return list;
}

static json_t *user_json(const struct imp_adversary *a)
{
    json_t *user = json_object();
    for (int i = 0; i < IMP_USER_ERROR_COUNT; i++)
        if (a->user[i] != 0)
            json_object_set_new(user, user_errors[i], json_real(a->user[i]));
    return user;
}

static json_t *place_json(const struct imp_adversary *a)
{
    json_t *place = json_object();
    for (int i = 0; i < IMP_PLACE_COUNT; i++)
        set_window(place, places[i], &a->place[i]);
    return place;
}

static json_t *strategy_json(const struct imp_adversary *a)
{
    json_t *j = json_pack("{s:s}", "name", a->strategy ? a->strategy : "none");
    for (const struct imp_param *p = a->params; p->name; p++)
        if (json_object_set_new(j, p->name, json_string(p->value)) != 0) {
            json_decref(j);
            return NULL;
        }
    return j;
}

json_t *imp_adversary_json(const struct imp_adversary *a)
{
    json_t *strategy = strategy_json(a);
    json_t *j = json_pack("{s:s, s:o}", "name", a->name, "strategy", strategy);
    if (!j)
        return NULL;
    set_filled(j, "network", network_json(a));
    set_filled(j, "oob", oob_json(a));
    set_filled(j, "keys", keys_json(a));
    set_filled(j, "weaknesses", names_json(a->weaknesses, weaknesses, IMP_WEAKNESS_COUNT));
    set_filled(j, "user", user_json(a));
    set_filled(j, "place", place_json(a));
    if (a->tries >= 0)
        json_object_set_new(j, "tries", json_integer(a->tries));
    if (a->work_bits)
        json_object_set_new(j, "work_bits", json_integer(a->work_bits));
    if (a->operations)
        json_object_set_new(j, "work_unit", json_string(units[1]));
    if (imp_adversary_present(a))
        json_object_set_new(j, "sessions", json_string(sessions[a->parallel]));
    return j;
}

/* ---- reading ------------------------------------------------------------------------------------
 */
struct reader {
    struct imp_adversary a;
    char *error;
    size_t cap;
};

static int fail(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct reader *r, const char *format, ...)
{
    int used = snprintf(r->error, r->cap, "adversary");
    va_list args;
    va_start(args, format);
    if (used >= 0 && (size_t)used < r->cap)
        vsnprintf(r->error + used, r->cap - (size_t)used, format, args);
    va_end(args);
    return -1;
}

/* Index of `text` among the names, or -1 with a sentence. */
static int name_index(struct reader *r, const char *what, const char *text,
                      const char *const *names, int count)
{
    char list[300] = "";
    size_t used = 0;
    for (int i = 0; i < count; i++)
        if (text && strcmp(text, names[i]) == 0)
            return i;
    for (int i = 0; i < count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    return fail(r, ".%s: expected one of %s; not \"%.40s\"", what, list,
                text ? text : "(not a text)");
}

/* 1 an object, 0 absent, -1 with a sentence. */
static int object_member(struct reader *r, const json_t *j, const char *key, const json_t **out)
{
    *out = json_object_get(j, key);
    if (!*out)
        return 0;
    return json_is_object(*out) ? 1 : fail(r, ".%s: expected named entries", key);
}

static int read_interval(struct reader *r, const char *what, const json_t *j, struct imp_window *w)
{
    const json_t *from = json_array_get(j, 0), *until = json_array_get(j, 1);
    double a = json_number_value(from), b = json_number_value(until);
    if (json_array_size(j) != 2 || !json_is_number(from) || !json_is_number(until) || a < 0 ||
        b <= a || b > MAX_SECONDS)
        return fail(r, ".%s: expected a window's name or two times in seconds, the first smaller",
                    what);
    *w = (struct imp_window){IMP_WHEN_BETWEEN, (imp_time)llround(a * 1e9),
                             (imp_time)llround(b * 1e9)};
    return 0;
}

static int read_window(struct reader *r, const char *what, const json_t *j, struct imp_window *w)
{
    if (!j)
        return 0;
    if (json_is_array(j))
        return read_interval(r, what, j, w);
    int i = name_index(r, what, json_string_value(j), whens, IMP_WHEN_BETWEEN);
    if (i < 0)
        return -1;
    w->when = (enum imp_when)i;
    return 0;
}

/* Every member of j must be one of the names. */
static int known_members(struct reader *r, const char *what, const json_t *j,
                         const char *const *names, int count)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)j, key, value)
    {
        char inside[80];
        snprintf(inside, sizeof inside, "%s (member)", what);
        if (name_index(r, inside, key, names, count) < 0)
            return -1;
    }
    return 0;
}

static int read_network(struct reader *r, const json_t *j)
{
    const json_t *network;
    char what[60];
    int found = object_member(r, j, "network", &network);
    if (found <= 0)
        return found;
    if (known_members(r, "network", network, links, IMP_LINK_COUNT) < 0)
        return -1;
    for (int l = 0; l < IMP_LINK_COUNT; l++) {
        const json_t *link = json_object_get(network, links[l]);
        snprintf(what, sizeof what, "network.%s", links[l]);
        if (!link)
            continue;
        if (!json_is_object(link))
            return fail(r, ".%s: expected powers, each with its window", what);
        if (known_members(r, what, link, powers, IMP_POWER_COUNT) < 0)
            return -1;
        for (int p = 0; p < IMP_POWER_COUNT; p++) {
            snprintf(what, sizeof what, "network.%s.%s", links[l], powers[p]);
            if (read_window(r, what, json_object_get(link, powers[p]), &r->a.network[l][p]) < 0)
                return -1;
        }
    }
    return 0;
}

static int read_oob(struct reader *r, const json_t *j)
{
    const json_t *oob;
    const char *channel;
    json_t *value;
    size_t n = 0;
    int found = object_member(r, j, "oob", &oob);
    if (found <= 0)
        return found;
    json_object_foreach((json_t *)oob, channel, value)
    {
        if (n == IMP_RIGHTS_LIST)
            return fail(r, ".oob: expected at most %d channels", IMP_RIGHTS_LIST);
        struct imp_oob_right *o = &r->a.oob[n++];
        o->channel = channel;
        if (!json_is_object(value))
            return fail(r, ".oob.%.40s: expected powers, each with its window", channel);
        if (known_members(r, "oob", value, oob_powers, COUNT(oob_powers)) < 0 ||
            read_window(r, "oob.read", json_object_get(value, "read"), &o->read) < 0 ||
            read_window(r, "oob.write", json_object_get(value, "write"), &o->write) < 0)
            return -1;
    }
    return 0;
}

static int read_key(struct reader *r, const json_t *j, struct imp_key_right *k)
{
    static const char *const known[] = {"role", "device", "reveal", "when"};
    const json_t *device = json_object_get(j, "device");
    if (!json_is_object(j) || !json_is_string(json_object_get(j, "role")))
        return fail(r, ".keys: expected entries with a role");
    if (known_members(r, "keys", j, known, COUNT(known)) < 0)
        return -1;
    if (device && (!json_is_integer(device) || json_integer_value(device) < 1 ||
                   json_integer_value(device) > 1000000))
        return fail(r, ".keys.device: expected a device's number, from 1");
    int reveal = name_index(r, "keys.reveal", json_string_value(json_object_get(j, "reveal")),
                            reveals, IMP_REVEAL_COUNT);
    if (reveal < 0)
        return -1;
    k->role = json_string_value(json_object_get(j, "role"));
    k->device = device ? (int)json_integer_value(device) - 1 : -1;
    k->reveal = (enum imp_reveal)reveal;
    k->when.when = IMP_WHEN_ALWAYS;
    return read_window(r, "keys.when", json_object_get(j, "when"), &k->when);
}

static int read_keys(struct reader *r, const json_t *j)
{
    const json_t *keys = json_object_get(j, "keys");
    if (keys && !json_is_array(keys))
        return fail(r, ".keys: expected a list");
    if (json_array_size(keys) > IMP_RIGHTS_LIST)
        return fail(r, ".keys: expected at most %d entries", IMP_RIGHTS_LIST);
    for (size_t i = 0; i < json_array_size(keys); i++)
        if (read_key(r, json_array_get(keys, i), &r->a.keys[i]) < 0)
            return -1;
    return 0;
}

static int read_weaknesses(struct reader *r, const json_t *j)
{
    const json_t *list = json_object_get(j, "weaknesses"), *item;
    size_t i;
    if (list && !json_is_array(list))
        return fail(r, ".weaknesses: expected a list");
    json_array_foreach(list, i, item)
    {
        int x =
            name_index(r, "weaknesses", json_string_value(item), weaknesses, IMP_WEAKNESS_COUNT);
        if (x < 0)
            return -1;
        r->a.weaknesses |= 1u << x;
    }
    return 0;
}

static int read_user(struct reader *r, const json_t *j)
{
    const json_t *user;
    int found = object_member(r, j, "user", &user);
    if (found <= 0)
        return found;
    if (known_members(r, "user", user, user_errors, IMP_USER_ERROR_COUNT) < 0)
        return -1;
    for (int i = 0; i < IMP_USER_ERROR_COUNT; i++) {
        const json_t *p = json_object_get(user, user_errors[i]);
        double value = json_number_value(p);
        if (p && (!json_is_number(p) || !(value >= 0 && value <= 1)))
            return fail(r, ".user.%s: expected a probability from 0 to 1", user_errors[i]);
        r->a.user[i] = value;
    }
    return 0;
}

static int read_place(struct reader *r, const json_t *j)
{
    const json_t *place;
    int found = object_member(r, j, "place", &place);
    if (found <= 0)
        return found;
    if (known_members(r, "place", place, places, IMP_PLACE_COUNT) < 0)
        return -1;
    for (int i = 0; i < IMP_PLACE_COUNT; i++) {
        char what[40];
        snprintf(what, sizeof what, "place.%s", places[i]);
        if (read_window(r, what, json_object_get(place, places[i]), &r->a.place[i]) < 0)
            return -1;
    }
    return 0;
}

/* An integer member from 0 to `max`; `preset` when absent; -2 with a sentence. */
static int bounded(struct reader *r, const json_t *j, const char *key, int max, int preset)
{
    const json_t *value = json_object_get(j, key);
    if (!value)
        return preset;
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > max) {
        fail(r, ".%s: expected an integer from 0 to %d", key, max);
        return -2;
    }
    return (int)json_integer_value(value);
}

static int read_numbers(struct reader *r, const json_t *j)
{
    const json_t *s = json_object_get(j, "sessions");
    int tries = bounded(r, j, "tries", 1000000000, -1);
    int bits = tries == -2 ? -2 : bounded(r, j, "work_bits", 1024, 0);
    int parallel = bits == -2 ? -2
                   : s        ? name_index(r, "sessions", json_string_value(s), sessions, 2)
                              : 1;
    const json_t *u = json_object_get(j, "work_unit");
    int unit = parallel < 0 ? parallel
               : u          ? name_index(r, "work_unit", json_string_value(u), units, 2)
                            : 0;
    if (unit < 0)
        return -1;
    if (unit && bits == 0)
        return fail(r, ".work_unit: counts nothing without work_bits");
    r->a.tries = tries;
    r->a.work_bits = (unsigned)bits;
    r->a.operations = unit == 1;
    r->a.parallel = parallel;
    return 0;
}

static int read_strategy(struct reader *r, const json_t *j)
{
    const json_t *strategy;
    const char *key;
    json_t *value;
    size_t n = 0;
    int found = object_member(r, j, "strategy", &strategy);
    r->a.strategy = json_string_value(json_object_get(strategy, "name"));
    if (found < 0)
        return -1;
    if (!r->a.strategy)
        return fail(r, ".strategy: expected an entry with a name");
    json_object_foreach((json_t *)strategy, key, value)
    {
        if (strcmp(key, "name") == 0)
            continue;
        if (n == IMP_RIGHTS_LIST)
            return fail(r, ".strategy: expected at most %d parameters", IMP_RIGHTS_LIST);
        if (!json_is_string(value))
            return fail(r, ".strategy.%.40s: expected a text", key);
        r->a.params[n++] = (struct imp_param){key, json_string_value(value)};
    }
    return 0;
}

int imp_adversary_from_json(struct imp_adversary *out, const json_t *j, char *error, size_t cap)
{
    struct reader r = {.a = {.name = json_string_value(json_object_get(j, "name")), .tries = -1},
                       .error = error,
                       .cap = cap};
    if (!json_is_object(j) || !r.a.name)
        return fail(&r, ": expected an object with a name");
    if (known_members(&r, "adversary", j, members, COUNT(members)) < 0 || read_network(&r, j) < 0 ||
        read_oob(&r, j) < 0 || read_keys(&r, j) < 0 || read_numbers(&r, j) < 0 ||
        read_weaknesses(&r, j) < 0 || read_user(&r, j) < 0 || read_place(&r, j) < 0 ||
        read_strategy(&r, j) < 0)
        return -1;
    *out = r.a;
    return 0;
}
