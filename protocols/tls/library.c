/* SPDX-License-Identifier: GPL-2.0-only */
/* What GnuTLS takes from its process: randomness, time and the tables of algorithms. */
#include "dtls_internal.h"

#include "../crypto/crypto.h"

#include <gnutls/crypto.h>
#include <time.h>

/* 2100-01-01T00:00:00Z is simulated time 0 for GnuTLS. It must be later than any day on which this
 * runs: GnuTLS keeps the last flight until a time computed from the clock that is set below, but
 * compares that with time(2). So it keeps it for good, on every machine and day. */
#define EPOCH INT64_C(4102444800)

/* Nothing but these extensions and algorithms: the sizes are those of a constrained device. No
 * tickets, extended master secret, encrypt-then-MAC or renegotiation information. */
#define COMMON                                                                                     \
    "NONE:+VERS-DTLS1.2:+COMP-NULL:+AEAD:%NO_TICKETS:%NO_SESSION_HASH:%NO_ETM:"                    \
    "%DISABLE_SAFE_RENEGOTIATION"
/* Between servers: a tag of full length (CCM), if nothing else is asked for, and what programs of
 * others insist on (RFC 5746). */
#define STREAM(CIPHER)                                                                             \
    "NONE:+VERS-TLS1.2:+COMP-NULL:+AEAD:+AES-128-" CIPHER ":%NO_TICKETS:%NO_SESSION_HASH:%NO_ETM"
#define ECDHE ":+ECDHE-ECDSA:+SIGN-ECDSA-SHA256:+GROUP-SECP256R1"
#define X509 ":+CTYPE-CLI-X509:+CTYPE-SRV-X509"
#define STREAM_1_3(CIPHER) "NONE:+VERS-TLS1.3:+COMP-NULL:+AEAD:+AES-128-" CIPHER ":%NO_TICKETS"
enum {
    AUTHS = IMP_DTLS_X509 + 1, /* and so many for each of imp_dtls_suites */
    VERSIONS = IMP_TLS_1_2_AND_1_3 + 1,
    STREAM_PSK = AUTHS * (IMP_DTLS_EITHER + 1),
    STREAM_PSK_SHORT,
    STREAM_X509,                             /* and imp_tls_versions */
    STREAM_TICKETS = STREAM_X509 + VERSIONS, /* the same */
    SUITE = 2 * VERSIONS,                    /* both for each of imp_tls_suite */
    P384_SERVER = (IMP_TLS_GCM + 1) * SUITE, /* all those once more, and again */
    P384_CLIENT = 2 * P384_SERVER,
    RSA = 3 * P384_SERVER,
    DATAGRAM_ECDHE_PSK = STREAM_X509 + RSA + P384_SERVER,
    STREAM_ALIKE /* and as those of datagrams */
};
#define TICKETS_1_2(CIPHER)                                                                        \
    "NONE:+VERS-TLS1.2:+COMP-NULL:+AEAD:+AES-128-" CIPHER ":%NO_SESSION_HASH:%NO_ETM"
#define TICKETS_1_3(CIPHER) "NONE:+VERS-TLS1.3:+COMP-NULL:+AEAD:+AES-128-" CIPHER
#define SIGN_1_3 ":+SIGN-ECDSA-SECP256R1-SHA256"
/* GnuTLS has two names for 0x0503: TLS 1.2 does not bind it to the curve. There a client says by
 * its groups on which curves keys are (RFC 8422 section 5.1), and OpenSSL holds it to that for its
 * own key; for the key exchange P-256 is before. */
#define SIGN_P384 ":+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SECP384R1-SHA384"
#define GROUP_P384 ":+GROUP-SECP384R1"
/* 0x0401, which TLS 1.3 has for certificates alone (RFC 8446 section 4.2.3), and 0x0804. */
#define SIGN_RSA ":+SIGN-RSA-SHA256:+SIGN-RSA-PSS-RSAE-SHA256"
#define LIST(OLD, NEW, GROUP, MORE)                                                                \
    OLD ECDHE GROUP MORE X509, NEW ECDHE SIGN_1_3 MORE X509,                                       \
        OLD ":+VERS-TLS1.3" ECDHE GROUP SIGN_1_3 MORE X509
