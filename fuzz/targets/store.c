/*
 * Whatever the files of a store hold, it is refused in one line, or it can be used: what is read
 * fits its fields, a reader changes no database and removes no log, a draw comes to its end, and
 * what a server commits in it, and a copy of it, are there when they are opened again.
 */
#include "store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "hostile_store.h"

#define PIECES_MAX 1000 /* of a draw of a few bets */

struct seen {
    uint64_t bets;
};

static bool see_bet(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct seen *seen = context;

    (void)round;
    FUZZ_MUST(bet->name.bytes != NULL && bet->surname.bytes != NULL && bet->birthdate.bytes != NULL,
              "a text of a bet is there");
    FUZZ_MUST(strnlen(bet->name.bytes, bet->name.len) <= bet->name.len, "a text can be read to its end");
    seen->bets++;
    return true;
}

static bool see_finish(void *context, const struct finish_record *record)
{
    (void)context;
    FUZZ_MUST(record->user != NULL && record->host != NULL && record->at != NULL, "a text of a record is there");
    return true;
}

/* True if all of it could be read. */
static bool read_all(struct store *store, uint64_t *bets)
{
    struct seen seen = { .bets = 0 }, winners = { .bets = 0 };
    const struct store_filter all = { .round = 0 }, won = { .winners = true };
    bool good = store_each(store, &all, see_bet, &seen) == STORE_OK;

    good = store_each(store, &won, see_bet, &winners) == STORE_OK && good;
    good = store_each_finish(store, see_finish, NULL) == STORE_OK && good;
    FUZZ_MUST(!good || winners.bets <= seen.bets, "who wins has bet");
    *bets = seen.bets;
    return good;
}

static enum store_code open_at(const char *path, bool read_only, struct store **store)
{
    const struct store_options options = { .path = path,
                                           .agencies = read_only ? 0 : HOSTILE_AGENCIES,
                                           .dialect = read_only ? NULL : HOSTILE_DIALECT,
                                           .read_only = read_only,
                                           .likely_number = HOSTILE_NUMBER,
                                           .draw_piece = 8 };
    struct store_error error = { .text = "" };
    const enum store_code code = store_open(&options, store, &error);

    FUZZ_MUST(code == STORE_OK || code == STORE_REFUSED || code == STORE_FAILED, "an opening ends in one of its ways");
    FUZZ_MUST(code == STORE_OK || (error.text[0] != '\0' && strpbrk(error.text, "\r\n") == NULL),
              "a refusal is one line");
    return code;
}

/* ---- A reader -------------------------------------------------------------------------------- */

static void check_copy(struct store *store, uint64_t bets)
{
    char path[128];
    struct store_copied copied = { .done = false };
    struct store_copy *copy = NULL;
    struct store_error error;
    struct store *again;
    uint64_t bets_again;

    (void)snprintf(path, sizeof path, "%s.copy", hostile_path());
    const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FUZZ_MUST(fd >= 0, "there is a file for the fuzzer");
    FUZZ_MUST(store_copy_begin(store, fd, &copy, &error) == STORE_OK, "a store that opens can be copied");
    while (!copied.done)
        FUZZ_MUST(store_copy_step(copy, &copied, &error) == STORE_OK, "a store that opens can be copied");
    store_copy_end(copy);
    (void)close(fd);
    FUZZ_MUST(open_at(path, true, &again) == STORE_OK, "a copy opens");
    FUZZ_MUST(read_all(again, &bets_again) && bets_again == bets, "a copy has all bets");
    store_close(again);
}

static void check_reader(const struct hostile_files *files)
{
    struct store *store;
    uint64_t bets;

    if (open_at(hostile_path(), true, &store) == STORE_OK) {
        FUZZ_MUST(store_agencies(store) > 0, "a store has agencies");
        if (read_all(store, &bets))
            check_copy(store, bets);
        store_close(store);
    }
    FUZZ_MUST(hostile_is_kept(files), "a reader changes no database and removes no log");
}

/* ---- A server -------------------------------------------------------------------------------- */

/* Reads what a server reads at its start. True if all wait for the draw of the round. */
static bool read_agencies(struct store *store, struct agency_state states[static HOSTILE_AGENCIES + 1], bool *good)
{
    bool all_wait = true;

    for (uint8_t agency = 1; agency <= HOSTILE_AGENCIES; agency++) {
        struct agency_state *state = &states[agency];

        *good = store_agency_get(store, agency, state) == STORE_OK && *good;
        if (!*good)
            return false;
        FUZZ_MUST(state->round >= 1, "an agency is in a round");
        FUZZ_MUST(state->phase == AGENCY_OPEN || state->phase == AGENCY_WAITING || state->phase == AGENCY_DRAWN,
                  "an agency is in one of three states");
        all_wait = all_wait && state->phase == AGENCY_WAITING && state->round == states[1].round;
    }
    return all_wait;
}

/* True if it did; else closing the store takes back what is under way. */
static bool draw_to_the_end(struct store *store, uint32_t round)
{
    struct store_draw piece = { .done = false };
    enum store_code code = STORE_OK;
    unsigned pieces = 0;

    while (code == STORE_OK && !piece.done) {
        FUZZ_MUST(++pieces < PIECES_MAX, "a draw comes to its end");
        code = store_begin(store);
        if (code == STORE_OK)
            code = store_draw(store, round, HOSTILE_NUMBER, &piece);
        if (code == STORE_OK)
            code = store_commit(store);
    }
    return code == STORE_OK;
}

/* True if it was committed. */
static bool add_bet(struct store *store, const struct agency_state *before)
{
    static const char text[] = "Ana";
    const struct sorteo_bet bet = { .agency = 1,
                                    .name = { .bytes = text, .len = 3 },
                                    .surname = { .bytes = text, .len = 3 },
                                    .document = 1,
                                    .birthdate = { .bytes = "1999-03-17", .len = 10 },
                                    .number = HOSTILE_NUMBER };
    struct agency_state state = *before;

    state.bets++;
    return store_begin(store) == STORE_OK && hostile_append(store, state.round, &bet) == STORE_OK &&
           store_agency_put(store, 1, &state) == STORE_OK && store_commit(store) == STORE_OK;
}

static void check_server(void)
{
    struct agency_state states[HOSTILE_AGENCIES + 1];
    struct store *store;
    uint64_t before, after;
    bool good = true;

    if (open_at(hostile_path(), false, &store) != STORE_OK)
        return;
    const bool all_wait = read_agencies(store, states, &good);
    good = good && read_all(store, &before);
    if (good && all_wait)
        good = draw_to_the_end(store, states[1].round);
    const bool added = good && states[1].phase == AGENCY_OPEN && add_bet(store, &states[1]);
    store_close(store);
    if (!added)
        return;
    FUZZ_MUST(open_at(hostile_path(), false, &store) == STORE_OK, "a store that was used opens again");
    FUZZ_MUST(read_all(store, &after) && after == before + 1, "what was committed is there");
    store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < 1)
        return 0;
    check_reader(hostile_write(bytes, len));
    check_server();
    return 0;
}
