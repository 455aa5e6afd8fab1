/*
 * `sorteo describe`: the language as the grammar has it. Returns the exit status: 0 done, 1
 * standard output failed, 2 usage.
 */
#ifndef TOOL_DESCRIBE_H
#define TOOL_DESCRIBE_H

int describe_main(int argc, char **argv);

#endif
