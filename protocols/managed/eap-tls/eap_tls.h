/* SPDX-License-Identifier: GPL-2.0-only */
/* eap_tls.h - the mechanism "eap-tls": the indices of its tables; private to this folder and its
 * tests. The method itself is protocols/eap/etls.h. */
#ifndef IMPRINT_EAP_TLS_H
#define IMPRINT_EAP_TLS_H

#include "../../eap/dot1x.h"
#include "../../eap/etls.h"

/* The mechanism's own rows after the shared ones. */
enum { ETLS_MSG = IMP_DOT1X_MESSAGES }; /* enum etls_kind follows */
enum { ETLS_OPT_REALM = IMP_DOT1X_OPTIONS, ETLS_OPT_VERSION };

extern const struct imp_eap_method etls_method;
extern const struct imp_mechanism imp_eap_tls;

#endif
