/* SPDX-License-Identifier: GPL-2.0-only */
/* radio_set.c - the scenario's settings of the radios on the devices' link, given to the engine. */
#include "sim/world/radio.h"

#include <stdio.h>
#include <string.h>

#include "world.h"

static int value(const struct world_spec *spec, const char *name)
{
    const struct imp_radio_setting *first = imp_radio_first(spec->medium);
    for (int i = 0; first && first[i].name && first[i].kind == spec->medium; i++)
        if (strcmp(first[i].name, name) == 0)
            return spec->radio[i];
    return 0;
}

static imp_time ms(const struct world_spec *spec, const char *name)
{
    return value(spec, name) * IMP_MS;
}

static int set_ble(const struct world_spec *s, int port)
{
    return eng_ble_set(port, &(struct eng_ble){.advertising_interval = ms(s, "advertising_ms"),
                                               .advertising_events = value(s, "advertising_events"),
                                               .connectable_interval = ms(s, "connectable_ms"),
                                               .scan_interval = ms(s, "scan_ms"),
                                               .scan_window = ms(s, "scan_window_ms"),
                                               .connection_interval = ms(s, "connection_ms"),
                                               .supervision_timeout = ms(s, "supervision_ms"),
                                               .pdu = value(s, "pdu"),
                                               .mtu = value(s, "mtu"),
                                               .power = value(s, "power_dbm")});
}

static int set_lorawan(const struct world_spec *s, int port)
{
    return eng_lorawan_set(port, &(struct eng_lorawan){.region = value(s, "region"),
                                                       .spreading = value(s, "spreading"),
                                                       .bandwidth = 125,
                                                       .coding = value(s, "coding"),
                                                       .channels = value(s, "channels"),
                                                       .rx1_delay = value(s, "rx1_delay_s"),
                                                       .join_delay = value(s, "join_delay_s"),
                                                       .rx1_offset = value(s, "rx1_offset"),
                                                       .rx2_spreading = value(s, "rx2_spreading"),
                                                       .duty_cycle = value(s, "duty_cycle"),
                                                       .power = value(s, "power_dbm")});
}

static int set_zwave(const struct world_spec *s, int port)
{
    return eng_zwave_set(
        port, &(struct eng_zwave){.rate = value(s, "rate"), .power = value(s, "power_dbm")});
}

int world_radio_set(const struct world_spec *spec, int port)
{
    switch (spec->medium) {
    case ENG_BLE:
        return set_ble(spec, port);
    case ENG_LORAWAN:
        return set_lorawan(spec, port);
    case ENG_ZWAVE:
        return set_zwave(spec, port);
    default:
        return 0;
    }
}

/* Every setting of the medium: the plan's where it has it, else the preset. */
int world_radio_parse(struct world_spec *spec, const json_t *radio, char *error, size_t cap)
{
    const struct imp_radio_setting *first = imp_radio_first(spec->medium);
    for (int i = 0; first && first[i].name && first[i].kind == spec->medium; i++) {
        const json_t *given = json_object_get(radio, first[i].name);
        json_int_t v = given ? json_integer_value(given) : first[i].preset;
        if ((given && !json_is_integer(given)) || v < first[i].min || v > first[i].max) {
            snprintf(error, cap, "plan: radio.%s: expected an integer from %d to %d", first[i].name,
                     first[i].min, first[i].max);
            return -1;
        }
        spec->radio[i] = (int)v;
    }
    return 0;
}
