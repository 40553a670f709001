/* SPDX-License-Identifier: GPL-2.0-only */
/* What a script is shown: numbers from 1, names for indices, octets as strings, absent as nil. */
#include "script.h"

const char *const imp__message_names[] = {
    "channel", "link",    "transit", "message", "as", "from",   "to",     "group", "source",
    "target",  "address", "device",  "bytes",   "n",  "number", "mirror", NULL};

/* Sets a member of the table below the top to the value on the top. */
static void set(lua_State *L, const char *name)
{
    lua_setfield(L, -2, name);
}

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    set(L, name);
}

static void set_integer(lua_State *L, const char *name, lua_Integer i)
{
    lua_pushinteger(L, i);
    set(L, name);
}

static void set_flag(lua_State *L, const char *name, bool flag)
{
    lua_pushboolean(L, flag);
    set(L, name);
}

static void set_bytes(lua_State *L, const void *bytes, size_t n)
{
    if (bytes)
        lua_pushlstring(L, bytes, n);
    else
        lua_pushnil(L);
    set(L, "bytes");
    set_integer(L, "n", (lua_Integer)n);
}

static void set_label(lua_State *L, int message)
{
    if (message >= 0)
        set_text(L, "message", imp__script_of(L)->mechanism->messages[message].name);
}

static void set_channel(lua_State *L, int channel)
{
    set_text(L, "channel", imp__script_of(L)->mechanism->channels[channel].name);
}

void imp__push_party(lua_State *L, int party)
{
    const struct imp_adv *a = imp__script_of(L)->adv;
    if (party >= 0 && (size_t)party < a->party_count)
        lua_pushstring(L, a->parties[party].name);
    else
        lua_pushnil(L);
}

void imp__push_device(lua_State *L, int device)
{
    if (device >= 0)
        lua_pushinteger(L, device + 1);
    else
        lua_pushnil(L);
}

void imp__push_address(lua_State *L, const struct imp_addr *a)
{
    if (a->n)
        lua_pushlstring(L, (const char *)a->bytes, a->n);
    else
        lua_pushnil(L);
}

void imp__push_unit(lua_State *L, const struct imp_unit *u)
{
    lua_createtable(L, 0, 16);
    set_channel(L, u->channel);
    set_text(L, "link", imp_link_name(u->link));
    set_flag(L, "transit", u->transit);
    set_label(L, u->message);
    imp__push_party(L, u->from);
    set(L, "from");
    imp__push_party(L, u->to);
    set(L, "to");
    set_flag(L, "group", u->group);
    imp__push_address(L, &u->source);
    set(L, "source");
    imp__push_address(L, &u->target);
    set(L, "target");
    imp__push_device(L, u->device);
    set(L, "device");
    set_bytes(L, u->bytes, u->n);
    set_integer(L, "number", (lua_Integer)u->number + 1);
    imp__strict(L, "a message", imp__message_names);
}

/* The party that has that address there, or -1. */
static int party_at(struct imp_adv *a, int channel, const struct imp_addr *addr)
{
    struct imp_addr self;
    for (size_t i = 0; i < a->honest && addr->n; i++)
        if (a->ops->address(a, (int)i, channel, &self) && imp_addr_equal(&self, addr))
            return (int)i;
    return -1;
}

void imp__push_letter(lua_State *L, const struct imp_letter *l)
{
    lua_createtable(L, 0, 12);
    set_channel(L, l->channel);
    set_label(L, l->message);
    imp__push_party(L, l->as);
    set(L, "as");
    imp__push_party(L, party_at(imp__script_of(L)->adv, l->channel, &l->to));
    set(L, "to");
    imp__push_address(L, &l->to);
    set(L, "address");
    set_flag(L, "group", l->to.n == 0);
    imp__push_device(L, l->device);
    set(L, "device");
    set_bytes(L, l->bytes, l->n);
    imp__strict(L, "a message", imp__message_names);
}

/* ---- adv
 * -----------------------------------------------------------------------------------------------
 */
static const char *const role_names[] = {"name", "kind", NULL};
static const char *const channel_names[] = {"name", "service", "a", "b", NULL};
static const char *const label_names[] = {"name", "phase", "channel", NULL};
static const char *const party_names[] = {"name", "role", "kind", "device", "cell", "own", NULL};

static void push_roles(lua_State *L, const struct imp_mechanism *m)
{
    lua_newtable(L);
    for (int i = 0; m->roles[i].name; i++) {
        lua_createtable(L, 0, 2);
        set_text(L, "name", m->roles[i].name);
        set_text(L, "kind", imp_role_kind_name(m->roles[i].kind));
        imp__strict(L, "a role", role_names);
        lua_rawseti(L, -2, i + 1);
    }
}

static void push_channels(lua_State *L, const struct imp_mechanism *m)
{
    lua_newtable(L);
    for (int i = 0; m->channels[i].name; i++) {
        lua_createtable(L, 0, 4);
        set_text(L, "name", m->channels[i].name);
        set_text(L, "service", imp_service_name(m->channels[i].service));
        set_text(L, "a", m->roles[m->channels[i].a].name);
        set_text(L, "b", m->roles[m->channels[i].b].name);
        imp__strict(L, "a channel", channel_names);
        lua_rawseti(L, -2, i + 1);
    }
}

static void push_labels(lua_State *L, const struct imp_mechanism *m)
{
    lua_newtable(L);
    for (int i = 0; m->messages[i].name; i++) {
        lua_createtable(L, 0, 3);
        set_text(L, "name", m->messages[i].name);
        set_text(L, "phase", imp_phase_name(m->messages[i].phase));
        set_text(L, "channel", m->channels[m->messages[i].channel].name);
        imp__strict(L, "a label", label_names);
        lua_rawseti(L, -2, i + 1);
    }
}

void imp__view_mechanism(lua_State *L, int adv)
{
    const struct imp_mechanism *m = imp__script_of(L)->mechanism;
    lua_pushstring(L, m->name);
    lua_setfield(L, adv, "mechanism");
    push_roles(L, m);
    lua_setfield(L, adv, "roles");
    push_channels(L, m);
    lua_setfield(L, adv, "channels");
    push_labels(L, m);
    lua_setfield(L, adv, "messages");
}

static void push_party(lua_State *L, const struct imp_adv *a, size_t i)
{
    const struct imp_adv_party *p = &a->parties[i];
    lua_createtable(L, 0, 6);
    set_text(L, "name", p->name);
    set_text(L, "role", a->mechanism->roles[p->role].name);
    set_text(L, "kind", imp_role_kind_name(p->kind));
    imp__push_device(L, p->device);
    set(L, "device");
    set_integer(L, "cell", p->cell + 1);
    set_flag(L, "own", i >= a->honest);
    imp__strict(L, "a party", party_names);
}

void imp__view_run(lua_State *L, int adv)
{
    const struct imp_adv *a = imp__script_of(L)->adv;
    lua_pushinteger(L, a->devices);
    lua_setfield(L, adv, "devices");
    lua_createtable(L, (int)a->party_count, 0);
    for (size_t i = 0; i < a->party_count; i++) {
        push_party(L, a, i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, adv, "parties");
}
