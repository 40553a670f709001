/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

bool imp_keys_corrupt(const struct imp_adv *a, int party)
{
    for (const struct imp_key_right *k = a->rights->keys; k->role; k++)
        if (k->reveal == IMP_REVEAL_CORRUPT && imp_key_right_names(a, k, party))
            return true;
    return false;
}

static bool due(const struct imp_key_right *k, enum imp_moment m)
{
    switch (k->when.when) {
    case IMP_WHEN_ALWAYS:
        return m == IMP_MOMENT_ALL_DONE || m == IMP_MOMENT_START ||
               (m == IMP_MOMENT_DEVICE_DONE && k->reveal != IMP_REVEAL_CORRUPT);
    case IMP_WHEN_BEFORE:
    case IMP_WHEN_FIRST:
        return m == IMP_MOMENT_START;
    case IMP_WHEN_POST:
        return m == IMP_MOMENT_ALL_DONE;
    case IMP_WHEN_BETWEEN:
        return m == IMP_MOMENT_WINDOW;
    case IMP_WHEN_NEVER:
    default:
        return false;
    }
}

static int ask(struct imp_adv *a, const struct imp_key_right *k, int party)
{
    return k->reveal == IMP_REVEAL_CORRUPT ? a->ops->corrupt(a, party)
                                           : a->ops->reveal(a, party, k->reveal);
}

size_t imp_keys_due(struct imp_adv *a, enum imp_moment moment)
{
    size_t granted = 0;
    for (const struct imp_key_right *k = a->rights->keys; k->role; k++)
        for (size_t i = 0; due(k, moment) && i < a->honest; i++)
            if (imp_key_right_names(a, k, (int)i) && ask(a, k, (int)i) == 0)
                granted++;
    return granted;
}
