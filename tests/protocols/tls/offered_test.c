/* SPDX-License-Identifier: GPL-2.0-only */
/* Which tickets a ClientHello offers. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/tls/tls.h"

/* A record with a ClientHello of these extensions. */
static size_t hello(uint8_t out[300], const void *extensions, size_t n)
{
    size_t body = 2 + 32 + 1 + 2 + 2 + 2 + 2 + n;
    uint8_t head[] = {22, 3, 1, 0, (uint8_t)(4 + body), 1, 0, 0, (uint8_t)body, 3, 3};
    memset(out, 0, 300);
    memcpy(out, head, sizeof head);
    uint8_t *p = out + sizeof head + 32;
    memcpy(p, "\0\0\2\xc0\xac\1\0\0", 8); /* no session, a suite, no compression */
    p[8] = (uint8_t)n;
    memcpy(p + 9, extensions, n);
    return (size_t)(p + 9 + n - out);
}
#define HELLO(OUT, EXTENSIONS) hello(OUT, EXTENSIONS, sizeof(EXTENSIONS) - 1)

static void expect(int count, const char *first, const uint8_t *p, size_t n)
{
    struct imp_piece found;
    cr_expect_eq(imp_tls_offered(&found, p, n), count, "%s", first ? first : "none");
    if (count > 0)
        cr_expect(found.n == strlen(first) && memcmp(found.p, first, found.n) == 0);
}

#define NAME "\0\0\0\3abc"
#define NONE_YET "\0\x23\0\0"
#define TICKET "\0\x23\0\6ticket"
#define PSK "\0\x29\0\x0f\0\x09\0\3one\0\0\0\0\0\2\1\1"
#define TWO_PSKS "\0\x29\0\x14\0\x12\0\3one\0\0\0\0\0\3two\0\0\0\0"

Test(tls_offered, tickets_of_either_version)
{
    uint8_t p[300];
    expect(0, NULL, p, HELLO(p, NAME NONE_YET));
    expect(1, "ticket", p, HELLO(p, NAME TICKET));
    expect(1, "one", p, HELLO(p, NONE_YET NAME PSK));
    expect(2, "one", p, HELLO(p, TWO_PSKS));
    expect(3, "ticket", p, HELLO(p, TICKET TWO_PSKS));
}

Test(tls_offered, what_is_no_client_hello)
{
    uint8_t p[300];
    size_t n = HELLO(p, TICKET);
    for (size_t cut = 0; cut < n; cut++)
        expect(-1, NULL, p, cut);
    p[0] = 23;
    expect(-1, NULL, p, n);
    p[0] = 22;
    p[5] = 2;
    expect(-1, NULL, p, n);
    expect(-1, NULL, p, HELLO(p, "\0\x23\0\7ticket"));
    expect(-1, NULL, p, HELLO(p, "\0\x29\0\x05\0\3\0\1x"));
}

Test(tls_offered, no_extensions_at_all)
{
    uint8_t p[300];
    size_t n = HELLO(p, "") - 2;
    p[4] -= 2;
    p[8] -= 2;
    expect(0, NULL, p, n);
}