#define STREAMS(FIRST, OLD, NEW)                                                                   \
    [FIRST] = LIST(OLD, NEW, "", ""), [(FIRST) + P384_SERVER] = LIST(OLD, NEW, "", SIGN_P384),     \
    [(FIRST) + P384_CLIENT] = LIST(OLD, NEW, GROUP_P384, SIGN_P384),                               \
    [(FIRST) + RSA] = LIST(OLD, NEW, "", SIGN_RSA)
#define CIPHER(CODE, NAME)                                                                         \
    STREAMS(STREAM_X509 + SUITE * (CODE), STREAM(NAME), STREAM_1_3(NAME)),                         \
        STREAMS(STREAM_TICKETS + SUITE * (CODE), TICKETS_1_2(NAME), TICKETS_1_3(NAME))
_Static_assert(IMP_TLS_1_2 == 0 && IMP_TLS_1_3 == 1 && IMP_TLS_1_2_AND_1_3 == 2, "order of LIST");
#define RAW ":+CTYPE-CLI-RAWPK:+CTYPE-SRV-RAWPK"
/* GnuTLS takes no list without a signature algorithm, though this suite has no use for one. */
#define DATAGRAMS(SUITES, CIPHERS)                                                                 \
    [AUTHS * (SUITES) + IMP_DTLS_RPK] = COMMON CIPHERS ECDHE RAW,                                  \
                        [AUTHS * (SUITES) + IMP_DTLS_PSK] =                                        \
                            COMMON CIPHERS ":+PSK:+SIGN-ECDSA-SHA256",                             \
                        [AUTHS * (SUITES) + IMP_DTLS_X509] = COMMON CIPHERS ECDHE X509
#define ALIKE(SUITES, CIPHERS)                                                                     \
    [STREAM_ALIKE + AUTHS * (SUITES) + IMP_DTLS_RPK] = STREAM(CIPHERS) ECDHE RAW,                  \
                                       [STREAM_ALIKE + AUTHS * (SUITES) + IMP_DTLS_PSK] =          \
                                           STREAM(CIPHERS) ":+PSK:+SIGN-ECDSA-SHA256",             \
                                       [STREAM_ALIKE + AUTHS * (SUITES) + IMP_DTLS_X509] =         \
                                           STREAM(CIPHERS) ECDHE X509
static const char *const priorities[] = {
    DATAGRAMS(IMP_DTLS_CCM_8, ":+AES-128-CCM-8"),
    DATAGRAMS(IMP_DTLS_CCM, ":+AES-128-CCM"),
    DATAGRAMS(IMP_DTLS_EITHER, ":+AES-128-CCM-8:+AES-128-CCM"),
    [STREAM_PSK] = STREAM("CCM") ":+PSK:+SIGN-ECDSA-SHA256",
    [STREAM_PSK_SHORT] = STREAM("CCM-8") ":+PSK:+SIGN-ECDSA-SHA256",
    CIPHER(IMP_TLS_CCM, "CCM"),
    CIPHER(IMP_TLS_CCM_8, "CCM-8"),
    CIPHER(IMP_TLS_GCM, "GCM"),
    [DATAGRAM_ECDHE_PSK] =
        COMMON ":+CHACHA20-POLY1305:+ECDHE-PSK:+GROUP-SECP256R1:+SIGN-ECDSA-SHA256",
    ALIKE(IMP_DTLS_CCM_8, "CCM-8"),
    ALIKE(IMP_DTLS_CCM, "CCM"),
    ALIKE(IMP_DTLS_EITHER, "CCM-8:+AES-128-CCM"),
};

enum { TAG = 16, SHORT_TAG = 8 };
enum { CHACHA = 0xccac };                      /* RFC 7905: that with ECDHE_PSK */
enum { GCM_1_3 = 0x1301, ECDHE_GCM = 0xc02b }; /* RFC 8446 section B.4; RFC 5289 */
enum { PSK_CCM = 0xc0a4, ECDHE_CCM = 0xc0ac }; /* RFC 6655 and 7251: those with the whole tag */

/* Before a ServerHello nothing is sealed. */
size_t dtls__tag(const struct imp_dtls *d)
{
    if (d->stream && !d->alike)
        return d->config.x509.suite == IMP_TLS_CCM_8 ? SHORT_TAG : TAG;
    if (d->config.suites == IMP_DTLS_CCM)
        return TAG;
    return d->chosen == PSK_CCM || d->chosen == ECDHE_CCM || d->chosen == CHACHA ? TAG : SHORT_TAG;
}

