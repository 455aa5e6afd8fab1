/* A configuration as an INI file: see config_ini.h. */
#include "server/config_ini.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX_LEN 180u /* inih holds 200, and would go on with the rest as with another line */

struct reading {
    struct config *config;
    const char *next; /* what was not read yet … */
    const char *end;  /* … and where it ends */
    unsigned line;    /* that was read last */
    bool failed;
};

/* Gives inih a line, as fgets does: it does not say itself which line a key is in. */
static char *next_line(char *out, int cap, void *context)
{
    struct reading *reading = context;
    const char *newline = memchr(reading->next, '\n', (size_t)(reading->end - reading->next));
    const char *stop = newline != NULL ? newline + 1 : reading->end;
    size_t len = (size_t)(stop - reading->next);

    if (reading->failed || len == 0)
        return NULL;
    reading->line++;
    if (len > LINE_MAX_LEN || len >= (size_t)cap) {
        reading->failed = !config_fail(reading->config, reading->line, "a line of more than %u bytes", LINE_MAX_LEN);
        return NULL;
    }
    memcpy(out, reading->next, len);
    out[len] = '\0';
    reading->next = stop;
    return out;
}

/* Returns 0, which ends the reading, where the key cannot be added. */
static int on_key(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;
    bool is_default = *section == '\0' || strcasecmp(section, "DEFAULT") == 0;
    char key[2 * CONFIG_KEY_MAX];

    if (reading->failed)
        return 0;
    (void)snprintf(key, sizeof key, "%s%s%s", is_default ? "" : section, is_default ? "" : ".", name);
    reading->failed = !config_add(reading->config, key, value, reading->line);
    return reading->failed ? 0 : 1;
}

bool config_ini_parse(struct config *config, const char *bytes, size_t len)
{
    struct reading reading = { .config = config, .next = bytes, .end = bytes + len };
    int wrong = ini_parse_stream(next_line, &reading, on_key, &reading);

    if (reading.failed)
        return false;
    if (wrong < 0)
        return config_fail(config, reading.line, "out of memory");
    if (wrong > 0)
        return config_fail(config, (unsigned)wrong, "neither [SECTION] nor KEY = VALUE");
    return true;
}
