/* SPDX-License-Identifier: GPL-2.0-only */
/* known_hosts: the name of a host up to the first end of a line, then a file. What is read is
 * written and read again; what is forgotten is not found any more. */
#include <stdlib.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/ssh/known_hosts.h"

enum { HOST = 64, FILE_MAX = 65536 };

static void again(const struct imp_known_line *line)
{
    static uint8_t out[FILE_MAX];
    static char hosts[FILE_MAX];
    struct imp_ssh_writer w = {.p = out, .cap = sizeof out};
    struct imp_known_line other;
    if (line->hosts.n >= sizeof hosts)
        return;
    memcpy(hosts, line->hosts.p, line->hosts.n);
    hosts[line->hosts.n] = 0;
    imp_known_write(&w, line->marker, hosts, line->key, line->key_n);
    if (w.bad)
        return;
    struct imp_ssh_string s = {.p = out, .n = w.n};
    if ((*hosts != '#' && imp_known_read(&other, &s) != IMP_KNOWN_ENTRY) ||
        (*hosts != '#' && (other.key_n != line->key_n || other.marker != line->marker)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static uint8_t left[FILE_MAX], struck[2 * FILE_MAX];
    char host[HOST];
    const uint8_t *end = memchr(data, '\n', n);
    size_t host_n = end ? (size_t)(end - data) : n;
    if (!end || host_n >= HOST || n > FILE_MAX / 2)
        return 0;
    imp_crypto_init();
    memcpy(host, data, host_n);
    host[host_n] = 0;
    struct imp_ssh_string file = {.p = end + 1, .n = n - host_n - 1}, text = file;
    struct imp_known_line line;
    enum imp_known_kind kind;
    while ((kind = imp_known_read(&line, &text)) != IMP_KNOWN_END)
        if (kind == IMP_KNOWN_ENTRY)
            again(&line);
    struct imp_ssh_writer w = {.p = left, .cap = sizeof left};
    imp_known_forget(NULL, &w, file, host);
    text = (struct imp_ssh_string){.p = left, .n = w.n};
    while ((kind = imp_known_read(&line, &text)) != IMP_KNOWN_END)
        if (kind == IMP_KNOWN_ENTRY && line.marker == IMP_KNOWN_UNMARKED &&
            imp_known_is(NULL, &line, host))
            abort();
    w = (struct imp_ssh_writer){.p = struck, .cap = sizeof struck};
    imp_known_revoke(&w, file);
    text = (struct imp_ssh_string){.p = struck, .n = w.n};
    while (!w.bad && (kind = imp_known_read(&line, &text)) != IMP_KNOWN_END)
        if (kind == IMP_KNOWN_ENTRY && line.marker == IMP_KNOWN_UNMARKED)
            abort();
    return 0;
}
