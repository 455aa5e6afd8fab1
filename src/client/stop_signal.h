/*
 * SIGTERM and SIGINT as a descriptor that becomes readable, and stays so: every wait of the client
 * includes it.
 */
#ifndef CLIENT_STOP_SIGNAL_H
#define CLIENT_STOP_SIGNAL_H

/* Blocks the two signals and ignores SIGPIPE. The descriptor, or -1 with errno set. */
int stop_signal_open(void);

#endif
