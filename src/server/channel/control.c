/* The control line: see control.h. */
#include "server/channel/control.h"

#include "base/packet.h"

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

enum control_outcome control_receive(int control, struct control_note *note, int *fd)
{
    switch (packet_receive(control, note, sizeof *note, fd)) {
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
