/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/world/trace.h"

static const struct imp_trace_entry hello = {.t = 5,
                                             .kind = "send",
                                             .from = "device-1",
                                             .to = "server",
                                             .message = "hello",
                                             .phase = "",
                                             .channel = "access",
                                             .n = 2,
                                             .device = 0};

static void digest_of(const struct imp_trace_entry *e, const char *bytes, char out[65])
{
    struct imp_trace *t = imp_trace_new(1, 10);
    imp_trace_add(t, e, bytes);
    imp_trace_digest(t, "row", out);
    imp_trace_free(t);
}

Test(trace, digest_depends_on_every_octet_and_field)
{
    char a[65], b[65];
    struct imp_trace_entry later = hello;
    later.t++;
    digest_of(&hello, "ab", a);
    digest_of(&hello, "ab", b);
    cr_expect_str_eq(a, b);
    digest_of(&hello, "ac", b);
    cr_expect_str_neq(a, b);
    digest_of(&later, "ab", b);
    cr_expect_str_neq(a, b);
}

Test(trace, keeps_the_first_devices_but_digests_all)
{
    struct imp_trace *t = imp_trace_new(1, 10);
    struct imp_trace_entry other = hello;
    char before[65], after[65];
    other.device = 1;
    imp_trace_add(t, &hello, "ab");
    imp_trace_digest(t, "", before);
    imp_trace_add(t, &other, "ab");
    imp_trace_digest(t, "", after);
    json_t *kept = imp_trace_json(t);
    cr_expect_eq(json_array_size(kept), 1);
    cr_expect_str_neq(before, after);
    json_decref(kept);
    imp_trace_free(t);
}
