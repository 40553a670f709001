/* SPDX-License-Identifier: GPL-2.0-only */
/* options.h - what a method reads of the mechanism that it is part of.
 *
 * A method serves several lower layers, each a mechanism with tables of its own; so it finds its
 * options and flaws by name. `otherwise`: where the mechanism has no such option. */
#ifndef IMPRINT_EAP_OPTIONS_H
#define IMPRINT_EAP_OPTIONS_H

#include "../contract/mechanism.h"

int64_t imp_eap_opt(const struct imp_env *env, const char *name, int64_t otherwise);
const char *imp_eap_opt_str(const struct imp_env *env, const char *name, const char *otherwise);
/* Indices of a channel and of a message by name, or -1. */
int imp_eap_channel(const struct imp_env *env, const char *name);
int imp_eap_message(const struct imp_env *env, const char *name);
bool imp_eap_flawed(const struct imp_env *env, const char *name);

#endif
