/* A server in one process: see world.h. The committer's part is in committer.c. */
#include "world.h"

#include <string.h>

#include "committer.h"

#define SLOTS 4u

static struct committer committer;
static struct client clients[MODEL_PEERS];
static int client_count;
static int slots[SLOTS]; /* the client of each; -1: none */
static uint64_t now_ms;
static struct session_rules rules = { .max_frame = CLIENT_MAX_FRAME,
                                      .first_byte_ms = 10000,
                                      .frame_ms = 10000,
                                      .idle_ms = 300000,
                                      .untaken_ms = 10000,
                                      .refusals = UINT32_MAX,
                                      .send_ms = 30000 };

/* ---- What sessions ask for ------------------------------------------------------------------- */

static void hand_over(void *context, enum frame_kind kind, const uint8_t *bytes, size_t len)
{
    struct client *client = context;
    const struct model_frame *frame = &client->frames[client->handed];

    FUZZ_MUST(client->handed < client->frame_count && !frame->wrong && frame->kind == kind,
              "a frame that is handed over was sent");
    FUZZ_MUST(len == frame->end - frame->begin && memcmp(bytes, client->stream + frame->begin, len) == 0,
              "a frame is handed over with its own bytes");
    FUZZ_MUST(!client->finishing, "nothing is read between FINISH and the end of WINNERS");
    client->handed++;
    client->finishing = kind == FRAME_FINISH;
    committer_ask(&committer, &(struct committer_request){ .client = client, .frame = frame });
}

static void ask_winners(void *context, uint32_t round, uint32_t from)
{
    committer_ask(&committer, &(struct committer_request){ .client = context, .round = round, .from = from });
}

/* ---- Clients --------------------------------------------------------------------------------- */

static struct client *client_in(uint8_t slot)
{
    const int number = slots[slot % SLOTS];

    return number < 0 || clients[number].cut ? NULL : &clients[number];
}

static void reset(struct client *client)
{
    client->may_close = client->cut = true;
    session_lose(&client->session);
}

static void connect_slot(uint8_t slot, uint8_t how)
{
    if (client_count == (int)MODEL_PEERS)
        return;
    if (client_in(slot) != NULL)
        reset(client_in(slot));
    struct client *client = &clients[client_count];
    const uint8_t port = how & 1u;
    const struct session_host host = { .hand_over = hand_over, .ask_winners = ask_winners, .context = client };

    client_init(client, client_count, how >> 1 & 1u);
    session_init(&client->session, &rules, port == 0 ? SORTEO_AGENCY_STREAM : SORTEO_BET_STREAM, &host, now_ms);
    client->peer = (struct worker_connection){ .peer = { .port = port,
                                                         .speaker = { .number = (uint64_t)client_count + 1,
                                                                      .channel = client->worker + 1u,
                                                                      .connection = (uint64_t)client_count } },
                                               .name = (uint64_t)client_count };
    committer.model.peers[client_count] = (struct model_peer){ .port = port };
    slots[slot % SLOTS] = client_count++;
}

/* At most `most` bytes of what the client has sent; 0 for all of them. */
static bool deliver(struct client *client, size_t most)
{
    size_t len = client->stream_len - client->delivered;

    if (len == 0 || !session_wants_input(&client->session))
        return false;
    if (most > 0 && len > most)
        len = most;
    const uint8_t *bytes = client->stream + client->delivered;
    client->delivered += len;
    client_note_reasons(client);
    session_feed(&client->session, bytes, len, now_ms);
    client_note_reasons(client);
    return true;
}

static bool write_out(struct client *client, size_t most)
{
    size_t len;

    (void)session_output(&client->session, &len);
    if (len == 0)
        return false;
    if (most > 0 && len > most)
        len = most;
    client->shown += len;
    session_sent(&client->session, len, now_ms);
    client_note_reasons(client);
    return true;
}

static void end_stream(struct client *client)
{
    if (client->session.ended || session_is_over(&client->session) || client->delivered < client->stream_len ||
        !session_wants_input(&client->session))
        return;
    client->may_close = true;
    session_end(&client->session, now_ms);
}

/* ---- All of them ----------------------------------------------------------------------------- */

