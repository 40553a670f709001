/* SPDX-License-Identifier: GPL-2.0-only */
/* legal.c - which message is legal in which state. */
#include "pairing.h"

#define ANY_SMP(state)                                                                             \
    {                                                                                              \
        state, BT_MSG_SMP + SMP_FAILED                                                             \
    }
#define ENDS(state)                                                                                \
    {                                                                                              \
        state, BT_MSG_TERMINATE                                                                    \
    }
#define ENDS_AMIDST                                                                                \
    ENDS(BT_FEATURES), ENDS(BT_PUBLIC_KEY), ENDS(BT_CONFIRM), ENDS(BT_RANDOM), ENDS(BT_COMPARE),   \
        ENDS(BT_DHKEY), ENDS(BT_ENC_REQ), ENDS(BT_START_RSP), ENDS(BT_KEYS)
#define IDENTITY_KEYS                                                                              \
    {BT_KEYS, BT_MSG_SMP + SMP_IDENTITY_INFORMATION},                                              \
        {BT_KEYS, BT_MSG_SMP + SMP_IDENTITY_ADDRESS},                                              \
    {                                                                                              \
        BT_KEYS, BT_MSG_SMP + SMP_SIGNING_INFORMATION                                              \
    }
#define IDENTITY_KEYS_OF_BR_EDR                                                                    \
    {BT_CROSS, BT_MSG_BR_SMP + 2}, {BT_KEYS, BT_MSG_BR_SMP + 3}, {BT_KEYS, BT_MSG_BR_SMP + 4},     \
    {                                                                                              \
        BT_KEYS, BT_MSG_BR_SMP + 5                                                                 \
    }

