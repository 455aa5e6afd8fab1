/*
 * What the server was started with: see settings.h. The options are in settings_options.c; their
 * values are checked and completed in settings_addresses.c, settings_proxies.c and settings_tls.c.
 */
#include "server/settings.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/usage_error.h"
#include "codec/protocol.h"
#include "server/settings_parts.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* As many as agencies, but not many more than the machine can run at once: each that has a
 * connection is woken twice for a frame, whether or not others have something to do. */
static uint16_t default_workers(uint64_t agencies)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t most = processors > 2 ? 2u * (uint64_t)processors : 3;
    return (uint16_t)(agencies < most ? agencies : most);
}

/* A quarter, and room for each agency to come back while its older connection is not gone yet. */
static uint32_t default_per_address(uint64_t max_connections, uint64_t agencies)
{
    uint64_t share = max_connections / 4;
    return (uint32_t)(share > 2 * agencies + 8 ? share : 2 * agencies + 8);
}

static void take_over(const struct given *given, struct settings *settings)
{
    *settings = (struct settings){
        .listen = given->listen,
        .bet_listen = given->bet_listen,
        .tls_listen = given->tls_listen,
        .tls_bet_listen = given->tls_bet_listen,
        .proxies = given->proxies,
        .tls = given->tls,
        .serves_tls = settings_ask_for_tls(given),
        .store = given->store,
        .user = given->user,
        .observe = given->observe,
        .metrics_file = given->metrics_file,
        .csv = given->csv,
        .observes = given->observe != NULL || given->metrics_file != NULL,
        .agencies = (uint8_t)given->agencies,
        .workers = given->workers != 0 ? (uint16_t)given->workers : default_workers(given->agencies),
        .winning_number = (uint16_t)given->winning_number,
        .draw_piece = (uint32_t)given->draw_piece,
        .rounds = (uint32_t)given->rounds,
        .max_connections = (uint32_t)given->max_connections,
        .max_per_address = given->max_per_address != 0
                               ? (uint32_t)given->max_per_address
                               : default_per_address(given->max_connections, given->agencies),
        .max_unfinished = given->max_unfinished,
        .hang_ms = given->hang_ms,
        .stop_ms = given->stop_ms,
        .backlog = (int)given->backlog,
        .change_dialect = given->change_dialect,
        .allow_unsafe_store = given->allow_unsafe_store,
        .sandbox = given->sandbox == 0,
        .mask_documents = given->mask_documents,
        .log_level = (enum log_level)given->log_level,
        .session = {
            .dialect = (enum sorteo_dialect)given->dialect,
            .max_frame = (uint32_t)given->max_frame,
            .first_byte_ms = given->first_byte_ms,
            .frame_ms = given->frame_ms,
            .idle_ms = given->idle_ms,
            .untaken_ms = given->untaken_ms,
            .refusals = (uint32_t)given->refusals,
            .send_ms = given->send_ms,
        },
    };
}

/* One of the two would be refused as the other. */
static bool are_apart(const char *option, const char *file, const char *what, const char *other)
{
    return file == NULL || other == NULL || strcmp(file, other) != 0 ||
           usage_error(SERVER, "%s: '%.255s' is %s", option, file, what);
}

static bool are_files_apart(const struct given *given)
{
    return are_apart("--metrics-file", given->metrics_file, "the store", given->store) &&
           are_apart("--csv", given->csv, "the store", given->store) &&
           are_apart("--csv", given->csv, "the file of --metrics-file", given->metrics_file);
}

/* Nobody would win with another number. */
static bool can_be_bet_on(const struct given *given)
{
    const struct protocol_field *number = protocol_field(&protocols[given->dialect], "NUMBER");
    return number == NULL || protocol_may_be(number, given->winning_number) ||
           usage_error(SERVER, "--winning-number: no bet in the dialect %s can be on %" PRIu64 " (see sorteo describe)",
                       sorteo_dialect_name((enum sorteo_dialect)given->dialect), given->winning_number);
}

enum options_outcome settings_read(int argc, char **argv, struct settings *settings)
{
    static struct config config;
    struct given given = {
        .config = &config,
        .store = "bets.db",
        .agencies = 5,
        .winning_number = 7574,
        .draw_piece = 32768,
        .backlog = 1024,
        .max_frame = MIB,
        .max_connections = 20000,
        .max_unfinished = GIB,
        .first_byte_ms = 10000,
        .frame_ms = 10000,
        .idle_ms = 300000,
        .untaken_ms = 10000,
        .refusals = 100,
        .send_ms = 30000,
        .hang_ms = 20000,
        .stop_ms = 4500,
        .dialect = SORTEO_DIALECT_DEFAULT,
        .log_level = LOG_INFO,
    };
    enum options_outcome outcome = settings_parse(argc, argv, &given);
    if (outcome != OPTIONS_OK)
        return outcome;
    if (!settings_complete_addresses(&given) || !settings_can_observe(&given) || !settings_read_proxies(&given) ||
        !settings_have_tls_files(&given) || !are_files_apart(&given) || !can_be_bet_on(&given))
        return OPTIONS_ERROR;
    take_over(&given, settings);
    return settings_have_room_for_handshakes(settings) ? OPTIONS_OK : OPTIONS_ERROR;
}
