/*
 * SIGTERM, SIGINT, SIGQUIT and SIGHUP (the terminal was closed) as a descriptor that becomes
 * readable, and stays so: every wait of the client includes it.
 */
#ifndef CLIENT_STOP_SIGNAL_H
#define CLIENT_STOP_SIGNAL_H

/* Blocks these signals and ignores SIGPIPE. A SIGHUP or SIGQUIT that is ignored stays so. The
 * descriptor, or -1 with errno set. */
int stop_signal_open(void);

#endif