const struct imp_legal bt_responder_legal[] = {
    {BT_FEATURES, BT_MSG_SMP + SMP_REQUEST},
    {BT_FEATURES, BT_MSG_FEATURE_REQ},
    {BT_FEATURES, BT_MSG_ENC_REQ},
    {BT_PUBLIC_KEY, BT_MSG_SMP + SMP_PUBLIC_KEY},
    {BT_CONFIRM, BT_MSG_SMP + SMP_CONFIRM},
    {BT_CONFIRM, BT_MSG_SMP + SMP_KEYPRESS},
    {BT_CONFIRM, BT_MSG_PASSKEY_OF_INITIATOR},
    {BT_RANDOM, BT_MSG_SMP + SMP_RANDOM},
    {BT_COMPARE, BT_MSG_NUMBER_OF_INITIATOR},
    {BT_COMPARE, BT_MSG_SMP + SMP_DHKEY_CHECK},
    {BT_DHKEY, BT_MSG_SMP + SMP_DHKEY_CHECK},
    {BT_ENC_REQ, BT_MSG_ENC_REQ},
    {BT_START_RSP, BT_MSG_START_ENC_RSP},
    {BT_FEATURES, BT_MSG_LMP + LMP_HOST_CONNECTION_REQ},
    {BT_FEATURES, BT_MSG_LMP + LMP_FEATURES_REQ_EXT},
    {BT_FEATURES, BT_MSG_LMP + LMP_SETUP_COMPLETE},
    {BT_FEATURES, BT_MSG_LMP + LMP_IO_CAPABILITY_REQ},
    {BT_FEATURES, BT_MSG_LMP + LMP_AU_RAND},
    {BT_PUBLIC_KEY, BT_MSG_LMP + LMP_ENCAPSULATED_HEADER},
    {BT_PUBLIC_KEY, BT_MSG_LMP + LMP_ENCAPSULATED_PAYLOAD},
    {BT_CONFIRM, BT_MSG_LMP + LMP_SIMPLE_PAIRING_CONFIRM},
    {BT_CONFIRM, BT_MSG_LMP + LMP_KEYPRESS_NOTIFICATION},
    {BT_RANDOM, BT_MSG_LMP + LMP_SIMPLE_PAIRING_NUMBER},
    {BT_COMPARE, BT_MSG_LMP + LMP_DHKEY_CHECK},
    {BT_DHKEY, BT_MSG_LMP + LMP_DHKEY_CHECK},
    {BT_ENC_REQ, BT_MSG_LMP + LMP_AU_RAND},
    {BT_SRES, BT_MSG_LMP + LMP_SRES},
    {BT_MODE, BT_MSG_LMP + LMP_ENCRYPTION_MODE_REQ},
    {BT_MODE, BT_MSG_LMP + LMP_ENCRYPTION_KEY_SIZE_REQ},
    {BT_MODE, BT_MSG_LMP + LMP_START_ENCRYPTION_REQ},
    {BT_FEATURES, BT_MSG_INFORMATION_REQ},
    {BT_FEATURES, BT_MSG_INFORMATION_RSP},
    {BT_CROSS, BT_MSG_BR_SMP},
    IDENTITY_KEYS_OF_BR_EDR,
    IDENTITY_KEYS,
    ENDS_AMIDST,
    ANY_SMP(BT_PUBLIC_KEY),
    ANY_SMP(BT_CONFIRM),
    ANY_SMP(BT_RANDOM),
    ANY_SMP(BT_COMPARE),
    ANY_SMP(BT_DHKEY),
    {-1, -1},
};
const struct imp_legal bt_initiator_legal[] = {
    {BT_IDLE, BT_MSG_ADVERTISEMENT},
    {BT_PAIRED, BT_MSG_ADVERTISEMENT},
    {BT_ASKED, BT_MSG_FEATURE_RSP},
    {BT_ASKED, BT_MSG_SMP + SMP_SECURITY_REQUEST},
    {BT_FEATURES, BT_MSG_SMP + SMP_RESPONSE},
    {BT_PUBLIC_KEY, BT_MSG_SMP + SMP_PUBLIC_KEY},
    {BT_CONFIRM, BT_MSG_SMP + SMP_CONFIRM},
    {BT_CONFIRM, BT_MSG_SMP + SMP_KEYPRESS},
    {BT_CONFIRM, BT_MSG_PASSKEY_OF_RESPONDER},
    {BT_RANDOM, BT_MSG_SMP + SMP_RANDOM},
    {BT_COMPARE, BT_MSG_NUMBER_OF_RESPONDER},
    {BT_DHKEY, BT_MSG_SMP + SMP_DHKEY_CHECK},
    {BT_ENC_REQ, BT_MSG_ENC_RSP},
    {BT_ENC_REQ, BT_MSG_REJECT},
    {BT_START, BT_MSG_START_ENC_REQ},
    {BT_START_RSP, BT_MSG_START_ENC_RSP},
    {BT_IDLE, BT_MSG_FHS},
    {BT_PAIRED, BT_MSG_FHS},
    {BT_ASKED, BT_MSG_LMP + LMP_ACCEPTED},
    {BT_ASKED, BT_MSG_LMP + LMP_FEATURES_RES_EXT},
    {BT_ASKED, BT_MSG_LMP + LMP_SETUP_COMPLETE},
    {BT_FEATURES, BT_MSG_LMP + LMP_IO_CAPABILITY_RES},
    {BT_PUBLIC_KEY, BT_MSG_LMP + LMP_ACCEPTED},
    {BT_PUBLIC_KEY, BT_MSG_LMP + LMP_ENCAPSULATED_HEADER},
    {BT_PUBLIC_KEY, BT_MSG_LMP + LMP_ENCAPSULATED_PAYLOAD},
    {BT_CONFIRM, BT_MSG_LMP + LMP_SIMPLE_PAIRING_CONFIRM},
    {BT_CONFIRM, BT_MSG_LMP + LMP_KEYPRESS_NOTIFICATION},
    {BT_RANDOM, BT_MSG_LMP + LMP_SIMPLE_PAIRING_NUMBER},
    {BT_DHKEY, BT_MSG_LMP + LMP_DHKEY_CHECK},
    {BT_ENC_REQ, BT_MSG_LMP + LMP_AU_RAND},
    {BT_SRES, BT_MSG_LMP + LMP_SRES},
    {BT_MODE, BT_MSG_LMP + LMP_ACCEPTED},
    {BT_MODE, BT_MSG_LMP + LMP_ENCRYPTION_KEY_SIZE_REQ},
    {BT_START_RSP, BT_MSG_LMP + LMP_ACCEPTED},
    {BT_ASKED, BT_MSG_INFORMATION_RSP},
    {BT_FEATURES, BT_MSG_INFORMATION_REQ},
    {BT_CROSS, BT_MSG_BR_SMP + 1},
    IDENTITY_KEYS_OF_BR_EDR,
    {BT_KEYS, BT_MSG_SMP + SMP_ENCRYPTION_INFORMATION},
    {BT_KEYS, BT_MSG_SMP + SMP_CENTRAL_IDENTIFICATION},
    IDENTITY_KEYS,
    ENDS_AMIDST,
    ENDS(BT_ASKED),
    ENDS(BT_START),
    ANY_SMP(BT_FEATURES),
    ANY_SMP(BT_PUBLIC_KEY),
    ANY_SMP(BT_CONFIRM),
    ANY_SMP(BT_RANDOM),
    ANY_SMP(BT_COMPARE),
    ANY_SMP(BT_DHKEY),
    {-1, -1},
};
