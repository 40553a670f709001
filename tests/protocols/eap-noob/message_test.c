/* SPDX-License-Identifier: GPL-2.0-only */
/* Reader and writer of EAP-NOOB messages, out-of-band messages, identifiers. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/eap/noob_message.h"
#include "protocols/eap/noob_oob.h"
#include "tests/support/vectors.h"

static int parse(struct noob_message *m, bool response, const char *text)
{
    return noob_parse(m, response, (const uint8_t *)text, strlen(text));
}

Test(noob_message, the_authors_messages_are_read)
{
    VECTORS(c, "eap_noob_initial_completion")
    {
        const json_t *list = json_object_get(c, "messages_initial_and_completion");
        cr_assert_eq(json_array_size(list), 18);
        for (size_t i = 0; i < json_array_size(list); i++) {
            struct noob_message m;
            const char *text = json_string_value(json_array_get(list, i));
            cr_assert_eq(parse(&m, i % 2 == 1, text), NOOB_OK, "%s", text);
            if (noob_has(&m, NOOB_M_PEER_ID))
                cr_assert_str_eq(m.peer_id, "07KRU6OgqX0HIeRFldnbSW");
        }
    }
}

/* A request taken for a response and the other way round: the members do not fit. */
Test(noob_message, requests_are_no_responses)
{
    VECTORS(c, "eap_noob_initial_completion")
    {
        const json_t *list = json_object_get(c, "messages_initial_and_completion");
        for (size_t i = 2; i < 12; i++) {
            struct noob_message m;
            const char *text = json_string_value(json_array_get(list, i));
            bool alike = strstr(text, "\"Type\":1") || /* handshake, and type 4 without SleepTime */
                         (strstr(text, "\"Type\":4") && i % 2 == 1);
            if (!alike)
                cr_assert_eq(parse(&m, i % 2 == 0, text), NOOB_E_STRUCTURE, "%s", text);
        }
    }
}

Test(noob_message, values_are_kept_verbatim)
{
    struct noob_message m;
    static const char text[] =
        " {\"ServerInfo\" : {\"b\": [1,\"}\"],  \"a\":\"\\\"\"} ,\n\"Vers\":[1, 2],"
        "\"PeerId\":\"p\",\"Type\":2,\"Dirs\":3,\"Cryptosuites\":[2,1]}\n";
    cr_assert_eq(parse(&m, false, text), NOOB_OK);
    const struct noob_span *s = &m.raw[NOOB_M_SERVER_INFO];
    static const char info[] = "{\"b\": [1,\"}\"],  \"a\":\"\\\"\"}";
    cr_assert_eq(s->n, sizeof info - 1);
    cr_assert_arr_eq(s->p, info, s->n);
    cr_assert_arr_eq(m.raw[NOOB_M_VERS].p, "[1, 2]", 6);
    cr_assert_eq(m.raw[NOOB_M_VERS].n, 6);
    cr_assert_arr_eq(m.raw[NOOB_M_DIRS].p, "3", 1);
    cr_assert_eq(m.raw[NOOB_M_DIRS].n, 1);
    cr_assert_arr_eq(m.raw[NOOB_M_PEER_ID].p, "\"p\"", 3);
    cr_assert_eq(m.vers_n, 2);
    cr_assert_eq(m.suites[0], 2);
}

Test(noob_message, structure_errors)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "7",
        "\"Type\"",
        "{}",
        "{\"Type\":1}x",
        "{\"Type\":1,}",
        "{\"PeerId\":\"p\"}",
        "{\"Type\":1,\"Type\":1}",
        "{\"Typ\\u0065\":1}",
        "{\"Type\":1,\"Typ\\u0065\":1}",
        "{\"Type\":1,\"type\":1}",
        "{\"Type\":4}",
        "{\"Type\":4,\"PeerId\":\"p\",\"PeerId\":\"p\"}",
        "{\"Type\":4,\"PeerId\":\"p\",\"SleepTime\":1,\"Verp\":1}",
        "{\"Type\":4,\"PeerId\":\"\xff\"}",
        ("{\"Type\":2,\"Vers\":[1],\"PeerId\":\"p\",\"Cryptosuites\":[1],\"Dirs\":1,"
         "\"ServerInfo\":{\"a\":1,\"a\":2}}")};
    struct noob_message m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(parse(&m, false, bad[i]), NOOB_E_STRUCTURE, "%s", bad[i]);
    cr_assert_eq(noob_parse(&m, false, (const uint8_t *)"{\"Type\":1}", 9), NOOB_E_STRUCTURE);
}

