/* SPDX-License-Identifier: GPL-2.0-only */
/* OpenSSH's known_hosts: what ssh-keygen has found, hashed and removed; lines that are none. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/codec/text.h"
#include "protocols/ssh/known_hosts.h"
#include "tests/support/vectors.h"

TestSuite(known_hosts, .init = imp_crypto_init);

static const char key[] = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIODxtrFuGHpvVv7q/+"
                          "X5cSdbTzT+PJLytQa5FmaOKVYI";

static struct imp_ssh_string text_of(const char *s)
{
    return (struct imp_ssh_string){.p = (const uint8_t *)s, .n = strlen(s)};
}

/* " 3 4": the lines about that host; with `left`, those that are not in it any more. */
static void numbers(char out[64], const char *file, const char *host, const char *left)
{
    struct imp_ssh_string text = text_of(file);
    struct imp_known_line line;
    enum imp_known_kind kind;
    *out = 0;
    for (int i = 1; (kind = imp_known_read(&line, &text)) != IMP_KNOWN_END; i++) {
        bool hit = left ? strncmp(left, (const char *)line.whole.p, line.whole.n) != 0
                        : kind == IMP_KNOWN_ENTRY && imp_known_is(NULL, &line, host);
        if (hit)
            sprintf(out + strlen(out), "%s%d", *out ? " " : "", i);
        else if (left)
            left += line.whole.n;
    }
}

Test(known_hosts, lines_are_found_and_removed_as_by_ssh_keygen)
{
    static char file[2][4096], left[4096];
    size_t cases = 0;
    VECTORS(v, "openssh_known_hosts")
    {
        const char *form = vector_text(v, "form");
        if (strcmp(form, "file") == 0) {
            strcpy(file[0], vector_text(v, "plain"));
            strcpy(file[1], vector_text(v, "hashed"));
            continue;
        }
        const char *in = file[strcmp(form, "hashed") == 0], *host = vector_text(v, "host");
        struct imp_ssh_writer w = {.p = (uint8_t *)left, .cap = sizeof left - 1};
        char found[64], gone[64];
        numbers(found, in, host, NULL);
        cr_expect_str_eq(found, vector_text(v, "found"), "%s %s", form, host);
        imp_known_forget(NULL, &w, text_of(in), host);
        left[w.n] = 0;
        numbers(gone, in, host, left);
        cr_expect_str_eq(gone, vector_text(v, "removed"), "%s %s", form, host);
        cases++;
    }
    cr_expect_eq(cases, 34);
}

Test(known_hosts, a_name_is_hashed_as_by_ssh_keygen)
{
    size_t hashed = 0;
    VECTORS(v, "openssh_known_hosts")
    {
        if (strcmp(vector_text(v, "form"), "file") != 0)
            continue;
        static const char *const names[] = {"alpha", "beta", "gamma", "[delta]:2200"};
        struct imp_ssh_string text = text_of(vector_text(v, "hashed"));
        struct imp_known_line line;
        while (imp_known_read(&line, &text) != IMP_KNOWN_END)
            for (size_t i = 0; i < 4 && line.hosts.n && *line.hosts.p == '|'; i++) {
                if (!imp_known_is(NULL, &line, names[i]))
                    continue;
                uint8_t salt[IMP_KNOWN_SALT];
                char out[IMP_KNOWN_HASHED];
                cr_assert_eq(
                    imp_base64_decode(salt, sizeof salt, (const char *)line.hosts.p + 3, 28),
                    IMP_KNOWN_SALT);
                imp_known_hash(NULL, out, salt, names[i]);
                cr_expect(imp_ssh_string_is(line.hosts, out));
                hashed++;
            }
    }
    cr_expect_eq(hashed, 5);
}

static enum imp_known_kind kind_of(struct imp_known_line *line, const char *format)
{
    static char text[512];
    snprintf(text, sizeof text, format, key, key);
    struct imp_ssh_string s = text_of(text);
    return imp_known_read(line, &s);
}

Test(known_hosts, fields_of_a_line)
{
    struct imp_known_line l;
    cr_assert_eq(kind_of(&l, "@revoked  [a.lan]:22,b %s  my old key \n"), IMP_KNOWN_ENTRY);
    cr_expect_eq(l.marker, IMP_KNOWN_REVOKED);
    cr_expect(imp_ssh_string_is(l.hosts, "[a.lan]:22,b"));
    cr_expect(imp_ssh_string_is(l.type, "ssh-ed25519"));
    cr_expect(imp_ssh_string_is(l.comment, "my old key "));
    cr_expect_eq(l.key_n, 51);
    cr_expect(!imp_known_is_of_one(&l));
    cr_assert_eq(kind_of(&l, "\ta.lan %s\r\n"), IMP_KNOWN_ENTRY);
    cr_expect_eq(l.marker, IMP_KNOWN_UNMARKED);
    cr_expect_eq(l.comment.n, 0);
    cr_expect(imp_known_is_of_one(&l));
    cr_assert_eq(kind_of(&l, "@cert-authority *.lan %s"), IMP_KNOWN_ENTRY);
    cr_expect_eq(l.marker, IMP_KNOWN_AUTHORITY);
    cr_expect(!imp_known_is_of_one(&l));
}

