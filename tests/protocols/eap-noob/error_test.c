/* SPDX-License-Identifier: GPL-2.0-only */
/* Every error notification that can occur, provoked by changing one message on the device's link
 * (RFC 9140 section 3.6), and the association states after it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "noob_net.h"

#define REQUEST(type) (NOOB_MSG_REQUEST + (type))
#define RESPONSE(type) (NOOB_MSG_RESPONSE + (type))
#define ANY_STATE -1

struct error_case {
    const char *setting;
    int message;
    const char *find, *replace;
    int teller; /* role that finds it */
    const char *error;
    int peer_state; /* after the failed conversation */
    bool lasting;   /* only the user, or other options, can mend it */
};

static const struct error_case cases[] = {
    /* 1002: not JSON, members missing, unknown or twice */
    {NULL, REQUEST(1), "{\"Type\":1}", "{\"Type\":1", PEER, "1002-invalid-structure", 0, false},
    {NULL, REQUEST(1), "}", ",\"Extra\":2}", PEER, "1002-invalid-structure", 0, false},
    {NULL, REQUEST(2), "\"Dirs\":1,", "", PEER, "1002-invalid-structure", 0, false},
    {NULL, REQUEST(2), "\"Dirs\":1,", "\"Dirs\":1,\"Dirs\":1,", PEER, "1002-invalid-structure", 0,
     false},
    {NULL, RESPONSE(2), "\"Verp\":1,", "", SERVER, "1002-invalid-structure", 0, false},
    {NULL, RESPONSE(1), "PeerState", "peerstate", SERVER, "1002-invalid-structure", 0, false},
    {NULL, REQUEST(4), "{", "[", PEER, "1002-invalid-structure", 1, false},
    {"keying-mode=1", REQUEST(8), "\"Ns2\"", "\"PKs2\":{},\"Ns2\"", PEER, "1002-invalid-structure",
     3, false},
    /* 1003: values out of range */
    {NULL, REQUEST(2), "\"Dirs\":1", "\"Dirs\":4", PEER, "1003-invalid-data", 0, false},
    {NULL, REQUEST(2), "\"Vers\":[1]", "\"Vers\":1", PEER, "1003-invalid-data", 0, false},
    {NULL, REQUEST(2), "\"Cryptosuites\":[1,2]", "\"Cryptosuites\":[1,1]", PEER,
     "1003-invalid-data", 0, false},
    {NULL, RESPONSE(2), "\"Cryptosuitep\":1", "\"Cryptosuitep\":7", SERVER, "1003-invalid-data", 0,
     false},
    {NULL, RESPONSE(2), "\"Dirp\":1", "\"Dirp\":2", SERVER, "1003-invalid-data", 0, false},
    {NULL, RESPONSE(1), "\"PeerState\":0", "\"PeerState\":4", SERVER, "1003-invalid-data", 0,
     false},
    {NULL, REQUEST(3), "\"SleepTime\":5", "\"SleepTime\":3601", PEER, "1003-invalid-data", 0,
     false},
    {NULL, REQUEST(4), "\"SleepTime\":5", "\"SleepTime\":-1", PEER, "1003-invalid-data", 1, false},
    {"keying-mode=2", REQUEST(8), "\"KeyingMode\":2", "\"KeyingMode\":4", PEER, "1003-invalid-data",
     3, false},
    /* 1004: type not expected */
    {NULL, REQUEST(1), "\"Type\":1", "\"Type\":4,\"PeerId\":\"x\"", PEER, "1004-unexpected-type", 0,
     false},
    {NULL, RESPONSE(1), "\"Type\":1", "\"Type\":2", SERVER, "1004-unexpected-type", 0, false},
    {NULL, REQUEST(4), "\"Type\":4", "\"Type\":7", PEER, "1004-unexpected-type", 1, false},
    /* 1005: keys */
    {NULL, REQUEST(3), "X25519", "X448", PEER, "1005-invalid-key", 0, false},
    {NULL, RESPONSE(3), "OKP", "EC", SERVER, "1005-invalid-key", 0, false},
    {"keying-mode=2", REQUEST(8), "\"x\":", "\"z\":", PEER, "1005-invalid-key", 3, false},
    {"keying-mode=2", RESPONSE(8), "\"x\":", "\"z\":", SERVER, "1005-invalid-key", 3, false},
    /* 2004: PeerId */
    {NULL, REQUEST(3), "\"PeerId\":\"", "\"PeerId\":\"x", PEER, "2004-unexpected-peerid", 0, false},
    {NULL, RESPONSE(2), "\"PeerId\":\"", "\"PeerId\":\"x", SERVER, "2004-unexpected-peerid", 0,
     false},
    {NULL, REQUEST(4), "\"PeerId\":\"", "\"PeerId\":\"x", PEER, "2004-unexpected-peerid", 1, false},
    {"keying-mode=2", REQUEST(7), "\"PeerId\":\"", "\"PeerId\":\"x", PEER, "2004-unexpected-peerid",
     3, false},
    /* 3001 to 3003: negotiation */
    {NULL, REQUEST(2), "\"Vers\":[1]", "\"Vers\":[2]", PEER, "3001-no-version", 0, false},
    {"keying-mode=2", REQUEST(7), "\"Vers\":[1]", "\"Vers\":[2,3]", PEER, "3001-no-version", 3,
     false},
    {NULL, REQUEST(2), "\"Cryptosuites\":[1,2]", "\"Cryptosuites\":[9]", PEER,
     "3002-no-cryptosuite", 0, false},
    {NULL, REQUEST(2), "\"Dirs\":1", "\"Dirs\":2", PEER, "3003-no-direction", 0, false},
    /* codes that are no codes; wrong ones below */
    {NULL, REQUEST(6), "\"MACs\":\"", "\"MACs\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
     PEER, "1002-invalid-structure", ANY_STATE, false},
    {NULL, RESPONSE(6), "\"MACp\":\"", "\"MACp\":\"=", SERVER, "1003-invalid-data", ANY_STATE,
     true},
    /* 5002 to 5004: information */
    {NULL, REQUEST(2), "\"ServerInfo\":{", "\"ServerInfo\":7,\"X\":{", PEER,
     "1002-invalid-structure", 0, false},
    {NULL, REQUEST(2), "https://", "http://", PEER, "5003-invalid-serverurl", 0, false},
    {"server-info=[1]", REQUEST(2), "\"Vers\"", "\"Vers\"", PEER, "5002-invalid-serverinfo", 0,
     true},
    {"peer-info=17", RESPONSE(2), "\"Verp\"", "\"Verp\"", SERVER, "5004-invalid-peerinfo", 0, true},
};

