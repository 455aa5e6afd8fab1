/*
 * libpcap, which is loaded to read a capture alone: it brings D-Bus and InfiniBand.
 */
#ifndef TOOL_LIBPCAP_H
#define TOOL_LIBPCAP_H

#include <pcap/pcap.h>

#include "base/late_library.h"

#define LIBPCAP_FUNCTIONS(FUNCTION)                                                                                    \
    FUNCTION(pcap_close)                                                                                               \
    FUNCTION(pcap_datalink)                                                                                            \
    FUNCTION(pcap_fopen_offline)                                                                                       \
    FUNCTION(pcap_geterr)                                                                                              \
    FUNCTION(pcap_next_ex)

struct libpcap {
    LIBPCAP_FUNCTIONS(LATE_LIBRARY_MEMBER)
};

extern struct libpcap libpcap;

/* See late_library_load(): NULL, or why none of these functions may be called. */
const char *libpcap_load(void);

#define pcap_close libpcap.pcap_close
#define pcap_datalink libpcap.pcap_datalink
#define pcap_fopen_offline libpcap.pcap_fopen_offline
#define pcap_geterr libpcap.pcap_geterr
#define pcap_next_ex libpcap.pcap_next_ex

#endif
