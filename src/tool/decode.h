/*
 * `sorteo decode`: frames from a file or pipe as lines of text or JSON. Returns the exit status: 0
 * done, 1 the stream is wrong or something could not be read or written, 2 usage.
 */
#ifndef TOOL_DECODE_H
#define TOOL_DECODE_H

int decode_main(int argc, char **argv);

#endif
