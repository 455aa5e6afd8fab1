/*
 * `sorteo conform`: does a server, or a client, keep to the protocol?
 */
#ifndef TOOL_CONFORM_CONFORM_H
#define TOOL_CONFORM_CONFORM_H

/* argv[0] is "conform". Returns the exit status. */
int conform_main(int argc, char **argv);

#endif
