/*
 * See decode.h. Knows no field of any frame: it moves bytes into a window, and events to
 * event_print.
 *
 *     window.bytes   |<- ERROR_CONTEXT ->|<- the decoder keeps ->|<- not looked at yet ->|  room  |
 *     stream      base                 keep                   offset                base + len
 */
#include "tool/decode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/options.h"
#include "base/printable.h"
#include "base/system.h"
#include "base/usage_error.h"
#include "codec/sorteo.h"
#include "tool/decode_html.h"
#include "tool/dialect_option.h"
#include "tool/error_print.h"
#include "tool/event_print.h"
#include "tool/output.h"
#include "tool/replies.h"

#define PROGRAM "sorteo decode"

/* More than twice the longest bet (two names of 65,535 bytes), which is the most that a decoder
 * asks to keep. */
#define WINDOW_CAP ((size_t)512 * 1024)

static const char *const stream_choices[] = { "agency", "bet", "reply", NULL }; /* as in the enum */

struct settings {
    unsigned dialect;
    unsigned stream;
    const char *replies;
    uint64_t max_frame;
    uint64_t port;
    enum option_origin port_origin;
    bool json;
    bool html;
    bool pcap;
};

/* A stream being decoded. */
struct input {
    const char *name;
    int fd;
    enum event_form form;
    bool has_keys;
    enum sorteo_stream stream;
    struct replies replies;
    struct sorteo_decoder decoder;
    uint64_t frame_begin; /* of the frame under way */
    struct sorteo_window window;
    uint8_t *buf; /* the window's memory, WINDOW_CAP bytes */
};

static int fail(int status, const char *what, const char *why)
{
    printable_line(stderr, PROGRAM ": %s: %s", what, why);
    return status;
}

/* ---- The window ------------------------------------------------------------------------------ */

/* Drops what neither the decoder nor an error message needs any more. */
static void window_compact(struct input *input)
{
    struct sorteo_window *window = &input->window;
    uint64_t keep = sorteo_decoder_keep(&input->decoder);
    size_t unneeded;

    if (keep - window->base <= ERROR_CONTEXT)
        return;
    unneeded = (size_t)(keep - window->base - ERROR_CONTEXT);
    memmove(input->buf, input->buf + unneeded, window->len - unneeded);
    window->len -= unneeded;
    window->base += unneeded;
}

enum refill { REFILL_MORE, REFILL_END, REFILL_FAILED };

static enum refill window_refill(struct input *input)
{
    struct sorteo_window *window = &input->window;
    ssize_t got;

    if (window->len > WINDOW_CAP / 2)
        window_compact(input);
    got = read_waiting(input->fd, input->buf + window->len, WINDOW_CAP - window->len);
    if (got < 0)
        return REFILL_FAILED;
    window->len += (size_t)got;
    return got > 0 ? REFILL_MORE : REFILL_END;
}

/* ---- The stream ------------------------------------------------------------------------------ */

static int report(const struct input *input)
{
    const struct stream_error error = {
        .error = input->decoder.error, .frame_begin = input->frame_begin, .input = input->name, .window = input->window
    };

    if (input->form == EVENT_JSON)
        error_print_json(stdout, &error);
    if (!output_flush(PROGRAM))
        return 1;
    error_print_text(stderr, PROGRAM, &error);
    return 1;
}

/* The stream came to its end. */
static int conclude(struct input *input)
{
    if (sorteo_decoder_end(&input->decoder) != SORTEO_E_OK)
        return report(input);
    return output_flush(PROGRAM) ? 0 : 1;
}

static void print(struct input *input, const struct sorteo_event *event)
{
    event_print(stdout, input->form, event, input->has_keys);
    output_check();
    if (!sorteo_ends_frame(input->stream, event->kind))
        return;
    input->frame_begin = event->end;
    if (input->stream == SORTEO_REPLY_STREAM)
        sorteo_decoder_expect(&input->decoder, replies_next(&input->replies));
}

/* What was read is printed before more is waited for, so that a live stream can be watched. */
static int decode(struct input *input)
{
    struct sorteo_event event;

    for (;;) {
        switch (sorteo_decoder_next(&input->decoder, &input->window, &event)) {
        case SORTEO_MORE:
            if (!output_flush(PROGRAM))
                return 1;
            switch (window_refill(input)) {
            case REFILL_MORE:
                break;
            case REFILL_END:
                return conclude(input);
            case REFILL_FAILED:
                return fail(1, input->name, strerror(errno));
            }
            break;
        case SORTEO_ERROR:
            return report(input);
        default:
            print(input, &event);
        }
    }
}

/* ---- Opening --------------------------------------------------------------------------------- */

/* 0 and input->fd and name set, or the exit status. */
static int open_input(struct input *input, const char *path)
{
    struct stat about;

    input->name = strcmp(path, "-") == 0 ? "standard input" : path;
    input->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0 || fstat(input->fd, &about) != 0)
        return fail(2, input->name, strerror(errno));
    if (S_ISDIR(about.st_mode)) {
        (void)close(input->fd);
        return fail(2, input->name, "is a directory; expected a file of frames");
    }
    return 0;
}

