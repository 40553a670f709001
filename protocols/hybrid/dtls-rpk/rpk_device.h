/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_device.h - memory of a device. */
#ifndef IMPRINT_RPK_DEVICE_H
#define IMPRINT_RPK_DEVICE_H

#include "protocols/coaps/coaps.h"
#include "rpk.h"
#include "rpk_key.h"

/* What is known of the server's key. */
enum rpk_pin_form { RPK_PIN_UNKNOWN, RPK_PIN_NAME, RPK_PIN_WHOLE };

struct rpk_device {
    struct imp_env *env;
    enum rpk_device_state state;
    struct rpk_key key;
    enum rpk_pin_form form;
    struct imp_nih pin_name;
    uint8_t pin_spki[RPK_SPKI];

    struct imp_coaps secure;
    uint8_t server_spki[RPK_SPKI]; /* shown in the latest handshake */
    uint8_t server_hash[RPK_HASH];
    uint8_t sid[RPK_SID];
    imp_time back_off;
    bool enrolled, claimed; /* a configuration is stored; COMPLETE is said */
    uint32_t number;
};

#endif
