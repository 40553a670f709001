/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define VIEW_UNITS 20000 /* payloads kept of one device: a disturbed run tries for ever */

static void *grown(void *list, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return list;
    *cap = *cap ? 2 * *cap : 32;
    void *p = realloc(list, *cap * size);
    if (!p)
        abort();
    return p;
}

void world_ledger_intent(struct world *w, int device, const struct world_party *with)
{
    struct world_ledger *l = &w->ledger;
    if (device < 0 || !with || !world_honest(with))
        return;
    l->intents = grown(l->intents, &l->intent_cap, l->intent_count + 1, sizeof *l->intents);
    l->intents[l->intent_count++] =
        (struct imp_intent){.device = device, .party = with->index, .at = eng_now()};
}

/* ---- severances --------------------------------------------------------------------------------
 */
static bool says(const struct imp_severance *s, const struct world_happening *h)
{
    const char *word = h->verb == WORLD_RESET ? "reset" : h->word;
    size_t n = strcspn(word, " ");
    return s->role == h->role && strlen(s->word) == n && strncmp(s->word, word, n) == 0;
}

void world_ledger_happened(struct world *w, const struct world_party *p,
                           const struct world_happening *h)
{
    struct world_ledger *l = &w->ledger;
    const struct imp_severance *s = w->spec.mechanism->severances;
    if (h->verb != WORLD_RESET && h->verb != WORLD_CONTROL)
        return;
    while (s && s->word && !says(s, h))
        s++;
    if (!s || !s->word)
        return;
    const char *blank = h->verb == WORLD_CONTROL ? strchr(h->word, ' ') : NULL;
    l->severances =
        grown(l->severances, &l->severance_cap, l->severance_count + 1, sizeof *l->severances);
    l->severances[l->severance_count++] = (struct world_severance){
        .what = s, .party = p->index, .named = blank ? blank + 1 : NULL, .at = eng_now()};
}

/* ---- what the adversary reads -------------------------------------------------------------------
 */
struct address {
    uint8_t bytes[24];
    size_t n;
};

static void as_text(struct address *out, const uint8_t mac[6], const char *form)
{
    out->n = (size_t)snprintf((char *)out->bytes, sizeof out->bytes, form, mac[0], mac[1], mac[2],
                              mac[3], mac[4], mac[5]);
}

/* The device's addresses in the forms in which protocols write them. */
static size_t addresses(const struct world *w, int device, struct address out[6])
{
    int port = w->devices[device].port;
    eng_addr link = eng_link_address(port);
    uint64_t eui = eng_eui64(port);
    size_t n = 0;
    for (int i = 0; i < 8; i++)
        out[n].bytes[i] = (uint8_t)(eui >> 8 * (7 - i));
    out[n++].n = 8;
    if (link >> 16) { /* not a short address, which occurs everywhere */
        for (int i = 0; i < 6; i++)
            out[n].bytes[i] = (uint8_t)(link >> 8 * (5 - i));
        out[n].n = 6;
        as_text(&out[n + 1], out[n].bytes, "%02X-%02X-%02X-%02X-%02X-%02X");
        as_text(&out[n + 2], out[n].bytes, "%02x:%02x:%02x:%02x:%02x:%02x");
        n += 3;
    }
    if (eng_ip_address(port, out[n].bytes) == 0)
        out[n++].n = 16;
    if (eng_ip_linklocal(port, out[n].bytes) == 0)
        out[n++].n = 16;
    return n;
}

static size_t address_at(const struct address *a, size_t count, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].n <= n && memcmp(a[i].bytes, p, a[i].n) == 0)
            return a[i].n;
    return 0;
}

static void keep(struct world_view *v, const uint8_t *p, size_t n)
{
    if (n < IMP_WINDOW_OCTETS || v->count == VIEW_UNITS)
        return;
    v->unit = grown(v->unit, &v->cap, v->count + 1, sizeof *v->unit);
    v->unit[v->count++] = (struct imp_fact){.bytes = world_copy(p, n), .n = n, .rule = -1};
}

void world_ledger_read(struct world *w, int device, const uint8_t *bytes, size_t n)
{
    struct address own[6];
    size_t from = 0;
    if (device != world_subject(w) || !bytes)
        return;
    size_t count = addresses(w, device, own);
    for (size_t i = 0; i < n;) {
        size_t cut = address_at(own, count, bytes + i, n - i);
        if (cut) {
            keep(&w->ledger.view, bytes + from, i - from);
            from = i + cut;
        }
        i += cut ? cut : 1;
    }
    keep(&w->ledger.view, bytes + from, n - from);
}

void world_view_free(struct world_view *v)
{
    for (size_t i = 0; i < v->count; i++)
        free(v->unit[i].bytes);
    free(v->unit);
    *v = (struct world_view){0};
}

void world_ledger_free(struct world *w)
{
    world_view_free(&w->ledger.view);
    free(w->ledger.intents);
    free(w->ledger.severances);
}
