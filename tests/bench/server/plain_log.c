/*
 * plain-log: appends each frame to a file, syncs it, answers. The floor: nothing that keeps bets
 * can do less.
 *
 *   plain-log [--group] FILE
 *
 * With --group one sync serves every frame that was written before it began.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"
#include "threaded.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t synced_more = PTHREAD_COND_INITIALIZER;
static int fd;
static uint64_t written, synced; /* frames */
static bool syncing;

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

static void store_alone(const uint8_t *frame, size_t len)
{
    pthread_mutex_lock(&lock);
    must(write_all(fd, frame, len), "write");
    must(fdatasync(fd) == 0, "fdatasync");
    pthread_mutex_unlock(&lock);
}

/* The first thread that finds no sync under way makes one, for everything written by then. */
static void store_in_group(const uint8_t *frame, size_t len)
{
    pthread_mutex_lock(&lock);
    must(write_all(fd, frame, len), "write");
    const uint64_t mine = ++written;
    while (synced < mine) {
        if (syncing) {
            pthread_cond_wait(&synced_more, &lock);
            continue;
        }
        const uint64_t covered = written;
        syncing = true;
        pthread_mutex_unlock(&lock);
        must(fdatasync(fd) == 0, "fdatasync");
        pthread_mutex_lock(&lock);
        syncing = false;
        synced = covered;
        pthread_cond_broadcast(&synced_more);
    }
    pthread_mutex_unlock(&lock);
}

int main(int argc, char **argv)
{
    const bool group = argc == 3 && strcmp(argv[1], "--group") == 0;
    if (argc != 2 && !group) {
        fputs("usage: plain-log [--group] FILE\n", stderr);
        return 2;
    }
    fd = open(argv[argc - 1], O_CREAT | O_TRUNC | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
    must(fd != -1, argv[argc - 1]);
    return threaded_serve(group ? store_in_group : store_alone);
}
