/*
 * See decode_html.h. Each field takes some hundred bytes of HTML, so the input is limited.
 */
#include "tool/decode_html.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "tool/capture.h"
#include "tool/error_print.h"
#include "tool/html_page.h"
#include "tool/output.h"
#include "tool/replies.h"
#include "tool/transcript.h"

#define PROGRAM "sorteo decode"
#define INPUT_MAX ((size_t)1024 * 1024) /* bytes of a stream, or of all connections together */

static int fail(int status, const char *what, const char *why)
{
    printable_line(stderr, PROGRAM ": %s: %s", what, why);
    return status;
}

static int finish(bool is_right)
{
    output_check();
    return output_flush(PROGRAM) && is_right ? 0 : 1;
}

static void begin_page(const char *name)
{
    char title[512], shown[256];

    (void)snprintf(title, sizeof title, "sorteo: %s", printable(shown, sizeof shown, name));
    html_page_begin(stdout, title);
}

/* ---- A stream -------------------------------------------------------------------------------- */

static enum sorteo_reply next_reply(void *replies)
{
    return replies_next(replies);
}

/* Reads up to INPUT_MAX bytes; *len is one more if there are more. */
static bool read_all(FILE *file, uint8_t *bytes, size_t *len)
{
    *len = fread(bytes, 1, INPUT_MAX + 1, file);
    return ferror(file) == 0;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void tell_stream(const struct transcript *transcript)
{
    char sizes[96];

    (void)snprintf(sizes, sizeof sizes, "%s, %zu byte%s, %zu frame%s", sorteo_dialect_name(transcript->dialect),
                   transcript->len, plural(transcript->len), transcript->frame_count, plural(transcript->frame_count));
    html_page_note(stdout, sizes);
    for (size_t i = 0; i < transcript->frame_count; i++) {
        const struct html_frame frame = { .transcript = transcript, .index = i, .id = "frame", .when_us = -1 };

        html_page_frame(stdout, &frame);
    }
}

static void say_error(const char *name, const struct sorteo_error *error)
{
    char shown[256];

    (void)fprintf(stderr, PROGRAM ": %s: ", printable(shown, sizeof shown, name));
    error_print_words(stderr, error);
    (void)fputc('\n', stderr);
}

static int tell_bytes(const struct decode_html *settings, const char *name, const uint8_t *bytes, size_t len)
{
    struct replies replies = { 0 };
    struct transcript transcript;
    bool is_right;

    if (!replies_init(&replies, settings->replies))
        return fail(2, "--replies", REPLIES_EXPECTED);
    if (!transcript_init(&transcript, settings->dialect, settings->stream, settings->max_frame, bytes, len, next_reply,
                         &replies))
        return fail(1, name, "out of memory");
    begin_page(name);
    tell_stream(&transcript);
    html_page_end(stdout);
    is_right = transcript.error.code == SORTEO_E_OK;
    if (!is_right)
        say_error(name, &transcript.error);
    transcript_fini(&transcript);
    return finish(is_right);
}

int decode_html_stream(const struct decode_html *settings, const char *path)
{
    bool is_standard = strcmp(path, "-") == 0;
    const char *name = is_standard ? "standard input" : path;
    FILE *file = is_standard ? stdin : fopen(path, "re");
    uint8_t *bytes = malloc(INPUT_MAX + 1);
    size_t len = 0;
    int status;

    if (file == NULL || bytes == NULL)
        status = fail(file == NULL ? 2 : 1, name, strerror(errno));
    else if (!read_all(file, bytes, &len))
        status = fail(errno == EISDIR ? 2 : 1, name, strerror(errno));
    else if (len > INPUT_MAX)
        status = fail(2, name, "more than 1 MiB is too much for a page; cut it, for example with head -c 100000");
    else
        status = tell_bytes(settings, name, bytes, len);
    free(bytes);
    if (file != NULL && !is_standard)
        (void)fclose(file);
    return status;
}

/* ---- A capture ------------------------------------------------------------------------------- */

struct told {
    struct transcript requests, replies;
    const struct capture_connection *connection;
    char request_id[32], reply_id[32];
};

static int64_t when_of(const struct transcript *transcript, const struct capture_lane *lane, size_t index)
{
    return capture_lane_when(lane, transcript->frames[index].end);
}

static void tell_frame(const struct told *told, bool is_reply, size_t index, int64_t when)
{
    const struct html_frame frame = { .transcript = is_reply ? &told->replies : &told->requests,
                                      .index = index,
                                      .id = is_reply ? told->reply_id : told->request_id,
                                      .partner_id = is_reply ? told->request_id : told->reply_id,
                                      .when_us = when };

    html_page_frame(stdout, &frame);
}

/* By the times of their last bytes; a request goes first where both are the same. */
static void tell_frames(const struct told *told)
{
    size_t request = 0, reply = 0;

    while (request < told->requests.frame_count || reply < told->replies.frame_count) {
        int64_t asked = request < told->requests.frame_count
                            ? when_of(&told->requests, &told->connection->agency, request)
                            : INT64_MAX;
        int64_t answered =
            reply < told->replies.frame_count ? when_of(&told->replies, &told->connection->server, reply) : INT64_MAX;

        if (asked <= answered)
            tell_frame(told, false, request++, asked);
        else
            tell_frame(told, true, reply++, answered);
    }
}

static void tell_gap(const struct capture_lane *lane, const char *who)
{
    char text[160];

    if (!lane->has_gap)
        return;
    (void)snprintf(text, sizeof text,
                   "Bytes that the %s sent after its byte %zu are missing from the capture; what follows is not shown.",
                   who, lane->len);
    html_page_note(stdout, text);
}

/* False if there is no memory. */
static bool decode_connection(const struct decode_html *settings, const struct capture_connection *connection,
                              struct told *told)
{
    struct transcript_queue queue = { .requests = &told->requests };

    if (!transcript_init(&told->requests, settings->dialect, settings->stream, settings->max_frame,
                         connection->agency.bytes, connection->agency.len, NULL, NULL))
        return false;
    if (!transcript_init(&told->replies, settings->dialect, SORTEO_REPLY_STREAM, 0, connection->server.bytes,
                         connection->server.len, transcript_queue_next, &queue)) {
        transcript_fini(&told->requests);
        return false;
    }
    transcript_pair(&told->requests, &told->replies);
    return true;
}

/* False if there is no memory. *is_right becomes false where a direction is malformed. */
static bool tell_connection(const struct decode_html *settings, const struct capture_connection *connection,
                            size_t number, bool *is_right)
{
    struct told told = { .connection = connection };

    if (!decode_connection(settings, connection, &told))
        return false;
    (void)snprintf(told.request_id, sizeof told.request_id, "c%zu-request", number);
    (void)snprintf(told.reply_id, sizeof told.reply_id, "c%zu-reply", number);
    html_page_heading(stdout, connection->name);
    tell_frames(&told);
    tell_gap(&connection->agency, "agency");
    tell_gap(&connection->server, "server");
    *is_right = *is_right && told.requests.error.code == SORTEO_E_OK && told.replies.error.code == SORTEO_E_OK;
    transcript_fini(&told.requests);
    transcript_fini(&told.replies);
    return true;
}

/* The rest of the file cannot be read. */
static void tell_cut(const char *name, const char *why)
{
    char text[CAPTURE_ERROR_MAX + 64];

    (void)snprintf(text, sizeof text, "The capture cannot be read to its end: %s.", why);
    html_page_note(stdout, text);
    printable_line(stderr, PROGRAM ": %s: %s; the page shows what comes before", name, why);
}

int decode_html_capture(const struct decode_html *settings, const char *path)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    char error[CAPTURE_ERROR_MAX];
    struct capture capture;
    bool is_right = true;
    int status;

    if (!capture_read(&capture, path, (uint16_t)settings->port, INPUT_MAX, error))
        return fail(2, name, error);
    if (capture.count == 0) {
        status = fail(2, name, capture.cut[0] != '\0' ? capture.cut : "no TCP connection with bytes in it");
    } else {
        status = 0;
        begin_page(name);
        if (capture.cut[0] != '\0')
            tell_cut(name, capture.cut);
        for (size_t i = 0; i < capture.count && status == 0; i++) {
            if (!tell_connection(settings, &capture.connections[i], i + 1, &is_right))
                status = fail(1, name, "out of memory");
        }
        html_page_end(stdout);
        if (!is_right && status == 0)
            (void)fail(1, name, "a stream is malformed; the page marks where");
        if (status == 0)
            status = finish(is_right && capture.cut[0] == '\0');
    }
    capture_free(&capture);
    return status;
}
