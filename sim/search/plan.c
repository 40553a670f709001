/* SPDX-License-Identifier: GPL-2.0-only */
#include "plan.h"

#include <stdio.h>
#include <string.h>

#include "sim/adversary/rights.h"
#include "sim/adversary/strategies/strategies.h"
#include "sim/campaign/catalog.h"
#include "sim/campaign/expected.h"
#include "sim/campaign/resolve.h"

/* Rights that name single devices need them to be there. */
static int devices_named(const struct imp_adversary *a)
{
    int most = 0;
    for (const struct imp_key_right *k = a->keys; k->role; k++)
        if (k->device >= most)
            most = k->device + 1;
    return most ? most + 1 : 1; /* and one that is honest */
}

static json_t *adversary(const struct imp_adversary *a)
{
    struct imp_adversary script = *a;
    memset(script.params, 0, sizeof script.params);
    script.strategy = "script";
    script.params[0] = (struct imp_param){"decisions", ""};
    return imp_adversary_json(&script);
}

/* The ideal medium has no streams. */
static const char *medium_of(const struct imp_search_wish *w)
{
    const struct imp_mechanism *m = imp_mechanism_find(w->mechanism);
    bool streams = false;
    for (int c = 0; m && m->channels[c].name; c++)
        streams |= m->channels[c].service == IMP_SERVICE_STREAM &&
                   imp_channel_link(m, c) == IMP_LINK_DEVICE;
    return w->medium ? w->medium : streams ? "ethernet" : "ideal";
}

static json_t *keys(const struct imp_search_wish *w, const struct imp_adversary *a, char *error,
                    size_t cap)
{
    int devices = w->devices ? w->devices : devices_named(a);
    json_t *k = json_pack("{s:s, s:{s:o}, s:s, s:s, s:i, s:i, s:I, s:i}", "mechanism", w->mechanism,
                          "adversary", "$line", adversary(a), "medium", medium_of(w), "backend",
                          w->backend ? w->backend : "ideal", "devices", devices, "limit_s",
                          w->limit_s ? w->limit_s : IMP_SEARCH_LIMIT_S, "seed",
                          (json_int_t)(w->seed ? w->seed : 1), "replications", 1);
    if (k && imp_variant_keys(k, w->variant ? w->variant : "default", error, cap) == 0)
        return k;
    json_decref(k);
    return NULL;
}

json_t *imp_search_plan(const struct imp_search_wish *w, char *error, size_t cap)
{
    const struct imp_adversary *a = imp_adversary_find(w->rights);
    struct imp_resolved r;
    snprintf(error, cap, "the search cannot be planned");
    if (!a) {
        imp_unknown_adversary(w->rights, error, cap);
        return NULL;
    }
    json_t *k = keys(w, a, error, cap);
    if (!k || imp_resolve(&r, k, NULL, "search", error, cap) < 0) {
        json_decref(k);
        return NULL;
    }
    json_t *plan = json_incref(r.plan);
    imp_resolved_free(&r);
    json_decref(k);
    return plan;
}
