/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/coap/frame.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { MAX = IMP_COAP_MTU };

static uint8_t filler[MAX];

static unsigned code_of(const char *text)
{
    unsigned class, detail;
    cr_assert_eq(sscanf(text, "%u.%u", &class, &detail), 2);
    return IMP_COAP_CODE(class, detail);
}

/* The vector's octets, and the payload that it leaves out. */
static size_t whole(uint8_t out[MAX], const json_t *c)
{
    struct vector_bytes octets = vector_hex(c, "octets");
    size_t more = (size_t)vector_number(c, "filler");
    memset(filler, 0x5a, sizeof filler);
    memcpy(out, octets.p, octets.n);
    memcpy(out + octets.n, filler, more);
    return octets.n + more;
}

Test(frame, writes_messages_of_every_length)
{
    VECTORS(c, "rfc8323_frames")
    {
        struct vector_bytes token = vector_hex(c, "token");
        uint8_t want[MAX], out[MAX];
        size_t n = whole(want, c);
        struct imp_coap_message m = {.code = (uint8_t)code_of(vector_text(c, "code")),
                                     .token_n = (uint8_t)token.n,
                                     .payload = filler,
                                     .payload_n = (size_t)vector_number(c, "filler")};
        memcpy(m.token, token.p, token.n);
        cr_assert_eq(imp_coap_frame_write(out, sizeof out, &m), (int)n, "%s",
                     vector_text(c, "name"));
        cr_assert_arr_eq(out, want, n, "%s", vector_text(c, "name"));
        cr_assert_eq(imp_coap_frame_write(out, n - 1, &m), IMP_COAP_ESPACE);
    }
}

/* However much of it is there: nothing before the last octet, and then no more than its own. */
Test(frame, reads_a_message_when_it_is_whole)
{
    VECTORS(c, "rfc8323_frames")
    {
        struct vector_bytes token = vector_hex(c, "token");
        struct imp_coap_message m;
        uint8_t in[MAX];
        size_t n = whole(in, c);
        in[n] = 0x77; /* of the next one */
        for (size_t k = 0; k < n; k++)
            cr_assert_eq(imp_coap_frame_read(&m, in, k, MAX), 0);
        cr_assert_eq(imp_coap_frame_read(&m, in, n + 1, MAX), (int)n);
        cr_assert_eq(imp_coap_frame_read(&m, in, n, n), (int)n);
        cr_assert_eq(imp_coap_frame_read(&m, in, n, n - 1), IMP_COAP_ESPACE);
        imp_coap_frame_read(&m, in, n, MAX);
        cr_assert_eq(m.code, code_of(vector_text(c, "code")));
        cr_assert_eq(m.token_n, token.n);
        cr_assert_arr_eq(m.token, token.p, token.n);
        cr_assert_eq(m.payload_n, vector_number(c, "filler"));
        if (m.payload_n)
            cr_assert_arr_eq(m.payload, filler, m.payload_n);
    }
}

static int error_of(const char *name)
{
#define ROW(id, value, text) {#id, value},
    static const struct {
        const char *name;
        int value;
    } errors[] = {IMP_COAP_ERRORS(ROW)};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i].name, name) == 0)
            return errors[i].value;
    cr_assert_fail("%s", name);
    return 0;
}

Test(frame, refuses)
{
    VECTORS(c, "rfc8323_refused")
    {
        struct vector_bytes in = vector_hex(c, "octets");
        struct imp_coap_message m;
        cr_assert_eq(imp_coap_frame_read(&m, in.p, in.n, MAX), error_of(vector_text(c, "error")),
                     "%s", vector_text(c, "name"));
    }
}

/* Section 3.4: whatever an Empty message has is ignored. */
Test(frame, of_an_empty_message_nothing_is_read)
{
    static const uint8_t bare[] = {0, 0}, filled[] = {0x22, 0, 1, 2, 0xff, 0xff};
    struct imp_coap_message m = {.code = IMP_COAP_EMPTY, .token_n = 3};
    uint8_t out[2];
    cr_expect_eq(imp_coap_frame_read(&m, bare, sizeof bare, MAX), 2);
    cr_expect_eq(imp_coap_frame_read(&m, filled, sizeof filled, MAX), 6);
    cr_expect_eq(m.code, IMP_COAP_EMPTY);
    cr_expect_eq(m.option_count + m.payload_n, 0);
    cr_expect_eq(imp_coap_frame_write(out, sizeof out, &m), 2);
    cr_expect_arr_eq(out, bare, 2);
}

Test(frame, signals_have_names)
{
    cr_expect_str_eq(imp_coap_signal_name(IMP_COAP_CSM), "CSM");
    cr_expect_str_eq(imp_coap_signal_name(IMP_COAP_ABORT), "Abort");
    cr_expect_null(imp_coap_signal_name(IMP_COAP_GET));
}