bool dtls__is_chacha(const struct imp_dtls *d)
{
    return d->chosen == CHACHA;
}

bool dtls__is_gcm(const struct imp_dtls *d)
{
    return d->chosen == GCM_1_3 || d->chosen == ECDHE_GCM;
}

size_t dtls__explicit_nonce(const struct imp_dtls *d)
{
    return dtls__is_1_3(d) || dtls__is_chacha(d) ? 0 : EXPLICIT_NONCE;
}

/* RFC 5246 section 7.4.1.3: version, random, session, suite. */
void dtls__suite_chosen(struct imp_dtls *d, const uint8_t *hello, size_t n)
{
    enum { SESSION = 2 + 32 };
    size_t at = n > SESSION ? SESSION + 1 + (size_t)hello[SESSION] : n;
    if (at + 2 <= n)
        d->chosen = (uint16_t)(hello[at] << 8 | hello[at + 1]);
}

bool dtls__is_1_3(const struct imp_dtls *d)
{
    return gnutls_protocol_get_version(d->session) == GNUTLS_TLS1_3;
}

static struct imp_dtls *current;

struct imp_dtls *dtls__enter(struct imp_dtls *d)
{
    struct imp_dtls *before = current;
    current = d;
    return before;
}

void dtls__leave(struct imp_dtls *before)
{
    current = before;
}

/* GnuTLS calls this public function through the dynamic linker, so that the program's definition
 * replaces the library's. Every session is made by this file's functions, so the linker takes it
 * from the archive. Outside of a session (library start-up, tools) a fixed stream serves: nothing
 * that a party sends may depend on it. */
int gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t n)
{
    static struct imp_rng nobody;
    static bool seeded;
    if (current) {
        imp_random(current->env, current->stream ? "tls" : "dtls", data, n);
        if (level != GNUTLS_RND_NONCE)
            dtls__observe_draw(current, data, n);
        return 0;
    }
    if (!seeded)
        imp_rng_seed(&nobody, 0, "gnutls", "outside of sessions");
    seeded = true;
    imp_rng_fill(&nobody, data, n);
    return 0;
}

/* DTLS timers: GnuTLS reads them from one function that can be replaced, though the symbol that
 * does so is not in its headers (version node GNUTLS_PRIVATE_3_4). The public way, defining
 * clock_gettime, would replace the clock of the whole process, the simulator's and the test
 * runner's included. If a GnuTLS lacks the symbol, linking fails and says so. */
extern void _gnutls_global_set_gettime_function(void (*fn)(struct timespec *));

static void clock_time(struct timespec *t)
{
    imp_time now = current ? current->now : 0;
    t->tv_sec = EPOCH + now / IMP_S;
    t->tv_nsec = now % IMP_S;
}

static time_t clock_seconds(time_t *out)
{
    struct timespec t;
    clock_time(&t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}

static size_t list_of(const struct imp_dtls *d)
{
    if (!d->stream && d->config.psk_ecdhe)
        return DATAGRAM_ECDHE_PSK;
    if (!d->stream || d->alike)
        return (d->alike ? STREAM_ALIKE : 0) + AUTHS * (size_t)d->config.suites + d->config.auth;
    if (d->config.auth == IMP_DTLS_PSK)
        return d->config.x509.suite == IMP_TLS_CCM_8 ? STREAM_PSK_SHORT : STREAM_PSK;
    size_t list = (d->config.tickets ? STREAM_TICKETS : STREAM_X509) + d->config.x509.versions;
    list += (size_t)SUITE * d->config.x509.suite;
    switch (d->config.x509.sign) {
    case IMP_KEY_P384:
        return list + (d->config.server ? P384_SERVER : P384_CLIENT);
    case IMP_KEY_RSA:
        return list + RSA;
    default:
        return list;
    }
}

/* The tables are made once and never change. */
gnutls_priority_t dtls__priority(const struct imp_dtls *d)
{
    size_t list = list_of(d);
    static gnutls_priority_t made[sizeof priorities / sizeof *priorities];
    static bool started;
    if (!started) {
        if (gnutls_global_init() < 0)
            return NULL;
        gnutls_global_set_time_function(clock_seconds);
        _gnutls_global_set_gettime_function(clock_time);
        started = true;
    }
    if (!made[list] && gnutls_priority_init(&made[list], priorities[list], NULL) < 0)
        made[list] = NULL;
    return made[list];
}
