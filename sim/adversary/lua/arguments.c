/* SPDX-License-Identifier: GPL-2.0-only */
/* What a script asks for: every name and number is checked before the carrier sees it. */
#include <string.h>

#include "script.h"
#include "sim/words/nearest.h"

struct imp_script *imp__acting(lua_State *L, const char *act)
{
    struct imp_script *s = imp__script_of(L);
    if (!s->loaded || !s->adv)
        luaL_error(L, "adv.%s: acts are possible in callbacks only, not while the file is read",
                   act);
    return s;
}

/* The text at `index`, or an error that says what was expected. */
static const char *text(lua_State *L, int index, const char *act, const char *expected)
{
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "adv.%s: expected %s, not %s", act, expected,
                   lua_isnoneornil(L, index) ? "nothing" : luaL_typename(L, index));
    return lua_tostring(L, index);
}

static int unknown(lua_State *L, const char *act, const char *kind, const char *name,
                   struct imp_nearest *best)
{
    char hint[100];
    imp_nearest_hint(best, hint, sizeof hint);
    return luaL_error(L, "adv.%s: there is no %s \"%s\"%s", act, kind, name, hint);
}

int imp__to_channel(lua_State *L, int index, const char *act)
{
    const struct imp_mechanism *m = imp__script_of(L)->mechanism;
    const char *name = text(L, index, act, "a channel's name");
    struct imp_nearest best = {0};
    for (int i = 0; m->channels[i].name; i++) {
        if (strcmp(m->channels[i].name, name) == 0)
            return i;
        imp_nearest_offer(&best, name, m->channels[i].name);
    }
    return unknown(L, act, "channel", name, &best);
}

static int to_label(lua_State *L, int index, const char *act)
{
    const struct imp_mechanism *m = imp__script_of(L)->mechanism;
    if (lua_isnil(L, index))
        return -1;
    const char *name = text(L, index, act, "a message's label");
    struct imp_nearest best = {0};
    int found = imp_adv_message(m, name);
    for (int i = 0; m->messages[i].name; i++)
        imp_nearest_offer(&best, name, m->messages[i].name);
    return found >= 0 ? found : unknown(L, act, "message", name, &best);
}

int imp__to_party(lua_State *L, int index, const char *act)
{
    const struct imp_adv *a = imp__script_of(L)->adv;
    const char *name = text(L, index, act, "a party's name");
    struct imp_nearest best = {0};
    for (size_t i = 0; i < a->party_count; i++) {
        if (strcmp(a->parties[i].name, name) == 0)
            return (int)i;
        imp_nearest_offer(&best, name, a->parties[i].name);
    }
    return unknown(L, act, "party", name, &best);
}

int imp__to_own_party(lua_State *L, int index, const char *act)
{
    const struct imp_script *s = imp__script_of(L);
    if (!s->mirrors)
        luaL_error(L, "adv.%s: there are no own parties; set mirrors = true", act);
    int party = imp__to_party(L, index, act);
    if (imp_adv_honest(s->adv, party))
        luaL_error(L,
                   "adv.%s: %s is honest; expected a party of the adversary's own, see adv.mirror",
                   act, s->adv->parties[party].name);
    return party;
}

int imp__to_device(lua_State *L, int index, const char *act)
{
    const struct imp_adv *a = imp__script_of(L)->adv;
    int is_integer = 0;
    if (lua_isnoneornil(L, index))
        return -1;
    lua_Integer d = lua_tointegerx(L, index, &is_integer);
    if (!is_integer || d < 1 || d > a->devices)
        luaL_error(L, "adv.%s: expected a device's number from 1 to %d", act, a->devices);
    return (int)d - 1;
}

int imp__to_word(lua_State *L, int index, const char *act, const char *const *names, int count)
{
    const char *word = text(L, index, act, names[0]);
    luaL_Buffer list;
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], word) == 0)
            return i;
    luaL_buffinit(L, &list);
    for (int i = 0; i < count; i++) {
        luaL_addstring(&list, i ? ", " : "");
        luaL_addstring(&list, names[i]);
    }
    luaL_pushresult(&list);
    return luaL_error(L, "adv.%s: expected one of %s; not \"%s\"", act, lua_tostring(L, -1), word);
}

const char *imp__to_sentence(lua_State *L, int index, const char *act)
{
    size_t n;
    const char *s = text(L, index, act, "a sentence");
    lua_tolstring(L, index, &n);
    for (size_t i = 0; i < n; i++)
        if (s[i] < ' ' || s[i] > '~')
            luaL_error(L, "adv.%s: expected one line of ASCII text", act);
    if (n > 200)
        luaL_error(L, "adv.%s: expected at most 200 characters", act);
    return s;
}

/* The receiver: `to` is a party's name, `address` octets; neither: everyone on the channel. */
static void receiver(lua_State *L, const char *act, struct imp_letter *out)
{
    struct imp_adv *a = imp__script_of(L)->adv;
    size_t n;
    if (lua_getfield(L, 1, "to") != LUA_TNIL) {
        int party = imp__to_party(L, -1, act);
        if (!a->ops->address(a, party, out->channel, &out->to))
            luaL_error(L, "adv.%s: %s cannot be reached on %s", act, a->parties[party].name,
                       a->mechanism->channels[out->channel].name);
    } else if (lua_getfield(L, 1, "address") != LUA_TNIL) {
        const char *octets = text(L, -1, act, "octets of an address");
        lua_tolstring(L, -1, &n);
        if (n == 0 || n > IMP_ADDR_MAX)
            luaL_error(L, "adv.%s: expected an address of 1 to %d octets", act, IMP_ADDR_MAX);
        out->to.n = (uint8_t)n;
        memcpy(out->to.bytes, octets, n);
    }
}

/* `source`: octets of another address than the party's own, of the same kind. */
static void source(lua_State *L, const char *act, struct imp_letter *out)
{
    struct imp_adv *a = imp__script_of(L)->adv;
    struct imp_addr own = {.n = 0};
    size_t n;
    if (lua_getfield(L, 1, "source") == LUA_TNIL)
        return;
    const char *octets = text(L, -1, act, "octets of an address");
    lua_tolstring(L, -1, &n);
    if (!a->ops->address(a, out->as, out->channel, &own) || n != own.n)
        luaL_error(L, "adv.%s: expected a source of %d octets on %s", act, own.n,
                   a->mechanism->channels[out->channel].name);
    out->from.n = (uint8_t)n;
    memcpy(out->from.bytes, octets, n);
}

void imp__to_letter(lua_State *L, const char *act, bool as, struct imp_letter *out)
{
    if (!lua_istable(L, 1))
        luaL_error(L, "adv.%s: expected a table such as { channel = ..., bytes = ... }", act);
    imp__strict_check(L, 1, "a message", imp__message_names);
    *out = (struct imp_letter){.as = -1, .message = -1};
    lua_getfield(L, 1, "channel");
    out->channel = imp__to_channel(L, -1, act);
    lua_getfield(L, 1, "message");
    out->message = to_label(L, -1, act);
    receiver(L, act, out);
    lua_getfield(L, 1, "device");
    out->device = imp__to_device(L, -1, act);
    if (as) {
        lua_getfield(L, 1, "as");
        out->as = imp__to_party(L, -1, act);
        source(L, act, out);
    }
    lua_getfield(L, 1, "bytes"); /* stays on the stack */
    out->bytes = (const uint8_t *)text(L, -1, act, "bytes to send");
    lua_tolstring(L, -1, &out->n);
}
