/*
 * What speaks against keeping something in a file. The folders above a test's own are somebody
 * else's, and file systems in memory are not everywhere: the calls that look at them are replaced.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cmocka.h>

#include "unit/scratch_each.h"

static unsigned long file_system = EXT4_SUPER_MAGIC;

static int fstatfs_here(int fd, struct statfs *out)
{
    (void)fd;
    *out = (struct statfs){ .f_type = (__typeof__(out->f_type))file_system };
    return 0;
}

/* Others get through all folders above. */
static int stat_here(const char *path, struct stat *out)
{
    const int outcome = stat(path, out);

    if (strlen(path) < strlen(scratch.folder))
        out->st_mode |= S_IXOTH;
    return outcome;
}

#define fstatfs fstatfs_here
#define stat(path, out) stat_here(path, out)
#include "base/file_care.c"
#undef fstatfs
#undef stat

static void file_systems_in_memory_forget(void **state)
{
    static const struct {
        unsigned long type;
        bool forgets;
    } systems[] = { { TMPFS_MAGIC, true },       { RAMFS_MAGIC, true },      { HUGETLBFS_MAGIC, true },
                    { EXT4_SUPER_MAGIC, false }, { XFS_SUPER_MAGIC, false }, { OVERLAYFS_SUPER_MAGIC, false } };
    const char *path = scratch_path(&scratch, "file");

    (void)state;
    scratch_write(path, "", 0);
    int fd = open(path, O_RDONLY);
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        file_system = systems[i].type;
        assert_int_equal(file_is_forgotten(fd), systems[i].forgets);
    }
    close(fd);
}

static void pipes_and_devices_keep_nothing_to_forget(void **state)
{
    const char *path = scratch_path(&scratch, "pipe");
    int fds[2], null = open("/dev/null", O_WRONLY);

    (void)state;
    file_system = TMPFS_MAGIC;
    assert_int_equal(mkfifo(path, 0600), 0);
    int named = open(path, O_RDWR);
    assert_int_equal(pipe(fds), 0);
    assert_true(null >= 0 && named >= 0);
    assert_false(file_is_forgotten(null));
    assert_false(file_is_forgotten(named));
    assert_false(file_is_forgotten(fds[1]));
    close(null);
    close(named);
    close(fds[0]);
    close(fds[1]);
}

static void file_is_open_to_others_where_rights_and_folders_let_them(void **state)
{
    static const struct {
        mode_t folder, file;
        bool open;
    } rights[] = { { 0755, 0600, false }, { 0755, 0640, false }, { 0755, 0660, false }, { 0755, 0644, true },
                   { 0711, 0604, true },  { 0755, 0602, true },  { 0700, 0666, false }, { 0750, 0666, false } };
    char path[SCRATCH_PATH_MAX], link[SCRATCH_PATH_MAX];

    (void)state;
    (void)snprintf(path, sizeof path, "%s", scratch_path(&scratch, "file"));
    (void)snprintf(link, sizeof link, "%s", scratch_path(&scratch, "link"));
    scratch_write(path, "", 0);
    assert_int_equal(symlink(path, link), 0);
    for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
        assert_int_equal(chmod(path, rights[i].file), 0);
        assert_int_equal(chmod(scratch.folder, rights[i].folder), 0);
        assert_int_equal(file_is_open_to_others(path), rights[i].open);
        assert_int_equal(file_is_open_to_others(link), rights[i].open);
    }
    assert_false(file_is_open_to_others("/no/such/file"));
    assert_int_equal(chmod(scratch.folder, 0700), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_systems_in_memory_forget, begin, end),
        cmocka_unit_test_setup_teardown(pipes_and_devices_keep_nothing_to_forget, begin, end),
        cmocka_unit_test_setup_teardown(file_is_open_to_others_where_rights_and_folders_let_them, begin, end),
    };
    return cmocka_run_group_tests_name("file_care", tests, NULL, NULL);
}
