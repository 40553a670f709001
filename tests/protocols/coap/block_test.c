/* SPDX-License-Identifier: GPL-2.0-only */
/* Block-wise transfer: what is cut comes together again, whatever the size; gaps are noticed. */
#include "protocols/coap/block.h"

#include <criterion/criterion.h>
#include <string.h>

static uint8_t whole[2048];

static void fill(void)
{
    for (size_t i = 0; i < sizeof whole; i++)
        whole[i] = (uint8_t)(i * 7);
}

Test(coap_block, all_sizes_come_together_again)
{
    fill();
    for (unsigned szx = 0; szx <= 6; szx++)
        for (size_t n = 0; n <= sizeof whole; n = n ? n + 97 : 1) {
            struct imp_block_in in = {0};
            int r = 0;
            for (uint32_t k = 0; r == 0; k++) {
                struct imp_coap_message m = {.code = IMP_COAP_CONTENT};
                cr_assert_eq(imp_block_put(&m, IMP_COAP_BLOCK2, whole, n, k, szx), 0);
                cr_assert_leq(m.payload_n, imp_block_size(szx));
                r = imp_block_take(&in, &m, IMP_COAP_BLOCK2);
                if (r == 0)
                    cr_assert_eq(imp_block_next(&in, szx), k + 1);
            }
            cr_assert_eq(r, 1, "%zu octets, szx %u: %d", n, szx, r);
            cr_assert_eq(in.n, n);
            cr_assert_eq(memcmp(in.bytes, whole, n), 0);
        }
}

Test(coap_block, one_block_needs_no_option)
{
    struct imp_coap_message m = {.code = IMP_COAP_CONTENT};
    cr_assert_eq(imp_block_put(&m, IMP_COAP_BLOCK2, whole, 64, 0, 2), 0);
    cr_assert_null(imp_coap_find(&m, IMP_COAP_BLOCK2, 0));
    cr_assert_eq(imp_block_put(&m, IMP_COAP_BLOCK2, whole, 64, 1, 2), -1, "there is no block 1");
}

Test(coap_block, gaps_and_floods_are_refused)
{
    struct imp_block_in in = {0};
    struct imp_coap_message m[3] = {{0}};
    fill();
    for (uint32_t k = 0; k < 3; k++)
        imp_block_put(&m[k], IMP_COAP_BLOCK1, whole, 200, k, 2);
    cr_assert_eq(imp_block_take(&in, &m[1], IMP_COAP_BLOCK1), -1, "out of the blue");
    cr_assert_eq(imp_block_take(&in, &m[0], IMP_COAP_BLOCK1), 0);
    cr_assert_eq(imp_block_take(&in, &m[2], IMP_COAP_BLOCK1), -1, "block 1 is missing");
    cr_assert_eq(imp_block_take(&in, &m[0], IMP_COAP_BLOCK1), 0, "a new beginning");
    cr_assert_eq(imp_block_take(&in, &m[1], IMP_COAP_BLOCK1), 0);
    struct imp_block_in full = {.n = 2048};
    struct imp_coap_message more = {0};
    static uint8_t much[4096];
    imp_block_put(&more, IMP_COAP_BLOCK1, much, sizeof much, 32, 2);
    cr_assert_eq(imp_block_take(&full, &more, IMP_COAP_BLOCK1), -2);
}

/* RFC 7959 section 2.5: after a block of 512 octets, blocks of 64 from number 8 on. */
Test(coap_block, the_other_end_wants_smaller_ones)
{
    static const struct {
        unsigned own, wants;
        uint32_t num;
        int32_t next;
        unsigned then;
    } cases[] = {{5, 5, 0, 1, 5}, {5, 2, 0, 8, 2}, {2, 5, 3, 4, 2}, {5, 2, 1, -1, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_coap_message m = {.code = IMP_COAP_CONTINUE};
        const struct imp_coap_block b = {.num = cases[i].num, .more = true, .szx = cases[i].wants};
        unsigned szx = cases[i].own;
        imp_coap_add_block(&m, IMP_COAP_BLOCK1, &b);
        cr_expect_eq(imp_block_go_on(&m, 1000, &szx), cases[i].next, "%zu", i);
        cr_expect_eq(szx, cases[i].then, "%zu", i);
    }
    const struct imp_coap_message without = {.code = IMP_COAP_CONTINUE};
    unsigned szx = 2;
    cr_expect_eq(imp_block_go_on(&without, 1000, &szx), -1);
}
