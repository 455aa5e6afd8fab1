/* Agencies: see agencies.h. */
#include "agencies.h"

#include <string.h>

#include "audit.h"
#include "chance.h"
#include "trace.h"

#define FRAME_MAX 256u
#define MS 1000000u
/* Without keys, an agency that changes its server waits until the order of its connections is sure
 * by the store's clock: otherwise a FINISH that it gave up may close its next round. */
#define BACKOFF_WIDE_MS 200u
#define BACKOFF_KEYED_MS 20u

static struct agency agencies[DB_AGENCIES + 1];
static enum sorteo_dialect dialect;
static unsigned server_count;
static uint32_t last_round;

struct agency *agency_at(unsigned agency)
{
    return &agencies[agency];
}

static bool has_keys(void)
{
    return dialect == SORTEO_KEYED;
}

uint32_t bet_document(unsigned agency, unsigned frame, unsigned bet)
{
    return (uint32_t)(agency << 24 | frame << 8 | bet);
}

static void begin_round(struct agency *agency, uint32_t round)
{
    agency->round = round;
    agency->does = AGENCY_BETS_ON;
    agency->stored = 0;
    agency->wanted = has_keys() ? chance_below(3) : 1 + chance_below(2);
    agency->finish_key = 0;
}

void agencies_init(unsigned count, enum sorteo_dialect of, unsigned servers)
{
    dialect = of;
    server_count = servers;
    last_round = 0;
    for (unsigned i = 1; i <= count; i++) {
        agencies[i] = (struct agency){ .number = (uint8_t)i, .next_key = i };
        begin_round(&agencies[i], 1);
    }
}

void agencies_end_with(uint32_t round)
{
    last_round = round;
}

/* ---- Connections ----------------------------------------------------------------------------- */

static bool connect_somewhere(struct agency *agency)
{
    if (true_ns < agency->may_connect_ns)
        return false;
    agency->link = link_open(chance_below(server_count));
    if (agency->link == NULL)
        return false;
    agency->unanswered_count = 0;
    agency->finish_is_sent = agency->must_leave = false;
    trace("agency %u: connects with server %u (connection %u)", agency->number, agency->link->server + 1,
          (unsigned)(agency->link->name & 0xff));
    return true;
}

static void drop_unanswered(struct agency *agency)
{
    for (unsigned i = 0; i < agency->unanswered_count; i++) {
        if (has_keys())
            continue; /* it is sent again */
        agency->frames[agency->unanswered[i]].is_dropped = true;
        counts.doubts++;
    }
    agency->unanswered_count = 0;
}

static void leave_link(struct agency *agency)
{
    const uint64_t least_ms = has_keys() ? 0 : BACKOFF_WIDE_MS;

    trace("agency %u: leaves its connection", agency->number);
    drop_unanswered(agency);
    link_give_up(agency->link);
    agency->link = NULL;
    agency->may_connect_ns = true_ns + (least_ms + chance_below(BACKOFF_KEYED_MS)) * MS;
}

/* ---- Sending --------------------------------------------------------------------------------- */

static bool send_bytes(struct agency *agency, const uint8_t *bytes, size_t len)
{
    return link_send(agency->link, bytes, len);
}

static bool send_frame(struct agency *agency, unsigned index)
{
    struct sent_frame *frame = &agency->frames[index];
    struct sorteo_bet bets[AGENCY_BETS];
    uint8_t bytes[FRAME_MAX];
    size_t len;

    for (unsigned i = 0; i < frame->bets; i++)
        bets[i] = (struct sorteo_bet){ .agency = agency->number,
                                       .name = { "A", 1 },
                                       .surname = { "B", 1 },
                                       .document = bet_document(agency->number, index, i),
                                       .birthdate = { "1999-03-17", 10 },
                                       .number = frame->numbers[i] };
    if (sorteo_encode_batch(dialect, frame->key, bets, frame->bets, bytes, sizeof bytes, &len, NULL) != SORTEO_E_OK ||
        !send_bytes(agency, bytes, len))
        return false;
    frame->copies++;
    counts.frames += frame->copies == 1;
    counts.copies += frame->copies > 1;
    agency->unanswered[agency->unanswered_count++] = index;
    trace("agency %u: sends frame %u of round %u%s", agency->number, index, frame->round,
          frame->copies > 1 ? " again" : "");
    return true;
}

static bool is_under_way(const struct agency *agency, unsigned frame)
{
    for (unsigned i = 0; i < agency->unanswered_count; i++)
        if (agency->unanswered[i] == frame)
            return true;
    return false;
}

/* With keys: the first one that has to be sent (again); AGENCY_FRAMES if there is none. */
static unsigned frame_to_send(const struct agency *agency)
{
    for (unsigned i = 0; i < agency->frame_count; i++)
        if (!agency->frames[i].is_stored && !agency->frames[i].is_dropped && !is_under_way(agency, i))
            return i;
    return AGENCY_FRAMES;
}

static bool is_anything_open(const struct agency *agency)
{
    return agency->unanswered_count > 0 || frame_to_send(agency) != AGENCY_FRAMES;
}

