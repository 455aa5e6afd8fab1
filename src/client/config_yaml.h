/*
 * A client's configuration in YAML, read by libyaml. Knows no key.
 *
 *     server:
 *       address: "server:12345"        the key server.address
 *     batch.maxAmount: 10              the same as maxAmount below batch
 */
#ifndef CLIENT_CONFIG_YAML_H
#define CLIENT_CONFIG_YAML_H

#include "base/config.h"

/* For config.parse. Keys below a key are written after it and a dot. A list is a key without a
 * value; null is no value. Malformed YAML, more than one document, keys nested more than 8 deep, a
 * key that is no text, and one that is given twice are errors. */
bool config_yaml_parse(struct config *config, const char *bytes, size_t len);

#endif
