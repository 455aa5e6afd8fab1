/*
 * How often the supervisor says what expires soon: at once, then once a day of a clock that it is
 * given.
 */
#include "unit/tls/certificates.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "server/supervisor/certificates.h"
#include "unit/scratch.h"

#define STARTED_MS 1000u /* of the machine's clock */
#define DAY_MS (24u * 3600u * 1000u)

static struct scratch scratch;
static struct settings settings = { .serves_tls = true };
static struct certificates certificates;
static char paths[TLS_CRL][SCRATCH_PATH_MAX];
static int log_fd;

static void keep_file(enum tls_part part, const char *name, const struct tls_material *material)
{
    (void)snprintf(paths[part], sizeof paths[part], "%s", scratch_path(&scratch, name));
    scratch_write(paths[part], material->bytes[part], material->len[part]);
    assert_int_equal(chmod(paths[part], 0600), 0);
    settings.tls.path[part] = paths[part];
}

/* The server's certificate and its CA expire in so many days. */
static void keep_files(long days)
{
    const struct wish of_ca = { .is_ca = true, .from_days = -1, .until_days = days };
    struct holder ca = make_holder("lottery", &of_ca);
    const struct wish of_server = { .sans = "DNS:localhost", .by = &ca, .from_days = -1, .until_days = days };
    struct holder server = make_holder("server", &of_server);
    struct tls_material material = material_of(&server, &ca, NULL);

    keep_file(TLS_CERTIFICATE, "certificate", &material);
    keep_file(TLS_KEY, "key", &material);
    keep_file(TLS_CA, "ca", &material);
    tls_material_fini(&material);
    free_holder(&server);
    free_holder(&ca);
}

static int begin(void **state)
{
    (void)state;
    scratch_begin(&scratch);
    certificates_init(&certificates);
    log_fd = memfd_create("log", MFD_CLOEXEC);
    log_open(log_fd, LOG_INFO);
    return log_fd == -1;
}

static int end(void **state)
{
    (void)state;
    certificates_fini(&certificates);
    close(log_fd);
    scratch_end(&scratch);
    return 0;
}

/* Looks at this time, and expects so many lines since the last look. */
static void expect_lines(uint64_t now_ms, unsigned wanted)
{
    char text[8 * LOG_LINE_MAX] = "";
    unsigned count = 0;

    assert_int_equal(ftruncate(log_fd, 0), 0);
    assert_int_equal(lseek(log_fd, 0, SEEK_SET), 0);
    certificates_look(&certificates, now_ms);
    assert_true(pread(log_fd, text, sizeof text - 1, 0) >= 0);
    for (const char *line = text; (line = strstr(line, "WARNING  action: tls_expiry | result: in_progress")) != NULL;
         line++)
        count++;
    assert_int_equal(count, wanted);
    if (count == 2) {
        assert_non_null(strstr(text, "file: certificate | certificate: CN=server, serial "));
        assert_non_null(strstr(text, "file: CA | certificate: CN=lottery, serial "));
    }
}

static void load(void)
{
    assert_true(certificates_load(&certificates, &settings, &tls_open_directly));
}

/* The supervisor looks many times in a second. */
static void what_expires_soon_is_said_at_once_and_then_once_a_day(void **state)
{
    (void)state;
    keep_files(20);
    load();
    expect_lines(STARTED_MS, 2);
    for (unsigned day = 1; day <= 3; day++) {
        uint64_t due_ms = STARTED_MS + day * (uint64_t)DAY_MS;
        expect_lines(due_ms - DAY_MS + 1, 0);
        expect_lines(due_ms - 1, 0);
        expect_lines(due_ms, 2);
    }
    expect_lines(STARTED_MS + 9 * (uint64_t)DAY_MS, 2); /* the machine slept; what was missed is not made up for */
    expect_lines(STARTED_MS + 9 * (uint64_t)DAY_MS + 1, 0);
}

static void reload_says_it_at_once_and_begins_a_new_day(void **state)
{
    const uint64_t reloaded_ms = STARTED_MS + DAY_MS / 2;

    (void)state;
    keep_files(20);
    load();
    expect_lines(STARTED_MS, 2);
    load();
    expect_lines(reloaded_ms, 2);
    expect_lines(STARTED_MS + DAY_MS, 0);
    expect_lines(reloaded_ms + DAY_MS, 2);
}

/* What it stays silent about it still looks at each day. */
static void what_does_not_expire_soon_is_not_said(void **state)
{
    (void)state;
    keep_files(60);
    load();
    expect_lines(STARTED_MS, 0);
    expect_lines(STARTED_MS + DAY_MS, 0);
    keep_files(20);
    load();
    expect_lines(STARTED_MS + DAY_MS + 1, 2);
}

static void without_files_nothing_is_said(void **state)
{
    (void)state;
    expect_lines(STARTED_MS, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_expires_soon_is_said_at_once_and_then_once_a_day, begin, end),
        cmocka_unit_test_setup_teardown(reload_says_it_at_once_and_begins_a_new_day, begin, end),
        cmocka_unit_test_setup_teardown(what_does_not_expire_soon_is_not_said, begin, end),
        cmocka_unit_test_setup_teardown(without_files_nothing_is_said, begin, end),
    };
    return cmocka_run_group_tests_name("server_certificates_look", tests, NULL, NULL);
}
