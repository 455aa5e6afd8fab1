/* Whether the client uses TLS, with which files, and which name a server must have. */
#include "base/usage_error.h"
#include "client/settings.h"
#include "client/settings_parts.h"

bool run_settings_read_tls(const struct given *given, struct run_settings *settings)
{
    static const char *const options[TLS_PARTS] = {
        [TLS_CERTIFICATE] = "--tls-cert", [TLS_KEY] = "--tls-key", [TLS_CA] = "--tls-ca"
    };
    for (unsigned part = 0; part < TLS_CRL; part++) {
        if (given->tls && given->tls_paths.path[part] == NULL)
            return usage_error(CLIENT, "--tls needs %s FILE", options[part]);
        if (!given->tls && given->tls_paths.path[part] != NULL)
            return usage_error(CLIENT, "%s is given, but not --tls", options[part]);
    }
    if (!given->tls && given->tls_name != NULL)
        return usage_error(CLIENT, "--tls-name is given, but not --tls");
    settings->over_tls = given->tls;
    settings->tls = given->tls_paths;
    settings->tls_name = given->tls_name;
    return true;
}