Test(noob_message, data_errors)
{
    static const struct {
        bool response;
        const char *text;
        int error;
    } bad[] = {
        {false, "{\"Type\":10}", NOOB_E_DATA},
        {false, "{\"Type\":-1}", NOOB_E_DATA},
        {false, "{\"Type\":1.0}", NOOB_E_DATA},
        {false, "{\"Type\":\"1\"}", NOOB_E_DATA},
        {true, "{\"Type\":1,\"PeerState\":4}", NOOB_E_DATA},
        {true, "{\"Type\":1,\"PeerState\":true}", NOOB_E_DATA},
        {false, "{\"Type\":4,\"PeerId\":\"\"}", NOOB_E_DATA},
        {false, "{\"Type\":4,\"PeerId\":\"a b\"}", NOOB_E_DATA},
        {false, "{\"Type\":4,\"PeerId\":\"a@b\"}", NOOB_E_DATA},
        {false, "{\"Type\":4,\"PeerId\":7}", NOOB_E_DATA},
        {false, "{\"Type\":4,\"PeerId\":\"p\",\"SleepTime\":3601}", NOOB_E_DATA},
        {false, "{\"Type\":0,\"ErrorCode\":0}", NOOB_E_DATA},
        {false, "{\"Type\":0,\"ErrorCode\":1001,\"ErrorInfo\":1}", NOOB_E_DATA},
        {true, "{\"Type\":5,\"PeerId\":\"p\",\"NoobId\":\"U0OHwYGCS4nEkzk2TPIE6\"}", NOOB_E_DATA},
        {true, "{\"Type\":5,\"PeerId\":\"p\",\"NoobId\":\"U0OHwYGCS4nEkzk2TPIE6g==\"}",
         NOOB_E_DATA},
        {true, "{\"Type\":5,\"PeerId\":\"p\",\"NoobId\":\"U0OHwYGCS4nEkzk2TPIE6+\"}", NOOB_E_DATA},
        {true,
         "{\"Type\":3,\"PeerId\":\"p\",\"PKp\":1,"
         "\"Np\":\"HIvB6g0n2btpxEcU7YXnWB-451ED6L6veQQd6ugiPFU\"}",
         NOOB_E_KEY},
        {false,
         "{\"Type\":7,\"Vers\":[1],\"PeerId\":\"p\",\"Cryptosuites\":[1],"
         "\"NewNAI\":\"a@b\"}",
         NOOB_E_NAI},
        {false, "{\"Type\":7,\"Vers\":[],\"PeerId\":\"p\",\"Cryptosuites\":[1]}", NOOB_E_DATA},
        {false, "{\"Type\":7,\"Vers\":[1],\"PeerId\":\"p\",\"Cryptosuites\":[1,\"2\"]}",
         NOOB_E_DATA},
        {false, "{\"Type\":7,\"Vers\":[1],\"PeerId\":\"p\",\"Cryptosuites\":[1],\"ServerInfo\":[]}",
         NOOB_E_SERVER_INFO},
        {true, "{\"Type\":7,\"Verp\":1,\"PeerId\":\"p\",\"Cryptosuitep\":1,\"PeerInfo\":\"\"}",
         NOOB_E_PEER_INFO},
    };
    struct noob_message m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(parse(&m, bad[i].response, bad[i].text), bad[i].error, "%s", bad[i].text);
}

Test(noob_message, information_has_at_most_500_octets)
{
    char info[600], text[800];
    struct noob_message m;
    for (int pad = 0; pad < 2; pad++) {
        snprintf(info, sizeof info, "{\"a\":\"%0*d\"}", 492 + pad, 0);
        cr_assert_eq(strlen(info), 500 + (size_t)pad);
        cr_assert_eq(noob_info_valid(info, strlen(info)), pad == 0);
        snprintf(text, sizeof text,
                 "{\"Type\":7,\"Verp\":1,\"PeerId\":\"p\",\"Cryptosuitep\":1,\"PeerInfo\":%s}",
                 info);
        cr_assert_eq(parse(&m, true, text), pad ? NOOB_E_PEER_INFO : NOOB_OK);
    }
    cr_assert_not(noob_info_valid("[]", 2));
    cr_assert_not(noob_info_valid("{\"a\":1,\"a\":2}", 13));
}

