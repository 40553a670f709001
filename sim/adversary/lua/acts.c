/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of `adv`. Acts that the rights may refuse return true or false. */
#include <math.h>
#include <string.h>

#include "script.h"

#define TIMERS 64
#define LONGEST 1e9 /* seconds */
#define NAME(id, text) text,

/* A callback of the script may have failed within the act: its caller ends too. */
static void go_on(lua_State *L, const struct imp_script *s)
{
    if (s->failed)
        luaL_error(L, "a callback within this act failed");
}

static int granted(lua_State *L, const struct imp_script *s, int refused)
{
    go_on(L, s);
    lua_pushboolean(L, refused == 0);
    return 1;
}

/* ---- messages
 * ------------------------------------------------------------------------------------- */
static int inject(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "inject");
    struct imp_letter l;
    imp__to_letter(L, "inject", true, &l);
    return granted(L, s, s->adv->ops->inject(s->adv, &l));
}

/* Copies a member of the table at 1 to the table at 2. */
static void copy(lua_State *L, const char *from, const char *to)
{
    lua_getfield(L, 1, from);
    lua_setfield(L, 2, to);
}

/* A message as it was seen, with what the script has changed since. */
static int resend(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "resend");
    struct imp_letter l;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    imp__strict_check(L, 1, "a message", imp__message_names);
    if (lua_getfield(L, 1, "from") == LUA_TNIL) /* nobody knows in whose name */
        return granted(L, s, -1);
    lua_settop(L, 1);
    lua_createtable(L, 0, 8);
    copy(L, "channel", "channel");
    copy(L, "message", "message");
    copy(L, "device", "device");
    copy(L, "bytes", "bytes");
    copy(L, "from", "as");
    lua_getfield(L, 1, "group");
    if (!lua_toboolean(L, -1))
        copy(L, "target", "address");
    lua_settop(L, 2);
    lua_replace(L, 1);
    imp__to_letter(L, "resend", true, &l);
    return granted(L, s, s->adv->ops->inject(s->adv, &l));
}

static int between(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "between");
    struct imp_letter l;
    imp__to_letter(L, "between", false, &l);
    lua_getfield(L, 1, "as");
    l.as = imp__to_own_party(L, -1, "between");
    s->adv->ops->between(s->adv, &l);
    go_on(L, s);
    return 0;
}

/* From whom an own party shall believe that it is: octets `source`, else the party `from`. */
static struct imp_addr sender(lua_State *L, struct imp_adv *a, int channel)
{
    struct imp_addr from = {0};
    size_t n;
    if (lua_getfield(L, 2, "source") != LUA_TNIL) {
        const char *octets = luaL_checklstring(L, -1, &n);
        if (n > IMP_ADDR_MAX)
            luaL_error(L, "adv.feed: expected a source of at most %d octets", IMP_ADDR_MAX);
        from.n = (uint8_t)n;
        for (size_t i = 0; i < n; i++)
            from.bytes[i] = (uint8_t)octets[i];
    } else if (lua_getfield(L, 2, "from") != LUA_TNIL) {
        int party = imp__to_party(L, -1, "feed");
        if (!a->ops->address(a, party, channel, &from))
            from.n = 0;
    }
    return from;
}

static int feed(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "feed");
    int mirror = imp__to_own_party(L, 1, "feed");
    size_t n;
    luaL_checktype(L, 2, LUA_TTABLE);
    imp__strict_check(L, 2, "a message", imp__message_names);
    lua_getfield(L, 2, "channel");
    int channel = imp__to_channel(L, -1, "feed");
    struct imp_addr from = sender(L, s->adv, channel);
    if (lua_getfield(L, 2, "bytes") != LUA_TSTRING)
        return luaL_error(L, "adv.feed: expected bytes, not %s; may the adversary read there?",
                          luaL_typename(L, -1));
    const char *bytes = lua_tolstring(L, -1, &n);
    s->adv->ops->feed(s->adv, mirror, channel, &from, (const uint8_t *)bytes, n);
    go_on(L, s);
    return 0;
}

