/*
 * sorteo export: the bets of a store as CSV on standard output.
 */
#ifndef TOOL_EXPORT_H
#define TOOL_EXPORT_H

/* argv[0] is "export". Returns the exit status: 0 done, 1 failed (said on standard error), 2
 * usage. */
int export_main(int argc, char **argv);

#endif