/* Long lists are read to their end but kept only as far as we look. */
Test(noob_message, long_lists)
{
    char text[400] = "{\"Type\":7,\"PeerId\":\"p\",\"Vers\":[1],\"Cryptosuites\":[";
    struct noob_message m;
    for (int i = 1; i <= 40; i++)
        sprintf(text + strlen(text), "%s%d", i > 1 ? "," : "", i);
    strcat(text, "]}");
    cr_assert_eq(parse(&m, false, text), NOOB_OK);
    cr_assert_eq(m.suites_n, NOOB_LIST_MAX);
}

Test(noob_message, what_is_written_is_read)
{
    char memory[200];
    struct noob_writer w;
    struct noob_message m;
    static const int list[] = {1, 2};
    noob_begin(&w, memory, sizeof memory, NOOB_RECONNECT_PARAMETERS);
    noob_put_ints(&w, NOOB_M_VERS, list, 1);
    noob_put_text(&w, NOOB_M_PEER_ID, "abc", 3);
    noob_put_ints(&w, NOOB_M_CRYPTOSUITES, list, 2);
    noob_put_raw(&w, NOOB_M_SERVER_INFO, "{}", 2);
    size_t n = noob_end(&w);
    static const char want[] = "{\"Type\":7,\"Vers\":[1],\"PeerId\":\"abc\",\"Cryptosuites\":[1,2],"
                               "\"ServerInfo\":{}}";
    cr_assert_eq(n, sizeof want - 1);
    cr_assert_arr_eq(memory, want, n);
    cr_assert_eq(noob_parse(&m, false, (uint8_t *)memory, n), NOOB_OK);
    cr_assert_str_eq(m.peer_id, "abc");
    for (size_t cap = 0; cap < n; cap++) {
        noob_begin(&w, memory, cap, NOOB_RECONNECT_PARAMETERS);
        noob_put_ints(&w, NOOB_M_VERS, list, 1);
        noob_put_text(&w, NOOB_M_PEER_ID, "abc", 3);
        noob_put_ints(&w, NOOB_M_CRYPTOSUITES, list, 2);
        noob_put_raw(&w, NOOB_M_SERVER_INFO, "{}", 2);
        cr_assert_eq(noob_end(&w), 0, "%zu octets are too few", cap);
    }
}

Test(noob_message, presence_follows_the_figures)
{
    cr_assert_eq(noob_presence(NOOB_HANDSHAKE, false, NOOB_M_PEER_ID), NOOB_ABSENT);
    cr_assert_eq(noob_presence(NOOB_HANDSHAKE, true, NOOB_M_PEER_ID), NOOB_OPTIONAL);
    cr_assert_eq(noob_presence(NOOB_WAIT, false, NOOB_M_SLEEP_TIME), NOOB_OPTIONAL);
    cr_assert_eq(noob_presence(NOOB_COMPLETION_MAC, false, NOOB_M_NOOB_ID), NOOB_REQUIRED);
    for (int t = 0; t < NOOB_TYPES; t++)
        cr_assert_eq(noob_presence((enum noob_type)t, false, NOOB_M_TYPE), NOOB_REQUIRED);
    cr_assert_str_eq(noob_member_name(NOOB_M_CRYPTOSUITEP), "Cryptosuitep");
}

/* ---- out-of-band messages
 * ------------------------------------------------------------------------ */
static int parse_oob(struct noob_oob *m, const char *text)
{
    return noob_oob_parse(m, (const uint8_t *)text, strlen(text));
}

Test(noob_message, oob_round_trip)
{
    struct noob_oob m, back;
    char text[NOOB_OOB_MAX + 1];
    static const char rfc[] = "https://aaa.example.com/eapnoob?P=mcm5BSCDZ45cYPlAr1ghNw"
                              "&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ";
    cr_assert_eq(parse_oob(&m, rfc), 0);
    cr_assert_str_eq(m.peer_id, "mcm5BSCDZ45cYPlAr1ghNw");
    size_t n = noob_oob_write(text, sizeof text, "https://aaa.example.com/eapnoob", &m);
    cr_assert_eq(n, strlen(rfc));
    cr_assert_str_eq(text, rfc);
    cr_assert_eq(parse_oob(&back, strchr(rfc, '?') + 1), 0, "the query alone");
    cr_assert_eq(memcmp(&m, &back, sizeof m), 0);
    cr_assert_eq(noob_oob_write(text, n, "https://aaa.example.com/eapnoob", &m), 0, "too small");
}

