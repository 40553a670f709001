/* SPDX-License-Identifier: GPL-2.0-only */
/* A bootstrap and a registration of lwm2m-bootstrap under OSCORE for Wireshark: the messages for
 * text2pcap, and object 21 of each account, a line of sender, recipient, secret and salt. */
#include <stdio.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_lwm2m_bootstrap;

static void hex(FILE *f, const char *before, const uint8_t *p, size_t n, const char *between)
{
    fputs(before, f);
    for (size_t i = 0; i < n; i++)
        fprintf(f, "%s%02x", between, p[i]);
}

static void contexts(FILE *f, const struct memnet *net)
{
    struct lwm_config c;
    lwm_config_load((struct imp_env *)memnet_env(net, LWM_CLIENT), &c, false);
    for (size_t i = 0; i < LWM_OSCORES; i++) {
        const struct lwm_oscore_object *o = &c.oscore[i];
        if (!o->used)
            continue;
        hex(f, "", o->sender, o->sender_n, "");
        hex(f, " ", o->recipient, o->recipient_n, "");
        hex(f, " ", o->secret, o->secret_n, "");
        hex(f, " ", o->salt, o->salt_n, "");
        fputc('\n', f);
    }
}

int main(int argc, char **argv)
{
    FILE *messages = argc == 3 ? fopen(argv[1], "w") : NULL;
    FILE *objects = argc == 3 ? fopen(argv[2], "w") : NULL;
    if (!messages || !objects)
        return 2;
    imp_crypto_init();
    struct memnet *net = memnet_new(
        &imp_lwm2m_bootstrap, 7, SETTINGS("bootstrap-security=oscore", "server-security=oscore"));
    memnet_start(net);
    memnet_run(net, 900 * IMP_S);
    contexts(objects, net);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        hex(messages, "000000", memnet_message(net, i)->bytes, memnet_message(net, i)->n, " ");
        fputc('\n', messages);
    }
    memnet_free(net);
    return fclose(messages) | fclose(objects);
}
