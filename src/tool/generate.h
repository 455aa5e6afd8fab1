/*
 * `sorteo generate`: agency files made up from a seed. Returns the exit status: 0 done, 1 a file
 * could not be written, 2 usage.
 */
#ifndef TOOL_GENERATE_H
#define TOOL_GENERATE_H

int generate_main(int argc, char **argv);

#endif
