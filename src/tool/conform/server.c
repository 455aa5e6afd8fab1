/* See server.h. */
#include "tool/conform/server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"
#include "base/system.h"
#include "tool/conform/server_run.h"
#include "tool/output.h"

/* If nothing listens there, all cases would fail. */
static bool can_connect(const struct probe_settings *probe, const char *text)
{
    struct peer peer;

    peer_init(&peer);
    if (!peer_connect(&peer, &probe->server, probe->dialect, clock_ms() + probe->timeout_ms)) {
        printable_line(stderr, CONFORM ": %s: %s; is the server started?", text, strerror(errno));
        return false;
    }
    peer_close(&peer, false);
    return true;
}

int conform_server(const struct conform_settings *settings, const char *server)
{
    struct probe_settings probe = { .dialect = (enum sorteo_dialect)settings->dialect,
                                    .agencies = (unsigned)settings->agencies,
                                    .winning_number = (uint16_t)settings->winning_number,
                                    .timeout_ms = settings->timeout_ms,
                                    .silence_ms = settings->silence_ms,
                                    .deadline_ms = settings->deadline_ms,
                                    .max_frame = settings->max_frame };
    const struct server_run what = { .settings = &probe, .only = settings->only, .rounds = (unsigned)settings->rounds };
    struct report report = { .json = settings->json };
    const char *why;

    if (server_run_count(settings->only) == 0)
        return conform_bad_usage(settings->only, "no case has this in its name (--list shows them)");
    if (settings->list) {
        server_run_list(settings->only);
        return output_flush(CONFORM) ? CONFORM_PASSED : CONFORM_FAILED;
    }
    if (server == NULL)
        return conform_bad_usage("HOST:PORT", "where does the server listen");
    if (address_resolve(server, false, &probe.server, 1, &why) == 0)
        return conform_bad_usage(server, why);
    if (settings->bets != NULL && address_resolve(settings->bets, false, &probe.bets, 1, &why) == 0)
        return conform_bad_usage(settings->bets, why);
    if (!can_connect(&probe, server))
        return CONFORM_USAGE;
    if (!server_run(&what, &report)) {
        (void)fputs(CONFORM ": out of memory\n", stderr);
        return CONFORM_FAILED;
    }
    if (!output_flush(CONFORM))
        return CONFORM_FAILED;
    return report.failed == 0 ? CONFORM_PASSED : CONFORM_FAILED;
}
