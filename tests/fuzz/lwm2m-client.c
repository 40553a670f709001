/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests of CoAP, each behind its length of two octets, against a client's bootstrap interface:
 * replies can be sent, and what is in force is never inconsistent. Of the newest version and of the
 * oldest. */
#include <stdlib.h>

#include "protocols/managed/lwm2m-bootstrap/registration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void serve(struct lwm_client *c, const struct imp_coap_message *m)
{
    static uint8_t scratch[IMP_COAP_SCRATCH], wire[IMP_COAP_MTU];
    struct imp_coap_reply reply = {.scratch = scratch};
    enum lwm_operation operation = lwm_client_serve(c, m, &reply);
    if (imp_coap_encode(wire, sizeof wire, &reply.message) < 0)
        abort();
    if (operation == LWM_FINISH && reply.message.code == IMP_COAP_CHANGED) {
        if (lwm_config_fault(&c->config))
            abort();
        lwm_client_open(c);
    }
}

static void session(const uint8_t *data, size_t n, enum lwm_version version)
{
    static struct lwm_client c;
    struct lwm_registration r;
    struct imp_coap_message m;
    c = (struct lwm_client){.version = version, .format = LWM_SENML_CBOR};
    lwm_client_open(&c);
    while (n >= 2) {
        size_t length = (size_t)data[0] << 8 | data[1];
        if (length > n - 2)
            length = n - 2;
        if (imp_coap_decode(&m, data + 2, length) == 0) {
            lwm_register_read(&r, &m, version);
            serve(&c, &m);
        }
        data += 2 + length;
        n -= 2 + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    session(data, n, LWM_1_2);
    session(data, n, LWM_1_0);
    return 0;
}
