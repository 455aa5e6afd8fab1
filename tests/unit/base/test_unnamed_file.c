/*
 * Files that have no name until they are complete, on file systems that have such files and on
 * those that do not: for these, the calls of the system are replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/system.h"
#include "unit/scratch.h"

/* ---- A file system that can do less ---------------------------------------------------------- */

static struct {
    int no_unnamed;     /* 0, or with which error folder_open says that it does not know O_TMPFILE */
    int no_safe_rename; /* 0, or with which error renameat2 says that it does not know its flag */
} lacking;

/* The name that another writer gives its file before we have locked it, and a third one makes one
 * of the old name; or NULL. */
static const char *placed_as;

static int open_here(const char *path, int flags)
{
    if (lacking.no_unnamed != 0 && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = lacking.no_unnamed;
        return -1;
    }
    return folder_open(path, flags);
}

static int rename_here(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if (lacking.no_safe_rename != 0) {
        errno = lacking.no_safe_rename;
        return -1;
    }
    return renameat2(from_folder, from, to_folder, to, flags);
}

static int lock_here(int fd, int operation)
{
    char path[64], name[PATH_MAX] = "";

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (placed_as != NULL) {
        assert_true(readlink(path, name, sizeof name - 1) > 0);
        assert_int_equal(rename(name, placed_as), 0);
        scratch_write(name, "third", 5);
    }
    return flock(fd, operation);
}

#define folder_open open_here
#define renameat2 rename_here
#define flock lock_here
#include "base/unnamed_file.c"
#undef folder_open
#undef renameat2
#undef flock

/* ---- Tests ----------------------------------------------------------------------------------- */

static int count_entries(const char *folder)
{
    DIR *entries = opendir(folder);
    int count = -2; /* "." and ".." */

    assert_non_null(entries);
    while (readdir(entries) != NULL)
        count++;
    closedir(entries);
    return count;
}

static void assert_holds(const char *path, const char *text)
{
    size_t len;
    char *bytes = scratch_read(path, &len);

    assert_string_equal(bytes, text);
    free(bytes);
}