static void run_case(const struct error_case *c)
{
    bool reconnect = c->setting && strncmp(c->setting, "keying-mode", 11) == 0;
    const char *const settings[] = {c->setting ? c->setting : "error-info=true",
                                    reconnect ? "association=stored" : NULL, NULL};
    struct noob_rule rules[] = {
        {.message = c->message, .count = 1, .find = c->find, .replace = c->replace},
        {.message = -1}};
    struct memnet *net = noob_net(settings);
    int other = c->teller == PEER ? SERVER : PEER;

    noob_rules(net, rules);
    memnet_user(net, 8 * IMP_S, true);
    /* Up to the moment when the error has been told and EAP-Failure has come. */
    for (imp_time t = 0; t < 30 * IMP_S && !noob_claimed(net, other, IMP_CLAIM_ALARM, c->error);
         t += 10 * IMP_MS)
        memnet_run(net, t);
    memnet_run(net, memnet_run(net, 0) + 20 * IMP_MS);
    cr_assert_eq(rules[0].applied, 1, "%s in %s", c->find, imp_eap_noob.messages[c->message].name);
    cr_assert(noob_claimed(net, c->teller, IMP_CLAIM_REJECT, c->error), "%s -> %s", c->replace,
              c->error);
    cr_assert(noob_claimed(net, other, IMP_CLAIM_ALARM, c->error), "%s is told", c->error);
    if (c->peer_state != ANY_STATE)
        cr_assert_eq((int)noob_peer_of(net)->state, c->peer_state, "%s: %s", c->error, c->find);
    if (!c->lasting) { /* one changed message does no lasting harm */
        memnet_user(net, IMP_S, true);
        memnet_run(net, 8000 * IMP_S);
        cr_assert(memnet_complete(net), "after %s in %s", c->find,
                  imp_eap_noob.messages[c->message].name);
        noob_assert_registered(net);
    }
    memnet_free(net);
}

Test(noob_error, each_code_that_can_occur)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_case(&cases[i]);
}

/* A wrong but well-formed code: its first character is another one. */
struct flip {
    int message;
    const char *member;
    unsigned done;
};

static bool flip_filter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    struct flip *f = arg;
    (void)cap;
    if (m->channel != IMP_DOT1X_ACCESS || m->message != f->message || f->done)
        return true;
    uint8_t *at = memmem(bytes, *n, f->member, strlen(f->member));
    cr_assert_not_null(at);
    at += strlen(f->member) + 3; /* the first character of the code */
    *at = *at == 'A' ? 'B' : 'A';
    f->done++;
    return true;
}

