/* SPDX-License-Identifier: GPL-2.0-only */
#include "power.h"

#include <string.h>

#include "world.h"

static const char *const names[ENG_RADIO_COUNT] = {
    [ENG_OFF] = "off", [ENG_IDLE] = "idle", [ENG_RX] = "rx", [ENG_TX] = "tx"};

/* A piece that goes on where the last one of that state ended makes it longer. */
static void add(json_t *list, json_t *state, imp_time from, imp_time to)
{
    json_t *last = json_array_get(list, json_array_size(list) - 1);
    bool goes_on = last && json_equal(json_array_get(last, 0), state) &&
                   json_integer_value(json_array_get(last, 2)) == from;
    if (goes_on)
        json_array_set_new(last, 2, json_integer(to));
    else
        json_array_append_new(list,
                              json_pack("[O, I, I]", state, (json_int_t)from, (json_int_t)to));
    json_decref(state);
}

static void radio_piece(void *arg, enum eng_radio state, eng_time from, eng_time to)
{
    const struct world *w = arg;
    add(json_object_get(w->power, "radio"), json_string(names[state]), from, to);
}

static bool watched(const struct world *w, int device)
{
    return w->power && json_integer_value(json_object_get(w->power, "device")) == device;
}

/* mW in each state. */
static json_t *levels(const struct world *w)
{
    const struct imp_platform *p = w->spec.platforms[IMP_ROLE_DEVICE];
    const char *medium = eng_kind_name(w->spec.medium);
    json_t *mw = json_object();
    for (int s = 0; s < ENG_RADIO_COUNT; s++)
        json_object_set_new(mw, names[s],
                            json_real(imp_platform_voltage(p) *
                                      imp_platform_radio_current(p, medium, (enum eng_radio)s)));
    json_object_set_new(mw, "cpu",
                        json_real(imp_platform_voltage(p) * imp_platform_cpu_current(p)));
    return mw;
}

void world_power_start(struct world *w, int device)
{
    if (!watched(w, device))
        return;
    json_object_set_new(w->power, "start_ns", json_integer(eng_now()));
    json_object_set_new(w->power, "mechanism", json_string(w->spec.mechanism->name));
    json_object_set_new(w->power, "platform",
                        json_string(imp_platform_name(w->spec.platforms[IMP_ROLE_DEVICE])));
    json_object_set_new(w->power, "medium", json_string(eng_kind_name(w->spec.medium)));
    json_object_set_new(w->power, "mw", levels(w));
    eng_radio_watch(w->devices[device].port, radio_piece, w);
}

void world_power_busy(struct world *w, int device, imp_time from, imp_time to)
{
    if (watched(w, device))
        add(json_object_get(w->power, "cpu"), json_string("cpu"), from, to);
}

/* Pieces that go on after the end stop at it. */
static void cut(json_t *pieces, imp_time end)
{
    json_t *piece;
    size_t i;
    json_array_foreach(pieces, i, piece)
    {
        if (json_integer_value(json_array_get(piece, 2)) > end)
            json_array_set_new(piece, 2, json_integer(end));
    }
}

void world_power_end(struct world *w, int device)
{
    if (!watched(w, device))
        return;
    json_object_set_new(w->power, "end_ns", json_integer(eng_now()));
    cut(json_object_get(w->power, "cpu"), eng_now());
    eng_radio_watch(w->devices[device].port, NULL, NULL);
}

json_t *imp_world_power(const json_t *plan, int device)
{
    json_t *profile = json_pack("{s:i, s:[], s:[]}", "device", device, "radio", "cpu");
    json_t *result = world_run_watched(plan, profile);
    const char *status = json_string_value(json_object_get(result, "status"));
    if (status && strcmp(status, "ok") == 0 && !json_object_get(profile, "end_ns")) {
        json_decref(result);
        result = json_pack("{s:s, s:o}", "status", "harness-failure", "why",
                           json_sprintf("no device %d started", device + 1));
    } else if (status && strcmp(status, "ok") == 0) {
        json_object_set(result, "power", profile);
    }
    json_decref(profile);
    return result;
}
