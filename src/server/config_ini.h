/*
 * A server's configuration as an INI file, read by inih. Knows no key.
 *
 *     [DEFAULT]
 *     SERVER_PORT = 12345
 */
#ifndef SERVER_CONFIG_INI_H
#define SERVER_CONFIG_INI_H

#include "base/config.h"

/* For config.parse. A key in another section than DEFAULT gets the section's name and a dot in
 * front. Errors: a line that is neither empty nor a comment, a section or a key with a value; a
 * line of more than 180 bytes; a key that is given twice. */
bool config_ini_parse(struct config *config, const char *bytes, size_t len);

#endif
