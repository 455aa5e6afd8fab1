/* The files that TLS is set up from: see certificates.h. */
#include "server/supervisor/certificates.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory_file.h"
#include "base/system.h"
#include "tls/expiry.h"
#include "tls/setup.h"

#define LOOK_AGAIN_MS (24u * 3600u * 1000u)

void certificates_init(struct certificates *certificates)
{
    *certificates = (struct certificates){ .fd = -1 };
}

void certificates_fini(struct certificates *certificates)
{
    if (certificates->fd != -1)
        close(certificates->fd);
    certificates_init(certificates);
}

static bool are_usable(const struct tls_material *material, const struct settings *settings,
                       char error[static TLS_ERROR_MAX])
{
    struct tls_context *context = tls_context_server(material, sorteo_dialect_name(settings->session.dialect), error);
    bool usable = context != NULL && tls_context_is_in_time(context, error);

    tls_context_release(context);
    return usable;
}

static void tell_expiry(void *context, const struct tls_expiry *expiry)
{
    char name[IDENTITY_NAME_MAX];

    (void)context;
    log_event(LOG_WARNING, "tls_expiry", LOG_IN_PROGRESS, "file: %s | certificate: %s | days: %d", expiry->what,
              log_clean(name, sizeof name, expiry->name), expiry->days);
}

static void note_expiry(const struct tls_material *material, int64_t expires_s[static NUMBERS_FILES])
{
    static const enum tls_part parts[NUMBERS_FILES] = { TLS_CERTIFICATE, TLS_CA, TLS_CRL };

    for (unsigned file = 0; file < NUMBERS_FILES; file++)
        expires_s[file] = tls_expiry_first(material, parts[file]);
}

static int share(const struct settings *settings, const struct tls_opener *opener, struct certificates *shared,
                 char error[static TLS_ERROR_MAX])
{
    struct tls_material material;
    int fd = -1;

    if (!tls_material_read(&settings->tls, opener, &material, error))
        return -1;
    if (are_usable(&material, settings, error)) {
        fd = memory_file_new("sorteo-tls");
        if (fd == -1 || !tls_material_share(&material, fd)) {
            snprintf(error, TLS_ERROR_MAX, "%s", strerror(errno));
            if (fd != -1)
                close(fd);
            fd = -1;
        }
    }
    shared->size = (uint32_t)tls_material_size(&material);
    note_expiry(&material, shared->expires_s);
    tls_material_fini(&material);
    return fd;
}

bool certificates_load(struct certificates *certificates, const struct settings *settings,
                       const struct tls_opener *opener)
{
    char error[TLS_ERROR_MAX], text[TLS_ERROR_MAX];
    bool again = certificates->fd != -1;
    struct certificates shared = { .looked_ms = 0 }; /* the next certificates_look checks at once what expires soon */
    int fd = share(settings, opener, &shared, error);

    if (fd == -1) {
        log_event(again ? LOG_ERROR : LOG_CRITICAL, "tls_files", LOG_FAIL, "reason: %s%s",
                  log_clean(text, sizeof text, error), again ? " (the old files stay in use)" : "");
        return false;
    }
    certificates_fini(certificates);
    *certificates = shared;
    certificates->fd = fd;
    if (again)
        log_event(LOG_INFO, "tls_files", LOG_SUCCESS, NULL);
    return true;
}

void certificates_look(struct certificates *certificates, uint64_t now_ms)
{
    struct tls_material material;

    if (certificates->fd == -1 || (certificates->looked_ms != 0 && now_ms - certificates->looked_ms < LOOK_AGAIN_MS))
        return;
    certificates->looked_ms = now_ms;
    if (!tls_material_receive(certificates->fd, certificates->size, &material))
        return;
    tls_expiry_each(&material, tell_expiry, NULL);
    tls_material_fini(&material);
}
