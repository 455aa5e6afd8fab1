/* A connection of the target `session`: see client.h. */
#include "client.h"

#include <string.h>

#define BETS_PORT 1u

void client_init(struct client *client, int number, unsigned worker)
{
    client->number = number;
    client->worker = worker;
    client->dead = client->cut = false;
    client->stream_len = client->delivered = client->frame_count = client->handed = 0;
    client->say_len = client->shown = 0;
    client->refusal = client->stumbled = client->may_close = client->finishing = client->told = false;
}

/* ---- What it sends --------------------------------------------------------------------------- */

static const struct model_frame *last_frame(const struct client *client)
{
    return client->frame_count == 0 ? NULL : &client->frames[client->frame_count - 1];
}

static bool is_receipt_due(const struct client *client)
{
    return client->frame_count > 0 && last_frame(client)->kind == FRAME_FINISH;
}

static bool may_send(const struct client *client)
{
    return client->frame_count < CLIENT_FRAMES && CLIENT_STREAM - client->stream_len > CLIENT_MAX_FRAME &&
           (client->frame_count == 0 || !last_frame(client)->wrong);
}

/* The frame's bytes stand after the stream already. Where a RECEIPT is due, any other is wrong at
 * its first byte. */
static void add_frame(struct client *client, struct model_frame frame, size_t len)
{
    if (is_receipt_due(client) && frame.kind != FRAME_RECEIPT) {
        frame.wrong = true;
        frame.wrong_at = 0;
        frame.kind = FRAME_RECEIPT;
    }
    frame.begin = client->stream_len;
    frame.end = frame.begin + len;
    client->frames[client->frame_count++] = frame;
    client->stream_len = frame.end;
}

static size_t encode_bets(struct client *client, enum sorteo_dialect dialect, const struct model_frame *frame)
{
    struct sorteo_bet bets[MODEL_FRAME_BETS];
    uint8_t *out = client->stream + client->stream_len;
    size_t len = 0;

    for (unsigned i = 0; i < frame->bets; i++)
        bets[i] = (struct sorteo_bet){ .agency = i + 1 == frame->bets ? frame->last_agency : frame->agency,
                                       .name = { "A\xc3\xb1", 3 },
                                       .surname = { "B", 1 },
                                       .document = frame->document + i,
                                       .birthdate = { "1999-03-17", SORTEO_DATE_LEN },
                                       .number = frame->number };
    const enum sorteo_code code =
        frame->kind == FRAME_SINGLE
            ? sorteo_encode_single(dialect, frame->key, bets, out, CLIENT_MAX_FRAME, &len, NULL)
            : sorteo_encode_batch(dialect, frame->key, bets, frame->bets, out, CLIENT_MAX_FRAME, &len, NULL);
    FUZZ_MUST(code == SORTEO_E_OK, "the client can encode its bets");
    return len;
}

/* what: two bits of agency, two of bets, three that all are set for a batch of two agencies, one
 * for a winner. */
void client_send_bets(struct client *client, enum sorteo_dialect dialect, uint8_t what, uint8_t key,
                      uint16_t winning_number)
{
    const bool single = client->peer.peer.port == BETS_PORT;
    struct model_frame frame = { .kind = single ? FRAME_SINGLE : FRAME_BATCH,
                                 .agency = what & 3u,
                                 .last_agency = what & 3u,
                                 .bets = single ? 1 : 1 + (what >> 2 & 3u) % MODEL_FRAME_BETS,
                                 .document = 4u * key,
                                 .number = (uint16_t)(winning_number + (what >> 7)),
                                 .key = key };

    if (!may_send(client))
        return;
    if ((what >> 4 & 7u) == 7 && frame.bets > 1 && sorteo_dialect_parameters(dialect)->batch_agency_size == 0)
        frame.last_agency = (uint8_t)(1 + frame.agency);
    add_frame(client, frame, encode_bets(client, dialect, &frame));
}

void client_send_finish(struct client *client, enum sorteo_dialect dialect, uint8_t agency, uint8_t key)
{
    const struct model_frame frame = { .kind = FRAME_FINISH, .agency = agency & 3u, .key = key };
    size_t len = 0;

    if (!may_send(client) || client->peer.peer.port == BETS_PORT)
        return;
    FUZZ_MUST(sorteo_encode_finish(dialect, key, frame.agency, client->stream + client->stream_len, CLIENT_MAX_FRAME,
                                   &len) == SORTEO_E_OK,
              "the client can encode a FINISH");
    add_frame(client, frame, len);
}

void client_send_receipt(struct client *client, enum sorteo_dialect dialect)
{
    const struct model_frame frame = { .kind = FRAME_RECEIPT };
    size_t len = 0;

    if (!may_send(client) || !is_receipt_due(client))
        return;
    FUZZ_MUST(sorteo_encode_receipt(dialect, client->stream + client->stream_len, CLIENT_MAX_FRAME, &len) ==
                  SORTEO_E_OK,
              "the client can encode a RECEIPT");
    add_frame(client, frame, len);
}

/* A batch with a wrong day or a control character in its last bet, or one whose count is beyond the
 * limit. */
