/* See client_tls.h. */
#include "client/client_tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"
#include "client/messages.h"
#include "codec/sorteo.h"
#include "tls/setup.h"

#define KEY_LINE_MAX 512 /* more than twice what a line of TLS 1.3 has: a label, 32 and 48 bytes as hex digits */

/* ---- SSLKEYLOGFILE --------------------------------------------------------------------------- */

/* Once: each connection has several lines. */
static void tell_that_keys_are_lost(const char *path)
{
    static bool told;

    if (!told)
        message_print("SSLKEYLOGFILE: %s: %s (continuing without logging keys)", path, strerror(errno));
    told = true;
}

/* Creates the file for nobody else to read. Other clients may append to it at the same time, so
 * each line is one write. A FIFO that nobody reads cannot be written, and is not waited for. */
static void append(const char *text, size_t len)
{
    const char *path = getenv("SSLKEYLOGFILE");
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0600);

    if (fd == -1 || write(fd, text, len) != (ssize_t)len)
        tell_that_keys_are_lost(path);
    if (fd != -1)
        close(fd);
}

static void keep_line(const SSL *ssl, const char *line)
{
    char text[KEY_LINE_MAX];
    int len = snprintf(text, sizeof text, "%s\n", line);

    (void)ssl;
    if (len > 0 && (size_t)len < sizeof text)
        append(text, (size_t)len);
}

/* A file that cannot be written is said before anything is sent. */
static void keep_keys(const struct tls_context *context)
{
    const char *path = getenv("SSLKEYLOGFILE");

    if (path == NULL || *path == '\0')
        return;
    append("", 0);
    SSL_CTX_set_keylog_callback(context->ssl, keep_line);
}

/* ---- The context ----------------------------------------------------------------------------- */

struct tls_context *client_tls_open(const struct run_settings *settings, char error[static TLS_ERROR_MAX])
{
    struct tls_material material;

    if (!tls_prepare()) {
        snprintf(error, TLS_ERROR_MAX, "OpenSSL cannot be set up");
        return NULL;
    }
    if (!tls_material_read(&settings->tls, &tls_open_directly, &material, error))
        return NULL;
    struct tls_context *context = tls_context_client(&material, sorteo_dialect_name(settings->batch.dialect), error);
    tls_material_fini(&material);
    if (context != NULL)
        keep_keys(context);
    return context;
}
