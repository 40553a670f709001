/* SPDX-License-Identifier: GPL-2.0-only */
/* The text of a QR code of TR005 against another implementation's, and what is no such text. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/lorawan-otaa/lorawan.h"
#include "tests/support/vectors.h"

Test(lorawan_label, texts_of_the_things_stack)
{
    size_t taken = 0, refused = 0;
    VECTORS(v, "lorawan_tr005")
    {
        const char *text = vector_text(v, "text");
        struct lw_label l;
        char again[LW_LABEL_MAX + 1];
        int read = lw_label_read(&l, (const uint8_t *)text, strlen(text));
        cr_assert_eq(read == 0, json_object_get(v, "canonical") != NULL, "%s", text);
        if (read != 0) {
            refused++;
            continue;
        }
        taken++;
        cr_expect_str_eq(l.token, vector_text(v, "token"));
        cr_expect_eq(l.join_eui[LW_EUI - 1], 0x42, "least octet first, as on the air");
        cr_expect_eq(lw_label_write(again, &l), strlen(again));
        cr_expect_str_eq(again, vector_text(v, "canonical"));
    }
    cr_expect(taken == 3 && refused == 3);
}

Test(lorawan_label, other_texts_are_refused)
{
    static const char *const bad[] = {
        "",
        "LW:D1:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42",
        "LW:D0:42FFFFFFFFFFFFFG:4242FFFFFFFFFFFF:42FFFF42",
        "LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42:O1:O2",
        "LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42:O1 2",
        "LW:D0:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42:O"
        "0123456789012345678901234567890123456789012345678901234567890123X",
    };
    struct lw_label l;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(lw_label_read(&l, (const uint8_t *)bad[i], strlen(bad[i])), -1, "%s", bad[i]);
}
