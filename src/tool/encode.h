/*
 * `sorteo encode`: an agency file as frames on standard output. Returns the exit status: 0 done, 1
 * standard output could not be written, 2 usage or a bad file.
 */
#ifndef TOOL_ENCODE_H
#define TOOL_ENCODE_H

int encode_main(int argc, char **argv);

#endif
