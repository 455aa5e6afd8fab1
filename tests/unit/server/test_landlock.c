/*
 * Landlock: what a process that is confined can still open, whom it can signal, and that an older
 * kernel's version is asked for no more than it knows. Each test confines a child of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/role/landlock.h"

static char folder[] = "/tmp/sorteo-landlock-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(in_folder("made"));
    return rmdir(folder);
}

/* Calls `look` in a child that has these paths. Its result is what failed, 0 for nothing. */
static void confined(const struct landlock_path *paths, unsigned count, int (*look)(void))
{
    int status;
    pid_t pid;

    if (landlock_version() == 0)
        skip();
    pid = fork();
    if (pid == 0) {
        bool done = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && landlock_confine(paths, count, false);
        _exit(done ? look() : 99);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static bool is_refused(const char *path, int flags)
{
    return open(path, flags, 0600) == -1 && errno == EACCES;
}

static int look_without_files(void)
{
    if (!is_refused("/etc/passwd", O_RDONLY))
        return 1;
    if (!is_refused(in_folder("made"), O_RDWR | O_CREAT))
        return 2;
    return is_refused("/proc/self/status", O_RDONLY) ? 0 : 3;
}

static void process_without_paths_opens_nothing(void **state)
{
    (void)state;
    confined(NULL, 0, look_without_files);
}

static int look_in_folder(void)
{
    int fd = open(in_folder("made"), O_RDWR | O_CREAT, 0600);

    if (fd == -1 || ftruncate(fd, 10) != 0 || unlink(in_folder("made")) != 0)
        return 1;
    if (open(folder, O_RDONLY | O_DIRECTORY) == -1) /* to sync it */
        return 2;
    if (mkdir(in_folder("sub"), 0700) == 0 || symlink("x", in_folder("link")) == 0)
        return 3;
    if (!is_refused("/tmp/sorteo-landlock-beside", O_RDWR | O_CREAT))
        return 4;
    return is_refused("/dev/zero", O_RDWR) && open("/dev/null", O_RDONLY) != -1 ? 0 : 5;
}

static void process_with_a_folder_has_its_files_alone(void **state)
{
    (void)state;
    const struct landlock_path paths[] = { { folder, LANDLOCK_FOLDER },
                                           { "/dev/null", LANDLOCK_READ },
                                           { "/there/is/none", LANDLOCK_FOLDER } };
    confined(paths, 3, look_in_folder);
}

static int look_for_the_parent(void)
{
    if (landlock_version() < 6)
        return 0;
    return kill(getppid(), 0) == -1 && errno == EPERM && kill(getpid(), 0) == 0 ? 0 : 1;
}

static void process_signals_nobody_but_itself(void **state)
{
    (void)state;
    confined(NULL, 0, look_for_the_parent);
}

static int look_for_the_network(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr = { htonl(INADDR_LOOPBACK) },
                                   .sin_port = htons(1) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (landlock_version() < 4)
        return 0;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 || errno != EACCES)
        return 1;
    return bind(fd, (const struct sockaddr *)&address, sizeof address) == -1 && errno == EACCES ? 0 : 2;
}

static void process_makes_no_connections(void **state)
{
    (void)state;
    confined(NULL, 0, look_for_the_network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(process_without_paths_opens_nothing),
        cmocka_unit_test(process_with_a_folder_has_its_files_alone),
        cmocka_unit_test(process_signals_nobody_but_itself),
        cmocka_unit_test(process_makes_no_connections),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
