/* See client_tls.h. */
#include "client/client_tls.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"
#include "codec/sorteo.h"
#include "tls/setup.h"

/* ---- SSLKEYLOGFILE --------------------------------------------------------------------------- */

/* If the file cannot be written, the client goes on without it. */
static void keep_line(const SSL *ssl, const char *line)
{
    const char *path = getenv("SSLKEYLOGFILE");
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

    (void)ssl;
    if (fd == -1)
        return;
    (void)(write_all(fd, line, strlen(line)) && write_all(fd, "\n", 1));
    close(fd);
}

/* ---- The context ----------------------------------------------------------------------------- */

struct tls_context *client_tls_open(const struct run_settings *settings, char error[static TLS_ERROR_MAX])
{
    const char *key_log = getenv("SSLKEYLOGFILE");
    struct tls_material material;

    if (!tls_prepare()) {
        snprintf(error, TLS_ERROR_MAX, "OpenSSL cannot be set up");
        return NULL;
    }
    if (!tls_material_read(&settings->tls, &tls_open_directly, &material, error))
        return NULL;
    struct tls_context *context = tls_context_client(&material, sorteo_dialect_name(settings->batch.dialect), error);
    tls_material_fini(&material);
    if (context != NULL && key_log != NULL && *key_log != '\0')
        SSL_CTX_set_keylog_callback(context->ssl, keep_line);
    return context;
}
