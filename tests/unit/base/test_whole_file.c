/*
 * A file that is put in its place whole: what is on stable storage, and when. fsync is replaced: it
 * looks at what it finds, and fails when it is told to.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "base/system.h"
#include "base/whole_file.h"
#include "unit/scratch_each.h"

#define OLD "old\n"
#define NEW "new\n"

/* ---- Syncs ----------------------------------------------------------------------------------- */

static struct {
    bool of_file_fails, of_folder_fails;
    unsigned files_before;  /* syncs of a regular file while the old one has its name */
    unsigned folders_after; /* syncs of a folder in which the new one has it */
    unsigned others;
} syncs;

static bool holds(const char *path, const char *wanted)
{
    size_t len;
    char *bytes = scratch_read(path, &len);
    bool same = strcmp(bytes, wanted) == 0;

    free(bytes);
    return same;
}

int fsync(int fd)
{
    char path[SCRATCH_PATH_MAX];
    struct stat about;

    (void)snprintf(path, sizeof path, "%s/file", scratch.folder);
    if (fstat(fd, &about) != 0)
        return -1;
    if (S_ISREG(about.st_mode) && holds(path, OLD))
        syncs.files_before++;
    else if (S_ISDIR(about.st_mode) && holds(path, NEW))
        syncs.folders_after++;
    else
        syncs.others++;
    if (S_ISREG(about.st_mode) ? syncs.of_file_fails : syncs.of_folder_fails) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static bool replace(void)
{
    char path[SCRATCH_PATH_MAX];
    struct whole_file file;
    bool done;

    (void)snprintf(path, sizeof path, "%s", scratch_path(&scratch, "file"));
    scratch_write(path, OLD, sizeof OLD - 1);
    assert_true(whole_file_open(&file, path, 0600));
    assert_true(write_all(file.data.fd, NEW, sizeof NEW - 1));
    done = whole_file_commit(&file);
    int error = errno;
    whole_file_close(&file);
    errno = error;
    return done;
}

static void file_is_synced_before_it_has_its_name_and_the_folder_after(void **state)
{
    (void)state;
    assert_true(replace());
    assert_int_equal(syncs.files_before, 1);
    assert_int_equal(syncs.folders_after, 1);
    assert_int_equal(syncs.others, 0);
}

static void file_that_cannot_be_synced_replaces_nothing(void **state)
{
    (void)state;
    syncs.of_file_fails = true;
    assert_false(replace());
    assert_int_equal(errno, EIO);
    assert_true(holds(scratch_path(&scratch, "file"), OLD));
    assert_int_equal(syncs.folders_after, 0);
}

/* It may be gone after a power cut, so whoever asked must not go on as if it were kept. */
static void folder_that_cannot_be_synced_is_a_failure(void **state)
{
    (void)state;
    syncs.of_folder_fails = true;
    assert_false(replace());
    assert_int_equal(errno, EIO);
}

static int begin_with_syncs(void **state)
{
    (void)memset(&syncs, 0, sizeof syncs);
    return begin(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_is_synced_before_it_has_its_name_and_the_folder_after, begin_with_syncs,
                                        end),
        cmocka_unit_test_setup_teardown(file_that_cannot_be_synced_replaces_nothing, begin_with_syncs, end),
        cmocka_unit_test_setup_teardown(folder_that_cannot_be_synced_is_a_failure, begin_with_syncs, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