static void pass_time(uint64_t ms)
{
    now_ms += ms;
    for (int i = 0; i < client_count; i++) {
        struct session *session = &clients[i].session;

        if (clients[i].dead || session_is_over(session) || session_deadline(session) > now_ms)
            continue;
        clients[i].may_close = true;
        session_tick(session, now_ms);
        FUZZ_MUST(session_deadline(session) > now_ms || session_is_over(session),
                  "a deadline that passed is dealt with");
    }
}

static void kill_worker(unsigned worker)
{
    for (int i = 0; i < client_count; i++) {
        if (clients[i].dead || clients[i].worker != worker)
            continue;
        clients[i].dead = clients[i].cut = true;
        session_fini(&clients[i].session);
    }
}

static void stop(void)
{
    for (int i = 0; i < client_count; i++) {
        if (clients[i].dead || clients[i].cut)
            continue;
        clients[i].may_close = true;
        session_stop(&clients[i].session, now_ms);
    }
}

static void settle(void)
{
    bool moved = true;

    while (moved) {
        moved = committer_commit(&committer, clients, client_count, SIZE_MAX, MEMORY_SOUND, 0, now_ms);
        for (int i = 0; i < client_count; i++) {
            if (clients[i].cut)
                continue;
            session_throttle(&clients[i].session, false, now_ms);
            moved = deliver(&clients[i], 0) || moved;
            moved = write_out(&clients[i], 0) || moved;
        }
    }
}

static void check(void)
{
    committer_check(&committer);
    for (int i = 0; i < client_count; i++)
        client_check(&clients[i]);
}

/* ---- The door -------------------------------------------------------------------------------- */

void world_begin(enum sorteo_dialect dialect, unsigned agencies, uint16_t winning_number)
{
    now_ms = 1;
    client_count = 0;
    rules.dialect = dialect;
    for (unsigned slot = 0; slot < SLOTS; slot++)
        slots[slot] = -1;
    committer_init(&committer, dialect, (uint8_t)agencies, winning_number);
}

static void step_of_client(enum world_step what, struct client *client, uint8_t b, uint8_t c)
{
    const enum sorteo_dialect dialect = rules.dialect;

    switch (what) {
    case WORLD_SEND_BETS:
        client_send_bets(client, dialect, b, c, committer.model.winning_number);
        break;
    case WORLD_SEND_FINISH:
        client_send_finish(client, dialect, b, c);
        break;
    case WORLD_SEND_RECEIPT:
        client_send_receipt(client, dialect);
        break;
    case WORLD_SEND_WRONG:
        client_send_wrong(client, dialect, b, c);
        break;
    case WORLD_DELIVER:
        (void)deliver(client, b);
        break;
    case WORLD_WRITE:
        (void)write_out(client, b);
        break;
    case WORLD_END:
        end_stream(client);
        break;
    case WORLD_RESET:
        reset(client);
        break;
    case WORLD_HOLD:
        session_throttle(&client->session, !client->session.throttled, now_ms);
        break;
    default:
        break;
    }
}

void world_step(enum world_step what, uint8_t a, uint8_t b, uint8_t c)
{
    switch (what) {
    case WORLD_CONNECT:
        connect_slot(a, b);
        break;
    case WORLD_COMMIT:
        (void)committer_commit(&committer, clients, client_count, a == 0 ? SIZE_MAX : a,
                               (enum memory_fault)(b % MEMORY_FAULTS), c % 8u, now_ms);
        break;
    case WORLD_WAIT:
        pass_time(100u * ((uint64_t)a << 8 | b));
        break;
    case WORLD_WORKER_DIES:
        kill_worker(a & 1u);
        break;
    case WORLD_CRASH:
        kill_worker(0);
        kill_worker(1);
        committer_crash(&committer);
        break;
    case WORLD_STOP:
        stop();
        break;
    case WORLD_SETTLE:
        settle();
        break;
    default:
        if (client_in(a) != NULL)
            step_of_client(what, client_in(a), b, c);
        break;
    }
    check();
}

void world_end(void)
{
    settle();
    check();
    for (int i = 0; i < client_count; i++) {
        if (clients[i].dead)
            continue;
        FUZZ_MUST(session_owed(&clients[i].session) == 0, "every frame gets its word");
        session_fini(&clients[i].session);
    }
    committer_fini(&committer);
}