Test(noob_error, wrong_codes)
{
    static const struct {
        const char *setting;
        int message;
        const char *member, *error;
        int teller, peer_state;
    } codes[] = {
        {NULL, REQUEST(6), "\"MACs", "4001-hmac-failure", PEER, NOOB_WAITING},
        {NULL, RESPONSE(6), "\"MACp", "4001-hmac-failure", SERVER, NOOB_RECONNECTING},
        {NULL, REQUEST(6), "\"NoobId", "2003-unrecognized-noobid", PEER, NOOB_WAITING},
        {"direction=server-to-peer", RESPONSE(5), "\"NoobId", "2003-unrecognized-noobid", SERVER,
         NOOB_WAITING},
        {"association=stored", REQUEST(9), "\"MACs2", "4001-hmac-failure", PEER, NOOB_RECONNECTING},
        {"association=stored", RESPONSE(9), "\"MACp2", "4001-hmac-failure", SERVER,
         NOOB_RECONNECTING},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const char *const settings[] = {codes[i].setting, NULL};
        struct flip flip = {codes[i].message, codes[i].member, 0};
        struct memnet *net = noob_net(settings);
        int other = codes[i].teller == PEER ? SERVER : PEER;
        memnet_filter_set(net, flip_filter, &flip);
        for (imp_time t = 0;
             t < 30 * IMP_S && !noob_claimed(net, other, IMP_CLAIM_ALARM, codes[i].error);
             t += IMP_MS)
            memnet_run(net, t);
        memnet_run(net, memnet_run(net, 0) + 20 * IMP_MS);
        cr_assert_eq(flip.done, 1);
        cr_assert(noob_claimed(net, codes[i].teller, IMP_CLAIM_REJECT, codes[i].error));
        cr_assert_eq((int)noob_peer_of(net)->state, codes[i].peer_state, "case %zu", i);
        cr_assert_not(memnet_completed(net, PEER));
        memnet_free(net);
    }
}

/* What was negotiated is covered by Hoob: a change in flight makes the OOB message useless. */
Test(noob_error, changed_negotiation_is_found_by_hoob)
{
    static const struct {
        int message;
        const char *find, *replace;
    } changes[] = {
        {REQUEST(2), "\"Cryptosuites\":[1,2]", "\"Cryptosuites\":[1]"},
        {REQUEST(2), "\"Dirs\":1", "\"Dirs\":3"},
        {REQUEST(2), "\"Example\"", "\"Exemple\""},
        {REQUEST(2), "\"Vers\":[1]", "\"Vers\":[1,2]"},
        {REQUEST(2), "\"Cryptosuites\"", "\"NewNAI\":\"a@b.c\",\"Cryptosuites\""},
        {REQUEST(2), "\"Vers\":[1]", "\"Vers\":[ 1 ]"},
        {RESPONSE(2), "Acme", "acme"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct noob_rule rules[] = {{.message = changes[i].message,
                                     .count = 1,
                                     .find = changes[i].find,
                                     .replace = changes[i].replace},
                                    {.message = -1}};
        struct memnet *net = noob_net(NULL);
        noob_rules(net, rules);
        memnet_run(net, 30 * IMP_S);
        cr_assert_eq(rules[0].applied, 1);
        cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_ALARM, "oob-hoob-mismatch"), "%s",
                  changes[i].find);
        cr_assert_not(memnet_complete(net));
        cr_assert_eq(noob_record_of(net)->state, NOOB_WAITING);
        memnet_free(net);
    }
}

/* The notification has PeerId, code and, unless switched off, text. */
Test(noob_error, the_notification_itself)
{
    for (int text = 0; text < 2; text++) {
        const char *const settings[] = {"peer.suite=p256", "server.suite=x25519",
                                        text ? "error-info=true" : "error-info=false", NULL};
        struct memnet *net = noob_net(settings);
        memnet_run(net, 10 * IMP_S);
        const struct memnet_message *m = noob_last_message(net, RESPONSE(NOOB_ERROR));
        cr_assert_not_null(m);
        cr_assert_not_null(memmem(m->bytes, m->n, "\"ErrorCode\":3002", 16));
        cr_assert_eq(memmem(m->bytes, m->n, "ErrorInfo", 9) != NULL, text);
        cr_assert_eq(noob_sent_count(net, IMP_DOT1X_MSG_FAILURE), 1);
        memnet_free(net);
    }
}

Test(noob_error, texts_and_names)
{
    cr_assert_str_eq(noob_error_text(NOOB_E_NAI), "Invalid NAI");
    cr_assert_str_eq(noob_error_text(5004), "Invalid peer info");
    cr_assert_str_eq(noob_error_name(NOOB_E_HMAC), "4001-hmac-failure");
    cr_assert_str_eq(noob_error_text(6001), "private or unknown error");
    cr_assert_str_eq(noob_error_name(0), "unknown-error");
}
