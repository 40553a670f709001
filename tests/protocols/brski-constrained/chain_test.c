/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices of an issuing authority below the manufacturer's root: DTLS with the registrar, and the
 * certificates that the registrar's request brings to the MASA. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski-constrained/cbrski.h"
#include "tests/support/chains.h"

extern const struct imp_mechanism imp_brski_constrained;

TestSuite(cbrski_chain, .init = imp_crypto_init);

static const struct chains_mechanism cbrski = {
    &imp_brski_constrained, BRSKI_REGISTRAR, "brski", CBRSKI_MSG_CLIENT_FLIGHT, -1, NULL};

Test(cbrski_chain, a_registrar_builds_the_path_from_what_both_have)
{
    chains_check(&cbrski);
}

static bool is(struct imp_piece a, struct imp_x509 b)
{
    return a.n == b.n && memcmp(a.p, b.der, b.n) == 0;
}

/* cBRSKI section 9.2.1: the pledge's certificate and the one above it, from DTLS or the registrar's
 * own. */
Test(cbrski_chain, the_bag_has_the_pledges_path)
{
    static const char *const sends[] = {"send-chain=full", "send-chain=leaf"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net =
            memnet_new(&imp_brski_constrained, 7,
                       SETTINGS("vendor-chain=issuing", sends[i],
                                i ? "vendor-intermediates=true" : "vendor-intermediates=false"));
        const struct cbrski_registrar *r = memnet_env(net, BRSKI_REGISTRAR)->ctx;
        struct imp_cose_sign1 m;
        memnet_start(net);
        memnet_run(net, 200 * IMP_S);
        cr_assert(memnet_complete(net));
        const struct cbrski_session *s = &r->session[0];
        cr_assert_eq(imp_cose_read(NULL, &m, s->request, s->request_n), 0);
        cr_assert_eq(m.unprotected.count, 4);
        cr_expect(is(m.unprotected.certs[2], enrolled_cert(net, BRSKI_PLEDGE, "idevid")));
        cr_expect(
            is(m.unprotected.certs[3], enrolled_cert(net, BRSKI_PLEDGE, "manufacturer-issuing")));
        memnet_free(net);
    }
}
