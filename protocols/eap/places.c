/* SPDX-License-Identifier: GPL-2.0-only */
#include "places.h"

#include <string.h>

#include "options.h"

imp_time imp_place_window(const struct imp_env *env)
{
    return imp_eap_opt(env, "clone-window", 0) * IMP_S;
}

bool imp_place_is_elsewhere(const struct imp_env *env, const struct imp_place *here,
                            const struct imp_place *there)
{
    return here->device[0] && here->n > 0 && there->n > 0 &&
           there->since >= here->since - imp_place_window(env) &&
           strcmp(there->device, here->device) == 0 &&
           (there->n != here->n || memcmp(there->at, here->at, here->n) != 0);
}

void imp_place_alarm(struct imp_env *env, const char *layer)
{
    imp_claim(env, &(struct imp_claim){
                       .kind = IMP_CLAIM_ALARM, .layer = layer, .name = "cloned device identity"});
}