static bool make_frame(struct agency *agency)
{
    struct sent_frame *frame = &agency->frames[agency->frame_count];

    if (agency->frame_count == AGENCY_FRAMES)
        return false;
    *frame = (struct sent_frame){ .round = agency->round, .bets = 1 + chance_below(AGENCY_BETS) };
    frame->key = has_keys() ? agency->next_key++ : 0;
    for (unsigned i = 0; i < frame->bets; i++)
        frame->numbers[i] = chance_one_in(2) ? SERVER_WINNING_NUMBER : 1;
    agency->frame_count++;
    return true;
}

static bool send_bets(struct agency *agency)
{
    const unsigned next = frame_to_send(agency);

    if (agency->unanswered_count == AGENCY_WINDOW)
        return false;
    if (next != AGENCY_FRAMES)
        return send_frame(agency, next);
    if (agency->stored + agency->unanswered_count >= agency->wanted)
        return false;
    return make_frame(agency) && send_frame(agency, agency->frame_count - 1);
}

static bool send_finish(struct agency *agency)
{
    uint8_t bytes[FRAME_MAX];
    size_t len;

    if (agency->finish_key == 0)
        agency->finish_key = has_keys() ? agency->next_key++ : 1;
    if (sorteo_encode_finish(dialect, agency->finish_key, agency->number, bytes, sizeof bytes, &len) != SORTEO_E_OK ||
        !send_bytes(agency, bytes, len))
        return false;
    agency->finish_is_sent = true;
    trace("agency %u: sends FINISH of round %u", agency->number, agency->round);
    return true;
}

static bool send_next(struct agency *agency)
{
    if (agency->does == AGENCY_FINISHES)
        return !agency->finish_is_sent && send_finish(agency);
    if (last_round != 0 && agency->round > last_round)
        return false;
    if (agency->stored < agency->wanted || is_anything_open(agency))
        return send_bets(agency);
    agency->does = AGENCY_FINISHES;
    return send_finish(agency);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static void take_bytes(struct agency *agency, size_t count)
{
    struct link *link = agency->link;

    link->down_len -= count;
    memmove(link->down, link->down + count, link->down_len);
}

/* After a 1 it may be sent again, if it has a KEY; or it is given up for good, if no other copy is
 * under way. */
static void note_refused(struct agency *agency, struct sent_frame *frame)
{
    counts.refusals++;
    frame->refusals++;
    agency->must_leave = true;
    if (!has_keys() || (frame->copies == 1 && chance_one_in(2)))
        frame->is_dropped = true;
}

static void read_answer(struct agency *agency)
{
    struct sent_frame *frame = &agency->frames[agency->unanswered[0]];
    const uint8_t answer = agency->link->down[0];

    trace("agency %u: reads ANSWER %u for frame %u", agency->number, answer, agency->unanswered[0]);
    take_bytes(agency, 1);
    agency->unanswered_count--;
    memmove(agency->unanswered, agency->unanswered + 1, agency->unanswered_count * sizeof agency->unanswered[0]);
    if (answer > 1) {
        audit_find("agency %u: an ANSWER of %u", agency->number, answer);
    } else if (answer == 1) {
        note_refused(agency, frame);
    } else {
        frame->is_stored = true;
        agency->stored += frame->round == agency->round;
    }
}

static void send_receipt(struct agency *agency)
{
    uint8_t receipt;
    size_t len;

    if (sorteo_encode_receipt(dialect, &receipt, 1, &len) == SORTEO_E_OK)
        (void)send_bytes(agency, &receipt, 1);
}

static bool read_winners(struct agency *agency)
{
    const uint8_t *bytes = agency->link->down;
    const size_t count = (size_t)bytes[0] << 8 | bytes[1];

    if (agency->link->down_len < 2 || agency->link->down_len < 2 + 4 * count)
        return false;
    if (agency->round >= AGENCY_ROUNDS || count > AGENCY_WINNERS) {
        audit_find("agency %u: WINNERS of %zu documents", agency->number, count);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const uint8_t *at = bytes + 2 + 4 * i;
        agency->won[agency->round][i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    agency->won_count[agency->round] = (unsigned)count;
    agency->has_winners[agency->round] = true;
    counts.winners++;
    trace("agency %u: reads WINNERS of round %u: %zu", agency->number, agency->round, count);
    take_bytes(agency, 2 + 4 * count);
    send_receipt(agency);
    agency->finish_is_sent = false;
    begin_round(agency, agency->round + 1);
    return true;
}

static bool read_next(struct agency *agency)
{
    if (agency->link->down_len == 0)
        return false;
    if (agency->unanswered_count > 0)
        read_answer(agency);
    else if (agency->finish_is_sent)
        return read_winners(agency);
    else
        audit_find("agency %u: a byte that it did not ask for", agency->number);
    return audit_finding() == NULL;
}

/* ---- A step ---------------------------------------------------------------------------------- */

static bool is_impatient(bool is_patient)
{
    return !is_patient && chance_one_in(40);
}

bool agency_step(struct agency *agency, bool is_patient)
{
    if (agency->link == NULL)
        return connect_somewhere(agency);
    if (is_impatient(is_patient)) {
        counts.given_up++;
        leave_link(agency);
        return true;
    }
    if (read_next(agency))
        return true;
    if (agency->link->server_is_gone || (agency->must_leave && agency->unanswered_count == 0)) {
        leave_link(agency);
        return true;
    }
    return !agency->must_leave && send_next(agency);
}
