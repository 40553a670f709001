/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_status.c - {"version", "status", "reason"} of RFC 8995 sections 5.7 and 5.9.4 in CBOR
 * (cBRSKI section 6.5.1); the order of the examples in appendix B. */
#include "cbrski_voucher.h"

#include "protocols/codec/cbor.h"

#include <string.h>

int cbrski_status_write(struct imp_env *env, uint8_t *out, size_t cap, const char *reason)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_map(&w, reason ? 3 : 2);
    imp_cbor_put_text(&w, "version");
    imp_cbor_put_int(&w, 1);
    imp_cbor_put_text(&w, "status");
    imp_cbor_put_bool(&w, !reason);
    if (reason) {
        imp_cbor_put_text(&w, "reason");
        imp_cbor_put_text(&w, reason);
    }
    size_t n = imp_cbor_end(&w);
    return n ? (int)n : -1;
}

static bool is(const char *name, size_t n, const char *word)
{
    return n == strlen(word) && memcmp(name, word, n) == 0;
}

struct seen {
    bool version, status;
};

static bool field(struct imp_cbor_reader *r, struct brski_status *out, struct seen *seen)
{
    const char *name, *text;
    size_t n, size;
    int64_t version;
    if (!imp_cbor_get_text(r, &name, &n))
        return false;
    if (is(name, n, "version")) {
        bool again = seen->version;
        seen->version = true;
        if (again || !imp_cbor_get_range(r, 1, INT32_MAX, &version))
            return false;
        out->newer = version > 1;
        return true;
    }
    if (is(name, n, "status")) {
        bool again = seen->status;
        seen->status = true;
        return !again && imp_cbor_get_bool(r, &out->good);
    }
    if (is(name, n, "reason"))
        return imp_cbor_get_text(r, &text, &size);
    return imp_cbor_skip(r); /* reason-context, and what a later version adds */
}

int cbrski_status_read(struct imp_env *env, struct brski_status *out, const uint8_t *p, size_t n)
{
    struct imp_cbor_reader r;
    struct imp_cbor_map m;
    struct seen seen = {0};
    *out = (struct brski_status){0};
    imp_cbor_read(&r, env, p, n);
    bool good = imp_cbor_get_map(&r, &m);
    for (; good && m.left > 0; m.left--)
        good = field(&r, out, &seen);
    if (good && imp_cbor_done(&r) && seen.version && seen.status)
        return 0;
    *out = (struct brski_status){0};
    return -1;
}
