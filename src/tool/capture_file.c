/* See capture_file.h. */
#include "tool/capture_file.h"

#include <stdio.h>

#ifdef WITHOUT_LIBPCAP

struct capture_file *capture_file_open(const char *path, char reason[static CAPTURE_ERROR_MAX])
{
    (void)path;
    (void)snprintf(reason, CAPTURE_ERROR_MAX,
                   "this program is static, and so reads no captures: build another one "
                   "without LDFLAGS=-static");
    return NULL;
}

int capture_file_link(struct capture_file *file)
{
    (void)file;
    return -1;
}

enum capture_next capture_file_next(struct capture_file *file, struct capture_packet *packet)
{
    (void)file;
    (void)packet;
    return CAPTURE_END;
}

const char *capture_file_error(struct capture_file *file)
{
    (void)file;
    return "";
}

void capture_file_close(struct capture_file *file)
{
    (void)file;
}

#else

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "tool/libpcap.h"

/* A struct capture_file is a pcap_t. */
static pcap_t *pcap_of(struct capture_file *file)
{
    return (pcap_t *)file;
}

struct capture_file *capture_file_open(const char *path, char reason[static CAPTURE_ERROR_MAX])
{
    char said[PCAP_ERRBUF_SIZE] = "";
    bool is_standard = strcmp(path, "-") == 0;
    const char *why_not = libpcap_load();
    FILE *file;
    pcap_t *pcap;

    if (why_not != NULL) {
        (void)snprintf(reason, CAPTURE_ERROR_MAX, "%s: install libpcap (Debian: libpcap0.8)", why_not);
        return NULL;
    }
    file = is_standard ? stdin : fopen(path, "rbe"); /* libpcap's reason would name it once more */
    pcap = file == NULL ? NULL : pcap_fopen_offline(file, said);
    if (pcap == NULL)
        (void)snprintf(reason, CAPTURE_ERROR_MAX, "%s", file == NULL ? strerror(errno) : said);
    if (pcap == NULL && file != NULL && !is_standard)
        (void)fclose(file);
    return (struct capture_file *)pcap;
}

int capture_file_link(struct capture_file *file)
{
    return pcap_datalink(pcap_of(file));
}

enum capture_next capture_file_next(struct capture_file *file, struct capture_packet *packet)
{
    struct pcap_pkthdr *header;
    const uint8_t *bytes;
    int got = pcap_next_ex(pcap_of(file), &header, &bytes);

    if (got != 1)
        return got == PCAP_ERROR ? CAPTURE_FAILED : CAPTURE_END;
    packet->bytes = bytes;
    packet->len = header->caplen;
    packet->when_us = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec;
    return CAPTURE_PACKET;
}

const char *capture_file_error(struct capture_file *file)
{
    return pcap_geterr(pcap_of(file));
}

void capture_file_close(struct capture_file *file)
{
    pcap_close(pcap_of(file));
}

#endif
