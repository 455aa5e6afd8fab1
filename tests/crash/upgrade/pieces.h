/* A control: an update that is not one transaction, but as many as it has statements. */
#ifndef CRASH_PIECES_H
#define CRASH_PIECES_H

#include <stdbool.h>

/* While this is set, what the store executes as text begins and ends no transaction. */
extern bool pieces_are_committed;

#endif