Test(known_hosts, what_is_no_line)
{
    static const char *const bad[] = {
        "a\n",
        "a ssh-ed25519\n",
        "@revoke a %s\n",
        "@revoked a\n",
        "a ssh-rsa %.0s%s\n", /* two types */
        "a ssh-ed25519 AAAA\n",
        "a ssh-ed25519 AAAAC3NzaC1lZDI1NTE5=\n",
        "a ssh-ed25519 ????\n",
        "ssh-ed25519 %.0sAAAAC3NzaC1lZDI1NTE5\n",
        "a ecdsa-sha2-nistp256 AAAAC3NzaC1lZDI1NTE5AAAAIODxtrFuGHpvVv7q/+X5cSdbTzT+PJLytQa5\n",
        "a 1024 65537 1234567890\n",
    };
    struct imp_known_line l;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(kind_of(&l, bad[i]), IMP_KNOWN_BAD, "%zu", i);
    cr_expect_eq(kind_of(&l, " \t\n"), IMP_KNOWN_IDLE);
    cr_expect_eq(kind_of(&l, "\r\n"), IMP_KNOWN_IDLE);
    cr_expect_eq(kind_of(&l, "a ssh-ed00000 AAAAC3NzaC1lZDI1NTE5AAAAIODxtrFuGHpvVv7q/"
                             "+X5cSdbTzT+PJLytQa5FmaOKVYI\n"),
                 IMP_KNOWN_BAD, "it is of another type");
    cr_expect_eq(kind_of(&l, "  # a %s\n"), IMP_KNOWN_IDLE);
    cr_expect_eq(kind_of(&l, ""), IMP_KNOWN_END);
}

Test(known_hosts, a_line_that_is_none_hides_no_other)
{
    char text[512], found[64];
    snprintf(text, sizeof text, "junk\nalpha %s\n\nalpha ssh-rsa AAAA\nalpha %s", key, key);
    numbers(found, text, "alpha", NULL);
    cr_expect_str_eq(found, "2 5");
}

Test(known_hosts, lines_are_read_as_they_are_written)
{
    static const enum imp_known_marker markers[] = {IMP_KNOWN_UNMARKED, IMP_KNOWN_REVOKED,
                                                    IMP_KNOWN_AUTHORITY};
    struct imp_known_line l, again;
    cr_assert_eq(kind_of(&l, "a %s\n"), IMP_KNOWN_ENTRY);
    for (size_t i = 0; i < 3; i++) {
        uint8_t out[256];
        struct imp_ssh_writer w = {.p = out, .cap = sizeof out};
        imp_known_write(&w, markers[i], "[b]:2200", l.key, l.key_n);
        cr_assert(!w.bad);
        struct imp_ssh_string s = {.p = out, .n = w.n};
        cr_assert_eq(imp_known_read(&again, &s), IMP_KNOWN_ENTRY);
        cr_expect_eq(s.n, 0);
        cr_expect_eq(again.marker, markers[i]);
        cr_expect(imp_ssh_string_is(again.hosts, "[b]:2200"));
        cr_assert_eq(again.key_n, l.key_n);
        cr_expect_arr_eq(again.key, l.key, l.key_n);
        w = (struct imp_ssh_writer){.p = out, .cap = 20};
        imp_known_write(&w, markers[i], "[b]:2200", l.key, l.key_n);
        cr_expect(w.bad, "no room");
    }
}

/* As `ssh-keygen -l` shows it. */
Test(known_hosts, a_key_has_a_fingerprint)
{
    struct imp_known_line l;
    char print[IMP_KNOWN_PRINT];
    cr_assert_eq(kind_of(&l, "a %s\n"), IMP_KNOWN_ENTRY);
    imp_known_fingerprint(print, l.key, l.key_n);
    cr_expect_str_eq(print, "SHA256:ZaoYy3EajAbDMinmQGwtsLgzhi/fNw9H0BFtqWGJ6zk");
}

Test(known_hosts, what_was_believed_is_revoked)
{
    char text[512], expected[512], out[1024];
    struct imp_ssh_writer w = {.p = (uint8_t *)out, .cap = sizeof out - 1};
    snprintf(text, sizeof text, "# all\na %s\n@revoked b %s\n@cert-authority c %s\n", key, key,
             key);
    snprintf(expected, sizeof expected,
             "# all\n@revoked a %s\n@revoked b %s\n@cert-authority c %s\n", key, key, key);
    imp_known_revoke(&w, text_of(text));
    out[w.n] = 0;
    cr_expect_str_eq(out, expected);
}

Test(known_hosts, stars_give_way)
{
    static const struct {
        const char *pattern, *host;
        bool is;
    } cases[] = {{"*", "a", true},           {"**b", "aab", true}, {"a*b*c", "aXbXbXc", true},
                 {"a*b*c", "aXbXbX", false}, {"a?c", "abc", true}, {"a?c", "ac", false},
                 {"*.lan", "lan", false},    {"", "a", false},     {"a,,b", "b", true},
                 {"*,!b", "b", false},       {"!b,*", "b", false}, {"!b", "a", false},
                 {"!*", "a", false},         {"a*", "a", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_known_line l = {.hosts = text_of(cases[i].pattern)};
        cr_expect_eq(imp_known_is(NULL, &l, cases[i].host), cases[i].is, "%s %s", cases[i].pattern,
                     cases[i].host);
    }
}
