/*
 * handshakes: opens and closes connections to sorteo-server over TLS, from several threads, each
 * one after the other, and prints how many and how long that took as a line of JSON.
 *
 *   handshakes ADDRESS COUNT
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/system.h"
#include "peer.h"

#define THREADS 4u

struct share {
    const char *address;
    unsigned long count;
    bool failed;
    pthread_t thread;
};

static void *run(void *context)
{
    struct share *share = context;
    for (unsigned long i = 0; i < share->count && !share->failed; i++) {
        struct peer *peer = peer_open(PEER_SORTEO_TLS, share->address);
        share->failed = peer == NULL;
        if (peer != NULL)
            peer_close(peer);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct share shares[THREADS];
    unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) / THREADS : 0;
    bool failed = false;

    if (count == 0) {
        fputs("usage: handshakes ADDRESS COUNT\n", stderr);
        return 2;
    }
    uint64_t began = clock_ns();
    for (unsigned i = 0; i < THREADS; i++) {
        shares[i] = (struct share){ .address = argv[1], .count = count };
        if (pthread_create(&shares[i].thread, NULL, run, &shares[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(shares[i].thread, NULL);
        failed = failed || shares[i].failed;
    }
    double seconds = (double)(clock_ns() - began) / 1e9;
    printf("{\"handshakes\": %lu, \"seconds\": %.6f}\n", count * THREADS, seconds);
    return failed ? 1 : 0;
}