void client_send_wrong(struct client *client, enum sorteo_dialect dialect, uint8_t what, uint8_t key)
{
    const bool single = client->peer.peer.port == BETS_PORT;
    struct model_frame frame = {
        .kind = single ? FRAME_SINGLE : FRAME_BATCH, .agency = 1, .last_agency = 1, .bets = 1, .key = key, .wrong = true
    };
    uint8_t *bytes = client->stream + client->stream_len;

    if (!may_send(client))
        return;
    const size_t len = encode_bets(client, dialect, &frame);
    if (what % 3 == 0 && !single) {
        frame.wrong_at = 0;
        bytes[0] = 0x7f; /* no RECEIPT has it either */
    } else {
        const size_t from_end = what % 3 == 2 ? 12 : 17 + sorteo_dialect_parameters(dialect)->length_size + 3;
        frame.wrong_at = len - from_end;
        bytes[frame.wrong_at] = 0x1f;
    }
    add_frame(client, frame, len);
}

/* ---- What it must be sent -------------------------------------------------------------------- */

void client_must_get(struct client *client, const void *bytes, size_t len)
{
    FUZZ_MUST(len <= CLIENT_SAY - client->say_len, "the fuzzer's client has room");
    memcpy(client->say + client->say_len, bytes, len);
    client->say_len += len;
}

/* A first FINISH that comes with bytes after it does not count, and is not handed over: one with a
 * KEY looks so to a server without keys (section 6). */
static bool has_doubtful_finish(const struct client *client)
{
    const struct model_frame *next = &client->frames[client->handed];

    return client->handed < client->frame_count && next->kind == FRAME_FINISH && client->delivered > next->end &&
           !client->session.taken && session_owed(&client->session) == 0;
}

void client_note_reasons(struct client *client)
{
    const struct model_frame *last = last_frame(client);

    if (last != NULL && last->wrong && client->delivered > last->begin + last->wrong_at)
        client->may_close = true;
    /* The last frame that came out was a FINISH; bytes after it came before its WINNERS were
     * written. */
    if (client->finishing && client->delivered > client->frames[client->handed - 1].end)
        client->may_close = true;
    if (has_doubtful_finish(client))
        client->may_close = true;
    if (client->session.error.code == SORTEO_E_OK || client->stumbled)
        return;
    client->stumbled = true;
    client->refusal = last != NULL && last->kind != FRAME_RECEIPT;
}

static size_t whole_frames(const struct client *client)
{
    size_t count = 0;

    while (count < client->frame_count && !client->frames[count].wrong &&
           client->frames[count].end <= client->delivered)
        count++;
    return count;
}

static void check_error(struct client *client)
{
    const struct model_frame *frame = &client->frames[client->handed];

    if (client->session.error.code == SORTEO_E_OK || session_is_over(&client->session))
        return;
    FUZZ_MUST(client->handed < client->frame_count && frame->wrong, "only wrong bytes are refused");
    FUZZ_MUST(client->session.error.offset == frame->begin + frame->wrong_at,
              "bytes are refused at the first wrong one");
}

static void check_output(const struct client *client)
{
    const struct session *session = &client->session;
    const size_t owed = session_owed(session);
    size_t len;
    const uint8_t *out = session_output(session, &len);
    const size_t due = client->say_len - client->shown;
    const size_t same = len < due ? len : due;

    FUZZ_MUST(same == 0 || memcmp(out, client->say + client->shown, same) == 0, "answers and winners are the model's");
    FUZZ_MUST(len == same || (len == same + 1 && client->refusal && out[same] == 1), "nothing is sent that is not due");
    if (session->phase < SESSION_CLOSING)
        FUZZ_MUST(len == due, "nothing that is due is held back");
    if (session->phase == SESSION_CLOSING && owed == 0)
        FUZZ_MUST(len == due + client->refusal, "what is due is sent before it closes");
    if (session->phase < SESSION_TELLING)
        FUZZ_MUST(owed + len <= SESSION_UNSENT_MAX, "no more than 64 answers are unsent");
}

static void check_input(const struct client *client)
{
    const struct session *session = &client->session;
    size_t len;

    (void)session_output(session, &len);
    if (session->phase <= SESSION_RECEIPT_DUE && session_owed(session) + len < SESSION_UNSENT_MAX)
        FUZZ_MUST(client->handed == whole_frames(client), "a whole frame is handed over at once");
    FUZZ_MUST(client->handed <= whole_frames(client), "only whole frames are handed over");
}

void client_check(struct client *client)
{
    struct session *session = &client->session;

    if (client->dead)
        return;
    check_error(client);
    check_input(client);
    check_output(client);
    if (session->phase >= SESSION_CLOSING)
        FUZZ_MUST(client->may_close, "nothing is closed without a reason");
    if (session->phase == SESSION_DRAINING)
        FUZZ_MUST(client->shown == client->say_len + client->refusal, "the server ends when all was sent");
    if (session->phase <= SESSION_RECEIPT_DUE && client->finishing) {
        FUZZ_MUST(client->told && client->shown == client->say_len, "frames are due again when WINNERS are written");
        client->finishing = client->told = false;
    }
    if (session->phase == SESSION_WAITING)
        FUZZ_MUST(client->say_len > client->shown || session_deadline(session) == UINT64_MAX,
                  "an agency that waits for WINNERS is never late");
}
