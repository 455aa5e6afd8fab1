/*
 * Which shortcuts past the grammar of each dialect change nothing: 1 where `make gen` has shown it
 * (src/generator/shortcuts.py), 0 where it could not. Generated from grammar/ and src/codec/shortcuts.rl. Do not edit.
 */
#ifndef GEN_SHORTCUTS_H
#define GEN_SHORTCUTS_H

enum {
    wide_takes_plain_names = 1,
    wide_takes_plain_surnames = 1,
    wide_takes_plain_bets = 1,
    wide_takes_plain_singles = 1,
    wide_takes_plain_documents = 1,
    wide_bet_state = 35, /* in which a bet of a BATCH is due */
    wide_document_state = 169, /* in which a DOCUMENT of WINNERS is due */
};

enum {
    compact_takes_plain_names = 1,
    compact_takes_plain_surnames = 1,
    compact_takes_plain_bets = 1,
    compact_takes_plain_singles = 1,
    compact_takes_plain_documents = 1,
    compact_bet_state = 35, /* in which a bet of a BATCH is due */
    compact_document_state = 164, /* in which a DOCUMENT of WINNERS is due */
};

enum {
    keyed_takes_plain_names = 1,
    keyed_takes_plain_surnames = 1,
    keyed_takes_plain_bets = 1,
    keyed_takes_plain_singles = 1,
    keyed_takes_plain_documents = 1,
    keyed_bet_state = 51, /* in which a bet of a BATCH is due */
    keyed_document_state = 193, /* in which a DOCUMENT of WINNERS is due */
};

enum {
    grouped_takes_plain_names = 1,
    grouped_takes_plain_surnames = 1,
    grouped_takes_plain_bets = 1,
    grouped_takes_plain_singles = 1,
    grouped_takes_plain_documents = 1,
    grouped_bet_state = 36, /* in which a bet of a BATCH is due */
    grouped_document_state = 164, /* in which a DOCUMENT of WINNERS is due */
};

#endif
