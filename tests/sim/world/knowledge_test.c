/* SPDX-License-Identifier: GPL-2.0-only */
/* What an adversary who only reads comes to know with weaknesses, reveals and off-line work. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/runner.h"

struct story {
    const char *mechanism, *options; /* JSON */
    const char *rights;              /* beside reading; members of mitm{}, JSON */
    const char *g1;
    const char *why; /* part of the judge's sentence */
    const char *because;
};

static void tell(const struct story *s)
{
    char keys[1200];
    json_error_t error;
    snprintf(keys, sizeof keys,
             "{\"mechanism\":\"%s\",\"options\":%s,\"limit_s\":300,"
             "\"adversary\":{\"$mitm\":{\"preset\":\"passive\"%s%s}}}",
             s->mechanism, s->options, *s->rights ? "," : "", s->rights);
    json_t *j = json_loads(keys, 0, &error);
    cr_assert_not_null(j, "%s: %s", keys, error.text);
    json_t *result = runner_run(j);
    const char *why = runner_why(result, "g1");
    cr_expect_str_eq(runner_verdict(result, "g1"), s->g1, "%s %s %s, because %s; but: %s",
                     s->mechanism, s->options, s->rights, s->because, why);
    cr_expect_not_null(strstr(why, s->why), "%s %s: expected \"%s\" in: %s", s->mechanism,
                       s->rights, s->why, why);
    json_decref(result);
}

static void tell_all(const struct story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tell(&stories[i]);
}
#define TELL(stories) tell_all(stories, sizeof(stories) / sizeof *(stories))

#define RNG "\"weaknesses\":[\"weak-rng\"]"
Test(world_knowledge, weak_generators)
{
    static const struct story stories[] = {
        {"eap-psk", "{}", RNG, "holds", "none of", "the PSK was there before; RANDs are public"},
        {"eap-noob", "{}", RNG, "broken", "foretold draw", "Noob and the scalars are drawn"},
        {"duckling", "{\"key-transport\":\"x25519\"}", RNG, "broken", "foretold draw",
         "the scalars are drawn"},
        {"dtls-rpk", "{}", RNG, "broken", "foretold draw", "so are the ephemeral scalars of DTLS"},
        {"eap-tls", "{\"tls-version\":\"1.2\"}", RNG, "broken", "foretold draw", "and of TLS 1.2"},
        {"eap-tls", "{}", RNG, "broken", "foretold draw", "and of TLS 1.3"},
    };
    TELL(stories);
}

#define LOG "\"weaknesses\":[\"discrete-log\"]"
Test(world_knowledge, discrete_logarithms)
{
    static const struct story stories[] = {
        {"eap-psk", "{}", LOG, "holds", "none of", "there is no public key"},
        {"eap-noob", "{}", LOG, "holds", "none of", "Noob enters the keys, out of band"},
        {"eap-noob", "{}", LOG ",\"oob\":[\"read\"]", "broken", "one-step KDF from",
         "with Noob nothing is left"},
        {"duckling", "{\"key-transport\":\"x25519\"}", LOG, "broken", "HKDF from X25519 from",
         "the public keys have been read"},
        {"dtls-rpk", "{}", LOG, "broken", "AES-CCM from TLS key block from",
         "the public keys of ECDHE have been read"},
        {"eap-tls", "{}", LOG, "broken", "TLS 1.3 exporter from TLS 1.3 exporter secret from",
         "so have those of the key shares"},
    };
    TELL(stories);
}

#define REVEAL(role, what)                                                                         \
    "\"strategy\":\"reveal\",\"keys\":[{\"role\":\"" role "\",\"reveal\":\"" what                  \
    "\",\"when\":\"post\"}]"
Test(world_knowledge, reveals_after_the_run)
{
    static const struct story stories[] = {
        {"eap-psk", "{}", REVEAL("device", "ltk"), "broken", "cell psk-keys revealed from device-1",
         "RFC 4764 has no forward secrecy"},
        {"eap-psk", "{}", REVEAL("device", "ephemeral"), "holds", "none of",
         "its draws are the nonces that travelled"},
        {"dtls-rpk", "{}", REVEAL("*", "ltk"), "broken", "cell config",
         "the device keeps the operational key that it was given"},
        {"dtls-rpk", "{}", REVEAL("device", "ephemeral"), "broken",
         "revealed draw dtls of device-1", "one scalar of ECDHE gives the session"},
        {"eap-psk", "{}", REVEAL("device", "past"), "holds", "none of", "nothing was overwritten"},
        {"duckling", "{\"key-transport\":\"x25519\"}", REVEAL("duckling", "past"), "broken",
         "past cell bond of device-1", "the bond was kept before it was configured"},
        {"eap-noob", "{}", REVEAL("device", "session"), "broken", "MSK revealed from device-1",
         "it claimed the MSK"},
    };
    TELL(stories);
}

Test(world_knowledge, off_line_work)
{
    static const struct story stories[] = {
        {"eap-psk", "{\"psk-entropy\":10}", "\"work_bits\":10", "broken", " of 2^10 candidates",
         "MAC_P tells right from wrong"},
        {"eap-psk", "{\"psk-entropy\":10}", "", "holds", "none of", "there is no budget"},
        {"eap-psk", "{\"psk-entropy\":48}", "\"work_bits\":48", "broken",
         "accounted: 48 bits within a budget of 2^48, not computed", "the budget is enough"},
        {"tls-psk", "{\"secret\":\"pin\"}", "\"work_bits\":34,\"work_unit\":\"operations\"",
         "broken", "accounted: 20 bits at 2^14 operations each",
         "stretching makes each dearer, and there is enough"},
        {"tls-psk", "{\"secret\":\"pin\"}", "\"work_bits\":20,\"work_unit\":\"operations\"",
         "holds", "none of", "2^6 of 2^20 candidates"},
        {"tls-psk", "{\"secret\":\"pin\",\"pin-stretching\":false}",
         "\"work_bits\":20,\"work_unit\":\"operations\"", "broken",
         "accounted: 20 bits within a budget of 2^20", "nothing is stretched"},
        {"eap-psk", "{\"psk-entropy\":128}", "\"work_bits\":48", "holds", "none of",
         "a random PSK is beyond it: 2^-80"},
        {"eap-noob", "{\"radius-secret-entropy\":8}", "\"work_bits\":8", "broken",
         "MS-MPPE from RADIUS secret of server, found after",
         "the secret of the backend gives the MSK"},
        {"eap-noob", "{\"radius-secret-entropy\":8}",
         "\"work_bits\":8,\"network\":{\"device\":{\"read\":\"always\"}}", "holds", "none of",
         "nothing of RADIUS was read"},
    };
    TELL(stories);
}

/* Published: success with probability 2^(n-H) (EPSK-01). Twelve seeds with n - H = -1. */
Test(world_knowledge, half_the_budget_finds_about_half)
{
    int broken = 0;
    for (int seed = 1; seed <= 12; seed++) {
        json_t *result =
            runner_run(json_pack("{s:s, s:{s:i}, s:i, s:{s:{s:s, s:i}}}", "mechanism", "eap-psk",
                                 "options", "psk-entropy", 6, "seed", seed, "adversary", "$mitm",
                                 "preset", "passive", "work_bits", 5));
        broken += strcmp(runner_verdict(result, "g1"), "broken") == 0;
        json_decref(result);
    }
    cr_expect_geq(broken, 2, "%d of 12", broken); /* outside 2..10 with probability 0.6 % */
    cr_expect_leq(broken, 10, "%d of 12", broken);
}
