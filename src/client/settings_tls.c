/* Whether the client uses TLS, with which files, and which name the server must have. */
#include "base/address.h"
#include "base/usage_error.h"
#include "client/settings.h"
#include "client/settings_parts.h"

/* The server's certificate must be for the host that the client connects to, or for --tls-name. */
bool run_settings_read_tls(const struct given *given, struct run_settings *settings)
{
    static char host[256];
    static const char *const options[TLS_PARTS] = {
        [TLS_CERTIFICATE] = "--tls-cert", [TLS_KEY] = "--tls-key", [TLS_CA] = "--tls-ca"
    };
    char port[16];
    for (unsigned part = 0; part < TLS_CRL; part++) {
        if (given->tls && given->tls_paths.path[part] == NULL)
            return usage_error(CLIENT, "--tls needs %s FILE", options[part]);
        if (!given->tls && given->tls_paths.path[part] != NULL)
            return usage_error(CLIENT, "%s is given, but not --tls", options[part]);
    }
    if (!given->tls && given->tls_name != NULL)
        return usage_error(CLIENT, "--tls-name is given, but not --tls");
    (void)address_split(given->server, host, sizeof host, port, sizeof port);
    settings->over_tls = given->tls;
    settings->tls = given->tls_paths;
    settings->tls_name = given->tls_name != NULL ? given->tls_name : host;
    return true;
}
