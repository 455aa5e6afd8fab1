/* The server that the simplest peers share: see threaded.h. */
#include "threaded.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_LEN (1u << 20)
#define TAIL_LEN 16u /* DOCUMENT, BIRTHDATE, NUMBER */

static threaded_store *store_frame;

static size_t two_bytes(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

/* The length of the frame in front, or 0 if it is not all there. */
static size_t frame_len(const uint8_t *bytes, size_t len)
{
    size_t at = 2;
    if (len < at)
        return 0;
    for (size_t bets = two_bytes(bytes); bets > 0; bets--) {
        at++;                                  /* AGENCY */
        for (int name = 0; name < 2; name++) { /* NAME, SURNAME */
            if (at + 2 > len)
                return 0;
            at += 2 + two_bytes(bytes + at);
        }
        at += TAIL_LEN;
    }
    return at <= len ? at : 0;
}

static bool answer(int fd)
{
    const uint8_t stored = 0;
    return send(fd, &stored, 1, MSG_NOSIGNAL) == 1;
}

static void *converse(void *context)
{
    const int fd = (int)(intptr_t)context;
    uint8_t *buffer = malloc(BUFFER_LEN);
    size_t used = 0, frame;
    ssize_t len;

    while (buffer != NULL && (len = recv(fd, buffer + used, BUFFER_LEN - used, 0)) > 0) {
        used += (size_t)len;
        while ((frame = frame_len(buffer, used)) > 0) {
            store_frame(buffer, frame);
            if (!answer(fd))
                break;
            used -= frame;
            memmove(buffer, buffer + frame, used);
        }
    }
    free(buffer);
    close(fd);
    return NULL;
}

static void serve_one(int fd)
{
    pthread_t thread;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (pthread_create(&thread, NULL, converse, (void *)(intptr_t)fd) != 0)
        close(fd);
    else
        pthread_detach(thread);
}

int threaded_serve(threaded_store *store)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    store_frame = store;
    if (listener == -1 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 1024) != 0 || getsockname(listener, (struct sockaddr *)&address, &len) != 0) {
        perror("listen");
        return 1;
    }
    printf("127.0.0.1:%u\n", (unsigned)ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        const int fd = accept(listener, NULL, NULL);
        if (fd != -1)
            serve_one(fd);
    }
}
