/*
 * load: stores batches over as many connections as there are files, each waiting for an answer
 * before it sends the next, and prints how long that took and how long each answer took, as a line
 * of JSON.
 *
 *   load --peer sorteo|redis|postgres|sorteo-tls --address ADDRESS[,ADDRESS]... --bets N [--idle N]
 *        FRAMES...
 *
 * Of several addresses, the connections take one after the other. Each connection is a thread of
 * its own and sends the batches of its file, again and again, until it has sent its share of N
 * bets. What is sent was made before the clock starts, which is when all are connected.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/options.h"
#include "base/system.h"
#include "codec/sorteo.h"
#include "peer.h"

static const char *const peer_choices[] = { "sorteo", "redis", "postgres", "sorteo-tls",
                                            NULL }; /* as in enum peer_kind */

struct load {
    unsigned peer;
    const char *address;
    uint64_t bets;
    uint64_t idle; /* connections that do nothing meanwhile */
    pthread_barrier_t ready;
};

struct connection {
    struct load *load;
    struct peer *peer;
    struct request_list requests;
    uint64_t bets;       /* to send */
    uint64_t sent;       /* of them, stored */
    uint64_t *answer_ns; /* how long each answer took */
    size_t answers, cap;
    pthread_t thread;
    bool failed;
};

static void note(struct connection *connection, uint64_t took_ns)
{
    if (connection->answers == connection->cap) {
        connection->cap = connection->cap == 0 ? 1024 : connection->cap * 2;
        connection->answer_ns = realloc(connection->answer_ns, connection->cap * sizeof *connection->answer_ns);
        if (connection->answer_ns == NULL)
            abort();
    }
    connection->answer_ns[connection->answers++] = took_ns;
}

static void *run(void *context)
{
    struct connection *connection = context;
    pthread_barrier_wait(&connection->load->ready);
    for (size_t next = 0; connection->sent < connection->bets; next = (next + 1) % connection->requests.count) {
        const struct request *request = &connection->requests.items[next];
        uint64_t began = clock_ns();
        if (!peer_store(connection->peer, request)) {
            connection->failed = true;
            break;
        }
        note(connection, clock_ns() - began);
        connection->sent += request->bets;
    }
    return NULL;
}

/* ---- All connections ------------------------------------------------------------------------- */

/* Opens a connection to the address at `place`, counted from 0 and, after the last, from the first
 * again. */
static struct peer *open_at(const struct load *load, size_t place)
{
    const char *first = load->address, *end;
    char address[1024];
    size_t addresses = 1;

    for (const char *at = load->address; *at != '\0'; at++)
        addresses += *at == ',';
    for (place %= addresses; place > 0; place--)
        first = strchr(first, ',') + 1;
    end = strchrnul(first, ',');
    if ((size_t)(end - first) >= sizeof address)
        return NULL;
    memcpy(address, first, (size_t)(end - first));
    address[end - first] = '\0';
    return peer_open((enum peer_kind)load->peer, address);
}

static bool open_all(struct load *load, struct connection *connections, size_t count, char **paths)
{
    for (size_t i = 0; i < count; i++) {
        struct connection *connection = &connections[i];
        connection->load = load;
        connection->bets = load->bets / count;
        if (!request_list_read(&connection->requests, paths[i], peer_form((enum peer_kind)load->peer)))
            return false;
        connection->peer = open_at(load, i);
        if (connection->peer == NULL)
            return false;
    }
    return true;
}

/* They stay open until the program ends. */
static bool open_idle(const struct load *load)
{
    for (uint64_t i = 0; i < load->idle; i++)
        if (open_at(load, i) == NULL)
            return false;
    return true;
}

/* Returns the nanoseconds from the first request to the last answer; 0 if something failed. */
static uint64_t run_all(struct load *load, struct connection *connections, size_t count)
{
    uint64_t began;
    bool failed = false;

    pthread_barrier_init(&load->ready, NULL, (unsigned)count + 1);
    for (size_t i = 0; i < count; i++)
        if (pthread_create(&connections[i].thread, NULL, run, &connections[i]) != 0)
            abort();
    pthread_barrier_wait(&load->ready);
    began = clock_ns();
    for (size_t i = 0; i < count; i++) {
        pthread_join(connections[i].thread, NULL);
        failed = failed || connections[i].failed;
    }
    return failed ? 0 : clock_ns() - began;
}

/* ---- What it was like ------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void report(const struct connection *connections, size_t count, uint64_t took_ns)
{
    uint64_t bets = 0, *all;
    size_t answers = 0, used = 0;

    for (size_t i = 0; i < count; i++) {
        bets += connections[i].sent;
        answers += connections[i].answers;
    }
    all = calloc(answers, sizeof *all);
    if (all == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < connections[i].answers; k++)
            all[used++] = connections[i].answer_ns[k];
    qsort(all, answers, sizeof *all, by_size);
    printf("{\"bets\": %" PRIu64 ", \"answers\": %zu, \"seconds\": %.6f, \"median_us\": %.1f, \"p99_us\": %.1f, "
           "\"p999_us\": %.1f, \"worst_us\": %.1f}\n",
           bets, answers, (double)took_ns / 1e9, (double)all[answers / 2] / 1e3,
           (double)all[answers - 1 - answers / 100] / 1e3, (double)all[answers - 1 - answers / 1000] / 1e3,
           (double)all[answers - 1] / 1e3);
    free(all);
}

static int run_files(struct load *load, char **paths, size_t count)
{
    struct connection *connections = calloc(count, sizeof *connections);
    uint64_t took_ns;

    if (connections == NULL || !open_idle(load) || !open_all(load, connections, count, paths))
        return 1;
    took_ns = run_all(load, connections, count);
    if (took_ns == 0)
        return 1;
    report(connections, count, took_ns);
    for (size_t i = 0; i < count; i++) {
        peer_close(connections[i].peer);
        request_list_fini(&connections[i].requests);
        free(connections[i].answer_ns);
    }
    free(connections);
    return 0;
}

int main(int argc, char **argv)
{
    struct load load = { .bets = 1000000 };
    const struct option_spec table[] = {
        { .name = "peer",
          .kind = OPTION_CHOICE,
          .value = &load.peer,
          .choices = peer_choices,
          .help = "who stores them; default sorteo" },
        { .name = "address",
          .kind = OPTION_TEXT,
          .value = &load.address,
          .metavar = "ADDRESS",
          .help = "HOST:PORT, or PostgreSQL's connection string; several with a comma between them" },
        { .name = "bets",
          .kind = OPTION_NUMBER,
          .value = &load.bets,
          .min = 1,
          .max = UINT32_MAX,
          .help = "to store, by all connections together; default 1000000" },
        { .name = "idle",
          .kind = OPTION_NUMBER,
          .value = &load.idle,
          .max = 100000,
          .help = "further connections that send nothing; default 0" },
    };
    const struct options_program program = {
        .name = "load",
        .synopsis = "--address ADDRESS [OPTION]... FRAMES...",
        .version = SORTEO_VERSION,
        .summary = "Stores batches over a connection for each file of frames, and prints how long it took.",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
    };
    int operand;
    enum options_outcome outcome = options_parse(&program, argc, argv, 1000, &operand);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    if (load.address == NULL || operand >= argc) {
        fputs("load: --address and a file of frames for each connection are due\n", stderr);
        return 2;
    }
    return run_files(&load, argv + operand, (size_t)(argc - operand));
}
