/*
 * A server's configuration as an INI file, read by inih. Knows no key.
 *
 *     [DEFAULT]
 *     SERVER_PORT = 12345
 */
#ifndef SERVER_CONFIG_INI_H
#define SERVER_CONFIG_INI_H

#include "base/config.h"

/* For config.parse. A key of the section DEFAULT, or of none, is that key; one of another section
 * is written after its name and a dot. A line that is neither empty, comment, section nor key with
 * value, one of more than 180 bytes, and a key that is given twice are errors. */
bool config_ini_parse(struct config *config, const char *bytes, size_t len);

#endif
