/* SPDX-License-Identifier: GPL-2.0-only */
#include "dot1x.h"

#include "eap_packet.h"
#include "eap_server.h"
#include "eapol.h"
#include "eapol_key.h"

#define NAME(id, text) text,

const char *const imp_eap_offer_names[] = {IMP_EAP_OFFERS(NAME) NULL};
const char *const imp_dot1x_success_names[] = {"strict", "lenient", NULL};
const char *const imp_dot1x_name_choices[] = {"authenticated", "asked", "none", NULL};
const char *const imp_dot1x_transport_names[] = {"udp", "tls", NULL};
const char *const imp_dot1x_peer_states[] = {IMP_DOT1X_PEER_STATES(NAME) NULL};
const char *const imp_dot1x_authenticator_states[] = {IMP_DOT1X_AUTHENTICATOR_STATES(NAME) NULL};
const char *const imp_dot1x_server_states[] = {IMP_DOT1X_SERVER_STATES(NAME) NULL};

const struct imp_legal imp_dot1x_server_legal[] = {
    {IMP_DOT1X_SERVER_IDENTITY, IMP_DOT1X_MSG_ACCESS_REQUEST},
    {IMP_DOT1X_SERVER_METHOD, IMP_DOT1X_MSG_ACCESS_REQUEST},
    {IMP_DOT1X_SERVER_ACCEPTED, IMP_DOT1X_MSG_ACCESS_REQUEST}, /* of other conversations */
    {IMP_DOT1X_SERVER_REJECTED, IMP_DOT1X_MSG_ACCESS_REQUEST},
    {0, -1},
};

bool imp_dot1x_legal(const struct imp_env *env, int state, int message)
{
    const struct imp_legal *l = env->mechanism->roles[env->role].legal;
    for (; l->message >= 0; l++)
        if (l->state == state && l->message == message)
            return true;
    return false;
}

int imp_dot1x_label_eap(const struct imp_eap_method *method, const uint8_t *packet, size_t n)
{
    struct imp_eap_packet e;
    if (imp_eap_parse(&e, packet, n) != 0)
        return -1;
    if (e.code == IMP_EAP_SUCCESS)
        return IMP_DOT1X_MSG_SUCCESS;
    if (e.code == IMP_EAP_FAILURE)
        return IMP_DOT1X_MSG_FAILURE;
    bool request = e.code == IMP_EAP_REQUEST;
    struct imp_eap_type own = {method->type, method->vendor, method->vendor_type};
    if (imp_eap_is(&e, &own))
        return method->label(packet, e.n);
    switch (e.type) {
    case IMP_EAP_TYPE_IDENTITY:
        return request ? IMP_DOT1X_MSG_REQUEST_IDENTITY : IMP_DOT1X_MSG_RESPONSE_IDENTITY;
    case IMP_EAP_TYPE_NOTIFICATION:
        return request ? IMP_DOT1X_MSG_REQUEST_NOTIFICATION : IMP_DOT1X_MSG_RESPONSE_NOTIFICATION;
    case IMP_EAP_TYPE_NAK:
        return request ? IMP_DOT1X_MSG_REQUEST_OTHER : IMP_DOT1X_MSG_RESPONSE_NAK;
    default:
        return request ? IMP_DOT1X_MSG_REQUEST_OTHER : IMP_DOT1X_MSG_RESPONSE_EXPANDED_NAK;
    }
}

int imp_dot1x_label_frame(const struct imp_eap_method *method, const uint8_t *frame, size_t n)
{
    static const int keys[] = {-1, IMP_DOT1X_MSG_KEY_1, IMP_DOT1X_MSG_KEY_2, IMP_DOT1X_MSG_KEY_3,
                               IMP_DOT1X_MSG_KEY_4};
    struct imp_eapol e;
    struct imp_eapol_key key;
    int group;
    if (imp_eapol_parse(&e, frame, n) != 0)
        return -1;
    switch (e.type) {
    case IMP_EAPOL_EAP:
        return imp_dot1x_label_eap(method, e.body, e.body_n);
    case IMP_EAPOL_START:
        return IMP_DOT1X_MSG_START;
    case IMP_EAPOL_LOGOFF:
        return IMP_DOT1X_MSG_LOGOFF;
    case IMP_EAPOL_KEY:
        if (imp_eapol_key_parse(&key, e.body, e.body_n) != 0)
            return -1;
        group = imp_eapol_key_group(&key);
        return group ? IMP_DOT1X_MSG_GROUP_1 + group - 1 : keys[imp_eapol_key_number(&key)];
    default:
        return -1;
    }
}
