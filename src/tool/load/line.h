/*
 * One agency's connection under load: frames go out when they are due and there is room in its
 * window, and each answer is timed from when its frame was due, not from when it was sent. So the
 * time that a frame waits behind others is counted.
 */
#ifndef TOOL_LOAD_LINE_H
#define TOOL_LOAD_LINE_H

#include "base/address.h"
#include "tool/load/stock.h"
#include "tool/load/times.h"

#define LINE_WINDOW_MAX 64u /* a server stops reading once this many answers are unsent (section 4) */

/* What all lines share. */
struct load_totals {
    uint64_t stored_bets, stored, refused; /* bets; frames; frames */
    uint64_t unanswered;                   /* frames without an answer when their connection or the run ended */
    uint64_t lost;                         /* connections that ended or broke */
    uint64_t failed;                       /* attempts to connect */
    uint64_t malformed;                    /* replies that are not an ANSWER */
    struct times times;
    uint64_t begin_ns, last_ns; /* of the run, and of the last answer */
};

struct line_pace {
    uint64_t first_ns;              /* when the first frame is due */
    uint64_t every_ns;              /* and the others after it; 0: as soon as there is room */
    unsigned window;                /* frames without an answer at once */
    uint64_t most;                  /* bets to send; UINT64_MAX: no limit */
    uint64_t frames_per_connection; /* 0: no limit */
};

struct line {
    /* read-only */
    int fd;       /* -1: to be opened at retry_ns */
    bool is_open; /* connected */
    uint64_t retry_ns;

    /* private */
    const struct address *server;
    struct load_totals *totals;
    struct line_pace pace;
    struct stock stock;
    struct sorteo_decoder decoder;
    enum sorteo_dialect dialect;
    struct stock_frame out; /* the frame being sent, and … */
    size_t out_at;          /* … bytes of it that are */
    uint64_t frames, bets;  /* begun in all */
    uint64_t on_connection; /* begun on this one */
    struct {
        uint64_t due_ns;
        uint32_t bets;
    } flying[LINE_WINDOW_MAX]; /* a ring of frames without an answer */
    unsigned first, count;
};

/* As stock_init. The line borrows the address and the totals. */
enum sorteo_code line_init(struct line *line, const struct address *server, enum sorteo_dialect dialect, uint8_t agency,
                           uint32_t batch, uint64_t seed, const struct line_pace *pace, struct load_totals *totals);
void line_fini(struct line *line);

/* Begins the run. */
void line_start(struct line *line, uint64_t first_ns);

/* Does what can be done now: connects, sends what is due (unless `stops`, which means that the run
 * is ending), reads answers. */
void line_step(struct line *line, uint64_t now_ns, bool stops);

/* What to wait for: events for poll, and the time, UINT64_MAX for none. */
short line_events(const struct line *line);
uint64_t line_wakes_ns(const struct line *line, bool stops);

/* Is there nothing more to send, and no answer due? */
bool line_is_done(const struct line *line, bool stops);

/* Frames that were due before now_ns and not begun. */
uint64_t line_behind(const struct line *line, uint64_t now_ns);

/* Closes it, and counts frames without an answer. */
void line_close(struct line *line);

#endif
