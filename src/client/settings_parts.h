/*
 * What settings.c, settings_options.c, settings_source.c and settings_tls.c use of each other. All
 * other code uses settings.h.
 */
#ifndef CLIENT_SETTINGS_PARTS_H
#define CLIENT_SETTINGS_PARTS_H

#include <stdbool.h>

#include "base/config.h"
#include "base/options.h"
#include "tls/material.h"

#define CLIENT "sorteo-client"

struct run_settings;

/* The values as the options see them. */
struct given {
    struct config *config; /* the file that was read; lives as long as the values */
    uint64_t agency, window, retry_ms, pause_ms, answer_ms, stop_status;
    unsigned dialect, log_level, connection;
    struct option_texts servers;
    const char *batch, *winners, *finish_key, *resume, *doubt, *tls_name;
    struct tls_paths tls_paths;
    bool single, results, empty_round, tls, mask_documents;
    const char *path;
    enum option_origin agency_origin, batch_origin;
};

/* ---- settings_options.c ---------------------------------------------------------------------- */

/* Reads the command line, the environment and the configuration. An option that none of them sets
 * keeps its value. Prints what is wrong on standard error. */
enum options_outcome run_settings_parse(int argc, char **argv, struct given *given);

/* ---- settings_source.c, settings_tls.c ------------------------------------------------------- */

/* Which bets are sent, and how TLS is used. False once they have printed what is wrong. */
bool run_settings_read_source(const struct given *given, struct run_settings *settings);
bool run_settings_read_tls(const struct given *given, struct run_settings *settings);

#endif
