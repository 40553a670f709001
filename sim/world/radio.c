/* SPDX-License-Identifier: GPL-2.0-only */
#include "radio.h"

#include <stddef.h>

#define SETTING(kind, name, preset, min, max, unit, summary)                                       \
    {ENG_##kind, name, preset, min, max, unit, summary},
const struct imp_radio_setting imp_radio_settings[] = {
    IMP_RADIO_SETTINGS(SETTING) /* */
    {.name = NULL},
};
#undef SETTING

const struct imp_radio_setting *imp_radio_first(enum eng_kind kind)
{
    for (const struct imp_radio_setting *s = imp_radio_settings; s->name; s++)
        if (s->kind == kind)
            return s;
    return NULL;
}
