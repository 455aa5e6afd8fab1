/*
 * Frames that one event tells of, which has their name. Made by `make gen` from grammar/ (src/generator/describe.py). Not to be edited.
 *
 * PLAIN_REQUESTS(X), PLAIN_REPLIES(X)      X(FINISH, finish): agencies send it; servers do
 * PLAIN_VALUES(X)                          X(FINISH, agency): an integer of the frame, and so of its event
 * PLAIN_KEYS(X)                            X(FINISH, finish): it has a KEY, in dialects with keys
 * PLAIN_INTEGERS(X)                        X(name, FIELD, size, type, max): those that are in no BET, as in bet.h
 * REPLIES(X)                               X(ANSWER, answer): what a stream of replies may be told to expect
 */
#ifndef GEN_FRAMES_H
#define GEN_FRAMES_H

#define PLAIN_REQUESTS(X) \
    X(FINISH, finish) \
    X(RECEIPT, receipt)

#define PLAIN_REPLIES(X)

#define PLAIN_VALUES(X) \
    X(FINISH, agency)

#define PLAIN_KEYS(X) \
    X(FINISH, finish)

#define PLAIN_INTEGERS(X)

#define REPLIES(X) \
    X(ANSWER, answer) \
    X(WINNERS, winners)

#endif