static int decode_path(const struct settings *settings, const char *path)
{
    enum sorteo_dialect dialect = (enum sorteo_dialect)settings->dialect;
    enum sorteo_stream stream = (enum sorteo_stream)settings->stream;
    struct input input = { .form = settings->json ? EVENT_JSON : EVENT_TEXT,
                           .has_keys = sorteo_dialect_parameters(dialect)->key_size > 0,
                           .stream = stream };
    int status;

    if (!replies_init(&input.replies, settings->replies))
        return fail(2, "--replies", REPLIES_EXPECTED);
    status = open_input(&input, path);
    if (status != 0)
        return status;
    input.buf = malloc(WINDOW_CAP);
    if (input.buf == NULL) {
        status = fail(1, input.name, "out of memory");
        goto out;
    }
    input.window.bytes = input.buf;
    sorteo_decoder_init(&input.decoder, dialect, stream, (uint32_t)settings->max_frame);
    if (stream == SORTEO_REPLY_STREAM)
        sorteo_decoder_expect(&input.decoder, replies_next(&input.replies));
    status = decode(&input);
out:
    free(input.buf);
    if (input.fd != STDIN_FILENO)
        (void)close(input.fd);
    return status;
}

static int decode_as_html(const struct settings *settings, const char *path)
{
    const struct decode_html html = { .dialect = (enum sorteo_dialect)settings->dialect,
                                      .stream = (enum sorteo_stream)settings->stream,
                                      .max_frame = (uint32_t)settings->max_frame,
                                      .replies = settings->replies,
                                      .port = settings->port };

    return settings->pcap ? decode_html_capture(&html, path) : decode_html_stream(&html, path);
}

static int bad_usage(const char *why)
{
    (void)usage_error(PROGRAM, "%s", why);
    return 2;
}

/* 0, or the exit status. */
static int check(struct settings *settings)
{
    if (settings->html && settings->json)
        return bad_usage("--html and --json cannot be used together");
    if (settings->pcap && !settings->html)
        return bad_usage("--pcap needs --html: a capture can only be shown as a page");
    if (settings->port_origin == OPTION_GIVEN && !settings->pcap)
        return bad_usage("--port needs --pcap");
    if (settings->pcap && settings->stream == SORTEO_REPLY_STREAM)
        return bad_usage("--pcap shows both directions: --stream says what the agency sends, agency or bet");
    if (settings->stream == SORTEO_REPLY_STREAM && settings->replies == NULL)
        return bad_usage("--stream reply needs --replies: the bytes do not say which replies they are, and winners "
                         "would pass for answers");
    if (settings->replies == NULL)
        settings->replies = "answers"; /* of no effect */
    return 0;
}

int decode_main(int argc, char **argv)
{
    struct settings settings = { .stream = SORTEO_AGENCY_STREAM, .replies = NULL };
    const struct option_spec table[] = {
        dialect_option(&settings.dialect, "The dialect of the stream."),
        { .name = "stream",
          .kind = OPTION_CHOICE,
          .value = &settings.stream,
          .choices = stream_choices,
          .help = "agency: what an agency sends. bet: what it sends to a port for single bets. reply: what the server "
                  "sends. Default agency." },
        { .name = "replies",
          .kind = OPTION_TEXT,
          .value = &settings.replies,
          .metavar = "LIST",
          .help = "With --stream reply: the replies to expect, such as 5,winners for five answers and then winners; "
                  "answers: any number of answers. Replies are named as in the grammar. Required with --stream "
                  "reply." },
        { .name = "max-frame",
          .kind = OPTION_NUMBER,
          .value = &settings.max_frame,
          .min = 1,
          .max = UINT32_MAX,
          .metavar = "BYTES",
          .help = "Refuse longer frames. Default: no limit." },
        { .name = "json", .kind = OPTION_FLAG, .value = &settings.json, .help = "Print lines of JSON." },
        { .name = "html",
          .kind = OPTION_FLAG,
          .value = &settings.html,
          .help = "Print an HTML page that shows each byte in the box of its field, and marks an error. FILE may have "
                  "up to 1 MiB." },
        { .name = "pcap",
          .kind = OPTION_FLAG,
          .value = &settings.pcap,
          .help = "With --html: FILE is a capture (pcap, pcapng). Shows both directions of its TCP connections, each "
                  "answer linked to its request." },
        { .name = "port",
          .kind = OPTION_NUMBER,
          .value = &settings.port,
          .min = 1,
          .max = UINT16_MAX,
          .variable = "SORTEO_PCAP_PORT",
          .origin = &settings.port_origin,
          .help = "With --pcap: only connections to this port. Its variable is SORTEO_PCAP_PORT. Default: all." },
    };
    const struct options_program program = {
        .name = PROGRAM,
        .synopsis = "[OPTION]... [FILE | -]",
        .version = SORTEO_VERSION,
        .summary = "Prints the frames of a stream, one event per line, each with its range of bytes: [begin,end).",
        .epilogue = "An error in the stream is reported on standard error, with the bytes around it.\n\n"
                    "Exit status: 0 done, 1 the stream is malformed or something could not be\n"
                    "read or written, 2 usage or a missing file.\n",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
    };
    int operand;
    enum options_outcome outcome = options_parse(&program, argc, argv, 1, &operand);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    int status = check(&settings);
    const char *path = operand < argc ? argv[operand] : "-";

    if (status != 0)
        return status;
    return settings.html ? decode_as_html(&settings, path) : decode_path(&settings, path);
}
