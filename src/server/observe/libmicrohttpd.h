/*
 * libmicrohttpd, which the observer alone loads: it brings GnuTLS.
 */
#ifndef SERVER_OBSERVE_LIBMICROHTTPD_H
#define SERVER_OBSERVE_LIBMICROHTTPD_H

#include <microhttpd.h>

#include "base/late_library.h"

#define LIBMICROHTTPD_FUNCTIONS(FUNCTION)                                                                              \
    FUNCTION(MHD_add_response_header)                                                                                  \
    FUNCTION(MHD_create_response_from_buffer)                                                                          \
    FUNCTION(MHD_destroy_response)                                                                                     \
    FUNCTION(MHD_get_connection_info)                                                                                  \
    FUNCTION(MHD_get_daemon_info)                                                                                      \
    FUNCTION(MHD_get_timeout)                                                                                          \
    FUNCTION(MHD_lookup_connection_value)                                                                              \
    FUNCTION(MHD_queue_response)                                                                                       \
    FUNCTION(MHD_run)                                                                                                  \
    FUNCTION(MHD_start_daemon)                                                                                         \
    FUNCTION(MHD_stop_daemon)

struct libmicrohttpd {
    LIBMICROHTTPD_FUNCTIONS(LATE_LIBRARY_MEMBER)
};

extern struct libmicrohttpd libmicrohttpd;

/* See late_library_load(): NULL, or why none of these functions may be called. */
const char *libmicrohttpd_load(void);

#define MHD_add_response_header libmicrohttpd.MHD_add_response_header
#define MHD_create_response_from_buffer libmicrohttpd.MHD_create_response_from_buffer
#define MHD_destroy_response libmicrohttpd.MHD_destroy_response
#define MHD_get_connection_info libmicrohttpd.MHD_get_connection_info
#define MHD_get_daemon_info libmicrohttpd.MHD_get_daemon_info
#define MHD_get_timeout libmicrohttpd.MHD_get_timeout
#define MHD_lookup_connection_value libmicrohttpd.MHD_lookup_connection_value
#define MHD_queue_response libmicrohttpd.MHD_queue_response
#define MHD_run libmicrohttpd.MHD_run
#define MHD_start_daemon libmicrohttpd.MHD_start_daemon
#define MHD_stop_daemon libmicrohttpd.MHD_stop_daemon

#endif
