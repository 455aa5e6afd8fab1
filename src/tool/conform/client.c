/* See client.h. */
#include "tool/conform/client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/printable.h"
#include "tool/conform/client_run.h"
#include "tool/output.h"

int conform_client(const struct conform_settings *settings, char *const *command)
{
    const struct host_settings host = { .dialect = (enum sorteo_dialect)settings->dialect,
                                        .command = command,
                                        .timeout_ms = settings->timeout_ms,
                                        .silence_ms = settings->silence_ms };
    struct report report = { .json = settings->json };

    if (client_run_count(settings->only) == 0)
        return conform_bad_usage(settings->only, "no case has this in its name (--list shows them)");
    if (settings->list) {
        client_run_list(settings->only);
        return output_flush(CONFORM) ? CONFORM_PASSED : CONFORM_FAILED;
    }
    if (command[0] == NULL)
        return conform_bad_usage("COMMAND", "how is the client started");
    if (!command_has(command, "port") && !command_has(command, "server"))
        return conform_bad_usage(command[0], "no {server} or {port} says where to connect to");
    if (!client_run(&host, settings->only, &report)) {
        printable_line(stderr, CONFORM ": cannot make a folder for the client's file: %s", strerror(errno));
        return CONFORM_FAILED;
    }
    if (!output_flush(CONFORM))
        return CONFORM_FAILED;
    return report.failed == 0 ? CONFORM_PASSED : CONFORM_FAILED;
}
