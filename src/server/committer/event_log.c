/* What the committer logs about requests and rounds: see event_log.h. */
#include "server/committer/event_log.h"

#include <inttypes.h>
#include <string.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/masked_number.h"

/* The parts of a line that each request has. */
struct who {
    unsigned agency;
    const char *peer;
};

static struct who who_of(const struct commit_entry *entry)
{
    const struct facts *facts = &entry->judgement.facts;

    return (struct who){ .agency = facts->agency != 0 ? facts->agency : entry->connection->peer.agency,
                         .peer = entry->connection->who_text };
}

/* A document is in no other line than the one that users of this protocol search for. */
static void log_single(const struct commit_entry *entry, const struct facts *facts, bool mask_documents)
{
    const struct who who = who_of(entry);
    char document[MASKED_NUMBER_MAX];

    if (entry->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_almacenada", LOG_SUCCESS, "dni: %s | numero: %u | agency: %u | peer: %s%s",
                  masked_number(facts->document, mask_documents, document), facts->number, who.agency, who.peer,
                  facts->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_ERROR, "apuesta_almacenada", LOG_FAIL,
                  "numero: %u | agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s", facts->number, who.agency,
                  who.peer, entry->byte, entry->reason);
}

static void log_batch(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);

    if (entry->verdict == VERDICT_STORED)
        log_event(LOG_INFO, "apuesta_recibida", LOG_SUCCESS, "cantidad: %u | agency: %u | peer: %s%s", facts->bets,
                  who.agency, who.peer, facts->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_ERROR, "apuesta_recibida", LOG_FAIL,
                  "cantidad: %u | agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s", facts->bets, who.agency,
                  who.peer, entry->byte, entry->reason);
}

static const char *action_of(const struct commit_entry *entry)
{
    static const char *const actions[] = { [FRAME_SINGLE] = "apuesta_almacenada",
                                           [FRAME_BATCH] = "apuesta_recibida",
#define X(frame, name) [FRAME_##frame] = #name,
                                           PLAIN_REQUESTS(X)
#undef X
    };
    return entry->type == MESSAGE_WINNERS ? "winners" : actions[entry->kind];
}

static bool is_success(const struct commit_entry *entry)
{
    return entry->verdict <= VERDICT_COLLECTED && entry->verdict != VERDICT_REFUSED;
}

/* Of a frame that has no bets. */
static void log_plain(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);
    const char *action = action_of(entry);

    if (is_success(entry))
        log_event(LOG_INFO, action, LOG_SUCCESS, "agency: %u | round: %" PRIu32 " | peer: %s%s", who.agency,
                  facts->round, who.peer, facts->repeated ? " | repeated: yes" : "");
    else
        log_event(LOG_WARNING, action, LOG_FAIL, "agency: %u | peer: %s | byte: %" PRIu64 " | reason: %s", who.agency,
                  who.peer, entry->byte, entry->reason);
}

static void log_winners(const struct commit_entry *entry, const struct facts *facts)
{
    const struct who who = who_of(entry);

    if (entry->verdict != VERDICT_DRAWN)
        log_event(LOG_ERROR, "winners", LOG_FAIL,
                  "agency: %u | round: %" PRIu32 " | cant_ganadores: %" PRIu64 " | peer: %s | reason: %s", who.agency,
                  facts->round, facts->winners, who.peer, entry->reason);
    else
        log_event(LOG_INFO, "winners", LOG_SUCCESS,
                  "agency: %u | round: %" PRIu32 " | cant_ganadores: %" PRIu64 " | peer: %s", who.agency, facts->round,
                  facts->winners, who.peer);
}

/* What a peer can bring about as often as it likes, for nothing: it was refused, by a rule or since
 * the store failed, or it repeats what was done before. Bets that were stored just now never count
 * as such: each has cost its peer a place in the store. */
static bool is_limited(const struct commit_entry *entry)
{
    return !is_success(entry) || entry->type == MESSAGE_WINNERS || entry->judgement.facts.repeated;
}

/* The level of its line. */
static enum log_level level_of(const struct commit_entry *entry)
{
    if (is_success(entry))
        return LOG_INFO;
    return entry->type == MESSAGE_WINNERS || entry->kind == FRAME_BATCH || entry->kind == FRAME_SINGLE ? LOG_ERROR
                                                                                                       : LOG_WARNING;
}

