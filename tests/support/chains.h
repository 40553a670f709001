/* SPDX-License-Identifier: GPL-2.0-only */
/* chains.h - identities that an authority below the manufacturer's root has issued, with each
 * mechanism that has them: who sends what, who has what. */
#ifndef IMPRINT_CHAINS_H
#define IMPRINT_CHAINS_H

#include "tests/support/enrolled.h"

struct chains_mechanism {
    const struct imp_mechanism *mechanism;
    int server; /* role that verifies the device's certificate */
    const char *layer;
    int flight, finished; /* messages with the device's certificate, and what follows it */
    const char *also;     /* a setting, or NULL */
};
/* A path is found from what came and what the server has, and not without the authority below the
 * root; the flight is longer by that one's certificate. */
void chains_check(const struct chains_mechanism *m);
/* OpenSSL goes from the device's certificate to the root by that authority, and not without. */
void chains_check_openssl(const struct chains_mechanism *m);

#endif
