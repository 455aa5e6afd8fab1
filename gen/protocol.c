/* Fields and frames of each dialect. Made by `make gen` from grammar/ (src/generator/describe.py). Not to be edited. */
#include "codec/protocol.h"

#include <stddef.h>

static const struct protocol_interval wide_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval wide_BATCH_AGENCY[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval wide_BET_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval wide_NAME_N[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval wide_SURNAME_N[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval wide_DOCUMENT[] = { { UINT64_C(0), UINT64_C(4294967295) } };
static const struct protocol_interval wide_NUMBER[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval wide_N_BETS[] = { { UINT64_C(1), UINT64_C(65535) } };
static const struct protocol_interval wide_NO_BETS[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval wide_KEY[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval wide_N_WINNERS[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval wide_STORED[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval wide_REFUSED[] = { { UINT64_C(1), UINT64_C(1) } };
static const struct protocol_field wide_fields[] = {
    { "AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, wide_AGENCY, 1 },
    { "BATCH_AGENCY", PROTOCOL_INTEGER, 0, NULL, NULL, wide_BATCH_AGENCY, 1 },
    { "BET_AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, wide_BET_AGENCY, 1 },
    { "NAME_N", PROTOCOL_INTEGER, 2, NULL, "NAME", wide_NAME_N, 1 },
    { "NAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "SURNAME_N", PROTOCOL_INTEGER, 2, NULL, "SURNAME", wide_SURNAME_N, 1 },
    { "SURNAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "DOCUMENT", PROTOCOL_INTEGER, 4, "document", NULL, wide_DOCUMENT, 1 },
    { "BIRTHDATE", PROTOCOL_CHARS, 10, NULL, NULL, NULL, 0 },
    { "NUMBER", PROTOCOL_INTEGER, 2, "number", NULL, wide_NUMBER, 1 },
    { "N_BETS", PROTOCOL_INTEGER, 2, "n_bets", NULL, wide_N_BETS, 1 },
    { "NO_BETS", PROTOCOL_INTEGER, 2, NULL, NULL, wide_NO_BETS, 1 },
    { "KEY", PROTOCOL_INTEGER, 0, NULL, NULL, wide_KEY, 1 },
    { "N_WINNERS", PROTOCOL_INTEGER, 2, "n_winners", NULL, wide_N_WINNERS, 1 },
    { "STORED", PROTOCOL_INTEGER, 1, NULL, NULL, wide_STORED, 1 },
    { "REFUSED", PROTOCOL_INTEGER, 1, NULL, NULL, wide_REFUSED, 1 },
};
static const struct protocol_place wide_BET_head[] = { { 0, 0, NULL }, { 3, 1, NULL }, { 4, 3, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place wide_ITEM_head[] = { { 2, 0, NULL }, { 3, 1, NULL }, { 4, 3, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place wide_SINGLE_head[] = { { 0, 0, NULL }, { 3, 1, NULL }, { 4, 3, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place wide_BATCH_head[] = { { 10, 0, NULL } };
static const struct protocol_place wide_BATCH_items[] = { { 2, 0, NULL }, { 3, 1, NULL }, { 4, 3, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place wide_FINISH_head[] = { { 11, 0, NULL }, { 0, 2, NULL } };
static const struct protocol_place wide_WINNERS_head[] = { { 13, 0, NULL } };
static const struct protocol_place wide_WINNERS_items[] = { { 7, 0, NULL } };
static const struct protocol_frame wide_frames[] = {
    { "BET", { wide_BET_head, 8, 21, 21 }, { NULL, 0, 0, 0 } },
    { "ITEM", { wide_ITEM_head, 8, 21, 21 }, { NULL, 0, 0, 0 } },
    { "SINGLE", { wide_SINGLE_head, 8, 21, 21 }, { NULL, 0, 0, 0 } },
    { "BATCH", { wide_BATCH_head, 1, 2, 2 }, { wide_BATCH_items, 8, 21, 21 } },
    { "FINISH", { wide_FINISH_head, 2, 3, 3 }, { NULL, 0, 0, 0 } },
    { "ANSWER", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
    { "WINNERS", { wide_WINNERS_head, 1, 2, 2 }, { wide_WINNERS_items, 1, 4, 4 } },
    { "RECEIPT", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
};

static const struct protocol_interval compact_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval compact_BATCH_AGENCY[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval compact_BET_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval compact_NAME_N[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval compact_SURNAME_N[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval compact_DOCUMENT[] = { { UINT64_C(0), UINT64_C(4294967295) } };
static const struct protocol_interval compact_NUMBER[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval compact_N_BETS[] = { { UINT64_C(1), UINT64_C(65535) } };
static const struct protocol_interval compact_NO_BETS[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval compact_KEY[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval compact_N_WINNERS[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval compact_STORED[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval compact_REFUSED[] = { { UINT64_C(1), UINT64_C(1) } };
static const struct protocol_field compact_fields[] = {
    { "AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, compact_AGENCY, 1 },
    { "BATCH_AGENCY", PROTOCOL_INTEGER, 0, NULL, NULL, compact_BATCH_AGENCY, 1 },
    { "BET_AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, compact_BET_AGENCY, 1 },
    { "NAME_N", PROTOCOL_INTEGER, 1, NULL, "NAME", compact_NAME_N, 1 },
    { "NAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "SURNAME_N", PROTOCOL_INTEGER, 1, NULL, "SURNAME", compact_SURNAME_N, 1 },
    { "SURNAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "DOCUMENT", PROTOCOL_INTEGER, 4, "document", NULL, compact_DOCUMENT, 1 },
    { "BIRTHDATE", PROTOCOL_CHARS, 10, NULL, NULL, NULL, 0 },
    { "NUMBER", PROTOCOL_INTEGER, 2, "number", NULL, compact_NUMBER, 1 },
    { "N_BETS", PROTOCOL_INTEGER, 2, "n_bets", NULL, compact_N_BETS, 1 },
    { "NO_BETS", PROTOCOL_INTEGER, 2, NULL, NULL, compact_NO_BETS, 1 },
    { "KEY", PROTOCOL_INTEGER, 0, NULL, NULL, compact_KEY, 1 },
    { "N_WINNERS", PROTOCOL_INTEGER, 1, "n_winners", NULL, compact_N_WINNERS, 1 },
    { "STORED", PROTOCOL_INTEGER, 1, NULL, NULL, compact_STORED, 1 },
    { "REFUSED", PROTOCOL_INTEGER, 1, NULL, NULL, compact_REFUSED, 1 },
};
static const struct protocol_place compact_BET_head[] = { { 0, 0, NULL }, { 3, 1, NULL }, { 4, 2, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place compact_ITEM_head[] = { { 2, 0, NULL }, { 3, 1, NULL }, { 4, 2, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place compact_SINGLE_head[] = { { 0, 0, NULL }, { 3, 1, NULL }, { 4, 2, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place compact_BATCH_head[] = { { 10, 0, NULL } };
static const struct protocol_place compact_BATCH_items[] = { { 2, 0, NULL }, { 3, 1, NULL }, { 4, 2, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place compact_FINISH_head[] = { { 11, 0, NULL }, { 0, 2, NULL } };
static const struct protocol_place compact_WINNERS_head[] = { { 13, 0, NULL } };
static const struct protocol_place compact_WINNERS_items[] = { { 7, 0, NULL } };
static const struct protocol_frame compact_frames[] = {
    { "BET", { compact_BET_head, 8, 19, 19 }, { NULL, 0, 0, 0 } },
    { "ITEM", { compact_ITEM_head, 8, 19, 19 }, { NULL, 0, 0, 0 } },
    { "SINGLE", { compact_SINGLE_head, 8, 19, 19 }, { NULL, 0, 0, 0 } },
    { "BATCH", { compact_BATCH_head, 1, 2, 2 }, { compact_BATCH_items, 8, 19, 19 } },
    { "FINISH", { compact_FINISH_head, 2, 3, 3 }, { NULL, 0, 0, 0 } },
    { "ANSWER", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
    { "WINNERS", { compact_WINNERS_head, 1, 1, 1 }, { compact_WINNERS_items, 1, 4, 4 } },
    { "RECEIPT", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
};

static const struct protocol_interval keyed_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval keyed_BATCH_AGENCY[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval keyed_BET_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval keyed_NAME_N[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval keyed_SURNAME_N[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval keyed_DOCUMENT[] = { { UINT64_C(0), UINT64_C(4294967295) } };
static const struct protocol_interval keyed_NUMBER[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval keyed_N_BETS[] = { { UINT64_C(1), UINT64_C(65535) } };
static const struct protocol_interval keyed_NO_BETS[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval keyed_KEY[] = { { UINT64_C(0), UINT64_C(18446744073709551615) } };
static const struct protocol_interval keyed_N_WINNERS[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval keyed_STORED[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval keyed_REFUSED[] = { { UINT64_C(1), UINT64_C(1) } };
static const struct protocol_field keyed_fields[] = {
    { "AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, keyed_AGENCY, 1 },
    { "BATCH_AGENCY", PROTOCOL_INTEGER, 0, NULL, NULL, keyed_BATCH_AGENCY, 1 },
    { "BET_AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, keyed_BET_AGENCY, 1 },
    { "NAME_N", PROTOCOL_INTEGER, 2, NULL, "NAME", keyed_NAME_N, 1 },
    { "NAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "SURNAME_N", PROTOCOL_INTEGER, 2, NULL, "SURNAME", keyed_SURNAME_N, 1 },
    { "SURNAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "DOCUMENT", PROTOCOL_INTEGER, 4, "document", NULL, keyed_DOCUMENT, 1 },
    { "BIRTHDATE", PROTOCOL_CHARS, 10, NULL, NULL, NULL, 0 },
    { "NUMBER", PROTOCOL_INTEGER, 2, "number", NULL, keyed_NUMBER, 1 },
    { "N_BETS", PROTOCOL_INTEGER, 2, "n_bets", NULL, keyed_N_BETS, 1 },
    { "NO_BETS", PROTOCOL_INTEGER, 2, NULL, NULL, keyed_NO_BETS, 1 },
    { "KEY", PROTOCOL_INTEGER, 8, "key", NULL, keyed_KEY, 1 },
    { "N_WINNERS", PROTOCOL_INTEGER, 2, "n_winners", NULL, keyed_N_WINNERS, 1 },
    { "STORED", PROTOCOL_INTEGER, 1, NULL, NULL, keyed_STORED, 1 },
    { "REFUSED", PROTOCOL_INTEGER, 1, NULL, NULL, keyed_REFUSED, 1 },
};
static const struct protocol_place keyed_BET_head[] = { { 0, 0, NULL }, { 3, 1, NULL }, { 4, 3, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place keyed_ITEM_head[] = { { 2, 0, NULL }, { 3, 1, NULL }, { 4, 3, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place keyed_SINGLE_head[] = { { 12, 0, NULL }, { 0, 8, NULL }, { 3, 9, NULL }, { 4, 11, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place keyed_BATCH_head[] = { { 10, 0, NULL }, { 12, 2, NULL } };
static const struct protocol_place keyed_BATCH_items[] = { { 2, 0, NULL }, { 3, 1, NULL }, { 4, 3, NULL }, { 5, 0, "NAME" }, { 6, 2, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place keyed_FINISH_head[] = { { 11, 0, NULL }, { 12, 2, NULL }, { 0, 10, NULL } };
static const struct protocol_place keyed_WINNERS_head[] = { { 13, 0, NULL } };
static const struct protocol_place keyed_WINNERS_items[] = { { 7, 0, NULL } };
static const struct protocol_frame keyed_frames[] = {
    { "BET", { keyed_BET_head, 8, 21, 21 }, { NULL, 0, 0, 0 } },
    { "ITEM", { keyed_ITEM_head, 8, 21, 21 }, { NULL, 0, 0, 0 } },
    { "SINGLE", { keyed_SINGLE_head, 9, 29, 29 }, { NULL, 0, 0, 0 } },
    { "BATCH", { keyed_BATCH_head, 2, 10, 10 }, { keyed_BATCH_items, 8, 21, 21 } },
    { "FINISH", { keyed_FINISH_head, 3, 11, 11 }, { NULL, 0, 0, 0 } },
    { "ANSWER", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
    { "WINNERS", { keyed_WINNERS_head, 1, 2, 2 }, { keyed_WINNERS_items, 1, 4, 4 } },
    { "RECEIPT", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
};

static const struct protocol_interval grouped_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval grouped_BATCH_AGENCY[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval grouped_BET_AGENCY[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval grouped_NAME_N[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval grouped_SURNAME_N[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval grouped_DOCUMENT[] = { { UINT64_C(0), UINT64_C(4294967295) } };
static const struct protocol_interval grouped_NUMBER[] = { { UINT64_C(0), UINT64_C(65535) } };
static const struct protocol_interval grouped_N_BETS[] = { { UINT64_C(1), UINT64_C(65535) } };
static const struct protocol_interval grouped_NO_BETS[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval grouped_KEY[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval grouped_N_WINNERS[] = { { UINT64_C(0), UINT64_C(255) } };
static const struct protocol_interval grouped_STORED[] = { { UINT64_C(0), UINT64_C(0) } };
static const struct protocol_interval grouped_REFUSED[] = { { UINT64_C(1), UINT64_C(1) } };
static const struct protocol_field grouped_fields[] = {
    { "AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, grouped_AGENCY, 1 },
    { "BATCH_AGENCY", PROTOCOL_INTEGER, 1, "agency", NULL, grouped_BATCH_AGENCY, 1 },
    { "BET_AGENCY", PROTOCOL_INTEGER, 0, NULL, NULL, grouped_BET_AGENCY, 1 },
    { "NAME_N", PROTOCOL_INTEGER, 1, NULL, "NAME", grouped_NAME_N, 1 },
    { "NAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "SURNAME_N", PROTOCOL_INTEGER, 1, NULL, "SURNAME", grouped_SURNAME_N, 1 },
    { "SURNAME", PROTOCOL_TEXT, 0, NULL, NULL, NULL, 0 },
    { "DOCUMENT", PROTOCOL_INTEGER, 4, "document", NULL, grouped_DOCUMENT, 1 },
    { "BIRTHDATE", PROTOCOL_CHARS, 10, NULL, NULL, NULL, 0 },
    { "NUMBER", PROTOCOL_INTEGER, 2, "number", NULL, grouped_NUMBER, 1 },
    { "N_BETS", PROTOCOL_INTEGER, 2, "n_bets", NULL, grouped_N_BETS, 1 },
    { "NO_BETS", PROTOCOL_INTEGER, 2, NULL, NULL, grouped_NO_BETS, 1 },
    { "KEY", PROTOCOL_INTEGER, 0, NULL, NULL, grouped_KEY, 1 },
    { "N_WINNERS", PROTOCOL_INTEGER, 1, "n_winners", NULL, grouped_N_WINNERS, 1 },
    { "STORED", PROTOCOL_INTEGER, 1, NULL, NULL, grouped_STORED, 1 },
    { "REFUSED", PROTOCOL_INTEGER, 1, NULL, NULL, grouped_REFUSED, 1 },
};
static const struct protocol_place grouped_BET_head[] = { { 0, 0, NULL }, { 3, 1, NULL }, { 4, 2, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place grouped_ITEM_head[] = { { 3, 0, NULL }, { 4, 1, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place grouped_SINGLE_head[] = { { 0, 0, NULL }, { 3, 1, NULL }, { 4, 2, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place grouped_BATCH_head[] = { { 10, 0, NULL }, { 1, 2, NULL } };
static const struct protocol_place grouped_BATCH_items[] = { { 3, 0, NULL }, { 4, 1, NULL }, { 5, 0, "NAME" }, { 6, 1, "NAME" }, { 7, 0, "SURNAME" }, { 8, 4, "SURNAME" }, { 9, 14, "SURNAME" } };
static const struct protocol_place grouped_FINISH_head[] = { { 11, 0, NULL }, { 0, 2, NULL } };
static const struct protocol_place grouped_WINNERS_head[] = { { 13, 0, NULL } };
static const struct protocol_place grouped_WINNERS_items[] = { { 7, 0, NULL } };
static const struct protocol_frame grouped_frames[] = {
    { "BET", { grouped_BET_head, 8, 19, 19 }, { NULL, 0, 0, 0 } },
    { "ITEM", { grouped_ITEM_head, 7, 18, 18 }, { NULL, 0, 0, 0 } },
    { "SINGLE", { grouped_SINGLE_head, 8, 19, 19 }, { NULL, 0, 0, 0 } },
    { "BATCH", { grouped_BATCH_head, 2, 3, 3 }, { grouped_BATCH_items, 7, 18, 18 } },
    { "FINISH", { grouped_FINISH_head, 2, 3, 3 }, { NULL, 0, 0, 0 } },
    { "ANSWER", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
    { "WINNERS", { grouped_WINNERS_head, 1, 1, 1 }, { grouped_WINNERS_items, 1, 4, 4 } },
    { "RECEIPT", { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 } },
};

const struct protocol protocols[] = {
    { "wide", wide_fields, 16, wide_frames, 8 },
    { "compact", compact_fields, 16, compact_frames, 8 },
    { "keyed", keyed_fields, 16, keyed_frames, 8 },
    { "grouped", grouped_fields, 16, grouped_frames, 8 },
};
