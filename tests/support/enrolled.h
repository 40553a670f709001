/* SPDX-License-Identifier: GPL-2.0-only */
/* enrolled.h - what the tests of EST, EST over CoAPS and BRSKI ask after a run over memnet. */
#ifndef IMPRINT_ENROLLED_H
#define IMPRINT_ENROLLED_H

#include "protocols/x509/x509.h"
#include "tests/support/memnet.h"

/* The certificate in a party's cell; the test fails when there is none. */
struct imp_x509 enrolled_cert(struct memnet *net, int role, const char *cell);
/* All are complete. Role 0 has a certificate of that server's authority and its key in "own-key";
 * both have committed to one session of that layer, and name each other. */
void enrolled_check(struct memnet *net, int server, const char *layer);
/* When a message of that kind was first said; IMP_NEVER: not. */
imp_time enrolled_first(const struct memnet *net, int message);
/* A filter that alters the last octet of each message of the kind *(int *)arg. */
memnet_filter enrolled_bend;

/* The server has made the device's key: both ends have it, and say so. */
void enrolled_check_key(struct memnet *net, int server);

#endif
