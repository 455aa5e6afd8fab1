/*
 * A question to the system that may never be answered, such as what addresses a name has: it can
 * ask a network, and can be neither interrupted nor bounded. So a child process asks, which is
 * ended when it takes too long.
 *
 * Knows no question.
 */
#ifndef BASE_ASK_CHILD_H
#define BASE_ASK_CHILD_H

#include <stddef.h>
#include <stdint.h>

#define ASK_CHILD_ANSWER_MAX 4096u /* bytes: an answer comes whole or not at all */

enum asked {
    ASKED_ANSWERED,
    ASKED_LATE,    /* the deadline passed */
    ASKED_STOPPED, /* stop_fd became readable */
    ASKED_DIED,    /* the child ended without an answer */
    ASKED_NOTHING  /* there is no child: errno says why */
};

/* Calls ask(question, answer) in a child, whose answer begins as zeros, and copies the answer's len
 * bytes. Waits until deadline_ms (of clock_ms), or until stop_fd (-1: none) becomes readable. But
 * for ANSWERED the answer is unchanged. No child is left behind. */
enum asked ask_child(void (*ask)(const void *question, void *answer), const void *question, void *answer, size_t len,
                     uint64_t deadline_ms, int stop_fd);

#endif
