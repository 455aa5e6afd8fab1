/*
 * What both ends of a TCP connection ask of their sockets. Each option only makes things better,
 * and a socket without one still works, so failures are not reported.
 */
#ifndef BASE_SOCKET_OPTIONS_H
#define BASE_SOCKET_OPTIONS_H

/* What is written leaves at once (TCP_NODELAY). */
void socket_send_at_once(int fd);

/* A peer that is gone without a word (its power failed, a firewall forgot the connection) is found
 * out within about a minute: asked after 30 s of silence, then every 10 s, lost after three
 * questions without an answer. */
void socket_keep_alive(int fd);

/* One option of a level, as setsockopt takes it. */
void socket_set(int fd, int level, int option, int value);

#endif
