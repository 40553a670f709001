/* SPDX-License-Identifier: GPL-2.0-only */
/* pcap.h - DIR/pcap/RUN_KEY/PORT.pcap: captured into a hidden folder beside it, renamed when whole.
 */
#ifndef IMPRINT_PCAP_H
#define IMPRINT_PCAP_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the run's captures are there. */
bool imp_pcap_has(const char *dir, const char *key);
/* Makes DIR/pcap and removes what an earlier campaign left half-written. */
int imp_pcap_prepare(const char *dir, char *error, size_t cap);
/* The folder that the run makes and captures into. */
void imp_pcap_path(const char *dir, const char *key, char *out, size_t cap);
/* Puts the folder in its place, or removes it. */
int imp_pcap_keep(const char *dir, const char *key, char *error, size_t cap);
void imp_pcap_drop(const char *dir, const char *key);

/* Takes over the captures of another folder's runs that are not there yet: linked, or copied where
 * that cannot be. Returns 0, or -1 and a sentence; each run's folder appears whole or not. */
int imp_pcap_join(const char *dir, const char *from, char *error, size_t cap);

#endif