static int oob_write(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "oob_write");
    struct imp_letter l;
    imp__to_letter(L, "oob_write", false, &l);
    return granted(L, s, s->adv->ops->oob_write(s->adv, l.channel, l.device, l.bytes, l.n));
}

/* ---- keys, places, tries
 * -------------------------------------------------------------------------- */
static int honest(lua_State *L, const struct imp_script *s, const char *act)
{
    int party = imp__to_party(L, 1, act);
    if (!imp_adv_honest(s->adv, party))
        luaL_error(L, "adv.%s: %s is the adversary's own", act, s->adv->parties[party].name);
    return party;
}

static int reveal(lua_State *L)
{
    static const char *const reveals[] = {IMP_REVEALS(NAME)};
    struct imp_script *s = imp__acting(L, "reveal");
    int party = honest(L, s, "reveal");
    int what = imp__to_word(L, 2, "reveal", reveals, IMP_REVEAL_COUNT);
    return granted(L, s, s->adv->ops->reveal(s->adv, party, (enum imp_reveal)what));
}

static int corrupt(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "corrupt");
    return granted(L, s, s->adv->ops->corrupt(s->adv, honest(L, s, "corrupt")));
}

static int adopt(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "adopt");
    lua_pushinteger(L, s->adv->ops->adopt(s->adv));
    return 1;
}

static int needed_device(lua_State *L, const char *act)
{
    int device = imp__to_device(L, 1, act);
    if (device < 0)
        luaL_error(L, "adv.%s: expected a device's number", act);
    return device;
}

/* "reset", "power" (off and on again), or a word of the mechanism. */
static int touch(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "touch");
    int device = needed_device(L, "touch");
    static const char *const words[] = {"reset", "power", NULL};
    static const enum imp_event_kind kinds[] = {IMP_EVENT_RESET, IMP_EVENT_START,
                                                IMP_EVENT_CONTROL};
    const char *word = imp__to_sentence(L, 2, "touch");
    int i = 0;
    while (words[i] && strcmp(words[i], word) != 0)
        i++;
    return granted(L, s, s->adv->ops->touch(s->adv, device, kinds[i], words[i] ? NULL : word));
}

static int memory(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "memory");
    return granted(L, s, s->adv->ops->memory(s->adv, needed_device(L, "memory")));
}

static int attempt(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "attempt");
    return granted(L, s, s->adv->ops->attempt(s->adv));
}

/* How many secrets have been found in the run, or false. */
static int crack(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "crack");
    int found = s->adv->ops->crack(s->adv);
    if (found < 0)
        return granted(L, s, -1);
    lua_pushinteger(L, found);
    return 1;
}

/* ---- own parties
 * ---------------------------------------------------------------------------------- */
static int start(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "start");
    int mirror = imp__to_own_party(L, 1, "start");
    s->adv->ops->start(s->adv, mirror, s->adv->parties[mirror].device);
    go_on(L, s);
    return 0;
}

static int mirror(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "mirror");
    int party = honest(L, s, "mirror");
    if (!s->mirrors)
        return luaL_error(L, "adv.mirror: there are no own parties; set mirrors = true");
    imp__push_party(L, imp_adv_mirror(s->adv, party));
    return 1;
}

/* ---- time, knowledge, facts
 * ----------------------------------------------------------------------- */
static int timer(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "timer");
    lua_Integer id = luaL_checkinteger(L, 1);
    if (id < 0 || id >= TIMERS)
        return luaL_error(L, "adv.timer: expected an id from 0 to %d", TIMERS - 1);
    double seconds = lua_isnoneornil(L, 2) ? -1 : luaL_checknumber(L, 2);
    if (!lua_isnoneornil(L, 2) && !(seconds >= 0 && seconds <= LONGEST))
        return luaL_error(L, "adv.timer: expected seconds from now, or nil to cancel");
    s->adv->ops->timer(s->adv, (unsigned)id, seconds < 0 ? -1 : llround(seconds * 1e9));
    return 0;
}

static int now(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "now");
    lua_pushnumber(L, (double)s->adv->now / (double)IMP_S);
    return 1;
}

