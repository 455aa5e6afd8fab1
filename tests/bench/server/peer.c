/* Connections to the stores that are compared: see peer.h. */
#include "peer.h"

#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "base/system.h"
#include "secure.h"

struct peer {
    enum peer_kind kind;
    int fd; /* but for PostgreSQL */
    struct ssl_st *tls;
    PGconn *postgres;
};

enum request_form peer_form(enum peer_kind kind)
{
    switch (kind) {
    case PEER_REDIS:
        return REQUEST_RPUSH;
    case PEER_POSTGRES:
        return REQUEST_COPY;
    case PEER_SORTEO:
    case PEER_SORTEO_TLS:
        break;
    }
    return REQUEST_FRAME;
}

/* ---- Over a socket --------------------------------------------------------------------------- */

static bool open_socket(struct peer *peer, const char *text)
{
    struct address address;
    const char *why = "it does not answer";
    int on = 1;

    if (address_resolve(text, false, &address, 1, &why) == 1) {
        peer->fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (peer->fd != -1 && connect(peer->fd, (struct sockaddr *)&address.storage, address.len) == 0 &&
            setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0)
            return true;
        if (peer->fd != -1)
            close(peer->fd);
    }
    fprintf(stderr, "load: cannot connect to %s: %s\n", text, why);
    return false;
}

static bool open_secure(struct peer *peer, const char *text)
{
    if (!open_socket(peer, text))
        return false;
    peer->tls = secure_open(peer->fd);
    if (peer->tls == NULL)
        close(peer->fd);
    return peer->tls != NULL;
}

static bool answered_stored(const struct peer *peer)
{
    uint8_t answer;
    bool came = peer->tls != NULL ? secure_read(peer->tls, &answer) : recv(peer->fd, &answer, 1, 0) == 1;
    if (came && answer == 0)
        return true;
    fprintf(stderr, "load: the server %s\n", came ? "refused a batch" : "ended the connection");
    return false;
}

/* ":LENGTH CRLF", or "-REASON CRLF". */
static bool answered_length(int fd)
{
    char answer[256];
    size_t used = 0;
    while (used < sizeof answer - 1 && (used < 2 || answer[used - 1] != '\n')) {
        ssize_t len = recv(fd, answer + used, sizeof answer - 1 - used, 0);
        if (len <= 0)
            break;
        used += (size_t)len;
    }
    if (used > 2 && answer[0] == ':')
        return true;
    fprintf(stderr, "load: Redis said: %.*s\n", (int)used, answer);
    return false;
}

/* ---- PostgreSQL ------------------------------------------------------------------------------ */

static bool open_postgres(struct peer *peer, const char *text)
{
    peer->postgres = PQconnectdb(text);
    if (PQstatus(peer->postgres) == CONNECTION_OK)
        return true;
    fprintf(stderr, "load: %s", PQerrorMessage(peer->postgres));
    PQfinish(peer->postgres);
    return false;
}

static bool has_status(PGresult *result, ExecStatusType wanted)
{
    bool good = PQresultStatus(result) == wanted;
    PQclear(result);
    return good;
}

/* One COPY is one transaction; the result after its end says that it is committed. */
static bool copy(PGconn *postgres, const struct request *request)
{
    bool good = has_status(PQexec(postgres, "COPY bet FROM STDIN"), PGRES_COPY_IN) &&
                PQputCopyData(postgres, (const char *)request->bytes, (int)request->len) == 1 &&
                PQputCopyEnd(postgres, NULL) == 1 && has_status(PQgetResult(postgres), PGRES_COMMAND_OK) &&
                PQgetResult(postgres) == NULL;
    if (!good)
        fprintf(stderr, "load: %s", PQerrorMessage(postgres));
    return good;
}

/* ---- Any of them ----------------------------------------------------------------------------- */

struct peer *peer_open(enum peer_kind kind, const char *address)
{
    struct peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL)
        return NULL;
    peer->kind = kind;
    peer->fd = -1;
    if (kind == PEER_POSTGRES     ? open_postgres(peer, address)
        : kind == PEER_SORTEO_TLS ? open_secure(peer, address)
                                  : open_socket(peer, address))
        return peer;
    free(peer);
    return NULL;
}

bool peer_store(struct peer *peer, const struct request *request)
{
    if (peer->kind == PEER_POSTGRES)
        return copy(peer->postgres, request);
    if (peer->tls != NULL ? !secure_write(peer->tls, request->bytes, request->len)
                          : !write_all(peer->fd, request->bytes, request->len)) {
        perror("load: send");
        return false;
    }
    return peer->kind == PEER_REDIS ? answered_length(peer->fd) : answered_stored(peer);
}

void peer_close(struct peer *peer)
{
    if (peer->tls != NULL)
        secure_close(peer->tls);
    if (peer->kind == PEER_POSTGRES)
        PQfinish(peer->postgres);
    else
        close(peer->fd);
    free(peer);
}
