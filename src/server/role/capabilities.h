/*
 * Capabilities: which of root's rights a process keeps.
 */
#ifndef SERVER_ROLE_CAPABILITIES_H
#define SERVER_ROLE_CAPABILITIES_H

#include <stdbool.h>

/* Of the rights that this process has, it keeps the one to read every file (CAP_DAC_READ_SEARCH),
 * if it has that, and no other. False with errno set. */
bool capabilities_keep_reading(void);

#endif
