/* SPDX-License-Identifier: GPL-2.0-only */
#include "noob_oob.h"

#include <stdio.h>
#include <string.h>

#include "../codec/text.h"
#include "aaa.h"
#include "options.h"

/* The name, or with an AAA server and such a row in front of it NOOB_AAA. */
static int of_server(const struct imp_env *env, const char *name,
                     int (*find)(const struct imp_env *, const char *))
{
    char behind[48];
    snprintf(behind, sizeof behind, "%s%s", NOOB_AAA, name);
    int i = imp_aaa_chosen(env) ? find(env, behind) : -1;
    return i < 0 ? find(env, name) : i;
}

int noob_oob_channel(const struct imp_env *env, const char *name)
{
    return of_server(env, name, imp_eap_channel);
}

int noob_oob_label(const struct imp_env *env, const char *name)
{
    return of_server(env, name, imp_eap_message);
}

size_t noob_oob_write(char *out, size_t cap, const char *url, const struct noob_oob *m)
{
    char noob[NOOB_NOOB_TEXT + 1], hoob[NOOB_NOOB_TEXT + 1], id[3 * NOOB_PEER_ID_MAX + 1];

    imp_percent_encode(id, sizeof id, m->peer_id, m->peer_id_n, "");
    imp_base64url_encode(noob, sizeof noob, m->noob, NOOB_NOOB);
    imp_base64url_encode(hoob, sizeof hoob, m->hoob, NOOB_NOOB);
    int n = snprintf(out, cap, "%s%sP=%s&N=%s&H=%s", url, url[0] ? "?" : "", id, noob, hoob);
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

/* 22 characters. The last one carries two bits only; the example of appendix D has others set,
 * which RFC 4648 section 3.5 lets a reader ignore. */
static int read_16(uint8_t out[NOOB_NOOB], const char *value, size_t n)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char text[NOOB_NOOB_TEXT];

    if (n != sizeof text)
        return -1;
    memcpy(text, value, n);
    const char *last = memchr(alphabet, text[n - 1], sizeof alphabet - 1);
    if (!last)
        return -1;
    text[n - 1] = alphabet[(last - alphabet) & 0x30];
    return imp_base64url_decode(out, NOOB_NOOB, text, n) == NOOB_NOOB ? 0 : -1;
}

/* One parameter "X=value". Sets its bit in *seen. */
static int parameter(struct noob_oob *out, unsigned *seen, const char *p, size_t n)
{
    static const char names[] = "PNH";
    const char *which = n >= 2 && p[0] && p[1] == '=' ? strchr(names, p[0]) : NULL;
    const char *value = p + 2;

    if (!which || (*seen >> (which - names) & 1))
        return -1;
    *seen |= 1u << (which - names);
    n -= 2;
    if (p[0] == 'N')
        return read_16(out->noob, value, n);
    if (p[0] == 'H')
        return read_16(out->hoob, value, n);
    int id = imp_percent_decode(out->peer_id, NOOB_PEER_ID_MAX, value, n);
    if (id < 0 || !noob_peer_id_valid(out->peer_id, (size_t)id))
        return -1;
    out->peer_id[id] = '\0';
    out->peer_id_n = (size_t)id;
    return 0;
}

int noob_oob_parse(struct noob_oob *out, const uint8_t *bytes, size_t n)
{
    const char *p = (const char *)bytes, *end = p + n;
    const char *query = n ? memchr(p, '?', n) : NULL;
    unsigned seen = 0;

    memset(out, 0, sizeof *out);
    if (n > NOOB_OOB_MAX)
        return -1;
    for (p = query ? query + 1 : p; p < end;) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        const char *stop = amp ? amp : end;
        if (parameter(out, &seen, p, (size_t)(stop - p)) < 0)
            return -1;
        if (amp && amp + 1 == end)
            return -1; /* nothing after the last ampersand */
        p = amp ? amp + 1 : end;
    }
    return seen == 7 ? 0 : -1;
}
