/* SPDX-License-Identifier: GPL-2.0-only */
/* label.c - the text of a device's QR code (TR005): "LW:D0:" JoinEUI ":" DevEUI ":" ProfileID, then
 * extensions, each a letter and its value: C checksum, O OwnerToken, S serial number, P the
 * maker's. EUIs have their first octet first. */
#include <stdio.h>
#include <string.h>

#include "lorawan.h"

static const char head[] = "LW:D0:";

/* A EUI is kept as it goes on the air, least octet first. */
static void eui_text(char out[2 * LW_EUI + 1], const uint8_t eui[LW_EUI])
{
    for (int i = 0; i < LW_EUI; i++)
        snprintf(out + 2 * i, 3, "%02X", eui[LW_EUI - 1 - i]);
}

size_t lw_label_write(char out[LW_LABEL_MAX + 1], const struct lw_label *l)
{
    char join[2 * LW_EUI + 1], device[2 * LW_EUI + 1];
    eui_text(join, l->join_eui);
    eui_text(device, l->dev_eui);
    return (size_t)snprintf(out, LW_LABEL_MAX + 1, "%s%s:%s:%02X%02X%02X%02X%s%s", head, join,
                            device, l->profile[0], l->profile[1], l->profile[2], l->profile[3],
                            l->token[0] ? ":O" : "", l->token);
}

static int nibble(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static int hex(uint8_t *out, size_t n, const char *field, size_t length)
{
    if (length != 2 * n)
        return -1;
    for (size_t i = 0; i < n; i++) {
        int high = nibble(field[2 * i]), low = nibble(field[2 * i + 1]);
        if (high < 0 || low < 0)
            return -1;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return 0;
}

static int eui(uint8_t out[LW_EUI], const char *field, size_t length)
{
    uint8_t first[LW_EUI];
    if (hex(first, LW_EUI, field, length) != 0)
        return -1;
    for (int i = 0; i < LW_EUI; i++)
        out[i] = first[LW_EUI - 1 - i];
    return 0;
}

/* Field number `i` after the head: three that must be there, then extensions. Of these the join
 * server needs the OwnerToken alone; an empty one is none. */
static int field(struct lw_label *l, unsigned i, const char *at, size_t n)
{
    if (i == 0)
        return eui(l->join_eui, at, n);
    if (i == 1)
        return eui(l->dev_eui, at, n);
    if (i == 2)
        return hex(l->profile, sizeof l->profile, at, n);
    if (n < 2 || at[0] != 'O')
        return 0;
    if (n - 1 > LW_TOKEN_MAX || l->token[0])
        return -1;
    memcpy(l->token, at + 1, n - 1);
    return 0;
}

int lw_label_read(struct lw_label *l, const uint8_t *text, size_t n)
{
    char copy[LW_LABEL_MAX + 1];
    unsigned i = 0;
    memset(l, 0, sizeof *l);
    if (n > LW_LABEL_MAX || n < sizeof head - 1 || memcmp(text, head, sizeof head - 1) != 0)
        return -1;
    for (size_t k = 0; k < n; k++)
        if (text[k] <= ' ' || text[k] > '~')
            return -1;
    memcpy(copy, text, n);
    copy[n] = 0;
    for (const char *at = copy + sizeof head - 1; at; i++) {
        const char *end = strchr(at, ':');
        if (field(l, i, at, end ? (size_t)(end - at) : strlen(at)) != 0)
            return -1;
        at = end ? end + 1 : NULL;
    }
    return i >= 3 ? 0 : -1;
}