/* RFC 7542 lets a username have these; those of RFC 9140's own server are never so. */
Test(noob_message, oob_of_a_peer_id_that_a_query_does_not_carry)
{
    static const char *const ids[] = {"a?b", "a&N=b", "a#b", "100%", "a+b", "a=b", "\xc3\xa5"};
    struct noob_oob m = {.noob = {1}, .hoob = {2}}, back;
    char text[NOOB_OOB_MAX + 1];
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        m.peer_id_n = strlen(strcpy(m.peer_id, ids[i]));
        size_t n = noob_oob_write(text, sizeof text, i % 2 ? "https://a.example/" : "", &m);
        cr_assert_eq(noob_oob_parse(&back, (const uint8_t *)text, n), 0, "%s", text);
        cr_expect_str_eq(back.peer_id, ids[i]);
        cr_expect_eq(back.peer_id_n, m.peer_id_n);
    }
    cr_expect_eq(parse_oob(&back, "P=a%3&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ"), -1);
    cr_expect_eq(parse_oob(&back, "P=a%00&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ"), -1);
}

/* The example of appendix D, as printed: its Hoob has stray bits in the last character. */
Test(noob_message, oob_example_of_the_rfc)
{
    struct noob_oob m, canonical;
    cr_assert_eq(parse_oob(&m,
                           "https://aaa.example.com/eapnoob?P=mcm5BSCDZ45cYPlAr1ghNw&N=rMinS0-F4E"
                           "fCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UW"),
                 0);
    cr_assert_eq(parse_oob(&canonical, "P=mcm5BSCDZ45cYPlAr1ghNw&N=rMinS0-F4EfCU8D9ljxX_A"
                                       "&H=QvnMp4UGxuQVFaXPW_14UQ"),
                 0);
    cr_assert_eq(memcmp(&m, &canonical, sizeof m), 0);
}

Test(noob_message, oob_parameters_in_any_order)
{
    struct noob_oob a, b;
    cr_assert_eq(parse_oob(&a, "P=x&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ"), 0);
    cr_assert_eq(parse_oob(&b, "H=QvnMp4UGxuQVFaXPW_14UQ&P=x&N=rMinS0-F4EfCU8D9ljxX_A"), 0);
    cr_assert_eq(memcmp(&a, &b, sizeof a), 0);
}

Test(noob_message, oob_errors)
{
    static const char *const bad[] = {
        "",
        "?",
        "P=x",
        "P=x&N=rMinS0-F4EfCU8D9ljxX_A",
        "P=x&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ&",
        "P=x&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ&X=1",
        "P=x&P=x&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ",
        "P=&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ",
        "P=a b&N=rMinS0-F4EfCU8D9ljxX_A&H=QvnMp4UGxuQVFaXPW_14UQ",
        "P=x&N=rMinS0-F4EfCU8D9ljxX&H=QvnMp4UGxuQVFaXPW_14UQ",
        "P=x&N=rMinS0-F4EfCU8D9ljxX_A==&H=QvnMp4UGxuQVFaXPW_14UQ",
        "p=x&n=rMinS0-F4EfCU8D9ljxX_A&h=QvnMp4UGxuQVFaXPW_14UQ",
        "P=x;N=rMinS0-F4EfCU8D9ljxX_A;H=QvnMp4UGxuQVFaXPW_14UQ",
    };
    struct noob_oob m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(parse_oob(&m, bad[i]), -1, "%s", bad[i]);
}

/* ---- identifiers (RFC 7542)
 * ------------------------------------------------------------------------ */
Test(noob_message, network_access_identifiers)
{
    static const char *const good[] = {"noob@eap-noob.arpa",
                                       "bob",
                                       "joe@example.com",
                                       "fred$@example.com",
                                       "eng.example.com!nancy@example.net",
                                       "@privatecorp.example.net",
                                       "\xc3\xa9ric@example.fr"};
    static const char *const bad[] = {
        "",         "fred@example", "fred@example_9.com",  "fred@",
        "@",        "a@b@c.d",      ".bob@example.com",    "bob.@example.com",
        "bob@.com", "bob@com.",     "no body@example.com", "a\"b@c.d",
        "a\\b@c.d"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert(noob_nai_valid(good[i], strlen(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(noob_nai_valid(bad[i], strlen(bad[i])), "%s", bad[i]);
    char longest[300];
    memset(longest, 'a', sizeof longest);
    cr_assert(noob_nai_valid(longest, 253));
    cr_assert_not(noob_nai_valid(longest, 254));
    cr_assert(noob_peer_id_valid("07KRU6OgqX0HIeRFldnbSW", 22));
    cr_assert_not(noob_peer_id_valid(longest, NOOB_PEER_ID_MAX + 1));
}
