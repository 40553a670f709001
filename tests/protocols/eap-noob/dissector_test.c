/* SPDX-License-Identifier: GPL-2.0-only */
/* scripts/wireshark/eap-noob.lua in tshark: it names every message of a run as our table does. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noob_net.h"

#define PCAP IMPRINT_BINARY_DIR "/eap-noob-dissector.pcap"
#define LUA IMPRINT_SOURCE_DIR "/scripts/wireshark/eap-noob.lua"
#define TSHARK "tshark -X lua_script:" LUA " -r " PCAP " 2>/dev/null "

static void put32(FILE *f, uint32_t v)
{
    fwrite(&v, sizeof v, 1, f); /* host order, told by the magic number */
}

static bool is_noob(const struct memnet_message *m)
{
    return m->channel == IMP_DOT1X_ACCESS && m->message >= NOOB_MSG_REQUEST;
}

/* Ethernet frames with the EAPOL of the access channel. */
static size_t write_pcap(const struct memnet *net)
{
    static const uint8_t header[14] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0x8e};
    FILE *f = fopen(PCAP, "wb");
    size_t count = 0;
    cr_assert_not_null(f);
    put32(f, 0xa1b2c3d4);
    put32(f, 2 | 4 << 16);
    put32(f, 0);
    put32(f, 0);
    put32(f, 65535);
    put32(f, 1);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (!is_noob(m))
            continue;
        uint32_t n = (uint32_t)(m->n + sizeof header);
        put32(f, (uint32_t)(m->at / IMP_S));
        put32(f, (uint32_t)(m->at % IMP_S / 1000));
        put32(f, n);
        put32(f, n);
        fwrite(header, sizeof header, 1, f);
        fwrite(m->bytes, m->n, 1, f);
        count++;
    }
    cr_assert_eq(fclose(f), 0);
    return count;
}

static size_t count_lines(const char *command)
{
    char line[400];
    size_t n = 0;
    FILE *p = popen(command, "r");
    cr_assert_not_null(p);
    while (fgets(line, sizeof line, p))
        n++;
    cr_assert_eq(pclose(p), 0, "tshark");
    return n;
}

static void check_names(const struct memnet *net)
{
    char line[400];
    FILE *p = popen(TSHARK "-T fields -e _ws.col.Info", "r");
    cr_assert_not_null(p);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (!is_noob(m))
            continue;
        const char *name = imp_eap_noob.messages[m->message].name;
        cr_assert_not_null(fgets(line, sizeof line, p), "%s", name);
        cr_assert_not_null(strstr(line, name), "%s in: %s", name, line);
    }
    cr_assert_eq(pclose(p), 0);
}

Test(noob_dissector, names_every_message)
{
    struct memnet *net = noob_net((const char *const[]){"direction=both", NULL});
    memnet_user(net, 7 * IMP_S, true);
    memnet_run(net, 100 * IMP_S);
    noob_assert_registered(net);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, 200 * IMP_S);
    memnet_event(net, SERVER, IMP_EVENT_RESET, NULL); /* for an error notification */
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, 300 * IMP_S);
    for (int type = 0; type < NOOB_TYPES; type++)
        cr_assert_gt(noob_sent_count(net, NOOB_MSG_REQUEST + type), 0, "type %d", type);

    size_t frames = write_pcap(net);
    check_names(net);
    cr_assert_eq(count_lines(TSHARK "-Y eap-noob"), frames);
    cr_assert_eq(count_lines(TSHARK "-Y 'eap-noob.malformed || _ws.malformed'"), 0);
    cr_assert_eq(count_lines(TSHARK "-Y 'eap-noob.error_code == 2002'"), 2,
                 "the server's notification and the peer's answer");
    cr_assert_eq(count_lines(TSHARK "-Y 'eap-noob.keying_mode == 2'"), 1);
    memnet_free(net);
}
