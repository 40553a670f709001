/* SPDX-License-Identifier: GPL-2.0-only */
/* Uses the installed protocol library: prints its mechanisms with their roles, one a line, after a
 * digest that is known (FIPS 180-4, SHA-256 of "abc"). */
#include "protocols/contract/mechanism.h"
#include "protocols/crypto/crypto.h"

#include <stdio.h>

static void print_digest(void)
{
    uint8_t digest[32];
    imp_sha256(NULL, digest, &IMP_PIECE("abc", 3), 1);
    for (size_t i = 0; i < sizeof digest; i++)
        printf("%02x", digest[i]);
    putchar('\n');
}

int main(void)
{
    imp_crypto_init();
    print_digest();
#ifndef WITHOUT_MECHANISMS
    if (imp_mechanism_find("no such mechanism"))
        return 1;
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        const struct imp_mechanism *m = imp_mechanism_find(imp_mechanisms[i]->name);
        if (m != imp_mechanisms[i])
            return 1;
        printf("%s:", m->name);
        for (size_t r = 0; r < imp_role_count(m); r++)
            printf(" %s", m->roles[r].name);
        putchar('\n');
    }
#endif
    return 0;
}
