/*
 * `sorteo load`: sends bets to a server at a given rate, and measures how long it takes to answer.
 * Returns the exit status: 0 every frame was stored, 1 some were not, or something could not be
 * opened or written, 2 usage.
 */
#ifndef TOOL_LOAD_LOAD_H
#define TOOL_LOAD_LOAD_H

int load_main(int argc, char **argv);

#endif