/* Each agency and round has a line of its own, unless a rule refused the frame, as what that one
 * names is not believed, or a peer repeats itself, who could do so for every agency. */
static bool may_log(struct event_log *log, const struct commit_entry *entry)
{
    const struct facts *facts = &entry->judgement.facts;
    const bool success = is_success(entry), ruled_out = !success && entry->judgement.ruling.reason != NULL;
    const bool repeated = success && facts->repeated, failed = !success && !ruled_out;
    const struct log_kind kind = { .action = action_of(entry),
                                   .reason = repeated ? "it was done before" : entry->reason,
                                   .detail = ruled_out || repeated ? 0 : (uint64_t)facts->agency << 32 | facts->round,
                                   .level = level_of(entry) };

    return !is_limited(entry) || peer_log_allows(failed ? &log->failures : &log->peers, &kind, &entry->connection->who);
}

/* Nothing is to be said of a frame after one that already closed the connection (it was not looked
 * at), and of the second and later pieces of winners. */
static bool has_line(const struct commit_entry *entry)
{
    if (entry->type == MESSAGE_WINNERS && entry->verdict == VERDICT_DRAWN)
        return entry->from == 0;
    return entry->verdict < VERDICT_CLOSE || entry->reason != NULL;
}

void event_log_open(struct event_log *log, uv_loop_t *loop, bool mask_documents)
{
    peer_log_open(&log->peers, loop);
    peer_log_open(&log->failures, loop);
    log->mask_documents = mask_documents;
}

void event_log_close(struct event_log *log)
{
    peer_log_flush(&log->peers);
    peer_log_flush(&log->failures);
}

void event_log_request(struct event_log *log, const struct commit_entry *entry)
{
    const struct facts *facts = &entry->judgement.facts;

    if (!has_line(entry) || !may_log(log, entry))
        return;
    if (entry->type == MESSAGE_WINNERS)
        log_winners(entry, facts);
    else if (entry->kind == FRAME_SINGLE)
        log_single(entry, facts, log->mask_documents);
    else if (entry->kind == FRAME_BATCH)
        log_batch(entry, facts);
    else
        log_plain(entry, facts);
}

/* Whoever sends frames can bring it about with each. */
void event_log_store_failure(struct event_log *log, const struct store *store, enum log_level level)
{
    const char *why = store_error_text(store);
    const struct log_kind kind = {
        .action = "store", .reason = "the store failed", .detail = digest_64(why, strlen(why), 0), .level = level
    };
    char text[STORE_ERROR_MAX];

    if (peer_log_allows(&log->failures, &kind, &(struct peer_name){ 0 }))
        log_event(level, "store", LOG_FAIL, "reason: %s", log_clean(text, sizeof text, why));
}

void event_log_draw(const struct draw *draw)
{
    log_event(LOG_INFO, "sorteo", LOG_SUCCESS, "round: %" PRIu32 " | numero: %u | winners: %" PRIu64, draw->round,
              draw->number, draw->winners);
}

void event_log_drawn_elsewhere(const struct draw *draw)
{
    log_event(LOG_INFO, "draw", LOG_SUCCESS, "round: %" PRIu32 " | numero: %u | winners: %" PRIu64, draw->round,
              draw->number, draw->winners);
}

void event_log_drawing(const struct draw *so_far)
{
    log_event(LOG_INFO, "draw", LOG_IN_PROGRESS, "round: %" PRIu32 " | winners: %" PRIu64, so_far->round,
              so_far->winners);
}

void event_log_barrier(const struct rounds *rounds)
{
    char missing[256 * 4 + 1] = "";
    size_t len = 0;
    unsigned waiting = 0;

    for (unsigned agency = 1; agency <= rounds->agencies; agency++) {
        if (rounds->agency[agency].phase == AGENCY_WAITING)
            waiting++;
        else
            len += (size_t)snprintf(missing + len, sizeof missing - len, "%s%u", len > 0 ? "," : "", agency);
    }
    if (waiting > 0 && len > 0)
        log_event(LOG_INFO, "barrier", LOG_IN_PROGRESS, "waiting: %u | missing: %s", waiting, missing);
}
