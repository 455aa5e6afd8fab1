/*
 * Which build of the program this is: the linker's digest of it (NT_GNU_BUILD_ID). Roles exchange
 * C structs as the compiler laid them out, so all of them must be of one build.
 */
#ifndef SERVER_ROLE_BUILD_H
#define SERVER_ROLE_BUILD_H

#include <stdint.h>

#define BUILD_ID_LEN 20u

/* Fills id with the first bytes of this program's build ID, padded with zeros; all zeros if it has
 * none. */
void build_id(uint8_t id[BUILD_ID_LEN]);

#endif
