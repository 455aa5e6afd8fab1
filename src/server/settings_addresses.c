/*
 * Where the server listens: the default of --listen, and whether each address has the form
 * HOST:PORT.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/usage_error.h"
#include "server/settings_parts.h"

/* Names the place in the configuration file that the text comes from, or else `name`. */
static bool is_wrong(const struct given *given, const char *name, const char *text, const char *expected)
{
    const char *place = config_place(given->config, text);
    return usage_error(SERVER, "%s: '%.255s' is not %s", place != NULL ? place : name, text, expected);
}

static bool is_host_and_port(const char *text)
{
    char host[256], port[16];
    return address_split(text, host, sizeof host, port, sizeof port) && strchr(host, '/') == NULL;
}

/* Only the form is checked: whether the server can listen there is found out later. */
static bool is_address(const struct given *given, const char *option, const char *variable, const char *text)
{
    if (text == NULL || is_host_and_port(text))
        return true;
    return is_wrong(given, text == getenv(variable) ? variable : option, text, "HOST:PORT with a port from 0 to 65535");
}

/* ---- SERVER_IP and SERVER_PORT, of which --listen's default is made -------------------------- */

/* NULL if it is not set. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

/* The variable, or the key of that name in the configuration; NULL if neither is set. */
static const char *variable_or_key(const struct given *given, const char *name)
{
    const char *value = variable(name);
    const struct config_entry *entry = value == NULL ? config_find(given->config, name, NULL) : NULL;
    return entry != NULL ? entry->value : value;
}

static void make_default(const struct given *given, char *listen, size_t cap)
{
    const char *host = variable_or_key(given, "SERVER_IP");
    const char *port = variable_or_key(given, "SERVER_PORT");
    snprintf(listen, cap, "%s:%s", host != NULL ? host : "127.0.0.1", port != NULL ? port : "12345");
}

/* A container platform may set them to something else: SERVER_PORT=tcp://10.0.0.1:80. */
static bool is_default_good(const struct given *given, const char *listen)
{
    const char *host = variable_or_key(given, "SERVER_IP");
    const char *port = variable_or_key(given, "SERVER_PORT");
    uint64_t number;

    if (port != NULL && !options_number(port, 0, UINT16_MAX, &number))
        return is_wrong(given, "SERVER_PORT", port, "a port from 0 to 65535");
    return is_host_and_port(listen) || is_wrong(given, "SERVER_IP", host, "a host");
}

/* SERVER_IP and SERVER_PORT in the environment override --listen in the configuration file. */
static bool is_listen_given(const struct given *given)
{
    return given->listen_origin > OPTION_IN_FILE ||
           (given->listen_origin == OPTION_IN_FILE && variable("SERVER_IP") == NULL && variable("SERVER_PORT") == NULL);
}

/* With TLS there is a plain port only if --listen asks for one. */
static bool complete_listen(struct given *given)
{
    static char listen[512];

    if (is_listen_given(given))
        return is_address(given, "--listen", "SORTEO_LISTEN", given->listen);
    given->listen = NULL;
    if (settings_ask_for_tls(given))
        return true;
    make_default(given, listen, sizeof listen);
    given->listen = listen;
    return is_default_good(given, listen);
}

/* A port alone is on 127.0.0.1, so that other machines can read the numbers only on purpose. */
static bool complete_observe(struct given *given)
{
    static char address[32];
    uint64_t port;

    if (given->observe == NULL || !options_number(given->observe, 0, UINT16_MAX, &port))
        return is_address(given, "--observe", "SORTEO_OBSERVE", given->observe);
    snprintf(address, sizeof address, "127.0.0.1:%" PRIu64, port);
    given->observe = address;
    return true;
}

bool settings_can_observe(const struct given *given)
{
#ifdef WITHOUT_LIBMICROHTTPD
    return given->observe == NULL ||
           usage_error(SERVER, "--observe: this program is static, and so has no HTTP: build another one without "
                               "LDFLAGS=-static");
#else
    (void)given;
    return true;
#endif
}

bool settings_complete_addresses(struct given *given)
{
    return complete_listen(given) && complete_observe(given) &&
           is_address(given, "--bet-listen", "SORTEO_BET_LISTEN", given->bet_listen) &&
           is_address(given, "--tls-listen", "SORTEO_TLS_LISTEN", given->tls_listen) &&
           is_address(given, "--tls-bet-listen", "SORTEO_TLS_BET_LISTEN", given->tls_bet_listen);
}
