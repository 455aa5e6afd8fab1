/*
 * Which build of the program this is: the linker's digest of it (NT_GNU_BUILD_ID). What roles say
 * to each other is laid out as the compiler did it, so only roles of one build may speak.
 */
#ifndef SERVER_ROLE_BUILD_H
#define SERVER_ROLE_BUILD_H

#include <stdint.h>

#define BUILD_ID_LEN 20u

/* Fills id with this program's build: its first bytes, zeros where it is shorter or has none. */
void build_id(uint8_t id[BUILD_ID_LEN]);

#endif
