/* SPDX-License-Identifier: GPL-2.0-only */
#include "doctor.h"

#include "machine.h"

#include <stdio.h>
#include <string.h>

/* Programs that are only looked for. */
static const struct {
    const char *name, *files, *remedy, *use; /* files: any of these, apart by blanks */
} programs[] = {
    {"tshark", "tshark", "apt install tshark", "reading captures"},
    {"mscgen", "mscgen", "apt install mscgen", "drawing charts of trace --mscgen"},
    {"rsvg-convert", "rsvg-convert", "apt install librsvg2-bin",
     "turning SVG into PDF for a paper"},
    {"chromium", "chromium", "apt install chromium", "testing the report's page"},
    {"hostapd", "hostapd", "apt install hostapd",
     "tests of EAP against an authenticator of others"},
    {"eapol_test", "eapol_test", "apt install eapoltest", "tests of EAP against a peer of others"},
    {"gnutls-serv", "gnutls-serv", "apt install gnutls-bin", "tests of TLS against GnuTLS"},
    {"openssl", "openssl", "apt install openssl", "tests of TLS and certificates against OpenSSL"},
    {"coap-client", "coap-client-gnutls coap-client", "apt install libcoap3-bin",
     "tests of CoAP against libcoap"},
    {"sshd", "sshd", "apt install openssh-server, or scripts/peers, which does not start it",
     "tests of SSH against OpenSSH's server"},
    {"ssh", "ssh", "apt install openssh-client", "tests of SSH against OpenSSH's client"},
};

static struct imp_check *add(struct imp_check *out, size_t *n, struct imp_check c)
{
    out[*n] = c;
    return &out[(*n)++];
}

/* ---- gnuplot
 * ---------------------------------------------------------------------------------------- */
static void check_gnuplot(struct imp_check *c, char *program, size_t cap)
{
    char line[200];
    if (!imp_find_program(program, cap, "gnuplot")) {
        *program = '\0';
        snprintf(c->found, sizeof c->found, "not along PATH");
        return;
    }
    c->good = imp_ask(line, sizeof line, program, (const char *const[]){"--version", NULL}) == 0;
    snprintf(c->found, sizeof c->found, "%.100s, %.180s", c->good ? line : "does not start",
             program);
}

static void check_terminal(struct imp_check *c, const char *gnuplot, const char *terminal)
{
    char line[200] = "", words[60];
    snprintf(words, sizeof words, "set terminal %s", terminal);
    c->good = *gnuplot && imp_ask(line, sizeof line, gnuplot,
                                  (const char *const[]){"-d", "-e", words, NULL}) == 0;
    snprintf(c->found, sizeof c->found, "%s", c->good ? terminal : *gnuplot ? line : "no gnuplot");
}

static void check_font(struct imp_check *c)
{
    static const char *const folders[] = {"/usr/share/fonts", "/usr/local/share/fonts"};
    char path[280];
    for (size_t i = 0; i < sizeof folders / sizeof *folders && !c->good; i++)
        c->good = imp_find_below(path, sizeof path, folders[i], "DejaVuSans.ttf");
    snprintf(c->found, sizeof c->found, "%s", c->good ? path : "no DejaVuSans.ttf");
}

/* ---- all
 * -------------------------------------------------------------------------------------------- */
static void check_program(struct imp_check *c, const char *names)
{
    char list[100], path[280], *save = NULL;
    snprintf(list, sizeof list, "%s", names);
    for (char *name = strtok_r(list, " ", &save); name && !c->good;
         name = strtok_r(NULL, " ", &save))
        c->good = imp_find_program(path, sizeof path, name);
    snprintf(c->found, sizeof c->found, "%s", c->good ? path : "not along PATH");
}

size_t imp_examine(struct imp_check out[IMP_CHECKS], const char *folder)
{
    size_t n = 0;
    char gnuplot[200];
    imp_check_cores(add(out, &n,
                        (struct imp_check){.name = "cores and memory",
                                           .use = "running",
                                           .remedy = "end other programs",
                                           .needed = true}));
    imp_check_clock(add(out, &n,
                        (struct imp_check){.name = "clock",
                                           .use = "times in manifests",
                                           .remedy = "set the machine's clock",
                                           .needed = true}));
    imp_check_folder(add(out, &n,
                         (struct imp_check){.name = "this folder",
                                            .use = "results",
                                            .remedy = "go to a folder of yours with at "
                                                      "least 100 MiB free",
                                            .needed = true}),
                     folder);
    check_gnuplot(add(out, &n,
                      (struct imp_check){.name = "gnuplot",
                                         .use = "figures",
                                         .remedy = "apt install gnuplot-nox",
                                         .needed = true}),
                  gnuplot, sizeof gnuplot);
    check_terminal(add(out, &n,
                       (struct imp_check){.name = "gnuplot's SVG",
                                          .use = "figures",
                                          .remedy = "apt install gnuplot-nox",
                                          .needed = true}),
                   gnuplot, "svg");
    check_terminal(add(out, &n,
                       (struct imp_check){.name = "gnuplot's PNG",
                                          .use = "figures",
                                          .remedy = "apt install gnuplot-nox",
                                          .needed = true}),
                   gnuplot, "pngcairo");
    check_font(add(out, &n,
                   (struct imp_check){.name = "font",
                                      .use = "figures as PNG that look as intended",
                                      .remedy = "apt install fonts-dejavu-core"}));
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        struct imp_check *c =
            add(out, &n, (struct imp_check){.name = programs[i].name, .use = programs[i].use});
        c->remedy = programs[i].remedy;
        check_program(c, programs[i].files);
    }
    return n;
}
