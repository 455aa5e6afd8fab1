/* sorteo-server: reads its settings and runs. */
#include <fcntl.h>
#include <unistd.h>

#include "log.h"
#include "server.h"
#include "settings.h"

/* Standard descriptors that are closed would become sockets, which log lines would then be written to. */
static void occupy_standard_descriptors(void)
{
    int fd = 0;
    while (fd >= 0 && fd <= 2)
        fd = open("/dev/null", O_RDWR);
    if (fd > 2)
        close(fd);
}

int main(int argc, char **argv)
{
    struct settings settings;

    occupy_standard_descriptors();
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
