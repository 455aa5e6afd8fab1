/* The control line: see control.h. */
#include "server/channel/control.h"

#include "base/packet.h"

#define BEAT_MS 2000u /* or a quarter of what --hang-timeout says, if that is less */

bool control_pair(int ends[2])
{
    return packet_pair(ends);
}

bool control_send(int control, enum control_type type, uint32_t value, int fd)
{
    const struct control_note note = { .type = (uint32_t)type, .value = value };
    return packet_send(control, &note, sizeof note, fd);
}

bool control_send_worker(int control, enum control_type type, const struct worker_name *worker, int fd)
{
    const struct control_note note = { .type = (uint32_t)type,
                                       .value = worker->slot,
                                       .generation = worker->generation };
    return packet_send(control, &note, sizeof note, fd);
}

uint64_t control_beat_ms(uint64_t hang_ms, bool with_numbers)
{
    uint64_t most_ms = with_numbers ? CONTROL_NUMBERS_MS : BEAT_MS;
    return hang_ms / 4 < most_ms ? hang_ms / 4 : most_ms;
}

bool control_send_body(int control, enum control_type type, const void *body, size_t body_len)
{
    const struct control_note note = { .type = (uint32_t)type };
    return packet_send_body(control, &note, sizeof note, body, body_len);
}

static enum control_outcome outcome_of(enum packet_outcome outcome)
{
    switch (outcome) {
    case PACKET_CAME:
        return CONTROL_NOTE;
    case PACKET_NONE:
        return CONTROL_EMPTY;
    case PACKET_MALFORMED:
        return CONTROL_MALFORMED;
    default:
        return CONTROL_END;
    }
}

enum control_outcome control_receive(int control, struct control_note *note, int *fd)
{
    return outcome_of(packet_receive(control, note, sizeof *note, fd));
}

enum control_outcome control_receive_body(int control, struct control_note *note, void *body, size_t body_cap,
                                          size_t *body_len, int *fd)
{
    return outcome_of(packet_receive_body(control, note, sizeof *note, body, body_cap, body_len, fd));
}
