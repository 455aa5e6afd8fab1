/*
 * A role's order: what is written arrives, nothing of the supervisor's memory does, and what is no
 * order of this build is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory_file.h"
#include "server/role/begin.h"
#include "server/role/order.h"

static const struct settings settings = {
    .listen = "127.0.0.1:1", .store = "a folder/bets.db", .agencies = 7, .workers = 3, .session = { .max_frame = 4096 }
};

static int write_order(void)
{
    struct order order;

    order_init(&order, ROLE_WORKER, &settings);
    order.number = 2;
    order_give(&order, ORDER_LISTENER, 1, 77);
    order_give(&order, ORDER_CHANNEL, 0, 78);
    order_give(&order, ORDER_LISTENER, 0, 79);
    int fd = order_write(&order);
    assert_int_not_equal(fd, -1);
    return fd;
}

/* The same bytes in a sealed file, but for one. */
static int copy_with_other_byte(int fd, off_t offset)
{
    char bytes[sizeof(struct order) + 64];
    ssize_t len = pread(fd, bytes, sizeof bytes, 0);
    int copy = memory_file_new("copy");

    assert_true(len > offset);
    bytes[offset] = (char)(bytes[offset] ^ 1);
    assert_int_equal(write(copy, bytes, (size_t)len), len);
    assert_int_equal(fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL), 0);
    return copy;
}

static void order_arrives_with_settings_and_texts(void **state)
{
    (void)state;
    static struct order order;
    int fd = write_order();

    assert_int_equal(order_read(fd, &order), ORDER_READ);
    assert_int_equal(order.role, ROLE_WORKER);
    assert_int_equal(order.number, 2);
    assert_int_equal(order.supervisor, getpid());
    assert_string_equal(order.settings.store, "a folder/bets.db");
    assert_int_equal(order.settings.agencies, 7);
    assert_int_equal(order.settings.session.max_frame, 4096);
    close(fd);
}

static void paths_of_tls_reach_the_opener_alone(void **state)
{
    (void)state;
    static struct order order;
    const struct settings with_key = { .store = "bets.db", .tls.path[TLS_KEY] = "a folder/server.key" };

    for (enum child_role role = ROLE_COMMITTER; role <= ROLE_OPENER; role++) {
        order_init(&order, role, &with_key);
        int fd = order_write(&order);
        assert_int_equal(order_read(fd, &order), ORDER_READ);
        assert_string_equal(order.settings.store, "bets.db");
        assert_null(order.settings.tls.path[TLS_CERTIFICATE]);
        if (role == ROLE_OPENER)
            assert_string_equal(order.settings.tls.path[TLS_KEY], "a folder/server.key");
        else
            assert_null(order.settings.tls.path[TLS_KEY]);
        close(fd);
    }
}

static void order_has_no_address_of_the_supervisor(void **state)
{
    (void)state;
    struct order order;
    int fd = write_order();

    assert_int_equal(pread(fd, &order, sizeof order, 0), sizeof order);
    assert_null(order.settings.listen);
    assert_null(order.settings.bet_listen);
    assert_null(order.settings.store);
    close(fd);
}

static void order_names_descriptors_by_the_roles_numbers(void **state)
{
    (void)state;
    static struct order order;
    int fd = write_order();

    assert_int_equal(order_read(fd, &order), ORDER_READ);
    assert_int_equal(order_find(&order, ORDER_LISTENER, 0)->fd, ORDER_GIVEN_FD);
    assert_int_equal(order_find(&order, ORDER_LISTENER, 0)->detail, 1);
    assert_int_equal(order_find(&order, ORDER_CHANNEL, 0)->fd, ORDER_GIVEN_FD + 1);
    assert_int_equal(order_find(&order, ORDER_LISTENER, 1)->fd, ORDER_GIVEN_FD + 2);
    assert_null(order_find(&order, ORDER_LISTENER, 2));
    assert_null(order_find(&order, ORDER_STORE_CALLS, 0));
    close(fd);
}

static void order_is_sealed(void **state)
{
    (void)state;
    int fd = write_order();

    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), -1);
    close(fd);
}

static void order_of_another_build_is_refused(void **state)
{
    (void)state;
    static struct order order;
    uint8_t build[BUILD_ID_LEN], none[BUILD_ID_LEN] = { 0 };
    int fd = write_order();
    int other = copy_with_other_byte(fd, offsetof(struct order, build));
    int larger = copy_with_other_byte(fd, offsetof(struct order, size));

    build_id(build);
    assert_memory_not_equal(build, none, sizeof build);
    assert_int_equal(order_read(other, &order), ORDER_OTHER_BUILD);
    assert_int_equal(order_read(larger, &order), ORDER_OTHER_BUILD);
    assert_int_equal(order.size, 0);
    close(other);
    close(larger);
    close(fd);
}

static void file_that_is_no_order_is_refused(void **state)
{
    (void)state;
    static struct order order;
    int empty = memory_file_new("empty");
    int null = open("/dev/null", O_RDONLY);

    assert_int_equal(order_read(-1, &order), ORDER_NONE);
    assert_int_equal(order_read(null, &order), ORDER_NONE);
    assert_int_equal(order_read(empty, &order), ORDER_NONE);
    assert_int_equal(ftruncate(empty, sizeof order), 0);
    assert_int_equal(order_read(empty, &order), ORDER_NONE); /* it is not sealed */
    close(empty);
    close(null);
}

static void role_is_told_from_a_program_by_its_name(void **state)
{
    (void)state;
    char role[] = "sorteo-server: worker 3", program[] = "sorteo-server", option[] = "--help";

    assert_true(begin_is_role(1, (char *[]){ role, NULL }));
    assert_false(begin_is_role(1, (char *[]){ program, NULL }));
    assert_false(begin_is_role(2, (char *[]){ role, option, NULL }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_arrives_with_settings_and_texts),
        cmocka_unit_test(paths_of_tls_reach_the_opener_alone),
        cmocka_unit_test(order_has_no_address_of_the_supervisor),
        cmocka_unit_test(order_names_descriptors_by_the_roles_numbers),
        cmocka_unit_test(order_is_sealed),
        cmocka_unit_test(order_of_another_build_is_refused),
        cmocka_unit_test(file_that_is_no_order_is_refused),
        cmocka_unit_test(role_is_told_from_a_program_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