static void open_and_write(struct unnamed_file *file, const char *path, const char *text)
{
    assert_true(unnamed_file_open(file, path, O_WRONLY));
    assert_int_equal(write(file->fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void assert_all_of_it_works(const char *name)
{
    struct scratch scratch;
    struct unnamed_file file;
    struct stat about;
    char path[SCRATCH_PATH_MAX];

    scratch_begin(&scratch);
    (void)snprintf(path, sizeof path, "%.200s/%s", scratch.folder, name);

    open_and_write(&file, path, "left"); /* one that is not finished leaves nothing */
    unnamed_file_close(&file);
    assert_int_equal(count_entries(scratch.folder), 0);

    open_and_write(&file, path, "first");
    assert_int_equal(access(path, F_OK), -1);
    assert_true(unnamed_file_place(&file, path));
    unnamed_file_close(&file);
    assert_holds(path, "first");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(about.st_nlink, 1);

    open_and_write(&file, path, "second"); /* what is there stays */
    assert_false(unnamed_file_place(&file, path));
    assert_int_equal(errno, EEXIST);
    assert_holds(path, "first");
    assert_true(unnamed_file_replace(&file, path)); /* unless it is to be replaced */
    unnamed_file_close(&file);
    assert_holds(path, "second");
    assert_int_equal(count_entries(scratch.folder), 1);
    assert_int_equal(unlink(path), 0);
    scratch_end(&scratch);
}

static void file_has_no_name_until_it_is_placed(void **state)
{
    (void)state;
    assert_all_of_it_works("file");
}

static void file_system_without_unnamed_files_gives_it_another_name(void **state)
{
    static const int errors[] = { EOPNOTSUPP, EISDIR, EINVAL };

    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        lacking.no_unnamed = errors[i];
        assert_all_of_it_works("file");
    }
    lacking.no_unnamed = 0;
}

static void file_system_that_cannot_rename_without_replacing_links(void **state)
{
    (void)state;
    lacking.no_unnamed = EOPNOTSUPP;
    lacking.no_safe_rename = EINVAL;
    assert_all_of_it_works("file");
    lacking.no_unnamed = lacking.no_safe_rename = 0;
}

/* A suffix would make it longer than a name may be. */
static void longest_name_works(void **state)
{
    char name[NAME_MAX + 1];

    (void)state;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_all_of_it_works(name);
    lacking.no_unnamed = EOPNOTSUPP;
    assert_all_of_it_works(name);
    lacking.no_unnamed = 0;
}

/* ---- Without unnamed files, in the place of a temporary one ---------------------------------- */

#define TEMPORARY "file.sorteo-tmp"

static struct scratch place;
static char target[SCRATCH_PATH_MAX], temporary[SCRATCH_PATH_MAX];

static int begin_named(void **state)
{
    (void)state;
    scratch_begin(&place);
    (void)snprintf(target, sizeof target, "%.200s/file", place.folder);
    (void)snprintf(temporary, sizeof temporary, "%.200s/" TEMPORARY, place.folder);
    lacking.no_unnamed = EOPNOTSUPP;
    return 0;
}

static int end_named(void **state)
{
    (void)state;
    lacking.no_unnamed = 0;
    scratch_end(&place);
    return 0;
}

static void be_killed_in_the_middle(void)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct unnamed_file file;
        if (unnamed_file_open(&file, target, O_WRONLY) && write_all(file.fd, "half of it", 10))
            (void)raise(SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

static void next_writer_takes_over_what_a_killed_one_left(void **state)
{
    struct unnamed_file file;
    struct stat about;

    (void)state;
    be_killed_in_the_middle();
    be_killed_in_the_middle();
    assert_int_equal(count_entries(place.folder), 1);
    assert_int_equal(chmod(temporary, 0644), 0);
    open_and_write(&file, target, "new");
    assert_true(unnamed_file_place(&file, target));
    unnamed_file_close(&file);
    assert_holds(target, "new");
    assert_int_equal(stat(target, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(count_entries(place.folder), 1);
}

static void second_writer_leaves_the_first_its_file(void **state)
{
    struct unnamed_file first, second;

    (void)state;
    open_and_write(&first, target, "first");
    open_and_write(&second, target, "second");
    assert_int_equal(count_entries(place.folder), 2);
    assert_true(unnamed_file_replace(&first, target));
    assert_holds(target, "first");
    assert_true(unnamed_file_replace(&second, target));
    assert_holds(target, "second");
    unnamed_file_close(&first);
    unnamed_file_close(&second);
    assert_int_equal(count_entries(place.folder), 1);
}

/* Writes `target` although `temporary` is there, which stays as it is. */
static void assert_passes_by(const char *what, const char *text)
{
    struct unnamed_file file;

    open_and_write(&file, target, "new");
    assert_true(unnamed_file_replace(&file, target));
    unnamed_file_close(&file);
    assert_holds(target, "new");
    if (text != NULL)
        assert_holds(what, text);
}

static void file_that_is_not_its_own_is_not_written_to(void **state)
{
    char other[SCRATCH_PATH_MAX];

    (void)state;
    (void)snprintf(other, sizeof other, "%.200s/other", place.folder);
    scratch_write(other, "other", 5);
    assert_int_equal(symlink(other, temporary), 0);
    assert_passes_by(other, "other");
    assert_int_equal(unlink(temporary), 0);
    assert_int_equal(link(other, temporary), 0);
    assert_passes_by(other, "other");
    assert_int_equal(unlink(temporary), 0);
    assert_int_equal(mkfifo(temporary, 0600), 0);
    assert_passes_by(temporary, NULL);
    if (geteuid() != 0)
        return;
    assert_int_equal(unlink(temporary), 0);
    scratch_write(temporary, "theirs", 6);
    assert_int_equal(chown(temporary, 1, (gid_t)-1), 0);
    assert_passes_by(temporary, "theirs");
}

static void file_that_gets_its_name_meanwhile_is_not_written_to(void **state)
{
    struct unnamed_file file;

    (void)state;
    scratch_write(temporary, "whole", 5);
    placed_as = target;
    open_and_write(&file, target, "new");
    placed_as = NULL;
    assert_holds(target, "whole");
    unnamed_file_close(&file);
    assert_holds(temporary, "third");
    assert_int_equal(count_entries(place.folder), 2);
}

/* The name that a file has for a moment, if it is to replace another. */
static void name_for_a_moment_that_is_taken_is_passed_by(void **state)
{
    (void)state;
    lacking.no_unnamed = 0;
    scratch_write(target, "old", 3);
    assert_int_equal(mkdir(temporary, 0700), 0);
    assert_passes_by(temporary, NULL);
    assert_int_equal(rmdir(temporary), 0);

    scratch_write(temporary, "theirs", 6);
    int writer = open(temporary, O_RDONLY | O_CLOEXEC);
    assert_int_equal(flock(writer, LOCK_EX), 0);
    assert_passes_by(temporary, "theirs");
    assert_int_equal(count_entries(place.folder), 2);

    close(writer); /* it was killed: now this is a left-over */
    assert_passes_by(temporary, NULL);
    assert_int_equal(count_entries(place.folder), 1);
}

static void other_errors_are_errors(void **state)
{
    struct unnamed_file file;

    (void)state;
    assert_false(unnamed_file_open(&file, "/no/such/folder/file", O_WRONLY));
    assert_int_equal(errno, ENOENT);
    unnamed_file_close(&file);
    lacking.no_unnamed = EACCES;
    assert_false(unnamed_file_open(&file, "file", O_WRONLY));
    assert_int_equal(errno, EACCES);
    unnamed_file_close(&file);
    lacking.no_unnamed = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_has_no_name_until_it_is_placed),
        cmocka_unit_test(file_system_without_unnamed_files_gives_it_another_name),
        cmocka_unit_test(file_system_that_cannot_rename_without_replacing_links),
        cmocka_unit_test(longest_name_works),
        cmocka_unit_test_setup_teardown(next_writer_takes_over_what_a_killed_one_left, begin_named, end_named),
        cmocka_unit_test_setup_teardown(second_writer_leaves_the_first_its_file, begin_named, end_named),
        cmocka_unit_test_setup_teardown(file_that_is_not_its_own_is_not_written_to, begin_named, end_named),
        cmocka_unit_test_setup_teardown(file_that_gets_its_name_meanwhile_is_not_written_to, begin_named, end_named),
        cmocka_unit_test_setup_teardown(name_for_a_moment_that_is_taken_is_passed_by, begin_named, end_named),
        cmocka_unit_test(other_errors_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
