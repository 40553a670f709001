/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys and PB-ADV frames against the sample data of the specification. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh_bearer.h"
#include "protocols/adhoc/bluetooth-mesh/mesh_keys.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/vectors.h"

#define VECTOR "bt_mesh_provisioning"

TestSuite(bluetooth_mesh_vectors, .init = imp_crypto_init);

static void put(uint8_t *out, const json_t *v, const char *name)
{
    struct vector_bytes b = vector_hex(v, name);
    memcpy(out, b.p, b.n);
}

static struct mesh_keys keys_of(const json_t *v)
{
    struct mesh_keys k = {.algorithm = (enum mesh_algorithm)vector_number(v, "algorithm")};
    struct vector_bytes auth = vector_hex(v, "auth_value");
    put(k.inputs, v, "invite");
    put(k.inputs + 1, v, "capabilities");
    put(k.inputs + 12, v, "start");
    put(k.inputs + 17, v, "prov_public_key");
    put(k.inputs + 81, v, "device_public_key");
    put(k.secret, v, "ecdh");
    mesh_auth_octets(&k, auth.p, auth.n);
    mesh_confirmation_key(NULL, &k);
    return k;
}

#define SAME(octets, v, name)                                                                      \
    do {                                                                                           \
        struct vector_bytes wanted_ = vector_hex(v, name);                                         \
        cr_assert_gt(wanted_.n, 0, "%s is missing", name);                                         \
        cr_expect_arr_eq(octets, wanted_.p, wanted_.n, "%s", name);                                \
    } while (0)

Test(bluetooth_mesh_vectors, confirmation_of_both_ends)
{
    VECTORS(v, VECTOR)
    {
        struct mesh_keys k = keys_of(v);
        uint8_t out[MESH_WIDTH_MAX];
        SAME(k.salt, v, "confirmation_salt");
        SAME(k.confirmation, v, "confirmation_key");
        mesh_confirm(NULL, &k, vector_hex(v, "random_provisioner").p, out);
        SAME(out, v, "confirmation_provisioner");
        mesh_confirm(NULL, &k, vector_hex(v, "random_device").p, out);
        SAME(out, v, "confirmation_device");
    }
}

Test(bluetooth_mesh_vectors, session_and_provisioning_data)
{
    VECTORS(v, VECTOR)
    {
        struct mesh_keys k = keys_of(v);
        struct vector_bytes clear = vector_hex(v, "provisioning_data");
        uint8_t sealed[MESH_DATA + MESH_MIC];
        mesh_session(NULL, &k, vector_hex(v, "random_provisioner").p,
                     vector_hex(v, "random_device").p);
        SAME(k.provisioning_salt, v, "provisioning_salt");
        SAME(k.device, v, "device_key");
        cr_assert_eq(clear.n, MESH_DATA);
        imp_aes_ccm_seal(NULL, sealed, k.session, k.nonce, MESH_NONCE, NULL, 0, clear.p, MESH_DATA,
                         MESH_MIC);
        SAME(sealed, v, "encrypted_data_and_mic");
    }
}

Test(bluetooth_mesh_vectors, ecdh)
{
    VECTORS(v, VECTOR)
    {
        struct vector_bytes secret = vector_hex(v, "prov_private_key");
        uint8_t z[32];
        if (secret.n == 0)
            continue;
        cr_assert_eq(imp_p256_shared(NULL, z, secret.p, vector_hex(v, "device_public_key").p), 0);
        SAME(z, v, "ecdh");
    }
}

/* Every frame of the sample run is read, and its PDUs are cut into the same segments. */
Test(bluetooth_mesh_vectors, frames_of_the_sample_run)
{
    VECTORS(v, VECTOR)
    {
        const json_t *frames = json_object_get(v, "pb_adv_frames");
        uint8_t pdu[MESH_PDU_MAX + 1];
        size_t have = 0, total = 0, checked = 0;
        for (size_t i = 0; i < json_array_size(frames); i++) {
            json_t *one = json_pack("{s:O}", "f", json_array_get(frames, i));
            struct vector_bytes b = vector_hex(one, "f");
            uint8_t frame[MESH_AD_MAX] = {(uint8_t)(b.n + 1), MESH_AD_PB_ADV}, again[MESH_AD_MAX];
            struct mesh_generic g;
            json_decref(one);
            memcpy(frame + 2, b.p, b.n);
            cr_assert_eq(mesh_generic_read(&g, frame, b.n + 2), 0, "frame %zu", i);
            cr_assert_eq(mesh_generic_write(again, &g), b.n + 2, "frame %zu", i);
            cr_expect_arr_eq(again, frame, b.n + 2, "frame %zu", i);
            if (g.kind != MESH_GP_START && g.kind != MESH_GP_CONTINUE)
                continue;
            if (g.kind == MESH_GP_START) {
                have = 0;
                total = g.total;
            }
            memcpy(pdu + have, g.data, g.n);
            have += g.n;
            if (have < total)
                continue;
            unsigned last = g.kind == MESH_GP_CONTINUE ? g.number : 0;
            cr_expect_eq(mesh_segment(again, g.link, g.transaction, pdu, total, last), b.n + 2);
            cr_expect_arr_eq(again, frame, b.n + 2, "frame %zu", i);
            cr_expect_eq(mesh_segment(again, g.link, g.transaction, pdu, total, last + 1), 0);
            checked++;
        }
        cr_expect(json_array_size(frames) == 0 || checked == 11, "%zu PDUs", checked);
    }
}

/* Who knows the key of a CMAC finds what fits a commitment that was made before. */
Test(bluetooth_mesh_vectors, a_cmac_commits_to_nothing_and_an_hmac_does)
{
    VECTORS(v, VECTOR)
    {
        struct mesh_keys k = keys_of(v);
        uint8_t committed[MESH_WIDTH_MAX], random[MESH_WIDTH_MAX] = {7}, forged[MESH_WIDTH_MAX];
        mesh_confirm(NULL, &k, random, committed);
        mesh_auth_number(&k, 4711, "4711", 4);
        mesh_confirmation_key(NULL, &k);
        mesh_forge_random(&k, committed, k.auth, forged);
        mesh_confirm(NULL, &k, forged, random);
        if (k.algorithm == MESH_CMAC)
            cr_expect_arr_eq(random, committed, 16);
        else
            cr_expect_arr_neq(random, committed, 32);
    }
}

Test(bluetooth_mesh_vectors, a_number_is_found_from_confirmation_and_random)
{
    VECTORS(v, VECTOR)
    {
        struct mesh_keys k = keys_of(v);
        uint8_t committed[MESH_WIDTH_MAX], random[MESH_WIDTH_MAX] = {7};
        mesh_auth_number(&k, 4711, "4711", 4);
        mesh_confirm(NULL, &k, random, committed);
        int64_t found = mesh_search_number(&k, 4, committed, random);
        cr_expect_eq(found, k.algorithm == MESH_CMAC ? 4711 : 0, "HMAC: no number enters it");
        cr_expect_eq(mesh_search_number(&k, 3, committed, random),
                     k.algorithm == MESH_CMAC ? -1 : 0);
    }
}
