/* The files that TLS is set up from: which are read, which are refused, and what they must hold. */
#include "unit/tls/certificates.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tls/expiry.h"
#include "unit/scratch.h"

static char error[TLS_ERROR_MAX];
static struct holder ca, own;

/* ---- Files ----------------------------------------------------------------------------------- */

static struct scratch scratch;

/* Good until the next call. */
static const char *write_file(const char *name, const char *text, mode_t mode)
{
    const char *path = scratch_path(&scratch, name);

    (void)unlink(path);
    scratch_write(path, text, strlen(text));
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static bool is_read(enum tls_part part, const char *path)
{
    struct tls_paths paths = { .path = { NULL } };
    struct tls_material material;

    paths.path[part] = path;
    if (!tls_material_read(&paths, &tls_open_directly, &material, error))
        return false;
    tls_material_fini(&material);
    return true;
}

static void key_with_rights_for_others_is_refused(void **state)
{
    static const mode_t good[] = { 0600, 0400, 0640, 0440, 0700 };
    static const mode_t bad[] = { 0644, 0604, 0660, 0602, 0666, 0601, 0620, 0610, 0777 };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(is_read(TLS_KEY, write_file("key", "k", good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(is_read(TLS_KEY, write_file("key", "k", bad[i])));
        assert_non_null(strstr(error, "chmod 600"));
    }
    assert_true(is_read(TLS_CERTIFICATE, write_file("certificate", "c", 0644)));
}

static void empty_or_irregular_file_is_refused(void **state)
{
    const char *path;

    (void)state;
    assert_false(is_read(TLS_CA, scratch.folder));
    assert_non_null(strstr(error, "it is a folder"));
    assert_false(is_read(TLS_CA, write_file("empty", "", 0600)));
    assert_non_null(strstr(error, "it is empty"));
    assert_false(is_read(TLS_CA, "/dev/null"));
    path = scratch_path(&scratch, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(is_read(TLS_KEY, path)); /* and does not hang */
    path = scratch_path(&scratch, "none");
    assert_false(is_read(TLS_CERTIFICATE, path));
    assert_non_null(strstr(error, path));
}

/* ---- From process to process ----------------------------------------------------------------- */

static void shared_material_is_received_and_cannot_be_changed(void **state)
{
    struct tls_material material = material_of(&own, &ca, NULL), received;
    int fd = memfd_create("tls", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    (void)state;
    assert_true(fd >= 0);
    assert_true(tls_material_share(&material, fd));
    for (unsigned again = 0; again < 2; again++) {
        assert_true(tls_material_receive(fd, tls_material_size(&material), &received));
        for (unsigned part = 0; part < TLS_PARTS; part++) {
            assert_int_equal(received.len[part], material.len[part]);
            if (material.len[part] > 0)
                assert_memory_equal(received.bytes[part], material.bytes[part], material.len[part]);
        }
        tls_material_fini(&received);
    }
    assert_int_equal(pwrite(fd, "x", 1, 40), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    close(fd);
    tls_material_fini(&material);
}

static void file_without_shared_material_is_refused(void **state)
{
    struct tls_material received;
    size_t size = 10;
    int fd = open(write_file("short", "0123456789", 0600), O_RDONLY);

    (void)state;
    assert_false(tls_material_receive(fd, size, &received));
    close(fd);
    size = 40;
    fd = open(write_file("lying", "\377\377\377\377\377\377\377\377aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0600), O_RDONLY);
    assert_false(tls_material_receive(fd, size, &received));
    close(fd);
}

/* ---- What they hold -------------------------------------------------------------------------- */

static bool is_usable(const struct tls_material *material)
{
    struct tls_context *context = tls_context_server(material, "wide", error);

    tls_context_release(context);
    assert_int_equal(ERR_peek_error(), 0);
    return context != NULL;
}

static void replace(struct tls_material *material, enum tls_part part, const char *text)
{
    free(material->bytes[part]);
    material->bytes[part] = (uint8_t *)strdup(text);
    material->len[part] = strlen(text);
}

static void key_of_another_certificate_is_refused(void **state)
{
    struct tls_material material = material_of(&own, &ca, NULL), other = material_of(&ca, &ca, NULL);

    (void)state;
    assert_true(is_usable(&material));
    free(material.bytes[TLS_KEY]);
    material.bytes[TLS_KEY] = other.bytes[TLS_KEY];
    material.len[TLS_KEY] = other.len[TLS_KEY];
    other.bytes[TLS_KEY] = NULL;
    assert_false(is_usable(&material));
    assert_non_null(strstr(error, "does not belong"));
    tls_material_fini(&material);
    tls_material_fini(&other);
}

static void key_with_a_passphrase_is_refused_without_asking(void **state)
{
    struct tls_material material = material_of(&own, &ca, NULL);
    BIO *text = BIO_new(BIO_s_mem());

    (void)state;
    assert_int_equal(PEM_write_bio_PrivateKey(text, own.key, EVP_aes_128_cbc(), (const unsigned char *)"secret", 6,
                                              NULL, NULL),
                     1);
    free(material.bytes[TLS_KEY]);
    keep_bytes(&material, TLS_KEY, text);
    assert_false(is_usable(&material));
    assert_non_null(strstr(error, "passphrase"));
    tls_material_fini(&material);
}

/* As a file that somebody is still writing. */
static void file_that_ends_early_is_refused(void **state)
{
    struct tls_material material = material_of(&own, &ca, NULL);

    (void)state;
    for (unsigned part = 0; part < TLS_CRL; part++) {
        const size_t whole = material.len[part];
        for (size_t len = 0; len < whole - 30; len += 13) {
            material.len[part] = len;
            assert_false(is_usable(&material));
        }
        material.len[part] = whole;
    }
    assert_true(is_usable(&material));
    tls_material_fini(&material);
}

static void file_of_another_kind_is_refused(void **state)
{
    static const char *const what[TLS_PARTS] = { "certificate: it has no certificate", "key: it has no private key",
                                                 "CA file: it has no certificate", "CRL file: it has no CRL" };

    (void)state;
    for (unsigned part = 0; part < TLS_PARTS; part++) {
        struct tls_material material = material_of(&own, &ca, NULL);
        replace(&material, (enum tls_part)part, "some text\n");
        assert_false(is_usable(&material));
        assert_non_null(strstr(error, what[part]));
        tls_material_fini(&material);
    }
}

/* The supervisor, which reads the files, refuses it. A worker that starts later must not end. */
static void certificate_that_does_not_hold_now_is_told_and_can_be_set_up(void **state)
{
    struct wish wish = { .by = &ca, .sans = "DNS:localhost", .from_days = -9, .until_days = -1 };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct holder holder = make_holder("server", &wish);
        struct tls_material material = material_of(&holder, &ca, NULL);
        struct tls_context *context = tls_context_server(&material, "wide", error);
        assert_non_null(context);
        assert_false(tls_context_is_in_time(context, error));
        assert_string_equal(error, i == 0 ? "certificate: it has expired" : "certificate: it is not valid yet");
        tls_context_release(context);
        assert_null(tls_context_client(&material, "wide", error));
        assert_non_null(strstr(error, i == 0 ? "it has expired" : "it is not valid yet"));
        tls_material_fini(&material);
        free_holder(&holder);
        wish.from_days = 1;
        wish.until_days = 9;
    }
}

/* ---- What expires soon ----------------------------------------------------------------------- */

static char seen[500];

static void note(void *context, const struct tls_expiry *expiry)
{
    (void)context;
    size_t len = strlen(seen);
    snprintf(seen + len, sizeof seen - len, "%s %d;", expiry->what, expiry->days);
}

static void what_expires_soon_is_named(void **state)
{
    struct wish wish = { .by = &ca, .is_ca = true, .from_days = -1, .until_days = 400 };
    struct holder fresh = make_holder("fresh CA", &wish);
    struct tls_material material = material_of(&fresh, &fresh, NULL);

    (void)state;
    seen[0] = '\0';
    tls_expiry_each(&material, note, NULL);
    assert_string_equal(seen, "");
    add_crl(&material, &fresh, NULL, 20); /* of 22 days */
    tls_expiry_each(&material, note, NULL);
    assert_string_equal(seen, "");
    tls_material_fini(&material);
    wish.until_days = 12;
    struct holder old = make_holder("old", &wish);
    material = material_of(&old, &fresh, NULL);
    add_crl(&material, &fresh, NULL, 0);
    tls_expiry_each(&material, note, NULL);
    assert_non_null(strstr(seen, "certificate 1"));
    assert_null(strstr(seen, "CA "));
    assert_non_null(strstr(seen, "CRL "));
    tls_material_fini(&material);
    free_holder(&old);
    free_holder(&fresh);
}

static int make_all(void **state)
{
    const struct wish wish = { .by = &ca, .sans = "DNS:localhost" };

    (void)state;
    if (!tls_prepare())
        return -1;
    ca = make_ca("CA");
    own = make_holder("server", &wish);
    scratch_begin(&scratch);
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    free_holder(&ca);
    free_holder(&own);
    scratch_end(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_with_rights_for_others_is_refused),
        cmocka_unit_test(empty_or_irregular_file_is_refused),
        cmocka_unit_test(shared_material_is_received_and_cannot_be_changed),
        cmocka_unit_test(file_without_shared_material_is_refused),
        cmocka_unit_test(key_of_another_certificate_is_refused),
        cmocka_unit_test(key_with_a_passphrase_is_refused_without_asking),
        cmocka_unit_test(file_that_ends_early_is_refused),
        cmocka_unit_test(file_of_another_kind_is_refused),
        cmocka_unit_test(certificate_that_does_not_hold_now_is_told_and_can_be_set_up),
        cmocka_unit_test(what_expires_soon_is_named),
    };
    return cmocka_run_group_tests(tests, make_all, free_all);
}
