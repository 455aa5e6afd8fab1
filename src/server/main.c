/* sorteo-server: reads its settings and runs; or is one of the server's roles. */
#include "base/log.h"
#include "base/system.h"
#include "server/role/begin.h"
#include "server/role_main.h"
#include "server/settings.h"
#include "server/supervisor/supervisor.h"

int main(int argc, char **argv)
{
    struct settings settings;

    if (!fd_hold_standard())
        return 1;
    if (begin_is_role(argc, argv))
        return role_main();
    signal_ignore_file_limit();
    enum options_outcome outcome = settings_read(argc, argv, &settings);
    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    log_open(1, settings.log_level);
    return server_run(&settings);
}