static int knows(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "knows");
    size_t n;
    const char *bytes = luaL_checklstring(L, 1, &n);
    lua_pushboolean(L, s->adv->ops->knows(s->adv, bytes, n));
    return 1;
}

static int learn(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "learn");
    size_t n;
    const char *bytes = luaL_checklstring(L, 1, &n);
    s->adv->ops->learn(s->adv, bytes, n, imp__to_sentence(L, 2, "learn"));
    return 0;
}

static int may(lua_State *L)
{
    static const char *const powers[] = {IMP_POWERS(NAME)};
    static const char *const links[] = {"device", "backend"};
    struct imp_script *s = imp__acting(L, "may");
    int link = imp__to_word(L, 1, "may", links, IMP_LINK_COUNT);
    int power = imp__to_word(L, 2, "may", powers, IMP_POWER_COUNT);
    lua_pushboolean(L, s->adv->ops->may(s->adv, (enum imp_link)link, (enum imp_power)power));
    return 1;
}

static int may_oob(lua_State *L)
{
    static const char *const powers[] = {"read", "write"};
    struct imp_script *s = imp__acting(L, "may_oob");
    int channel = imp__to_channel(L, 1, "may_oob");
    enum imp_power power =
        imp__to_word(L, 2, "may_oob", powers, 2) ? IMP_POWER_INJECT : IMP_POWER_READ;
    lua_pushboolean(L, s->adv->ops->may_oob(s->adv, channel, power));
    return 1;
}

static int address(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "address");
    struct imp_addr a = {0};
    int party = imp__to_party(L, 1, "address");
    int channel = imp__to_channel(L, 2, "address");
    if (!s->adv->ops->address(s->adv, party, channel, &a))
        a.n = 0;
    imp__push_address(L, &a);
    return 1;
}

/* The first honest party of a role or kind, and of a device when one is given. */
static int find(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "find");
    const char *what = luaL_checkstring(L, 1);
    int device = imp__to_device(L, 2, "find");
    for (size_t i = 0; i < s->adv->honest; i++) {
        const struct imp_adv_party *p = &s->adv->parties[i];
        if ((strcmp(what, imp_role_kind_name(p->kind)) == 0 ||
             strcmp(what, s->mechanism->roles[p->role].name) == 0) &&
            (device < 0 || p->device == device)) {
            lua_pushstring(L, p->name);
            return 1;
        }
    }
    return luaL_error(L,
                      "adv.find: there is no \"%s\"; expected a role of %s or device, access, "
                      "server",
                      what, s->mechanism->name);
}

static int note(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "note");
    s->adv->ops->note(s->adv, imp__to_sentence(L, 1, "note"));
    return 0;
}

#define ACTS(X)                                                                                    \
    X(inject)                                                                                      \
    X(resend)                                                                                      \
    X(between)                                                                                     \
    X(feed)                                                                                        \
    X(oob_write)                                                                                   \
    X(reveal)                                                                                      \
    X(corrupt)                                                                                     \
    X(adopt)                                                                                       \
    X(touch)                                                                                       \
    X(memory)                                                                                      \
    X(attempt)                                                                                     \
    X(crack)                                                                                       \
    X(start)                                                                                       \
    X(mirror)                                                                                      \
    X(timer)                                                                                       \
    X(now)                                                                                         \
    X(knows)                                                                                       \
    X(learn)                                                                                       \
    X(may)                                                                                         \
    X(may_oob)                                                                                     \
    X(address)                                                                                     \
    X(find)                                                                                        \
    X(note)
#define ACT_NAME(f) #f,
#define ACT_ENTRY(f) {#f, f},

const char *const imp__adv_names[] = {ACTS(ACT_NAME) "random",
                                      "mechanism",
                                      "roles",
                                      "channels",
                                      "messages",
                                      "devices",
                                      "parties",
                                      "param",
                                      NULL};

void imp__open_acts(lua_State *L, int adv)
{
    static const luaL_Reg acts[] = {ACTS(ACT_ENTRY){NULL, NULL}};
    lua_pushvalue(L, adv);
    luaL_setfuncs(L, acts, 0);
    lua_pop(L, 1);
}
