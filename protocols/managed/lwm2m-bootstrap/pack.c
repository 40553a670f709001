/* SPDX-License-Identifier: GPL-2.0-only */
#include "pack.h"

#include "senml.h"

static void instances(struct lwm_senml_writer *s, const void *arg)
{
    const struct lwm_config *c = arg;
    uint8_t content[LWM_CONTENT_MAX];
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (c->security[i].used && !c->security[i].bootstrap)
            lwm_senml_instance(s, LWM_SECURITY, c->security[i].instance, content,
                               lwm_security_write(content, sizeof content, &c->security[i]));
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (c->server[i].used)
            lwm_senml_instance(s, LWM_SERVER, c->server[i].instance, content,
                               lwm_server_write(content, sizeof content, &c->server[i]));
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        if (c->access[i].used)
            lwm_senml_instance(s, LWM_ACCESS, c->access[i].instance, content,
                               lwm_access_write(content, sizeof content, &c->access[i]));
    for (size_t i = 0; i < LWM_OSCORES; i++)
        if (c->oscore[i].used)
            lwm_senml_instance(s, LWM_OSCORE, c->oscore[i].instance, content,
                               lwm_oscore_write(content, sizeof content, &c->oscore[i]));
}

size_t lwm_pack_write(uint8_t *out, size_t cap, struct imp_env *env, const struct lwm_config *c)
{
    return lwm_senml_write(out, cap, env, instances, c);
}

/* Objects and their types judge what is in an instance. */
static bool put(void *arg, struct lwm_path path, const uint8_t *tlv, size_t n)
{
    return lwm_config_put(arg, path, tlv, n) == IMP_COAP_CHANGED;
}

int lwm_pack_read(struct lwm_config *c, struct imp_env *env, const uint8_t *p, size_t n)
{
    struct lwm_config copy = *c;
    if (lwm_senml_read(env, p, n, put, &copy) != 0)
        return -1;
    *c = copy;
    return 0;
}
