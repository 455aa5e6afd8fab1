/*
 * What settings.c, settings_options.c, settings_addresses.c, settings_proxies.c and settings_tls.c
 * use of each other. All other code uses settings.h.
 */
#ifndef SERVER_SETTINGS_PARTS_H
#define SERVER_SETTINGS_PARTS_H

#include <stdbool.h>

#include "base/config.h"
#include "base/network.h"
#include "base/options.h"
#include "tls/material.h"

#define SERVER "sorteo-server"

struct settings;

/* The values as the options see them; wider than what they become. */
struct given {
    struct config *config; /* the file that was read; lives as long as the values */
    enum option_origin listen_origin;
    const char *listen, *bet_listen, *tls_listen, *tls_bet_listen, *proxy_from, *store, *user, *observe, *metrics_file,
        *csv;
    struct networks proxies;
    struct tls_paths tls;
    uint64_t agencies, workers, winning_number, draw_piece, rounds, backlog;
    uint64_t max_frame, max_connections, max_per_address, max_unfinished;
    uint64_t first_byte_ms, frame_ms, idle_ms, untaken_ms, send_ms, hang_ms, stop_ms, refusals;
    unsigned dialect, log_level, sandbox;
    bool change_dialect, allow_unsafe_store, mask_documents;
};

/* ---- settings_options.c ---------------------------------------------------------------------- */

/* Reads the command line, the environment and the configuration. An option that none of them sets
 * keeps its value. Prints what is wrong on standard error. */
enum options_outcome settings_parse(int argc, char **argv, struct given *given);

/* ---- settings_addresses.c -------------------------------------------------------------------- */

/* Completes --listen from SERVER_IP and SERVER_PORT, or NULL for nowhere, and --observe where it is
 * a port alone; checks the form of every HOST:PORT. False once it has printed what is wrong. */
bool settings_complete_addresses(struct given *given);
/* False once it has said that this program has no HTTP for --observe. */
bool settings_can_observe(const struct given *given);

/* ---- settings_proxies.c ---------------------------------------------------------------------- */

/* Reads the networks of --proxy-from. False once it has printed what is wrong. */
bool settings_read_proxies(struct given *given);

/* ---- settings_tls.c -------------------------------------------------------------------------- */

bool settings_ask_for_tls(const struct given *given);
/* Both are false once they have printed what is wrong. */
bool settings_have_tls_files(const struct given *given);
bool settings_have_room_for_handshakes(const struct settings *settings);

#endif
