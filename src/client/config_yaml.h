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

/* For config.parse. Nested keys are joined by dots. A list of single values has them as its items;
 * any other one has none. A null is ignored. Malformed YAML, more than one document, keys nested
 * more than 8 deep, a key that is not text, and one that is given twice are errors. */
bool config_yaml_parse(struct config *config, const char *bytes, size_t len);

#endif
