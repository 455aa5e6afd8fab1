/*
 * Files that have no name until they are complete, on file systems that have such files and on
 * those that do not: for these, the calls of the system are replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/system.h"
#include "unit/scratch.h"

/* ---- A file system that can do less ---------------------------------------------------------- */

static struct {
    int no_unnamed;     /* 0, or with which error folder_open says that it does not know O_TMPFILE */
    int no_safe_rename; /* 0, or with which error renameat2 says that it does not know its flag */
} lacking;

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

#define folder_open open_here
#define renameat2 rename_here
#include "base/unnamed_file.c"
#undef folder_open
#undef renameat2

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
        cmocka_unit_test(other_errors_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
