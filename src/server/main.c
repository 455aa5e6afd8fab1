/* sorteo-server: reads its settings and runs. */
#include "base/log.h"
#include "base/system.h"
#include "server/settings.h"
#include "server/supervisor/supervisor.h"

int main(int argc, char **argv)
{
    struct settings settings;

    if (!fd_hold_standard())
        return 1;
    signal_ignore_file_limit();
    switch (settings_read(argc, argv, &settings)) {
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_ERROR:
        return 2;
    default:
        break;
    }
    log_open(1, settings.log_level);
    return server_run(&settings);
}
