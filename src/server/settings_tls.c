/* Whether the options of TLS, and those that TLS needs room in, go together. */
#include <inttypes.h>

#include "base/usage_error.h"
#include "server/settings.h"
#include "server/settings_parts.h"
#include "tls/filter.h"

bool settings_ask_for_tls(const struct given *given)
{
    return given->tls_listen != NULL || given->tls_bet_listen != NULL;
}

/* With a TLS port all files but the CRL are needed. Without one, none may be given: it would not be
 * used. */
bool settings_have_tls_files(const struct given *given)
{
    static const char *const options[TLS_PARTS] = {
        [TLS_CERTIFICATE] = "--tls-cert", [TLS_KEY] = "--tls-key", [TLS_CA] = "--tls-client-ca", [TLS_CRL] = "--tls-crl"
    };
    bool asked = settings_ask_for_tls(given);

    for (unsigned part = 0; part < TLS_PARTS; part++) {
        bool is_given = given->tls.path[part] != NULL;
        if (asked && !is_given && part != TLS_CRL)
            return usage_error(SERVER, "TLS needs %s FILE", options[part]);
        if (!asked && is_given)
            return usage_error(SERVER, "%s is given, but neither --tls-listen nor --tls-bet-listen", options[part]);
    }
    return true;
}

/* A worker with room for less than one handshake would close each as it begins. */
bool settings_have_room_for_handshakes(const struct settings *settings)
{
    const uint64_t least = (uint64_t)settings->workers * TLS_HANDSHAKE_BYTES;

    if (!settings->serves_tls || settings->max_unfinished >= least)
        return true;
    return usage_error(SERVER,
                       "--max-unfinished: %" PRIu64 " is less than one TLS handshake in each of %u workers takes: give "
                       "at least %" PRIu64,
                       settings->max_unfinished, settings->workers, least);
}
