/* SPDX-License-Identifier: GPL-2.0-only */
/* resolve_radio.c - settings of the radios on the devices' link, and what else depends on the
 * medium. */
#include "resolve.h"

#include "canonical.h"
#include "catalog.h"
#include "sim/words/nearest.h"
#include "sim/world/radio.h"

#include <stdio.h>
#include <string.h>

enum { CELL_MOST = 200 }; /* of a BSS or PAN; a gateway of LoRaWAN has no such limit */

static enum eng_kind medium_of(const struct imp__resolver *r)
{
    const char *name = json_string_value(json_object_get(r->plan, "medium"));
    return (enum eng_kind)(imp_medium_find(name) - imp_media);
}

static int check_names(struct imp__resolver *r, const json_t *radio,
                       const struct imp_radio_setting *first)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)radio, name, value)
    {
        struct imp_nearest best = {0};
        char hint[100];
        bool known = false;
        for (const struct imp_radio_setting *s = first; s->name && s->kind == first->kind; s++) {
            known = known || strcmp(name, s->name) == 0;
            imp_nearest_offer(&best, name, s->name);
        }
        imp_nearest_hint(&best, hint, sizeof hint);
        if (!known)
            return imp__resolve_fail(r, "radio: unknown entry \"%.60s\" of %s%s", name,
                                     imp_media[first->kind].name, hint);
    }
    return 0;
}

static int resolve_one(struct imp__resolver *r, json_t *out, const json_t *radio,
                       const struct imp_radio_setting *s)
{
    const json_t *given = json_object_get(radio, s->name);
    double v = given ? json_number_value(given) : s->preset;
    char parameter[60];
    if ((given && !json_is_number(given)) || !(v >= s->min && v <= s->max) || v != (int)v)
        return imp__resolve_fail(r, "radio.%s: expected an integer from %d to %d", s->name, s->min,
                                 s->max);
    snprintf(parameter, sizeof parameter, "radio.%s", s->name);
    imp__resolve_source(r, parameter, given, "default");
    json_object_set_new(out, s->name, imp_canonical_number(v));
    return 0;
}

static int value(const json_t *radio, const char *name)
{
    return (int)json_integer_value(json_object_get(radio, name));
}

/* What the table cannot say of one number alone. */
static int check_together(struct imp__resolver *r, enum eng_kind kind, const json_t *radio)
{
    if (kind == ENG_LORAWAN && value(radio, "spreading") > 0 && value(radio, "spreading") < 7)
        return imp__resolve_fail(r, "radio.spreading: expected 0 or an integer from 7 to 12");
    if (kind == ENG_LORAWAN && value(radio, "region") != 868 && value(radio, "region") != 915)
        return imp__resolve_fail(r, "radio.region: expected 868 or 915");
    if (kind == ENG_LORAWAN && value(radio, "region") == 868 && value(radio, "power_dbm") > 16)
        return imp__resolve_fail(r, "radio.power_dbm: expected an integer from -4 to 16");
    if (kind == ENG_LORAWAN && value(radio, "region") == 915 && value(radio, "spreading") > 10)
        return imp__resolve_fail(r, "radio.spreading: expected 0 or an integer from 7 to 10");
    if (kind == ENG_LORAWAN && value(radio, "region") == 915 && value(radio, "rx1_offset") > 3)
        return imp__resolve_fail(r, "radio.rx1_offset: expected an integer from 0 to 3");
    if (kind == ENG_LORAWAN && value(radio, "channels") != 3 && value(radio, "channels") != 8)
        return imp__resolve_fail(r, "radio.channels: expected 3 or 8");
    if (kind != ENG_BLE)
        return 0;
    if (value(radio, "connection_ms") % 5)
        return imp__resolve_fail(r, "radio.connection_ms: expected a multiple of 5");
    if (value(radio, "scan_window_ms") > value(radio, "scan_ms"))
        return imp__resolve_fail(r, "radio.scan_window_ms: expected at most scan_ms");
    if (value(radio, "supervision_ms") <= 2 * value(radio, "connection_ms"))
        return imp__resolve_fail(r, "radio.supervision_ms: expected more than twice connection_ms");
    return 0;
}

int imp__resolve_radio(struct imp__resolver *r)
{
    enum eng_kind kind = medium_of(r);
    const json_t *radio = json_object_get(r->keys, "radio");
    const struct imp_radio_setting *first = imp_radio_first(kind);
    double cell = json_number_value(json_object_get(r->plan, "cell"));
    if (kind != ENG_LORAWAN && cell > CELL_MOST)
        return imp__resolve_fail(r, "cell: expected an integer from 1 to %d on %s", CELL_MOST,
                                 imp_media[kind].name);
    if (radio && !json_is_object(radio))
        return imp__resolve_fail(r, "radio: expected a table such as { power_dbm = 0 }");
    if (!first)
        return radio && json_object_size(radio)
                   ? imp__resolve_fail(r, "radio: %s has nothing to set", imp_media[kind].name)
                   : 0;
    if (check_names(r, radio, first) < 0)
        return -1;
    json_t *out = json_object();
    json_object_set_new(r->plan, "radio", out);
    for (const struct imp_radio_setting *s = first; s->name && s->kind == kind; s++)
        if (resolve_one(r, out, radio, s) < 0)
            return -1;
    return check_together(r, kind, out);
}
